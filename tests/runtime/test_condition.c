/* Conditions on one thread: order, tickets that are given up, and what other
 * processes ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/status.h"
#include "calls.h"
#include "sync/condition.h"
#include "sync/lock.h"
#include "failing.h"

typedef struct party {
    rt_waiter waiter;
    rt_ticket ticket;
    int status; /* RT_PENDING until it is completed */
} party;

typedef struct fixture {
    rt_loop loop;
    party a, b, c;
    rt_lock *lock;
    rt_condition *condition;
    size_t blocks;
} fixture;

static void on_complete(rt_waiter *waiter) {
    party *p = rt_container_of(waiter, party, waiter);
    assert_int_equal(p->status, RT_PENDING);
    p->status = waiter->status;
}

static void init_party(party *p, rt_loop *loop) {
    rt_waiter_init(&p->waiter, loop, on_complete);
    p->status = RT_OK;
}

static rt_object *as_object(rt_condition *condition) {
    return (rt_object *)(void *)condition;
}

static int set_up(void **state) {
    static fixture f;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    init_party(&f.a, &f.loop);
    init_party(&f.b, &f.loop);
    init_party(&f.c, &f.loop);
    f.lock = rt_lock_new(true);
    f.condition = rt_condition_new(&f.lock->object);
    *state = &f;
    return f.lock && f.condition ? 0 : 1;
}

static int tear_down(void **state) {
    fixture *f = *state;
    assert_int_equal(rt_condition_count(f->condition), 0);
    assert_false(rt_lock_is_taken(f->lock));
    rt_object_unref(as_object(f->condition));
    rt_loop_turn(&f->loop, false, 0);
    rt_object_unref(&f->lock->object);
    rt_loop_deinit(&f->loop);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

static void enter(fixture *f, party *p) {
    rt_condition_enter(f->condition, &p->ticket);
}

static int wait_in(fixture *f, party *p) {
    p->status = rt_condition_wait(f->condition, &p->ticket, &p->waiter);
    return p->status;
}

static void enter_and_wait(fixture *f, party *p) {
    enter(f, p);
    assert_int_equal(wait_in(f, p), RT_PENDING);
}

static void notify(fixture *f, size_t count) {
    rt_condition_notify(f->condition, count, &f->loop);
}

/* ---- in one process ---- */

static void test_condition_serves_the_oldest(void **state) {
    fixture *f = *state;
    enter_and_wait(f, &f->a);
    enter_and_wait(f, &f->b);
    enter_and_wait(f, &f->c);
    assert_int_equal(rt_condition_count(f->condition), 3);
    notify(f, 0);
    assert_int_equal(f->a.status, RT_PENDING);
    notify(f, 1);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->b.status, RT_PENDING);
    notify(f, RT_CONDITION_ALL);
    assert_int_equal(f->b.status, RT_OK);
    assert_int_equal(f->c.status, RT_OK);
    notify(f, 2); /* nobody */
    enter_and_wait(f, &f->a);
    notify(f, 1);
    assert_int_equal(f->a.status, RT_OK);
}

static void test_condition_counts_from_the_entry(void **state) {
    fixture *f = *state;
    enter(f, &f->a);
    enter(f, &f->b);
    notify(f, 1);
    assert_int_equal(rt_condition_count(f->condition), 1);
    assert_int_equal(wait_in(f, &f->b), RT_PENDING);
    assert_int_equal(wait_in(f, &f->a), RT_OK);
    notify(f, 1);
    assert_int_equal(f->b.status, RT_OK);
}

static void test_condition_passes_on_what_was_given_up(void **state) {
    fixture *f = *state;
    enter(f, &f->a);
    enter_and_wait(f, &f->b);
    notify(f, 1);
    assert_int_equal(f->b.status, RT_PENDING);
    rt_condition_leave(f->condition, &f->a.ticket, &f->loop);
    assert_int_equal(f->b.status, RT_OK);
    enter(f, &f->a);
    rt_condition_leave(f->condition, &f->a.ticket, &f->loop);
    enter_and_wait(f, &f->b);
    notify(f, 1);
    assert_int_equal(f->b.status, RT_OK);
}

