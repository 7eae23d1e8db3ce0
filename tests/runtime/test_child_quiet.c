/* A child that says that it is quiet is believed when the numbers fit, and as
 * long as nothing is sent. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "exec/quiet.h"
#include "raw_wire.h"
#include "sync/lock.h"

typedef struct fixture {
    rt_runtime *runtime;
    end *e;
    rt_lock *lock;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f.runtime = rt_runtime_new();
    f.e = raw_open(f.runtime, RT_PEER_CHILD);
    f.lock = rt_lock_new(false);
    rt_quiet_add_source(f.runtime); /* as for a child that was started */
    raw_say_hello(f.e);
    (void)raw_hear_frame(f.e, RT_FRAME_HELLO, &(uint64_t){0});
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    rt_object_unref(&f->lock->object);
    raw_close(f->e);
    assert_true(
        rt_runtime_shutdown(f->runtime, rt_clock_now() + 10 * RT_SECOND));
    assert_int_equal(atomic_load(&f->runtime->sources), 1);
    rt_runtime_free(f->runtime);
    return 0;
}

static void wait_until_quiet(fixture *f) {
    while (atomic_load(&f->runtime->sources) != 0) (void)sched_yield();
}

static void test_child_quiet_until_something_is_sent(void **state) {
    fixture *f = *state;
    raw_say_pair(f->e, RT_FRAME_QUIET, 1, 1); /* HELLO, HELLO */
    wait_until_quiet(f);
    raw_grant(f->e, &f->lock->object);
    assert_int_equal(atomic_load(&f->runtime->sources), 1);
    raw_say_pair(f->e, RT_FRAME_QUIET, 2, 1);
    wait_until_quiet(f);
}

static void test_child_quiet_until_something_comes(void **state) {
    fixture *f = *state;
    raw_say_pair(f->e, RT_FRAME_QUIET, 1, 1);
    wait_until_quiet(f);
    raw_say_result(f->e, RT_STRAND_DONE);
    rt_message_free(raw_wait_for_frame(f->e, 1));
    assert_int_equal(atomic_load(&f->runtime->sources), 1);
}

/* Something is on its way in one direction or the other. */
static void test_child_quiet_other_numbers(void **state) {
    fixture *f = *state;
    raw_say_pair(f->e, RT_FRAME_QUIET, 0, 1);
    raw_say_pair(f->e, RT_FRAME_QUIET, 1, 0);
    raw_say_pair(f->e, RT_FRAME_QUIET, 1, 2);
    raw_say_pair(f->e, RT_FRAME_QUIET, 2, 1);
    raw_say_result(f->e, RT_STRAND_DONE);
    rt_message_free(raw_wait_for_frame(f->e, 1));
    assert_int_equal(atomic_load(&f->runtime->sources), 1);
}

static void test_child_quiet_not_by_a_parent(void **state) {
    (void)state;
    rt_runtime *runtime = rt_runtime_new();
    end *e = raw_open(runtime, RT_PEER_PARENT);
    raw_say_hello(e);
    raw_say_start(e);
    raw_say_pair(e, RT_FRAME_QUIET, 1, 2);
    raw_wait_until_ended(e);
    assert_string_equal(e->why.message, "QUIET frame from a parent");
    raw_close(e);
    assert_true(rt_runtime_shutdown(runtime, rt_clock_now() + 10 * RT_SECOND));
    rt_runtime_free(runtime);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_child_quiet_until_something_is_sent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_child_quiet_until_something_comes,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_child_quiet_other_numbers, set_up,
                                        tear_down),
        cmocka_unit_test(test_child_quiet_not_by_a_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
