/* test_proxy.c - what objects take is told to the collector. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <lauxlib.h>

#include "base/alloc.h"
#include "core/proxy.h"
#include "core/state.h"

#define MEGABYTE ((size_t)1 << 20)

/* An object that says it is large. */
typedef struct large {
    rt_object object;
    size_t size;
} large;

static size_t live_count;
static size_t most_live;

static void large_free(rt_object *object) {
    live_count--;
    rt_free(object);
}

static size_t large_size(rt_object *object) {
    return ((large *)(void *)object)->size;
}

static const rt_object_type large_type = {
    .name = "Array",
    .kind = RT_KIND_ARRAY,
    .free = large_free,
    .size = large_size,
};

static rt_object *new_large(size_t size) {
    large *made = rt_alloc(sizeof *made);
    assert_non_null(made);
    rt_object_init(&made->object, &large_type);
    made->size = size;
    if (++live_count > most_live) most_live = live_count;
    return &made->object;
}

/* Pushes a proxy that alone keeps its object. */
static rt_object *push_large(lua_State *L, size_t size) {
    rt_object *object = new_large(size);
    host_proxy_push(L, object);
    rt_object_unref(object);
    return object;
}

static rt_runtime *runtime;
static rt_loop loop;

static host_state *open_state(void) {
    runtime = rt_runtime_new();
    rt_loop_init(&loop);
    host_state *host = host_state_new(runtime, &loop);
    assert_non_null(host);
    (void)host_proxy_new_metatable(host->L, RT_KIND_ARRAY);
    lua_pop(host->L, 1);
    live_count = most_live = 0;
    return host;
}

static void close_state(host_state *host) {
    host_state_close(host);
    assert_int_equal(live_count, 0);
    rt_loop_deinit(&loop);
    assert_true(rt_runtime_shutdown(runtime, RT_NEVER));
    rt_runtime_free(runtime);
}

static void test_proxy_large_garbage_is_collected(void **state) {
    (void)state;
    host_state *host = open_state();
    for (int i = 0; i < 10000; i++) {
        (void)push_large(host->L, MEGABYTE);
        lua_pop(host->L, 1);
    }
    assert_true(most_live <= 35);
    assert_true(host->object_bytes == live_count * MEGABYTE);
    close_state(host);
}

static void test_proxy_what_is_kept_is_allowed_for(void **state) {
    (void)state;
    host_state *host = open_state();
    lua_State *L = host->L;
    lua_createtable(L, 0, 0);
    for (int i = 1; i <= 100; i++) {
        (void)push_large(L, MEGABYTE);
        lua_rawseti(L, -2, i);
    }
    assert_int_equal(live_count, 100);
    for (int i = 0; i < 1000; i++) {
        (void)push_large(L, MEGABYTE);
        lua_pop(L, 1);
    }
    assert_true(most_live > 150 && most_live <= 240);
    close_state(host);
}

/* What was kept once does not leave room for as much garbage for ever. */
static void test_proxy_allowance_follows_what_is_kept(void **state) {
    (void)state;
    host_state *host = open_state();
    lua_State *L = host->L;
    lua_createtable(L, 0, 0);
    for (int i = 1; i <= 500; i++) {
        (void)push_large(L, MEGABYTE);
        lua_rawseti(L, -2, i);
    }
    lua_pop(L, 1);
    lua_gc(L, LUA_GCCOLLECT);
    most_live = 0;
    for (int i = 0; i < 1000; i++) {
        (void)push_large(L, MEGABYTE);
        lua_pop(L, 1);
    }
    assert_true(most_live <= 40);
    close_state(host);
}

static void test_proxy_growth_counts(void **state) {
    (void)state;
    host_state *host = open_state();
    lua_State *L = host->L;
    (void)push_large(L, 0);
    lua_pop(L, 1); /* garbage */
    large *grown = (large *)(void *)push_large(L, 0);
    host_proxy_resize(L, -1, grown->size = 31 * MEGABYTE);
    assert_int_equal(live_count, 2);
    host_proxy_resize(L, -1, grown->size = 10 * MEGABYTE);
    assert_true(host->object_bytes == 10 * MEGABYTE);
    grown->size = 5 * MEGABYTE; /* it is looked at again before a collection */
    host_proxy_resize(L, -1, 40 * MEGABYTE);
    assert_int_equal(live_count, 2);
    host_proxy_resize(L, -1, grown->size = 40 * MEGABYTE);
    assert_int_equal(live_count, 1);
    close_state(host);
}

static void test_proxy_stopped_collector_stays_stopped(void **state) {
    (void)state;
    host_state *host = open_state();
    lua_gc(host->L, LUA_GCSTOP);
    for (int i = 0; i < 100; i++) {
        (void)push_large(host->L, MEGABYTE);
        lua_pop(host->L, 1);
    }
    assert_int_equal(live_count, 100);
    lua_gc(host->L, LUA_GCRESTART);
    (void)push_large(host->L, MEGABYTE);
    assert_int_equal(live_count, 1);
    close_state(host);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proxy_large_garbage_is_collected),
        cmocka_unit_test(test_proxy_what_is_kept_is_allowed_for),
        cmocka_unit_test(test_proxy_allowance_follows_what_is_kept),
        cmocka_unit_test(test_proxy_growth_counts),
        cmocka_unit_test(test_proxy_stopped_collector_stays_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
