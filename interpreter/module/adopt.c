/* adopt.c
 *
 * plait's openers set global variables, as they do in a state of its own. So what is
 * there is noted before and put back after them: the globals; and in the tables of
 * the libraries whatever was not the stock function. What the stock functions are is
 * looked up in a state that is made for it. Meanwhile nothing runs that is the
 * script's: the table of globals has no metatable. */
#include "module/adopt.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "core/interrupt.h"
#include "core/reach.h"
#include "core/userhook.h"
#include "lib/libs.h"

/* Those with functions that are replaced. */
static const char *const libraries[] = {
    LUA_GNAME,     LUA_COLIBNAME,   LUA_DBLIBNAME,  LUA_IOLIBNAME,
    LUA_OSLIBNAME, LUA_LOADLIBNAME, LUA_FILEHANDLE, NULL};

/* Pushes the library's table. */
static void push_library(lua_State *L, const char *name) {
    if (strcmp(name, LUA_FILEHANDLE) == 0) { /* the methods of files */
        luaL_getmetatable(L, LUA_FILEHANDLE);
        lua_getfield(L, -1, "__index");
    } else {
        luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
        lua_getfield(L, -1, name);
    }
    lua_remove(L, -2);
    if (!lua_istable(L, -1))
        luaL_error(L, "plait needs the library '%s', which is not open here",
                   name);
}

/* ---- what is stock ---- */

/* (state) -> {library = {name = function}} */
static int list_stock(lua_State *L) {
    lua_State *stock = lua_touserdata(L, 1);
    lua_settop(L, 0);
    lua_newtable(L);
    for (const char *const *name = libraries; *name; name++) {
        lua_newtable(L);
        push_library(stock, *name);
        for (lua_pushnil(stock); lua_next(stock, -2); lua_pop(stock, 1)) {
            if (!lua_iscfunction(stock, -1)) continue;
            lua_pushcfunction(L, lua_tocfunction(stock, -1));
            lua_setfield(L, -2, lua_tostring(stock, -2));
        }
        lua_pop(stock, 1);
        lua_setfield(L, 1, *name);
    }
    return 1;
}

static int open_libs(lua_State *L) {
    luaL_openlibs(L);
    return 0;
}

/* Pushes that. */
static void push_stock(lua_State *L) {
    lua_State *stock = luaL_newstate();
    if (!stock) luaL_error(L, "plait: not enough memory");
    lua_pushcfunction(stock, open_libs);
    if (lua_pcall(stock, 0, 0, 0) != LUA_OK) {
        lua_close(stock);
        luaL_error(L, "plait: not enough memory");
    }
    lua_pushcfunction(L, list_stock);
    lua_pushlightuserdata(L, stock);
    int status = lua_pcall(L, 1, 1, 0);
    lua_close(stock);
    if (status != LUA_OK) lua_error(L);
}

/* ---- coroutines ---- */

/* Stock Lua has hooks of scripts in this table, by coroutine. */
static void take_hook(lua_State *L, lua_State *co) {
    if (!lua_gethook(co)) return;
    int top = lua_gettop(L);
    if (lua_getfield(L, LUA_REGISTRYINDEX, "_HOOKKEY") == LUA_TTABLE &&
        lua_checkstack(co, 1)) {
        lua_pushthread(co);
        lua_xmove(co, L, 1);
        if (lua_rawget(L, -2) == LUA_TFUNCTION)
            host_userhook_set(L, co, lua_gettop(L), lua_gethookmask(co),
                              lua_gethookcount(co));
    }
    lua_settop(L, top);
}

static void on_thread(host_reach *reach, lua_State *co) {
    host_state_know(reach->context, co);
    if (reach->L != co) take_hook(reach->L, co);
}

static bool is_left_out(void *context, const void *thread) {
    (void)context;
    (void)thread;
    return false;
}

/* Whatever can be reached may be resumed some time. */
static void know_coroutines(lua_State *L, host_state *host) {
    int top = lua_gettop(L);
    host_reach reach;
    bool is_made = host_reach_new(&reach, L);
    reach.on_thread = on_thread;
    reach.context = host;
    reach.follows_weak = true;
    if (is_made) {
        host_reach_add_stack(&reach, L, 0);
        host_reach_add_roots(&reach, is_left_out, NULL);
        host_reach_follow(&reach);
    }
    bool is_known = is_made && !reach.has_failed;
    host_reach_free(&reach);
    lua_settop(L, top);
    if (!is_known)
        luaL_error(L, "plait cannot be required here: there is no memory to "
                      "look for all coroutines, or a stack is too deep");
    take_hook(L, L);
}

