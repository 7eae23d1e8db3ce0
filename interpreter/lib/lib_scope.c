/* lib_scope.c - what scope.lua needs of the host.
 *
 *     local s <close> = plait.scope()
 *     s:async(f, ...)             -- spawn_thread, spawn_process, to_thread
 *     s:cancel("enough")
 *
 * In the registry a scope has the table of its strands' handles, by what stands
 * for them in the scope (core/scope.h); those that have ended well are taken out
 * when the next one is started. The error of what was told to stop is in that
 * table, too. */
#include "lib/lib_scope.h"

#include <lauxlib.h>

#include "core/failure.h"
#include "core/interrupt.h"
#include "core/output.h"
#include "core/proxy.h"
#include "core/scope.h"
#include "core/start.h"
#include "core/wait.h"
#include "ipc/remote.h"
#include "ship/outcome.h"
#include "ship/ship.h"

/* How long strands are waited for after they were told to stop: longer than their
 * clean-up may take, and than a process is let go on (ipc/insist.h). */
#define PATIENCE_NS (HOST_CLEANUP_NS + RT_SECOND)
#define PROCESS_PATIENCE_NS (HOST_CLEANUP_NS + 3 * RT_SECOND)

static host_scope *check_scope(lua_State *L) {
    host_scope **box = luaL_checkudata(L, 1, HOST_SCOPE_TYPE);
    if (!*box) luaL_error(L, "not enough memory");
    return *box;
}

static void push_handles(lua_State *L, const host_scope *scope) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, scope->handles);
}

static void push_handle(lua_State *L, const host_scope *scope,
                        const host_member *member) {
    push_handles(L, scope);
    lua_rawgetp(L, -1, member);
    lua_remove(L, -2);
}

/* ---- the error of those that are told to stop ---- */

/* The error is on the top; popped. */
static void set_error(lua_State *L, const host_scope *scope) {
    push_handles(L, scope);
    lua_insert(L, -2);
    lua_setfield(L, -2, "error");
    lua_pop(L, 1);
}

/* Pushes the error with which it failed, which is not received by that. */
static void push_failure(lua_State *L, int handle) {
    handle = lua_absindex(L, handle);
    if (host_task_test(L, handle)) {
        host_task_push_error(L, handle);
        return;
    }
    host_outcome_push_failure(L, handle);
    lua_pop(L, 1);
}

/* For a strand that has failed, which is the reason. */
static void push_failed(lua_State *L, const host_member *member) {
    luaL_checkstack(L, 12, "error");
    push_handle(L, member->scope, member);
    int handle = lua_gettop(L);
    push_failure(L, handle);
    const char *message = host_push_message(L, handle + 1);
    const char *name = luaL_tolstring(L, handle, NULL);
    host_push_failure(L, "cancelled", "cancelled: %s failed: %s", name,
                      message);
    lua_pushvalue(L, handle + 1);
    lua_setfield(L, -2, "reason");
    lua_replace(L, handle);
    lua_settop(L, handle);
}

/* host_scope.push_error */
static void push_error(lua_State *L, host_scope *scope) {
    push_handles(L, scope);
    lua_getfield(L, -1, "error");
    lua_remove(L, -2);
    if (!lua_isnil(L, -1)) return;
    lua_pop(L, 1);
    if (scope->cause == HOST_SCOPE_FAILED)
        push_failed(L, rt_container_of(scope->failed.next, host_member, link));
    else if (scope->stopped_by)
        host_push_passed_on(L, scope->stopped_by);
    else
        host_push_cancelled(L, 0);
    lua_pushvalue(L, -1);
    set_error(L, scope);
}

/* ---- making ---- */

/* scope() -> the userdata: the running strand enters its block */
static int scope_new(lua_State *L) {
    host_strand *strand = host_of(L)->current;
    if (!strand) return host_raise(L, "usage", "scope: no strand runs here");
    host_scope **box = lua_newuserdatauv(L, sizeof(host_scope *), 0);
    *box = NULL;
    luaL_setmetatable(L, HOST_SCOPE_TYPE);
    lua_newtable(L);
    int handles = luaL_ref(L, LUA_REGISTRYINDEX);
    *box = host_scope_new(strand);
    if (!*box) {
        luaL_unref(L, LUA_REGISTRYINDEX, handles);
        return luaL_error(L, "not enough memory");
    }
    (*box)->handles = handles;
    (*box)->push_error = push_error;
    return 1;
}

