/* private.h - the option `private`, which says of which variables a copy is
 * wanted: true, or a list of their names. */
#ifndef HOST_SHIP_PRIVATE_H
#define HOST_SHIP_PRIVATE_H

#include <lua.h>

#include "ship/bytecode.h"

/* Whether it says so of that variable. `options`: stack index of the table of
 * options, or 0. [-0, +0, raises memory] */
bool host_private_has(lua_State *L, int options, const char *name);

/* Pushes the names that no function was found to have yet, a table that the
 * functions below know by its stack index; nil if there is no list. */
void host_private_push(lua_State *L, int options);

/* A function with these accesses travels, too: its variables are met.
 * `globals_upvalue`: which one is the table of globals; -1: none. */
void host_private_meet(lua_State *L, int unmet, const host_bytecode *code,
                       int globals_upvalue);

/* All functions were looked at: raises if a name was met nowhere, since it is
 * misspelt. `to`: "thread". */
void host_private_check(lua_State *L, int unmet, const char *to);

#endif
