/* lib_handle.c - handles of tasks, threads, processes and futures.
 *
 *     local a, b = h:await(1.5)      -- results, raises, or nil, "timeout"
 *     if h:done() then print(h:status(), h.name, h.kind) end
 *
 * A task's handle is the block of the task itself (core/task.h); the others
 * are proxies of an rt_strand. Both have the same methods. */
#include "lib/lib_handle.h"

#include <lauxlib.h>
#include <string.h>

#include "base/alloc.h"
#include "core/check.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/ring.h"
#include "core/scheduler.h"
#include "core/start.h"
#include "core/childio.h"
#include "core/steer.h"
#include "core/task.h"
#include "core/wait.h"
#include "ipc/remote.h"
#include "ship/far.h"
#include "ship/outcome.h"
#include "ship/shared_task.h"
#include "ship/ship.h"

/* ---- which handle ---- */

typedef struct handle {
    host_task *task; /* one of the three is set */
    rt_strand *strand;
    rt_object *far; /* of a strand in another process */
} handle;

static bool test_handle(lua_State *L, int index, handle *h) {
    *h = (handle){.task = host_task_test(L, index)};
    if (h->task) return true;
    rt_object *object = host_proxy_test(L, index, RT_KIND_STRAND);
    if (object && rt_is_remote(object))
        h->far = object;
    else
        h->strand = (rt_strand *)(void *)object;
    return object != NULL;
}

static handle check_handle(lua_State *L, int arg) {
    handle h;
    host_steer_point(L);
    if (!test_handle(L, arg, &h)) luaL_typeerror(L, arg, "handle");
    return h;
}

/* ---- waiting ---- */

static int timed_out(lua_State *L) {
    lua_pushnil(L);
    lua_pushliteral(L, "timeout");
    return 2;
}

/* The handle is argument 1. */
static int awaited(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_ETIMEOUT) return timed_out(L);
    if (status != RT_OK) return luaL_error(L, "%s", rt_status_text(status));
    handle h = check_handle(L, 1);
    if (h.task) return host_task_results(L, 1);
    return host_outcome_results(L, 1);
}

static int wait_for(handle h, host_strand *strand) {
    return h.strand ? rt_strand_wait(h.strand, &strand->waiter)
                    : host_task_wait(h.task, &strand->waiter);
}

static int await_handle(lua_State *L, handle h) {
    host_deadline deadline = host_check_timeout(L, 2);
    if (h.far) return host_far_await(L, h.far, deadline);
    host_state *host = host_of(L);
    if (h.task && h.task->slot && &h.task->slot->strand == host->current)
        return host_raise(L, "deadlock", "a task cannot await itself");
    if (h.strand && h.strand == host->self && host->current == &host->main)
        return host_raise(L, "deadlock", "a strand cannot await itself");
    host_strand *strand = host_wait_begin(L, "await");
    int status = wait_for(h, strand);
    if (status == RT_PENDING) host_ring_check(L, strand, deadline);
    return host_wait_end(L, strand, status, deadline, awaited);
}

/* A task that has ended needs no wait, unless the waiting strand was
 * cancelled: then every wait raises. */
static bool has_results(lua_State *L, const host_task *task) {
    const host_strand *strand = host_of(L)->current;
    return host_task_ended(task) && lua_gettop(L) == 1 &&
           !(strand && strand->is_cancelled);
}

/* h:await([timeout]) -> results of the strand, or raises its error;
 * nil, "timeout" */
static int handle_await(lua_State *L) {
    handle h = check_handle(L, 1);
    if (h.task && has_results(L, h.task)) return host_task_results(L, 1);
    return await_handle(L, h);
}

/* await(h[, timeout]);  await(v) -> v */
static int plait_await(lua_State *L) {
    handle h;
    if (lua_gettop(L) == 0 || !test_handle(L, 1, &h)) return lua_gettop(L);
    if (h.task && has_results(L, h.task)) return host_task_results(L, 1);
    return await_handle(L, h);
}

/* ---- state ---- */

static rt_strand_state state_of(handle h) {
    if (h.strand) return rt_strand_get_state(h.strand);
    if (h.task->state == RT_STRAND_RUNNING &&
        h.task->slot->strand.waiting_for != NULL)
        return RT_STRAND_WAITING;
    return (rt_strand_state)h.task->state;
}

static int push_far_done(lua_State *L) {
    int state = host_far_index(L, RT_LOOK_STATE);
    lua_pushboolean(L, lua_tointeger(L, state) >= RT_STRAND_DONE);
    return 1;
}

/* h:done() -> boolean */
static int handle_done(lua_State *L) {
    handle h = check_handle(L, 1);
    if (h.far) return host_far_look(L, h.far, push_far_done);
    lua_pushboolean(L, state_of(h) >= RT_STRAND_DONE);
    return 1;
}

