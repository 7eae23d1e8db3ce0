/* Loops: timers, posts from any thread, wake-ups, and waiters that are
 * completed exactly once whoever claims them.
 *
 * Nothing here waits by time. Timers run on times that the test makes up;
 * where a loop sleeps, another thread wakes it, or a deadline that has come. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "loop/loop.h"
#include "loop/waiter.h"
#include "failing.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* splitmix64 */
static uint64_t next_random(uint64_t *random_state) {
    uint64_t z = *random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void start_thread(pthread_t *thread, void *(*run)(void *), void *arg) {
    assert_int_equal(pthread_create(thread, NULL, run, arg), 0);
}

static void join_thread(pthread_t thread) {
    assert_int_equal(pthread_join(thread, NULL), 0);
}

/* ---- timers ------------------------------------------------------------ */

/* What has fired, in order. */
typedef struct record {
    int count;
    int names[64];
} record;

typedef struct named_timer {
    rt_timer timer;
    int name;
    int64_t now_ns; /* when it fired */
    record *fired;
} named_timer;

static void on_fire(rt_timer *timer, int64_t now_ns) {
    named_timer *t = rt_container_of(timer, named_timer, timer);
    t->now_ns = now_ns;
    if (t->fired->count < (int)COUNT(t->fired->names))
        t->fired->names[t->fired->count++] = t->name;
}

static void start_named(rt_timers *timers, named_timer *t, int name,
                        record *fired, int64_t key_ns, int64_t due_ns) {
    *t = (named_timer){.timer = {.fire = on_fire}, .name = name};
    t->fired = fired;
    assert_int_equal(rt_timer_start(timers, &t->timer, key_ns, due_ns), RT_OK);
    assert_true(rt_timer_active(&t->timer));
}

static void assert_fired(const record *fired, const int *names, int count) {
    assert_int_equal(fired->count, count);
    for (int i = 0; i < count; i++) assert_int_equal(fired->names[i], names[i]);
}

static void test_timer_fires_in_order_of_keys(void **state) {
    (void)state;
    rt_timers timers;
    named_timer t[4];
    record fired = {0};
    rt_timers_init(&timers);
    static const int64_t keys[] = {30, 10, 40, 20};
    for (int i = 0; i < 4; i++)
        start_named(&timers, &t[i], i, &fired, keys[i], keys[i]);
    assert_true(rt_timers_next(&timers) == 10);
    rt_timers_run(&timers, 9);
    assert_int_equal(fired.count, 0);
    rt_timers_run(&timers, 30);
    assert_fired(&fired, (int[]){1, 3, 0}, 3);
    assert_true(rt_timers_next(&timers) == 40);
    assert_false(rt_timer_active(&t[0].timer));
    assert_true(rt_timer_active(&t[2].timer));
    rt_timers_run(&timers, 41);
    assert_fired(&fired, (int[]){1, 3, 0, 2}, 4);
    assert_true(t[2].now_ns == 41);
    assert_true(rt_timers_next(&timers) == RT_NEVER);
    rt_timers_deinit(&timers);
}

static void test_timer_ties_are_decided_by_creation(void **state) {
    (void)state;
    rt_timers timers;
    named_timer t[20];
    record fired = {0};
    rt_timers_init(&timers);
    for (int i = 0; i < 20; i++) start_named(&timers, &t[i], i, &fired, 7, 7);
    rt_timers_run(&timers, 7);
    assert_int_equal(fired.count, 20);
    for (int i = 0; i < 20; i++) assert_int_equal(fired.names[i], i);
    rt_timers_deinit(&timers);
}

static void test_timer_is_never_early(void **state) {
    (void)state;
    rt_timers timers;
    named_timer t;
    record fired = {0};
    rt_timers_init(&timers);
    start_named(&timers, &t, 0, &fired, 10, 25); /* computed for 15 */
    rt_timers_run(&timers, 24);
    assert_int_equal(fired.count, 0);
    rt_timers_run(&timers, 25);
    assert_int_equal(fired.count, 1);
    rt_timers_deinit(&timers);
}

static void test_timer_orders_by_key_what_is_due(void **state) {
    (void)state;
    rt_timers timers;
    named_timer t[2];
    record fired = {0};
    rt_timers_init(&timers);
    start_named(&timers, &t[0], 0, &fired, 20, 20);
    start_named(&timers, &t[1], 1, &fired, 10, 22); /* older key, due later */
    rt_timers_run(&timers, 30);
    assert_fired(&fired, (int[]){1, 0}, 2);
    rt_timers_deinit(&timers);
}

static void test_timer_can_be_stopped(void **state) {
    (void)state;
    rt_timers timers;
    named_timer t[10];
    record fired = {0};
    rt_timers_init(&timers);
    for (int i = 0; i < 10; i++) start_named(&timers, &t[i], i, &fired, i, i);
    for (int i = 0; i < 10; i += 2) {
        rt_timer_stop(&timers, &t[i].timer);
        assert_false(rt_timer_active(&t[i].timer));
        rt_timer_stop(&timers, &t[i].timer); /* harmless */
    }
    rt_timers_run(&timers, 100);
    assert_fired(&fired, (int[]){1, 3, 5, 7, 9}, 5);
    rt_timers_deinit(&timers);
}

typedef struct chained_timer {
    rt_timer timer;
    rt_timers *timers;
    rt_timer *other;
    int fired;
} chained_timer;

static void on_fire_restart(rt_timer *timer, int64_t now_ns) {
    chained_timer *t = rt_container_of(timer, chained_timer, timer);
    t->fired++;
    assert_int_equal(rt_timer_start(t->timers, timer, now_ns - 5, now_ns - 5),
                     RT_OK);
}

static void test_timer_started_by_a_timer_waits_for_the_next_run(void **state) {
    (void)state;
    rt_timers timers;
    rt_timers_init(&timers);
    chained_timer t = {.timer = {.fire = on_fire_restart}, .timers = &timers};
    assert_int_equal(rt_timer_start(&timers, &t.timer, 1, 1), RT_OK);
    rt_timers_run(&timers, 10);
    assert_int_equal(t.fired, 1);
    rt_timers_run(&timers, 10);
    assert_int_equal(t.fired, 2);
    rt_timer_stop(&timers, &t.timer);
    rt_timers_deinit(&timers);
}

static void on_fire_stop_other(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    chained_timer *t = rt_container_of(timer, chained_timer, timer);
    t->fired++;
    rt_timer_stop(t->timers, t->other);
}

static void test_timer_stopped_by_a_timer_does_not_fire(void **state) {
    (void)state;
    rt_timers timers;
    rt_timers_init(&timers);
    chained_timer a = {.timer = {.fire = on_fire_stop_other},
                       .timers = &timers};
    chained_timer b = a;
    a.other = &b.timer;
    b.other = &a.timer;
    assert_int_equal(rt_timer_start(&timers, &a.timer, 1, 1), RT_OK);
    assert_int_equal(rt_timer_start(&timers, &b.timer, 2, 2), RT_OK);
    rt_timers_run(&timers, 10);
    assert_int_equal(a.fired, 1);
    assert_int_equal(b.fired, 0);
    rt_timers_deinit(&timers);
}

enum { MANY = 500 };

typedef struct ordered_timer {
    rt_timer timer;
    rt_timer **last;
} ordered_timer;

static void on_fire_in_order(rt_timer *timer, int64_t now_ns) {
    ordered_timer *t = rt_container_of(timer, ordered_timer, timer);
    rt_timer *last = *t->last;
    assert_true(timer->due_ns <= now_ns);
    if (last)
        assert_true(last->key_ns < timer->key_ns ||
                    (last->key_ns == timer->key_ns &&
                     last->sequence < timer->sequence));
    *t->last = timer;
}

/* Random starts, stops and runs; what fires in a run is in order. */
static void test_timer_order_holds_for_random_operations(void **state) {
    (void)state;
    uint64_t random = 1;
    rt_timers timers;
    static ordered_timer t[MANY];
    rt_timer *last = NULL;
    rt_timers_init(&timers);
    for (int i = 0; i < MANY; i++)
        t[i] = (ordered_timer){{.fire = on_fire_in_order}, &last};
    int64_t now = 0;
    for (int step = 0; step < 50000; step++) {
        ordered_timer *one = &t[next_random(&random) % MANY];
        if (rt_timer_active(&one->timer)) {
            rt_timer_stop(&timers, &one->timer);
        } else {
            int64_t key = now + (int64_t)(next_random(&random) % 50);
            assert_int_equal(rt_timer_start(&timers, &one->timer, key, key),
                             RT_OK);
        }
        if (step % 16 == 0) {
            last = NULL;
            now++;
            rt_timers_run(&timers, now);
            assert_true(rt_timers_next(&timers) > now);
        }
    }
    for (int i = 0; i < MANY; i++) rt_timer_stop(&timers, &t[i].timer);
    assert_true(rt_timers_next(&timers) == RT_NEVER);
    rt_timers_deinit(&timers);
}

static void test_timer_is_not_started_when_out_of_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    rt_timers timers;
    rt_timer timer = {.fire = on_fire};
    rt_timers_init(&timers);
    rt_alloc_fail(1, 0);
    int status = rt_timer_start(&timers, &timer, 1, 1);
    rt_alloc_fail(0, 0);
    assert_int_equal(status, RT_ENOMEMORY);
    assert_false(rt_timer_active(&timer));
    assert_true(rt_timers_next(&timers) == RT_NEVER);
    rt_timers_deinit(&timers);
}

