/* test_op.c - native operations: who completes them, and what becomes of those that nobody
 * waits for. */
#include "embedded.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

/* What has been dropped. */
static int drops;

static void on_drop(void *result) {
    (void)result;
    __atomic_fetch_add(&drops, 1, __ATOMIC_SEQ_CST);
}

static int threads; /* that resolve, and have their result dropped */

static int dropped(void) {
    return __atomic_load_n(&drops, __ATOMIC_SEQ_CST);
}

static int push_text(lua_State *L, void *result) {
    assert_int_equal(lua_gettop(L), 0);
    lua_pushstring(L, result);
    lua_pushinteger(L, 7);
    return 2;
}

static int push_error(lua_State *L, void *result) {
    return luaL_error(L, "cannot push %s", (const char *)result);
}

/* ---- an operation that the test holds ---- */

static plait_op *held;
static int cancels;
static pthread_t cancelled_on;

static void on_cancel(plait_op *op, void *data) {
    assert_ptr_equal(op, held);
    assert_string_equal(data, "data");
    cancels++;
    cancelled_on = pthread_self();
}

static int host_hold(lua_State *L) {
    plait_op *op = plait_op_new(L, on_cancel, "data");
    __atomic_store_n(&held, op, __ATOMIC_SEQ_CST);
    return plait_await(L, op);
}

/* It is completed before it is waited for. */
static int host_at_once(lua_State *L) {
    plait_op *op = plait_op_new(L, NULL, NULL);
    plait_op_resolve(op, push_text, "at once", on_drop);
    return plait_await(L, op);
}

static int host_fail(lua_State *L) {
    plait_op *op = plait_op_new(L, NULL, NULL);
    plait_op_reject(op, "not today");
    return plait_await(L, op);
}

static int host_bad_push(lua_State *L) {
    plait_op *op = plait_op_new(L, NULL, NULL);
    plait_op_resolve(op, push_error, "it", on_drop);
    return plait_await(L, op);
}

static int host_nothing(lua_State *L) {
    plait_op *op = plait_op_new(L, NULL, NULL);
    plait_op_resolve(op, NULL, NULL, NULL);
    return plait_await(L, op);
}

/* Raises before it waits. */
static int host_raise(lua_State *L) {
    held = plait_op_new(L, NULL, NULL);
    return luaL_error(L, "not awaited");
}

static void *complete(void *op) {
    (void)sched_yield();
    plait_op_resolve(op, push_text, "from a thread", on_drop);
    return NULL;
}

static int host_thread(lua_State *L) {
    plait_op *op = plait_op_new(L, NULL, NULL);
    pthread_t thread;
    if (pthread_create(&thread, NULL, complete, op) == 0) {
        pthread_detach(thread);
        __atomic_fetch_add(&threads, 1, __ATOMIC_SEQ_CST);
    } else {
        plait_op_reject(op, "no thread");
    }
    return plait_await(L, op);
}

static const plait_reg functions[] = {
    {"hold", host_hold},       {"at_once", host_at_once},
    {"fail", host_fail},       {"bad_push", host_bad_push},
    {"nothing", host_nothing}, {"raise", host_raise},
    {"thread", host_thread},   {NULL, NULL},
};

static void prepare(plait *p) {
    assert_int_equal(plait_register(p, "host", functions, NULL), PLAIT_OK);
    held = NULL;
    cancels = 0;
    __atomic_store_n(&drops, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&threads, 0, __ATOMIC_SEQ_CST);
}

/* Late ones, too: each drops its result, once. */
static void wait_for_threads(void) {
    int count = __atomic_load_n(&threads, __ATOMIC_SEQ_CST);
    while (dropped() < count) (void)sched_yield();
    assert_int_equal(dropped(), count);
}

static void step_until_held(plait *p) {
    for (int i = 0; i < 1000 && !held; i++) (void)plait_step(p, 5);
    assert_non_null(held);
}

/* ---- outcomes ---- */

