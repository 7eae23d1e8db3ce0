/* holder.h - who has a lock, and who waits for what, in words. */
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

/* Pushes what the strand, which is one of L's state and waits, waits for, and
 * where: "waits (lock) at app.lua:20 for Lock 7, held by task 3, acquired
 * at app.lua:14". The main strand is one that waits on L.
 * [-0, +1, raises memory] */
void host_holder_push_wait(lua_State *L, host_strand *strand);

#endif
