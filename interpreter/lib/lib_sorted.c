/* lib_sorted.c - queues in another order than that of arrival, for those of
 * plait.queue (interpreter/lua/queue.lua); a script has no use for it.
 *
 *     local q = internal.sorted(10)            -- the smallest key first
 *     q:put(key, item)
 *     print(q:get())
 *     local q = internal.sorted(math.huge, true)   -- the newest first
 */
#include "lib/lib_sorted.h"

#include <lauxlib.h>
#include <math.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/wait.h"
#include "data/cycles.h"
#include "ship/item.h"
#include "sync/sorted.h"

#define ENTRY_TYPE "plait.entry"

static rt_object *check_sorted(lua_State *L) {
    return host_proxy_check(L, 1, RT_KIND_SORTED);
}

/* NULL: it lives in another process. */
static rt_sorted *as_local(rt_object *object) {
    return object->type == &rt_sorted_type ? (rt_sorted *)(void *)object : NULL;
}

static int push_outcome(lua_State *L, const char *outcome) {
    lua_pushnil(L);
    lua_pushstring(L, outcome);
    return 2;
}

static int raise_failure(lua_State *L, int status) {
    if (status == RT_ECLOSED)
        return host_raise(L, "closed", "cannot put: the queue was shut down");
    return host_raise_status(L, "queue", status);
}

/* ---- put ---- */

/* While one waits the entry stands on the stack, so it stays where it is, and
 * whatever becomes of the wait, it is freed. */
enum { KEY = 2, VALUE, TIMEOUT, ENTRY };

static int entry_gc(lua_State *L) {
    rt_entry *entry = lua_touserdata(L, 1);
    rt_item_clear(&entry->key);
    rt_item_clear(&entry->value);
    return 0;
}

static void check_key(lua_State *L) {
    bool is_number = lua_type(L, KEY) == LUA_TNUMBER;
    if (is_number && isnan(lua_tonumber(L, KEY)))
        host_raise(L, "usage", "put: nan has no place in an order");
    if (!is_number && lua_type(L, KEY) != LUA_TSTRING && !lua_isnil(L, KEY))
        host_raise(L, "usage", "put: the key is %s", host_describe(L, KEY));
}

static rt_entry *push_entry(lua_State *L) {
    check_key(L);
    rt_entry *entry = lua_newuserdatauv(L, sizeof *entry, 0);
    *entry = (rt_entry){.age = 0};
    luaL_setmetatable(L, ENTRY_TYPE);
    (void)host_item_read_scalar(L, KEY, &entry->key);
    host_item_read(L, VALUE, &entry->value, "item");
    return entry;
}

static int was_put(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    rt_entry *entry = lua_touserdata(L, ENTRY);
    rt_item_clear(&entry->key);
    rt_item_clear(&entry->value);
    if (status == RT_ETIMEOUT) return push_outcome(L, "timeout");
    if (status != RT_OK && status != RT_EFULL) return raise_failure(L, status);
    host_proxy_grow(L, 1);
    lua_pushboolean(L, status == RT_OK);
    return 1;
}

static int put_answered(lua_State *L, host_strand *strand, int status) {
    return was_put(L, strand, host_item_answer(strand, status));
}

static int put_far(lua_State *L, rt_object *remote, rt_entry *entry,
                   int operation, host_deadline deadline) {
    host_strand *strand = host_wait_begin(L, "queue");
    rt_item items[2];
    rt_item_move(&items[0], &entry->key);
    rt_item_move(&items[1], &entry->value);
    int status = host_item_call(strand, remote, operation, items, 2);
    return host_wait_end(L, strand, status, deadline, put_answered);
}

/* q:put(key, value[, timeout]) -> true | nil, "timeout" */
static int sorted_put(lua_State *L) {
    lua_settop(L, TIMEOUT);
    rt_object *object = check_sorted(L);
    rt_sorted *sorted = as_local(object);
    host_deadline deadline = host_check_timeout(L, TIMEOUT);
    rt_entry *entry = push_entry(L);
    if (!sorted) return put_far(L, object, entry, RT_SORTED_PUT, deadline);
    host_strand *strand = host_wait_begin(L, "queue");
    int status =
        rt_sorted_put(sorted, entry, &strand->waiter, strand->waiter.loop);
    return host_wait_end(L, strand, status, deadline, was_put);
}

/* q:try_put(key, value) -> whether there was room */
static int sorted_try_put(lua_State *L) {
    lua_settop(L, TIMEOUT);
    rt_object *object = check_sorted(L);
    rt_sorted *sorted = as_local(object);
    rt_entry *entry = push_entry(L);
    if (!sorted)
        return put_far(L, object, entry, RT_SORTED_TRY_PUT, HOST_NO_DEADLINE);
    return was_put(L, NULL,
                   rt_sorted_put(sorted, entry, NULL, host_of(L)->loop));
}

