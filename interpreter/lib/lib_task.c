/* lib_task.c - tasks.
 *
 *     local t = async(f, 1, 2)        -- f runs when we wait next
 *     local a, b = await(t)           -- what f returned, or raises its error
 *     sleep(0.5)                      -- others run meanwhile
 */
#include "lib/lib_task.h"

#include <lauxlib.h>
#include <math.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/scheduler.h"
#include "core/start.h"
#include "core/steer.h"
#include "core/task.h"
#include "core/wait.h"

static lua_Number check_seconds(lua_State *L, int arg) {
    lua_Number seconds = luaL_checknumber(L, arg);
    luaL_argcheck(L, !isnan(seconds), arg, "seconds are not a number (nan)");
    luaL_argcheck(L, seconds >= 0, arg, "seconds are negative");
    return seconds;
}

/* Starts what host_start_read left from `first` on; leaves the handle. */
static host_task *start_task(lua_State *L, int first, const host_start *start) {
    host_task *task = host_task_start(L, first + 1);
    host_task_place(L, -1);
    if (start->name) {
        lua_pushstring(L, start->name);
        host_task_set_extra(L, -2, "name");
    }
    if (start->is_daemon) host_task_make_daemon(task);
    return task;
}

/* async(f, ...) -> task;  async{ f, ..., name =, daemon = } -> task
 * Called through __call: argument 1 is the table `async` itself. */
static int async_call(lua_State *L) {
    if (lua_isfunction(L, 2)) { /* the usual case, without options */
        host_task_start(L, 2);
        return 1;
    }
    host_start start;
    host_start_read(L, 2, 0, "async", HOST_START_TASK, &start);
    start_task(L, 2, &start);
    return 1;
}

/* internal.async(f, ...), for parts in Lua: the task counts as started by the
 * line of the script that called these */
static int internal_async(lua_State *L) {
    if (lua_isfunction(L, 1)) {
        host_task_start(L, 1);
        host_task_place(L, -1);
        return 1;
    }
    lua_pushnil(L);
    lua_insert(L, 1);
    return async_call(L);
}

static int start_captured(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    host_task_start(L, 1);
    return 1;
}

/* async.fn(f) -> function(...) that returns async(f, ...) */
static int async_fn(lua_State *L) {
    if (!host_is_callable(L, 1))
        host_raise(L, "usage", "async.fn: argument 1 is %s, not a function",
                   host_describe(L, 1));
    lua_settop(L, 1);
    lua_pushcclosure(L, start_captured, 1);
    return 1;
}

static int nothing_done(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_ENOMEMORY) luaL_error(L, "not enough memory");
    return 0;
}

static int after_yield(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    host_of(L)->current->waiting_for = NULL;
    return 0;
}

/* plait.yield(): lets every other ready strand run once. */
static int plait_yield(lua_State *L) {
    host_strand *strand = host_wait_begin(L, "yield");
    if (strand->is_main) host_look_around(strand->host);
    host_ready(strand);
    if (strand->host->is_steered) host_steer_lower(strand);
    if (strand->is_main) {
        host_drive(L);
        return after_yield(L, LUA_YIELD, 0);
    }
    strand->host->is_passing = true;
    return lua_yieldk(L, 0, 0, after_yield);
}

static int wait_until(lua_State *L, host_deadline deadline) {
    host_strand *strand = host_wait_begin(L, "sleep");
    rt_waiter_park(&strand->waiter, NULL, NULL);
    return host_wait_end(L, strand, RT_PENDING, deadline, nothing_done);
}

/* sleep(seconds) */
static int plait_sleep(lua_State *L) {
    lua_Number seconds = check_seconds(L, 1);
    if (seconds == 0) return plait_yield(L);
    return wait_until(L, host_deadline_in(L, seconds));
}

/* plait.now() -> seconds of the monotonic clock; of a virtual one, since it was
 * started */
static int plait_now(lua_State *L) {
    const rt_clock *clock = &host_of(L)->runtime->clock;
    int64_t since =
        rt_clock_is_virtual(clock) ? clock->began_ns : clock->ahead_ns;
    lua_pushnumber(L, (lua_Number)(host_now(L) - since) / 1e9);
    return 1;
}

/* plait.current() -> handle of the strand that runs; nil in the main script */
static int plait_current(lua_State *L) {
    host_state *host = host_of(L);
    if (host->current && host->current->is_main && host->self)
        host_proxy_push(L, &host->self->object);
    else
        host_task_push_current(L);
    return 1;
}

/* ---- after and every ----
 * Their tasks run the functions below with (key, due, period, f, ...): the
 * next wake in nanoseconds and the time between two. */

enum { ARG_KEY = 1, ARG_DUE, ARG_PERIOD, ARG_FUNCTION };

