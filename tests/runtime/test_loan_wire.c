/* Loans of channels over a wire whose other end is in the hands of the test:
 * what the home sends and takes, what the borrower does, and what neither of
 * them believes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/encode.h"
#include "ipc/bytes.h"
#include "ipc/grants.h"
#include "ipc/remote_channel.h"
#include "raw_wire.h"
#include "sync/channel.h"

/* ---- bodies ---- */

/* A message of `count` integers from `first` on, as the message of `to`. */
static void add_numbers(body *to, int64_t first, uint32_t count) {
    rt_buffer bytes;
    rt_buffer_init(&bytes);
    assert_int_equal(rt_encode_header(&bytes, count, 0), RT_OK);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(rt_encode_int(&bytes, first + i), RT_OK);
    raw_add(to, bytes.bytes, bytes.size);
    rt_buffer_deinit(&bytes);
}

static void say_ids(end *e, rt_frame_type type, const uint64_t *numbers,
                    size_t count) {
    uint8_t bytes[24];
    for (size_t i = 0; i < count; i++) rt_put_u64(bytes + 8 * i, numbers[i]);
    raw_say_frame(e, type, bytes, 8 * count, 0);
}

static void say_one(end *e, rt_frame_type type, uint64_t id) {
    say_ids(e, type, &id, 1);
}

static void say_return(end *e, uint64_t id, uint64_t places, uint64_t items) {
    uint64_t numbers[] = {id, places, items};
    say_ids(e, RT_FRAME_RETURN, numbers, 3);
}

static void say_lend(end *e, uint64_t id, uint64_t places) {
    uint64_t numbers[] = {id, places};
    say_ids(e, RT_FRAME_LEND, numbers, 2);
}

static void say_feed(end *e, uint64_t id, int64_t first, uint32_t count) {
    body b = {.size = 0};
    add_numbers(&b, first, count);
    raw_add_number(&b, id, 8);
    raw_add_number(&b, 0, 4);
    raw_say_frame(e, RT_FRAME_FEED, b.bytes, b.size, 0);
}

static void say_stock(end *e, uint64_t id, uint32_t record, int64_t first,
                      uint32_t count) {
    body b = {.size = 0};
    add_numbers(&b, first, count);
    raw_add_number(&b, id, 8);
    raw_add_number(&b, record, 4);
    raw_add_number(&b, 0, 4);
    raw_say_frame(e, RT_FRAME_STOCK, b.bytes, b.size, 0);
}

static void say_send(end *e, uint64_t request, int operation, int64_t number) {
    body b = {.size = 0};
    add_numbers(&b, number, 1);
    raw_add_number(&b, 1, 8);
    raw_add_number(&b, 7, 8);
    raw_add_number(&b, (uint64_t)operation, 4);
    raw_add_number(&b, 0, 4);
    raw_say_frame(e, RT_FRAME_CALL, b.bytes, b.size, request);
}

static void check_numbers(const body *b, int64_t first, uint32_t count) {
    body wanted = {.size = 0};
    add_numbers(&wanted, first, count);
    assert_true(b->size > wanted.size);
    assert_memory_equal(b->bytes, wanted.bytes, wanted.size);
}

static uint64_t hear_places(end *e) {
    body b = raw_hear_frame(e, RT_FRAME_LEND, NULL);
    assert_int_equal(rt_get_u64(b.bytes), 1);
    return rt_get_u64(b.bytes + 8);
}

static void hear_return(end *e, uint64_t id, uint64_t places, uint64_t items) {
    body b = raw_hear_frame(e, RT_FRAME_RETURN, NULL);
    assert_int_equal(rt_get_u64(b.bytes), id);
    assert_int_equal(rt_get_u64(b.bytes + 8), places);
    assert_int_equal(rt_get_u64(b.bytes + 16), items);
}

/* ---- a home: the test is the borrower, to whom the channel is number 1 ---- */

static rt_object *as_object(rt_channel *channel) {
    return (rt_object *)(void *)channel;
}

static end *open_home(void **state, rt_channel *channel) {
    end *e = raw_open(*state, RT_PEER_CHILD);
    body hello;
    raw_say_hello(e);
    hello = raw_hear_frame(e, RT_FRAME_HELLO, NULL);
    (void)hello;
    raw_grant(e, as_object(channel));
    (void)raw_hear_frame(e, RT_FRAME_CANCEL, NULL);
    return e;
}

/* The same, of a channel with 16 places, after a strand has sent it 0: that was
 * call 1, and 8 places are lent. */
static end *open_lender(void **state, rt_channel *channel) {
    end *e = open_home(state, channel);
    say_send(e, 1, RT_CHANNEL_SEND_ON, 0);
    assert_int_equal(hear_places(e), 8);
    assert_int_equal(raw_hear_reply(e, 1), RT_OK);
    return e;
}

/* The hub has handled what was said before. */
static void wait_for_home(end *e, uint64_t request) {
    raw_say_call(e, request, 1, RT_CHANNEL_CAPACITY);
    assert_int_equal(raw_hear_reply(e, request), RT_OK);
}

