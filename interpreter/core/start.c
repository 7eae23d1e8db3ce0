/* start.c */
#include "core/start.h"

#include <lauxlib.h>
#include <string.h>

#include "core/failure.h"

bool host_is_callable(lua_State *L, int index) {
    if (lua_isfunction(L, index)) return true;
    if (luaL_getmetafield(L, index, "__call") == LUA_TNIL) return false;
    lua_pop(L, 1);
    return true;
}

/* A table with something at 1 is the table form, unless it can be called. */
static bool is_table_form(lua_State *L, int index) {
    return lua_istable(L, index) && !host_is_callable(L, index);
}

static void unpack_table(lua_State *L, int first) {
    lua_getfield(L, first, "n");
    lua_Integer count = lua_isinteger(L, -1)
                            ? lua_tointeger(L, -1)
                            : (lua_Integer)lua_rawlen(L, first);
    lua_settop(L, first);
    if (count < 0 || count > 1000000)
        host_raise(L, "usage", "too many arguments in the table (%I)",
                   (LUAI_UACINT)count);
    luaL_checkstack(L, (int)count + 4, "too many arguments");
    for (lua_Integer i = 1; i <= count; i++) lua_rawgeti(L, first, i);
}

/* A misspelt option would change what the program means without a word. */
static void check_names(lua_State *L, int first, const host_start *start) {
    static const char *const names[] = {
        "name", "daemon", "private", "globals", "n", "cwd",
        "env",  "stdin",  "stdout",  "stderr",  NULL};
    lua_pushnil(L);
    while (lua_next(L, first)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) continue;
        const char *name = lua_tostring(L, -1);
        int i = 0;
        while (names[i] && strcmp(names[i], name) != 0) i++;
        if (!names[i])
            host_raise(L, "usage", "%s: there is no option '%s'", start->caller,
                       name);
    }
}

static void read_options(lua_State *L, int first, host_start *start) {
    start->options = first;
    check_names(L, first, start);
    lua_getfield(L, first, "name");
    if (!lua_isnil(L, -1) && lua_type(L, -1) != LUA_TSTRING)
        host_raise(L, "usage", "%s: name is a %s, not a string", start->caller,
                   luaL_typename(L, -1));
    start->name = lua_tostring(L, -1); /* the table keeps it */
    lua_getfield(L, first, "daemon");
    start->is_daemon = lua_toboolean(L, -1);
    lua_pop(L, 2);
}

void host_start_read(lua_State *L, int first, int lead, const char *caller,
                     host_start *start) {
    *start = (host_start){.caller = caller};
    if (is_table_form(L, first)) {
        read_options(L, first, start);
        unpack_table(L, first);
    } else {
        lua_pushnil(L);
        lua_insert(L, first);
    }
    int function = first + 1 + lead;
    if (lua_gettop(L) >= function && host_is_callable(L, function)) return;
    const char *type =
        lua_gettop(L) >= function ? luaL_typename(L, function) : "no value";
    if (start->options)
        host_raise(L, "usage",
                   "%s: value %d of the table is %s, not a function", caller,
                   lead + 1, type);
    host_raise(L, "usage",
               "%s: argument %d is %s, not a function; write %s(%sf, ...), "
               "not %s(%sf(...))",
               caller, lead + 1, type, caller, lead ? "seconds, " : "", caller,
               lead ? "seconds, " : "");
}

const char *host_push_caller(lua_State *L) {
    lua_Debug ar;
    for (int level = 1; lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sl", &ar);
        if (ar.currentline > 0 && strncmp(ar.source, "=plait.", 7) != 0)
            return lua_pushfstring(L, "%s:%d", ar.short_src, ar.currentline);
    }
    lua_pushnil(L);
    return NULL;
}
