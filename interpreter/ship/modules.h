/* modules.h - which values belong to a module, and so travel by name. */
#ifndef HOST_SHIP_MODULES_H
#define HOST_SHIP_MODULES_H

#include <lua.h>
#include <stdbool.h>

/* If the table or function at `index` is a module, or is found in one within
 * three steps (a class, a method), pushes its path, a list such as
 * {"json", "encode"}, and returns true. A Lua function counts only if it was
 * loaded from the module's own file; of the globals, only stock and plait's
 * own. [-0, +(0|1), raises memory] */
bool host_modules_find(lua_State *L, int index);

/* The same for many values in turn, as long as no code of the script runs:
 * pushes the index that is looked into (`modules` then is where it stands).
 * [-0, +1, raises memory], [-0, +(0|1), raises memory] */
void host_modules_push(lua_State *L);
bool host_modules_find_in(lua_State *L, int modules, int index);

/* Pushes the global of that name, without calling a metamethod.
 * [-0, +1, raises memory] */
void host_modules_global(lua_State *L, const char *name);

/* Whether the global `name` has, in every new state, the value at `index`, so
 * that it need not travel. */
bool host_is_stock_global(lua_State *L, const char *name, int index);

#endif
