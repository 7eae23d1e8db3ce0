/* Selects on one thread: what is taken, what is left, who is woken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/status.h"
#include "exec/runtime.h"
#include "sync/channel.h"
#include "sync/select.h"

enum { MOST = 40 };

/* A party that selects. */
typedef struct party {
    rt_waiter waiter;
    rt_select select;
    rt_case cases[MOST];
    rt_case *list[MOST];
    rt_case *room[2 * MOST];
    size_t count;
    int status;    /* RT_PENDING until it is completed */
    int completed; /* how often */
    rt_case *chosen;
} party;

typedef struct fixture {
    rt_loop loop;
    rt_random random;
    party a, b, c;
    rt_channel *one, *two;
    size_t blocks;
} fixture;

static void on_complete(rt_waiter *waiter) {
    party *p = rt_container_of(waiter, party, waiter);
    assert_int_equal(p->status, RT_PENDING);
    p->completed++;
    p->status = waiter->status;
    p->chosen = rt_select_end(&p->select);
}

static int set_up(void **state) {
    static fixture f;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    f.random.state = 1;
    party *const parties[] = {&f.a, &f.b, &f.c};
    for (size_t i = 0; i < 3; i++) {
        *parties[i] = (party){.count = 0};
        rt_waiter_init(&parties[i]->waiter, &f.loop, on_complete);
    }
    f.one = f.two = NULL;
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    rt_object_unref((rt_object *)(void *)f->one);
    rt_object_unref((rt_object *)(void *)f->two);
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_deinit(&f->loop);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

static void open_channels(fixture *f, size_t capacity) {
    f->one = rt_channel_new(capacity);
    f->two = rt_channel_new(capacity);
    assert_non_null(f->one);
    assert_non_null(f->two);
}

static rt_case *add(party *p, void *object, const rt_selectable *type,
                    rt_case_kind kind) {
    rt_case *c = &p->cases[p->count];
    p->list[p->count++] = c;
    *c = (rt_case){.type = type, .object = object, .kind = kind};
    return c;
}

static rt_case *add_recv(party *p, rt_channel *channel) {
    return add(p, channel, rt_channel_type.selectable, RT_CASE_RECV);
}

static rt_case *add_send(party *p, rt_channel *channel, int64_t value) {
    rt_case *c = add(p, channel, rt_channel_type.selectable, RT_CASE_SEND);
    c->item = (rt_item){.kind = RT_ITEM_INT, .as.integer = value};
    return c;
}

static int begin(fixture *f, party *p, rt_waiter *waiter) {
    rt_select_init(&p->select, p->list, p->count, p->room, &f->random);
    p->status = rt_select_begin(&p->select, waiter, &f->loop, &p->chosen);
    return p->status;
}

static int wait_for(fixture *f, party *p) {
    return begin(f, p, &p->waiter);
}

static int watch(fixture *f, party *p) {
    rt_select_init(&p->select, p->list, p->count, p->room, &f->random);
    p->status = rt_select_watch(&p->select, &p->waiter, &p->chosen);
    return p->status;
}

static int try_send(rt_channel *channel, int64_t value) {
    rt_item item = {.kind = RT_ITEM_INT, .as.integer = value};
    return rt_channel_send(channel, &item, NULL, NULL);
}

static int64_t try_recv(rt_channel *channel) {
    rt_item item = {.kind = RT_ITEM_NIL};
    int status = rt_channel_recv(channel, &item, NULL, NULL);
    return status == RT_OK ? item.as.integer : status;
}

static void assert_won(const party *p, const rt_case *c, int64_t value) {
    assert_int_equal(p->status, RT_OK);
    assert_ptr_equal(p->chosen, c);
    assert_int_equal(c->item.kind, RT_ITEM_INT);
    assert_int_equal(c->item.as.integer, value);
}

static void turn(fixture *f) {
    rt_loop_turn(&f->loop, false, 0);
}

/* ---- at once ---- */

static void test_select_takes_what_is_ready(void **state) {
    fixture *f = *state;
    open_channels(f, 2);
    (void)add_recv(&f->a, f->one);
    const rt_case *second = add_recv(&f->a, f->two);
    assert_int_equal(try_send(f->two, 7), RT_OK);
    assert_int_equal(try_send(f->two, 8), RT_OK);
    assert_int_equal(wait_for(f, &f->a), RT_OK);
    assert_won(&f->a, second, 7);
    assert_int_equal(rt_channel_count(f->two), 1);
}

static void test_select_sends_once(void **state) {
    fixture *f = *state;
    open_channels(f, 1);
    const rt_case *first = add_send(&f->a, f->one, 1);
    const rt_case *second = add_send(&f->a, f->two, 2);
    assert_int_equal(wait_for(f, &f->a), RT_OK);
    assert_int_equal(rt_channel_count(f->one) + rt_channel_count(f->two), 1);
    bool is_first = f->a.chosen == first;
    assert_int_equal(first->item.kind, is_first ? RT_ITEM_NIL : RT_ITEM_INT);
    assert_int_equal(second->item.kind, is_first ? RT_ITEM_INT : RT_ITEM_NIL);
    assert_int_equal(try_recv(is_first ? f->one : f->two), is_first ? 1 : 2);
}

static void test_select_does_not_wait_without_a_waiter(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    (void)add_recv(&f->a, f->one);
    (void)add_send(&f->a, f->two, 1);
    assert_int_equal(begin(f, &f->a, NULL), RT_EEMPTY);
    assert_null(f->a.chosen);
    assert_int_equal(try_send(f->one, 1), RT_EFULL);
    assert_int_equal(try_recv(f->two), RT_EEMPTY);
}

static void test_select_of_closed_says_so(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    (void)add_recv(&f->a, f->one);
    const rt_case *sending = add_send(&f->a, f->two, 1);
    rt_channel_close(f->two, NULL);
    assert_int_equal(wait_for(f, &f->a), RT_ECLOSED);
    assert_ptr_equal(f->a.chosen, sending);
    assert_int_equal(sending->item.kind, RT_ITEM_INT);
}

static void test_select_of_nothing_is_empty(void **state) {
    fixture *f = *state;
    assert_int_equal(begin(f, &f->a, NULL), RT_EEMPTY);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    assert_int_equal(f->a.status, RT_ECANCELLED);
    assert_null(f->a.chosen);
}

/* ---- later ---- */

static void test_select_waits_for_the_first(void **state) {
    fixture *f = *state;
    open_channels(f, 1);
    const rt_case *first = add_recv(&f->a, f->one);
    (void)add_recv(&f->a, f->two);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_int_equal(try_send(f->one, 5), RT_OK);
    assert_int_equal(rt_channel_count(f->one), 0);
    /* It is over: what comes now stays where it is. */
    assert_int_equal(try_send(f->two, 6), RT_OK);
    turn(f);
    assert_won(&f->a, first, 5);
    assert_int_equal(f->a.completed, 1);
    assert_int_equal(try_recv(f->two), 6);
}

static void test_select_of_both_directions(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    const rt_case *sending = add_send(&f->a, f->one, 1);
    const rt_case *receiving = add_recv(&f->a, f->one);
    /* It does not meet itself. */
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_int_equal(try_recv(f->one), 1);
    assert_int_equal(try_send(f->one, 2), RT_EFULL);
    turn(f);
    assert_int_equal(f->a.status, RT_OK);
    assert_ptr_equal(f->a.chosen, sending);
    assert_int_equal(receiving->item.kind, RT_ITEM_NIL);

    f->a.count = 0;
    sending = add_send(&f->a, f->one, 3);
    receiving = add_recv(&f->a, f->one);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_int_equal(try_send(f->one, 4), RT_OK);
    assert_int_equal(try_recv(f->one), RT_EEMPTY);
    turn(f);
    assert_won(&f->a, receiving, 4);
    assert_int_equal(sending->item.kind, RT_ITEM_INT);
}

static void test_select_of_one_channel_twice(void **state) {
    fixture *f = *state;
    open_channels(f, 1);
    (void)add_recv(&f->a, f->one);
    (void)add_recv(&f->a, f->one);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_int_equal(try_send(f->one, 1), RT_OK);
    assert_int_equal(try_send(f->one, 2), RT_OK);
    turn(f);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->a.chosen->item.as.integer, 1);
    assert_int_equal(f->a.completed, 1);
    assert_int_equal(try_recv(f->one), 2);
}

