/* start.c */
#include "core/start.h"

#include <lauxlib.h>
#include <string.h>

#include "core/check.h"
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

/* ---- options ---- */

static const struct {
    const char *name;
    unsigned kinds; /* of strands that have it */
} options[] = {
    {"name", HOST_START_ANY},
    {"daemon", HOST_START_ANY},
    {"n", HOST_START_ANY},
    {"private", HOST_START_THREAD | HOST_START_PROCESS},
    {"globals", HOST_START_THREAD | HOST_START_PROCESS},
    {"cwd", HOST_START_PROCESS | HOST_START_PROGRAM},
    {"env", HOST_START_PROCESS | HOST_START_PROGRAM},
    {"stdin", HOST_START_PROCESS | HOST_START_PROGRAM},
    {"stdout", HOST_START_PROCESS | HOST_START_PROGRAM},
    {"stderr", HOST_START_PROCESS | HOST_START_PROGRAM},
    {"pty", HOST_START_PROGRAM},
    {"channel", HOST_START_PROGRAM},
    {"input", HOST_START_PROGRAM},
    {"output", HOST_START_PROGRAM},
    {"format", HOST_START_PROGRAM},
    {NULL, 0},
};

static const char *noun_of(unsigned kind) {
    switch (kind) {
    case HOST_START_TASK:
        return "task";
    case HOST_START_THREAD:
        return "thread";
    case HOST_START_PROGRAM:
        return "program";
    default:
        return "process";
    }
}

/* The key is on the top. A misspelt option would change what the program means
 * without a word. */
static void check_name(lua_State *L, const char *caller, unsigned kind) {
    const char *name = luaL_tolstring(L, -1, NULL);
    int i = 0;
    while (options[i].name && strcmp(options[i].name, name) != 0) i++;
    if (lua_type(L, -2) != LUA_TSTRING || !options[i].name)
        host_raise(L, "usage", "%s: there is no option '%s'", caller, name);
    if (!(options[i].kinds & kind))
        host_raise(L, "usage", "%s: '%s' is no option for a %s", caller, name,
                   noun_of(kind));
    lua_pop(L, 1);
}

static void check_count(lua_State *L, int table, const char *caller) {
    if (lua_getfield(L, table, "n") != LUA_TNIL) {
        int is_whole = lua_type(L, -1) == LUA_TNUMBER;
        lua_Integer n = is_whole ? lua_tointegerx(L, -1, &is_whole) : 0;
        if (!is_whole || n < 0)
            host_raise(L, "usage", "%s: n is %s, not the length of the list",
                       caller, host_describe(L, -1));
    }
    lua_pop(L, 1);
}

/* private = true, globals = {"name"}: true or a list of names. */
static void check_names(lua_State *L, int table, const char *caller,
                        const char *option, bool may_be_true) {
    int type = lua_getfield(L, table, option);
    bool is_flag = type == LUA_TNIL || (may_be_true && type == LUA_TBOOLEAN);
    if (!is_flag && type != LUA_TTABLE)
        host_raise(L, "usage", "%s: %s is %s, not %sa list of names", caller,
                   option, host_describe(L, -1), may_be_true ? "true or " : "");
    lua_Integer count = is_flag ? 0 : (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count; i++, lua_pop(L, 1))
        if (lua_rawgeti(L, -1, i) != LUA_TSTRING)
            host_raise(L, "usage", "%s: %s[%I] is %s, not a name", caller,
                       option, (LUAI_UACINT)i, host_describe(L, -1));
    lua_pop(L, 1);
}

void host_start_check(lua_State *L, int table, const char *caller,
                      host_start_kind kind) {
    if (table == 0) return;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) < 1)
            check_name(L, caller, kind);
    }
    if (lua_getfield(L, table, "name") != LUA_TNIL &&
        lua_type(L, -1) != LUA_TSTRING)
        host_raise(L, "usage", "%s: name is %s, not a string", caller,
                   host_describe(L, -1));
    if (lua_getfield(L, table, "daemon") != LUA_TNIL && !lua_isboolean(L, -1))
        host_raise(L, "usage", "%s: daemon is %s, not true or false", caller,
                   host_describe(L, -1));
    lua_pop(L, 2);
    check_count(L, table, caller);
    if (kind == HOST_START_TASK || kind == HOST_START_PROGRAM) return;
    check_names(L, table, caller, "private", true);
    check_names(L, table, caller, "globals", false);
}

/* ---- reading ---- */

static void unpack_table(lua_State *L, int first) {
    lua_getfield(L, first, "n");
    lua_Integer count = lua_isnil(L, -1) ? (lua_Integer)lua_rawlen(L, first)
                                         : lua_tointeger(L, -1);
    lua_settop(L, first);
    if (count > 1000000)
        host_raise(L, "usage", "too many arguments in the table (%I)",
                   (LUAI_UACINT)count);
    luaL_checkstack(L, (int)count + 4, "too many arguments");
    for (lua_Integer i = 1; i <= count; i++) lua_rawgeti(L, first, i);
}

static void read_options(lua_State *L, int first, host_start *start) {
    start->options = first;
    lua_getfield(L, first, "name");
    start->name = lua_tostring(L, -1); /* the table keeps it */
    lua_getfield(L, first, "daemon");
    start->is_daemon = lua_toboolean(L, -1);
    lua_pop(L, 2);
}

static void refuse(lua_State *L, const host_start *start, int function,
                   int lead) {
    const char *caller = start->caller;
    const char *what = host_describe(L, function);
    if (start->options)
        host_raise(L, "usage",
                   "%s: value %d of the table is %s, not a function", caller,
                   lead + 1, what);
    host_raise(L, "usage",
               "%s: argument %d is %s, not a function; write %s(%sf, ...), "
               "not %s(%sf(...))",
               caller, lead + 1, what, caller, lead ? "seconds, " : "", caller,
               lead ? "seconds, " : "");
}

void host_start_read(lua_State *L, int first, int lead, const char *caller,
                     host_start_kind kind, host_start *start) {
    *start = (host_start){.caller = caller};
    if (is_table_form(L, first)) {
        host_start_check(L, first, caller, kind);
        read_options(L, first, start);
        unpack_table(L, first);
    } else {
        lua_pushnil(L);
        lua_insert(L, first);
    }
    int function = first + 1 + lead;
    if (lua_gettop(L) < function || !host_is_callable(L, function))
        refuse(L, start, function, lead);
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
