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
#include <string.h>

#include "core/failure.h"
#include "core/held.h"
#include "core/holder.h"
#include "core/place.h"
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

static void find_place(lua_State *L, lua_Debug *place) {
    if (host_place_find(L, 1, place)) return;
    place->short_src[0] = '\0';
    place->currentline = 0;
}

/* Who has it, in words, pushed; `lock` is NULL for a lock of another process,
 * which has told it with its answer. */
static const char *push_holder(lua_State *L, host_strand *strand,
                               rt_lock *lock) {
    if (lock)
        host_holder_push(L, lock);
    else
        host_item_push(L, &strand->item);
    return luaL_tolstring(L, -1, NULL);
}

/* The end of such words: where it was acquired; or "". */
static const char *find_acquired(const char *holder) {
    static const char words[] = ", acquired at ";
    const char *found = "";
    while ((holder = strstr(holder, words)) != NULL) found = holder++;
    return found;
}

static int raise_owner(lua_State *L, const char *holder) {
    if (strcmp(holder, "free") == 0)
        return host_raise(L, "usage", "release: the lock is not held");
    if (strcmp(holder, "abandoned") == 0)
        return host_raise(L, "usage", "release: the lock is abandoned");
    return host_raise(L, "usage", "release: the lock is %s, not by this strand",
                      holder);
}

static int raise_failure(lua_State *L, host_strand *strand, rt_lock *lock,
                         int status) {
    switch (status) {
    case RT_EDEADLOCK:
        return host_raise(L, "deadlock", "lock is held by this very strand%s",
                          find_acquired(push_holder(L, strand, lock)));
    case RT_EOWNER:
        return raise_owner(L, push_holder(L, strand, lock));
    case RT_EABANDONED:
        return host_raise(L, "abandoned",
                          "lock was abandoned: its owner ended without "
                          "releasing it; lock:recover() clears that");
    default:
        return host_raise_status(L, "lock", status);
    }
}

/* ---- in another process ---- */

static int ask_home(lua_State *L, rt_object *remote, int operation,
                    host_finish finish) {
    host_strand *strand = host_wait_begin(L, "lock");
    int status = host_item_call(strand, remote, operation, NULL, 0);
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, finish);
}

/* Tells who asks, and from where. */
static int call_with_place(lua_State *L, host_strand *strand, rt_object *remote,
                           int operation) {
    rt_item items[RT_LOCK_PLACE_ITEMS];
    lua_Debug place;
    find_place(L, &place);
    rt_party_write(&strand->party, items);
    items[RT_PARTY_ITEMS] =
        (rt_item){.kind = RT_ITEM_INT, .as.integer = place.currentline};
    int status = rt_item_set_string(&items[RT_PARTY_ITEMS + 1], place.short_src,
                                    strlen(place.short_src));
    if (status != RT_OK) return status;
    return host_item_call(strand, remote, operation, items,
                          RT_LOCK_PLACE_ITEMS);
}

/* For a lock: whoever does not get it departs. */
static int ask_with_place(lua_State *L, rt_object *remote, int operation,
                          host_deadline deadline, host_finish finish) {
    host_strand *strand = host_wait_begin(L, "lock");
    int status = host_held_visit(strand, remote);
    if (status == RT_OK) status = call_with_place(L, strand, remote, operation);
    return host_wait_end(L, strand, status, deadline, finish);
}

/* ---- acquire ---- */

/* The strand has it; it is argument 1. */
static int got_local(lua_State *L, host_strand *strand, rt_lock *lock,
                     const lua_Debug *place) {
    host_held_add(strand, lock);
    rt_lock_note(lock, place->short_src, place->currentline);
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
    rt_lock *lock = as_local(check_lock(L));
    lua_Debug place;
    if (!lock) status = answer_to_visit(L, strand, status);
    if (status == RT_ETIMEOUT) {
        lua_pushnil(L);
        lua_pushliteral(L, "timeout");
        return 2;
    }
    if (status != RT_OK) return raise_failure(L, strand, lock, status);
    if (!lock) {
        lua_settop(L, 1);
        return 1;
    }
    find_place(L, &place);
    return got_local(L, strand, lock, &place);
}