/* Those of what has ended are not asked for any more. */
static void drop_handles(lua_State *L, host_scope *scope) {
    luaL_unref(L, LUA_REGISTRYINDEX, scope->handles);
    scope->handles = LUA_NOREF;
}

/* __gc */
static int scope_collect(lua_State *L) {
    host_scope **box = luaL_checkudata(L, 1, HOST_SCOPE_TYPE);
    if (!*box) return 0;
    drop_handles(L, *box);
    host_scope_drop(L, *box);
    *box = NULL;
    return 0;
}

static int scope_tostring(lua_State *L) {
    const host_scope *scope = check_scope(L);
    if (scope->has_ended)
        lua_pushliteral(L, "scope that was left");
    else
        lua_pushfstring(L, "scope of %d strands", (int)scope->live_count);
    return 1;
}

/* ---- starting ---- */

/* Frees what stands for those that have ended well. */
static void forget_ended(lua_State *L, host_scope *scope) {
    push_handles(L, scope);
    for (host_member *member; (member = host_scope_take_ended(scope));) {
        lua_pushnil(L);
        lua_rawsetp(L, -2, member);
        host_member_free(member);
    }
    lua_pop(L, 1);
}

static void inherit(host_task *task, const host_scope *scope) {
    const host_strand *strand = scope->bound.strand;
    if (strand && !strand->is_main)
        host_task_inherit(task, host_task_of(strand));
}

/* Takes the strand whose handle is at `index`. */
static void take(lua_State *L, host_scope *scope, int index) {
    host_task *task = host_task_test(L, index);
    rt_object *object = task ? NULL : host_proxy_test(L, index, RT_KIND_STRAND);
    if (!task && (!object || rt_is_remote(object)))
        host_raise(L, "usage", "scope: that is no handle of this process");
    /* A finalizer that ran meanwhile may have used the place. */
    if (!host_scope_prepare(scope)) luaL_error(L, "not enough memory");
    push_handles(L, scope);
    lua_pushvalue(L, index);
    lua_rawsetp(L, -2, scope->spare);
    lua_pop(L, 1);
    host_scope_add(scope, task, (rt_strand *)(void *)object);
    if (task && task->slot) inherit(task, scope);
}

/* Raises if nothing may be started in it any more. */
static host_scope *check_open(lua_State *L, const char *caller) {
    host_scope *scope = check_scope(L);
    if (!scope->has_ended && scope->cause != HOST_SCOPE_GOES_ON) {
        push_error(L, scope);
        lua_error(L);
    }
    if (scope->has_ended)
        host_raise(L, "usage",
                   "%s: the scope was left: nothing can be started in it",
                   caller);
    forget_ended(L, scope);
    if (!host_scope_prepare(scope)) luaL_error(L, "not enough memory");
    return scope;
}

/* s:async(f, ...), s:spawn_thread(f, ...) and so on -> handle. Upvalues: what
 * starts the strand, its name. */
static int scope_start(lua_State *L) {
    host_scope *scope = check_open(L, lua_tostring(L, lua_upvalueindex(2)));
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 2);
    lua_call(L, lua_gettop(L) - 2, 1);
    take(L, scope, 2);
    return 1;
}

/* add(scope, handle): a strand that was started before */
static int scope_add(lua_State *L) {
    host_scope *scope = check_open(L, "add");
    take(L, scope, 2);
    return 0;
}

/* ---- cancelling ---- */

/* Those elsewhere get the reason at `reason` as well. */
static void tell_others(lua_State *L, const host_scope *scope, int reason) {
    for (rt_list *node = scope->live.next; node != &scope->live;
         node = node->next) {
        host_member *member = rt_container_of(node, host_member, link);
        if (!member->strand) continue;
        rt_message *message =
            host_ship(L, reason, 1, HOST_SHIP_ANYWHERE, "reason");
        rt_strand_cancel(member->strand, message);
    }
}

/* s:cancel([reason]) -> s */
static int scope_cancel(lua_State *L) {
    host_scope *scope = check_scope(L);
    lua_settop(L, 2);
    if (!scope->has_ended && scope->cause == HOST_SCOPE_GOES_ON) {
        bool has_reason = !lua_isnil(L, 2);
        if (has_reason) tell_others(L, scope, 2);
        host_push_cancelled(L, has_reason ? 2 : 0);
        set_error(L, scope);
        host_scope_tell(scope, HOST_SCOPE_ASKED);
    }
    lua_settop(L, 1);
    return 1;
}

