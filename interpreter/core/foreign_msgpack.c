/* foreign_msgpack.c - builds a value of MessagePack. */
#include <lauxlib.h>

#include "core/foreign.h"
#include "data/msgpack.h"

typedef struct building {
    lua_State *L;
    const char *start, *at, *end;
    host_foreign_error *err;
} building;

static bool push_value(building *b, int depth);

static bool fail(building *b, const char *why) {
    b->err->at = (size_t)(b->at - b->start);
    b->err->why = why;
    return false;
}

/* What is announced may not be there: each value takes a byte. */
static int room_for(const building *b, uint32_t count) {
    size_t left = (size_t)(b->end - b->at);
    return (int)(count < left ? count : left);
}

static bool push_list(building *b, uint32_t count, int depth) {
    lua_State *L = b->L;
    lua_createtable(L, room_for(b, count), 0);
    bool has_nils = false;
    for (uint32_t i = 1; i <= count; i++) {
        if (!push_value(b, depth)) return false;
        has_nils = has_nils || lua_isnil(L, -1);
        lua_rawseti(L, -2, i);
    }
    if (has_nils) {
        lua_pushinteger(L, count);
        lua_setfield(L, -2, "n");
    }
    return true;
}

static bool push_map(building *b, uint32_t count, int depth) {
    lua_State *L = b->L;
    lua_createtable(L, 0, room_for(b, count));
    for (uint32_t i = 1; i <= count; i++) {
        const char *at = b->at;
        if (!push_value(b, depth)) return false;
        bool is_key = !lua_isnil(L, -1) && !lua_istable(L, -1) &&
                      lua_rawequal(L, -1, -1); /* no NaN */
        if (!is_key) b->at = at;
        if (!is_key) return fail(b, "a key that is nil, NaN, or a table");
        if (!push_value(b, depth)) return false;
        lua_rawset(L, -3);
    }
    return true;
}

static bool push_value(building *b, int depth) {
    lua_State *L = b->L;
    rt_msgpack_token token;
    int64_t taken = rt_msgpack_next(b->at, (size_t)(b->end - b->at), &token);
    if (taken <= 0) return fail(b, "no value");
    bool is_table =
        token.kind == RT_MSGPACK_ARRAY || token.kind == RT_MSGPACK_MAP;
    if (is_table && depth >= HOST_FOREIGN_DEPTH)
        return fail(b, "more than 100 tables in each other");
    b->at += taken;
    luaL_checkstack(L, 4, NULL);
    switch (token.kind) {
    case RT_MSGPACK_NIL:
        lua_pushnil(L);
        return true;
    case RT_MSGPACK_BOOL:
        lua_pushboolean(L, token.as.boolean);
        return true;
    case RT_MSGPACK_INT:
        lua_pushinteger(L, token.as.integer);
        return true;
    case RT_MSGPACK_FLOAT:
        lua_pushnumber(L, token.as.number);
        return true;
    case RT_MSGPACK_STRING:
        lua_pushlstring(L, token.as.string.bytes, token.as.string.size);
        return true;
    case RT_MSGPACK_ARRAY:
        return push_list(b, token.as.count, depth + 1);
    case RT_MSGPACK_MAP:
        return push_map(b, token.as.count, depth + 1);
    }
    return false;
}

bool host_foreign_push_msgpack(lua_State *L, const char *bytes, size_t size,
                               host_foreign_error *err) {
    building b = {L, bytes, bytes, bytes + size, err};
    int top = lua_gettop(L);
    if (push_value(&b, 0)) return true;
    lua_settop(L, top);
    return false;
}
