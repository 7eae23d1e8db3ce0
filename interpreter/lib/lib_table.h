/* lib_table.h - see lib_table.c. */
#ifndef HOST_LIB_TABLE_H
#define HOST_LIB_TABLE_H

#include <lua.h>

/* The table plait is on the top; sets the global ipairs too. [-0, +0, raises
 * memory] */
void host_open_table(lua_State *L);

#endif
