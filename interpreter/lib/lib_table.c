/* lib_table.c - tables that strands share.
 *
 *     local t = plait.Table{ hits = 0, list = { 1, 2 } }
 *     t.list[3] = "x"
 *     plait.update(t, "hits", function(n) return n + 1 end)
 *     for key, value in pairs(t) do print(key, value) end
 *     plait.shared.total = 7
 *
 * Values go in as items (ship/item.h); a plain table is shipped, and built as
 * shared tables where the table lives that it is stored in. */
#include "lib/lib_table.h"

#include <lauxlib.h>
#include <string.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/update.h"
#include "core/wait.h"
#include "data/table.h"
#include "exec/runtime.h"
#include "ship/item.h"

/* The metamethods' arguments: the table, its key, the value. */
enum { TABLE = 1, KEY, VALUE };

static rt_object *check_table(lua_State *L) {
    return host_proxy_check(L, TABLE, RT_KIND_TABLE);
}

/* NULL: it lives in another process. */
static rt_table *as_local(rt_object *object) {
    return object->type == &rt_table_type ? (rt_table *)(void *)object : NULL;
}

static rt_cycles *cycles_of(lua_State *L) {
    return host_of(L)->runtime->cycles;
}

/* ---- in another process ---- */

/* An operation and its arguments; the first is the key at KEY. */
typedef struct question {
    int operation;
    size_t count;           /* of arguments */
    const rt_item *version; /* the second of three; owns nothing */
    host_finish finish;
} question;

/* The last of two or more is the value that read_outgoing has left. */
static int send_question(lua_State *L, host_strand *strand, rt_object *object,
                         const question *q) {
    rt_item items[3];
    size_t count = 0;
    if (q->count > 0) {
        rt_item key = host_item_borrow_key(L, KEY);
        int status = rt_item_copy(&items[count++], &key);
        if (status != RT_OK) return status;
    }
    if (q->version) items[count++] = *q->version;
    if (count < q->count) rt_item_move(&items[count++], &strand->item);
    return host_item_call(strand, object, q->operation, items, count);
}

static int ask(lua_State *L, rt_object *object, const question *q) {
    host_strand *strand = host_wait_begin(L, "Table");
    int status = send_question(L, strand, object, q);
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, q->finish);
}

/* Reads the value on the top into the strand, which keeps it if it turns out
 * that nothing can be waited for. */
static void read_outgoing(lua_State *L) {
    host_strand *strand = host_of(L)->current;
    if (!strand) host_raise(L, "usage", "cannot wait (Table) here");
    rt_item_clear(&strand->item); /* of a wait that failed */
    host_item_read_stored(L, lua_gettop(L), KEY, &strand->item);
}

static int answered(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK) return host_raise_status(L, "Table", status);
    host_item_push(L, &strand->item);
    return 1;
}

/* ---- get ---- */

static int get_local(lua_State *L, rt_table *table) {
    rt_item key = host_item_borrow_key(L, KEY), value;
    int status = rt_table_get(table, &key, &value, NULL);
    if (status != RT_OK) return host_raise_status(L, "Table", status);
    host_item_push(L, &value);
    return 1;
}

/* t[k]; nil if k is nothing that could be a key */
static int table_index(lua_State *L) {
    rt_object *object = check_table(L);
    rt_table *table = as_local(object);
    if (table) return get_local(L, table);
    if (!host_is_stored_key(L, KEY)) {
        lua_pushnil(L);
        return 1;
    }
    return ask(L, object, &(question){RT_TABLE_GET, 1, NULL, answered});
}

/* ---- set ---- */

static void check_key(lua_State *L) {
    if (host_is_stored_key(L, KEY)) return;
    if (lua_type(L, KEY) == LUA_TNUMBER)
        host_raise(L, "usage", "Table: a key cannot be NaN");
    host_raise(L, "usage",
               "Table: a key cannot be %s%s; it is a boolean, a number, a "
               "string or a shared object",
               lua_isnil(L, KEY) ? "" : "a ", luaL_typename(L, KEY));
}

/* Reads the value on the top into an item for a table of this process. */
static void read_value(lua_State *L, int key, rt_item *item) {
    host_item_read_stored(L, lua_gettop(L), key, item);
    int status = rt_table_build(cycles_of(L), item);
    if (status != RT_OK) (void)host_raise_status(L, "Table", status);
}

/* The table may have grown: the collector is told now and then. */
static void account(lua_State *L, rt_object *object) {
    const host_proxy *proxy = lua_touserdata(L, TABLE);
    size_t now = rt_table_type.size(object), before = proxy->size;
    size_t change = now > before ? now - before : before - now;
    if (change > 4096 + before / 4) host_proxy_resize(L, TABLE, now);
}

static int set_done(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status != RT_OK) return host_raise_status(L, "Table", status);
    return 0;
}

static int set_remote(lua_State *L, rt_object *object) {
    read_outgoing(L);
    return ask(L, object, &(question){RT_TABLE_SET, 2, NULL, set_done});
}