/* ---- leaving ----
 * The stack: 1 the scope, 2 the error that leaves the block, 3 what the block's
 * own waits raised, 4 the report of a deadlock, 5 how the wait was ended. */

enum { AT_ERROR = 2, AT_OWN, AT_REPORT, AT_STATUS };

static int left(lua_State *L, host_strand *strand, int status);

static int64_t patience(const host_scope *scope) {
    for (rt_list *node = scope->live.next; node != &scope->live;
         node = node->next) {
        const host_member *member = rt_container_of(node, host_member, link);
        if (member->strand && member->strand->kind == RT_STRAND_PROCESS)
            return PROCESS_PATIENCE_NS;
    }
    return PATIENCE_NS;
}

static int wait_for_all(lua_State *L, host_scope *scope) {
    host_strand *strand = host_wait_go_on(L, "scope");
    int status = host_scope_wait(scope, strand);
    if (scope->cause == HOST_SCOPE_GOES_ON)
        return host_wait_end_any(L, strand, status, HOST_NO_DEADLINE, left,
                                 HOST_WAIT_OPEN);
    int64_t end = scope->told_ns + patience(scope);
    return host_wait_end_any(L, strand, status, (host_deadline){end, end}, left,
                             HOST_WAIT_FIRM);
}

/* The strands are to stop because of the error on the top, which is popped. */
static void stop(lua_State *L, host_scope *scope, host_scope_cause cause) {
    if (scope->cause == HOST_SCOPE_GOES_ON) {
        host_push_cancelled_by(L, -1);
        set_error(L, scope);
        host_scope_tell(scope, cause);
    }
    lua_pop(L, 1);
}

/* Whoever waits for the strands is to stop: notes why, and tells them. */
static void stop_by(lua_State *L, host_scope *scope, host_strand *strand,
                    int status) {
    lua_pushinteger(L, status);
    lua_replace(L, AT_STATUS);
    if (status == RT_ECANCELLED) {
        host_push_cancellation(L, strand);
        stop(L, scope, HOST_SCOPE_STOPPED);
    } else {
        host_scope_tell(scope, HOST_SCOPE_STOPPED);
    }
}

/* Strands of the scope have not ended, and nobody waits for them any more. */
static void report_left(lua_State *L, const host_scope *scope) {
    int64_t passed = rt_loop_now(scope->host->loop) - scope->told_ns;
    for (rt_list *node = scope->live.next; node != &scope->live;
         node = node->next) {
        push_handle(L, scope, rt_container_of(node, host_member, link));
        host_tell_format(scope->host->runtime,
                         "%s: %s did not end within %d s after its scope was "
                         "cancelled, and is left behind\n",
                         scope->host->program, luaL_tolstring(L, -1, NULL),
                         (int)(passed / RT_SECOND));
        lua_pop(L, 2);
    }
}

static const char *const causes[] = {
    [HOST_SCOPE_GOES_ON] = "",        [HOST_SCOPE_FAILED] = "failed",
    [HOST_SCOPE_ASKED] = "asked",     [HOST_SCOPE_LEFT] = "left",
    [HOST_SCOPE_STOPPED] = "stopped", [HOST_SCOPE_DONE] = "done",
};

static void push_failed_handles(lua_State *L, const host_scope *scope) {
    lua_newtable(L);
    int count = 0;
    for (rt_list *node = scope->failed.next; node != &scope->failed;
         node = node->next) {
        push_handle(L, scope, rt_container_of(node, host_member, link));
        lua_rawseti(L, -2, ++count);
    }
}

/* Nothing is waited for any more. */
static int finish(lua_State *L, host_scope *scope, host_strand *strand) {
    int status = (int)lua_tointeger(L, AT_STATUS);
    bool has_failed = !rt_list_empty(&scope->failed);
    lua_settop(L, AT_STATUS);
    if (has_failed) push_failed_handles(L, scope);
    scope->has_ended = true;
    scope->stopped_by = NULL;
    /* One that was left behind still asks for its error. */
    if (scope->live_count == 0) drop_handles(L, scope);
    if (status != RT_OK && status != RT_ETIMEOUT &&
        scope->cause != HOST_SCOPE_FAILED) {
        lua_settop(L, AT_REPORT);
        strand->ended_wait = "scope";
        host_wait_raise(L, strand, status);
    }
    if (!has_failed) return 0;
    lua_pushstring(L, causes[scope->cause]);
    lua_pushvalue(L, AT_OWN);
    lua_rotate(L, -3, -1); /* the list is the last */
    return 3;
}

