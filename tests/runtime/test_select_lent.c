/* Selects that do not wait, over channels that have lent to other processes,
 * which are played here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/status.h"
#include "ipc/choice_call.h"
#include "sync/loan.h"

enum { CAPACITY = 8 };

/* A channel, and the process that borrows from it. */
typedef struct lender {
    rt_channel *channel;
    rt_loan loan;
    rt_loan_record record;
    int recalls;
} lender;

typedef struct fixture {
    rt_loop loop; /* of the strand, and the hub's */
    lender one, two;
    rt_choice *choice;
    rt_waiter waiter;
    int status; /* RT_PENDING until it is completed */
    rt_call call;
    int answer; /* likewise */
    size_t blocks;
} fixture;

static fixture f;

static void on_complete(rt_waiter *waiter) {
    assert_int_equal(f.status, RT_PENDING);
    f.status = waiter->status;
}

static void on_place(rt_loan *loan, int status) {
    (void)loan;
    (void)status;
}

static void ask_back(rt_loan *loan) {
    rt_container_of(loan, lender, loan)->recalls++;
}

static void on_end(rt_loan *loan) {
    (void)loan;
}

static void run_loop(void) {
    do rt_loop_turn(&f.loop, false, 0);
    while (rt_loop_has_posts(&f.loop));
}

/* Only the address counts. */
static struct rt_wire *wire_of(lender *l) {
    return (struct rt_wire *)(void *)l;
}

static rt_object *object_of(const lender *l) {
    return (rt_object *)(void *)l->channel;
}

static void open_lender(lender *l) {
    memset(l, 0, sizeof *l);
    l->channel = rt_channel_new(CAPACITY);
    assert_non_null(l->channel);
    l->loan.wire = wire_of(l);
    l->loan.on_place = on_place;
    l->loan.ask_back = ask_back;
    l->loan.end = on_end;
    rt_channel_add_loan(l->channel, &l->loan, &f.loop);
    l->loan.place_quota = l->loan.item_quota = RT_LOAN_MOST;
}

/* The borrower dies. */
static void leave(lender *l) {
    rt_channel_type.peer_gone(object_of(l), wire_of(l), 0);
}

static void close_lender(lender *l) {
    if (!l->loan.has_ended) leave(l);
    run_loop();
    rt_object_unref(object_of(l));
}

static int set_up(void **state) {
    (void)state;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    rt_waiter_init(&f.waiter, &f.loop, on_complete);
    open_lender(&f.one);
    open_lender(&f.two);
    f.choice = rt_choice_new(4);
    assert_non_null(f.choice);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    rt_choice_free(f.choice);
    close_lender(&f.one);
    close_lender(&f.two);
    rt_loop_deinit(&f.loop);
    assert_int_equal(rt_alloc_count(), f.blocks);
    return 0;
}

static void lend_places(lender *l, size_t count) {
    assert_int_equal(rt_channel_lend_places(l->channel, &l->loan), count);
}

static void fill(const lender *l, int64_t first, int64_t count) {
    for (int64_t i = first; i < first + count; i++) {
        rt_item item = {.kind = RT_ITEM_INT, .as.integer = i};
        assert_int_equal(rt_channel_send(l->channel, &item, NULL, &f.loop),
                         RT_OK);
    }
}

/* All of 0 ... count - 1. */
static void lend_items(lender *l, int64_t count) {
    rt_item copies[RT_LOAN_MOST];
    fill(l, 0, count);
    assert_int_equal(rt_channel_lend_items(l->channel, &l->loan, &l->record,
                                           copies, RT_LOAN_MOST),
                     count);
}

/* The borrower takes items; nobody hears of it. */
static void take(lender *l, uint64_t count) {
    atomic_fetch_add(&l->record.taken, count);
}

static void give_back(lender *l, size_t places, size_t items) {
    assert_int_equal(
        rt_channel_give_back(l->channel, &l->loan, places, items, &f.loop),
        RT_OK);
}

static rt_case *add(const lender *l, rt_case_kind kind) {
    rt_case *c = rt_choice_add(f.choice, object_of(l), kind);
    assert_non_null(c);
    if (kind == RT_CASE_SEND)
        c->item = (rt_item){.kind = RT_ITEM_INT, .as.integer = 100};
    return c;
}

static int start(rt_choice_mode mode) {
    f.status = rt_choice_start(f.choice, &f.waiter, mode);
    return f.status;
}

static void assert_received(const rt_case *c, int64_t value) {
    assert_int_equal(f.status, RT_OK);
    assert_ptr_equal(f.choice->chosen, c);
    assert_int_equal(c->item.as.integer, value);
}

/* ---- one lender ---- */

