/* lib_resolve.h - what lua/net_resolve.lua is made of. */
#ifndef HOST_LIB_RESOLVE_H
#define HOST_LIB_RESOLVE_H

#include <lua.h>

/* Adds internal.resolve. [-0, +0, raises memory] */
void host_open_resolve(lua_State *L);

#endif