/* lock:acquire([timeout]) -> lock | nil, "timeout" */
static int lock_acquire(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = as_local(object);
    host_deadline deadline = host_check_timeout(L, 2);
    if (!lock)
        return ask_with_place(L, object, RT_LOCK_ACQUIRE, deadline, acquired);
    lua_Debug place;
    find_place(L, &place); /* before others have to wait for it */
    host_strand *strand = host_wait_begin(L, "lock");
    int status = rt_lock_acquire(lock, &strand->party, &strand->waiter,
                                 strand->waiter.loop);
    if (status != RT_OK)
        return host_wait_end(L, strand, status, deadline, acquired);
    strand->waiting_for = NULL;
    return got_local(L, strand, lock, &place);
}

static int tried(lua_State *L, host_strand *strand, int status) {
    status = answer_to_visit(L, strand, status);
    if (status != RT_OK && status != RT_EFULL && status != RT_EDEADLOCK)
        return raise_failure(L, strand, NULL, status);
    if (status == RT_OK)
        lua_settop(L, 1);
    else
        lua_pushnil(L);
    return 1;
}

/* lock:try() -> lock, or nil if somebody has it */
static int lock_try(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = as_local(object);
    if (!lock)
        return ask_with_place(L, object, RT_LOCK_TRY, HOST_NO_DEADLINE, tried);
    lua_Debug place;
    find_place(L, &place);
    host_strand *strand = current_strand(L);
    int status =
        rt_lock_acquire(lock, &strand->party, NULL, strand->waiter.loop);
    if (status == RT_OK) return got_local(L, strand, lock, &place);
    if (status == RT_EABANDONED) return raise_failure(L, strand, lock, status);
    lua_pushnil(L);
    return 1;
}

/* ---- release ---- */

static int released(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status == RT_OK || status == RT_EDIED)
        host_held_depart(strand, check_lock(L));
    if (status != RT_OK) return raise_failure(L, strand, NULL, status);
    return 0;
}

/* lock:release() */
static int lock_release(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = as_local(object);
    if (!lock) return ask_home(L, object, RT_LOCK_RELEASE, released);
    host_strand *strand = current_strand(L);
    int status = rt_lock_release(lock, &strand->party, strand->waiter.loop);
    if (status != RT_OK) return raise_failure(L, strand, lock, status);
    return 0;
}

/* __close(lock, error): what happened first is what is told. */
static int lock_close(lua_State *L) {
    rt_lock *lock = as_local(check_lock(L));
    if (!lock || lua_isnoneornil(L, 2)) return lock_release(L);
    host_strand *strand = current_strand(L);
    (void)rt_lock_release(lock, &strand->party, strand->waiter.loop);
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
    if (status != RT_OK) return raise_failure(L, strand, NULL, status);
    host_item_push(L, &strand->item);
    return 1;
}

/* lock:locked() -> boolean */
static int lock_locked(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = as_local(object);
    if (!lock) return ask_home(L, object, RT_LOCK_LOCKED, locked_answered);
    lua_pushboolean(L, rt_lock_is_taken(lock));
    return 1;
}

static int recovered(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK) return raise_failure(L, strand, NULL, status);
    lua_settop(L, 1);
    return 1;
}

/* lock:recover() -> lock: it is free, if it was abandoned */
static int lock_recover(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = as_local(object);
    if (!lock) return ask_home(L, object, RT_LOCK_RECOVER, recovered);
    rt_lock_recover(lock);
    lua_settop(L, 1);
    return 1;
}

/* tostring(lock) -> "Lock 7 (held by task 3, acquired at app.lua:14)" */
static int lock_tostring(lua_State *L) {
    rt_object *object = check_lock(L);
    rt_lock *lock = as_local(object);
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
