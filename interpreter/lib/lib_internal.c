/* lib_internal.c - waiting for many handles, and work in the form of a value.
 *
 * wait_many registers a watcher with each handle, in a block of its own. A
 * watcher that is being completed by another thread when the wait ends is on
 * its way to this loop: the block is freed when the last has arrived. */
#include "lib/lib_internal.h"

#include <lauxlib.h>
#include <string.h>

#include "base/alloc.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/start.h"
#include "core/task.h"
#include "core/wait.h"
#include "ipc/remote.h"
#include "ship/ship.h"

/* ---- wait_many ---- */

typedef enum { UNTIL_ALL, UNTIL_ERROR, UNTIL_FIRST } until;

struct many;

typedef struct watcher {
    rt_waiter waiter;
    struct many *many;
    host_task *task; /* one of the two is set: whom it watches */
    rt_strand *strand;
    int index; /* in the list, from 1 */
} watcher;

typedef struct many {
    host_strand *waiting; /* NULL once it waits no more */
    until until;
    int left;       /* handles that have not ended */
    int out;        /* watchers that are registered or on their way */
    int decided_by; /* index of the handle that ended the wait; 0 */
    int count;
    watcher watchers[];
} many;

static bool has_failed(const watcher *w) {
    int state = w->task ? w->task->state : (int)rt_strand_get_state(w->strand);
    return state > RT_STRAND_DONE;
}

/* A handle has ended: true if that decides the wait. */
static bool decide(many *m, const watcher *w) {
    m->left--;
    if (m->decided_by) return true;
    if (m->until == UNTIL_FIRST || (m->until == UNTIL_ERROR && has_failed(w)))
        m->decided_by = w->index;
    return m->decided_by || m->left == 0;
}

static void release(many *m) {
    if (m->out == 0 && !m->waiting) rt_free(m);
}

static void on_ended(rt_waiter *waiter) {
    watcher *w = rt_container_of(waiter, watcher, waiter);
    many *m = w->many;
    m->out--;
    if (m->waiting && waiter->status == RT_OK && decide(m, w))
        (void)rt_waiter_cancel(&m->waiting->waiter, RT_OK);
    release(m);
}

static void withdraw_from_task(rt_waiter *waiter) {
    rt_list_unlink(&waiter->link);
}

/* False: it has ended already. */
static bool watch(watcher *w, rt_loop *loop) {
    rt_waiter_init(&w->waiter, loop, on_ended);
    if (w->strand) return rt_strand_wait(w->strand, &w->waiter) == RT_PENDING;
    if (host_task_ended(w->task)) return false;
    rt_waiter_park(&w->waiter, w->task, withdraw_from_task);
    rt_list_push(&w->task->waiters, &w->waiter.link);
    return true;
}

/* The wait is over: nothing of it may reach the strand any more. */
static void stop_watching(host_strand *strand) {
    many *m = strand->clean_up_target;
    m->waiting = NULL;
    m->out++; /* keeps the block until the loop is through */
    for (int i = 0; i < m->count; i++)
        (void)rt_waiter_cancel(&m->watchers[i].waiter, RT_ECANCELLED);
    m->out--;
    release(m);
}

/* The index that decided stands in the waiter, since the block is gone. */
static int many_done(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_ETIMEOUT) {
        lua_pushnil(L);
        lua_pushliteral(L, "timeout");
        return 2;
    }
    lua_pushboolean(L, status == RT_OK);
    return 1;
}

static int check_list(lua_State *L, many *m) {
    for (int i = 1; i <= m->count; i++) {
        watcher *w = &m->watchers[i - 1];
        lua_rawgeti(L, 1, i);
        w->many = m;
        w->index = i;
        rt_object *object = host_proxy_test(L, -1, RT_KIND_STRAND);
        bool is_near = object && !rt_is_remote(object);
        w->strand = is_near ? (rt_strand *)(void *)object : NULL;
        w->task = object ? NULL : host_task_test(L, -1);
        lua_pop(L, 1); /* the list, argument 1, keeps it */
        if (!w->strand && !w->task) return i;
    }
    return 0;
}

/* wait_many(list, count, "all" | "error" | "first"[, timeout])
 *   -> true | nil, "timeout" */
static int wait_many(lua_State *L) {
    static const char *const names[] = {"all", "error", "first", NULL};
    luaL_checktype(L, 1, LUA_TTABLE);
    int count = (int)luaL_checkinteger(L, 2);
    until mode = (until)luaL_checkoption(L, 3, "all", names);
    host_deadline deadline = host_check_timeout(L, 4);
    host_strand *strand = host_wait_begin(L, "await");
    many *m = rt_calloc(sizeof *m + (size_t)count * sizeof *m->watchers);
    if (!m) return luaL_error(L, "not enough memory");
    m->until = mode;
    m->count = m->left = count;
    int wrong = check_list(L, m);
    if (wrong) {
        rt_free(m);
        return luaL_error(L, "item %d is no handle", wrong);
    }
    m->waiting = strand;
    bool is_decided = count == 0;
    for (int i = 0; i < count && !is_decided; i++) {
        watcher *w = &m->watchers[i];
        if (watch(w, strand->host->loop))
            m->out++;
        else
            is_decided = decide(m, w);
    }
    strand->clean_up_target = m;
    if (is_decided) {
        stop_watching(strand);
        return host_wait_end(L, strand, RT_OK, deadline, many_done);
    }
    strand->clean_up = stop_watching;
    rt_waiter_park(&strand->waiter, m, NULL);
    return host_wait_end(L, strand, RT_PENDING, deadline, many_done);
}

/* ---- small ones ---- */

/* is_handle(v) -> boolean */
static int is_handle(lua_State *L) {
    lua_pushboolean(L, host_proxy_test(L, 1, RT_KIND_STRAND) != NULL ||
                           host_task_test(L, 1) != NULL);
    return 1;
}

/* is_far(handle) -> whether the strand is in another process */
static int is_far(lua_State *L) {
    rt_object *object = host_proxy_test(L, 1, RT_KIND_STRAND);
    lua_pushboolean(L, object && rt_is_remote(object));
    return 1;
}

/* is_callable(v) -> boolean */
static int is_callable(lua_State *L) {
    lua_pushboolean(L, host_is_callable(L, 1));
    return 1;
}

/* raise(kind, message): an error of plait, at the place of the script */
static int raise(lua_State *L) {
    return host_raise(L, luaL_checkstring(L, 1), "%s", luaL_checkstring(L, 2));
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

static const luaL_Reg functions[] = {
    {"wait_many", wait_many}, {"is_handle", is_handle},
    {"is_far", is_far},       {"is_callable", is_callable},
    {"raise", raise},         {"raise_received", raise_received},
    {"catch", catch},         {"pack", pack},
    {"unpack", unpack},       {NULL, NULL},
};

void host_open_internal(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    luaL_newlib(L, functions);
    lua_setfield(L, -2, "plait.internal");
    lua_pop(L, 1);
}
