/* adopt.h - what becomes of a Lua state that plait did not make.
 *
 * It gets plait's modules, and the functions of the stock libraries that plait has
 * instead are put in their places: but only where the stock ones still are. What
 * the script or its host has replaced stays. No global variable is set. All
 * coroutines that there are, and their hooks, become plait's; modules that were
 * loaded can be named to other states. */
#ifndef HOST_MODULE_ADOPT_H
#define HOST_MODULE_ADOPT_H

#include "core/state.h"

/* Does all that, and pushes the module. [-0, +1, raises] */
void host_adopt(lua_State *L, host_state *host);

#endif
