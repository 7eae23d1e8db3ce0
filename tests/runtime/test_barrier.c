/* Barriers on one thread: rounds, positions, all the ways a round can break. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/status.h"
#include "calls.h"
#include "party.h"
#include "sync/barrier.h"
#include "failing.h"

typedef struct fixture {
    rt_loop loop;
    party a, b, c;
    rt_barrier *barrier; /* for three */
    size_t blocks;
} fixture;

static struct rt_wire one, two;

static rt_object *object_of(fixture *f) {
    return (rt_object *)(void *)f->barrier;
}

static int set_up(void **state) {
    static fixture f;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    init_party(&f.a, &f.loop);
    init_party(&f.b, &f.loop);
    init_party(&f.c, &f.loop);
    f.barrier = rt_barrier_new(3);
    *state = &f;
    return f.barrier ? 0 : 1;
}

static int tear_down(void **state) {
    fixture *f = *state;
    rt_object_unref(object_of(f));
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_deinit(&f->loop);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

static int come(fixture *f, party *p) {
    p->status = rt_barrier_wait(f->barrier, &p->waiter, &f->loop);
    return p->status;
}

/* Two of the three. */
static void two_come(fixture *f) {
    assert_int_equal(come(f, &f->a), RT_PENDING);
    assert_int_equal(come(f, &f->b), RT_PENDING);
    assert_int_equal(rt_barrier_waiting(f->barrier), 2);
}

static void assert_round_is_complete(fixture *f) {
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->b.status, RT_OK);
    assert_int_equal(f->c.status, RT_OK);
    assert_int_equal(f->a.waiter.detail, 1);
    assert_int_equal(f->b.waiter.detail, 2);
    assert_int_equal(f->c.waiter.detail, 3);
    assert_int_equal(rt_barrier_waiting(f->barrier), 0);
}

static void test_barrier_lets_all_go_at_once(void **state) {
    fixture *f = *state;
    assert_int_equal(rt_barrier_parties(f->barrier), 3);
    for (int round = 0; round < 3; round++) {
        two_come(f);
        assert_int_equal(f->a.status, RT_PENDING);
        assert_int_equal(come(f, &f->c), RT_OK);
        assert_round_is_complete(f);
    }
}

static void test_barrier_for_one(void **state) {
    fixture *f = *state;
    rt_object_unref(object_of(f));
    f->barrier = rt_barrier_new(1);
    assert_non_null(f->barrier);
    assert_int_equal(come(f, &f->a), RT_OK);
    assert_int_equal(f->a.waiter.detail, 1);
    assert_int_equal(come(f, &f->a), RT_OK);
}

static void test_barrier_time_out_breaks_it(void **state) {
    fixture *f = *state;
    two_come(f);
    assert_int_equal(rt_waiter_arm(&f->a.waiter, 1, 1), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_ETIMEOUT);
    assert_int_equal(f->b.status, RT_EBROKEN);
    assert_true(rt_barrier_is_broken(f->barrier));
    assert_int_equal(come(f, &f->c), RT_EBROKEN);
    rt_barrier_reset(f->barrier, &f->loop);
    assert_false(rt_barrier_is_broken(f->barrier));
    two_come(f);
    assert_int_equal(come(f, &f->c), RT_OK);
    assert_round_is_complete(f);
}

static void test_barrier_cancelled_has_not_come(void **state) {
    fixture *f = *state;
    assert_int_equal(come(f, &f->c), RT_PENDING);
    assert_true(rt_waiter_cancel(&f->c.waiter, RT_ECANCELLED));
    assert_int_equal(f->c.status, RT_ECANCELLED);
    assert_false(rt_barrier_is_broken(f->barrier));
    two_come(f);
    assert_int_equal(come(f, &f->c), RT_OK);
    assert_round_is_complete(f);
}

/* A cancellation, or a time-out, that has begun when the last one comes. */
static void test_barrier_too_late_to_leave(void **state) {
    fixture *f = *state;
    const int reasons[] = {RT_ECANCELLED, RT_ETIMEOUT};
    for (int i = 0; i < 2; i++) {
        two_come(f);
        assert_true(rt_waiter_claim(&f->a.waiter)); /* as rt_waiter_cancel */
        assert_int_equal(come(f, &f->c), RT_OK);
        assert_int_equal(f->b.status, RT_OK);
        assert_int_equal(f->a.status, RT_PENDING);
        f->a.waiter.status = reasons[i];
        f->a.waiter.withdraw(&f->a.waiter);
        assert_int_equal(f->a.waiter.status, RT_OK);
        rt_waiter_complete_here(&f->a.waiter, f->a.waiter.status);
        assert_round_is_complete(f);
        assert_false(rt_barrier_is_broken(f->barrier));
    }
}