/* ---- loops ------------------------------------------------------------- */

static void init_loop(rt_loop *loop, bool with_uv) {
    rt_loop_init(loop);
    if (with_uv) assert_non_null(rt_loop_uv(loop));
}

static void test_loop_fires_timers_of_its_clock(void **state) {
    (void)state;
    for (int with_uv = 0; with_uv < 2; with_uv++) {
        rt_loop loop;
        named_timer t[2];
        record fired = {0};
        init_loop(&loop, with_uv);
        int64_t now = rt_clock_now();
        start_named(&loop.timers, &t[0], 0, &fired, now + 2000000,
                    now + 2000000);
        start_named(&loop.timers, &t[1], 1, &fired, now - 1, now - 1);
        while (fired.count < 2) rt_loop_turn(&loop, true, RT_NEVER);
        assert_fired(&fired, (int[]){1, 0}, 2);
        assert_true(rt_clock_now() >= now + 2000000);
        assert_true(loop.now_ns >= now + 2000000);
        rt_loop_deinit(&loop);
    }
}

static void test_loop_sleeps_no_longer_than_its_deadline(void **state) {
    (void)state;
    for (int with_uv = 0; with_uv < 2; with_uv++) {
        rt_loop loop;
        init_loop(&loop, with_uv);
        int64_t deadline = rt_clock_now() + 1000000;
        while (rt_clock_now() < deadline) rt_loop_turn(&loop, true, deadline);
        rt_loop_turn(&loop, true, deadline); /* past: does not sleep */
        rt_loop_turn(&loop, true, 0);
        rt_loop_deinit(&loop);
    }
}

