/* Random valid messages, damaged at random: 100000 of them.
 *
 * PLAIT_TEST_SEED runs another sequence; a failure prints the seed of its
 * round, which replays that round first. */
#include <inttypes.h>
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
#include "data/table.h"
#include "data/value.h"

enum { ROUNDS = 2000, MUTATIONS = 50, OBJECTS = 3, NODES_MAX = 40 };

static uint64_t random_state;
static uint32_t built; /* tables */

/* splitmix64 */
static uint64_t next_random(void) {
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t below(uint32_t limit) {
    return (uint32_t)(next_random() % limit);
}

static uint64_t first_seed(void) {
    const char *seed = getenv("PLAIT_TEST_SEED");
    return seed ? strtoull(seed, NULL, 0) : 1;
}

/* ---- random valid messages --------------------------------------------- */

/* What the nodes of the message will be. */
typedef struct plan {
    uint32_t count;
    rt_node_kind kinds[NODES_MAX];
    bool is_used[NODES_MAX]; /* INNER: it was referred to */
    bool is_plain;           /* only what shared tables can be made of */
} plan;

static rt_node_kind pick_kind(const plan *p) {
    if (p->is_plain) return below(3) ? RT_NODE_TABLE : RT_NODE_INNER;
    if (below(8) == 0) return RT_NODE_INNER;
    return (rt_node_kind)(1 + below(RT_NODE_POINTER - 1));
}

/* Node 0 is a table, 1 a prototype, 2 a cell: each use finds a target. */
static plan make_plan(void) {
    plan p = {.count = 3 + below(NODES_MAX - 2),
              .kinds = {RT_NODE_TABLE, RT_NODE_PROTOTYPE, RT_NODE_CELL}};
    p.is_plain = below(2);
    for (uint32_t i = p.is_plain ? 1 : 3; i < p.count; i++)
        p.kinds[i] = pick_kind(&p);
    return p;
}

static bool is_value(rt_node_kind kind) {
    return kind != RT_NODE_PROTOTYPE && kind != RT_NODE_CELL;
}

static uint32_t pick_value_node(plan *p) {
    uint32_t i = below(p->count);
    bool fits = is_value(p->kinds[i]) && !p->is_used[i];
    if (fits && p->kinds[i] == RT_NODE_INNER) p->is_used[i] = true;
    return fits ? i : 0;
}

static uint32_t pick_node(const plan *p, rt_node_kind kind,
                          uint32_t otherwise) {
    uint32_t i = below(p->count);
    return p->kinds[i] == kind ? i : otherwise;
}

static int64_t random_integer(void) {
    return (int64_t)(next_random() >> below(64)) * (below(2) ? 1 : -1);
}

static void put_random_string(rt_buffer *m, bool is_binary) {
    char text[300];
    uint32_t size = below(8) ? below(12) : below(sizeof text);
    for (uint32_t i = 0; i < size; i++) text[i] = (char)below(256);
    assert_int_equal(is_binary ? rt_encode_bin(m, text, size)
                               : rt_encode_str(m, text, size),
                     RT_OK);
}

static void put_value(rt_buffer *m, plan *p, bool may_be_nil) {
    int status = RT_OK;
    switch (below(8)) {
    case 0:
        status = may_be_nil ? rt_encode_nil(m) : rt_encode_bool(m, true);
        break;
    case 1:
        status = rt_encode_bool(m, below(2));
        break;
    case 2:
        status = rt_encode_int(m, random_integer());
        break;
    case 3:
        status = rt_encode_float(m, (double)random_integer() / 16);
        break;
    case 4:
        put_random_string(m, false);
        break;
    case 5:
        status = rt_encode_object(m, below(OBJECTS));
        break;
    default:
        status = rt_encode_node(m, pick_value_node(p));
    }
    assert_int_equal(status, RT_OK);
}

/* Different for each `number`, and not in an array part. */
static void put_key(rt_buffer *m, uint32_t number) {
    char text[32];
    int status;
    switch (number % 3) {
    case 0:
        status = rt_encode_int(m, 100 + (int64_t)number);
        break;
    case 1:
        status = rt_encode_float(m, number + 0.25);
        break;
    default:
        (void)snprintf(text, sizeof text, "key%u", number);
        status = rt_encode_str(m, text, strlen(text));
    }
    assert_int_equal(status, RT_OK);
}

static void open_node(rt_buffer *m, rt_node_kind kind, uint32_t count) {
    assert_int_equal(rt_encode_array(m, 1 + count), RT_OK);
    assert_int_equal(rt_encode_int(m, kind), RT_OK);
}

static void put_table(rt_buffer *m, plan *p) {
    uint32_t values = below(4) ? below(3) : below(20);
    uint32_t pairs = below(4) ? below(3) : below(40);
    open_node(m, RT_NODE_TABLE, 3 + values + 2 * pairs);
    assert_int_equal(rt_encode_int(m, values), RT_OK);
    assert_int_equal(rt_encode_int(m, pairs), RT_OK);
    assert_int_equal(p->is_plain || below(2)
                         ? rt_encode_nil(m)
                         : rt_encode_node(m, pick_node(p, RT_NODE_MODULE, 0)),
                     RT_OK);
    for (uint32_t i = 0; i < values; i++) put_value(m, p, true);
    for (uint32_t i = 0; i < pairs; i++) {
        put_key(m, i);
        put_value(m, p, false);
    }
}

static void put_function(rt_buffer *m, const plan *p) {
    uint32_t cells = below(4);
    open_node(m, RT_NODE_FUNCTION, 1 + cells);
    assert_int_equal(rt_encode_node(m, pick_node(p, RT_NODE_PROTOTYPE, 1)),
                     RT_OK);
    for (uint32_t i = 0; i < cells; i++)
        assert_int_equal(rt_encode_node(m, pick_node(p, RT_NODE_CELL, 2)),
                         RT_OK);
}

static void put_message(rt_buffer *m, uint32_t roots, plan *p);

static void put_inner(rt_buffer *m) {
    plan p = {.count = 3,
              .kinds = {RT_NODE_TABLE, RT_NODE_PROTOTYPE, RT_NODE_CELL}};
    rt_buffer inner;
    rt_buffer_init(&inner);
    put_message(&inner, 1, &p);
    open_node(m, RT_NODE_INNER, 1 + OBJECTS);
    assert_int_equal(rt_encode_bin(m, inner.bytes, inner.size), RT_OK);
    for (uint32_t i = 0; i < OBJECTS; i++)
        assert_int_equal(rt_encode_object(m, below(OBJECTS)), RT_OK);
    rt_buffer_deinit(&inner);
}

static void put_node(rt_buffer *m, plan *p, rt_node_kind kind) {
    static const char *const streams[] = {"stdin", "stdout", "stderr"};
    const char *stream = streams[below(3)];
    switch (kind) {
    case RT_NODE_TABLE:
        put_table(m, p);
        return;
    case RT_NODE_FUNCTION:
        put_function(m, p);
        return;
    case RT_NODE_PROTOTYPE:
        open_node(m, kind, 1);
        put_random_string(m, true);
        return;
    case RT_NODE_CELL:
        open_node(m, kind, 1);
        put_value(m, p, true);
        return;
    case RT_NODE_GLOBALS:
        open_node(m, kind, 0);
        return;
    case RT_NODE_MODULE:
        open_node(m, kind, 2);
        assert_int_equal(rt_encode_str(m, "string", 6), RT_OK);
        put_random_string(m, false);
        return;
    case RT_NODE_STREAM:
        open_node(m, kind, 1);
        assert_int_equal(rt_encode_str(m, stream, strlen(stream)), RT_OK);
        return;
    case RT_NODE_INNER:
        put_inner(m);
        return;
    case RT_NODE_POINTER:
    case RT_NODE_LAST:
        break;
    }
    fail();
}

static void put_message(rt_buffer *m, uint32_t roots, plan *p) {
    assert_int_equal(rt_encode_header(m, roots, p->count), RT_OK);
    for (uint32_t i = 0; i < roots; i++) put_value(m, p, true);
    for (uint32_t i = 0; i < p->count; i++) put_node(m, p, p->kinds[i]);
}

static rt_buffer random_message(void) {
    plan p = make_plan();
    rt_buffer m;
    rt_buffer_init(&m);
    put_message(&m, p.is_plain ? 1 : below(5), &p);
    return m;
}

/* ---- damage ------------------------------------------------------------ */

static void remove_bytes(rt_buffer *m, size_t at, size_t count) {
    memmove(m->bytes + at, m->bytes + at + count, m->size - at - count);
    m->size -= count;
}

/* Repeats `count` bytes from `from` at `at`. */
static void insert_bytes(rt_buffer *m, size_t at, size_t from, size_t count) {
    char copy[16];
    memcpy(copy, m->bytes + from, count);
    assert_int_equal(rt_buffer_reserve(m, count), RT_OK);
    memmove(m->bytes + at + count, m->bytes + at, m->size - at);
    memcpy(m->bytes + at, copy, count);
    m->size += count;
}

static void damage_once(rt_buffer *m) {
    static const uint8_t interesting[] = {
        0x00, 0x01, 0x7f, 0x80, 0x90, 0x91, 0x95, 0xa0, 0xc0,
        0xc1, 0xc2, 0xc4, 0xc6, 0xcb, 0xcc, 0xcf, 0xd0, 0xd3,
        0xd4, 0xd6, 0xd9, 0xdb, 0xdc, 0xdd, 0xe0, 0xff};
    if (m->size < 20) return;
    uint32_t size = (uint32_t)m->size;
    size_t at = below(size - 16);
    uint32_t count = 1 + below(8);
    switch (below(8)) {
    case 0:
    case 1:
        m->bytes[at] = (char)(m->bytes[at] ^ (1 << below(8)));
        break;
    case 2:
        m->bytes[at] = (char)interesting[below(sizeof interesting)];
        break;
    case 3:
        m->bytes[at] = (char)below(256);
        break;
    case 4:
        m->bytes[at] = (char)(m->bytes[at] + (below(2) ? 1 : -1));
        break;
    case 5:
        remove_bytes(m, at, count);
        break;
    case 6:
        insert_bytes(m, at, below(size - 16), count);
        break;
    case 7:
        memset(m->bytes + at, below(2) ? 0xff : 0, 1 + below(4));
        break;
    }
}

/* ---- what must hold ---------------------------------------------------- */

static int encode_again(rt_buffer *to, const rt_token *token) {
    switch (token->kind) {
    case RT_TOKEN_NIL:
        return rt_encode_nil(to);
    case RT_TOKEN_BOOL:
        return rt_encode_bool(to, token->as.boolean);
    case RT_TOKEN_INT:
        return rt_encode_int(to, token->as.integer);
    case RT_TOKEN_FLOAT:
        return rt_encode_float(to, token->as.number);
    case RT_TOKEN_STR:
        return rt_encode_str(to, token->as.str.bytes, token->as.str.size);
    case RT_TOKEN_BIN:
        return rt_encode_bin(to, token->as.str.bytes, token->as.str.size);
    case RT_TOKEN_ARRAY:
        return rt_encode_array(to, token->as.count);
    case RT_TOKEN_NODE:
        return rt_encode_node(to, token->as.index);
    case RT_TOKEN_OBJECT:
        return rt_encode_object(to, token->as.index);
    }
    return RT_EDAMAGED;
}

/* Reads an accepted message as a decoder would and writes it again. */
static const char *read_and_compare(const char *bytes, size_t size,
                                    rt_buffer *again) {
    rt_reader reader;
    rt_token token;
    uint32_t roots, nodes;
    bool has_nan = false; /* a signalling one is read as another */
    rt_reader_init(&reader, bytes, size, NULL);
    if (rt_reader_header(&reader, &roots, &nodes)) return "header";
    if (rt_encode_header(again, roots, nodes)) return "memory";
    uint64_t left = (uint64_t)roots + nodes;
    for (; left > 0; left--) {
        if (rt_reader_next(&reader, &token)) return "token";
        if (encode_again(again, &token)) return "memory";
        if (token.kind == RT_TOKEN_ARRAY) left += token.as.count;
        if (token.kind == RT_TOKEN_FLOAT && token.as.number != token.as.number)
            has_nan = true;
    }
    if (reader.at != reader.end) return "end";
    if (again->size != size) return "size";
    if (!has_nan && memcmp(again->bytes, bytes, size) != 0) return "bytes";
    return NULL;
}

/* Builds shared tables of an accepted message: it is one for that or is not,
 * and what was built is a message that is accepted again. */
static const char *build_and_compare(const char *bytes, size_t size) {
    rt_message *message = rt_message_new();
    assert_non_null(message);
    assert_int_equal(rt_buffer_add(&message->bytes, bytes, size), RT_OK);
    for (int i = 0; i < OBJECTS; i++) {
        rt_item nothing = {.kind = RT_ITEM_NIL};
        rt_object *object = (rt_object *)(void *)rt_value_new(&nothing);
        assert_non_null(object);
        assert_int_equal(rt_message_append_object(message, object), RT_OK);
        rt_object_unref(object);
    }
    rt_cycles *cycles = rt_cycles_new();
    rt_item item = {.kind = RT_ITEM_MESSAGE, .as.message = message};
    int status = rt_table_build(cycles, &item);
    const char *complaint =
        status == RT_OK || status == RT_ETYPE ? NULL : "status of the build";
    if (status == RT_OK && item.kind == RT_ITEM_OBJECT) {
        rt_message *again;
        rt_error err;
        rt_table *table = (rt_table *)(void *)item.as.object;
        if (rt_table_encode(table, &again)) return "memory";
        if (rt_message_check(again->bytes.bytes, again->bytes.size,
                             again->object_count, &err))
            complaint = "what was built";
        rt_message_free(again);
        built++;
    }
    rt_item_clear(&item);
    rt_cycles_free(cycles);
    return complaint;
}

static const char *judge_text(const rt_error *err) {
    size_t size = strlen(err->message);
    if (size == 0 || size > 200) return "length of the text";
    for (size_t i = 0; i < size; i++)
        if (err->message[i] < ' ' || err->message[i] > '~')
            return "raw bytes in the text";
    return NULL;
}

/* Checks `m` in a block of its exact size. NULL: all is well. */
static const char *judge(const rt_buffer *m, bool *is_accepted) {
    char *bytes = malloc(m->size ? m->size : 1);
    assert_non_null(bytes);
    memcpy(bytes, m->bytes, m->size);
    rt_error err = {0};
    int status = rt_message_check(bytes, m->size, OBJECTS, &err);
    const char *complaint = "status";
    *is_accepted = status == RT_OK;
    if (status == RT_OK) {
        rt_buffer again;
        rt_buffer_init(&again);
        complaint = read_and_compare(bytes, m->size, &again);
        rt_buffer_deinit(&again);
        if (!complaint) complaint = build_and_compare(bytes, m->size);
    } else if (status == RT_EDAMAGED) {
        complaint = judge_text(&err);
    }
    free(bytes);
    return complaint;
}

static void test_check_fuzz_damaged_messages(void **state) {
    (void)state;
    uint64_t seed = first_seed();
    uint32_t accepted = 0;
    size_t blocks = rt_alloc_count();
    for (int round = 0; round < ROUNDS; round++, seed++) {
        random_state = seed;
        rt_buffer original = random_message();
        bool is_accepted;
        const char *complaint = judge(&original, &is_accepted);
        if (complaint || !is_accepted)
            fail_msg("valid message, PLAIT_TEST_SEED=%" PRIu64 ": %s", seed,
                     complaint ? complaint : "refused");
        for (int i = 0; i < MUTATIONS; i++) {
            rt_buffer m;
            rt_buffer_init(&m);
            assert_int_equal(rt_buffer_add(&m, original.bytes, original.size),
                             RT_OK);
            for (uint32_t n = 1 + below(3); n > 0; n--) damage_once(&m);
            complaint = judge(&m, &is_accepted);
            if (complaint)
                fail_msg("mutation %d, PLAIT_TEST_SEED=%" PRIu64 ": %s", i,
                         seed, complaint);
            accepted += is_accepted;
            rt_buffer_deinit(&m);
        }
        rt_buffer_deinit(&original);
    }
    /* Else the damage is so crude that nothing is learned. */
    assert_true(accepted > ROUNDS * MUTATIONS / 20);
    assert_true(accepted < ROUNDS * MUTATIONS * 19 / 20);
    assert_true(built > ROUNDS);
    assert_int_equal(rt_alloc_count(), blocks);
}

/* Bytes that were never a message, after a plausible header. */
static void test_check_fuzz_random_bytes(void **state) {
    (void)state;
    uint64_t seed = first_seed();
    for (int round = 0; round < ROUNDS * 10; round++, seed++) {
        random_state = seed;
        rt_buffer m;
        rt_buffer_init(&m);
        assert_int_equal(rt_encode_header(&m, below(4), below(4)), RT_OK);
        for (uint32_t n = below(64); n > 0; n--) {
            char byte = (char)(below(2) ? below(256) : 0x90 + below(6));
            assert_int_equal(rt_buffer_add(&m, &byte, 1), RT_OK);
        }
        bool is_accepted;
        const char *complaint = judge(&m, &is_accepted);
        if (complaint)
            fail_msg("PLAIT_TEST_SEED=%" PRIu64 ": %s", seed, complaint);
        rt_buffer_deinit(&m);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_fuzz_damaged_messages),
        cmocka_unit_test(test_check_fuzz_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
