/* lib_http_server.h - requests of HTTP, for lua/http_server.lua. */
#ifndef HOST_LIB_HTTP_SERVER_H
#define HOST_LIB_HTTP_SERVER_H

#include <lua.h>

/* Gives plait.internal the function http_server. [-0, +0, raises] */
void host_open_http_server(lua_State *L);

#endif
