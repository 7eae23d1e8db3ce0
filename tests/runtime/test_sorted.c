/* Sorted queues on one thread: order, bounds, time-outs, other processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/object.h"
#include "base/status.h"
#include "calls.h"
#include "data/cycles.h"
#include "sync/sorted.h"
#include "failing.h"

typedef struct party {
    rt_waiter waiter;
    rt_entry entry;
    rt_item item;
    int status; /* RT_PENDING until it is completed */
} party;

typedef struct fixture {
    rt_loop loop;
    party a, b, c;
    rt_sorted *sorted; /* of three, by key */
    size_t blocks;
} fixture;

static struct rt_wire one;

static void on_complete(rt_waiter *waiter) {
    party *p = rt_container_of(waiter, party, waiter);
    assert_int_equal(p->status, RT_PENDING);
    p->status = waiter->status;
}

static rt_object *object_of(fixture *f) {
    return (rt_object *)(void *)f->sorted;
}

static void init_party(party *p, rt_loop *loop) {
    *p = (party){.status = RT_OK};
    rt_waiter_init(&p->waiter, loop, on_complete);
}

static int set_up(void **state) {
    static fixture f;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    init_party(&f.a, &f.loop);
    init_party(&f.b, &f.loop);
    init_party(&f.c, &f.loop);
    f.sorted = rt_sorted_new(3, false);
    *state = &f;
    return f.sorted ? 0 : 1;
}

static int tear_down(void **state) {
    fixture *f = *state;
    rt_object_unref(object_of(f));
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_deinit(&f->loop);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

/* Another one in place of the one there was. */
static void use(fixture *f, size_t capacity, bool is_newest_first) {
    rt_object_unref(object_of(f));
    f->sorted = rt_sorted_new(capacity, is_newest_first);
    assert_non_null(f->sorted);
}

static rt_item whole(int64_t number) {
    return (rt_item){.kind = RT_ITEM_INT, .as.integer = number};
}

static rt_item real(double number) {
    return (rt_item){.kind = RT_ITEM_FLOAT, .as.number = number};
}

static rt_item text(const char *string) {
    rt_item item;
    assert_int_equal(rt_item_set_string(&item, string, strlen(string)), RT_OK);
    return item;
}

/* Without waiting. */
static int put(fixture *f, rt_item key, int64_t value) {
    rt_entry entry = {.key = key, .value = whole(value)};
    int status = rt_sorted_put(f->sorted, &entry, NULL, &f->loop);
    rt_item_clear(&entry.key);
    return status;
}

static int64_t get(fixture *f) {
    rt_item item;
    assert_int_equal(rt_sorted_get(f->sorted, &item, NULL, &f->loop), RT_OK);
    assert_int_equal(item.kind, RT_ITEM_INT);
    return item.as.integer;
}

static int put_waiting(fixture *f, party *p, rt_item key, int64_t value) {
    p->entry = (rt_entry){.key = key, .value = whole(value)};
    p->status = rt_sorted_put(f->sorted, &p->entry, &p->waiter, &f->loop);
    return p->status;
}

static int get_waiting(fixture *f, party *p) {
    p->item.kind = RT_ITEM_NIL;
    p->status = rt_sorted_get(f->sorted, &p->item, &p->waiter, &f->loop);
    return p->status;
}

static void test_sorted_gives_the_smallest(void **state) {
    fixture *f = *state;
    use(f, RT_SORTED_UNBOUNDED, false);
    assert_int_equal(
        put(f, text("a long string that is a block of its own"), 8), RT_OK);
    assert_int_equal(put(f, real(2.5), 4), RT_OK);
    assert_int_equal(put(f, text("b"), 9), RT_OK);
    assert_int_equal(put(f, whole(-3), 1), RT_OK);
    assert_int_equal(put(f, text(""), 6), RT_OK);
    assert_int_equal(put(f, whole(2), 3), RT_OK);
    assert_int_equal(put(f, text("a"), 7), RT_OK);
    assert_int_equal(put(f, whole(INT64_MAX), 5), RT_OK);
    assert_int_equal(put(f, real(-2.5), 2), RT_OK);
    assert_int_equal(rt_sorted_count(f->sorted), 9);
    for (int64_t i = 1; i <= 9; i++) assert_int_equal(get(f), i);
    /* Large integers are not compared as floats; equal ones go by age. */
    assert_int_equal(put(f, whole(INT64_C(9007199254740993)), 2), RT_OK);
    assert_int_equal(put(f, whole(INT64_C(9007199254740992)), 1), RT_OK);
    assert_int_equal(put(f, whole(INT64_C(9007199254740993)), 3), RT_OK);
    for (int64_t i = 1; i <= 3; i++) assert_int_equal(get(f), i);
}

static void test_sorted_gives_the_newest(void **state) {
    fixture *f = *state;
    use(f, 3, true);
    rt_item none = {.kind = RT_ITEM_NIL};
    for (int64_t i = 1; i <= 3; i++) assert_int_equal(put(f, none, i), RT_OK);
    assert_int_equal(put(f, none, 4), RT_EFULL);
    assert_int_equal(get(f), 3);
    assert_int_equal(put(f, none, 4), RT_OK);
    assert_int_equal(get(f), 4);
    assert_int_equal(get(f), 2);
    assert_int_equal(get(f), 1);
}

static void test_sorted_waits_for_room(void **state) {
    fixture *f = *state;
    for (int64_t i = 1; i <= 3; i++)
        assert_int_equal(put(f, whole(10 * i), i), RT_OK);
    assert_int_equal(put(f, whole(1), 0), RT_EFULL);
    assert_int_equal(put_waiting(f, &f->a, whole(25), 25), RT_PENDING);
    assert_int_equal(put_waiting(f, &f->b, text("last"), 99), RT_PENDING);
    assert_int_equal(put_waiting(f, &f->c, whole(5), 5), RT_PENDING);
    assert_int_equal(rt_waiter_arm(&f->b.waiter, 1, 1), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->b.status, RT_ETIMEOUT);
    assert_int_equal(f->b.entry.value.kind, RT_ITEM_INT); /* its owner's */
    rt_item_clear(&f->b.entry.key);
    assert_int_equal(get(f), 1);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->c.status, RT_PENDING); /* first come, first served */
    assert_int_equal(get(f), 2);
    assert_int_equal(f->c.status, RT_OK);
    assert_int_equal(get(f), 5);
    assert_int_equal(get(f), 25);
    assert_int_equal(get(f), 3);
    assert_int_equal(rt_sorted_count(f->sorted), 0);
}