static int64_t next(rt_channel *channel) {
    rt_item item = {.kind = RT_ITEM_NIL};
    while (rt_channel_recv(channel, &item, NULL, NULL) == RT_EEMPTY)
        (void)sched_yield();
    assert_int_equal(item.kind, RT_ITEM_INT);
    return item.as.integer;
}

static void fill(rt_channel *channel, int64_t first, int64_t count) {
    for (int64_t i = first; i < first + count; i++) {
        rt_item item = {.kind = RT_ITEM_INT, .as.integer = i};
        assert_int_equal(rt_channel_send(channel, &item, NULL, NULL), RT_OK);
    }
}

static void test_loan_wire_lends_places(void **state) {
    rt_channel *channel = rt_channel_new(64);
    end *e = open_home(state, channel);
    say_send(e, 1, RT_CHANNEL_SEND_ON, 10);
    assert_int_equal(hear_places(e), 8);
    assert_int_equal(raw_hear_reply(e, 1), RT_OK);
    say_feed(e, 1, 11, 8);
    assert_true(hear_places(e) > 8);
    for (int i = 10; i < 19; i++) assert_int_equal(next(channel), i);
    raw_close(e);
    rt_object_unref(as_object(channel));
}

/* Who does not ask gets nothing. */
static void test_loan_wire_does_not_lend_unasked(void **state) {
    rt_channel *channel = rt_channel_new(64);
    end *e = open_home(state, channel);
    say_send(e, 1, RT_CHANNEL_SEND, 10);
    assert_int_equal(raw_hear_reply(e, 1), RT_OK);
    raw_say_call(e, 2, 1, RT_CHANNEL_RECV);
    assert_int_equal(raw_hear_reply(e, 2), RT_OK);
    raw_close(e);
    rt_object_unref(as_object(channel));
}

static void test_loan_wire_answers_who_waits_for_a_place(void **state) {
    rt_channel *channel = rt_channel_new(16);
    end *e = open_lender(state, channel);
    say_feed(e, 1, 1, 8);
    assert_int_equal(hear_places(e), 7);
    say_feed(e, 1, 9, 7);
    say_one(e, RT_FRAME_WANT, 1);
    say_one(e, RT_FRAME_WANT, 1); /* once more is no second one */
    for (int i = 0; i < 16; i++) assert_int_equal(next(channel), i);
    uint64_t places = hear_places(e);
    assert_true(places >= 1);
    say_return(e, 1, places, 0);
    wait_for_home(e, 2);
    rt_channel_close(channel, NULL);
    say_one(e, RT_FRAME_WANT, 1);
    assert_int_equal(hear_places(e), 0);
    raw_close(e);
    rt_object_unref(as_object(channel));
}

static void test_loan_wire_recalls(void **state) {
    rt_channel *channel = rt_channel_new(16);
    end *e = open_lender(state, channel);
    raw_say_call(e, 2, 1, RT_CHANNEL_COUNT);
    (void)raw_hear_frame(e, RT_FRAME_RECALL, NULL);
    say_feed(e, 1, 1, 3);
    say_return(e, 1, 5, 0);
    body b = raw_hear_frame(e, RT_FRAME_REPLY, NULL);
    check_numbers(&b, 4, 1);
    raw_close(e);
    rt_object_unref(as_object(channel));
}

static void test_loan_wire_takes_back_from_the_dead(void **state) {
    rt_channel *channel = rt_channel_new(16);
    end *e = open_lender(state, channel);
    say_feed(e, 1, 1, 2);
    raw_close(e);
    assert_false(rt_channel_is_lent(channel));
    for (int i = 0; i < 3; i++) assert_int_equal(next(channel), i);
    fill(channel, 0, 16);
    rt_object_unref(as_object(channel));
}

/* A thread that makes room, at a given moment after it is told to. */
typedef struct taker {
    rt_channel *channel;
    int delay; /* turns of a loop */
    atomic_bool may_go;
} taker;

static void *make_room(void *argument) {
    taker *t = argument;
    while (!atomic_load(&t->may_go)) continue;
    for (int i = 0; i < t->delay; i++) (void)atomic_load(&t->may_go);
    for (int i = 0; i < 16; i++) (void)next(t->channel);
    return NULL;
}

/* The borrower is killed while a thread makes room, and is about to say so. */
static void test_loan_wire_ends_while_a_place_is_lent(void **state) {
    for (int i = 0; i < 300; i++) {
        pthread_t thread;
        taker t = {.channel = rt_channel_new(16), .delay = i * 200};
        end *e = open_lender(state, t.channel);
        say_feed(e, 1, 1, 8);
        assert_int_equal(hear_places(e), 7);
        say_feed(e, 1, 9, 7);
        say_one(e, RT_FRAME_WANT, 1);
        wait_for_home(e, 2);
        assert_int_equal(pthread_create(&thread, NULL, make_room, &t), 0);
        (void)close(e->peer);
        e->peer = -1;
        atomic_store(&t.may_go, true);
        raw_close(e);
        (void)pthread_join(thread, NULL);
        assert_false(rt_channel_is_lent(t.channel));
        rt_object_unref(as_object(t.channel));
    }
}

