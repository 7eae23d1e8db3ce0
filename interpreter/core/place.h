/* place.h - where the script is. */
#ifndef HOST_CORE_PLACE_H
#define HOST_CORE_PLACE_H

#include <lua.h>
#include <stdbool.h>

/* Whether the code is plait's own: `ar` has its source. */
bool host_place_is_own(const lua_Debug *ar);

/* Finds the line of the script on L's stack, from `level` on (1: who called
 * the running C function), leaving out C functions and plait's own modules:
 * ar->short_src and ar->currentline. Cheap if it is the very first. False:
 * there is none. [-0, +0, -] */
bool host_place_find(lua_State *L, int level, lua_Debug *ar);

/* The number of the outermost frame. lua_getstack takes time in proportion to the
 * level, so it is found by doubling and halving. [-0, +0, -] */
int host_place_outermost(lua_State *L);

#endif
