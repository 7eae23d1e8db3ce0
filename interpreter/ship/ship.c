/* ship.c - a walk without recursion over what the values reach.
 *
 * Every table, function, variable and module becomes a numbered node. `seen`
 * maps what was met to its number, `queue` holds what is still to be written,
 * and nodes are written in the order of their numbers. Only raw access is
 * used: no metamethod, no script code runs.
 *
 * The walk does not note paths. When it meets something that cannot travel it
 * stops, and is done once more with `parents` and `labels`, for the message. */
#include "ship/ship.h"

#include <lauxlib.h>
#include <string.h>

#include "core/failure.h"
#include "core/proxy.h"
#include "core/state.h"
#include "core/task.h"
#include "data/encode.h"
#include "ship/capture.h"
#include "ship/modules.h"
#include "ship/shipper.h"

/* Registry: function -> dump. */
static const char key_dumps;

/* ---- nodes ---- */

void host_shipper_check(host_shipper *s, int status) {
    if (status == RT_OK) return;
    luaL_error(s->L, "not enough memory");
}

#define CHECK(call) host_shipper_check(s, (call))

static void open_tables(host_shipper *s) {
    lua_State *L = s->L;
    lua_createtable(L, 0, 0);
    lua_replace(L, s->seen);
    lua_createtable(L, 0, 0);
    lua_replace(L, s->queue);
    s->is_open = true;
}

/* Gives the value on the top the next number, under the key below it, which
 * identifies it; pops both. */
static uint32_t add_node(host_shipper *s, rt_node_kind kind,
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
    return node;
}

/* Writes a reference to what the value on the top identifies, if it was met
 * before; pops nothing. */
static bool put_seen(host_shipper *s) {
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
    if (put_seen(s)) return true;
    const char *name = stream_name(L);
    if (name) {
        lua_pushvalue(L, -1);
        lua_pushstring(L, name);
        add_node(s, RT_NODE_STREAM, label);
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
    if (put_seen(s) || put_module(s, label)) return true;
    if (s->target != HOST_SHIP_THREAD)
        return host_shipper_refuse(s, label, reason);
    lua_pushvalue(L, -1);
    lua_pushvalue(L, -1);
    add_node(s, RT_NODE_POINTER, label);
    return true;
}

/* If the value on the top belongs to a module, writes its name. */
static bool put_module(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    if (!host_modules_find(L, -1)) return false;
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    add_node(s, RT_NODE_MODULE, label);
    return true;
}

/* Whether the metatable on the top is one of plait's own modules. */
static bool is_own_class(lua_State *L) {
    if (!host_modules_find(L, -1)) return false;
    lua_rawgeti(L, -1, 1);
    bool is_own = strncmp(lua_tostring(L, -1), "plait.", 6) == 0;
    lua_pop(L, 2);
    return is_own;
}

static bool put_table(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    if (put_seen(s)) return true;
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    bool is_globals = lua_rawequal(L, -1, -2);
    lua_pop(L, 1);
    if (!is_globals && put_module(s, label)) return true;
    if (lua_getmetatable(L, -1)) {
        static const char *const owners[] = {"__gc", "__close"};
        for (int i = 0; i < 2; i++) {
            lua_pushstring(L, owners[i]);
            bool owns = lua_rawget(L, -2) != LUA_TNIL;
            lua_pop(L, 1);
            /* Plait's own classes know what a copy of theirs is. */
            if (owns && !is_own_class(L))
                return host_shipper_refuse(
                    s, label,
                    lua_pushfstring(L, "a table whose metatable has %s",
                                    owners[i]));
        }
        lua_pop(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_pushvalue(L, -1);
    add_node(s, is_globals ? RT_NODE_GLOBALS : RT_NODE_TABLE, label);
    return true;
}

static bool put_function(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    if (put_seen(s) || put_module(s, label)) return true;
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
    add_node(s, RT_NODE_FUNCTION, label);
    return true;
}

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

/* ---- what nodes hold ---- */

/* The step to the value of the key at `key`, for paths; "" unless tracking. */
static const char *label_of(host_shipper *s, int key) {
    lua_State *L = s->L;
    if (!s->is_tracking) return "";
    if (lua_type(L, key) == LUA_TSTRING)
        return lua_pushfstring(L, ".%s", lua_tostring(L, key));
    if (lua_isinteger(L, key))
        return lua_pushfstring(L, "[%I]", (LUAI_UACINT)lua_tointeger(L, key));
    if (lua_isnumber(L, key))
        return lua_pushfstring(L, "[%f]", lua_tonumber(L, key));
    return lua_pushfstring(L, "[%s]", luaL_typename(L, key));
}

/* Whether the key on the top stands in the array part that was written. */
static bool is_in_array(lua_State *L, int key, lua_Integer count) {
    if (!lua_isinteger(L, key)) return false;
    lua_Integer i = lua_tointeger(L, key);
    return i >= 1 && i <= count;
}

static bool put_entry(host_shipper *s, int table, lua_Integer count) {
    lua_State *L = s->L;
    int key = lua_gettop(L) - 1;
    (void)table;
    if (is_in_array(L, key, count)) return true;
    lua_pushvalue(L, key);
    bool ok = host_shipper_put(s, s->is_tracking ? " (key)" : "");
    if (!ok) return false;
    lua_settop(L, key + 1);
    const char *label = label_of(s, key);
    lua_pushvalue(L, key + 1);
    ok = host_shipper_put(s, label);
    if (ok) lua_settop(L, key + 1);
    return ok;
}

static lua_Integer count_hash(lua_State *L, int table, lua_Integer array) {
    lua_Integer count = 0;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        if (!is_in_array(L, -2, array)) count++;
        lua_pop(L, 1);
    }
    return count;
}

static bool write_table(host_shipper *s, int table) {
    lua_State *L = s->L;
    lua_Integer array = (lua_Integer)lua_rawlen(L, table);
    lua_Integer hash = count_hash(L, table, array);
    if (array + 2 * hash > INT32_MAX)
        return host_shipper_refuse(s, "", "a table with too many elements");
    CHECK(rt_encode_array(s->out, (uint32_t)(4 + array + 2 * hash)));
    CHECK(rt_encode_int(s->out, RT_NODE_TABLE));
    CHECK(rt_encode_int(s->out, array));
    CHECK(rt_encode_int(s->out, hash));
    if (!lua_getmetatable(L, table)) lua_pushnil(L);
    if (!host_shipper_put(s, s->is_tracking ? " (metatable)" : ""))
        return false;
    lua_settop(L, table);
    for (lua_Integer i = 1; i <= array; i++) {
        lua_rawgeti(L, table, i);
        const char *label = "";
        if (s->is_tracking) {
            label = lua_pushfstring(L, "[%I]", (LUAI_UACINT)i);
            lua_insert(L, -2);
        }
        if (!host_shipper_put(s, label)) return false;
        lua_settop(L, table);
    }
    if (hash == 0) return true;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        if (!put_entry(s, table, array)) return false;
        lua_pop(L, 1);
    }
    return true;
}

static int add_dump(lua_State *L, const void *bytes, size_t size, void *to) {
    (void)L;
    return rt_buffer_add(to, bytes, size);
}

/* Pushes the dump, never stripped, as a string; dumps are kept as long as
 * their functions are. */
void host_push_dump(host_shipper *s, int function) {
    lua_State *L = s->L;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_dumps) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_createtable(L, 0, 8);
        lua_createtable(L, 0, 1);
        lua_pushliteral(L, "k");
        lua_setfield(L, -2, "__mode");
        lua_setmetatable(L, -2);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &key_dumps);
    }
    lua_pushvalue(L, function);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        s->dump.size = 0;
        lua_pushvalue(L, function);
        if (lua_dump(L, add_dump, &s->dump, 0) != 0) CHECK(RT_ENOMEMORY);
        lua_pop(L, 2);
        lua_pushlstring(L, s->dump.bytes, s->dump.size);
        lua_pushvalue(L, function);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    lua_remove(L, -2);
}