/* t[k] = v */
static int table_newindex(lua_State *L) {
    rt_object *object = check_table(L);
    rt_table *table = as_local(object);
    check_key(L);
    rt_item key = host_item_borrow_key(L, KEY), value;
    host_update_check(L, object, &key, "Table");
    if (!table) return set_remote(L, object);
    read_value(L, KEY, &value);
    int status = rt_table_set(table, &key, &value);
    if (status != RT_OK) {
        rt_item_clear(&value);
        return host_raise_status(L, "Table", status);
    }
    account(L, object);
    return 0;
}

/* ---- length and iteration ---- */

/* #t */
static int table_len(lua_State *L) {
    rt_object *object = check_table(L);
    rt_table *table = as_local(object);
    if (!table)
        return ask(L, object, &(question){RT_TABLE_LENGTH, 0, NULL, answered});
    lua_pushinteger(L, (lua_Integer)rt_table_length(table));
    return 1;
}

/* The copy is on the top. */
static int push_iteration(lua_State *L, int next) {
    lua_pushvalue(L, next);
    lua_insert(L, -2);
    lua_pushnil(L);
    return 3;
}

/* The stack: the table, next. */
static int all_answered(lua_State *L, host_strand *strand, int status) {
    (void)answered(L, strand, status);
    return push_iteration(L, 2);
}

/* pairs(t) -> next, a plain table of all there is now, nil
 * Upvalue 1: next. */
static int table_pairs(lua_State *L) {
    rt_object *object = check_table(L);
    rt_table *table = as_local(object);
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    if (!table)
        return ask(L, object, &(question){RT_TABLE_ALL, 0, NULL, all_answered});
    rt_item all = {.kind = RT_ITEM_MESSAGE};
    int status = rt_table_encode(table, &all.as.message);
    if (status != RT_OK) return host_raise_status(L, "Table", status);
    host_item_push(L, &all);
    return push_iteration(L, 2);
}

/* The stack: the table, the number of the element; its value on the top. */
static int push_element(lua_State *L) {
    if (lua_isnil(L, -1)) return 1;
    lua_pushvalue(L, KEY);
    lua_insert(L, -2);
    return 2;
}

static int element_answered(lua_State *L, host_strand *strand, int status) {
    (void)answered(L, strand, status);
    return push_element(L);
}

/* (t, i) -> i + 1, t[i + 1] | nil. As stock Lua's, but it may wait. */
static int next_element(lua_State *L) {
    lua_Unsigned number = (lua_Unsigned)luaL_checkinteger(L, KEY) + 1;
    rt_object *object = check_table(L);
    rt_table *table = as_local(object);
    lua_settop(L, TABLE);
    lua_pushinteger(L, (lua_Integer)number);
    if (!table)
        return ask(L, object,
                   &(question){RT_TABLE_GET, 1, NULL, element_answered});
    (void)get_local(L, table);
    return push_element(L);
}

/* What stock Lua's ipairs returns first. */
static int next_stock_element(lua_State *L) {
    lua_Unsigned number = (lua_Unsigned)luaL_checkinteger(L, 2) + 1;
    lua_pushinteger(L, (lua_Integer)number);
    return lua_geti(L, 1, (lua_Integer)number) == LUA_TNIL ? 1 : 2;
}

