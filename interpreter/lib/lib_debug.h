/* lib_debug.h - debug.sethook and debug.gethook: the script's hooks beside plait's
 * own (core/userhook.h). */
#ifndef HOST_LIB_DEBUG_H
#define HOST_LIB_DEBUG_H

#include <lua.h>

/* Replaces them. After luaL_openlibs. [-0, +0, raises memory] */
void host_open_debug(lua_State *L);

#endif