static void test_sorted_waits_for_an_item(void **state) {
    fixture *f = *state;
    rt_item item;
    assert_int_equal(rt_sorted_get(f->sorted, &item, NULL, NULL), RT_EEMPTY);
    assert_int_equal(get_waiting(f, &f->a), RT_PENDING);
    assert_int_equal(get_waiting(f, &f->b), RT_PENDING);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    assert_int_equal(put(f, text("a key that nobody needs any more"), 7),
                     RT_OK);
    assert_int_equal(f->b.status, RT_OK);
    assert_int_equal(f->b.item.as.integer, 7);
    assert_int_equal(rt_sorted_count(f->sorted), 0);
}

static void test_sorted_close_tells_all(void **state) {
    fixture *f = *state;
    assert_int_equal(get_waiting(f, &f->a), RT_PENDING);
    rt_sorted_close(f->sorted, &f->loop);
    rt_sorted_close(f->sorted, &f->loop);
    assert_int_equal(f->a.status, RT_ECLOSED);
    assert_int_equal(put(f, whole(1), 1), RT_ECLOSED);
    use(f, 1, false);
    assert_int_equal(put(f, whole(1), 1), RT_OK);
    assert_int_equal(put_waiting(f, &f->a, whole(2), 2), RT_PENDING);
    rt_sorted_close(f->sorted, &f->loop);
    assert_int_equal(f->a.status, RT_ECLOSED);
    assert_int_equal(get(f), 1);
    assert_int_equal(get_waiting(f, &f->a), RT_ECLOSED);
}

/* ---- other processes ---- */

static int remote(fixture *f, asked *a, int operation) {
    return ask_object(a, object_of(f), &f->loop, &one, 7, operation, NULL);
}

static int remote_put(fixture *f, asked *a, int operation, rt_item key,
                      int64_t value) {
    rt_item items[2] = {key, whole(value)};
    return ask_object_with(a, object_of(f), &f->loop, &one, 7, operation, items,
                           2);
}

