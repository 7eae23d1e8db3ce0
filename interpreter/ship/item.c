/* item.c - small values and objects in place, long strings as a block, all else
 * shipped. */
#include "ship/item.h"

#include <lauxlib.h>

#include "core/failure.h"
#include "core/proxy.h"
#include "core/task.h"
#include "ipc/remote.h"
#include "ship/ship.h"

bool host_item_read_scalar(lua_State *L, int index, rt_item *item) {
    item->kind = RT_ITEM_NIL;
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        return true;
    case LUA_TBOOLEAN:
        item->kind = RT_ITEM_BOOL;
        item->as.boolean = lua_toboolean(L, index);
        return true;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            item->kind = RT_ITEM_INT;
            item->as.integer = lua_tointeger(L, index);
        } else {
            item->kind = RT_ITEM_FLOAT;
            item->as.number = lua_tonumber(L, index);
        }
        return true;
    case LUA_TSTRING: {
        size_t size;
        const char *bytes = lua_tolstring(L, index, &size);
        if (rt_item_set_string(item, bytes, size) != RT_OK)
            luaL_error(L, "not enough memory");
        return true;
    }
    default:
        return false;
    }
}

void host_item_read(lua_State *L, int index, rt_item *item, const char *what) {
    if (host_item_read_scalar(L, index, item)) return;
    rt_object *object = host_proxy_test(L, index, 0);
    if (object) {
        rt_object_ref(object);
        item->kind = RT_ITEM_OBJECT;
        item->as.object = object;
        return;
    }
    rt_message *message = host_ship(L, index, 1, HOST_SHIP_ANYWHERE, what);
    item->kind = RT_ITEM_MESSAGE;
    item->as.message = message;
}

/* ---- for tables ---- */

/* The object of a handle or any other shared thing, borrowed; or NULL. */
static rt_object *object_at(lua_State *L, int index) {
    rt_object *object = host_proxy_test(L, index, 0);
    if (object) return object;
    host_task *task = host_task_test(L, index);
    if (!task) return NULL;
    return &host_of(L)->share_task(L, task, lua_absindex(L, index))->object;
}

void host_item_read_stored(lua_State *L, int index, int key, rt_item *item) {
    if (host_item_read_scalar(L, index, item)) return;
    rt_object *object = object_at(L, index);
    if (object) {
        rt_object_ref(object);
        *item = (rt_item){.kind = RT_ITEM_OBJECT, .as.object = object};
        return;
    }
    rt_message *message = host_ship_stored(L, index, key);
    *item = (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = message};
}

bool host_is_stored_key(lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
    case LUA_TSTRING:
        return true;
    case LUA_TNUMBER:
        return lua_rawequal(L, index, index); /* NaN is not */
    case LUA_TUSERDATA:
        return host_proxy_test(L, index, 0) || host_task_test(L, index);
    }
    return false;
}

rt_item host_item_borrow_key(lua_State *L, int index) {
    rt_item item = {.kind = RT_ITEM_NIL};
    rt_object *object;
    size_t size;
    switch (lua_type(L, index)) {
    case LUA_TSTRING: {
        const char *bytes = lua_tolstring(L, index, &size);
        return rt_item_borrow(bytes, size);
    }
    case LUA_TNUMBER:
    case LUA_TBOOLEAN:
        (void)host_item_read_scalar(L, index, &item);
        return item;
    case LUA_TUSERDATA:
        object = object_at(L, index);
        if (object)
            item = (rt_item){.kind = RT_ITEM_OBJECT, .as.object = object};
        return item;
    }
    return item;
}

/* (item) -> value */
static int push_block(lua_State *L) {
    const rt_item *item = lua_touserdata(L, 1);
    if (item->kind == RT_ITEM_STRING)
        lua_pushlstring(L, item->as.string.bytes, item->as.string.size);
    else if (item->kind == RT_ITEM_OBJECT)
        host_proxy_push(L, item->as.object);
    else if (host_unship(L, item->as.message) == 0)
        lua_pushnil(L);
    return 1;
}

/* What was in the item is freed whatever happens. It is moved out first: while
 * a value is rebuilt, code of a module may run that waits. */
static void push_owned(lua_State *L, rt_item *item) {
    rt_item block;
    rt_item_move(&block, item);
    lua_pushcfunction(L, push_block);
    lua_pushlightuserdata(L, &block);
    int status = lua_pcall(L, 1, 1, 0);
    rt_item_clear(&block);
    if (status != LUA_OK) lua_error(L);
}

void host_item_push(lua_State *L, rt_item *item) {
    switch ((rt_item_kind)item->kind) {
    case RT_ITEM_NIL:
        lua_pushnil(L);
        break;
    case RT_ITEM_BOOL:
        lua_pushboolean(L, item->as.boolean);
        break;
    case RT_ITEM_INT:
        lua_pushinteger(L, item->as.integer);
        break;
    case RT_ITEM_FLOAT:
        lua_pushnumber(L, item->as.number);
        break;
    case RT_ITEM_TEXT:
        lua_pushlstring(L, item->as.text, item->size);
        break;
    case RT_ITEM_STRING:
    case RT_ITEM_OBJECT:
    case RT_ITEM_MESSAGE:
        push_owned(L, item);
        return;
    }
    item->kind = RT_ITEM_NIL;
}

int host_item_call(host_strand *strand, rt_object *remote, int operation,
                   rt_item *arguments, size_t count) {
    strand->waiter.message = NULL; /* if it is not even sent */
    rt_message *message = NULL;
    if (count > 0) {
        int status = rt_items_encode(arguments, count, &message);
        if (status != RT_OK) return status;
    }
    return rt_remote_call(remote, operation,
                          (uint64_t)(uintptr_t)strand->acts_for, message,
                          &strand->waiter);
}

int host_item_answer(host_strand *strand, int status) {
    rt_message *answer = strand->waiter.message;
    strand->waiter.message = NULL;
    rt_item_clear(&strand->item);
    if (!answer) return status;
    int failure = rt_items_decode(&strand->item, 1, answer);
    return failure ? failure : status;
}

int host_raise_status(lua_State *L, const char *object, int status) {
    if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
    if (status == RT_EDIED)
        return host_raise(L, "died", "the process that has this %s has ended",
                          object);
    if (status == RT_ELIMIT)
        return host_raise(L, "send",
                          "%s: more than a message to another process may "
                          "hold (1 GiB)",
                          object);
    return host_raise(L, rt_status_name(status), "%s: %s", object,
                      rt_status_text(status));
}