static void test_select_meets_select(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    (void)add_recv(&f->a, f->one);
    const rt_case *sending = add_send(&f->a, f->two, 1);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    (void)add_recv(&f->b, f->one);
    const rt_case *receiving = add_recv(&f->b, f->two);
    assert_int_equal(wait_for(f, &f->b), RT_OK);
    assert_won(&f->b, receiving, 1);
    assert_int_equal(f->a.status, RT_OK);
    assert_ptr_equal(f->a.chosen, sending);
    /* Nobody is left anywhere. */
    assert_int_equal(try_send(f->one, 1), RT_EFULL);
    assert_int_equal(try_recv(f->two), RT_EEMPTY);
}

/* Each of two sends to the other, and receives from it: one pair is made. */
static void test_select_meets_select_in_both_directions(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    (void)add_send(&f->a, f->one, 1);
    (void)add_recv(&f->a, f->two);
    (void)add_recv(&f->b, f->one);
    (void)add_send(&f->b, f->two, 2);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_int_equal(wait_for(f, &f->b), RT_OK);
    assert_int_equal(f->a.status, RT_OK);
    assert_ptr_equal(f->a.chosen->object, f->b.chosen->object);
    assert_int_not_equal(f->a.chosen->kind, f->b.chosen->kind);
}

static void test_select_of_closing_channel(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    const rt_case *first = add_recv(&f->a, f->one);
    (void)add_recv(&f->a, f->one);
    (void)add_send(&f->a, f->two, 1);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    rt_channel_close(f->one, &f->loop);
    assert_int_equal(f->a.status, RT_ECLOSED);
    assert_ptr_equal(f->a.chosen->object, first->object);
    assert_int_equal(f->a.completed, 1);
    assert_int_equal(try_recv(f->two), RT_EEMPTY);
}

