/* What becomes of jobs when workers end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/encode.h"
#include "calls.h"
#include "exec/outcome.h"
#include "workers.h"

/* ---- workers that end ---- */

/* Without a journal the item that comes next counts as begun. */
static void test_pool_worker_dies(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    assert_int_equal(give(&f.a, 1, 3), RT_PENDING);
    assert_int_equal(give(&f.b, 10, 1), RT_PENDING);
    assert_int_equal(ask(&f.workers[0]), RT_OK);
    kill_worker(&f.workers[0]);
    assert_answer(&f.a, RT_STRAND_SAYS_FAILED, 0, 0);
    assert_int_equal(f.worker_count, 2); /* another took the seat */
    assert_int_equal(ask(&f.workers[1]), RT_OK);
    assert_true(has_item(&f.workers[1], 10));
    rt_seat_answer(f.workers[1].seat, RT_OK, make_results(1, 1));
    run_loop();
    assert_answer(&f.b, RT_OK, 1, 1);
}

static void test_pool_idle_worker_dies(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    assert_int_equal(ask(&f.workers[0]), RT_PENDING);
    kill_worker(&f.workers[0]);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    assert_int_equal(ask(&f.workers[1]), RT_OK);
    rt_seat_answer(f.workers[1].seat, RT_OK, make_results(1, 1));
    run_loop();
    assert_answer(&f.a, RT_OK, 1, 1);
}

/* Notes that `count` results from `first` on are there, which are all items but
 * the first `before`. */
static void note(worker *w, uint32_t part, uint32_t before, int64_t first,
                 uint32_t count) {
    rt_buffer roots, nodes;
    rt_buffer_init(&roots);
    rt_buffer_init(&nodes);
    assert_int_equal(rt_encode_header(&roots, 0, 0), RT_OK);
    rt_journal_open_part(w->journal, w->job.number, part, before);
    for (uint32_t i = 0; i < count; i++) {
        rt_journal_begin(w->journal, before + i);
        assert_int_equal(rt_encode_int(&roots, first + i), RT_OK);
        assert_true(rt_journal_note(w->journal, &roots, 11, i + 1, &nodes, 0));
    }
    rt_buffer_deinit(&roots);
    rt_buffer_deinit(&nodes);
}

static void test_pool_journal_tells_which_item(void **state) {
    (void)state;
    f.keeps_journals = true;
    assert_int_equal(open_pool(1, 0), RT_OK);
    worker *w = f.workers;
    assert_int_equal(give(&f.a, 1, 5), RT_PENDING);
    assert_int_equal(ask(w), RT_OK);
    kill_worker(w++); /* it had not even begun the job */
    assert_int_equal(f.a.status, RT_PENDING);
    assert_int_equal(ask(w), RT_OK);
    assert_int_equal(w->job.done, 0);
    note(w, 0, 0, 51, 2);
    kill_worker(w++); /* between the second item and the third */
    assert_int_equal(f.a.status, RT_PENDING);
    assert_int_equal(ask(w), RT_OK);
    assert_int_equal(w->job.done, 2);
    note(w, 0, 2, 53, 2);
    rt_journal_begin(w->journal, 4);
    kill_worker(w++); /* in the fifth */
    assert_answer(&f.a, RT_STRAND_SAYS_FAILED, 51, 4);
    /* One that had all results and could not say so. */
    assert_int_equal(give(&f.a, 1, 3), RT_PENDING);
    assert_int_equal(ask(w), RT_OK);
    note(w, 0, 0, 61, 3);
    kill_worker(w++);
    assert_answer(&f.a, RT_OK, 61, 3);
    assert_int_equal(f.worker_count, 5);
}

static void test_pool_parts(void **state) {
    (void)state;
    f.keeps_journals = true;
    assert_int_equal(open_pool(1, 0), RT_OK);
    worker *w = f.workers;
    assert_int_equal(give(&f.a, 1, 6), RT_PENDING);
    assert_int_equal(ask(w), RT_OK);
    note(w, 0, 0, 11, 2);
    rt_seat_part(w->seat, make_results(11, 2));
    note(w, 1, 2, 13, 1);
    kill_worker(w++);
    assert_int_equal(ask(w), RT_OK);
    assert_int_equal(w->job.done, 3);
    note(w, 0, 3, 14, 1);
    /* It was noted as sent and did not come: that item is lost with it. */
    rt_journal_open_part(w->journal, w->job.number, 1, 4);
    kill_worker(w++);
    assert_answer(&f.a, RT_STRAND_SAYS_FAILED, 11, 3);
    /* A part that came, but the worker had not gone on. */
    assert_int_equal(give(&f.a, 1, 2), RT_PENDING);
    assert_int_equal(ask(w), RT_OK);
    note(w, 0, 0, 21, 1);
    rt_seat_part(w->seat, make_results(21, 1));
    kill_worker(w++);
    assert_int_equal(ask(w), RT_OK);
    assert_int_equal(w->job.done, 1);
    rt_seat_answer(w->seat, RT_OK, make_results(22, 1));
    run_loop();
    assert_answer(&f.a, RT_OK, 21, 2);
}

/* The job was given to a child whose end was seen before the child's call could
 * be answered: the job is gone then. */
