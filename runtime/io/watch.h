/* watch.h - what happens in files and folders, told by inotify.
 *
 * A watch is a descriptor of the kernel that queues events about any number of
 * paths. Belongs to its loop's thread, but for what says so. */
#ifndef RT_IO_WATCH_H
#define RT_IO_WATCH_H

#include <stddef.h>

#include "io/files.h"

typedef struct rt_watch rt_watch;

/* Returns: RT_OK; RT_ENOMEMORY; -errno. */
int rt_watch_new(rt_loop *loop, rt_watch **watch);

/* Waiters are completed with RT_ECLOSED; the memory goes when uv is done. */
void rt_watch_free(rt_watch *watch);

/* Takes queued events, without waiting: structs inotify_event, as many as fit.
 * Returns: how many bytes; 0: there are none; -errno. */
int rt_watch_take(rt_watch *watch, void *bytes, size_t size);

/* Waits until there are events. All who wait are woken, and look.
 * Returns: RT_PENDING, or what uv says. */
int rt_watch_wait(rt_watch *watch, rt_waiter *waiter);

/* A job that adds the path; result: its number, by which events name it. The
 * descriptor is the job's own. Returns false: none is left. */
bool rt_watch_use(rt_watch *watch, rt_job *job);
rt_job_op rt_watch_add;

/* No effect if the number is not (or no more) in use. */
void rt_watch_remove(rt_watch *watch, int number);

#endif
