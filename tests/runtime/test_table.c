/* Shared tables: what they keep, what they refuse, and that they lose nothing
 * when memory runs out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/encode.h"
#include "data/table.h"
#include "data/value.h"

/* ---- items ---- */

static const rt_item nothing = {.kind = RT_ITEM_NIL};

static rt_item integer(int64_t value) {
    return (rt_item){.kind = RT_ITEM_INT, .as.integer = value};
}

static rt_item number(double value) {
    return (rt_item){.kind = RT_ITEM_FLOAT, .as.number = value};
}

static rt_item boolean(bool value) {
    return (rt_item){.kind = RT_ITEM_BOOL, .as.boolean = value};
}

static rt_item key(const char *text) {
    return rt_item_borrow(text, strlen(text));
}

static rt_item string(const char *text) {
    rt_item item;
    assert_int_equal(rt_item_set_string(&item, text, strlen(text)), RT_OK);
    return item;
}

static rt_item object_item(rt_object *object) {
    rt_object_ref(object);
    return (rt_item){.kind = RT_ITEM_OBJECT, .as.object = object};
}

static rt_object *new_object(void) {
    rt_item item = nothing;
    rt_value *value = rt_value_new(&item);
    assert_non_null(value);
    return (rt_object *)(void *)value;
}

/* A message of one string and one object, as functions are stored. */
static rt_item message_item(const char *text, rt_object *object) {
    rt_message *message = rt_message_new();
    assert_non_null(message);
    assert_int_equal(rt_encode_header(&message->bytes, 1, 0), RT_OK);
    assert_int_equal(rt_encode_str(&message->bytes, text, strlen(text)), RT_OK);
    if (object)
        assert_int_equal(rt_message_append_object(message, object), RT_OK);
    return (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = message};
}

#define LONG_TEXT "a string that is longer than sixteen bytes"

/* ---- tables ---- */

static rt_object *as_object(rt_table *table) {
    return (rt_object *)(void *)table;
}

static void drop(rt_table *table) {
    rt_object_unref(as_object(table));
}

static void set(rt_table *table, rt_item at, rt_item value) {
    assert_int_equal(rt_table_set(table, &at, &value), RT_OK);
}

static rt_item get(rt_table *table, rt_item at) {
    rt_item value;
    assert_int_equal(rt_table_get(table, &at, &value, NULL), RT_OK);
    return value;
}

static uint64_t version(rt_table *table, rt_item at) {
    rt_item value;
    uint64_t found;
    assert_int_equal(rt_table_get(table, &at, &value, &found), RT_OK);
    rt_item_clear(&value);
    return found;
}

/* Takes `wanted`. */
static void expect(rt_table *table, rt_item at, rt_item wanted) {
    rt_item value = get(table, at);
    assert_true(rt_item_same(&value, &wanted));
    rt_item_clear(&value);
    rt_item_clear(&wanted);
}

/* ---- facts ---- */

