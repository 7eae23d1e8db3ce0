/* unship.c - builds what a message describes: first all tables and functions,
 * empty, then what is in them, so that references may go either way.
 *
 * Messages were made by ship.c of this process, or were checked by
 * rt_message_check when they came in; the reader checks bounds all the same. */
#include <assert.h>
#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "core/failure.h"
#include "core/proxy.h"
#include "core/state.h"
#include "core/turns.h"
#include "data/scan.h"
#include "ship/unshipper.h"

static void damaged(host_unshipper *u) {
    host_raise(u->L, "send", "cannot read a message: %s", u->error.message);
}

static rt_token next_token(host_unshipper *u) {
    rt_token token;
    if (rt_reader_next(&u->reader, &token) != RT_OK) damaged(u);
    return token;
}

static rt_token expect(host_unshipper *u, rt_token_kind kind) {
    rt_token token = next_token(u);
    if (token.kind != kind) {
        (void)rt_error_set(&u->error, RT_EDAMAGED, "unexpected value");
        damaged(u);
    }
    return token;
}

/* Pushes the value of a token that needs nothing but itself; false: it is
 * another one. */
static inline bool push_plain(lua_State *L, const rt_token *token) {
    switch (token->kind) {
    case RT_TOKEN_NIL:
        lua_pushnil(L);
        return true;
    case RT_TOKEN_BOOL:
        lua_pushboolean(L, token->as.boolean);
        return true;
    case RT_TOKEN_INT:
        lua_pushinteger(L, token->as.integer);
        return true;
    case RT_TOKEN_FLOAT:
        lua_pushnumber(L, token->as.number);
        return true;
    case RT_TOKEN_STR:
        lua_pushlstring(L, token->as.str.bytes, token->as.str.size);
        return true;
    case RT_TOKEN_NODE:
    case RT_TOKEN_OBJECT:
    case RT_TOKEN_BIN:
    case RT_TOKEN_ARRAY:
        break;
    }
    return false;
}

/* Pushes the value of a token. */
static void push_token(host_unshipper *u, const rt_token *token) {
    lua_State *L = u->L;
    if (push_plain(L, token)) return;
    switch (token->kind) {
    case RT_TOKEN_NODE:
        if (token->as.index < u->node_count)
            lua_rawgeti(L, u->objects, (lua_Integer)token->as.index + 1);
        else
            lua_pushnil(L);
        return;
    case RT_TOKEN_OBJECT:
        if (token->as.index < u->message->object_count)
            host_proxy_push(L, u->message->objects[token->as.index]);
        else
            lua_pushnil(L);
        return;
    case RT_TOKEN_BIN:
    case RT_TOKEN_ARRAY:
        break;
    case RT_TOKEN_NIL:
    case RT_TOKEN_BOOL:
    case RT_TOKEN_INT:
    case RT_TOKEN_FLOAT:
    case RT_TOKEN_STR:
        return; /* was pushed */
    }
    (void)rt_error_set(&u->error, RT_EDAMAGED, "unexpected value");
    damaged(u);
}

static void push_value(host_unshipper *u) {
    rt_token token;
    const uint8_t *next = rt_scan_scalar(u->reader.at, u->reader.end, &token);
    if (next) {
        u->reader.at = next;
        (void)push_plain(u->L, &token);
        return;
    }
    token = next_token(u);
    push_token(u, &token);
}

/* ---- first: everything exists ---- */

/* Pushes the module `name`, loading it if it is not there yet. */
static void push_module(lua_State *L, const char *name) {
    if (strcmp(name, LUA_GNAME) == 0) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
        return;
    }
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    if (lua_getfield(L, -1, name) != LUA_TNIL) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 2);
    lua_getglobal(L, "require");
    lua_pushstring(L, name);
    lua_call(L, 1, 1);
}

static void make_module(host_unshipper *u, uint32_t steps) {
    lua_State *L = u->L;
    rt_token name = expect(u, RT_TOKEN_STR);
    lua_pushlstring(L, name.as.str.bytes, name.as.str.size);
    const char *path = lua_tostring(L, -1);
    push_module(L, path);
    for (uint32_t i = 1; i < steps; i++) {
        rt_token step = expect(u, RT_TOKEN_STR);
        lua_pushlstring(L, step.as.str.bytes, step.as.str.size);
        if (!lua_istable(L, -2) ||
            (lua_pushvalue(L, -1), lua_rawget(L, -3)) == LUA_TNIL)
            host_raise(L, "send",
                       "cannot receive: module '%s' has no field '%s' here",
                       path, lua_tostring(L, lua_istable(L, -2) ? -1 : -2));
        lua_replace(L, -3);
        lua_pop(L, 1);
    }
    lua_remove(L, -2); /* the name */
}

