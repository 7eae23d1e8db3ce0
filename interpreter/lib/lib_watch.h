/* lib_watch.h - plait.internal.watch: waiting for many handles, for the parts
 * in Lua. */
#ifndef HOST_LIB_WATCH_H
#define HOST_LIB_WATCH_H

#include <lua.h>

/* After host_open_internal. [-0, +0, raises memory] */
void host_open_watch(lua_State *L);

#endif