static void test_condition_skips_who_timed_out(void **state) {
    fixture *f = *state;
    enter_and_wait(f, &f->a);
    enter_and_wait(f, &f->b);
    enter_and_wait(f, &f->c);
    assert_int_equal(rt_waiter_arm(&f->a.waiter, 1, 1), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_ETIMEOUT);
    assert_true(rt_waiter_cancel(&f->b.waiter, RT_ECANCELLED));
    assert_int_equal(rt_condition_count(f->condition), 1);
    notify(f, 1);
    assert_int_equal(f->c.status, RT_OK);
}

/* It has claimed its waiter and is about to leave the queue. */
static void test_condition_skips_who_is_leaving(void **state) {
    fixture *f = *state;
    enter_and_wait(f, &f->a);
    enter_and_wait(f, &f->b);
    assert_true(rt_waiter_claim(&f->a.waiter));
    notify(f, 1);
    assert_int_equal(f->b.status, RT_OK);
    f->a.waiter.withdraw(&f->a.waiter);
    rt_waiter_complete_here(&f->a.waiter, RT_ETIMEOUT);
    assert_int_equal(f->a.status, RT_ETIMEOUT);
}

/* ---- for other processes ---- */

static struct rt_wire wire, other_wire;

static int ask(fixture *f, asked *a, uint64_t strand, int operation,
               rt_item *items, size_t count) {
    return ask_object_with(a, as_object(f->condition), &f->loop, &wire, strand,
                           operation, items, count);
}

static int ask_number(fixture *f, asked *a, uint64_t strand, int operation,
                      int64_t number) {
    rt_item item = {.kind = RT_ITEM_INT, .as.integer = number};
    return ask(f, a, strand, operation, &item, 1);
}

static int64_t ticket_of(fixture *f, uint64_t strand) {
    asked a;
    assert_int_equal(ask(f, &a, strand, RT_CONDITION_ENTER, NULL, 0), RT_OK);
    assert_int_equal(a.item.kind, RT_ITEM_INT);
    return a.item.as.integer;
}

/* By strand 1 of the other process. */
static void enter_and_wait_there(fixture *f, asked *a) {
    int64_t ticket = ticket_of(f, 1);
    assert_int_equal(ask_number(f, a, 1, RT_CONDITION_WAIT, ticket),
                     RT_PENDING);
}

static void write_place(rt_item items[RT_LOCK_PLACE_ITEMS]) {
    rt_party name = {.kind = RT_PARTY_TASK, .id = 1};
    rt_party_write(&name, items);
    items[RT_PARTY_ITEMS] = (rt_item){.kind = RT_ITEM_INT, .as.integer = 14};
    items[RT_PARTY_ITEMS + 1] = (rt_item){.kind = RT_ITEM_TEXT};
}

static void lock_for(fixture *f, uint64_t strand, int depth) {
    for (int i = 0; i < depth; i++) {
        asked a;
        rt_item items[RT_LOCK_PLACE_ITEMS];
        write_place(items);
        assert_int_equal(ask_object_with(&a, &f->lock->object, &f->loop, &wire,
                                         strand, RT_LOCK_ACQUIRE, items,
                                         RT_LOCK_PLACE_ITEMS),
                         RT_OK);
    }
}

static int unlock_of(fixture *f, uint64_t strand) {
    asked a;
    int status = ask_object_with(&a, &f->lock->object, &f->loop, &wire, strand,
                                 RT_LOCK_RELEASE, NULL, 0);
    rt_item_clear(&a.item);
    return status;
}

static void prepare_stay(fixture *f, asked *a, uint64_t strand) {
    rt_item items[RT_LOCK_PLACE_ITEMS];
    write_place(items);
    prepare_call(a, as_object(f->condition), &f->loop, &wire, strand,
                 RT_CONDITION_STAY, items, RT_LOCK_PLACE_ITEMS);
}

