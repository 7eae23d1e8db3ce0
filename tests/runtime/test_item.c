/* Items in messages: scalars, objects, and a whole message at the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/encode.h"
#include "data/value.h"

static rt_object *new_object(void) {
    rt_item nothing = {.kind = RT_ITEM_NIL};
    rt_value *value = rt_value_new(&nothing);
    assert_non_null(value);
    return (rt_object *)(void *)value;
}

static rt_item object_item(rt_object *object) {
    rt_object_ref(object);
    return (rt_item){.kind = RT_ITEM_OBJECT, .as.object = object};
}

/* A table of one object: {object}. */
static rt_item table_item(rt_object *object) {
    rt_message *message = rt_message_new();
    assert_non_null(message);
    size_t index;
    rt_buffer *to = &message->bytes;
    assert_int_equal(rt_encode_header(to, 1, 1), RT_OK);
    assert_int_equal(rt_encode_node(to, 0), RT_OK);
    assert_int_equal(rt_encode_array(to, 5), RT_OK);
    assert_int_equal(rt_encode_int(to, RT_NODE_TABLE), RT_OK);
    assert_int_equal(rt_encode_int(to, 1), RT_OK);
    assert_int_equal(rt_encode_int(to, 0), RT_OK);
    assert_int_equal(rt_encode_nil(to), RT_OK);
    assert_int_equal(rt_message_add_object(message, object, &index), RT_OK);
    assert_int_equal(rt_encode_object(to, (uint32_t)index), RT_OK);
    return (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = message};
}

static void assert_checked(const rt_message *message) {
    rt_error err;
    assert_int_equal(rt_message_check(message->bytes.bytes,
                                      message->bytes.size,
                                      message->object_count, &err),
                     RT_OK);
}

static void test_item_object_travels_by_reference(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_object *object = new_object();
    rt_item items[3] = {object_item(object),
                        {.kind = RT_ITEM_INT, .as.integer = 7},
                        object_item(object)};
    rt_message *message;
    assert_int_equal(rt_items_encode(items, 3, &message), RT_OK);
    assert_checked(message);
    assert_int_equal(items[0].kind, RT_ITEM_NIL);
    assert_int_equal(rt_items_decode(items, 3, message), RT_OK);
    assert_ptr_equal(items[0].as.object, object);
    assert_int_equal(items[1].as.integer, 7);
    assert_true(rt_item_same(&items[0], &items[2]));
    rt_item copy;
    assert_int_equal(rt_item_copy(&copy, &items[0]), RT_OK);
    assert_true(rt_item_equal(&copy, &items[0]));
    rt_item_clear(&copy);
    rt_item_clear(&items[0]);
    rt_item_clear(&items[2]);
    rt_object_unref(object);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_item_message_comes_last(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_object *inside = new_object(), *beside = new_object();
    rt_item alone = table_item(inside), original;
    assert_int_equal(rt_item_copy(&original, &alone), RT_OK);
    rt_item items[3] = {object_item(beside),
                        {.kind = RT_ITEM_BOOL, .as.boolean = true},
                        alone};
    rt_message *message;
    assert_int_equal(rt_items_encode(items, 3, &message), RT_OK);
    assert_checked(message);
    assert_int_equal(rt_items_decode(items, 3, message), RT_OK);
    assert_ptr_equal(items[0].as.object, beside);
    assert_true(items[1].as.boolean);
    assert_int_equal(items[2].kind, RT_ITEM_MESSAGE);
    const rt_buffer *got = &items[2].as.message->bytes;
    const rt_buffer *wanted = &original.as.message->bytes;
    assert_int_equal(got->size, wanted->size);
    assert_memory_equal(got->bytes, wanted->bytes, got->size);
    assert_ptr_equal(items[2].as.message->objects[0], inside);
    rt_item_clear(&items[0]);
    rt_item_clear(&items[2]);
    rt_item_clear(&original);
    rt_object_unref(inside);
    rt_object_unref(beside);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_item_message_elsewhere_is_refused(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_object *object = new_object();
    rt_item items[2] = {table_item(object), {.kind = RT_ITEM_NIL}};
    rt_message *message;
    assert_int_equal(rt_items_encode(items, 2, &message), RT_ETYPE);
    assert_null(message);
    rt_object_unref(object);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_item_without_memory_loses_nothing(void **state) {
    (void)state;
    rt_alloc_fail(0, 0);
    rt_object *object = new_object();
    size_t before = rt_alloc_count();
    for (size_t nth = 1;; nth++) {
        rt_item items[2] = {object_item(object), table_item(object)};
        rt_message *message;
        rt_alloc_fail(nth, 0);
        int status = rt_items_encode(items, 2, &message);
        if (status == RT_OK) status = rt_items_decode(items, 2, message);
        rt_alloc_fail(0, 0);
        rt_item_clear(&items[0]);
        rt_item_clear(&items[1]);
        assert_int_equal(rt_alloc_count(), before);
        if (status == RT_OK) break;
        assert_int_equal(status, RT_ENOMEMORY);
        assert_true(nth < 100);
    }
    rt_object_unref(object);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_item_object_travels_by_reference),
        cmocka_unit_test(test_item_message_comes_last),
        cmocka_unit_test(test_item_message_elsewhere_is_refused),
        cmocka_unit_test(test_item_without_memory_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
