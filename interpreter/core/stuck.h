/* stuck.h - tasks that wait for what nobody can give them.
 *
 * A task is stuck if it waits, without a time-out, for objects that nobody but
 * stuck tasks can reach, and so can nobody reach its handle. It is reported on
 * stderr and cancelled, so that its <close> variables are closed; the program's
 * status is 1 then.
 *
 * A check is made by collectgarbage(), when the number of tasks has doubled since
 * the last one, from HOST_STUCK_TASKS on, and when a main function has ended and its
 * state waits for tasks. It looks only at tasks that could be stuck; if there are
 * none, which takes a look at each task, nothing else is done. */
#ifndef HOST_CORE_STUCK_H
#define HOST_CORE_STUCK_H

#include "core/state.h"

enum { HOST_STUCK_TASKS = 1000 };

/* Makes a check, with a full collection if there are tasks that could be stuck.
 * `L` runs, or is where the main strand waits. Returns: how many tasks it has
 * cancelled. [-0, +0, -] */
int host_stuck_check(lua_State *L);

/* For the scheduler, before it sleeps or while it turns: whether it is time. */
static inline bool host_stuck_is_due(const host_state *host) {
    return host->slot_count >= host->stuck_limit || host->is_draining;
}

/* For the scheduler, if it is. No strand runs. */
void host_stuck_turn(lua_State *L, bool is_idle);

#endif
