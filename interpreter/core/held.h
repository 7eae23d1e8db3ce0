/* held.h - the locks a strand has, so that its end can abandon them.
 *
 * On the strand's own thread: a lock is linked when the strand has got it, with
 * a reference, and unlinked by its last release; whoever released drops the
 * reference. The link is the lock's own, so linking cannot fail. */
#ifndef HOST_CORE_HELD_H
#define HOST_CORE_HELD_H

#include "core/state.h"
#include "sync/lock.h"

/* The strand, as locks know it. */
rt_party host_party(const host_strand *strand);

/* The strand has got the lock, from somebody else if it was `handed` over. */
void host_held_add(host_strand *strand, rt_lock *lock, bool handed);

/* The strand is about to ask for a lock that lives in another process: its end
 * will tell that process. Returns: RT_OK, RT_ENOMEMORY. */
int host_held_visit(host_strand *strand, rt_object *remote);

/* The strand has ended: what it has is abandoned. */
void host_held_leave_all(host_strand *strand);

static inline void host_held_leave(host_strand *strand) {
    if (strand->held.next || strand->visits) host_held_leave_all(strand);
}

#endif
