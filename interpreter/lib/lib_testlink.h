/* lib_testlink.h - see lib_testlink.c. */
#ifndef HOST_LIB_TESTLINK_H
#define HOST_LIB_TESTLINK_H

#include <lua.h>

/* Gives plait.internal what the children of `plait test` are made of. [-0, +0,
 * raises] */
void host_open_testlink(lua_State *L);

#endif
