/* lib_test.c - what lua/test/run.lua is made of.
 *
 *     local raw = require("plait.internal").test()
 *     local guard = raw.guard()
 *     local task = raw.start(7, f, ...)          -- all that it starts is 7's
 *     guard:watch(task, 30)
 *     await(task)
 *     if guard:leave() then print("late", guard:records()) end
 *     for _, h in ipairs(raw.strands(7) or {}) do h:cancel() end */
#include "lib/lib_test.h"

#include <errno.h>
#include <lauxlib.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "core/census.h"
#include "core/failure.h"
#include "core/guard.h"
#include "core/ledger.h"
#include "core/place.h"
#include "core/proxy.h"
#include "core/signals.h"
#include "core/task.h"

/* ---- owners ---- */

/* owner([number]) -> that of the running strand before */
static int test_owner(lua_State *L) {
    host_strand *strand = host_of(L)->current;
    lua_pushinteger(L, strand ? strand->owner : 0);
    if (strand && !lua_isnoneornil(L, 1))
        strand->owner = (uint32_t)luaL_checkinteger(L, 1);
    return 1;
}

/* start(owner, f, ...) -> task */
static int test_start(lua_State *L) {
    uint32_t owner = (uint32_t)luaL_checkinteger(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    host_task *task = host_task_start(L, 2);
    task->owner = task->slot->strand.owner = owner;
    return 1;
}

/* name(task, text): the task is called so in reports */
static int test_name(lua_State *L) {
    if (!host_task_test(L, 1)) return luaL_argerror(L, 1, "no task");
    luaL_checkstring(L, 2);
    lua_settop(L, 2);
    host_task_set_extra(L, 1, "name");
    return 0;
}

/* The list on the top gets the value above it. */
static void append(lua_State *L, lua_Integer *count) {
    lua_rawseti(L, -2, ++*count);
}

static void append_tasks(lua_State *L, uint32_t owner, lua_Integer *count) {
    host_state *host = host_of(L);
    for (rt_list *node = host->tasks.next; node != &host->tasks;
         node = node->next) {
        host_task *task = rt_container_of(node, host_slot, link)->task;
        if (task->owner != owner) continue;
        host_task_push(L, task);
        append(L, count);
    }
}

/* A userdata frees the list that the runtime has made. */
#define LIST_TYPE "plait.test.list"

static int list_gc(lua_State *L) {
    rt_strand ***list = luaL_checkudata(L, 1, LIST_TYPE);
    rt_runtime_free_list(*list);
    *list = NULL;
    return 0;
}

/* The list of handles is on the top. */
static void append_kind(lua_State *L, uint32_t owner, rt_strand_kind kind,
                        lua_Integer *count) {
    rt_strand ***list = lua_newuserdatauv(L, sizeof *list, 0);
    *list = NULL;
    if (luaL_newmetatable(L, LIST_TYPE)) {
        lua_pushcfunction(L, list_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    lua_insert(L, -2);
    *list = rt_runtime_list(host_of(L)->runtime, kind);
    if (!*list) luaL_error(L, "not enough memory");
    for (rt_strand **at = *list; *at; at++) {
        if ((*at)->owner != owner || rt_strand_ended(*at)) continue;
        host_proxy_push(L, &(*at)->object);
        append(L, count);
    }
    lua_remove(L, -2);
}

static bool has_strands(rt_runtime *runtime) {
    pthread_mutex_lock(&runtime->lock);
    bool has = !rt_list_empty(&runtime->live);
    pthread_mutex_unlock(&runtime->lock);
    return has;
}

/* strands(owner) -> list of the handles of its live strands; nil: there is none */
static int test_strands(lua_State *L) {
    uint32_t owner = (uint32_t)luaL_checkinteger(L, 1);
    host_state *host = host_of(L);
    bool has_others = has_strands(host->runtime);
    if (rt_list_empty(&host->tasks) && !has_others) return 0;
    lua_Integer count = 0;
    lua_newtable(L);
    append_tasks(L, owner, &count);
    if (has_others) {
        append_kind(L, owner, RT_STRAND_THREAD, &count);
        append_kind(L, owner, RT_STRAND_PROCESS, &count);
    }
    return count > 0 ? 1 : 0;
}

/* handles(owner) -> list of {what =, at =, object =} that are open; or nil */
static int test_handles(lua_State *L) {
    return host_ledger_push(L, (uint32_t)luaL_checkinteger(L, 1)) ? 1 : 0;
}

/* info(handle) -> where it was started, is it a daemon */
static int test_info(lua_State *L) {
    host_task *task = host_task_test(L, 1);
    if (task) {
        host_task_push_started(L, 1);
        lua_pushboolean(L, task->is_daemon);
        return 2;
    }
    rt_object *object = host_proxy_test(L, 1, RT_KIND_STRAND);
    if (!object) return luaL_argerror(L, 1, "no handle");
    const rt_strand *strand = (rt_strand *)(void *)object;
    lua_pushstring(L, strand->started_at); /* NULL: nil */
    lua_pushboolean(L, strand->daemon);
    return 2;
}

/* failures() -> list of the handles of those that have failed and whose error nobody
 * has received, and a list of their owners; nil: there is none */
static int test_failures(lua_State *L) {
    rt_runtime *runtime = host_of(L)->runtime;
    lua_settop(L, 0);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_failed);
    lua_newtable(L);
    lua_newtable(L);
    lua_Integer count = 0;
    for (lua_pushnil(L); lua_next(L, 1);) {
        lua_pop(L, 1);
        const host_task *task = lua_touserdata(L, -1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, 2, ++count);
        lua_pushinteger(L, task->owner);
        lua_rawseti(L, 3, count);
    }
    for (rt_strand *strand; (strand = rt_runtime_next_failed(runtime));) {
        lua_pushinteger(L, strand->owner);
        lua_rawseti(L, 3, ++count);
        host_proxy_push(L, &strand->object);
        lua_rawseti(L, 2, count);
        rt_object_unref(&strand->object); /* that of next_failed */
    }
    return count > 0 ? 2 : 0;
}

/* ---- the guard ---- */

#define GUARD_TYPE "plait.test.guard"

static host_guard *check_guard(lua_State *L) {
    host_guard **box = luaL_checkudata(L, 1, GUARD_TYPE);
    luaL_argcheck(L, *box, 1, "it was closed");
    return *box;
}

static int guard_gc(lua_State *L) {
    host_guard **box = luaL_checkudata(L, 1, GUARD_TYPE);
    host_guard_free(*box);
    *box = NULL;
    return 0;
}

/* guard:watch(task, seconds). The task is kept until guard:leave. */
static int guard_watch(lua_State *L) {
    host_guard *guard = check_guard(L);
    host_task *task = host_task_test(L, 2);
    lua_Number seconds = luaL_checknumber(L, 3);
    luaL_argcheck(L, task, 2, "no task");
    if (host_task_ended(task)) return 0;
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, 1, 1);
    host_guard_watch(guard, task, seconds);
    return 0;
}

/* guard:leave() -> whether the task was told to stop */
static int guard_leave(lua_State *L) {
    lua_pushboolean(L, host_guard_leave(check_guard(L)));
    lua_pushnil(L);
    lua_setiuservalue(L, 1, 1);
    return 1;
}

/* guard:records() -> list of records of all strands of that moment, or nil */
static int guard_records(lua_State *L) {
    host_guard *guard = check_guard(L);
    const rt_message *records = host_guard_records(guard);
    if (!records) return 0;
    host_census_push(L, records);
    return 1;
}

/* guard() -> guard */
static int test_guard(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"watch", guard_watch},     {"leave", guard_leave},
        {"records", guard_records}, {"__gc", guard_gc},
        {"close", guard_gc},        {NULL, NULL},
    };
    host_guard **box = lua_newuserdatauv(L, sizeof *box, 1);
    *box = NULL;
    if (luaL_newmetatable(L, GUARD_TYPE)) {
        luaL_setfuncs(L, methods, 0);
        lua_pushvalue(L, -1);
        lua_setfield(L, -2, "__index");
    }
    lua_setmetatable(L, -2);
    *box = host_guard_new(host_of(L));
    if (!*box) return luaL_error(L, "not enough memory");
    return 1;
}

