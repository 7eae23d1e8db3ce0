/* The quick way over scalars says what rt_reader_next says, or nothing; it
 * never reads past the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/scan.h"

static uint64_t random_state = 0x2545f4914f6cdd1d;

static uint64_t next_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static void assert_same_token(const rt_token *a, const rt_token *b) {
    assert_int_equal(a->kind, b->kind);
    switch (a->kind) {
    case RT_TOKEN_BOOL:
        assert_int_equal(a->as.boolean, b->as.boolean);
        return;
    case RT_TOKEN_INT:
        assert_true(a->as.integer == b->as.integer);
        return;
    case RT_TOKEN_FLOAT:
        assert_memory_equal(&a->as.number, &b->as.number, sizeof(double));
        return;
    case RT_TOKEN_STR:
        assert_ptr_equal(a->as.str.bytes, b->as.str.bytes);
        assert_int_equal(a->as.str.size, b->as.str.size);
        return;
    case RT_TOKEN_NIL:
    case RT_TOKEN_BIN:
    case RT_TOKEN_ARRAY:
    case RT_TOKEN_NODE:
    case RT_TOKEN_OBJECT:
        return;
    }
}

/* Whether the quick way knew the token. */
static bool compare(const uint8_t *bytes, size_t size) {
    rt_token quick, slow;
    memset(&quick, 0, sizeof quick);
    const uint8_t *next = rt_scan_scalar(bytes, bytes + size, &quick);
    if (!next) return false;
    rt_reader reader;
    rt_reader_init(&reader, bytes, size, NULL);
    assert_int_equal(rt_reader_next(&reader, &slow), RT_OK);
    assert_ptr_equal(next, reader.at);
    assert_same_token(&quick, &slow);
    return true;
}

/* In a block that ends with the bytes, so that a sanitizer sees each byte read
 * too many. */
static bool compare_copy(const uint8_t *bytes, size_t size) {
    uint8_t *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    bool known = compare(copy, size);
    free(copy);
    return known;
}

static void test_scan_agrees_with_the_reader(void **state) {
    (void)state;
    uint8_t bytes[300];
    unsigned known = 0;
    for (unsigned round = 0; round < 200000; round++) {
        for (size_t i = 0; i < 24; i++) bytes[i] = (uint8_t)next_random();
        bytes[0] = (uint8_t)round;                /* each tag */
        if (round & 256) memset(bytes + 1, 0, 3); /* forms too long */
        if (round & 512) memset(bytes + 1, 0xff, 3);
        known += compare_copy(bytes, 1 + next_random() % 24);
    }
    assert_true(known > 50000);
}

static const int64_t integers[] = {
    0,         1,         127,    128,         255,
    256,       65535,     65536,  UINT32_MAX,  (int64_t)UINT32_MAX + 1,
    INT64_MAX, -1,        -32,    -33,         -128,
    -129,      -32768,    -32769, -2147483648, INT64_C(-2147483649),
    INT64_MIN, INT32_MAX, -100,   1000,        1000000};

/* A long list of scalars is passed over in one go, but for its end. */
static void test_scan_run_passes_over_scalars(void **state) {
    (void)state;
    rt_buffer list;
    rt_buffer_init(&list);
    size_t count = 0;
    for (unsigned round = 0; round < 40; round++) {
        for (size_t i = 0; i < sizeof integers / sizeof *integers; i++, count++)
            assert_int_equal(rt_encode_int(&list, integers[i]), RT_OK);
        char text[255] = {0};
        assert_int_equal(rt_encode_str(&list, text, round), RT_OK);
        assert_int_equal(rt_encode_str(&list, text, sizeof text), RT_OK);
        assert_int_equal(rt_encode_float(&list, 0.1 * round), RT_OK);
        assert_int_equal(rt_encode_bool(&list, round & 1), RT_OK);
        assert_int_equal(rt_encode_nil(&list), RT_OK);
        count += 5;
    }
    for (int i = 0; i < RT_STORE_MAX; i++)
        assert_int_equal(rt_encode_nil(&list), RT_OK);
    rt_reader reader;
    rt_reader_init(&reader, list.bytes, list.size, NULL);
    assert_int_equal(rt_scan_run(&reader, 17), 17);
    assert_int_equal(17 + rt_scan_run(&reader, SIZE_MAX), count + 1);
    for (int i = 1; i < RT_STORE_MAX; i++) {
        rt_token token;
        assert_int_equal(rt_scan_run(&reader, SIZE_MAX), 0);
        assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
    }
    assert_ptr_equal(reader.at, reader.end);
    rt_buffer_deinit(&list);
}

/* What it does not know stays where it is: references, arrays, damage. */
static void test_scan_run_stops(void **state) {
    (void)state;
    rt_buffer list;
    rt_buffer_init(&list);
    for (int i = 0; i < 5; i++)
        assert_int_equal(rt_encode_int(&list, i), RT_OK);
    assert_int_equal(rt_encode_node(&list, 7), RT_OK);
    for (int i = 0; i < 20; i++) assert_int_equal(rt_encode_nil(&list), RT_OK);
    rt_reader reader;
    rt_reader_init(&reader, list.bytes, list.size, NULL);
    assert_int_equal(rt_scan_run(&reader, SIZE_MAX), 5);
    rt_token token;
    assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
    assert_int_equal(token.kind, RT_TOKEN_NODE);
    rt_buffer_deinit(&list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan_agrees_with_the_reader),
        cmocka_unit_test(test_scan_run_passes_over_scalars),
        cmocka_unit_test(test_scan_run_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