static void test_loop_without_work_returns_at_once(void **state) {
    (void)state;
    for (int with_uv = 0; with_uv < 2; with_uv++) {
        rt_loop loop;
        init_loop(&loop, with_uv);
        rt_loop_turn(&loop, false, RT_NEVER);
        assert_false(rt_loop_has_posts(&loop));
        rt_loop_deinit(&loop);
    }
}

static void test_loop_makes_uv_once(void **state) {
    (void)state;
    rt_loop loop;
    rt_loop_init(&loop);
    assert_null(loop.uv);
    struct uv_loop_s *uv = rt_loop_uv(&loop);
    assert_non_null(uv);
    assert_ptr_equal(rt_loop_uv(&loop), uv);
    rt_loop_deinit(&loop);
    assert_null(loop.uv);
}

/* As a thread that does not run for a while: the clock has gone on by more than
 * the loop was to sleep when uv looks at it. */
static void on_pause(uv_timer_t *pause) {
    int64_t end = rt_clock_now() + 5 * 1000 * 1000;
    while (rt_clock_now() < end) continue;
    uv_update_time(pause->loop);
}

/* It is ended by a signal if it sleeps for ever. */
static void test_loop_with_uv_does_not_oversleep(void **state) {
    (void)state;
    rt_loop loop;
    rt_loop_init(&loop);
    uv_loop_t *uv = rt_loop_uv(&loop);
    uv_timer_t pause;
    assert_int_equal(uv_timer_init(uv, &pause), 0);
    assert_int_equal(uv_timer_start(&pause, on_pause, 0, 0), 0);
    record fired = {.count = 0};
    named_timer t = {.timer.fire = on_fire, .fired = &fired};
    int64_t due = rt_clock_now() + 1000 * 1000;
    assert_int_equal(rt_timer_start(&loop.timers, &t.timer, due, due), RT_OK);
    (void)alarm(20);
    while (fired.count == 0) rt_loop_turn(&loop, true, RT_NEVER);
    (void)alarm(0);
    uv_close((uv_handle_t *)&pause, NULL);
    rt_loop_deinit(&loop);
}

static void test_loop_without_memory_for_uv(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    rt_loop loop;
    rt_loop_init(&loop);
    rt_alloc_fail(1, 0);
    assert_null(rt_loop_uv(&loop));
    rt_alloc_fail(0, 0);
    assert_non_null(rt_loop_uv(&loop));
    rt_loop_deinit(&loop);
}

typedef struct counting_post {
    rt_post post;
    rt_loop *loop;
    int runs;
    int again;
} counting_post;

static void on_count(rt_post *post) {
    counting_post *p = rt_container_of(post, counting_post, post);
    p->runs++;
    if (p->again > 0) {
        p->again--;
        rt_loop_post(p->loop, post);
    }
}

static void test_loop_post_may_post_itself_again(void **state) {
    (void)state;
    for (int with_uv = 0; with_uv < 2; with_uv++) {
        rt_loop loop;
        init_loop(&loop, with_uv);
        counting_post p = {{.run = on_count}, &loop, 0, 5};
        rt_loop_post(&loop, &p.post);
        for (int i = 1; i <= 6; i++) {
            assert_true(rt_loop_has_posts(&loop));
            rt_loop_turn(&loop, true, RT_NEVER); /* one run a turn */
            assert_int_equal(p.runs, i);
        }
        assert_false(rt_loop_has_posts(&loop));
        rt_loop_deinit(&loop);
    }
}

static void on_free(rt_post *post) {
    rt_free(post);
}

static void test_loop_post_may_free_itself(void **state) {
    (void)state;
    rt_loop loop;
    rt_loop_init(&loop);
    for (int i = 0; i < 100; i++) {
        rt_post *post = rt_alloc(sizeof *post);
        assert_non_null(post);
        *post = (rt_post){.run = on_free};
        rt_loop_post(&loop, post);
    }
    rt_loop_turn(&loop, true, RT_NEVER);
    assert_false(rt_loop_has_posts(&loop));
    rt_loop_deinit(&loop);
}