/* ---- the process ---- */

static int push_result(lua_State *L, int result) {
    if (result == 0) {
        lua_pushboolean(L, 1);
        return 1;
    }
    int why = errno;
    lua_pushnil(L);
    lua_pushstring(L, strerror(why));
    return 2;
}

/* cwd() -> path */
static int test_cwd(lua_State *L) {
    char path[4096];
    if (!getcwd(path, sizeof path)) return push_result(L, -1);
    lua_pushstring(L, path);
    return 1;
}

/* chdir(path) -> true | nil, message */
static int test_chdir(lua_State *L) {
    return push_result(L, chdir(luaL_checkstring(L, 1)));
}

/* setenv(name, value | nil) -> true | nil, message */
static int test_setenv(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    const char *value = luaL_optstring(L, 2, NULL);
    return push_result(L, value ? setenv(name, value, 1) : unsetenv(name));
}

/* environment() -> table of all variables */
static int test_environment(lua_State *L) {
    lua_newtable(L);
    for (char **at = environ; at && *at; at++) {
        const char *equals = strchr(*at, '=');
        if (!equals) continue;
        lua_pushlstring(L, *at, (size_t)(equals - *at));
        lua_pushstring(L, equals + 1);
        lua_rawset(L, -3);
    }
    return 1;
}

/* FNV-1a. Of the variables of the environment only where they are: setenv puts
 * those it changes elsewhere. */
