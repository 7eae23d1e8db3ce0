/* Messages from other processes: what is refused, and what is not.
 *
 * The numbers are those of the list of inputs that a deserializer must refuse
 * (57 of them). 1 to 16 are about frames: the wire's tests. These have no
 * counterpart in the format, and the tests say what holds instead:
 *   21 booleans have two bytes and no others;
 *   25 nesting is a flat list of nodes, so any depth is accepted;
 *   33 no cap on keys: the check is linear whatever the keys are;
 *   38 a metatable may be its own, as in Lua; upvalues cannot form a ring;
 *   41 no cap on references: each one takes bytes;
 *   42 to 45, 48 to 50, 53 to 56 belong to whoever loads the functions.
 *
 * Each refused message is also refused or read to its end when cut off at
 * every byte; each accepted one is refused then. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "data/encode.h"
#include "failing.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- writing messages -------------------------------------------------- */

static rt_buffer start(uint32_t roots, uint32_t nodes) {
    rt_buffer m;
    rt_buffer_init(&m);
    assert_int_equal(rt_encode_header(&m, roots, nodes), RT_OK);
    return m;
}

static void nil(rt_buffer *m) {
    assert_int_equal(rt_encode_nil(m), RT_OK);
}

static void integer(rt_buffer *m, int64_t value) {
    assert_int_equal(rt_encode_int(m, value), RT_OK);
}

static void number(rt_buffer *m, double value) {
    assert_int_equal(rt_encode_float(m, value), RT_OK);
}

static void boolean(rt_buffer *m, bool value) {
    assert_int_equal(rt_encode_bool(m, value), RT_OK);
}

static void string(rt_buffer *m, const char *text) {
    assert_int_equal(rt_encode_str(m, text, strlen(text)), RT_OK);
}

static void bin(rt_buffer *m, const char *text) {
    assert_int_equal(rt_encode_bin(m, text, strlen(text)), RT_OK);
}

static void array(rt_buffer *m, uint32_t count) {
    assert_int_equal(rt_encode_array(m, count), RT_OK);
}

static void node(rt_buffer *m, uint32_t index) {
    assert_int_equal(rt_encode_node(m, index), RT_OK);
}

static void object(rt_buffer *m, uint32_t index) {
    assert_int_equal(rt_encode_object(m, index), RT_OK);
}

static void raw(rt_buffer *m, const void *bytes, size_t size) {
    assert_int_equal(rt_buffer_add(m, bytes, size), RT_OK);
}

/* The head of a node of `kind` with `count` elements after it. */
static void open_node(rt_buffer *m, rt_node_kind kind, uint32_t count) {
    array(m, 1 + count);
    integer(m, kind);
}

/* A table without a metatable; its values and pairs follow. */
static void open_table(rt_buffer *m, uint32_t values, uint32_t pairs) {
    open_node(m, RT_NODE_TABLE, 3 + values + 2 * pairs);
    integer(m, values);
    integer(m, pairs);
    nil(m);
}

/* A message that is one table with `pairs` pairs, which follow. */
static rt_buffer start_table(uint32_t pairs) {
    rt_buffer m = start(1, 1);
    node(&m, 0);
    open_table(&m, 0, pairs);
    return m;
}

/* ---- checking them ----------------------------------------------------- */

/* Checks a copy that ends where its block ends, so that a sanitizer sees each
 * byte read too many. */
static int check(const char *bytes, size_t size, size_t objects,
                 rt_error *err) {
    char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    *err = (rt_error){0};
    int status = rt_message_check(copy, size, objects, err);
    free(copy);
    return status;
}

static bool reads_to_the_end(const char *bytes, size_t size) {
    rt_reader reader;
    rt_token token;
    uint32_t roots, nodes;
    rt_reader_init(&reader, bytes, size, NULL);
    if (rt_reader_header(&reader, &roots, &nodes)) return false;
    while (reader.at < reader.end)
        if (rt_reader_next(&reader, &token)) return false;
    return true;
}

static void assert_good_text(const rt_error *err) {
    assert_int_equal(err->status, RT_EDAMAGED);
    size_t size = strlen(err->message);
    assert_true(size > 0 && size <= 200);
    for (size_t i = 0; i < size; i++)
        assert_true(err->message[i] >= ' ' && err->message[i] <= '~');
}

/* Takes `m`: refused, and the text contains `reason`. */
static void refuse_with(rt_buffer m, size_t objects, const char *reason) {
    rt_error err;
    assert_int_equal(check(m.bytes, m.size, objects, &err), RT_EDAMAGED);
    assert_good_text(&err);
    if (!strstr(err.message, reason))
        fail_msg("\"%s\" does not contain \"%s\"", err.message, reason);
    size_t longest = m.size < 2000 ? m.size : 2000;
    for (size_t size = 0; size < longest; size++) {
        if (check(m.bytes, size, objects, &err) == RT_OK)
            assert_true(reads_to_the_end(m.bytes, size));
        else
            assert_good_text(&err);
    }
    rt_buffer_deinit(&m);
}

static void refuse(rt_buffer m, const char *reason) {
    refuse_with(m, 0, reason);
}

/* Takes `m`: accepted, but no prefix of it. */
static void accept_with(rt_buffer m, size_t objects) {
    rt_error err;
    int status = check(m.bytes, m.size, objects, &err);
    if (status) fail_msg("refused: %s", err.message);
    assert_true(reads_to_the_end(m.bytes, m.size));
    size_t longest = m.size < 2000 ? m.size : 2000;
    for (size_t size = 0; size < longest; size++) {
        assert_int_equal(check(m.bytes, size, objects, &err), RT_EDAMAGED);
        assert_good_text(&err);
    }
    rt_buffer_deinit(&m);
}

static void accept(rt_buffer m) {
    accept_with(m, 0);
}

/* ---- what is accepted -------------------------------------------------- */

static void test_check_accepts_no_values(void **state) {
    (void)state;
    accept(start(0, 0));
}

static void test_check_accepts_all_scalars(void **state) {
    (void)state;
    rt_buffer m = start(10, 0);
    nil(&m);
    boolean(&m, true);
    boolean(&m, false);
    integer(&m, INT64_MIN);
    integer(&m, INT64_MAX);
    number(&m, (double)NAN); /* 23: as a value it is fine */
    number(&m, -INFINITY);
    string(&m, "");
    assert_int_equal(rt_encode_str(&m, "a\0b\xff", 4), RT_OK);
    object(&m, 1);
    accept_with(m, 2);
}