static void test_loan_wire_lends_items(void **state) {
    rt_channel *channel = rt_channel_new(64);
    end *e = open_home(state, channel);
    fill(channel, 0, 5);
    raw_say_call(e, 1, 1, RT_CHANNEL_RECV_ON);
    body b = raw_hear_frame(e, RT_FRAME_STOCK, NULL);
    check_numbers(&b, 1, 4);
    assert_int_equal(rt_get_u32(b.bytes + b.size - 8), 0); /* the record */
    b = raw_hear_frame(e, RT_FRAME_REPLY, NULL);
    check_numbers(&b, 0, 1);
    atomic_store(&e->records[0].taken, 2);
    fill(channel, 5, 62);
    rt_item item = {.kind = RT_ITEM_INT};
    assert_int_equal(rt_channel_send(channel, &item, NULL, NULL), RT_EFULL);
    atomic_store(&e->records[0].taken, 3);
    raw_close(e);
    for (int i = 4; i < 67; i++) assert_int_equal(next(channel), i);
    rt_object_unref(as_object(channel));
}

/* What can hold objects, or is large, is lent as well, a frame each. */
static void test_loan_wire_lends_messages(void **state) {
    rt_channel *channel = rt_channel_new(64);
    end *e = open_home(state, channel);
    fill(channel, 0, 2);
    for (int i = 0; i < 2; i++) {
        rt_item item = {.kind = RT_ITEM_MESSAGE,
                        .as.message = rt_message_new()};
        assert_int_equal(rt_buffer_add(&item.as.message->bytes, raw_one_nil,
                                       sizeof raw_one_nil),
                         RT_OK);
        assert_int_equal(rt_channel_send(channel, &item, NULL, NULL), RT_OK);
    }
    rt_item object = {.kind = RT_ITEM_OBJECT, .as.object = as_object(channel)};
    rt_object_ref(object.as.object);
    assert_int_equal(rt_channel_send(channel, &object, NULL, NULL), RT_OK);
    raw_say_call(e, 1, 1, RT_CHANNEL_RECV_ON);
    for (int i = 0; i < 3; i++) (void)raw_hear_frame(e, RT_FRAME_STOCK, NULL);
    assert_int_equal(raw_hear_reply(e, 1), RT_OK);
    say_return(e, 1, 0, 4);
    raw_say_call(e, 2, 1, RT_CHANNEL_COUNT);
    body b = raw_hear_frame(e, RT_FRAME_REPLY, NULL);
    check_numbers(&b, 4, 1);
    raw_say_pair(e, RT_FRAME_DROP, 1, 2); /* the grant, and the one lent */
    raw_close(e);
    for (int i = 0; i < 4; i++) {
        rt_item item = {.kind = RT_ITEM_NIL};
        assert_int_equal(rt_channel_recv(channel, &item, NULL, NULL), RT_OK);
        rt_item_clear(&item);
    }
    rt_object_unref(as_object(channel));
}

/* Returns why the wire ended. */
static const char *end_of(end *e) {
    static char text[400];
    raw_wait_until_ended(e);
    assert_int_equal(e->why.status, RT_EDAMAGED);
    (void)snprintf(text, sizeof text, "%s", e->why.message);
    raw_close(e);
    return text;
}

static void test_loan_wire_home_refuses(void **state) {
    rt_channel *channel = rt_channel_new(64);
    end *e = open_home(state, channel);
    say_feed(e, 1, 0, 1);
    assert_string_equal(end_of(e), "nothing of object 1 was lent");
    e = open_home(state, channel);
    say_feed(e, 9, 0, 1);
    assert_string_equal(end_of(e), "nothing of object 9 was lent");
    e = open_home(state, channel);
    say_one(e, RT_FRAME_WANT, 1);
    assert_string_equal(end_of(e), "nothing of object 1 was lent");
    e = open_home(state, channel);
    say_one(e, RT_FRAME_TAKEN, 1);
    assert_string_equal(end_of(e), "nothing of object 1 was lent");
    e = open_home(state, channel);
    say_return(e, 1, 1, 0);
    assert_string_equal(end_of(e), "nothing of object 1 was lent");
    for (int i = 0; i < 4; i++) {
        e = open_home(state, channel);
        say_send(e, 1, RT_CHANNEL_SEND_ON, 0);
        uint64_t places = hear_places(e);
        if (i == 0) say_return(e, 1, places + 1, 0);
        if (i == 1) say_return(e, 1, 0, 1);
        if (i == 2) say_feed(e, 1, 0, (uint32_t)places + 1);
        if (i == 3) say_feed(e, 1, 0, 0);
        assert_string_equal(end_of(e), i == 3 ? "FEED of 0 items"
                                              : "had less of object 1");
    }
    rt_object_unref(as_object(channel));
}

