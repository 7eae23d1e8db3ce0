/* mutex.h - a lock for a few instructions: 4 bytes, and it looks a moment
 * before it sleeps.
 *
 * What a pthread mutex does when another thread has it is to sleep at once,
 * which takes a hundred times as long as what is done under these locks. It
 * is not recursive, and no thread may hold it while it waits for something. */
#ifndef RT_BASE_MUTEX_H
#define RT_BASE_MUTEX_H

#include <assert.h>
#include <stdatomic.h>

typedef struct rt_mutex {
    atomic_int state; /* rt_mutex_state */
} rt_mutex;

typedef enum {
    RT_MUTEX_FREE,
    RT_MUTEX_HELD,
    RT_MUTEX_CONTENDED /* held, and a thread may be asleep */
} rt_mutex_state;

/* Owns nothing: there is no deinit. */
static inline void rt_mutex_init(rt_mutex *mutex) {
    atomic_init(&mutex->state, RT_MUTEX_FREE);
}

/* Another thread has it. Use rt_mutex_lock. */
void rt_mutex_lock_slowly(rt_mutex *mutex);

/* A thread may be asleep. Use rt_mutex_unlock. */
void rt_mutex_wake(rt_mutex *mutex);

static inline void rt_mutex_lock(rt_mutex *mutex) {
    int expected = RT_MUTEX_FREE;
    if (!atomic_compare_exchange_strong_explicit(
            &mutex->state, &expected, RT_MUTEX_HELD, memory_order_acquire,
            memory_order_relaxed))
        rt_mutex_lock_slowly(mutex);
}

/* After it the mutex may be gone: whoever locks next may free it. */
static inline void rt_mutex_unlock(rt_mutex *mutex) {
    int before = atomic_exchange_explicit(&mutex->state, RT_MUTEX_FREE,
                                          memory_order_release);
    assert(before != RT_MUTEX_FREE);
    if (before == RT_MUTEX_CONTENDED) rt_mutex_wake(mutex);
}

#endif
