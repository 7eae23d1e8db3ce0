/* The bottom layer: list, buffer, alloc, clock, object, status. */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/object.h"
#include "base/status.h"
#include "failing.h"

/* ---- list -------------------------------------------------------------- */

typedef struct item {
    int number;
    rt_list link;
} item;

static void init_items(item *items, int count) {
    for (int i = 0; i < count; i++) {
        items[i].number = i;
        rt_list_init(&items[i].link);
    }
}

static int pop_number(rt_list *head) {
    rt_list *link = rt_list_pop(head);
    return link ? rt_container_of(link, item, link)->number : -1;
}

static void test_list_pops_oldest_first(void **state) {
    (void)state;
    rt_list head;
    item items[3];
    init_items(items, 3);
    rt_list_init(&head);
    assert_true(rt_list_empty(&head));
    assert_null(rt_list_pop(&head));
    for (int i = 0; i < 3; i++) rt_list_push(&head, &items[i].link);
    assert_false(rt_list_empty(&head));
    for (int i = 0; i < 3; i++) assert_int_equal(pop_number(&head), i);
    assert_true(rt_list_empty(&head));
}

static void test_list_unlinks_anywhere_and_twice(void **state) {
    (void)state;
    for (int gone = 0; gone < 3; gone++) {
        rt_list head;
        item items[3];
        init_items(items, 3);
        rt_list_init(&head);
        for (int i = 0; i < 3; i++) rt_list_push(&head, &items[i].link);
        rt_list_unlink(&items[gone].link);
        rt_list_unlink(&items[gone].link);
        assert_true(rt_list_empty(&items[gone].link));
        for (int i = 0; i < 3; i++)
            if (i != gone) assert_int_equal(pop_number(&head), i);
        assert_true(rt_list_empty(&head));
    }
}

static void test_list_popped_nodes_can_be_pushed_again(void **state) {
    (void)state;
    rt_list head;
    item items[2];
    init_items(items, 2);
    rt_list_init(&head);
    for (int round = 0; round < 3; round++) {
        rt_list_push(&head, &items[1].link);
        rt_list_push(&head, &items[0].link);
        assert_int_equal(pop_number(&head), 1);
        assert_int_equal(pop_number(&head), 0);
    }
}

static void test_list_moves_all_to_the_end(void **state) {
    (void)state;
    rt_list to, from;
    item items[5];
    init_items(items, 5);
    rt_list_init(&to);
    rt_list_init(&from);
    rt_list_move(&to, &from);
    assert_true(rt_list_empty(&to));
    for (int i = 0; i < 2; i++) rt_list_push(&to, &items[i].link);
    rt_list_move(&to, &from);
    for (int i = 2; i < 5; i++) rt_list_push(&from, &items[i].link);
    rt_list_move(&to, &from);
    assert_true(rt_list_empty(&from));
    for (int i = 0; i < 5; i++) assert_int_equal(pop_number(&to), i);
    assert_int_equal(pop_number(&to), -1);
}

/* ---- buffer ------------------------------------------------------------ */

static void test_buffer_keeps_what_was_added(void **state) {
    (void)state;
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    for (int i = 0; i < 10000; i++) {
        char bytes[3] = {(char)i, (char)(i >> 8), 'x'};
        assert_int_equal(rt_buffer_add(&buffer, bytes, 3), RT_OK);
    }
    assert_int_equal(buffer.size, 30000);
    assert_true(buffer.capacity >= buffer.size);
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(buffer.bytes[3 * i], (char)i);
        assert_int_equal(buffer.bytes[3 * i + 1], (char)(i >> 8));
    }
    rt_buffer_deinit(&buffer);
    assert_null(buffer.bytes);
    assert_int_equal(buffer.capacity, 0);
}

static void test_buffer_reserves_room(void **state) {
    (void)state;
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    assert_int_equal(rt_buffer_reserve(&buffer, 0), RT_OK);
    assert_int_equal(rt_buffer_reserve(&buffer, 1000), RT_OK);
    assert_true(buffer.capacity - buffer.size >= 1000);
    const char *bytes = buffer.bytes;
    memset(buffer.bytes, 1, 1000);
    buffer.size = 1000;
    assert_int_equal(rt_buffer_reserve(&buffer, 0), RT_OK);
    assert_ptr_equal(buffer.bytes, bytes);
    rt_buffer_deinit(&buffer);
}

static void test_buffer_refuses_absurd_sizes(void **state) {
    (void)state;
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    assert_int_equal(rt_buffer_add(&buffer, "abc", 3), RT_OK);
    assert_int_equal(rt_buffer_reserve(&buffer, SIZE_MAX), RT_ENOMEMORY);
    assert_int_equal(rt_buffer_reserve(&buffer, SIZE_MAX / 2), RT_ENOMEMORY);
    assert_int_equal(rt_buffer_reserve(&buffer, SIZE_MAX - 2), RT_ENOMEMORY);
    assert_int_equal(buffer.size, 3);
    assert_memory_equal(buffer.bytes, "abc", 3);
    rt_buffer_deinit(&buffer);
}

