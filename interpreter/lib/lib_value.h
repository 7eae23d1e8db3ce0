/* lib_value.h - see lib_value.c. */
#ifndef HOST_LIB_VALUE_H
#define HOST_LIB_VALUE_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_value(lua_State *L);

#endif
