/* lib_lock.h - see lib_lock.c. */
#ifndef HOST_LIB_LOCK_H
#define HOST_LIB_LOCK_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_lock(lua_State *L);

#endif
