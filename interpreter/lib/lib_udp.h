/* lib_udp.h - what lua/net_udp.lua is made of. */
#ifndef HOST_LIB_UDP_H
#define HOST_LIB_UDP_H

#include <lua.h>

/* Adds internal.udp. [-0, +0, raises memory] */
void host_open_udp(lua_State *L);

#endif
