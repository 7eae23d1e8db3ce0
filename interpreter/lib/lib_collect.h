/* lib_collect.h - collectgarbage. */
#ifndef HOST_LIB_COLLECT_H
#define HOST_LIB_COLLECT_H

#include <lua.h>

/* Replaces the global collectgarbage. [-0, +0, raises memory] */
void host_open_collect(lua_State *L);

#endif
