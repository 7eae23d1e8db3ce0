/* monitor.h - a thread that looks from time to time whether what a runtime runs
 * gets on: what a busy loop cannot see itself.
 *
 * Each of those it watches says at every look when it wants to be looked at
 * next. When none does, the monitor sleeps until it is told that something has
 * begun to move. It is started at first need, and costs nothing before that. */
#ifndef RT_EXEC_MONITOR_H
#define RT_EXEC_MONITOR_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/list.h"
#include "exec/runtime.h"

typedef struct rt_watched {
    rt_list link; /* private */
    /* On the monitor's thread, with its lock held: only looks, at what is atomic
     * or of its own, and wakes or signals threads. Returns when it wants to be
     * looked at again; RT_NEVER: not before rt_monitor_poke. */
    int64_t (*look)(struct rt_watched *watched, int64_t now_ns);
} rt_watched;

/* From here on it is looked at; without a poke not yet. Any thread. */
void rt_monitor_watch(rt_runtime *runtime, rt_watched *watched);

/* No more: when this returns no look is going on. Not from inside of one. */
void rt_monitor_unwatch(rt_runtime *runtime, rt_watched *watched);

/* Something has begun to move: everything watched is looked at soon. Starts the
 * thread if there is none yet; if it cannot be started nothing is watched. Any
 * thread, not from inside of a look. */
void rt_monitor_poke(rt_runtime *runtime);

/* The same, and cheap, for what begins to move often. */
static inline void rt_monitor_stir(rt_runtime *runtime) {
    if (atomic_load(&runtime->monitor_sleeps)) rt_monitor_poke(runtime);
}

/* For runtime.c: made with the runtime, without a thread. NULL: out of memory. */
struct rt_monitor *rt_monitor_new(void);
void rt_monitor_free(struct rt_monitor *monitor); /* NULL is allowed */

/* For rt_runtime_shutdown: ends the thread. Nothing may be poked any more. */
void rt_monitor_stop(rt_runtime *runtime);

#endif
