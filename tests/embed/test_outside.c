/* test_outside.c - what other threads and signal handlers do to a runtime: posts, holds,
 * cancellation and interruption. */
#include "embedded.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#define LOOP "while true do local t = {} end"

static int count;

static int get(const int *number) {
    return __atomic_load_n(number, __ATOMIC_SEQ_CST);
}

static void on_drop(void *data) {
    __atomic_fetch_add((int *)data, 1, __ATOMIC_SEQ_CST);
}

/* ---- posts ---- */

static int posted(lua_State *L) {
    assert_non_null(lua_touserdata(L, 1));
    lua_getglobal(L, "n");
    lua_pushinteger(L, lua_tointeger(L, -1) + 1);
    lua_setglobal(L, "n");
    return 0;
}

static int posted_raises(lua_State *L) {
    return luaL_error(L, "a posted error");
}

static int after_wait(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return posted(L);
}

static int posted_waits(lua_State *L) {
    lua_getglobal(L, "pause");
    lua_pushnumber(L, 0.001);
    lua_callk(L, 1, 0, 0, after_wait);
    return after_wait(L, LUA_OK, 0);
}

typedef struct poster {
    plait *p;
    int *drops;
} poster;

static void *post_many(void *argument) {
    poster *w = argument;
    for (int i = 0; i < 100; i++)
        assert_int_equal(
            plait_post(w->p, i % 10 ? posted : posted_waits, w->drops, on_drop),
            PLAIT_OK);
    plait_release(w->p);
    return NULL;
}

static void test_post_from_threads(void **state) {
    plait *p = *state;
    int drops = 0;
    poster w = {p, &drops};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        plait_hold(p);
        assert_int_equal(pthread_create(&threads[i], NULL, post_many, &w), 0);
    }
    must_run(p, "n = n or 0"); /* not before all were released */
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    must_run(p, "assert(n == 300, n)");
    assert_int_equal(drops, 300);
}

static int posted_in_order(lua_State *L) {
    int *number = lua_touserdata(L, 1);
    assert_int_equal(*number, count);
    count++;
    return 0;
}

static void test_post_order(void **state) {
    plait *p = *state;
    int numbers[50];
    count = 0;
    for (int i = 0; i < 50; i++) {
        numbers[i] = i;
        assert_int_equal(plait_post(p, posted_in_order, &numbers[i], NULL),
                         PLAIT_OK);
    }
    assert_int_equal(count, 0);
    assert_false(plait_is_idle(p));
    while (plait_step(p, 5) == PLAIT_MORE) continue;
    assert_int_equal(count, 50);
    assert_true(plait_is_idle(p));
    /* What was posted may have started threads: their states are made. */
    const plait_reg late[] = {{"late", posted}, {NULL, NULL}};
    assert_int_equal(plait_register(p, "late", late, NULL), PLAIT_ERR_STATE);
}

static void test_post_failures(void **state) {
    plait *p = *state;
    int drops = 0;
    assert_int_equal(plait_post(p, NULL, &drops, on_drop), PLAIT_ERR_ARGUMENT);
    assert_int_equal(drops, 1);
    assert_int_equal(plait_post(p, posted_raises, &drops, on_drop), PLAIT_OK);
    must_run(p, "n = 0"); /* its error is nobody's: it is told */
    assert_int_equal(drops, 2);
    assert_int_equal(plait_post(p, posted_waits, &drops, on_drop), PLAIT_OK);
    plait_interrupt(p);
    while (plait_step(p, 5) == PLAIT_MORE) continue;
    must_run(p, "pause(0.002)");
    assert_int_equal(drops, 3);
}

static void test_post_after_close(void **state) {
    (void)state;
    int drops = 0;
    plait *p = open_runtime(0);
    plait_hold(p);
    assert_int_equal(plait_post(p, posted, &drops, on_drop), PLAIT_OK);
    assert_int_equal(plait_close(p, 100), PLAIT_OK);
    assert_int_equal(drops, 1); /* it never began */
    assert_int_equal(plait_post(p, posted, &drops, on_drop), PLAIT_ERR_STATE);
    assert_int_equal(drops, 2);
    plait_cancel(p, 1);
    plait_interrupt(p);
    plait_hold(p);
    plait_release(p);
    plait_release(p);
}

static void *post_until_closed(void *argument) {
    poster *w = argument;
    int given = 0;
    plait_status status;
    do {
        status = plait_post(w->p, posted, w->drops, on_drop);
        given++;
    } while (status == PLAIT_OK);
    assert_int_equal(status, PLAIT_ERR_STATE);
    plait_release(w->p);
    return (void *)(intptr_t)given;
}

