/* test_prompt.c - prompts over descriptors that a host has: what goes in, what comes
 * out, and how they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "embed/program.h"
#include "embed/prompt.h"
#include "lib/libs.h"

/* ---- a program with prompts ---- */

static host_program *program;
static int ended;          /* how often on_end was called */
static char last_why[100]; /* what it was told; "": nothing */

static int open_libs(lua_State *L) {
    host_open_libs(L);
    return 0;
}

/* Runs the code as the main strand: the loop goes on while it waits. */
static void run(const char *code) {
    lua_State *L = program->host->L;
    if (luaL_loadstring(L, code) || host_program_call(L, 0, 0))
        fail_msg("%s", lua_tostring(L, -1));
}

static int set_up(void **state) {
    (void)state;
    program = host_program_new();
    assert_non_null(program);
    program->host->program = "test";
    lua_pushcfunction(program->host->L, open_libs);
    assert_int_equal(lua_pcall(program->host->L, 0, 0, 0), LUA_OK);
    run("never = plait.Event()"); /* is set */
    ended = 0;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    int status = host_program_finish(program, false);
    host_program_close(program, status);
    return status;
}

/* The main strand that waits for `over` goes on. */
static void on_end(host_prompt *prompt, const char *why, void *context) {
    (void)prompt;
    assert_ptr_equal(context, &ended);
    (void)strncpy(last_why, why ? why : "", sizeof last_why - 1);
    ended++;
    lua_State *L = program->host->running;
    if (lua_getglobal(L, "over") == LUA_TNIL) {
        lua_pop(L, 1);
        return;
    }
    lua_getfield(L, -1, "set");
    lua_insert(L, -2);
    lua_call(L, 1, 0);
}

static host_prompt *open_prompt(int in, int out) {
    host_prompt *prompt = NULL;
    rt_error err;
    host_prompt_options options = {
        .in_fd = in, .out_fd = out, .on_end = on_end, .context = &ended};
    if (host_prompt_open(program->host, &options, &prompt, &err) != RT_OK)
        fail_msg("%s", err.message);
    return prompt;
}

#define WAIT_FOR_END "over = plait.Event() over:wait()"

/* ---- pipes ---- */

typedef struct pipes {
    int in[2], out[2];
} pipes;

