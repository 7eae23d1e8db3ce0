/* test_run.c - runtimes begin and end; chunks run, and what becomes of them. */
#include "embedded.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- results and errors ---- */

static void test_run_results(void **state) {
    plait *p = *state;
    must_run(p,
             "x = 1 + 1; await(async(function() pause(0.001); x = x + 1 end))");
    lua_State *L = plait_lua(p);
    lua_getglobal(L, "x");
    assert_int_equal(lua_tointeger(L, -1), 3);
    lua_pop(L, 1);
}

static void test_run_waits_for_all(void **state) {
    plait *p = *state;
    must_run(p, "v = plait.Value(0)\n"
                "async(function() pause(0.002); v:add(1) end)\n"
                "spawn_thread(function() pause(0.002); v:add(1) end)");
    must_run(p, "assert(v.value == 2)");
    assert_true(plait_is_idle(p));
}

static void test_run_errors(void **state) {
    plait *p = *state;
    must_fail(p, "x = = 1", PLAIT_ERR_SYNTAX, "test:1:");
    must_fail(p, "local function f() error('oh') end f()", PLAIT_ERR_RUN,
              "test:1: oh");
    const plait_error *error = plait_last_error(p);
    assert_non_null(error->traceback);
    assert_non_null(strstr(error->traceback, "stack traceback"));
    assert_string_equal(error->kind, "task");
    assert_true(error->id != 0);
    must_fail(p,
              "error(setmetatable({}, {__tostring = function() "
              "return 'told' end}))",
              PLAIT_ERR_RUN, "told");
    must_fail(p, "error()", PLAIT_ERR_RUN, "nil");
    assert_int_equal(plait_run_file(p, "/nonexistent/x.lua"), PLAIT_ERR_FILE);
    assert_non_null(strstr(plait_last_error(p)->message, "/nonexistent/x.lua"));
    assert_int_equal(plait_run_string(p, NULL, 0, NULL), PLAIT_ERR_ARGUMENT);
    assert_int_equal(plait_run_file(p, NULL), PLAIT_ERR_ARGUMENT);
    must_run(p, "assert(true)"); /* and it goes on */
}

static void test_run_file(void **state) {
    char path[] = "/tmp/plait-embed.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    static const char code[] =
        "#!/usr/bin/env plait\nran = ...\nerror('here')\n";
    assert_int_equal(write(fd, code, sizeof code - 1), sizeof code - 1);
    (void)close(fd);
    assert_int_equal(plait_run_file(*state, path), PLAIT_ERR_RUN);
    const char *name = strrchr(path, '/') + 1;
    assert_non_null(strstr(plait_last_error(*state)->message, name));
    assert_non_null(strstr(plait_last_error(*state)->message, ":3: here"));
    (void)unlink(path);
}

/* What a failed chunk has started is told to stop. */
static void test_run_failure_stops_the_rest(void **state) {
    plait *p = *state;
    must_fail(p,
              "seen = plait.Value('')\n"
              "async(function() local ok, e = pcall(pause, 1000); "
              "seen.value = tostring(e) end)\n"
              "pause(0) error('first')",
              PLAIT_ERR_RUN, "first");
    must_run(p, "assert(seen.value:find('the script has failed'), seen.value)");
}

static void test_run_deadlock(void **state) {
    plait *p = *state;
    must_fail(p,
              "local c = plait.Channel() local d = c "
              "async(function() c:recv() end) d:recv()",
              PLAIT_ERR_DEADLOCK, "deadlock");
    must_run(p, "pause(0)");
}

/* ---- start ---- */

typedef struct outcome {
    int count;
    plait_status status;
    int results;
    int has_ended;
    char text[200];
} outcome;

static void on_done(plait *p, plait_status status, lua_State *L, int count,
                    void *data) {
    outcome *o = data;
    o->count++;
    o->status = status;
    o->results = count;
    o->has_ended = 1;
    assert_ptr_equal(p, plait_of(L));
    if (count > 0)
        snprintf(o->text, sizeof o->text, "%s",
                 luaL_tolstring(L, -count, NULL));
    if (status != PLAIT_OK)
        assert_int_equal(plait_last_error(p)->status, status);
}

