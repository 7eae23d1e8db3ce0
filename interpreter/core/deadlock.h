/* deadlock.h - when nothing in the program can run any more.
 *
 * Asked by a state that is about to sleep with nothing to wake it: no timer,
 * no descriptor, no other strand that runs, no child process. */
#ifndef HOST_CORE_DEADLOCK_H
#define HOST_CORE_DEADLOCK_H

#include "core/state.h"

/* Whether nobody is left who could wake the state. Only the program's main
 * state is asked, since it is the one that is told. */
bool host_deadlock_found(host_state *host);

/* Pushes an error of kind "deadlock" that names every waiting strand. */
void host_deadlock_push(lua_State *L);

#endif