/* Every kind of node, references forward and back, a cycle. */
static rt_buffer message_with_everything(void) {
    rt_buffer m = start(3, 10);
    node(&m, 0);
    node(&m, 2);
    object(&m, 0);
    open_node(&m, RT_NODE_TABLE, 3 + 2 + 2 * 5); /* 0 */
    integer(&m, 2);
    integer(&m, 5);
    node(&m, 1);
    nil(&m);
    node(&m, 0);
    string(&m, "f");
    node(&m, 2);
    integer(&m, 3);
    node(&m, 6);
    node(&m, 0);
    object(&m, 0);
    number(&m, 0.5);
    node(&m, 7);
    string(&m, "inner");
    node(&m, 9);
    open_table(&m, 0, 0);               /* 1 */
    open_node(&m, RT_NODE_FUNCTION, 3); /* 2 */
    node(&m, 3);
    node(&m, 4);
    node(&m, 5);
    open_node(&m, RT_NODE_PROTOTYPE, 1); /* 3 */
    bin(&m, "\033Lua");
    open_node(&m, RT_NODE_CELL, 1); /* 4 */
    node(&m, 6);
    open_node(&m, RT_NODE_CELL, 1); /* 5 */
    node(&m, 2);
    open_node(&m, RT_NODE_GLOBALS, 0); /* 6 */
    open_node(&m, RT_NODE_MODULE, 2);  /* 7 */
    string(&m, "string");
    string(&m, "format");
    open_node(&m, RT_NODE_STREAM, 1); /* 8 */
    string(&m, "stderr");
    open_node(&m, RT_NODE_INNER, 2); /* 9 */
    rt_buffer inner = start(1, 0);
    object(&inner, 0);
    assert_int_equal(rt_encode_bin(&m, inner.bytes, inner.size), RT_OK);
    rt_buffer_deinit(&inner);
    object(&m, 0);
    return m;
}

static void test_check_accepts_every_kind_of_node(void **state) {
    (void)state;
    accept_with(message_with_everything(), 1);
}

static void test_check_accepts_module_as_metatable(void **state) {
    (void)state;
    rt_buffer m = start(1, 2);
    node(&m, 0);
    open_node(&m, RT_NODE_TABLE, 3);
    integer(&m, 0);
    integer(&m, 0);
    node(&m, 1);
    open_node(&m, RT_NODE_MODULE, 1);
    string(&m, "classes.point");
    accept(m);
}

/* 38 */
static void test_check_accepts_table_that_is_its_own_metatable(void **state) {
    (void)state;
    rt_buffer m = start(1, 1);
    node(&m, 0);
    open_node(&m, RT_NODE_TABLE, 3 + 2);
    integer(&m, 0);
    integer(&m, 1);
    node(&m, 0);
    string(&m, "__index");
    node(&m, 0);
    accept(m);
}

/* 25 */
static void test_check_accepts_any_depth(void **state) {
    (void)state;
    enum { DEPTH = 100000 };
    rt_buffer m = start(1, DEPTH);
    node(&m, 0);
    for (uint32_t i = 0; i < DEPTH; i++) {
        open_table(&m, 1, 0);
        if (i + 1 < DEPTH)
            node(&m, i + 1);
        else
            nil(&m);
    }
    accept(m);
}

/* 39: 2^1000 paths, but each node is looked at once. */
static void test_check_visits_shared_nodes_once(void **state) {
    (void)state;
    enum { LEVELS = 1000 };
    rt_buffer m = start(1, LEVELS);
    node(&m, 0);
    for (uint32_t i = 0; i < LEVELS; i++) {
        open_table(&m, 2, 0);
        for (int side = 0; side < 2; side++) {
            if (i + 1 < LEVELS)
                node(&m, i + 1);
            else
                nil(&m);
        }
    }
    accept(m);
}

/* 41 */
static void test_check_accepts_many_references(void **state) {
    (void)state;
    enum { REFERENCES = 100000 };
    rt_buffer m = start(REFERENCES, 1);
    for (int i = 0; i < REFERENCES; i++) node(&m, 0);
    open_table(&m, 0, 0);
    accept(m);
}

/* Quadratic time would not end within the limit of any test. */
static void test_check_is_linear_in_the_number_of_keys(void **state) {
    (void)state;
    enum { KEYS = 300000 };
    rt_buffer m = start_table(KEYS);
    char text[32];
    for (int i = 0; i < KEYS; i++) {
        if (i % 3 == 0) {
            integer(&m, -i * INT64_C(1000003));
        } else if (i % 3 == 1) {
            number(&m, i + 0.5);
        } else {
            (void)snprintf(text, sizeof text, "a key with number %d", i);
            string(&m, text);
        }
        boolean(&m, true);
    }
    accept(m);
}

/* 33: keys that all fall into one chain of a Lua table. */
static void test_check_is_linear_for_colliding_keys(void **state) {
    (void)state;
    enum { KEYS = 262144 };
    for (unsigned shift = 32; shift <= 44; shift += 4) {
        rt_buffer m = start_table(KEYS);
        for (int64_t i = 0; i < KEYS; i++) {
            integer(&m, i << shift);
            boolean(&m, true);
        }
        accept(m);
    }
}

static void test_check_is_linear_for_many_small_tables(void **state) {
    (void)state;
    enum { TABLES = 20000, KEYS = 5 };
    rt_buffer m = start(0, TABLES + 1);
    open_table(&m, 0, 20000); /* the set is large from here on */
    for (int i = 0; i < 20000; i++) {
        integer(&m, i + 100000);
        nil(&m);
        m.bytes[m.size - 1] = (char)0xc3; /* true */
    }
    for (int i = 0; i < TABLES; i++) {
        open_table(&m, 0, KEYS);
        for (int k = 0; k < KEYS; k++) {
            integer(&m, k);
            boolean(&m, true);
        }
    }
    accept(m);
}

/* All keys of one and two bytes: the most a message of its size can hold. */
static void test_check_accepts_all_short_keys_in_one_table(void **state) {
    (void)state;
    for (uint32_t more = 0; more <= 3; more++) {
        rt_buffer m = start_table(643 + more);
        for (int i = -128; i <= 255; i++) {
            integer(&m, i);
            boolean(&m, true);
        }
        for (int i = 0; i < 2; i++) {
            boolean(&m, i);
            boolean(&m, true);
        }
        string(&m, "");
        boolean(&m, true);
        for (int i = 0; i < 256; i++) {
            char byte = (char)i;
            assert_int_equal(rt_encode_str(&m, &byte, 1), RT_OK);
            boolean(&m, true);
        }
        for (uint32_t i = 0; i < more; i++) {
            integer(&m, 256 + (int64_t)i);
            boolean(&m, true);
        }
        accept(m);
    }
}

