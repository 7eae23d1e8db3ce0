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

/* What is started: each kind has options of its own. */
typedef enum host_start_kind {
    HOST_START_TASK = 1,
    HOST_START_THREAD = 2,
    HOST_START_PROCESS = 4, /* that runs a function */
    HOST_START_PROGRAM = 8,
    HOST_START_ANY = 15,
} host_start_kind;

/* Raises, naming the option, if the table at `table` has one that is not known
 * for that kind, or of a wrong type; 0: there is no table. Those that a process
 * alone has (cwd, ...) are only looked at by name. [-0, +0, raises] */
void host_start_check(lua_State *L, int table, const char *caller,
                      host_start_kind kind);

/* Reads what stands from stack index `first` on. Afterwards the function is at
 * first + 1 and its arguments above it, and at `first` the options table, or
 * nil. `lead` values stand before the function (after's seconds).
 * Raises when an option is refused or the function is none, saying what was
 * meant. */
void host_start_read(lua_State *L, int first, int lead, const char *caller,
                     host_start_kind kind, host_start *start);

/* "file:line" of the Lua function that called; pushes the string, or nil. */
const char *host_push_caller(lua_State *L);

/* Whether the value at `index` can be called. [-0, +0, -] */
bool host_is_callable(lua_State *L, int index);

#endif
