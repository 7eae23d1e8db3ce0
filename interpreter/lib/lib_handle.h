/* lib_handle.h - await, and the methods all handles share. */
#ifndef HOST_LIB_HANDLE_H
#define HOST_LIB_HANDLE_H

#include <lua.h>

/* Sets await, gather and what belongs to handles; the table plait is on the
 * top. [-0, +0, raises memory] */
void host_open_handle(lua_State *L);

#endif
