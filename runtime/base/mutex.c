/* mutex.c - the slow halves: three states, as in Drepper's "Futexes are
 * tricky".
 *
 * Who has slept takes the mutex as contended, since it cannot know whether
 * others still sleep: at worst there is one wake too many. The wake may come
 * when the mutex is gone already, and its memory another's: futexes may be
 * woken for no reason, so that harms nobody. */
#include "base/mutex.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/relax.h"

/* A critical section takes less than this many looks, unless its thread was
 * interrupted in it. */
enum { LOOKS = 100 };

static bool look(rt_mutex *mutex) {
    for (int i = 0; i < LOOKS; i++) {
        rt_relax();
        int state = atomic_load_explicit(&mutex->state, memory_order_relaxed);
        if (state == RT_MUTEX_FREE &&
            atomic_compare_exchange_weak_explicit(
                &mutex->state, &state, RT_MUTEX_HELD, memory_order_acquire,
                memory_order_relaxed))
            return true;
    }
    return false;
}

void rt_mutex_lock_slowly(rt_mutex *mutex) {
    if (look(mutex)) return;
    int saved = errno;
    while (atomic_exchange_explicit(&mutex->state, RT_MUTEX_CONTENDED,
                                    memory_order_acquire) != RT_MUTEX_FREE)
        (void)syscall(SYS_futex, &mutex->state, FUTEX_WAIT_PRIVATE,
                      RT_MUTEX_CONTENDED, NULL, NULL, 0);
    errno = saved;
}

void rt_mutex_wake(rt_mutex *mutex) {
    int saved = errno;
    (void)syscall(SYS_futex, &mutex->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL,
                  0);
    errno = saved;
}
