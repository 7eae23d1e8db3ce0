/* sigpipe.h - writing to what nobody reads without SIGPIPE, whatever the program
 * does about that: for system calls and libraries that know no MSG_NOSIGNAL. */
#ifndef RT_BASE_SIGPIPE_H
#define RT_BASE_SIGPIPE_H

#include <signal.h>
#include <stdbool.h>

typedef struct rt_sigpipe {
    sigset_t before;
    bool was_pending;
} rt_sigpipe;

/* Blocks it on this thread. */
void rt_sigpipe_hold(rt_sigpipe *held);

/* Takes back one that was sent meanwhile, and ends the blocking; errno stays. */
void rt_sigpipe_release(const rt_sigpipe *held);

#endif