/* The same when the barrier is reset: the new round is not broken by it. */
static void test_barrier_leaves_a_round_that_is_over(void **state) {
    fixture *f = *state;
    two_come(f);
    assert_true(rt_waiter_claim(&f->a.waiter));
    rt_barrier_reset(f->barrier, &f->loop);
    assert_int_equal(f->b.status, RT_EBROKEN);
    assert_int_equal(come(f, &f->b), RT_PENDING);
    f->a.waiter.status = RT_ETIMEOUT;
    f->a.waiter.withdraw(&f->a.waiter);
    rt_waiter_complete_here(&f->a.waiter, f->a.waiter.status);
    assert_int_equal(f->a.status, RT_ETIMEOUT);
    assert_false(rt_barrier_is_broken(f->barrier));
    assert_int_equal(rt_barrier_waiting(f->barrier), 1);
    rt_barrier_abort(f->barrier, &f->loop);
}

static void test_barrier_abort_and_reset(void **state) {
    fixture *f = *state;
    two_come(f);
    rt_barrier_abort(f->barrier, &f->loop);
    assert_int_equal(f->a.status, RT_EBROKEN);
    assert_int_equal(f->b.status, RT_EBROKEN);
    assert_int_equal(come(f, &f->a), RT_EBROKEN);
    rt_barrier_reset(f->barrier, &f->loop);
    two_come(f);
    rt_barrier_reset(f->barrier, &f->loop); /* who waits is sent away */
    assert_int_equal(f->a.status, RT_EBROKEN);
    assert_false(rt_barrier_is_broken(f->barrier));
    rt_barrier_reset(f->barrier, &f->loop);
    two_come(f);
    assert_int_equal(come(f, &f->c), RT_OK);
    assert_round_is_complete(f);
}

/* ---- other processes ---- */

static int remote(fixture *f, asked *a, struct rt_wire *wire, int operation) {
    return ask_object(a, object_of(f), &f->loop, wire, 7, operation, NULL);
}

static void test_barrier_operations_of_others(void **state) {
    fixture *f = *state;
    asked a, b, c;
    assert_int_equal(remote(f, &a, &one, RT_BARRIER_WAIT), RT_PENDING);
    assert_int_equal(come(f, &f->b), RT_PENDING);
    assert_int_equal(remote(f, &c, &two, RT_BARRIER_WAITING), RT_OK);
    assert_int_equal(c.item.as.integer, 2);
    assert_int_equal(remote(f, &c, &two, RT_BARRIER_PARTIES), RT_OK);
    assert_int_equal(c.item.as.integer, 3);
    assert_int_equal(remote(f, &c, &two, RT_BARRIER_WAIT), RT_OK);
    assert_int_equal(c.item.as.integer, 3);
    assert_int_equal(a.status, RT_OK);
    assert_int_equal(a.item.as.integer, 1);
    assert_int_equal(f->b.waiter.detail, 2);

    assert_int_equal(remote(f, &a, &one, RT_BARRIER_WAIT), RT_PENDING);
    assert_int_equal(remote(f, &b, &two, RT_BARRIER_ABORT), RT_OK);
    assert_int_equal(a.status, RT_EBROKEN);
    assert_int_equal(remote(f, &b, &two, RT_BARRIER_BROKEN), RT_OK);
    assert_true(b.item.as.boolean);
    assert_int_equal(remote(f, &a, &one, RT_BARRIER_WAIT), RT_EBROKEN);
    assert_int_equal(remote(f, &b, &two, RT_BARRIER_RESET), RT_OK);
    assert_int_equal(remote(f, &b, &two, RT_BARRIER_BROKEN), RT_OK);
    assert_false(b.item.as.boolean);
    assert_int_equal(remote(f, &b, &two, 99), RT_EUSAGE);
}