static void test_op_outcomes(void **state) {
    plait *p = *state;
    prepare(p);
    must_run(p, "local text, n, more = host.at_once()\n"
                "assert(text == 'at once' and n == 7 and more == nil)\n"
                "assert(select('#', host.nothing()) == 0)");
    assert_int_equal(dropped(), 1);
    must_fail(p, "\nhost.fail()", PLAIT_ERR_RUN, "test:2: not today");
    must_fail(p, "host.bad_push()", PLAIT_ERR_RUN, "cannot push it");
    assert_int_equal(dropped(), 2);
    must_run(p,
             "assert(not pcall(host.fail)) assert(not pcall(host.bad_push))");
    assert_int_equal(dropped(), 3);
}

/* Many at once, of many strands, some of them threads. */
static void test_op_from_threads(void **state) {
    plait *p = *state;
    prepare(p);
    must_run(p,
             "local function work() for i = 1, 20 do\n"
             "  local text, n = host.thread()\n"
             "  assert(text == 'from a thread' and n == 7) end return 1 end\n"
             "local list = {}\n"
             "for i = 1, 4 do list[#list + 1] = async(work) end\n"
             "for i = 1, 2 do list[#list + 1] = spawn_thread(work) end\n"
             "assert(#gather(list) == 6)");
    assert_int_equal(dropped(), 120);
}

/* In a coroutine, under pcall, in a __close: it waits as all else does. */
static void test_op_in_depth(void **state) {
    plait *p = *state;
    prepare(p);
    must_run(p,
             "local co = coroutine.wrap(function() "
             "coroutine.yield(host.thread()) return (pcall(host.thread)) end)\n"
             "assert(co() == 'from a thread') assert(co() == true)\n"
             "do local x <close> = setmetatable({}, {__close = function() "
             "closed = host.thread() end}) end\n"
             "assert(closed == 'from a thread')");
    must_fail(p, "table.sort({1, 2}, function() host.thread() end)",
              PLAIT_ERR_RUN, "cannot wait (native operation)");
    must_run(p, "collectgarbage() collectgarbage()"); /* the last one's end */
    wait_for_threads();
    assert_int_equal(dropped(), 4);
}

static void test_op_main_strand(void **state) {
    plait *p = *state;
    prepare(p);
    lua_State *L = plait_lua(p);
    assert_int_equal(luaL_dostring(L, "return host.thread()"), LUA_OK);
    assert_string_equal(lua_tostring(L, -2), "from a thread");
    lua_settop(L, 0);
    wait_for_threads();
}

/* ---- those that nobody waits for ---- */

/* Resolved by the owner, between two steps. */
static void test_op_between_steps(void **state) {
    plait *p = *state;
    prepare(p);
    int flag = 0;
    (void)flag;
    start(p, "text = host.hold()", NULL, NULL);
    step_until_held(p);
    while (plait_step(p, 5) == PLAIT_MORE) continue;
    assert_true(plait_fd(p) >= 0);
    assert_int_equal(plait_step(p, 5), PLAIT_OK);
    plait_op_resolve(held, push_text, "between", on_drop);
    assert_int_equal(plait_timeout(p), 0);
    must_run(p, "while not text do pause(0) end assert(text == 'between')");
    assert_int_equal(dropped(), 1);
    assert_int_equal(cancels, 0);
}

/* Twice, while the script has not taken the first. */
static void test_op_resolved_twice(void **state) {
    plait *p = *state;
    prepare(p);
    start(p, "text = host.hold()", NULL, NULL);
    step_until_held(p);
    plait_op_resolve(held, push_text, "first", on_drop);
    plait_op_resolve(held, push_text, "second", on_drop);
    assert_int_equal(dropped(), 1);
    plait_op_reject(held, "third");
    must_run(p, "pause(0) assert(text == 'first')");
    assert_int_equal(dropped(), 2);
}

