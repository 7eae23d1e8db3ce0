/* A lock between threads, with waits that time out or are cancelled: never two
 * owners, never none while somebody waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/status.h"
#include "sync/lock.h"

enum { WORKERS = 4, ROUNDS = 4000 };

typedef struct worker {
    pthread_t thread;
    rt_lock *lock;
    rt_loop loop;
    rt_waiter waiter;
    rt_party party;
    bool is_complete;
} worker;

static int counter; /* guarded by the lock under test, and only by it */

static void on_complete(rt_waiter *waiter) {
    rt_container_of(waiter, worker, waiter)->is_complete = true;
}

static int acquire(worker *w, int turn) {
    w->is_complete = false;
    int status = rt_lock_acquire(w->lock, w->party, &w->waiter, &w->loop);
    if (status != RT_PENDING) return status;
    int64_t soon = rt_clock_now() + turn % 7 * 1000;
    if (turn % 3 == 0) (void)rt_waiter_arm(&w->waiter, soon, soon);
    if (turn % 5 == 0) (void)rt_waiter_cancel(&w->waiter, RT_ECANCELLED);
    while (!w->is_complete) rt_loop_turn(&w->loop, true, RT_NEVER);
    return w->waiter.status;
}

static void *run(void *argument) {
    worker *w = argument;
    int turn = (int)w->party.strand;
    for (int i = 0; i < ROUNDS;) {
        if (acquire(w, turn++) != RT_OK) continue;
        rt_party owner;
        counter++;
        i++;
        assert_int_equal(rt_lock_release(w->lock, w->party, &w->loop, &owner),
                         RT_OK);
    }
    return NULL;
}

static void test_lock_stress_excludes(void **state) {
    (void)state;
    rt_lock *lock = rt_lock_new(false);
    assert_non_null(lock);
    static worker workers[WORKERS];
    counter = 0;
    for (int i = 0; i < WORKERS; i++) {
        worker *w = &workers[i];
        w->lock = lock;
        w->party = (rt_party){NULL, (uint64_t)i + 1, "thread", 0};
        rt_loop_init(&w->loop);
        rt_waiter_init(&w->waiter, &w->loop, on_complete);
        assert_int_equal(pthread_create(&w->thread, NULL, run, w), 0);
    }
    for (int i = 0; i < WORKERS; i++) pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < WORKERS; i++) rt_loop_deinit(&workers[i].loop);
    assert_int_equal(counter, WORKERS * ROUNDS);
    assert_false(rt_lock_is_taken(lock));
    rt_object_unref(&lock->object);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lock_stress_excludes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
