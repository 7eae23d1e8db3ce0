/* lib_pool.h - see lib_pool.c. */
#ifndef HOST_LIB_POOL_H
#define HOST_LIB_POOL_H

#include <lua.h>

/* plait.internal must be there. [-0, +0, raises memory] */
void host_open_pool(lua_State *L);

#endif
