/* exit.h - os.exit in a runtime that a host has embedded.
 *
 * Whoever calls it, in whatever state of the runtime: all strands are cancelled, the
 * main state's among them, and the one that has called cannot go on. So the run
 * ends, and the host asks why. */
#ifndef HOST_CORE_EXIT_H
#define HOST_CORE_EXIT_H

#include "core/state.h"

/* os.exit(status): does not return. */
int host_exit_raise(lua_State *L, int status);

/* For interrupt.c: an order for the main state. [-0, +0, -] */
void host_exit_obey(host_state *host);

/* Whether os.exit was called, and with which status: of the first call. Any thread. */
bool host_exit_status(const rt_runtime *runtime, int *status);

/* The same, and the main strand may begin a new run: on its thread, when no code of
 * the main state runs. What was cancelled by it must have ended. */
bool host_exit_take(host_state *host, int *status);

/* The first state of a runtime is its main one, as long as it is not closed. */
void host_exit_join(host_state *host);
void host_exit_leave(host_state *host);

#endif
