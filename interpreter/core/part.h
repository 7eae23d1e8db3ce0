/* part.h - the parts of plait that are written in Lua: see sources.h. */
#ifndef HOST_CORE_PART_H
#define HOST_CORE_PART_H

#include <lua.h>

/* Runs the source and pushes what it returns. [-0, +1, raises] */
void host_part_push(lua_State *L, const char *name);

#endif
