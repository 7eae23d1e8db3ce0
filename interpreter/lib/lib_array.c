/* lib_array.c - numbers in memory that threads and processes share.
 *
 *     local a = plait.Array("f64", 1000)
 *     a[1] = 0.5
 *     a:add(1, 2)                      -- one step; a[1] = a[1] + 2 is two
 *     for i, v in ipairs(a) do print(i, v) end
 */
#include "lib/lib_array.h"

#include <errno.h>
#include <lauxlib.h>
#include <string.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "data/array.h"
#include "ipc/remote.h"

/* ---- the array ---- */

static bool is_out_of_files(int status) {
    return status == -EMFILE || status == -ENFILE;
}

/* Descriptors may only wait to be collected. */
static bool can_collect(lua_State *L, int status) {
    if (!is_out_of_files(status)) return false;
    lua_gc(L, LUA_GCCOLLECT);
    return true;
}

static int raise_unopened(lua_State *L, int status, const rt_error *err) {
    if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
    return host_raise(
        L, rt_status_name(status), "Array: %s%s",
        is_out_of_files(status) ? "no file descriptor is left for it: " : "",
        err->message);
}

/* It came from another process and could not be opened then: there may be a
 * descriptor for it now. */
static rt_array *open_late(lua_State *L, rt_object *remote) {
    rt_array *array;
    rt_error err;
    int status = rt_remote_open_array(remote, &array, &err);
    if (can_collect(L, status))
        status = rt_remote_open_array(remote, &array, &err);
    if (status != RT_OK) raise_unopened(L, status, &err);
    host_proxy_become(L, 1, (rt_object *)(void *)array);
    return array;
}

static inline rt_array *check_array(lua_State *L) {
    rt_object *object = host_proxy_check(L, 1, RT_KIND_ARRAY);
    if (object->type == &rt_array_type) return (rt_array *)(void *)object;
    return open_late(L, object);
}

/* ---- arguments ---- */

static int refuse_index(lua_State *L, const rt_array *array, int arg) {
    if (lua_isnoneornil(L, arg))
        return host_raise(L, "usage", "Array: index is nil");
    if (lua_type(L, arg) != LUA_TNUMBER)
        return host_raise(L, "usage", "Array: index is %s, not an integer",
                          host_describe(L, arg));
    const char *index = luaL_tolstring(L, arg, NULL);
    if (!lua_isinteger(L, arg) && !lua_tointegerx(L, arg, NULL))
        return host_raise(L, "usage", "Array: index %s is no integer", index);
    if (rt_array_count(array) == 0)
        return host_raise(L, "usage", "Array: index %s in an empty array",
                          index);
    return host_raise(L, "usage", "Array: index %s is not in 1 to %I", index,
                      (LUAI_UACINT)rt_array_count(array));
}

/* From 0; false: the argument is the index that follows the last one. */
static inline bool find_element(lua_State *L, const rt_array *array, int arg,
                                size_t *index) {
    int is_integer = 0;
    lua_Integer number = lua_type(L, arg) == LUA_TNUMBER
                             ? lua_tointegerx(L, arg, &is_integer)
                             : 0;
    size_t count = rt_array_count(array);
    *index = (size_t)number - 1;
    if (is_integer && *index < count) return true;
    if (!is_integer || *index != count) refuse_index(L, array, arg);
    return false;
}

static size_t check_element(lua_State *L, const rt_array *array, int arg) {
    size_t index;
    if (!find_element(L, array, arg, &index)) refuse_index(L, array, arg);
    return index;
}

/* Of a number; anything else is nil. */
static inline void read_number(lua_State *L, int arg, rt_item *item) {
    item->kind = RT_ITEM_NIL;
    if (lua_isinteger(L, arg)) {
        item->kind = RT_ITEM_INT;
        item->as.integer = lua_tointeger(L, arg);
    } else if (lua_type(L, arg) == LUA_TNUMBER) {
        item->kind = RT_ITEM_FLOAT;
        item->as.number = lua_tonumber(L, arg);
    }
}

static inline void push_number(lua_State *L, const rt_item *item) {
    if (item->kind == RT_ITEM_INT)
        lua_pushinteger(L, item->as.integer);
    else
        lua_pushnumber(L, item->as.number);
}

/* The value at `arg` did not become an element, for the reason `status`; `what`
 * begins the message. */
static int refuse_number(lua_State *L, const char *what, rt_number_type type,
                         int arg, int status) {
    const char *name = rt_number_type_name(type);
    const char *text;
    if (lua_type(L, arg) == LUA_TNUMBER)
        text = luaL_tolstring(L, arg, NULL);
    else if (lua_isnoneornil(L, arg))
        text = "nil";
    else
        text = host_describe(L, arg);
    if (status == RT_ETYPE && lua_type(L, arg) == LUA_TNUMBER)
        return host_raise(L, "usage", "%s: %s is no integer, as %s needs one",
                          what, text, name);
    return host_raise(L, "usage", "%s: %s does not fit into %s (%s)", what,
                      text, name, rt_number_type_range(type));
}