static void test_start_results(void **state) {
    plait *p = *state;
    outcome a = {0}, b = {0}, c = {0};
    plait_task x = start(p, "pause(0.002) return 1, nil, 'z'", on_done, &a);
    plait_task y = start(p, "return", on_done, &b);
    start(p, "error('no')", on_done, &c);
    assert_true(x != y);
    assert_false(plait_is_idle(p));
    assert_int_equal(a.count + b.count + c.count, 0); /* nothing ran yet */
    step_until(p, &a.has_ended);
    assert_int_equal(a.status, PLAIT_OK);
    assert_int_equal(a.results, 3);
    assert_string_equal(a.text, "1");
    assert_int_equal(b.results, 0);
    assert_int_equal(b.status, PLAIT_OK);
    assert_int_equal(c.status, PLAIT_ERR_RUN);
    assert_string_equal(c.text, "test:1: no");
    assert_int_equal(a.count + b.count + c.count, 3);
    assert_int_equal(plait_start(p, "x=", 2, "=test", on_done, &a, NULL),
                     PLAIT_ERR_SYNTAX);
    assert_int_equal(plait_step(p, 5), PLAIT_OK);
    assert_int_equal(a.count, 1); /* not for what was not started */
}

static void test_start_many_results(void **state) {
    outcome o = {0};
    start(*state, "return table.unpack({}, 1, 5000)", on_done, &o);
    step_until(*state, &o.has_ended);
    assert_int_equal(o.results, 5000);
}

/* As many as a stack has room for, or almost: the host is told in any case. */
static void test_start_too_many_results(void **state) {
    char code[80];
    int told = 0;
    for (int i = 999900; i < 1000000; i += 5) {
        outcome o = {0};
        snprintf(code, sizeof code, "return table.unpack({}, 1, %d)", i);
        start(*state, code, on_done, &o);
        for (int n = 0; n < 1000 && !o.has_ended && !plait_is_idle(*state); n++)
            (void)plait_step(*state, 1000);
        assert_int_equal(o.count, 1);
        if (o.status == PLAIT_OK) assert_int_equal(o.results, i);
        if (o.status == PLAIT_ERR_RUN) told++;
    }
    assert_true(told > 0);
}

/* `name` NULL: the code is the name. */
static void test_start_name(void **state) {
    plait *p = *state;
    static const char code[] = "error('x')";
    assert_int_equal(plait_run_string(p, code, sizeof code - 1, NULL),
                     PLAIT_ERR_RUN);
    assert_string_equal(plait_last_error(p)->message,
                        "[string \"error('x')\"]:1: x");
}

static void test_start_in_callbacks(void **state);

static int chain_left;
static int chain_over;

static void on_chain(plait *p, plait_status status, lua_State *L, int count,
                     void *data) {
    (void)L;
    (void)count;
    assert_int_equal(status, PLAIT_OK);
    /* What would run inside of itself does not. */
    assert_int_equal(plait_step(p, 1), PLAIT_ERR_STATE);
    assert_int_equal(run(p, "x = 1"), PLAIT_ERR_STATE);
    assert_int_equal(plait_close(p, 0), PLAIT_ERR_STATE);
    if (--chain_left > 0)
        start(p, "pause(0)", on_chain, data);
    else
        chain_over = 1;
}

static void test_start_in_callbacks(void **state) {
    chain_left = 5;
    chain_over = 0;
    start(*state, "pause(0)", on_chain, NULL);
    step_until(*state, &chain_over);
    chain_left = 3;
    chain_over = 0;
    start(*state, "pause(0)", on_chain, NULL);
    must_run(*state, "pause(0)"); /* ends when all of them have */
    assert_int_equal(chain_left, 0);
}

static void on_done_raises(plait *p, plait_status status, lua_State *L,
                           int count, void *data) {
    (void)p;
    (void)status;
    (void)count;
    *(int *)data = 1;
    luaL_error(L, "an error of the host's");
}

static void test_start_done_raises(void **state) {
    int flag = 0;
    start(*state, "", on_done_raises, &flag);
    step_until(*state, &flag);
    must_run(*state, "pause(0)");
}

