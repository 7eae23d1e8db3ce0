/* put.c - one value: what is plain is written as it is, all else is given a
 * number, or had one.
 *
 * In what is stored in a Table, each value that is neither plain, an object nor
 * a table to become a shared one gets a message of its own, since from then on
 * it lives alone. */
#include <lauxlib.h>
#include <string.h>

#include "core/proxy.h"
#include "core/state.h"
#include "core/task.h"
#include "ship/modules.h"
#include "ship/shipper.h"

#define CHECK(call) host_shipper_check(s, (call))

/* ---- numbers for values ---- */

/* Off the way of messages that are plain. */
static void open_tables(host_shipper *s) {
    lua_State *L = s->L;
    lua_createtable(L, 0, 0);
    lua_replace(L, s->seen);
    lua_createtable(L, 0, 0);
    lua_replace(L, s->queue);
    host_modules_push(L);
    lua_replace(L, s->modules);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    s->globals_address = lua_topointer(L, -1);
    lua_pop(L, 1);
    s->is_open = true;
}

void host_shipper_add_node(host_shipper *s, rt_node_kind kind,
                           const char *label) {
    lua_State *L = s->L;
    uint32_t node = s->node_count++;
    CHECK(rt_buffer_reserve(&s->kinds, 1));
    s->kinds.bytes[s->kinds.size++] = (char)kind;
    lua_rawseti(L, s->queue, (lua_Integer)node + 1);
    lua_pushinteger(L, node);
    lua_rawset(L, s->seen);
    if (s->is_tracking) {
        lua_createtable(L, 2, 0);
        lua_pushinteger(L, s->current);
        lua_rawseti(L, -2, 1);
        lua_pushstring(L, label);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, s->paths, (lua_Integer)node + 1);
    }
    CHECK(rt_encode_node(s->out, node));
}

bool host_shipper_put_seen(host_shipper *s) {
    lua_State *L = s->L;
    lua_pushvalue(L, -1);
    lua_rawget(L, s->seen);
    bool found = lua_isinteger(L, -1);
    if (found) CHECK(rt_encode_node(s->out, (uint32_t)lua_tointeger(L, -1)));
    lua_pop(L, 1);
    return found;
}

/* ---- values ---- */

static bool put_object(host_shipper *s, rt_object *object) {
    size_t index;
    CHECK(rt_message_add_object(s->message, object, &index));
    CHECK(rt_encode_object(s->out, (uint32_t)index));
    return true;
}

static const char *stream_name(lua_State *L) {
    static const char *const names[] = {"stdin", "stdout", "stderr"};
    luaL_Stream *stream = luaL_testudata(L, -1, LUA_FILEHANDLE);
    if (!stream) return NULL;
    FILE *const files[] = {stdin, stdout, stderr};
    for (int i = 0; i < 3; i++)
        if (stream->f == files[i] && stream->closef) return names[i];
    return NULL;
}

static bool put_userdata(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    rt_object *object = host_proxy_test(L, -1, 0);
    if (object) return put_object(s, object);
    host_task *task = host_task_test(L, -1);
    if (task) {
        rt_strand *shared = host_of(L)->share_task(L, task, lua_gettop(L));
        return put_object(s, &shared->object);
    }
    if (host_shipper_put_seen(s)) return true;
    const char *name = stream_name(L);
    if (name) {
        lua_pushvalue(L, -1);
        lua_pushstring(L, name);
        host_shipper_add_node(s, RT_NODE_STREAM, label);
        return true;
    }
    const char *type = luaL_typename(L, -1);
    if (luaL_getmetafield(L, -1, "__name") == LUA_TSTRING)
        type = lua_tostring(L, -1);
    return host_shipper_refuse(s, label,
                               lua_pushfstring(L, "a userdata (%s)", type));
}

static bool put_module(host_shipper *s, const char *label);

static bool put_pointer(host_shipper *s, const char *label,
                        const char *reason) {
    lua_State *L = s->L;
    if (host_shipper_put_seen(s) || put_module(s, label)) return true;
    if (s->target != HOST_SHIP_THREAD)
        return host_shipper_refuse(s, label, reason);
    lua_pushvalue(L, -1);
    lua_pushvalue(L, -1);
    host_shipper_add_node(s, RT_NODE_POINTER, label);
    return true;
}

/* If the value on the top belongs to a module, writes its name. */
static bool put_module(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    if (!host_modules_find_in(L, s->modules, -1)) return false;
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    host_shipper_add_node(s, RT_NODE_MODULE, label);
    return true;
}

/* Whether the metatable on the top is in one of plait's own modules. */
static bool is_own_class(lua_State *L) {
    if (!host_modules_find(L, -1)) return false;
    lua_rawgeti(L, -1, 1);
    const char *name = lua_tostring(L, -1);
    bool is_own = strcmp(name, "plait") == 0 || strncmp(name, "plait.", 6) == 0;
    lua_pop(L, 2);
    return is_own;
}

/* What a table with the metatable on the top is that cannot travel; NULL: it can.
 * Classes of plait's own with what stays where it is say so in __stays. */
static const char *why_it_stays(lua_State *L) {
    static const char *const owners[] = {"__gc", "__close"};
    lua_pushliteral(L, "__stays");
    if (lua_rawget(L, -2) == LUA_TSTRING) return lua_tostring(L, -1);
    lua_pop(L, 1);
    for (int i = 0; i < 2; i++) {
        lua_pushstring(L, owners[i]);
        bool owns = lua_rawget(L, -2) != LUA_TNIL;
        lua_pop(L, 1);
        /* Plait's own classes know what a copy of theirs is. */
        if (owns && !is_own_class(L))
            return lua_pushfstring(L, "a table whose metatable has %s",
                                   owners[i]);
    }
    return NULL;
}

