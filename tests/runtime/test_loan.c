/* What a channel lends to other processes: the channel's side, with borrowers
 * that are played here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/random.h"
#include "base/status.h"
#include "sync/loan.h"
#include "failing.h"

/* A strand at home that waits. */
typedef struct party {
    rt_waiter waiter;
    rt_item item;
    int status; /* RT_PENDING until it is completed */
} party;

/* A borrower: what its process has and does. */
typedef struct borrower {
    rt_loan loan;
    rt_loan_record record;
    char wire;        /* only its address counts */
    int place_status; /* of the last wait for a place; RT_PENDING: it waits */
    size_t got;       /* places lent to it when it had waited */
    int recalls;
    bool has_ended;
} borrower;

typedef struct fixture {
    rt_loop loop; /* of the strands, and the hub's */
    party a, b, c;
    borrower one, two;
    rt_channel *channel;
    size_t blocks;
} fixture;

static fixture *current;

static void on_complete(rt_waiter *waiter) {
    party *p = rt_container_of(waiter, party, waiter);
    assert_int_equal(p->status, RT_PENDING);
    p->status = waiter->status;
}

static void on_place(rt_loan *loan, int status) {
    borrower *b = rt_container_of(loan, borrower, loan);
    b->place_status = status;
    if (status == RT_OK)
        b->got = 1 + rt_channel_lend_places(current->channel, loan);
}

static void ask_back(rt_loan *loan) {
    rt_container_of(loan, borrower, loan)->recalls++;
}

static void end_loan(rt_loan *loan) {
    rt_container_of(loan, borrower, loan)->has_ended = true;
}

static void init_party(party *p, rt_loop *loop) {
    rt_waiter_init(&p->waiter, loop, on_complete);
    p->item.kind = RT_ITEM_NIL;
    p->status = RT_OK;
}

static struct rt_wire *wire_of(borrower *b) {
    return (struct rt_wire *)(void *)&b->wire;
}

static void add_loan(fixture *f, borrower *b) {
    memset(b, 0, sizeof *b);
    b->loan.wire = wire_of(b);
    b->loan.on_place = on_place;
    b->loan.ask_back = ask_back;
    b->loan.end = end_loan;
    rt_channel_add_loan(f->channel, &b->loan, &f->loop);
    b->loan.place_quota = b->loan.item_quota = RT_LOAN_MOST;
}

static int set_up(void **state) {
    static fixture f;
    current = &f;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    init_party(&f.a, &f.loop);
    init_party(&f.b, &f.loop);
    init_party(&f.c, &f.loop);
    f.channel = NULL;
    f.one.has_ended = f.two.has_ended = true;
    *state = &f;
    return 0;
}

static void open_channel(fixture *f, size_t capacity) {
    f->channel = rt_channel_new(capacity);
    assert_non_null(f->channel);
    add_loan(f, &f->one);
}

static void leave(fixture *f, borrower *b) {
    rt_channel_type.peer_gone((rt_object *)(void *)f->channel, wire_of(b), 0);
    assert_true(b->has_ended);
}

/* Posts, and the ticks: until nothing is left to do. */
static void run_loop(fixture *f) {
    do rt_loop_turn(&f->loop, f->loop.timers.count > 0, RT_NEVER);
    while (rt_loop_has_posts(&f->loop) || f->loop.timers.count > 0);
}

