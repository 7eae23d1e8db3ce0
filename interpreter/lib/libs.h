/* libs.h - the list of all openers, as Lua's linit.c. */
#ifndef HOST_LIB_LIBS_H
#define HOST_LIB_LIBS_H

#include <lua.h>

/* Opens the stock libraries, with their replaced parts, and plait's own; seeds
 * math.random. [-0, +0, raises] */
void host_open_libs(lua_State *L);

/* The parts of that: the functions of the stock libraries that are replaced, but for
 * the one behind warn and for those of other programs. [-0, +0, raises] */
void host_open_replaced(lua_State *L);

/* Pushes the module, and sets the globals that are plait's. [-0, +1, raises] */
void host_open_module(lua_State *L);

#endif
