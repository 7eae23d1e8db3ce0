/* lib_http.h - requests to web servers, for lua/http_request.lua. */
#ifndef HOST_LIB_HTTP_H
#define HOST_LIB_HTTP_H

#include <lua.h>

/* Gives plait.internal the function that opens what these are made of. [-0, +0,
 * raises] */
void host_open_http(lua_State *L);

#endif
