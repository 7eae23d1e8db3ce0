/* Rings of containers that nobody refers to are freed, all others are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "data/cycles.h"
#include "failing.h"

/* ---- a container ---- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { MANY = 20000 };
#else
enum { MANY = 200000 };
#endif

enum { PLACES = 4 };

typedef struct bag {
    rt_object object;
    rt_container container;
    pthread_mutex_t lock; /* guards `held`, `readers` and container.changes */
    rt_object *held[PLACES];
    unsigned readers;
    atomic_bool was_cleared;
} bag;

static bag *as_bag(rt_object *object) {
    return (bag *)(void *)object;
}

static void bag_free(rt_object *object) {
    bag *b = as_bag(object);
    rt_cycles_remove(object);
    for (int i = 0; i < PLACES; i++) rt_object_unref(b->held[i]);
    pthread_mutex_destroy(&b->lock);
    rt_free(b);
}

static void bag_look(rt_object *object, rt_look *look) {
    bag *b = as_bag(object);
    pthread_mutex_lock(&b->lock);
    for (int i = 0; i < PLACES; i++)
        if (look->see && b->held[i]) look->see(look, b->held[i]);
    look->changes = b->container.changes;
    look->is_read = b->readers > 0;
    pthread_mutex_unlock(&b->lock);
}

static void put(bag *b, int place, rt_object *object);

static void bag_clear(rt_object *object) {
    atomic_store(&as_bag(object)->was_cleared, true);
    for (int i = 0; i < PLACES; i++) put(as_bag(object), i, NULL);
}

static const rt_contents bag_contents = {
    .container = offsetof(bag, container),
    .look = bag_look,
    .clear = bag_clear,
};

static const rt_object_type bag_type = {
    .name = "bag",
    .free = bag_free,
    .contents = &bag_contents,
};

static bag *new_bag(rt_cycles *cycles) {
    bag *b = rt_calloc(sizeof *b);
    assert_non_null(b);
    rt_object_init(&b->object, &bag_type);
    pthread_mutex_init(&b->lock, NULL);
    rt_cycles_add(cycles, &b->object);
    return b;
}

/* Takes the reference. */
static void put(bag *b, int place, rt_object *object) {
    pthread_mutex_lock(&b->lock);
    rt_object *old = b->held[place];
    b->held[place] = object;
    b->container.changes++;
    pthread_mutex_unlock(&b->lock);
    rt_object_unref(old);
}

static void put_shared(bag *b, int place, bag *other) {
    rt_object_ref(&other->object);
    put(b, place, &other->object);
}

static void drop(bag *b) {
    rt_object_unref(&b->object);
}

/* ---- facts ---- */

