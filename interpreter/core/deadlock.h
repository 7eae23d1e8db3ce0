/* deadlock.h - when nothing in the program can run any more.
 *
 * The program's main state is told. It finds out itself when it is alone; else
 * exec/quiet.h does, and ship/inquiry.h asks the others what they wait for. */
#ifndef HOST_CORE_DEADLOCK_H
#define HOST_CORE_DEADLOCK_H

#include "core/state.h"

/* For a state that is about to sleep with no timer: whether nobody is left who
 * could wake it. */
bool host_deadlock_found(host_state *host);

/* The records (record.h) of the strands of all other states: the list on the top,
 * which is popped. Kept for the next report. [-1, +0, raises memory] */
void host_deadlock_set_others(lua_State *L);

/* The main strand's wait, if any, ends with RT_ESTUCK, unless it is over. */
void host_deadlock_tell(host_state *host);

/* Pushes an error of kind "deadlock" that names every waiting strand. The main
 * one waits on L. */
void host_deadlock_push(lua_State *L);

#endif
