/* lib_order.h - pairs and next in an order that is always the same. */
#ifndef HOST_LIB_ORDER_H
#define HOST_LIB_ORDER_H

#include <lua.h>

/* Puts them in the place of Lua's. [-0, +0, raises] */
void host_open_order(lua_State *L);

#endif