/* plait_close tells of what was there, once. */
static void test_close_tells(void **state) {
    (void)state;
    plait *p = open_runtime(SIGURG);
    outcome a = {0}, b = {0};
    start(p, "pause(1000)", on_done, &a);
    start(p,
          "local x <close> = setmetatable({}, {__close = function() "
          "pause(0.001) end}) pause(1000)",
          on_done, &b);
    assert_int_equal(plait_step(p, 5), PLAIT_OK);
    start(p, "never()", on_done, &b); /* does not begin */
    assert_int_equal(plait_close(p, 5000), PLAIT_OK);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.status, PLAIT_ERR_CANCELLED);
    assert_int_equal(b.count, 2);
    assert_int_equal(b.status, PLAIT_ERR_CANCELLED);
}

/* Without grace, too. */
static void test_close_at_once(void **state) {
    (void)state;
    plait *p = open_runtime(0);
    outcome o = {0};
    start(p, "while true do local t = {} end", on_done, &o);
    assert_int_equal(plait_step(p, 1), PLAIT_MORE);
    assert_int_equal(plait_close(p, 0), PLAIT_OK);
    assert_int_equal(o.count, 1);
    assert_int_equal(o.status, PLAIT_ERR_CANCELLED);
}

/* ---- functions of the host's ---- */

static int add(lua_State *L) {
    int *count = lua_touserdata(L, lua_upvalueindex(1));
    __atomic_fetch_add(count, 1, __ATOMIC_SEQ_CST);
    lua_pushinteger(L, luaL_checkinteger(L, 1) + luaL_checkinteger(L, 2));
    return 1;
}

static int set_answer(lua_State *L) {
    assert_int_equal(*(int *)lua_touserdata(L, 1), 42);
    lua_pushinteger(L, 42);
    lua_setglobal(L, "answer");
    return 0;
}

static int refuse(lua_State *L) {
    return luaL_error(L, "not prepared");
}

static void test_register_everywhere(void **state) {
    plait *p = *state;
    static const plait_reg functions[] = {{"add", add}, {NULL, NULL}};
    int calls = 0, answer = 42;
    assert_int_equal(plait_register(p, "host", functions, &calls), PLAIT_OK);
    assert_int_equal(plait_register(p, "host.deep", functions, &calls),
                     PLAIT_OK);
    assert_int_equal(plait_register(p, NULL, functions, &calls), PLAIT_OK);
    assert_int_equal(plait_on_state(p, set_answer, &answer), PLAIT_OK);
    assert_int_equal(plait_on_state(p, refuse, NULL), PLAIT_ERR_RUN);
    assert_string_equal(plait_last_error(p)->message, "not prepared");
    must_run(p, "local function check()\n"
                "  assert(answer == 42)\n"
                "  assert(host.add(1, 2) == 3 and add(3, 4) == 7)\n"
                "  assert(require 'host' == host)\n"
                "  assert(require 'host.deep'.add(1, 1) == 2)\n"
                "  return true\n"
                "end\n"
                "assert(check())\n"
                "assert(await(spawn_thread(check)))\n"
                "local f, h = add, host.add\n" /* functions travel by name */
                "assert(await(spawn_thread(function() return f(1, 1) + h(1, 1) "
                "end)) == 4)");
    assert_int_equal(calls, 8);
    assert_int_equal(plait_register(p, "late", functions, NULL),
                     PLAIT_ERR_STATE);
    assert_int_equal(plait_on_state(p, set_answer, NULL), PLAIT_ERR_STATE);
}

static void test_register_arguments(void **state) {
    static const plait_reg none[] = {{NULL, NULL}};
    assert_int_equal(plait_register(*state, "m", NULL, NULL),
                     PLAIT_ERR_ARGUMENT);
    assert_int_equal(plait_register(*state, "", none, NULL),
                     PLAIT_ERR_ARGUMENT);
    assert_int_equal(plait_register(*state, "m", none, NULL), PLAIT_OK);
    assert_int_equal(plait_on_state(*state, NULL, NULL), PLAIT_ERR_ARGUMENT);
    must_run(*state, "assert(next(m) == nil)");
}

