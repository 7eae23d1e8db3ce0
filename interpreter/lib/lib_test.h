/* lib_test.h - what plait.test needs of the host. */
#ifndef HOST_LIB_TEST_H
#define HOST_LIB_TEST_H

#include <lua.h>

/* Gives plait.internal the function that opens it. [-0, +0, raises] */
void host_open_test(lua_State *L);

#endif
