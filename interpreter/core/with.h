/* with.h - object:with(f, ...) of what can be held: f runs meanwhile. */
#ifndef HOST_CORE_WITH_H
#define HOST_CORE_WITH_H

#include <lua.h>

/* The stack: the object, f, its arguments. Calls `acquire` with the object,
 * then f with the arguments, both of which may wait; the object's __close runs
 * when f has ended, however it does. Returns what f returns. [raises] */
int host_with(lua_State *L, lua_CFunction acquire);

#endif
