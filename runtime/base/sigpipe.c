/* sigpipe.c - a write sends it to the thread that writes, so it is pending there
 * and not elsewhere. */
#include "base/sigpipe.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

static bool is_pending(void) {
    sigset_t pending;
    (void)sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
}

void rt_sigpipe_hold(rt_sigpipe *held) {
    sigset_t pipe;
    (void)sigemptyset(&pipe);
    (void)sigaddset(&pipe, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipe, &held->before);
    /* One that is not blocked is not pending either. */
    held->was_pending =
        sigismember(&held->before, SIGPIPE) == 1 && is_pending();
}

void rt_sigpipe_release(const rt_sigpipe *held) {
    static const struct timespec no_time;
    int error = errno;
    if (!held->was_pending && is_pending()) {
        sigset_t pipe;
        (void)sigemptyset(&pipe);
        (void)sigaddset(&pipe, SIGPIPE);
        while (sigtimedwait(&pipe, NULL, &no_time) < 0 && errno == EINTR)
            continue;
    }
    (void)pthread_sigmask(SIG_SETMASK, &held->before, NULL);
    errno = error;
}
