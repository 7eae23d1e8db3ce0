/* lib_channel.h - see lib_channel.c. */
#ifndef HOST_LIB_CHANNEL_H
#define HOST_LIB_CHANNEL_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_channel(lua_State *L);

#endif
