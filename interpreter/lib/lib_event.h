/* lib_event.h - see lib_event.c. */
#ifndef HOST_LIB_EVENT_H
#define HOST_LIB_EVENT_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_event(lua_State *L);

#endif
