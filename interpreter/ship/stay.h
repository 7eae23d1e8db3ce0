/* stay.h - the wait of a strand for a condition, in steps.
 *
 * Enter, release the lock, wait, acquire the lock again; each of them may be a
 * wait of its own when condition and lock live in other processes, and only the
 * third one ends by its time-out or by a cancellation (sync/condition.h). */
#ifndef HOST_SHIP_STAY_H
#define HOST_SHIP_STAY_H

#include <lua.h>

#include "core/wait.h"
#include "sync/condition.h"

/* The condition, if it lives in this process; NULL: it is a remote end. */
static inline rt_condition *host_stay_local(rt_object *object) {
    return object->type == &rt_condition_type ? (rt_condition *)(void *)object
                                              : NULL;
}

/* Puts the proxy of the condition's lock on the top of the stack and calls
 * `next`, after a wait if it has to be asked for. The condition is argument 1.
 * [-0, +1, raises] */
int host_stay_with_lock(lua_State *L, lua_CFunction next);

/* Pushes a stay: what a wait of the deadline notes. [-0, +1, raises memory] */
void host_stay_push(lua_State *L, host_deadline deadline);

/* The C function (condition, stay) that waits, with the lock held before and
 * after, unless it raises something else than a cancellation. Returns true, or
 * nil and "timeout". [raises] */
int host_stay_wait(lua_State *L);

/* Whether the last wait of the stay at `index` timed out. [-0, +0, -] */
bool host_stay_timed_out(lua_State *L, int index);

/* Makes the metatable of stays. [-0, +0, raises memory] */
void host_stay_open(lua_State *L);

#endif
