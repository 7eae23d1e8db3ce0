/* The writers, byte for byte, and the reader that takes them back. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "data/encode.h"
#include "failing.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void assert_bytes(const rt_buffer *buffer, const char *bytes,
                         size_t size) {
    assert_int_equal(buffer->size, size);
    assert_memory_equal(buffer->bytes, bytes, size);
}

/* Reads from a copy that ends where its block ends, so that a sanitizer sees
 * each byte read too many. The token must not be used for its bytes. */
static int read_one(const void *bytes, size_t size, rt_token *token,
                    rt_error *err) {
    char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    rt_reader reader;
    rt_reader_init(&reader, copy, size, err);
    int status = rt_reader_next(&reader, token);
    if (status)
        assert_ptr_equal(reader.at, reader.start);
    else
        assert_ptr_equal(reader.at, reader.end);
    free(copy);
    return status;
}

/* The token of `buffer`, which holds just one; each prefix is damaged. */
static rt_token only_token(const rt_buffer *buffer) {
    rt_token token;
    for (size_t size = 0; size < buffer->size; size++) {
        if (size > 16 && size < buffer->size - 16) continue;
        assert_int_equal(read_one(buffer->bytes, size, &token, NULL),
                         RT_EDAMAGED);
    }
    assert_int_equal(read_one(buffer->bytes, buffer->size, &token, NULL),
                     RT_OK);
    return token;
}

/* ---- writing and reading back ------------------------------------------ */

static void test_encode_nil_and_booleans(void **state) {
    (void)state;
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    assert_int_equal(rt_encode_nil(&buffer), RT_OK);
    assert_int_equal(rt_encode_bool(&buffer, false), RT_OK);
    assert_int_equal(rt_encode_bool(&buffer, true), RT_OK);
    assert_bytes(&buffer, "\xc0\xc2\xc3", 3);

    rt_reader reader;
    rt_token token;
    rt_reader_init(&reader, buffer.bytes, buffer.size, NULL);
    assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
    assert_int_equal(token.kind, RT_TOKEN_NIL);
    assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
    assert_int_equal(token.kind, RT_TOKEN_BOOL);
    assert_false(token.as.boolean);
    assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
    assert_int_equal(token.kind, RT_TOKEN_BOOL);
    assert_true(token.as.boolean);
    assert_int_equal(rt_reader_next(&reader, &token), RT_EDAMAGED);
    rt_buffer_deinit(&buffer);
}

