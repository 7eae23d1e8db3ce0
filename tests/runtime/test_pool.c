/* Who of a pool gets which job, what cancels it, how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/splice.h"
#include "exec/outcome.h"
#include "workers.h"
#include "failing.h"

/* ---- who gets what ---- */

static void test_pool_gives_jobs_in_order(void **state) {
    (void)state;
    assert_int_equal(open_pool(2, 0), RT_OK);
    worker *v = &f.workers[0], *w = &f.workers[1];
    assert_int_equal(give(&f.a, 1, 2), RT_PENDING);
    assert_int_equal(give(&f.b, 10, 1), RT_PENDING);
    assert_int_equal(ask(v), RT_OK);
    assert_true(has_item(v, 1));
    assert_int_equal(ask(w), RT_OK);
    assert_true(has_item(w, 10));
    rt_seat_answer(w->seat, RT_OK, make_results(100, 1));
    assert_int_equal(ask(w), RT_PENDING);
    assert_int_equal(give(&f.c, 20, 1), RT_PENDING);
    run_loop();
    assert_int_equal(w->status, RT_OK);
    assert_true(has_item(w, 20));
    rt_seat_answer(w->seat, RT_OK, make_results(200, 1));
    rt_seat_answer(v->seat, RT_OK, make_results(5, 2));
    run_loop();
    assert_answer(&f.a, RT_OK, 5, 2);
    assert_answer(&f.b, RT_OK, 100, 1);
    assert_answer(&f.c, RT_OK, 200, 1);
}

static void test_pool_prefers_who_worked_last(void **state) {
    (void)state;
    assert_int_equal(open_pool(3, 0), RT_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ask(&f.workers[i]), RT_PENDING);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    run_loop();
    assert_int_equal(f.workers[2].status, RT_OK);
    assert_int_equal(f.workers[0].status, RT_PENDING);
    rt_seat_answer(f.workers[2].seat, RT_OK, make_results(1, 1));
    assert_int_equal(ask(&f.workers[2]), RT_PENDING);
    assert_int_equal(give(&f.b, 1, 1), RT_PENDING);
    run_loop();
    assert_int_equal(f.workers[2].status, RT_OK);
    rt_seat_answer(f.workers[2].seat, RT_OK, make_results(1, 1));
    run_loop();
    assert_answer(&f.a, RT_OK, 1, 1);
    assert_answer(&f.b, RT_OK, 1, 1);
}

static void test_pool_recycles(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 2), RT_OK);
    worker *w = &f.workers[0];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
        assert_int_equal(ask(w), RT_OK);
        rt_seat_answer(w->seat, RT_OK, make_results(1, 1));
        run_loop();
        assert_answer(&f.a, RT_OK, 1, 1);
    }
    assert_int_equal(give(&f.a, 3, 1), RT_PENDING);
    assert_int_equal(ask(w), RT_ECLOSED);
    leave(w);
    assert_int_equal(f.worker_count, 2);
    assert_int_equal(ask(&f.workers[1]), RT_OK);
    rt_seat_answer(f.workers[1].seat, RT_OK, make_results(3, 1));
    run_loop();
    assert_answer(&f.a, RT_OK, 3, 1);
}

static void test_pool_refuses_what_is_no_job(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    rt_message *bad[4];
    bad[0] = make_results(1, 6);
    bad[1] = make_job((rt_pool_mode)9, 1, 2, 0);
    bad[2] = make_job(RT_POOL_EACH, 1, 0, 0);
    bad[3] = make_job(RT_POOL_EACH, 1, 200000, 0);
    for (int i = 0; i < 4; i++) {
        int status = rt_pool_run(f.pool, bad[i], &f.a.waiter);
        assert_int_equal(status, i == 3 ? RT_ELIMIT : RT_EDAMAGED);
        assert_false(rt_waiter_parked(&f.a.waiter));
        rt_message_free(bad[i]);
    }
}

/* ---- cancelling ---- */

static void test_pool_stops_jobs(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    worker *w = &f.workers[0];
    watch(w);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    assert_int_equal(ask(w), RT_OK);
    assert_int_equal(give(&f.b, 2, 1), RT_PENDING);
    rt_pool_stop(&f.b.waiter); /* nobody has begun it */
    rt_pool_stop(&f.b.waiter);
    run_loop();
    assert_answer(&f.b, RT_STRAND_SAYS_CANCELLED, 0, 0);
    rt_pool_stop(&f.b.waiter); /* it is over */
    rt_pool_stop(&f.a.waiter);
    run_loop();
    assert_int_equal(w->told, w->job.number);
    assert_int_equal(f.a.status, RT_PENDING); /* until the worker says so */
    rt_seat_answer(w->seat, RT_STRAND_SAYS_CANCELLED,
                   rt_outcome_cancelled(NULL));
    run_loop();
    assert_answer(&f.a, RT_STRAND_SAYS_CANCELLED, 0, 0);
}

