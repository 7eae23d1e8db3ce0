/* A worker's journal, read by another process after the worker was killed at
 * any moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/encode.h"
#include "exec/journal.h"

enum { HEADER = 11 };

/* An answer in the making. */
typedef struct answer {
    rt_buffer roots; /* behind a header */
    rt_buffer nodes;
    uint32_t root_count;
    uint32_t node_count;
} answer;

static void open_answer(answer *a) {
    rt_buffer_init(&a->roots);
    rt_buffer_init(&a->nodes);
    a->root_count = a->node_count = 0;
    assert_int_equal(rt_encode_header(&a->roots, 0, 0), RT_OK);
}

static void close_answer(answer *a) {
    rt_buffer_deinit(&a->roots);
    rt_buffer_deinit(&a->nodes);
}

/* A result: an integer, or every third time a list of one. */
static void add_result(answer *a, int64_t value) {
    if (value % 3 == 0) {
        (void)rt_encode_node(&a->roots, a->node_count++);
        (void)rt_encode_array(&a->nodes, 5);
        (void)rt_encode_int(&a->nodes, RT_NODE_TABLE);
        (void)rt_encode_int(&a->nodes, 1);
        (void)rt_encode_int(&a->nodes, 0);
        (void)rt_encode_nil(&a->nodes);
        (void)rt_encode_int(&a->nodes, value);
    } else {
        (void)rt_encode_int(&a->roots, value);
    }
    a->root_count++;
}

static bool note(rt_journal *journal, const answer *a) {
    return rt_journal_note(journal, &a->roots, HEADER, a->root_count, &a->nodes,
                           a->node_count);
}

/* The values are 1, 2, ... as add_result writes them. */
static void assert_values(const rt_message *values, uint32_t count) {
    answer a;
    open_answer(&a);
    for (uint32_t i = 1; i <= count; i++) add_result(&a, i);
    rt_encode_patch_header(&a.roots, a.root_count, a.node_count);
    assert_int_equal(rt_buffer_add(&a.roots, a.nodes.bytes, a.nodes.size),
                     RT_OK);
    assert_int_equal(values->bytes.size, a.roots.size);
    assert_memory_equal(values->bytes.bytes, a.roots.bytes, a.roots.size);
    close_answer(&a);
}

static rt_journal_state read_state(const rt_journal *journal) {
    rt_journal_state state;
    assert_int_equal(rt_journal_read(journal, &state), RT_OK);
    return state;
}

static void test_journal_tells_what_was_noted(void **state) {
    (void)state;
    size_t blocks = rt_alloc_count();
    rt_journal *home, *worker;
    int fd;
    assert_int_equal(rt_journal_new(&home, &fd), RT_OK);
    assert_true(fd > 2);
    worker = rt_journal_open(fd);
    assert_non_null(worker);
    assert_int_equal(fcntl(fd, F_GETFD), -1); /* it was taken */
    rt_journal_state s = read_state(home);
    assert_int_equal(s.job, 0);

    answer a;
    open_answer(&a);
    rt_journal_open_part(worker, 9, 0, 4);
    s = read_state(home);
    assert_int_equal(s.job, 9);
    assert_int_equal(s.begun, 4);
    assert_int_equal(s.done, 4);
    assert_null(s.values);
    for (uint32_t i = 1; i <= 5; i++) {
        rt_journal_begin(worker, 3 + i);
        s = read_state(home);
        assert_int_equal(s.begun, 4 + i);
        assert_int_equal(s.done, 3 + i);
        rt_message_free(s.values);
        add_result(&a, i);
        assert_true(note(worker, &a));
        s = read_state(home);
        assert_int_equal(s.begun, 4 + i);
        assert_int_equal(s.done, 4 + i);
        assert_values(s.values, i);
        rt_message_free(s.values);
    }
    rt_journal_open_part(worker, 9, 1, 9);
    s = read_state(home);
    assert_int_equal(s.part, 1);
    assert_int_equal(s.done, 9);
    assert_null(s.values);
    close_answer(&a);
    rt_journal_free(worker);
    rt_journal_free(home);
    assert_int_equal(rt_alloc_count(), blocks);
}

static void test_journal_without_room(void **state) {
    (void)state;
    rt_journal *home;
    int fd;
    assert_int_equal(rt_journal_new(&home, &fd), RT_OK);
    rt_journal *worker = rt_journal_open(fd);
    answer a;
    open_answer(&a);
    rt_journal_open_part(worker, 1, 0, 0);
    rt_journal_begin(worker, 0);
    add_result(&a, 1);
    assert_true(note(worker, &a));
    rt_journal_begin(worker, 1);
    size_t size = 600000;
    char *text = calloc(1, size);
    assert_int_equal(rt_encode_str(&a.roots, text, size), RT_OK);
    a.root_count++;
    assert_false(note(worker, &a));
    rt_journal_state s = read_state(home); /* as before */
    assert_int_equal(s.begun, 2);
    assert_int_equal(s.done, 1);
    assert_values(s.values, 1);
    rt_message_free(s.values);
    free(text);
    close_answer(&a);
    rt_journal_free(worker);
    rt_journal_free(home);
}

static void test_journal_open_refuses(void **state) {
    (void)state;
    int pair[2];
    assert_int_equal(pipe(pair), 0);
    assert_null(rt_journal_open(pair[0]));
    assert_int_equal(fcntl(pair[0], F_GETFD), -1);
    (void)close(pair[1]);
    assert_null(rt_journal_open(pair[1]));
}

/* Writes journals until it is killed. */
static void write_for_ever(int fd) {
    rt_journal *journal = rt_journal_open(fd);
    if (!journal) _exit(1);
    for (uint64_t job = 1;; job++) {
        answer a;
        open_answer(&a);
        rt_journal_open_part(journal, job, (uint32_t)(job % 5),
                             (uint32_t)(job % 7));
        for (uint32_t i = 1; i <= 300; i++) {
            rt_journal_begin(journal, (uint32_t)(job % 7) + i - 1);
            add_result(&a, i);
            if (!note(journal, &a)) _exit(2);
        }
        close_answer(&a);
    }
}

/* Whatever the moment, what is read is a state that was written: the values
 * are those of the items that are done. */
static void test_journal_of_the_killed(void **state) {
    (void)state;
    uint64_t jobs = 0;
    for (int round = 0; round < 60; round++) {
        rt_journal *home;
        int fd;
        assert_int_equal(rt_journal_new(&home, &fd), RT_OK);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) write_for_ever(fd);
        (void)close(fd);
        rt_journal_state s = {.job = 0};
        do { /* it is at work */
            if (rt_journal_read(home, &s) == RT_OK) rt_message_free(s.values);
        } while (s.job < 3 + (uint64_t)round);
        assert_int_equal(kill(pid, SIGKILL), 0);
        int how;
        assert_int_equal(waitpid(pid, &how, 0), pid);
        assert_true(WIFSIGNALED(how));
        s = read_state(home);
        assert_int_equal(s.part, s.job % 5);
        uint32_t done = s.done - (uint32_t)(s.job % 7);
        assert_true(done <= 300);
        if (done > 0) assert_values(s.values, done);
        rt_message_free(s.values);
        rt_journal_free(home);
        jobs += s.job;
    }
    assert_true(jobs > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal_tells_what_was_noted),
        cmocka_unit_test(test_journal_without_room),
        cmocka_unit_test(test_journal_open_refuses),
        cmocka_unit_test(test_journal_of_the_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