/* ---- elements ---- */

/* Fields: methods, upvalue 1, and `type`. */
static int push_field(lua_State *L, const rt_array *array) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
    if (strcmp(lua_tostring(L, 2), "type") != 0) return 1; /* nil */
    lua_pushstring(L, rt_number_type_name(rt_array_number_type(array)));
    return 1;
}

/* Whether it is Lua code that indexes, and no C function such as the iterator
 * of ipairs. */
static bool is_asked_by_lua(lua_State *L) {
    lua_Debug ar;
    if (!lua_getstack(L, 1, &ar)) return false;
    lua_getinfo(L, "S", &ar);
    return *ar.what != 'C';
}

static int array_index(lua_State *L) {
    rt_array *array = check_array(L);
    if (lua_type(L, 2) == LUA_TSTRING) return push_field(L, array);
    size_t index;
    if (!find_element(L, array, 2, &index)) {
        if (is_asked_by_lua(L)) return refuse_index(L, array, 2);
        return 0; /* ends ipairs */
    }
    rt_item item;
    rt_array_get(array, index, &item);
    push_number(L, &item);
    return 1;
}

static int array_newindex(lua_State *L) {
    rt_array *array = check_array(L);
    if (lua_type(L, 2) == LUA_TSTRING)
        return host_raise(L, "usage",
                          "cannot set field '%s' of an Array; its elements "
                          "are numbered from 1",
                          lua_tostring(L, 2));
    size_t index = check_element(L, array, 2);
    rt_item item;
    read_number(L, 3, &item);
    int status = rt_array_set(array, index, &item);
    if (status == RT_OK) return 0;
    return refuse_number(L, "Array", rt_array_number_type(array), 3, status);
}

static int array_len(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)rt_array_count(check_array(L)));
    return 1;
}

/* (array, index) -> next index, its element; none: the end */
static int array_next(lua_State *L) {
    rt_array *array = check_array(L);
    size_t index = (size_t)luaL_checkinteger(L, 2);
    if (index >= rt_array_count(array)) return 0;
    rt_item item;
    rt_array_get(array, index, &item);
    lua_pushinteger(L, (lua_Integer)index + 1);
    push_number(L, &item);
    return 2;
}

