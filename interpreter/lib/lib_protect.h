/* lib_protect.h - pcall and xpcall. */
#ifndef HOST_LIB_PROTECT_H
#define HOST_LIB_PROTECT_H

#include <lua.h>

/* Replaces the stock functions; behaves as they do. [-0, +0, raises memory] */
void host_open_protect(lua_State *L);

#endif
