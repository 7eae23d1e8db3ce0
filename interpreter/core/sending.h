/* sending.h - what ch:sending(v) gives: a case of a select that would send v.
 *
 * A userdata that keeps the channel's proxy, and v as it was when the case was
 * made. It may be used in any number of selects. */
#ifndef HOST_CORE_SENDING_H
#define HOST_CORE_SENDING_H

#include <lua.h>

#include "data/item.h"

typedef struct host_sending {
    rt_object *channel; /* its proxy is the user value */
    rt_item item;
} host_sending;

/* Pushes a case for the channel whose proxy is at `index`, without an item; it
 * is to be filled by the caller. [-0, +1, raises memory] */
host_sending *host_sending_push(lua_State *L, int index);

/* The case at `index`; NULL: it is none. */
host_sending *host_sending_test(lua_State *L, int index);

/* Makes the metatable. [-0, +0, raises memory] */
void host_sending_set_up(lua_State *L);

#endif
