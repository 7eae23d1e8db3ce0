/* stock.h - functions of Lua's own libraries that may keep their thread waiting,
 * and what lets other strands run meanwhile. */
#ifndef HOST_CORE_STOCK_H
#define HOST_CORE_STOCK_H

#include "core/state.h"

typedef struct host_stock {
    const char *name;   /* "io.read" */
    const char *advice; /* what to use instead, or what there is to say */
} host_stock;

/* Finds the functions in the state, which the script may have replaced.
 * [-0, +0, raises memory] */
void host_stock_note(lua_State *L);

/* Which one that is; NULL: none of them. Also in a signal handler. */
const host_stock *host_stock_find(const host_state *host,
                                  lua_CFunction function);

#endif