static void test_select_that_timed_out_has_not_happened(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    (void)add_recv(&f->a, f->one);
    const rt_case *sending = add_send(&f->a, f->two, 1);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    int64_t now = rt_clock_now();
    assert_int_equal(rt_waiter_arm(&f->a.waiter, now, now), RT_OK);
    turn(f);
    assert_int_equal(f->a.status, RT_ETIMEOUT);
    assert_null(f->a.chosen);
    assert_int_equal(sending->item.kind, RT_ITEM_INT);
    assert_int_equal(try_send(f->one, 1), RT_EFULL);
    assert_int_equal(try_recv(f->two), RT_EEMPTY);
}

static void test_select_that_has_happened_is_not_cancelled(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    const rt_case *receiving = add_recv(&f->a, f->one);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_int_equal(try_send(f->one, 9), RT_OK);
    assert_false(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    turn(f);
    assert_won(&f->a, receiving, 9);
}

static void test_select_begins_again(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    const rt_case *receiving = add_recv(&f->a, f->one);
    (void)add_recv(&f->a, f->two);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(wait_for(f, &f->a), RT_PENDING);
        if (i == 1) assert_true(rt_waiter_cancel(&f->a.waiter, RT_ETIMEOUT));
        if (i != 1) assert_int_equal(try_send(f->one, i), RT_OK);
        turn(f);
        if (i != 1) assert_won(&f->a, receiving, i);
    }
    assert_int_equal(f->a.completed, 3);
}

