/* lib_require.h - require, for modules whose bodies wait. */
#ifndef HOST_LIB_REQUIRE_H
#define HOST_LIB_REQUIRE_H

#include <lua.h>

/* Replaces require and adds the searcher for the modules that come with plait
 * ("plait.threading"). C libraries stay loaded when the state is closed. Call
 * it right after luaL_openlibs. [-0, +0, raises memory] */
void host_open_require(lua_State *L);

#endif
