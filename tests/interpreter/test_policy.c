/* test_policy.c - what the states of a runtime may do, by its interface in C. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "core/cancel.h"
#include "core/capture.h"
#include "core/end.h"
#include "core/exit.h"
#include "core/interrupt.h"
#include "core/policy_inside.h"
#include "embed/program.h"
#include "embed/states.h"
#include "lib/lib_output.h"

typedef struct host {
    host_states states;
    host_state *before;
    rt_buffer written; /* "1:text|2:text|", as it came; NUL at its end */
    rt_buffer errors;
    atomic_size_t blocks; /* of the allocator */
} host;

static void add(rt_buffer *b, const char *text, size_t size) {
    assert_int_equal(rt_buffer_add(b, text, size), RT_OK);
}

static const char *text_of(rt_buffer *b) {
    assert_int_equal(rt_buffer_reserve(b, 1), RT_OK);
    b->bytes[b->size] = '\0';
    return b->bytes;
}

static void on_write(void *data, int fd, const char *text, size_t size) {
    host *h = data;
    add(&h->written, fd == 1 ? "1:" : "2:", 2);
    add(&h->written, text, size);
    add(&h->written, "|", 1);
}

static void on_error(void *data, const host_unhandled *error) {
    host *h = data;
    char line[256];
    int size = snprintf(line, sizeof line, "%s %s %d: %s|", error->kind,
                        error->name ? error->name : "-", error->id > 0,
                        error->message);
    add(&h->errors, line, (size_t)size);
    assert_non_null(error->traceback);
}

static void *allocate(void *data, void *block, size_t old_size,
                      size_t new_size) {
    host *h = data;
    (void)old_size;
    void *made = NULL;
    if (new_size == 0)
        free(block);
    else
        made = realloc(block, new_size);
    if (!block && made) atomic_fetch_add(&h->blocks, 1);
    if (block && new_size == 0) atomic_fetch_sub(&h->blocks, 1);
    return made;
}

static void start(host *h, bool takes_output) {
    *h = (host){.states.policy = host_policy_new()};
    host_policy *policy = h->states.policy;
    assert_non_null(policy);
    host_callbacks callbacks = {.data = h, .on_error = on_error};
    if (takes_output) callbacks.on_write = on_write;
    host_policy_set_callbacks(policy, &callbacks);
    host_policy_set_allocator(policy, allocate, h);
    host_policy_embed(policy);
    assert_int_equal(host_states_open(&h->states), RT_OK);
    h->before = host_interrupt_enter(h->states.main);
    lua_State *L = h->states.main->L;
    lua_pushcfunction(L, host_states_open_libs);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    assert_true(atomic_load(&h->blocks) > 100);
}

static void stop(host *h) {
    rt_runtime *runtime = h->states.runtime;
    rt_runtime_cancel_all(runtime);
    (void)host_output_finish(runtime);
    host_interrupt_leave(h->states.main, h->before);
    host_state_close(h->states.main);
    assert_true(rt_runtime_shutdown(runtime, rt_clock_now() + 60 * RT_SECOND));
    host_states_free(&h->states);
    rt_buffer_deinit(&h->written);
    rt_buffer_deinit(&h->errors);
    assert_int_equal(atomic_load(&h->blocks), 0);
}

/* Returns LUA_OK or its code, with the error on the top. */
static int run(host *h, const char *code) {
    lua_State *L = h->states.main->L;
    lua_settop(L, 0);
    int status = luaL_loadbuffer(L, code, strlen(code), "=test");
    return status == LUA_OK ? lua_pcall(L, 0, 0, 0) : status;
}

static void run_well(host *h, const char *code) {
    if (run(h, code) == LUA_OK) return;
    print_error("%s\n", luaL_tolstring(h->states.main->L, -1, NULL));
    fail();
}

/* ---- output ---- */

static void test_policy_host_takes_each_call_whole(void **state) {
    (void)state;
    host h;
    start(&h, true);
    run_well(&h, "print('a', 1) io.write('b', 2, '\\n') "
                 "io.stderr:write('e') warn('@on') warn('w', 'x') "
                 "io.stdout:write('') print()");
    assert_string_equal(text_of(&h.written),
                        "1:a\t1\n|1:b2\n|2:e|2:Lua warning: wx\n|1:\n|");
    h.written.size = 0;
    run_well(&h, "print(('x'):rep(100000)) print(('y'):rep(5000), 'z')");
    assert_int_equal(h.written.size, 100000 + 4 + 5000 + 6);
    stop(&h);
}