static int stay(fixture *f, asked *a, uint64_t strand) {
    prepare_stay(f, a, strand);
    rt_condition_call(as_object(f->condition), &a->call);
    return a->status;
}

static int notify_for(fixture *f, asked *a, uint64_t strand, int64_t count,
                      bool is_checked) {
    rt_item items[2] = {{.kind = RT_ITEM_INT, .as.integer = count},
                        {.kind = RT_ITEM_BOOL, .as.boolean = is_checked}};
    return ask(f, a, strand, RT_CONDITION_NOTIFY, items, 2);
}

static void test_condition_tells_its_lock(void **state) {
    fixture *f = *state;
    asked a;
    assert_ptr_equal(rt_condition_lock(f->condition), &f->lock->object);
    assert_int_equal(ask(f, &a, 1, RT_CONDITION_LOCK, NULL, 0), RT_OK);
    assert_int_equal(a.item.kind, RT_ITEM_OBJECT);
    assert_ptr_equal(a.item.as.object, &f->lock->object);
    rt_item_clear(&a.item);
}

static void test_condition_tickets_of_other_processes(void **state) {
    fixture *f = *state;
    asked a, b;
    int64_t first = ticket_of(f, 1), second = ticket_of(f, 2);
    assert_int_equal(ask_number(f, &a, 2, RT_CONDITION_WAIT, first), RT_EUSAGE);
    assert_int_equal(ask_number(f, &a, 2, RT_CONDITION_LEAVE, 5), RT_EUSAGE);
    notify(f, 1);
    assert_int_equal(ask_number(f, &b, 2, RT_CONDITION_WAIT, second),
                     RT_PENDING);
    assert_int_equal(ask_number(f, &a, 1, RT_CONDITION_WAIT, first), RT_OK);
    assert_int_equal(ask_number(f, &a, 1, RT_CONDITION_WAIT, first), RT_EUSAGE);
    assert_int_equal(ask_number(f, &a, 1, RT_CONDITION_LEAVE, first), RT_OK);
    assert_int_equal(ask_number(f, &a, 1, RT_CONDITION_WAIT, first), RT_EUSAGE);
    assert_int_equal(ask_number(f, &a, 2, RT_CONDITION_LEAVE, second),
                     RT_EUSAGE); /* it waits */
    notify(f, 1);
    assert_int_equal(b.status, RT_OK);
    assert_int_equal(ask_number(f, &a, 2, RT_CONDITION_LEAVE, second), RT_OK);
    first = ticket_of(f, 1);
    assert_int_equal(ask_number(f, &a, 1, RT_CONDITION_LEAVE, first), RT_OK);
    enter_and_wait_there(f, &a);
    assert_true(rt_waiter_cancel(&a.call.waiter, RT_ETIMEOUT));
    assert_int_equal(a.status, RT_ETIMEOUT);
}

static void test_condition_tickets_end_with_their_strand(void **state) {
    fixture *f = *state;
    (void)ticket_of(f, 1);
    (void)ticket_of(f, 2);
    enter_and_wait(f, &f->a);
    notify(f, 2);
    assert_int_equal(f->a.status, RT_PENDING);
    rt_condition_type.peer_gone(as_object(f->condition), &other_wire, 0);
    rt_condition_type.peer_gone(as_object(f->condition), &wire, 3);
    assert_int_equal(f->a.status, RT_PENDING);
    rt_condition_type.peer_gone(as_object(f->condition), &wire, 2);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_OK);
    enter_and_wait(f, &f->a);
    rt_condition_type.peer_gone(as_object(f->condition), &wire, 0);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_OK);
}

