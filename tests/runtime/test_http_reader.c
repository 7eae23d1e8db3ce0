/* Requests however they are cut, without memory, and out of garbage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "io/http_reader.h"
#include "failing.h"

static const char requests[] =
    "POST /a?b HTTP/1.1\r\nHost: here\r\nX-Empty:\r\nX-Two:  a b \t\r\n"
    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\nT: "
    "x\r\n\r\n"
    "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    "PUT /c HTTP/1.1\r\nHost: there\r\nContent-Length: 3\r\n\r\nabc";

static const char wanted[] =
    "POST /a?b 1.1 keep chunked|host=here|x-empty=|x-two=a b|"
    "transfer-encoding=chunked|hello!\n"
    "GET / 1.0 keep|connection=keep-alive|\n"
    "PUT /c 1.1 keep 3|host=there|content-length=3|abc\n";

/* What was read so far, in words. */
typedef struct told {
    char text[1024];
    size_t size;
    rt_buffer body;
} told;

static void tell(told *t, const char *bytes, size_t size) {
    assert_true(t->size + size < sizeof t->text);
    memcpy(t->text + t->size, bytes, size);
    t->size += size;
}

static void tell_field(told *t, const rt_http_head *head,
                       const rt_http_field *field) {
    tell(t, head->text + field->name, field->name_size);
    tell(t, "=", 1);
    tell(t, head->text + field->value, field->value_size);
    tell(t, "|", 1);
}

static void tell_request(told *t, const rt_http_head *head) {
    char size[32] = "";
    if (head->is_chunked)
        (void)snprintf(size, sizeof size, " chunked");
    else if (head->has_body)
        (void)snprintf(size, sizeof size, " %d", (int)head->body_size);
    char line[200];
    int count =
        snprintf(line, sizeof line, "%s %.*s 1.%d%s%s|", head->method,
                 (int)head->target_size, head->text, head->minor_version,
                 head->keeps_alive ? " keep" : "", size);
    tell(t, line, (size_t)count);
    for (size_t i = 0; i < head->field_count; i++)
        tell_field(t, head, &head->fields[i]);
    if (t->body.size) tell(t, t->body.bytes, t->body.size);
    tell(t, "\n", 1);
    t->body.size = 0;
}

/* Feeds a piece; what the reader says if that is not RT_OK. */
static int feed(rt_http_reader *reader, const char *bytes, size_t size,
                told *t) {
    while (size > 0) {
        size_t used;
        int status = rt_http_reader_feed(reader, bytes, size, &used, &t->body);
        if (status != RT_OK) return status;
        if (rt_http_reader_is_complete(reader))
            tell_request(t, rt_http_reader_head(reader));
        bytes += used;
        size -= used;
    }
    return RT_OK;
}

static rt_http_reader *new_reader(size_t limit) {
    rt_http_reader *reader;
    rt_error err;
    int status = rt_http_reader_new(limit, &reader, &err);
    if (status == RT_EUSAGE) print_message("%s\n", err.message);
    if (status == RT_EUSAGE) skip();
    assert_int_equal(status, RT_OK);
    return reader;
}

static void test_http_reader_cut_anywhere(void **state) {
    (void)state;
    for (size_t step = 1; step <= sizeof requests; step++) {
        rt_http_reader *reader = new_reader(1000);
        told t = {.size = 0};
        for (size_t i = 0; i < sizeof requests - 1; i += step) {
            size_t left = sizeof requests - 1 - i;
            size_t size = step < left ? step : left;
            /* At its very end in memory, for the sanitizer. */
            char *piece = rt_alloc(size);
            memcpy(piece, requests + i, size);
            assert_int_equal(feed(reader, piece, size, &t), RT_OK);
            rt_free(piece);
        }
        assert_int_equal(t.size, sizeof wanted - 1);
        assert_memory_equal(t.text, wanted, t.size);
        assert_false(rt_http_reader_is_begun(reader));
        rt_buffer_deinit(&t.body);
        rt_http_reader_free(reader);
    }
}

static void test_http_reader_stays_refused(void **state) {
    (void)state;
    rt_http_reader *reader = new_reader(1000);
    told t = {.size = 0};
    assert_int_equal(feed(reader, "nonsense\r\n", 10, &t), 400);
    assert_non_null(rt_http_reader_problem(reader));
    assert_int_equal(feed(reader, requests, sizeof requests - 1, &t), 400);
    assert_null(rt_http_reader_head(reader));
    rt_http_reader_free(reader);
}

/* The head is counted however it comes; at its limit it is let through. */
static void test_http_reader_limit(void **state) {
    (void)state;
    static const char head[] = "GET /ab HTTP/1.1\r\nHost: x\r\n\r\n";
    for (size_t limit = 1; limit < 40; limit++) {
        rt_http_reader *reader = new_reader(limit);
        told t = {.size = 0};
        int status = RT_OK;
        for (size_t i = 0; i < sizeof head - 1 && status == RT_OK; i++)
            status = feed(reader, &head[i], 1, &t);
        int expected = limit < 3 ? 414 : limit < 12 ? 431 : RT_OK;
        if (status != expected) print_message("limit %zu\n", limit);
        assert_int_equal(status, expected);
        rt_buffer_deinit(&t.body);
        rt_http_reader_free(reader);
    }
}

/* Bytes of requests, changed: whatever comes of it, it is said. */
static void test_http_reader_garbage(void **state) {
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        char bytes[sizeof requests - 1];
        memcpy(bytes, requests, sizeof bytes);
        for (int i = 0; i < 3; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[(seed >> 8) % sizeof bytes] = (char)(seed >> 24);
        }
        rt_http_reader *reader = new_reader(1000);
        rt_buffer body = {0};
        size_t from = 0, used;
        int status = RT_OK;
        while (from < sizeof bytes && status == RT_OK) {
            status = rt_http_reader_feed(reader, bytes + from,
                                         sizeof bytes - from, &used, &body);
            from += used;
        }
        assert_true(status == RT_OK || (status >= 400 && status < 600));
        if (status != RT_OK) assert_non_null(rt_http_reader_problem(reader));
        rt_buffer_deinit(&body);
        rt_http_reader_free(reader);
    }
}

/* Each allocation fails once: RT_ENOMEMORY, and nothing is left. */
static void test_http_reader_without_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    int failures = 0;
    for (size_t nth = 1;; nth++) {
        rt_http_reader *reader = NULL;
        told t = {.size = 0};
        rt_alloc_fail(nth, 0);
        int status = rt_http_reader_new(1000, &reader, NULL);
        if (status == RT_OK)
            status = feed(reader, requests, sizeof requests - 1, &t);
        rt_alloc_fail(0, 0);
        rt_buffer_deinit(&t.body);
        rt_http_reader_free(reader);
        if (status == RT_OK) break;
        assert_int_equal(status, RT_ENOMEMORY);
        failures++;
    }
    assert_true(failures >= 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http_reader_cut_anywhere),
        cmocka_unit_test(test_http_reader_stays_refused),
        cmocka_unit_test(test_http_reader_limit),
        cmocka_unit_test(test_http_reader_garbage),
        cmocka_unit_test(test_http_reader_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