static void test_check_accepts_keys_that_only_look_alike(void **state) {
    (void)state;
    rt_buffer m = start(1, 1);
    node(&m, 0);
    open_table(&m, 2, 14);
    nil(&m);
    nil(&m);
    integer(&m, 0);
    boolean(&m, true);
    integer(&m, 3);
    boolean(&m, true);
    string(&m, "3");
    boolean(&m, true);
    number(&m, 3.5);
    boolean(&m, true);
    boolean(&m, true);
    boolean(&m, true);
    boolean(&m, false);
    boolean(&m, true);
    string(&m, "");
    boolean(&m, true);
    assert_int_equal(rt_encode_str(&m, "\0", 1), RT_OK);
    boolean(&m, true);
    number(&m, 0x1p63); /* not an integer of 64 bits */
    boolean(&m, true);
    integer(&m, INT64_MAX);
    boolean(&m, true);
    number(&m, INFINITY);
    boolean(&m, true);
    number(&m, -INFINITY);
    boolean(&m, true);
    node(&m, 0);
    boolean(&m, true);
    object(&m, 0);
    boolean(&m, true);
    accept_with(m, 1);
}

/* ---- scalars ----------------------------------------------------------- */

/* A message of one value, which is `bytes`, with enough after it to make it
 * only wrong in its form. */
static rt_buffer message_of(const char *bytes, size_t size) {
    static const char padding[32];
    rt_buffer m = start(1, 0);
    raw(&m, bytes, size);
    raw(&m, padding, sizeof padding);
    return m;
}

/* 17 */
static void test_check_refuses_unknown_types(void **state) {
    (void)state;
    static const uint8_t tags[] = {0x80, 0x81, 0x8f, 0xc1, 0xc7, 0xc8,
                                   0xc9, 0xca, 0xd7, 0xd8, 0xde, 0xdf};
    for (size_t i = 0; i < COUNT(tags); i++)
        refuse(message_of((const char *)&tags[i], 1), "unknown type");
}

/* 17 */
static void test_check_refuses_unknown_extension_types(void **state) {
    (void)state;
    static const uint8_t types[] = {0, 3, 4, 127, 128, 255};
    for (size_t i = 0; i < COUNT(types); i++) {
        char bytes[3] = {(char)0xd4, (char)types[i], 0};
        refuse(message_of(bytes, 3), "unknown extension type");
        bytes[0] = (char)0xd5;
        refuse(message_of(bytes, 3), "unknown extension type");
        bytes[0] = (char)0xd6;
        refuse(message_of(bytes, 3), "unknown extension type");
    }
}

#define BYTES(literal) literal, sizeof literal - 1

/* 18 */
static void test_check_refuses_numbers_longer_than_needed(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {BYTES("\xcc\x00")},
        {BYTES("\xcc\x7f")},
        {BYTES("\xcd\x00\xff")},
        {BYTES("\xce\x00\x00\xff\xff")},
        {BYTES("\xcf\x00\x00\x00\x00\xff\xff\xff\xff")},
        {BYTES("\xd0\xe0")},
        {BYTES("\xd0\xff")},
        {BYTES("\xd0\x00")},
        {BYTES("\xd0\x7f")},
        {BYTES("\xd1\xff\x80")},
        {BYTES("\xd1\x7f\xff")},
        {BYTES("\xd2\xff\xff\x80\x00")},
        {BYTES("\xd2\x7f\xff\xff\xff")},
        {BYTES("\xd3\xff\xff\xff\xff\x80\x00\x00\x00")},
        {BYTES("\xd3\x7f\xff\xff\xff\xff\xff\xff\xff")},
        {BYTES("\xd9\x1f")},
        {BYTES("\xda\x00\xff")},
        {BYTES("\xdb\x00\x00\xff\xff")},
        {BYTES("\xc5\x00\xff")},
        {BYTES("\xc6\x00\x00\xff\xff")},
        {BYTES("\xdc\x00\x0f")},
        {BYTES("\xdd\x00\x00\xff\xff")},
        {BYTES("\xd5\x01\x00\xff")},
        {BYTES("\xd6\x01\x00\x00\xff\xff")},
        {BYTES("\xd6\x02\x00\x00\xff\xff")},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        refuse(message_of(cases[i].bytes, cases[i].size),
               "not in its shortest form");
}

/* 19, 20 */
static void test_check_refuses_strings_beyond_the_end(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {BYTES("\xbf")},
        {BYTES("\xd9\xff")},
        {BYTES("\xda\xff\xff")},
        {BYTES("\xdb\x00\x01\x00\x00")},
        {BYTES("\xdb\x7f\xff\xff\xff")},
        {BYTES("\xdb\x80\x00\x00\x00")},
        {BYTES("\xdb\xff\xff\xff\xfa")},
        {BYTES("\xdb\xff\xff\xff\xff")},
        {BYTES("\xc4\xff")},
        {BYTES("\xc5\xff\xff")},
        {BYTES("\xc6\xff\xff\xff\xff")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rt_buffer m = start(1, 0);
        raw(&m, cases[i].bytes, cases[i].size);
        raw(&m, "123456789012345678901234567890", 30); /* one less than 31 */
        refuse(m, "string is longer than the message");
    }
}

/* 20, 26 */
static void test_check_refuses_counts_beyond_the_end(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {BYTES("\x9f")},
        {BYTES("\xdc\xff\xff")},
        {BYTES("\xdd\x00\x01\x00\x00")},
        {BYTES("\xdd\x80\x00\x00\x00")},
        {BYTES("\xdd\xff\xff\xff\xff")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rt_buffer m = start(0, 1);
        raw(&m, cases[i].bytes, cases[i].size);
        raw(&m, "\1\0\0\xc0\0\0\0\0\0\0\0\0\0\0", 14);
        refuse(m, "array is longer than the message");
    }
}

/* 20, 32 */
static void test_check_refuses_header_counts_beyond_the_end(void **state) {
    (void)state;
    static const uint32_t counts[][2] = {
        {1, 0},
        {0, 1},
        {UINT32_MAX, 0},
        {0, UINT32_MAX},
        {0, 0x80000000},
        {0x80000000, 0x80000000},
        {UINT32_MAX, UINT32_MAX},
    };
    for (size_t i = 0; i < COUNT(counts); i++)
        refuse(start(counts[i][0], counts[i][1]),
               "header counts more than the message holds");
}

static void test_check_refuses_damaged_headers(void **state) {
    (void)state;
    for (size_t at = 0; at <= 6; at++) {
        if (at > 1 && at < 6) continue;
        rt_buffer m = start(0, 0);
        m.bytes[at] ^= 1;
        refuse(m, "not the header of a message");
    }
    rt_buffer m;
    rt_buffer_init(&m);
    raw(&m, "\x92\x00\x00", 3); /* right, but not of fixed size */
    refuse(m, "shorter than its header");
}

/* 22 */
static void test_check_refuses_integers_beyond_64_bits(void **state) {
    (void)state;
    refuse(message_of(BYTES("\xcf\x80\x00\x00\x00\x00\x00\x00\x00")),
           "integer exceeds 64 bits");
    refuse(message_of(BYTES("\xcf\xff\xff\xff\xff\xff\xff\xff\xff")),
           "integer exceeds 64 bits");
}

