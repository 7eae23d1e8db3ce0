/* stock.c - the functions are known by their addresses, which the library does not
 * export: so they are looked up once, by their names. */
#include "core/stock.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "base/alloc.h"

#define INSTEAD " lets them run"
#define OUTPUT "whoever reads the output is slow, or has stopped"
#define PROGRAM "plait.exec{...}, or spawn_process{...} with pipes," INSTEAD
#define OPEN "plait.fs.open(path) has a file whose methods let them run"
#define LINES "plait.stdin:lines(), or those of plait.fs.open(path)," INSTEAD

static const host_stock stocks[] = {
    {"io.read", "plait.stdin:read()" INSTEAD},
    {"io.lines", LINES},
    {"io.open", OPEN},
    {"io.input", OPEN},
    {"io.output", OPEN},
    {"io.popen", PROGRAM},
    {"io.close", PROGRAM},
    {"io.write", OUTPUT},
    {"file:read", "plait.stdin:read(), that of plait.fs.open(path), or "
                  "plait.exec{...} for a program" INSTEAD},
    {"file:lines", LINES},
    {"file:write", OUTPUT},
    {"file:flush", OUTPUT},
    {"file:seek", OPEN},
    {"file:close", PROGRAM},
    {"os.execute", "plait.exec{...}" INSTEAD},
    {"os.remove", "plait.fs.remove" INSTEAD},
    {"os.rename", "plait.fs.rename" INSTEAD},
    {"os.tmpname", "plait.fs.temp_file" INSTEAD},
    {"_G.print", OUTPUT},
    {"_G.dofile", "load(plait.fs.read(path))" INSTEAD},
    {"_G.loadfile", "load(plait.fs.read(path))" INSTEAD},
};

enum { COUNT = sizeof stocks / sizeof *stocks };

/* The iterator of io.lines is made by each call of it. */
static const host_stock lines_iterator = {"the iterator of lines", LINES};

/* Pushes the table that is called so, or something else. */
static void push_library(lua_State *L, const char *name) {
    if (strcmp(name, "file") == 0) {
        lua_getfield(L, LUA_REGISTRYINDEX, LUA_FILEHANDLE);
        if (!lua_istable(L, -1)) return;
        lua_pushliteral(L, "__index");
    } else {
        lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
        if (!lua_istable(L, -1)) return;
        lua_pushstring(L, name);
    }
    lua_rawget(L, -2);
    lua_remove(L, -2);
}

/* Pushes what is called "io.read", whatever that is by now. */
static void push_function(lua_State *L, const char *name) {
    const char *end = name + strcspn(name, ".:");
    lua_pushlstring(L, name, (size_t)(end - name));
    push_library(L, lua_tostring(L, -1));
    if (lua_istable(L, -1)) {
        lua_pushstring(L, end + 1);
        lua_rawget(L, -2);
    }
}

/* Pushes one, or an error. */
static void push_lines_iterator(lua_State *L) {
    push_function(L, "file:lines");
    lua_getfield(L, LUA_REGISTRYINDEX, "_IO_input");
    (void)lua_pcall(L, 1, 1, 0);
}

void host_stock_note(lua_State *L) {
    host_state *host = host_of(L);
    if (host->stocks) return;
    int top = lua_gettop(L);
    luaL_checkstack(L, 8, "names");
    host->stocks = rt_calloc((COUNT + 1) * sizeof *host->stocks);
    if (!host->stocks) return; /* then their names are not told */
    for (int i = 0; i < COUNT; i++) {
        push_function(L, stocks[i].name);
        host->stocks[i] = lua_tocfunction(L, -1);
        lua_settop(L, top);
    }
    push_lines_iterator(L);
    host->stocks[COUNT] = lua_tocfunction(L, -1);
    lua_settop(L, top);
}

const host_stock *host_stock_find(const host_state *host,
                                  lua_CFunction function) {
    if (!host->stocks || !function) return NULL;
    for (int i = 0; i < COUNT; i++)
        if (host->stocks[i] == function) return &stocks[i];
    return host->stocks[COUNT] == function ? &lines_iterator : NULL;
}
