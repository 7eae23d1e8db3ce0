/* scheduler.h - the ready queue of a state, and what runs it. */
#ifndef HOST_CORE_SCHEDULER_H
#define HOST_CORE_SCHEDULER_H

#include "core/state.h"

/* Sets up a strand (not ready, not waiting). */
void host_strand_init(host_strand *strand, host_state *host, lua_State *L,
                      bool is_main);

/* Puts the strand at the end of the ready queue. It must not be in it. */
void host_ready(host_strand *strand);

/* Runs ready tasks, timers and posts until the main strand is taken from the
 * ready queue. `L` is the Lua thread the main strand runs on now. */
void host_drive(lua_State *L);

/* Lets timers and what other threads posted wake strands, without waiting. */
void host_look_around(host_state *host);

#endif
