/* userhook.h - the hook that the script has set, beside plait's own.
 *
 * Each coroutine has at most one, as in stock Lua. There is one C function for all
 * of them; while a coroutine has it, it also carries out the orders that
 * interrupt.h has for the state, so plait never takes the place of the script's
 * hook. What the script asked for is kept in the registry, by coroutine, and what
 * Lua is told may be more: plait adds line events while there are orders. */
#ifndef HOST_CORE_USERHOOK_H
#define HOST_CORE_USERHOOK_H

#include "core/state.h"

/* As debug.sethook(co, f, mask, count) with the function at `function` of L's
 * stack, and a mask of LUA_MASK...; a mask of 0 clears it. `co` has room for a
 * value. [-0, +0, raises memory] */
void host_userhook_set(lua_State *L, lua_State *co, int function, int mask,
                       int count);

/* Pushes what debug.gethook(co) returns, and returns how many. `co` has room for
 * a value. [-0, +1 or 3, raises memory] */
int host_userhook_push(lua_State *L, lua_State *co);

/* `co` is new, and gets of L's hook what stock Lua hands on: mask and count, not
 * the function. [-0, +0, raises memory] */
void host_userhook_inherit(lua_State *L, lua_State *co);

/* `co` is without a hook from here on, the script's or plait's. [-0, +0, -] */
void host_userhook_drop(lua_State *L, lua_State *co);

/* No coroutine of the state has one from here on. [-0, +0, raises memory] */
void host_userhook_drop_all(lua_State *L);

/* Whether events of L reach the script's hook, or would if it had a function. */
static inline bool host_userhook_is_on(lua_State *L);

/* If L has such a hook: orders are carried out at one of its next events. If it
 * has none: returns false. Also from a signal handler. */
bool host_userhook_arm(lua_State *L);

/* The hook. */
void host_userhook_event(lua_State *L, lua_Debug *ar);

static inline bool host_userhook_is_on(lua_State *L) {
    return lua_gethook(L) == host_userhook_event;
}

#endif
