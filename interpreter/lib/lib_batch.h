/* lib_batch.h - see lib_batch.c. */
#ifndef HOST_LIB_BATCH_H
#define HOST_LIB_BATCH_H

#include <lua.h>

/* plait.internal must be there. [-0, +0, raises memory] */
void host_open_batch(lua_State *L);

#endif
