/* A condition between threads that hand on tokens: as many are taken as were
 * put, though some waits time out or are cancelled while they are notified. A
 * wake-up that is lost leaves a thread asleep for ever.
 *
 * PLAIT_STRESS=1 makes a million rounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/status.h"
#include "sync/condition.h"
#include "sync/lock.h"

enum { MOST_PAIRS = 4, ROOM = 2 };

typedef struct worker {
    pthread_t thread;
    rt_loop loop;
    rt_waiter waiter;
    rt_ticket ticket;
    rt_party party;
    bool is_taker;
    bool is_patient;
    bool is_complete;
    int rounds;
    unsigned turn;
} worker;

static rt_lock *lock;
static rt_condition *not_empty, *not_full;
static int tokens; /* guarded by the lock */

static void on_complete(rt_waiter *waiter) {
    rt_container_of(waiter, worker, waiter)->is_complete = true;
}

static int finish(worker *w, int status) {
    if (status != RT_PENDING) return status;
    while (!w->is_complete) rt_loop_turn(&w->loop, true, RT_NEVER);
    return w->waiter.status;
}

static void acquire(worker *w) {
    w->is_complete = false;
    if (finish(w, rt_lock_acquire(lock, &w->party, &w->waiter, &w->loop)))
        abort();
}

static void release(worker *w) {
    if (rt_lock_release(lock, &w->party, &w->loop)) abort();
}

/* With the lock, before and after. */
static int wait_for(worker *w, rt_condition *condition) {
    rt_condition_enter(condition, &w->ticket);
    release(w);
    w->is_complete = false;
    w->turn++;
    if (!w->is_patient && w->turn % 11 == 0) {
        rt_condition_leave(condition, &w->ticket, &w->loop);
        acquire(w);
        return RT_ECANCELLED;
    }
    int status = rt_condition_wait(condition, &w->ticket, &w->waiter);
    if (status == RT_PENDING && !w->is_patient) {
        int64_t soon = rt_clock_now() + w->turn % 7 * 1000;
        if (w->turn % 3 == 0) (void)rt_waiter_arm(&w->waiter, soon, soon);
        if (w->turn % 5 == 0) (void)rt_waiter_cancel(&w->waiter, RT_ECANCELLED);
    }
    status = finish(w, status);
    acquire(w);
    return status;
}

/* Each change notifies one, so that every single wake-up counts. */
static void take_or_put(worker *w) {
    int step = w->is_taker ? -1 : 1;
    acquire(w);
    while (tokens + step < 0 || tokens + step > ROOM)
        (void)wait_for(w, w->is_taker ? not_empty : not_full);
    tokens += step;
    rt_condition_notify(w->is_taker ? not_full : not_empty, 1, &w->loop);
    release(w);
}

static void *run(void *argument) {
    worker *w = argument;
    for (int i = 0; i < w->rounds; i++) take_or_put(w);
    return NULL;
}

static void run_pairs(int pairs, int rounds, bool is_patient) {
    static worker workers[2 * MOST_PAIRS];
    lock = rt_lock_new(false);
    assert_non_null(lock);
    not_empty = rt_condition_new(&lock->object);
    not_full = rt_condition_new(&lock->object);
    assert_true(not_empty && not_full);
    tokens = 0;
    for (int i = 0; i < 2 * pairs; i++) {
        worker *w = &workers[i];
        *w = (worker){.party = {.kind = RT_PARTY_TASK, .id = (uint32_t)i + 1},
                      .is_taker = i % 2,
                      .is_patient = is_patient,
                      .rounds = rounds / pairs,
                      .turn = (unsigned)i};
        rt_loop_init(&w->loop);
        rt_waiter_init(&w->waiter, &w->loop, on_complete);
    }
    for (int i = 0; i < 2 * pairs; i++)
        assert_int_equal(
            pthread_create(&workers[i].thread, NULL, run, &workers[i]), 0);
    for (int i = 0; i < 2 * pairs; i++) pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < 2 * pairs; i++) {
        rt_loop_turn(&workers[i].loop, false, 0); /* late posts */
        rt_loop_deinit(&workers[i].loop);
    }
    assert_int_equal(tokens, 0);
    assert_int_equal(rt_condition_count(not_empty), 0);
    assert_int_equal(rt_condition_count(not_full), 0);
    rt_object_unref((rt_object *)(void *)not_empty);
    rt_object_unref((rt_object *)(void *)not_full);
    rt_object_unref(&lock->object);
}

static void test_condition_stress_loses_no_notification(void **state) {
    (void)state;
    int rounds = getenv("PLAIT_STRESS") ? 1000000 : 4000;
    for (int pairs = 1; pairs <= MOST_PAIRS; pairs++)
        run_pairs(pairs, rounds, true);
}

static void test_condition_stress_with_impatience(void **state) {
    (void)state;
    int rounds = getenv("PLAIT_STRESS") ? 1000000 : 4000;
    for (int pairs = 1; pairs <= MOST_PAIRS; pairs++)
        run_pairs(pairs, rounds, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_condition_stress_loses_no_notification),
        cmocka_unit_test(test_condition_stress_with_impatience),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