/* What was given back as a whole may still be returned in part. */
static void test_loan_wire_ignores_late_returns(void **state) {
    rt_channel *channel = rt_channel_new(64);
    end *e = open_home(state, channel);
    say_send(e, 1, RT_CHANNEL_SEND_ON, 0);
    uint64_t places = hear_places(e);
    assert_int_equal(raw_hear_reply(e, 1), RT_OK);
    rt_channel *other = rt_channel_new(1);
    raw_grant(e, as_object(other));
    (void)raw_hear_frame(e, RT_FRAME_CANCEL, NULL);
    raw_say_pair(e, RT_FRAME_DROP, 1, 1);
    say_return(e, 1, places, 0);
    raw_say_call(e, 2, 2, RT_CHANNEL_CAPACITY);
    assert_int_equal(raw_hear_reply(e, 2), RT_OK);
    rt_object_unref(as_object(other));
    assert_false(rt_channel_is_lent(channel));
    raw_close(e);
    rt_object_unref(as_object(channel));
}

/* ---- a borrower: the test is the home of channel number 5 ---- */

static end *open_borrower(void **state, rt_message **holder) {
    end *e = raw_open(*state, RT_PEER_PARENT);
    raw_say_hello(e);
    raw_say_start(e);
    raw_say_object(e, RT_FRAME_CANCEL, RT_GRANT_MINE, RT_KIND_CHANNEL, 5);
    rt_message *first = raw_wait_for_frame(e, 2);
    *holder = first;
    e->wire->quiet_ticks = UINT_MAX; /* so that places stay */
    assert_non_null(first);
    assert_int_equal(first->object_count, 1);
    (void)raw_hear_frame(e, RT_FRAME_HELLO, NULL);
    return e;
}

typedef struct strand {
    rt_loop loop;
    rt_waiter waiter;
    rt_item item;
    int status;
} strand;

static void on_done(rt_waiter *waiter) {
    strand *s = rt_container_of(waiter, strand, waiter);
    s->status = waiter->status;
}

static void init_strand(strand *s) {
    rt_loop_init(&s->loop);
    rt_waiter_init(&s->waiter, &s->loop, on_done);
    s->status = RT_OK;
}

static int send_number(strand *s, rt_object *remote, int64_t number) {
    int operation;
    s->item = (rt_item){.kind = RT_ITEM_INT, .as.integer = number};
    s->status = rt_borrow_send(remote, &s->item, &s->waiter, &operation);
    return s->status;
}

static int wait_for(strand *s) {
    while (s->status == RT_PENDING) rt_loop_turn(&s->loop, true, RT_NEVER);
    return s->status;
}

/* FEEDs of the numbers from `first` to `last`, in as many as it likes. */
static void hear_feeds(end *e, int64_t first, int64_t last) {
    while (first <= last) {
        body b = raw_hear_frame(e, RT_FRAME_FEED, NULL);
        uint32_t count = b.bytes[5]; /* its header: 92 ce 0 0 0 count */
        check_numbers(&b, first, count);
        first += count;
    }
}

/* The hub has handled what was said when it answers this. */
static void settle(end *e) {
    say_one(e, RT_FRAME_RECALL, 1000);
    hear_return(e, 1000, 0, 0);
}

static void test_loan_wire_sends_into_places(void **state) {
    rt_message *holder;
    end *e = open_borrower(state, &holder);
    rt_object *remote = holder->objects[0];
    strand s;
    init_strand(&s);
    assert_int_equal(send_number(&s, remote, 1), RT_EFULL);
    say_lend(e, 5, 4);
    settle(e);
    for (int i = 1; i <= 4; i++)
        assert_int_equal(send_number(&s, remote, i), RT_OK);
    hear_feeds(e, 1, 4);
    /* It waits for more, and is told. */
    assert_int_equal(send_number(&s, remote, 5), RT_PENDING);
    (void)raw_hear_frame(e, RT_FRAME_WANT, NULL);
    say_lend(e, 5, 1);
    assert_int_equal(wait_for(&s), RT_OK);
    body b = raw_hear_frame(e, RT_FRAME_FEED, NULL);
    check_numbers(&b, 5, 1);
    assert_int_equal(send_number(&s, remote, 6), RT_PENDING);
    (void)raw_hear_frame(e, RT_FRAME_WANT, NULL);
    say_lend(e, 5, 0);
    assert_int_equal(wait_for(&s), RT_ECLOSED);
    assert_int_equal(send_number(&s, remote, 6), RT_PENDING);
    (void)raw_hear_frame(e, RT_FRAME_WANT, NULL);
    (void)close(e->peer);
    e->peer = -1;
    assert_int_equal(wait_for(&s), RT_EDIED);
    /* What it is told when it asks: that the home is gone. */
    int status = send_number(&s, remote, 6);
    assert_true(status == RT_EDIED || status == RT_EFULL);
    rt_message_free(holder);
    raw_close(e);
    rt_loop_deinit(&s.loop);
}

