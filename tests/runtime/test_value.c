/* Shared values and the items they are made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/value.h"
#include "failing.h"

static rt_item integer(int64_t value) {
    return (rt_item){.kind = RT_ITEM_INT, .as.integer = value};
}

static rt_item number(double value) {
    return (rt_item){.kind = RT_ITEM_FLOAT, .as.number = value};
}

static rt_item text(const char *bytes) {
    rt_item item;
    assert_int_equal(rt_item_set_string(&item, bytes, strlen(bytes)), RT_OK);
    return item;
}

#define LONG_TEXT "a string that is longer than sixteen bytes"

static rt_value *new_value(rt_item item) {
    rt_value *value = rt_value_new(&item);
    assert_non_null(value);
    return value;
}

static void drop(rt_value *value) {
    rt_object_unref((rt_object *)(void *)value);
}

static void test_value_keeps_each_kind(void **state) {
    (void)state;
    rt_item items[] = {
        integer(-3),           number(0.5),
        text("short"),         text(LONG_TEXT),
        {.kind = RT_ITEM_NIL}, {.kind = RT_ITEM_BOOL, .as.boolean = true}};
    size_t before = rt_alloc_count();
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        rt_item wanted, got;
        assert_int_equal(rt_item_copy(&wanted, &items[i]), RT_OK);
        rt_value *value = new_value(wanted);
        assert_int_equal(rt_value_get(value, &got), RT_OK);
        assert_true(rt_item_same(&got, &items[i]));
        rt_item_clear(&got);
        drop(value);
    }
    assert_int_equal(rt_alloc_count(), before);
    rt_item_clear(&items[3]);
}

static void test_value_add_wraps_as_lua(void **state) {
    (void)state;
    rt_value *value = new_value(integer(INT64_MAX));
    rt_item item = integer(1);
    assert_int_equal(rt_value_add(value, &item), RT_OK);
    assert_int_equal(item.kind, RT_ITEM_INT);
    assert_true(item.as.integer == INT64_MIN);
    item = number(0.5);
    assert_int_equal(rt_value_add(value, &item), RT_OK);
    assert_int_equal(item.kind, RT_ITEM_FLOAT);
    drop(value);
}

static void test_value_add_refuses_strings(void **state) {
    (void)state;
    rt_value *value = new_value(text("1"));
    rt_item item = integer(1);
    assert_int_equal(rt_value_add(value, &item), RT_ETYPE);
    assert_int_equal(item.as.integer, 1);
    drop(value);
}

static void test_value_cas_compares_as_lua(void **state) {
    (void)state;
    rt_value *value = new_value(integer(1));
    rt_item old = number(1.0), next = text(LONG_TEXT);
    assert_int_equal(rt_value_cas(value, &old, &next, true), RT_ECHANGED);
    assert_int_equal(next.kind, RT_ITEM_STRING);
    assert_int_equal(rt_value_cas(value, &old, &next, false), RT_OK);
    assert_int_equal(next.kind, RT_ITEM_NIL);
    old = text(LONG_TEXT);
    next = number(NAN);
    assert_int_equal(rt_value_cas(value, &old, &next, false), RT_OK);
    rt_item_clear(&old);
    old = number(NAN);
    next = integer(2);
    assert_int_equal(rt_value_cas(value, &old, &next, false), RT_ECHANGED);
    assert_int_equal(rt_value_cas(value, &old, &next, true), RT_OK);
    drop(value);
}

static void test_value_items_equal_at_the_borders(void **state) {
    (void)state;
    rt_item most = integer(INT64_MAX), least = integer(INT64_MIN);
    rt_item above = number(0x1p63), below = number(-0x1p63);
    assert_false(rt_item_equal(&most, &above));
    assert_true(rt_item_equal(&least, &below));
    assert_true(rt_item_equal(&below, &least));
    rt_item zero = number(0.0), minus = number(-0.0);
    assert_true(rt_item_equal(&zero, &minus));
    assert_false(rt_item_same(&zero, &minus));
}

static void test_value_items_survive_a_message(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_item items[2] = {text(LONG_TEXT), number(2.0)}, back[2];
    rt_message *message;
    assert_int_equal(rt_items_encode(items, 2, &message), RT_OK);
    assert_int_equal(items[0].kind, RT_ITEM_NIL);
    assert_int_equal(rt_items_decode(back, 2, message), RT_OK);
    size_t size;
    assert_memory_equal(rt_item_bytes(&back[0], &size), LONG_TEXT,
                        sizeof LONG_TEXT - 1);
    assert_int_equal(size, sizeof LONG_TEXT - 1);
    assert_int_equal(back[1].kind, RT_ITEM_FLOAT);
    rt_item_clear(&back[0]);
    assert_int_equal(rt_items_decode(back, 1, NULL), RT_EDAMAGED);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_value_reports_no_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    rt_value *value = new_value(text(LONG_TEXT));
    rt_item item, copy;
    rt_alloc_fail(1, 0);
    assert_int_equal(rt_value_get(value, &item), RT_ENOMEMORY);
    assert_int_equal(item.kind, RT_ITEM_NIL);
    item = integer(1);
    copy = item;
    rt_alloc_fail(1, 0);
    assert_null(rt_value_new(&copy));
    for (size_t nth = 1; nth <= 2; nth++) {
        rt_message *message;
        item = integer(1);
        rt_alloc_fail(nth, 0);
        assert_int_equal(rt_items_encode(&item, 1, &message), RT_ENOMEMORY);
        assert_null(message);
    }
    rt_alloc_fail(0, 0);
    drop(value);
}

enum { THREADS = 4, ROUNDS = 20000 };

static void *add_and_swap(void *argument) {
    rt_value *value = argument;
    for (int i = 0; i < ROUNDS; i++) {
        rt_item item = integer(1), old, next;
        (void)rt_value_add(value, &item);
        do {
            (void)rt_value_get(value, &old);
            next = integer(old.as.integer + 1);
        } while (rt_value_cas(value, &old, &next, false) != RT_OK);
    }
    return NULL;
}

static void test_value_loses_no_update(void **state) {
    (void)state;
    rt_value *value = new_value(integer(0));
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_and_swap, value),
                         0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    rt_item item;
    assert_int_equal(rt_value_get(value, &item), RT_OK);
    assert_int_equal(item.as.integer, 2 * THREADS * ROUNDS);
    drop(value);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_keeps_each_kind),
        cmocka_unit_test(test_value_add_wraps_as_lua),
        cmocka_unit_test(test_value_add_refuses_strings),
        cmocka_unit_test(test_value_cas_compares_as_lua),
        cmocka_unit_test(test_value_items_equal_at_the_borders),
        cmocka_unit_test(test_value_items_survive_a_message),
        cmocka_unit_test(test_value_reports_no_memory),
        cmocka_unit_test(test_value_loses_no_update),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