static void test_select_waits_for_strands(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    rt_runtime *runtime = rt_runtime_new();
    assert_non_null(runtime);
    rt_strand *strand = rt_strand_new(runtime, RT_STRAND_FUTURE, NULL, NULL);
    assert_non_null(strand);
    (void)add_recv(&f->a, f->one);
    const rt_case *ends =
        add(&f->a, strand, rt_strand_type.selectable, RT_CASE_WAIT);
    (void)add(&f->a, strand, rt_strand_type.selectable, RT_CASE_WAIT);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_true(rt_strand_finish(strand, RT_STRAND_DONE, NULL));
    turn(f);
    assert_int_equal(f->a.status, RT_OK);
    assert_ptr_equal(f->a.chosen->object, ends->object);
    assert_int_equal(wait_for(f, &f->a), RT_OK);
    assert_ptr_equal(f->a.chosen->object, ends->object);
    rt_object_unref(&strand->object);
    assert_true(rt_runtime_shutdown(runtime, RT_NEVER));
    rt_runtime_free(runtime);
}

/* ---- order ---- */

static void count_choices(fixture *f, int counts[3], int rounds) {
    for (int i = 0; i < rounds; i++) {
        assert_int_equal(wait_for(f, &f->a), RT_OK);
        counts[f->a.chosen - f->a.cases]++;
    }
}

static void test_select_is_fair(void **state) {
    fixture *f = *state;
    open_channels(f, RT_CHANNEL_UNBOUNDED);
    for (int i = 0; i < 30000; i++) (void)try_send(f->one, i);
    (void)add_recv(&f->a, f->one);
    (void)add_recv(&f->a, f->one);
    (void)add_send(&f->a, f->two, 1);
    int counts[3] = {0, 0, 0};
    count_choices(f, counts, 30000);
    /* Six standard deviations of 82 each. */
    for (int i = 0; i < 3; i++) assert_in_range(counts[i], 9500, 10500);
}

/* Cases that are not ready do not favour their neighbours. */
static void test_select_is_fair_among_the_ready(void **state) {
    fixture *f = *state;
    open_channels(f, RT_CHANNEL_UNBOUNDED);
    for (int i = 0; i < 20000; i++) (void)try_send(f->one, i);
    (void)add_recv(&f->a, f->one);
    (void)add_recv(&f->a, f->two);
    (void)add_recv(&f->a, f->one);
    int counts[3] = {0, 0, 0};
    count_choices(f, counts, 20000);
    assert_int_equal(counts[1], 0);
    assert_in_range(counts[0], 9500, 10500);
}

static void test_select_repeats_with_the_seed(void **state) {
    fixture *f = *state;
    open_channels(f, RT_CHANNEL_UNBOUNDED);
    for (int i = 0; i < 400; i++) (void)try_send(f->one, i);
    for (int i = 0; i < 5; i++) (void)add_recv(&f->a, f->one);
    ptrdiff_t first[100];
    for (int round = 0; round < 2; round++) {
        f->random.state = 42;
        /* The order of turns is part of the block. */
        rt_select_init(&f->a.select, f->a.list, 5, f->a.room, &f->random);
        for (int i = 0; i < 100; i++) {
            assert_int_equal(wait_for(f, &f->a), RT_OK);
            ptrdiff_t choice = f->a.chosen - f->a.cases;
            if (round == 0) first[i] = choice;
            assert_int_equal(choice, first[i]);
        }
    }
}

static void test_select_of_many(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    rt_channel *channels[MOST];
    for (int i = 0; i < MOST; i++) {
        channels[i] = rt_channel_new(1);
        assert_non_null(channels[i]);
    }
    for (int i = 0; i < MOST; i++)
        (void)add_recv(&f->a, channels[i * 7 % MOST]);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_int_equal(try_send(channels[5 * 7 % MOST], 3), RT_OK);
    turn(f);
    assert_won(&f->a, &f->a.cases[5], 3);
    for (int i = 0; i < MOST; i++)
        rt_object_unref((rt_object *)(void *)channels[i]);
}

/* ---- watchers ---- */

