/* lib_protect.c - pcall, xpcall and assert, as stock Lua has them, but for one thing:
 * they tell the host that an error was caught. While the error of a
 * cancellation unwinds the stack, __close handlers may wait; once it has been
 * caught, every wait raises it again (core/wait.c). An assert that fails tells
 * whoever tests the program (lib_test.c), while its caller is on the stack. */
#include "lib/lib_protect.h"

#include <lauxlib.h>

#include "core/state.h"

/* `below`: values on the stack that are not results. */
static int finish(lua_State *L, int status, lua_KContext below) {
    if (status == LUA_OK || status == LUA_YIELD)
        return lua_gettop(L) - (int)below;
    host_caught(L);
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    return 2;
}

/* pcall(f, ...) -> true, results... | false, err */
static int base_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, 1); /* the first result, if there is no error */
    lua_insert(L, 1);
    int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish);
    return finish(L, status, 0);
}

/* xpcall(f, handler, ...) -> true, results... | false, handled */
static int base_xpcall(lua_State *L) {
    int count = lua_gettop(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2); /* f, handler, true, f, arguments */
    int status = lua_pcallk(L, count - 2, LUA_MULTRET, 2, 2, finish);
    return finish(L, status, 2);
}

/* The message is at 1. */
static void tell_tester(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_assert) != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 0);
    } else {
        lua_pop(L, 1);
    }
}

/* assert(v [, message, ...]) -> v, message, ... */
static int base_assert(lua_State *L) {
    if (lua_toboolean(L, 1)) return lua_gettop(L);
    luaL_checkany(L, 1);
    lua_remove(L, 1);
    lua_pushliteral(L, "assertion failed!");
    lua_settop(L, 1);
    if (lua_type(L, 1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, 1);
        lua_concat(L, 2);
    }
    tell_tester(L);
    return lua_error(L);
}

void host_open_protect(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"pcall", base_pcall},
        {"xpcall", base_xpcall},
        {"assert", base_assert},
        {NULL, NULL},
    };
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}
