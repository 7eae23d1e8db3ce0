/* lib_foreign.h - values of other languages, for lua/link.lua. */
#ifndef HOST_LIB_FOREIGN_H
#define HOST_LIB_FOREIGN_H

#include <lua.h>

/* Gives plait.internal what encodes and decodes them. [-0, +0, raises] */
void host_open_foreign(lua_State *L);

#endif
