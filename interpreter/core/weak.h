/* weak.h - tables with weak keys or values. The state's own thread. */
#ifndef HOST_CORE_WEAK_H
#define HOST_CORE_WEAK_H

#include <lua.h>

/* Pushes a new table, whose `mode` is "k" or "v". [-0, +1, raises memory] */
void host_weak_new(lua_State *L, const char *mode);

/* Pushes the one that is in the registry under `key`, made at the first call.
 * [-0, +1, raises memory] */
void host_weak_push(lua_State *L, const void *key, const char *mode);

#endif
