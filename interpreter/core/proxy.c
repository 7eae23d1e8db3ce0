/* proxy.c - a weak table from the object's address to its proxy.
 *
 * Lua removes a proxy from the weak table before it calls __gc, so a proxy
 * found there is never a dead one. */
#include "core/proxy.h"

#include <lauxlib.h>
#include <string.h>

#include "core/state.h"
#include "core/steer.h"
#include "ipc/remote.h"
#include "sync/lock.h"

static const char *const type_names[RT_KIND_LAST] = {
    [RT_KIND_STRAND] = "plait.handle",
    [RT_KIND_LOCK] = "plait.Lock",
    [RT_KIND_VALUE] = "plait.Value",
    [RT_KIND_CHANNEL] = "plait.Channel",
    [RT_KIND_TABLE] = "plait.Table",
    [RT_KIND_ARRAY] = "plait.Array",
    [RT_KIND_SEMAPHORE] = "plait.Semaphore",
    [RT_KIND_CONDITION] = "plait.Condition",
    [RT_KIND_EVENT] = "plait.Event",
    [RT_KIND_BARRIER] = "plait.Barrier",
    [RT_KIND_POOL] = "plait.Pool",
    [RT_KIND_SEAT] = "plait.seat",
    [RT_KIND_CODE] = "plait.code",
    [RT_KIND_SORTED] = "plait.SortedQueue",
    [RT_KIND_PARCEL] = "plait.parcel",
};

const char *host_proxy_type(rt_object_kind kind) {
    return type_names[kind];
}

rt_object_kind host_object_kind(const rt_object *object) {
    return rt_is_remote(object) ? rt_remote_kind(object) : object->type->kind;
}

/* ---- memory ---- */

/* What may be held before the first collection for it. */
#define FREE_BYTES ((size_t)32 << 20)

static void account(host_state *host, host_proxy *proxy, size_t size) {
    host->object_bytes += size - proxy->size;
    proxy->size = size;
    /* Lua's own collections may have left less than the last one for it. */
    if (host->object_limit > 4 * host->object_bytes)
        host->object_limit = 2 * host->object_bytes;
}

static bool is_much(const host_state *host) {
    return host->object_bytes >= host->object_limit + FREE_BYTES;
}

/* Looks how large all objects are by now. Of a task that other states know the
 * table has the task. */
static void measure_all(lua_State *L, host_state *host) {
    if (!lua_checkstack(L, 3)) return;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_objects);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        rt_object *object = host_proxy_test(L, -1, 0);
        if (object && object->type->size)
            account(host, lua_touserdata(L, -1), object->type->size(object));
    }
    lua_pop(L, 1);
}

static void collect_if_much(lua_State *L, host_state *host) {
    if (!is_much(host)) return;
    /* Stopped by the script, or at work now. */
    if (lua_gc(L, LUA_GCISRUNNING) <= 0) return;
    measure_all(L, host);
    if (!is_much(host)) return;
    lua_gc(L, LUA_GCCOLLECT);
    host->object_limit = 2 * host->object_bytes;
}

void host_proxy_resize(lua_State *L, int index, size_t size) {
    host_proxy *proxy = lua_touserdata(L, index);
    bool grows = size > proxy->size;
    account(host_of(L), proxy, size);
    if (grows) collect_if_much(L, host_of(L));
}

void host_proxy_grow(lua_State *L, int index) {
    const host_proxy *proxy = lua_touserdata(L, index);
    rt_object *object = proxy->object;
    if (!object || !object->type->size) return;
    size_t size = object->type->size(object);
    if (size > proxy->size) host_proxy_resize(L, index, size);
}

/* ---- proxies ---- */

/* A lock that a strand of this state holds takes over the reference. */
static bool is_kept_by_holder(lua_State *L, rt_object *object) {
    return object && object->type == &rt_lock_type &&
           rt_lock_keep((rt_lock *)(void *)object, host_of(L)->loop);
}

/* What a proxy's mark points at. An address of our own in a block of the right
 * size is as good a proof as the metatable, and much cheaper to look at. */
static const char mark;

/* NULL: it is none, or is over. Debug code may call what a metatable holds, with
 * anything. */
static host_proxy *to_proxy(lua_State *L, int index) {
    host_proxy *proxy = lua_touserdata(L, index);
    /* Of a light userdata the length is 0. */
    if (!proxy || lua_rawlen(L, index) != sizeof *proxy) return NULL;
    return proxy->mark == &mark ? proxy : NULL;
}

