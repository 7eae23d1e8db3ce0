/* lib_census.c - what all strands of the program are doing.
 *
 *     plait.dump()                          -- to the standard error
 *     for _, s in ipairs(plait.strands()) do
 *         if s.state == "waiting" then print(s.key, s.wait, s.place) end
 *     end
 */
#include "lib/lib_census.h"

#include <lauxlib.h>
#include <unistd.h>

#include "core/census.h"
#include "core/check.h"
#include "core/failure.h"
#include "core/output.h"
#include "core/proxy.h"
#include "core/task.h"

/* What a census has come to, in a userdata that frees it. */
typedef struct result {
    rt_message *records;
    rt_buffer text;
} result;

#define RESULT_TYPE "plait.census"

static int result_gc(lua_State *L) {
    result *r = luaL_checkudata(L, 1, RESULT_TYPE);
    rt_message_free(r->records);
    rt_buffer_deinit(&r->text);
    *r = (result){.records = NULL};
    return 0;
}

/* Pushes it, with the records of now. */
static result *push_result(lua_State *L) {
    result *r = lua_newuserdatauv(L, sizeof *r, 0);
    *r = (result){.records = NULL};
    luaL_setmetatable(L, RESULT_TYPE);
    r->records = host_census_take(L, 1);
    if (!r->records) luaL_error(L, "not enough memory");
    return r;
}

/* plait.strands() -> list of records of all strands of the program */
static int plait_strands(lua_State *L) {
    const result *r = push_result(L);
    host_census_push(L, r->records);
    return 1;
}

/* ---- as text ---- */

static void push_text(lua_State *L) {
    result *r = push_result(L);
    if (rt_records_write_text(&r->text, r->records, getpid()))
        luaL_error(L, "not enough memory");
    lua_pushlstring(L, r->text.bytes, r->text.size);
}

static int written(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L) - 1;
}

/* Pushes the field `write` of the value at 1; nil if it has no fields. */
static void push_write(lua_State *L) {
    bool has_fields = lua_istable(L, 1);
    if (!has_fields && luaL_getmetafield(L, 1, "__index") != LUA_TNIL) {
        lua_pop(L, 1);
        has_fields = true;
    }
    if (has_fields)
        lua_getfield(L, 1, "write");
    else
        lua_pushnil(L);
}

/* plait.dump([file]): writes them, to the standard error or by file:write */
static int plait_dump(lua_State *L) {
    lua_settop(L, 1);
    if (!lua_isnil(L, 1)) {
        push_write(L);
        if (!lua_isfunction(L, 2))
            return host_raise(L, "usage",
                              "dump: argument 1 is %s, not an open file; write "
                              "plait.dump(io.stdout)",
                              host_describe(L, 1));
        lua_pushvalue(L, 1);
        push_text(L);
        lua_remove(L, -2); /* the result */
        lua_callk(L, 2, LUA_MULTRET, 0, written);
        return written(L, LUA_OK, 0);
    }
    rt_runtime *runtime = host_of(L)->runtime;
    if (!host_output_is_taken(runtime))
        host_deny_check(L, HOST_DENY_STDIO, "plait.dump", 0);
    push_text(L);
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    host_tell(runtime, text, size);
    return 0;
}

/* ---- handles ---- */

/* plait.tasks() -> list of the handles of the live tasks of this state */
static int plait_tasks(lua_State *L) {
    host_state *host = host_of(L);
    lua_settop(L, 0);
    lua_newtable(L);
    lua_Integer count = 0;
    for (rt_list *node = host->tasks.next; node != &host->tasks;
         node = node->next) {
        host_task_push(L, rt_container_of(node, host_slot, link)->task);
        lua_rawseti(L, 1, ++count);
    }
    return 1;
}

#define STRANDS_TYPE "plait.strands"

/* The list is in a userdata that frees it. */
static int strands_gc(lua_State *L) {
    rt_strand ***strands = luaL_checkudata(L, 1, STRANDS_TYPE);
    rt_runtime_free_list(*strands);
    *strands = NULL;
    return 0;
}

/* Of those of that kind; but workers are their pool's. */
static int push_live(lua_State *L, rt_strand_kind kind) {
    rt_strand ***strands = lua_newuserdatauv(L, sizeof *strands, 0);
    *strands = NULL;
    luaL_setmetatable(L, STRANDS_TYPE);
    *strands = rt_runtime_list(host_of(L)->runtime, kind);
    if (!*strands) return luaL_error(L, "not enough memory");
    lua_newtable(L);
    lua_Integer count = 0;
    for (rt_strand **at = *strands; *at; at++) {
        /* Who awaits it may know of its end before the runtime does. */
        if ((*at)->is_worker || rt_strand_ended(*at)) continue;
        host_proxy_push(L, &(*at)->object);
        lua_rawseti(L, -2, ++count);
    }
    return 1;
}

/* plait.threads() -> list of the handles of the live threads of this process */
static int plait_threads(lua_State *L) {
    return push_live(L, RT_STRAND_THREAD);
}

/* plait.processes() -> list of those of its child processes */
static int plait_processes(lua_State *L) {
    return push_live(L, RT_STRAND_PROCESS);
}

static const luaL_Reg functions[] = {
    {"strands", plait_strands},     {"dump", plait_dump},
    {"tasks", plait_tasks},         {"threads", plait_threads},
    {"processes", plait_processes}, {NULL, NULL},
};

static void make_metatable(lua_State *L, const char *name, lua_CFunction gc) {
    luaL_newmetatable(L, name);
    lua_pushcfunction(L, gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}

void host_open_census(lua_State *L) {
    make_metatable(L, RESULT_TYPE, result_gc);
    make_metatable(L, STRANDS_TYPE, strands_gc);
    luaL_setfuncs(L, functions, 0);
}