/* An object that cannot be sent; the home recalls all when that is known. */
typedef struct stone {
    rt_object object;
    end *e;
} stone;

static void free_stone(rt_object *object) {
    end *e = ((stone *)object)->e;
    say_one(e, RT_FRAME_RECALL, 5);
    hear_return(e, 5, 3, 0);
}

/* Its place is not kept: the home waits for what becomes of it. */
static void test_loan_wire_gives_unused_place_back(void **state) {
    static const rt_object_type type = {.name = "stone", .free = free_stone};
    rt_message *holder;
    end *e = open_borrower(state, &holder);
    stone it = {.e = e};
    strand s;
    int operation;
    rt_object_init(&it.object, &type);
    init_strand(&s);
    say_lend(e, 5, 4);
    settle(e);
    s.item = (rt_item){.kind = RT_ITEM_OBJECT, .as.object = &it.object};
    assert_int_equal(
        rt_borrow_send(holder->objects[0], &s.item, &s.waiter, &operation),
        RT_ETYPE);
    hear_return(e, 5, 1, 0);
    rt_message_free(holder);
    raw_close(e);
    rt_loop_deinit(&s.loop);
}

/* Who withdraws has sent nothing, and the place is another's. */
static void test_loan_wire_withdrawn_sends_nothing(void **state) {
    rt_message *holder;
    end *e = open_borrower(state, &holder);
    rt_object *remote = holder->objects[0];
    strand s, t;
    init_strand(&s);
    init_strand(&t);
    say_lend(e, 5, 1);
    settle(e);
    assert_int_equal(send_number(&s, remote, 1), RT_OK);
    (void)raw_hear_frame(e, RT_FRAME_FEED, NULL);
    assert_int_equal(send_number(&s, remote, 2), RT_PENDING);
    assert_int_equal(send_number(&t, remote, 3), RT_PENDING);
    (void)raw_hear_frame(e, RT_FRAME_WANT, NULL);
    assert_true(rt_waiter_cancel(&s.waiter, RT_ECANCELLED));
    assert_int_equal(s.status, RT_ECANCELLED);
    say_lend(e, 5, 1);
    assert_int_equal(wait_for(&t), RT_OK);
    body b = raw_hear_frame(e, RT_FRAME_FEED, NULL);
    check_numbers(&b, 3, 1);
    rt_message_free(holder);
    raw_close(e);
    rt_loop_deinit(&s.loop);
    rt_loop_deinit(&t.loop);
}

/* What was accepted leaves before the rest is given back, and before anything
 * else that the process says. */
static void test_loan_wire_answers_recalls_in_order(void **state) {
    rt_message *holder;
    end *e = open_borrower(state, &holder);
    rt_object *remote = holder->objects[0];
    strand s;
    init_strand(&s);
    say_lend(e, 5, 100);
    settle(e);
    for (int i = 1; i <= 4; i++)
        assert_int_equal(send_number(&s, remote, i), RT_OK);
    say_one(e, RT_FRAME_RECALL, 5);
    hear_feeds(e, 1, 4);
    hear_return(e, 5, 96, 0);
    say_one(e, RT_FRAME_RECALL, 5);
    hear_return(e, 5, 0, 0);

    say_lend(e, 5, 100);
    settle(e);
    assert_int_equal(send_number(&s, remote, 5), RT_OK);
    assert_int_equal(send_number(&s, remote, 6), RT_OK);
    rt_item number = {.kind = RT_ITEM_INT};
    rt_message *arguments;
    assert_int_equal(rt_items_encode(&number, 1, &arguments), RT_OK);
    assert_int_equal(
        rt_remote_call(remote, RT_CHANNEL_COUNT, 1, arguments, &s.waiter),
        RT_PENDING);
    s.status = RT_PENDING;
    hear_feeds(e, 5, 6);
    uint64_t request;
    (void)raw_hear_frame(e, RT_FRAME_CALL, &request);
    raw_say_reply(e, request, RT_OK);
    assert_int_equal(wait_for(&s), RT_OK);
    /* When nothing is sent for a while the rest goes back by itself. */
    e->wire->quiet_ticks = 1;
    hear_return(e, 5, 98, 0);
    rt_message_free(holder);
    raw_close(e);
    rt_loop_deinit(&s.loop);
}

static void hear_taken_and_return(end *e, uint64_t items) {
    int type;
    body b;
    do b = raw_hear_any(e, &type, NULL);
    while (type == RT_FRAME_TAKEN);
    assert_int_equal(type, RT_FRAME_RETURN);
    assert_int_equal(rt_get_u64(b.bytes + 16), items);
}

