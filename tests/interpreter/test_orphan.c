/* A child whose parent has ended before it could say what is to be done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WIRE = 3 }; /* where a child has it */

static void run_child(int wire) {
    const char *plait = getenv("PLAIT");
    if (dup2(wire, WIRE) == WIRE)
        (void)execl(plait ? plait : "plait", "plait", "--plait-worker", NULL);
    _exit(100);
}

/* It ends at once and in order: the sanitizers' status is another one. */
static void test_orphan_ends(void **state) {
    (void)state;
    int pair[2], status;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(pair[0]);
        run_child(pair[1]);
    }
    (void)close(pair[0]);
    (void)close(pair[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_FAILURE);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_orphan_ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
