/* choice.h - a select whose cases may live in any process.
 *
 * What it says of sync/select.h holds here too: of the cases that can go on
 * one is taken, each with the same probability; else the first that can takes
 * place, it alone; what is sent is sent once or not at all.
 *
 *     rt_choice *choice = rt_choice_new(count);
 *     rt_choice_add(choice, object, RT_CASE_RECV); ...
 *     int status = rt_choice_start(choice, waiter, RT_CHOICE_WAIT);
 *     ...                   RT_PENDING: until waiter's on_complete
 *     choice->chosen ...
 *     rt_choice_clear(choice);
 *
 * One thread at a time: that of the waiter's loop. */
#ifndef RT_IPC_CHOICE_H
#define RT_IPC_CHOICE_H

#include "data/call.h"
#include "sync/select.h"

typedef enum {
    RT_CHOICE_WAIT, /* until a case takes place */
    RT_CHOICE_TRY,  /* RT_EEMPTY if none can go on now, also with what was lent
                       to other processes and is recalled */
    RT_CHOICE_NOW,  /* the same, but nothing is recalled: if it may be in the
                       way, RT_ELENT */
    RT_CHOICE_WATCH /* until a case could take place, which it does not */
} rt_choice_mode;

typedef struct rt_choice {
    size_t count;
    size_t capacity;
    rt_case *cases;   /* `type` NULL: lives in another process */
    uint64_t party;   /* the strand that asks; not 0 */
    rt_random random; /* decides the order; set before rt_choice_start */
    rt_case *chosen;  /* the case that took place (or could); NULL: none */

    /* Private. */
    void *owner;   /* serving */
    rt_call *call; /* on whose behalf; NULL: for a strand of this process */
    rt_choice_mode mode;
    int phase;
    rt_waiter *waiter;
    void (*on_complete)(rt_waiter *waiter); /* the waiter's own */
    bool completes_inline;                  /* likewise */
    rt_select select;                       /* the cases of this process */
    size_t remote_count;
    rt_case **turns;  /* all cases, in the order of attempts */
    size_t position;  /* how many were attempted */
    bool is_lent;     /* of those, something may be in the way */
    bool recalls;     /* the walk is over, and that comes back */
    rt_case **remote; /* those of other processes, by peer */
    rt_case **asked;  /* those that a peer is attempting, */
    size_t asked_count;
    rt_list watches; /* what peers are watching */
} rt_choice;

/* For up to `capacity` cases. NULL: out of memory. */
rt_choice *rt_choice_new(size_t capacity);
void rt_choice_free(rt_choice *choice); /* not while it is under way */

/* Ready for other cases; clears the items of those it had. */
void rt_choice_clear(rt_choice *choice);

/* A case: a shared object (borrowed until the choice is over), which knows how
 * to take part in a select at its home; or anything of this process of the
 * given type. The item of a case that sends is to be set in the result. */
rt_case *rt_choice_add(rt_choice *choice, rt_object *object, rt_case_kind kind);
rt_case *rt_choice_add_here(rt_choice *choice, void *object,
                            const rt_selectable *type, rt_case_kind kind);

/* Whether the start may have to wait for another process. */
bool rt_choice_is_remote(const rt_choice *choice);

/* Whether something lent may be in the way of a case: a hint; of those in other
 * processes it is not known. */
bool rt_choice_may_be_lent(const rt_choice *choice);

/* Without a waiter, if none is remote: takes a case that can go on.
 * `loop` is that of the calling thread.
 * Returns: what the attempt of the chosen case says; RT_EEMPTY; RT_ELENT (a
 * start with RT_CHOICE_TRY may find more). */
int rt_choice_try(rt_choice *choice, rt_loop *loop);

/* Takes a case that can go on, or parks `waiter` until one takes place. It may
 * be cancelled, armed and withdrawn as any waiter that may be parked by
 * rt_remote_call: rt_waiter_cancel, then rt_remote_withdraw.
 * Returns, or completes the waiter with: RT_OK, RT_ECLOSED, RT_ENOMEMORY of
 * the chosen case (RT_CHOICE_WATCH: RT_OK); RT_EEMPTY, RT_ELENT;
 * RT_EDIED, and what else rt_remote_call says, if a peer cannot be asked. */
int rt_choice_start(rt_choice *choice, rt_waiter *waiter, rt_choice_mode mode);

/* For ipc/: carries out RT_CALL_SELECT and RT_CALL_WATCH of a peer. */
void rt_choice_serve(rt_call *call);

#endif