static void test_pool_child_dies_before_it_has_its_job(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    worker *w = f.workers;
    struct rt_wire wire;
    asked call;
    rt_object *seat = &w->seat->object;
    rt_object_ref(seat); /* as who asks has */
    assert_int_equal(
        ask_object(&call, seat, &f.loop, &wire, 1, RT_SEAT_NEXT, NULL),
        RT_PENDING);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    rt_pool_stop(&f.a.waiter);
    kill_worker(w);
    assert_answer(&f.a, RT_STRAND_SAYS_CANCELLED, 0, 0);
    assert_int_equal(call.status, RT_ECLOSED);
    rt_object_unref(seat);
}

/* A damaged answer of a child is an error, not an answer. */
static void test_pool_answers_are_checked(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    worker *w = f.workers;
    static const int statuses[] = {RT_OK, RT_OK, RT_STRAND_SAYS_FAILED};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(give(&f.a, 1, 2), RT_PENDING);
        assert_int_equal(ask(w), RT_OK);
        rt_seat_answer(w->seat, statuses[i],
                       i == 2 ? make_results(1, 1)
                              : make_results(1, 1 + 2 * i));
        run_loop();
        assert_answer(&f.a, RT_STRAND_SAYS_FAILED, 0, 0);
    }
}

static void test_pool_breaks_if_no_worker_can_begin(void **state) {
    (void)state;
    assert_int_equal(open_pool(2, 0), RT_OK);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    end_worker(&f.workers[0], RT_STRAND_FAILED,
               rt_outcome_error("x", "init", NULL), 0);
    assert_int_equal(f.worker_count, 2); /* it is not tried again */
    assert_int_equal(f.a.status, RT_PENDING);
    end_worker(&f.workers[1], RT_STRAND_FAILED,
               rt_outcome_error("x", "init", NULL), 0);
    assert_answer(&f.a, RT_STRAND_SAYS_FAILED, 0, 0);
    assert_int_equal(give(&f.b, 1, 1), RT_PENDING); /* its answer says why */
    run_loop();
    assert_answer(&f.b, RT_STRAND_SAYS_FAILED, 0, 0);
}

static void test_pool_killed_beginners_are_replaced(void **state) {
    (void)state;
    assert_int_equal(open_pool(1, 0), RT_OK);
    for (int i = 0; i < 5; i++) kill_worker(&f.workers[i]);
    assert_int_equal(f.worker_count, 6);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    assert_int_equal(ask(&f.workers[5]), RT_OK);
    rt_seat_answer(f.workers[5].seat, RT_OK, make_results(1, 1));
    run_loop();
    assert_answer(&f.a, RT_OK, 1, 1);
    kill_worker(&f.workers[5]);
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    int i = 6;
    while (f.a.status == RT_PENDING) kill_worker(&f.workers[i++]);
    assert_true(i < 20);
    assert_answer(&f.a, RT_STRAND_SAYS_FAILED, 0, 0);
}

static void test_pool_workers_that_cannot_be_started(void **state) {
    (void)state;
    f.start_status = -11;
    assert_int_equal(open_pool(2, 0), -11);
    assert_null(f.pool);
    f.start_status = RT_OK;
    assert_int_equal(open_pool(2, 0), RT_OK);
    assert_int_equal(ask(&f.workers[0]), RT_PENDING);
    assert_int_equal(ask(&f.workers[1]), RT_PENDING);
    f.start_status = -11;
    kill_worker(&f.workers[0]); /* one is left */
    assert_int_equal(give(&f.a, 1, 1), RT_PENDING);
    run_loop();
    assert_int_equal(f.workers[1].status, RT_OK);
    kill_worker(&f.workers[1]); /* none is */
    assert_answer(&f.a, RT_STRAND_SAYS_FAILED, 0, 0);
    assert_int_equal(give(&f.b, 1, 1), RT_PENDING);
    run_loop();
    assert_answer(&f.b, RT_STRAND_SAYS_FAILED, 0, 0);
}

/* ---- the end of the program ---- */

static atomic_bool has_started_all;

static void *cancel_all(void *unused) {
    while (!atomic_load(&has_started_all)) rt_runtime_cancel_all(f.runtime);
    return unused;
}

/* A handle is among the live ones before its job is there. */
static void test_pool_start_while_all_is_cancelled(void **state) {
    (void)state;
    pthread_t thread;
    assert_int_equal(open_pool(1, 0), RT_OK);
    atomic_store(&has_started_all, false);
    assert_int_equal(pthread_create(&thread, NULL, cancel_all, NULL), 0);
    for (int i = 0; i < 500; i++) {
        rt_strand *handle = start_call(i);
        f.a.status = rt_strand_wait(handle, &f.a.waiter);
        while (f.a.status == RT_PENDING) rt_loop_turn(&f.loop, true, RT_NEVER);
        assert_int_equal(rt_strand_get_state(handle), RT_STRAND_CANCELLED);
        rt_object_unref(&handle->object);
    }
    atomic_store(&has_started_all, true);
    (void)pthread_join(thread, NULL);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_pool_worker_dies),
        TEST(test_pool_idle_worker_dies),
        TEST(test_pool_journal_tells_which_item),
        TEST(test_pool_parts),
        TEST(test_pool_child_dies_before_it_has_its_job),
        TEST(test_pool_answers_are_checked),
        TEST(test_pool_breaks_if_no_worker_can_begin),
        TEST(test_pool_killed_beginners_are_replaced),
        TEST(test_pool_workers_that_cannot_be_started),
        TEST(test_pool_start_while_all_is_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
