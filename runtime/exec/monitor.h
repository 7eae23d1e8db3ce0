/* monitor.h - a thread that looks from time to time whether what a runtime runs
 * gets on: what a busy loop cannot see itself.
 *
 * Each of those it watches says at every look when it wants to be looked at
 * next. When none does, the monitor sleeps until it is told that something has
 * begun to move. It is started at first need, and costs nothing before that. */
#ifndef RT_EXEC_MONITOR_H
#define RT_EXEC_MONITOR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/list.h"
#include "exec/runtime.h"

typedef struct rt_watched {
    rt_list link; /* private */
    /* On the monitor's thread, with its lock held: only looks, at what is atomic
     * or of its own, and wakes or signals threads. Returns when it wants to be
     * looked at again; RT_NEVER: not before rt_monitor_poke. It may be called
     * again at once: what it does is to have no effect then. */
    int64_t (*look)(struct rt_watched *watched, int64_t now_ns);
} rt_watched;

/* From here on it is looked at; without a poke not yet. Any thread. */
void rt_monitor_watch(rt_runtime *runtime, rt_watched *watched);

/* No more: when this returns no look is going on. Not from inside of one. */
void rt_monitor_unwatch(rt_runtime *runtime, rt_watched *watched);

/* Everything watched is looked at soon. Starts the thread if there is none yet; if
 * it cannot be started nothing is watched. Any thread, not from inside of a look. */
void rt_monitor_poke(rt_runtime *runtime);

/* Something has changed, and is to be looked at by `when_ns`. Cheap if the
 * monitor looks before that anyway. */
static inline void rt_monitor_expect(rt_runtime *runtime, int64_t when_ns) {
    if (when_ns < atomic_load(&runtime->monitor_due_ns))
        rt_monitor_poke(runtime);
}

/* Something has begun to move: pokes a monitor that sleeps. */
static inline void rt_monitor_stir(rt_runtime *runtime) {
    if (atomic_load(&runtime->monitor_due_ns) == RT_NEVER)
        rt_monitor_poke(runtime);
}

/* Keeps looks from going on: for what they read that is not atomic. The lock is a
 * leaf. Not from inside of a look. */
void rt_monitor_lock(rt_runtime *runtime);
void rt_monitor_unlock(rt_runtime *runtime);

/* Calls `each` for everything watched, with the lock held. */
void rt_monitor_each(rt_runtime *runtime,
                     void (*each)(rt_watched *watched, void *context),
                     void *context);

/* For the main function of a program, before there is another thread: what the first
 * monitor would do itself, but then it takes the kernel some 10 ms, in which the
 * program may have come to its end and waits for it. */
void rt_monitor_prepare(void);

/* From inside of a look: what the watched threads do after this sees what the
 * look wrote before it, and the look sees what they did before. It spares them
 * a fence of their own. Returns false where the system has no such thing. */
bool rt_monitor_fence(void);

/* A bell is what a signal handler can do: runtime->on_bells is called with it, on
 * the monitor's thread and without locks; as soon as there is one, which is for
 * the caller to see to (rt_monitor_poke, outside of the handler). */
typedef enum {
    RT_BELL_DUMP = 1, /* write what all strands do to the standard error */
    RT_BELL_DOOR = 2  /* somebody in another process wants to know it */
} rt_bell;
void rt_monitor_ring(rt_runtime *runtime, unsigned bells);

/* For runtime.c: made with the runtime, without a thread. NULL: out of memory. */
struct rt_monitor *rt_monitor_new(void);
void rt_monitor_free(struct rt_monitor *monitor); /* NULL is allowed */

/* For rt_runtime_shutdown: ends the thread. Nothing may be poked any more. */
void rt_monitor_stop(rt_runtime *runtime);

#endif