/* Of the metatable on the top. */
static bool is_to_be_handed(lua_State *L) {
    lua_pushliteral(L, "__hand");
    bool it_is = lua_rawget(L, -2) == LUA_TFUNCTION;
    lua_pop(L, 1);
    return it_is && is_own_class(L);
}

/* The table is on the top, below its metatable: what __hand of that gives travels
 * in its place, and the table is handed over. In a Table it would be
 * everybody's. */
static bool put_handed(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    if (s->keeps) return host_shipper_refuse(s, label, why_it_stays(L));
    lua_pushliteral(L, "__hand");
    (void)lua_rawget(L, -2);
    lua_remove(L, -2);
    lua_pushvalue(L, -2);
    lua_call(L, 1, 2);
    if (lua_isnil(L, -2))
        return host_shipper_refuse(s, label, lua_tostring(L, -1));
    lua_pop(L, 1);
    lua_insert(L, -2);
    host_shipper_hand_over(s);
    lua_pushvalue(L, -1); /* known by itself */
    lua_pushvalue(L, -3);
    host_shipper_add_node(s, RT_NODE_TABLE, label);
    lua_remove(L, -2);
    return true;
}

static bool put_table(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    if (host_shipper_put_seen(s)) return true;
    bool is_globals = lua_topointer(L, -1) == s->globals_address;
    if (!is_globals && put_module(s, label)) return true;
    if (lua_getmetatable(L, -1)) {
        if (is_to_be_handed(L)) return put_handed(s, label);
        const char *reason = why_it_stays(L);
        if (reason) return host_shipper_refuse(s, label, reason);
        lua_pop(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_pushvalue(L, -1);
    host_shipper_add_node(s, is_globals ? RT_NODE_GLOBALS : RT_NODE_TABLE,
                          label);
    return true;
}

static bool put_function(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    if (host_shipper_put_seen(s) || put_module(s, label)) return true;
    if (lua_iscfunction(L, -1)) {
        if (lua_getupvalue(L, -1, 1)) {
            lua_pop(L, 1);
            return host_shipper_refuse(s, label,
                                       "a C function with values of its own");
        }
        return put_pointer(s, label, "a C function that is in no module");
    }
    lua_pushvalue(L, -1);
    lua_pushvalue(L, -1);
    host_shipper_add_node(s, RT_NODE_FUNCTION, label);
    return true;
}

/* ---- what is stored in a Table ---- */

static bool put_inner(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    lua_createtable(L, 0, 0); /* a key of its own: referred to once */
    lua_pushvalue(L, -2);
    host_shipper_add_node(s, RT_NODE_INNER, label);
    return true;
}

static bool put_stored_table(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    if (host_shipper_put_seen(s)) return true;
    if (lua_topointer(L, -1) == s->globals_address)
        return host_shipper_refuse(s, label, "the table of globals");
    if (host_modules_find_in(L, s->modules, -1)) {
        lua_pop(L, 1); /* its path */
        return put_inner(s, label);
    }
    if (lua_getmetatable(L, -1)) {
        bool is_own = is_own_class(L);
        lua_pop(L, 1);
        if (is_own) return put_inner(s, label);
        return host_shipper_refuse(s, label, "a table with a metatable");
    }
    lua_pushvalue(L, -1);
    lua_pushvalue(L, -1);
    host_shipper_add_node(s, RT_NODE_TABLE, label);
    return true;
}

static bool put_stored(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    if (lua_istable(L, -1)) return put_stored_table(s, label);
    if (host_proxy_test(L, -1, 0) || host_task_test(L, -1))
        return put_userdata(s, label);
    return put_inner(s, label);
}

/* ---- all of them ---- */

bool host_shipper_put(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    switch (lua_type(L, -1)) {
    case LUA_TNIL:
        CHECK(rt_encode_nil(s->out));
        return true;
    case LUA_TBOOLEAN:
        CHECK(rt_encode_bool(s->out, lua_toboolean(L, -1)));
        return true;
    case LUA_TNUMBER:
        if (lua_isinteger(L, -1))
            CHECK(rt_encode_int(s->out, lua_tointeger(L, -1)));
        else
            CHECK(rt_encode_float(s->out, lua_tonumber(L, -1)));
        return true;
    case LUA_TSTRING: {
        size_t size;
        const char *bytes = lua_tolstring(L, -1, &size);
        if (size > UINT32_MAX)
            return host_shipper_refuse(s, label, "a string above 4 GiB");
        CHECK(rt_encode_str(s->out, bytes, size));
        return true;
    }
    case LUA_TTHREAD:
        return host_shipper_refuse(s, label, "a coroutine");
    }
    if (!s->is_open) open_tables(s);
    luaL_checkstack(L, 20, "message");
    if (s->is_stored) return put_stored(s, label);
    switch (lua_type(L, -1)) {
    case LUA_TTABLE:
        return put_table(s, label);
    case LUA_TFUNCTION:
        return put_function(s, label);
    case LUA_TLIGHTUSERDATA:
        return put_pointer(s, label, "a light userdata");
    default:
        return put_userdata(s, label);
    }
}