static const char *state_name(lua_Integer state) {
    static const char *const names[] = {
        [RT_STRAND_PENDING] = "pending", [RT_STRAND_RUNNING] = "running",
        [RT_STRAND_WAITING] = "waiting", [RT_STRAND_DONE] = "done",
        [RT_STRAND_FAILED] = "failed",   [RT_STRAND_CANCELLED] = "cancelled",
    };
    return state >= 0 && state <= RT_STRAND_CANCELLED ? names[state] : "?";
}

static int push_far_status(lua_State *L) {
    int state = host_far_index(L, RT_LOOK_STATE);
    lua_pushstring(L, state_name(lua_tointeger(L, state)));
    return 1;
}

/* h:status() -> "pending", "running", "waiting", "done", "failed" or
 * "cancelled" */
static int handle_status(lua_State *L) {
    handle h = check_handle(L, 1);
    if (h.far) return host_far_look(L, h.far, push_far_status);
    lua_pushstring(L, state_name(state_of(h)));
    return 1;
}

static int push_far_cancelled(lua_State *L) {
    int state = host_far_index(L, RT_LOOK_STATE);
    lua_pushboolean(L, lua_tointeger(L, state) == RT_STRAND_CANCELLED);
    return 1;
}

/* h:cancelled() -> boolean */
static int handle_cancelled(lua_State *L) {
    handle h = check_handle(L, 1);
    if (h.far) return host_far_look(L, h.far, push_far_cancelled);
    lua_pushboolean(L, state_of(h) == RT_STRAND_CANCELLED);
    return 1;
}

/* A future has nobody to be asked: it ends. */
static void cancel_future(lua_State *L, rt_strand *strand, int reason) {
    host_push_cancelled(L, reason);
    int error = lua_gettop(L);
    lua_pushnil(L);
    rt_message *outcome = host_outcome_ship_failure(L, error, error + 1);
    (void)rt_strand_finish(strand, RT_STRAND_CANCELLED, outcome);
}

/* h:cancel([reason]) -> h */
static int handle_cancel(lua_State *L) {
    handle h = check_handle(L, 1);
    lua_settop(L, 2);
    int reason = lua_isnil(L, 2) ? 0 : 2;
    if (h.task) {
        host_task_cancel(L, h.task, reason);
    } else if (h.strand && h.strand->kind == RT_STRAND_FUTURE) {
        cancel_future(L, h.strand, reason);
    } else {
        if (h.far) (void)host_wait_begin(L, "cancel"); /* raises, or nothing */
        rt_message *message = host_ship(L, 2, 1, HOST_SHIP_ANYWHERE, "reason");
        if (h.far) return host_far_cancel(L, h.far, message);
        rt_strand_cancel(h.strand, message);
    }
    lua_settop(L, 1);
    return 1;
}

/* A strand that has failed is asked for the rest. */
static int push_far_part(lua_State *L, int part) {
    int state = host_far_index(L, RT_LOOK_STATE);
    if (lua_tointeger(L, state) < RT_STRAND_FAILED) {
        lua_pushnil(L);
        return 1;
    }
    lua_settop(L, 1);
    return host_far_failure(L, check_handle(L, 1).far, part);
}

static int push_far_error(lua_State *L) {
    return push_far_part(L, 1);
}

static int push_far_traceback(lua_State *L) {
    return push_far_part(L, 2);
}

/* h:error() -> the error of a strand that failed, else nil. It counts as
 * received. */
static int handle_error(lua_State *L) {
    handle h = check_handle(L, 1);
    if (h.far) return host_far_look(L, h.far, push_far_error);
    if (state_of(h) < RT_STRAND_FAILED) {
        lua_pushnil(L);
    } else if (h.task) {
        host_task_observe(L, 1);
        host_task_push_error(L, 1);
    } else {
        rt_strand_observe(h.strand);
        host_outcome_push_failure(L, 1);
        lua_pop(L, 1);
    }
    return 1;
}

/* h:traceback() -> the traceback of a strand that failed, else nil */
static int handle_traceback(lua_State *L) {
    handle h = check_handle(L, 1);
    if (h.far) return host_far_look(L, h.far, push_far_traceback);
    if (state_of(h) < RT_STRAND_FAILED)
        lua_pushnil(L);
    else if (h.task)
        host_task_push_traceback(L, 1);
    else
        host_outcome_push_failure(L, 1);
    return 1;
}

/* ---- on_done: a task that waits and then calls ---- */

static int done_called(lua_State *L, int status, lua_KContext context) {
    (void)L;
    (void)status;
    (void)context;
    return 0;
}

/* (handle, f) are the arguments of the task. */
static int done_ended(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    (void)status;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 0, 0, done_called);
    return 0;
}

