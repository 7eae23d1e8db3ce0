/* ship.h - functions and values into messages, and back in another state.
 *
 * Ships by the rules of the manual, "What travels": plain data by copy,
 * functions with their variables, modules by name, plait's own objects by
 * reference. The message is complete before anything is locked or started. */
#ifndef HOST_SHIP_SHIP_H
#define HOST_SHIP_SHIP_H

#include <lua.h>

#include "data/message.h"

typedef enum {
    HOST_SHIP_THREAD,  /* another state of this process */
    HOST_SHIP_ANYWHERE /* may end up in another process */
} host_ship_target;

/* Ships `count` values from stack index `first` on, named in errors by `what`
 * ("args[%d]", "result %d": with one %d for the number from 1).
 * Raises an error of kind "send" that names the path of what cannot travel;
 * the message is freed then. [-0, +0, raises] */
rt_message *host_ship(lua_State *L, int first, int count,
                      host_ship_target target, const char *what);

/* Ships the value at `index` to be stored in a Table under the key at `key` (0:
 * it is the Table's whole content): plain tables become nodes of which shared
 * tables are made (data/table.h), all else that cannot be an item goes into
 * messages of their own. Raises an error of kind "send" that says what of it
 * cannot be stored. [-0, +0, raises] */
rt_message *host_ship_stored(lua_State *L, int index, int key);

/* Ships a function with what it reaches (`function` is its index) and its
 * arguments above it, up to the top, for a strand of another state. `caller`
 * is "thread" or "process"; `options` the index of the options table or 0
 * (private, globals). Checks for lost writes if the target is a thread; the
 * error stands as in the manual. [-0, +0, raises] */
rt_message *host_ship_work(lua_State *L, int function, host_ship_target target,
                           const char *caller, int options);

/* The same for a strand that is being started: if the state is seeded, a seed
 * for the strand's state goes along. */
rt_message *host_ship_start(lua_State *L, int function, host_ship_target target,
                            const char *caller, int options);

/* Pushes the values of a message and returns their number. The message is
 * not changed. Raises what stands against it: a module that is not there, no
 * memory. [-0, +n, raises] */
int host_unship(lua_State *L, const rt_message *message);

/* The same for work: takes over a seed and sets the globals that travel along,
 * then pushes the function and its arguments; returns how many values. */
int host_unship_work(lua_State *L, const rt_message *message);

#endif
