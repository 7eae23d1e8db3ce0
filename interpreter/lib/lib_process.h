/* lib_process.h - spawn_process, and the methods of process handles. */
#ifndef HOST_LIB_PROCESS_H
#define HOST_LIB_PROCESS_H

#include <lua.h>

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_process(lua_State *L);

#endif