static void test_sorted_operations_of_others(void **state) {
    fixture *f = *state;
    asked a, b;
    assert_int_equal(remote(f, &a, RT_SORTED_TRY_GET), RT_EEMPTY);
    assert_int_equal(remote(f, &a, RT_SORTED_GET), RT_PENDING);
    assert_int_equal(remote_put(f, &b, RT_SORTED_PUT, whole(4), 44), RT_OK);
    assert_int_equal(a.status, RT_OK);
    assert_int_equal(a.item.as.integer, 44);
    for (int64_t i = 3; i >= 1; i--)
        assert_int_equal(remote_put(f, &b, RT_SORTED_PUT, whole(i), i), RT_OK);
    assert_int_equal(remote_put(f, &b, RT_SORTED_TRY_PUT, whole(0), 0),
                     RT_EFULL);
    assert_int_equal(remote_put(f, &a, RT_SORTED_PUT, whole(0), 0), RT_PENDING);
    assert_int_equal(remote(f, &b, RT_SORTED_COUNT), RT_OK);
    assert_int_equal(b.item.as.integer, 3);
    assert_int_equal(get(f), 1);
    assert_int_equal(a.status, RT_OK);
    assert_int_equal(get(f), 0);
    assert_int_equal(remote(f, &b, RT_SORTED_TRY_GET), RT_OK);
    assert_int_equal(b.item.as.integer, 2);
    assert_int_equal(remote(f, &b, RT_SORTED_CLOSE), RT_OK);
    assert_int_equal(remote_put(f, &b, RT_SORTED_PUT, whole(1), 1), RT_ECLOSED);
    assert_int_equal(remote(f, &b, 99), RT_EUSAGE);
    assert_int_equal(get(f), 3);
}

static void test_sorted_refuses_what_is_no_key(void **state) {
    fixture *f = *state;
    asked a;
    rt_item nil = {.kind = RT_ITEM_NIL};
    rt_item truth = {.kind = RT_ITEM_BOOL, .as.boolean = true};
    assert_int_equal(remote_put(f, &a, RT_SORTED_PUT, nil, 1), RT_ETYPE);
    assert_int_equal(remote_put(f, &a, RT_SORTED_PUT, truth, 1), RT_ETYPE);
    assert_int_equal(remote_put(f, &a, RT_SORTED_PUT, real(0.0 / 0.0), 1),
                     RT_ETYPE);
    assert_int_equal(remote(f, &a, RT_SORTED_PUT), RT_EDAMAGED);
    assert_int_equal(rt_sorted_count(f->sorted), 0);
}

static void test_sorted_withdraws(void **state) {
    fixture *f = *state;
    asked a;
    assert_int_equal(remote(f, &a, RT_SORTED_GET), RT_PENDING);
    assert_true(rt_waiter_cancel(&a.call.waiter, RT_EDIED));
    assert_int_equal(put(f, whole(1), 1), RT_OK);
    assert_int_equal(put(f, whole(2), 2), RT_OK);
    assert_int_equal(put(f, whole(3), 3), RT_OK);
    assert_int_equal(remote_put(f, &a, RT_SORTED_PUT,
                                text("a key in a block of its own"), 1),
                     RT_PENDING);
    assert_true(rt_waiter_cancel(&a.call.waiter, RT_ETIMEOUT));
    assert_int_equal(a.status, RT_ETIMEOUT);
    assert_int_equal(rt_sorted_count(f->sorted), 3);
}

/* A string of so many bytes; owned by the caller. */
static rt_item text_of(size_t size) {
    rt_item item;
    char *bytes = calloc(1, size);
    assert_non_null(bytes);
    assert_int_equal(rt_item_set_string(&item, bytes, size), RT_OK);
    free(bytes);
    return item;
}

static size_t size_of(fixture *f) {
    return rt_sorted_type.size(object_of(f));
}

static void test_sorted_tells_what_it_takes(void **state) {
    fixture *f = *state;
    assert_int_equal(put(f, whole(1), 1), RT_OK);
    size_t heap = size_of(f);
    assert_in_range(heap, sizeof(rt_entry), 2000);
    assert_int_equal(put(f, text_of(3000), 2), RT_OK);
    rt_entry entry = {.key = text_of(100), .value = text_of(200)};
    assert_int_equal(rt_sorted_put(f->sorted, &entry, NULL, NULL), RT_OK);
    assert_int_equal(size_of(f), heap + 3000 + 100 + 200);
    for (int i = 0; i < 3; i++) {
        rt_item item;
        assert_int_equal(rt_sorted_get(f->sorted, &item, NULL, NULL), RT_OK);
        rt_item_clear(&item);
    }
    assert_int_equal(size_of(f), heap);
}