static int left(lua_State *L, host_strand *strand, int status) {
    host_scope *scope = check_scope(L);
    bool is_over = false;
    if (status == RT_ESTUCK) lua_replace(L, AT_REPORT);
    if (status == RT_EINTERRUPTED)
        is_over = lua_tointeger(L, AT_STATUS) == RT_EINTERRUPTED;
    if (status == RT_ETIMEOUT && scope->cause != HOST_SCOPE_GOES_ON) {
        report_left(L, scope);
        is_over = true;
    }
    if (status != RT_OK && !is_over) stop_by(L, scope, strand, status);
    if (scope->live_count > 0 && !is_over) return wait_for_all(L, scope);
    return finish(L, scope, strand);
}

/* One of its own strands would wait for itself. */
static void check_outside(lua_State *L, const host_scope *scope,
                          const host_strand *strand) {
    for (rt_list *node = scope->live.next; node != &scope->live;
         node = node->next) {
        const host_member *member = rt_container_of(node, host_member, link);
        if (member->task && member->task->slot &&
            &member->task->slot->strand == strand)
            host_raise(L, "deadlock",
                       "a strand of the scope cannot wait for its end");
    }
}

static void push_own_error(lua_State *L, host_scope *scope) {
    if (scope->bound.error == LUA_NOREF)
        lua_pushnil(L);
    else
        host_bound_push_error(L, &scope->bound);
}

/* leave(scope, err) -> nothing | cause, the error of the block's own waits, list
 * of the handles of those that failed. For scope.close, which a __close calls:
 * `err` leaves the block. */
static int scope_leave(lua_State *L) {
    host_scope *scope = check_scope(L);
    host_strand *strand = host_of(L)->current;
    if (scope->has_ended) return 0;
    if (strand) check_outside(L, scope, strand);
    if (scope->closer)
        return host_raise(L, "usage", "close: another strand leaves the scope");
    lua_settop(L, AT_ERROR);
    push_own_error(L, scope);
    lua_settop(L, AT_STATUS);
    host_bound_leave(L, &scope->bound);
    if (!lua_isnil(L, AT_ERROR)) {
        lua_pushvalue(L, AT_ERROR);
        stop(L, scope, HOST_SCOPE_LEFT);
    }
    if (!host_can_suspend(L)) {
        host_scope_tell(scope, HOST_SCOPE_STOPPED);
        if (host_of(L)->is_closing) return 0; /* what failed is not told */
        if (scope->live_count > 0) (void)host_wait_begin(L, "scope");
        return finish(L, scope, strand);
    }
    /* 0 is this, 1 scope.close, 2 the __close of the scope. */
    if (strand->is_cancelled && !strand->is_unwinding && !host_in_cleanup(L, 3))
        stop_by(L, scope, strand, RT_ECANCELLED);
    return wait_for_all(L, scope);
}

/* ---- opener ---- */

static const luaL_Reg functions[] = {
    {"new", scope_new},
    {"add", scope_add},
    {"leave", scope_leave},
    {NULL, NULL},
};

void host_open_scope(lua_State *L) {
    static const char *const verbs[] = {"async", "spawn_thread",
                                        "spawn_process", "to_thread", NULL};
    int plait = lua_gettop(L);
    luaL_newmetatable(L, HOST_SCOPE_TYPE);
    lua_pushcfunction(L, scope_collect);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, scope_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_newtable(L);
    for (const char *const *verb = verbs; *verb; verb++) {
        lua_getfield(L, plait, *verb);
        lua_pushstring(L, *verb);
        lua_pushcclosure(L, scope_start, 2);
        lua_setfield(L, -2, *verb);
    }
    lua_pushcfunction(L, scope_cancel);
    lua_setfield(L, -2, "cancel");
    lua_setfield(L, -2, "__index");
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    luaL_newlib(L, functions);
    lua_pushvalue(L, plait + 1);
    lua_setfield(L, -2, "metatable");
    lua_setfield(L, -2, "scope");
    lua_settop(L, plait);
}