static void make_stream(host_unshipper *u) {
    lua_State *L = u->L;
    rt_token name = expect(u, RT_TOKEN_STR);
    push_module(L, LUA_IOLIBNAME);
    lua_pushlstring(L, name.as.str.bytes, name.as.str.size);
    lua_rawget(L, -2);
    lua_remove(L, -2);
}

static void make_pointer(host_unshipper *u) {
    int64_t is_function = expect(u, RT_TOKEN_INT).as.integer;
    void *pointer = (void *)(intptr_t)expect(u, RT_TOKEN_INT).as.integer;
    lua_CFunction function;
    memcpy(&function, &pointer, sizeof function);
    if (is_function)
        lua_pushcfunction(u->L, function);
    else
        lua_pushlightuserdata(u->L, pointer);
}

static rt_object *expect_object(host_unshipper *u) {
    uint32_t index = expect(u, RT_TOKEN_OBJECT).as.index;
    if (index >= u->message->object_count) damaged(u);
    return u->message->objects[index];
}

/* A message looked at in place; there are none in it. */
static void make_inner(host_unshipper *u, uint32_t elements) {
    lua_State *L = u->L;
    rt_token bin = expect(u, RT_TOKEN_BIN);
    rt_object **objects = lua_newuserdatauv(L, elements * sizeof *objects, 0);
    rt_message inner = {.objects = objects};
    inner.bytes.bytes = (char *)(uintptr_t)bin.as.str.bytes;
    inner.bytes.size = bin.as.str.size;
    while (inner.object_count + 1 < elements) {
        rt_object *object = expect_object(u);
        objects[inner.object_count++] = object;
    }
    if (host_unship(L, &inner) != 1) damaged(u);
    lua_remove(L, -2); /* the objects */
}

static void make_table(host_unshipper *u) {
    int64_t array = expect(u, RT_TOKEN_INT).as.integer;
    int64_t hash = expect(u, RT_TOKEN_INT).as.integer;
    int64_t most = u->reader.end - u->reader.at; /* a byte an element */
    if (array < 0 || hash < 0 || array > most || hash > most) damaged(u);
    lua_createtable(u->L, (int)array, (int)hash);
}

static void skip(host_unshipper *u, uint32_t count) {
    while ((count -= (uint32_t)rt_scan_run(&u->reader, count)) > 0) {
        (void)next_token(u);
        count--;
    }
}

/* Notes where the node's contents are, and makes what needs no other node. */
static void scan_node(host_unshipper *u, uint32_t number) {
    lua_State *L = u->L;
    host_unship_node *node = &u->nodes[number];
    uint32_t count = expect(u, RT_TOKEN_ARRAY).as.count;
    node->kind = (rt_node_kind)expect(u, RT_TOKEN_INT).as.integer;
    node->at = u->reader.at;
    if (count == 0) damaged(u);
    node->elements = count - 1;
    int top = lua_gettop(L);
    switch (node->kind) {
    case RT_NODE_TABLE:
        make_table(u);
        break;
    case RT_NODE_GLOBALS:
        lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
        break;
    case RT_NODE_MODULE:
        make_module(u, node->elements);
        break;
    case RT_NODE_STREAM:
        make_stream(u);
        break;
    case RT_NODE_POINTER:
        make_pointer(u);
        break;
    case RT_NODE_INNER:
        make_inner(u, node->elements);
        break;
    case RT_NODE_FUNCTION:
    case RT_NODE_PROTOTYPE:
    case RT_NODE_CELL:
    case RT_NODE_LAST:
        break;
    }
    if (lua_gettop(L) > top)
        lua_rawseti(L, u->objects, (lua_Integer)number + 1);
    u->reader.at = node->at;
    if (number + 1 < u->node_count) skip(u, node->elements);
}

typedef struct dump {
    const char *bytes;
    size_t size;
} dump;

static const char *read_dump(lua_State *L, void *data, size_t *size) {
    (void)L;
    dump *d = data;
    *size = d->size;
    d->size = 0;
    return *size ? d->bytes : NULL;
}

/* The one place where bytecode is loaded. It comes from lua_dump in this
 * process, its parent or its child, never from anybody else. */
