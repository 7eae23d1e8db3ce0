/* Streams over pipes and sockets, and exchanges of several. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>

#include "io/exchange.h"
#include "piped.h"

enum { MUCH = 1 << 20 }; /* more than a pipe holds */

static void test_stream_reads_what_there_is(void **state) {
    piped *f = *state;
    rt_stream *stream = piped_stream(f, 0);
    char bytes[8];
    assert_int_equal(rt_stream_read(stream, bytes, sizeof bytes), -EAGAIN);
    assert_int_equal(rt_stream_wait(stream, &f->a.waiter), RT_PENDING);
    piped_put(f, "abc");
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    assert_int_equal(rt_stream_read(stream, bytes, sizeof bytes), 3);
    assert_memory_equal(bytes, "abc", 3);
    piped_close(f, 1);
    assert_int_equal(rt_stream_wait(stream, &f->a.waiter), RT_PENDING);
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    assert_int_equal(rt_stream_read(stream, bytes, sizeof bytes), 0);
    assert_int_equal(rt_stream_read(stream, bytes, sizeof bytes), 0);
    rt_stream_close(stream);
}

static void test_stream_write_without_reader_is_no_signal(void **state) {
    piped *f = *state;
    rt_stream *stream = piped_stream(f, 1);
    piped_close(f, 0);
    (void)signal(SIGPIPE, SIG_DFL);
    assert_int_equal(rt_stream_write(stream, "x", 1, &f->a.waiter), -EPIPE);
    sigset_t pending;
    assert_int_equal(sigpending(&pending), 0);
    assert_false(sigismember(&pending, SIGPIPE));
    rt_stream_close(stream);
}

static void test_stream_writes_all_as_it_is_read(void **state) {
    piped *f = *state;
    rt_stream *in = piped_stream(f, 0), *out = piped_stream(f, 1);
    char *sent = malloc(MUCH);
    for (int i = 0; i < MUCH; i++) sent[i] = (char)(i % 251);
    rt_buffer got;
    rt_buffer_init(&got);
    assert_int_equal(rt_stream_write(out, sent, MUCH, &f->a.waiter),
                     RT_PENDING);
    assert_int_equal(rt_stream_read_all(in, &got, MUCH, &f->b.waiter),
                     RT_PENDING);
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    rt_stream_close(out);
    assert_int_equal(piped_turn_until(f, &f->b), RT_OK);
    assert_int_equal(got.size, MUCH);
    assert_memory_equal(got.bytes, sent, MUCH);
    rt_buffer_deinit(&got);
    free(sent);
    rt_stream_close(in);
}

static void test_stream_write_that_is_given_up(void **state) {
    piped *f = *state;
    rt_stream *in = piped_stream(f, 0), *out = piped_stream(f, 1);
    char *sent = calloc(1, MUCH), bytes[100];
    assert_int_equal(rt_stream_write(out, sent, MUCH, &f->a.waiter),
                     RT_PENDING);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    free(sent); /* it is not looked at any more */
    assert_int_equal(rt_stream_read(in, bytes, sizeof bytes), sizeof bytes);
    rt_loop_turn(&f->loop, false, 0);
    rt_stream_close(in);
    rt_stream_close(out);
}

static void test_stream_limit_of_read_all(void **state) {
    piped *f = *state;
    rt_stream *in = piped_stream(f, 0);
    rt_buffer got;
    rt_buffer_init(&got);
    piped_put(f, "12345");
    assert_int_equal(rt_stream_read_all(in, &got, 4, &f->a.waiter), RT_PENDING);
    assert_int_equal(piped_turn_until(f, &f->a), RT_ELIMIT);
    assert_int_equal(got.size, 4);
    rt_buffer_deinit(&got);
    rt_stream_close(in);
}

static void test_stream_close_tells_who_waits(void **state) {
    piped *f = *state;
    rt_stream *in = piped_stream(f, 0);
    assert_int_equal(rt_stream_wait(in, &f->a.waiter), RT_PENDING);
    rt_stream_close(in);
    assert_int_equal(f->a.status, RT_ECLOSED);
}

static void test_stream_borrowed_is_left_as_it_was(void **state) {
    piped *f = *state;
    rt_stream *in = NULL;
    char bytes[8];
    int before = fcntl(f->ends[0], F_GETFL);
    assert_int_equal(
        rt_stream_new(&f->loop, f->ends[0], RT_STREAM_BORROWED, &in), RT_OK);
    assert_int_equal(rt_stream_read(in, bytes, sizeof bytes), -EAGAIN);
    assert_int_equal(rt_stream_wait(in, &f->a.waiter), RT_PENDING);
    piped_put(f, "abc");
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    /* Another program is faster: that blocks nobody. */
    assert_int_equal(read(f->ends[0], bytes, sizeof bytes), 3);
    assert_int_equal(rt_stream_read(in, bytes, sizeof bytes), -EAGAIN);
    rt_stream_close(in);
    assert_int_equal(fcntl(f->ends[0], F_GETFL), before);
}

static void test_stream_socket_shuts_down_one_side(void **state) {
    piped *f = *state;
    int pair[2];
    char bytes[8];
    rt_stream *near = NULL, *far = NULL;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair),
                     0);
    (void)rt_stream_new(&f->loop, pair[0], RT_STREAM_SOCKET, &near);
    (void)rt_stream_new(&f->loop, pair[1], RT_STREAM_SOCKET, &far);
    assert_int_equal(rt_stream_write(near, "ab", 2, &f->a.waiter), RT_OK);
    assert_int_equal(rt_stream_shutdown(near), RT_OK);
    assert_int_equal(rt_stream_read(far, bytes, 2), 2);
    assert_int_equal(rt_stream_read(far, bytes, 2), 0);
    assert_int_equal(rt_stream_write(far, "c", 1, &f->a.waiter), RT_OK);
    assert_int_equal(rt_stream_read(near, bytes, 2), 1);
    rt_stream_close(near);
    (void)signal(SIGPIPE, SIG_DFL);
    assert_int_equal(rt_stream_write(far, "c", 1, &f->a.waiter), -EPIPE);
    rt_stream_close(far);
}