static void test_policy_host_takes_output_of_threads(void **state) {
    (void)state;
    host h;
    start(&h, true);
    run_well(&h, "local t = {} for i = 1, 4 do t[i] = spawn_thread(function() "
                 "for j = 1, 50 do print('line') end end) end gather(t)");
    const char *line = text_of(&h.written);
    int count = 0;
    for (; strncmp(line, "1:line\n|", 8) == 0; line += 8) count++;
    assert_int_equal(count, 200);
    assert_int_equal(*line, '\0');
    stop(&h);
}

static void test_policy_host_takes_output_of_children(void **state) {
    (void)state;
    host h;
    start(&h, true);
    run_well(&h, "print('1') await(spawn_process('echo', 'two')) print('3') "
                 "await(spawn_process(function() print('four') "
                 "await(spawn_process('echo', 'five')) end)) print('6') "
                 "os.execute('echo seven; echo eight >&2') print('9') "
                 "io.popen('echo ten >&2'):close() "
                 "plait.Pool{processes = 1}:map(print, {'eleven'})");
    (void)host_output_finish(h.states.runtime);
    const char *text = text_of(&h.written);
    const char *const parts[] = {
        "1:1\n|",     "1:two\n|",   "1:3\n|", "1:four\nfive\n|", "1:6\n|",
        "1:seven\n|", "2:eight\n|", "1:9\n|", "2:ten\n|",        "1:eleven\n|"};
    /* Lines that have come together may be handed on together. */
    char joined[512] = "", expected[512] = "";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        strcat(expected, parts[i]);
    strncpy(joined, text, sizeof joined - 1);
    for (char *at; (at = strstr(joined, "four\n|1:five"));)
        memmove(at + 5, at + 8, strlen(at + 8) + 1);
    assert_string_equal(joined, expected);
    stop(&h);
}

static void test_policy_host_hears_of_errors(void **state) {
    (void)state;
    host h;
    start(&h, true);
    run_well(&h, "async{function() error('one', 0) end, name = 'first'} "
                 "local t = spawn_thread(function() error('two', 0) end) "
                 "repeat plait.yield() until t:done()");
    (void)host_end_report(h.states.main);
    (void)host_states_report(&h.states, false, NULL);
    assert_string_equal(text_of(&h.errors),
                        "task first 1: one|thread - 1: two|");
    assert_string_equal(text_of(&h.written), "");
    stop(&h);
}

/* ---- os.exit ---- */

static void expect_exit(host *h, const char *code, int expected) {
    int status;
    assert_false(host_exit_status(h->states.runtime, &status));
    assert_int_not_equal(run(h, code), LUA_OK);
    assert_true(host_exit_take(h->states.main, &status));
    assert_int_equal(status, expected);
    assert_false(host_exit_take(h->states.main, &status));
}

static void test_policy_exit_ends_the_run(void **state) {
    (void)state;
    host h;
    start(&h, true);
    expect_exit(&h, "os.exit(3)", 3);
    expect_exit(&h, "os.exit()", 0);
    expect_exit(&h, "os.exit(false, true)", 1);
    expect_exit(&h, "while true do pcall(os.exit, 4) end", 4);
    expect_exit(&h,
                "coroutine.wrap(function() while true do "
                "pcall(os.exit, 5) end end)() while true do end",
                5);
    expect_exit(&h, "async(function() os.exit(6) end) plait.Event():wait()", 6);
    expect_exit(&h,
                "async(function() while true do pcall(os.exit, 7) end end) "
                "while true do pcall(sleep, 1e6) end",
                7);
    expect_exit(
        &h, "spawn_thread(function() os.exit(8) end) plait.Event():wait()", 8);
    expect_exit(
        &h,
        "spawn_thread(function() async(os.exit, 9) plait.Event():wait() end)"
        " while true do local t = {} end",
        9);
    run_well(&h, "assert(await(async(function() return 1 end)) == 1)");
    run_well(&h, "local p = spawn_process(function() os.exit(10) end) "
                 "local ok, e = pcall(await, p) assert(e.exitcode == 10)");
    int status;
    assert_false(host_exit_status(h.states.runtime, &status));
    stop(&h);
}

/* ---- limits ---- */

