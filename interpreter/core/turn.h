/* turn.h - strands of one state that use something one after the other, oldest
 * first: one side of a stream, a file. Cheaper than a lock, since nobody else can
 * have it; what is waited for in a turn is not a deadlock.
 *
 *     local turn <close> = t:enter(seconds)   -- nil, "timeout"
 */
#ifndef HOST_CORE_TURN_H
#define HOST_CORE_TURN_H

#include <lua.h>
#include <stdbool.h>

#include "loop/waiter.h"

/* A userdata. */
typedef struct host_turn {
    const void *mark; /* tells it from other userdata */
    bool is_taken;
    rt_list waiting; /* of rt_waiter.link */
} host_turn;

/* Pushes one that nobody has. [-0, +1, raises memory] */
void host_turn_push(lua_State *L);

/* That at `index`; NULL: it is another value. [-0, +0, -] */
host_turn *host_turn_test(lua_State *L, int index);

/* Whoever has it leaves it: it is the next one's, if somebody waits. */
void host_turn_leave(host_turn *turn);

#endif
