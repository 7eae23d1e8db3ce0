/* test_ending.c - a signal that comes just before the main script blocks in a
 * system call ends that call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lauxlib.h>

#include "embed/program.h"

static int silent[2]; /* nobody writes to it */

/* It does not return before it has read. */
static int read_late(lua_State *L) {
    int number = (int)lua_tointeger(L, lua_upvalueindex(1));
    char byte;
    (void)raise(number);
    (void)!read(silent[0], &byte, 1);
    return 0;
}

/* As the program does with a script that calls it. */
static int run_program(int number) {
    host_program *program = host_program_new();
    if (!program) return 1;
    program->host->program = "test";
    host_ending_open(program, false);
    lua_State *L = program->host->L;
    lua_pushinteger(L, number);
    lua_pushcclosure(L, read_late, 1);
    lua_pushvalue(L, -1);
    lua_setglobal(L, "read_late");
    lua_pop(L, 1);
    int status = luaL_loadstring(L, "read_late() went_on()");
    if (status == LUA_OK) status = host_program_call(L, 0, 0);
    status = host_program_finish(program, status != LUA_OK);
    host_program_close(program, status);
    return status;
}

/* What it writes to the standard error is in `text`. Returns how it ended. */
static int run_child(int number, char *text, size_t size) {
    int errors[2];
    assert_int_equal(pipe(errors), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)dup2(errors[1], STDERR_FILENO);
        (void)close(errors[1]);
        _exit(run_program(number));
    }
    (void)close(errors[1]);
    size_t got = 0;
    for (ssize_t n; (n = read(errors[0], text + got, size - 1 - got)) > 0;)
        got += (size_t)n;
    text[got] = '\0';
    (void)close(errors[0]);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void check_signal(int number, const char *line) {
    char text[1024];
    int status = run_child(number, text, sizeof text);
    assert_string_equal(text, line);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), number);
}

static void test_ending_ends_a_call_that_began_late(void **state) {
    (void)state;
    assert_int_equal(pipe(silent), 0);
    check_signal(SIGINT, "test: interrupted at [string \"read_late() "
                         "went_on()\"]:1\n");
    check_signal(SIGTERM, "test: terminated at [string \"read_late() "
                          "went_on()\"]:1\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ending_ends_a_call_that_began_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