/* ipairs(t) -> iterator, t, 0 */
static int ipairs(lua_State *L) {
    luaL_checkany(L, 1);
    bool is_shared = host_proxy_test(L, 1, RT_KIND_TABLE) != NULL;
    lua_pushcfunction(L, is_shared ? next_element : next_stock_element);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

/* ---- update ---- */

static int push_look(lua_State *L, uint64_t version, rt_item *value) {
    lua_pushinteger(L, (lua_Integer)version);
    host_item_push(L, value);
    return 2;
}

static int looked(lua_State *L, host_strand *strand, int status) {
    rt_message *answer = strand->waiter.message;
    strand->waiter.message = NULL;
    rt_item items[2];
    if (status == RT_OK)
        status = rt_items_decode(items, 2, answer);
    else
        rt_message_free(answer);
    if (status != RT_OK) return host_raise_status(L, "Table", status);
    rt_item_clear(&strand->item);
    rt_item_move(&strand->item, &items[1]);
    return push_look(L, (uint64_t)items[0].as.integer, &strand->item);
}

/* (t, k) -> version, t[k] */
static int update_look(lua_State *L) {
    rt_object *object = check_table(L);
    rt_table *table = as_local(object);
    if (!table)
        return ask(L, object, &(question){RT_TABLE_LOOK, 1, NULL, looked});
    rt_item key = host_item_borrow_key(L, KEY), value;
    uint64_t version;
    int status = rt_table_get(table, &key, &value, &version);
    if (status != RT_OK) return host_raise_status(L, "Table", status);
    return push_look(L, version, &value);
}

/* The new value is on the top; if a shared table was made of it, that is in
 * `made`, which is cleared. */
static int push_swapped(lua_State *L, int status, rt_item *made) {
    if (status != RT_OK) {
        rt_item_clear(made);
        if (status != RT_ECHANGED) return host_raise_status(L, "Table", status);
        lua_pushboolean(L, 0);
        return 1;
    }
    if (made->kind == RT_ITEM_OBJECT) host_item_push(L, made);
    lua_pushboolean(L, 1);
    lua_insert(L, -2);
    return 2;
}

static int swapped(lua_State *L, host_strand *strand, int status) {
    return push_swapped(L, host_item_answer(strand, status), &strand->item);
}

static int swap_local(lua_State *L, rt_table *table, uint64_t version) {
    rt_item key = host_item_borrow_key(L, KEY), value, made;
    read_value(L, KEY, &value);
    made.kind = RT_ITEM_NIL;
    if (value.kind == RT_ITEM_OBJECT) (void)rt_item_copy(&made, &value);
    int status = rt_table_swap(table, &key, version, &value);
    if (status != RT_OK)
        rt_item_clear(&value);
    else
        account(L, (rt_object *)(void *)table);
    return push_swapped(L, status, &made);
}

/* (t, k, version, new) -> true, t[k] | false */
static int update_swap(lua_State *L) {
    rt_object *object = check_table(L);
    rt_table *table = as_local(object);
    rt_item version = {.kind = RT_ITEM_INT, .as.integer = lua_tointeger(L, 3)};
    if (table) return swap_local(L, table, (uint64_t)version.as.integer);
    read_outgoing(L);
    return ask(L, object, &(question){RT_TABLE_SWAP, 3, &version, swapped});
}

/* plait.update(t, k, f) -> the new t[k] */
static int plait_update(lua_State *L) {
    static const host_update how = {"update", 3, update_look, update_swap};
    if (!host_proxy_test(L, 1, RT_KIND_TABLE))
        return host_raise(L, "usage", "update: argument 1 is %s, not a Table",
                          host_describe(L, 1));
    lua_settop(L, 3);
    check_key(L);
    rt_item key = host_item_borrow_key(L, KEY);
    return host_update_run(L, &how, &key);
}

/* ---- making them ---- */

static int push_new(lua_State *L, rt_item *item) {
    if (item->kind != RT_ITEM_OBJECT) { /* a module, or a pool */
        rt_item_clear(item);
        return host_raise(L, "usage", "Table: argument 1 is no plain table");
    }
    host_item_push(L, item);
    return 1;
}

/* plait.Table([t]) -> table */
static int plait_table(lua_State *L) {
    rt_item item = {.kind = RT_ITEM_OBJECT};
    lua_settop(L, 1);
    if (lua_istable(L, 1)) {
        read_value(L, 0, &item);
        return push_new(L, &item);
    }
    if (!lua_isnil(L, 1))
        return host_raise(L, "usage",
                          "Table: argument 1 is %s, not a plain table",
                          host_describe(L, 1));
    item.as.object = (rt_object *)(void *)rt_table_new(cycles_of(L));
    if (!item.as.object) return luaL_error(L, "not enough memory");
    return push_new(L, &item);
}

/* ---- plait.shared ---- */

static bool is_shared_key(lua_State *L) {
    return lua_type(L, KEY) == LUA_TSTRING &&
           strcmp(lua_tostring(L, KEY), "shared") == 0;
}

/* A field of the module that is not there: nil, or the program's own Table,
 * which is made when it is first asked for. */
static int module_index(lua_State *L) {
    if (!is_shared_key(L)) return 0;
    rt_object *shared = rt_runtime_shared(host_of(L)->runtime);
    if (!shared) return luaL_error(L, "not enough memory");
    host_proxy_push(L, shared);
    return 1;
}

static int module_newindex(lua_State *L) {
    if (is_shared_key(L))
        return host_raise(L, "usage",
                          "plait.shared is the same Table everywhere and "
                          "cannot be replaced; set its fields");
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 0;
}

/* ---- opener ---- */

static void set_metamethods(lua_State *L) {
    static const luaL_Reg metamethods[] = {
        {"__index", table_index},
        {"__newindex", table_newindex},
        {"__len", table_len},
        {NULL, NULL},
    };
    host_proxy_new_metatable(L, RT_KIND_TABLE);
    luaL_setfuncs(L, metamethods, 0);
    lua_getglobal(L, "next");
    lua_pushcclosure(L, table_pairs, 1);
    lua_setfield(L, -2, "__pairs");
    lua_pop(L, 1);
}

void host_open_table(lua_State *L) {
    static const luaL_Reg module_metamethods[] = {
        {"__index", module_index},
        {"__newindex", module_newindex},
        {NULL, NULL},
    };
    static const luaL_Reg functions[] = {
        {"Table", plait_table},
        {"update", plait_update},
        {NULL, NULL},
    };
    set_metamethods(L);
    luaL_setfuncs(L, functions, 0);
    luaL_newlib(L, module_metamethods);
    lua_setmetatable(L, -2);
    lua_pushcfunction(L, ipairs);
    lua_setglobal(L, "ipairs");
}
