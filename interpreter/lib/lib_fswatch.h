/* lib_fswatch.h - events about files, for lua/fs_watch.lua. */
#ifndef HOST_LIB_FSWATCH_H
#define HOST_LIB_FSWATCH_H

#include <lua.h>

/* Gives plait.internal the function that makes a watch of files. [-0, +0,
 * raises] */
void host_open_fswatch(lua_State *L);

#endif
