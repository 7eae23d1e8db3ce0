/* lib_condition.c - waiting for a change of what a lock guards.
 *
 *     local changed = plait.Condition()
 *     changed:with(function()
 *         changed:wait_for(function() return #queue > 0 end)
 *         ...
 *     end)
 *
 * The wait itself is in ship/stay.c. The lock's methods are asked of the lock,
 * whose proxy the condition's keeps. */
#include "lib/lib_condition.h"

#include <lauxlib.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/holder.h"
#include "core/proxy.h"
#include "core/start.h"
#include "core/with.h"
#include "ship/hold.h"
#include "ship/item.h"
#include "ship/stay.h"

static rt_object *check_condition(lua_State *L) {
    return host_proxy_check(L, 1, RT_KIND_CONDITION);
}

/* ---- does the strand have the lock? ----
 *
 * The lock is at LOCK. `next` follows if the strand has it; else an error that
 * names `what`. */

enum { LOCK = 4, NEXT, WHAT };

static int checked(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK)
        return host_hold_raise(L, strand, NULL, status, lua_tostring(L, WHAT));
    lua_CFunction next = lua_tocfunction(L, NEXT);
    lua_settop(L, LOCK);
    return next(L);
}

static int check_owner(lua_State *L, const char *what, lua_CFunction next) {
    lua_settop(L, LOCK);
    rt_object *object = host_proxy_check(L, LOCK, RT_KIND_LOCK);
    rt_lock *lock = host_hold_local(object);
    host_strand *strand = host_hold_strand(L);
    if (lock && rt_lock_is_owned(lock, host_party(strand))) return next(L);
    if (lock) return host_hold_raise(L, strand, lock, RT_EOWNER, what);
    lua_pushcfunction(L, next);
    lua_pushstring(L, what);
    strand = host_wait_begin(L, "lock");
    int status = host_item_call(strand, object, RT_LOCK_CHECK, NULL, 0);
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, checked);
}

/* ---- wait ---- */

/* cond:wait([timeout]) -> true | nil, "timeout" */
static int condition_wait(lua_State *L) {
    check_condition(L);
    host_deadline deadline = host_check_timeout(L, 2);
    lua_settop(L, 1);
    host_stay_push(L, deadline);
    return host_stay_wait(L);
}

/* wait_for. The stack: 1 the condition, 2 f, 3 the stay, 4 the lock; above it
 * what f has returned. */

enum { PREDICATE = 2, STAY };

typedef enum { STEP_CALL, STEP_LOOK, STEP_WAITED } wait_step;

static int continue_wait_for(lua_State *L, int status, lua_KContext step);

static wait_step run_step(lua_State *L, wait_step step) {
    if (step == STEP_CALL) {
        lua_pushvalue(L, PREDICATE);
        lua_callk(L, 0, LUA_MULTRET, STEP_LOOK, continue_wait_for);
        return STEP_LOOK;
    }
    lua_settop(L, LOCK);
    lua_pushcfunction(L, host_stay_wait);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, STAY);
    lua_callk(L, 2, 0, STEP_CALL, continue_wait_for);
    return STEP_CALL;
}

/* After a time-out f is called once more, as it may be true by now. */
static int continue_wait_for(lua_State *L, int status, lua_KContext context) {
    (void)status;
    wait_step step = (wait_step)context;
    for (;;) {
        if (step == STEP_LOOK && lua_toboolean(L, LOCK + 1))
            return lua_gettop(L) - LOCK;
        if (step == STEP_LOOK && host_stay_timed_out(L, STAY)) break;
        step = run_step(L, step);
    }
    lua_pushnil(L);
    lua_pushliteral(L, "timeout");
    return 2;
}

static int begin_wait_for(lua_State *L) {
    return continue_wait_for(L, LUA_OK, STEP_CALL);
}

static int check_wait_for(lua_State *L) {
    return check_owner(L, "wait_for", begin_wait_for);
}

