/* The monitor: what it watches is looked at in time, and not while it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "exec/monitor.h"
#include "exec/runtime.h"

typedef struct patient {
    rt_watched watched;
    rt_runtime *runtime;
    atomic_int looks;
    _Atomic int64_t wanted_ns; /* what look returns */
    _Atomic int64_t looked_ns; /* the last time */
    atomic_bool is_inside;
} patient;

static int64_t look(rt_watched *watched, int64_t now_ns) {
    patient *p = rt_container_of(watched, patient, watched);
    atomic_store(&p->is_inside, true);
    atomic_store(&p->looked_ns, now_ns);
    atomic_fetch_add(&p->looks, 1);
    int64_t wanted = atomic_load(&p->wanted_ns);
    atomic_store(&p->is_inside, false);
    return wanted <= now_ns ? RT_NEVER : wanted;
}

static void init(patient *p, rt_runtime *runtime) {
    *p = (patient){.watched.look = look, .runtime = runtime};
    p->wanted_ns = RT_NEVER;
    rt_monitor_watch(runtime, &p->watched);
}

static int set_up(void **state) {
    static patient p;
    rt_runtime *runtime = rt_runtime_new();
    if (!runtime) return 1;
    init(&p, runtime);
    *state = &p;
    return 0;
}

static int tear_down(void **state) {
    patient *p = *state;
    rt_monitor_unwatch(p->runtime, &p->watched);
    if (!rt_runtime_shutdown(p->runtime, RT_NEVER)) return 1;
    rt_runtime_free(p->runtime);
    return 0;
}

static void wait_until_it_sleeps(patient *p) {
    while (atomic_load(&p->runtime->monitor_due_ns) != RT_NEVER) sched_yield();
    /* It has said so; it sleeps when the lock is free. */
    rt_monitor_lock(p->runtime);
    rt_monitor_unlock(p->runtime);
}

static void wait_for_looks(patient *p, int count) {
    while (atomic_load(&p->looks) < count) sched_yield();
}

static void test_monitor_does_nothing_before_a_poke(void **state) {
    patient *p = *state;
    sched_yield();
    assert_int_equal(atomic_load(&p->looks), 0);
    rt_monitor_poke(p->runtime);
    wait_for_looks(p, 1);
    wait_until_it_sleeps(p);
    assert_int_equal(atomic_load(&p->runtime->monitor_due_ns), RT_NEVER);
}

/* Before the moment it is asked for it looks only because it was told to. On a
 * busy machine that may come too late to be seen: then with a later moment. */
static void test_monitor_looks_at_the_moment(void **state) {
    patient *p = *state;
    int64_t delay = RT_SECOND / 20, first;
    do {
        int64_t when = rt_clock_now() + delay;
        atomic_store(&p->looks, 0);
        atomic_store(&p->wanted_ns, when);
        rt_monitor_poke(p->runtime);
        wait_for_looks(p, 1);
        first = rt_clock_now() - when;
        while (atomic_load(&p->looked_ns) < when) sched_yield();
        wait_until_it_sleeps(p);
        delay *= 2;
    } while (first >= 0);
    assert_in_range(atomic_load(&p->looks), 3, 12);
}

/* A stir pokes a monitor that sleeps; one that looks soon is not disturbed. */
static void test_monitor_stir(void **state) {
    patient *p = *state;
    rt_monitor_stir(p->runtime); /* starts it */
    wait_for_looks(p, 1);
    wait_until_it_sleeps(p);
    int before = atomic_load(&p->looks);
    atomic_store(&p->wanted_ns, rt_clock_now() + 3600 * RT_SECOND);
    rt_monitor_stir(p->runtime);
    while (atomic_load(&p->runtime->monitor_due_ns) == RT_NEVER) sched_yield();
    wait_for_looks(p, before + 2);
    rt_monitor_lock(p->runtime);
    rt_monitor_unlock(p->runtime);
    before = atomic_load(&p->looks);
    for (int i = 0; i < 1000; i++) rt_monitor_stir(p->runtime);
    rt_monitor_expect(p->runtime, rt_clock_now() + 7200 * RT_SECOND);
    assert_int_equal(atomic_load(&p->looks), before);
    rt_monitor_expect(p->runtime, rt_clock_now() + RT_SECOND);
    wait_for_looks(p, before + 1);
}

/* Whatever is changed before an expectation is seen by a look after it. */
static void test_monitor_misses_nothing(void **state) {
    patient *p = *state;
    for (int i = 0; i < 5000; i++) {
        int64_t when = rt_clock_now() + i % 7 * 1000;
        atomic_store(&p->wanted_ns, when);
        if (i % 2)
            rt_monitor_expect(p->runtime, when);
        else
            rt_monitor_stir(p->runtime);
        while (atomic_load(&p->looked_ns) < when) sched_yield();
    }
}

/* After rt_monitor_unwatch nobody looks any more, nor is still looking. */
static void test_monitor_unwatch_is_a_barrier(void **state) {
    patient *p = *state;
    for (int i = 0; i < 500; i++) {
        patient other;
        init(&other, p->runtime);
        atomic_store(&other.wanted_ns, rt_clock_now() + 3600 * RT_SECOND);
        rt_monitor_poke(p->runtime);
        if (i % 2) wait_for_looks(&other, 1);
        rt_monitor_unwatch(p->runtime, &other.watched);
        assert_false(atomic_load(&other.is_inside));
        int looks = atomic_load(&other.looks);
        rt_monitor_poke(p->runtime);
        assert_int_equal(atomic_load(&other.looks), looks);
    }
}

static void count(rt_watched *watched, void *context) {
    (void)watched;
    ++*(int *)context;
}

static void test_monitor_each(void **state) {
    patient *p = *state;
    patient second;
    init(&second, p->runtime);
    int found = 0;
    rt_monitor_each(p->runtime, count, &found);
    assert_int_equal(found, 2);
    rt_monitor_unwatch(p->runtime, &second.watched);
}

/* A runtime that was never poked, or that is poked after its end, ends well. */
static void test_monitor_end(void **state) {
    (void)state;
    size_t blocks = rt_alloc_count();
    for (int i = 0; i < 4; i++) {
        rt_runtime *runtime = rt_runtime_new();
        patient p;
        init(&p, runtime);
        if (i & 1) rt_monitor_poke(runtime);
        assert_true(rt_runtime_shutdown(runtime, RT_NEVER));
        int looks = atomic_load(&p.looks);
        if (i & 2) rt_monitor_poke(runtime);
        assert_int_equal(atomic_load(&p.looks), looks);
        rt_monitor_unwatch(runtime, &p.watched);
        rt_runtime_free(runtime);
    }
    assert_int_equal(rt_alloc_count(), blocks);
}

#define with_patient(test)                                                     \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        with_patient(test_monitor_does_nothing_before_a_poke),
        with_patient(test_monitor_looks_at_the_moment),
        with_patient(test_monitor_stir),
        with_patient(test_monitor_misses_nothing),
        with_patient(test_monitor_unwatch_is_a_barrier),
        with_patient(test_monitor_each),
        cmocka_unit_test(test_monitor_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
