/* lib_tls.h - what lua/net_tls.lua is made of. */
#ifndef HOST_LIB_TLS_H
#define HOST_LIB_TLS_H

#include <lua.h>

/* Adds internal.tls. [-0, +0, raises memory] */
void host_open_tls(lua_State *L);

#endif
