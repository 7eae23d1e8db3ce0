/* lib_coroutine.h - coroutines that a wait can pass through.
 *
 * Replaces the functions of the table `coroutine` (but create) by ones that
 * behave as stock ones and also know which coroutine runs. A generator that
 * waits suspends its task, not itself: to the rest of the program it is
 * "normal" meanwhile. */
#ifndef HOST_LIB_COROUTINE_H
#define HOST_LIB_COROUTINE_H

#include <lua.h>

/* After luaL_openlibs. [-0, +0, raises memory] */
void host_open_coroutine(lua_State *L);

#endif