static int tear_down(void **state) {
    fixture *f = *state;
    if (!f->one.has_ended) leave(f, &f->one);
    if (!f->two.has_ended) leave(f, &f->two);
    run_loop(f);
    rt_object_unref((rt_object *)(void *)f->channel);
    rt_loop_deinit(&f->loop);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

static rt_item number(int64_t value) {
    return (rt_item){.kind = RT_ITEM_INT, .as.integer = value};
}

static int send(fixture *f, party *p, int64_t value) {
    p->item = number(value);
    p->status = rt_channel_send(f->channel, &p->item, &p->waiter, &f->loop);
    return p->status;
}

static int try_send(fixture *f, party *p, int64_t value) {
    p->item = number(value);
    p->status = rt_channel_try_send(f->channel, &p->item, &p->waiter, &f->loop);
    return p->status;
}

static int recv(fixture *f, party *p) {
    p->item.kind = RT_ITEM_NIL;
    p->status = rt_channel_recv(f->channel, &p->item, &p->waiter, &f->loop);
    return p->status;
}

static int try_recv(fixture *f, party *p) {
    p->item.kind = RT_ITEM_NIL;
    p->status = rt_channel_try_recv(f->channel, &p->item, &p->waiter, &f->loop);
    return p->status;
}

static void fill(fixture *f, int64_t first, int64_t count) {
    for (int64_t i = first; i < first + count; i++) {
        rt_item item = number(i);
        assert_int_equal(rt_channel_send(f->channel, &item, NULL, &f->loop),
                         RT_OK);
    }
}

static void assert_next(fixture *f, int64_t value) {
    party p;
    init_party(&p, &f->loop);
    assert_int_equal(recv(f, &p), RT_OK);
    assert_int_equal(p.item.as.integer, value);
}

static size_t lend(fixture *f, borrower *b) {
    return rt_channel_lend_places(f->channel, &b->loan);
}

static int feed(fixture *f, borrower *b, int64_t first, size_t count) {
    rt_item items[RT_LOAN_MOST];
    for (size_t i = 0; i < count; i++) items[i] = number(first + (int64_t)i);
    return rt_channel_feed(f->channel, &b->loan, items, count, &f->loop);
}

/* The copies are checked to be the numbers from `first` on. */
static size_t lend_items(fixture *f, borrower *b, int64_t first) {
    rt_item copies[RT_LOAN_MOST];
    size_t count = rt_channel_lend_items(f->channel, &b->loan, &b->record,
                                         copies, RT_LOAN_MOST);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(copies[i].as.integer, first + (int64_t)i);
    return count;
}

static int give_back(fixture *f, borrower *b, size_t places, size_t items) {
    return rt_channel_give_back(f->channel, &b->loan, places, items, &f->loop);
}

/* ---- places ---- */

static void test_loan_places_are_reserved(void **state) {
    fixture *f = *state;
    open_channel(f, 10);
    fill(f, 0, 4);
    assert_int_equal(lend(f, &f->one), 6);
    assert_int_equal(lend(f, &f->one), 0);
    assert_int_equal(rt_channel_count(f->channel), 4);
    assert_int_equal(send(f, &f->a, 100), RT_PENDING);
    assert_int_equal(feed(f, &f->one, 4, 6), RT_OK);
    assert_int_equal(f->a.status, RT_PENDING);
    for (int i = 0; i < 10; i++) assert_next(f, i);
    assert_int_equal(f->a.status, RT_OK);
    assert_next(f, 100);
}

static void test_loan_of_rendezvous_and_few_places_is_none(void **state) {
    fixture *f = *state;
    open_channel(f, 0);
    assert_int_equal(lend(f, &f->one), 0);
    leave(f, &f->one);
    rt_object_unref((rt_object *)(void *)f->channel);
    open_channel(f, 3);
    assert_int_equal(lend(f, &f->one), 0);
}

static void test_loan_of_unbounded_has_a_bound(void **state) {
    fixture *f = *state;
    open_channel(f, RT_CHANNEL_UNBOUNDED);
    assert_int_equal(lend(f, &f->one), RT_LOAN_MOST);
    assert_int_equal(feed(f, &f->one, 0, RT_LOAN_MOST), RT_OK);
    assert_int_equal(lend(f, &f->one), RT_LOAN_MOST);
    assert_int_equal(rt_channel_count(f->channel), RT_LOAN_MOST);
}

static void test_loan_feeds_waiting_receivers(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    assert_int_equal(lend(f, &f->one), 8);
    assert_int_equal(recv(f, &f->a), RT_PENDING);
    assert_int_equal(recv(f, &f->b), RT_PENDING);
    assert_int_equal(feed(f, &f->one, 0, 3), RT_OK);
    assert_int_equal(f->a.item.as.integer, 0);
    assert_int_equal(f->b.item.as.integer, 1);
    assert_next(f, 2);
}

static void test_loan_refuses_more_than_was_lent(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    assert_int_equal(feed(f, &f->one, 0, 1), RT_EDAMAGED);
    assert_int_equal(lend(f, &f->one), 8);
    assert_int_equal(feed(f, &f->one, 0, 9), RT_EDAMAGED);
    assert_int_equal(give_back(f, &f->one, 9, 0), RT_EDAMAGED);
    assert_int_equal(give_back(f, &f->one, 0, 1), RT_EDAMAGED);
    assert_int_equal(rt_channel_count(f->channel), 0);
}

/* A sender at home waits only for what is lent: that is recalled, once. */
static void test_loan_is_recalled_for_a_sender(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    assert_int_equal(lend(f, &f->one), 8);
    assert_int_equal(send(f, &f->a, 100), RT_PENDING);
    assert_int_equal(send(f, &f->b, 101), RT_PENDING);
    run_loop(f);
    assert_int_equal(f->one.recalls, 1);
    assert_int_equal(feed(f, &f->one, 0, 7), RT_OK);
    assert_int_equal(f->a.status, RT_PENDING);
    assert_int_equal(lend(f, &f->one), 0);
    assert_int_equal(give_back(f, &f->one, 1, 0), RT_OK);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->b.status, RT_PENDING);
    for (int i = 0; i < 7; i++) assert_next(f, i);
    assert_next(f, 100);
    assert_next(f, 101);
    assert_true(lend(f, &f->one) > 0);
}