static void test_encode_integers_in_shortest_form(void **state) {
    (void)state;
    static const struct {
        int64_t value;
        size_t size;
        const char *bytes;
    } cases[] = {
        {0, 1, "\x00"},
        {1, 1, "\x01"},
        {127, 1, "\x7f"},
        {128, 2, "\xcc\x80"},
        {255, 2, "\xcc\xff"},
        {256, 3, "\xcd\x01\x00"},
        {65535, 3, "\xcd\xff\xff"},
        {65536, 5, "\xce\x00\x01\x00\x00"},
        {INT64_C(4294967295), 5, "\xce\xff\xff\xff\xff"},
        {INT64_C(4294967296), 9, "\xcf\x00\x00\x00\x01\x00\x00\x00\x00"},
        {INT64_MAX, 9, "\xcf\x7f\xff\xff\xff\xff\xff\xff\xff"},
        {-1, 1, "\xff"},
        {-32, 1, "\xe0"},
        {-33, 2, "\xd0\xdf"},
        {-128, 2, "\xd0\x80"},
        {-129, 3, "\xd1\xff\x7f"},
        {-32768, 3, "\xd1\x80\x00"},
        {-32769, 5, "\xd2\xff\xff\x7f\xff"},
        {-INT64_C(2147483648), 5, "\xd2\x80\x00\x00\x00"},
        {-INT64_C(2147483649), 9, "\xd3\xff\xff\xff\xff\x7f\xff\xff\xff"},
        {INT64_MIN, 9, "\xd3\x80\x00\x00\x00\x00\x00\x00\x00"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rt_buffer buffer;
        rt_buffer_init(&buffer);
        assert_int_equal(rt_encode_int(&buffer, cases[i].value), RT_OK);
        assert_bytes(&buffer, cases[i].bytes, cases[i].size);
        rt_token token = only_token(&buffer);
        assert_int_equal(token.kind, RT_TOKEN_INT);
        assert_true(token.as.integer == cases[i].value);
        rt_buffer_deinit(&buffer);
    }
}

static void test_encode_integers_around_all_powers_of_two(void **state) {
    (void)state;
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    for (unsigned bit = 0; bit < 63; bit++) {
        for (int64_t off = -2; off <= 2; off++) {
            for (int sign = -1; sign <= 1; sign += 2) {
                int64_t value = sign * ((INT64_C(1) << bit) + off);
                buffer.size = 0;
                assert_int_equal(rt_encode_int(&buffer, value), RT_OK);
                rt_token token = only_token(&buffer);
                assert_int_equal(token.kind, RT_TOKEN_INT);
                assert_true(token.as.integer == value);
            }
        }
    }
    rt_buffer_deinit(&buffer);
}

static void test_encode_floats_bit_for_bit(void **state) {
    (void)state;
    static const double values[] = {
        0.0,         -0.0,     1.0,      -1.5,      0.1,    DBL_MAX, DBL_MIN,
        DBL_EPSILON, 4.9e-324, INFINITY, -INFINITY, 0x1p63, 0x1p53,
    };
    for (size_t i = 0; i < COUNT(values); i++) {
        rt_buffer buffer;
        rt_buffer_init(&buffer);
        assert_int_equal(rt_encode_float(&buffer, values[i]), RT_OK);
        assert_int_equal(buffer.size, 9);
        assert_int_equal((uint8_t)buffer.bytes[0], 0xcb);
        rt_token token = only_token(&buffer);
        assert_int_equal(token.kind, RT_TOKEN_FLOAT);
        assert_memory_equal(&token.as.number, &values[i], sizeof values[i]);
        rt_buffer_deinit(&buffer);
    }
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    assert_int_equal(rt_encode_float(&buffer, 1.5), RT_OK);
    assert_bytes(&buffer, "\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", 9);
    rt_buffer_deinit(&buffer);
}

static uint64_t bits_of(double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static void test_encode_reads_signalling_nan_as_quiet(void **state) {
    (void)state;
    static const struct {
        uint64_t written, read;
    } cases[] = {
        {UINT64_C(0x7ff0000000000001), UINT64_C(0x7ff8000000000001)},
        {UINT64_C(0xfff0000000000001), UINT64_C(0xfff8000000000001)},
        {UINT64_C(0x7ff8000000000000), UINT64_C(0x7ff8000000000000)},
        {UINT64_C(0xffffffffffffffff), UINT64_C(0xffffffffffffffff)},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t bytes[9] = {0xcb};
        for (size_t k = 0; k < 8; k++)
            bytes[1 + k] = (uint8_t)(cases[i].written >> (56 - 8 * k));
        rt_token token;
        assert_int_equal(read_one(bytes, sizeof bytes, &token, NULL), RT_OK);
        assert_int_equal(token.kind, RT_TOKEN_FLOAT);
        assert_true(bits_of(token.as.number) == cases[i].read);
    }
}

/* Writes a string of `size` bytes; its head must be `head`. */
static void round_trip(int (*encode)(rt_buffer *, const char *, size_t),
                       rt_token_kind kind, size_t size, const char *head,
                       size_t head_size) {
    char *text = malloc(size ? size : 1);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++) text[i] = (char)(i * 7);
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    assert_int_equal(encode(&buffer, text, size), RT_OK);
    assert_int_equal(buffer.size, head_size + size);
    assert_memory_equal(buffer.bytes, head, head_size);
    (void)only_token(&buffer);

    rt_reader reader;
    rt_token token;
    rt_reader_init(&reader, buffer.bytes, buffer.size, NULL);
    assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
    assert_int_equal(token.kind, kind);
    assert_int_equal(token.as.str.size, size);
    assert_memory_equal(token.as.str.bytes, text, size);
    rt_buffer_deinit(&buffer);
    free(text);
}

static void test_encode_strings_of_all_head_sizes(void **state) {
    (void)state;
    round_trip(rt_encode_str, RT_TOKEN_STR, 0, "\xa0", 1);
    round_trip(rt_encode_str, RT_TOKEN_STR, 1, "\xa1", 1);
    round_trip(rt_encode_str, RT_TOKEN_STR, 31, "\xbf", 1);
    round_trip(rt_encode_str, RT_TOKEN_STR, 32, "\xd9\x20", 2);
    round_trip(rt_encode_str, RT_TOKEN_STR, 255, "\xd9\xff", 2);
    round_trip(rt_encode_str, RT_TOKEN_STR, 256, "\xda\x01\x00", 3);
    round_trip(rt_encode_str, RT_TOKEN_STR, 65535, "\xda\xff\xff", 3);
    round_trip(rt_encode_str, RT_TOKEN_STR, 65536, "\xdb\x00\x01\x00\x00", 5);
    round_trip(rt_encode_str, RT_TOKEN_STR, 1 << 20, "\xdb\x00\x10\x00\x00", 5);
}

static void test_encode_binary_of_all_head_sizes(void **state) {
    (void)state;
    round_trip(rt_encode_bin, RT_TOKEN_BIN, 0, "\xc4\x00", 2);
    round_trip(rt_encode_bin, RT_TOKEN_BIN, 255, "\xc4\xff", 2);
    round_trip(rt_encode_bin, RT_TOKEN_BIN, 256, "\xc5\x01\x00", 3);
    round_trip(rt_encode_bin, RT_TOKEN_BIN, 65535, "\xc5\xff\xff", 3);
    round_trip(rt_encode_bin, RT_TOKEN_BIN, 65536, "\xc6\x00\x01\x00\x00", 5);
}

static void test_encode_strings_may_be_null_when_empty(void **state) {
    (void)state;
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    assert_int_equal(rt_encode_str(&buffer, NULL, 0), RT_OK);
    assert_int_equal(rt_encode_bin(&buffer, NULL, 0), RT_OK);
    assert_bytes(&buffer, "\xa0\xc4\x00", 3);
    rt_buffer_deinit(&buffer);
}

static void test_encode_refuses_strings_beyond_the_format(void **state) {
    (void)state;
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    static const size_t sizes[] = {UINT32_MAX - 4, UINT32_MAX,
                                   (size_t)UINT32_MAX + 1, SIZE_MAX - 4,
                                   SIZE_MAX};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        assert_int_equal(rt_encode_str(&buffer, "", sizes[i]), RT_ELIMIT);
        assert_int_equal(rt_encode_bin(&buffer, "", sizes[i]), RT_ELIMIT);
    }
    assert_int_equal(buffer.size, 0);
    rt_buffer_deinit(&buffer);
}