/* ---- noting and putting back ---- */

/* Pushes a copy of the table on the top. */
static void push_copy(lua_State *L) {
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, -3);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
}

/* Pushes {library = copy of it}. */
static void push_note(lua_State *L) {
    lua_newtable(L);
    for (const char *const *name = libraries; *name; name++) {
        push_library(L, *name);
        push_copy(L);
        lua_setfield(L, -3, *name);
        lua_pop(L, 1);
    }
}

/* Of `name` in the library at `now`, as it was at `before`. The stock function there
 * is at `stock`, or it is something else. */
static void put_back_field(lua_State *L, int now, int before, int stock,
                           const char *name) {
    lua_getfield(L, before, name);
    lua_getfield(L, stock, name);
    bool was_stock = lua_iscfunction(L, -1) &&
                     lua_tocfunction(L, -1) == lua_tocfunction(L, -2);
    lua_pop(L, 1);
    if (was_stock)
        lua_pop(L, 1);
    else
        lua_setfield(L, now, name);
}

/* The notes are at `before` and `stock`. What plait has put in the place of a stock
 * function stays. */
static void put_back(lua_State *L, int before, int stock) {
    int top = lua_gettop(L);
    for (const char *const *name = libraries; *name; name++) {
        push_library(L, *name);
        lua_getfield(L, before, *name);
        lua_getfield(L, stock, *name);
        for (lua_pushnil(L); lua_next(L, top + 1); lua_pop(L, 1)) {
            if (lua_type(L, -2) != LUA_TSTRING) continue;
            lua_pushvalue(L, -2);
            lua_rawget(L, top + 2);
            bool is_same = lua_rawequal(L, -1, -2);
            lua_pop(L, 1);
            if (!is_same)
                put_back_field(L, top + 1, top + 2, top + 3,
                               lua_tostring(L, -2));
        }
        lua_settop(L, top);
    }
}

/* ---- modules ---- */

/* As package.searchpath(name, package[field]): pushes the path, or nil. */
static void push_path(lua_State *L, const char *name, const char *field) {
    push_library(L, LUA_LOADLIBNAME);
    lua_getfield(L, -1, "searchpath");
    lua_pushstring(L, name);
    lua_getfield(L, -3, field);
    if (lua_pcall(L, 2, 1, 0) != LUA_OK || lua_type(L, -1) != LUA_TSTRING) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
    lua_remove(L, -2);
}

/* As plait's own `require` notes what it loads: from where. */
static void note_modules(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_modules);
    for (lua_pushnil(L); lua_next(L, -3); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING) continue;
        const char *name = lua_tostring(L, -2);
        push_path(L, name, "path");
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            push_path(L, name, "cpath");
        }
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            lua_pushboolean(L, 1);
        }
        lua_setfield(L, -4, name);
    }
    lua_pop(L, 2);
}

/* ---- all of it ---- */

/* The globals that plait's openers look at are the libraries. */
static void set_libraries(lua_State *L) {
    for (const char *const *name = libraries; *name; name++) {
        if (strcmp(*name, LUA_GNAME) == 0 || strcmp(*name, LUA_FILEHANDLE) == 0)
            continue;
        push_library(L, *name);
        lua_setglobal(L, *name);
    }
}

/* () -> module. The globals have no metatable. */
static int adopt(lua_State *L) {
    push_stock(L);
    push_note(L);
    set_libraries(L);
    host_open_replaced(L);
    host_open_module(L);
    put_back(L, 2, 1);
    note_modules(L);
    return 1;
}

void host_adopt(lua_State *L, host_state *host) {
    know_coroutines(L, host);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    int globals = lua_gettop(L);
    if (!lua_getmetatable(L, globals)) lua_pushnil(L);
    lua_pushnil(L);
    lua_setmetatable(L, globals);
    lua_pushcfunction(L, adopt);
    int status = lua_pcall(L, 0, 1, 0);
    lua_pushvalue(L, globals + 1);
    lua_setmetatable(L, globals);
    if (status != LUA_OK) lua_error(L);
    lua_insert(L, globals);
    lua_settop(L, globals);
}