static int count_all(fixture *f, party *p) {
    size_t count;
    p->status = rt_channel_count_all(f->channel, &count, &p->waiter, &f->loop);
    if (p->status == RT_OK) p->waiter.detail = (int64_t)count;
    return p->status;
}

static void test_loan_makes_tries_wait_until_it_is_known(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    assert_int_equal(lend(f, &f->one), 8);
    assert_true(rt_channel_is_lent(f->channel));
    assert_int_equal(try_recv(f, &f->a), RT_PENDING);
    assert_int_equal(count_all(f, &f->c), RT_PENDING);
    run_loop(f);
    assert_int_equal(f->one.recalls, 1);
    assert_int_equal(give_back(f, &f->one, 8, 0), RT_OK);
    assert_int_equal(f->a.status, RT_EEMPTY);
    assert_int_equal(f->c.status, RT_OK);
    assert_int_equal(f->c.waiter.detail, 0);
    assert_false(rt_channel_is_lent(f->channel));

    assert_int_equal(lend(f, &f->one), 8);
    assert_int_equal(try_send(f, &f->b, 100), RT_PENDING);
    assert_int_equal(count_all(f, &f->c), RT_PENDING);
    assert_int_equal(feed(f, &f->one, 0, 8), RT_OK);
    assert_int_equal(f->b.status, RT_EFULL);
    assert_int_equal(f->c.waiter.detail, 8);
}

/* If one comes for what the other has, neither has to wait. */
static void test_loan_tries_meet(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    assert_int_equal(lend(f, &f->one), 8);
    assert_int_equal(try_send(f, &f->a, 100), RT_PENDING);
    assert_int_equal(try_recv(f, &f->b), RT_OK);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->b.item.as.integer, 100);
}

/* What was accepted before it knew of the end is not lost. */
static void test_loan_is_fed_after_the_close(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    assert_int_equal(lend(f, &f->one), 8);
    assert_int_equal(recv(f, &f->a), RT_PENDING);
    assert_int_equal(recv(f, &f->b), RT_PENDING);
    rt_channel_close(f->channel, &f->loop);
    run_loop(f);
    assert_int_equal(f->one.recalls, 1);
    assert_int_equal(send(f, &f->c, 1), RT_ECLOSED);
    assert_int_equal(f->a.status, RT_PENDING);
    assert_int_equal(feed(f, &f->one, 7, 1), RT_OK);
    assert_int_equal(f->a.item.as.integer, 7);
    assert_int_equal(f->b.status, RT_PENDING);
    assert_int_equal(try_recv(f, &f->a), RT_PENDING);
    assert_int_equal(give_back(f, &f->one, 7, 0), RT_OK);
    assert_int_equal(f->b.status, RT_ECLOSED);
    assert_int_equal(f->a.status, RT_ECLOSED);
    assert_int_equal(lend(f, &f->one), 0);
}