static void test_select_lent_items_come_back(void **state) {
    (void)state;
    const rt_case *c = add(&f.one, RT_CASE_RECV);
    (void)add(&f.two, RT_CASE_RECV);
    lend_items(&f.one, 5);
    take(&f.one, 2);
    assert_int_equal(start(RT_CHOICE_TRY), RT_PENDING);
    run_loop();
    assert_int_equal(f.one.recalls, 1);
    assert_int_equal(f.two.recalls, 0);
    assert_int_equal(f.status, RT_PENDING);
    give_back(&f.one, 0, 3);
    run_loop();
    assert_received(c, 2);
}

static void test_select_lent_places_come_back(void **state) {
    (void)state;
    const rt_case *c = add(&f.one, RT_CASE_SEND);
    (void)add(&f.two, RT_CASE_RECV);
    lend_places(&f.one, CAPACITY);
    assert_int_equal(start(RT_CHOICE_TRY), RT_PENDING);
    run_loop();
    assert_int_equal(f.one.recalls, 1);
    give_back(&f.one, CAPACITY, 0);
    run_loop();
    assert_int_equal(f.status, RT_OK);
    assert_ptr_equal(f.choice->chosen, c);
    assert_int_equal(rt_channel_count(f.one.channel), 1);
}

/* Nothing comes of it, and no case is left in a queue. */
static void test_select_lent_was_used(void **state) {
    (void)state;
    (void)add(&f.one, RT_CASE_RECV);
    lend_items(&f.one, 5);
    assert_int_equal(start(RT_CHOICE_TRY), RT_PENDING);
    take(&f.one, 5);
    run_loop();
    assert_int_equal(f.status, RT_EEMPTY);
    assert_null(f.choice->chosen);
    fill(&f.one, 5, 1);
    assert_int_equal(rt_channel_count(f.one.channel), 1);
}

/* What is known without asking is not asked for. */
static void test_select_lent_and_taken_is_room(void **state) {
    (void)state;
    const rt_case *c = add(&f.one, RT_CASE_SEND);
    lend_items(&f.one, CAPACITY);
    assert_int_equal(start(RT_CHOICE_TRY), RT_EEMPTY);
    take(&f.one, 1);
    assert_int_equal(rt_choice_try(f.choice, &f.loop), RT_OK);
    assert_ptr_equal(f.choice->chosen, c);
    run_loop();
    assert_int_equal(f.one.recalls, 0);
}

/* With a case that can go on nothing is recalled. */
static void test_select_lent_is_not_recalled_in_vain(void **state) {
    (void)state;
    (void)add(&f.one, RT_CASE_RECV);
    const rt_case *c = add(&f.two, RT_CASE_RECV);
    lend_items(&f.one, 5);
    fill(&f.two, 7, 1);
    assert_int_equal(start(RT_CHOICE_TRY), RT_OK);
    assert_received(c, 7);
    run_loop();
    assert_int_equal(f.one.recalls, 0);
}

static void test_select_lent_comes_back_from_the_dead(void **state) {
    (void)state;
    const rt_case *c = add(&f.one, RT_CASE_RECV);
    lend_items(&f.one, 5);
    take(&f.one, 1);
    assert_int_equal(start(RT_CHOICE_TRY), RT_PENDING);
    leave(&f.one);
    run_loop();
    assert_received(c, 1);
}

static void test_select_lent_without_waiting(void **state) {
    (void)state;
    (void)add(&f.one, RT_CASE_RECV);
    assert_false(rt_choice_may_be_lent(f.choice));
    assert_int_equal(start(RT_CHOICE_NOW), RT_EEMPTY);
    lend_items(&f.one, 5);
    assert_true(rt_choice_may_be_lent(f.choice));
    assert_int_equal(start(RT_CHOICE_NOW), RT_ELENT);
    assert_int_equal(rt_choice_try(f.choice, &f.loop), RT_ELENT);
    run_loop();
    assert_int_equal(f.one.recalls, 0);
}

/* ---- two ---- */

/* Waits for the items of both, which are lent. Returns the second one's case. */
static const rt_case *select_lent_items(void) {
    (void)add(&f.one, RT_CASE_RECV);
    const rt_case *second = add(&f.two, RT_CASE_RECV);
    lend_items(&f.one, 5);
    lend_items(&f.two, 5);
    assert_int_equal(start(RT_CHOICE_TRY), RT_PENDING);
    return second;
}

static void test_select_lent_by_two_is_recalled_at_once(void **state) {
    (void)state;
    const rt_case *c = select_lent_items();
    run_loop();
    assert_int_equal(f.one.recalls, 1);
    assert_int_equal(f.two.recalls, 1);
    take(&f.one, 5);
    rt_channel_taken(f.one.channel, &f.loop);
    run_loop();
    assert_int_equal(f.status, RT_PENDING); /* the other is not known */
    give_back(&f.two, 0, 5);
    run_loop();
    assert_received(c, 0);
}

