/* Messages joined: every value, node and object is where it should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/encode.h"
#include "data/splice.h"
#include "data/value.h"
#include "failing.h"

/* [table {first = node: table, second = object}, integer, object] */
static rt_message *make(int64_t number, rt_object *object) {
    rt_message *made = rt_message_new();
    assert_non_null(made);
    rt_buffer *to = &made->bytes;
    size_t index = 0;
    if (object)
        assert_int_equal(rt_message_add_object(made, object, &index), RT_OK);
    uint32_t roots = object ? 3 : 2;
    assert_int_equal(rt_encode_header(to, roots, 2), RT_OK);
    assert_int_equal(rt_encode_node(to, 0), RT_OK);
    assert_int_equal(rt_encode_int(to, number), RT_OK);
    if (object) assert_int_equal(rt_encode_object(to, 0), RT_OK);
    for (uint32_t node = 0; node < 2; node++) {
        assert_int_equal(rt_encode_array(to, 6), RT_OK);
        assert_int_equal(rt_encode_int(to, RT_NODE_TABLE), RT_OK);
        assert_int_equal(rt_encode_int(to, 2), RT_OK);
        assert_int_equal(rt_encode_int(to, 0), RT_OK);
        assert_int_equal(rt_encode_nil(to), RT_OK);
        assert_int_equal(rt_encode_node(to, 1 - node), RT_OK);
        if (object)
            assert_int_equal(rt_encode_object(to, 0), RT_OK);
        else
            assert_int_equal(rt_encode_str(to, "text", 4), RT_OK);
    }
    return made;
}

static rt_token next(rt_reader *reader) {
    rt_token token;
    assert_int_equal(rt_reader_next(reader, &token), RT_OK);
    return token;
}

static void assert_node(rt_reader *reader, uint32_t index) {
    rt_token token = next(reader);
    assert_int_equal(token.kind, RT_TOKEN_NODE);
    assert_int_equal(token.as.index, index);
}

static void assert_int(rt_reader *reader, int64_t value) {
    rt_token token = next(reader);
    assert_int_equal(token.kind, RT_TOKEN_INT);
    assert_true(token.as.integer == value);
}

static void assert_object(rt_reader *reader, uint32_t index) {
    rt_token token = next(reader);
    assert_int_equal(token.kind, RT_TOKEN_OBJECT);
    assert_int_equal(token.as.index, index);
}

static void assert_checks(const rt_message *message) {
    rt_error err = {.status = RT_OK};
    int status = rt_message_check(message->bytes.bytes, message->bytes.size,
                                  message->object_count, &err);
    if (status) fail_msg("%s", err.message);
}

static void test_splice_appends(void **state) {
    (void)state;
    size_t blocks = rt_alloc_count();
    rt_item nothing = {.kind = RT_ITEM_NIL};
    rt_object *a = (rt_object *)(void *)rt_value_new(&nothing);
    rt_object *b = (rt_object *)(void *)rt_value_new(&nothing);
    rt_message *first = make(-5, a), *second = make(300, b);
    assert_int_equal(rt_message_append(first, second), RT_OK);
    assert_checks(first);
    assert_int_equal(rt_message_count(first), 6);
    assert_int_equal(first->object_count, 2);
    assert_ptr_equal(first->objects[0], a);
    assert_ptr_equal(first->objects[1], b);
    rt_reader reader;
    uint32_t roots, nodes;
    rt_reader_init(&reader, first->bytes.bytes, first->bytes.size, NULL);
    assert_int_equal(rt_reader_header(&reader, &roots, &nodes), RT_OK);
    assert_int_equal(nodes, 4);
    assert_node(&reader, 0);
    assert_int(&reader, -5);
    assert_object(&reader, 0);
    assert_node(&reader, 2);
    assert_int(&reader, 300);
    assert_object(&reader, 1);
    static const uint32_t children[] = {1, 0, 3, 2};
    for (uint32_t node = 0; node < 4; node++) {
        for (int i = 0; i < 5; i++) (void)next(&reader);
        assert_node(&reader, children[node]);
        assert_object(&reader, node / 2);
    }
    assert_ptr_equal(reader.at, reader.end);
    rt_message_free(first);
    rt_message_free(second);
    rt_object_unref(a);
    rt_object_unref(b);
    assert_int_equal(rt_alloc_count(), blocks);
}

/* So many that references change their size. */
static void test_splice_appends_many(void **state) {
    (void)state;
    size_t blocks = rt_alloc_count();
    rt_message *all = rt_message_new();
    for (int i = 0; i < 400; i++) {
        rt_message *one = make(i, NULL);
        assert_int_equal(rt_message_append(all, one), RT_OK);
        rt_message_free(one);
    }
    assert_checks(all);
    assert_int_equal(rt_message_count(all), 800);
    rt_message_free(all);
    assert_int_equal(rt_alloc_count(), blocks);
}

static void test_splice_puts_integers_before(void **state) {
    (void)state;
    size_t blocks = rt_alloc_count();
    rt_item nothing = {.kind = RT_ITEM_NIL};
    rt_object *a = (rt_object *)(void *)rt_value_new(&nothing);
    rt_message *message = make(7, a);
    static const int64_t numbers[] = {1, -1000000};
    rt_message *copy = rt_message_copy_behind(message, numbers, 2);
    assert_non_null(copy);
    assert_checks(copy);
    assert_int_equal(rt_message_count(copy), 5);
    rt_reader reader;
    uint32_t roots, nodes;
    rt_reader_init(&reader, copy->bytes.bytes, copy->bytes.size, NULL);
    assert_int_equal(rt_reader_header(&reader, &roots, &nodes), RT_OK);
    assert_int(&reader, 1);
    assert_int(&reader, -1000000);
    assert_node(&reader, 0);
    assert_int(&reader, 7);
    rt_message_free(message);
    rt_message_free(copy);
    rt_object_unref(a);
    assert_int_equal(rt_alloc_count(), blocks);
}

static void test_splice_without_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    size_t blocks = rt_alloc_count();
    rt_item nothing = {.kind = RT_ITEM_NIL};
    rt_object *a = (rt_object *)(void *)rt_value_new(&nothing);
    rt_message *first = make(1, a), *second = make(2, a);
    static const int64_t number = 3;
    int status = RT_ENOMEMORY, failures = 0;
    for (size_t nth = 1; status != RT_OK; nth++) {
        rt_alloc_fail(nth, 0);
        status = rt_message_append(first, second);
        rt_alloc_fail(0, 0);
        if (status == RT_OK) break;
        failures++;
        assert_int_equal(status, RT_ENOMEMORY);
        assert_int_equal(rt_message_count(first), 3);
        assert_checks(first);
    }
    assert_true(failures >= 2);
    assert_int_equal(rt_message_count(first), 6);
    assert_checks(first);
    rt_message *copy = NULL;
    for (size_t nth = 1; !copy; nth++) {
        rt_alloc_fail(nth, 0);
        copy = rt_message_copy_behind(first, &number, 1);
        rt_alloc_fail(0, 0);
    }
    assert_checks(copy);
    rt_message_free(copy);
    rt_message_free(first);
    rt_message_free(second);
    rt_object_unref(a);
    assert_int_equal(rt_alloc_count(), blocks);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_splice_appends),
        cmocka_unit_test(test_splice_appends_many),
        cmocka_unit_test(test_splice_puts_integers_before),
        cmocka_unit_test(test_splice_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
