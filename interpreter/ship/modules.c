/* modules.c - a reverse index of package.loaded, made when first needed.
 *
 * The index maps a value to its path. It is made anew when `require` has loaded
 * a module; a module that changes its fields or leaves package.loaded later is
 * noticed because a path is only used if it still leads to the value. */
#include "ship/modules.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "core/state.h"

enum { MAX_STEPS = 3 };

static const char key_index; /* registry: value -> path, weak keys */
static const char key_round; /* registry: host->modules_round, then */

static const char *const stock_modules[] = {
    "_G",      "coroutine", "debug",  "io",    "math", "os",
    "package", "plait",     "string", "table", "utf8", NULL};

static const char *const stock_globals[] = {
    "_G",           "_VERSION", "assert",
    "async",        "await",    "collectgarbage",
    "coroutine",    "debug",    "dofile",
    "error",        "gather",   "getmetatable",
    "io",           "ipairs",   "load",
    "loadfile",     "math",     "next",
    "os",           "package",  "pairs",
    "pcall",        "plait",    "print",
    "rawequal",     "rawget",   "rawlen",
    "rawset",       "require",  "select",
    "setmetatable", "sleep",    "spawn_process",
    "spawn_thread", "string",   "table",
    "to_thread",    "tonumber", "tostring",
    "type",         "utf8",     "warn",
    "xpcall",       NULL};

static bool is_in(const char *const *names, const char *name) {
    for (; *names; names++)
        if (strcmp(*names, name) == 0) return true;
    return false;
}

/* ---- the index ---- */

/* Compares two paths, lists of strings: true if the one at `a` has fewer steps,
 * or as many and comes first in order. */
static bool is_better(lua_State *L, int a, int b) {
    lua_Unsigned steps_a = lua_rawlen(L, a), steps_b = lua_rawlen(L, b);
    if (steps_a != steps_b) return steps_a < steps_b;
    for (lua_Unsigned i = 1; i <= steps_a; i++) {
        lua_rawgeti(L, a, (lua_Integer)i);
        lua_rawgeti(L, b, (lua_Integer)i);
        int order = strcmp(lua_tostring(L, -2), lua_tostring(L, -1));
        lua_pop(L, 2);
        if (order) return order < 0;
    }
    return false;
}

/* Whether the Lua function on the top was loaded from the module's file; its
 * name is path[1]. C functions always belong. */
static bool belongs(lua_State *L, int path) {
    if (lua_iscfunction(L, -1)) return true;
    lua_Debug ar;
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &ar);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_modules);
    lua_rawgeti(L, path, 1);
    lua_rawget(L, -2);
    const char *file = lua_tostring(L, -1);
    bool same = file && (*ar.source == '@' || *ar.source == '=') &&
                strcmp(ar.source + 1, file) == 0;
    /* Modules that come with plait are loaded under the name "=plait.x". */
    if (!same) {
        lua_rawgeti(L, path, 1);
        same = *ar.source == '=' &&
               strcmp(ar.source + 1, lua_tostring(L, -1)) == 0;
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
    return same;
}

static void add_fields(lua_State *L, int index, int path, int steps);

/* Light userdata: constants such as cjson.null. */
static bool can_be_named(int type) {
    return type == LUA_TTABLE || type == LUA_TFUNCTION ||
           type == LUA_TLIGHTUSERDATA;
}

/* Adds the value on the top under the path at `path` (absolute), if it is a
 * table or a function of the module; goes on into tables. */
static void add_value(lua_State *L, int index, int path, int steps) {
    int type = lua_type(L, -1);
    if (!can_be_named(type)) return;
    if (type == LUA_TFUNCTION && !belongs(L, path)) return;
    lua_rawgeti(L, path, 1);
    /* Tables in `package` hold other modules and their loaders. */
    bool in_package = strcmp(lua_tostring(L, -1), LUA_LOADLIBNAME) == 0;
    lua_pop(L, 1);
    if (in_package && type == LUA_TTABLE && steps > 1) return;
    lua_pushvalue(L, -1);
    if (lua_rawget(L, index) == LUA_TTABLE &&
        !is_better(L, path, lua_gettop(L))) {
        lua_pop(L, 1); /* there is a better path; its fields were added */
        return;
    }
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushvalue(L, path);
    lua_rawset(L, index);
    if (type == LUA_TTABLE && steps < MAX_STEPS)
        add_fields(L, index, path, steps);
}

static void push_longer(lua_State *L, int path, const char *key) {
    lua_Unsigned steps = lua_rawlen(L, path);
    lua_createtable(L, (int)steps + 1, 0);
    for (lua_Unsigned i = 1; i <= steps; i++) {
        lua_rawgeti(L, path, (lua_Integer)i);
        lua_rawseti(L, -2, (lua_Integer)i);
    }
    lua_pushstring(L, key);
    lua_rawseti(L, -2, (lua_Integer)steps + 1);
}