static int array_pairs(lua_State *L) {
    (void)check_array(L);
    lua_pushcfunction(L, array_next);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

static int array_tostring(lua_State *L) {
    rt_array *array = check_array(L);
    lua_pushfstring(L, "Array(\"%s\", %I)",
                    rt_number_type_name(rt_array_number_type(array)),
                    (LUAI_UACINT)rt_array_count(array));
    return 1;
}

/* ---- methods ---- */

static int refuse_sum(lua_State *L, const rt_array *array, size_t index) {
    rt_number_type type = rt_array_number_type(array);
    rt_item item;
    rt_array_get(array, index, &item);
    push_number(L, &item);
    const char *old = luaL_tolstring(L, -1, NULL);
    const char *by = luaL_tolstring(L, 3, NULL);
    return host_raise(L, "usage",
                      "Array:add: %s + %s does not fit into %s (%s)", old, by,
                      rt_number_type_name(type), rt_number_type_range(type));
}

/* a:add(i, n) -> the sum */
static int array_add(lua_State *L) {
    rt_array *array = check_array(L);
    size_t index = check_element(L, array, 2);
    rt_item item;
    read_number(L, 3, &item);
    int status = rt_array_add(array, index, &item);
    if (status == RT_ELIMIT) return refuse_sum(L, array, index);
    if (status != RT_OK)
        return refuse_number(L, "Array:add", rt_array_number_type(array), 3,
                             status);
    push_number(L, &item);
    return 1;
}

/* a:fill(v) */
static int array_fill(lua_State *L) {
    rt_array *array = check_array(L);
    rt_item item;
    read_number(L, 2, &item);
    int status = rt_array_fill(array, &item);
    if (status == RT_OK) return 0;
    return refuse_number(L, "Array:fill", rt_array_number_type(array), 2,
                         status);
}

static lua_Integer check_bound(lua_State *L, int arg, lua_Integer otherwise) {
    int is_integer;
    if (lua_isnoneornil(L, arg)) return otherwise;
    lua_Integer bound = lua_tointegerx(L, arg, &is_integer);
    if (is_integer && lua_type(L, arg) == LUA_TNUMBER) return bound;
    if (lua_type(L, arg) != LUA_TNUMBER)
        host_raise(L, "usage", "Array:bytes: argument %d is %s, no integer",
                   arg - 1, host_describe(L, arg));
    return host_raise(L, "usage", "Array:bytes: %s is no integer",
                      luaL_tolstring(L, arg, NULL));
}

/* a:bytes([i, j]) -> string */
static int array_bytes(lua_State *L) {
    rt_array *array = check_array(L);
    lua_Integer count = (lua_Integer)rt_array_count(array);
    lua_Integer i = check_bound(L, 2, 1);
    lua_Integer j = check_bound(L, 3, count);
    if (i < 1 || j > count || i > j + 1)
        return host_raise(L, "usage",
                          "Array:bytes: %I to %I is not within 1 to %I",
                          (LUAI_UACINT)i, (LUAI_UACINT)j, (LUAI_UACINT)count);
    size_t width = count > 0 ? rt_array_bytes(array) / (size_t)count : 0;
    size_t elements = (size_t)(j - i + 1);
    luaL_Buffer buffer;
    char *to = luaL_buffinitsize(L, &buffer, elements * width);
    rt_array_read(array, (size_t)i - 1, elements, to);
    luaL_pushresultsize(&buffer, elements * width);
    return 1;
}

/* ---- making ---- */

static rt_number_type check_type(lua_State *L) {
    if (lua_type(L, 1) != LUA_TSTRING)
        host_raise(L, "usage",
                   "Array: argument 1 is %s, not a type such as \"f64\"",
                   host_describe(L, 1));
    rt_number_type type = rt_number_type_named(lua_tostring(L, 1));
    if (type == 0)
        host_raise(L, "usage",
                   "Array: no type is called '%s'; there are i8, i16, i32, "
                   "i64, u8, u16, u32, u64, f32, f64",
                   lua_tostring(L, 1));
    return type;
}

static size_t check_count(lua_State *L) {
    if (lua_type(L, 2) != LUA_TNUMBER)
        host_raise(L, "usage",
                   "Array: argument 2 is %s, neither a number of elements "
                   "nor a list of them",
                   host_describe(L, 2));
    int is_integer;
    lua_Integer count = lua_tointegerx(L, 2, &is_integer);
    if (!is_integer || count < 0)
        host_raise(L, "usage", "Array: there cannot be %s elements",
                   luaL_tolstring(L, 2, NULL));
    return (size_t)count;
}

/* Pushes a new array. */
static rt_array *push_array(lua_State *L, rt_number_type type, size_t count) {
    rt_array *array;
    rt_error err;
    int status = rt_array_new(type, count, &array, &err);
    if (can_collect(L, status))
        status = rt_array_new(type, count, &array, &err);
    if (status == RT_ELIMIT) host_raise(L, "usage", "Array: %s", err.message);
    if (status != RT_OK) raise_unopened(L, status, &err);
    host_proxy_push(L, (rt_object *)(void *)array);
    rt_object_unref((rt_object *)(void *)array); /* the proxy has its own */
    return array;
}

/* The element from the top of the stack, which is number `i` of a list. */
static void set_from_list(lua_State *L, rt_array *array, size_t i) {
    rt_item item;
    int top = lua_gettop(L);
    read_number(L, top, &item);
    int status = rt_array_set(array, i, &item);
    if (status == RT_OK) return;
    const char *what =
        lua_pushfstring(L, "Array: element %I of the list", (LUAI_UACINT)i + 1);
    refuse_number(L, what, rt_array_number_type(array), top, status);
}

static void fill_from_list(lua_State *L, rt_array *array) {
    for (size_t i = 0; i < rt_array_count(array); i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        set_from_list(L, array, i);
        lua_pop(L, 1);
    }
}

static void fill_from_array(lua_State *L, rt_array *array,
                            const rt_array *from) {
    for (size_t i = 0; i < rt_array_count(array); i++) {
        rt_item item;
        rt_array_get(from, i, &item);
        push_number(L, &item);
        set_from_list(L, array, i);
        lua_pop(L, 1);
    }
}

/* plait.Array(type, count) or plait.Array(type, list) -> array */
static int plait_array(lua_State *L) {
    lua_settop(L, 2);
    rt_number_type type = check_type(L);
    if (lua_istable(L, 2)) {
        fill_from_list(L, push_array(L, type, lua_rawlen(L, 2)));
    } else if (host_proxy_test(L, 2, RT_KIND_ARRAY)) {
        lua_remove(L, 1);
        rt_array *from = check_array(L);
        fill_from_array(L, push_array(L, type, rt_array_count(from)), from);
    } else {
        (void)push_array(L, type, check_count(L));
    }
    return 1;
}

/* ---- opener ---- */

static const luaL_Reg methods[] = {
    {"add", array_add},
    {"fill", array_fill},
    {"bytes", array_bytes},
    {NULL, NULL},
};

static const luaL_Reg metamethods[] = {
    {"__newindex", array_newindex},
    {"__len", array_len},
    {"__pairs", array_pairs},
    {"__tostring", array_tostring},
    {NULL, NULL},
};

void host_open_array(lua_State *L) {
    host_proxy_new_metatable(L, RT_KIND_ARRAY);
    luaL_newlib(L, methods);
    lua_pushcclosure(L, array_index, 1);
    lua_setfield(L, -2, "__index");
    luaL_setfuncs(L, metamethods, 0);
    lua_pop(L, 1);
    lua_pushcfunction(L, plait_array);
    lua_setfield(L, -2, "Array");
}