static pipes make_pipes(const char *input) {
    pipes p;
    assert_int_equal(pipe2(p.in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(p.out, O_CLOEXEC), 0);
    assert_int_equal(write(p.in[1], input, strlen(input)),
                     (ssize_t)strlen(input));
    return p;
}

static void close_fd(int *fd) {
    if (*fd >= 0) assert_int_equal(close(*fd), 0);
    *fd = -1;
}

/* All that was written, by now. */
static void read_output(pipes *p, char *text, size_t size) {
    close_fd(&p->out[1]);
    size_t length = 0;
    ssize_t count;
    while ((count = read(p->out[0], text + length, size - length - 1)) > 0)
        length += (size_t)count;
    text[length] = '\0';
}

static void close_pipes(pipes *p) {
    for (int i = 0; i < 2; i++) {
        close_fd(&p->in[i]);
        close_fd(&p->out[i]);
    }
}

/* The input, to its end, comes to that output. */
static void check(const char *input, const char *output) {
    char text[8192];
    pipes p = make_pipes(input);
    close_fd(&p.in[1]);
    (void)open_prompt(p.in[0], p.out[1]);
    run(WAIT_FOR_END);
    read_output(&p, text, sizeof text);
    assert_string_equal(text, output);
    close_pipes(&p);
}

/* ---- the other end, on a thread of its own ---- */

/* Waits until the prompt says "running", and then sends `input`, or hangs up. */
typedef struct other_end {
    int in, out;
    const char *input; /* NULL: hangs up */
    pthread_t thread;
} other_end;

static void *run_other_end(void *context) {
    other_end *e = context;
    char text[200];
    size_t size = 0;
    ssize_t count;
    do {
        count = read(e->out, text + size, sizeof text - 1 - size);
        if (count <= 0) return NULL;
        size += (size_t)count;
        text[size] = '\0';
    } while (!strstr(text, "running\n"));
    if (e->input) (void)!write(e->in, e->input, strlen(e->input));
    (void)close(e->in);
    return NULL;
}

static void start_other_end(other_end *e) {
    assert_int_equal(pthread_create(&e->thread, NULL, run_other_end, e), 0);
}

static void join_other_end(other_end *e) {
    assert_int_equal(pthread_join(e->thread, NULL), 0);
}

/* ---- tests ---- */

static void test_prompt_runs_entries(void **state) {
    (void)state;
    check("1 + 1\nlocal x = 20\nfunction f()\n return x + 1 end\nf()\n",
          "> 2\n> > >> > 21\n> \n");
    assert_int_equal(ended, 1);
    assert_string_equal(last_why, "");
    run("assert(f() == 21 and x == nil)"); /* globals are the state's */
}

static void test_prompt_last_line_needs_no_end(void **state) {
    (void)state;
    check("'a'\r\n'b'", "> \"a\"\n> \"b\"\n> \n");
}

static void test_prompt_prints_go_out(void **state) {
    (void)state;
    check("print(1, 'x') io.write('y', 2, '\\n') io.stderr:write('z\\n')\n"
          "t = async(function() print('task') end) await(t)\n",
          "> 1\tx\ny2\nz\n> task\n> \n");
}

static void test_prompt_errors_do_not_end_it(void **state) {
    (void)state;
    check("error('no')\nlocal function\n)\n5\n",
          "> prompt:1: no\nstack traceback:\n\t[C]: in function 'error'\n"
          "\tprompt:1: in main chunk\n\t[C]: in ?\n> >> "
          "prompt:2: <name> expected near ')'\n> 5\n> \n");
}

static void test_prompt_open_entry_ends_with_input(void **state) {
    (void)state;
    check("for i = 1, 3 do\n",
          "> >> prompt:1: 'end' expected near <eof>\n> \n");
}

static void test_prompt_each_has_its_own_values(void **state) {
    (void)state;
    pipes a = make_pipes("local n = 1\nn, _\n5\n_ + n\n");
    pipes b = make_pipes("local n = 2\nn, _\n6\n_ + n\n");
    char text[200];
    close_fd(&a.in[1]);
    close_fd(&b.in[1]);
    (void)open_prompt(a.in[0], a.out[1]);
    (void)open_prompt(b.in[0], b.out[1]);
    run(WAIT_FOR_END " over:clear()");
    if (ended < 2) run("over:wait()");
    assert_int_equal(ended, 2);
    read_output(&a, text, sizeof text);
    assert_string_equal(text, "> > 1\nnil\n> 5\n> 6\n> \n");
    read_output(&b, text, sizeof text);
    assert_string_equal(text, "> > 2\nnil\n> 6\n> 8\n> \n");
    close_pipes(&a);
    close_pipes(&b);
}

static void test_prompt_leaves(void **state) {
    (void)state;
    check(".exit\nprint(1)\n", "> ");
    check("\004print(1)\n", "> \n");
}

/* Both programs here would run for ever. */
static void test_prompt_interrupts(void **state) {
    (void)state;
    pipes p = make_pipes("print 'running' while true do local t = {} end\n");
    char text[400];
    other_end end = {p.in[1], p.out[0], "\003'next'\n", 0};
    start_other_end(&end);
    (void)open_prompt(p.in[0], p.out[1]);
    run(WAIT_FOR_END);
    join_other_end(&end);
    p.in[1] = -1;
    read_output(&p, text, sizeof text);
    assert_string_equal(text, "prompt:1: interrupted!\n> \"next\"\n> \n");
    close_pipes(&p);
}

static void test_prompt_ctrl_c_drops_what_was_typed(void **state) {
    (void)state;
    check("f(\n1 +\n\0032\n", "> ^C\n> 2\n> \n");
}

static void test_prompt_closes(void **state) {
    (void)state;
    pipes p = make_pipes("async(function() local x <close> = setmetatable({}, "
                         "{__close = function() closed = true end}) go:set() "
                         "never:wait() end) never:wait()\n");
    host_prompt *prompt = open_prompt(p.in[0], p.out[1]);
    run("over, go = plait.Event(), plait.Event() go:wait()");
    assert_int_equal(ended, 0);
    host_prompt_close(prompt);
    assert_int_equal(ended, 0); /* later */
    run("over:wait() assert(closed)");
    assert_int_equal(ended, 1);
    run("assert(#plait.tasks() == 0)");
    close_pipes(&p);
}

static void test_prompt_ends_when_nobody_reads(void **state) {
    (void)state;
    pipes p = make_pipes("go:wait() while true do print(1) end\n");
    (void)open_prompt(p.in[0], p.out[1]);
    run("over, go = plait.Event(), plait.Event()");
    close_fd(&p.out[0]);
    close_fd(&p.out[1]);
    run("go:set() over:wait()");
    assert_int_equal(ended, 1);
    close_pipes(&p);
}

/* Nobody reads for now: the program goes on, and nothing is lost up to a limit. */
static void test_prompt_output_does_not_block(void **state) {
    (void)state;
    pipes p = make_pipes("for i = 1, 30000 do io.write('0123456789') end\n");
    char *text = malloc(400000);
    (void)open_prompt(p.in[0], p.out[1]);
    close_fd(&p.in[1]);
    run("over = plait.Event() for i = 1, 100 do plait.yield() end");
    assert_int_equal(fcntl(p.out[0], F_SETFL, O_NONBLOCK), 0);
    size_t length = 0;
    while (ended == 0) {
        ssize_t count = read(p.out[0], text + length, 400000 - length);
        if (count > 0) length += (size_t)count;
        run("plait.yield()");
    }
    ssize_t count;
    while ((count = read(p.out[0], text + length, 400000 - length)) > 0)
        length += (size_t)count;
    assert_int_equal(length, 2 + 300000 + 3); /* and the prompts */
    free(text);
    close_pipes(&p);
}

/* Printed where the entry cannot wait: what is too much is lost, and that is told. */
static void test_prompt_tells_what_was_lost(void **state) {
    (void)state;
    pipes p = make_pipes(
        "table.sort({2, 1}, function() for i = 1, 300 do "
        "io.write(('x'):rep(10000)) end return false end) done:set()\n");
    const size_t most = 4000000;
    char *text = malloc(most);
    (void)open_prompt(p.in[0], p.out[1]);
    run("over, done = plait.Event(), plait.Event() done:wait()");
    close_fd(&p.in[1]);
    assert_int_equal(fcntl(p.out[0], F_SETFL, O_NONBLOCK), 0);
    size_t length = 0;
    while (ended == 0) {
        ssize_t count = read(p.out[0], text + length, most - length);
        if (count > 0) length += (size_t)count;
        run("plait.yield()");
    }
    close_fd(&p.out[1]);
    ssize_t count;
    while ((count = read(p.out[0], text + length, most - length)) > 0)
        length += (size_t)count;
    assert_in_range(length, 1000000, 1300000);
    text[length - 1] = '\0';
    const char *told = strstr(text, "\n(");
    assert_non_null(told);
    size_t lost = strtoul(told + 2, NULL, 10);
    assert_non_null(strstr(told, " bytes of output were lost"));
    assert_int_equal((size_t)(told - text) + lost, 2 + 3000000);
    free(text);
    close_pipes(&p);
}

static void test_prompt_over_a_socket(void **state) {
    (void)state;
    int ends[2];
    char text[100];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                     0);
    assert_int_equal(write(ends[1], "40 + 2\n", 7), 7);
    (void)open_prompt(ends[0], ends[0]);
    assert_int_equal(shutdown(ends[1], SHUT_WR), 0); /* and it still reads */
    run(WAIT_FOR_END);
    assert_int_equal(close(ends[0]), 0);
    ssize_t count = recv(ends[1], text, sizeof text, MSG_WAITALL);
    assert_int_equal(count, 8);
    assert_memory_equal(text, "> 42\n> \n", 8);
    assert_int_equal(close(ends[1]), 0);
}