static rt_buffer message_of_nil(void) {
    rt_buffer m = start(1, 0);
    nil(&m);
    return m;
}

static void open_inner(rt_buffer *m, rt_buffer message, uint32_t objects);
static void write_node(rt_buffer *m, rt_node_kind kind);
static void use_as_value(rt_buffer *m, uint32_t target);

/* 24 */
static void test_check_refuses_pointers(void **state) {
    (void)state;
    rt_buffer m = start(1, 1);
    node(&m, 0);
    open_node(&m, RT_NODE_POINTER, 2);
    integer(&m, 1);
    integer(&m, 0x7fff0000);
    refuse(m, "node 0: pointer from another process");
}

static void test_check_refuses_what_is_wrong_inside(void **state) {
    (void)state;
    rt_buffer wrong[] = {start(0, 0), start(1, 0), start(1, 0), start(1, 1)};
    array(&wrong[1], 0);
    nil(&wrong[2]); /* and more than that */
    nil(&wrong[2]);
    node(&wrong[3], 1);
    open_table(&wrong[3], 0, 0);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        rt_buffer m = start(1, 1);
        node(&m, 0);
        open_inner(&m, wrong[i], 0);
        refuse(m, "node 0, inner message: ");
    }
    rt_buffer inner = start(1, 0), m = start(1, 1);
    object(&inner, 1); /* the outer message has two */
    node(&m, 0);
    open_inner(&m, inner, 1);
    object(&m, 1);
    refuse_with(m, 2, "inner message: value 1: reference to an object");
    inner = start(1, 1);
    node(&inner, 0);
    open_inner(&inner, message_of_nil(), 0);
    m = start(1, 1);
    node(&m, 0);
    open_inner(&m, inner, 0);
    refuse(m, "message within an inner message");
}

static void test_check_refuses_inner_messages_of_the_wrong_shape(void **state) {
    (void)state;
    rt_buffer m = start(0, 1);
    open_node(&m, RT_NODE_INNER, 0);
    refuse(m, "node 0: inner message is missing");
    m = start(0, 1);
    open_node(&m, RT_NODE_INNER, 1);
    string(&m, "");
    refuse(m, "node 0: not a binary string");
    m = start(0, 1);
    open_inner(&m, message_of_nil(), 2);
    object(&m, 0);
    integer(&m, 0);
    refuse_with(m, 1, "node 0, object 2: not a reference to an object");
    m = start(0, 1);
    open_inner(&m, message_of_nil(), 1);
    object(&m, 1);
    refuse_with(m, 1, "object 1: reference to an object that is not there");
}

/* Each reference is another copy: a few bytes could stand for very many. */
static void test_check_refuses_second_references_to_inner(void **state) {
    (void)state;
    rt_buffer ahead = start(2, 1), behind = start(0, 2), both = start(1, 2);
    node(&ahead, 0);
    node(&ahead, 0);
    write_node(&ahead, RT_NODE_INNER);
    refuse(ahead, "node 0: more than one reference to it");
    write_node(&behind, RT_NODE_INNER);
    open_table(&behind, 2, 0);
    node(&behind, 0);
    node(&behind, 0);
    refuse(behind, "node 1, value 2: second reference to a node");
    node(&both, 0);
    write_node(&both, RT_NODE_INNER);
    use_as_value(&both, 0);
    refuse(both, "node 1, value 1: second reference to a node");
    rt_buffer table = start(2, 1); /* of others there may be many */
    node(&table, 0);
    node(&table, 0);
    write_node(&table, RT_NODE_TABLE);
    accept(table);
}

/* 25: nothing is nested but through nodes. */
static void test_check_refuses_arrays_as_values(void **state) {
    (void)state;
    refuse(message_of(BYTES("\x90")), "value 1: not a value at byte 11");
    refuse(message_of(BYTES("\x91\x91\x91\x90")), "not a value");
    rt_buffer m = start_table(1);
    string(&m, "k");
    array(&m, 0);
    refuse(m, "node 0, value of key 1: not a value");
}

static void test_check_refuses_binary_as_value(void **state) {
    (void)state;
    refuse(message_of(BYTES("\xc4\x01x")), "not a value");
    rt_buffer m = start_table(1);
    bin(&m, "k");
    nil(&m);
    refuse(m, "node 0, key 1: not a value");
}

/* ---- tables ------------------------------------------------------------ */

