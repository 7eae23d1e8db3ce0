/* part.c */
#include "core/part.h"

#include <lauxlib.h>
#include <string.h>

#include "core/sources.h"

void host_part_push(lua_State *L, const char *name) {
    const host_source *source = host_sources;
    while (source->name && strcmp(source->name, name) != 0) source++;
    if (!source->name) luaL_error(L, "no part of plait is called '%s'", name);
    lua_pushfstring(L, "=plait.%s", name);
    if (luaL_loadbufferx(L, source->text, source->size, lua_tostring(L, -1),
                         "t") != LUA_OK)
        lua_error(L);
    lua_remove(L, -2);
    lua_call(L, 0, 1);
}