/* cond:wait_for(f[, timeout]) -> what f returns | nil, "timeout" */
static int condition_wait_for(lua_State *L) {
    check_condition(L);
    if (!host_is_callable(L, PREDICATE))
        return host_raise(L, "usage",
                          "wait_for: argument 1 is %s, not a function",
                          host_describe(L, PREDICATE));
    host_deadline deadline = host_check_timeout(L, 3);
    lua_settop(L, PREDICATE);
    host_stay_push(L, deadline);
    return host_stay_with_lock(L, check_wait_for);
}

/* ---- notify. The stack: 1 the condition, 2 the count, 3 nil, 4 the lock ---- */

enum { COUNT = 2 };

static int ask_to_notify(lua_State *L, bool is_checked, host_finish finish) {
    rt_object *object = check_condition(L);
    rt_item items[2] = {
        {.kind = RT_ITEM_INT, .as.integer = lua_tointeger(L, COUNT)},
        {.kind = RT_ITEM_BOOL, .as.boolean = is_checked}};
    host_strand *strand = host_wait_begin(L, "condition");
    int status = host_item_call(strand, object, RT_CONDITION_NOTIFY, items, 2);
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, finish);
}

static int told(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK)
        return host_hold_raise(L, strand, NULL, status, "notify");
    return 0;
}

/* The strand has the lock. */
static int notify_now(lua_State *L) {
    rt_condition *condition = host_stay_local(check_condition(L));
    if (!condition) return ask_to_notify(L, true, told);
    lua_Integer count = lua_tointeger(L, COUNT);
    rt_condition_notify(
        condition, count == LUA_MAXINTEGER ? RT_CONDITION_ALL : (size_t)count,
        host_of(L)->loop);
    return 0;
}

/* The home did not know whether the strand has the lock. */
static int told_or_unknown(lua_State *L, host_strand *strand, int status) {
    if (status != RT_ECHANGED) return told(L, strand, status);
    return check_owner(L, "notify", notify_now);
}

static int begin_notify(lua_State *L) {
    bool is_here = host_stay_local(check_condition(L)) != NULL;
    bool knows_lock = host_hold_local(host_proxy_check(L, LOCK, RT_KIND_LOCK));
    if (!is_here && !knows_lock)
        return ask_to_notify(L, false, told_or_unknown);
    return check_owner(L, "notify", notify_now);
}

static int notify(lua_State *L, lua_Integer count) {
    check_condition(L);
    lua_settop(L, 1);
    lua_pushinteger(L, count);
    lua_pushnil(L);
    return host_stay_with_lock(L, begin_notify);
}

/* cond:notify([n = 1]) */
static int condition_notify(lua_State *L) {
    if (lua_isnoneornil(L, 2)) return notify(L, 1);
    return notify(
        L, host_check_whole(L, 2, 0, INT32_MAX, "notify: the number of waits"));
}

/* cond:notify_all() */
static int condition_notify_all(lua_State *L) {
    return notify(L, LUA_MAXINTEGER);
}

/* ---- the lock's methods ---- */

/* The results of the lock's method are from 2 on; in place of the lock itself
 * the condition is returned. */
static int called(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    if (lua_gettop(L) == 1) return 0;
    lua_getiuservalue(L, 1, 1);
    bool is_lock = lua_rawequal(L, 2, -1);
    lua_pop(L, 1);
    if (is_lock) {
        lua_pushvalue(L, 1);
        lua_replace(L, 2);
    }
    return lua_gettop(L) - 1;
}

/* The stack: the condition, the name of the method, its arguments, the lock. */
static int call_method(lua_State *L) {
    int arguments = lua_gettop(L) - 3;
    luaL_getmetafield(L, -1, "__index");
    lua_pushvalue(L, 2);
    lua_gettable(L, -2);
    lua_replace(L, 2); /* over the name */
    lua_pop(L, 1);     /* the table of methods */
    lua_insert(L, 3);  /* the lock, before the arguments */
    lua_callk(L, arguments + 1, LUA_MULTRET, 0, called);
    return called(L, LUA_OK, 0);
}

