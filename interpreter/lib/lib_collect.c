/* lib_collect.c - collectgarbage, as stock Lua has it, but for one thing: after a
 * full collection it looks for tasks that are stuck (core/stuck.h). */
#include "lib/lib_collect.h"

#include <lauxlib.h>

#include "core/stuck.h"

static int option(lua_State *L, int arg) {
    return (int)luaL_optinteger(L, arg, 0);
}

static int push_mode(lua_State *L, int mode) {
    if (mode == -1)
        lua_pushnil(L);
    else
        lua_pushstring(L, mode == LUA_GCINC ? "incremental" : "generational");
    return 1;
}

/* -1 is what lua_gc says in a finalizer. */
static int push_integer(lua_State *L, int result) {
    if (result == -1)
        lua_pushnil(L);
    else
        lua_pushinteger(L, result);
    return 1;
}

static int push_boolean(lua_State *L, int result) {
    if (result == -1)
        lua_pushnil(L);
    else
        lua_pushboolean(L, result);
    return 1;
}

static int push_count(lua_State *L) {
    int kilobytes = lua_gc(L, LUA_GCCOUNT);
    int bytes = lua_gc(L, LUA_GCCOUNTB);
    if (kilobytes == -1)
        lua_pushnil(L);
    else
        lua_pushnumber(L, (lua_Number)kilobytes + (lua_Number)bytes / 1024);
    return 1;
}

static int collect(lua_State *L) {
    (void)push_integer(L, lua_gc(L, LUA_GCCOLLECT));
    (void)host_stuck_check(L);
    return 1;
}

/* collectgarbage([opt[, arg...]]) -> what the option says */
static int collectgarbage(lua_State *L) {
    static const char *const names[] = {
        "stop",         "restart",     "collect",    "count",
        "step",         "setpause",    "setstepmul", "isrunning",
        "generational", "incremental", NULL};
    static const int options[] = {
        LUA_GCSTOP, LUA_GCRESTART,  LUA_GCCOLLECT,    LUA_GCCOUNT,
        LUA_GCSTEP, LUA_GCSETPAUSE, LUA_GCSETSTEPMUL, LUA_GCISRUNNING,
        LUA_GCGEN,  LUA_GCINC};
    int what = options[luaL_checkoption(L, 1, "collect", names)];
    switch (what) {
    case LUA_GCCOLLECT:
        return collect(L);
    case LUA_GCCOUNT:
        return push_count(L);
    case LUA_GCSTEP:
        return push_boolean(L, lua_gc(L, what, option(L, 2)));
    case LUA_GCSETPAUSE:
    case LUA_GCSETSTEPMUL:
        return push_integer(L, lua_gc(L, what, option(L, 2)));
    case LUA_GCISRUNNING:
        return push_boolean(L, lua_gc(L, what));
    case LUA_GCGEN: {
        int minor = option(L, 2), major = option(L, 3);
        return push_mode(L, lua_gc(L, what, minor, major));
    }
    case LUA_GCINC: {
        int pause = option(L, 2), multiplier = option(L, 3);
        int size = option(L, 4);
        return push_mode(L, lua_gc(L, what, pause, multiplier, size));
    }
    }
    return push_integer(L, lua_gc(L, what));
}

void host_open_collect(lua_State *L) {
    lua_pushcfunction(L, collectgarbage);
    lua_setglobal(L, "collectgarbage");
}