static int run_on_done(lua_State *L) {
    handle h = check_handle(L, 1);
    if (h.far) return host_far_on_done(L, h.far);
    host_strand *strand = host_wait_begin(L, "await");
    int status = wait_for(h, strand);
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, done_ended);
}

/* h:on_done(f) -> h. f(h) runs as a task once the strand has ended. */
static int handle_on_done(lua_State *L) {
    handle h = check_handle(L, 1);
    if (!host_is_callable(L, 2))
        return host_raise(L, "usage",
                          "on_done: argument 1 is %s, not a function",
                          host_describe(L, 2));
    lua_settop(L, 2);
    lua_pushcfunction(L, run_on_done);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    host_task *task = host_task_start(L, 3);
    if (h.task ? h.task->is_daemon : h.far || h.strand->daemon)
        host_task_make_daemon(task);
    lua_settop(L, 1);
    return 1;
}

/* ---- fields ---- */

static void push_name(lua_State *L, handle h) {
    if (h.task)
        host_task_get_extra(L, 1, "name");
    else
        lua_pushstring(L, h.strand->name); /* NULL: nil */
}

static const char *kind_name(lua_Integer kind) {
    static const char *const kinds[] = {[RT_STRAND_TASK] = "task",
                                        [RT_STRAND_THREAD] = "thread",
                                        [RT_STRAND_PROCESS] = "process",
                                        [RT_STRAND_FUTURE] = "future"};
    return kind >= 0 && kind <= RT_STRAND_FUTURE ? kinds[kind] : "?";
}

static void push_kind(lua_State *L, handle h) {
    lua_pushstring(L, h.task ? "task" : kind_name(h.strand->kind));
}

static void push_if(lua_State *L, bool is_set, lua_Integer value) {
    if (is_set)
        lua_pushinteger(L, value);
    else
        lua_pushnil(L);
}

static void push_strand_field(lua_State *L, rt_strand *strand,
                              const char *name) {
    pthread_mutex_lock(&strand->lock);
    pid_t tid = strand->tid, pid = strand->pid;
    bool ended = strand->state >= RT_STRAND_DONE;
    int code = strand->exit_code, number = strand->exit_signal;
    pthread_mutex_unlock(&strand->lock);
    bool is_process = strand->kind == RT_STRAND_PROCESS;
    if (strcmp(name, "tid") == 0)
        push_if(L, tid != 0, tid);
    else if (strcmp(name, "pid") == 0)
        push_if(L, pid != 0, pid);
    else if (strcmp(name, "exitcode") == 0)
        push_if(L, is_process && ended && number == 0 && code >= 0, code);
    else if (strcmp(name, "signal") == 0)
        push_if(L, is_process && ended && number != 0, number);
    else
        lua_pushnil(L);
}

/* The name of the field is argument 2. */
static int push_far_field(lua_State *L) {
    const char *name = lua_tostring(L, 2);
    lua_Integer state = lua_tointeger(L, host_far_index(L, RT_LOOK_STATE));
    lua_Integer code = lua_tointeger(L, host_far_index(L, RT_LOOK_EXIT_CODE));
    lua_Integer number =
        lua_tointeger(L, host_far_index(L, RT_LOOK_EXIT_SIGNAL));
    lua_Integer kind = lua_tointeger(L, host_far_index(L, RT_LOOK_KIND));
    lua_Integer tid = lua_tointeger(L, host_far_index(L, RT_LOOK_TID));
    lua_Integer pid = lua_tointeger(L, host_far_index(L, RT_LOOK_PID));
    bool has_exited = kind == RT_STRAND_PROCESS && state >= RT_STRAND_DONE;
    if (strcmp(name, "name") == 0)
        lua_pushvalue(L, host_far_index(L, RT_LOOK_NAME));
    else if (strcmp(name, "id") == 0)
        lua_pushvalue(L, host_far_index(L, RT_LOOK_ID));
    else if (strcmp(name, "kind") == 0)
        lua_pushstring(L, kind_name(kind));
    else if (strcmp(name, "tid") == 0)
        push_if(L, tid != 0, tid);
    else if (strcmp(name, "pid") == 0)
        push_if(L, pid != 0, pid);
    else if (strcmp(name, "exitcode") == 0)
        push_if(L, has_exited && number == 0 && code >= 0, code);
    else if (strcmp(name, "signal") == 0)
        push_if(L, has_exited && number != 0, number);
    else
        lua_pushnil(L);
    return 1;
}

/* The methods are upvalue 1. */
static int handle_index(lua_State *L) {
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
    handle h = check_handle(L, 1);
    const char *name = lua_tostring(L, 2);
    if (h.far && name) return host_far_look(L, h.far, push_far_field);
    if (!name)
        lua_pushnil(L);
    else if (strcmp(name, "name") == 0)
        push_name(L, h);
    else if (strcmp(name, "kind") == 0)
        push_kind(L, h);
    else if (strcmp(name, "id") == 0)
        lua_pushinteger(L, h.task ? (lua_Integer)h.task->number
                                  : (lua_Integer)h.strand->object.id);
    else if (h.strand &&
             (strncmp(name, "std", 3) == 0 || strcmp(name, "pty") == 0))
        host_childio_push(L, 1, name);
    else if (h.strand)
        push_strand_field(L, h.strand, name);
    else
        lua_pushnil(L);
    return 1;
}

