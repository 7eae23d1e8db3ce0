/* lib_internal.h - functions that plait's parts in Lua use, and nobody
 * else: the module "plait.internal", which is not part of the interface. */
#ifndef HOST_LIB_INTERNAL_H
#define HOST_LIB_INTERNAL_H

#include <lua.h>

/* [-0, +0, raises memory] */
void host_open_internal(lua_State *L);

#endif