static void test_sorted_large_rings_are_looked_for(void **state) {
    (void)state;
    rt_cycles *cycles = rt_cycles_new();
    for (int i = 0; i < 200; i++) {
        rt_sorted *sorted = rt_sorted_new(1, true);
        assert_non_null(sorted);
        rt_object *object = (rt_object *)(void *)sorted;
        rt_cycles_add(cycles, object);
        rt_object_ref(object); /* the queue's own */
        rt_entry entry = {
            .key = text_of(1 << 20),
            .value = {.kind = RT_ITEM_OBJECT, .as.object = object}};
        assert_int_equal(rt_sorted_put(sorted, &entry, NULL, NULL), RT_OK);
        rt_object_unref(object);
        assert_in_range(rt_cycles_count(cycles), 0, 40);
    }
    rt_cycles_free(cycles);
}

static void test_sorted_without_memory(void **state) {
    fixture *f = *state;
    if (!can_fail_allocations()) skip();
    use(f, RT_SORTED_UNBOUNDED, false);
    for (int64_t i = 0; i < 8; i++) assert_int_equal(put(f, whole(-i), i), 0);
    rt_alloc_fail(1, 0);
    int status = put(f, whole(1), 1); /* the heap has to grow */
    rt_alloc_fail(0, 0);
    assert_int_equal(status, RT_ENOMEMORY);
    for (int64_t i = 7; i >= 0; i--) assert_int_equal(get(f), i);
    asked a;
    rt_alloc_fail(1, 0);
    status = remote(f, &a, RT_SORTED_GET);
    rt_alloc_fail(0, 0);
    assert_int_equal(status, RT_ENOMEMORY);
    rt_alloc_fail(1, 0);
    rt_sorted *other = rt_sorted_new(1, true);
    rt_alloc_fail(0, 0);
    assert_null(other);
}

/* ---- at random, compared with a list that is searched ---- */

enum { STEPS = 100000, MOST = 60 };

typedef struct model {
    struct {
        int64_t key, value;
    } items[MOST];
    size_t count;
} model;

/* Of equal keys the one that stands first is the oldest. */
static int64_t take_smallest(model *m) {
    size_t least = 0;
    for (size_t i = 1; i < m->count; i++)
        if (m->items[i].key < m->items[least].key) least = i;
    int64_t value = m->items[least].value;
    m->count--;
    memmove(&m->items[least], &m->items[least + 1],
            (m->count - least) * sizeof m->items[0]);
    return value;
}

static void test_sorted_as_a_model(void **state) {
    fixture *f = *state;
    static model m;
    unsigned seed = 4242;
    use(f, MOST, false);
    for (int64_t i = 0; i < STEPS; i++) {
        seed = seed * 1103515245 + 12345;
        if (seed >> 16 & 1 && m.count < MOST) {
            int64_t key = seed >> 17 & 31;
            m.items[m.count].key = key;
            m.items[m.count++].value = i;
            assert_int_equal(put(f, i % 2 ? whole(key) : real((double)key), i),
                             RT_OK);
        } else if (m.count > 0) {
            assert_int_equal(get(f), take_smallest(&m));
        }
        assert_int_equal(rt_sorted_count(f->sorted), m.count);
    }
    while (m.count > 0) assert_int_equal(get(f), take_smallest(&m));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_sorted_gives_the_smallest),
        TEST(test_sorted_gives_the_newest),
        TEST(test_sorted_waits_for_room),
        TEST(test_sorted_waits_for_an_item),
        TEST(test_sorted_close_tells_all),
        TEST(test_sorted_operations_of_others),
        TEST(test_sorted_refuses_what_is_no_key),
        TEST(test_sorted_withdraws),
        TEST(test_sorted_tells_what_it_takes),
        TEST(test_sorted_large_rings_are_looked_for),
        TEST(test_sorted_without_memory),
        TEST(test_sorted_as_a_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