enum { POSTERS = 4, POSTS = 20000 };

/* One thread that posts, and what the loop saw of it. */
typedef struct poster {
    rt_loop *loop;
    struct numbered_post *posts;
    int seen;
    bool is_in_order;
} poster;

typedef struct numbered_post {
    rt_post post;
    poster *from;
    int number;
} numbered_post;

static void on_numbered(rt_post *post) {
    numbered_post *p = rt_container_of(post, numbered_post, post);
    if (p->number != p->from->seen) p->from->is_in_order = false;
    p->from->seen++;
}

static void *post_all(void *arg) {
    poster *p = arg;
    for (int i = 0; i < POSTS; i++) {
        p->posts[i] = (numbered_post){{.run = on_numbered}, p, i};
        rt_loop_post(p->loop, &p->posts[i].post);
    }
    return NULL;
}

/* The loop sleeps without a deadline: a lost wake-up would hang here. */
static void test_loop_posts_of_many_threads_arrive_in_order(void **state) {
    (void)state;
    for (int with_uv = 0; with_uv < 2; with_uv++) {
        rt_loop loop;
        init_loop(&loop, with_uv);
        poster posters[POSTERS];
        pthread_t threads[POSTERS];
        for (int i = 0; i < POSTERS; i++) {
            posters[i] = (poster){.loop = &loop, .is_in_order = true};
            posters[i].posts = calloc(POSTS, sizeof *posters[i].posts);
            assert_non_null(posters[i].posts);
            start_thread(&threads[i], post_all, &posters[i]);
        }
        int seen = 0;
        while (seen < POSTERS * POSTS) {
            rt_loop_turn(&loop, true, RT_NEVER);
            seen = 0;
            for (int i = 0; i < POSTERS; i++) seen += posters[i].seen;
        }
        for (int i = 0; i < POSTERS; i++) {
            join_thread(threads[i]);
            assert_int_equal(posters[i].seen, POSTS);
            assert_true(posters[i].is_in_order);
            free(posters[i].posts);
        }
        assert_false(rt_loop_has_posts(&loop));
        rt_loop_deinit(&loop);
    }
}

/* Two loops that throw one post back and forth: each sleeps at every turn. */
typedef struct rally {
    rt_post ball;
    rt_loop loops[2];
    int left; /* throws; whoever has the ball may touch it */
    atomic_bool is_over;
} rally;

static void on_ball(rt_post *post) {
    rally *r = rt_container_of(post, rally, ball);
    if (--r->left > 0) {
        rt_loop_post(&r->loops[r->left % 2], post);
    } else {
        atomic_store(&r->is_over, true);
        for (int i = 0; i < 2; i++) rt_loop_wake(&r->loops[i]);
    }
}

/* Loop 1 of the rally. */
static void *play(void *arg) {
    rally *r = arg;
    while (!atomic_load(&r->is_over))
        rt_loop_turn(&r->loops[1], true, RT_NEVER);
    return NULL;
}

static void test_loop_wakes_both_of_two_that_take_turns(void **state) {
    (void)state;
    for (int with_uv = 0; with_uv < 2; with_uv++) {
        rally r = {.ball = {.run = on_ball}, .left = 10000};
        for (int i = 0; i < 2; i++) init_loop(&r.loops[i], with_uv);
        pthread_t thread;
        start_thread(&thread, play, &r);
        rt_loop_post(&r.loops[0], &r.ball);
        while (!atomic_load(&r.is_over))
            rt_loop_turn(&r.loops[0], true, RT_NEVER);
        join_thread(thread);
        assert_int_equal(r.left, 0);
        for (int i = 0; i < 2; i++) rt_loop_deinit(&r.loops[i]);
    }
}

typedef struct flagged_loop {
    rt_loop loop;
    atomic_bool is_set;
    atomic_int rounds; /* that the waker may begin */
} flagged_loop;

enum { WAKES = 5000 };

static void *wake_when_told(void *arg) {
    flagged_loop *f = arg;
    for (int i = 1; i <= WAKES; i++) {
        while (atomic_load(&f->rounds) < i) sched_yield();
        atomic_store(&f->is_set, true);
        rt_loop_wake(&f->loop);
    }
    return NULL;
}

/* What was written before rt_loop_wake is seen without any post. */
static void test_loop_wake_is_never_lost(void **state) {
    (void)state;
    for (int with_uv = 0; with_uv < 2; with_uv++) {
        flagged_loop f = {.is_set = false};
        init_loop(&f.loop, with_uv);
        pthread_t thread;
        start_thread(&thread, wake_when_told, &f);
        for (int i = 1; i <= WAKES; i++) {
            atomic_store(&f.rounds, i);
            while (!atomic_exchange(&f.is_set, false))
                rt_loop_turn(&f.loop, true, RT_NEVER);
        }
        join_thread(thread);
        rt_loop_deinit(&f.loop);
    }
}

