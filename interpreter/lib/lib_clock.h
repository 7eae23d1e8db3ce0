/* lib_clock.h - what plait.test.clock needs of the host: see exec/pace.h. */
#ifndef HOST_LIB_CLOCK_H
#define HOST_LIB_CLOCK_H

#include <lua.h>

/* Adds it to plait.internal. [-0, +0, raises] */
void host_open_clock(lua_State *L);

#endif
