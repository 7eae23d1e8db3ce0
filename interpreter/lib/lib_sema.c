/* lib_sema.c - semaphores: at most so many at a time.
 *
 *     local slots = plait.Semaphore(3)
 *     do
 *         local _ <close> = slots:acquire()
 *         ...                                 -- three strands at most
 *     end
 *     slots:with(function() ... end)
 */
#include "lib/lib_sema.h"

#include <lauxlib.h>
#include <string.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/wait.h"
#include "core/with.h"
#include "ship/item.h"
#include "sync/sema.h"

static rt_object *check_sema(lua_State *L) {
    return host_proxy_check(L, 1, RT_KIND_SEMAPHORE);
}

/* NULL: it lives in another process. */
static rt_sema *as_local(rt_object *object) {
    return object->type == &rt_sema_type ? (rt_sema *)(void *)object : NULL;
}

static int ask_home(lua_State *L, rt_object *remote, int operation,
                    host_deadline deadline, host_finish finish) {
    host_strand *strand = host_wait_begin(L, "semaphore");
    int status = host_item_call(strand, remote, operation, NULL, 0);
    return host_wait_end(L, strand, status, deadline, finish);
}

/* ---- acquire ---- */

static int acquired(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_OK) {
        lua_settop(L, 1);
        return 1;
    }
    lua_pushnil(L);
    if (status == RT_EEMPTY) return 1;
    if (status != RT_ETIMEOUT) return host_raise_status(L, "semaphore", status);
    lua_pushliteral(L, "timeout");
    return 2;
}

/* sem:acquire([timeout]) -> sem | nil, "timeout" */
static int sema_acquire(lua_State *L) {
    rt_object *object = check_sema(L);
    rt_sema *sema = as_local(object);
    host_deadline deadline = host_check_timeout(L, 2);
    if (!sema) return ask_home(L, object, RT_SEMA_ACQUIRE, deadline, acquired);
    host_strand *strand = host_wait_begin(L, "semaphore");
    int status = rt_sema_acquire(sema, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, acquired);
}

/* sem:try() -> sem, or nil if no permit is free */
static int sema_try(lua_State *L) {
    rt_object *object = check_sema(L);
    rt_sema *sema = as_local(object);
    if (!sema)
        return ask_home(L, object, RT_SEMA_TRY, HOST_NO_DEADLINE, acquired);
    return acquired(L, NULL, rt_sema_acquire(sema, NULL));
}

/* ---- release ---- */

static int released(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_EFULL)
        return host_raise(L, "usage",
                          "release: a bounded semaphore cannot have more free "
                          "permits than it began with");
    if (status == RT_ELIMIT)
        return host_raise(L, "usage",
                          "release: a semaphore has at most %d permits",
                          (int)RT_SEMA_MAX);
    if (status != RT_OK) return host_raise_status(L, "semaphore", status);
    return 0;
}

static int release(lua_State *L, rt_object *object, lua_Integer count) {
    rt_sema *sema = as_local(object);
    if (sema)
        return released(L, NULL,
                        rt_sema_release(sema, count, host_of(L)->loop));
    rt_item item = {.kind = RT_ITEM_INT, .as.integer = count};
    host_strand *strand = host_wait_begin(L, "semaphore");
    int status = host_item_call(strand, object, RT_SEMA_RELEASE, &item, 1);
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, released);
}

/* sem:release([k]) */
static int sema_release(lua_State *L) {
    rt_object *object = check_sema(L);
    lua_Integer count =
        lua_isnoneornil(L, 2)
            ? 1
            : host_check_whole(L, 2, 1, RT_SEMA_MAX,
                               "release: the number of permits");
    return release(L, object, count);
}

/* __close(sem, error): what happened first is what is told. */
static int sema_close(lua_State *L) {
    rt_object *object = check_sema(L);
    rt_sema *sema = as_local(object);
    if (!sema || lua_isnoneornil(L, 2)) return release(L, object, 1);
    (void)rt_sema_release(sema, 1, host_of(L)->loop);
    return 0;
}

/* sem:with(f, ...) -> what f returns */
static int sema_with(lua_State *L) {
    check_sema(L);
    return host_with(L, sema_acquire);
}

/* ---- state ---- */

static int answered(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK) return host_raise_status(L, "semaphore", status);
    host_item_push(L, &strand->item);
    return 1;
}

/* sem:free() -> how many permits are free */
static int sema_free(lua_State *L) {
    rt_object *object = check_sema(L);
    rt_sema *sema = as_local(object);
    if (!sema)
        return ask_home(L, object, RT_SEMA_FREE, HOST_NO_DEADLINE, answered);
    lua_pushinteger(L, rt_sema_free_count(sema));
    return 1;
}

static int sema_tostring(lua_State *L) {
    rt_object *object = check_sema(L);
    rt_sema *sema = as_local(object);
    if (!sema)
        lua_pushfstring(L, "Semaphore %d (of another process)",
                        (int)object->id);
    else
        lua_pushfstring(L, "Semaphore %d (%d of %d free)", (int)object->id,
                        (int)rt_sema_free_count(sema),
                        (int)rt_sema_initial_count(sema));
    return 1;
}

/* ---- opener ---- */

/* Argument 2, a table with the field `bounded` alone. */
static bool check_bounded(lua_State *L) {
    if (lua_isnoneornil(L, 2)) return false;
    if (!lua_istable(L, 2))
        host_raise(L, "usage",
                   "Semaphore: argument 2 is %s, not a table such as "
                   "{bounded = true}",
                   host_describe(L, 2));
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        const char *key = luaL_tolstring(L, -1, NULL);
        if (strcmp(key, "bounded") != 0)
            host_raise(L, "usage", "Semaphore: there is no option '%s'", key);
        lua_pop(L, 2);
    }
    if (lua_getfield(L, 2, "bounded") != LUA_TNIL && !lua_isboolean(L, -1))
        host_raise(L, "usage", "Semaphore: bounded is %s, not true or false",
                   host_describe(L, -1));
    return lua_toboolean(L, -1);
}

/* plait.Semaphore(n[, {bounded = true}]) -> semaphore */
static int plait_semaphore(lua_State *L) {
    lua_settop(L, 2);
    lua_Integer count = host_check_whole(L, 1, 0, RT_SEMA_MAX,
                                         "Semaphore: the number of permits");
    rt_sema *sema = rt_sema_new(count, check_bounded(L));
    if (!sema) return luaL_error(L, "not enough memory");
    host_proxy_push(L, (rt_object *)(void *)sema);
    rt_object_unref((rt_object *)(void *)sema); /* the proxy has its own */
    return 1;
}

static const luaL_Reg methods[] = {
    {"acquire", sema_acquire}, {"release", sema_release}, {"try", sema_try},
    {"with", sema_with},       {"free", sema_free},       {NULL, NULL},
};

void host_open_sema(lua_State *L) {
    host_proxy_new_metatable(L, RT_KIND_SEMAPHORE);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, sema_close);
    lua_setfield(L, -2, "__close");
    lua_pushcfunction(L, sema_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    lua_pushcfunction(L, plait_semaphore);
    lua_setfield(L, -2, "Semaphore");
}