static uint64_t add_text(uint64_t sum, const char *text) {
    for (; *text; text++)
        sum = (sum ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return (sum ^ 255) * UINT64_C(1099511628211);
}

/* surroundings() -> a number that is the same as long as the current directory, the
 * environment and the locale are */
static int test_surroundings(lua_State *L) {
    uint64_t sum = UINT64_C(14695981039346656037);
    char path[4096];
    if (getcwd(path, sizeof path)) sum = add_text(sum, path);
    for (char **at = environ; at && *at; at++)
        sum = (sum ^ (uintptr_t)*at) * UINT64_C(1099511628211);
    const char *name = setlocale(LC_ALL, NULL);
    if (name) sum = add_text(sum, name);
    lua_pushinteger(L, (lua_Integer)sum);
    return 1;
}

/* place() -> path, line: where the script is, without plait's own lines */
static int test_place(lua_State *L) {
    lua_Debug ar;
    if (!host_place_find(L, 1, &ar)) {
        lua_pushliteral(L, "?");
        lua_pushinteger(L, 0);
        return 2;
    }
    lua_getinfo(L, "S", &ar);
    lua_pushstring(L, *ar.source == '@' ? ar.source + 1 : ar.short_src);
    lua_pushinteger(L, ar.currentline);
    return 2;
}

/* last_line(f) -> that of the function; 0: it is not one of Lua */
static int test_last_line(lua_State *L) {
    lua_Debug ar = {.lastlinedefined = 0};
    if (lua_isfunction(L, 1)) {
        lua_settop(L, 1);
        lua_getinfo(L, ">S", &ar);
    }
    lua_pushinteger(L, ar.lastlinedefined);
    return 1;
}

/* count(table) -> how many keys it has */
static int test_count(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer count = 0;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) count++;
    lua_pushinteger(L, count);
    return 1;
}

/* signals() -> those that the script has functions for, a bit each */
static int test_signals(lua_State *L) {
    const host_signals *signals = host_of(L)->signals;
    uint64_t bits = 0;
    for (int i = 1; signals && i < RT_SIGNAL_LIMIT && i < 64; i++)
        if (atomic_load(&signals->of[i].is_wanted)) bits |= UINT64_C(1) << i;
    lua_pushinteger(L, (lua_Integer)bits);
    return 1;
}

/* signal_name(number) -> "USR1" */
static int test_signal_name(lua_State *L) {
    lua_pushstring(L, host_signal_name((int)luaL_checkinteger(L, 1)));
    return 1;
}

/* ---- os.exit ---- */

static const char key_exit;

/* host_state.on_exit: inside of a test the function is called, which raises. */
static void exit_in_test(lua_State *L, int status, bool close) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_exit);
    lua_rawgeti(L, -1, 2);
    void (*before)(lua_State *, int, bool);
    memcpy(&before, lua_touserdata(L, -1), sizeof before);
    if (host_owner(L) == 0) before(L, status, close);
    lua_rawgeti(L, -2, 1);
    lua_pushinteger(L, status);
    lua_call(L, 1, 0);
    luaL_error(L, "os.exit was called in a test");
}

/* on_exit(f): f(status) is called by os.exit of what has an owner; nil: not any
 * more */
static int test_on_exit(lua_State *L) {
    host_state *host = host_of(L);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_exit) == LUA_TTABLE) {
        lua_rawgeti(L, -1, 2);
        memcpy(&host->on_exit, lua_touserdata(L, -1), sizeof host->on_exit);
        lua_pushnil(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &key_exit);
    }
    if (lua_isnoneornil(L, 1) || !host->on_exit) return 0;
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, 1);
    lua_rawseti(L, -2, 1);
    void *before = lua_newuserdatauv(L, sizeof host->on_exit, 0);
    memcpy(before, &host->on_exit, sizeof host->on_exit);
    lua_rawseti(L, -2, 2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_exit);
    host->on_exit = exit_in_test;
    return 0;
}

/* on_assert(f): f(message) is called by an `assert` that fails, above its caller;
 * nil: not any more */
static int test_on_assert(lua_State *L) {
    lua_settop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_assert);
    return 0;
}

/* at_end(f): f() is called when the main script has ended without an error; if it
 * returns false the program's status is 1 */
static int test_at_end(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_at_end);
    return 0;
}

static const luaL_Reg functions[] = {
    {"owner", test_owner},
    {"start", test_start},
    {"name", test_name},
    {"strands", test_strands},
    {"handles", test_handles},
    {"info", test_info},
    {"failures", test_failures},
    {"guard", test_guard},
    {"cwd", test_cwd},
    {"chdir", test_chdir},
    {"setenv", test_setenv},
    {"environment", test_environment},
    {"surroundings", test_surroundings},
    {"place", test_place},
    {"last_line", test_last_line},
    {"count", test_count},
    {"signals", test_signals},
    {"signal_name", test_signal_name},
    {"on_exit", test_on_exit},
    {"on_assert", test_on_assert},
    {"at_end", test_at_end},
    {NULL, NULL},
};

/* internal.test() -> table of the functions */
static int open_functions(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}

void host_open_test(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, open_functions);
    lua_setfield(L, -2, "test");
    lua_pop(L, 2);
}