void host_proxy_drop(lua_State *L, int index) {
    host_proxy *proxy = to_proxy(L, index);
    if (!proxy) return;
    rt_object *object = proxy->object;
    account(host_of(L), proxy, 0);
    proxy->mark = NULL;
    proxy->object = NULL;
    if (!is_kept_by_holder(L, object)) rt_object_unref(object);
}

static int proxy_gc(lua_State *L) {
    host_proxy_drop(L, 1);
    return 0;
}

static int proxy_tostring(lua_State *L) {
    const host_proxy *proxy = to_proxy(L, 1);
    if (luaL_getmetafield(L, 1, "__name") != LUA_TSTRING)
        lua_pushliteral(L, "?");
    const char *name = lua_tostring(L, -1);
    if (strncmp(name, "plait.", 6) == 0) name += 6;
    if (!proxy)
        lua_pushfstring(L, "%s (closed)", name);
    else
        lua_pushfstring(L, "%s %d", name, (int)proxy->object->id);
    return 1;
}

bool host_proxy_new_metatable(lua_State *L, rt_object_kind kind) {
    if (!luaL_newmetatable(L, host_proxy_type(kind))) return false;
    lua_pushcfunction(L, proxy_gc);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, proxy_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    return true;
}

/* (proxy) -> (proxy): it does not have its object yet, since this may raise. */
static void choose_metatable(lua_State *L, rt_object *object) {
    if (luaL_getmetafield(L, -1, HOST_PROXY_CHOOSER) == LUA_TNIL) return;
    lua_pushvalue(L, -2);
    lua_pushlightuserdata(L, object);
    lua_call(L, 2, 0);
}

static void push_proxy(lua_State *L, rt_object *object) {
    host_proxy *proxy = lua_newuserdatauv(L, sizeof *proxy, 1);
    proxy->object = NULL;
    proxy->mark = NULL;
    proxy->size = 0;
    proxy->kind = (int)host_object_kind(object);
    luaL_setmetatable(L, host_proxy_type(host_object_kind(object)));
    choose_metatable(L, object);
    proxy->mark = &mark; /* until proxy_gc, so it never outlives the block */
    proxy->object = object;
}

/* Of the proxy on the top. */
static void account_new(lua_State *L, rt_object *object) {
    if (object->type->size)
        host_proxy_resize(L, -1, object->type->size(object));
}

void host_proxy_push_new(lua_State *L, rt_object *object) {
    push_proxy(L, object);
    account_new(L, object);
}

void host_proxy_push(lua_State *L, rt_object *object) {
    luaL_checkstack(L, 4, "object");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_objects);
    if (lua_rawgetp(L, -1, object) != LUA_TNIL) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 1);
    push_proxy(L, object);
    rt_object_ref(object); /* until proxy_gc */
    lua_pushvalue(L, -1);
    lua_rawsetp(L, -3, object);
    lua_remove(L, -2);
    account_new(L, object);
}

rt_object *host_proxy_test(lua_State *L, int index, rt_object_kind kind) {
    const host_proxy *proxy = to_proxy(L, index);
    if (!proxy || (kind != 0 && proxy->kind != (int)kind)) return NULL;
    return proxy->object;
}

rt_object *host_proxy_check(lua_State *L, int arg, rt_object_kind kind) {
    host_steer_point(L);
    rt_object *object = host_proxy_test(L, arg, kind);
    if (!object) luaL_typeerror(L, arg, host_proxy_type(kind));
    return object;
}

/* If the object has a proxy already there are two from now on: that one stays
 * the one to be found. */
void host_proxy_become(lua_State *L, int index, rt_object *object) {
    host_proxy *proxy = lua_touserdata(L, index);
    index = lua_absindex(L, index);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_objects);
    if (lua_rawgetp(L, -1, object) == LUA_TNIL) {
        lua_pushvalue(L, index);
        lua_rawsetp(L, -3, object);
    }
    lua_pushnil(L);
    lua_rawsetp(L, -3, proxy->object);
    lua_pop(L, 2);
    rt_object_unref(proxy->object);
    proxy->object = object;
    lua_pushvalue(L, index);
    account_new(L, object);
    lua_pop(L, 1);
}
