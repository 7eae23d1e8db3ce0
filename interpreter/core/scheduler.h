/* scheduler.h - the ready queue of a state, and what runs it. */
#ifndef HOST_CORE_SCHEDULER_H
#define HOST_CORE_SCHEDULER_H

#include "base/clock.h"
#include "core/state.h"

/* Sets up a strand (not ready, not waiting). */
void host_strand_init(host_strand *strand, host_state *host, lua_State *L,
                      bool is_main);

/* Puts the strand at the end of the ready queue. It must not be in it. */
void host_ready(host_strand *strand);

/* Runs ready tasks, timers and posts until the main strand is taken from the
 * ready queue. `L` is the Lua thread the main strand runs on now. */
void host_drive(lua_State *L);

/* Runs ready tasks, timers and posts until there are no more, or `end_ns` has come,
 * at which a task that runs is suspended; never waits. Returns whether there is more
 * to do at once. `L` is the main Lua thread; called by whoever hosts the state, with
 * no strand of it running. */
bool host_step(lua_State *L, int64_t end_ns);

/* Whether a strand that runs is to let go of the thread, by that. */
static inline bool host_step_is_over(const host_state *host) {
    int64_t end =
        atomic_load_explicit(&host->step_end_ns, memory_order_relaxed);
    return end != RT_NEVER && rt_clock_now() >= end;
}

/* Lets timers and what other threads posted wake strands, without waiting. */
void host_look_around(host_state *host);

#endif