/* It was notified, and has not got the lock yet. */
static void test_condition_notice_goes_on_from_the_dead(void **state) {
    fixture *f = *state;
    asked a;
    enter_and_wait_there(f, &a);
    enter_and_wait(f, &f->a);
    notify(f, 1);
    assert_int_equal(a.status, RT_OK);
    assert_int_equal(f->a.status, RT_PENDING);
    rt_condition_type.peer_gone(as_object(f->condition), &wire, 1);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_OK);
}

/* The call has not heard of it yet. */
static void test_condition_notice_goes_on_from_the_way(void **state) {
    fixture *f = *state;
    asked a;
    enter_and_wait_there(f, &a);
    enter_and_wait(f, &f->a);
    rt_condition_notify(f->condition, 1, NULL);
    assert_false(rt_waiter_cancel(&a.call.waiter, RT_EDIED));
    rt_condition_type.peer_gone(as_object(f->condition), &wire, 0);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(a.status, RT_OK);
    assert_int_equal(f->a.status, RT_OK);
}

static void test_condition_notify_is_the_owners(void **state) {
    fixture *f = *state;
    asked a;
    enter_and_wait(f, &f->a);
    enter_and_wait(f, &f->b);
    enter_and_wait(f, &f->c);
    assert_int_equal(notify_for(f, &a, 1, 1, false), RT_EOWNER);
    assert_int_equal(a.item.size, 4); /* free */
    lock_for(f, 1, 1);
    assert_int_equal(notify_for(f, &a, 2, 1, false), RT_EOWNER);
    rt_item_clear(&a.item);
    assert_int_equal(notify_for(f, &a, 1, 1, false), RT_OK);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->b.status, RT_PENDING);
    assert_int_equal(notify_for(f, &a, 2, INT64_MAX, true), RT_OK);
    assert_int_equal(f->c.status, RT_OK);
    assert_int_equal(notify_for(f, &a, 1, -1, true), RT_OK);
    assert_int_equal(unlock_of(f, 1), RT_OK);
}

/* ---- whole waits ---- */

static void test_condition_stay(void **state) {
    fixture *f = *state;
    asked a;
    assert_int_equal(stay(f, &a, 1), RT_EOWNER);
    rt_item_clear(&a.item);
    lock_for(f, 1, 3);
    assert_int_equal(stay(f, &a, 1), RT_PENDING);
    assert_false(rt_lock_is_taken(f->lock));
    lock_for(f, 2, 1);
    notify(f, 1);
    assert_int_equal(a.status, RT_PENDING); /* for the lock */
    assert_int_equal(unlock_of(f, 2), RT_OK);
    assert_int_equal(a.status, RT_OK);
    for (int i = 0; i < 3; i++) assert_int_equal(unlock_of(f, 1), RT_OK);
    assert_int_equal(unlock_of(f, 1), RT_EOWNER);
}

static void test_condition_stay_withdrawn(void **state) {
    fixture *f = *state;
    asked a;
    lock_for(f, 1, 2);
    assert_int_equal(stay(f, &a, 1), RT_PENDING);
    assert_true(rt_waiter_cancel(&a.call.waiter, RT_ETIMEOUT));
    assert_int_equal(a.status, RT_ETIMEOUT);
    assert_int_equal(a.item.as.integer, 2);
    assert_false(rt_lock_is_taken(f->lock));
    rt_item items[1 + RT_LOCK_PLACE_ITEMS] = {
        {.kind = RT_ITEM_INT, .as.integer = 2}};
    write_place(items + 1);
    assert_int_equal(ask_object_with(&a, &f->lock->object, &f->loop, &wire, 1,
                                     RT_LOCK_RESTORE, items,
                                     1 + RT_LOCK_PLACE_ITEMS),
                     RT_OK);
    assert_int_equal(unlock_of(f, 1), RT_OK);
    assert_true(rt_lock_is_taken(f->lock));
    assert_int_equal(unlock_of(f, 1), RT_OK);
}

