/* deaf.c - a thread begins with the mask of the one that makes it. */
#include "base/deaf.h"

#include <signal.h>

int rt_deaf_thread(pthread_t *thread, void *(*run)(void *argument),
                   void *argument) {
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(thread, NULL, run, argument);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
}
