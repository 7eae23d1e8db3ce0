/* lib_bound.c - parts of what a strand does that are to end in time, or in any
 * case.
 *
 *     local ok, page = plait.timeout(5, fetch, url)
 *     local d <close> = plait.deadline(5)       -- for the rest of the block
 *     plait.shield(file.write, file, text)      -- whoever cancels meanwhile
 *
 * Deadline and shield are bounds (core/cancel.h) of the strand that enters them;
 * a userdata owns each, which leaves it when its block is left, or when it is
 * collected. timeout runs its function as a task of its own, which is waited
 * for in any case: that one can always be left (core/interrupt.h). */
#include "lib/lib_bound.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>

#include "core/cancel.h"
#include "core/check.h"
#include "core/failure.h"
#include "core/holder.h"
#include "core/limit.h"
#include "core/place.h"
#include "core/start.h"
#include "core/task.h"
#include "core/wait.h"

static lua_Number check_seconds(lua_State *L, int arg) {
    lua_Number seconds = luaL_checknumber(L, arg);
    luaL_argcheck(L, !isnan(seconds), arg, "seconds are not a number (nan)");
    luaL_argcheck(L, seconds >= 0, arg, "seconds are negative");
    return seconds;
}

static host_strand *check_strand(lua_State *L, const char *caller) {
    host_strand *strand = host_of(L)->current;
    if (!strand) host_raise(L, "usage", "%s: no strand runs here", caller);
    return strand;
}

static void check_callable(lua_State *L, int arg, const char *caller,
                           const char *usage) {
    if (host_is_callable(L, arg)) return;
    host_raise(L, "usage", "%s: argument %d is %s, not a function; write %s",
               caller, arg, host_describe(L, arg), usage);
}

static int called(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L) - 1; /* all but the bound */
}

/* ---- shield ---- */

#define SHIELD_TYPE "plait.shield"

/* __close, __gc */
static int shield_leave(lua_State *L) {
    host_bound_leave(L, lua_touserdata(L, 1));
    return 0;
}

/* plait.shield(f, ...) -> what f returns */
static int plait_shield(lua_State *L) {
    check_callable(L, 1, "shield", "plait.shield(f, ...)");
    host_strand *strand = check_strand(L, "shield");
    host_bound *bound = lua_newuserdatauv(L, sizeof *bound, 0);
    *bound = (host_bound){.strand = NULL};
    luaL_setmetatable(L, SHIELD_TYPE);
    lua_insert(L, 1);
    host_bound_enter(strand, bound, HOST_BOUND_SHIELD);
    lua_toclose(L, 1);
    lua_callk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, called);
    return called(L, LUA_OK, 0);
}

/* ---- deadline ---- */

#define DEADLINE_TYPE "plait.deadline"

typedef struct deadline {
    host_bound bound;
    host_limit limit;
    int64_t due_ns;
    char seconds[32];
    char place[LUA_IDSIZE + 16]; /* "app.lua:9" */
} deadline;

static void write_place(lua_State *L, char *place, size_t size) {
    lua_Debug ar;
    if (host_place_find(L, 1, &ar))
        (void)snprintf(place, size, "%s:%d", ar.short_src, ar.currentline);
    else
        (void)snprintf(place, size, "?");
}

/* host_bound.make. What the strand waited for, or was about to, is what the
 * running C function is for. */
static void make_timeout(lua_State *L, host_bound *bound) {
    const deadline *d = bound->maker;
    const char *wait = bound->strand->ended_wait;
    host_push_where(L);
    if (wait)
        host_holder_push_subject(L, wait);
    else
        lua_pushliteral(L, "");
    host_push_failure(L, "timeout",
                      "%stimeout: %s%s did not end within %s s (deadline at "
                      "%s)",
                      lua_tostring(L, -2), wait ? wait : "the block",
                      lua_tostring(L, -1), d->seconds, d->place);
    lua_pushstring(L, d->place);
    lua_setfield(L, -2, "deadline");
    lua_pushstring(L, wait); /* NULL: nil */
    lua_setfield(L, -2, "wait");
    lua_replace(L, -3);
    lua_pop(L, 1);
}