static void test_loop_woken_before_it_sleeps_takes_a_turn(void **state) {
    (void)state;
    for (int with_uv = 0; with_uv < 2; with_uv++) {
        rt_loop loop;
        init_loop(&loop, with_uv);
        rt_loop_wake(&loop);
        rt_loop_turn(&loop, true, RT_NEVER);
        rt_loop_wake(&loop);
        rt_loop_wake(&loop);
        rt_loop_turn(&loop, true, RT_NEVER);
        rt_loop_deinit(&loop);
    }
}

/* ThreadSanitizer keeps signals back until the next call of libc, which a
 * sleep on a futex is not. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__ 1
#endif
#endif
#ifdef __SANITIZE_THREAD__
enum { SIGNALS_ARE_LATE = 1 };
#else
enum { SIGNALS_ARE_LATE = 0 };
#endif

/* Set while the test below runs: a signal handler has no argument. */
static rt_loop *signalled_loop;
static atomic_int signals_seen;

static void on_signal(int signal) {
    (void)signal;
    atomic_fetch_add(&signals_seen, 1);
    rt_loop_wake(signalled_loop);
}

typedef struct signaller {
    pthread_t target;
    atomic_int rounds; /* signals it may have sent */
} signaller;

enum { SIGNALS = 2000 };

static void *send_signals(void *arg) {
    signaller *s = arg;
    for (int i = 1; i <= SIGNALS; i++) {
        while (atomic_load(&s->rounds) < i) sched_yield();
        (void)pthread_kill(s->target, SIGUSR1);
    }
    return NULL;
}

static void test_loop_wakes_from_a_signal_handler(void **state) {
    (void)state;
    if (SIGNALS_ARE_LATE) skip();
    for (int with_uv = 0; with_uv < 2; with_uv++) {
        rt_loop loop;
        init_loop(&loop, with_uv);
        signalled_loop = &loop;
        atomic_store(&signals_seen, 0);
        struct sigaction old,
            action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
        assert_int_equal(sigaction(SIGUSR1, &action, &old), 0);
        signaller s = {.target = pthread_self()};
        pthread_t thread;
        start_thread(&thread, send_signals, &s);
        for (int i = 1; i <= SIGNALS; i++) {
            atomic_store(&s.rounds, i);
            while (atomic_load(&signals_seen) < i)
                rt_loop_turn(&loop, true, RT_NEVER);
        }
        join_thread(thread);
        assert_int_equal(sigaction(SIGUSR1, &old, NULL), 0);
        rt_loop_deinit(&loop);
    }
}

/* ---- waiters, on one thread -------------------------------------------- */

/* An object that gives out grants; the pattern of all that can be waited
 * for. */
typedef struct gate {
    pthread_mutex_t lock;
    rt_list queue; /* of rt_waiter */
    uint64_t granted;
} gate;

typedef struct guest {
    rt_waiter waiter;
    gate *gate;
    int completions;
    int granted;
    int timed_out;
    int cancelled;
    int others;
    bool was_parked; /* at a completion */
    /* For the threads below. */
    uint64_t *random;
    int rounds_left;
} guest;

static void init_gate(gate *g) {
    assert_int_equal(pthread_mutex_init(&g->lock, NULL), 0);
    rt_list_init(&g->queue);
    g->granted = 0;
}

static void deinit_gate(gate *g) {
    assert_true(rt_list_empty(&g->queue));
    assert_int_equal(pthread_mutex_destroy(&g->lock), 0);
}

static void leave_gate(rt_waiter *waiter) {
    gate *g = waiter->object;
    pthread_mutex_lock(&g->lock);
    rt_list_unlink(&waiter->link);
    pthread_mutex_unlock(&g->lock);
}

static void enter_gate(gate *g, guest *one) {
    pthread_mutex_lock(&g->lock);
    rt_waiter_park(&one->waiter, g, leave_gate);
    rt_list_push(&g->queue, &one->waiter.link);
    pthread_mutex_unlock(&g->lock);
}

/* The waiter claimed for one grant; NULL: nobody waits. */
static rt_waiter *claim_oldest(gate *g) {
    rt_waiter *winner = NULL;
    pthread_mutex_lock(&g->lock);
    while (!winner) {
        rt_list *link = rt_list_pop(&g->queue);
        if (!link) break;
        rt_waiter *waiter = rt_container_of(link, rt_waiter, link);
        if (rt_waiter_claim(waiter)) winner = waiter;
    }
    if (winner) g->granted++;
    pthread_mutex_unlock(&g->lock);
    return winner;
}

static bool grant_one(gate *g) {
    rt_waiter *waiter = claim_oldest(g);
    if (waiter) rt_waiter_complete(waiter, RT_OK);
    return waiter != NULL;
}

static void count_completion(guest *one) {
    one->completions++;
    one->was_parked = one->was_parked || rt_waiter_parked(&one->waiter);
    switch (one->waiter.status) {
    case RT_OK:
        one->granted++;
        break;
    case RT_ETIMEOUT:
        one->timed_out++;
        break;
    case RT_ECANCELLED:
        one->cancelled++;
        break;
    default:
        one->others++;
    }
}

static void on_complete_count(rt_waiter *waiter) {
    count_completion(rt_container_of(waiter, guest, waiter));
}

