/* lib_net.h - sockets that connect and listen, for lua/net.lua. */
#ifndef HOST_LIB_NET_H
#define HOST_LIB_NET_H

#include <lua.h>

/* Gives plait.internal the function that makes the table of them. [-0, +0,
 * raises] */
void host_open_net(lua_State *L);

#endif
