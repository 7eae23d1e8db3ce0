/* Messages: bytes and the references that travel with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/message.h"
#include "failing.h"

/* An object that says when it is freed. */
typedef struct probe {
    rt_object object;
    int freed;
} probe;

static void free_probe(rt_object *object) {
    rt_container_of(object, probe, object)->freed++;
}

static const rt_object_type probe_type = {
    .name = "Probe", .kind = RT_KIND_VALUE, .free = free_probe};

static void init_probes(probe *probes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        probes[i].freed = 0;
        rt_object_init(&probes[i].object, &probe_type);
    }
}

static void test_message_starts_empty(void **state) {
    (void)state;
    rt_message *message = rt_message_new();
    assert_non_null(message);
    assert_true(rt_list_empty(&message->link));
    assert_int_equal(message->bytes.size, 0);
    assert_int_equal(message->object_count, 0);
    rt_message_free(message);
}

static void test_message_free_accepts_null(void **state) {
    (void)state;
    rt_message_free(NULL);
}

static void test_message_holds_references_of_its_own(void **state) {
    (void)state;
    probe probes[10];
    init_probes(probes, 10);
    rt_message *message = rt_message_new();
    assert_non_null(message);
    for (size_t i = 0; i < 10; i++) {
        size_t index = 99;
        assert_int_equal(
            rt_message_add_object(message, &probes[i].object, &index), RT_OK);
        assert_int_equal(index, i);
        rt_object_unref(&probes[i].object); /* ours */
        assert_int_equal(probes[i].freed, 0);
    }
    rt_message_free(message);
    for (size_t i = 0; i < 10; i++) assert_int_equal(probes[i].freed, 1);
}

static void test_message_adds_the_last_object_once(void **state) {
    (void)state;
    probe probes[2];
    init_probes(probes, 2);
    rt_message *message = rt_message_new();
    assert_non_null(message);
    size_t index;
    assert_int_equal(rt_message_add_object(message, &probes[0].object, &index),
                     RT_OK);
    assert_int_equal(rt_message_add_object(message, &probes[0].object, &index),
                     RT_OK);
    assert_int_equal(index, 0);
    assert_int_equal(message->object_count, 1);
    assert_int_equal(atomic_load(&probes[0].object.refs), 2);
    assert_int_equal(rt_message_add_object(message, &probes[1].object, &index),
                     RT_OK);
    assert_int_equal(index, 1);
    rt_message_free(message);
    for (size_t i = 0; i < 2; i++) rt_object_unref(&probes[i].object);
    assert_int_equal(probes[0].freed, 1);
    assert_int_equal(probes[1].freed, 1);
}

/* A message with bytes and references to both probes; theirs are dropped. */
static rt_message *new_message(probe *probes) {
    rt_message *message = rt_message_new();
    assert_non_null(message);
    assert_int_equal(rt_buffer_add(&message->bytes, "hello", 5), RT_OK);
    size_t index;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            rt_message_add_object(message, &probes[i].object, &index), RT_OK);
        rt_object_unref(&probes[i].object);
    }
    return message;
}

static void test_message_copy_outlives_the_original(void **state) {
    (void)state;
    probe probes[2];
    init_probes(probes, 2);
    rt_message *message = new_message(probes);
    rt_message *copy = rt_message_copy(message);
    assert_non_null(copy);
    message->bytes.bytes[0] = 'H';
    rt_message_free(message);
    assert_int_equal(probes[0].freed + probes[1].freed, 0);
    assert_int_equal(copy->bytes.size, 5);
    assert_memory_equal(copy->bytes.bytes, "hello", 5);
    assert_int_equal(copy->object_count, 2);
    assert_ptr_equal(copy->objects[0], &probes[0].object);
    assert_ptr_equal(copy->objects[1], &probes[1].object);
    rt_message_free(copy);
    assert_int_equal(probes[0].freed, 1);
    assert_int_equal(probes[1].freed, 1);
}

static void test_message_copy_can_take_more_objects(void **state) {
    (void)state;
    probe probes[2], more[9];
    init_probes(probes, 2);
    init_probes(more, 9);
    rt_message *message = new_message(probes);
    rt_message *copy = rt_message_copy(message);
    assert_non_null(copy);
    size_t index;
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(rt_message_add_object(copy, &more[i].object, &index),
                         RT_OK);
    assert_int_equal(index, 10);
    assert_int_equal(message->object_count, 2);
    rt_message_free(message);
    rt_message_free(copy);
    for (size_t i = 0; i < 9; i++) {
        rt_object_unref(&more[i].object);
        assert_int_equal(more[i].freed, 1);
    }
}

static void test_message_copy_of_empty(void **state) {
    (void)state;
    rt_message *message = rt_message_new();
    assert_non_null(message);
    rt_message *copy = rt_message_copy(message);
    assert_non_null(copy);
    assert_int_equal(copy->bytes.size, 0);
    assert_int_equal(copy->object_count, 0);
    rt_message_free(copy);
    rt_message_free(message);
}

static void test_message_new_out_of_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    rt_alloc_fail(1, 0);
    rt_message *message = rt_message_new();
    rt_alloc_fail(0, 0);
    assert_null(message);
}

static void test_message_add_object_out_of_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    probe probes[1];
    init_probes(probes, 1);
    rt_message *message = rt_message_new();
    assert_non_null(message);
    size_t index;
    rt_alloc_fail(1, 0);
    int status = rt_message_add_object(message, &probes[0].object, &index);
    rt_alloc_fail(0, 0);
    assert_int_equal(status, RT_ENOMEMORY);
    assert_int_equal(message->object_count, 0);
    assert_int_equal(atomic_load(&probes[0].object.refs), 1);
    rt_message_free(message);
}

static void test_message_copy_out_of_memory_at_each_request(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    probe probes[2];
    init_probes(probes, 2);
    rt_message *message = new_message(probes);
    size_t blocks = rt_alloc_count();
    rt_message *copy = NULL;
    for (size_t nth = 1; !copy; nth++) {
        assert_true(nth < 10);
        rt_alloc_fail(nth, 1);
        copy = rt_message_copy(message);
        rt_alloc_fail(0, 0);
        if (copy) break;
        assert_int_equal(rt_alloc_count(), blocks);
        assert_int_equal(atomic_load(&probes[0].object.refs), 1);
    }
    rt_message_free(copy);
    assert_int_equal(rt_alloc_count(), blocks);
    rt_message_free(message);
    assert_int_equal(probes[0].freed, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message_starts_empty),
        cmocka_unit_test(test_message_free_accepts_null),
        cmocka_unit_test(test_message_holds_references_of_its_own),
        cmocka_unit_test(test_message_adds_the_last_object_once),
        cmocka_unit_test(test_message_copy_outlives_the_original),
        cmocka_unit_test(test_message_copy_can_take_more_objects),
        cmocka_unit_test(test_message_copy_of_empty),
        cmocka_unit_test(test_message_new_out_of_memory),
        cmocka_unit_test(test_message_add_object_out_of_memory),
        cmocka_unit_test(test_message_copy_out_of_memory_at_each_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
