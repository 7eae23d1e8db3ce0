/* far.h - handles of strands whose home is another process.
 *
 * Every question is a request to the home, and so a wait. */
#ifndef HOST_SHIP_FAR_H
#define HOST_SHIP_FAR_H

#include "core/wait.h"
#include "exec/strand.h"

/* The handle is argument 1 in all of these, and `far` its object. */

/* Results, or raises; or nil, "timeout". */
int host_far_await(lua_State *L, rt_object *far, host_deadline deadline);

/* Waits for its end and pushes the error (`part` 1) or the traceback (2), nil
 * if it has not failed. */
int host_far_failure(lua_State *L, rt_object *far, int part);

/* Waits for its end, then calls argument 2 with the handle. */
int host_far_on_done(lua_State *L, rt_object *far);

/* Asks for its present state, and returns what `push` pushes: it finds the
 * RT_LOOK_COUNT values on the top of the stack, above the arguments. */
int host_far_look(lua_State *L, rt_object *far, lua_CFunction push);

/* The index of one of them. */
static inline int host_far_index(lua_State *L, rt_strand_look field) {
    return lua_gettop(L) - (RT_LOOK_COUNT - 1) + (int)field;
}

/* Gives a future its outcome, which is taken; pushes whether it had none. */
int host_far_settle(lua_State *L, rt_object *far, int operation,
                    rt_message *outcome);

/* Asks it to stop; a future is cancelled. Takes `reason`, which is also
 * argument 2, or nil there. Pushes the handle. */
int host_far_cancel(lua_State *L, rt_object *far, rt_message *reason);

#endif