static void make_function(host_unshipper *u, uint32_t number) {
    lua_State *L = u->L;
    u->reader.at = u->nodes[number].at;
    uint32_t prototype = expect(u, RT_TOKEN_NODE).as.index;
    if (prototype >= u->node_count) damaged(u);
    u->reader.at = u->nodes[prototype].at;
    rt_token bin = expect(u, RT_TOKEN_BIN);
    dump d = {bin.as.str.bytes, bin.as.str.size};
    if (lua_load(L, read_dump, &d, "=shipped", "b") != LUA_OK) lua_error(L);
    lua_rawseti(L, u->objects, (lua_Integer)number + 1);
}

/* ---- then: what is in it ---- */

/* Sets the elements behind `i` as long as they are scalars; returns the last
 * one that was set. */
static int64_t fill_run(host_unshipper *u, int table, int64_t i, int64_t last) {
    lua_State *L = u->L;
    const uint8_t *at = u->reader.at, *end = u->reader.end, *next;
    rt_token token;
    while (i < last && (next = rt_scan_scalar(at, end, &token)) != NULL) {
        at = next;
        (void)push_plain(L, &token);
        lua_rawseti(L, table, ++i);
    }
    u->reader.at = at;
    return i;
}

static void fill_table(host_unshipper *u, uint32_t number) {
    lua_State *L = u->L;
    u->reader.at = u->nodes[number].at;
    int64_t array = expect(u, RT_TOKEN_INT).as.integer;
    int64_t hash = expect(u, RT_TOKEN_INT).as.integer;
    lua_rawgeti(L, u->objects, (lua_Integer)number + 1);
    int table = lua_gettop(L);
    push_value(u);
    if (lua_istable(L, -1))
        lua_setmetatable(L, table);
    else
        lua_pop(L, 1);
    for (int64_t i = 0; (i = fill_run(u, table, i, array)) < array;) {
        push_value(u);
        lua_rawseti(L, table, ++i);
    }
    for (int64_t i = 0; i < hash; i++) {
        push_value(u);
        push_value(u);
        if (lua_isnil(L, -2)) damaged(u);
        lua_rawset(L, table);
    }
    lua_pop(L, 1);
}

/* Sets upvalue `i` of the function at the top to the variable `cell`: makes it
 * for the first function that has it, and joins the others to that one.
 * lua_load has set the first upvalue to the globals, so all must be set. */
static void fill_upvalue(host_unshipper *u, uint32_t number, int i,
                         uint32_t cell) {
    lua_State *L = u->L;
    host_unship_node *node = &u->nodes[cell];
    if (node->owner) {
        lua_rawgeti(L, u->objects, (lua_Integer)node->owner);
        lua_upvaluejoin(L, -2, i, -1, node->upvalue);
        lua_pop(L, 1);
        return;
    }
    node->owner = number + 1;
    node->upvalue = i;
    const uint8_t *at = u->reader.at;
    u->reader.at = node->at;
    push_value(u);
    u->reader.at = at;
    if (!lua_setupvalue(L, -2, i)) lua_pop(L, 1);
}

static void fill_function(host_unshipper *u, uint32_t number) {
    lua_State *L = u->L;
    u->reader.at = u->nodes[number].at;
    (void)expect(u, RT_TOKEN_NODE); /* the prototype */
    lua_rawgeti(L, u->objects, (lua_Integer)number + 1);
    uint32_t upvalues = u->nodes[number].elements - 1;
    for (uint32_t i = 1; i <= upvalues; i++) {
        uint32_t cell = expect(u, RT_TOKEN_NODE).as.index;
        if (cell >= u->node_count || !lua_getupvalue(L, -1, (int)i)) damaged(u);
        lua_pop(L, 1);
        fill_upvalue(u, number, (int)i, cell);
    }
    lua_pop(L, 1);
}

static void build_nodes(host_unshipper *u) {
    for (uint32_t i = 0; i < u->node_count; i++) scan_node(u, i);
    for (uint32_t i = 0; i < u->node_count; i++)
        if (u->nodes[i].kind == RT_NODE_FUNCTION) make_function(u, i);
    for (uint32_t i = 0; i < u->node_count; i++) {
        if (u->nodes[i].kind == RT_NODE_TABLE) fill_table(u, i);
        if (u->nodes[i].kind == RT_NODE_FUNCTION) fill_function(u, i);
    }
}

