/* node.c - what nodes hold. */
#include <lauxlib.h>
#include <string.h>

#include "ship/capture.h"
#include "core/weak.h"
#include "ship/shipper.h"

#define CHECK(call) host_shipper_check(s, (call))

/* Registry: function -> dump. */
static const char key_dumps;

static int add_dump(lua_State *L, const void *bytes, size_t size, void *to) {
    (void)L;
    return rt_buffer_add(to, bytes, size);
}

/* Never stripped; dumps are kept as long as their functions are. */
void host_push_dump(host_shipper *s, int function) {
    lua_State *L = s->L;
    host_weak_push(L, &key_dumps, "k");
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
    host_shipper_add_node(s, RT_NODE_PROTOTYPE, "");
    for (int i = 1; i <= count; i++) {
        lua_pushlightuserdata(L, lua_upvalueid(L, function, i));
        if (!host_shipper_put_seen(s)) {
            const char *label = "";
            const char *name = lua_getupvalue(L, function, i);
            if (s->capture) host_capture_name(s, name);
            if (s->is_tracking) {
                label = lua_pushfstring(L, " (captured '%s')", name);
                lua_insert(L, -3);
            }
            host_shipper_add_node(s, RT_NODE_CELL, label);
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

static bool write_inner(host_shipper *s, int index) {
    lua_State *L = s->L;
    const char *place = NULL;
    if (s->is_tracking)
        place = lua_pushfstring(L, "%s%s", s->place, host_shipper_push_path(s));
    s->inner = host_ship_inner(L, index, place);
    if (!s->inner) return false;
    size_t count = s->inner->object_count;
    CHECK(rt_encode_array(s->out, (uint32_t)(2 + count)));
    CHECK(rt_encode_int(s->out, RT_NODE_INNER));
    CHECK(rt_encode_bin(s->out, s->inner->bytes.bytes, s->inner->bytes.size));
    for (size_t i = 0; i < count; i++) {
        size_t number;
        CHECK(rt_message_add_object(s->message, s->inner->objects[i], &number));
        CHECK(rt_encode_object(s->out, (uint32_t)number));
    }
    rt_message_free(s->inner);
    s->inner = NULL;
    return true;
}

/* The value of the node is on the top, at `index`. */
static bool write_node(host_shipper *s, rt_node_kind kind, int index) {
    switch (kind) {
    case RT_NODE_TABLE:
        return host_shipper_write_table(s, index);
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
    case RT_NODE_INNER:
        return write_inner(s, index);
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
