/* lib_value.c - one shared value.
 *
 *     local hits = plait.Value(0)
 *     hits:add(1)
 *     hits.value = hits.value // 2     -- two steps; update is one
 *     hits:update(function(n) return n * 2 end)
 */
#include "lib/lib_value.h"

#include <lauxlib.h>
#include <string.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/update.h"
#include "core/wait.h"
#include "data/value.h"
#include "ship/item.h"

static rt_object *check_value(lua_State *L) {
    return host_proxy_check(L, 1, RT_KIND_VALUE);
}

/* NULL: it lives in another process. */
static rt_value *as_local(rt_object *object) {
    return object->type == &rt_value_type ? (rt_value *)(void *)object : NULL;
}

static const rt_item no_key = {.kind = RT_ITEM_NIL};

static void check_update(lua_State *L, rt_object *object, const char *what) {
    host_update_check(L, object, &no_key, what);
}

static void check_scalar(lua_State *L, int arg) {
    switch (lua_type(L, arg)) {
    case LUA_TNIL:
    case LUA_TBOOLEAN:
    case LUA_TNUMBER:
    case LUA_TSTRING:
        return;
    default:
        host_raise(L, "usage",
                   "Value holds numbers, booleans and strings, not %s",
                   host_describe(L, arg));
    }
}

/* The argument as a scalar; raises. */
static void read_scalar(lua_State *L, int arg, rt_item *item) {
    check_scalar(L, arg);
    (void)host_item_read_scalar(L, arg, item);
}

/* ---- in another process ---- */

/* The item that the operation answers. */
static int answered(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status == RT_ETYPE)
        return host_raise(L, "usage", "Value:add: the value is not a number");
    if (status != RT_OK) return host_raise_status(L, "Value", status);
    host_item_push(L, &strand->item);
    return 1;
}

static int set_answered(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status != RT_OK) return host_raise_status(L, "Value", status);
    return 0;
}

static int cas_answered(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK && status != RT_ECHANGED)
        return host_raise_status(L, "Value", status);
    lua_pushboolean(L, status == RT_OK);
    return 1;
}

/* Arguments from stack index `first` on. */
static int call_home(lua_State *L, rt_object *object, int operation, int first,
                     int count, host_finish finish) {
    rt_item items[2] = {{.kind = RT_ITEM_NIL}, {.kind = RT_ITEM_NIL}};
    for (int i = 0; i < count; i++) check_scalar(L, first + i);
    host_strand *strand = host_wait_begin(L, "Value");
    for (int i = 0; i < count; i++)
        (void)host_item_read_scalar(L, first + i, &items[i]);
    int status =
        host_item_call(strand, object, operation, items, (size_t)count);
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, finish);
}

/* ---- methods ---- */

/* v:get() -> value */
static int value_get(lua_State *L) {
    rt_object *object = check_value(L);
    rt_value *value = as_local(object);
    if (!value) return call_home(L, object, RT_VALUE_GET, 0, 0, answered);
    rt_item item;
    int status = rt_value_get(value, &item);
    if (status != RT_OK) return host_raise_status(L, "Value", status);
    host_item_push(L, &item);
    return 1;
}

/* Sets the value at `arg`. */
static int set_value(lua_State *L, int arg) {
    rt_object *object = check_value(L);
    rt_value *value = as_local(object);
    rt_item item = {.kind = RT_ITEM_INT};
    check_update(L, object, "Value:set");
    if (value && lua_isinteger(L, arg)) { /* nearly always */
        item.as.integer = lua_tointeger(L, arg);
    } else {
        luaL_checkany(L, arg);
        if (!value)
            return call_home(L, object, RT_VALUE_SET, arg, 1, set_answered);
        read_scalar(L, arg, &item);
    }
    rt_value_set(value, &item);
    return 0;
}

/* v:set(value) */
static int value_set(lua_State *L) {
    return set_value(L, 2);
}

static void check_number(lua_State *L, int arg) {
    if (lua_type(L, arg) == LUA_TNUMBER) return;
    host_raise(L, "usage", "Value:add: argument 1 is %s, not a number",
               host_describe(L, arg));
}

static int refuse_add(lua_State *L, rt_value *value) {
    rt_item item;
    int status = rt_value_get(value, &item);
    if (status != RT_OK) return host_raise_status(L, "Value", status);
    host_item_push(L, &item);
    return host_raise(L, "usage", "Value:add: the value is %s, not a number",
                      host_describe(L, -1));
}

/* v:add(n) -> the sum */
static int value_add(lua_State *L) {
    rt_object *object = check_value(L);
    rt_value *value = as_local(object);
    rt_item item = {.kind = RT_ITEM_INT};
    check_update(L, object, "Value:add");
    if (value && lua_isinteger(L, 2)) { /* nearly always */
        item.as.integer = lua_tointeger(L, 2);
    } else {
        check_number(L, 2);
        if (!value) return call_home(L, object, RT_VALUE_ADD, 2, 1, answered);
        (void)host_item_read_scalar(L, 2, &item);
    }
    if (rt_value_add(value, &item) != RT_OK) return refuse_add(L, value);
    if (item.kind == RT_ITEM_INT)
        lua_pushinteger(L, item.as.integer);
    else
        lua_pushnumber(L, item.as.number);
    return 1;
}