/* Who has gone takes the entry along, and what it has started. */
static void test_prompt_socket_hangs_up(void **state) {
    (void)state;
    int ends[2];
    const char *input = "async(function() while true do never:wait() end end) "
                        "spawn_thread(function() never:wait() end) "
                        "print('running') while true do local t = {} end\n";
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                     0);
    assert_int_equal(write(ends[1], input, strlen(input)),
                     (ssize_t)strlen(input));
    other_end end = {ends[1], ends[1], NULL, 0};
    start_other_end(&end);
    (void)open_prompt(ends[0], ends[0]);
    run(WAIT_FOR_END);
    join_other_end(&end);
    run("assert(#plait.tasks() == 0 and #plait.threads() == 0)");
    assert_int_equal(ended, 1);
    assert_int_equal(close(ends[0]), 0);
}

static void test_prompt_refuses_wrong_descriptors(void **state) {
    (void)state;
    host_prompt *prompt;
    rt_error err;
    host_prompt_options options = {.in_fd = 99, .out_fd = STDOUT_FILENO};
    assert_int_equal(host_prompt_open(program->host, &options, &prompt, &err),
                     -EBADF);
    assert_string_equal(err.message,
                        "cannot open a prompt: Bad file descriptor");
    options.in_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_int_equal(host_prompt_open(program->host, &options, &prompt, &err),
                     -EBADF);
    assert_int_equal(close(options.in_fd), 0);
}

