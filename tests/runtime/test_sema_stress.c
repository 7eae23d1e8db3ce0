/* A semaphore between threads, with waits that time out or are cancelled:
 * never more than its permits inside, none lost, nobody forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/object.h"
#include "base/status.h"
#include "sync/sema.h"

enum { WORKERS = 5, PERMITS = 2, ROUNDS = 4000 };

typedef struct worker {
    pthread_t thread;
    rt_sema *sema;
    rt_loop loop;
    rt_waiter waiter;
    int number;
    bool is_complete;
} worker;

static atomic_int inside, most;

static void on_complete(rt_waiter *waiter) {
    rt_container_of(waiter, worker, waiter)->is_complete = true;
}

static int acquire(worker *w, int turn) {
    w->is_complete = false;
    int status = rt_sema_acquire(w->sema, &w->waiter);
    if (status != RT_PENDING) return status;
    int64_t soon = rt_clock_now() + turn % 7 * 1000;
    if (turn % 3 == 0) (void)rt_waiter_arm(&w->waiter, soon, soon);
    if (turn % 5 == 0) (void)rt_waiter_cancel(&w->waiter, RT_ECANCELLED);
    while (!w->is_complete) rt_loop_turn(&w->loop, true, RT_NEVER);
    return w->waiter.status;
}

static void note_entry(void) {
    int now = atomic_fetch_add(&inside, 1) + 1;
    int before = atomic_load(&most);
    while (now > before && !atomic_compare_exchange_weak(&most, &before, now))
        continue;
}

static void *run(void *argument) {
    worker *w = argument;
    int turn = w->number;
    for (int i = 0; i < ROUNDS;) {
        if (acquire(w, turn++) != RT_OK) continue;
        note_entry();
        i++;
        atomic_fetch_sub(&inside, 1);
        assert_int_equal(rt_sema_release(w->sema, 1, &w->loop), RT_OK);
    }
    return NULL;
}

static void test_sema_stress_lets_no_more_in(void **state) {
    (void)state;
    rt_sema *sema = rt_sema_new(PERMITS, true);
    assert_non_null(sema);
    static worker workers[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        worker *w = &workers[i];
        w->sema = sema;
        w->number = i;
        rt_loop_init(&w->loop);
        rt_waiter_init(&w->waiter, &w->loop, on_complete);
        assert_int_equal(pthread_create(&w->thread, NULL, run, w), 0);
    }
    for (int i = 0; i < WORKERS; i++) pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < WORKERS; i++) rt_loop_deinit(&workers[i].loop);
    assert_true(atomic_load(&most) <= PERMITS);
    assert_int_equal(rt_sema_free_count(sema), PERMITS);
    rt_object_unref((rt_object *)(void *)sema);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sema_stress_lets_no_more_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
