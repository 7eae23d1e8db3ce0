/* quiet.h - whether there is anything left in a program that could go on by
 * itself, or be woken.
 *
 * A program is quiet when all its loops sleep for good, with nothing posted to
 * them, and nothing else can wake one: no timer, no other program that it has
 * started, no source of events from outside. From then on nothing happens in it.
 * A thread that runs, waits in a system call, or begins or ends, is not asleep.
 *
 * Any thread may call any function here. */
#ifndef RT_EXEC_QUIET_H
#define RT_EXEC_QUIET_H

#include "exec/runtime.h"

/* The loop is one of the runtime's, driven by a thread that runs from here on, to
 * the end of it. It is outlived by the runtime. */
void rt_quiet_join(rt_runtime *runtime, rt_loop *loop);
void rt_quiet_leave(rt_runtime *runtime, rt_loop *loop);

/* Something from outside may wake strands from here on (a signal that the script
 * handles, a socket that it listens to), or not any more. */
void rt_quiet_add_source(rt_runtime *runtime);
void rt_quiet_remove_source(rt_runtime *runtime);

/* The same, for one that may wake them, and that nobody counts on: a virtual clock
 * (pace.h) does not wait for it. */
void rt_quiet_add_passive_source(rt_runtime *runtime);

/* Who wants to know that the program has become quiet. Both are called on the
 * monitor's thread with its lock held, so they may only look, and post. */
typedef struct rt_quiet_watcher {
    /* Between the two looks that may find it quiet: while it is. May be NULL. */
    void (*note)(struct rt_quiet_watcher *watcher);
    /* It is quiet, and has been for so long. */
    void (*tell)(struct rt_quiet_watcher *watcher);
    int64_t patience_ns; /* if there is a hub, so maybe processes; else 0 */
} rt_quiet_watcher;

/* From here on the watcher is told, and no other one. It is outlived by the
 * runtime's threads. */
void rt_quiet_watch(rt_runtime *runtime, rt_quiet_watcher *watcher);

/* Whether it is quiet now, if the calling thread's loop is left out of account.
 * (NULL: that is none of the runtime's.) */
bool rt_quiet_is(rt_runtime *runtime, const rt_loop *but);

/* For runtime.c. NULL: out of memory. */
struct rt_quiet *rt_quiet_new(rt_runtime *runtime);
void rt_quiet_free(struct rt_quiet *quiet);

#endif