/* Writes the function node, and gives numbers to its prototype and variables.
 * A variable is known by its upvalueid, so functions that share it share it
 * there too. */
static bool write_function(host_shipper *s, int function) {
    lua_State *L = s->L;
    int count = 0;
    while (lua_getupvalue(L, function, count + 1)) {
        lua_pop(L, 1);
        count++;
    }
    if (s->capture && !host_capture_function(s, function, count)) return false;
    CHECK(rt_encode_array(s->out, (uint32_t)(2 + count)));
    CHECK(rt_encode_int(s->out, RT_NODE_FUNCTION));
    lua_createtable(L, 0, 0); /* a key of its own */
    host_push_dump(s, function);
    add_node(s, RT_NODE_PROTOTYPE, "");
    for (int i = 1; i <= count; i++) {
        lua_pushlightuserdata(L, lua_upvalueid(L, function, i));
        if (!put_seen(s)) {
            const char *label = "";
            const char *name = lua_getupvalue(L, function, i);
            if (s->capture) host_capture_name(s, name);
            if (s->is_tracking) {
                label = lua_pushfstring(L, " (captured '%s')", name);
                lua_insert(L, -3);
            }
            add_node(s, RT_NODE_CELL, label);
        }
        lua_settop(L, function);
    }
    return true;
}

static bool write_prototype(host_shipper *s) {
    size_t size;
    const char *dump = lua_tolstring(s->L, -1, &size);
    CHECK(rt_encode_array(s->out, 2));
    CHECK(rt_encode_int(s->out, RT_NODE_PROTOTYPE));
    CHECK(rt_encode_bin(s->out, dump, size));
    return true;
}

static bool write_cell(host_shipper *s) {
    CHECK(rt_encode_array(s->out, 2));
    CHECK(rt_encode_int(s->out, RT_NODE_CELL));
    return host_shipper_put(s, "");
}

