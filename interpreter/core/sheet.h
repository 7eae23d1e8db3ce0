/* sheet.h - the records of all strands of one state. */
#ifndef HOST_CORE_SHEET_H
#define HOST_CORE_SHEET_H

#include "core/state.h"

/* The main strand first, then the tasks in the order of their start. `L` runs, at
 * that level of its stack; or, if no strand runs, is the one on which the main
 * strand waits. Raises nothing, and takes no memory of Lua's. NULL: out of memory.
 * [-0, +0, -] */
rt_message *host_sheet_of(lua_State *L, int level);

#endif
