/* start.h - the arguments of what starts a strand: f, ... or one table.
 *
 *     spawn_thread(f, 1, 2)
 *     spawn_thread{ f, 1, 2, name = "w1", daemon = true }
 */
#ifndef HOST_CORE_START_H
#define HOST_CORE_START_H

#include <lua.h>
#include <stdbool.h>

typedef struct host_start {
    const char *caller; /* "spawn_thread", for messages */
    const char *name;   /* borrowed from the options table, or NULL */
    bool is_daemon;
    int options; /* stack index of the options table; 0: none */
} host_start;

/* Reads what stands from stack index `first` on. Afterwards the function is at
 * first + 1 and its arguments above it, and at `first` the options table, or
 * nil. `lead` values stand before the function (after's seconds).
 * Raises when the function is none, saying what was meant. */
void host_start_read(lua_State *L, int first, int lead, const char *caller,
                     host_start *start);

/* "file:line" of the Lua function that called; pushes the string, or nil. */
const char *host_push_caller(lua_State *L);

/* Whether the value at `index` can be called. [-0, +0, -] */
bool host_is_callable(lua_State *L, int index);

#endif
