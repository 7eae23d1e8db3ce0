/* test_held.c - locks of strands that end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <lauxlib.h>
#include <lualib.h>

#include "core/proxy.h"
#include "core/state.h"
#include "lib/libs.h"
#include "sync/lock.h"

static rt_runtime *runtime;
static rt_loop loop;

static host_state *open_state(void) {
    runtime = rt_runtime_new();
    rt_loop_init(&loop);
    host_state *host = host_state_new(runtime, &loop);
    assert_non_null(host);
    host_open_libs(host->L);
    return host;
}

static void close_state(host_state *host) {
    host_state_close(host);
    rt_loop_deinit(&loop);
    assert_true(rt_runtime_shutdown(runtime, RT_NEVER));
    rt_runtime_free(runtime);
}

static void run(lua_State *L, const char *code) {
    if (luaL_dostring(L, code) != LUA_OK) {
        print_error("%s\n", luaL_tolstring(L, -1, NULL));
        fail();
    }
}

static rt_lock *make_global_lock(lua_State *L) {
    rt_lock *lock = rt_lock_new(false);
    assert_non_null(lock);
    host_proxy_push(L, &lock->object);
    lua_setglobal(L, "lock");
    return lock;
}

static const rt_party stranger = {.kind = RT_PARTY_TASK, .id = 99};

static void assert_abandoned(rt_lock *lock) {
    assert_int_equal(rt_lock_acquire(lock, &stranger, NULL, NULL),
                     RT_EABANDONED);
    assert_int_equal(atomic_load(&lock->object.refs), 1);
    rt_object_unref(&lock->object);
}

static void test_held_of_main_when_the_state_closes(void **state) {
    (void)state;
    host_state *host = open_state();
    rt_lock *lock = make_global_lock(host->L);
    run(host->L, "lock:acquire()");
    close_state(host);
    assert_abandoned(lock);
}

static void test_held_of_a_task_when_the_state_closes(void **state) {
    (void)state;
    host_state *host = open_state();
    rt_lock *lock = make_global_lock(host->L);
    run(host->L, "async(function() lock:acquire()"
                 "plait.Channel():recv() end)"
                 "plait.yield()");
    close_state(host);
    assert_abandoned(lock);
}

/* The task has not run since it was given the lock. */
static void test_held_by_a_task_that_never_knew(void **state) {
    (void)state;
    host_state *host = open_state();
    rt_lock *lock = make_global_lock(host->L);
    assert_int_equal(rt_lock_acquire(lock, &stranger, NULL, NULL), RT_OK);
    run(host->L, "async(function() lock:acquire() end) plait.yield()");
    assert_int_equal(rt_lock_release(lock, &stranger, &loop), RT_OK);
    assert_true(rt_lock_is_taken(lock));
    close_state(host);
    assert_abandoned(lock);
}

static void test_held_and_collected(void **state) {
    (void)state;
    host_state *host = open_state();
    rt_lock *lock = make_global_lock(host->L);
    run(host->L, "lock:acquire() lock = nil collectgarbage()");
    assert_int_equal(atomic_load(&lock->object.refs), 2);
    host_proxy_push(host->L, &lock->object);
    lua_setglobal(host->L, "lock");
    run(host->L, "lock:release() lock = nil collectgarbage()");
    assert_int_equal(atomic_load(&lock->object.refs), 1);
    close_state(host);
    rt_object_unref(&lock->object);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_held_of_main_when_the_state_closes),
        cmocka_unit_test(test_held_of_a_task_when_the_state_closes),
        cmocka_unit_test(test_held_by_a_task_that_never_knew),
        cmocka_unit_test(test_held_and_collected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