static void test_loan_wire_hands_out_items(void **state) {
    rt_message *holder;
    end *e = open_borrower(state, &holder);
    rt_object *remote = holder->objects[0];
    rt_item item = {.kind = RT_ITEM_NIL};
    int operation;
    assert_int_equal(rt_borrow_recv(remote, &item, &operation), RT_EEMPTY);
    assert_int_equal(operation, RT_CHANNEL_RECV);
    assert_int_equal(rt_borrow_recv(remote, &item, &operation), RT_EEMPTY);
    assert_int_equal(operation, RT_CHANNEL_RECV_ON);
    atomic_store(&e->records[3].taken, 40);
    say_stock(e, 5, 3, 1, 5);
    settle(e);
    for (int i = 1; i <= 2; i++) {
        assert_int_equal(rt_borrow_recv(remote, &item, &operation), RT_OK);
        assert_int_equal(item.as.integer, i);
        assert_int_equal(atomic_load(&e->records[3].taken), 40 + i);
    }
    /* The home is told when it asked to be; maybe by the tick before. */
    atomic_store(&e->records[3].tell, 43);
    assert_int_equal(rt_borrow_recv(remote, &item, &operation), RT_OK);
    (void)raw_hear_frame(e, RT_FRAME_TAKEN, NULL);
    say_one(e, RT_FRAME_RECALL, 5);
    hear_taken_and_return(e, 2);
    assert_int_equal(rt_borrow_recv(remote, &item, &operation), RT_EEMPTY);
    /* If it asked too late to be told by the one who takes, the tick does. */
    say_stock(e, 5, 3, 7, 3);
    settle(e);
    assert_int_equal(rt_borrow_recv(remote, &item, &operation), RT_OK);
    assert_int_equal(item.as.integer, 7);
    atomic_store(&e->records[3].tell, 45);
    (void)raw_hear_frame(e, RT_FRAME_TAKEN, NULL);
    rt_message_free(holder); /* gives all back */
    hear_return(e, 5, 0, 2);
    (void)raw_hear_frame(e, RT_FRAME_DROP, NULL);
    say_stock(e, 5, 3, 7, 3);
    hear_return(e, 5, 0, 3);
    say_lend(e, 5, 9);
    hear_return(e, 5, 9, 0);
    raw_close(e);
}

static const char *end_of_borrower(end *e, rt_message *holder) {
    raw_wait_until_ended(e);
    rt_message_free(holder);
    return end_of(e);
}

static void test_loan_wire_borrower_refuses(void **state) {
    rt_message *holder;
    end *e = open_borrower(state, &holder);
    say_lend(e, 5, UINT64_C(1) << 32);
    assert_string_equal(end_of_borrower(e, holder),
                        "loan of 4294967296 places");
    e = open_borrower(state, &holder);
    say_stock(e, 5, 0, 0, 0);
    assert_string_equal(end_of_borrower(e, holder),
                        "loan of 0 items, in record 0");
    e = open_borrower(state, &holder);
    say_stock(e, 5, RT_LEDGER_RECORDS / 2, 0, 1);
    assert_string_equal(end_of_borrower(e, holder),
                        "loan of 1 items, in record 32");
    e = open_borrower(state, &holder);
    say_stock(e, 5, 64, 0, 1);
    assert_string_equal(end_of_borrower(e, holder),
                        "loan of 1 items, in record 64");
    e = open_borrower(state, &holder);
    say_stock(e, 5, 0, 0, 257);
    assert_string_equal(end_of_borrower(e, holder),
                        "loan of 257 items, in record 0");
    e = open_borrower(state, &holder);
    raw_say_object(e, RT_FRAME_CANCEL, RT_GRANT_MINE, RT_KIND_LOCK, 6);
    rt_message *lock = raw_wait_for_frame(e, 3);
    say_lend(e, 6, 1);
    raw_wait_until_ended(e);
    rt_message_free(lock);
    assert_string_equal(end_of_borrower(e, holder),
                        "loan of object 6, which is no channel");
}

static body nil_and(uint64_t id) {
    body b = {.size = 0};
    raw_add(&b, raw_one_nil, sizeof raw_one_nil);
    raw_add_number(&b, id, 8);
    return b;
}

/* Does not allocate itself. */
static void say_much(end *e) {
    body b = nil_and(1);
    raw_add_number(&b, 7, 8);
    raw_add_number(&b, RT_CHANNEL_SEND_ON, 4);
    raw_add_number(&b, 0, 4);
    raw_say_frame(e, RT_FRAME_CALL, b.bytes, b.size, 1);
    b = nil_and(1);
    raw_add_number(&b, 0, 4);
    raw_say_frame(e, RT_FRAME_FEED, b.bytes, b.size, 0);
    raw_say_call(e, 2, 1, RT_CHANNEL_RECV_ON);
    say_one(e, RT_FRAME_WANT, 1);
    (void)shutdown(e->peer, SHUT_WR);
}

/* With the nth allocation failing: the wire may end for it, but the channel has
 * all that is its own. Returns whether the wire ended in order. */
