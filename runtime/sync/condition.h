/* condition.h - strands that wait for a change of what a lock guards.
 *
 * A wait has steps, since condition and lock may live in different processes:
 * enter, release the lock, wait, acquire the lock again. From the moment it
 * has entered, while it still has the lock, a notification counts for its
 * ticket, so none is missed. Notifications serve the oldest tickets first. One
 * that is given up (leave, or a wait that times out or is cancelled) has not
 * been notified: it was skipped, or what it had got goes on to the next.
 *
 * The condition does nothing about its lock but to know it, except in
 * RT_CONDITION_STAY. Any thread may call any function here; `here` as in
 * queue.h. */
#ifndef RT_SYNC_CONDITION_H
#define RT_SYNC_CONDITION_H

#include "base/object.h"
#include "loop/waiter.h"

typedef struct rt_condition rt_condition;

extern const rt_object_type rt_condition_type;

/* Operations on a remote condition (ipc/remote.h): arguments -> result. A place
 * is that of lock.h. */
enum {
    RT_CONDITION_LOCK = 1, /* () -> object: its lock */
    RT_CONDITION_ENTER,    /* () -> ticket: an integer */
    RT_CONDITION_WAIT,     /* (ticket) -> (); waits; unless it is notified the
                              ticket is gone then */
    RT_CONDITION_LEAVE,    /* (ticket) -> (): it does not wait, or it was
                              notified and the strand has the lock again */
    /* (count, is_checked) -> (). If it was not checked whether the caller has
     * the lock: RT_EOWNER with who has it; RT_ECHANGED: the lock lives
     * elsewhere, so that this cannot be told here. */
    RT_CONDITION_NOTIFY,
    /* (place) -> (); waits. The whole wait at once, for a lock that lives in
     * the process of the condition. RT_OK: notified, and the caller has the
     * lock; RT_EOWNER, RT_ECHANGED as above: nothing has happened. Else with
     * the depth (an integer) of the lock that the caller does not have any
     * more. RT_EABANDONED: notified; withdrawn: the lock is to be restored by
     * the caller (RT_LOCK_RESTORE). */
    RT_CONDITION_STAY
};

#define RT_CONDITION_ALL SIZE_MAX

/* A place in the queue. Its memory is the caller's, and stays where it is until
 * the ticket is gone. */
typedef struct rt_ticket {
    rt_list link;      /* guarded by the condition's lock, as the rest */
    rt_waiter *waiter; /* parked; NULL: it does not wait yet */
    bool is_notified;  /* before it waited */
} rt_ticket;

/* `lock` is an rt_lock, or the rt_remote of one; a reference is taken.
 * NULL: out of memory. */
rt_condition *rt_condition_new(rt_object *lock);

/* Borrowed; it never changes. */
rt_object *rt_condition_lock(const rt_condition *condition);

void rt_condition_enter(rt_condition *condition, rt_ticket *ticket);

/* Parks `waiter` until the ticket is notified; its `slot` is the ticket, which
 * is gone when it is completed. Returns: RT_PENDING; RT_OK: it was notified
 * already, and is gone. */
int rt_condition_wait(rt_condition *condition, rt_ticket *ticket,
                      rt_waiter *waiter);

/* Gives the ticket up, which does not wait. */
void rt_condition_leave(rt_condition *condition, rt_ticket *ticket,
                        rt_loop *here);

/* Serves up to `count` of the oldest tickets. */
void rt_condition_notify(rt_condition *condition, size_t count, rt_loop *here);

/* How many tickets are waiting to be notified. */
size_t rt_condition_count(rt_condition *condition);

/* ---- for condition_call.c ---- */

void rt_condition_call(rt_object *object, struct rt_call *call);
void rt_condition_peer_gone(rt_object *object, struct rt_wire *wire,
                            uint64_t party);

/* The list of tickets that other processes have entered; of the hub's. */
rt_list *rt_condition_guests(rt_condition *condition);

#endif
