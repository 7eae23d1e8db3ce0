/* lib_barrier.c - where n strands meet, round after round.
 *
 *     local barrier = plait.Barrier(3)
 *     local place = barrier:wait()    -- 1, 2 or 3, once all have come
 */
#include "lib/lib_barrier.h"

#include <lauxlib.h>
#include <string.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/wait.h"
#include "ship/item.h"
#include "sync/barrier.h"

static rt_object *check_barrier(lua_State *L) {
    return host_proxy_check(L, 1, RT_KIND_BARRIER);
}

/* NULL: it lives in another process. */
static rt_barrier *as_local(rt_object *object) {
    return object->type == &rt_barrier_type ? (rt_barrier *)(void *)object
                                            : NULL;
}

static int raise_failure(lua_State *L, int status) {
    if (status == RT_EBROKEN)
        return host_raise(L, "broken_barrier",
                          "barrier is broken: a wait timed out, a process "
                          "died, or it was aborted or reset; "
                          "barrier:reset() makes it whole");
    return host_raise_status(L, "barrier", status);
}

static int ask_home(lua_State *L, rt_object *remote, int operation,
                    host_deadline deadline, host_finish finish) {
    host_strand *strand = host_wait_begin(L, "barrier");
    int status = host_item_call(strand, remote, operation, NULL, 0);
    return host_wait_end(L, strand, status, deadline, finish);
}

static int answered(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK) return raise_failure(L, status);
    host_item_push(L, &strand->item);
    return 1;
}

static int ask(lua_State *L, rt_object *remote, int operation) {
    return ask_home(L, remote, operation, HOST_NO_DEADLINE, answered);
}

/* ---- wait ---- */

static int push_timeout(lua_State *L) {
    lua_pushnil(L);
    lua_pushliteral(L, "timeout");
    return 2;
}

static int waited(lua_State *L, host_strand *strand, int status) {
    if (status == RT_ETIMEOUT) return push_timeout(L);
    if (status != RT_OK) return raise_failure(L, status);
    lua_pushinteger(L, strand->waiter.detail);
    return 1;
}

static int wait_answered(lua_State *L, host_strand *strand, int status) {
    if (status == RT_ETIMEOUT) return push_timeout(L);
    return answered(L, strand, status);
}

/* barrier:wait([timeout]) -> 1..n | nil, "timeout" */
static int barrier_wait(lua_State *L) {
    rt_object *object = check_barrier(L);
    rt_barrier *barrier = as_local(object);
    host_deadline deadline = host_check_timeout(L, 2);
    if (!barrier)
        return ask_home(L, object, RT_BARRIER_WAIT, deadline, wait_answered);
    host_strand *strand = host_wait_begin(L, "barrier");
    int status = rt_barrier_wait(barrier, &strand->waiter, strand->waiter.loop);
    return host_wait_end(L, strand, status, deadline, waited);
}

/* ---- state ---- */

static int changed(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status != RT_OK) return raise_failure(L, status);
    return 0;
}

/* barrier:reset() */
static int barrier_reset(lua_State *L) {
    rt_object *object = check_barrier(L);
    rt_barrier *barrier = as_local(object);
    if (!barrier)
        return ask_home(L, object, RT_BARRIER_RESET, HOST_NO_DEADLINE, changed);
    rt_barrier_reset(barrier, host_of(L)->loop);
    return 0;
}

/* barrier:abort() */
static int barrier_abort(lua_State *L) {
    rt_object *object = check_barrier(L);
    rt_barrier *barrier = as_local(object);
    if (!barrier)
        return ask_home(L, object, RT_BARRIER_ABORT, HOST_NO_DEADLINE, changed);
    rt_barrier_abort(barrier, host_of(L)->loop);
    return 0;
}

/* barrier:broken() -> boolean */
static int barrier_broken(lua_State *L) {
    rt_object *object = check_barrier(L);
    rt_barrier *barrier = as_local(object);
    if (!barrier) return ask(L, object, RT_BARRIER_BROKEN);
    lua_pushboolean(L, rt_barrier_is_broken(barrier));
    return 1;
}

/* barrier:waiting() -> how many wait */
static int barrier_waiting(lua_State *L) {
    rt_object *object = check_barrier(L);
    rt_barrier *barrier = as_local(object);
    if (!barrier) return ask(L, object, RT_BARRIER_WAITING);
    lua_pushinteger(L, rt_barrier_waiting(barrier));
    return 1;
}

static int push_parties(lua_State *L) {
    rt_object *object = check_barrier(L);
    rt_barrier *barrier = as_local(object);
    if (!barrier) return ask(L, object, RT_BARRIER_PARTIES);
    lua_pushinteger(L, rt_barrier_parties(barrier));
    return 1;
}

/* Upvalue 1: the methods. */
static int barrier_index(lua_State *L) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
    if (lua_type(L, 2) != LUA_TSTRING ||
        strcmp(lua_tostring(L, 2), "parties") != 0)
        return 1; /* nil */
    lua_settop(L, 1);
    return push_parties(L);
}

static int barrier_tostring(lua_State *L) {
    rt_object *object = check_barrier(L);
    rt_barrier *barrier = as_local(object);
    if (!barrier)
        lua_pushfstring(L, "Barrier %d (of another process)", (int)object->id);
    else if (rt_barrier_is_broken(barrier))
        lua_pushfstring(L, "Barrier %d (broken)", (int)object->id);
    else
        lua_pushfstring(L, "Barrier %d (%d of %d wait)", (int)object->id,
                        (int)rt_barrier_waiting(barrier),
                        (int)rt_barrier_parties(barrier));
    return 1;
}

/* ---- opener ---- */

/* plait.Barrier(n) -> barrier */
static int plait_barrier(lua_State *L) {
    lua_settop(L, 1);
    lua_Integer parties = host_check_whole(L, 1, 1, RT_BARRIER_MAX,
                                           "Barrier: the number of parties");
    rt_barrier *barrier = rt_barrier_new(parties);
    if (!barrier) return luaL_error(L, "not enough memory");
    host_proxy_push(L, (rt_object *)(void *)barrier);
    rt_object_unref((rt_object *)(void *)barrier); /* the proxy has its own */
    return 1;
}

static const luaL_Reg methods[] = {
    {"wait", barrier_wait},       {"reset", barrier_reset},
    {"abort", barrier_abort},     {"broken", barrier_broken},
    {"waiting", barrier_waiting}, {NULL, NULL},
};

void host_open_barrier(lua_State *L) {
    host_proxy_new_metatable(L, RT_KIND_BARRIER);
    luaL_newlib(L, methods);
    lua_pushcclosure(L, barrier_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, barrier_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    lua_pushcfunction(L, plait_barrier);
    lua_setfield(L, -2, "Barrier");
}