static bool say_much_without(void **state, size_t nth) {
    rt_channel *channel = rt_channel_new(64);
    fill(channel, 0, 5);
    end *e = open_home(state, channel);
    rt_alloc_fail(nth, 0);
    say_much(e);
    raw_wait_until_ended(e);
    rt_alloc_fail(0, 0);
    bool is_well = e->why.status == RT_OK;
    raw_close(e);
    assert_false(rt_channel_is_lent(channel));
    size_t count = rt_channel_count(channel);
    assert_true(count >= 4 && count <= 7);
    if (is_well && count == 6) assert_int_equal(next(channel), 1);
    fill(channel, 100, 64 - (int64_t)rt_channel_count(channel));
    rt_object_unref(as_object(channel));
    return is_well;
}

static void test_loan_wire_survives_lack_of_memory(void **state) {
#ifdef NDEBUG
    skip(); /* allocations cannot be made to fail */
#endif
    assert_true(say_much_without(state, 0));
    int ended = 0;
    for (size_t nth = 1; nth < 40; nth++)
        ended += !say_much_without(state, nth);
    assert_true(ended > 3);
}

/* The borrower's side: an item is sent, or still the caller's. */
static void test_loan_wire_sender_survives_lack_of_memory(void **state) {
#ifdef NDEBUG
    skip();
#endif
    rt_message *holder;
    end *e = open_borrower(state, &holder);
    rt_object *remote = holder->objects[0];
    strand s;
    init_strand(&s);
    say_lend(e, 5, 3);
    settle(e);
    for (int kind = 0; kind < 3; kind++) {
        for (size_t nth = 1;; nth++) {
            int operation;
            assert_int_equal(rt_item_set_string(&s.item, "a long enough string",
                                                kind == 0 ? 3 : 20),
                             RT_OK);
            if (kind == 2) {
                rt_item_clear(&s.item);
                s.item = (rt_item){.kind = RT_ITEM_OBJECT, .as.object = remote};
                rt_object_ref(remote);
            }
            rt_alloc_fail(nth, 0);
            int status = rt_borrow_send(remote, &s.item, NULL, &operation);
            rt_alloc_fail(0, 0);
            assert_int_equal(s.item.kind, RT_ITEM_NIL);
            if (status == RT_OK) break;
            assert_int_equal(status, RT_ENOMEMORY);
            assert_true(nth < 20);
        }
    }
    for (int left = 3; left > 0;) {
        body b = raw_hear_frame(e, RT_FRAME_FEED, NULL);
        left -= b.bytes[5];
    }
    say_one(e, RT_FRAME_RECALL, 5);
    hear_return(e, 5, 0, 0);
    rt_message_free(holder);
    raw_close(e);
    rt_loop_deinit(&s.loop);
}

/* ---- damage ---- */

typedef struct tape {
    uint8_t bytes[2000];
    size_t size;
} tape;

static void record(tape *t, rt_frame_type type, const body *b,
                   uint64_t request) {
    rt_frame_header(t->bytes + t->size, type, (uint32_t)b->size, request);
    memcpy(t->bytes + t->size + RT_FRAME_HEADER, b->bytes, b->size);
    t->size += RT_FRAME_HEADER + b->size;
}

static void record_ids(tape *t, rt_frame_type type, uint64_t a, uint64_t b,
                       size_t size) {
    body numbers = {.size = 0};
    raw_add_number(&numbers, a, 8);
    raw_add_number(&numbers, b, 8);
    raw_add_number(&numbers, 0, 8);
    numbers.size = size;
    record(t, type, &numbers, 0);
}

static void record_hello(tape *t) {
    body b = {.size = 0};
    b.size = raw_put_hello(b.bytes, "v1");
    record(t, RT_FRAME_HELLO, &b, 0);
}

/* What a borrower of object 1 says. */
static tape record_borrower(void) {
    tape t = {.size = 0};
    record_hello(&t);
    body b = nil_and(1);
    raw_add_number(&b, 7, 8);
    raw_add_number(&b, RT_CHANNEL_SEND_ON, 4);
    raw_add_number(&b, 0, 4);
    record(&t, RT_FRAME_CALL, &b, 1);
    b = (body){.size = 0};
    add_numbers(&b, 100, 4);
    raw_add_number(&b, 1, 8);
    raw_add_number(&b, 0, 4);
    record(&t, RT_FRAME_FEED, &b, 0);
    b = raw_call_body(1, 7, RT_CHANNEL_RECV_ON);
    record(&t, RT_FRAME_CALL, &b, 2);
    record_ids(&t, RT_FRAME_TAKEN, 1, 0, 8);
    record_ids(&t, RT_FRAME_RETURN, 1, 4, 24);
    record_ids(&t, RT_FRAME_WANT, 1, 0, 8);
    record_ids(&t, RT_FRAME_DROP, 1, 1, 16);
    return t;
}