/* A loop, a gate and a guest. */
typedef struct fixture {
    rt_loop loop;
    gate gate;
    guest guest;
} fixture;

static void init_fixture(fixture *f) {
    rt_loop_init(&f->loop);
    init_gate(&f->gate);
    f->guest = (guest){.gate = &f->gate};
    rt_waiter_init(&f->guest.waiter, &f->loop, on_complete_count);
}

static void deinit_fixture(fixture *f) {
    assert_false(rt_timer_active(&f->guest.waiter.timer));
    assert_false(f->guest.was_parked);
    deinit_gate(&f->gate);
    rt_loop_deinit(&f->loop);
}

static void test_waiter_completes_on_its_loop_later(void **state) {
    (void)state;
    fixture f;
    init_fixture(&f);
    assert_false(rt_waiter_parked(&f.guest.waiter));
    enter_gate(&f.gate, &f.guest);
    assert_true(rt_waiter_parked(&f.guest.waiter));
    assert_true(grant_one(&f.gate));
    assert_int_equal(f.guest.completions, 0); /* never inside the call */
    assert_true(rt_waiter_parked(&f.guest.waiter));
    rt_loop_turn(&f.loop, true, RT_NEVER);
    assert_int_equal(f.guest.completions, 1);
    assert_int_equal(f.guest.granted, 1);
    assert_false(grant_one(&f.gate));
    deinit_fixture(&f);
}

static void test_waiter_completes_here_inside_the_call(void **state) {
    (void)state;
    fixture f;
    init_fixture(&f);
    enter_gate(&f.gate, &f.guest);
    rt_waiter *waiter = claim_oldest(&f.gate);
    assert_ptr_equal(waiter, &f.guest.waiter);
    rt_waiter_complete_here(waiter, RT_ECLOSED);
    assert_int_equal(f.guest.completions, 1);
    assert_int_equal(f.guest.others, 1);
    assert_false(rt_loop_has_posts(&f.loop));
    deinit_fixture(&f);
}

static void test_waiter_has_as_many_rounds_as_wanted(void **state) {
    (void)state;
    fixture f;
    init_fixture(&f);
    for (int round = 1; round <= 100; round++) {
        enter_gate(&f.gate, &f.guest);
        if (round % 2) {
            assert_true(grant_one(&f.gate));
            rt_loop_turn(&f.loop, true, RT_NEVER);
        } else {
            assert_true(rt_waiter_cancel(&f.guest.waiter, RT_ECANCELLED));
        }
        assert_int_equal(f.guest.completions, round);
    }
    assert_int_equal(f.guest.granted, 50);
    assert_int_equal(f.guest.cancelled, 50);
    deinit_fixture(&f);
}

static void test_waiter_starts_a_round_without_old_results(void **state) {
    (void)state;
    fixture f;
    init_fixture(&f);
    struct rt_message *message = (void *)&f; /* never looked at */
    enter_gate(&f.gate, &f.guest);
    rt_waiter *waiter = claim_oldest(&f.gate);
    waiter->message = message;
    waiter->detail = 7;
    rt_waiter_complete_here(waiter, RT_OK);
    assert_ptr_equal(f.guest.waiter.message, message);
    assert_true(f.guest.waiter.detail == 7);
    enter_gate(&f.gate, &f.guest);
    assert_null(f.guest.waiter.message);
    assert_true(f.guest.waiter.detail == 0);
    assert_true(rt_waiter_cancel(&f.guest.waiter, RT_ECANCELLED));
    deinit_fixture(&f);
}

static void test_waiter_cancelled_receives_nothing(void **state) {
    (void)state;
    fixture f;
    init_fixture(&f);
    enter_gate(&f.gate, &f.guest);
    assert_true(rt_waiter_cancel(&f.guest.waiter, RT_ECANCELLED));
    assert_int_equal(f.guest.cancelled, 1);
    assert_false(grant_one(&f.gate));
    assert_false(rt_waiter_cancel(&f.guest.waiter, RT_ECANCELLED));
    assert_int_equal(f.guest.completions, 1);
    deinit_fixture(&f);
}

static void test_waiter_claimed_cannot_be_cancelled(void **state) {
    (void)state;
    fixture f;
    init_fixture(&f);
    enter_gate(&f.gate, &f.guest);
    assert_true(grant_one(&f.gate));
    assert_false(rt_waiter_cancel(&f.guest.waiter, RT_ECANCELLED));
    rt_loop_turn(&f.loop, true, RT_NEVER);
    assert_int_equal(f.guest.completions, 1);
    assert_int_equal(f.guest.granted, 1);
    deinit_fixture(&f);
}

static void test_waiter_can_be_claimed_once(void **state) {
    (void)state;
    fixture f;
    init_fixture(&f);
    assert_false(rt_waiter_claim(&f.guest.waiter)); /* not parked */
    enter_gate(&f.gate, &f.guest);
    rt_waiter *waiter = claim_oldest(&f.gate);
    assert_false(rt_waiter_claim(waiter));
    rt_waiter_complete_here(waiter, RT_OK);
    assert_int_equal(f.guest.completions, 1);
    deinit_fixture(&f);
}