static void test_loan_ends_with_its_borrower(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    assert_int_equal(lend(f, &f->one), 8);
    assert_int_equal(feed(f, &f->one, 0, 2), RT_OK);
    assert_int_equal(send(f, &f->a, 100), RT_PENDING);
    assert_int_equal(try_send(f, &f->b, 101), RT_PENDING);
    leave(f, &f->one);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->b.status, RT_OK);
    assert_null(rt_channel_find_loan(f->channel, wire_of(&f->one)));
}

static void test_loan_gives_each_borrower_a_share(void **state) {
    fixture *f = *state;
    open_channel(f, 64);
    add_loan(f, &f->two);
    assert_int_equal(lend(f, &f->one), 64);
    assert_int_equal(give_back(f, &f->one, 64, 0), RT_OK);
    assert_int_equal(lend(f, &f->two), 32);
    assert_int_equal(lend(f, &f->one), 32);
}

/* ---- waiting for places ---- */

static void test_loan_place_is_there_at_once(void **state) {
    fixture *f = *state;
    open_channel(f, 64);
    assert_true(rt_channel_want_place(f->channel, &f->one.loan));
    assert_int_equal(f->one.place_status, RT_OK);
    assert_int_equal(f->one.got, 64);
    assert_false(rt_channel_want_place(f->channel, &f->one.loan));
}

static void test_loan_waits_in_the_queue_of_senders(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    fill(f, 0, 8);
    assert_int_equal(send(f, &f->a, 100), RT_PENDING);
    f->one.place_status = RT_PENDING;
    assert_true(rt_channel_want_place(f->channel, &f->one.loan));
    assert_false(rt_channel_want_place(f->channel, &f->one.loan));
    assert_int_equal(send(f, &f->b, 101), RT_PENDING);
    assert_next(f, 0);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->one.place_status, RT_PENDING);
    assert_next(f, 1);
    assert_int_equal(f->one.place_status, RT_OK);
    assert_int_equal(f->one.got, 1);
    assert_int_equal(f->b.status, RT_PENDING);
    assert_int_equal(feed(f, &f->one, 50, 1), RT_OK);
    for (int i = 2; i < 8; i++) assert_next(f, i);
    assert_next(f, 100);
    assert_next(f, 50);
    assert_next(f, 101);
}

/* It may wait until there are more places, but not for long. */
static void test_loan_waits_a_moment_for_more_places(void **state) {
    fixture *f = *state;
    open_channel(f, 64);
    fill(f, 0, 64);
    f->one.place_status = RT_PENDING;
    assert_true(rt_channel_want_place(f->channel, &f->one.loan));
    for (int i = 0; i < 3; i++) assert_next(f, i);
    assert_int_equal(f->one.place_status, RT_PENDING);
    run_loop(f);
    assert_int_equal(f->one.place_status, RT_OK);
    assert_int_equal(f->one.got, 3);
    assert_int_equal(feed(f, &f->one, 64, 3), RT_OK);

    f->one.place_status = RT_PENDING;
    assert_true(rt_channel_want_place(f->channel, &f->one.loan));
    for (int i = 3; i < 35; i++) assert_next(f, i);
    assert_int_equal(f->one.place_status, RT_OK);
    assert_true(f->one.got >= 31);
}

/* When nobody has received for a while there is no reason to wait. */
static void test_loan_place_after_a_pause_is_there_at_once(void **state) {
    fixture *f = *state;
    open_channel(f, 64);
    fill(f, 0, 64);
    f->one.place_status = RT_PENDING;
    assert_true(rt_channel_want_place(f->channel, &f->one.loan));
    run_loop(f);
    assert_int_equal(f->one.place_status, RT_PENDING);
    assert_next(f, 0);
    assert_int_equal(f->one.place_status, RT_OK);
}

