/* Threads on one table: what they count is exact, what they read is whole, and
 * the search for garbage beside them takes nothing that is in use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/encode.h"
#include "data/table.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { COUNT = 4000 };
#else
enum { COUNT = 20000 };
#endif

enum { THREADS = 4, KEYS = 50 };

static rt_table *common;
static rt_cycles *cycles;
static atomic_int mistakes;

static void mistake(bool is_one) {
    if (is_one) atomic_fetch_add(&mistakes, 1);
}

static unsigned next_random(unsigned *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* The counter + 1, by swaps. */
static void count_one(void) {
    rt_item key = rt_item_borrow("counter", 7), value;
    uint64_t version;
    int status;
    do {
        (void)rt_table_get(common, &key, &value, &version);
        value.as.integer++;
        status = rt_table_swap(common, &key, version, &value);
    } while (status == RT_ECHANGED);
    mistake(status != RT_OK);
}

static rt_item some_key(unsigned number, char *text) {
    if (number % 2) return (rt_item){.kind = RT_ITEM_INT, .as.integer = number};
    (void)sprintf(text, "key number %u of the table", number);
    return rt_item_borrow(text, strlen(text));
}

/* A table that knows itself and its number, in two pieces. */
static rt_item new_value(unsigned number) {
    rt_table *t = rt_table_new(cycles);
    rt_object *object = (rt_object *)(void *)t;
    rt_item key = rt_item_borrow("self", 4);
    rt_object_ref(object);
    rt_item value = {.kind = RT_ITEM_OBJECT, .as.object = object};
    (void)rt_table_set(t, &key, &value);
    for (int64_t i = 1; i <= 2; i++) {
        key = (rt_item){.kind = RT_ITEM_INT, .as.integer = i};
        value = (rt_item){.kind = RT_ITEM_INT, .as.integer = number};
        (void)rt_table_set(t, &key, &value);
    }
    return (rt_item){.kind = RT_ITEM_OBJECT, .as.object = object};
}

static void check_value(const rt_item *item) {
    rt_table *t = (rt_table *)(void *)item->as.object;
    rt_item key = rt_item_borrow("self", 4), self, pieces[2];
    (void)rt_table_get(t, &key, &self, NULL);
    mistake(self.kind != RT_ITEM_OBJECT || self.as.object != item->as.object);
    rt_item_clear(&self);
    for (int i = 0; i < 2; i++) {
        key = (rt_item){.kind = RT_ITEM_INT, .as.integer = i + 1};
        (void)rt_table_get(t, &key, &pieces[i], NULL);
    }
    mistake(!rt_item_same(&pieces[0], &pieces[1]));
    mistake(pieces[0].kind != RT_ITEM_INT);
}

static void act(unsigned *random) {
    char text[64];
    rt_item key = some_key(next_random(random) % KEYS, text), value;
    switch (next_random(random) % 4) {
    case 0:
        value = new_value(next_random(random));
        mistake(rt_table_set(common, &key, &value) != RT_OK);
        break;
    case 1:
        value = (rt_item){.kind = RT_ITEM_NIL};
        mistake(rt_table_set(common, &key, &value) != RT_OK);
        break;
    case 2:
        (void)rt_table_get(common, &key, &value, NULL);
        if (value.kind == RT_ITEM_OBJECT) check_value(&value);
        rt_item_clear(&value);
        break;
    case 3:
        mistake(rt_table_length(common) > KEYS);
        break;
    }
}

static void read_all(void) {
    rt_message *message;
    rt_error err;
    mistake(rt_table_encode(common, &message) != RT_OK);
    mistake(rt_message_check(message->bytes.bytes, message->bytes.size,
                             message->object_count, &err) != RT_OK);
    for (size_t i = 0; i < message->object_count; i++) {
        rt_item item = {.kind = RT_ITEM_OBJECT,
                        .as.object = message->objects[i]};
        check_value(&item);
    }
    rt_message_free(message);
}

static void *work(void *seed) {
    unsigned random = (unsigned)(uintptr_t)seed;
    for (int i = 0; i < COUNT; i++) {
        count_one();
        act(&random);
        if (i % 100 == 0) read_all();
        if (i % 50 == 0 && seed == (void *)1) (void)rt_cycles_collect(cycles);
    }
    return NULL;
}

static void test_table_between_threads(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    pthread_t threads[THREADS];
    cycles = rt_cycles_new();
    common = rt_table_new(cycles);
    rt_item key = rt_item_borrow("counter", 7), value;
    value = (rt_item){.kind = RT_ITEM_INT, .as.integer = 0};
    assert_int_equal(rt_table_set(common, &key, &value), RT_OK);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)(i + 1)),
            0);
    for (int i = 0; i < THREADS; i++) (void)pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&mistakes), 0);
    assert_int_equal(rt_table_get(common, &key, &value, NULL), RT_OK);
    assert_true(value.as.integer == (int64_t)THREADS * COUNT);
    rt_object_unref((rt_object *)(void *)common);
    (void)rt_cycles_collect(cycles);
    assert_int_equal(rt_cycles_count(cycles), 0);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