static void test_encode_arrays_of_all_head_sizes(void **state) {
    (void)state;
    static const struct {
        uint32_t count;
        size_t size;
        const char *bytes;
    } cases[] = {
        {0, 1, "\x90"},
        {15, 1, "\x9f"},
        {16, 3, "\xdc\x00\x10"},
        {65535, 3, "\xdc\xff\xff"},
        {65536, 5, "\xdd\x00\x01\x00\x00"},
        {UINT32_MAX, 5, "\xdd\xff\xff\xff\xff"},
    };
    char *elements = calloc(1, 70000); /* of one byte each: zeros */
    assert_non_null(elements);
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint32_t count = cases[i].count;
        rt_buffer buffer;
        rt_buffer_init(&buffer);
        assert_int_equal(rt_encode_array(&buffer, count), RT_OK);
        assert_bytes(&buffer, cases[i].bytes, cases[i].size);
        if (count < 70000) {
            assert_int_equal(rt_buffer_add(&buffer, elements, count), RT_OK);
            rt_reader reader;
            rt_token token;
            rt_reader_init(&reader, buffer.bytes, buffer.size, NULL);
            assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
            assert_int_equal(token.kind, RT_TOKEN_ARRAY);
            assert_int_equal(token.as.count, count);
            /* One element less than counted is damage, seen at once. */
            rt_reader_init(&reader, buffer.bytes, buffer.size - 1, NULL);
            assert_int_equal(rt_reader_next(&reader, &token), RT_EDAMAGED);
        }
        rt_buffer_deinit(&buffer);
    }
    free(elements);
}

