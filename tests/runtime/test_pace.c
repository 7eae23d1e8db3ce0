/* How a virtual clock moves, and that it does not when it must not. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "exec/pace.h"
#include "exec/quiet.h"

typedef struct fixture {
    rt_runtime *runtime;
    rt_loop loop;
    rt_timer timer;
    rt_waiter waiter;
    int64_t fired_ns;
    bool is_settled;
} fixture;

static void on_fire(rt_timer *timer, int64_t now_ns) {
    rt_container_of(timer, fixture, timer)->fired_ns = now_ns;
}

static void on_settled(rt_waiter *waiter) {
    rt_container_of(waiter, fixture, waiter)->is_settled = true;
}

static void set_up(fixture *f) {
    *f = (fixture){.runtime = rt_runtime_new(), .timer.fire = on_fire};
    rt_loop_init(&f->loop);
    f->loop.clock = &f->runtime->clock;
    f->loop.spins = 0;
    rt_quiet_join(f->runtime, &f->loop);
    rt_waiter_init(&f->waiter, &f->loop, on_settled);
}

static void tear_down(fixture *f) {
    rt_pace_stop(f->runtime);
    rt_loop_turn(&f->loop, false, 0);
    rt_quiet_leave(f->runtime, &f->loop);
    assert_true(
        rt_runtime_shutdown(f->runtime, rt_clock_now() + 10 * RT_SECOND));
    rt_loop_deinit(&f->loop);
    rt_runtime_free(f->runtime);
}

static void start_timer(fixture *f, int64_t in_ns) {
    int64_t due = rt_loop_now(&f->loop) + in_ns;
    f->fired_ns = 0;
    assert_int_equal(rt_timer_start(&f->loop.timers, &f->timer, due, due), 0);
}

static void test_pace_jumps_to_the_deadline(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    rt_pace_start(f.runtime);
    int64_t before = rt_loop_now(&f.loop);
    start_timer(&f, 1000000 * RT_SECOND);
    while (f.fired_ns == 0) rt_loop_turn(&f.loop, true, RT_NEVER);
    assert_int_equal(f.fired_ns - before, 1000000 * RT_SECOND);
    assert_int_equal(rt_clock_elapsed(&f.runtime->clock), 1000000 * RT_SECOND);
    tear_down(&f);
}

/* Also not when its timer was due already. */
static void test_pace_stands_still(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    rt_pace_start(f.runtime);
    int64_t before = rt_loop_now(&f.loop), real = rt_clock_now();
    while (rt_clock_now() < real + RT_SECOND / 500) continue;
    assert_int_equal(rt_loop_now(&f.loop), before);
    start_timer(&f, 0);
    rt_loop_turn(&f.loop, true, RT_NEVER);
    assert_int_equal(f.fired_ns, before);
    tear_down(&f);
}

/* A source that is counted on: the deadline comes as by the machine's clock. */
static void test_pace_flows_beside_a_source(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    rt_pace_start(f.runtime);
    rt_quiet_add_source(f.runtime);
    int64_t real = rt_clock_now();
    start_timer(&f, RT_SECOND / 50);
    while (f.fired_ns == 0) rt_loop_turn(&f.loop, true, RT_NEVER);
    assert_true(rt_clock_now() - real >= RT_SECOND / 50);
    rt_quiet_remove_source(f.runtime);
    tear_down(&f);
}

static void test_pace_settles_before_it_moves(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    rt_pace_start(f.runtime);
    start_timer(&f, RT_SECOND);
    rt_pace_settle(f.runtime, &f.waiter);
    while (!f.is_settled) rt_loop_turn(&f.loop, true, RT_NEVER);
    assert_int_equal(f.fired_ns, 0);
    assert_int_equal(rt_clock_elapsed(&f.runtime->clock), 0);
    while (f.fired_ns == 0) rt_loop_turn(&f.loop, true, RT_NEVER);
    tear_down(&f);
}

static void test_pace_settle_can_be_cancelled(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    rt_pace_start(f.runtime);
    rt_pace_settle(f.runtime, &f.waiter);
    assert_true(rt_waiter_cancel(&f.waiter, RT_ECANCELLED));
    assert_false(rt_pace_is_due(f.runtime));
    tear_down(&f);
}

/* What slept by it goes on for as long as it had to, and time never goes back. */
static void test_pace_stop_keeps_what_is_left(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    rt_pace_start(f.runtime);
    start_timer(&f, 1000 * RT_SECOND);
    while (f.fired_ns == 0) rt_loop_turn(&f.loop, true, RT_NEVER);
    start_timer(&f, RT_SECOND / 100);
    int64_t before = rt_loop_now(&f.loop), real = rt_clock_now();
    rt_pace_stop(f.runtime);
    assert_true(rt_loop_now(&f.loop) >= before);
    while (f.fired_ns == 0) rt_loop_turn(&f.loop, true, RT_NEVER);
    assert_true(rt_clock_now() - real >= RT_SECOND / 100);
    assert_int_equal(rt_clock_elapsed(&f.runtime->clock), -1);
    tear_down(&f);
}

static void test_clock_moments(void **state) {
    (void)state;
    rt_clock clock = {.ahead_ns = 5};
    assert_int_equal(rt_clock_to_machine(&clock, 105), 100);
    assert_int_equal(rt_clock_to_machine(&clock, RT_NEVER), RT_NEVER);
    rt_clock_stop(&clock);
    assert_int_equal(rt_clock_to_machine(&clock, 105), RT_NEVER);
    int64_t in_an_hour = rt_clock_now() + 3600 * RT_SECOND;
    int64_t left =
        rt_clock_from_machine(&clock, in_an_hour) - rt_clock_read(&clock);
    assert_in_range(left, 3500 * RT_SECOND, 3600 * RT_SECOND);
    assert_int_equal(rt_clock_from_machine(&clock, RT_NEVER), RT_NEVER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pace_jumps_to_the_deadline),
        cmocka_unit_test(test_pace_stands_still),
        cmocka_unit_test(test_pace_flows_beside_a_source),
        cmocka_unit_test(test_pace_settles_before_it_moves),
        cmocka_unit_test(test_pace_settle_can_be_cancelled),
        cmocka_unit_test(test_pace_stop_keeps_what_is_left),
        cmocka_unit_test(test_clock_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
