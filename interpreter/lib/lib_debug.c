/* lib_debug.c - hooks, as in stock Lua.
 *
 *     debug.sethook(function(event, line) ... end, "l") */
#include "lib/lib_debug.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "core/userhook.h"

/* The coroutine that the first argument may be; with room for a value. `first`: the
 * index of the argument after it. */
static lua_State *opt_thread(lua_State *L, int *first) {
    lua_State *co = lua_tothread(L, 1);
    *first = co ? 2 : 1;
    if (!co) return L;
    if (co != L && !lua_checkstack(co, 1)) luaL_error(L, "stack overflow");
    return co;
}

static int read_mask(const char *text, int count) {
    int mask = count > 0 ? LUA_MASKCOUNT : 0;
    if (strchr(text, 'c')) mask |= LUA_MASKCALL;
    if (strchr(text, 'r')) mask |= LUA_MASKRET;
    if (strchr(text, 'l')) mask |= LUA_MASKLINE;
    return mask;
}

/* debug.sethook([thread,] f, mask [, count]); debug.sethook([thread]) */
static int debug_sethook(lua_State *L) {
    int first;
    lua_State *co = opt_thread(L, &first);
    if (lua_isnoneornil(L, first)) {
        host_userhook_set(L, co, 0, 0, 0);
        return 0;
    }
    const char *text = luaL_checkstring(L, first + 1);
    luaL_checktype(L, first, LUA_TFUNCTION);
    int count = (int)luaL_optinteger(L, first + 2, 0);
    host_userhook_set(L, co, first, read_mask(text, count), count);
    return 0;
}

/* debug.gethook([thread]) -> f, mask, count | nil */
static int debug_gethook(lua_State *L) {
    int first;
    lua_State *co = opt_thread(L, &first);
    return host_userhook_push(L, co);
}

static const luaL_Reg functions[] = {
    {"gethook", debug_gethook},
    {"sethook", debug_sethook},
    {NULL, NULL},
};

void host_open_debug(lua_State *L) {
    lua_getglobal(L, LUA_DBLIBNAME);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}
