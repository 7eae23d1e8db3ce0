/* outcome.h - the results or the error of a strand, as a message.
 *
 * DONE: the results. FAILED and CANCELLED: the error, then its traceback (a
 * string or nil). A proxy keeps what it has decoded, so that every await gives
 * the same values. */
#ifndef HOST_SHIP_OUTCOME_H
#define HOST_SHIP_OUTCOME_H

#include <lua.h>

#include "exec/strand.h"

/* Pushes the results of the ended strand whose proxy is at `index`, and
 * returns their number; or raises its error, which counts as received. */
int host_outcome_results(lua_State *L, int index);

/* Pushes error and traceback of a strand that failed. [-0, +2, raises] */
void host_outcome_push_failure(lua_State *L, int index);

/* Pushes the text below an error that came from that strand: kind, name,
 * start and traceback. The traceback (or nil) is on the top, and replaced. */
void host_outcome_push_report(lua_State *L, const rt_strand *strand);

/* `count` results from `first` on. Raises kind "send". */
rt_message *host_outcome_ship_results(lua_State *L, int first, int count);

/* The error and the traceback at these indexes. An error that cannot travel
 * is replaced by a string that tells it and why. */
rt_message *host_outcome_ship_failure(lua_State *L, int error, int traceback);

#endif