/* While it waits for the lock: the notification goes on. */
static void test_condition_stay_withdrawn_when_notified(void **state) {
    fixture *f = *state;
    asked a;
    lock_for(f, 1, 1);
    assert_int_equal(stay(f, &a, 1), RT_PENDING);
    enter_and_wait(f, &f->b);
    lock_for(f, 2, 1);
    notify(f, 1);
    assert_int_equal(f->b.status, RT_PENDING);
    assert_true(rt_waiter_cancel(&a.call.waiter, RT_EDIED));
    assert_int_equal(a.status, RT_EDIED);
    assert_int_equal(a.item.as.integer, 1);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->b.status, RT_OK);
    assert_int_equal(unlock_of(f, 2), RT_OK);
    assert_false(rt_lock_is_taken(f->lock));
}

/* The notification comes from another thread, and the withdrawal before the
 * call has heard of it. */
static void test_condition_stay_withdrawn_on_the_way(void **state) {
    fixture *f = *state;
    asked a;
    lock_for(f, 1, 1);
    assert_int_equal(stay(f, &a, 1), RT_PENDING);
    enter_and_wait(f, &f->b);
    rt_condition_notify(f->condition, 1, NULL);
    assert_false(rt_waiter_cancel(&a.call.waiter, RT_ECANCELLED));
    a.call.withdrawn = RT_ECANCELLED;
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(a.status, RT_ECANCELLED);
    assert_int_equal(a.item.as.integer, 1);
    assert_int_equal(f->b.status, RT_OK);
    assert_false(rt_lock_is_taken(f->lock));
}

static void test_condition_stay_finds_the_lock_abandoned(void **state) {
    fixture *f = *state;
    asked a;
    lock_for(f, 1, 2);
    assert_int_equal(stay(f, &a, 1), RT_PENDING);
    lock_for(f, 2, 1);
    notify(f, 1);
    rt_lock_type.peer_gone(&f->lock->object, &wire, 2);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(a.status, RT_EABANDONED);
    assert_int_equal(a.item.as.integer, 2);
    rt_lock_recover(f->lock);
}

/* It was given the lock, and is gone before the call has heard of it. */
static void test_condition_stay_of_the_dead(void **state) {
    fixture *f = *state;
    static const rt_party owner = {.kind = RT_PARTY_TASK, .id = 9};
    asked a;
    lock_for(f, 1, 1);
    assert_int_equal(stay(f, &a, 1), RT_PENDING);
    assert_int_equal(rt_lock_acquire(f->lock, &owner, NULL, NULL), RT_OK);
    notify(f, 1);
    assert_int_equal(rt_lock_release(f->lock, &owner, NULL), RT_OK);
    rt_lock_type.peer_gone(&f->lock->object, &wire, 0);
    rt_lock_recover(f->lock);
    assert_int_equal(rt_lock_acquire(f->lock, &owner, NULL, NULL), RT_OK);
    rt_lock_note(f->lock, "app.lua", 20);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(a.status, RT_OK);
    rt_lock_holder holder;
    rt_lock_look(f->lock, &holder);
    assert_int_equal(holder.line, 20); /* it did not touch it */
    assert_int_equal(rt_lock_release(f->lock, &owner, NULL), RT_OK);
}

/* ---- a lock that lives elsewhere ---- */

static void free_nothing(rt_object *object) {
    (void)object;
}

static void test_condition_of_a_remote_lock(void **state) {
    fixture *f = *state;
    static const rt_object_type remote_type = {.name = "remote",
                                               .free = free_nothing};
    rt_object remote;
    rt_object_init(&remote, &remote_type);
    rt_condition *condition = rt_condition_new(&remote);
    assert_non_null(condition);
    asked a;
    rt_item items[RT_LOCK_PLACE_ITEMS];
    write_place(items);
    assert_int_equal(ask_object_with(&a, as_object(condition), &f->loop, &wire,
                                     1, RT_CONDITION_STAY, items,
                                     RT_LOCK_PLACE_ITEMS),
                     RT_ECHANGED);
    rt_item notice[2] = {{.kind = RT_ITEM_INT, .as.integer = 1},
                         {.kind = RT_ITEM_BOOL}};
    assert_int_equal(ask_object_with(&a, as_object(condition), &f->loop, &wire,
                                     1, RT_CONDITION_NOTIFY, notice, 2),
                     RT_ECHANGED);
    rt_object_unref(as_object(condition));
    assert_int_equal(atomic_load(&remote.refs), 1);
}

