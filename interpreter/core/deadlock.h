/* deadlock.h - when nothing in the program can run any more.
 *
 * The program's main strand is told. Its state finds out itself when it is alone;
 * else exec/quiet.h does. */
#ifndef HOST_CORE_DEADLOCK_H
#define HOST_CORE_DEADLOCK_H

#include "core/state.h"
#include "exec/quiet.h"

typedef struct host_deadlock {
    rt_quiet_watcher watcher;
    host_state *host; /* the program's main state */
    rt_post post;
    atomic_bool is_posted;
} host_deadlock;

/* From here on the wait of the main strand of `host` ends with RT_ESTUCK when
 * nothing can run any more. `deadlock` stays where it is as long as the runtime. */
void host_deadlock_watch(host_deadlock *deadlock, host_state *host);

/* For a state that is about to sleep, with nothing to wake it: the same, if nobody
 * else is left either. Returns whether it is so. */
bool host_deadlock_check(host_state *host);

/* Pushes an error of kind "deadlock" that names every strand that waited when the
 * main one was told. [-0, +1, raises memory] */
void host_deadlock_push(lua_State *L);

#endif
