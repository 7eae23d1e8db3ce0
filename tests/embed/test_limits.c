/* test_limits.c - what a script may not do, and that the host goes on whatever it tries:
 * memory, denials, os.exit; and where what it writes goes. */
#include "embedded.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- what is told ---- */

typedef struct told {
    pthread_mutex_t lock;
    char text[3][4000]; /* by descriptor */
    int errors;
    char message[200], kind[20], name[20];
} told;

static told heard;

static void on_write(void *data, int fd, const char *text, size_t size) {
    told *t = data;
    assert_true(fd == 1 || fd == 2);
    pthread_mutex_lock(&t->lock);
    size_t used = strlen(t->text[fd]);
    if (used + size < sizeof t->text[fd]) {
        memcpy(t->text[fd] + used, text, size);
        t->text[fd][used + size] = '\0';
    }
    pthread_mutex_unlock(&t->lock);
}

static void on_error(void *data, const plait_error *error) {
    told *t = data;
    pthread_mutex_lock(&t->lock);
    t->errors++;
    snprintf(t->message, sizeof t->message, "%s", error->message);
    snprintf(t->kind, sizeof t->kind, "%s", error->kind);
    snprintf(t->name, sizeof t->name, "%s", error->name ? error->name : "");
    pthread_mutex_unlock(&t->lock);
}

static plait *open_limited(size_t memory, unsigned deny, int interrupt_signal) {
    plait_config config;
    plait *p;
    heard = (told){.lock = PTHREAD_MUTEX_INITIALIZER};
    plait_config_init(&config, sizeof config);
    config.memory_limit = memory;
    config.deny = deny;
    config.interrupt_signal = interrupt_signal;
    config.on_write = on_write;
    config.on_error = on_error;
    config.data = &heard;
    assert_int_equal(plait_new(&config, &p), PLAIT_OK);
    return p;
}

/* ---- memory ---- */

static void test_limits_memory(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        plait *p = open_limited(8 << 20, 0, i ? SIGURG : 0);
        must_fail(p, "local t = {} while true do t[#t + 1] = {} end",
                  PLAIT_ERR_MEMORY, "memory");
        must_fail(p, "local s = 'x' while true do s = s .. s end",
                  PLAIT_ERR_MEMORY, "memory");
        must_fail(p,
                  "local t = {} while true do pcall(function() while true do "
                  "t[#t + 1] = {} end end) end",
                  PLAIT_ERR_MEMORY, "memory");
        must_fail(p,
                  "await(spawn_thread(function() local t = {} "
                  "while true do t[#t + 1] = {} end end))",
                  PLAIT_ERR_MEMORY, "memory");
        /* The limit is reached again within a few instructions. */
        must_fail(p, "while true do pcall(string.rep, 'x', 1e8) end",
                  PLAIT_ERR_MEMORY, "memory");
        must_run(p, "local t = {} for i = 1, 1e4 do t[i] = {} end");
        assert_in_range(plait_memory(p, 0), 1000, 9 << 20);
        (void)plait_memory(p, 2 << 20);
        must_fail(p, "s = ('x'):rep(3e6)", PLAIT_ERR_MEMORY, "memory");
        assert_int_equal(plait_close(p, 5000), PLAIT_OK);
    }
}

/* ---- denials ---- */

static void test_limits_denials(void **state) {
    (void)state;
    plait *p =
        open_limited(0, PLAIT_DENY_FS_WRITE | PLAIT_DENY_PROCESS, SIGURG);
    must_fail(p, "io.open('/tmp/plait-denied', 'w')", PLAIT_ERR_RUN, "denied");
    must_fail(p, "os.execute('true')", PLAIT_ERR_RUN, "denied");
    must_fail(p, "await(spawn_thread(function() os.remove('x') end))",
              PLAIT_ERR_RUN, "denied");
    must_run(p, "local f = assert(io.open('/etc/passwd')) f:close()");
    plait_deny(p, PLAIT_DENY_FS_READ);
    must_fail(p, "io.open('/etc/passwd')", PLAIT_ERR_RUN, "denied");
    plait_deny(p, 0); /* allows nothing */
    must_fail(p, "plait.fs.read('/etc/passwd')", PLAIT_ERR_RUN, "denied");
    plait_deny(p, PLAIT_DENY_ALL);
    must_run(p, "local n = 0 for i = 1, 10 do n = n + i end assert(n == 55) "
                "assert(await(async(function() return 1 end)) == 1)");
    assert_int_equal(access("/tmp/plait-denied", F_OK), -1);
    assert_int_equal(plait_close(p, 1000), PLAIT_OK);
}

/* ---- output ---- */