/* 26, 27, 34 */
static void test_check_refuses_tables_whose_counts_disagree(void **state) {
    (void)state;
    static const struct {
        int64_t values, pairs;
        const char *reason;
    } cases[] = {
        {0, 0, "counts of the table disagree"},
        {1, 0, "counts of the table disagree"},
        {3, 0, "counts of the table disagree"},
        {0, 2, "counts of the table disagree"},
        {1, 1, "counts of the table disagree"},
        {6, 6, "counts of the table disagree"},
        {7, 0, "not a possible count"},
        {0, 7, "not a possible count"},
        {-1, 0, "not a possible count"},
        {4, -1, "not a possible count"},
        {INT64_MAX, 0, "not a possible count"},
        {0, INT64_MAX, "not a possible count"},
        {0, INT64_MIN, "not a possible count"},
        {INT64_C(4294967298), 0, "not a possible count"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rt_buffer m = start(1, 1);
        node(&m, 0);
        open_node(&m, RT_NODE_TABLE, 5); /* room for two values or a pair */
        integer(&m, cases[i].values);
        integer(&m, cases[i].pairs);
        nil(&m);
        integer(&m, 1);
        integer(&m, 2);
        refuse(m, cases[i].reason);
    }
}

static void test_check_refuses_tables_without_counts(void **state) {
    (void)state;
    for (uint32_t count = 0; count < 3; count++) {
        rt_buffer m = start(0, 1);
        open_node(&m, RT_NODE_TABLE, count);
        for (uint32_t i = 0; i < count; i++) integer(&m, 0);
        refuse(m, "table is too short");
    }
    rt_buffer m = start(0, 1);
    open_node(&m, RT_NODE_TABLE, 3);
    number(&m, 0);
    integer(&m, 0);
    nil(&m);
    refuse(m, "not a possible count");
}

/* 28 */
static void test_check_refuses_nil_key(void **state) {
    (void)state;
    rt_buffer m = start_table(2);
    string(&m, "a");
    integer(&m, 1);
    nil(&m);
    integer(&m, 1);
    refuse(m, "node 0, key 2: key is nil at byte 22");
}

/* 23, 29 */
static void test_check_refuses_nan_key(void **state) {
    (void)state;
    static const char *const nans[] = {
        "\xcb\x7f\xf8\0\0\0\0\0\0", /* quiet */
        "\xcb\xff\xf8\0\0\0\0\0\0",
        "\xcb\x7f\xf0\0\0\0\0\0\1", /* signalling */
        "\xcb\xff\xff\xff\xff\xff\xff\xff\xff",
    };
    for (size_t i = 0; i < COUNT(nans); i++) {
        rt_buffer m = start_table(1);
        raw(&m, nans[i], 9);
        integer(&m, 1);
        refuse(m, "node 0, key 1: key is NaN");
    }
}

typedef void write_key(rt_buffer *m);

static void key_one(rt_buffer *m) {
    integer(m, 1);
}
static void key_two(rt_buffer *m) {
    integer(m, 2);
}

static void key_one_float(rt_buffer *m) {
    number(m, 1.0);
}
static void key_zero(rt_buffer *m) {
    integer(m, 0);
}
static void key_zero_float(rt_buffer *m) {
    number(m, 0.0);
}
static void key_minus_zero(rt_buffer *m) {
    number(m, -0.0);
}
static void key_least(rt_buffer *m) {
    integer(m, INT64_MIN);
}
static void key_least_float(rt_buffer *m) {
    number(m, -0x1p63);
}
static void key_large(rt_buffer *m) {
    integer(m, INT64_C(1) << 53);
}
static void key_large_float(rt_buffer *m) {
    number(m, 0x1p53);
}
static void key_half(rt_buffer *m) {
    number(m, 0.5);
}
static void key_infinity(rt_buffer *m) {
    number(m, INFINITY);
}
static void key_true(rt_buffer *m) {
    boolean(m, true);
}
static void key_false(rt_buffer *m) {
    boolean(m, false);
}
static void key_empty(rt_buffer *m) {
    string(m, "");
}
static void key_text(rt_buffer *m) {
    string(m, "a longer piece of text");
}
static void key_node(rt_buffer *m) {
    node(m, 0);
}
static void key_object(rt_buffer *m) {
    object(m, 0);
}

/* 30 */
static void test_check_refuses_duplicate_keys(void **state) {
    (void)state;
    static write_key *const same[][2] = {
        {key_one, key_one},           {key_one, key_one_float},
        {key_one_float, key_one},     {key_one_float, key_one_float},
        {key_zero, key_minus_zero},   {key_zero_float, key_minus_zero},
        {key_least, key_least_float}, {key_large_float, key_large},
        {key_half, key_half},         {key_infinity, key_infinity},
        {key_true, key_true},         {key_false, key_false},
        {key_empty, key_empty},       {key_text, key_text},
        {key_node, key_node},         {key_object, key_object},
    };
    for (size_t i = 0; i < COUNT(same); i++) {
        /* Next to each other, and far apart in a large set. */
        for (uint32_t between = 0; between <= 1000; between += 250) {
            rt_buffer m = start_table(2 + between);
            same[i][0](&m);
            boolean(&m, true);
            for (uint32_t k = 0; k < between; k++) {
                integer(&m, 1000 + (int64_t)k);
                boolean(&m, true);
            }
            same[i][1](&m);
            boolean(&m, true);
            refuse_with(m, 1, "key is in the table already");
        }
    }
}

/* 30 */
static void test_check_refuses_keys_of_the_array_part(void **state) {
    (void)state;
    static write_key *const keys[] = {key_one, key_one_float, key_two};
    for (size_t i = 0; i < COUNT(keys); i++) {
        rt_buffer m = start(1, 1);
        node(&m, 0);
        open_table(&m, 2, 1);
        string(&m, "first");
        string(&m, "second");
        keys[i](&m);
        string(&m, "again");
        refuse(m, "node 0, key 1: key is in the table already");
    }
}

/* 31 */
static void test_check_refuses_nil_in_the_hash_part(void **state) {
    (void)state;
    rt_buffer m = start_table(1);
    string(&m, "a");
    nil(&m);
    refuse(m, "node 0, value of key 1: value is nil");
}

/* 32: counts that the bytes could hold only if keys were the same. */
static void test_check_refuses_more_keys_than_can_differ(void **state) {
    (void)state;
    enum { PAIRS = 500000 };
    rt_buffer m = start_table(PAIRS);
    for (int i = 0; i < PAIRS; i++) raw(&m, "\1\1", 2);
    refuse(m, "more keys than there can be different ones");
    /* The same where nodes to come need the bytes. */
    m = start(0, 100001);
    open_table(&m, 0, 50000);
    for (int i = 0; i < 50000; i++) raw(&m, "\1\1", 2);
    for (int i = 0; i < 100000; i++) open_node(&m, RT_NODE_GLOBALS, 0);
    refuse(m, "more keys than there can be different ones");
}

/* 34 */
static void test_check_refuses_messages_that_end_early(void **state) {
    (void)state;
    rt_buffer m = start(2, 0);
    string(&m, "one only");
    refuse(m, "value 2: message ends too early at byte 20");
    m = start(2, 2);
    node(&m, 0);
    open_node(&m, RT_NODE_GLOBALS, 0);
    refuse(m, "header counts more than the message holds");
    m = start(1, 2);
    node(&m, 0);
    open_table(&m, 0, 0);
    refuse(m, "node 1: message ends too early");
}

/* 35 */
static void test_check_refuses_bytes_after_the_end(void **state) {
    (void)state;
    rt_buffer m = start(0, 0);
    nil(&m);
    refuse(m, "message goes on after its end at byte 11");
    m = message_with_everything();
    open_node(&m, RT_NODE_GLOBALS, 0);
    refuse_with(m, 1, "message goes on after its end");
}

/* ---- references -------------------------------------------------------- */

/* 36 */
static void test_check_refuses_references_to_missing_nodes(void **state) {
    (void)state;
    static const uint32_t missing[] = {1, 2, 255, 256, 65536, UINT32_MAX};
    for (size_t i = 0; i < COUNT(missing); i++) {
        rt_buffer m = start(1, 1); /* a root */
        node(&m, missing[i]);
        open_table(&m, 0, 0);
        refuse(m, "value 1: reference to a node that is not there");

        m = start(0, 1); /* a value */
        open_table(&m, 1, 0);
        node(&m, missing[i]);
        refuse(m, "node 0, value 1: reference to a node");

        m = start_table(1); /* a key */
        node(&m, missing[i]);
        boolean(&m, true);
        refuse(m, "node 0, key 1: reference to a node");

        m = start(0, 1); /* a metatable */
        open_node(&m, RT_NODE_TABLE, 3);
        integer(&m, 0);
        integer(&m, 0);
        node(&m, missing[i]);
        refuse(m, "node 0, metatable: reference to a node");

        m = start(0, 1); /* a prototype */
        open_node(&m, RT_NODE_FUNCTION, 1);
        node(&m, missing[i]);
        refuse(m, "node 0, prototype: reference to a node");

        m = start(0, 1); /* what a cell holds */
        open_node(&m, RT_NODE_CELL, 1);
        node(&m, missing[i]);
        refuse(m, "node 0: reference to a node that is not there");
    }
    rt_buffer m = start(0, 2); /* a cell */
    open_node(&m, RT_NODE_PROTOTYPE, 1);
    bin(&m, "");
    open_node(&m, RT_NODE_FUNCTION, 2);
    node(&m, 0);
    node(&m, 2);
    refuse(m, "node 1, upvalue 1: reference to a node");
}

/* An INNER node; `objects` references follow. Takes `message`. */
static void open_inner(rt_buffer *m, rt_buffer message, uint32_t objects) {
    open_node(m, RT_NODE_INNER, 1 + objects);
    assert_int_equal(rt_encode_bin(m, message.bytes, message.size), RT_OK);
    rt_buffer_deinit(&message);
}

/* One node of `kind`, which refers to nothing; FUNCTION is left out. */
static void write_node(rt_buffer *m, rt_node_kind kind) {
    switch (kind) {
    case RT_NODE_TABLE:
        open_table(m, 0, 0);
        return;
    case RT_NODE_PROTOTYPE:
        open_node(m, kind, 1);
        bin(m, "dump");
        return;
    case RT_NODE_CELL:
        open_node(m, kind, 1);
        nil(m);
        return;
    case RT_NODE_GLOBALS:
        open_node(m, kind, 0);
        return;
    case RT_NODE_MODULE:
        open_node(m, kind, 1);
        string(m, "table");
        return;
    case RT_NODE_STREAM:
        open_node(m, kind, 1);
        string(m, "stdin");
        return;
    case RT_NODE_INNER:
        open_inner(m, message_of_nil(), 0);
        return;
    case RT_NODE_FUNCTION:
    case RT_NODE_POINTER:
    case RT_NODE_LAST:
        break;
    }
    fail();
}

/* Writes a node that needs node `target` to be something. */
typedef void write_use(rt_buffer *m, uint32_t target);

static void use_as_value(rt_buffer *m, uint32_t target) {
    open_table(m, 1, 0);
    node(m, target);
}

static void use_as_key(rt_buffer *m, uint32_t target) {
    open_table(m, 0, 1);
    node(m, target);
    boolean(m, true);
}

static void use_as_content(rt_buffer *m, uint32_t target) {
    open_node(m, RT_NODE_CELL, 1);
    node(m, target);
}

static void use_as_metatable(rt_buffer *m, uint32_t target) {
    open_node(m, RT_NODE_TABLE, 3);
    integer(m, 0);
    integer(m, 0);
    node(m, target);
}

static void use_as_prototype(rt_buffer *m, uint32_t target) {
    open_node(m, RT_NODE_FUNCTION, 1);
    node(m, target);
}

/* The prototype is node 2. */
static void use_as_cell(rt_buffer *m, uint32_t target) {
    open_node(m, RT_NODE_FUNCTION, 2);
    node(m, 2);
    node(m, target);
}

/* 24, 37, 47: each use of each kind of node, ahead and behind. */
static void test_check_refuses_references_to_the_wrong_kind(void **state) {
    (void)state;
    static const struct {
        write_use *use;
        rt_node_kind kinds[7]; /* that will do */
    } cases[] = {
        {use_as_value,
         {RT_NODE_TABLE, RT_NODE_GLOBALS, RT_NODE_MODULE, RT_NODE_STREAM,
          RT_NODE_INNER}},
        {use_as_key,
         {RT_NODE_TABLE, RT_NODE_GLOBALS, RT_NODE_MODULE, RT_NODE_STREAM,
          RT_NODE_INNER}},
        {use_as_content,
         {RT_NODE_TABLE, RT_NODE_GLOBALS, RT_NODE_MODULE, RT_NODE_STREAM,
          RT_NODE_INNER}},
        {use_as_metatable, {RT_NODE_TABLE, RT_NODE_MODULE}},
        {use_as_prototype, {RT_NODE_PROTOTYPE}},
        {use_as_cell, {RT_NODE_CELL}},
    };
    static const rt_node_kind kinds[] = {
        RT_NODE_TABLE,  RT_NODE_PROTOTYPE, RT_NODE_CELL, RT_NODE_GLOBALS,
        RT_NODE_MODULE, RT_NODE_STREAM,    RT_NODE_INNER};
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t k = 0; k < COUNT(kinds); k++) {
            bool fits = false;
            for (size_t n = 0; n < COUNT(cases[i].kinds); n++)
                fits = fits || cases[i].kinds[n] == kinds[k];
            rt_buffer behind = start(0, 3);
            write_node(&behind, kinds[k]);
            cases[i].use(&behind, 0);
            write_node(&behind, RT_NODE_PROTOTYPE);
            rt_buffer ahead = start(0, 3);
            cases[i].use(&ahead, 1);
            write_node(&ahead, kinds[k]);
            write_node(&ahead, RT_NODE_PROTOTYPE);
            if (fits) {
                accept(behind);
                accept(ahead);
            } else {
                refuse(behind, "reference to a node of the wrong kind");
                refuse(ahead, "node 1: not of the kind that a reference");
            }
        }
    }
}