static bool write_module(host_shipper *s, int path) {
    lua_State *L = s->L;
    lua_Integer steps = (lua_Integer)lua_rawlen(L, path);
    CHECK(rt_encode_array(s->out, (uint32_t)(1 + steps)));
    CHECK(rt_encode_int(s->out, RT_NODE_MODULE));
    for (lua_Integer i = 1; i <= steps; i++) {
        lua_rawgeti(L, path, i);
        size_t size;
        const char *step = lua_tolstring(L, -1, &size);
        CHECK(rt_encode_str(s->out, step, size));
        lua_pop(L, 1);
    }
    return true;
}

static bool write_stream(host_shipper *s) {
    size_t size;
    const char *name = lua_tolstring(s->L, -1, &size);
    CHECK(rt_encode_array(s->out, 2));
    CHECK(rt_encode_int(s->out, RT_NODE_STREAM));
    CHECK(rt_encode_str(s->out, name, size));
    return true;
}

static bool write_pointer(host_shipper *s) {
    lua_State *L = s->L;
    bool is_function = lua_iscfunction(L, -1);
    void *pointer = lua_touserdata(L, -1);
    if (is_function) {
        lua_CFunction function = lua_tocfunction(L, -1);
        memcpy(&pointer, &function, sizeof pointer);
    }
    CHECK(rt_encode_array(s->out, 3));
    CHECK(rt_encode_int(s->out, RT_NODE_POINTER));
    CHECK(rt_encode_int(s->out, is_function));
    CHECK(rt_encode_int(s->out, (int64_t)(intptr_t)pointer));
    return true;
}

/* The value of the node is on the top, at `index`. */
static bool write_node(host_shipper *s, rt_node_kind kind, int index) {
    switch (kind) {
    case RT_NODE_TABLE:
        return write_table(s, index);
    case RT_NODE_FUNCTION:
        return write_function(s, index);
    case RT_NODE_PROTOTYPE:
        return write_prototype(s);
    case RT_NODE_CELL:
        return write_cell(s);
    case RT_NODE_MODULE:
        return write_module(s, index);
    case RT_NODE_STREAM:
        return write_stream(s);
    case RT_NODE_POINTER:
        return write_pointer(s);
    case RT_NODE_GLOBALS:
        CHECK(rt_encode_array(s->out, 1));
        CHECK(rt_encode_int(s->out, RT_NODE_GLOBALS));
        return true;
    case RT_NODE_LAST:
        break;
    }
    return false;
}

bool host_shipper_run(host_shipper *s) {
    lua_State *L = s->L;
    int top = lua_gettop(L);
    while (s->written < s->node_count) {
        uint32_t node = s->written++;
        s->current = (lua_Integer)node;
        lua_rawgeti(L, s->queue, (lua_Integer)node + 1);
        s->out = s->nodes;
        if (!write_node(s, (rt_node_kind)s->kinds.bytes[node], top + 1))
            return false;
        lua_settop(L, top);
    }
    s->current = -1;
    return true;
}

/* ---- whole messages ---- */

/* The message and the buffers belong to a userdata while the message is built,
 * since almost anything may raise. */
static int shipper_gc(lua_State *L) {
    host_shipper *s = lua_touserdata(L, 1);
    rt_message_free(s->message);
    s->message = NULL;
    rt_buffer_deinit(&s->kinds);
    rt_buffer_deinit(&s->dump);
    rt_buffer_deinit(&s->own_nodes);
    rt_buffer_deinit(&s->globals);
    return 0;
}

host_shipper *host_shipper_open(lua_State *L, host_ship_target target,
                                const char *to, bool is_tracking) {
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
    s->is_tracking = is_tracking;
    s->current = -1;
    s->message = rt_message_new();
    if (!s->message) host_shipper_check(s, RT_ENOMEMORY);
    s->out = s->nodes = &s->message->bytes;
    lua_pushnil(L);
    s->seen = lua_gettop(L);
    lua_pushnil(L);
    s->queue = lua_gettop(L);
    lua_pushnil(L);
    if (is_tracking) {
        lua_createtable(L, 0, 0);
        lua_replace(L, -2);
    }
    s->paths = lua_gettop(L);
    return s;
}

rt_message *host_shipper_take(host_shipper *s) {
    rt_message *message = s->message;
    s->message = NULL;
    return message;
}

static rt_message *ship_values(lua_State *L, int first, int count,
                               host_ship_target target, const char *what,
                               bool is_tracking) {
    int top = lua_gettop(L);
    host_shipper *s = host_shipper_open(
        L, target, target == HOST_SHIP_THREAD ? "thread" : "another strand",
        is_tracking);
    CHECK(rt_encode_header(s->out, 0, 0));
    bool ok = true;
    for (int i = 0; i < count && ok; i++) {
        const char *label = is_tracking ? lua_pushfstring(L, what, i + 1) : "";
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
    rt_message *message = ship_values(L, first, count, target, what, false);
    if (!message) (void)ship_values(L, first, count, target, what, true);
    return message;
}
