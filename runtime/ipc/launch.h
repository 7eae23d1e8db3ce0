/* launch.h - starts a program: the one place that makes a process. */
#ifndef RT_IPC_LAUNCH_H
#define RT_IPC_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/status.h"

enum {
    RT_LAUNCH_WIRE = 3, /* the child's descriptors, when it is our own program
                           (another one may have this); -1 below: left out */
    RT_LAUNCH_OUTPUT_LOCK = 4,
    RT_LAUNCH_JOURNAL = 5,
    RT_LAUNCH_LEDGER = 6
};

typedef struct rt_launch {
    const char *path; /* no search: see rt_launch_find */
    const char *const *argv;
    const char *const *env;
    const char *cwd; /* NULL: as here */
    int stdio[3];    /* -1: as here */
    int wire;
    int output_lock;
    int journal; /* exec/journal.h */
    int ledger;
    bool dies_with_thread; /* killed when the thread that starts it ends */
    bool leads_group;      /* a process group of its own, with its pid */
    int terminal; /* leads a session, of which this is the terminal; 0: not so */

    pid_t pid; /* set when it was started */
    int pidfd; /* close-on-exec; the caller's */
} rt_launch;

/* Starts it and returns when it runs or has failed to. The calling thread
 * must have a stack of its own left; it is stopped meanwhile.
 * Returns: RT_OK; -errno of what failed, RT_ENOMEMORY. */
int rt_launch_start(rt_launch *launch);

/* Whether one of what becomes the child's 0, 1, 2 is a terminal. */
bool rt_launch_has_terminal(const int stdio[3]);

/* Looks `name` up in PATH, unless it contains a slash.
 * Returns: RT_OK and a path in memory of the caller's; -ENOENT; -EACCES
 * (found, but not executable); RT_ENOMEMORY. */
int rt_launch_find(const char *name, char **path);

/* The words of a command, for people to read; NULL: out of memory. */
char *rt_launch_join(const char *const *words);

#endif