/* The table is on the top. Only string keys make a path. */
static void add_fields(lua_State *L, int index, int path, int steps) {
    luaL_checkstack(L, 12, "modules");
    int table = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        int type = lua_type(L, -1);
        if (lua_type(L, -2) == LUA_TSTRING && can_be_named(type)) {
            push_longer(L, path, lua_tostring(L, -2));
            lua_insert(L, -2); /* key, longer path, value */
            add_value(L, index, lua_gettop(L) - 1, steps + 1);
            lua_remove(L, -2);
        }
        lua_pop(L, 1);
    }
    lua_settop(L, table);
}

void host_modules_global(lua_State *L, const char *name) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    lua_remove(L, -2);
}

/* Of the globals only stock functions; modules stand in package.loaded. */
static void add_globals(lua_State *L, int index) {
    for (const char *const *name = stock_globals; *name; name++) {
        host_modules_global(L, *name);
        if (lua_iscfunction(L, -1)) {
            lua_createtable(L, 2, 0);
            lua_pushliteral(L, "_G");
            lua_rawseti(L, -2, 1);
            lua_pushstring(L, *name);
            lua_rawseti(L, -2, 2);
            lua_insert(L, -2);
            add_value(L, index, lua_gettop(L) - 1, MAX_STEPS);
            lua_remove(L, -2);
        }
        lua_pop(L, 1);
    }
}

static bool is_loadable(lua_State *L, const char *name) {
    if (is_in(stock_modules, name)) return true;
    if (strncmp(name, "plait.", 6) == 0) return true; /* compiled in */
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_modules);
    /* From a file; what the script put into package.preload is only here. */
    bool known = lua_getfield(L, -1, name) == LUA_TSTRING;
    lua_pop(L, 2);
    return known;
}

/* package.loaded is at `loaded`. Leaves the index on the top. */
static void build(lua_State *L, int loaded) {
    lua_createtable(L, 0, 256);
    int index = lua_gettop(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, index);
    add_globals(L, index);
    lua_pushnil(L);
    while (lua_next(L, loaded)) {
        if (lua_type(L, -2) == LUA_TSTRING &&
            strcmp(lua_tostring(L, -2), "_G") != 0 &&
            is_loadable(L, lua_tostring(L, -2))) {
            lua_createtable(L, 1, 0);
            lua_pushvalue(L, -3);
            lua_rawseti(L, -2, 1);
            lua_insert(L, -2);
            add_value(L, index, lua_gettop(L) - 1, 1);
            lua_remove(L, -2);
        }
        lua_pop(L, 1);
    }
}

void host_modules_push(lua_State *L) {
    luaL_checkstack(L, 16, "modules");
    lua_Integer now = host_of(L)->modules_round;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_round);
    bool is_fresh = lua_isinteger(L, -1) && lua_tointeger(L, -1) == now;
    lua_pop(L, 1);
    if (is_fresh) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &key_index);
        return;
    }
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    build(L, lua_gettop(L));
    lua_remove(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_index);
    lua_pushinteger(L, now);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_round);
}

/* ---- use ---- */

/* Whether the path on the top still leads to the value at `index`. */
static bool leads_to(lua_State *L, int index) {
    int path = lua_gettop(L);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_Integer steps = (lua_Integer)lua_rawlen(L, path);
    for (lua_Integer i = 1; i <= steps && lua_istable(L, -1); i++) {
        lua_rawgeti(L, path, i);
        lua_rawget(L, -2);
        lua_remove(L, -2);
    }
    bool same = lua_rawequal(L, -1, index);
    lua_settop(L, path);
    return same;
}

bool host_modules_find_in(lua_State *L, int modules, int index) {
    index = lua_absindex(L, index);
    lua_pushvalue(L, index);
    if (lua_rawget(L, modules) == LUA_TTABLE) {
        luaL_checkstack(L, 16, "modules");
        if (leads_to(L, index)) return true;
    }
    lua_pop(L, 1);
    return false;
}

bool host_modules_find(lua_State *L, int index) {
    index = lua_absindex(L, index);
    host_modules_push(L);
    bool found = host_modules_find_in(L, lua_gettop(L), index);
    lua_remove(L, found ? -2 : -1);
    return found;
}

bool host_is_stock_global(lua_State *L, const char *name, int index) {
    if (!is_in(stock_globals, name)) return false;
    if (lua_iscfunction(L, index)) return true;
    if (lua_isstring(L, index)) return strcmp(name, "_VERSION") == 0;
    if (!lua_istable(L, index)) return false;
    index = lua_absindex(L, index);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, strcmp(name, "async") == 0 ? "plait" : name);
    if (strcmp(name, "async") == 0 && lua_istable(L, -1)) {
        lua_getfield(L, -1, "async");
        lua_remove(L, -2);
    }
    bool same = lua_rawequal(L, -1, index);
    lua_pop(L, 2);
    return same;
}
