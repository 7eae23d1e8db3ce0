/* capture.c - the globals a function names, the lost-write check, and the
 * message of a piece of work.
 *
 * What the bytecode says (bytecode.h) is compared with the values there are:
 * a write is lost if it goes to a captured variable, to a global, or to a
 * table that travels as a copy. A write to what is not there yet, to a module
 * or to a shared object is not. Functions inside tables given as arguments are
 * not checked: arguments are copies that the function owns. */
#include "ship/capture.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "core/failure.h"
#include "core/state.h"
#include "ship/bytecode.h"
#include "ship/modules.h"
#include "ship/private.h"

/* A userdata, so that the bytecode is freed whatever happens. */
typedef struct host_work {
    host_bytecode bytecode;
    const char *to;  /* "thread" */
    bool is_checked; /* writes are looked at now */
    bool is_tracking;
    uint32_t global_count;
    int names;           /* stack index: function -> its name */
    int globals;         /* stack index: names of globals that were written */
    int options;         /* stack index of the options table, or 0 */
    int unmet;           /* stack index of private names not met, or nil */
    int function;        /* stack index of the function looked into */
    int globals_upvalue; /* which of its upvalues is the globals; -1 */
} host_work;

static int capture_gc(lua_State *L) {
    host_work *c = lua_touserdata(L, 1);
    host_bytecode_deinit(&c->bytecode);
    return 0;
}

