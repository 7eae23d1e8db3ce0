/* lib_plait.c - what has no better place, and the parts in Lua.
 *
 * A part in Lua is compiled when it is first called: the C function that
 * stands for it in the module loads the source, and calls what it returns. */
#include "lib/lib_plait.h"

#include <lauxlib.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "core/failure.h"
#include "core/part.h"
#include "core/state.h"
#include "core/turns.h"
#include "core/wait.h"

/* ---- parts in Lua ---- */

static int called(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L);
}

/* Upvalues: the name of the source, the function once it is loaded. */
static int call_source(lua_State *L) {
    if (lua_isnil(L, lua_upvalueindex(2))) {
        host_part_push(L, lua_tostring(L, lua_upvalueindex(1)));
        lua_replace(L, lua_upvalueindex(2));
    }
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_insert(L, 1);
    lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, called);
    return called(L, LUA_OK, 0);
}

static void push_source(lua_State *L, const char *name) {
    lua_pushstring(L, name);
    lua_pushnil(L);
    lua_pushcclosure(L, call_source, 2);
}

/* ---- modules that are loaded when their field is asked for ---- */

static int loaded(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    return 1;
}

/* __index of the module: plait.fs is require "plait.fs". Upvalues: require, the
 * __index for all other fields. */
static int module_index(lua_State *L) {
    static const char *const modules[] = {"fs",  "exec",  "http",
                                          "net", "stdin", NULL};
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    const char *const *module = modules;
    while (*module && strcmp(*module, name) != 0) module++;
    if (!*module) {
        lua_pushvalue(L, lua_upvalueindex(2));
        lua_insert(L, 1);
        lua_call(L, 2, 1);
        return 1;
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushfstring(L, "plait.%s", name);
    lua_callk(L, 1, 1, 0, loaded);
    return loaded(L, LUA_OK, 0);
}

/* ---- errors ---- */

/* plait.kind(err) -> the kind of an error of plait, or nil */
static int plait_kind(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushstring(L, host_failure_kind(L, 1)); /* NULL: nil */
    return 1;
}

/* plait.on_unhandled(f): f(err, text) is called at the end for each error that
 * nobody received, instead of a report; nil: reports again */
static int plait_on_unhandled(lua_State *L) {
    if (!lua_isnil(L, 1)) luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_unhandled);
    return 0;
}

/* ---- the end ---- */

static bool is_main_strand(const host_state *host) {
    return host->on_finish && host->current == &host->main;
}

static int finish(lua_State *L, bool has_failed) {
    host_strand *strand = host_wait_begin(L, "finish");
    strand->waiting_for = NULL;
    return strand->host->on_finish(strand->host, has_failed);
}

/* plait.finish() -> whether no error was left that nobody received: waits for all
 * strands as the end of the main script does */
static int plait_finish(lua_State *L) {
    if (!is_main_strand(host_of(L)))
        return host_raise(L, "usage",
                          "plait.finish waits for all strands of a program: it "
                          "is for the main script, and not for its tasks");
    lua_pushboolean(L, finish(L, false) == 0);
    return 1;
}

/* __close of the module: `local plait <close> = require "plait"` */
static int module_close(lua_State *L) {
    if (is_main_strand(host_of(L))) (void)finish(L, !lua_isnoneornil(L, 2));
    return 0;
}

/* plait.globals() -> plait: async, await and the others are global variables from
 * here on */
static int plait_globals(lua_State *L) {
    lua_settop(L, 0);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, 1, "plait");
    static const char *const names[] = {
        "async",         "await",        "gather",    "sleep",
        "spawn_process", "spawn_thread", "to_thread", NULL};
    for (const char *const *name = names; *name; name++) {
        lua_getfield(L, 2, *name);
        lua_setglobal(L, *name);
    }
    lua_pushvalue(L, 2);
    lua_setglobal(L, "plait");
    return 1;
}

/* ---- the machine ---- */

/* plait.cpu_count() -> processors this process may use */
static int plait_cpu_count(lua_State *L) {
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0
                    ? CPU_COUNT(&set)
                    : (int)sysconf(_SC_NPROCESSORS_ONLN);
    lua_pushinteger(L, count > 0 ? count : 1);
    return 1;
}

/* plait.pid() -> number of this process */
static int plait_pid(lua_State *L) {
    lua_pushinteger(L, getpid());
    return 1;
}

/* plait.preempt([on]) -> whether it was on: strands that do not wait make way for
 * others of their state after 10 ms, in the whole program; nil: only asks */
static int plait_preempt(lua_State *L) {
    rt_runtime *runtime = host_of(L)->runtime;
    bool was_on = atomic_load(&runtime->slice_ns) != RT_NEVER;
    if (!lua_isnoneornil(L, 1)) {
        luaL_checktype(L, 1, LUA_TBOOLEAN);
        bool is_on = lua_toboolean(L, 1);
        host_turns_set_slice(runtime, is_on ? HOST_SLICE_NS : RT_NEVER);
    }
    lua_pushboolean(L, was_on);
    return 1;
}

void host_open_modules(lua_State *L) {
    lua_getmetatable(L, -1);
    lua_getglobal(L, "require");
    lua_getfield(L, -2, "__index");
    lua_pushcclosure(L, module_index, 2);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, module_close);
    lua_setfield(L, -2, "__close");
    lua_pop(L, 1);
}

static const luaL_Reg functions[] = {
    {"kind", plait_kind},           {"on_unhandled", plait_on_unhandled},
    {"cpu_count", plait_cpu_count}, {"pid", plait_pid},
    {"preempt", plait_preempt},     {"finish", plait_finish},
    {"globals", plait_globals},     {NULL, NULL},
};

void host_open_plait(lua_State *L) {
    luaL_setfuncs(L, functions, 0);
    host_push_failure_metatable(L);
    lua_setfield(L, -2, "Error");
    lua_pushliteral(L, PLAIT_VERSION);
    lua_setfield(L, -2, "version");
    static const char *const parts[] = {"repr",         "Pool",  "gather",
                                        "others",       "race",  "wait",
                                        "as_completed", "scope", NULL};
    for (const char *const *part = parts; *part; part++) {
        push_source(L, strcmp(*part, "Pool") == 0 ? "pool" : *part);
        lua_setfield(L, -2, *part);
    }
    lua_getfield(L, -1, "gather");
    lua_setglobal(L, "gather");
}
