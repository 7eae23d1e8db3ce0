/* check.c */
#include "core/check.h"

#include <lauxlib.h>

#include "core/failure.h"

/* What was given: a number as it is, else its type. */
static const char *describe(lua_State *L, int arg) {
    if (lua_type(L, arg) == LUA_TNUMBER) return luaL_tolstring(L, arg, NULL);
    if (lua_isnoneornil(L, arg)) return "nil";
    return lua_pushfstring(L, "a %s", luaL_typename(L, arg));
}

lua_Integer host_check_whole(lua_State *L, int arg, lua_Integer least,
                             lua_Integer most, const char *what) {
    int is_whole;
    lua_Integer number = lua_tointegerx(L, arg, &is_whole);
    if (lua_type(L, arg) == LUA_TNUMBER && is_whole && number >= least &&
        number <= most)
        return number;
    return host_raise(L, "usage", "%s is %s, not a whole number from %I to %I",
                      what, describe(L, arg), (LUAI_UACINT)least,
                      (LUAI_UACINT)most);
}