static void test_loan_that_waits_hears_of_the_close(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    fill(f, 0, 8);
    f->one.place_status = RT_PENDING;
    assert_true(rt_channel_want_place(f->channel, &f->one.loan));
    rt_channel_close(f->channel, &f->loop);
    assert_int_equal(f->one.place_status, RT_ECLOSED);
    f->one.place_status = RT_PENDING;
    assert_true(rt_channel_want_place(f->channel, &f->one.loan));
    assert_int_equal(f->one.place_status, RT_ECLOSED);
}

static void test_loan_that_waits_ends(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    fill(f, 0, 8);
    f->one.place_status = RT_PENDING;
    assert_true(rt_channel_want_place(f->channel, &f->one.loan));
    leave(f, &f->one);
    assert_int_equal(f->one.place_status, RT_EDIED);
    assert_next(f, 0);
    fill(f, 8, 1);
}

/* A receiver finds no sender in a borrower that waits for a place. */
static void test_loan_that_waits_has_no_item(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    add_loan(f, &f->two);
    assert_int_equal(lend(f, &f->one), 8);
    f->two.place_status = RT_PENDING;
    assert_true(rt_channel_want_place(f->channel, &f->two.loan));
    assert_int_equal(recv(f, &f->a), RT_PENDING);
    assert_int_equal(send(f, &f->b, 100), RT_OK);
    assert_int_equal(f->a.item.as.integer, 100);
    assert_int_equal(f->two.place_status, RT_PENDING);
    assert_int_equal(give_back(f, &f->one, 8, 0), RT_OK);
    assert_int_equal(f->two.place_status, RT_OK);
}

/* ---- items ---- */

static void test_loan_items_are_gone_when_taken(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    fill(f, 0, 8);
    assert_int_equal(lend_items(f, &f->one, 0), 8);
    assert_int_equal(lend_items(f, &f->one, 0), 0);
    size_t count;
    assert_int_equal(
        rt_channel_count_all(f->channel, &count, &f->a.waiter, &f->loop),
        RT_OK);
    assert_int_equal(count, 8);
    atomic_store(&f->one.record.taken, 3);
    assert_int_equal(
        rt_channel_count_all(f->channel, &count, &f->a.waiter, &f->loop),
        RT_OK);
    assert_int_equal(count, 5);
    fill(f, 8, 3);
    assert_int_equal(try_send(f, &f->a, 100), RT_EFULL);
}

static void test_loan_items_come_back_in_front(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    fill(f, 0, 8);
    assert_int_equal(lend_items(f, &f->one, 0), 8);
    atomic_store(&f->one.record.taken, 3);
    fill(f, 8, 2);
    assert_int_equal(recv(f, &f->a), RT_PENDING); /* not number 8 */
    assert_int_equal(try_recv(f, &f->b), RT_PENDING);
    run_loop(f);
    assert_int_equal(f->one.recalls, 1);
    atomic_store(&f->one.record.taken, 4);
    assert_int_equal(give_back(f, &f->one, 0, 4), RT_OK);
    assert_int_equal(f->a.item.as.integer, 4);
    assert_int_equal(f->b.item.as.integer, 5);
    for (int i = 6; i < 10; i++) assert_next(f, i);
}

/* A receiver that waits for lent items is not overtaken by newer ones. */
static void test_loan_items_are_not_overtaken(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    fill(f, 0, 2);
    assert_int_equal(lend_items(f, &f->one, 0), 2);
    assert_int_equal(recv(f, &f->a), RT_PENDING);
    fill(f, 2, 1);
    assert_int_equal(f->a.status, RT_PENDING);
    atomic_store(&f->one.record.taken, 2);
    rt_channel_taken(f->channel, &f->loop);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->a.item.as.integer, 2);
}

