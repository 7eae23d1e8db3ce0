/* lib_lock.c - locks that park strands.
 *
 *     local lock = plait.Lock()
 *     do
 *         local _ <close> = lock:acquire()
 *         ...
 *     end
 *     lock:with(function() ... end)
 */
#include "lib/lib_lock.h"

#include <lauxlib.h>

#include "core/failure.h"
#include "core/held.h"
#include "core/holder.h"
#include "core/proxy.h"
#include "core/ring.h"
#include "core/wait.h"
#include "core/with.h"
#include "ship/hold.h"
#include "ship/item.h"

static rt_object *check_lock(lua_State *L) {
    return host_proxy_check(L, 1, RT_KIND_LOCK);
}

/* ---- in another process ---- */

static int ask_home(lua_State *L, rt_object *remote, int operation,
                    host_finish finish) {
    host_strand *strand = host_wait_begin(L, "lock");
    int status = host_item_call(strand, remote, operation, NULL, 0);
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, finish);
}

/* For a lock: whoever does not get it departs. */
static int ask_with_place(lua_State *L, rt_object *remote, int operation,
                          host_deadline deadline, host_finish finish) {
    host_strand *strand = host_wait_begin(L, "lock");
    if (operation == RT_LOCK_ACQUIRE && !host_ring_is_bounded(strand, deadline))
        operation = RT_LOCK_AWAIT;
    int status = host_held_visit(strand, remote);
    if (status == RT_OK)
        status = host_hold_call(L, strand, remote, operation, 0);
    return host_wait_end(L, strand, status, deadline, finish);
}

/* ---- acquire ---- */

/* The strand has it; it is argument 1. */
static int got_local(lua_State *L, host_strand *strand, rt_lock *lock,
                     const lua_Debug *place) {
    host_hold_got(strand, lock, place);
    lua_settop(L, 1);
    return 1;
}

static int answer_to_visit(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK) host_held_depart(strand, check_lock(L));
    return status;
}

/* After a wait, or in another process. */
static int acquired(lua_State *L, host_strand *strand, int status) {
    rt_lock *lock = host_hold_local(check_lock(L));
    lua_Debug place;
    if (!lock) status = answer_to_visit(L, strand, status);
    if (status == RT_ETIMEOUT) {
        lua_pushnil(L);
        lua_pushliteral(L, "timeout");
        return 2;
    }
    if (status != RT_OK)
        return host_hold_raise(L, strand, lock, status, "release");
    if (!lock) {
        lua_settop(L, 1);
        return 1;
    }
    host_hold_find_place(L, &place);
    return got_local(L, strand, lock, &place);
}

/* lock:acquire([timeout]) -> lock | nil, "timeout" */
static int lock_acquire(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = host_hold_local(object);
    host_deadline deadline = host_check_timeout(L, 2);
    if (!lock)
        return ask_with_place(L, object, RT_LOCK_ACQUIRE, deadline, acquired);
    lua_Debug place;
    host_hold_find_place(L, &place); /* before others have to wait for it */
    host_strand *strand = host_wait_begin(L, "lock");
    int status = rt_lock_acquire(lock, host_party(strand), &strand->waiter,
                                 strand->waiter.loop);
    if (status == RT_PENDING) host_ring_check(L, strand, deadline);
    if (status != RT_OK)
        return host_wait_end(L, strand, status, deadline, acquired);
    strand->waiting_for = NULL;
    return got_local(L, strand, lock, &place);
}

static int tried(lua_State *L, host_strand *strand, int status) {
    status = answer_to_visit(L, strand, status);
    if (status != RT_OK && status != RT_EFULL && status != RT_EDEADLOCK)
        return host_hold_raise(L, strand, NULL, status, "release");
    if (status == RT_OK)
        lua_settop(L, 1);
    else
        lua_pushnil(L);
    return 1;
}

/* lock:try() -> lock, or nil if somebody has it */
static int lock_try(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = host_hold_local(object);
    if (!lock)
        return ask_with_place(L, object, RT_LOCK_TRY, HOST_NO_DEADLINE, tried);
    lua_Debug place;
    host_hold_find_place(L, &place);
    host_strand *strand = host_hold_strand(L);
    int status =
        rt_lock_acquire(lock, host_party(strand), NULL, strand->waiter.loop);
    if (status == RT_OK) return got_local(L, strand, lock, &place);
    if (status == RT_EABANDONED)
        return host_hold_raise(L, strand, lock, status, "release");
    lua_pushnil(L);
    return 1;
}