static void test_table_keeps_each_kind(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_object *object = new_object();
    rt_table *t = rt_table_new(NULL);
    set(t, key("integer"), integer(-3));
    set(t, key("float"), number(0.5));
    set(t, key("boolean"), boolean(false));
    set(t, key("short"), string("short"));
    set(t, key("long"), string(LONG_TEXT));
    set(t, key("object"), object_item(object));
    set(t, key("message"), message_item("m", object));
    expect(t, key("integer"), integer(-3));
    expect(t, key("float"), number(0.5));
    expect(t, key("boolean"), boolean(false));
    expect(t, key("short"), string("short"));
    expect(t, key("long"), string(LONG_TEXT));
    expect(t, key("object"), object_item(object));
    rt_item message = get(t, key("message"));
    assert_int_equal(message.kind, RT_ITEM_MESSAGE);
    assert_ptr_equal(message.as.message->objects[0], object);
    rt_item_clear(&message);
    expect(t, key("not there"), nothing);
    drop(t);
    rt_object_unref(object);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_table_takes_each_kind_of_key(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_object *a = new_object(), *b = new_object();
    rt_table *t = rt_table_new(NULL);
    rt_item keys[] = {boolean(true),
                      boolean(false),
                      integer(0),
                      integer(INT64_MIN),
                      integer(INT64_MAX),
                      number(0.5),
                      number(INFINITY),
                      number(0x1p63),
                      key(""),
                      key("1"),
                      key("exactly 16 bytes"),
                      key("seventeen bytes.."),
                      key(LONG_TEXT),
                      {.kind = RT_ITEM_OBJECT, .as.object = a},
                      {.kind = RT_ITEM_OBJECT, .as.object = b}};
    enum { COUNT = sizeof keys / sizeof *keys };
    for (int i = 0; i < COUNT; i++) set(t, keys[i], integer(i));
    for (int i = 0; i < COUNT; i++) expect(t, keys[i], integer(i));
    for (int i = 0; i < COUNT; i += 2) set(t, keys[i], nothing);
    for (int i = 0; i < COUNT; i++)
        expect(t, keys[i], i % 2 ? integer(i) : nothing);
    drop(t);
    rt_object_unref(a);
    rt_object_unref(b);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_table_one_is_one_point_zero(void **state) {
    (void)state;
    rt_table *t = rt_table_new(NULL);
    set(t, integer(1), string("one"));
    expect(t, number(1.0), string("one"));
    set(t, number(2.0), string("two"));
    expect(t, integer(2), string("two"));
    set(t, number(-0.0), string("zero"));
    expect(t, integer(0), string("zero"));
    set(t, number(-0x1p63), string("least"));
    expect(t, integer(INT64_MIN), string("least"));
    set(t, number(1.0), nothing);
    expect(t, integer(1), nothing);
    drop(t);
}

static void test_table_refuses_what_is_no_key(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_table *t = rt_table_new(NULL);
    rt_item message = message_item("m", NULL);
    rt_item keys[] = {nothing, number((double)NAN), message};
    for (int i = 0; i < 3; i++) {
        rt_item value = string(LONG_TEXT);
        assert_int_equal(rt_table_set(t, &keys[i], &value), RT_ETYPE);
        assert_int_equal(value.kind, RT_ITEM_STRING); /* still ours */
        assert_int_equal(rt_table_swap(t, &keys[i], 0, &value), RT_ETYPE);
        rt_item_clear(&value);
        expect(t, keys[i], nothing);
    }
    rt_item_clear(&message);
    drop(t);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_table_length_is_a_border(void **state) {
    (void)state;
    rt_table *t = rt_table_new(NULL);
    assert_int_equal(rt_table_length(t), 0);
    for (int i = 1; i <= 100; i++) {
        set(t, integer(i), integer(i));
        assert_int_equal(rt_table_length(t), i);
    }
    for (int i = 100; i >= 51; i--) {
        set(t, integer(i), nothing);
        assert_int_equal(rt_table_length(t), i - 1);
    }
    set(t, integer(10), nothing); /* a hole: both are borders */
    size_t length = rt_table_length(t);
    assert_true(length == 9 || length == 50);
    set(t, integer(1), nothing);
    length = rt_table_length(t);
    assert_true(length == 0 || length == 9 || length == 50);
    drop(t);
}

static void test_table_elements_may_come_in_any_order(void **state) {
    (void)state;
    enum { COUNT = 1000 };
    for (int step = 1; step < COUNT; step += 101) { /* 1000 and 7 ... */
        rt_table *t = rt_table_new(NULL);
        int at = 0, stride = step * 2 - 1;
        if (stride % 5 == 0) stride += 2;
        for (int i = 0; i < COUNT; i++) {
            at = (at + stride) % COUNT;
            set(t, integer(at + 1), integer(at));
        }
        assert_int_equal(rt_table_length(t), COUNT);
        for (int i = 1; i <= COUNT; i++) expect(t, integer(i), integer(i - 1));
        drop(t);
    }
}

/* Backwards, all elements wait in the hash table for the first. */
static void test_table_filled_backwards_is_an_array(void **state) {
    (void)state;
    enum { COUNT = 4096 };
    rt_table *t = rt_table_new(NULL);
    for (int i = COUNT; i >= 1; i--) set(t, integer(i), integer(i));
    assert_int_equal(rt_table_length(t), COUNT);
    assert_true(rt_table_type.size(as_object(t)) < COUNT * 32 + 1000);
    for (int i = COUNT; i >= 1; i--) {
        expect(t, integer(i), integer(i));
        set(t, integer(i), nothing);
    }
    drop(t);
}

/* What is filled at one end and emptied at the other stays small. */
static void test_table_queue_stays_small(void **state) {
    (void)state;
    rt_table *t = rt_table_new(NULL);
    size_t most = 0;
    for (int64_t i = 1; i <= 100000; i++) {
        set(t, integer(i), integer(i));
        if (i > 10) set(t, integer(i - 10), nothing);
        size_t size = rt_table_type.size(as_object(t));
        if (size > most) most = size;
    }
    assert_true(most < 20000);
    drop(t);
}

static void test_table_what_was_large_shrinks(void **state) {
    (void)state;
    rt_table *t = rt_table_new(NULL);
    char text[32];
    for (int i = 1; i <= 10000; i++) {
        (void)snprintf(text, sizeof text, "%d", i);
        set(t, integer(i), integer(i));
        set(t, key(text), string(LONG_TEXT));
    }
    assert_true(rt_table_type.size(as_object(t)) > 10000 * (32 + 64 + 40));
    for (int i = 3; i <= 10000; i++) {
        (void)snprintf(text, sizeof text, "%d", i);
        set(t, integer(i), nothing);
        set(t, key(text), nothing);
    }
    assert_true(rt_table_type.size(as_object(t)) < 20000);
    assert_int_equal(rt_table_length(t), 2);
    expect(t, key("2"), string(LONG_TEXT));
    drop(t);
}

static void test_table_version_changes_with_its_value(void **state) {
    (void)state;
    rt_table *t = rt_table_new(NULL);
    uint64_t none = version(t, key("x"));
    set(t, key("x"), integer(1));
    uint64_t first = version(t, key("x"));
    set(t, key("y"), integer(1));
    assert_true(version(t, key("x")) == first);
    set(t, key("x"), integer(1)); /* the same value once more */
    uint64_t second = version(t, key("x"));
    set(t, key("x"), nothing);
    uint64_t gone = version(t, key("x"));
    assert_true(none != first && first != second && second != gone);
    assert_true(gone != none);
    drop(t);
}

static void test_table_swap_only_of_what_is_known(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_table *t = rt_table_new(NULL);
    rt_item k = key("x"), value = string(LONG_TEXT);
    uint64_t old = version(t, k);
    set(t, k, integer(1));
    assert_int_equal(rt_table_swap(t, &k, old, &value), RT_ECHANGED);
    assert_int_equal(value.kind, RT_ITEM_STRING); /* still ours */
    assert_int_equal(rt_table_swap(t, &k, version(t, k), &value), RT_OK);
    assert_int_equal(value.kind, RT_ITEM_NIL);
    expect(t, k, string(LONG_TEXT));
    /* It came and went: not the same as if it had never been there. */
    rt_item other = key("other");
    old = version(t, other);
    set(t, other, integer(1));
    set(t, other, nothing);
    value = integer(2);
    assert_int_equal(rt_table_swap(t, &other, old, &value), RT_ECHANGED);
    assert_int_equal(rt_table_swap(t, &other, version(t, other), &value),
                     RT_OK);
    drop(t);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_table_in_itself_is_freed(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_cycles *cycles = rt_cycles_new();
    rt_table *t = rt_table_new(cycles), *keyed = rt_table_new(cycles);
    rt_table *sent = rt_table_new(cycles);
    set(t, key("self"), object_item(as_object(t)));
    set(keyed, (rt_item){.kind = RT_ITEM_OBJECT, .as.object = as_object(keyed)},
        integer(1));
    set(sent, integer(1), message_item("f", as_object(sent)));
    assert_int_equal(rt_cycles_collect(cycles), 0);
    drop(t);
    drop(keyed);
    drop(sent);
    assert_int_equal(rt_cycles_collect(cycles), 3);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_table_large_rings_are_looked_for(void **state) {
    (void)state;
    rt_cycles *cycles = rt_cycles_new();
    char *text = malloc(1 << 20);
    memset(text, 'x', 1 << 20);
    for (int i = 0; i < 200; i++) {
        rt_table *t = rt_table_new(cycles);
        rt_item big;
        assert_int_equal(rt_item_set_string(&big, text, 1 << 20), RT_OK);
        set(t, key("self"), object_item(as_object(t)));
        set(t, key("text"), big);
        drop(t);
        assert_true(rt_cycles_count(cycles) <= 40);
    }
    free(text);
    rt_cycles_free(cycles);
}

/* ---- whole tables ---- */

/* {t, f, key = "text", [2.5] = {}} with t the table itself, f a message. */
static rt_item plain_table(rt_object *object) {
    rt_message *message = rt_message_new();
    assert_non_null(message);
    rt_buffer *to = &message->bytes;
    rt_buffer inner;
    size_t index;
    rt_buffer_init(&inner);
    int status = rt_encode_header(to, 1, 3) || rt_encode_node(to, 0) ||
                 rt_encode_array(to, 4 + 2 + 4) ||
                 rt_encode_int(to, RT_NODE_TABLE) || rt_encode_int(to, 2) ||
                 rt_encode_int(to, 2) || rt_encode_nil(to) ||
                 rt_encode_node(to, 0) || rt_encode_node(to, 1) ||
                 rt_encode_str(to, "key", 3) || rt_encode_str(to, "text", 4) ||
                 rt_encode_float(to, 2.5) || rt_encode_node(to, 2);
    status = status || rt_encode_array(to, 3) ||
             rt_encode_int(to, RT_NODE_INNER) ||
             rt_encode_header(&inner, 1, 0) || rt_encode_object(&inner, 0) ||
             rt_encode_bin(to, inner.bytes, inner.size) ||
             rt_message_add_object(message, object, &index) ||
             rt_encode_object(to, 0);
    status = status || rt_encode_array(to, 4) ||
             rt_encode_int(to, RT_NODE_TABLE) || rt_encode_int(to, 0) ||
             rt_encode_int(to, 0) || rt_encode_nil(to);
    assert_int_equal(status, 0);
    rt_buffer_deinit(&inner);
    return (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = message};
}

static rt_table *as_table(const rt_item *item) {
    assert_int_equal(item->kind, RT_ITEM_OBJECT);
    assert_ptr_equal(item->as.object->type, &rt_table_type);
    return (rt_table *)(void *)item->as.object;
}

static void test_table_is_built_of_a_plain_one(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_cycles *cycles = rt_cycles_new();
    rt_object *object = new_object();
    rt_item item = plain_table(object);
    assert_int_equal(rt_table_build(cycles, &item), RT_OK);
    rt_table *t = as_table(&item);
    expect(t, integer(1), object_item(as_object(t)));
    expect(t, key("key"), string("text"));
    rt_item inner = get(t, number(2.5)), f = get(t, integer(2));
    assert_int_equal(rt_table_length(as_table(&inner)), 0);
    assert_int_equal(f.kind, RT_ITEM_MESSAGE);
    assert_int_equal(f.as.message->object_count, 1);
    assert_ptr_equal(f.as.message->objects[0], object);
    rt_item_clear(&inner);
    rt_item_clear(&f);
    assert_int_equal(rt_cycles_count(cycles), 2);
    rt_item_clear(&item);
    assert_int_equal(rt_cycles_collect(cycles), 2);
    rt_object_unref(object);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_table_as_a_message_can_be_built_again(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_object *object = new_object();
    rt_table *t = rt_table_new(NULL);
    set(t, integer(1), string("one"));
    set(t, integer(2), nothing);
    set(t, integer(3), message_item("f", object));
    set(t, key(LONG_TEXT), object_item(object));
    set(t, boolean(true), message_item("g", NULL));
    set(t, (rt_item){.kind = RT_ITEM_OBJECT, .as.object = object}, number(0.5));
    rt_message *message;
    rt_error err;
    assert_int_equal(rt_table_encode(t, &message), RT_OK);
    assert_int_equal(rt_message_check(message->bytes.bytes, message->bytes.size,
                                      message->object_count, &err),
                     RT_OK);
    rt_item item = {.kind = RT_ITEM_MESSAGE, .as.message = message};
    assert_int_equal(rt_table_build(NULL, &item), RT_OK);
    rt_table *copy = as_table(&item);
    expect(copy, integer(1), string("one"));
    expect(copy, key(LONG_TEXT), object_item(object));
    expect(copy, (rt_item){.kind = RT_ITEM_OBJECT, .as.object = object},
           number(0.5));
    for (int i = 0; i < 2; i++) {
        rt_item f = get(copy, i ? integer(3) : boolean(true));
        assert_int_equal(f.kind, RT_ITEM_MESSAGE);
        assert_int_equal(f.as.message->object_count, i);
        rt_item_clear(&f);
    }
    rt_item_clear(&item);
    drop(t);
    rt_object_unref(object);
    assert_int_equal(rt_alloc_count(), before);
}

/* Each in the one before. */
static void test_table_depth_is_not_limited(void **state) {
    (void)state;
    enum { DEPTH = 100000 };
    size_t before = rt_alloc_count();
    rt_cycles *cycles = rt_cycles_new();
    rt_message *message = rt_message_new();
    rt_buffer *to = &message->bytes;
    assert_int_equal(rt_encode_header(to, 1, DEPTH), RT_OK);
    assert_int_equal(rt_encode_node(to, 0), RT_OK);
    for (uint32_t i = 0; i < DEPTH; i++) {
        int status =
            rt_encode_array(to, 5) || rt_encode_int(to, RT_NODE_TABLE) ||
            rt_encode_int(to, 1) || rt_encode_int(to, 0) || rt_encode_nil(to) ||
            (i + 1 < DEPTH ? rt_encode_node(to, i + 1) : rt_encode_nil(to));
        assert_int_equal(status, 0);
    }
    rt_item item = {.kind = RT_ITEM_MESSAGE, .as.message = message};
    assert_int_equal(rt_table_build(cycles, &item), RT_OK);
    assert_int_equal(rt_cycles_count(cycles), DEPTH);
    rt_item_clear(&item);
    assert_int_equal(rt_cycles_count(cycles), 0);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

/* ---- without memory ---- */

static void test_table_without_memory_changes_nothing(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    for (int what = 0; what < 4; what++) {
        for (size_t nth = 1;; nth++) {
            rt_table *t = rt_table_new(NULL);
            for (int i = 1; i <= 4; i++) set(t, integer(i), string(LONG_TEXT));
            rt_item keys[] = {key(LONG_TEXT), integer(5), integer(2),
                              key("short")};
            rt_item value = string(LONG_TEXT);
            rt_alloc_fail(nth, 0);
            int status = rt_table_set(t, &keys[what], &value);
            rt_alloc_fail(0, 0);
            if (status == RT_OK)
                expect(t, keys[what], string(LONG_TEXT));
            else
                assert_int_equal(status, RT_ENOMEMORY);
            assert_int_equal(rt_table_length(t),
                             status == RT_OK && what == 1 ? 5 : 4);
            rt_item_clear(&value);
            drop(t);
            assert_int_equal(rt_alloc_count(), before);
            if (status == RT_OK) break;
            assert_true(nth < 20);
        }
    }
}

/* To remove needs none: it only fails to make the table smaller. */
static void test_table_removal_needs_no_memory(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_table *t = rt_table_new(NULL);
    char text[32];
    for (int i = 1; i <= 500; i++) {
        (void)snprintf(text, sizeof text, "%d", i);
        set(t, integer(i), integer(i));
        set(t, key(text), integer(i));
    }
    rt_alloc_fail(1, 1);
    for (int i = 1; i <= 500; i++) {
        (void)snprintf(text, sizeof text, "%d", i);
        set(t, integer(i), nothing);
        set(t, key(text), nothing);
    }
    rt_alloc_fail(0, 0);
    assert_int_equal(rt_table_length(t), 0);
    set(t, integer(1), integer(7));
    expect(t, integer(1), integer(7));
    drop(t);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_table_building_without_memory_leaves_nothing(void **state) {
    (void)state;
    rt_cycles *cycles = rt_cycles_new();
    rt_object *object = new_object();
    size_t before = rt_alloc_count();
    for (size_t nth = 1;; nth++) {
        rt_item item = plain_table(object);
        rt_message *message = NULL;
        rt_alloc_fail(nth, 0);
        int status = rt_table_build(cycles, &item);
        if (status == RT_OK)
            status = rt_table_encode(as_table(&item), &message);
        rt_alloc_fail(0, 0);
        rt_message_free(message);
        rt_item_clear(&item);
        (void)rt_cycles_collect(cycles);
        assert_int_equal(rt_alloc_count(), before);
        if (status == RT_OK) break;
        assert_int_equal(status, RT_ENOMEMORY);
        assert_true(nth < 100);
    }
    rt_object_unref(object);
    rt_cycles_free(cycles);
}

static void test_table_build_refuses_anything_else(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_object *object = new_object();
    rt_item item = message_item("no table", object);
    assert_int_equal(rt_table_build(NULL, &item), RT_ETYPE);
    assert_int_equal(item.kind, RT_ITEM_NIL);
    for (int i = 0; i < 3;
         i++) { /* a metatable; a table as a key; a function */
        rt_message *message = rt_message_new();
        rt_buffer *to = &message->bytes;
        int kind = i == 2 ? RT_NODE_GLOBALS : RT_NODE_TABLE;
        int status = rt_encode_header(to, 1, 1) || rt_encode_node(to, 0);
        if (i < 2)
            status = status || rt_encode_array(to, i ? 6 : 4) ||
                     rt_encode_int(to, kind) || rt_encode_int(to, 0) ||
                     rt_encode_int(to, i) ||
                     (i ? rt_encode_nil(to) : rt_encode_node(to, 0));
        else
            status =
                status || rt_encode_array(to, 1) || rt_encode_int(to, kind);
        if (i == 1)
            status =
                status || rt_encode_node(to, 0) || rt_encode_bool(to, true);
        assert_int_equal(status, 0);
        item = (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = message};
        assert_int_equal(rt_table_build(NULL, &item), RT_ETYPE);
        assert_int_equal(item.kind, RT_ITEM_NIL);
    }
    rt_object_unref(object);
    assert_int_equal(rt_alloc_count(), before);
}

/* ---- random operations beside a model ---- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SEQUENCES = 3000 };
#else
enum { SEQUENCES = 40000 };
#endif

enum { STEPS = 60, MODEL_KEYS = 40, LONGEST = 24 };

static uint64_t random_state;

static uint32_t below(uint32_t limit) {
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) % limit);
}

/* The model: a value for each of some keys, 0 for nil. Keys 1 to LONGEST are
 * integers, as an integer or as a float; the others are strings. */
static rt_item model_key(int at, char *text) {
    if (at <= LONGEST) return below(2) ? integer(at) : number((double)at);
    (void)sprintf(text, at % 2 ? "k%d" : "a key of more than 16 bytes %d", at);
    return key(text);
}

static bool is_model_border(const int64_t *model, size_t border) {
    if (border > LONGEST) return false;
    return (border == 0 || model[border]) &&
           (border == LONGEST || !model[border + 1]);
}

static void run_sequence(uint64_t seed) {
    int64_t model[MODEL_KEYS + 1] = {0};
    uint64_t versions[MODEL_KEYS + 1];
    rt_table *t = rt_table_new(NULL);
    char text[64];
    random_state = seed;
    for (int i = 1; i <= MODEL_KEYS; i++)
        versions[i] = version(t, model_key(i, text));
    for (int step = 0; step < STEPS; step++) {
        int number = 1 + (int)below(below(2) ? MODEL_KEYS : LONGEST);
        rt_item k = model_key(number, text), value;
        int64_t new = below(3) ? 1 + below(1000) : 0;
        value = new ? integer(new) : nothing;
        bool is_right = true;
        switch (below(4)) {
        case 0:
        case 1:
            is_right = rt_table_set(t, &k, &value) == RT_OK;
            model[number] = new;
            break;
        case 2: { /* the version last seen, which may be an old one */
            uint64_t now = version(t, k);
            int status = rt_table_swap(t, &k, versions[number], &value);
            is_right = (status == RT_OK) == (now == versions[number]);
            if (status == RT_OK) model[number] = new;
            break;
        }
        case 3:
            versions[number] = version(t, k);
            is_right = is_model_border(model, rt_table_length(t));
            break;
        }
        value = get(t, k);
        is_right =
            is_right && (model[number] ? value.kind == RT_ITEM_INT &&
                                             value.as.integer == model[number]
                                       : value.kind == RT_ITEM_NIL);
        if (!is_right)
            fail_msg("PLAIT_TEST_SEED=%" PRIu64 ", step %d", seed, step);
    }
    for (int i = 1; i <= MODEL_KEYS; i++)
        expect(t, model_key(i, text), model[i] ? integer(model[i]) : nothing);
    drop(t);
}

static void test_table_does_as_the_model(void **state) {
    (void)state;
    const char *given = getenv("PLAIT_TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : 1;
    size_t before = rt_alloc_count();
    for (int i = 0; i < SEQUENCES; i++) run_sequence(seed++);
    assert_int_equal(rt_alloc_count(), before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_keeps_each_kind),
        cmocka_unit_test(test_table_takes_each_kind_of_key),
        cmocka_unit_test(test_table_one_is_one_point_zero),
        cmocka_unit_test(test_table_refuses_what_is_no_key),
        cmocka_unit_test(test_table_length_is_a_border),
        cmocka_unit_test(test_table_elements_may_come_in_any_order),
        cmocka_unit_test(test_table_filled_backwards_is_an_array),
        cmocka_unit_test(test_table_queue_stays_small),
        cmocka_unit_test(test_table_what_was_large_shrinks),
        cmocka_unit_test(test_table_version_changes_with_its_value),
        cmocka_unit_test(test_table_swap_only_of_what_is_known),
        cmocka_unit_test(test_table_in_itself_is_freed),
        cmocka_unit_test(test_table_large_rings_are_looked_for),
        cmocka_unit_test(test_table_is_built_of_a_plain_one),
        cmocka_unit_test(test_table_as_a_message_can_be_built_again),
        cmocka_unit_test(test_table_depth_is_not_limited),
        cmocka_unit_test(test_table_without_memory_changes_nothing),
        cmocka_unit_test(test_table_removal_needs_no_memory),
        cmocka_unit_test(test_table_building_without_memory_leaves_nothing),
        cmocka_unit_test(test_table_build_refuses_anything_else),
        cmocka_unit_test(test_table_does_as_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
