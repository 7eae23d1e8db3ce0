/* TLS between two streams of one loop. The certificate is made by the program
 * openssl; without it the test is skipped. Nothing waits by time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include "piped.h"

enum { MUCH = 1 << 22 }; /* more than sockets hold */

static char folder[] = "/tmp/plait-tls.XXXXXX";
static char cert[sizeof folder + 16];

static bool make_certificate(void) {
    char command[400];
    if (!mkdtemp(folder)) return false;
    (void)snprintf(cert, sizeof cert, "%s/cert.pem", folder);
    (void)snprintf(command, sizeof command,
                   "openssl req -x509 -newkey ec -pkeyopt "
                   "ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -addext "
                   "subjectAltName=DNS:localhost -keyout %s -out %s/x "
                   ">/dev/null 2>&1 && cat %s/x >>%s && rm %s/x",
                   cert, folder, folder, cert, folder);
    return system(command) == 0;
}

static void remove_certificate(void) {
    (void)unlink(cert);
    (void)rmdir(folder);
}

/* ---- two streams ---- */

static rt_tls_context *new_context(bool is_server) {
    rt_tls_options options = {.is_server = is_server, .verifies = !is_server};
    if (is_server)
        options.cert = cert;
    else
        options.ca = cert;
    rt_tls_context *context = NULL;
    rt_error err;
    int status = rt_tls_context_new(&options, &context, &err);
    if (status != RT_OK) fail_msg("%s", err.message);
    return context;
}

static rt_stream *secure(piped *f, int fd, bool is_server) {
    rt_stream *stream;
    assert_int_equal(rt_stream_new(&f->loop, fd, RT_STREAM_SOCKET, &stream),
                     RT_OK);
    rt_tls_context *context = new_context(is_server);
    rt_tls *tls;
    assert_int_equal(rt_tls_new(context, fd, "localhost", &tls), RT_OK);
    rt_tls_context_unref(context); /* the session has its own reference */
    rt_stream_secure(stream, tls);
    return stream;
}

static void make_pair(piped *f, rt_stream **client, rt_stream **server) {
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds),
                     0);
    *client = secure(f, fds[0], false);
    *server = secure(f, fds[1], true);
    assert_int_equal(rt_stream_handshake(*client, &f->a.waiter), RT_PENDING);
    int status = rt_stream_handshake(*server, &f->b.waiter);
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    if (status == RT_PENDING) status = piped_turn_until(f, &f->b);
    assert_int_equal(status, RT_OK);
}

static int write_all(piped *f, rt_stream *stream, const char *bytes,
                     size_t size, party *p) {
    int status = rt_stream_write(stream, bytes, size, &p->waiter);
    return status == RT_PENDING ? piped_turn_until(f, p) : status;
}

static ssize_t read_some(piped *f, rt_stream *stream, char *bytes, size_t size,
                         party *p) {
    for (;;) {
        ssize_t count = rt_stream_read(stream, bytes, size);
        if (count != -EAGAIN) return count;
        assert_int_equal(rt_stream_wait(stream, &p->waiter), RT_PENDING);
        assert_int_equal(piped_turn_until(f, p), RT_OK);
    }
}

/* ---- tests ---- */

static void test_tls_both_ways_and_the_end(void **state) {
    piped *f = *state;
    rt_stream *client, *server;
    char bytes[100];
    make_pair(f, &client, &server);
    assert_int_equal(write_all(f, client, "abc", 3, &f->a), RT_OK);
    assert_int_equal(read_some(f, server, bytes, sizeof bytes, &f->b), 3);
    assert_memory_equal(bytes, "abc", 3);
    assert_int_equal(rt_stream_shutdown(client), RT_OK);
    assert_int_equal(rt_stream_write(client, "x", 1, &f->a.waiter), -EPIPE);
    assert_int_equal(read_some(f, server, bytes, sizeof bytes, &f->b), 0);
    assert_int_equal(read_some(f, server, bytes, sizeof bytes, &f->b), 0);
    assert_int_equal(write_all(f, server, "de", 2, &f->b), RT_OK);
    assert_int_equal(read_some(f, client, bytes, sizeof bytes, &f->a), 2);
    rt_stream_close(server);
    assert_int_equal(read_some(f, client, bytes, sizeof bytes, &f->a), 0);
    rt_stream_close(client);
}

static void test_tls_reads_to_the_end_what_it_has_read_ahead(void **state) {
    piped *f = *state;
    rt_stream *client, *server;
    char first[1];
    make_pair(f, &client, &server);
    for (int i = 0; i < 100; i++) /* short records, many in one read */
        assert_int_equal(write_all(f, client, "0123456789", 10, &f->a), RT_OK);
    assert_int_equal(read_some(f, server, first, 1, &f->b), 1);
    assert_int_equal(rt_stream_shutdown(client), RT_OK);
    rt_buffer got;
    rt_buffer_init(&got);
    int status = rt_stream_read_all(server, &got, MUCH, &f->b.waiter);
    if (status == RT_PENDING) status = piped_turn_until(f, &f->b);
    assert_int_equal(status, RT_OK);
    assert_int_equal(got.size, 999);
    assert_memory_equal(got.bytes + 989, "0123456789", 10);
    rt_buffer_deinit(&got);
    rt_stream_close(client);
    rt_stream_close(server);
}

