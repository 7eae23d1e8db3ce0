/* Channels on one thread: order, closing, time-outs, cancellation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/status.h"
#include "data/cycles.h"
#include "sync/channel.h"
#include "failing.h"

/* A party that waits. */
typedef struct party {
    rt_waiter waiter;
    rt_item item;
    int status; /* RT_PENDING until it is completed */
} party;

typedef struct fixture {
    rt_loop loop;
    party a, b, c;
    rt_channel *channel;
    size_t blocks;
} fixture;

static void on_complete(rt_waiter *waiter) {
    party *p = rt_container_of(waiter, party, waiter);
    assert_int_equal(p->status, RT_PENDING);
    p->status = waiter->status;
}

static void init_party(party *p, rt_loop *loop) {
    rt_waiter_init(&p->waiter, loop, on_complete);
    p->item.kind = RT_ITEM_NIL;
    p->status = RT_OK;
}

static int set_up(void **state) {
    static fixture f;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    init_party(&f.a, &f.loop);
    init_party(&f.b, &f.loop);
    init_party(&f.c, &f.loop);
    f.channel = NULL;
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    rt_object_unref((rt_object *)(void *)f->channel);
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_deinit(&f->loop);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

static void open_channel(fixture *f, size_t capacity) {
    f->channel = rt_channel_new(capacity);
    assert_non_null(f->channel);
}

static int send(fixture *f, party *p, int64_t value) {
    p->item = (rt_item){.kind = RT_ITEM_INT, .as.integer = value};
    p->status = rt_channel_send(f->channel, &p->item, &p->waiter, &f->loop);
    return p->status;
}

static int recv(fixture *f, party *p) {
    p->item.kind = RT_ITEM_NIL;
    p->status = rt_channel_recv(f->channel, &p->item, &p->waiter, &f->loop);
    return p->status;
}

static int try_send(fixture *f, int64_t value) {
    rt_item item = {.kind = RT_ITEM_INT, .as.integer = value};
    return rt_channel_send(f->channel, &item, NULL, NULL);
}

static void assert_got(party *p, int64_t value) {
    assert_int_equal(p->status, RT_OK);
    assert_int_equal(p->item.kind, RT_ITEM_INT);
    assert_int_equal(p->item.as.integer, value);
}

static void assert_next(fixture *f, int64_t value) {
    rt_item item = {.kind = RT_ITEM_NIL};
    assert_int_equal(rt_channel_recv(f->channel, &item, NULL, &f->loop), RT_OK);
    assert_int_equal(item.as.integer, value);
}

static void test_channel_is_first_in_first_out(void **state) {
    fixture *f = *state;
    open_channel(f, RT_CHANNEL_UNBOUNDED);
    for (int i = 0; i < 5; i++) assert_int_equal(try_send(f, i), RT_OK);
    for (int i = 0; i < 3; i++) assert_next(f, i);
    for (int i = 5; i < 100; i++) assert_int_equal(try_send(f, i), RT_OK);
    assert_int_equal(rt_channel_count(f->channel), 97);
    for (int i = 3; i < 100; i++) assert_next(f, i);
    assert_int_equal(recv(f, &f->a), RT_PENDING);
    assert_int_equal(try_send(f, 100), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_got(&f->a, 100);
}

static void test_channel_serves_oldest_receiver(void **state) {
    fixture *f = *state;
    open_channel(f, 0);
    assert_int_equal(recv(f, &f->a), RT_PENDING);
    assert_int_equal(recv(f, &f->b), RT_PENDING);
    assert_int_equal(send(f, &f->c, 1), RT_OK);
    assert_got(&f->a, 1);
    assert_int_equal(f->b.status, RT_PENDING);
    assert_int_equal(send(f, &f->c, 2), RT_OK);
    assert_got(&f->b, 2);
}

static void test_channel_serves_oldest_sender(void **state) {
    fixture *f = *state;
    open_channel(f, 1);
    assert_int_equal(send(f, &f->a, 1), RT_OK);
    assert_int_equal(send(f, &f->b, 2), RT_PENDING);
    assert_int_equal(send(f, &f->c, 3), RT_PENDING);
    assert_next(f, 1);
    assert_int_equal(f->b.status, RT_OK);
    assert_int_equal(f->c.status, RT_PENDING);
    assert_next(f, 2);
    assert_int_equal(f->c.status, RT_OK);
    assert_next(f, 3);
}

static void test_channel_rendezvous_queues_nothing(void **state) {
    fixture *f = *state;
    open_channel(f, 0);
    assert_int_equal(try_send(f, 1), RT_EFULL);
    assert_int_equal(send(f, &f->a, 2), RT_PENDING);
    assert_int_equal(rt_channel_count(f->channel), 0);
    assert_next(f, 2);
    assert_int_equal(f->a.status, RT_OK);
}

static void test_channel_close_wakes_senders_and_keeps_queue(void **state) {
    fixture *f = *state;
    open_channel(f, 1);
    assert_int_equal(send(f, &f->a, 1), RT_OK);
    assert_int_equal(send(f, &f->b, 2), RT_PENDING);
    rt_channel_close(f->channel, &f->loop);
    rt_channel_close(f->channel, &f->loop);
    assert_int_equal(f->b.status, RT_ECLOSED);
    assert_int_equal(f->b.item.kind, RT_ITEM_INT); /* still the sender's */
    assert_int_equal(try_send(f, 3), RT_ECLOSED);
    assert_next(f, 1);
    assert_int_equal(recv(f, &f->a), RT_ECLOSED);
}

static void test_channel_close_wakes_receivers(void **state) {
    fixture *f = *state;
    open_channel(f, 1);
    assert_int_equal(recv(f, &f->a), RT_PENDING);
    assert_int_equal(recv(f, &f->b), RT_PENDING);
    rt_channel_close(f->channel, NULL);
    assert_int_equal(f->a.status, RT_PENDING); /* posted, not run */
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_ECLOSED);
    assert_int_equal(f->b.status, RT_ECLOSED);
    assert_true(rt_channel_is_closed(f->channel));
}

static void test_channel_cancelled_receiver_gets_nothing(void **state) {
    fixture *f = *state;
    open_channel(f, 1);
    assert_int_equal(recv(f, &f->a), RT_PENDING);
    assert_int_equal(recv(f, &f->b), RT_PENDING);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    assert_int_equal(f->a.status, RT_ECANCELLED);
    assert_int_equal(try_send(f, 7), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_got(&f->b, 7);
    assert_int_equal(f->a.item.kind, RT_ITEM_NIL);
}

static void test_channel_timed_out_sender_keeps_its_message(void **state) {
    fixture *f = *state;
    open_channel(f, 0);
    assert_int_equal(send(f, &f->a, 1), RT_PENDING);
    assert_int_equal(rt_waiter_arm(&f->a.waiter, 1, 1), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_ETIMEOUT);
    assert_int_equal(f->a.item.as.integer, 1);
    rt_item item = {.kind = RT_ITEM_NIL};
    assert_int_equal(rt_channel_recv(f->channel, &item, NULL, NULL), RT_EEMPTY);
}

static void test_channel_completion_beats_cancellation(void **state) {
    fixture *f = *state;
    open_channel(f, 1);
    assert_int_equal(recv(f, &f->a), RT_PENDING);
    assert_int_equal(try_send(f, 7), RT_OK); /* completion is posted */
    assert_false(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    rt_loop_turn(&f->loop, false, 0);
    assert_got(&f->a, 7);
}

static void test_channel_frees_what_is_queued(void **state) {
    fixture *f = *state;
    open_channel(f, 2);
    rt_item item;
    char bytes[40] = "forty bytes";
    assert_int_equal(rt_item_set_string(&item, bytes, sizeof bytes), RT_OK);
    assert_int_equal(rt_channel_send(f->channel, &item, NULL, NULL), RT_OK);
    item = (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = rt_message_new()};
    assert_non_null(item.as.message);
    assert_int_equal(rt_channel_send(f->channel, &item, NULL, NULL), RT_OK);
}

static void test_channel_send_without_memory_keeps_the_item(void **state) {
    fixture *f = *state;
    if (!can_fail_allocations()) skip();
    open_channel(f, 2);
    rt_alloc_fail(1, 0);
    assert_int_equal(send(f, &f->a, 1), RT_ENOMEMORY);
    rt_alloc_fail(0, 0);
    assert_int_equal(f->a.item.as.integer, 1);
    assert_int_equal(rt_channel_count(f->channel), 0);
}

/* ---- what it takes ---- */

enum { MEGABYTE = 1 << 20 };

static rt_object *as_object(rt_channel *channel) {
    return (rt_object *)(void *)channel;
}

/* A string; owned by the caller. */
static rt_item text_of(size_t size) {
    rt_item item;
    char *bytes = calloc(1, size);
    assert_non_null(bytes);
    assert_int_equal(rt_item_set_string(&item, bytes, size), RT_OK);
    free(bytes);
    return item;
}

static void put(rt_channel *channel, rt_item item) {
    assert_int_equal(rt_channel_send(channel, &item, NULL, NULL), RT_OK);
}

static void take(rt_channel *channel) {
    rt_item item = {.kind = RT_ITEM_NIL};
    assert_int_equal(rt_channel_recv(channel, &item, NULL, NULL), RT_OK);
    rt_item_clear(&item);
}

static void test_channel_tells_what_it_takes(void **state) {
    fixture *f = *state;
    open_channel(f, 3);
    assert_int_equal(rt_channel_bytes(f->channel), 0);
    assert_int_equal(try_send(f, 1), RT_OK);
    size_t ring = rt_channel_bytes(f->channel);
    assert_in_range(ring, sizeof(rt_item), 1000);
    put(f->channel, text_of(3000));
    assert_int_equal(rt_channel_bytes(f->channel), ring + 3000);
    rt_item item = {.kind = RT_ITEM_MESSAGE, .as.message = rt_message_new()};
    assert_non_null(item.as.message);
    size_t size = rt_item_size(&item);
    put(f->channel, item);
    assert_int_equal(rt_channel_bytes(f->channel), ring + 3000 + size);
    f->a.item = text_of(MEGABYTE); /* is its sender's while that one waits */
    assert_int_equal(
        rt_channel_send(f->channel, &f->a.item, &f->a.waiter, &f->loop),
        RT_PENDING);
    f->a.status = RT_PENDING;
    assert_int_equal(rt_channel_bytes(f->channel), ring + 3000 + size);
    take(f->channel);
    assert_int_equal(rt_channel_bytes(f->channel),
                     ring + 3000 + size + MEGABYTE);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_OK);
    for (int i = 0; i < 3; i++) take(f->channel);
    assert_int_equal(rt_channel_bytes(f->channel), ring);
}

static void test_channel_of_many_items_takes_much(void **state) {
    fixture *f = *state;
    open_channel(f, RT_CHANNEL_UNBOUNDED);
    for (int i = 0; i < 100000; i++) assert_int_equal(try_send(f, i), RT_OK);
    assert_in_range(rt_channel_bytes(f->channel), 100000 * sizeof(rt_item),
                    200000 * sizeof(rt_item));
}

/* A channel that has itself in its queue. */
static rt_channel *new_ring(rt_cycles *cycles, size_t capacity) {
    rt_channel *channel = rt_channel_new(capacity);
    assert_non_null(channel);
    rt_cycles_add(cycles, as_object(channel));
    size_t index;
    rt_item item = {.kind = RT_ITEM_MESSAGE, .as.message = rt_message_new()};
    assert_non_null(item.as.message);
    assert_int_equal(
        rt_message_add_object(item.as.message, as_object(channel), &index),
        RT_OK);
    put(channel, item);
    return channel;
}

static void test_channel_large_rings_are_looked_for(void **state) {
    (void)state;
    rt_cycles *cycles = rt_cycles_new();
    for (int i = 0; i < 200; i++) {
        rt_channel *channel = new_ring(cycles, 2);
        put(channel, text_of(MEGABYTE));
        rt_object_unref(as_object(channel));
        assert_in_range(rt_cycles_count(cycles), 0, 40);
    }
    rt_cycles_free(cycles);
}

/* Also when no further channel is made. */
static void test_channel_large_items_make_it_look(void **state) {
    (void)state;
    enum { RINGS = 60 };
    rt_channel *rings[RINGS];
    rt_cycles *cycles = rt_cycles_new();
    for (int i = 0; i < RINGS; i++) rings[i] = new_ring(cycles, 2);
    for (int i = 0; i < RINGS; i++) {
        put(rings[i], text_of(MEGABYTE));
        rt_object_unref(as_object(rings[i]));
    }
    assert_in_range(rt_cycles_count(cycles), 0, RINGS / 2);
    rt_cycles_free(cycles);
}

/* What is put in and taken out again is not added up. */
static void test_channel_passing_much_is_not_looked_at(void **state) {
    (void)state;
    rt_cycles *cycles = rt_cycles_new();
    rt_channel *channel = rt_channel_new(1);
    rt_cycles_add(cycles, as_object(channel));
    rt_object_unref(as_object(new_ring(cycles, 1))); /* found by a search */
    for (int i = 0; i < 200; i++) {
        put(channel, text_of(MEGABYTE));
        take(channel);
    }
    assert_int_equal(rt_cycles_count(cycles), 2);
    /* A search sees what it takes by now: 0, so that much may be added. */
    assert_int_equal(rt_cycles_collect(cycles), 1);
    put(channel, text_of(MEGABYTE));
    assert_int_equal(rt_cycles_count(cycles), 1);
    rt_object_unref(as_object(channel));
    rt_cycles_free(cycles);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_channel_is_first_in_first_out),
        TEST(test_channel_serves_oldest_receiver),
        TEST(test_channel_serves_oldest_sender),
        TEST(test_channel_rendezvous_queues_nothing),
        TEST(test_channel_close_wakes_senders_and_keeps_queue),
        TEST(test_channel_close_wakes_receivers),
        TEST(test_channel_cancelled_receiver_gets_nothing),
        TEST(test_channel_timed_out_sender_keeps_its_message),
        TEST(test_channel_completion_beats_cancellation),
        TEST(test_channel_frees_what_is_queued),
        TEST(test_channel_send_without_memory_keeps_the_item),
        TEST(test_channel_tells_what_it_takes),
        TEST(test_channel_of_many_items_takes_much),
        TEST(test_channel_large_rings_are_looked_for),
        TEST(test_channel_large_items_make_it_look),
        TEST(test_channel_passing_much_is_not_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