static void test_watch_takes_nothing(void **state) {
    fixture *f = *state;
    open_channels(f, 1);
    (void)add_recv(&f->a, f->one);
    (void)add_recv(&f->a, f->two);
    assert_int_equal(watch(f, &f->a), RT_PENDING);
    assert_int_equal(try_send(f->one, 1), RT_OK);
    turn(f);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(rt_channel_count(f->one), 1);
    assert_int_equal(watch(f, &f->a), RT_OK);
    assert_int_equal(try_recv(f->one), 1);
    rt_channel_close(f->two, NULL);
    assert_int_equal(watch(f, &f->a), RT_OK);
}

static void test_watch_lets_receivers_pass(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    (void)add_recv(&f->a, f->one);
    const rt_case *receiving = add_recv(&f->b, f->one);
    (void)add_recv(&f->c, f->one);
    assert_int_equal(watch(f, &f->a), RT_PENDING);
    assert_int_equal(wait_for(f, &f->b), RT_PENDING);
    assert_int_equal(watch(f, &f->c), RT_PENDING);
    assert_int_equal(try_send(f->one, 4), RT_OK);
    turn(f);
    assert_won(&f->b, receiving, 4);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->c.status, RT_PENDING); /* there was nothing for it */
    assert_true(rt_waiter_cancel(&f->c.waiter, RT_ECANCELLED));
}

static void test_watch_of_sender_hears_of_room(void **state) {
    fixture *f = *state;
    open_channels(f, 1);
    assert_int_equal(try_send(f->one, 1), RT_OK);
    (void)add_send(&f->a, f->one, 2);
    assert_int_equal(watch(f, &f->a), RT_PENDING);
    assert_int_equal(try_recv(f->one), 1);
    turn(f);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(rt_channel_count(f->one), 0);
}

static void test_watch_of_sender_hears_of_receiver(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    (void)add_send(&f->a, f->one, 2);
    (void)add_recv(&f->b, f->one);
    assert_int_equal(watch(f, &f->a), RT_PENDING);
    assert_int_equal(wait_for(f, &f->b), RT_PENDING);
    turn(f);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(watch(f, &f->a), RT_OK); /* who waits is there still */
    assert_int_equal(f->b.status, RT_PENDING);
    assert_true(rt_waiter_cancel(&f->b.waiter, RT_ECANCELLED));
    assert_int_equal(watch(f, &f->a), RT_PENDING);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
}

/* Both sides only watch: both hear of each other. */
static void test_watch_meets_watch(void **state) {
    fixture *f = *state;
    open_channels(f, 0);
    (void)add_send(&f->a, f->one, 2);
    (void)add_recv(&f->a, f->one); /* does not count for itself */
    (void)add_recv(&f->b, f->one);
    assert_int_equal(watch(f, &f->a), RT_PENDING);
    assert_int_equal(watch(f, &f->b), RT_OK);
    turn(f);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->a.completed, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_select_takes_what_is_ready),
        TEST(test_select_sends_once),
        TEST(test_select_does_not_wait_without_a_waiter),
        TEST(test_select_of_closed_says_so),
        TEST(test_select_of_nothing_is_empty),
        TEST(test_select_waits_for_the_first),
        TEST(test_select_of_both_directions),
        TEST(test_select_of_one_channel_twice),
        TEST(test_select_meets_select),
        TEST(test_select_meets_select_in_both_directions),
        TEST(test_select_of_closing_channel),
        TEST(test_select_that_timed_out_has_not_happened),
        TEST(test_select_that_has_happened_is_not_cancelled),
        TEST(test_select_begins_again),
        TEST(test_select_waits_for_strands),
        TEST(test_select_is_fair),
        TEST(test_select_is_fair_among_the_ready),
        TEST(test_select_repeats_with_the_seed),
        TEST(test_select_of_many),
        TEST(test_watch_takes_nothing),
        TEST(test_watch_lets_receivers_pass),
        TEST(test_watch_of_sender_hears_of_room),
        TEST(test_watch_of_sender_hears_of_receiver),
        TEST(test_watch_meets_watch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