/* What was encrypted of it is sent, by whoever comes next: here a read. */
static void test_tls_write_that_is_given_up(void **state) {
    piped *f = *state;
    rt_stream *client, *server;
    make_pair(f, &client, &server);
    char *much = malloc(MUCH);
    memset(much, 'x', MUCH);
    assert_int_equal(rt_stream_write(client, much, MUCH, &f->a.waiter),
                     RT_PENDING);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    f->a.status = RT_PENDING;
    free(much); /* it is not looked at any more */
    assert_true(rt_tls_has_output(rt_stream_tls(client)));
    char bytes[1000];
    assert_int_equal(rt_stream_read(client, bytes, sizeof bytes), -EAGAIN);
    assert_int_equal(rt_stream_wait(client, &f->a.waiter), RT_PENDING);
    while (rt_tls_has_output(rt_stream_tls(client)))
        assert_true(read_some(f, server, bytes, sizeof bytes, &f->b) > 0);
    assert_int_equal(write_all(f, server, "go on", 5, &f->b), RT_OK);
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    assert_int_equal(rt_stream_read(client, bytes, sizeof bytes), 5);
    assert_int_equal(write_all(f, client, "y", 1, &f->a), RT_OK);
    do {
        assert_true(read_some(f, server, bytes, 1, &f->b) == 1);
    } while (bytes[0] == 'x');
    assert_int_equal(bytes[0], 'y');
    rt_stream_close(client);
    rt_stream_close(server);
}

static void test_tls_connection_that_is_cut(void **state) {
    piped *f = *state;
    rt_stream *client, *server;
    char bytes[10];
    make_pair(f, &client, &server);
    assert_int_equal(write_all(f, server, "part", 4, &f->b), RT_OK);
    assert_int_equal(shutdown(rt_stream_fd(server), SHUT_RDWR), 0);
    assert_int_equal(read_some(f, client, bytes, sizeof bytes, &f->a), 4);
    assert_int_equal(read_some(f, client, bytes, sizeof bytes, &f->a), -EPROTO);
    assert_string_equal(rt_stream_why(client, -EPROTO),
                        "closed by peer without a TLS close");
    assert_int_equal(read_some(f, client, bytes, sizeof bytes, &f->a), -EPROTO);
    rt_stream_close(server);
    rt_stream_close(client);
}

static void test_tls_closed_while_others_wait(void **state) {
    piped *f = *state;
    rt_stream *client, *server;
    make_pair(f, &client, &server);
    char *much = calloc(1, MUCH);
    assert_int_equal(rt_stream_wait(client, &f->a.waiter), RT_PENDING);
    assert_int_equal(rt_stream_write(client, much, MUCH, &f->b.waiter),
                     RT_PENDING);
    rt_stream_close(client);
    assert_int_equal(f->a.status, RT_ECLOSED);
    assert_int_equal(f->b.status, RT_ECLOSED);
    free(much);
    rt_stream_close(server);
}

static void test_tls_without_memory(void **state) {
    piped *f = *state;
    if (!can_fail_allocations()) skip();
    rt_tls_options options = {.is_server = true, .cert = cert};
    rt_tls_context *context = NULL;
    rt_error err;
    rt_alloc_fail(1, 0);
    assert_int_equal(rt_tls_context_new(&options, &context, &err),
                     RT_ENOMEMORY);
    rt_alloc_fail(0, 0);
    context = new_context(true);
    rt_tls *tls;
    rt_alloc_fail(1, 0);
    assert_int_equal(rt_tls_new(context, f->ends[0], NULL, &tls), RT_ENOMEMORY);
    rt_alloc_fail(0, 0);
    rt_tls_context_unref(context);
    for (size_t i = 1; i <= 3; i++) { /* the record and its texts */
        options.ca = options.cert;
        rt_alloc_fail(i, 0);
        assert_null(rt_tls_loading_new(&options));
        rt_alloc_fail(0, 0);
    }
}

int main(void) {
    if (!make_certificate()) {
        remove_certificate();
        return 77;
    }
    const struct CMUnitTest tests[] = {
        PIPED_TEST(test_tls_both_ways_and_the_end),
        PIPED_TEST(test_tls_reads_to_the_end_what_it_has_read_ahead),
        PIPED_TEST(test_tls_write_that_is_given_up),
        PIPED_TEST(test_tls_connection_that_is_cut),
        PIPED_TEST(test_tls_closed_while_others_wait),
        PIPED_TEST(test_tls_without_memory),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove_certificate();
    return failed;
}