static void test_encode_references_of_all_sizes(void **state) {
    (void)state;
    static const struct {
        uint32_t index;
        size_t size;
        const char *bytes;
    } cases[] = {
        {0, 3, "\xd4\x01\x00"},
        {255, 3, "\xd4\x01\xff"},
        {256, 4, "\xd5\x01\x01\x00"},
        {65535, 4, "\xd5\x01\xff\xff"},
        {65536, 6, "\xd6\x01\x00\x01\x00\x00"},
        {UINT32_MAX, 6, "\xd6\x01\xff\xff\xff\xff"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rt_buffer buffer;
        rt_buffer_init(&buffer);
        assert_int_equal(rt_encode_node(&buffer, cases[i].index), RT_OK);
        assert_bytes(&buffer, cases[i].bytes, cases[i].size);
        rt_token token = only_token(&buffer);
        assert_int_equal(token.kind, RT_TOKEN_NODE);
        assert_int_equal(token.as.index, cases[i].index);

        buffer.size = 0;
        assert_int_equal(rt_encode_object(&buffer, cases[i].index), RT_OK);
        assert_int_equal((uint8_t)buffer.bytes[1], RT_EXT_OBJECT);
        token = only_token(&buffer);
        assert_int_equal(token.kind, RT_TOKEN_OBJECT);
        assert_int_equal(token.as.index, cases[i].index);
        rt_buffer_deinit(&buffer);
    }
}

/* ---- the header -------------------------------------------------------- */

static void test_encode_header_is_patched_in_place(void **state) {
    (void)state;
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    assert_int_equal(rt_encode_header(&buffer, 0, 0), RT_OK);
    assert_bytes(&buffer, "\x92\xce\0\0\0\0\xce\0\0\0\0", 11);
    assert_int_equal(rt_encode_nil(&buffer), RT_OK);
    assert_int_equal(rt_encode_array(&buffer, 1), RT_OK);
    assert_int_equal(rt_encode_int(&buffer, RT_NODE_GLOBALS), RT_OK);
    rt_encode_patch_header(&buffer, 1, 1);
    assert_bytes(&buffer, "\x92\xce\0\0\0\1\xce\0\0\0\1\xc0\x91\x05", 14);

    rt_reader reader;
    uint32_t roots, nodes;
    rt_reader_init(&reader, buffer.bytes, buffer.size, NULL);
    assert_int_equal(rt_reader_header(&reader, &roots, &nodes), RT_OK);
    assert_int_equal(roots, 1);
    assert_int_equal(nodes, 1);
    rt_token token;
    assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
    assert_int_equal(token.kind, RT_TOKEN_NIL);
    rt_buffer_deinit(&buffer);
}

static int read_header(const void *bytes, size_t size) {
    char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    rt_reader reader;
    uint32_t roots, nodes;
    rt_reader_init(&reader, copy, size, NULL);
    int status = rt_reader_header(&reader, &roots, &nodes);
    free(copy);
    return status;
}

static void test_encode_header_of_damaged_messages(void **state) {
    (void)state;
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    assert_int_equal(rt_encode_header(&buffer, 0, 0), RT_OK);
    for (size_t size = 0; size < buffer.size; size++)
        assert_int_equal(read_header(buffer.bytes, size), RT_EDAMAGED);
    assert_int_equal(read_header(buffer.bytes, buffer.size), RT_OK);
    static const size_t tags[] = {0, 1, 6};
    for (size_t i = 0; i < COUNT(tags); i++) {
        buffer.bytes[tags[i]] ^= 1;
        assert_int_equal(read_header(buffer.bytes, buffer.size), RT_EDAMAGED);
        buffer.bytes[tags[i]] ^= 1;
    }
    rt_buffer_deinit(&buffer);
}

static void test_encode_header_counts_need_bytes(void **state) {
    (void)state;
    static const struct {
        uint32_t roots, nodes;
        size_t left;
        int status;
    } cases[] = {
        {0, 0, 0, RT_OK},
        {1, 0, 0, RT_EDAMAGED},
        {1, 0, 1, RT_OK},
        {0, 1, 1, RT_EDAMAGED},
        {0, 1, 2, RT_OK},
        {2, 1, 3, RT_EDAMAGED},
        {2, 1, 4, RT_OK},
        {UINT32_MAX, 0, 64, RT_EDAMAGED},
        {0, UINT32_MAX, 64, RT_EDAMAGED},
        {UINT32_MAX, UINT32_MAX, 64, RT_EDAMAGED},
        {0, UINT32_C(1) << 31, 64, RT_EDAMAGED},
        {UINT32_C(1) << 31, UINT32_C(1) << 31, 64, RT_EDAMAGED},
    };
    static const char zeros[64];
    for (size_t i = 0; i < COUNT(cases); i++) {
        rt_buffer buffer;
        rt_buffer_init(&buffer);
        assert_int_equal(
            rt_encode_header(&buffer, cases[i].roots, cases[i].nodes), RT_OK);
        assert_int_equal(rt_buffer_add(&buffer, zeros, cases[i].left), RT_OK);
        assert_int_equal(read_header(buffer.bytes, buffer.size),
                         cases[i].status);
        rt_buffer_deinit(&buffer);
    }
}

/* ---- damage ------------------------------------------------------------ */

static void test_encode_reader_of_nothing(void **state) {
    (void)state;
    rt_reader reader;
    rt_token token;
    uint32_t roots, nodes;
    rt_reader_init(&reader, NULL, 0, NULL);
    assert_int_equal(rt_reader_next(&reader, &token), RT_EDAMAGED);
    assert_int_equal(rt_reader_header(&reader, &roots, &nodes), RT_EDAMAGED);
}

static void test_encode_reader_names_reason_and_offset(void **state) {
    (void)state;
    rt_error err;
    rt_reader reader;
    rt_token token;
    rt_reader_init(&reader, "\x01\xc1", 2, &err);
    assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
    assert_int_equal(rt_reader_next(&reader, &token), RT_EDAMAGED);
    assert_int_equal(err.status, RT_EDAMAGED);
    assert_string_equal(err.message, "unknown type 0xc1 at byte 1");

    rt_reader_init(&reader, "\xa5oops", 5, &err);
    assert_int_equal(rt_reader_next(&reader, &token), RT_EDAMAGED);
    assert_string_equal(err.message,
                        "string is longer than the message at byte 0");
}

static void test_encode_reader_is_total_for_all_short_inputs(void **state) {
    (void)state;
    rt_error err;
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned fill = 0; fill < 256; fill += 51) {
            uint8_t bytes[12];
            memset(bytes, (int)fill, sizeof bytes);
            bytes[0] = (uint8_t)first;
            for (size_t size = 1; size <= sizeof bytes; size++) {
                rt_reader reader;
                rt_token token;
                rt_reader_init(&reader, bytes, size, &err);
                int status = rt_reader_next(&reader, &token);
                assert_true(status == RT_OK || status == RT_EDAMAGED);
                assert_true(reader.at <= reader.end);
                if (status)
                    assert_ptr_equal(reader.at, reader.start);
                else
                    assert_true(reader.at > reader.start);
            }
        }
    }
}

