/* ledger.c - a table in the registry with weak keys: the userdata, and what is
 * known of it, {owner, kind, place}. */
#include "core/ledger.h"

#include <lauxlib.h>

#include "core/place.h"
#include "core/weak.h"

static const char key;

enum { OWNER = 1, KIND, PLACE };

bool host_ledger_has_pointer(const void *userdata) {
    return *(void *const *)userdata != NULL;
}

void host_ledger_note(lua_State *L, const host_ledger_kind *kind) {
    uint32_t owner = host_owner(L);
    if (owner == 0) return;
    luaL_checkstack(L, 6, "ledger");
    host_weak_push(L, &key, "k");
    lua_pushvalue(L, -2);
    lua_createtable(L, 3, 0);
    lua_pushinteger(L, owner);
    lua_rawseti(L, -2, OWNER);
    lua_pushlightuserdata(L, (void *)kind);
    lua_rawseti(L, -2, KIND);
    lua_Debug ar;
    if (host_place_find(L, 1, &ar)) {
        lua_pushfstring(L, "%s:%d", ar.short_src, ar.currentline);
        lua_rawseti(L, -2, PLACE);
    }
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

/* The handle and what is known of it are on the top. */
static bool is_left(lua_State *L, uint32_t owner) {
    lua_rawgeti(L, -1, OWNER);
    lua_rawgeti(L, -2, KIND);
    const host_ledger_kind *kind = lua_touserdata(L, -1);
    bool is_owned = lua_tointeger(L, -2) == owner;
    lua_pop(L, 2);
    return is_owned && kind->is_open(lua_touserdata(L, -2));
}

/* The same: pushes the entry for the list. */
static void push_entry(lua_State *L) {
    lua_createtable(L, 0, 3);
    lua_rawgeti(L, -2, KIND);
    const host_ledger_kind *kind = lua_touserdata(L, -1);
    lua_pop(L, 1);
    lua_pushstring(L, kind->what);
    lua_setfield(L, -2, "what");
    lua_rawgeti(L, -2, PLACE);
    lua_setfield(L, -2, "at");
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "object");
}

bool host_ledger_push(lua_State *L, uint32_t owner) {
    luaL_checkstack(L, 10, "ledger");
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) != LUA_TTABLE) {
        lua_pop(L, 1);
        return false;
    }
    int ledger = lua_gettop(L);
    lua_newtable(L);
    lua_Integer count = 0;
    for (lua_pushnil(L); lua_next(L, ledger); lua_pop(L, 1)) {
        if (!is_left(L, owner)) continue;
        push_entry(L);
        lua_rawseti(L, ledger + 1, ++count);
    }
    lua_remove(L, ledger);
    if (count == 0) lua_pop(L, 1);
    return count > 0;
}
