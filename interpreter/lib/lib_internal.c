/* lib_internal.c - what the parts in Lua need of the host, and work in the form
 * of a value. */
#include "lib/lib_internal.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "core/check.h"
#include "core/turns.h"
#include "core/failure.h"
#include "core/output.h"
#include "core/policy.h"
#include "core/proxy.h"
#include "core/sources.h"
#include "core/start.h"
#include "core/task.h"
#include "core/wait.h"
#include "ipc/remote.h"
#include "ship/ship.h"

/* ---- small ones ---- */

/* is_handle(v) -> boolean */
static int is_handle(lua_State *L) {
    lua_pushboolean(L, host_proxy_test(L, 1, RT_KIND_STRAND) != NULL ||
                           host_task_test(L, 1) != NULL);
    return 1;
}

/* object_kind(v) -> "Channel" and so on; nil if it is no shared object */
static int object_kind(lua_State *L) {
    rt_object *object = host_proxy_test(L, 1, 0);
    if (!object) return 0;
    /* Without the "plait." before it. */
    lua_pushstring(L, host_proxy_type(host_object_kind(object)) + 6);
    return 1;
}

/* describe(v) -> what it is, for a message: "5 (a number)", "a Lock" */
static int describe(lua_State *L) {
    (void)host_describe(L, 1);
    return 1;
}

/* terminal_width() -> columns of the standard error; nil if it is no terminal */
static int terminal_width(lua_State *L) {
    struct winsize size = {0};
    if (host_output_is_taken(host_of(L)->runtime)) return 0;
    if (!isatty(STDERR_FILENO)) return 0;
    (void)ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
    lua_pushinteger(L, size.ws_col > 0 ? size.ws_col : 80);
    return 1;
}

/* check_allowed("net connect", function, what): raises if that is denied */
static int check_allowed(lua_State *L) {
    size_t size;
    const char *name = luaL_checklstring(L, 1, &size);
    unsigned denial = host_denial_of(name, size);
    luaL_argcheck(L, denial != 0, 1, "no denial");
    host_deny_check(L, denial, luaL_checkstring(L, 2), 3);
    return 0;
}

/* temp_folder() -> where temporary files are made, unless said otherwise */
static int temp_folder(lua_State *L) {
    const char *folder = getenv("TMPDIR");
    lua_pushstring(L, folder ? folder : "/tmp");
    return 1;
}

/* thread_id() -> the system's number of the calling thread */
static int thread_id(lua_State *L) {
    lua_pushinteger(L, gettid());
    return 1;
}

/* text("manual.md") -> the text of that source: core/sources.h */
static int text(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    for (const host_source *s = host_sources; s->name; s++) {
        if (strcmp(s->name, name) != 0) continue;
        lua_pushlstring(L, s->text, s->size);
        return 1;
    }
    return 0;
}

/* is_callable(v) -> boolean */
static int is_callable(lua_State *L) {
    lua_pushboolean(L, host_is_callable(L, 1));
    return 1;
}

/* raise(kind, message[, fields]): an error of plait, at the place of the script */
static int raise(lua_State *L) {
    const char *kind = luaL_checkstring(L, 1);
    lua_settop(L, 3);
    host_push_where(L);
    lua_pushvalue(L, 2);
    lua_concat(L, 2);
    host_push_failure(L, kind, "%s", lua_tostring(L, -1));
    if (lua_istable(L, 3)) {
        for (lua_pushnil(L); lua_next(L, 3);) {
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_rawset(L, -4);
        }
    }
    return lua_error(L);
}

/* raise_received(err, text): raises an error that came from elsewhere */
static int raise_received(lua_State *L) {
    lua_settop(L, 2);
    host_note_received(L, 1, 2);
    lua_settop(L, 1);
    return lua_error(L);
}

/* catch(f, ...) -> true, results...  |  false, err, traceback */
static int catch_ended(lua_State *L, int status, lua_KContext context) {
    (void)context;
    if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - 1;
    host_caught(L);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    host_push_kept_traceback(L, -1);
    return 3;
}

static int catch (lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    lua_pushcfunction(L, host_keep_traceback);
    lua_insert(L, 1); /* handler, true, f, ... */
    int status =
        lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 1, 0, catch_ended);
    return catch_ended(L, status, 0);
}