static int ask_lock(lua_State *L, const char *method) {
    check_condition(L);
    lua_pushstring(L, method);
    lua_insert(L, 2);
    return host_stay_with_lock(L, call_method);
}

/* cond:acquire([timeout]) -> cond | nil, "timeout" */
static int condition_acquire(lua_State *L) {
    return ask_lock(L, "acquire");
}

/* cond:try() -> cond | nil */
static int condition_try(lua_State *L) {
    return ask_lock(L, "try");
}

/* cond:release() */
static int condition_release(lua_State *L) {
    return ask_lock(L, "release");
}

/* cond:locked() -> boolean */
static int condition_locked(lua_State *L) {
    return ask_lock(L, "locked");
}

/* cond:recover() -> cond */
static int condition_recover(lua_State *L) {
    return ask_lock(L, "recover");
}

/* cond:with(f, ...) -> what f returns */
static int condition_with(lua_State *L) {
    check_condition(L);
    return host_with(L, condition_acquire);
}

static int closed(lua_State *L, int status, lua_KContext context) {
    (void)L;
    (void)status;
    (void)context;
    return 0;
}

/* The stack: the condition, the error, the lock. */
static int close_lock(lua_State *L) {
    luaL_getmetafield(L, -1, "__close");
    lua_insert(L, -2);
    lua_pushvalue(L, 2);
    lua_callk(L, 2, 0, 0, closed);
    return 0;
}

/* __close(cond, error): as the lock's */
static int condition_close(lua_State *L) {
    check_condition(L);
    lua_settop(L, 2);
    return host_stay_with_lock(L, close_lock);
}

/* ---- the rest ---- */

/* tostring(cond) -> "Condition 8 (2 waiting; RLock 7, free)" */
static int condition_tostring(lua_State *L) {
    rt_object *object = check_condition(L);
    rt_condition *condition = host_stay_local(object);
    if (!condition) {
        lua_pushfstring(L, "Condition %d (of another process)",
                        (int)object->id);
        return 1;
    }
    host_holder_push_object(L, rt_condition_lock(condition));
    lua_pushfstring(L, "Condition %d (%d waiting; %s)", (int)object->id,
                    (int)rt_condition_count(condition), lua_tostring(L, -1));
    return 1;
}

/* plait.Condition([lock]) -> cond */
static int plait_condition(lua_State *L) {
    lua_settop(L, 1);
    if (lua_isnil(L, 1)) {
        rt_lock *lock = rt_lock_new(true);
        if (!lock) return luaL_error(L, "not enough memory");
        host_proxy_push(L, &lock->object);
        rt_object_unref(&lock->object); /* the proxy has its own */
        lua_replace(L, 1);
    }
    rt_object *lock = host_proxy_test(L, 1, RT_KIND_LOCK);
    if (!lock)
        return host_raise(L, "usage",
                          "Condition: argument 1 is %s, not a Lock or RLock",
                          host_describe(L, 1));
    rt_object *condition = (rt_object *)(void *)rt_condition_new(lock);
    if (!condition) return luaL_error(L, "not enough memory");
    host_proxy_push(L, condition);
    rt_object_unref(condition); /* the proxy has its own */
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    return 1;
}

static const luaL_Reg methods[] = {
    {"wait", condition_wait},
    {"wait_for", condition_wait_for},
    {"notify", condition_notify},
    {"notify_all", condition_notify_all},
    {"acquire", condition_acquire},
    {"try", condition_try},
    {"release", condition_release},
    {"locked", condition_locked},
    {"recover", condition_recover},
    {"with", condition_with},
    {NULL, NULL},
};

void host_open_condition(lua_State *L) {
    host_stay_open(L);
    host_proxy_new_metatable(L, RT_KIND_CONDITION);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, condition_close);
    lua_setfield(L, -2, "__close");
    lua_pushcfunction(L, condition_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    lua_pushcfunction(L, plait_condition);
    lua_setfield(L, -2, "Condition");
}