/* ---- get ---- */

static int push_got(lua_State *L, rt_item *item, int status) {
    if (status == RT_ECLOSED) return push_outcome(L, "closed");
    if (status == RT_ETIMEOUT) return push_outcome(L, "timeout");
    if (status == RT_EEMPTY) return push_outcome(L, "empty");
    if (status != RT_OK) return raise_failure(L, status);
    host_item_push(L, item);
    return 1;
}

static int got(lua_State *L, host_strand *strand, int status) {
    return push_got(L, &strand->item, status);
}

static int answered(lua_State *L, host_strand *strand, int status) {
    return push_got(L, &strand->item, host_item_answer(strand, status));
}

static int ask_home(lua_State *L, rt_object *remote, int operation,
                    host_deadline deadline) {
    host_strand *strand = host_wait_begin(L, "queue");
    int status = host_item_call(strand, remote, operation, NULL, 0);
    return host_wait_end(L, strand, status, deadline, answered);
}

/* q:get([timeout]) -> value | nil, "closed" | nil, "timeout" */
static int sorted_get(lua_State *L) {
    rt_object *object = check_sorted(L);
    rt_sorted *sorted = as_local(object);
    host_deadline deadline = host_check_timeout(L, 2);
    if (!sorted) return ask_home(L, object, RT_SORTED_GET, deadline);
    host_strand *strand = host_wait_begin(L, "queue");
    rt_item_clear(&strand->item); /* of a wait that failed */
    int status = rt_sorted_get(sorted, &strand->item, &strand->waiter,
                               strand->waiter.loop);
    return host_wait_end(L, strand, status, deadline, got);
}

/* q:try_get() -> value | nil, "empty" | nil, "closed" */
static int sorted_try_get(lua_State *L) {
    rt_object *object = check_sorted(L);
    rt_sorted *sorted = as_local(object);
    if (!sorted)
        return ask_home(L, object, RT_SORTED_TRY_GET, HOST_NO_DEADLINE);
    rt_item item = {.kind = RT_ITEM_NIL};
    int status = rt_sorted_get(sorted, &item, NULL, host_of(L)->loop);
    return push_got(L, &item, status);
}

/* ---- state ---- */

/* q:close() */
static int sorted_close(lua_State *L) {
    rt_object *object = check_sorted(L);
    rt_sorted *sorted = as_local(object);
    if (!sorted) return ask_home(L, object, RT_SORTED_CLOSE, HOST_NO_DEADLINE);
    rt_sorted_close(sorted, host_of(L)->loop);
    return 0;
}

/* #q -> how many are in it */
static int sorted_len(lua_State *L) {
    rt_object *object = check_sorted(L);
    rt_sorted *sorted = as_local(object);
    if (!sorted) return ask_home(L, object, RT_SORTED_COUNT, HOST_NO_DEADLINE);
    lua_pushinteger(L, (lua_Integer)rt_sorted_count(sorted));
    return 1;
}

/* ---- opener ---- */

/* internal.sorted(capacity[, newest_first]): math.huge is no bound */
static int internal_sorted(lua_State *L) {
    lua_Number capacity = luaL_checknumber(L, 1);
    luaL_argcheck(L, capacity >= 1, 1, "capacity below 1");
    rt_sorted *sorted = rt_sorted_new(capacity < 0x1p53 ? (size_t)capacity
                                                        : RT_SORTED_UNBOUNDED,
                                      lua_toboolean(L, 2));
    if (!sorted) return luaL_error(L, "not enough memory");
    rt_object *object = (rt_object *)(void *)sorted;
    host_proxy_push(L, object);
    rt_cycles_add(host_of(L)->runtime->cycles, object);
    rt_object_unref(object); /* the proxy has its own */
    return 1;
}

static const luaL_Reg methods[] = {
    {"put", sorted_put},         {"get", sorted_get},
    {"try_put", sorted_try_put}, {"try_get", sorted_try_get},
    {"close", sorted_close},     {NULL, NULL},
};

void host_open_sorted(lua_State *L) {
    luaL_newmetatable(L, ENTRY_TYPE);
    lua_pushcfunction(L, entry_gc);
    lua_setfield(L, -2, "__gc");
    host_proxy_new_metatable(L, RT_KIND_SORTED);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, sorted_len);
    lua_setfield(L, -2, "__len");
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, internal_sorted);
    lua_setfield(L, -2, "sorted");
    lua_pop(L, 4);
}
