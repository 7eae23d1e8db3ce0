/* A search for garbage while threads put, get and drop at random: whatever a
 * thread refers to is never cleared, and in the end nothing is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "data/cycles.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { ENOUGH = 20000 };
#else
enum { ENOUGH = 100000 };
#endif

enum { PLACES = 3, HANDS = 6, THREADS = 3 };

typedef struct bag {
    rt_object object;
    rt_container container;
    pthread_mutex_t lock; /* guards `held` and container.changes */
    rt_object *held[PLACES];
    atomic_bool was_cleared;
} bag;

static void bag_free(rt_object *object) {
    bag *b = (bag *)(void *)object;
    rt_cycles_remove(object);
    for (int i = 0; i < PLACES; i++) rt_object_unref(b->held[i]);
    pthread_mutex_destroy(&b->lock);
    rt_free(b);
}

static void bag_look(rt_object *object, rt_look *look) {
    bag *b = (bag *)(void *)object;
    pthread_mutex_lock(&b->lock);
    for (int i = 0; i < PLACES; i++)
        if (look->see && b->held[i]) look->see(look, b->held[i]);
    look->changes = b->container.changes;
    pthread_mutex_unlock(&b->lock);
}

/* Takes the reference, and gives the one that was there. */
static rt_object *swap(bag *b, int place, rt_object *object) {
    pthread_mutex_lock(&b->lock);
    rt_object *old = b->held[place];
    b->held[place] = object;
    b->container.changes++;
    pthread_mutex_unlock(&b->lock);
    return old;
}

static rt_object *get(bag *b, int place) {
    pthread_mutex_lock(&b->lock);
    rt_object *object = b->held[place];
    if (object) rt_object_ref(object);
    b->container.changes++;
    pthread_mutex_unlock(&b->lock);
    return object;
}

static void bag_clear(rt_object *object) {
    bag *b = (bag *)(void *)object;
    atomic_store(&b->was_cleared, true);
    for (int i = 0; i < PLACES; i++) rt_object_unref(swap(b, i, NULL));
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

static rt_cycles *cycles;
static atomic_bool is_over;
static atomic_int mistakes;

static rt_object *new_bag(void) {
    bag *b = rt_calloc(sizeof *b);
    if (!b) abort();
    rt_object_init(&b->object, &bag_type);
    pthread_mutex_init(&b->lock, NULL);
    rt_cycles_add(cycles, &b->object);
    return &b->object;
}

/* One bag that all threads know, so that they meet. */
static bag *common;

static unsigned next_random(unsigned *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* A thread has some references in its hands. */
static void act(rt_object **hands, unsigned *random) {
    rt_object **from = &hands[next_random(random) % HANDS];
    rt_object **to = &hands[next_random(random) % HANDS];
    int place = (int)(next_random(random) % PLACES);
    bag *b = *from ? (bag *)(void *)*from : common;
    rt_object *old = *to;
    rt_object_ref(&b->object); /* it may leave the hand */
    switch (next_random(random) % 6) {
    case 0: /* something new */
        *to = new_bag();
        break;
    case 1: /* drop */
        *to = NULL;
        break;
    case 2: /* look */
        *to = get(b, place);
        break;
    case 3: /* put a copy */
        if (old) rt_object_ref(old);
        old = swap(b, place, old);
        break;
    case 4: /* put away */
        *to = NULL;
        old = swap(b, place, old);
        break;
    case 5: /* exchange */
        *to = swap(b, place, old);
        old = NULL;
        break;
    }
    rt_object_unref(old);
    rt_object_unref(&b->object);
}

static void check(rt_object **hands) {
    for (int i = 0; i < HANDS; i++)
        if (hands[i] && atomic_load(&((bag *)(void *)hands[i])->was_cleared))
            atomic_fetch_add(&mistakes, 1);
}

static void *mutate(void *seed) {
    rt_object *hands[HANDS] = {NULL};
    unsigned random = (unsigned)(uintptr_t)seed;
    while (!atomic_load_explicit(&is_over, memory_order_relaxed)) {
        act(hands, &random);
        check(hands);
    }
    for (int i = 0; i < HANDS; i++) rt_object_unref(hands[i]);
    return NULL;
}

static void test_cycles_search_beside_threads(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    pthread_t threads[THREADS];
    cycles = rt_cycles_new();
    common = (bag *)(void *)new_bag();
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, mutate,
                                        (void *)(uintptr_t)(i + 1)),
                         0);
    size_t cleared = 0;
    while (cleared < ENOUGH) cleared += rt_cycles_collect(cycles);
    atomic_store(&is_over, true);
    for (int i = 0; i < THREADS; i++) (void)pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&mistakes), 0);
    assert_false(common->was_cleared);
    rt_object_unref(&common->object);
    (void)rt_cycles_collect(cycles);
    assert_int_equal(rt_cycles_count(cycles), 0);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cycles_search_beside_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
