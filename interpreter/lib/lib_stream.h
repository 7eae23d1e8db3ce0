/* lib_stream.h - streams, for lua/streams.lua and lua/exec.lua. */
#ifndef HOST_LIB_STREAM_H
#define HOST_LIB_STREAM_H

#include <lua.h>

/* Gives plait.internal the function that opens what these are made of. [-0, +0,
 * raises] */
void host_open_stream(lua_State *L);

#endif
