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
#include "core/proxy.h"
#include "core/wait.h"
#include "core/with.h"
#include "ship/item.h"

static rt_object *check_lock(lua_State *L) {
    return host_proxy_check(L, 1, RT_KIND_LOCK);
}

/* NULL: it lives in another process. */
static rt_lock *as_local(rt_object *object) {
    return object->type == &rt_lock_type ? (rt_lock *)(void *)object : NULL;
}

/* What runs between strands (a finalizer) counts as the main one. */
static host_strand *current_strand(lua_State *L) {
    host_state *host = host_of(L);
    return host->current ? host->current : &host->main;
}

static int raise_failure(lua_State *L, int status) {
    if (status == RT_EDEADLOCK)
        return host_raise(L, "deadlock", "lock is held by this very strand");
    if (status == RT_EABANDONED)
        return host_raise(L, "abandoned",
                          "lock was abandoned: its owner ended without "
                          "releasing it; lock:recover() clears that");
    return host_raise_status(L, "lock", status);
}

/* ---- acquire ---- */

static int got_lock(lua_State *L, host_strand *strand, bool handed) {
    rt_lock *lock = as_local(check_lock(L));
    if (lock) host_held_add(strand, lock, handed);
    lua_settop(L, 1);
    return 1;
}

static int acquired_at_once(lua_State *L, host_strand *strand, int status) {
    (void)status;
    return got_lock(L, strand, false);
}

static int acquired(lua_State *L, host_strand *strand, int status) {
    if (status == RT_OK) return got_lock(L, strand, true);
    if (status != RT_ETIMEOUT) return raise_failure(L, status);
    lua_pushnil(L);
    lua_pushliteral(L, "timeout");
    return 2;
}

static int ask_home(lua_State *L, rt_object *remote, int operation,
                    host_deadline deadline, host_finish finish) {
    if (host_held_visit(current_strand(L), remote) != RT_OK)
        return luaL_error(L, "not enough memory");
    host_strand *strand = host_wait_begin(L, "lock");
    int status = host_item_call(strand, remote, operation, NULL, 0);
    return host_wait_end(L, strand, status, deadline, finish);
}

/* lock:acquire([timeout]) -> lock | nil, "timeout" */
static int lock_acquire(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = as_local(object);
    host_deadline deadline = host_check_timeout(L, 2);
    if (!lock) return ask_home(L, object, RT_LOCK_ACQUIRE, deadline, acquired);
    host_strand *strand = host_wait_begin(L, "lock");
    int status = rt_lock_acquire(lock, host_party(strand), &strand->waiter,
                                 strand->waiter.loop);
    return host_wait_end(L, strand, status, deadline,
                         status == RT_OK ? acquired_at_once : acquired);
}

static int tried(lua_State *L, host_strand *strand, int status) {
    if (status == RT_OK) return got_lock(L, strand, false);
    if (status != RT_EFULL && status != RT_EDEADLOCK)
        return raise_failure(L, status);
    lua_pushnil(L);
    return 1;
}

/* lock:try() -> lock, or nil if somebody has it */
static int lock_try(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = as_local(object);
    if (!lock) return ask_home(L, object, RT_LOCK_TRY, HOST_NO_DEADLINE, tried);
    host_strand *strand = current_strand(L);
    int status =
        rt_lock_acquire(lock, host_party(strand), NULL, strand->waiter.loop);
    return tried(L, strand, status);
}

/* ---- release ---- */

static int refuse_release(lua_State *L, const rt_party *owner) {
    if (owner->strand == 0)
        return host_raise(L, "usage", "release: the lock is not held");
    if (owner->id == 0)
        return host_raise(L, "usage",
                          "release: the lock is held by %s, not by this strand",
                          owner->kind);
    return host_raise(L, "usage",
                      "release: the lock is held by %s %d, not by this strand",
                      owner->kind, (int)owner->id);
}

static int released(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_EOWNER)
        return host_raise(L, "usage",
                          "release: the lock is not held by this strand");
    if (status != RT_OK) return raise_failure(L, status);
    return 0;
}

static int release_local(rt_lock *lock, host_strand *strand, rt_party *owner) {
    int status =
        rt_lock_release(lock, host_party(strand), strand->host->loop, owner);
    /* Of host_held_add; argument 1 has one too. */
    if (status == RT_OK && owner->strand == 0) rt_object_unref(&lock->object);
    return status;
}

/* lock:release() */
static int lock_release(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = as_local(object);
    if (!lock)
        return ask_home(L, object, RT_LOCK_RELEASE, HOST_NO_DEADLINE, released);
    rt_party owner;
    if (release_local(lock, current_strand(L), &owner) != RT_OK)
        return refuse_release(L, &owner);
    return 0;
}

/* __close(lock, error): what happened first is what is told. */
static int lock_close(lua_State *L) {
    rt_lock *lock = as_local(check_lock(L));
    if (!lock || lua_isnoneornil(L, 2)) return lock_release(L);
    rt_party owner;
    (void)release_local(lock, current_strand(L), &owner);
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
    if (status != RT_OK) return raise_failure(L, status);
    host_item_push(L, &strand->item);
    return 1;
}

/* lock:locked() -> boolean */
static int lock_locked(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = as_local(object);
    if (!lock)
        return ask_home(L, object, RT_LOCK_LOCKED, HOST_NO_DEADLINE,
                        locked_answered);
    lua_pushboolean(L, rt_lock_is_taken(lock));
    return 1;
}

static int recovered(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status != RT_OK) return raise_failure(L, status);
    lua_settop(L, 1);
    return 1;
}

/* lock:recover() -> lock: it is free, if it was abandoned */
static int lock_recover(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = as_local(object);
    if (!lock)
        return ask_home(L, object, RT_LOCK_RECOVER, HOST_NO_DEADLINE,
                        recovered);
    rt_lock_recover(lock);
    lua_settop(L, 1);
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
    lua_pop(L, 1);
    lua_pushcfunction(L, plait_lock);
    lua_setfield(L, -2, "Lock");
    lua_pushcfunction(L, plait_rlock);
    lua_setfield(L, -2, "RLock");
}
