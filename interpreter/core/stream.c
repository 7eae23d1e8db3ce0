/* stream.c */
#include "core/stream.h"

#include <lauxlib.h>

#define STREAM_TYPE "plait.handle.stream"

/* What tells it from other userdata, faster than the metatable does. */
static const char mark;

typedef struct handle {
    rt_stream *stream;
    const void *mark;
} handle;

static int stream_gc(lua_State *L) {
    handle *b = luaL_checkudata(L, 1, STREAM_TYPE);
    rt_stream_free(b->stream);
    b->stream = NULL;
    return 0;
}

rt_stream **host_stream_push(lua_State *L) {
    handle *b = lua_newuserdatauv(L, sizeof *b, 0);
    *b = (handle){.mark = &mark};
    if (luaL_newmetatable(L, STREAM_TYPE)) {
        lua_pushcfunction(L, stream_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return &b->stream;
}

rt_stream **host_stream_find(lua_State *L, int index) {
    handle *b = lua_touserdata(L, index);
    if (!b || lua_rawlen(L, index) != sizeof *b) return NULL;
    return b->mark == &mark ? &b->stream : NULL;
}

rt_stream **host_stream_check(lua_State *L, int arg) {
    return luaL_checkudata(L, arg, STREAM_TYPE);
}

void host_stream_wrap(lua_State *L, const char *path) {
    lua_getglobal(L, "require");
    lua_pushliteral(L, "plait.streams");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "wrap");
    lua_replace(L, -2);
    lua_insert(L, -2);
    lua_pushstring(L, path);
    lua_call(L, 2, 1);
}

rt_stream **host_stream_test(lua_State *L, int index, lua_Integer *buffered) {
    if (!lua_istable(L, index)) return NULL;
    index = lua_absindex(L, index);
    lua_pushliteral(L, "raw");
    lua_rawget(L, index);
    rt_stream **stream = host_stream_find(L, -1);
    lua_pop(L, 1);
    if (!stream) return NULL;
    lua_pushliteral(L, "reader");
    if (lua_rawget(L, index) == LUA_TTABLE) {
        lua_getfield(L, -1, "size");
        *buffered = lua_tointeger(L, -1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return stream;
}
