/* When a program is quiet, and when it only looks so. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "exec/quiet.h"

enum { LOOPS = 3, ROUNDS = 3000 };

typedef struct crew crew;

/* A thread that drives a loop. */
typedef struct sleeper {
    rt_loop loop;
    pthread_t thread;
    crew *crew;
    rt_post stop;
    rt_post ball;
    rt_timer timer;
    bool must_end;
} sleeper;

struct crew {
    rt_runtime *runtime;
    rt_quiet_watcher watcher;
    sleeper sleepers[LOOPS];
    _Atomic int64_t
        rounds; /* that the ball has to go: the only work there is */
    atomic_int told;
    atomic_int told_too_early;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static void on_tell(rt_quiet_watcher *watcher) {
    crew *c = rt_container_of(watcher, crew, watcher);
    if (atomic_load(&c->rounds) > 0) atomic_fetch_add(&c->told_too_early, 1);
    atomic_fetch_add(&c->told, 1);
    pthread_mutex_lock(&c->lock);
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
}

static void on_stop(rt_post *post) {
    rt_container_of(post, sleeper, stop)->must_end = true;
}

static void *drive(void *argument) {
    sleeper *s = argument;
    s->loop.thread = pthread_self();
    while (!s->must_end) rt_loop_turn(&s->loop, true, RT_NEVER);
    rt_timer_stop(&s->loop.timers, &s->timer);
    rt_quiet_leave(s->crew->runtime, &s->loop);
    return NULL;
}

/* To the next one. */
static void on_ball(rt_post *post) {
    sleeper *s = rt_container_of(post, sleeper, ball);
    crew *c = s->crew;
    if (atomic_fetch_sub(&c->rounds, 1) == 1) return;
    sleeper *next = &c->sleepers[(s - c->sleepers + 1) % LOOPS];
    rt_loop_post(&next->loop, &next->ball);
}

static void start_crew(crew *c) {
    *c = (crew){.runtime = rt_runtime_new()};
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->changed, NULL);
    c->watcher.tell = on_tell;
    rt_quiet_watch(c->runtime, &c->watcher);
    for (int i = 0; i < LOOPS; i++) {
        sleeper *s = &c->sleepers[i];
        *s = (sleeper){.crew = c, .stop.run = on_stop, .ball.run = on_ball};
        rt_loop_init(&s->loop);
        s->loop.spins = 0;
        rt_quiet_join(c->runtime, &s->loop);
    }
    for (int i = 0; i < LOOPS; i++) {
        sleeper *s = &c->sleepers[i];
        assert_int_equal(pthread_create(&s->thread, NULL, drive, s), 0);
    }
}

static void stop_crew(crew *c) {
    for (int i = 0; i < LOOPS; i++)
        rt_loop_post(&c->sleepers[i].loop, &c->sleepers[i].stop);
    for (int i = 0; i < LOOPS; i++) pthread_join(c->sleepers[i].thread, NULL);
    assert_true(
        rt_runtime_shutdown(c->runtime, rt_clock_now() + 10 * RT_SECOND));
    for (int i = 0; i < LOOPS; i++) rt_loop_deinit(&c->sleepers[i].loop);
    rt_runtime_free(c->runtime);
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->lock);
}

static void wait_until_told(crew *c) {
    pthread_mutex_lock(&c->lock);
    while (atomic_load(&c->told) == 0) pthread_cond_wait(&c->changed, &c->lock);
    pthread_mutex_unlock(&c->lock);
}

static void test_quiet_all_asleep(void **state) {
    (void)state;
    static crew c;
    start_crew(&c);
    wait_until_told(&c);
    assert_true(rt_quiet_is(c.runtime, NULL));
    stop_crew(&c);
}

/* Nearly always all of them sleep but one, which is about to. */
static void test_quiet_not_while_a_post_is_on_its_way(void **state) {
    (void)state;
    static crew c;
    start_crew(&c);
    for (int i = 0; i < 3; i++) {
        wait_until_told(&c);
        atomic_store(&c.rounds, ROUNDS);
        atomic_store(&c.told, 0);
        rt_loop_post(&c.sleepers[i].loop, &c.sleepers[i].ball);
        wait_until_told(&c);
        assert_int_equal(atomic_load(&c.rounds), 0);
    }
    assert_int_equal(atomic_load(&c.told_too_early), 0);
    stop_crew(&c);
}

static void on_time(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    sleeper *s = rt_container_of(timer, sleeper, timer);
    atomic_store(&s->crew->rounds, 0);
}

static void on_set(rt_post *post) {
    sleeper *s = rt_container_of(post, sleeper, ball);
    int64_t due = rt_clock_now() + RT_SECOND / 20;
    s->timer = (rt_timer){.fire = on_time};
    assert_int_equal(rt_timer_start(&s->loop.timers, &s->timer, due, due), 0);
}

static void test_quiet_not_before_a_timer(void **state) {
    (void)state;
    static crew c;
    start_crew(&c);
    wait_until_told(&c);
    sleeper *s = &c.sleepers[0];
    atomic_store(&c.rounds, 1);
    atomic_store(&c.told, 0);
    s->ball.run = on_set;
    rt_loop_post(&s->loop, &s->ball);
    wait_until_told(&c);
    assert_int_equal(atomic_load(&c.told_too_early), 0);
    stop_crew(&c);
}

static void test_quiet_not_with_a_source(void **state) {
    (void)state;
    static crew c;
    start_crew(&c);
    wait_until_told(&c);
    rt_quiet_add_source(c.runtime);
    assert_false(rt_quiet_is(c.runtime, NULL));
    atomic_store(&c.told, 0);
    rt_loop_wake(&c.sleepers[0].loop); /* to sleep again */
    rt_quiet_remove_source(c.runtime);
    wait_until_told(&c);
    stop_crew(&c);
}

static void test_quiet_but_the_caller(void **state) {
    (void)state;
    rt_runtime *runtime = rt_runtime_new();
    rt_loop loop;
    rt_loop_init(&loop);
    rt_quiet_join(runtime, &loop);
    assert_false(rt_quiet_is(runtime, NULL));
    assert_true(rt_quiet_is(runtime, &loop));
    rt_quiet_leave(runtime, &loop);
    rt_loop_deinit(&loop);
    assert_true(rt_runtime_shutdown(runtime, rt_clock_now() + RT_SECOND));
    rt_runtime_free(runtime);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quiet_all_asleep),
        cmocka_unit_test(test_quiet_not_while_a_post_is_on_its_way),
        cmocka_unit_test(test_quiet_not_before_a_timer),
        cmocka_unit_test(test_quiet_not_with_a_source),
        cmocka_unit_test(test_quiet_but_the_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
