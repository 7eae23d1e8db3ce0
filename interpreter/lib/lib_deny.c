/* lib_deny.c - each guard is a C function of its own, with the stock function in a
 * list of the state: an upvalue could be read, or exchanged, by debug.
 *
 * Nothing else is changed: the stock function runs in the guard's frame, so names in
 * its messages and levels of its arguments are what they were. */
#include "lib/lib_deny.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "core/policy.h"
#include "core/state.h"

/* Where the stock functions stand in host->guarded. */
enum {
    IO_OPEN,
    IO_LINES,
    IO_INPUT,
    IO_OUTPUT,
    IO_READ,
    IO_POPEN,
    IO_TMPFILE,
    FILE_READ,
    FILE_LINES,
    FILE_SETVBUF,
    OS_REMOVE,
    OS_RENAME,
    OS_TMPNAME,
    OS_GETENV,
    BASE_LOAD,
    BASE_LOADFILE,
    BASE_DOFILE,
    PACKAGE_LOADLIB,
    PACKAGE_SEARCHPATH,
    SEARCH_LUA,
    SEARCH_C,
    SEARCH_C_ROOT,
    DEBUG_DEBUG,
    DEBUG_GETHOOK,
    DEBUG_GETINFO,
    DEBUG_GETLOCAL,
    DEBUG_GETMETATABLE,
    DEBUG_GETREGISTRY,
    DEBUG_GETUPVALUE,
    DEBUG_GETUSERVALUE,
    DEBUG_SETCSTACKLIMIT,
    DEBUG_SETHOOK,
    DEBUG_SETLOCAL,
    DEBUG_SETMETATABLE,
    DEBUG_SETUPVALUE,
    DEBUG_SETUSERVALUE,
    DEBUG_UPVALUEID,
    DEBUG_UPVALUEJOIN,
    COUNT
};

static int stock(lua_State *L, int which) {
    return host_of(L)->guarded[which](L);
}

/* ---- io ---- */

/* io.open(name[, mode]) */
static int io_open(lua_State *L) {
    const char *mode = luaL_optstring(L, 2, "r");
    unsigned denials = *mode == 'r' ? HOST_DENY_FS_READ : HOST_DENY_FS_WRITE;
    if (strchr(mode, '+')) denials = HOST_DENY_FS_READ | HOST_DENY_FS_WRITE;
    host_deny_check(L, denials, "io.open", 1);
    return stock(L, IO_OPEN);
}

/* Whether the file at that index is the process's standard input. */
static bool is_input(lua_State *L, int index) {
    const luaL_Stream *stream = luaL_testudata(L, index, LUA_FILEHANDLE);
    return stream && stream->closef && stream->f == stdin;
}

/* The same for the file that io.read reads from. */
static bool is_default_input(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, "_IO_input");
    bool found = is_input(L, -1);
    lua_pop(L, 1);
    return found;
}

static int io_lines(lua_State *L) {
    if (!lua_isnoneornil(L, 1))
        host_deny_check(L, HOST_DENY_FS_READ, "io.lines", 1);
    else if (is_default_input(L))
        host_deny_check(L, HOST_DENY_STDIO, "io.lines", 0);
    return stock(L, IO_LINES);
}

static int io_input(lua_State *L) {
    if (lua_isstring(L, 1))
        host_deny_check(L, HOST_DENY_FS_READ, "io.input", 1);
    return stock(L, IO_INPUT);
}

static int io_output(lua_State *L) {
    if (lua_isstring(L, 1))
        host_deny_check(L, HOST_DENY_FS_WRITE, "io.output", 1);
    return stock(L, IO_OUTPUT);
}

static int io_read(lua_State *L) {
    if (is_default_input(L)) host_deny_check(L, HOST_DENY_STDIO, "io.read", 0);
    return stock(L, IO_READ);
}

static int io_popen(lua_State *L) {
    host_deny_check(L, HOST_DENY_PROCESS, "io.popen", 1);
    return stock(L, IO_POPEN);
}

static int io_tmpfile(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "io.tmpfile", 0);
    return stock(L, IO_TMPFILE);
}

static int file_read(lua_State *L) {
    if (is_input(L, 1)) host_deny_check(L, HOST_DENY_STDIO, "file:read", 0);
    return stock(L, FILE_READ);
}

static int file_lines(lua_State *L) {
    if (is_input(L, 1)) host_deny_check(L, HOST_DENY_STDIO, "file:lines", 0);
    return stock(L, FILE_LINES);
}

