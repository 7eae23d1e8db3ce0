/* lib_scope.h - see lib_scope.c. */
#ifndef HOST_LIB_SCOPE_H
#define HOST_LIB_SCOPE_H

#include <lua.h>

/* After those that start strands. The table plait is on the top.
 * [-0, +0, raises memory] */
void host_open_scope(lua_State *L);

#endif