/* ---- tables in tables, at random ---- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { ENOUGH = 10000 };
#else
enum { ENOUGH = 50000 };
#endif

enum { HANDS = 6 };

static atomic_bool is_over;

static rt_item place_key(unsigned *random) {
    return (rt_item){.kind = RT_ITEM_INT,
                     .as.integer = 1 + next_random(random) % 3};
}

static rt_table *table_in(const rt_item *item) {
    return (rt_table *)(void *)item->as.object;
}

static const rt_item nothing = {.kind = RT_ITEM_NIL};

/* Has a mark that it loses when it is cleared. */
static rt_item new_marked(void) {
    rt_table *t = rt_table_new(cycles);
    rt_item key = rt_item_borrow("mark", 4);
    rt_item mark = {.kind = RT_ITEM_BOOL, .as.boolean = true};
    mistake(rt_table_set(t, &key, &mark) != RT_OK);
    return (rt_item){.kind = RT_ITEM_OBJECT,
                     .as.object = (rt_object *)(void *)t};
}

/* A message, as a function that has captured the table in the item. */
static rt_item in_message(const rt_item *item) {
    rt_message *message = rt_message_new();
    mistake(rt_encode_header(&message->bytes, 1, 0) != RT_OK);
    mistake(rt_encode_object(&message->bytes, 0) != RT_OK);
    mistake(rt_message_append_object(message, item->as.object) != RT_OK);
    return (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = message};
}

/* What is in such a message. */
static rt_item out_of_message(rt_item *item) {
    if (item->kind != RT_ITEM_MESSAGE) return *item;
    rt_item inside = {.kind = RT_ITEM_OBJECT,
                      .as.object = item->as.message->objects[0]};
    rt_object_ref(inside.as.object);
    rt_item_clear(item);
    return inside;
}

/* The first table of all that are in it, or nil. */
static rt_item first_of(rt_table *t) {
    rt_message *message;
    rt_item first = nothing;
    mistake(rt_table_encode(t, &message) != RT_OK);
    if (message->object_count > 0) {
        first.kind = RT_ITEM_OBJECT;
        first.as.object = message->objects[0];
        rt_object_ref(first.as.object);
    }
    rt_message_free(message);
    return first;
}

/* A thread has some tables in its hands. */
static void juggle(rt_item *hands, unsigned *random) {
    rt_item *from = &hands[next_random(random) % HANDS];
    rt_item *to = &hands[next_random(random) % HANDS];
    rt_table *t = from->kind == RT_ITEM_NIL ? common : table_in(from);
    rt_item key = place_key(random), got;
    rt_object_ref((rt_object *)(void *)t); /* it may leave the hand */
    switch (next_random(random) % 7) {
    case 0:
        got = new_marked();
        break;
    case 1: /* drop */
        got = nothing;
        break;
    case 2:
    case 3: /* look */
        (void)rt_table_get(t, &key, &got, NULL);
        got = out_of_message(&got);
        break;
    case 4:
        got = first_of(t);
        break;
    case 5: /* put away */
        mistake(rt_table_set(t, &key, to) != RT_OK);
        got = nothing;
        break;
    default: /* put a copy */
        got = to->kind == RT_ITEM_NIL ? nothing : in_message(to);
        mistake(rt_table_set(t, &key, &got) != RT_OK);
        (void)rt_item_copy(&got, to);
        break;
    }
    rt_item_clear(to);
    rt_item_move(to, &got);
    rt_object_unref((rt_object *)(void *)t);
}

static void *keep_juggling(void *seed) {
    rt_item hands[HANDS], key = rt_item_borrow("mark", 4), mark;
    unsigned random = (unsigned)(uintptr_t)seed;
    for (int i = 0; i < HANDS; i++) hands[i] = nothing;
    while (!atomic_load_explicit(&is_over, memory_order_relaxed)) {
        juggle(hands, &random);
        const rt_item *hand = &hands[next_random(&random) % HANDS];
        if (hand->kind == RT_ITEM_NIL) continue;
        (void)rt_table_get(table_in(hand), &key, &mark, NULL);
        mistake(mark.kind != RT_ITEM_BOOL);
    }
    for (int i = 0; i < HANDS; i++) rt_item_clear(&hands[i]);
    return NULL;
}

static void test_table_search_beside_threads(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    pthread_t threads[THREADS];
    cycles = rt_cycles_new();
    common = rt_table_new(cycles);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, keep_juggling,
                                        (void *)(uintptr_t)(i + 1)),
                         0);
    for (size_t cleared = 0; cleared < ENOUGH;)
        cleared += rt_cycles_collect(cycles);
    atomic_store(&is_over, true);
    for (int i = 0; i < THREADS; i++) (void)pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&mistakes), 0);
    rt_object_unref((rt_object *)(void *)common);
    (void)rt_cycles_collect(cycles);
    assert_int_equal(rt_cycles_count(cycles), 0);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_between_threads),
        cmocka_unit_test(test_table_search_beside_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