static void test_post_close_races(void **state) {
    (void)state;
    for (int i = 0; i < 10; i++) {
        plait *p = open_runtime(i % 2 ? SIGURG : 0);
        int drops = 0;
        poster w = {p, &drops};
        pthread_t thread;
        void *given;
        plait_hold(p);
        assert_int_equal(pthread_create(&thread, NULL, post_until_closed, &w),
                         0);
        for (int n = 0; n < i; n++) (void)plait_step(p, 1);
        assert_int_equal(plait_close(p, 1000), PLAIT_OK);
        assert_int_equal(pthread_join(thread, &given), 0);
        assert_int_equal(drops, (intptr_t)given);
    }
}

/* ---- interruption ---- */

/* On another thread: again and again, until it is told to stop. */
typedef struct interrupter {
    plait *p;
    plait_task task; /* 0: everything */
    int ready;       /* the script runs */
    pthread_t thread;
} interrupter;

static interrupter *waiting;

static int host_ready(lua_State *L) {
    (void)L;
    __atomic_store_n(&waiting->ready, 1, __ATOMIC_SEQ_CST);
    return 0;
}

static const plait_reg ready_function[] = {{"ready", host_ready}, {NULL, NULL}};

static void *interrupt(void *argument) {
    interrupter *w = argument;
    while (!get(&w->ready)) (void)sched_yield();
    if (w->task)
        plait_cancel(w->p, w->task);
    else
        plait_interrupt(w->p);
    return NULL;
}

/* Each of these ends within the time of the test, and the runtime goes on. */
static const char *const stubborn[] = {
    "ready() " LOOP,
    "ready() pause(1000)",
    "ready() coroutine.wrap(function() " LOOP " end)()",
    "ready() while true do pcall(function() " LOOP " end) end",
    "local t = spawn_thread(function() " LOOP " end) ready() t:join()",
    "async(function() " LOOP " end) ready() pause(1000)",
    "ready() table.sort({3, 2, 1}, function() " LOOP " end)",
    "ready() local x <close> = setmetatable({}, {__close = function() "
    "pause(0.001) closed = true end}) " LOOP,
};

static void test_interrupt_from_thread(void **state) {
    plait *p = *state;
    assert_int_equal(plait_register(p, NULL, ready_function, NULL), PLAIT_OK);
    for (size_t i = 0; i < sizeof stubborn / sizeof *stubborn; i++) {
        interrupter w = {.p = p};
        waiting = &w;
        assert_int_equal(pthread_create(&w.thread, NULL, interrupt, &w), 0);
        must_fail(p, stubborn[i], PLAIT_ERR_CANCELLED, "interrupted!");
        assert_int_equal(pthread_join(w.thread, NULL), 0);
        must_run(p, "local n = 0 for i = 1, 10 do n = n + i pause(0) end "
                    "assert(n == 55)");
    }
    must_run(p, "assert(closed)");
}

static plait *alarmed;

static void on_alarm(int number) {
    (void)number;
    plait_interrupt(alarmed);
}

/* In a handler, on whichever thread; also while nothing runs. */
static void test_interrupt_from_handler(void **state) {
    plait *p = *state;
    struct sigaction action = {.sa_handler = on_alarm}, before;
    struct itimerval timer = {.it_value = {.tv_usec = 20000}};
    alarmed = p;
    (void)sigaction(SIGALRM, &action, &before);
    raise(SIGALRM);
    must_run(p, "local n = 0 for i = 1, 1e5 do n = n + i end");
    for (int i = 0; i < 3; i++) {
        (void)setitimer(ITIMER_REAL, &timer, NULL);
        must_fail(p, i % 2 ? LOOP : "pause(1000)", PLAIT_ERR_CANCELLED,
                  "interrupted!");
    }
    (void)setitimer(ITIMER_REAL, &timer, NULL); /* the host's own code */
    lua_State *L = plait_lua(p);
    assert_int_not_equal(luaL_dostring(L, LOOP), LUA_OK);
    assert_non_null(strstr(lua_tostring(L, -1), "interrupted!"));
    lua_settop(L, 0);
    (void)setitimer(ITIMER_REAL, &timer, NULL);
    assert_int_not_equal(luaL_dostring(L, "pause(1000)"), LUA_OK);
    assert_non_null(strstr(lua_tostring(L, -1), "interrupted!"));
    lua_settop(L, 0);
    (void)sigaction(SIGALRM, &before, NULL);
    must_run(p, "pause(0)");
}

