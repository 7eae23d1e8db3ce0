/* lib_signal.h - see lib_signal.c. */
#ifndef HOST_LIB_SIGNAL_H
#define HOST_LIB_SIGNAL_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_signal(lua_State *L);

#endif