/* Nothing reaches the descriptors themselves. */
static void test_limits_output(void **state) {
    (void)state;
    char path[] = "/tmp/plait-embed.XXXXXX";
    int file = mkstemp(path);
    int saved[3] = {0, dup(1), dup(2)};
    assert_true(file >= 0 && saved[1] >= 0 && saved[2] >= 0);
    (void)fflush(stdout);
    (void)dup2(file, 1);
    (void)dup2(file, 2);
    plait *p = open_limited(0, 0, SIGURG);
    plait_status status =
        run(p, "print('printed', 1) io.write('written\\n') "
               "io.stdout:write('out\\n') io.stderr:write('err\\n')\n"
               "warn('@on') warn('warned')\n"
               "await(spawn_thread(function() print('by a thread') end))\n"
               "async{ function() error('nobody') end, name = 'lost' }\n"
               "spawn_thread(function() pcall(error) end)");
    plait_status closed = plait_close(p, 1000);
    (void)fflush(stdout);
    (void)dup2(saved[1], 1);
    (void)dup2(saved[2], 2);
    (void)close(saved[1]);
    (void)close(saved[2]);
    assert_int_equal(status, PLAIT_OK);
    assert_int_equal(closed, PLAIT_OK);
    assert_int_equal(lseek(file, 0, SEEK_END), 0);
    (void)close(file);
    (void)unlink(path);
    assert_string_equal(heard.text[1],
                        "printed\t1\nwritten\nout\nby a thread\n");
    assert_non_null(strstr(heard.text[2], "err\n"));
    assert_non_null(strstr(heard.text[2], "warned"));
    assert_int_equal(heard.errors, 1);
    assert_string_equal(heard.message, "test:4: nobody");
    assert_string_equal(heard.kind, "task");
    assert_string_equal(heard.name, "lost");
}

/* Once for each, when nothing is left to do, also by steps. */
static void test_limits_errors_by_steps(void **state) {
    (void)state;
    plait *p = open_limited(0, 0, 0);
    start(p, "spawn_thread(function() error('in a thread') end)", NULL, NULL);
    while (!plait_is_idle(p) || heard.errors == 0) (void)plait_step(p, 5);
    assert_int_equal(heard.errors, 1);
    assert_non_null(strstr(heard.message, "in a thread"));
    assert_string_equal(heard.kind, "thread");
    for (int i = 0; i < 5; i++) (void)plait_step(p, 1);
    assert_int_equal(heard.errors, 1);
    start(p, "error('of a chunk without a function')", NULL, NULL);
    while (!plait_is_idle(p)) (void)plait_step(p, 5);
    assert_int_equal(plait_close(p, 1000), PLAIT_OK);
}

/* ---- os.exit ---- */

static void test_limits_exit(void **state) {
    static const char *const ways[] = {
        "os.exit(7)",
        "pcall(os.exit, 7) while true do local t = {} end",
        "while true do pcall(os.exit, 7) end",
        "coroutine.wrap(function() os.exit(7) end)() never = true",
        "async(os.exit, 7) pause(1000)",
        "async(os.exit, 7)",
        "await(spawn_thread(function() os.exit(7) end)) never = true",
        "async(function() pause(1000) end) os.exit(7, true)",
        "local x <close> = setmetatable({}, {__close = function() "
        "closed = true end}) os.exit(7)",
    };
    plait *p = *state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        plait_status status = run(p, ways[i]);
        if (status != PLAIT_ERR_EXIT)
            fail_msg("%d of \"%s\": %s", status, ways[i],
                     plait_last_error(p)->message);
        assert_int_equal(plait_last_error(p)->code, 7);
        must_run(p, "assert(not never) pause(0) "
                    "assert(await(async(function() return 1 end)) == 1)");
    }
    must_run(p, "assert(closed)");
}

typedef struct ended {
    int has;
    plait_status status;
    int code;
} ended;

static void on_done(plait *p, plait_status status, lua_State *L, int count,
                    void *data) {
    (void)L;
    (void)count;
    ended *e = data;
    e->status = status;
    e->code = status ? plait_last_error(p)->code : 0;
    e->has = 1;
}

/* All chunks end by it; later ones begin anew. */
static void test_limits_exit_by_steps(void **state) {
    plait *p = *state;
    ended a = {0}, b = {0}, c = {0};
    start(p, "pause(1000)", on_done, &a);
    start(p, "pause(0.001) os.exit(3)", on_done, &b);
    step_until(p, &b.has);
    step_until(p, &a.has);
    assert_int_equal(a.status, PLAIT_ERR_EXIT);
    assert_int_equal(b.status, PLAIT_ERR_EXIT);
    assert_int_equal(a.code, 3);
    start(p, "pause(0.001) return 1", on_done, &c);
    step_until(p, &c.has);
    assert_int_equal(c.status, PLAIT_OK);
    lua_State *L = plait_lua(p);
    assert_int_not_equal(luaL_dostring(L, "os.exit(5)"), LUA_OK);
    lua_settop(L, 0);
    must_run(p, "pause(0)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits_memory),
        cmocka_unit_test(test_limits_denials),
        cmocka_unit_test(test_limits_output),
        cmocka_unit_test(test_limits_errors_by_steps),
        BOTH_WAYS(test_limits_exit),
        BOTH_WAYS(test_limits_exit_by_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