static int handle_tostring(lua_State *L) {
    handle h = check_handle(L, 1);
    if (h.far) { /* nothing may wait here */
        lua_pushfstring(L, "handle %d", (int)h.far->id);
        return 1;
    }
    push_kind(L, h);
    lua_pushinteger(L, h.task ? (lua_Integer)h.task->number
                              : (lua_Integer)h.strand->object.id);
    push_name(L, h);
    if (lua_isstring(L, -1))
        lua_pushfstring(L, "%s %s '%s'", lua_tostring(L, -3),
                        lua_tostring(L, -2), lua_tostring(L, -1));
    else
        lua_pushfstring(L, "%s %s", lua_tostring(L, -3), lua_tostring(L, -2));
    return 1;
}

/* ---- futures ---- */

/* plait.Future() -> a handle that is done when somebody says so */
static int plait_future(lua_State *L) {
    const char *place = host_push_caller(L);
    rt_strand *strand =
        rt_strand_new(host_of(L)->runtime, RT_STRAND_FUTURE, NULL, place);
    if (!strand) return luaL_error(L, "not enough memory");
    strand->daemon = true; /* the program does not wait for it */
    host_proxy_push(L, &strand->object);
    rt_object_unref(&strand->object); /* the proxy has its own */
    return 1;
}

static handle check_future(lua_State *L) {
    handle h = check_handle(L, 1);
    if (h.far)
        (void)host_wait_begin(L,
                              "resolve"); /* raises before anything is made */
    else if (!h.strand || h.strand->kind != RT_STRAND_FUTURE)
        host_raise(L, "usage", "the handle is not that of a future");
    return h;
}

static int settle_future(lua_State *L, handle h, rt_strand_state state,
                         rt_message *outcome) {
    if (h.far)
        return host_far_settle(L, h.far,
                               state == RT_STRAND_DONE ? RT_STRAND_RESOLVE
                                                       : RT_STRAND_REJECT,
                               outcome);
    lua_pushboolean(L, rt_strand_finish(h.strand, state, outcome));
    return 1;
}

/* f:resolve(...) -> true, or false if it was resolved or rejected before */
static int future_resolve(lua_State *L) {
    handle h = check_future(L);
    rt_message *outcome = host_outcome_ship_results(L, 2, lua_gettop(L) - 1);
    return settle_future(L, h, RT_STRAND_DONE, outcome);
}

/* f:reject(err) -> true, or false if it was resolved or rejected before */
static int future_reject(lua_State *L) {
    handle h = check_future(L);
    lua_settop(L, 2);
    luaL_traceback(L, L, NULL, 1);
    rt_message *outcome = host_outcome_ship_failure(L, 2, 3);
    return settle_future(L, h, RT_STRAND_FAILED, outcome);
}

/* ---- opener ---- */

static int no_new_fields(lua_State *L) {
    return host_raise(L, "usage", "cannot set field '%s' of a handle",
                      luaL_tolstring(L, 2, NULL));
}

static const luaL_Reg methods[] = {
    {"await", handle_await},
    {"join", handle_await},
    {"done", handle_done},
    {"status", handle_status},
    {"cancel", handle_cancel},
    {"error", handle_error},
    {"traceback", handle_traceback},
    {"on_done", handle_on_done},
    {"resolve", future_resolve},
    {"reject", future_reject},
    /* Python's names */
    {"result", handle_await},
    {"cancelled", handle_cancelled},
    {"exception", handle_error},
    {"add_done_callback", handle_on_done},
    {"set_result", future_resolve},
    {"set_exception", future_reject},
    {NULL, NULL},
};

/* The metatable is on the top. */
static void set_methods(lua_State *L) {
    luaL_newlibtable(L, methods);
    luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "methods"); /* others add theirs: lib_process */
    lua_pushcclosure(L, handle_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, no_new_fields);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, handle_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

void host_open_handle(lua_State *L) {
    host_state *host = host_of(L);
    host_shared_task_set_up(host);
    host_task_new_metatable(L);
    set_methods(L);
    host_proxy_new_metatable(L, RT_KIND_STRAND);
    set_methods(L);
    lua_pushcfunction(L, plait_await);
    lua_pushvalue(L, -1);
    lua_setglobal(L, "await");
    lua_setfield(L, -2, "await");
    lua_pushcfunction(L, plait_future);
    lua_setfield(L, -2, "Future");
}
