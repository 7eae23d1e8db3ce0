/* holder.h - who has a lock, in words. */
#ifndef HOST_CORE_HOLDER_H
#define HOST_CORE_HOLDER_H

#include "core/state.h"
#include "sync/lock.h"

/* Pushes "held by task 3 'reader', acquired at app.lua:14", "free" or
 * "abandoned". Names are known of tasks of this state only.
 * [-0, +1, raises memory] */
void host_holder_push(lua_State *L, rt_lock *lock);

/* Pushes "Lock 7, held by task 3, acquired at app.lua:14", "Channel 8".
 * [-0, +1, raises memory] */
void host_holder_push_object(lua_State *L, rt_object *object);

/* Pushes what the C function that runs on L waits for, or was about to: " for Lock 7,
 * held by task 3, acquired at app.lua:14"; "" if it does not say. `wait` is the
 * wait's name. [-0, +1, raises memory] */
void host_holder_push_subject(lua_State *L, const char *wait);

#endif
