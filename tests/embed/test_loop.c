/* test_loop.c - the host drives: a descriptor that tells of all there is, and steps that
 * never block. */
#include "embedded.h"

#include <poll.h>
#include <pthread.h>
#include <time.h>

static int64_t now_ms(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Whether the descriptor is readable by then. */
static int is_readable(plait *p, int wait_ms) {
    struct pollfd fd = {.fd = plait_fd(p), .events = POLLIN};
    return poll(&fd, 1, wait_ms) == 1;
}

static void step_to_rest(plait *p) {
    while (plait_step(p, 50) == PLAIT_MORE) continue;
}

typedef struct ended {
    int has;
    plait_status status;
} ended;

static void on_done(plait *p, plait_status status, lua_State *L, int count,
                    void *data) {
    (void)p;
    (void)L;
    (void)count;
    ended *e = data;
    e->status = status;
    e->has = 1;
}

/* ---- the descriptor ---- */

static void test_fd_start(void **state) {
    plait *p = *state;
    ended e = {0};
    assert_true(plait_fd(p) >= 0);
    assert_int_equal(plait_fd(p), plait_fd(p));
    step_to_rest(p);
    assert_false(is_readable(p, 0));
    assert_int_equal(plait_timeout(p), -1);
    start(p, "x = 1", on_done, &e);
    assert_true(is_readable(p, 0));
    assert_int_equal(plait_timeout(p), 0);
    step_to_rest(p);
    assert_int_equal(e.has, 1);
    assert_false(is_readable(p, 0));
}

/* Started before anybody asks for it. */
static void test_fd_late(void **state) {
    plait *p = *state;
    ended e = {0};
    start(p, "pause(0.005)", on_done, &e);
    assert_true(is_readable(p, 0));
    step_until(p, &e.has);
}

/* Timers fire through it: nothing else is waited for. */
static void test_fd_timers(void **state) {
    plait *p = *state;
    ended e = {0};
    (void)plait_fd(p);
    start(p, "for i = 1, 5 do pause(0.003) end", on_done, &e);
    step_to_rest(p);
    int timeout = plait_timeout(p);
    assert_true(timeout >= 0 && timeout <= 3);
    int wakes = 0;
    while (!e.has) {
        assert_true(is_readable(p, 60000));
        (void)plait_step(p, 50);
        wakes++;
    }
    /* It is not readable all the time. */
    assert_true(wakes <= 20);
    start(p, "pause(1000)", NULL, NULL);
    step_to_rest(p);
    assert_false(is_readable(p, 0));
    assert_true(plait_timeout(p) > 900 * 1000);
}

/* By the time-out alone. */
static void test_timeout_alone(void **state) {
    plait *p = *state;
    ended e = {0};
    start(p, "for i = 1, 5 do pause(0.003) end", on_done, &e);
    while (!e.has) {
        while (plait_step(p, 5) == PLAIT_MORE) continue;
        if (e.has) break;
        int timeout = plait_timeout(p);
        assert_true(timeout >= 0);
        (void)poll(NULL, 0, timeout);
    }
    assert_int_equal(e.status, PLAIT_OK);
}

/* What uv waits for: sockets, files, other programs. */
static void test_fd_io(void **state) {
    plait *p = *state;
    ended e = {0};
    start(
        p,
        "local listener = assert(plait.net.listen('localhost:0'))\n"
        "async(function() local conn <close> = listener:accept() "
        "conn:write(conn:read(5)) end)\n"
        "do local conn <close> = assert(plait.net.connect(listener.address))\n"
        "conn:write('hello') assert(conn:read(5) == 'hello') end\n"
        "listener:close()\n"
        "assert(plait.fs.stat('/').type)\n"
        "assert(plait.exec{'cat', stdin = 'in'}.stdout == 'in')",
        on_done, &e);
    while (!e.has) {
        assert_true(is_readable(p, 60000));
        (void)plait_step(p, 5);
    }
    if (e.status != PLAIT_OK) fail_msg("%s", plait_last_error(p)->message);
}

static int nothing(lua_State *L) {
    (void)L;
    return 0;
}

static void *post_one(void *argument) {
    assert_int_equal(plait_post(argument, nothing, NULL, NULL), PLAIT_OK);
    return NULL;
}

/* What other threads do, strands of the runtime or not. */
static void test_fd_other_threads(void **state) {
    plait *p = *state;
    ended e = {0};
    pthread_t thread;
    (void)plait_fd(p);
    step_to_rest(p);
    assert_int_equal(pthread_create(&thread, NULL, post_one, p), 0);
    assert_true(is_readable(p, 60000));
    assert_int_equal(pthread_join(thread, NULL), 0);
    step_to_rest(p);
    start(p,
          "assert(await(spawn_thread(function() pause(0.001) return 5 end)) "
          "== 5)",
          on_done, &e);
    while (!e.has) {
        assert_true(is_readable(p, 60000));
        (void)plait_step(p, 5);
    }
    assert_int_equal(e.status, PLAIT_OK);
    start(p, "pause(1000)", on_done, &e);
    step_to_rest(p);
    e.has = 0;
    plait_interrupt(p);
    assert_true(is_readable(p, 60000));
    step_to_rest(p);
    assert_int_equal(e.has, 1);
    assert_int_equal(e.status, PLAIT_ERR_CANCELLED);
}

/* ---- steps ---- */

/* Code that does not wait is suspended, and goes on where it was. */
static void test_step_budget(void **state) {
    plait *p = *state;
    ended e = {0}, f = {0};
    start(p, "local n = 0 while not stop do n = n + #{} + 1 end return n",
          on_done, &e);
    start(p, "for i = 1, 3 do pause(0) end", on_done, &f);
    for (int i = 0; i < 10 || !f.has; i++)
        assert_int_equal(plait_step(p, 2), PLAIT_MORE);
    assert_false(e.has);
    assert_true(f.has); /* others have their turns */
    lua_State *L = plait_lua(p);
    lua_pushboolean(L, 1);
    lua_setglobal(L, "stop");
    step_to_rest(p);
    assert_true(e.has);
    assert_int_equal(e.status, PLAIT_OK);
}

/* In coroutines, and in protected calls. */
static void test_step_budget_in_depth(void **state) {
    plait *p = *state;
    ended e = {0};
    start(p,
          "local co = coroutine.wrap(function()\n"
          "  pcall(function() while not stop do local t = {} end end)\n"
          "  coroutine.yield('over') end)\n"
          "assert(co() == 'over')",
          on_done, &e);
    for (int i = 0; i < 10; i++) assert_int_equal(plait_step(p, 2), PLAIT_MORE);
    lua_State *L = plait_lua(p);
    lua_pushboolean(L, 1);
    lua_setglobal(L, "stop");
    step_to_rest(p);
    assert_int_equal(e.status, PLAIT_OK);
    assert_true(e.has);
}

static void test_step_arguments(void **state) {
    plait *p = *state;
    assert_int_equal(plait_step(p, -1), PLAIT_ERR_ARGUMENT);
    assert_int_equal(plait_step(p, 0), PLAIT_OK);
    ended e = {0};
    start(p, "pause(0)", on_done, &e);
    for (int i = 0; i < 100 && !e.has; i++) (void)plait_step(p, 0);
    assert_true(e.has);
}

/* A step that has nothing to do comes back, whatever the budget; nothing is waited for. */
static void test_step_never_blocks(void **state) {
    plait *p = *state;
    int64_t before = now_ms();
    start(p, "pause(1000)", NULL, NULL);
    start(p, "plait.Channel():recv()", NULL,
          NULL); /* no deadlock: the host is */
    assert_int_equal(plait_step(p, 3600 * 1000), PLAIT_OK);
    assert_int_equal(plait_step(p, 3600 * 1000), PLAIT_OK);
    assert_true(now_ms() - before < 1800 * 1000);
    assert_false(plait_is_idle(p));
}

static void test_step_then_run(void **state) {
    plait *p = *state;
    ended e = {0};
    (void)plait_fd(p);
    start(p, "pause(0.003) n = 1", on_done, &e);
    (void)plait_step(p, 1);
    must_run(p, "pause(0.001)");
    assert_int_equal(e.has, 1);
    must_run(p, "assert(n == 1)");
    assert_false(is_readable(p, 0));
}

/* Two runtimes on one thread, in one poll. */
static void test_two_in_one_loop(void **state) {
    plait *p = *state;
    plait *q = open_runtime(0);
    ended e = {0}, f = {0};
    start(p, "for i = 1, 5 do pause(0.002) end", on_done, &e);
    start(q, "for i = 1, 5 do pause(0.003) end while not n do n = 1 end",
          on_done, &f);
    while (!e.has || !f.has) {
        struct pollfd fds[2] = {{.fd = plait_fd(p), .events = POLLIN},
                                {.fd = plait_fd(q), .events = POLLIN}};
        assert_true(poll(fds, 2, 60000) > 0);
        if (fds[0].revents) (void)plait_step(p, 5);
        if (fds[1].revents) (void)plait_step(q, 5);
    }
    assert_int_equal(plait_close(q, 100), PLAIT_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH_WAYS(test_fd_start),       BOTH_WAYS(test_fd_late),
        BOTH_WAYS(test_fd_timers),      BOTH_WAYS(test_timeout_alone),
        BOTH_WAYS(test_fd_io),          BOTH_WAYS(test_fd_other_threads),
        BOTH_WAYS(test_step_budget),    BOTH_WAYS(test_step_budget_in_depth),
        BOTH_WAYS(test_step_arguments), BOTH_WAYS(test_step_never_blocks),
        BOTH_WAYS(test_step_then_run),  BOTH_WAYS(test_two_in_one_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
