/* lib_array.h - see lib_array.c. */
#ifndef HOST_LIB_ARRAY_H
#define HOST_LIB_ARRAY_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_array(lua_State *L);

#endif
