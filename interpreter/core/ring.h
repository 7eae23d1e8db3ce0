/* ring.h - a wait that would never end, since whom it waits for waits, in the
 * end, for the very strand that is about to wait.
 *
 * Followed are waits for a lock, from the strand that waits to the one that has
 * it, and for the end of a task or thread. A wait with a time-out, inside of a
 * deadline, or of a strand that was told to stop, is not for good: a ring with
 * one of these in it is none.
 *
 * Most waits cost a glance: a ring goes through a strand only if somebody can be
 * waiting for it. So waits are entered into the registry of the process
 * (sync/waits.h) only of those that have a lock, are known outside of their
 * state, or are awaited by one whose wait is entered. All else, which is tasks of
 * one state that await each other, the state's own thread can look at. */
#ifndef HOST_CORE_RING_H
#define HOST_CORE_RING_H

#include "core/wait.h"

/* Between an operation that returned RT_PENDING and host_wait_end, for waits for
 * locks and handles. Raises kind "deadlock" if the wait would close a ring; it has
 * not happened then. The strand is the running one. [-0, +0, raises] */
void host_ring_check(lua_State *L, host_strand *strand, host_deadline deadline);

/* Whether what the strand waits for, or is about to, will end by itself. */
bool host_ring_is_bounded(const host_strand *strand, host_deadline deadline);

/* The wait of the strand, if any, is to be found by others from here on: it has
 * become known outside of its state. [-0, +0, -] */
void host_ring_show(lua_State *L, host_strand *strand);

/* For the scheduler: the strand's wait is over. */
void host_ring_leave_entered(host_strand *strand);

static inline void host_ring_leave(host_strand *strand) {
    if (strand->entered) host_ring_leave_entered(strand);
}

#endif
