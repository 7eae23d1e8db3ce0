/* The small mutex: it excludes, and nobody sleeps on. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mutex.h"

enum { THREADS = 4, ROUNDS = 20000 };

typedef struct shared {
    rt_mutex mutex;
    int64_t counter; /* guarded, as is the next */
    int inside;
    int64_t hold_ns; /* how long a thread keeps the mutex now and then */
} shared;

static void pass(int64_t ns) {
    for (int64_t end = rt_clock_now() + ns; rt_clock_now() < end;) continue;
}

static void *count(void *argument) {
    shared *s = argument;
    for (int i = 0; i < ROUNDS; i++) {
        rt_mutex_lock(&s->mutex);
        assert_int_equal(s->inside++, 0);
        s->counter++;
        if (s->hold_ns > 0 && i % 1000 == 0) pass(s->hold_ns);
        s->inside--;
        rt_mutex_unlock(&s->mutex);
    }
    return NULL;
}

static void run(int64_t hold_ns) {
    shared s = {.hold_ns = hold_ns};
    rt_mutex_init(&s.mutex);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count, &s), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_int_equal(s.counter, THREADS * ROUNDS);
    assert_int_equal(atomic_load(&s.mutex.state), RT_MUTEX_FREE);
}

static void test_mutex_excludes(void **state) {
    (void)state;
    run(0);
}

/* Longer than anybody looks, so all others go to sleep and have to be woken. */
static void test_mutex_wakes_sleepers(void **state) {
    (void)state;
    run(200 * 1000);
}

static void test_mutex_of_one_thread_is_free_again(void **state) {
    (void)state;
    rt_mutex mutex;
    rt_mutex_init(&mutex);
    for (int i = 0; i < 3; i++) {
        rt_mutex_lock(&mutex);
        assert_int_equal(atomic_load(&mutex.state), RT_MUTEX_HELD);
        rt_mutex_unlock(&mutex);
        assert_int_equal(atomic_load(&mutex.state), RT_MUTEX_FREE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutex_excludes),
        cmocka_unit_test(test_mutex_wakes_sleepers),
        cmocka_unit_test(test_mutex_of_one_thread_is_free_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