/* The state is closed under it. */
static void test_prompt_left_open(void **state) {
    (void)state;
    pipes p = make_pipes("go:set() never:wait()\n");
    (void)open_prompt(p.in[0], p.out[1]);
    run("go = plait.Event() go:wait()");
    assert_int_equal(tear_down(NULL), 0);
    assert_int_equal(ended, 1);
    char text[200];
    read_output(&p, text, sizeof text);
    assert_non_null(strstr(text, "plait: the program has ended\n"));
    close_pipes(&p);
    (void)set_up(NULL);
}

static void test_prompt_failed_tasks_are_told_there(void **state) {
    (void)state;
    char text[2000];
    pipes p =
        make_pipes("t = async(error, 'lost') plait.yield() plait.yield()\n"
                   "h = spawn_thread(error, 'gone') plait.wait{h} \n");
    close_fd(&p.in[1]);
    (void)open_prompt(p.in[0], p.out[1]);
    run(WAIT_FOR_END);
    read_output(&p, text, sizeof text);
    assert_non_null(strstr(text, "lost\nin task "));
    assert_non_null(strstr(text, "gone\nin thread "));
    close_pipes(&p);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_prompt_runs_entries),
        TEST(test_prompt_last_line_needs_no_end),
        TEST(test_prompt_prints_go_out),
        TEST(test_prompt_errors_do_not_end_it),
        TEST(test_prompt_open_entry_ends_with_input),
        TEST(test_prompt_each_has_its_own_values),
        TEST(test_prompt_leaves),
        TEST(test_prompt_interrupts),
        TEST(test_prompt_ctrl_c_drops_what_was_typed),
        TEST(test_prompt_closes),
        TEST(test_prompt_ends_when_nobody_reads),
        TEST(test_prompt_output_does_not_block),
        TEST(test_prompt_tells_what_was_lost),
        TEST(test_prompt_over_a_socket),
        TEST(test_prompt_socket_hangs_up),
        TEST(test_prompt_refuses_wrong_descriptors),
        TEST(test_prompt_left_open),
        TEST(test_prompt_failed_tasks_are_told_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