/* 47 */
static void test_check_refuses_function_in_place_of_a_cell(void **state) {
    (void)state;
    rt_buffer m = start(1, 2);
    node(&m, 0);
    open_node(&m, RT_NODE_FUNCTION, 2);
    node(&m, 1);
    node(&m, 0); /* itself */
    write_node(&m, RT_NODE_PROTOTYPE);
    refuse(m, "node 0, upvalue 1: reference to a node of the wrong kind");
}

/* 37 */
static void test_check_refuses_values_in_place_of_references(void **state) {
    (void)state;
    rt_buffer m = start(0, 1);
    open_node(&m, RT_NODE_TABLE, 3);
    integer(&m, 0);
    integer(&m, 0);
    string(&m, "metatable");
    refuse(m, "node 0, metatable: not a table or nil");

    m = start_table(0);
    m.size--; /* the metatable */
    object(&m, 0);
    refuse_with(m, 1, "node 0, metatable: not a table or nil");

    m = start(0, 1);
    open_node(&m, RT_NODE_FUNCTION, 1);
    bin(&m, "prototype");
    refuse(m, "node 0, prototype: not a reference to a node");

    m = start(0, 2);
    write_node(&m, RT_NODE_PROTOTYPE);
    open_node(&m, RT_NODE_FUNCTION, 2);
    node(&m, 0);
    integer(&m, 7);
    refuse(m, "node 1, upvalue 1: not a reference to a node");
}

/* 40 */
static void test_check_refuses_objects_that_did_not_come_along(void **state) {
    (void)state;
    static const uint32_t missing[] = {3, 4, 255, 256, 65535, UINT32_MAX};
    for (size_t i = 0; i < COUNT(missing); i++) {
        rt_buffer m = start(1, 0);
        object(&m, missing[i]);
        refuse_with(m, 3, "value 1: reference to an object");
        m = start_table(1);
        object(&m, missing[i]);
        boolean(&m, true);
        refuse_with(m, 3, "node 0, key 1: reference to an object");
    }
    rt_buffer m = start(1, 0);
    object(&m, 0);
    refuse_with(m, 0, "reference to an object");
    m = start(1, 0);
    object(&m, 2);
    accept_with(m, 3);
}

