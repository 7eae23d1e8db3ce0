/* lib_output.h - print, write and warn: the text of a call stays together. */
#ifndef HOST_LIB_OUTPUT_H
#define HOST_LIB_OUTPUT_H

#include <lua.h>

#include "exec/runtime.h"

/* Replaces print, io.write and file:write. After luaL_openlibs.
 * [-0, +0, raises memory] */
void host_open_output(lua_State *L);

/* Replaces the function behind warn: it is off, as in a new state.
 * [-0, +0, raises memory] */
void host_open_warnings(lua_State *L);

/* Writes what is left in standard output and standard error. Any thread.
 * Returns: 0, or the errno of a write that failed, now or before. */
int host_output_finish(rt_runtime *runtime);

#endif