/* Code that the host calls itself may wait. */
static void test_lua_waits(void **state) {
    plait *p = *state;
    must_run(p, "c = plait.Channel(1)");
    int flag = 0;
    outcome o = {0};
    start(p, "pause(0.001) c:send('sent')", on_done, &o);
    lua_State *L = plait_lua(p);
    assert_int_equal(luaL_dostring(L, "return c:recv()"), LUA_OK);
    assert_string_equal(lua_tostring(L, -1), "sent");
    lua_settop(L, 0);
    (void)flag;
    step_until(p, &o.has_ended);
}

/* ---- the runtime ---- */

static void *call_all(void *argument) {
    plait *p = argument;
    static const plait_reg none[] = {{NULL, NULL}};
    assert_int_equal(run(p, "x = 1"), PLAIT_ERR_THREAD);
    assert_int_equal(plait_run_file(p, "x"), PLAIT_ERR_THREAD);
    assert_int_equal(plait_start(p, "", 0, NULL, NULL, NULL, NULL),
                     PLAIT_ERR_THREAD);
    assert_int_equal(plait_step(p, 1), PLAIT_ERR_THREAD);
    assert_int_equal(plait_close(p, 1), PLAIT_ERR_THREAD);
    assert_int_equal(plait_register(p, "m", none, NULL), PLAIT_ERR_THREAD);
    assert_int_equal(plait_on_state(p, set_answer, NULL), PLAIT_ERR_THREAD);
    assert_int_equal(plait_fd(p), -1);
    assert_int_equal(plait_timeout(p), -1);
    assert_int_equal(plait_is_idle(p), 0);
    assert_null(plait_lua(p));
    assert_null(plait_last_error(p));
    return NULL;
}

static void test_wrong_thread(void **state) {
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, call_all, *state), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    must_run(*state, "assert(x == nil)");
}

static void test_config(void **state) {
    (void)state;
    struct {
        plait_config config;
        char more[16];
    } c;
    plait *p;
    assert_int_equal(plait_new(NULL, NULL), PLAIT_ERR_ARGUMENT);
    assert_int_equal(plait_new(NULL, &p), PLAIT_OK);
    assert_int_equal(plait_close(p, 0), PLAIT_OK);
    plait_config_init(&c.config, sizeof c); /* of a newer header */
    assert_int_equal(plait_new(&c.config, &p), PLAIT_OK);
    assert_int_equal(plait_close(p, 0), PLAIT_OK);
    c.more[15] = 1; /* which wants what this library does not know */
    assert_int_equal(plait_new(&c.config, &p), PLAIT_ERR_ARGUMENT);
    assert_null(p);
    plait_config_init(&c.config, sizeof c.config);
    c.config.interrupt_signal = SIGKILL;
    assert_int_equal(plait_new(&c.config, &p), PLAIT_ERR_ARGUMENT);
    c.config.interrupt_signal = 1000;
    assert_int_equal(plait_new(&c.config, &p), PLAIT_ERR_ARGUMENT);
    c.config.size = 2;
    assert_int_equal(plait_new(&c.config, &p), PLAIT_ERR_ARGUMENT);
    assert_int_equal(plait_close(NULL, 0), PLAIT_OK);
    int abi = 0;
    assert_string_equal(plait_version(&abi), PLAIT_VERSION);
    assert_int_equal(abi, PLAIT_ABI);
    assert_string_equal(plait_version(NULL), PLAIT_VERSION);
}

/* Nothing is left, of whatever. */
static void test_a_thousand_runtimes(void **state) {
    (void)state;
    static const char code[] = "await(async(function() pause(0) end))";
    static const char threads[] = "await(spawn_thread(function() end)) "
                                  "plait.fs.stat('/')";
    int descriptors = 0, thread_count = 0;
    for (int i = 0; i < 1000; i++) {
        plait *p = open_runtime(i % 2 ? SIGURG : 0);
        if (i % 3 == 0) assert_true(plait_fd(p) >= 0);
        must_run(p, i % 100 == 0 ? threads : code);
        assert_int_equal(plait_close(p, 1000), PLAIT_OK);
        if (i == 1) {
            descriptors = count_descriptors();
            thread_count = count_threads();
        }
    }
    assert_int_equal(count_descriptors(), descriptors);
    assert_int_equal(count_threads(), thread_count);
}