static void test_barrier_breaks_when_a_process_dies(void **state) {
    fixture *f = *state;
    const int reasons[] = {RT_EDIED, RT_ETIMEOUT, RT_ECANCELLED};
    for (int i = 0; i < 3; i++) {
        asked a, b;
        assert_int_equal(remote(f, &a, &one, RT_BARRIER_WAIT), RT_PENDING);
        assert_int_equal(remote(f, &b, &two, RT_BARRIER_WAIT), RT_PENDING);
        assert_true(rt_waiter_cancel(&a.call.waiter, reasons[i]));
        rt_loop_turn(&f->loop, false, 0);
        assert_int_equal(a.status, reasons[i]);
        bool breaks = reasons[i] != RT_ECANCELLED;
        assert_int_equal(rt_barrier_is_broken(f->barrier), breaks);
        assert_int_equal(b.status, breaks ? RT_EBROKEN : RT_PENDING);
        rt_barrier_reset(f->barrier, &f->loop);
    }
}

static void test_barrier_without_memory(void **state) {
    fixture *f = *state;
    if (!can_fail_allocations()) skip();
    asked a;
    rt_alloc_fail(1, 0);
    rt_barrier *barrier = rt_barrier_new(2);
    rt_alloc_fail(0, 0);
    assert_null(barrier);
    two_come(f);
    rt_alloc_fail(1, 0); /* others are not kept by an answer that fails */
    int status = remote(f, &a, &one, RT_BARRIER_WAIT);
    rt_alloc_fail(0, 0);
    assert_int_equal(status, RT_ENOMEMORY);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->b.status, RT_OK);
}

/* ---- between threads, some of whose waits are cancelled ---- */

enum { WORKERS = 5, PARTIES = 3, ROUNDS = 5000 };

typedef struct worker {
    pthread_t thread;
    rt_barrier *barrier;
    rt_loop loop;
    rt_waiter waiter;
    int number;
    bool is_complete;
    int positions[PARTIES + 1]; /* how often it was the first, the second... */
} worker;

static void on_worker_complete(rt_waiter *waiter) {
    rt_container_of(waiter, worker, waiter)->is_complete = true;
}

static int wait_in_thread(worker *w, int turn) {
    w->is_complete = false;
    int status = rt_barrier_wait(w->barrier, &w->waiter, &w->loop);
    if (status != RT_PENDING) return status;
    if (turn % 3 == 0) (void)rt_waiter_cancel(&w->waiter, RT_ECANCELLED);
    while (!w->is_complete) {
        int64_t soon = rt_clock_now() + 20000;
        rt_loop_turn(&w->loop, true, soon);
        if (!w->is_complete && rt_clock_now() >= soon)
            (void)rt_waiter_cancel(&w->waiter, RT_ECANCELLED);
    }
    return w->waiter.status;
}

static void *run_worker(void *argument) {
    worker *w = argument;
    for (int turn = w->number;; turn++) {
        int status = wait_in_thread(w, turn);
        if (status == RT_EBROKEN) return NULL;
        if (status != RT_OK) continue;
        w->positions[w->waiter.detail]++;
        if (w->positions[PARTIES] == ROUNDS)
            rt_barrier_abort(w->barrier, &w->loop);
    }
}

/* Every round has a first, a second and a last, whoever left in between. */
static void test_barrier_stress_rounds_are_whole(void **state) {
    fixture *f = *state;
    static worker workers[WORKERS];
    int totals[PARTIES + 1] = {0};
    for (int i = 0; i < WORKERS; i++) {
        worker *w = &workers[i];
        *w = (worker){.barrier = f->barrier, .number = i};
        rt_loop_init(&w->loop);
        rt_waiter_init(&w->waiter, &w->loop, on_worker_complete);
        assert_int_equal(pthread_create(&w->thread, NULL, run_worker, w), 0);
    }
    for (int i = 0; i < WORKERS; i++) pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < WORKERS; i++) {
        rt_loop_deinit(&workers[i].loop);
        for (int p = 1; p <= PARTIES; p++) totals[p] += workers[i].positions[p];
    }
    assert_true(totals[PARTIES] >= ROUNDS);
    assert_int_equal(totals[1], totals[PARTIES]);
    assert_int_equal(totals[2], totals[PARTIES]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_barrier_lets_all_go_at_once),
        TEST(test_barrier_for_one),
        TEST(test_barrier_time_out_breaks_it),
        TEST(test_barrier_cancelled_has_not_come),
        TEST(test_barrier_too_late_to_leave),
        TEST(test_barrier_leaves_a_round_that_is_over),
        TEST(test_barrier_abort_and_reset),
        TEST(test_barrier_operations_of_others),
        TEST(test_barrier_breaks_when_a_process_dies),
        TEST(test_barrier_without_memory),
        TEST(test_barrier_stress_rounds_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