static void test_buffer_adds_nothing_from_null(void **state) {
    (void)state;
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    assert_int_equal(rt_buffer_add(&buffer, NULL, 0), RT_OK);
    assert_int_equal(buffer.size, 0);
    rt_buffer_deinit(&buffer);
}

/* ---- alloc ------------------------------------------------------------- */

static void test_buffer_is_as_before_when_out_of_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    rt_buffer buffer;
    rt_buffer_init(&buffer);
    assert_int_equal(rt_buffer_add(&buffer, "abc", 3), RT_OK);
    rt_alloc_fail(1, 0);
    int status = rt_buffer_reserve(&buffer, 10000);
    rt_alloc_fail(0, 0);
    assert_int_equal(status, RT_ENOMEMORY);
    assert_int_equal(buffer.size, 3);
    assert_memory_equal(buffer.bytes, "abc", 3);
    rt_buffer_deinit(&buffer);
}

static void test_alloc_counts_live_blocks(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    size_t before = rt_alloc_count();
    void *a = rt_alloc(10);
    void *b = rt_calloc(0);
    char *c = rt_strdup("text");
    void *d = rt_realloc(NULL, 5);
    assert_int_equal(rt_alloc_count(), before + 4);
    d = rt_realloc(d, 5000);
    assert_int_equal(rt_alloc_count(), before + 4);
    assert_string_equal(c, "text");
    rt_free(a);
    rt_free(b);
    rt_free(c);
    rt_free(d);
    rt_free(NULL);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_alloc_fails_the_nth_request_once(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    for (size_t nth = 1; nth <= 5; nth++) {
        rt_alloc_fail(nth, 0);
        for (size_t i = 1; i <= 7; i++) {
            void *block = rt_alloc(8);
            assert_int_equal(block == NULL, i == nth);
            rt_free(block);
        }
    }
    rt_alloc_fail(0, 0);
}

static void test_alloc_fails_all_later_requests_too(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    rt_alloc_fail(3, 1);
    for (size_t i = 1; i <= 7; i++) {
        void *block = rt_calloc(8);
        assert_int_equal(block == NULL, i >= 3);
        rt_free(block);
    }
    rt_alloc_fail(0, 0);
    void *block = rt_alloc(8);
    assert_non_null(block);
    rt_free(block);
}

static void test_alloc_failed_realloc_keeps_the_block(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    size_t before = rt_alloc_count();
    char *block = rt_strdup("kept");
    rt_alloc_fail(1, 0);
    assert_null(rt_realloc(block, 100));
    rt_alloc_fail(0, 0);
    assert_string_equal(block, "kept");
    rt_free(block);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_alloc_zeroes_calloc(void **state) {
    (void)state;
    static const char zeros[100];
    char *block = rt_calloc(sizeof zeros);
    assert_memory_equal(block, zeros, sizeof zeros);
    rt_free(block);
}

/* ---- clock ------------------------------------------------------------- */

static void test_clock_never_goes_back(void **state) {
    (void)state;
    int64_t last = rt_clock_now();
    assert_true(last > 0);
    for (int i = 0; i < 1000; i++) {
        int64_t now = rt_clock_now();
        assert_true(now >= last);
        last = now;
    }
}

static void test_clock_adds_seconds_and_rounds_up(void **state) {
    (void)state;
    assert_true(rt_clock_add(100, 1.5) == 100 + RT_SECOND * 3 / 2);
    assert_true(rt_clock_add(100, 0) == 100);
    assert_true(rt_clock_add(100, 1e-9) == 101);
    assert_true(rt_clock_add(100, 0.1e-9) == 101);
    assert_true(rt_clock_add(100, 1.5e-9) == 102);
}

static void test_clock_adds_nothing_for_negative_or_nan(void **state) {
    (void)state;
    assert_true(rt_clock_add(100, -1) == 100);
    assert_true(rt_clock_add(100, -INFINITY) == 100);
    assert_true(rt_clock_add(100, (double)NAN) == 100);
}

static void test_clock_saturates_to_never(void **state) {
    (void)state;
    assert_true(rt_clock_add(100, INFINITY) == RT_NEVER);
    assert_true(rt_clock_add(100, 1e300) == RT_NEVER);
    assert_true(rt_clock_add(100, 1e10) == RT_NEVER);
    assert_true(rt_clock_add(RT_NEVER - 5, 1) == RT_NEVER);
    assert_true(rt_clock_add(100, 4e9) < RT_NEVER);
}

/* ---- object ------------------------------------------------------------ */

typedef struct probe {
    rt_object object;
    atomic_int freed;
} probe;

static void free_probe(rt_object *object) {
    atomic_fetch_add(&rt_container_of(object, probe, object)->freed, 1);
}

static const rt_object_type probe_type = {
    .name = "Probe", .kind = RT_KIND_VALUE, .free = free_probe};

static void test_object_is_freed_with_the_last_reference(void **state) {
    (void)state;
    probe p = {.freed = 0};
    rt_object_init(&p.object, &probe_type);
    assert_ptr_equal(p.object.type, &probe_type);
    rt_object_ref(&p.object);
    rt_object_unref(&p.object);
    assert_int_equal(p.freed, 0);
    rt_object_unref(&p.object);
    assert_int_equal(p.freed, 1);
    rt_object_unref(NULL);
}

static void test_object_ids_are_unique(void **state) {
    (void)state;
    probe a = {.freed = 0}, b = {.freed = 0};
    rt_object_init(&a.object, &probe_type);
    rt_object_init(&b.object, &probe_type);
    assert_true(a.object.id != b.object.id);
    assert_true(a.object.id != 0);
}

static void *ref_and_unref(void *object) {
    for (int i = 0; i < 10000; i++) {
        rt_object_ref(object);
        rt_object_unref(object);
    }
    rt_object_unref(object); /* the one this thread was given */
    return NULL;
}

static void test_object_counts_across_threads(void **state) {
    (void)state;
    probe p = {.freed = 0};
    rt_object_init(&p.object, &probe_type);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        rt_object_ref(&p.object); /* until the thread's last unref */
        assert_int_equal(
            pthread_create(&threads[i], NULL, ref_and_unref, &p.object), 0);
    }
    rt_object_unref(&p.object);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(p.freed, 1);
}

/* ---- status ------------------------------------------------------------ */

static void test_status_has_names_and_texts(void **state) {
    (void)state;
    assert_string_equal(rt_status_name(RT_ECLOSED), "closed");
    assert_string_equal(rt_status_text(RT_ECLOSED), "closed");
    assert_string_equal(rt_status_name(RT_EDAMAGED), "send");
    assert_string_equal(rt_status_text(RT_EDAMAGED), "damaged message");
    assert_string_equal(rt_status_text(RT_OK), "success");
    assert_string_equal(rt_status_text(RT_PENDING), "pending");
}

static void test_status_passes_codes_of_the_system_through(void **state) {
    (void)state;
    assert_string_equal(rt_status_name(-ENOENT), "error");
    assert_string_equal(rt_status_text(-ENOENT), "No such file or directory");
    assert_non_null(rt_status_text(-123456));
    assert_non_null(rt_status_text(77));
}

static void test_status_codes_are_distinct(void **state) {
    (void)state;
    static const int codes[] = {
#define CODE(id, number, name, text) number,
        RT_STATUS_MAP(CODE)
#undef CODE
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        assert_true(codes[i] < -5000);
        for (size_t k = 0; k < i; k++) assert_true(codes[i] != codes[k]);
    }
}

static void test_status_error_is_filled_and_returned(void **state) {
    (void)state;
    rt_error err;
    assert_int_equal(rt_error_set(&err, RT_ETYPE, "value %d is a %s", 3, "x"),
                     RT_ETYPE);
    assert_int_equal(err.status, RT_ETYPE);
    assert_string_equal(err.message, "value 3 is a x");
    assert_int_equal(rt_error_set(NULL, RT_ETYPE, "unused"), RT_ETYPE);
}

static void test_status_error_message_is_cut(void **state) {
    (void)state;
    rt_error err;
    char text[1000];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_int_equal(rt_error_set(&err, RT_EUSAGE, "%s", text), RT_EUSAGE);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list_pops_oldest_first),
        cmocka_unit_test(test_list_unlinks_anywhere_and_twice),
        cmocka_unit_test(test_list_popped_nodes_can_be_pushed_again),
        cmocka_unit_test(test_list_moves_all_to_the_end),
        cmocka_unit_test(test_buffer_keeps_what_was_added),
        cmocka_unit_test(test_buffer_reserves_room),
        cmocka_unit_test(test_buffer_refuses_absurd_sizes),
        cmocka_unit_test(test_buffer_adds_nothing_from_null),
        cmocka_unit_test(test_buffer_is_as_before_when_out_of_memory),
        cmocka_unit_test(test_alloc_counts_live_blocks),
        cmocka_unit_test(test_alloc_fails_the_nth_request_once),
        cmocka_unit_test(test_alloc_fails_all_later_requests_too),
        cmocka_unit_test(test_alloc_failed_realloc_keeps_the_block),
        cmocka_unit_test(test_alloc_zeroes_calloc),
        cmocka_unit_test(test_clock_never_goes_back),
        cmocka_unit_test(test_clock_adds_seconds_and_rounds_up),
        cmocka_unit_test(test_clock_adds_nothing_for_negative_or_nan),
        cmocka_unit_test(test_clock_saturates_to_never),
        cmocka_unit_test(test_object_is_freed_with_the_last_reference),
        cmocka_unit_test(test_object_ids_are_unique),
        cmocka_unit_test(test_object_counts_across_threads),
        cmocka_unit_test(test_status_has_names_and_texts),
        cmocka_unit_test(test_status_passes_codes_of_the_system_through),
        cmocka_unit_test(test_status_codes_are_distinct),
        cmocka_unit_test(test_status_error_is_filled_and_returned),
        cmocka_unit_test(test_status_error_message_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