static int file_setvbuf(lua_State *L) {
    const luaL_Stream *stream = luaL_testudata(L, 1, LUA_FILEHANDLE);
    if (stream &&
        (stream->f == stdin || stream->f == stdout || stream->f == stderr))
        host_deny_check(L, HOST_DENY_STDIO, "file:setvbuf", 0);
    return stock(L, FILE_SETVBUF);
}

/* ---- os ---- */

static int os_remove(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "os.remove", 1);
    return stock(L, OS_REMOVE);
}

static int os_rename(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "os.rename", 1);
    return stock(L, OS_RENAME);
}

static int os_tmpname(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "os.tmpname", 0);
    return stock(L, OS_TMPNAME);
}

static int os_getenv(lua_State *L) {
    host_deny_check(L, HOST_DENY_ENV, "os.getenv", 1);
    return stock(L, OS_GETENV);
}

/* ---- loading ---- */

/* Lua says so of bytecode, of whatever origin, when the mode is "t". */
static bool was_binary(lua_State *L) {
    return lua_gettop(L) >= 2 && lua_isnil(L, -2) &&
           lua_type(L, -1) == LUA_TSTRING &&
           strstr(lua_tostring(L, -1), "attempt to load a binary chunk");
}

/* Calls load or loadfile with the mode at `arg` without bytecode. */
static int load_text(lua_State *L, int which, int arg, const char *function,
                     int told) {
    const char *mode = luaL_optstring(L, arg, "bt");
    if (!strchr(mode, 'b')) return stock(L, which);
    if (lua_gettop(L) < arg) lua_settop(L, arg);
    if (!strchr(mode, 't'))
        host_deny_check(L, HOST_DENY_BYTECODE, function, told);
    lua_pushliteral(L, "t");
    lua_replace(L, arg);
    int count = stock(L, which);
    if (was_binary(L)) host_deny_check(L, HOST_DENY_BYTECODE, function, told);
    return count;
}

/* load(chunk[, name[, mode[, env]]]) */
static int base_load(lua_State *L) {
    if (!host_is_denied(L, HOST_DENY_BYTECODE)) return stock(L, BASE_LOAD);
    return load_text(L, BASE_LOAD, 3, "load", 0);
}

/* Without a name it is standard input. */
static void check_file(lua_State *L, const char *function) {
    bool is_named = !lua_isnoneornil(L, 1);
    host_deny_check(L, is_named ? HOST_DENY_FS_READ : HOST_DENY_STDIO, function,
                    is_named ? 1 : 0);
}

/* loadfile([name[, mode[, env]]]) */
static int base_loadfile(lua_State *L) {
    check_file(L, "loadfile");
    if (!host_is_denied(L, HOST_DENY_BYTECODE)) return stock(L, BASE_LOADFILE);
    return load_text(L, BASE_LOADFILE, 2, "loadfile", 1);
}

static int file_done(lua_State *L, int status, lua_KContext context) {
    (void)status, (void)context;
    return lua_gettop(L) - 1;
}

/* dofile([name]) */
static int base_dofile(lua_State *L) {
    check_file(L, "dofile");
    if (!host_is_denied(L, HOST_DENY_BYTECODE)) return stock(L, BASE_DOFILE);
    const char *name = luaL_optstring(L, 1, NULL);
    lua_settop(L, 1);
    if (luaL_loadfilex(L, name, "t") != LUA_OK) {
        lua_pushnil(L);
        lua_insert(L, -2);
        if (was_binary(L)) host_deny_check(L, HOST_DENY_BYTECODE, "dofile", 1);
        return lua_error(L);
    }
    lua_callk(L, 0, LUA_MULTRET, 0, file_done);
    return file_done(L, LUA_OK, 0);
}

/* ---- package ---- */

static int package_loadlib(lua_State *L) {
    host_deny_check(L, HOST_DENY_NATIVE, "package.loadlib", 1);
    return stock(L, PACKAGE_LOADLIB);
}

static int package_searchpath(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_READ, "package.searchpath", 1);
    return stock(L, PACKAGE_SEARCHPATH);
}

/* A searcher does not raise: others may find the module. */
static int tell_denied(lua_State *L, unsigned denial) {
    lua_pushfstring(L, "denied: %s: require('%s')", host_denial_name(denial),
                    luaL_checkstring(L, 1));
    return 1;
}

