/* pristine.h - whether a state is as good as new, so that the next thread can
 * have it.
 *
 * A thread's function may change any global, library table or metatable. Right
 * after the libraries were opened their contents are summed up; if the sum is
 * the same when the function has ended, nothing of it can be reached any more,
 * and what it left is garbage. Otherwise the state is closed. */
#ifndef HOST_CORE_PRISTINE_H
#define HOST_CORE_PRISTINE_H

#include "core/state.h"

/* Sums up the state. [-0, +0, raises memory] */
void host_pristine_note(lua_State *L);

/* Makes the state ready for another main function, if it is unchanged.
 * Returns: whether it is; else it is to be closed. [-0, +0, -] */
bool host_pristine_restore(host_state *host);

/* Collects what the last functions left, and runs its finalizers. */
void host_pristine_collect(host_state *host);

#endif
