/* lib_os.h - what of os and io concerns the whole process. */
#ifndef HOST_LIB_OS_H
#define HOST_LIB_OS_H

#include <lua.h>

/* Replaces os.exit: host->on_exit decides; without it, as stock. After luaL_openlibs.
 * [-0, +0, raises memory] */
void host_open_exit(lua_State *L);

/* Replaces os.execute and io.popen (the child inherits no descriptors but the
 * standard ones) and os.setlocale (threads may only ask). After luaL_openlibs.
 * [-0, +0, raises memory] */
void host_open_os(lua_State *L);

#endif