/* ---- functions and the other nodes ------------------------------------- */

static rt_buffer function_with_upvalues(uint32_t count) {
    rt_buffer m = start(1, 3);
    node(&m, 0);
    open_node(&m, RT_NODE_FUNCTION, 1 + count);
    node(&m, 1);
    for (uint32_t i = 0; i < count; i++) node(&m, 2);
    write_node(&m, RT_NODE_PROTOTYPE);
    write_node(&m, RT_NODE_CELL);
    return m;
}

/* 46 */
static void test_check_refuses_more_than_255_upvalues(void **state) {
    (void)state;
    accept(function_with_upvalues(0));
    accept(function_with_upvalues(255));
    refuse(function_with_upvalues(256), "more than 255 upvalues");
    refuse(function_with_upvalues(70000), "more than 255 upvalues");
}

static void test_check_refuses_function_without_prototype(void **state) {
    (void)state;
    rt_buffer m = start(1, 1);
    node(&m, 0);
    open_node(&m, RT_NODE_FUNCTION, 0);
    refuse(m, "node 0: function is too short");
}

/* 42, 43: a dump is binary, so that it is never taken for a string. */
static void test_check_refuses_prototypes_of_the_wrong_shape(void **state) {
    (void)state;
    rt_buffer m = start(0, 1);
    open_node(&m, RT_NODE_PROTOTYPE, 1);
    string(&m, "return 1");
    refuse(m, "node 0: not a binary string");
    m = start(0, 1);
    open_node(&m, RT_NODE_PROTOTYPE, 0);
    refuse(m, "prototype has not one element");
    m = start(0, 1);
    open_node(&m, RT_NODE_PROTOTYPE, 2);
    bin(&m, "one");
    bin(&m, "two");
    refuse(m, "prototype has not one element");
}

static void test_check_refuses_cells_of_the_wrong_shape(void **state) {
    (void)state;
    for (uint32_t count = 0; count <= 2; count += 2) {
        rt_buffer m = start(0, 1);
        open_node(&m, RT_NODE_CELL, count);
        for (uint32_t i = 0; i < count; i++) nil(&m);
        refuse(m, "cell has not one element");
    }
    rt_buffer m = start(0, 1);
    open_node(&m, RT_NODE_CELL, 1);
    bin(&m, "x");
    refuse(m, "node 0: not a value");
}

/* 48 */
static void test_check_refuses_globals_with_elements(void **state) {
    (void)state;
    rt_buffer m = start(0, 1);
    open_node(&m, RT_NODE_GLOBALS, 1);
    nil(&m);
    refuse(m, "globals have elements");
}

/* 51 */
static void test_check_refuses_names_no_module_has(void **state) {
    (void)state;
    char longest[202];
    memset(longest, 'm', sizeof longest);
    static const struct {
        const char *name;
        size_t size;
    } cases[] = {
        {"", 0},        {"a\0b", 3},  {"a\nb", 3},
        {"\033[2J", 4}, {"a\x7f", 2}, {"\x01", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rt_buffer m = start(0, 1);
        open_node(&m, RT_NODE_MODULE, 1);
        assert_int_equal(rt_encode_str(&m, cases[i].name, cases[i].size),
                         RT_OK);
        refuse(m, "node 0: not the name of a module");
    }
    rt_buffer m = start(0, 1);
    open_node(&m, RT_NODE_MODULE, 1);
    assert_int_equal(rt_encode_str(&m, longest, 201), RT_OK);
    refuse(m, "node 0: not the name of a module");
    m = start(0, 1);
    open_node(&m, RT_NODE_MODULE, 1);
    assert_int_equal(rt_encode_str(&m, longest, 200), RT_OK);
    accept(m);
}

/* Less strict than 51: these are names that scripts of ours require. */
static void test_check_accepts_names_a_module_may_have(void **state) {
    (void)state;
    static const char *const names[] = {
        "a",       "socket.core", "lib/util",    "../lib/util",
        ".hidden", "a b",         "caf\xc3\xa9", "lua-cjson_2"};
    for (size_t i = 0; i < COUNT(names); i++) {
        rt_buffer m = start(0, 1);
        open_node(&m, RT_NODE_MODULE, 1);
        string(&m, names[i]);
        accept(m);
    }
}

static void test_check_refuses_modules_of_the_wrong_shape(void **state) {
    (void)state;
    rt_buffer m = start(0, 1);
    open_node(&m, RT_NODE_MODULE, 0);
    refuse(m, "module has no name");
    m = start(0, 1);
    open_node(&m, RT_NODE_MODULE, 1);
    integer(&m, 5);
    refuse(m, "node 0: not a string");
    m = start(0, 1);
    open_node(&m, RT_NODE_MODULE, 3);
    string(&m, "a");
    string(&m, "b");
    integer(&m, 1);
    refuse(m, "node 0, key 2: not a string");
}

/* 52 */
static void test_check_refuses_unknown_streams(void **state) {
    (void)state;
    static const char *const names[] = {"",        "stdi",  "stdin ",
                                        "stdout2", "STDIN", "/dev/null"};
    for (size_t i = 0; i < COUNT(names); i++) {
        rt_buffer m = start(0, 1);
        open_node(&m, RT_NODE_STREAM, 1);
        string(&m, names[i]);
        refuse(m, "node 0: not the name of a stream");
    }
    rt_buffer m = start(0, 1);
    open_node(&m, RT_NODE_STREAM, 1);
    integer(&m, 2);
    refuse(m, "node 0: not a string");
    m = start(0, 1);
    open_node(&m, RT_NODE_STREAM, 0);
    refuse(m, "stream has not one element");
}

/* 52 */
static void test_check_refuses_unknown_kinds_of_node(void **state) {
    (void)state;
    static const int64_t kinds[] = {
        0,         -1,        RT_NODE_LAST, 100,
        INT64_MIN, INT64_MAX, 257,          INT64_C(4294967297)};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        rt_buffer m = start(0, 1);
        array(&m, 1);
        integer(&m, kinds[i]);
        refuse(m, "node 0: unknown kind of node");
    }
    rt_buffer m = start(0, 1);
    array(&m, 1);
    number(&m, 5.0);
    refuse(m, "node 0: unknown kind of node");
}

static void test_check_refuses_nodes_that_are_not_arrays(void **state) {
    (void)state;
    rt_buffer m = start(0, 1);
    array(&m, 0);
    nil(&m);
    refuse(m, "node 0: not a node");
    m = start(0, 1);
    string(&m, "node");
    refuse(m, "node 0: not a node");
    m = start(1, 2);
    node(&m, 0);
    write_node(&m, RT_NODE_TABLE);
    node(&m, 0);
    refuse(m, "node 1: not a node");
}

