/* steer.h - a program whose strands are picked, so that it can be repeated: for
 * plait.test.explore. See exec/steer.h.
 *
 * Threads may be stopped wherever they touch what others can see, which is where the
 * functions of the library find their objects (proxy.c). Of the strands of one state
 * that are ready any may be next. */
#ifndef HOST_CORE_STEER_H
#define HOST_CORE_STEER_H

#include "core/state.h"

/* The program's main state, which has no libraries yet, begins to be steered by the
 * journal at `path`. False: it is none, or there is no memory. */
bool host_steer_open(host_state *host, const char *path);

/* A state of the runtime has its libraries, and runs from here on: if it is steered,
 * its random numbers repeat. [-0, +0, raises] */
void host_steer_adopt(lua_State *L);

/* Not any more. `has_deadlock`: because nothing can run. */
void host_steer_close(rt_runtime *runtime, bool has_deadlock);

/* In a C function called from Lua, before it does anything that others can see. May
 * not be called where the C code has a lock. [-0, +0, -] */
void host_steer_stop_here(lua_State *L);
static inline void host_steer_point(lua_State *L) {
    if (host_of(L)->is_steered) host_steer_stop_here(L);
}

/* The running strand is about to wait. [-0, +0, -] */
void host_steer_note_wait(lua_State *L, const char *what);

/* It has begun to: if it is the wait to be cancelled, its strand will be. */
void host_steer_count_wait(host_strand *strand);

/* It looks again and again for something, and makes way for others. */
void host_steer_lower(host_strand *strand);

/* Between two strands of a state: others may go on, and one may be cancelled. */
void host_steer_turn(lua_State *L);

/* Takes one out of the ready queue, which has some. */
host_strand *host_steer_take(host_state *host);

/* A strand has ended, and left so many locks behind. */
void host_steer_count_abandoned(host_state *host, unsigned count);

#endif
