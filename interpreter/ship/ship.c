/* ship.c - the walk as a whole.
 *
 * Every table, function, variable and module becomes a numbered node. `seen`
 * maps what was met to its number, `queue` holds what is still to be written,
 * and nodes are written in the order of their numbers: no recursion. Only raw
 * access is used: no metamethod, no script code runs, but for __hand of classes of
 * plait's own, which gives what travels in the place of an object. Values are written by
 * put.c, what nodes hold by node.c, tables by table.c.
 *
 * The walk does not note paths. When it meets something that cannot travel it
 * stops, and is done once more with `paths`, for the message. */
#include "ship/ship.h"

#include <lauxlib.h>
#include <string.h>

#include "ship/shipper.h"

void host_shipper_check(host_shipper *s, int status) {
    if (status == RT_OK) return;
    luaL_error(s->L, "not enough memory");
}

#define CHECK(call) host_shipper_check(s, (call))

/* ---- what is handed over ----
 *
 * A list in the registry, under the shipper's address. Each is told when the
 * message is complete; of one that is not, nothing has changed. */

static void forget_handed(lua_State *L, host_shipper *s) {
    if (!s->has_handed) return;
    s->has_handed = false;
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, s);
}

void host_shipper_hand_over(host_shipper *s) {
    lua_State *L = s->L;
    if (!s->has_handed) {
        lua_createtable(L, 1, 0);
        lua_rawsetp(L, LUA_REGISTRYINDEX, s);
        s->has_handed = true;
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, s);
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

/* It owns nothing any more, so there is nothing in it that could fail. */
static void tell_handed(host_shipper *s) {
    lua_State *L = s->L;
    lua_rawgetp(L, LUA_REGISTRYINDEX, s);
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, i);
        if (luaL_getmetafield(L, -1, "__handed") != LUA_TNIL) {
            lua_insert(L, -2);
            (void)lua_pcall(L, 1, 0, 0);
        } else {
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
    forget_handed(L, s);
}

/* The message and the buffers belong to a userdata while the message is built,
 * since almost anything may raise. */
static int shipper_gc(lua_State *L) {
    host_shipper *s = lua_touserdata(L, 1);
    forget_handed(L, s);
    rt_message_free(s->message);
    rt_message_free(s->inner);
    s->message = s->inner = NULL;
    rt_buffer_deinit(&s->kinds);
    rt_buffer_deinit(&s->dump);
    rt_buffer_deinit(&s->own_nodes);
    rt_buffer_deinit(&s->globals);
    return 0;
}

host_shipper *host_shipper_new(lua_State *L, host_ship_target target,
                               const char *to) {
    luaL_checkstack(L, 30, "message");
    host_shipper *s = lua_newuserdatauv(L, sizeof *s, 0);
    memset(s, 0, sizeof *s);
    if (luaL_newmetatable(L, "plait.shipper")) {
        lua_pushcfunction(L, shipper_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    s->L = L;
    s->target = target;
    s->to = to;
    s->current = -1;
    s->message = rt_message_new();
    if (!s->message) host_shipper_check(s, RT_ENOMEMORY);
    s->out = s->nodes = &s->message->bytes;
    return s;
}

void host_shipper_enter(host_shipper *s, lua_State *L, bool is_tracking) {
    luaL_checkstack(L, 30, "message");
    s->L = L;
    s->is_tracking = is_tracking;
    s->is_open = false;
    lua_pushnil(L);
    s->seen = lua_gettop(L);
    lua_pushnil(L);
    s->queue = lua_gettop(L);
    lua_pushnil(L);
    s->modules = lua_gettop(L);
    lua_pushnil(L);
    if (is_tracking) {
        lua_createtable(L, 0, 0);
        lua_replace(L, -2);
    }
    s->paths = lua_gettop(L);
}

host_shipper *host_shipper_open(lua_State *L, host_ship_target target,
                                const char *to, bool is_tracking) {
    host_shipper *s = host_shipper_new(L, target, to);
    host_shipper_enter(s, L, is_tracking);
    return s;
}

rt_message *host_shipper_take(host_shipper *s) {
    rt_message *message = s->message;
    s->message = NULL;
    if (s->has_handed) tell_handed(s);
    return message;
}

/* Of what is shipped: for whom, and how it is called in messages. */
typedef struct manner {
    host_ship_target target;
    const char *what;
    const char *place; /* as in host_shipper, as is the next */
    bool is_stored;
    bool keeps;
} manner;

static rt_message *ship_values(lua_State *L, int first, int count,
                               const manner *how, bool is_tracking) {
    int top = lua_gettop(L);
    bool is_near = how->target == HOST_SHIP_THREAD;
    host_shipper *s = host_shipper_open(
        L, how->target, is_near ? "thread" : "another strand", is_tracking);
    s->place = how->place;
    s->is_stored = how->is_stored;
    s->keeps = how->keeps;
    CHECK(rt_encode_header(s->out, 0, 0));
    bool ok = true;
    for (int i = 0; i < count && ok; i++) {
        const char *label =
            is_tracking ? lua_pushfstring(L, how->what, i + 1) : "";
        lua_pushvalue(L, first + i);
        ok = host_shipper_put(s, label);
        lua_settop(L, s->paths);
    }
    ok = ok && host_shipper_run(s);
    rt_message *message = NULL;
    if (ok) {
        message = host_shipper_take(s);
        rt_encode_patch_header(&message->bytes, (uint32_t)count, s->node_count);
    }
    lua_settop(L, top);
    return message;
}

rt_message *host_ship(lua_State *L, int first, int count,
                      host_ship_target target, const char *what) {
    first = lua_absindex(L, first);
    manner how = {.target = target, .what = what};
    rt_message *message = ship_values(L, first, count, &how, false);
    if (!message) (void)ship_values(L, first, count, &how, true);
    return message;
}

rt_message *host_ship_stored(lua_State *L, int index, int key) {
    index = lua_absindex(L, index);
    manner how = {HOST_SHIP_ANYWHERE, "", NULL, true, true};
    rt_message *message = ship_values(L, index, 1, &how, false);
    if (message) return message;
    how.place = lua_pushfstring(L, "t%s", key ? host_push_step(L, key) : "");
    return ship_values(L, index, 1, &how, true);
}

rt_message *host_ship_inner(lua_State *L, int index, const char *place) {
    manner how = {HOST_SHIP_ANYWHERE, "", place, false, true};
    return ship_values(L, lua_absindex(L, index), 1, &how, place != NULL);
}
