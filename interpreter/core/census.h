/* census.h - what the strands of a state are doing, told by the state itself.
 *
 * Records (exec/record.h) are made on the state's own thread: when it is asked
 * (exec/census.h), which code that runs hears by an order (interrupt.h), or for
 * itself. That takes no memory of Lua's and raises nothing, so it can be done at
 * any instruction. */
#ifndef HOST_CORE_CENSUS_H
#define HOST_CORE_CENSUS_H

#include "core/state.h"

/* For interrupt.c: the state can be asked from here on. */
void host_census_join(host_state *host);

/* Answers those who have asked. `L` runs, at that level of its stack; or, if no
 * strand runs, is the one on which the main strand waits. [-0, +0, -] */
void host_census_answer(lua_State *L, int level);

/* Takes a census of the whole program, without letting other strands of this state
 * run. The caller gets the message. NULL: out of memory. [-0, +0, -] */
rt_message *host_census_take(lua_State *L, int level);

/* Pushes a list of tables {kind =, key =, id =, thread =, pid =, parent =, tid =,
 * state =, held_by =, name =, wait =, object =, place =, held_at =, started_at =,
 * traceback =, command =}: what is not known is left out. `key` differs for all
 * strands of the program, and `held_by` is such a key. [-0, +1, raises memory] */
void host_census_push(lua_State *L, const rt_message *records);

#endif
