/* MessagePack of others: every form, cut anywhere, and bytes that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "data/msgpack.h"

static int64_t next_of(const char *bytes, size_t size,
                       rt_msgpack_token *token) {
    return rt_msgpack_next(bytes, size, token);
}

static void check_int(const char *bytes, size_t size, int64_t value) {
    rt_msgpack_token token;
    assert_int_equal(next_of(bytes, size, &token), (int64_t)size);
    assert_int_equal(token.kind, RT_MSGPACK_INT);
    assert_int_equal(token.as.integer, value);
    for (size_t left = 0; left < size; left++)
        assert_int_equal(next_of(bytes, left, &token), 0);
}

#define INT(text, value) check_int(text, sizeof text - 1, value)

static void test_msgpack_integers_of_any_length(void **state) {
    (void)state;
    INT("\x00", 0);
    INT("\x7f", 127);
    INT("\xff", -1);
    INT("\xe0", -32);
    INT("\xcc\x05", 5);
    INT("\xcd\x01\x00", 256);
    INT("\xce\x00\x00\x00\x05", 5);
    INT("\xcf\x7f\xff\xff\xff\xff\xff\xff\xff", INT64_MAX);
    INT("\xd0\x80", -128);
    INT("\xd1\xff\xfe", -2);
    INT("\xd2\x80\x00\x00\x00", INT32_MIN);
    INT("\xd3\x80\x00\x00\x00\x00\x00\x00\x00", INT64_MIN);
}

static void check_float(const char *bytes, size_t size, double value) {
    rt_msgpack_token token;
    assert_int_equal(next_of(bytes, size, &token), (int64_t)size);
    assert_int_equal(token.kind, RT_MSGPACK_FLOAT);
    assert_true(token.as.number == value);
}

static void test_msgpack_floats(void **state) {
    (void)state;
    check_float("\xca\x3f\xc0\x00\x00", 5, 1.5);
    check_float("\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", 9, 1.5);
    check_float("\xcf\x80\x00\x00\x00\x00\x00\x00\x00", 9,
                9223372036854775808.0);
}

static void check_string(const char *head, size_t head_size, size_t size) {
    char *bytes = calloc(1, head_size + size);
    assert_non_null(bytes);
    memcpy(bytes, head, head_size);
    memset(bytes + head_size, 'x', size);
    rt_msgpack_token token;
    assert_int_equal(next_of(bytes, head_size + size, &token),
                     (int64_t)(head_size + size));
    assert_int_equal(token.kind, RT_MSGPACK_STRING);
    assert_int_equal(token.as.string.size, size);
    assert_ptr_equal(token.as.string.bytes, bytes + head_size);
    for (size_t left = 0; left < head_size + size; left += 1 + left / 2)
        assert_int_equal(next_of(bytes, left, &token), 0);
    free(bytes);
}

static void test_msgpack_strings(void **state) {
    (void)state;
    check_string("\xa0", 1, 0);
    check_string("\xbf", 1, 31);
    check_string("\xd9\xff", 2, 255);
    check_string("\xda\x01\x00", 3, 256);
    check_string("\xdb\x00\x01\x00\x00", 5, 65536);
    check_string("\xc4\x02", 2, 2);
    check_string("\xc5\x00\x02", 3, 2);
    check_string("\xc6\x00\x00\x00\x02", 5, 2);
}

static void test_msgpack_refuses(void **state) {
    (void)state;
    rt_msgpack_token token;
    assert_int_equal(next_of("\xc1", 1, &token), RT_EDAMAGED);
    static const char extensions[] = "\xc7\xc8\xc9\xd4\xd5\xd6\xd7\xd8";
    for (size_t i = 0; i + 1 < sizeof extensions; i++)
        assert_int_equal(next_of(extensions + i, 1, &token), RT_ETYPE);
}

static void test_msgpack_scan_goes_on(void **state) {
    (void)state;
    /* {"a": [1, {}], 2: "xy"}, then nil */
    static const char bytes[] = "\x82\xa1"
                                "a\x92\x01\x80\x02\xa2xy\xc0";
    size_t end = sizeof bytes - 2;
    rt_msgpack_scan scan = {0};
    for (size_t left = 0; left < end; left++) {
        assert_int_equal(rt_msgpack_scan_on(&scan, bytes, left), RT_PENDING);
        assert_true(scan.at <= left);
    }
    assert_int_equal(rt_msgpack_scan_on(&scan, bytes, sizeof bytes - 1), RT_OK);
    assert_int_equal(scan.at, end);
    /* A head that announces more than there can be takes no room. */
    rt_msgpack_scan huge = {0};
    assert_int_equal(rt_msgpack_scan_on(
                         &huge, "\xdd\xff\xff\xff\xff\xdf\xff\xff\xff\xff", 10),
                     RT_PENDING);
    rt_msgpack_scan wrong = {0};
    assert_int_equal(rt_msgpack_scan_on(&wrong, "\x92\x01\xc1", 3),
                     RT_EDAMAGED);
    assert_int_equal(wrong.at, 2);
}

static void test_msgpack_encode_map(void **state) {
    (void)state;
    static const uint32_t counts[] = {0, 15, 16, 65535, 65536, UINT32_MAX};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        rt_buffer b;
        rt_msgpack_token token;
        rt_buffer_init(&b);
        assert_int_equal(rt_msgpack_encode_map(&b, counts[i]), RT_OK);
        assert_int_equal(next_of(b.bytes, b.size, &token), (int64_t)b.size);
        assert_int_equal(token.kind, RT_MSGPACK_MAP);
        assert_int_equal(token.as.count, counts[i]);
        rt_buffer_deinit(&b);
    }
}

/* In a block that ends where they do, so that a sanitizer sees what is read
 * behind. */
static void scan_exactly(const uint8_t *bytes, size_t size) {
    char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    rt_msgpack_scan whole = {0}, parts = {0};
    int status = rt_msgpack_scan_on(&whole, copy, size);
    assert_true(whole.at <= size);
    int in_parts = RT_PENDING;
    for (size_t left = 0; left <= size && in_parts == RT_PENDING; left++)
        in_parts = rt_msgpack_scan_on(&parts, copy, left);
    assert_int_equal(in_parts, status);
    assert_int_equal(parts.at, whole.at);
    free(copy);
}

static uint64_t seed = 1;

static uint8_t any_byte(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint8_t)(seed >> 33);
}

static void test_msgpack_fuzz(void **state) {
    (void)state;
    static const uint8_t heads[] = {0x81, 0x92, 0xa3, 0xc0, 0xc4, 0xca,
                                    0xd3, 0xd9, 0xdc, 0xde, 0xc1, 0xc7};
    uint8_t bytes[40];
    for (int round = 0; round < 20000; round++) {
        size_t size = any_byte() % sizeof bytes;
        for (size_t i = 0; i < size; i++)
            bytes[i] =
                any_byte() % 3 ? heads[any_byte() % sizeof heads] : any_byte();
        scan_exactly(bytes, size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_msgpack_integers_of_any_length),
        cmocka_unit_test(test_msgpack_floats),
        cmocka_unit_test(test_msgpack_strings),
        cmocka_unit_test(test_msgpack_refuses),
        cmocka_unit_test(test_msgpack_scan_goes_on),
        cmocka_unit_test(test_msgpack_encode_map),
        cmocka_unit_test(test_msgpack_fuzz),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
