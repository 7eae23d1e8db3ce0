/* lib_fs.h - jobs with files, for lua/fs.lua. */
#ifndef HOST_LIB_FS_H
#define HOST_LIB_FS_H

#include <lua.h>

/* Gives plait.internal the function that opens what lua/fs.lua is made of. [-0,
 * +0, raises] */
void host_open_fs(lua_State *L);

#endif