void host_unship_open(host_unshipper *u, lua_State *L,
                      const rt_message *message) {
    *u = (host_unshipper){.L = L, .message = message};
    luaL_checkstack(L, 18, "message");
    rt_reader_init(&u->reader, message->bytes.bytes, message->bytes.size,
                   &u->error);
    if (rt_reader_header(&u->reader, &u->left, &u->node_count) != RT_OK)
        damaged(u);
    if (u->node_count == 0) {
        lua_pushnil(L);
        lua_pushnil(L);
        return;
    }
    const uint8_t *first = u->reader.at;
    u->nodes = lua_newuserdatauv(L, u->node_count * sizeof *u->nodes, 0);
    memset(u->nodes, 0, u->node_count * sizeof *u->nodes);
    lua_createtable(L, (int)u->node_count, 0);
    u->objects = lua_gettop(L);
    skip(u, u->left);
    build_nodes(u);
    u->reader.at = first;
}

bool host_unship_next(host_unshipper *u) {
    if (u->left == 0) return false;
    u->left--;
    push_value(u);
    return true;
}

lua_Integer host_unship_list(host_unshipper *u, int table, lua_Integer first,
                             lua_Integer count) {
    if (count > u->left) count = u->left;
    u->left -= (uint32_t)count;
    int64_t last = first + count - 1;
    for (int64_t i = first - 1; (i = fill_run(u, table, i, last)) < last;) {
        push_value(u);
        lua_rawseti(u->L, table, ++i);
    }
    return count;
}

bool host_unship_next_int(host_unshipper *u, int64_t *value) {
    if (u->left == 0) return false;
    u->left--;
    rt_token token = next_token(u);
    *value = token.as.integer;
    return token.kind == RT_TOKEN_INT;
}

void host_unship_skip(host_unshipper *u, uint32_t count) {
    if (count > u->left) count = u->left;
    u->left -= count;
    skip(u, count);
}

int host_unship(lua_State *L, const rt_message *message) {
    host_unshipper u;
    if (!message || message->bytes.size == 0) return 0;
    int base = lua_gettop(L);
    host_unship_open(&u, L, message);
    int roots = (int)u.left;
    if (u.left > 1000000 || !lua_checkstack(L, roots + 16))
        host_raise(L, "send", "cannot receive %d values: too many", roots);
    while (host_unship_next(&u)) continue;
    lua_rotate(L, base + 1, -2); /* away with what was needed for it */
    lua_settop(L, base + roots);
    return roots;
}

/* ---- work: {path, cpath, count, f, args..., name, value, ...} ---- */

/* Sets package[name], unless it is the same text: then the state stays as it
 * was made (core/pristine.h). */
static void set_path(lua_State *L, const char *name, int value) {
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, LUA_LOADLIBNAME);
    lua_getfield(L, -1, name);
    if (!lua_rawequal(L, -1, value)) {
        lua_pushvalue(L, value);
        lua_setfield(L, -3, name);
    }
    lua_pop(L, 3);
}

/* The first two values. */
static void set_paths(lua_State *L, const rt_message *message) {
    static const char *const names[] = {"path", "cpath"};
    rt_reader reader;
    rt_token token;
    uint32_t roots, nodes;
    rt_reader_init(&reader, message->bytes.bytes, message->bytes.size, NULL);
    if (rt_reader_header(&reader, &roots, &nodes) != RT_OK) return;
    for (int i = 0; i < 2; i++) {
        if (rt_reader_next(&reader, &token) != RT_OK ||
            token.kind != RT_TOKEN_STR)
            return;
        lua_pushlstring(L, token.as.str.bytes, token.as.str.size);
        set_path(L, names[i], lua_gettop(L));
        lua_pop(L, 1);
    }
}

/* A process obeys the program that started it. */
static void take_turns(lua_State *L, int index) {
    const host_state *host = host_of(L);
    if (!host->owner) return; /* a thread is in that program */
    host_turns_set_stall(host->runtime, lua_tointeger(L, index));
    host_turns_set_slice(host->runtime, lua_tointeger(L, index + 1));
}

int host_unship_work(lua_State *L, const rt_message *message) {
    int base = lua_gettop(L);
    set_paths(L, message); /* first: modules are loaded while it is built */
    int total = host_unship(L, message);
    if (total < 7) return 0;
    if (lua_isinteger(L, base + 3))
        host_state_set_seed(L, (uint64_t)lua_tointeger(L, base + 3));
    int count = (int)lua_tointeger(L, base + 6);
    take_turns(L, base + 4);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    int globals = lua_gettop(L);
    for (int i = base + 7 + count; i < base + total; i += 2) {
        lua_pushvalue(L, i);
        lua_pushvalue(L, i + 1);
        lua_rawset(L, globals);
    }
    lua_settop(L, base + 6 + count);
    for (int i = 0; i < 6; i++) lua_remove(L, base + 1);
    return count;
}