static host_work *new_capture(lua_State *L) {
    host_work *c = lua_newuserdatauv(L, sizeof *c, 0);
    memset(c, 0, sizeof *c);
    if (luaL_newmetatable(L, "plait.capture")) {
        lua_pushcfunction(L, capture_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    lua_createtable(L, 0, 4);
    c->names = lua_gettop(L);
    lua_createtable(L, 0, 4);
    c->globals = lua_gettop(L);
    return c;
}

/* ---- names ---- */

void host_capture_name(host_shipper *s, const char *name) {
    lua_State *L = s->L;
    if (!lua_isfunction(L, -1)) return;
    lua_pushvalue(L, -1);
    if (lua_rawget(L, s->capture->names) == LUA_TNIL) {
        lua_pushvalue(L, -2);
        lua_pushstring(L, name);
        lua_rawset(L, s->capture->names);
    }
    lua_pop(L, 1);
}

/* Notes the name of the function at `index`, if a variable of the caller
 * holds it. */
static void name_from_caller(lua_State *L, const host_work *c, int index) {
    lua_Debug ar;
    int level = 1;
    do { /* the script's code, not that of plait's own modules */
        if (!lua_getstack(L, level++, &ar)) return;
        lua_getinfo(L, "S", &ar);
    } while (strncmp(ar.source, "=plait.", 7) == 0);
    const char *name = NULL;
    for (int i = 1; (name = lua_getlocal(L, &ar, i)) != NULL; i++) {
        bool same = lua_rawequal(L, -1, index);
        lua_pop(L, 1);
        if (same && *name != '(') break;
    }
    if (!name) {
        lua_getinfo(L, "f", &ar);
        for (int i = 1; (name = lua_getupvalue(L, -1, i)) != NULL; i++) {
            bool same = lua_rawequal(L, -1, index);
            lua_pop(L, 1);
            if (same) break;
        }
        lua_pop(L, 1);
    }
    if (name) {
        lua_pushvalue(L, index);
        lua_pushstring(L, name);
        lua_rawset(L, c->names);
        return;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        if (lua_rawequal(L, -1, index) && lua_type(L, -2) == LUA_TSTRING) {
            lua_pushvalue(L, -1);
            lua_pushvalue(L, -3);
            lua_rawset(L, c->names);
            lua_pop(L, 2);
            break;
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Pushes "'increment' (app.lua:5)" for the function looked into. */
static void push_function_name(lua_State *L, const host_work *c) {
    lua_Debug ar;
    lua_pushvalue(L, c->function);
    lua_getinfo(L, ">S", &ar);
    lua_pushvalue(L, c->function);
    if (lua_rawget(L, c->names) == LUA_TSTRING)
        lua_pushfstring(L, "'%s' (%s:%d)", lua_tostring(L, -1), ar.short_src,
                        ar.linedefined);
    else
        lua_pushfstring(L, "the function (%s:%d)", ar.short_src,
                        ar.linedefined);
    lua_remove(L, -2);
}

/* ---- paths ---- */

static void push_upvalue(lua_State *L, const host_work *c, int upvalue) {
    if (!lua_getupvalue(L, c->function, upvalue + 1)) lua_pushnil(L);
}

/* Pushes the value at the path, nil where it does not lead on; false if a key
 * is only known when the code runs. */
static bool push_at(lua_State *L, const host_work *c, const host_path *path) {
    push_upvalue(L, c, path->upvalue);
    for (int i = 0; i < path->key_count; i++) {
        if (!path->keys[i].bytes) {
            lua_pop(L, 1);
            lua_pushnil(L);
            return false;
        }
        if (!lua_istable(L, -1)) break;
        lua_pushlstring(L, path->keys[i].bytes, path->keys[i].size);
        lua_rawget(L, -2);
        lua_remove(L, -2);
    }
    return true;
}

static bool is_globals(lua_State *L, int index) {
    index = lua_absindex(L, index);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    bool same = lua_rawequal(L, -1, index);
    lua_pop(L, 1);
    return same;
}

/* ---- globals the function names ---- */

/* Pushes the global's value if it has to travel. */
static bool must_travel(lua_State *L, const host_work *c, const char *name) {
    lua_getfield(L, c->globals, name);
    bool is_done = !lua_isnil(L, -1);
    lua_pop(L, 1);
    if (is_done) return false;
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    lua_remove(L, -2);
    if (!lua_isnil(L, -1) && !host_is_stock_global(L, name, -1)) return true;
    lua_pop(L, 1);
    return false;
}

static bool capture_global(host_shipper *s, const char *name) {
    lua_State *L = s->L;
    host_work *c = s->capture;
    int top = lua_gettop(L);
    if (!must_travel(L, c, name)) return true;
    lua_pushboolean(L, 1);
    lua_setfield(L, c->globals, name);
    host_capture_name(s, name);
    rt_buffer *out = s->out;
    lua_Integer current = s->current;
    s->out = &s->globals;
    s->current = -1;
    host_shipper_check(s, rt_encode_str(s->out, name, strlen(name)));
    const char *label = "";
    if (s->is_tracking) {
        label = lua_pushfstring(L, "global '%s'", name);
        lua_insert(L, -2);
    }
    bool ok = host_shipper_put(s, label);
    s->out = out;
    s->current = current;
    c->global_count++;
    lua_settop(L, top);
    return ok;
}

/* ---- lost writes ---- */

/* Pushes what to write instead of a variable with the value on the top. */
static void push_advice(lua_State *L, const char *name) {
    switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
        lua_pushvalue(L, -1);
        lua_pushfstring(L, "local %s = plait.Value(%s)  ...  %s:add(1)", name,
                        lua_tostring(L, -1), name);
        lua_remove(L, -2);
        return;
    case LUA_TBOOLEAN:
        lua_pushfstring(L, "local %s = plait.Value(%s)  ...  %s:set(%s)", name,
                        lua_toboolean(L, -1) ? "true" : "false", name,
                        lua_toboolean(L, -1) ? "false" : "true");
        return;
    case LUA_TTABLE:
        lua_pushfstring(L,
                        "return what belongs into '%s' and take it from await, "
                        "or send it through a plait.Channel()",
                        name);
        return;
    default:
        lua_pushfstring(L, "local %s = plait.Value()  ...  %s:set(value)", name,
                        name);
    }
}

/* Raises: `does` is "assigns captured local"; the variable's value is on the
 * top. */
static void raise_lost(host_shipper *s, const host_access *access,
                       const char *does, const char *name, bool is_global) {
    lua_State *L = s->L;
    host_work *c = s->capture;
    if (is_global)
        lua_pushfstring(L, "plait.shared.%s", name);
    else
        push_advice(L, name);
    const char *advice = lua_tostring(L, -1);
    lua_Debug ar;
    lua_pushvalue(L, c->function);
    lua_getinfo(L, ">S", &ar);
    host_push_where(L);
    push_function_name(L, c);
    host_push_failure(
        L, "send",
        "%scannot start %s: %s %s '%s' (%s:%d)\n"
        "  a %s gets a copy of '%s', so this write would be lost\n"
        "  use: %s",
        lua_tostring(L, -2), c->to, lua_tostring(L, -1), does, name,
        ar.short_src, access->line, c->to, name, advice);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "variable");
    lua_pushinteger(L, access->line);
    lua_setfield(L, -2, "line");
    lua_error(L);
}

static void check_assign(host_shipper *s, const host_access *access) {
    lua_State *L = s->L;
    host_work *c = s->capture;
    const char *name = lua_getupvalue(L, c->function, access->path.upvalue + 1);
    if (!name) return;
    if (!is_globals(L, -1) && !host_private_has(L, c->options, name))
        raise_lost(s, access, "assigns captured local", name, false);
    lua_pop(L, 1);
}

static void check_global(host_shipper *s, const host_access *access) {
    lua_State *L = s->L;
    host_work *c = s->capture;
    if (!access->key.bytes) return;
    lua_pushlstring(L, access->key.bytes, access->key.size);
    const char *name = lua_tostring(L, -1);
    if (!host_private_has(L, c->options, name)) {
        host_modules_global(L, name);
        raise_lost(s, access, "assigns global", name, true);
    }
    lua_pop(L, 1);
}

/* Tables that write somewhere else are no copies of what they stand for. */
static bool has_newindex(lua_State *L, int index) {
    if (!luaL_getmetafield(L, index, "__newindex")) return false;
    lua_pop(L, 1);
    return true;
}

/* A write into the table at the access's path. */
static void check_write(host_shipper *s, const host_access *access) {
    lua_State *L = s->L;
    host_work *c = s->capture;
    int top = lua_gettop(L);
    const host_path *path = &access->path;
    if (!push_at(L, c, path) || !lua_istable(L, -1)) {
        lua_settop(L, top);
        return;
    }
    if (is_globals(L, -1)) {
        check_global(s, access);
    } else if (!host_modules_find(L, -1) && !has_newindex(L, -1)) {
        bool is_global =
            path->upvalue == c->globals_upvalue && path->key_count > 0;
        const char *name = NULL;
        if (is_global) {
            lua_pushlstring(L, path->keys[0].bytes, path->keys[0].size);
            name = lua_tostring(L, -1);
        } else {
            name = lua_getupvalue(L, c->function, path->upvalue + 1);
        }
        if (name && !host_private_has(L, c->options, name)) {
            push_at(L, c, path);
            raise_lost(s, access,
                       is_global ? "writes to global table"
                                 : "writes to captured table",
                       name, is_global);
        }
    }
    lua_settop(L, top);
}

/* Functions of the library that write to an argument. */
static const struct {
    const char *module;
    const char *name;
    int argument;
    int least; /* arguments the call must have for that */
} writers[] = {
    {"table", "insert", 1, 0}, {"table", "remove", 1, 0},
    {"table", "sort", 1, 0},   {"table", "move", 5, 5},
    {"_G", "rawset", 1, 0},
};

/* Whether the function on the top writes to that argument of the call. */
static bool is_writer(lua_State *L, const host_access *access) {
    bool found = false;
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    for (size_t i = 0; i < sizeof writers / sizeof *writers && !found; i++) {
        if (access->argument != writers[i].argument) continue;
        if (lua_getfield(L, -1, writers[i].module) == LUA_TTABLE) {
            lua_getfield(L, -1, writers[i].name);
            found = lua_rawequal(L, -1, -4);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return found;
}

static void check_call(host_shipper *s, const host_access *access) {
    lua_State *L = s->L;
    bool known = push_at(L, s->capture, &access->function);
    bool writes = known && lua_iscfunction(L, -1) && is_writer(L, access);
    lua_pop(L, 1);
    if (writes) check_write(s, access);
}

static void check_access(host_shipper *s, const host_access *access) {
    switch (access->kind) {
    case HOST_ACCESS_READ:
        return;
    case HOST_ACCESS_ASSIGN:
        check_assign(s, access);
        return;
    case HOST_ACCESS_WRITE:
        check_write(s, access);
        return;
    case HOST_ACCESS_CALL:
        check_call(s, access);
        return;
    }
}

/* ---- one function ---- */

static bool capture_read(host_shipper *s, const host_path *path) {
    lua_State *L = s->L;
    if (path->upvalue != s->capture->globals_upvalue || path->key_count == 0)
        return true;
    lua_pushlstring(L, path->keys[0].bytes, path->keys[0].size);
    bool ok = capture_global(s, lua_tostring(L, -1));
    lua_pop(L, 1);
    return ok;
}

bool host_capture_function(host_shipper *s, int function, int upvalue_count) {
    lua_State *L = s->L;
    host_work *c = s->capture;
    luaL_checkstack(L, 20, "capture");
    c->function = function;
    c->globals_upvalue = -1;
    for (int i = 0; i < upvalue_count; i++) {
        push_upvalue(L, c, i);
        if (is_globals(L, -1)) c->globals_upvalue = i;
        lua_pop(L, 1);
    }
    host_push_dump(s, function); /* kept by the cache of dumps */
    size_t size;
    const char *dump = lua_tolstring(L, -1, &size);
    host_bytecode_deinit(&c->bytecode);
    int status = host_bytecode_read(&c->bytecode, dump, size);
    if (status == RT_ENOMEMORY) host_shipper_check(s, status);
    if (status != RT_OK)
        host_raise(L, "send",
                   "cannot send a function: its bytecode cannot be "
                   "read");
    host_private_meet(L, c->unmet, &c->bytecode, c->globals_upvalue);
    bool ok = true;
    for (size_t i = 0; i < c->bytecode.count && ok; i++) {
        const host_access *access = &c->bytecode.accesses[i];
        if (c->is_checked) check_access(s, access);
        if (access->kind == HOST_ACCESS_READ)
            ok = capture_read(s, &access->path);
    }
    lua_pop(L, 1); /* the dump */
    return ok;
}

/* ---- the whole of a work ---- */

static void put_paths(host_shipper *s) {
    lua_State *L = s->L;
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, LUA_LOADLIBNAME);
    static const char *const fields[] = {"path", "cpath"};
    for (int i = 0; i < 2; i++) {
        if (!lua_istable(L, -1) ||
            lua_getfield(L, -1, fields[i]) != LUA_TSTRING)
            lua_pushliteral(L, "");
        (void)host_shipper_put(s, fields[i]);
        lua_pop(L, 1);
    }
    lua_settop(L, s->top);
}

/* A strand that is being started: what its state's randomness begins with, if
 * that is to be repeatable. */
static void put_seed(host_shipper *s, bool is_start) {
    host_state *host = host_of(s->L);
    int status =
        is_start && host->is_seeded
            ? rt_encode_int(s->out, (int64_t)host_state_child_seed(host))
            : rt_encode_nil(s->out);
    host_shipper_check(s, status);
}

/* How long strands may run there before others have their turns: turns.h. */
static void put_turns(host_shipper *s) {
    rt_runtime *runtime = host_of(s->L)->runtime;
    int status = rt_encode_int(s->out, atomic_load(&runtime->stall_ns));
    if (status == RT_OK)
        status = rt_encode_int(s->out, atomic_load(&runtime->slice_ns));
    host_shipper_check(s, status);
}

/* Globals the option `globals` names, for code that computes names. */
static bool put_named_globals(host_shipper *s, int options) {
    lua_State *L = s->L;
    if (!options) return true;
    bool ok = true;
    if (lua_getfield(L, options, "globals") == LUA_TTABLE) {
        int list = lua_gettop(L);
        lua_Integer count = (lua_Integer)lua_rawlen(L, list);
        for (lua_Integer i = 1; i <= count && ok; i++) {
            lua_rawgeti(L, list, i);
            const char *name = lua_tostring(L, -1);
            lua_pushglobaltable(L);
            lua_pushstring(L, name);
            if (lua_rawget(L, -2) == LUA_TNIL)
                host_raise(L, "usage", "globals: there is no global '%s'",
                           name);
            lua_pop(L, 2);
            ok = capture_global(s, name);
            lua_pop(L, 1);
        }
    }
    lua_settop(L, s->top);
    return ok;
}

static bool put_argument(host_shipper *s, int index, int number) {
    lua_State *L = s->L;
    const char *label = !s->is_tracking ? ""
                        : number == 0   ? "the function"
                                      : lua_pushfstring(L, "args[%d]", number);
    lua_pushvalue(L, index);
    s->out = &s->message->bytes;
    bool ok = host_shipper_put(s, label);
    lua_settop(L, s->top);
    return ok;
}

/* The function and arguments that are functions are looked into, then all
 * other arguments are shipped without. */
static bool put_all(host_shipper *s, int function, int last) {
    lua_State *L = s->L;
    host_work *c = s->capture;
    rt_buffer *roots = &s->message->bytes;
    for (int i = function; i <= last; i++)
        if (lua_isfunction(L, i)) name_from_caller(L, c, i);
    lua_settop(L, s->top);
    /* Functions first, so that what they reach is checked; their references
     * are written again, in their places, with the other arguments. */
    size_t at = roots->size;
    for (int i = function; i <= last; i++)
        if (lua_isfunction(L, i) && !put_argument(s, i, i - function))
            return false;
    if (!host_shipper_run(s)) return false;
    roots->size = at;
    c->is_checked = false;
    for (int i = function; i <= last; i++)
        if (!put_argument(s, i, i - function)) return false;
    return put_named_globals(s, c->options) && host_shipper_run(s);
}

static rt_message *ship_work(lua_State *L, int function,
                             host_ship_target target, const char *to,
                             int options, bool is_start, bool is_tracking) {
    int last = lua_gettop(L);
    host_shipper *s = host_shipper_open(L, target, to, is_tracking);
    host_work *c = new_capture(L);
    host_private_push(L, options);
    c->unmet = lua_gettop(L);
    s->top = lua_gettop(L);
    s->capture = c;
    s->nodes = &s->own_nodes;
    c->to = to;
    c->options = options;
    c->is_checked = target == HOST_SHIP_THREAD;
    rt_buffer *roots = &s->message->bytes;
    host_shipper_check(s, rt_encode_header(roots, 0, 0));
    put_paths(s);
    put_seed(s, is_start);
    put_turns(s);
    int count = last - function + 1;
    host_shipper_check(s, rt_encode_int(roots, count));
    rt_message *message = NULL;
    if (put_all(s, function, last)) {
        host_private_check(L, c->unmet, to);
        host_shipper_check(
            s, rt_buffer_add(roots, s->globals.bytes, s->globals.size));
        host_shipper_check(
            s, rt_buffer_add(roots, s->own_nodes.bytes, s->own_nodes.size));
        rt_encode_patch_header(
            roots, (uint32_t)(6 + count) + 2 * c->global_count, s->node_count);
        message = host_shipper_take(s);
    }
    lua_settop(L, last);
    return message;
}

static rt_message *ship(lua_State *L, int function, host_ship_target target,
                        const char *caller, int options, bool is_start) {
    function = lua_absindex(L, function);
    rt_message *message =
        ship_work(L, function, target, caller, options, is_start, false);
    if (!message) /* says what cannot travel, and where it stands */
        (void)ship_work(L, function, target, caller, options, is_start, true);
    return message;
}

rt_message *host_ship_work(lua_State *L, int function, host_ship_target target,
                           const char *caller, int options) {
    return ship(L, function, target, caller, options, false);
}

rt_message *host_ship_start(lua_State *L, int function, host_ship_target target,
                            const char *caller, int options) {
    return ship(L, function, target, caller, options, true);
}
