/* states.h - a runtime with its main state, and what the states of its threads are
 * made of: what a whole program and an embedded runtime have in common. */
#ifndef HOST_EMBED_STATES_H
#define HOST_EMBED_STATES_H

#include "core/deadlock.h"
#include "core/policy.h"
#include "core/state.h"

typedef struct host_states {
    rt_runtime *runtime;
    rt_loop loop;
    host_state *main;
    /* NULL, or a Lua state that is to be the main one, L running in it. */
    lua_State *adopted;
    /* What they may do. Set before host_states_open, and taken by it whatever it
     * returns; or made by it. */
    host_policy *policy;
    /* os.exit, in whatever state: host_state.on_exit. */
    void (*on_exit)(lua_State *L, int status, bool close);
    /* The runtime is one of plait.h's: it goes by the fields soft_signal and helper_path
     * of rt_runtime as they are here. */
    bool is_embedded;
    int soft_signal;
    const char *helper_path; /* borrowed */
    /* The libraries of a state have been opened; NULL: no more is to be done.
     * [-0, +0, raises] */
    void (*on_open)(lua_State *L, struct host_states *states);
    host_deadlock deadlock;
} host_states;

/* Makes the runtime, its loop, driven by the calling thread, and a main state
 * without libraries, or adopts it. The callbacks are set; stays where it is until
 * host_states_free. Returns: RT_OK, RT_ENOMEMORY. */
int host_states_open(host_states *states);

/* As a lua_CFunction: opens the libraries of a state of such a runtime. */
int host_states_open_libs(lua_State *L);

/* Prints the errors of strands that have ended and that nobody has received, but for
 * those that `skip` says go without saying (NULL: none do). `is_stopped`: all was
 * told to stop, and so are those that follow from that. Returns how many. */
int host_states_report(host_states *states, bool is_stopped,
                       bool (*skip)(host_states *states,
                                    const rt_strand *strand));

/* The main state is closed, and the runtime was shut down. */
void host_states_free(host_states *states);

#endif
