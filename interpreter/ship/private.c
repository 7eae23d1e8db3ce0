/* private.c */
#include "ship/private.h"

#include <lauxlib.h>
#include <string.h>

#include "core/failure.h"

bool host_private_has(lua_State *L, int options, const char *name) {
    if (!options) return false;
    bool found = false;
    if (lua_getfield(L, options, "private") == LUA_TTABLE) {
        lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
        for (lua_Integer i = 1; i <= count && !found; i++) {
            lua_rawgeti(L, -1, i);
            found = lua_type(L, -1) == LUA_TSTRING &&
                    strcmp(lua_tostring(L, -1), name) == 0;
            lua_pop(L, 1);
        }
    } else {
        found = lua_toboolean(L, -1);
    }
    lua_pop(L, 1);
    return found;
}

void host_private_push(lua_State *L, int options) {
    if (!options || lua_getfield(L, options, "private") != LUA_TTABLE) {
        lua_settop(L, options ? -2 : -1);
        lua_pushnil(L);
        return;
    }
    lua_createtable(L, 0, 4);
    lua_Integer count = (lua_Integer)lua_rawlen(L, -2);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, -2, i);
        lua_pushboolean(L, 1);
        lua_rawset(L, -3);
    }
    lua_remove(L, -2);
}

static void meet(lua_State *L, int unmet, const host_text *name) {
    if (!name->bytes) return; /* stripped, or computed when it runs */
    lua_pushlstring(L, name->bytes, name->size);
    lua_pushnil(L);
    lua_rawset(L, unmet);
}

void host_private_meet(lua_State *L, int unmet, const host_bytecode *code,
                       int globals_upvalue) {
    if (lua_isnil(L, unmet)) return;
    for (int i = 0; i < code->upvalue_count; i++)
        meet(L, unmet, &code->upvalues[i]);
    for (size_t i = 0; i < code->count; i++) {
        const host_access *access = &code->accesses[i];
        if (access->path.upvalue != globals_upvalue) continue;
        meet(L, unmet,
             access->path.key_count > 0 ? &access->path.keys[0] : &access->key);
    }
}

void host_private_check(lua_State *L, int unmet, const char *to) {
    if (lua_isnil(L, unmet)) return;
    lua_pushnil(L);
    if (!lua_next(L, unmet)) return;
    host_raise(L, "usage",
               "cannot start %s: private names '%s', but no function that "
               "travels has a variable of that name",
               to, lua_tostring(L, -2));
}
