/* lib_sema.h - see lib_sema.c. */
#ifndef HOST_LIB_SEMA_H
#define HOST_LIB_SEMA_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_sema(lua_State *L);

#endif
