/* lib_condition.h - see lib_condition.c. */
#ifndef HOST_LIB_CONDITION_H
#define HOST_LIB_CONDITION_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_condition(lua_State *L);

#endif