static void test_check_refuses_messages_of_4_gib(void **state) {
    (void)state;
    rt_error err;
    rt_buffer m = start(0, 0); /* what is behind it is not looked at */
    assert_int_equal(rt_message_check(m.bytes, (size_t)UINT32_MAX + 1, 0, &err),
                     RT_EDAMAGED);
    assert_string_equal(err.message, "message exceeds 4 GiB");
    rt_buffer_deinit(&m);
}

static void test_check_works_without_an_error_to_fill(void **state) {
    (void)state;
    rt_buffer m = start(1, 0);
    raw(&m, "\xc1", 1);
    assert_int_equal(rt_message_check(m.bytes, m.size, 0, NULL), RT_EDAMAGED);
    rt_buffer_deinit(&m);
    assert_int_equal(rt_message_check(NULL, 0, 0, NULL), RT_EDAMAGED);
}

/* ---- out of memory ----------------------------------------------------- */

/* 57 */
static void test_check_fails_cleanly_at_each_allocation(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    enum { TABLES = 100 }; /* each needs a larger set than the one before */
    rt_buffer m = start(0, TABLES);
    for (int i = 0; i < TABLES; i++) {
        open_table(&m, 0, (uint32_t)(i * 10));
        for (int k = 0; k < i * 10; k++) {
            integer(&m, k);
            boolean(&m, true);
        }
    }
    size_t blocks = rt_alloc_count();
    size_t failures = 0;
    for (int and_later = 0; and_later <= 1; and_later++) {
        for (size_t nth = 1;; nth++) {
            rt_error err;
            rt_alloc_fail(nth, and_later);
            int status = rt_message_check(m.bytes, m.size, 0, &err);
            rt_alloc_fail(0, 0);
            assert_int_equal(rt_alloc_count(), blocks);
            if (status == RT_OK) break;
            assert_int_equal(status, RT_ENOMEMORY);
            assert_int_equal(err.status, RT_ENOMEMORY);
            failures++;
        }
    }
    assert_true(failures >= 10);
    rt_buffer_deinit(&m);
}

static void test_check_of_small_messages_allocates_nothing(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    rt_buffer m = message_with_everything();
    rt_alloc_fail(1, 1);
    int status = rt_message_check(m.bytes, m.size, 1, NULL);
    rt_alloc_fail(0, 0);
    assert_int_equal(status, RT_OK);
    rt_buffer_deinit(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_accepts_no_values),
        cmocka_unit_test(test_check_accepts_all_scalars),
        cmocka_unit_test(test_check_accepts_every_kind_of_node),
        cmocka_unit_test(test_check_accepts_module_as_metatable),
        cmocka_unit_test(test_check_accepts_table_that_is_its_own_metatable),
        cmocka_unit_test(test_check_accepts_any_depth),
        cmocka_unit_test(test_check_visits_shared_nodes_once),
        cmocka_unit_test(test_check_accepts_many_references),
        cmocka_unit_test(test_check_is_linear_in_the_number_of_keys),
        cmocka_unit_test(test_check_is_linear_for_colliding_keys),
        cmocka_unit_test(test_check_is_linear_for_many_small_tables),
        cmocka_unit_test(test_check_accepts_all_short_keys_in_one_table),
        cmocka_unit_test(test_check_accepts_keys_that_only_look_alike),
        cmocka_unit_test(test_check_refuses_unknown_types),
        cmocka_unit_test(test_check_refuses_unknown_extension_types),
        cmocka_unit_test(test_check_refuses_numbers_longer_than_needed),
        cmocka_unit_test(test_check_refuses_strings_beyond_the_end),
        cmocka_unit_test(test_check_refuses_counts_beyond_the_end),
        cmocka_unit_test(test_check_refuses_header_counts_beyond_the_end),
        cmocka_unit_test(test_check_refuses_damaged_headers),
        cmocka_unit_test(test_check_refuses_integers_beyond_64_bits),
        cmocka_unit_test(test_check_refuses_pointers),
        cmocka_unit_test(test_check_refuses_what_is_wrong_inside),
        cmocka_unit_test(test_check_refuses_inner_messages_of_the_wrong_shape),
        cmocka_unit_test(test_check_refuses_second_references_to_inner),
        cmocka_unit_test(test_check_refuses_arrays_as_values),
        cmocka_unit_test(test_check_refuses_binary_as_value),
        cmocka_unit_test(test_check_refuses_tables_whose_counts_disagree),
        cmocka_unit_test(test_check_refuses_tables_without_counts),
        cmocka_unit_test(test_check_refuses_nil_key),
        cmocka_unit_test(test_check_refuses_nan_key),
        cmocka_unit_test(test_check_refuses_duplicate_keys),
        cmocka_unit_test(test_check_refuses_keys_of_the_array_part),
        cmocka_unit_test(test_check_refuses_nil_in_the_hash_part),
        cmocka_unit_test(test_check_refuses_more_keys_than_can_differ),
        cmocka_unit_test(test_check_refuses_messages_that_end_early),
        cmocka_unit_test(test_check_refuses_bytes_after_the_end),
        cmocka_unit_test(test_check_refuses_references_to_missing_nodes),
        cmocka_unit_test(test_check_refuses_references_to_the_wrong_kind),
        cmocka_unit_test(test_check_refuses_function_in_place_of_a_cell),
        cmocka_unit_test(test_check_refuses_values_in_place_of_references),
        cmocka_unit_test(test_check_refuses_objects_that_did_not_come_along),
        cmocka_unit_test(test_check_refuses_more_than_255_upvalues),
        cmocka_unit_test(test_check_refuses_function_without_prototype),
        cmocka_unit_test(test_check_refuses_prototypes_of_the_wrong_shape),
        cmocka_unit_test(test_check_refuses_cells_of_the_wrong_shape),
        cmocka_unit_test(test_check_refuses_globals_with_elements),
        cmocka_unit_test(test_check_refuses_names_no_module_has),
        cmocka_unit_test(test_check_accepts_names_a_module_may_have),
        cmocka_unit_test(test_check_refuses_modules_of_the_wrong_shape),
        cmocka_unit_test(test_check_refuses_unknown_streams),
        cmocka_unit_test(test_check_refuses_unknown_kinds_of_node),
        cmocka_unit_test(test_check_refuses_nodes_that_are_not_arrays),
        cmocka_unit_test(test_check_refuses_messages_of_4_gib),
        cmocka_unit_test(test_check_works_without_an_error_to_fill),
        cmocka_unit_test(test_check_fails_cleanly_at_each_allocation),
        cmocka_unit_test(test_check_of_small_messages_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
