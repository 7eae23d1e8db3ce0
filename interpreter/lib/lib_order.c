/* lib_order.c - for programs that are to be repeated: Lua's own order depends on the
 * addresses of things and on a seed that it takes from the clock.
 *
 * Keys come in this order: numbers, strings, false, true, each by their values; all
 * others as Lua has them. They are listed when a traversal begins; what is removed
 * meanwhile is left out, and what is added need not come, as Lua says. next keeps the
 * list of a table between its calls. */
#include "lib/lib_order.h"
#include "core/weak.h"

#include <lauxlib.h>
#include <stdbool.h>

static const char lists; /* in the registry, weak: table -> its list */

/* 0 for numbers, and so on. */
static int rank(lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        return 0;
    case LUA_TSTRING:
        return 1;
    case LUA_TBOOLEAN:
        return 2 + lua_toboolean(L, index);
    default:
        return 4;
    }
}

/* (a, b) -> a < b */
static int is_before(lua_State *L) {
    int a = rank(L, 1), b = rank(L, 2);
    bool result = a < b;
    if (a == b && a < 2) result = lua_compare(L, 1, 2, LUA_OPLT);
    lua_pushboolean(L, result);
    return 1;
}

/* Pushes the list of keys of the table at `index`: [i] = key. Upvalue 1 of the
 * running function sorts. */
static void push_keys(lua_State *L, int index) {
    lua_newtable(L);
    lua_newtable(L); /* those that have no order */
    lua_Integer count = 0, others = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        bool has_order = rank(L, -2) < 4;
        lua_pushvalue(L, -2);
        lua_rawseti(L, has_order ? -5 : -4, has_order ? ++count : ++others);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, -3);
    lua_pushcfunction(L, is_before);
    lua_call(L, 2, 0);
    for (lua_Integer i = 1; i <= others; i++) {
        lua_rawgeti(L, -1, i);
        lua_rawseti(L, -3, ++count);
    }
    lua_pop(L, 1);
}

/* Pushes the first key from `from` on in the list at `keys` that the table at 1
 * still has, and its value; returns its place, or 0 with nothing pushed. */
static lua_Integer push_from(lua_State *L, int keys, lua_Integer from) {
    for (; lua_rawgeti(L, keys, from) != LUA_TNIL; from++) {
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL) return from;
        lua_pop(L, 2);
    }
    lua_pop(L, 1);
    return 0;
}

/* Upvalues: the list, the place of the last key. */
static int iterate(lua_State *L) {
    lua_settop(L, 1);
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(2));
    at = push_from(L, lua_upvalueindex(1), at + 1);
    if (at == 0) return 0;
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(2));
    return 2;
}

static int pairs_began(lua_State *L, int status, lua_KContext context) {
    (void)L;
    (void)status;
    (void)context;
    return 3;
}

/* pairs(t) */
static int base_pairs(lua_State *L) {
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_callk(L, 1, 3, 0, pairs_began);
        return 3;
    }
    if (!lua_istable(L, 1)) { /* as Lua says it, when next is called */
        lua_getglobal(L, "next");
        lua_pushvalue(L, 1);
        lua_pushnil(L);
        return 3;
    }
    lua_settop(L, 1);
    push_keys(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, iterate, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/* Leaves at 3 the list of the table at 1, anew or as it was kept: {[i] = key, place of
 * each key = in the table at [0]}. */
static void find_list(lua_State *L, bool is_new) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lists);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, -2) == LUA_TTABLE && !is_new) {
        lua_replace(L, 3);
        lua_settop(L, 3);
        return;
    }
    lua_pop(L, 1);
    push_keys(L, 1);
    lua_newtable(L);
    for (lua_Integer i = 1; lua_rawgeti(L, -2, i) != LUA_TNIL; i++) {
        lua_pushinteger(L, i);
        lua_rawset(L, -3);
    }
    lua_pop(L, 1);
    lua_rawseti(L, -2, 0);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, -4);
    lua_replace(L, 3);
    lua_settop(L, 3);
}

/* The place of the key at 2 in the list at 3; 0: it is not there. */
static lua_Integer place_of_key(lua_State *L) {
    lua_rawgeti(L, 3, 0);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    lua_Integer place = lua_tointeger(L, -1);
    lua_settop(L, 3);
    return place;
}

/* next(t [, key]) */
static int base_next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    lua_pushnil(L); /* 3: the list */
    lua_Integer place = 0;
    find_list(L, lua_isnil(L, 2));
    if (!lua_isnil(L, 2)) place = place_of_key(L);
    if (!lua_isnil(L, 2) && place == 0) { /* of another traversal */
        find_list(L, true);
        place = place_of_key(L);
        if (place == 0) return luaL_error(L, "invalid key to 'next'");
    }
    if (push_from(L, 3, place + 1) > 0) return 2;
    lua_pushnil(L);
    return 1;
}

void host_open_order(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"pairs", base_pairs}, {"next", base_next}, {NULL, NULL}};
    host_weak_new(L, "k");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lists);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_getglobal(L, "table");
    lua_getfield(L, -1, "sort");
    lua_remove(L, -2);
    luaL_setfuncs(L, functions, 1);
    lua_pop(L, 1);
}
