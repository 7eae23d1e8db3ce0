/* lib_plait.h - the small functions of the module plait, and those that are
 * written in Lua. */
#ifndef HOST_LIB_PLAIT_H
#define HOST_LIB_PLAIT_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_plait(lua_State *L);

/* The fields that are modules, loaded when they are asked for. The module, which
 * is on the top, has a metatable with an __index already. [-0, +0, raises] */
void host_open_modules(lua_State *L);

#endif