/* As the stock one; its upvalue is the table package. */
static int search_text(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    if (lua_getfield(L, lua_upvalueindex(1), "path") != LUA_TSTRING)
        return luaL_error(L, "'package.path' must be a string");
    lua_pushcfunction(L, host_of(L)->guarded[PACKAGE_SEARCHPATH]);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    lua_call(L, 2, 2);
    if (lua_isnil(L, -2)) return 1; /* where it is not */
    lua_pop(L, 1);
    const char *path = lua_tostring(L, -1);
    if (luaL_loadfilex(L, path, "t") == LUA_OK) {
        lua_insert(L, -2);
        return 2;
    }
    lua_pushnil(L);
    lua_insert(L, -2);
    if (was_binary(L)) return tell_denied(L, HOST_DENY_BYTECODE);
    return luaL_error(L, "error loading module '%s' from file '%s':\n\t%s",
                      name, path, lua_tostring(L, -1));
}

static int search_lua(lua_State *L) {
    if (host_is_denied(L, HOST_DENY_FS_READ))
        return tell_denied(L, HOST_DENY_FS_READ);
    if (host_is_denied(L, HOST_DENY_BYTECODE)) return search_text(L);
    return stock(L, SEARCH_LUA);
}

static int search_library(lua_State *L, int which) {
    if (host_is_denied(L, HOST_DENY_NATIVE))
        return tell_denied(L, HOST_DENY_NATIVE);
    if (host_is_denied(L, HOST_DENY_FS_READ))
        return tell_denied(L, HOST_DENY_FS_READ);
    return stock(L, which);
}

static int search_c(lua_State *L) {
    return search_library(L, SEARCH_C);
}

static int search_c_root(lua_State *L) {
    return search_library(L, SEARCH_C_ROOT);
}

/* ---- debug ---- */

#define GUARD_DEBUG(name, which)                                               \
    static int debug_##name(lua_State *L) {                                    \
        host_deny_check(L, HOST_DENY_DEBUG, "debug." #name, 0);                \
        return stock(L, which);                                                \
    }

/* It reads from standard input. */
static int debug_debug(lua_State *L) {
    host_deny_check(L, HOST_DENY_DEBUG | HOST_DENY_STDIO, "debug.debug", 0);
    return stock(L, DEBUG_DEBUG);
}

GUARD_DEBUG(gethook, DEBUG_GETHOOK)
GUARD_DEBUG(getinfo, DEBUG_GETINFO)
GUARD_DEBUG(getlocal, DEBUG_GETLOCAL)
GUARD_DEBUG(getmetatable, DEBUG_GETMETATABLE)
GUARD_DEBUG(getregistry, DEBUG_GETREGISTRY)
GUARD_DEBUG(getupvalue, DEBUG_GETUPVALUE)
GUARD_DEBUG(getuservalue, DEBUG_GETUSERVALUE)
GUARD_DEBUG(setcstacklimit, DEBUG_SETCSTACKLIMIT)
GUARD_DEBUG(sethook, DEBUG_SETHOOK)
GUARD_DEBUG(setlocal, DEBUG_SETLOCAL)
GUARD_DEBUG(setmetatable, DEBUG_SETMETATABLE)
GUARD_DEBUG(setupvalue, DEBUG_SETUPVALUE)
GUARD_DEBUG(setuservalue, DEBUG_SETUSERVALUE)
GUARD_DEBUG(upvalueid, DEBUG_UPVALUEID)
GUARD_DEBUG(upvaluejoin, DEBUG_UPVALUEJOIN)

/* ---- opening ---- */