/* Whether the value was the one at `old` and is now the one at `new`. */
static bool try_cas(lua_State *L, rt_value *value, int old, int new,
                    bool exactly) {
    rt_item from, to;
    read_scalar(L, new, &to);
    if (!host_item_read_scalar(L, old, &from)) { /* it equals nothing here */
        rt_item_clear(&to);
        return false;
    }
    int status = rt_value_cas(value, &from, &to, exactly);
    rt_item_clear(&from);
    if (status != RT_OK) rt_item_clear(&to);
    return status == RT_OK;
}

/* v:cas(old, new) -> whether it was old, and is new now */
static int value_cas(lua_State *L) {
    rt_object *object = check_value(L);
    rt_value *value = as_local(object);
    lua_settop(L, 3);
    check_update(L, object, "Value:cas");
    if (!value) return call_home(L, object, RT_VALUE_CAS, 2, 2, cas_answered);
    lua_pushboolean(L, try_cas(L, value, 2, 3, false));
    return 1;
}

/* ---- update ---- */

/* The value is its own token: it is compared exactly. */
static int push_twice(lua_State *L) {
    lua_pushvalue(L, -1);
    return 2;
}

static int looked(lua_State *L, host_strand *strand, int status) {
    (void)answered(L, strand, status);
    return push_twice(L);
}

/* (value, nil) -> what it holds, twice */
static int update_look(lua_State *L) {
    rt_object *object = check_value(L);
    if (!as_local(object))
        return call_home(L, object, RT_VALUE_GET, 0, 0, looked);
    (void)value_get(L);
    return push_twice(L);
}

static int swapped(lua_State *L, host_strand *strand, int status) {
    (void)cas_answered(L, strand, status);
    lua_pushvalue(L, 4);
    return 2;
}

/* (value, nil, old, new) -> whether it was swapped, new */
static int update_swap(lua_State *L) {
    rt_object *object = check_value(L);
    rt_value *value = as_local(object);
    if (!value) return call_home(L, object, RT_VALUE_SWAP, 3, 2, swapped);
    lua_pushboolean(L, try_cas(L, value, 3, 4, true));
    lua_pushvalue(L, 4);
    return 2;
}

/* v:update(f) -> what f made of the value; f may be called more than once */
static int value_update(lua_State *L) {
    static const host_update how = {"Value:update", 1, update_look,
                                    update_swap};
    check_value(L);
    lua_settop(L, 2);
    lua_pushnil(L); /* no key */
    lua_insert(L, 2);
    return host_update_run(L, &how, &no_key);
}

/* ---- fields ---- */

/* Upvalue 1: the methods; 2: "value". */
static int value_index(lua_State *L) {
    if (lua_rawequal(L, 2, lua_upvalueindex(2))) return value_get(L);
    lua_settop(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    return 1;
}

/* Upvalue 1: "value". */
static int value_newindex(lua_State *L) {
    if (lua_rawequal(L, 2, lua_upvalueindex(1))) return set_value(L, 3);
    return host_raise(L, "usage",
                      "cannot set field '%s' of a Value; "
                      "its content is the field 'value'",
                      luaL_tolstring(L, 2, NULL));
}

static int value_tostring(lua_State *L) {
    rt_value *value = as_local(check_value(L));
    if (!value) {
        lua_pushliteral(L, "Value (of another process)");
        return 1;
    }
    rt_item item;
    int status = rt_value_get(value, &item);
    if (status != RT_OK) return host_raise_status(L, "Value", status);
    host_item_push(L, &item);
    lua_pushfstring(L, "Value(%s)", luaL_tolstring(L, -1, NULL));
    return 1;
}

/* ---- opener ---- */

/* plait.Value([v]) -> value */
static int plait_value(lua_State *L) {
    rt_item item;
    lua_settop(L, 1);
    read_scalar(L, 1, &item);
    rt_value *value = rt_value_new(&item);
    if (!value) {
        rt_item_clear(&item);
        return luaL_error(L, "not enough memory");
    }
    host_proxy_push(L, (rt_object *)(void *)value);
    rt_object_unref((rt_object *)(void *)value); /* the proxy has its own */
    return 1;
}

static const luaL_Reg methods[] = {
    {"get", value_get}, {"set", value_set},       {"add", value_add},
    {"cas", value_cas}, {"update", value_update}, {NULL, NULL},
};

void host_open_value(lua_State *L) {
    host_proxy_new_metatable(L, RT_KIND_VALUE);
    luaL_newlib(L, methods);
    lua_pushliteral(L, "value");
    lua_pushcclosure(L, value_index, 2);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "value");
    lua_pushcclosure(L, value_newindex, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, value_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    lua_pushcfunction(L, plait_value);
    lua_setfield(L, -2, "Value");
}