/* Senders that wait hear of half of it, and all of them of the rest. */
static void test_loan_items_tell_waiting_senders(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    fill(f, 0, 8);
    assert_int_equal(lend_items(f, &f->one, 0), 8);
    assert_int_equal(send(f, &f->a, 8), RT_PENDING);
    assert_int_equal(f->one.record.tell, 4);
    run_loop(f);
    assert_int_equal(f->one.recalls, 0);
    atomic_store(&f->one.record.taken, 4);
    rt_channel_taken(f->channel, &f->loop);
    assert_int_equal(f->a.status, RT_OK);

    /* It has come so far before it could be asked. */
    fill(f, 9, 3);
    assert_int_equal(send(f, &f->b, 12), RT_PENDING);
    atomic_store(&f->one.record.taken, 8);
    assert_int_equal(send(f, &f->c, 13), RT_OK);
    assert_int_equal(f->b.status, RT_OK);
    for (int i = 8; i < 14; i++) assert_next(f, i);
}

static void test_loan_items_of_the_dead_come_back(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    fill(f, 0, 8);
    assert_int_equal(lend_items(f, &f->one, 0), 8);
    atomic_store(&f->one.record.taken, 5);
    assert_int_equal(send(f, &f->a, 8), RT_OK);
    leave(f, &f->one);
    for (int i = 5; i < 9; i++) assert_next(f, i);
    assert_int_equal(try_recv(f, &f->b), RT_EEMPTY);
}

static void test_loan_items_of_a_closed_channel(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    fill(f, 0, 4);
    assert_int_equal(lend_items(f, &f->one, 0), 4);
    rt_channel_close(f->channel, &f->loop);
    assert_int_equal(recv(f, &f->a), RT_PENDING);
    assert_int_equal(recv(f, &f->b), RT_PENDING);
    run_loop(f);
    assert_int_equal(f->one.recalls, 1);
    atomic_store(&f->one.record.taken, 3);
    assert_int_equal(give_back(f, &f->one, 0, 1), RT_OK);
    assert_int_equal(f->a.item.as.integer, 3);
    assert_int_equal(f->b.status, RT_ECLOSED);
}

/* What another process writes is not believed beyond what is possible. */
static void test_loan_record_that_lies_takes_no_more(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    fill(f, 0, 4);
    assert_int_equal(lend_items(f, &f->one, 0), 4);
    fill(f, 4, 2);
    atomic_store(&f->one.record.taken, UINT64_MAX);
    rt_channel_taken(f->channel, &f->loop);
    assert_int_equal(rt_channel_count(f->channel), 2);
    assert_next(f, 4);
}

static void test_loan_items_large_ones_stay(void **state) {
    fixture *f = *state;
    open_channel(f, 8);
    static const char bytes[5000];
    rt_item large;
    fill(f, 0, 2);
    assert_int_equal(rt_item_set_string(&large, bytes, sizeof bytes), RT_OK);
    assert_int_equal(rt_channel_send(f->channel, &large, NULL, NULL), RT_OK);
    fill(f, 2, 2);
    assert_int_equal(lend_items(f, &f->one, 0), 2);
    rt_channel_lend_less(f->channel, &f->one.loan, 0, 1, &f->loop);
    atomic_store(&f->one.record.taken, 1);
    assert_int_equal(recv(f, &f->a), RT_OK);
    assert_int_equal(f->a.item.as.integer, 1);
    assert_int_equal(recv(f, &f->a), RT_OK);
    assert_int_equal(f->a.item.kind, RT_ITEM_STRING);
    rt_item_clear(&f->a.item);
}

/* ---- lack of memory ---- */

