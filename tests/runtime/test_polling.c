/* Waiting for descriptors: ready, given up, closed, always ready, shared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "piped.h"

static rt_poll *new_poll(piped *f, int fd) {
    rt_poll *poll = NULL;
    assert_int_equal(rt_poll_new(&f->loop, fd, &poll), RT_OK);
    return poll;
}

static int wait_to_read(rt_poll *poll, party *p) {
    return rt_poll_wait(poll, RT_POLL_READ, &p->waiter, NULL, NULL);
}

static void test_poll_completes_when_there_is_something(void **state) {
    piped *f = *state;
    rt_poll *poll = new_poll(f, f->ends[0]);
    assert_int_equal(wait_to_read(poll, &f->a), RT_PENDING);
    assert_int_equal(f->loop.expected, 1); /* so it does not sleep for good */
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_PENDING);
    piped_put(f, "x");
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    assert_int_equal(f->loop.expected, 0);
    /* Turns with nobody who waits do not spin, and the next wait is told. */
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(wait_to_read(poll, &f->a), RT_PENDING);
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    rt_poll_close(poll);
}

static void test_poll_tells_of_the_end(void **state) {
    piped *f = *state;
    rt_poll *poll = new_poll(f, f->ends[0]);
    assert_int_equal(wait_to_read(poll, &f->a), RT_PENDING);
    piped_close(f, 1);
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    rt_poll_close(poll);
}

static void test_poll_tells_writers_that_nobody_reads(void **state) {
    piped *f = *state;
    rt_poll *poll = new_poll(f, f->ends[1]);
    char full[1 << 16] = {0};
    assert_int_equal(write(f->ends[1], full, sizeof full), sizeof full);
    assert_int_equal(
        rt_poll_wait(poll, RT_POLL_WRITE, &f->a.waiter, NULL, NULL),
        RT_PENDING);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_PENDING);
    piped_close(f, 0);
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    rt_poll_close(poll);
}

static void test_poll_has_one_waiter_a_side(void **state) {
    piped *f = *state;
    rt_poll *poll = new_poll(f, f->ends[0]);
    assert_int_equal(wait_to_read(poll, &f->a), RT_PENDING);
    assert_int_equal(wait_to_read(poll, &f->b), -EBUSY);
    assert_false(rt_waiter_parked(&f->b.waiter));
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ETIMEOUT));
    assert_int_equal(f->a.status, RT_ETIMEOUT);
    assert_int_equal(wait_to_read(poll, &f->b), RT_PENDING);
    piped_put(f, "x");
    assert_int_equal(piped_turn_until(f, &f->b), RT_OK);
    rt_poll_close(poll);
}

static void test_poll_close_tells_who_waits(void **state) {
    piped *f = *state;
    rt_poll *poll = new_poll(f, f->ends[0]);
    assert_int_equal(wait_to_read(poll, &f->a), RT_PENDING);
    rt_poll_close(poll);
    assert_int_equal(f->a.status, RT_ECLOSED);
    rt_poll_close(NULL);
}

static void test_poll_free_leaves_who_waits(void **state) {
    piped *f = *state;
    rt_poll *poll = new_poll(f, f->ends[0]);
    assert_int_equal(wait_to_read(poll, &f->a), RT_PENDING);
    rt_poll_free(poll);
    assert_int_equal(f->a.status, RT_PENDING);
}

/* Counts down to 0, and closes nothing. */
static int count_down(void *context) {
    int *left = context;
    return --*left > 0 ? RT_PENDING : RT_OK;
}

static void test_poll_tries_until_it_is_enough(void **state) {
    piped *f = *state;
    rt_poll *poll = new_poll(f, f->ends[0]);
    int left = 3;
    piped_put(f, "x"); /* which nobody takes, so it stays ready */
    assert_int_equal(
        rt_poll_wait(poll, RT_POLL_READ, &f->a.waiter, count_down, &left),
        RT_PENDING);
    assert_int_equal(left, 3); /* not before it is ready */
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    assert_int_equal(left, 0);
    rt_poll_close(poll);
}

static void test_poll_of_a_file_is_always_ready(void **state) {
    piped *f = *state;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    rt_poll *poll = new_poll(f, fd);
    int left = 2;
    assert_int_equal(wait_to_read(poll, &f->a), RT_OK);
    assert_int_equal(
        rt_poll_wait(poll, RT_POLL_READ, &f->a.waiter, count_down, &left),
        RT_OK);
    assert_int_equal(left, 0);
    rt_poll_close(poll);
    (void)close(fd);
}

static void test_poll_shared_leaves_the_mode(void **state) {
    piped *f = *state;
    rt_poll *poll = NULL;
    int before = fcntl(f->ends[0], F_GETFL);
    assert_int_equal(rt_poll_new_shared(&f->loop, f->ends[0], &poll), RT_OK);
    assert_int_equal(fcntl(f->ends[0], F_GETFL), before);
    assert_int_equal(wait_to_read(poll, &f->a), RT_PENDING);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_PENDING);
    piped_put(f, "x");
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    assert_int_equal(fcntl(f->ends[0], F_GETFL), before);
    rt_poll_close(poll);
}

static void test_poll_of_no_descriptor(void **state) {
    piped *f = *state;
    rt_poll *poll = NULL;
    assert_int_equal(rt_poll_new(&f->loop, 1000000, &poll), -EBADF);
    assert_int_equal(rt_poll_new_shared(&f->loop, 1000000, &poll), -EBADF);
    assert_null(poll);
}

static void test_poll_without_memory(void **state) {
    piped *f = *state;
    rt_poll *poll = NULL;
    if (!can_fail_allocations()) skip();
    size_t nth = 0; /* of the uv loop, then the record */
    int status = RT_ENOMEMORY;
    while (status == RT_ENOMEMORY) {
        rt_alloc_fail(++nth, 0);
        status = rt_poll_new(&f->loop, f->ends[0], &poll);
        rt_alloc_fail(0, 0);
    }
    assert_int_equal(status, RT_OK);
    assert_true(nth > 1);
    rt_poll_close(poll);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        PIPED_TEST(test_poll_completes_when_there_is_something),
        PIPED_TEST(test_poll_tells_of_the_end),
        PIPED_TEST(test_poll_tells_writers_that_nobody_reads),
        PIPED_TEST(test_poll_has_one_waiter_a_side),
        PIPED_TEST(test_poll_close_tells_who_waits),
        PIPED_TEST(test_poll_free_leaves_who_waits),
        PIPED_TEST(test_poll_tries_until_it_is_enough),
        PIPED_TEST(test_poll_of_a_file_is_always_ready),
        PIPED_TEST(test_poll_shared_leaves_the_mode),
        PIPED_TEST(test_poll_of_no_descriptor),
        PIPED_TEST(test_poll_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
