/* lib_select.h - plait.select. */
#ifndef HOST_LIB_SELECT_H
#define HOST_LIB_SELECT_H

#include <lua.h>

/* The table `plait` is on the top. [-0, +0, raises memory] */
void host_open_select(lua_State *L);

#endif