/* Sleeps until (key, due): a function of its own, to be continued after. */
static int sleep_until(lua_State *L) {
    return wait_until(
        L, (host_deadline){lua_tointeger(L, 1), lua_tointeger(L, 2)});
}

static void push_sleep(lua_State *L) {
    lua_pushcfunction(L, sleep_until);
    lua_pushvalue(L, ARG_KEY);
    lua_pushvalue(L, ARG_DUE);
}

static int after_called(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L) - ARG_PERIOD;
}

static int after_slept(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    lua_callk(L, lua_gettop(L) - ARG_FUNCTION, LUA_MULTRET, 0, after_called);
    return after_called(L, LUA_OK, 0);
}

static int run_after(lua_State *L) {
    push_sleep(L);
    lua_callk(L, 2, 0, 0, after_slept);
    return after_slept(L, LUA_OK, 0);
}

/* The next tick after now, counted from the first: ticks that were missed
 * because f took long are left out, none drifts. */
static void advance(lua_State *L) {
    lua_Integer period = lua_tointeger(L, ARG_PERIOD);
    lua_Integer due = lua_tointeger(L, ARG_DUE) + period;
    lua_Integer ahead = due - lua_tointeger(L, ARG_KEY);
    lua_Integer now = host_now(L);
    if (due < now && period > 0) due += (now - due) / period * period;
    lua_pushinteger(L, due - ahead + period);
    lua_replace(L, ARG_KEY);
    lua_pushinteger(L, due);
    lua_replace(L, ARG_DUE);
}

static int run_every(lua_State *L);
static int every_called(lua_State *L, int status, lua_KContext count);

static int every_slept(lua_State *L, int status, lua_KContext count) {
    (void)status;
    luaL_checkstack(L, (int)count + 2, "every");
    for (int i = 0; i < (int)count; i++) lua_pushvalue(L, ARG_FUNCTION + i);
    lua_callk(L, (int)count - 1, 0, count, every_called);
    return every_called(L, LUA_OK, count);
}

static int every_called(lua_State *L, int status, lua_KContext count) {
    (void)status;
    (void)count;
    advance(L);
    return run_every(L);
}

/* Every round ends in a wait, so the C stack of a task does not grow: the wait
 * leaves it, and it is entered again at every_slept. */
static int run_every(lua_State *L) {
    int count = lua_gettop(L) - ARG_PERIOD; /* f and its arguments */
    push_sleep(L);
    lua_callk(L, 2, 0, count, every_slept);
    return every_slept(L, LUA_OK, count);
}

/* The seconds, which are the first argument, or stand first in the table. */
static lua_Number check_lead(lua_State *L, int index, const char *caller) {
    if (lua_type(L, index) != LUA_TNUMBER || !(lua_tonumber(L, index) >= 0))
        host_raise(L, "usage",
                   "%s: argument 1 is %s, not a number of seconds from 0 on",
                   caller, host_describe(L, index));
    return lua_tonumber(L, index);
}

static int start_timed(lua_State *L, const char *caller, lua_CFunction run) {
    host_start start;
    host_start_read(L, 1, 1, caller, HOST_START_TASK, &start);
    lua_Number seconds = check_lead(L, 2, caller);
    if (run == run_every && seconds == 0)
        host_raise(L, "usage", "%s: the period must be greater than 0", caller);
    host_deadline first = host_deadline_in(L, seconds);
    lua_remove(L, 2);
    lua_pushcfunction(L, run);
    lua_insert(L, 2);
    lua_pushinteger(L, first.key_ns);
    lua_insert(L, 3);
    lua_pushinteger(L, first.due_ns);
    lua_insert(L, 4);
    lua_pushinteger(L, rt_clock_add(0, seconds));
    lua_insert(L, 5);
    start_task(L, 1, &start);
    return 1;
}

/* plait.after(seconds, f, ...) -> task */
static int plait_after(lua_State *L) {
    return start_timed(L, "plait.after", run_after);
}

/* plait.every(seconds, f, ...) -> task, which runs until it is cancelled */
static int plait_every(lua_State *L) {
    return start_timed(L, "plait.every", run_every);
}

static const luaL_Reg functions[] = {
    {"after", plait_after}, {"every", plait_every}, {"now", plait_now},
    {"sleep", plait_sleep}, {"yield", plait_yield}, {"current", plait_current},
    {NULL, NULL},
};

void host_open_task(lua_State *L) {
    luaL_setfuncs(L, functions, 0);
    lua_getfield(L, -1, "sleep");
    lua_setglobal(L, "sleep");
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, async_fn);
    lua_setfield(L, -2, "fn");
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, async_call);
    lua_setfield(L, -2, "__call");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_setglobal(L, "async");
    lua_setfield(L, -2, "async");
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    luaL_getsubtable(L, -1, "plait.internal");
    lua_pushcfunction(L, internal_async);
    lua_setfield(L, -2, "async");
    lua_pop(L, 2);
}
