/* lib_worker.h - what a worker of a pool does: functions of plait.internal. */
#ifndef HOST_LIB_WORKER_H
#define HOST_LIB_WORKER_H

#include <lua.h>

/* plait.internal must be there. [-0, +0, raises memory] */
void host_open_worker(lua_State *L);

#endif
