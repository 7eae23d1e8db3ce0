/* libs.h - the list of all openers, as Lua's linit.c. */
#ifndef HOST_LIB_LIBS_H
#define HOST_LIB_LIBS_H

#include <lua.h>

/* Opens the stock libraries, with their replaced parts, and plait's own; seeds
 * math.random. [-0, +0, raises] */
void host_open_libs(lua_State *L);

#endif
