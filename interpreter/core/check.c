/* check.c */
#include "core/check.h"

#include <lauxlib.h>
#include <string.h>

#include "core/failure.h"
#include "core/proxy.h"
#include "core/task.h"

/* How many bytes of a string an error shows. */
enum { SHOWN = 40 };

/* "a Lock", "an Event"; NULL if the value is no object of plait. */
static const char *push_object(lua_State *L, int index) {
    const rt_object *object = host_proxy_test(L, index, 0);
    if (!object && !host_task_test(L, index)) return NULL;
    const char *name = object ? host_proxy_type(host_object_kind(object)) + 6
                              : "handle"; /* without "plait." */
    const char *article = strchr("AEIOU", *name) ? "an" : "a";
    return lua_pushfstring(L, "%s %s", article, name);
}

static const char *push_string(lua_State *L, int index) {
    size_t size;
    const char *text = lua_tolstring(L, index, &size);
    if (size <= SHOWN) return lua_pushfstring(L, "\"%s\" (a string)", text);
    lua_pushlstring(L, text, SHOWN);
    text = lua_pushfstring(L, "\"%s...\" (a string)", lua_tostring(L, -1));
    lua_remove(L, -2);
    return text;
}

const char *host_describe(lua_State *L, int index) {
    index = lua_absindex(L, index);
    switch (lua_type(L, index)) {
    case LUA_TNONE:
        return lua_pushliteral(L, "no value");
    case LUA_TNIL:
        return lua_pushliteral(L, "nil");
    case LUA_TSTRING:
        return push_string(L, index);
    case LUA_TNUMBER:
    case LUA_TBOOLEAN: {
        const char *type = luaL_typename(L, index);
        const char *text = lua_pushfstring(
            L, "%s (a %s)", luaL_tolstring(L, index, NULL), type);
        lua_remove(L, -2);
        return text;
    }
    case LUA_TUSERDATA:
        if (luaL_testudata(L, index, LUA_FILEHANDLE))
            return lua_pushliteral(L, "an open file");
        if (push_object(L, index)) return lua_tostring(L, -1);
        break;
    default:
        break;
    }
    return lua_pushfstring(L, "a %s", luaL_typename(L, index));
}

/* What was given: a number as it is. */
static const char *describe(lua_State *L, int arg) {
    if (lua_type(L, arg) == LUA_TNUMBER) return luaL_tolstring(L, arg, NULL);
    return host_describe(L, arg);
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
