/* update.h - changing a shared value by a function, in one step for others.
 *
 * The value is read, the function called with it, and what that returns stored
 * if the value is still the one that was read; if it is not, all of that is
 * done again. So the function may wait, and may be called several times. It
 * must not change what it is called to update: that would go on for ever. */
#ifndef HOST_CORE_UPDATE_H
#define HOST_CORE_UPDATE_H

#include "core/state.h"

typedef struct host_update {
    const char *name; /* "Value:update", for messages */
    int argument;     /* which of its arguments the function is */
    /* (object, key) -> token, value; token tells this state of the value */
    lua_CFunction look;
    /* (object, key, token, new) -> whether it was swapped, what is stored */
    lua_CFunction swap;
} host_update;

/* The stack: the object, its key (nil if it has only one value), the function;
 * nothing else. `key` is the key as an item, which is copied. Returns what is
 * stored. [raises; a C function's last call] */
int host_update_run(lua_State *L, const host_update *how, const rt_item *key);

/* Use host_update_check. */
void host_update_check_all(lua_State *L, const rt_object *object,
                           const rt_item *key, const char *what);

/* Before `what` ("Value:set") changes the object, at that key: raises kind
 * "usage" inside of a function that is called to update the same. */
static inline void host_update_check(lua_State *L, const rt_object *object,
                                     const rt_item *key, const char *what) {
    if (!rt_list_empty(&host_of(L)->updates))
        host_update_check_all(L, object, key, what);
}

#endif