/* A worker that does not listen just then hears of it when it does. */
static void test_pool_tells_later(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    worker *w = &f.workers[0];
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    assert_int_equal(ask(w), RT_OK);
    rt_pool_stop(&f.a.waiter);
    watch(w);
    run_loop();
    assert_int_equal(w->told, w->job.number);
    rt_seat_answer(w->seat, RT_OK,
                   make_results(1, 1)); /* a result all the same */
    run_loop();
    assert_answer(&f.a, RT_OK, 1, 1);
    /* Of one that is over nobody hears. */
    w->told = 0;
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    assert_int_equal(ask(w), RT_OK);
    rt_pool_stop(&f.a.waiter);
    rt_seat_answer(w->seat, RT_OK, make_results(1, 1));
    watch(w);
    run_loop();
    assert_int_equal(w->told, 0);
    assert_answer(&f.a, RT_OK, 1, 1);
}

/* Who waits no more is not told; the job is cancelled. */
static void test_pool_client_withdraws(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    worker *w = &f.workers[0];
    watch(w);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    assert_int_equal(give(&f.b, 2, 1), RT_PENDING);
    assert_int_equal(ask(w), RT_OK);
    assert_true(rt_waiter_cancel(&f.a.waiter, RT_ETIMEOUT));
    assert_true(rt_waiter_cancel(&f.b.waiter, RT_ECANCELLED));
    assert_int_equal(f.a.status, RT_ETIMEOUT);
    assert_int_equal(f.b.status, RT_ECANCELLED);
    run_loop();
    assert_int_equal(w->told, w->job.number);
    rt_seat_answer(w->seat, RT_OK, make_results(1, 1));
    assert_int_equal(ask(w), RT_PENDING); /* the other one is gone */
}

static void test_pool_group_ends_with_its_first_failure(void **state) {
    (void)state;
    assert_int_equal(open_pool(2, 0), RT_OK);
    worker *v = &f.workers[0], *w = &f.workers[1];
    watch(v);
    assert_int_equal(give_grouped(&f.a, 1, 1, 7), RT_PENDING);
    assert_int_equal(give_grouped(&f.b, 2, 1, 7), RT_PENDING);
    assert_int_equal(ask(v), RT_OK);
    assert_int_equal(ask(w), RT_OK);
    assert_int_equal(give_grouped(&f.c, 3, 1, 7), RT_PENDING);
    rt_seat_answer(w->seat, RT_STRAND_SAYS_FAILED,
                   rt_outcome_error("x", "y", NULL));
    run_loop();
    assert_int_equal(v->told, v->job.number);
    assert_answer(&f.b, RT_STRAND_SAYS_FAILED, 0, 0);
    assert_answer(&f.c, RT_STRAND_SAYS_CANCELLED, 0, 0);
    /* What is given later is over at once; other groups go on. */
    assert_int_equal(give_grouped(&f.b, 4, 1, 7), RT_PENDING);
    assert_int_equal(give_grouped(&f.c, 5, 1, 8), RT_PENDING);
    run_loop();
    assert_answer(&f.b, RT_STRAND_SAYS_CANCELLED, 0, 0);
    assert_int_equal(ask(w), RT_OK);
    assert_true(has_item(w, 5));
    rt_seat_answer(w->seat, RT_OK, make_results(5, 1));
    rt_seat_answer(v->seat, RT_OK, make_results(1, 1));
    run_loop();
    assert_answer(&f.a, RT_OK, 1, 1);
    assert_answer(&f.c, RT_OK, 5, 1);
}

/* ---- handles ---- */

static void test_pool_handles(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    worker *w = &f.workers[0];
    watch(w);
    rt_strand *first = start_call(1), *second = start_call(2),
              *third = start_call(3);
    assert_int_equal(rt_strand_get_state(first), RT_STRAND_PENDING);
    assert_int_equal(ask(w), RT_OK);
    assert_int_equal(rt_strand_get_state(first), RT_STRAND_RUNNING);
    rt_strand_cancel(second, NULL); /* nobody has begun it */
    assert_int_equal(rt_strand_get_state(second), RT_STRAND_CANCELLED);
    assert_int_equal(rt_message_count(rt_strand_outcome(second)), 2);
    rt_strand_cancel(first, make_results(1, 1));
    run_loop();
    assert_int_equal(w->told, w->job.number);
    assert_int_equal(rt_strand_get_state(first), RT_STRAND_RUNNING);
    rt_seat_answer(w->seat, RT_STRAND_SAYS_CANCELLED,
                   rt_outcome_cancelled(NULL));
    assert_int_equal(rt_strand_get_state(first), RT_STRAND_CANCELLED);
    assert_int_equal(ask(w), RT_OK);
    assert_true(has_item(w, 3));
    rt_seat_answer(w->seat, RT_OK, make_results(30, 4)); /* all results */
    assert_int_equal(rt_strand_get_state(third), RT_STRAND_DONE);
    assert_int_equal(rt_message_count(rt_strand_outcome(third)), 4);
    rt_strand_cancel(third, NULL);
    assert_int_equal(rt_strand_get_state(third), RT_STRAND_DONE);
    rt_object_unref(&first->object);
    rt_object_unref(&second->object);
    rt_object_unref(&third->object);
}