/* What the home of object 5 says. */
static tape record_home(void) {
    tape t = {.size = 0};
    record_hello(&t);
    body b = {.size = 0};
    raw_add(&b, raw_one_nil, sizeof raw_one_nil);
    raw_add_number(&b, 0, 4);
    record(&t, RT_FRAME_START, &b, 0);
    b = (body){.size = 0};
    raw_add(&b, raw_one_object, sizeof raw_one_object);
    raw_add_reference(&b, RT_GRANT_MINE, RT_KIND_CHANNEL, 5);
    raw_add_number(&b, 1, 4);
    record(&t, RT_FRAME_CANCEL, &b, 0);
    record_ids(&t, RT_FRAME_LEND, 5, 9, 16);
    b = (body){.size = 0};
    add_numbers(&b, 100, 4);
    raw_add_number(&b, 5, 8);
    raw_add_number(&b, 3, 4);
    raw_add_number(&b, 0, 4);
    record(&t, RT_FRAME_STOCK, &b, 0);
    record_ids(&t, RT_FRAME_RECALL, 5, 0, 8);
    record_ids(&t, RT_FRAME_LEND, 5, 0, 16);
    return t;
}

static int play(void **state, const tape *t, size_t size, bool is_borrower) {
    rt_channel *channel = rt_channel_new(64);
    end *e = raw_open(*state, is_borrower ? RT_PEER_CHILD : RT_PEER_PARENT);
    fill(channel, 0, 3);
    if (is_borrower) raw_grant(e, as_object(channel));
    raw_say(e, t->bytes, size);
    (void)shutdown(e->peer, SHUT_WR);
    raw_wait_until_ended(e);
    int status = e->why.status;
    raw_close(e);
    assert_false(rt_channel_is_lent(channel));
    rt_object_unref(as_object(channel));
    return status;
}

static void check_cuts(void **state, const tape *t, bool is_borrower) {
    size_t boundary = 0;
    for (size_t cut = 0; cut <= t->size; cut++) {
        if (cut >= boundary + RT_FRAME_HEADER &&
            cut == boundary + RT_FRAME_HEADER +
                       rt_get_u32(t->bytes + boundary + 8))
            boundary = cut;
        assert_int_equal(play(state, t, cut, is_borrower),
                         cut == boundary ? RT_OK : RT_ECLOSED);
    }
    assert_int_equal(boundary, t->size);
}

static void test_loan_wire_may_be_cut_at_each_byte(void **state) {
    tape t = record_borrower();
    check_cuts(state, &t, true);
    t = record_home();
    check_cuts(state, &t, false);
}

/* Bodies damaged under headers that are right, and bits anywhere. */
static void check_damage(void **state, const tape *t, bool is_borrower) {
    for (size_t at = 0; at < t->size;) {
        size_t after = at + RT_FRAME_HEADER + rt_get_u32(t->bytes + at + 8);
        for (size_t i = at + RT_FRAME_HEADER; i < after; i++) {
            tape damaged = *t;
            damaged.bytes[i] = (uint8_t)~damaged.bytes[i];
            (void)play(state, &damaged, t->size, is_borrower);
            damaged.bytes[i] = (uint8_t)(t->bytes[i] + 1);
            (void)play(state, &damaged, t->size, is_borrower);
        }
        at = after;
    }
    unsigned seed = 4711;
    for (int round = 0; round < 300; round++) {
        tape damaged = *t;
        for (int i = 0; i <= round % 4; i++) {
            seed = seed * 1103515245 + 12345;
            damaged.bytes[(seed >> 8) % t->size] ^=
                (uint8_t)(1 << (seed >> 4) % 8);
        }
        (void)play(state, &damaged, t->size, is_borrower);
    }
}

static void test_loan_wire_survives_damage(void **state) {
    tape t = record_borrower();
    check_damage(state, &t, true);
    t = record_home();
    check_damage(state, &t, false);
}

static size_t blocks;

static int set_up(void **state) {
    blocks = rt_alloc_count();
    return raw_set_up(state);
}

static int tear_down(void **state) {
    int status = raw_tear_down(state);
    assert_int_equal(rt_alloc_count(), blocks);
    return status;
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_loan_wire_lends_places),
        TEST(test_loan_wire_does_not_lend_unasked),
        TEST(test_loan_wire_answers_who_waits_for_a_place),
        TEST(test_loan_wire_recalls),
        TEST(test_loan_wire_takes_back_from_the_dead),
        TEST(test_loan_wire_ends_while_a_place_is_lent),
        TEST(test_loan_wire_lends_items),
        TEST(test_loan_wire_lends_messages),
        TEST(test_loan_wire_home_refuses),
        TEST(test_loan_wire_ignores_late_returns),
        TEST(test_loan_wire_sends_into_places),
        TEST(test_loan_wire_gives_unused_place_back),
        TEST(test_loan_wire_withdrawn_sends_nothing),
        TEST(test_loan_wire_answers_recalls_in_order),
        TEST(test_loan_wire_hands_out_items),
        TEST(test_loan_wire_borrower_refuses),
        TEST(test_loan_wire_survives_lack_of_memory),
        TEST(test_loan_wire_sender_survives_lack_of_memory),
        TEST(test_loan_wire_may_be_cut_at_each_byte),
        TEST(test_loan_wire_survives_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