static void test_loan_without_memory_is_less(void **state) {
    fixture *f = *state;
    if (!can_fail_allocations()) skip();
    open_channel(f, 1000);
    rt_alloc_fail(1, 1);
    assert_int_equal(lend(f, &f->one), 0);
    rt_alloc_fail(0, 0);
    assert_int_equal(lend(f, &f->one), RT_LOAN_MOST);
    rt_alloc_fail(1, 1); /* there is memory for what was lent */
    assert_int_equal(feed(f, &f->one, 0, RT_LOAN_MOST), RT_OK);
    rt_alloc_fail(0, 0);
    for (int i = 0; i < RT_LOAN_MOST; i++) assert_next(f, i);

    rt_item text[2];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            rt_item_set_string(&text[i], "a string of some length", 23), RT_OK);
        assert_int_equal(rt_channel_send(f->channel, &text[i], NULL, NULL),
                         RT_OK);
    }
    rt_item copies[2];
    rt_alloc_fail(2, 0);
    assert_int_equal(rt_channel_lend_items(f->channel, &f->one.loan,
                                           &f->one.record, copies, 2),
                     1);
    rt_alloc_fail(0, 0);
    rt_item_clear(&copies[0]);
}

/* ---- a model ----
 *
 * Two borrowers and the home do what comes to mind. Each sends its number times
 * a million + 1, + 2, ... These must be received in that order, each once. */

enum { STEPS = 300000, SENDERS = 3, BIG = 1000000 };

typedef struct model {
    fixture *f;
    rt_random random;
    int64_t accepted[SENDERS]; /* by whom: 0 home, 1 and 2 the borrowers */
    int64_t received[SENDERS]; /* how many, and so which came last */
    size_t places[2];          /* that the borrowers have */
    size_t flying[2];          /* accepted, and not yet arrived */
    int64_t stock[2][RT_LOAN_MOST];
    size_t first[2], left[2];
    int recalls[2];
    bool sends, receives; /* at home, under way */
} model;

static void note_received(model *m, int64_t value) {
    int64_t sender = value / BIG;
    assert_int_equal(value % BIG, ++m->received[sender]);
}

static borrower *borrower_of(model *m, int i) {
    return i == 0 ? &m->f->one : &m->f->two;
}

/* What it has accepted is on its way; some of it arrives. */
static void arrive(model *m, int i, size_t most) {
    size_t count = m->flying[i] < most ? m->flying[i] : most;
    if (count == 0) return;
    int64_t last = m->accepted[i + 1] - (int64_t)m->flying[i];
    rt_item items[RT_LOAN_MOST];
    for (size_t k = 0; k < count; k++)
        items[k] = number((i + 1) * (int64_t)BIG + last + (int64_t)k + 1);
    assert_int_equal(rt_channel_feed(m->f->channel, &borrower_of(m, i)->loan,
                                     items, count, &m->f->loop),
                     RT_OK);
    m->flying[i] -= count;
}

static void take_lent(model *m, int i) {
    if (m->left[i] == 0) return;
    note_received(m, m->stock[i][m->first[i]++]);
    m->left[i]--;
    atomic_fetch_add(&borrower_of(m, i)->record.taken, 1);
}

static void borrow_items(model *m, int i) {
    rt_item copies[RT_LOAN_MOST];
    borrower *b = borrower_of(m, i);
    if (m->left[i] > 0) return;
    m->first[i] = 0;
    m->left[i] = rt_channel_lend_items(m->f->channel, &b->loan, &b->record,
                                       copies, RT_LOAN_MOST);
    for (size_t k = 0; k < m->left[i]; k++)
        m->stock[i][k] = copies[k].as.integer;
}

static void answer_recall(model *m, int i) {
    arrive(m, i, SIZE_MAX);
    assert_int_equal(
        give_back(m->f, borrower_of(m, i), m->places[i], m->left[i]), RT_OK);
    m->places[i] = m->left[i] = 0;
}

static void act(model *m, int i) {
    borrower *b = borrower_of(m, i);
    switch (rt_random_below(&m->random, 6)) {
    case 0:
        m->places[i] += rt_channel_lend_places(m->f->channel, &b->loan);
        break;
    case 1:
    case 2:
        if (m->places[i] == 0) break;
        m->places[i]--;
        m->flying[i]++;
        m->accepted[i + 1]++;
        break;
    case 3:
        arrive(m, i, rt_random_below(&m->random, 5));
        break;
    case 4:
        borrow_items(m, i);
        break;
    default:
        take_lent(m, i);
    }
    if (b->recalls > m->recalls[i] && rt_random_below(&m->random, 3) == 0) {
        m->recalls[i] = b->recalls;
        answer_recall(m, i);
    }
}

