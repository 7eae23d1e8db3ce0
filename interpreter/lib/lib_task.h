/* lib_task.h - async, await, sleep, plait.yield, now, after, every, current. */
#ifndef HOST_LIB_TASK_H
#define HOST_LIB_TASK_H

#include <lua.h>

/* Sets the functions in the table plait, which is on the top, and those that
 * are globals. [-0, +0, raises memory] */
void host_open_task(lua_State *L);

#endif