/* ---- cancellation of one ---- */

typedef struct ended {
    int has;
    plait_status status;
} ended;

static void on_done(plait *p, plait_status status, lua_State *L, int results,
                    void *data) {
    (void)p;
    (void)L;
    (void)results;
    ended *e = data;
    e->status = status;
    e->has++;
}

static void test_cancel_one(void **state) {
    plait *p = *state;
    assert_int_equal(plait_register(p, NULL, ready_function, NULL), PLAIT_OK);
    ended a = {0}, b = {0}, c = {0};
    interrupter w = {.p = p};
    waiting = &w;
    w.task = start(p, "ready() " LOOP, on_done, &a);
    plait_task other = start(p, "pause(0.01)", on_done, &b);
    assert_int_equal(pthread_create(&w.thread, NULL, interrupt, &w), 0);
    step_until(p, &a.has);
    assert_int_equal(a.status, PLAIT_ERR_CANCELLED);
    step_until(p, &b.has);
    assert_int_equal(b.status, PLAIT_OK);
    assert_int_equal(pthread_join(w.thread, NULL), 0);
    /* Its place is used again; nobody is meant by the old name. */
    plait_task third = start(p, "pause(0.005)", on_done, &c);
    plait_cancel(p, w.task);
    plait_cancel(p, other);
    plait_cancel(p, 0);
    plait_cancel(p, UINT64_MAX);
    step_until(p, &c.has);
    assert_int_equal(c.status, PLAIT_OK);
    plait_cancel(p, third);
    plait_task fourth = start(p, "never()", on_done, &c);
    plait_cancel(p, fourth); /* before it began */
    c.has = 0;
    step_until(p, &c.has);
    assert_int_equal(c.status, PLAIT_ERR_CANCELLED);
    assert_int_equal(a.has, 1);
}

/* More than one page of names. */
static void test_cancel_many(void **state) {
    plait *p = *state;
    enum { MANY = 500 };
    static ended ends[MANY];
    static plait_task tasks[MANY];
    memset(ends, 0, sizeof ends);
    for (int i = 0; i < MANY; i++)
        tasks[i] = start(p, "pause(i and 0 or 1000)", on_done, &ends[i]);
    for (int i = 0; i < MANY; i += 2) plait_cancel(p, tasks[i]);
    while (plait_step(p, 50) == PLAIT_MORE) continue;
    for (int i = 0; i < MANY; i++) assert_int_equal(ends[i].has, i % 2 == 0);
    plait_interrupt(p);
    while (plait_step(p, 50) == PLAIT_MORE) continue;
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(ends[i].has, 1);
        assert_int_equal(ends[i].status, PLAIT_ERR_CANCELLED);
    }
}

/* ---- holds ---- */

static void *release_late(void *argument) {
    plait *p = argument;
    for (int i = 0; i < 1000; i++) (void)sched_yield();
    __atomic_store_n(&count, 1, __ATOMIC_SEQ_CST);
    plait_release(p);
    return NULL;
}

static void test_hold_keeps_running(void **state) {
    plait *p = *state;
    pthread_t thread;
    count = 0;
    plait_hold(p);
    assert_false(plait_is_idle(p));
    assert_int_equal(pthread_create(&thread, NULL, release_late, p), 0);
    must_run(p, "");
    assert_int_equal(get(&count), 1);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(plait_is_idle(p));
}

/* The time of a task that is watched over is up while its state is being closed. */
static void test_outside_guard_at_the_end(void **state) {
    (void)state;
    plait *p = open_runtime(0);
    must_run(p, "raw = require('plait.internal').test()\n"
                "guard = raw.guard()\n"
                "task = raw.start(1, function() end)\n"
                "guard:watch(task, 0.3)\n"
                "late = setmetatable({}, {__gc = function()\n"
                "    local from = os.clock()\n"
                "    while os.clock() - from < 0.5 do local t = {} end\n"
                "end})");
    assert_int_equal(plait_close(p, 1000), PLAIT_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH_WAYS(test_post_from_threads),
        BOTH_WAYS(test_post_order),
        BOTH_WAYS(test_post_failures),
        cmocka_unit_test(test_post_after_close),
        cmocka_unit_test(test_post_close_races),
        BOTH_WAYS(test_interrupt_from_thread),
        BOTH_WAYS(test_interrupt_from_handler),
        BOTH_WAYS(test_cancel_one),
        BOTH_WAYS(test_cancel_many),
        BOTH_WAYS(test_hold_keeps_running),
        cmocka_unit_test(test_outside_guard_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
