/* with.c */
#include "core/with.h"

#include <lauxlib.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/start.h"

static int called(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L) - 1; /* and the slot of the object is closed */
}

/* The stack: the object, f, its arguments. */
static int call_f(lua_State *L) {
    lua_toclose(L, 1);
    lua_callk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, called);
    return called(L, LUA_OK, 0);
}

static int acquired(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return call_f(L);
}

int host_with(lua_State *L, lua_CFunction acquire) {
    if (!host_is_callable(L, 2))
        return host_raise(L, "usage", "with: argument 1 is %s, not a function",
                          host_describe(L, 2));
    lua_pushcfunction(L, acquire);
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 0, 0, acquired);
    return call_f(L);
}