static void test_waiter_times_out(void **state) {
    (void)state;
    fixture f;
    init_fixture(&f);
    int64_t now = rt_clock_now();
    enter_gate(&f.gate, &f.guest);
    assert_int_equal(rt_waiter_arm(&f.guest.waiter, now, now), RT_OK);
    while (f.guest.completions == 0) rt_loop_turn(&f.loop, true, RT_NEVER);
    assert_int_equal(f.guest.timed_out, 1);
    assert_false(grant_one(&f.gate));
    deinit_fixture(&f);
}

static void test_waiter_without_deadline_has_no_timer(void **state) {
    (void)state;
    fixture f;
    init_fixture(&f);
    enter_gate(&f.gate, &f.guest);
    assert_int_equal(rt_waiter_arm(&f.guest.waiter, RT_NEVER, RT_NEVER), RT_OK);
    assert_false(rt_timer_active(&f.guest.waiter.timer));
    assert_true(rt_waiter_cancel(&f.guest.waiter, RT_ECANCELLED));
    deinit_fixture(&f);
}

/* Claimed before its deadline came, completed after: the claim counts. */
static void test_waiter_claim_beats_a_deadline_that_comes_later(void **state) {
    (void)state;
    fixture f;
    init_fixture(&f);
    int64_t now = rt_clock_now();
    enter_gate(&f.gate, &f.guest);
    assert_int_equal(rt_waiter_arm(&f.guest.waiter, now, now), RT_OK);
    rt_waiter *waiter = claim_oldest(&f.gate);
    rt_loop_turn(&f.loop, false, RT_NEVER); /* the deadline fires, and loses */
    assert_int_equal(f.guest.completions, 0);
    rt_waiter_complete(waiter, RT_OK);
    rt_loop_turn(&f.loop, true, RT_NEVER);
    assert_int_equal(f.guest.completions, 1);
    assert_int_equal(f.guest.granted, 1);
    deinit_fixture(&f);
}

static void test_waiter_completion_stops_its_deadline(void **state) {
    (void)state;
    fixture f;
    init_fixture(&f);
    int64_t later = rt_clock_add(rt_clock_now(), 3600);
    enter_gate(&f.gate, &f.guest);
    assert_int_equal(rt_waiter_arm(&f.guest.waiter, later, later), RT_OK);
    assert_true(grant_one(&f.gate));
    rt_loop_turn(&f.loop, true, RT_NEVER);
    assert_int_equal(f.guest.granted, 1);
    assert_true(rt_timers_next(&f.loop.timers) == RT_NEVER);
    deinit_fixture(&f);
}

static void
test_waiter_stays_parked_without_memory_for_a_deadline(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    fixture f;
    init_fixture(&f);
    enter_gate(&f.gate, &f.guest);
    rt_alloc_fail(1, 0);
    int status = rt_waiter_arm(&f.guest.waiter, 1, 1);
    rt_alloc_fail(0, 0);
    assert_int_equal(status, RT_ENOMEMORY);
    assert_true(rt_waiter_parked(&f.guest.waiter));
    assert_true(rt_waiter_cancel(&f.guest.waiter, RT_ENOMEMORY));
    assert_int_equal(f.guest.completions, 1);
    deinit_fixture(&f);
}

/* ---- waiters, under threads -------------------------------------------- */

enum { LOOPS = 3, GUESTS = 8, ROUNDS = 2000 };

/* A thread with a loop and guests of the one gate. Deadlines, cancellations
 * and grants of two other threads race for each round of each guest. */
typedef struct house {
    rt_loop loop;
    guest guests[GUESTS];
    uint64_t random;
    int busy; /* guests that are not done */
} house;

typedef struct contest {
    gate gate;
    house houses[LOOPS];
    atomic_bool is_over;
} contest;

/* A deadline may be past, near or none; a round without one needs a grant. */
static void begin_round(guest *one) {
    one->rounds_left--;
    enter_gate(one->gate, one);
    uint64_t chance = next_random(one->random) % 4;
    if (chance == 0) return;
    int64_t due = rt_clock_now();
    if (chance == 1) due += (int64_t)(next_random(one->random) % 20000);
    int status = rt_waiter_arm(&one->waiter, due, due);
    if (status) abort(); /* cmocka's assertions are for the main thread */
}

static void on_complete_next_round(rt_waiter *waiter) {
    guest *one = rt_container_of(waiter, guest, waiter);
    house *h = rt_container_of(waiter->loop, house, loop);
    count_completion(one);
    if (one->rounds_left > 0)
        begin_round(one);
    else
        h->busy--;
}

static void *live(void *arg) {
    house *h = arg;
    for (int i = 0; i < GUESTS; i++) begin_round(&h->guests[i]);
    while (h->busy > 0) {
        guest *one = &h->guests[next_random(&h->random) % GUESTS];
        bool may_block = next_random(&h->random) % 2;
        if (next_random(&h->random) % 4 == 0)
            (void)rt_waiter_cancel(&one->waiter, RT_ECANCELLED);
        else
            rt_loop_turn(&h->loop, may_block, RT_NEVER);
    }
    return NULL;
}