/* ---- the end ---- */

static void test_pool_close(void **state) {
    (void)state;
    assert_int_equal(open_pool(2, 0), RT_OK);
    worker *v = &f.workers[0], *w = &f.workers[1];
    assert_int_equal(rt_pool_join(f.pool, &f.c.waiter), RT_POOL_IS_OPEN);
    assert_int_equal(ask(v), RT_PENDING);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    assert_int_equal(give(&f.b, 2, 1), RT_PENDING);
    run_loop();
    rt_pool_close(f.pool);
    rt_pool_close(f.pool);
    assert_int_equal(give(&f.c, 3, 1), RT_ECLOSED);
    f.c.status = RT_PENDING;
    assert_int_equal(rt_pool_join(f.pool, &f.c.waiter), RT_PENDING);
    assert_int_equal(ask(w), RT_OK); /* what was given is done */
    assert_true(has_item(w, 2));
    rt_seat_answer(w->seat, RT_OK, make_results(2, 1));
    assert_int_equal(ask(w), RT_ECLOSED);
    leave(w);
    rt_seat_answer(v->seat, RT_OK, make_results(1, 1));
    assert_int_equal(ask(v), RT_ECLOSED);
    assert_int_equal(f.c.status, RT_PENDING);
    leave(v);
    assert_int_equal(f.c.status, RT_OK);
    assert_answer(&f.a, RT_OK, 1, 1);
    assert_answer(&f.b, RT_OK, 2, 1);
    assert_int_equal(rt_pool_join(f.pool, &f.c.waiter), RT_OK);
    assert_int_equal(f.worker_count, 2);
}

/* A closed pool replaces workers as long as there are jobs. */
static void test_pool_closed_with_jobs(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 1), RT_OK);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    assert_int_equal(give(&f.b, 2, 1), RT_PENDING);
    rt_pool_close(f.pool);
    f.c.status = RT_PENDING;
    assert_int_equal(rt_pool_join(f.pool, &f.c.waiter), RT_PENDING);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(f.worker_count, i + 1);
        assert_int_equal(f.c.status, RT_PENDING);
        assert_int_equal(ask(&f.workers[i]), RT_OK);
        rt_seat_answer(f.workers[i].seat, RT_OK, make_results(1, 1));
        assert_int_equal(ask(&f.workers[i]), RT_ECLOSED);
        leave(&f.workers[i]);
    }
    assert_int_equal(f.c.status, RT_OK);
    assert_answer(&f.a, RT_OK, 1, 1);
    assert_answer(&f.b, RT_OK, 1, 1);
}

static void test_pool_cancel(void **state) {
    (void)state;
    assert_int_equal(open_pool(3, 0), RT_OK);
    worker *u = &f.workers[0], *v = &f.workers[1], *w = &f.workers[2];
    watch(u);
    assert_int_equal(ask(v), RT_PENDING);
    assert_int_equal(give(&f.b, 1, 1), RT_PENDING);
    run_loop();
    rt_seat_answer(v->seat, RT_OK, make_results(1, 1));
    run_loop();
    assert_answer(&f.b, RT_OK, 1, 1);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    assert_int_equal(ask(u), RT_OK);
    assert_int_equal(ask(v), RT_PENDING);
    rt_pool_cancel(f.pool);
    run_loop();
    assert_int_equal(u->told, u->job.number); /* runs a job */
    assert_int_equal(v->status, RT_ECLOSED);  /* waits for one */
    assert_int_equal(w->strand->cancel_round, 0);
    assert_int_equal(give(&f.c, 1, 1), RT_ECLOSED);
    kill_worker(u); /* whatever it ends with, it was cancelled */
    assert_answer(&f.a, RT_STRAND_SAYS_CANCELLED, 0, 0);
    assert_int_equal(f.worker_count, 3);
}

