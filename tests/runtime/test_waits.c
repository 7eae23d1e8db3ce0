/* Rings of strands that wait for each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sync/waits.h"

enum { PARTIES = 20 };

typedef struct fixture {
    rt_waits waits;
    rt_loop loop;
    rt_party party[PARTIES];
    rt_waiter waiter[PARTIES];
    rt_lock *lock[PARTIES]; /* each its party's */
    rt_wait wait[PARTIES];
    rt_wait_step steps[RT_WAIT_STEPS];
} fixture;

static void on_complete(rt_waiter *waiter) {
    (void)waiter;
}

static int set_up(void **state) {
    static fixture f;
    rt_waits_init(&f.waits);
    rt_loop_init(&f.loop);
    for (int i = 0; i < PARTIES; i++) {
        f.party[i] = (rt_party){.kind = RT_PARTY_TASK, .id = (uint32_t)i};
        rt_waiter_init(&f.waiter[i], &f.loop, on_complete);
        f.lock[i] = rt_lock_new(false);
        if (!f.lock[i]) return 1;
        (void)rt_lock_acquire(f.lock[i], &f.party[i], NULL, &f.loop);
        rt_lock_note(f.lock[i], "app.lua", 100 + i);
    }
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    for (int i = 0; i < PARTIES; i++)
        (void)rt_waiter_cancel(&f->waiter[i], RT_ECANCELLED);
    for (int i = 0; i < PARTIES; i++) {
        (void)rt_lock_release(f->lock[i], &f->party[i], &f->loop);
        rt_object_unref(&f->lock[i]->object);
    }
    rt_waits_deinit(&f->waits);
    rt_loop_deinit(&f->loop);
    return 0;
}

/* The party waits for the lock of another one. */
static size_t enter(fixture *f, int who, int whose, bool is_bounded) {
    rt_wait *wait = &f->wait[who];
    assert_int_equal(rt_lock_acquire(f->lock[whose], &f->party[who],
                                     &f->waiter[who], &f->loop),
                     RT_PENDING);
    *wait = (rt_wait){.party = &f->party[who],
                      .waiter = &f->waiter[who],
                      .blocker = rt_wait_owner,
                      .target = f->lock[whose],
                      .lock = f->lock[whose],
                      .is_bounded = is_bounded,
                      .what = "lock",
                      .line = who};
    (void)snprintf(wait->name, sizeof wait->name, "n%d", who);
    return rt_waits_enter(&f->waits, wait, f->steps);
}

static void leave(fixture *f, int who) {
    rt_waits_leave(&f->waits, &f->wait[who]);
}

static void test_waits_ring_of_two(void **state) {
    fixture *f = *state;
    assert_int_equal(enter(f, 0, 1, false), 0);
    assert_int_equal(enter(f, 1, 0, false), 2);
    assert_string_equal(f->steps[0].name, "n1");
    assert_int_equal(f->steps[0].line, 1);
    assert_int_equal(f->steps[0].lock, f->lock[0]->object.id);
    assert_int_equal(f->steps[0].held_line, 100);
    assert_string_equal(f->steps[1].name, "n0");
    assert_int_equal(f->steps[1].held_line, 101);
    assert_string_equal(f->steps[1].held_source, "app.lua");
    char text[RT_WAIT_TEXT], expected[RT_WAIT_TEXT];
    int first = (int)f->lock[0]->object.id, second = (int)f->lock[1]->object.id;
    rt_waits_describe(f->steps, 2, text);
    (void)snprintf(
        expected, sizeof expected,
        "deadlock: this wait would never end\n"
        "  task 1 'n1' waits (lock) at :1 for Lock %d, held by task 0 'n0', "
        "acquired at app.lua:100\n"
        "  task 0 'n0' waits (lock) for Lock %d, held by task 1 'n1', "
        "acquired at app.lua:101\n"
        "  cycle: task 1 'n1' -> Lock %d -> task 0 'n0' -> Lock %d -> "
        "task 1 'n1'",
        first, second, first, second);
    assert_string_equal(text, expected);
    leave(f, 0);
}

static void test_waits_long_ring(void **state) {
    fixture *f = *state;
    for (int i = 0; i < PARTIES - 1; i++)
        assert_int_equal(enter(f, i, i + 1, false), 0);
    assert_int_equal(enter(f, PARTIES - 1, 0, false), PARTIES);
    assert_int_equal(f->steps[RT_WAIT_STEPS - 1].party.id, RT_WAIT_STEPS - 2);
    for (int i = 0; i < PARTIES - 1; i++) leave(f, i);
}

/* It waits for a ring, and is not in it. */
static void test_waits_beside_a_ring(void **state) {
    fixture *f = *state;
    assert_int_equal(enter(f, 0, 1, true), 0);
    assert_int_equal(enter(f, 1, 0, false), 0); /* 0 gives up some time */
    assert_int_equal(enter(f, 2, 0, false), 0);
    f->wait[0].is_bounded = false; /* a ring that nobody has closed */
    assert_int_equal(enter(f, 3, 2, false), 0);
    for (int i = 0; i < 4; i++) leave(f, i);
}

static void test_waits_bounded_closes_none(void **state) {
    fixture *f = *state;
    assert_int_equal(enter(f, 0, 1, false), 0);
    assert_int_equal(enter(f, 1, 0, true), 0);
    leave(f, 0);
    leave(f, 1);
}

/* Its wait is over, though it has not run since. */
static void test_waits_one_that_is_over(void **state) {
    fixture *f = *state;
    assert_int_equal(enter(f, 0, 1, false), 0);
    assert_true(rt_waiter_cancel(&f->waiter[0], RT_ECANCELLED));
    assert_int_equal(enter(f, 1, 0, false), 0);
    leave(f, 0);
    leave(f, 1);
}

static void test_waits_free_and_abandoned(void **state) {
    fixture *f = *state;
    rt_party remote;
    assert_ptr_equal(rt_lock_owner(f->lock[0], &remote), &f->party[0]);
    assert_int_equal(rt_lock_release(f->lock[0], &f->party[0], &f->loop),
                     RT_OK);
    assert_null(rt_lock_owner(f->lock[0], &remote));
    assert_int_equal(rt_lock_acquire(f->lock[0], &f->party[0], NULL, &f->loop),
                     RT_OK);
    rt_lock_abandon(f->lock[0], &f->party[0], &f->loop);
    assert_null(rt_lock_owner(f->lock[0], &remote));
    rt_lock_recover(f->lock[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_waits_ring_of_two, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_waits_long_ring, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_waits_beside_a_ring, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_waits_bounded_closes_none, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_waits_one_that_is_over, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_waits_free_and_abandoned, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