static const struct {
    const char *library; /* of package.loaded, or in the registry */
    const char *name;
    int which;
    lua_CFunction guard;
} guards[] = {
    {LUA_IOLIBNAME, "open", IO_OPEN, io_open},
    {LUA_IOLIBNAME, "lines", IO_LINES, io_lines},
    {LUA_IOLIBNAME, "input", IO_INPUT, io_input},
    {LUA_IOLIBNAME, "output", IO_OUTPUT, io_output},
    {LUA_IOLIBNAME, "read", IO_READ, io_read},
    {LUA_IOLIBNAME, "popen", IO_POPEN, io_popen},
    {LUA_IOLIBNAME, "tmpfile", IO_TMPFILE, io_tmpfile},
    {LUA_FILEHANDLE, "read", FILE_READ, file_read},
    {LUA_FILEHANDLE, "lines", FILE_LINES, file_lines},
    {LUA_FILEHANDLE, "setvbuf", FILE_SETVBUF, file_setvbuf},
    {LUA_OSLIBNAME, "remove", OS_REMOVE, os_remove},
    {LUA_OSLIBNAME, "rename", OS_RENAME, os_rename},
    {LUA_OSLIBNAME, "tmpname", OS_TMPNAME, os_tmpname},
    {LUA_OSLIBNAME, "getenv", OS_GETENV, os_getenv},
    {LUA_GNAME, "load", BASE_LOAD, base_load},
    {LUA_GNAME, "loadfile", BASE_LOADFILE, base_loadfile},
    {LUA_GNAME, "dofile", BASE_DOFILE, base_dofile},
    {LUA_LOADLIBNAME, "loadlib", PACKAGE_LOADLIB, package_loadlib},
    {LUA_LOADLIBNAME, "searchpath", PACKAGE_SEARCHPATH, package_searchpath},
    {LUA_DBLIBNAME, "debug", DEBUG_DEBUG, debug_debug},
    {LUA_DBLIBNAME, "gethook", DEBUG_GETHOOK, debug_gethook},
    {LUA_DBLIBNAME, "getinfo", DEBUG_GETINFO, debug_getinfo},
    {LUA_DBLIBNAME, "getlocal", DEBUG_GETLOCAL, debug_getlocal},
    {LUA_DBLIBNAME, "getmetatable", DEBUG_GETMETATABLE, debug_getmetatable},
    {LUA_DBLIBNAME, "getregistry", DEBUG_GETREGISTRY, debug_getregistry},
    {LUA_DBLIBNAME, "getupvalue", DEBUG_GETUPVALUE, debug_getupvalue},
    {LUA_DBLIBNAME, "getuservalue", DEBUG_GETUSERVALUE, debug_getuservalue},
    {LUA_DBLIBNAME, "setcstacklimit", DEBUG_SETCSTACKLIMIT,
     debug_setcstacklimit},
    {LUA_DBLIBNAME, "sethook", DEBUG_SETHOOK, debug_sethook},
    {LUA_DBLIBNAME, "setlocal", DEBUG_SETLOCAL, debug_setlocal},
    {LUA_DBLIBNAME, "setmetatable", DEBUG_SETMETATABLE, debug_setmetatable},
    {LUA_DBLIBNAME, "setupvalue", DEBUG_SETUPVALUE, debug_setupvalue},
    {LUA_DBLIBNAME, "setuservalue", DEBUG_SETUSERVALUE, debug_setuservalue},
    {LUA_DBLIBNAME, "upvalueid", DEBUG_UPVALUEID, debug_upvalueid},
    {LUA_DBLIBNAME, "upvaluejoin", DEBUG_UPVALUEJOIN, debug_upvaluejoin},
};

/* Pushes the table that has the function. */
static void push_library(lua_State *L, const char *name) {
    if (strcmp(name, LUA_FILEHANDLE) == 0) {
        luaL_getmetatable(L, name);
        lua_getfield(L, -1, "__index");
        lua_remove(L, -2);
        return;
    }
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
}

static void guard_searchers(lua_State *L) {
    static const lua_CFunction searchers[] = {search_lua, search_c,
                                              search_c_root};
    host_state *host = host_of(L);
    push_library(L, LUA_LOADLIBNAME);
    lua_getfield(L, -1, "searchers");
    for (int i = 0; i < 3; i++) {
        lua_rawgeti(L, -1, i + 2);
        host->guarded[SEARCH_LUA + i] = lua_tocfunction(L, -1);
        lua_pop(L, 1);
        lua_pushvalue(L, -2); /* package, as the stock ones have it */
        lua_pushcclosure(L, searchers[i], 1);
        lua_rawseti(L, -2, i + 2);
    }
    lua_pop(L, 2);
}

void host_open_deny(lua_State *L) {
    host_state *host = host_of(L);
    if (!host->guarded)
        host->guarded = rt_calloc(COUNT * sizeof *host->guarded);
    if (!host->guarded) luaL_error(L, "not enough memory");
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        push_library(L, guards[i].library);
        lua_getfield(L, -1, guards[i].name);
        host->guarded[guards[i].which] = lua_tocfunction(L, -1);
        bool is_there = lua_iscfunction(L, -1); /* not in every Lua 5.4 */
        lua_pop(L, 1);
        if (is_there) {
            lua_pushcfunction(L, guards[i].guard);
            lua_setfield(L, -2, guards[i].name);
        }
        lua_pop(L, 1);
    }
    guard_searchers(L);
}
