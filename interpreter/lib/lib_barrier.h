/* lib_barrier.h - see lib_barrier.c. */
#ifndef HOST_LIB_BARRIER_H
#define HOST_LIB_BARRIER_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_barrier(lua_State *L);

#endif