/* plait.deadline(seconds) -> d, to be closed */
static int plait_deadline(lua_State *L) {
    lua_Number seconds = check_seconds(L, 1);
    host_strand *strand = check_strand(L, "deadline");
    deadline *d = lua_newuserdatauv(L, sizeof *d, 0);
    d->bound.strand = NULL;
    rt_list_init(&d->limit.link);
    luaL_setmetatable(L, DEADLINE_TYPE);
    host_deadline end = host_deadline_in(L, seconds);
    d->due_ns = end.due_ns;
    (void)snprintf(d->seconds, sizeof d->seconds, "%.14g", seconds);
    write_place(L, d->place, sizeof d->place);
    host_bound_enter(strand, &d->bound, HOST_BOUND_BLOCK);
    d->bound.make = make_timeout;
    d->bound.maker = d;
    if (host_limit_start(&d->limit, &d->bound, end) != RT_OK) {
        host_bound_leave(L, &d->bound);
        return luaL_error(L, "not enough memory");
    }
    return 1;
}

static deadline *check_deadline(lua_State *L) {
    return luaL_checkudata(L, 1, DEADLINE_TYPE);
}

/* Its strand may have ended without leaving it. */
static void leave(lua_State *L, deadline *d) {
    host_limit_stop(&d->limit);
    host_bound_leave(L, &d->bound);
}

/* d:remaining() -> seconds, not less than 0 */
static int deadline_remaining(lua_State *L) {
    const deadline *d = check_deadline(L);
    int64_t left = d->due_ns - host_now(L);
    if (d->due_ns == RT_NEVER)
        lua_pushnumber(L, HUGE_VAL);
    else
        lua_pushnumber(L, left > 0 ? (lua_Number)left / 1e9 : 0);
    return 1;
}

/* d:close(), __close: raises if the time is over, and nothing else has been
 * raised. */
static int deadline_close(lua_State *L) {
    deadline *d = check_deadline(L);
    bool is_fine = lua_isnoneornil(L, 2);
    host_strand *strand = d->bound.strand;
    if (strand && is_fine && (d->bound.is_sprung || host_now(L) > d->due_ns)) {
        if (d->bound.error == LUA_NOREF) strand->ended_wait = NULL;
        host_bound_push_error(L, &d->bound);
        leave(L, d);
        return lua_error(L);
    }
    leave(L, d);
    return 0;
}

static int deadline_collect(lua_State *L) {
    leave(L, check_deadline(L));
    return 0;
}

static int deadline_tostring(lua_State *L) {
    const deadline *d = check_deadline(L);
    lua_pushfstring(L, "deadline of %s s at %s", d->seconds, d->place);
    return 1;
}

/* ---- timeout ----
 * The stack: 1 the task, 2 how the first wait ended, 3 the report of a
 * deadlock. */

enum { AT_TASK = 1, AT_STATUS, AT_REPORT };

static int timeout_waited(lua_State *L, host_strand *strand, int status);

static int wait_for_task(lua_State *L, host_strand *strand,
                         host_wait_kind kind) {
    int status = host_task_wait(lua_touserdata(L, AT_TASK), &strand->waiter);
    return host_wait_end_any(L, strand, status, HOST_NO_DEADLINE,
                             timeout_waited, kind);
}

/* host_strand.pass_on */
static void pass_on(host_strand *strand) {
    const host_task *task = strand->wait_target;
    if (!host_task_ended(task))
        host_strand_pass_on(&task->slot->strand, strand);
}