/* ---- work as a value ---- */

/* pack(f, "thread" | "process"[, options]) -> a table that can be sent, with
 * what f takes along; checked as by spawn_thread or spawn_process */
static int pack(lua_State *L) {
    const char *to = luaL_checkstring(L, 2);
    host_ship_target target =
        strcmp(to, "thread") == 0 ? HOST_SHIP_THREAD : HOST_SHIP_ANYWHERE;
    lua_settop(L, 3);
    int options = lua_istable(L, 3) ? 3 : 0;
    lua_pushvalue(L, 1);
    rt_message *m = host_ship_work(L, 4, target, to, options);
    lua_createtable(L, (int)m->object_count, 1);
    lua_pushlstring(L, m->bytes.bytes, m->bytes.size);
    lua_setfield(L, -2, "bytes");
    for (size_t i = 0; i < m->object_count; i++) {
        host_proxy_push(L, m->objects[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    rt_message_free(m);
    return 1;
}

static int unpack_message(lua_State *L) {
    return host_unship_work(L, lua_touserdata(L, 1));
}

/* unpack(table) -> f */
static int unpack(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    rt_message *m = rt_message_new();
    if (!m) return luaL_error(L, "not enough memory");
    size_t size, index;
    lua_getfield(L, 1, "bytes");
    const char *bytes = lua_tolstring(L, -1, &size);
    int status = bytes ? rt_buffer_add(&m->bytes, bytes, size) : RT_EDAMAGED;
    for (lua_Integer i = 1; status == RT_OK; i++) {
        lua_rawgeti(L, 1, i);
        rt_object *object = host_proxy_test(L, -1, 0);
        lua_pop(L, 1);
        if (!object) break;
        status = rt_message_add_object(m, object, &index);
    }
    lua_pushcfunction(L, unpack_message);
    lua_pushlightuserdata(L, m);
    if (status == RT_OK) {
        status = lua_pcall(L, 1, 1, 0);
    } else {
        lua_pushstring(L, rt_status_text(status));
    }
    rt_message_free(m);
    return status == LUA_OK ? 1 : lua_error(L);
}

/* internal.block_count() -> how many blocks of memory the runtime has in use;
 * 0 in release builds, which do not count. For tests. */
static int block_count(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)rt_alloc_count());
    return 1;
}

/* internal.set_cleanup(seconds): how long clean-up may take in this state, here
 * and in its tasks, before it is stopped. For tests. */
static int set_cleanup(lua_State *L) {
    lua_Number seconds = luaL_checknumber(L, 1);
    host_of(L)->cleanup_ns = (int64_t)(seconds * (lua_Number)RT_SECOND);
    return 0;
}

/* internal.set_haste(times): children that do not stop are ended so many times
 * sooner. For tests. */
static int set_haste(lua_State *L) {
    lua_Integer times = luaL_checkinteger(L, 1);
    luaL_argcheck(L, times >= 1 && times <= 1000, 1, "out of range");
    host_of(L)->runtime->haste = (int)times;
    return 0;
}

/* internal.slice(count): strands of this state make way after so many
 * instructions; 0: not any more. For tests. */
static int slice(lua_State *L) {
    host_turns_set_count(host_of(L), (int)luaL_checkinteger(L, 1));
    return 0;
}

static const luaL_Reg functions[] = {
    {"is_handle", is_handle},
    {"is_callable", is_callable},
    {"raise", raise},
    {"raise_received", raise_received},
    {"catch", catch},
    {"pack", pack},
    {"unpack", unpack},
    {"object_kind", object_kind},
    {"describe", describe},
    {"terminal_width", terminal_width},
    {"check_allowed", check_allowed},
    {"temp_folder", temp_folder},
    {"thread_id", thread_id},
    {"text", text},
    {"block_count", block_count},
    {"set_cleanup", set_cleanup},
    {"set_haste", set_haste},
    {"slice", slice},
    {NULL, NULL},
};

void host_open_internal(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    luaL_newlib(L, functions);
    lua_setfield(L, -2, "plait.internal");
    lua_pop(L, 1);
}