/* The first lends again whenever it can: that does not keep the try. */
static void test_select_lent_again_ends(void **state) {
    (void)state;
    (void)add(&f.one, RT_CASE_RECV);
    (void)add(&f.two, RT_CASE_RECV);
    lend_places(&f.one, CAPACITY);
    lend_places(&f.two, CAPACITY);
    assert_int_equal(start(RT_CHOICE_TRY), RT_PENDING);
    run_loop();
    give_back(&f.one, CAPACITY, 0);
    run_loop();
    assert_int_equal(f.status, RT_PENDING);
    f.one.loan.place_quota = RT_LOAN_MOST;
    lend_places(&f.one, CAPACITY);
    give_back(&f.two, CAPACITY, 0);
    run_loop();
    assert_int_equal(f.status, RT_EEMPTY);
    assert_int_equal(f.one.recalls, 1);
}

/* Something else happens first. */
static void test_select_lent_is_overtaken(void **state) {
    (void)state;
    (void)add(&f.one, RT_CASE_RECV);
    const rt_case *c = add(&f.two, RT_CASE_RECV);
    lend_items(&f.one, 5);
    lend_places(&f.two, CAPACITY);
    assert_int_equal(start(RT_CHOICE_TRY), RT_PENDING);
    run_loop();
    rt_item item = {.kind = RT_ITEM_INT, .as.integer = 9};
    assert_int_equal(
        rt_channel_feed(f.two.channel, &f.two.loan, &item, 1, &f.loop), RT_OK);
    run_loop();
    assert_received(c, 9);
    give_back(&f.one, 0, 5);
    assert_int_equal(rt_channel_count(f.one.channel), 5);
}

/* ---- ends from outside ---- */

static void test_select_lent_is_cancelled(void **state) {
    (void)state;
    (void)select_lent_items();
    assert_true(rt_waiter_cancel(&f.waiter, RT_ECANCELLED));
    assert_int_equal(f.status, RT_ECANCELLED);
    run_loop();
    give_back(&f.one, 0, 5);
    assert_int_equal(rt_channel_count(f.one.channel), 5);
}

/* Between two rounds: there is no other then. */
static void test_select_lent_is_cancelled_late(void **state) {
    (void)state;
    (void)select_lent_items();
    take(&f.one, 5);
    rt_channel_taken(f.one.channel, NULL); /* as from another thread */
    assert_false(rt_waiter_cancel(&f.waiter, RT_ECANCELLED));
    run_loop();
    assert_int_equal(f.status, RT_ECANCELLED);
    give_back(&f.two, 0, 5);
    assert_int_equal(rt_channel_count(f.two.channel), 5);
}

/* ---- asked by another process ---- */

static void reply(rt_call *call, int status, rt_message *result) {
    assert_int_equal(f.answer, RT_PENDING);
    f.answer = status;
    rt_message_free(result);
    rt_message_free(call->arguments);
}

static int serve(int64_t patience_ns) {
    rt_case *list[] = {&f.choice->cases[0], &f.choice->cases[1]};
    f.call = (rt_call){.operation = RT_CALL_SELECT, .party = 1, .reply = reply};
    f.call.waiter.loop = &f.loop;
    f.answer = RT_PENDING;
    assert_int_equal(rt_choice_write(RT_CALL_SELECT, list, 2, patience_ns, 7,
                                     &f.call.arguments),
                     RT_OK);
    rt_choice_serve(&f.call);
    return f.answer;
}

static void test_select_lent_asked_by_others(void **state) {
    (void)state;
    (void)add(&f.one, RT_CASE_RECV);
    (void)add(&f.two, RT_CASE_SEND);
    lend_items(&f.one, 5);
    lend_places(&f.two, CAPACITY);
    assert_int_equal(serve(0), RT_ELENT);
    run_loop();
    assert_int_equal(f.one.recalls, 0);
    assert_int_equal(serve(RT_PATIENCE_TRY), RT_PENDING);
    run_loop();
    assert_int_equal(f.one.recalls, 1);
    assert_int_equal(f.two.recalls, 1);
    give_back(&f.two, CAPACITY, 0);
    run_loop();
    assert_int_equal(f.answer, RT_OK);
    assert_int_equal(rt_channel_count(f.two.channel), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_select_lent_items_come_back),
        TEST(test_select_lent_places_come_back),
        TEST(test_select_lent_was_used),
        TEST(test_select_lent_and_taken_is_room),
        TEST(test_select_lent_is_not_recalled_in_vain),
        TEST(test_select_lent_comes_back_from_the_dead),
        TEST(test_select_lent_without_waiting),
        TEST(test_select_lent_by_two_is_recalled_at_once),
        TEST(test_select_lent_again_ends),
        TEST(test_select_lent_is_overtaken),
        TEST(test_select_lent_is_cancelled),
        TEST(test_select_lent_is_cancelled_late),
        TEST(test_select_lent_asked_by_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
