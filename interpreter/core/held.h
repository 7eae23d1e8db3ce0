/* held.h - the locks a strand has, so that its end can abandon them.
 *
 * On the strand's own thread: a lock is linked when the strand has got it and
 * unlinked before it lets go. The link is the lock's own, so neither fails. */
#ifndef HOST_CORE_HELD_H
#define HOST_CORE_HELD_H

#include "core/state.h"
#include "sync/lock.h"

static inline rt_party host_party(const host_strand *strand) {
    return (rt_party){NULL, (uint64_t)(uintptr_t)strand};
}

/* The strand has got the lock. */
void host_held_add(host_strand *strand, rt_lock *lock);

/* The strand, which has it, is about to release it for good. */
void host_held_remove(rt_lock *lock);

/* The strand is about to ask for a lock that lives in another process: its end
 * will tell that process. Returns: RT_OK, RT_ENOMEMORY. */
int host_held_visit(host_strand *strand, rt_object *remote);

/* The strand has ended: what it has is abandoned. */
void host_held_leave_all(host_strand *strand);

static inline void host_held_leave(host_strand *strand) {
    if (strand->held.next || strand->visits) host_held_leave_all(strand);
}

#endif