/* The wait for it was ended: the task is to end, and is waited for. */
static int end_task(lua_State *L, host_strand *strand, int status) {
    host_task *task = lua_touserdata(L, AT_TASK);
    lua_settop(L, AT_REPORT);
    lua_pushinteger(L, status);
    lua_replace(L, AT_STATUS);
    if (status == RT_ECANCELLED) {
        host_push_cancellation(L, strand);
        host_push_cancelled_by(L, -1);
        host_strand_cancel(L, &task->slot->strand);
        lua_pop(L, 1);
    } else {
        host_task_cancel(L, task, 0);
    }
    strand = host_wait_go_on(L, "timeout");
    return wait_for_task(L, strand, HOST_WAIT_FIRM);
}

static int timed_out(lua_State *L) {
    lua_pushnil(L);
    lua_pushliteral(L, "timeout");
    return 2;
}

static int push_outcome(lua_State *L) {
    const host_task *task = lua_touserdata(L, AT_TASK);
    if (task->was_late && task->state == RT_STRAND_CANCELLED)
        return timed_out(L);
    lua_pushboolean(L, 1);
    return 1 + host_task_results(L, AT_TASK); /* raises an error */
}

static int timeout_waited(lua_State *L, host_strand *strand, int status) {
    const host_task *task = lua_touserdata(L, AT_TASK);
    lua_Integer first = lua_tointeger(L, AT_STATUS);
    if (status == RT_ESTUCK && lua_gettop(L) > AT_REPORT)
        lua_replace(L, AT_REPORT);
    if (!host_task_ended(task) && first == RT_OK)
        return end_task(L, strand, status);
    if (!host_task_ended(task)) first = status; /* interrupted once more */
    /* The task was told as well, and has ended before this strand ran. */
    if (first == RT_OK && status == RT_ECANCELLED) first = status;
    if (first == RT_ETIMEOUT) return timed_out(L);
    if (first == RT_ESTUCK) lua_settop(L, AT_REPORT);
    if (first != RT_OK) host_wait_raise(L, strand, (int)first);
    return push_outcome(L);
}

/* plait.timeout(seconds, f, ...) -> true, results... | nil, "timeout" */
static int plait_timeout(lua_State *L) {
    lua_Number seconds = check_seconds(L, 1);
    check_callable(L, 2, "timeout", "plait.timeout(seconds, f, ...)");
    host_strand *strand = host_wait_begin(L, "timeout");
    strand->waiting_for = NULL; /* what follows may raise */
    host_deadline end = host_deadline_in(L, seconds);
    host_task *task = host_task_start(L, 2);
    lua_replace(L, AT_TASK);
    lua_pushinteger(L, RT_OK); /* at AT_STATUS */
    if (!strand->is_main) host_task_inherit(task, host_task_of(strand));
    if (host_task_set_limit(task, end, seconds) != RT_OK) {
        host_task_cancel(L, task, 0);
        return luaL_error(L, "not enough memory");
    }
    /* For locks f is the caller, who waits for it in any case. */
    task->slot->strand.acts_for = strand->acts_for;
    host_strand_put_below(&task->slot->strand, strand->bounds);
    strand = host_wait_go_on(L, "timeout");
    strand->pass_on = pass_on;
    strand->wait_target = task;
    return wait_for_task(L, strand, HOST_WAIT_OPEN);
}

/* ---- opener ---- */

static const luaL_Reg deadline_methods[] = {
    {"remaining", deadline_remaining},
    {"close", deadline_close},
    {NULL, NULL},
};

static const luaL_Reg deadline_metamethods[] = {
    {"__close", deadline_close},
    {"__gc", deadline_collect},
    {"__tostring", deadline_tostring},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"timeout", plait_timeout},
    {"deadline", plait_deadline},
    {"shield", plait_shield},
    {NULL, NULL},
};

void host_open_bound(lua_State *L) {
    luaL_newmetatable(L, SHIELD_TYPE);
    lua_pushcfunction(L, shield_leave);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__close");
    lua_setfield(L, -2, "__gc");
    luaL_newmetatable(L, DEADLINE_TYPE);
    luaL_setfuncs(L, deadline_metamethods, 0);
    luaL_newlib(L, deadline_methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 2);
    luaL_setfuncs(L, functions, 0);
}