/* One strand of the home sends, one receives. */
static void act_at_home(model *m) {
    fixture *f = m->f;
    bool is_try = rt_random_below(&m->random, 2);
    if (rt_random_below(&m->random, 2) == 0) {
        if (m->sends) return;
        int64_t value = m->accepted[0] + 1;
        (void)(is_try ? try_send(f, &f->a, value) : send(f, &f->a, value));
        m->sends = true;
    } else {
        if (m->receives) return;
        (void)(is_try ? try_recv(f, &f->b) : recv(f, &f->b));
        m->receives = true;
    }
}

static void note_ends(model *m) {
    fixture *f = m->f;
    if (m->sends && f->a.status != RT_PENDING) {
        m->accepted[0] += f->a.status == RT_OK;
        m->sends = false;
    }
    if (m->receives && f->b.status != RT_PENDING) {
        if (f->b.status == RT_OK) note_received(m, f->b.item.as.integer);
        m->receives = false;
    }
}

/* All that was accepted is received, by whoever has it. */
static void finish(model *m) {
    fixture *f = m->f;
    rt_channel_close(f->channel, &f->loop);
    for (int i = 0; i < 2; i++) {
        while (m->left[i] > 0) take_lent(m, i);
        answer_recall(m, i);
    }
    run_loop(f);
    note_ends(m);
    party p;
    init_party(&p, &f->loop);
    while (recv(f, &p) == RT_OK) note_received(m, p.item.as.integer);
    assert_int_equal(p.status, RT_ECLOSED);
    for (int i = 0; i < SENDERS; i++)
        assert_int_equal(m->received[i], m->accepted[i]);
}

static void test_loan_model(void **state) {
    static model m;
    fixture *f = *state;
    m = (model){.f = f, .random = {20240607}};
    open_channel(f, 16);
    add_loan(f, &f->two);
    for (int i = 0; i < STEPS; i++) {
        if (rt_random_below(&m.random, 3) == 0)
            act_at_home(&m);
        else
            act(&m, (int)rt_random_below(&m.random, 2));
        rt_loop_turn(&f->loop, false, 0);
        note_ends(&m);
        assert_true(rt_channel_count(f->channel) <= 16);
    }
    finish(&m);
    for (int i = 0; i < SENDERS; i++) assert_true(m.accepted[i] > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_loan_places_are_reserved),
        TEST(test_loan_of_rendezvous_and_few_places_is_none),
        TEST(test_loan_of_unbounded_has_a_bound),
        TEST(test_loan_feeds_waiting_receivers),
        TEST(test_loan_refuses_more_than_was_lent),
        TEST(test_loan_is_recalled_for_a_sender),
        TEST(test_loan_makes_tries_wait_until_it_is_known),
        TEST(test_loan_tries_meet),
        TEST(test_loan_is_fed_after_the_close),
        TEST(test_loan_ends_with_its_borrower),
        TEST(test_loan_gives_each_borrower_a_share),
        TEST(test_loan_place_is_there_at_once),
        TEST(test_loan_waits_in_the_queue_of_senders),
        TEST(test_loan_waits_a_moment_for_more_places),
        TEST(test_loan_place_after_a_pause_is_there_at_once),
        TEST(test_loan_that_waits_hears_of_the_close),
        TEST(test_loan_that_waits_ends),
        TEST(test_loan_that_waits_has_no_item),
        TEST(test_loan_items_are_gone_when_taken),
        TEST(test_loan_items_come_back_in_front),
        TEST(test_loan_items_are_not_overtaken),
        TEST(test_loan_items_tell_waiting_senders),
        TEST(test_loan_items_of_the_dead_come_back),
        TEST(test_loan_items_of_a_closed_channel),
        TEST(test_loan_record_that_lies_takes_no_more),
        TEST(test_loan_items_large_ones_stay),
        TEST(test_loan_without_memory_is_less),
        TEST(test_loan_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
