/* select.h - waiting for the first of several objects of this process.
 *
 * A case is a chance: to receive from a channel, to send on one, to see that
 * something has happened. Of those that can go on at once one is taken, each
 * with the same probability; else the waiter is parked in all of them, and the
 * first that can go on takes place, it alone. What was sent is sent once or
 * not at all; what was received belongs to the case that won.
 *
 *     rt_select_init(&select, cases, count, room, &random);
 *     int status = rt_select_begin(&select, waiter, here, &chosen);
 *     ...                          RT_PENDING: until waiter's on_complete
 *     chosen = rt_select_end(&select);
 */
#ifndef RT_SYNC_SELECT_H
#define RT_SYNC_SELECT_H

#include "base/object.h"
#include "base/random.h"
#include "data/item.h"
#include "loop/waiter.h"

typedef enum {
    RT_CASE_RECV, /* takes an item: into the case's, which owned nothing */
    RT_CASE_SEND, /* hands the case's item over: it is nil then */
    RT_CASE_WAIT  /* sees that it has happened; takes nothing */
} rt_case_kind;

/* Of an object that may lend to other processes (sync/loan.h): what is lent may
 * be in the way of an attempt, and only they know how much of it is used. */
typedef struct rt_lending {
    /* Whether anything is lent; not under the lock it is a hint. */
    bool (*is_lent)(void *object);
    /* Not under the lock: takes note of what the borrowers have used. `here` as
     * for rt_select_begin. */
    void (*catch_up)(void *object, rt_loop *here);
    /* Parks the case's waiter as `park` does, but at most until nothing is in
     * its way any more: then RT_EEMPTY or RT_EFULL. What is in its way comes
     * back. False: nothing is, and it is not parked. */
    bool (*park)(void *object, rt_case_kind kind, rt_item *item,
                 rt_waiter *waiter);
} rt_lending;

/* What a type does for a select. All but `lock` are called under the object's
 * lock, and `object` is what the case says. */
typedef struct rt_selectable {
    unsigned kinds; /* 1 << rt_case_kind, of those it knows */
    /* The lock is held for a few instructions, together with those of other
     * objects. Whoever holds several takes them in the order of addresses.
     * Both NULL: only one thread uses the object. */
    void (*lock)(void *object);
    void (*unlock)(void *object);
    /* Takes place now, or says RT_PENDING: it cannot. A waiter that was claimed
     * for it is stored in `*partner`, and completed with RT_OK later.
     * Returns: RT_OK; RT_ECLOSED; RT_ENOMEMORY; RT_PENDING. */
    int (*attempt)(void *object, rt_case_kind kind, rt_item *item,
                   rt_waiter **partner);
    /* Whether an attempt would have an end; for watchers of the group of
     * `leader` (rt_queue_is_awaited). */
    bool (*is_ready)(void *object, rt_case_kind kind, const rt_waiter *leader);
    /* Parks the case's waiter: rt_waiter_park, and into the queue. The item
     * stays where it is until the waiter is out of it. */
    void (*park)(void *object, rt_case_kind kind, rt_item *item,
                 rt_waiter *waiter);
    const rt_lending *lending; /* NULL: it lends nothing */
} rt_selectable;

typedef struct rt_case {
    rt_waiter waiter;          /* private */
    const rt_selectable *type; /* of `object` */
    void *object;              /* borrowed */
    rt_case_kind kind;
    bool is_known; /* of a try: without what is lent it could not go on */
    rt_item item;  /* the owner's; see rt_case_kind */
} rt_case;

typedef struct rt_select {
    rt_case **by_address; /* in the order of locking */
    rt_case **by_turn;    /* in the order of attempts */
    size_t count;
    rt_random *random;
    rt_waiter *waiter; /* parked in all cases; NULL: not yet, or no longer */
} rt_select;

/* `cases` are borrowed until the select is over, as is `room` for 2 * count
 * pointers, and `random`. Their waiters need no initialization. */
void rt_select_init(rt_select *select, rt_case *const *cases, size_t count,
                    rt_case **room, rt_random *random);

/* Takes a case that can go on, or parks `waiter` in all of them; without a
 * waiter it does not wait. `here` is the loop of the calling thread, or NULL.
 * The waiter must not be one that completes_inline if its on_complete calls
 * rt_select_end, which takes locks.
 * Returns: what the attempt of `*chosen` says; RT_PENDING; RT_EEMPTY (no
 * waiter, and no case can go on). */
int rt_select_begin(rt_select *select, rt_waiter *waiter, rt_loop *here,
                    rt_case **chosen);

/* Takes a case that can go on now. If none can, and something lent may be in
 * the way, all of that is recalled at once and `waiter` parked until it is
 * known; its on_complete calls rt_select_end, and if the status is RT_EEMPTY or
 * RT_EFULL (of one case), rt_select_try again, which ends at the latest when
 * that was said of each. Without a waiter it only says that something is lent.
 * Returns: what the attempt of `*chosen` says; RT_PENDING; RT_EEMPTY; RT_ELENT
 * (no waiter). */
int rt_select_try(rt_select *select, rt_waiter *waiter, rt_loop *here,
                  rt_case **chosen);

/* The same as rt_select_begin, but takes nothing: it is over when a case could
 * go on, which is `*chosen`, or the one that rt_select_end says.
 * Returns: RT_OK (one could); RT_PENDING. */
int rt_select_watch(rt_select *select, rt_waiter *waiter, rt_case **chosen);

/* The waiter was completed, or is claimed by the caller: no case is in any
 * queue after this, and the select may begin again. Returns: the case that
 * took place; NULL: none (the wait was ended from outside, or this is said a
 * second time). */
rt_case *rt_select_end(rt_select *select);

#endif