static void test_stream_of_no_descriptor(void **state) {
    piped *f = *state;
    rt_stream *stream = NULL;
    assert_int_equal(rt_stream_new(&f->loop, 1000000, RT_STREAM_PIPE, &stream),
                     -EBADF);
    assert_null(stream);
}

/* ---- exchanges ---- */

/* What is fed comes back: a pipe between the input and the first output. */
static void test_exchange_feeds_and_collects_at_once(void **state) {
    piped *f = *state;
    char *sent = malloc(MUCH);
    memset(sent, 'x', MUCH);
    rt_exchange *x = rt_exchange_new(&f->loop, MUCH);
    rt_exchange_feed(x, piped_stream(f, 1), sent, MUCH);
    rt_exchange_collect(x, 0, piped_stream(f, 0));
    assert_int_equal(rt_exchange_wait(x, &f->a.waiter), RT_PENDING);
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    assert_int_equal(rt_exchange_output(x, 0)->size, MUCH);
    assert_int_equal(rt_exchange_output(x, 1)->size, 0);
    assert_int_equal(rt_exchange_wait(x, &f->a.waiter), RT_OK);
    rt_exchange_free(x);
    free(sent);
}

static void test_exchange_stops_at_the_limit(void **state) {
    piped *f = *state;
    rt_exchange *x = rt_exchange_new(&f->loop, 2);
    piped_put(f, "abc"); /* and the other end stays open */
    rt_exchange_collect(x, 1, piped_stream(f, 0));
    assert_int_equal(rt_exchange_wait(x, &f->a.waiter), RT_PENDING);
    assert_int_equal(piped_turn_until(f, &f->a), RT_ELIMIT);
    assert_int_equal(rt_exchange_failed(x), 1);
    assert_int_equal(rt_exchange_output(x, 1)->size, 2);
    rt_exchange_free(x);
}

static void test_exchange_whose_input_nobody_wants(void **state) {
    piped *f = *state;
    rt_exchange *x = rt_exchange_new(&f->loop, 2);
    rt_stream *out = piped_stream(f, 1);
    piped_close(f, 0);
    rt_exchange_feed(x, out, "abc", 3);
    assert_int_equal(rt_exchange_wait(x, &f->a.waiter), RT_OK);
    assert_int_equal(rt_exchange_failed(x), -1);
    rt_exchange_free(x);
}

static void test_exchange_goes_on_without_a_wait(void **state) {
    piped *f = *state;
    rt_exchange *x = rt_exchange_new(&f->loop, 10);
    rt_exchange_collect(x, 0, piped_stream(f, 0));
    assert_int_equal(rt_exchange_wait(x, &f->a.waiter), RT_PENDING);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ETIMEOUT));
    f->a.status = RT_PENDING;
    piped_put(f, "abc");
    piped_close(f, 1);
    assert_int_equal(rt_exchange_wait(x, &f->a.waiter), RT_PENDING);
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    assert_int_equal(rt_exchange_output(x, 0)->size, 3);
    rt_exchange_free(x);
}

static void test_exchange_that_is_left(void **state) {
    piped *f = *state;
    rt_exchange *x = rt_exchange_new(&f->loop, 10);
    rt_exchange_collect(x, 0, piped_stream(f, 0));
    assert_int_equal(rt_exchange_wait(x, &f->a.waiter), RT_PENDING);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    rt_exchange_free(x);
    rt_exchange_free(NULL);
    rt_loop_turn(&f->loop, false, 0);
}

static void test_exchange_without_memory(void **state) {
    piped *f = *state;
    if (!can_fail_allocations()) skip();
    rt_alloc_fail(1, 0);
    assert_null(rt_exchange_new(&f->loop, 10));
    rt_alloc_fail(0, 0);
    rt_exchange *x = rt_exchange_new(&f->loop, 10);
    rt_exchange_collect(x, 0, piped_stream(f, 0));
    assert_int_equal(rt_exchange_wait(x, &f->a.waiter), RT_PENDING);
    piped_put(f, "abc");
    rt_alloc_fail(1, 0);
    rt_loop_turn(&f->loop, false, 0);
    rt_alloc_fail(0, 0);
    assert_int_equal(piped_turn_until(f, &f->a), RT_ENOMEMORY);
    assert_int_equal(rt_exchange_failed(x), 0);
    rt_exchange_free(x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        PIPED_TEST(test_stream_reads_what_there_is),
        PIPED_TEST(test_stream_write_without_reader_is_no_signal),
        PIPED_TEST(test_stream_writes_all_as_it_is_read),
        PIPED_TEST(test_stream_write_that_is_given_up),
        PIPED_TEST(test_stream_limit_of_read_all),
        PIPED_TEST(test_stream_close_tells_who_waits),
        PIPED_TEST(test_stream_borrowed_is_left_as_it_was),
        PIPED_TEST(test_stream_socket_shuts_down_one_side),
        PIPED_TEST(test_stream_of_no_descriptor),
        PIPED_TEST(test_exchange_feeds_and_collects_at_once),
        PIPED_TEST(test_exchange_stops_at_the_limit),
        PIPED_TEST(test_exchange_whose_input_nobody_wants),
        PIPED_TEST(test_exchange_goes_on_without_a_wait),
        PIPED_TEST(test_exchange_that_is_left),
        PIPED_TEST(test_exchange_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
