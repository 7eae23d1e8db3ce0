/* lib_bound.h - see lib_bound.c. */
#ifndef HOST_LIB_BOUND_H
#define HOST_LIB_BOUND_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_bound(lua_State *L);

#endif
