/* lib_shared.h - Value, Lock and Channel. */
#ifndef HOST_LIB_SHARED_H
#define HOST_LIB_SHARED_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_shared(lua_State *L);

#endif