static void test_op_cancelled(void **state) {
    plait *p = *state;
    prepare(p);
    must_run(p, "local t = async(host.hold) pause(0) t:cancel() "
                "assert(t:status() ~= 'done')");
    assert_int_equal(cancels, 1);
    assert_true(pthread_equal(cancelled_on, pthread_self()));
    assert_int_equal(dropped(), 0);
    plait_op_resolve(held, push_text, "late", on_drop);
    assert_int_equal(dropped(), 1);
    assert_int_equal(cancels, 1);
    must_run(p, "assert(not plait.timeout(0.001, host.hold))");
    assert_int_equal(cancels, 2);
    plait_op_reject(held, "late"); /* is nobody's error */
}

/* Resolved first, cancelled then: the result comes, or is dropped; once. */
static void test_op_cancelled_late(void **state) {
    plait *p = *state;
    prepare(p);
    plait_task task = start(p, "text = host.hold()", NULL, NULL);
    step_until_held(p);
    plait_op_resolve(held, push_text, "in time", on_drop);
    plait_cancel(p, task);
    while (plait_step(p, 5) == PLAIT_MORE) continue;
    assert_int_equal(dropped(), 1);
    assert_int_equal(cancels, 0);
}

static void test_op_not_awaited(void **state) {
    plait *p = *state;
    prepare(p);
    must_run(p, "assert(not pcall(host.raise)) collectgarbage() "
                "collectgarbage()");
    plait_op_resolve(held, push_text, "unwanted", on_drop);
    assert_int_equal(dropped(), 1);
    must_run(p, "assert(not pcall(host.raise))");
    plait_op_resolve(held, push_text, "unwanted", on_drop);
    must_run(p, "collectgarbage() collectgarbage()");
    assert_int_equal(dropped(), 2);
}

static void test_op_resolved_after_close(void **state) {
    (void)state;
    plait *p = open_runtime(SIGURG);
    prepare(p);
    start(p, "host.hold()", NULL, NULL);
    step_until_held(p);
    assert_int_equal(plait_close(p, 1000), PLAIT_OK);
    assert_int_equal(cancels, 1);
    plait_op_resolve(held, push_text, "far too late", on_drop);
    assert_int_equal(dropped(), 1);
}

/* A runtime is closed while threads complete what its scripts wait for. */
static void test_op_close_races(void **state) {
    (void)state;
    for (int i = 0; i < 30; i++) {
        plait *p = open_runtime(i % 2 ? SIGURG : 0);
        prepare(p);
        for (int n = 0; n < 10; n++)
            start(p, "while true do host.thread() end", NULL, NULL);
        for (int n = 0; n < i; n++) (void)plait_step(p, 1);
        assert_int_equal(plait_close(p, 1000), PLAIT_OK);
        wait_for_threads();
    }
}

/* Nothing is a deadlock while an operation is under way. */
static void *resolve_late(void *argument) {
    plait *p = argument;
    while (!__atomic_load_n(&held, __ATOMIC_SEQ_CST)) (void)sched_yield();
    for (int i = 0; i < 1000; i++) (void)sched_yield();
    plait_op_resolve(held, push_text, "at last", on_drop);
    (void)p;
    return NULL;
}

static void test_op_keeps_from_deadlock(void **state) {
    plait *p = *state;
    prepare(p);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, resolve_late, p), 0);
    must_run(p, "local c = plait.Channel() async(function() "
                "c:send(host.hold()) end) assert(c:recv() == 'at last')");
    assert_int_equal(pthread_join(thread, NULL), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH_WAYS(test_op_outcomes),
        BOTH_WAYS(test_op_from_threads),
        BOTH_WAYS(test_op_in_depth),
        BOTH_WAYS(test_op_main_strand),
        BOTH_WAYS(test_op_between_steps),
        BOTH_WAYS(test_op_resolved_twice),
        BOTH_WAYS(test_op_cancelled),
        BOTH_WAYS(test_op_cancelled_late),
        BOTH_WAYS(test_op_not_awaited),
        cmocka_unit_test(test_op_resolved_after_close),
        cmocka_unit_test(test_op_close_races),
        BOTH_WAYS(test_op_keeps_from_deadlock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