static void test_pool_cancel_ends_what_waits(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    assert_int_equal(give(&f.b, 1, 1), RT_PENDING);
    rt_pool_cancel(f.pool);
    run_loop();
    assert_answer(&f.a, RT_STRAND_SAYS_CANCELLED, 0, 0);
    assert_answer(&f.b, RT_STRAND_SAYS_CANCELLED, 0, 0);
}

static void test_pool_without_users_is_closed(void **state) {
    (void)state;
    assert_int_equal(open_pool(2, 0), RT_OK);
    worker *v = &f.workers[0], *w = &f.workers[1];
    assert_int_equal(ask(v), RT_PENDING);
    rt_strand *handle = start_call(1);
    rt_strand *waits = start_call(2);
    run_loop();
    rt_object_unref((rt_object *)(void *)f.pool);
    f.pool = NULL;
    assert_int_equal(ask(w), RT_OK); /* what was given is done */
    rt_seat_answer(w->seat, RT_OK, make_results(1, 1));
    assert_int_equal(ask(w), RT_ECLOSED);
    rt_seat_answer(v->seat, RT_OK, make_results(1, 1));
    assert_int_equal(ask(v), RT_ECLOSED);
    assert_true(rt_strand_ended(handle) && rt_strand_ended(waits));
    rt_object_unref(&handle->object);
    rt_object_unref(&waits->object);
}

/* When the program ends nobody is replaced. */
static void test_pool_program_ends(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    assert_int_equal(give(&f.b, 2, 1), RT_PENDING);
    assert_int_equal(ask(&f.workers[0]), RT_OK);
    rt_runtime_cancel_all(f.runtime);
    end_worker(&f.workers[0], RT_STRAND_CANCELLED, rt_outcome_cancelled(NULL),
               0);
    assert_int_equal(f.worker_count, 1);
    assert_answer(&f.a, RT_STRAND_SAYS_CANCELLED, 0, 0);
    assert_answer(&f.b, RT_STRAND_SAYS_CANCELLED, 0, 0);
    assert_int_equal(give(&f.c, 1, 1), RT_ECLOSED);
}

/* ---- memory ---- */

static void test_pool_without_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    rt_alloc_fail(1, 0);
    assert_int_equal(open_pool(1, 0), RT_ENOMEMORY);
    rt_alloc_fail(2, 0); /* the seat */
    assert_int_equal(open_pool(1, 0), RT_ENOMEMORY);
    rt_alloc_fail(0, 0);
    f.pool = NULL;
    assert_int_equal(open_pool(1, 0), RT_OK);
    rt_message *job = make_job(RT_POOL_EACH, 1, 1, 0);
    rt_alloc_fail(1, 0);
    assert_int_equal(rt_pool_run(f.pool, job, &f.a.waiter), RT_ENOMEMORY);
    rt_alloc_fail(0, 0);
    rt_message_free(job);
    /* Whatever fails on the way, the job ends, once. */
    worker *w = &f.workers[0];
    for (size_t nth = 1; nth < 12; nth++) {
        assert_int_equal(give(&f.a, 1, 2), RT_PENDING);
        assert_int_equal(ask(w), RT_OK);
        rt_message *part = make_results(1, 1), *answer = make_results(2, 1);
        rt_alloc_fail(nth, 0);
        rt_seat_part(w->seat, part);
        rt_seat_answer(w->seat, RT_OK, answer);
        rt_alloc_fail(0, 0);
        run_loop();
        assert_int_not_equal(f.a.status, RT_PENDING);
        rt_message_free(f.a.answer);
        f.a.answer = NULL;
    }
    for (size_t nth = 1; nth < 8; nth++) {
        assert_int_equal(give(&f.a, 1, 2), RT_PENDING);
        rt_alloc_fail(nth, 0);
        rt_pool_stop(&f.a.waiter);
        rt_alloc_fail(0, 0);
        run_loop();
        assert_int_equal(f.a.status, RT_STRAND_SAYS_CANCELLED);
        rt_message_free(f.a.answer);
        f.a.answer = NULL;
    }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_pool_gives_jobs_in_order),
        TEST(test_pool_prefers_who_worked_last),
        TEST(test_pool_recycles),
        TEST(test_pool_refuses_what_is_no_job),
        TEST(test_pool_stops_jobs),
        TEST(test_pool_tells_later),
        TEST(test_pool_client_withdraws),
        TEST(test_pool_group_ends_with_its_first_failure),
        TEST(test_pool_handles),
        TEST(test_pool_close),
        TEST(test_pool_closed_with_jobs),
        TEST(test_pool_cancel),
        TEST(test_pool_cancel_ends_what_waits),
        TEST(test_pool_without_users_is_closed),
        TEST(test_pool_program_ends),
        TEST(test_pool_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
