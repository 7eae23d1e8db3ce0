/* refusal.c - the message that names what cannot travel, and where it is. */
#include <lauxlib.h>

#include "core/failure.h"
#include "ship/shipper.h"

static lua_Integer parent_of(host_shipper *s, lua_Integer node) {
    lua_State *L = s->L;
    lua_rawgeti(L, s->paths, node + 1);
    lua_rawgeti(L, -1, 1);
    lua_Integer parent = lua_tointeger(L, -1);
    lua_pop(L, 2);
    return parent;
}

/* Steps of a path that are shown at its beginning and at its end. */
enum { SHOWN_STEPS = 20 };

/* Pushes "args[1].cfg.handle" for a step `label` below the current node. Of a
 * very long path the middle is left out. */
static void push_path(host_shipper *s, const char *label) {
    lua_State *L = s->L;
    lua_Integer depth = 0;
    for (lua_Integer node = s->current; node >= 0; node = parent_of(s, node))
        depth++;
    lua_pushstring(L, label);
    lua_Integer step = 0;
    for (lua_Integer node = s->current; node >= 0; step++) {
        if (step == SHOWN_STEPS && depth > 2 * SHOWN_STEPS) {
            lua_pushliteral(L, " ... ");
            lua_insert(L, -2);
            lua_concat(L, 2);
            for (; depth - step > SHOWN_STEPS; step++)
                node = parent_of(s, node);
        }
        lua_rawgeti(L, s->paths, node + 1);
        lua_rawgeti(L, -1, 2);
        lua_pushvalue(L, -3);
        lua_concat(L, 2);
        lua_replace(L, -3);
        lua_rawgeti(L, -1, 1);
        node = lua_tointeger(L, -1);
        lua_pop(L, 2);
    }
}

const char *host_shipper_push_path(host_shipper *s) {
    push_path(s, "");
    return lua_tostring(s->L, -1);
}

const char *host_push_step(lua_State *L, int key) {
    if (lua_type(L, key) == LUA_TSTRING)
        return lua_pushfstring(L, ".%s", lua_tostring(L, key));
    if (lua_isinteger(L, key))
        return lua_pushfstring(L, "[%I]", (LUAI_UACINT)lua_tointeger(L, key));
    if (lua_isnumber(L, key))
        return lua_pushfstring(L, "[%f]", lua_tonumber(L, key));
    return lua_pushfstring(L, "[%s]", luaL_typename(L, key));
}

/* The value on the top cannot travel, for the reason given. The first time it
 * ends the walk; the second, it raises. */
bool host_shipper_refuse(host_shipper *s, const char *label,
                         const char *reason) {
    lua_State *L = s->L;
    if (!s->is_tracking) return false;
    push_path(s, label);
    lua_pushstring(L, reason);
    host_shipper_raise(s, lua_tostring(L, -2), lua_tostring(L, -1));
    return false;
}

void host_shipper_raise(host_shipper *s, const char *path, const char *reason) {
    lua_State *L = s->L;
    if (s->place) path = lua_pushfstring(L, "%s%s", s->place, path);
    host_push_where(L);
    const char *where = lua_tostring(L, -1);
    if (s->place)
        host_push_failure(L, "send", "%scannot store %s: it is %s", where, path,
                          reason);
    else
        host_push_failure(L, "send", "%scannot send to %s: %s is %s", where,
                          s->to, path, reason);
    lua_pushstring(L, path);
    lua_setfield(L, -2, "path");
    lua_error(L);
}
