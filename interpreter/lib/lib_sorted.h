/* lib_sorted.h - see lib_sorted.c. */
#ifndef HOST_LIB_SORTED_H
#define HOST_LIB_SORTED_H

#include <lua.h>

/* [-0, +0, raises memory] */
void host_open_sorted(lua_State *L);

#endif