static void *grant_until_over(void *arg) {
    contest *c = arg;
    while (!atomic_load(&c->is_over))
        if (!grant_one(&c->gate)) sched_yield();
    return NULL;
}

static void init_house(house *h, gate *g, uint64_t seed) {
    rt_loop_init(&h->loop);
    h->random = seed;
    h->busy = GUESTS;
    for (int i = 0; i < GUESTS; i++) {
        h->guests[i] =
            (guest){.gate = g, .random = &h->random, .rounds_left = ROUNDS};
        rt_waiter_init(&h->guests[i].waiter, &h->loop, on_complete_next_round);
    }
}

static void test_waiter_stress_completes_exactly_once(void **state) {
    (void)state;
    static contest c;
    init_gate(&c.gate);
    atomic_store(&c.is_over, false);
    pthread_t residents[LOOPS], granters[2];
    for (int i = 0; i < LOOPS; i++)
        init_house(&c.houses[i], &c.gate, (uint64_t)i + 1);
    for (int i = 0; i < LOOPS; i++)
        start_thread(&residents[i], live, &c.houses[i]);
    for (int i = 0; i < 2; i++)
        start_thread(&granters[i], grant_until_over, &c);
    for (int i = 0; i < LOOPS; i++) join_thread(residents[i]);
    atomic_store(&c.is_over, true);
    for (int i = 0; i < 2; i++) join_thread(granters[i]);

    uint64_t granted = 0;
    int timed_out = 0, cancelled = 0;
    for (int i = 0; i < LOOPS; i++) {
        for (int k = 0; k < GUESTS; k++) {
            const guest *one = &c.houses[i].guests[k];
            assert_int_equal(one->completions, ROUNDS);
            assert_int_equal(one->others, 0);
            assert_false(one->was_parked);
            granted += (uint64_t)one->granted;
            timed_out += one->timed_out;
            cancelled += one->cancelled;
        }
        assert_true(rt_timers_next(&c.houses[i].loop.timers) == RT_NEVER);
        rt_loop_deinit(&c.houses[i].loop);
    }
    /* What was given away was received: nothing lost, nothing twice. */
    assert_true(granted == c.gate.granted);
    assert_true(granted > 0 && timed_out > 0 && cancelled > 0);
    deinit_gate(&c.gate);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timer_fires_in_order_of_keys),
        cmocka_unit_test(test_timer_ties_are_decided_by_creation),
        cmocka_unit_test(test_timer_is_never_early),
        cmocka_unit_test(test_timer_orders_by_key_what_is_due),
        cmocka_unit_test(test_timer_can_be_stopped),
        cmocka_unit_test(test_timer_started_by_a_timer_waits_for_the_next_run),
        cmocka_unit_test(test_timer_stopped_by_a_timer_does_not_fire),
        cmocka_unit_test(test_timer_order_holds_for_random_operations),
        cmocka_unit_test(test_timer_is_not_started_when_out_of_memory),
        cmocka_unit_test(test_loop_fires_timers_of_its_clock),
        cmocka_unit_test(test_loop_sleeps_no_longer_than_its_deadline),
        cmocka_unit_test(test_loop_without_work_returns_at_once),
        cmocka_unit_test(test_loop_makes_uv_once),
        cmocka_unit_test(test_loop_with_uv_does_not_oversleep),
        cmocka_unit_test(test_loop_without_memory_for_uv),
        cmocka_unit_test(test_loop_post_may_post_itself_again),
        cmocka_unit_test(test_loop_post_may_free_itself),
        cmocka_unit_test(test_loop_posts_of_many_threads_arrive_in_order),
        cmocka_unit_test(test_loop_wakes_both_of_two_that_take_turns),
        cmocka_unit_test(test_loop_wake_is_never_lost),
        cmocka_unit_test(test_loop_woken_before_it_sleeps_takes_a_turn),
        cmocka_unit_test(test_loop_wakes_from_a_signal_handler),
        cmocka_unit_test(test_waiter_completes_on_its_loop_later),
        cmocka_unit_test(test_waiter_completes_here_inside_the_call),
        cmocka_unit_test(test_waiter_has_as_many_rounds_as_wanted),
        cmocka_unit_test(test_waiter_starts_a_round_without_old_results),
        cmocka_unit_test(test_waiter_cancelled_receives_nothing),
        cmocka_unit_test(test_waiter_claimed_cannot_be_cancelled),
        cmocka_unit_test(test_waiter_can_be_claimed_once),
        cmocka_unit_test(test_waiter_times_out),
        cmocka_unit_test(test_waiter_without_deadline_has_no_timer),
        cmocka_unit_test(test_waiter_claim_beats_a_deadline_that_comes_later),
        cmocka_unit_test(test_waiter_completion_stops_its_deadline),
        cmocka_unit_test(
            test_waiter_stays_parked_without_memory_for_a_deadline),
        cmocka_unit_test(test_waiter_stress_completes_exactly_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