static void test_condition_refuses_damaged_calls(void **state) {
    fixture *f = *state;
    asked a;
    rt_item item = {.kind = RT_ITEM_BOOL};
    assert_int_equal(ask(f, &a, 1, 99, NULL, 0), RT_EUSAGE);
    assert_int_equal(ask(f, &a, 1, RT_CONDITION_WAIT, &item, 1), RT_EUSAGE);
    item = (rt_item){.kind = RT_ITEM_BOOL};
    assert_int_equal(ask(f, &a, 1, RT_CONDITION_NOTIFY, &item, 1), RT_EDAMAGED);
    lock_for(f, 1, 1);
    item = (rt_item){.kind = RT_ITEM_BOOL};
    assert_int_equal(ask(f, &a, 1, RT_CONDITION_STAY, &item, 1), RT_EDAMAGED);
    assert_int_equal(unlock_of(f, 1), RT_OK);
}

static void test_condition_survives_lack_of_memory(void **state) {
    fixture *f = *state;
    if (!can_fail_allocations()) skip();
    asked a;
    lock_for(f, 1, 1);
    for (size_t nth = 1;; nth++) {
        prepare_stay(f, &a, 1);
        rt_alloc_fail(nth, 0);
        rt_condition_call(as_object(f->condition), &a.call);
        rt_alloc_fail(0, 0);
        if (a.status == RT_PENDING) break;
        assert_int_equal(a.status, RT_ENOMEMORY);
        assert_true(rt_lock_is_taken(f->lock));
        assert_int_equal(rt_condition_count(f->condition), 0);
    }
    notify(f, 1);
    assert_int_equal(a.status, RT_OK);
    assert_int_equal(unlock_of(f, 1), RT_OK);
    for (size_t nth = 1;; nth++) {
        prepare_call(&a, as_object(f->condition), &f->loop, &wire, 1,
                     RT_CONDITION_ENTER, NULL, 0);
        rt_alloc_fail(nth, 0);
        rt_condition_call(as_object(f->condition), &a.call);
        rt_alloc_fail(0, 0);
        if (a.status == RT_OK) break;
        assert_int_equal(a.status, RT_ENOMEMORY);
        assert_int_equal(rt_condition_count(f->condition), 0);
    }
    rt_condition_type.peer_gone(as_object(f->condition), &wire, 0);
    rt_alloc_fail(1, 0);
    assert_null(rt_condition_new(&f->lock->object));
    rt_alloc_fail(0, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_condition_serves_the_oldest),
        TEST(test_condition_counts_from_the_entry),
        TEST(test_condition_passes_on_what_was_given_up),
        TEST(test_condition_skips_who_timed_out),
        TEST(test_condition_skips_who_is_leaving),
        TEST(test_condition_tells_its_lock),
        TEST(test_condition_tickets_of_other_processes),
        TEST(test_condition_tickets_end_with_their_strand),
        TEST(test_condition_notice_goes_on_from_the_dead),
        TEST(test_condition_notice_goes_on_from_the_way),
        TEST(test_condition_notify_is_the_owners),
        TEST(test_condition_stay),
        TEST(test_condition_stay_withdrawn),
        TEST(test_condition_stay_withdrawn_when_notified),
        TEST(test_condition_stay_withdrawn_on_the_way),
        TEST(test_condition_stay_finds_the_lock_abandoned),
        TEST(test_condition_stay_of_the_dead),
        TEST(test_condition_of_a_remote_lock),
        TEST(test_condition_refuses_damaged_calls),
        TEST(test_condition_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
