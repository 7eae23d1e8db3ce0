/* lib_console.h - what lua/prompt/server.lua is made of. */
#ifndef HOST_LIB_CONSOLE_H
#define HOST_LIB_CONSOLE_H

#include <lua.h>

#include "core/console.h"

/* Adds internal.console. [-0, +0, raises memory] */
void host_open_console(lua_State *L);

/* Pushes a handle of the console, which takes the reference of whoever has made it; NULL:
 * none yet, it is put into what is returned. [-0, +1, raises memory] */
host_console **host_console_push(lua_State *L, host_console *console);

#endif