/* ---- release ---- */

static int released(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status == RT_OK || status == RT_EDIED)
        host_held_depart(strand, check_lock(L));
    if (status != RT_OK)
        return host_hold_raise(L, strand, NULL, status, "release");
    return 0;
}

/* lock:release() */
static int lock_release(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = host_hold_local(object);
    if (!lock) return ask_home(L, object, RT_LOCK_RELEASE, released);
    host_strand *strand = host_hold_strand(L);
    int status = rt_lock_release(lock, host_party(strand), strand->waiter.loop);
    if (status != RT_OK)
        return host_hold_raise(L, strand, lock, status, "release");
    return 0;
}

/* __close(lock, error): what happened first is what is told. */
static int lock_close(lua_State *L) {
    rt_lock *lock = host_hold_local(check_lock(L));
    if (!lock || lua_isnoneornil(L, 2)) return lock_release(L);
    host_strand *strand = host_hold_strand(L);
    (void)rt_lock_release(lock, host_party(strand), strand->waiter.loop);
    return 0;
}

/* lock:with(f, ...) -> what f returns */
static int lock_with(lua_State *L) {
    check_lock(L);
    return host_with(L, lock_acquire);
}

/* ---- state ---- */

static int locked_answered(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK)
        return host_hold_raise(L, strand, NULL, status, "release");
    host_item_push(L, &strand->item);
    return 1;
}

/* lock:locked() -> boolean */
static int lock_locked(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = host_hold_local(object);
    if (!lock) return ask_home(L, object, RT_LOCK_LOCKED, locked_answered);
    lua_pushboolean(L, rt_lock_is_taken(lock));
    return 1;
}

static int recovered(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK)
        return host_hold_raise(L, strand, NULL, status, "release");
    lua_settop(L, 1);
    return 1;
}

/* lock:recover() -> lock: it is free, if it was abandoned */
static int lock_recover(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = host_hold_local(object);
    if (!lock) return ask_home(L, object, RT_LOCK_RECOVER, recovered);
    rt_lock_recover(lock);
    lua_settop(L, 1);
    return 1;
}

/* tostring(lock) -> "Lock 7 (held by task 3, acquired at app.lua:14)" */
static int lock_tostring(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = host_hold_local(object);
    if (!lock) {
        lua_pushfstring(L, "Lock %d (of another process)", (int)object->id);
        return 1;
    }
    host_holder_push(L, lock);
    lua_pushfstring(L, "%s %d (%s)", lock->is_reentrant ? "RLock" : "Lock",
                    (int)object->id, lua_tostring(L, -1));
    return 1;
}

/* ---- opener ---- */

static int new_lock(lua_State *L, bool is_reentrant) {
    rt_lock *lock = rt_lock_new(is_reentrant);
    if (!lock) return luaL_error(L, "not enough memory");
    host_proxy_push(L, &lock->object);
    rt_object_unref(&lock->object); /* the proxy has its own */
    return 1;
}

/* plait.Lock() -> lock */
static int plait_lock(lua_State *L) {
    return new_lock(L, false);
}

/* plait.RLock() -> lock that its owner may acquire again */
static int plait_rlock(lua_State *L) {
    return new_lock(L, true);
}

static const luaL_Reg methods[] = {
    {"acquire", lock_acquire},
    {"release", lock_release},
    {"try", lock_try},
    {"locked", lock_locked},
    {"with", lock_with},
    {"recover", lock_recover},
    {NULL, NULL},
};

void host_open_lock(lua_State *L) {
    host_proxy_new_metatable(L, RT_KIND_LOCK);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, lock_close);
    lua_setfield(L, -2, "__close");
    lua_pushcfunction(L, lock_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    lua_pushcfunction(L, plait_lock);
    lua_setfield(L, -2, "Lock");
    lua_pushcfunction(L, plait_rlock);
    lua_setfield(L, -2, "RLock");
}
