/* held.h - the locks a strand has, so that its end can abandon them.
 *
 * A strand may act for another one of its state, which has its locks then.
 *
 * On the strand's own thread: a lock is linked when the strand has got it and
 * unlinked by its last release. The link is the lock's own, so linking cannot
 * fail. The state's proxy keeps the lock alive, and when that one is collected
 * the lock itself does (rt_lock_keep). */
#ifndef HOST_CORE_HELD_H
#define HOST_CORE_HELD_H

#include "core/state.h"
#include "sync/lock.h"

/* The strand has got the lock. */
static inline void host_held_add(host_strand *strand, rt_lock *lock) {
    strand = strand->acts_for;
    if (!rt_list_empty(&lock->held)) return; /* re-entered */
    if (!strand->held.next) rt_list_init(&strand->held);
    rt_list_push(&strand->held, &lock->held);
}

/* The strand will not run again, though its wait may be over: if it was given a
 * lock, that is abandoned. */
void host_held_settle(host_strand *strand);

/* The strand is about to ask for a lock that lives in another process. Until as
 * many departures, its end will tell that process, and the lock is known here.
 * Returns: RT_OK, RT_ENOMEMORY. */
int host_held_visit(host_strand *strand, rt_object *remote);

/* It did not get it, or has released it. Harmless without a visit. */
void host_held_depart(host_strand *strand, rt_object *remote);

/* The strand has ended: what it has is abandoned. */
void host_held_leave_all(host_strand *strand);

static inline void host_held_leave(host_strand *strand) {
    if (strand->held.next || strand->visits) host_held_leave_all(strand);
}

#endif