static void test_cycles_ring_is_freed(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_cycles *cycles = rt_cycles_new();
    bag *self = new_bag(cycles), *a = new_bag(cycles), *b = new_bag(cycles);
    put_shared(self, 0, self);
    put_shared(a, 0, b);
    put_shared(b, 0, a);
    put_shared(b, 1, self);
    drop(self);
    drop(b);
    assert_int_equal(rt_cycles_collect(cycles), 0); /* a is ours */
    assert_int_equal(rt_cycles_count(cycles), 3);
    drop(a);
    assert_int_equal(rt_cycles_collect(cycles), 3);
    assert_int_equal(rt_cycles_count(cycles), 0);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_cycles_what_is_reached_stays(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_cycles *cycles = rt_cycles_new();
    bag *root = new_bag(cycles), *a = new_bag(cycles), *b = new_bag(cycles);
    put_shared(root, 0, a);
    put_shared(a, 0, b);
    put_shared(b, 0, a);
    drop(a);
    drop(b);
    assert_int_equal(rt_cycles_collect(cycles), 0);
    assert_false(a->was_cleared || b->was_cleared);
    put(root, 0, NULL);
    assert_int_equal(rt_cycles_collect(cycles), 2);
    drop(root);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_cycles_what_is_not_registered_holds(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_cycles *cycles = rt_cycles_new();
    bag *outside = new_bag(NULL), *a = new_bag(cycles);
    put_shared(a, 0, a);
    put(outside, 0, &a->object);
    assert_int_equal(rt_cycles_collect(cycles), 0);
    drop(outside);
    assert_int_equal(rt_cycles_collect(cycles), 1);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_cycles_what_is_read_stays(void **state) {
    (void)state;
    rt_cycles *cycles = rt_cycles_new();
    bag *a = new_bag(cycles);
    put_shared(a, 0, a);
    a->readers = 1;
    drop(a);
    assert_int_equal(rt_cycles_collect(cycles), 0);
    a->readers = 0;
    assert_int_equal(rt_cycles_collect(cycles), 1);
    rt_cycles_free(cycles);
}

static void test_cycles_number_stays_flat(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_cycles *cycles = rt_cycles_new();
    size_t most = 0;
    for (int i = 0; i < MANY; i++) {
        bag *a = new_bag(cycles);
        put_shared(a, 0, a);
        drop(a);
        size_t count = rt_cycles_count(cycles);
        if (count > most) most = count;
    }
    assert_in_range(most, 500, 1000);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_cycles_many_in_use_are_allowed_for(void **state) {
    (void)state;
    enum { COUNT = 5000 };
    rt_cycles *cycles = rt_cycles_new();
    bag *list = NULL;
    for (int i = 0; i < COUNT; i++) {
        bag *b = new_bag(cycles);
        put(b, 0, list ? &list->object : NULL);
        list = b;
    }
    assert_int_equal(rt_cycles_collect(cycles), 0);
    for (int i = 0; i < COUNT - 1; i++) {
        bag *a = new_bag(cycles);
        put_shared(a, 0, a);
        drop(a);
    }
    assert_int_equal(rt_cycles_count(cycles), 2 * COUNT - 1);
    bag *last = new_bag(cycles); /* the number has doubled */
    assert_int_equal(rt_cycles_count(cycles), COUNT + 1);
    drop(last);
    drop(list);
    rt_cycles_free(cycles);
}

static void test_cycles_much_memory_is_looked_for(void **state) {
    (void)state;
    rt_cycles *cycles = rt_cycles_new();
    for (int i = 0; i < 100; i++) {
        bag *a = new_bag(cycles);
        put_shared(a, 0, a);
        a->container.size = 1 << 20;
        rt_cycles_account(cycles, 1 << 20);
        drop(a);
        assert_in_range(rt_cycles_count(cycles), 0, 40);
    }
    rt_cycles_free(cycles);
}

static void test_cycles_without_memory_nothing_happens(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    size_t before = rt_alloc_count();
    rt_cycles *cycles = rt_cycles_new();
    for (int i = 0; i < 100; i++) {
        bag *a = new_bag(cycles);
        put_shared(a, 0, a);
        drop(a);
    }
    size_t nth = 1;
    for (;; nth++) {
        rt_alloc_fail(nth, 0);
        size_t cleared = rt_cycles_collect(cycles);
        rt_alloc_fail(0, 0);
        if (cleared == 100) break;
        assert_int_equal(cleared, 0);
        assert_int_equal(rt_cycles_count(cycles), 100);
    }
    assert_in_range(nth, 3, 20);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_cycles_long_rings_cost_no_stack(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_cycles *cycles = rt_cycles_new();
    bag *first = new_bag(NULL), *last = first;
    rt_cycles_add(cycles, &first->object);
    for (int i = 1; i < MANY; i++) {
        bag *b = new_bag(cycles);
        put(last, 0, &b->object);
        last = b;
    }
    put(last, 0, &first->object);
    assert_int_equal(rt_cycles_collect(cycles), MANY);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cycles_ring_is_freed),
        cmocka_unit_test(test_cycles_what_is_reached_stays),
        cmocka_unit_test(test_cycles_what_is_not_registered_holds),
        cmocka_unit_test(test_cycles_what_is_read_stays),
        cmocka_unit_test(test_cycles_number_stays_flat),
        cmocka_unit_test(test_cycles_many_in_use_are_allowed_for),
        cmocka_unit_test(test_cycles_much_memory_is_looked_for),
        cmocka_unit_test(test_cycles_without_memory_nothing_happens),
        cmocka_unit_test(test_cycles_long_rings_cost_no_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