/* ---- out of memory ----------------------------------------------------- */

static int encode_nth(rt_buffer *to, int which) {
    switch (which) {
    case 0:
        return rt_encode_nil(to);
    case 1:
        return rt_encode_bool(to, true);
    case 2:
        return rt_encode_int(to, 1000);
    case 3:
        return rt_encode_float(to, 0.5);
    case 4:
        return rt_encode_str(to, "text", 4);
    case 5:
        return rt_encode_bin(to, "bytes", 5);
    case 6:
        return rt_encode_array(to, 3);
    case 7:
        return rt_encode_node(to, 3);
    case 8:
        return rt_encode_object(to, 3);
    case 9:
        return rt_encode_header(to, 1, 0);
    }
    return 1;
}

static void test_encode_adds_nothing_when_out_of_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    for (int which = 0; which <= 9; which++) {
        rt_buffer buffer;
        rt_buffer_init(&buffer);
        rt_alloc_fail(1, 0);
        assert_int_equal(encode_nth(&buffer, which), RT_ENOMEMORY);
        rt_alloc_fail(0, 0);
        assert_int_equal(buffer.size, 0);
        assert_int_equal(encode_nth(&buffer, which), RT_OK);
        assert_true(buffer.size > 0);
        rt_buffer_deinit(&buffer);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode_nil_and_booleans),
        cmocka_unit_test(test_encode_integers_in_shortest_form),
        cmocka_unit_test(test_encode_integers_around_all_powers_of_two),
        cmocka_unit_test(test_encode_floats_bit_for_bit),
        cmocka_unit_test(test_encode_reads_signalling_nan_as_quiet),
        cmocka_unit_test(test_encode_strings_of_all_head_sizes),
        cmocka_unit_test(test_encode_binary_of_all_head_sizes),
        cmocka_unit_test(test_encode_strings_may_be_null_when_empty),
        cmocka_unit_test(test_encode_refuses_strings_beyond_the_format),
        cmocka_unit_test(test_encode_arrays_of_all_head_sizes),
        cmocka_unit_test(test_encode_references_of_all_sizes),
        cmocka_unit_test(test_encode_header_is_patched_in_place),
        cmocka_unit_test(test_encode_header_of_damaged_messages),
        cmocka_unit_test(test_encode_header_counts_need_bytes),
        cmocka_unit_test(test_encode_reader_of_nothing),
        cmocka_unit_test(test_encode_reader_names_reason_and_offset),
        cmocka_unit_test(test_encode_reader_is_total_for_all_short_inputs),
        cmocka_unit_test(test_encode_adds_nothing_when_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
