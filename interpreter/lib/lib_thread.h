/* lib_thread.h - spawn_thread and to_thread. */
#ifndef HOST_LIB_THREAD_H
#define HOST_LIB_THREAD_H

#include <lua.h>

#include "exec/runtime.h"

/* The table plait is on the top. [-0, +0, raises memory] */
void host_open_thread(lua_State *L);

/* The queue of to_thread: one for a runtime. False: out of memory. */
bool host_thread_set_up(rt_runtime *runtime);
void host_thread_tear_down(rt_runtime *runtime); /* all threads have ended */

#endif
