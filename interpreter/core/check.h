/* check.h - arguments of which a wrong value is named in the error. */
#ifndef HOST_CORE_CHECK_H
#define HOST_CORE_CHECK_H

#include <lua.h>

/* Pushes what the value at `index` is, for a message: "nil", "no value",
 * "5 (a number)", "a table", "a Lock", "a handle". [-0, +1, raises memory] */
const char *host_describe(lua_State *L, int index);

/* Argument `arg`, a whole number from `least` to `most`; else raises kind
 * "usage": "WHAT is -1, not a whole number from 0 to 10". [-0, +0, raises] */
lua_Integer host_check_whole(lua_State *L, int arg, lua_Integer least,
                             lua_Integer most, const char *what);

#endif