static void *use_own(void *argument) {
    (void)argument;
    for (int i = 0; i < 20; i++) {
        plait *p = open_runtime(i % 2 ? SIGURG : 0);
        must_run(p,
                 "local v = plait.Value(0)\n"
                 "for _ = 1, 3 do spawn_thread(function() v:add(1) end) end\n"
                 "while v.value < 3 do pause(0) end");
        must_fail(p, "error('own')", PLAIT_ERR_RUN, "own");
        assert_int_equal(plait_close(p, 5000), PLAIT_OK);
    }
    return NULL;
}

static void test_two_on_two_threads(void **state) {
    (void)state;
    pthread_t a, b;
    assert_int_equal(pthread_create(&a, NULL, use_own, NULL), 0);
    assert_int_equal(pthread_create(&b, NULL, use_own, NULL), 0);
    assert_int_equal(pthread_join(a, NULL), 0);
    assert_int_equal(pthread_join(b, NULL), 0);
}

static int run_inner(lua_State *L) {
    plait *inner = lua_touserdata(L, lua_upvalueindex(1));
    must_run(inner, "pause(0.001) n = (n or 0) + 1");
    return 0;
}

/* A function of one runs the other, on the same thread. */
static void test_one_inside_of_another(void **state) {
    plait *outer = *state;
    plait *inner = open_runtime(SIGURG);
    const plait_reg functions[] = {{"inner", run_inner}, {NULL, NULL}};
    assert_int_equal(plait_register(outer, NULL, functions, inner), PLAIT_OK);
    must_run(outer, "for i = 1, 3 do inner() pause(0) end");
    must_run(inner, "assert(n == 3)");
    assert_int_equal(plait_close(inner, 1000), PLAIT_OK);
    must_run(outer, "assert(not plait.timeout(0.02, function() "
                    "while true do local t = {} end end))");
}

/* What the process has is as it was. */
static void test_signals_are_as_before(void **state) {
    (void)state;
    static struct sigaction before[65], now;
    for (int i = 1; i < 65; i++) (void)sigaction(i, NULL, &before[i]);
    plait *p = open_runtime(0);
    must_run(p, "await(spawn_thread(function() pause(0) end))");
    for (int i = 1; i < 65; i++) {
        if (sigaction(i, NULL, &now) != 0) continue; /* it is the C library's */
        assert_ptr_equal(now.sa_sigaction, before[i].sa_sigaction);
    }
    plait *q = open_runtime(SIGURG);
    (void)sigaction(SIGURG, NULL, &now);
    assert_ptr_not_equal(now.sa_sigaction, before[SIGURG].sa_sigaction);
    assert_int_equal(plait_close(q, 100), PLAIT_OK);
    assert_int_equal(plait_close(p, 100), PLAIT_OK);
    for (int i = 1; i < 65; i++) {
        if (sigaction(i, NULL, &now) != 0) continue; /* it is the C library's */
        assert_ptr_equal(now.sa_sigaction, before[i].sa_sigaction);
    }
}

static volatile sig_atomic_t heard;

static void on_own(int number) {
    (void)number;
    heard++;
}

/* A signal that is not plait's goes to whoever had it. */
static void test_handler_hands_on(void **state) {
    (void)state;
    struct sigaction own = {.sa_handler = on_own}, before;
    (void)sigaction(SIGUSR2, &own, &before);
    plait *p = open_runtime(SIGUSR2);
    heard = 0;
    (void)kill(getpid(), SIGUSR2);
    assert_int_equal(heard, 1);
    must_run(p, "assert(not plait.timeout(0.02, function() "
                "while true do local t = {} end end))");
    assert_int_equal(heard, 1);
    assert_int_equal(plait_close(p, 100), PLAIT_OK);
    (void)sigaction(SIGUSR2, &before, NULL);
}

static void test_no_helper(void **state) {
    must_fail(*state, "spawn_process(function() end)", PLAIT_ERR_RUN,
              "helper_path");
}

static void ignore_output(void *data, int fd, const char *text, size_t size) {
    (void)data, (void)fd, (void)text, (void)size;
}