static void test_policy_tightens_while_it_runs(void **state) {
    (void)state;
    host h;
    start(&h, true);
    host_policy *policy = h.states.policy;
    run_well(&h, "assert(os.getenv('PATH')) assert(#('x'):rep(8000000))");
    host_policy_deny(policy, HOST_DENY_ENV);
    host_policy_deny(policy, HOST_DENY_NATIVE | 1u << 31);
    assert_int_equal(host_policy_denied(policy),
                     HOST_DENY_ENV | HOST_DENY_NATIVE);
    run_well(&h, "local ok, e = pcall(os.getenv, 'PATH') "
                 "assert(plait.kind(e) == 'denied', e)");
    run_well(&h, "assert(plait.kind(await(spawn_thread(function() return "
                 "select(2, pcall(os.getenv, 'x')) end))) == 'denied')");
    host_policy_limit_memory(policy, 4 << 20);
    host_policy_limit_memory(policy, 0);
    host_policy_limit_memory(policy, 8 << 20);
    assert_int_equal(host_policy_memory_limit(policy), 4 << 20);
    run_well(&h, "assert(not pcall(string.rep, 'x', 8000000))");
    run_well(&h, "assert(not pcall(await, spawn_thread(function() return "
                 "#('x'):rep(8000000) end)))");
    assert_true(host_memory_used(h.states.main) < 4 << 20);
    host_policy_limit_memory(policy, 1);
    assert_int_equal(host_policy_memory_limit(policy), HOST_MEMORY_LEAST);
    stop(&h);
}

static void test_policy_memory_cannot_be_ignored(void **state) {
    (void)state;
    host h;
    start(&h, true);
    host_policy_limit_memory(h.states.policy, 4 << 20);
    assert_int_not_equal(
        run(&h, "while true do pcall(string.rep, 'x', 8000000) end"), LUA_OK);
    lua_State *L = h.states.main->L;
    assert_int_equal(lua_getfield(L, -1, "kind"), LUA_TSTRING);
    assert_string_equal(lua_tostring(L, -1), "memory");
    host_strand_unbind(L, &h.states.main->main);
    run_well(&h, "assert(#('x'):rep(1000) == 1000)");
    stop(&h);
}

typedef struct flood {
    int pipe; /* to write to */
    int calls;
} flood;

static void on_flood(void *data, int fd, const char *text, size_t size) {
    flood *f = data;
    (void)fd;
    (void)text;
    assert_int_equal(size, 2);
    if (++f->calls < 100) assert_int_equal(write(f->pipe, "y\n", 2), 2);
}

/* What a child writes while its output is handed on is for the next time. */
static void test_policy_flood_keeps_nobody(void **state) {
    (void)state;
    flood f = {0};
    host_policy *policy = host_policy_new();
    host_callbacks callbacks = {.data = &f, .on_write = on_flood};
    host_policy_set_callbacks(policy, &callbacks);
    int output[2];
    host_capture_open(policy, output);
    f.pipe = output[0];
    pthread_mutex_lock(&policy->output); /* the thread that reads waits */
    assert_int_equal(write(f.pipe, "x\n", 2), 2);
    host_capture_take(policy);
    assert_int_equal(f.calls, 1);
    host_capture_take(policy);
    assert_int_equal(f.calls, 2);
    pthread_mutex_unlock(&policy->output);
    host_capture_close(policy);
    host_policy_free(policy);
}

static void test_policy_names(void **state) {
    (void)state;
    for (unsigned bit = 1; bit <= HOST_DENY_STDIO; bit <<= 1) {
        const char *name = host_denial_name(bit);
        assert_non_null(name);
        assert_int_equal(host_denial_of(name, strlen(name)), bit);
    }
    assert_null(host_denial_name(3));
    assert_int_equal(host_denial_of("fs-write", 8), HOST_DENY_FS_WRITE);
    assert_int_equal(host_denial_of("fs", 2), 0);
    assert_int_equal(host_policy_denied(NULL), 0);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--plait-worker") == 0)
        return host_worker_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policy_host_takes_each_call_whole),
        cmocka_unit_test(test_policy_host_takes_output_of_threads),
        cmocka_unit_test(test_policy_host_takes_output_of_children),
        cmocka_unit_test(test_policy_host_hears_of_errors),
        cmocka_unit_test(test_policy_exit_ends_the_run),
        cmocka_unit_test(test_policy_tightens_while_it_runs),
        cmocka_unit_test(test_policy_memory_cannot_be_ignored),
        cmocka_unit_test(test_policy_flood_keeps_nobody),
        cmocka_unit_test(test_policy_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