/* Whether the signal is blocked in the thread; also if it has ended. */
static int blocks_signal(const char *thread, int number) {
    char path[100], line[200];
    unsigned long long blocked = ~0ull;
    snprintf(path, sizeof path, "/proc/self/task/%.20s/status", thread);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        (void)sscanf(line, "SigBlk: %llx", &blocked);
    if (file) (void)fclose(file);
    return (int)(blocked >> (number - 1) & 1);
}

/* All threads but the first one are the library's: they take none of the host's
 * signals. */
static void check_signals_of_threads(void) {
    DIR *threads = opendir("/proc/self/task");
    assert_non_null(threads);
    for (struct dirent *entry; (entry = readdir(threads));)
        if (*entry->d_name != '.' && atoi(entry->d_name) != getpid())
            assert_true(blocks_signal(entry->d_name, SIGUSR1));
    (void)closedir(threads);
}

/* This program is that of its child processes, too: see main. */
static void test_processes(void **state) {
    (void)state;
    plait_config config;
    plait *p;
    plait_config_init(&config, sizeof config);
    config.interrupt_signal = SIGURG;
    config.helper_path = "/proc/self/exe";
    config.on_write = ignore_output;
    assert_int_equal(plait_new(&config, &p), PLAIT_OK);
    must_run(p, "local c = plait.Channel()\n"
                "local h = spawn_process(function(n) c:send(n + 1) "
                "return n * 2 end, 20)\n"
                "assert(c:recv() == 21 and await(h) == 40)\n"
                "assert(plait.fs.stat('/'))");
    check_signals_of_threads();
    must_fail(p, "await(spawn_process(function() error('over there') end))",
              PLAIT_ERR_RUN, "over there");
    must_run(p, "spawn_process{ function() while true do local t = {} end end, "
                "daemon = true }");
    assert_int_equal(plait_close(p, 5000), PLAIT_OK);
    config.helper_path = "/nonexistent/plait";
    assert_int_equal(plait_new(&config, &p), PLAIT_OK);
    must_fail(p, "spawn_process(function() end)", PLAIT_ERR_RUN,
              "No such file");
    must_run(p, "assert(true)");
    assert_int_equal(plait_close(p, 5000), PLAIT_OK);
}

static void test_of_another_state(void **state) {
    assert_ptr_equal(plait_of(plait_lua(*state)), *state);
    lua_State *L = luaL_newstate();
    assert_non_null(L);
    memset(lua_getextraspace(L), 8, LUA_EXTRASPACE);
    assert_null(plait_of(L));
    lua_close(L);
}

int main(int argc, char **argv) {
    int worker = plait_worker_main(argc, argv);
    if (worker >= 0) return worker;
    const struct CMUnitTest tests[] = {
        BOTH_WAYS(test_run_results),
        BOTH_WAYS(test_run_waits_for_all),
        BOTH_WAYS(test_run_errors),
        BOTH_WAYS(test_run_file),
        BOTH_WAYS(test_run_failure_stops_the_rest),
        BOTH_WAYS(test_run_deadlock),
        BOTH_WAYS(test_start_results),
        BOTH_WAYS(test_start_many_results),
        BOTH_WAYS(test_start_too_many_results),
        BOTH_WAYS(test_start_name),
        BOTH_WAYS(test_start_in_callbacks),
        BOTH_WAYS(test_start_done_raises),
        cmocka_unit_test(test_close_tells),
        cmocka_unit_test(test_close_at_once),
        BOTH_WAYS(test_register_everywhere),
        BOTH_WAYS(test_register_arguments),
        BOTH_WAYS(test_lua_waits),
        BOTH_WAYS(test_of_another_state),
        BOTH_WAYS(test_wrong_thread),
        cmocka_unit_test(test_config),
        cmocka_unit_test(test_a_thousand_runtimes),
        cmocka_unit_test(test_two_on_two_threads),
        BOTH_WAYS(test_one_inside_of_another),
        cmocka_unit_test(test_signals_are_as_before),
        cmocka_unit_test(test_handler_hands_on),
        BOTH_WAYS(test_no_helper),
        cmocka_unit_test(test_processes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
