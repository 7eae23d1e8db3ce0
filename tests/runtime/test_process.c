/* Child processes: this program, started again as its own child, does what
 * the work message says (run_worker); other programs are those of the system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/encode.h"
#include "exec/outcome.h"
#include "ipc/hub.h"
#include "ipc/process.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { MANY = 100, KILLS = 60, SLOWNESS = 10 };
#else
enum { MANY = 1000, KILLS = 300, SLOWNESS = 1 };
#endif

/* ---- messages of (text, integer) ---- */

static rt_message *make(const char *text, size_t size, int64_t number) {
    rt_message *message = rt_message_new();
    if (!message) abort();
    if (rt_encode_header(&message->bytes, 2, 0) ||
        rt_encode_str(&message->bytes, text, size) ||
        rt_encode_int(&message->bytes, number))
        abort();
    return message;
}

static rt_message *order(const char *text, int64_t number) {
    return make(text, strlen(text), number);
}

typedef struct parsed {
    const char *text;
    size_t size;
    int64_t number;
} parsed;

static parsed parse(const rt_message *message) {
    rt_reader reader;
    rt_token text, number;
    uint32_t roots, nodes;
    rt_reader_init(&reader, message->bytes.bytes, message->bytes.size, NULL);
    if (rt_reader_header(&reader, &roots, &nodes) ||
        rt_reader_next(&reader, &text) || rt_reader_next(&reader, &number))
        abort();
    return (parsed){text.as.str.bytes, text.as.str.size, number.as.integer};
}

static bool says(const parsed *p, const char *text) {
    return p->size == strlen(text) && memcmp(p->text, text, p->size) == 0;
}

/* ---- waiting for a strand ---- */

/* Static, since a loop must outlive whoever posts to it. */
static rt_loop loop;

static void on_done(rt_waiter *waiter) {
    waiter->detail = 1;
}

/* True if it ended within `seconds`. */
static bool ends_within(rt_strand *strand, double seconds) {
    rt_waiter waiter;
    rt_waiter_init(&waiter, &loop, on_done);
    if (rt_strand_wait(strand, &waiter) == RT_OK) return true;
    int64_t due = rt_clock_add(rt_clock_now(), seconds);
    if (rt_waiter_arm(&waiter, due, due)) abort();
    while (!waiter.detail) rt_loop_turn(&loop, true, RT_NEVER);
    return waiter.status == RT_OK;
}

static void join(rt_strand *strand) {
    if (!ends_within(strand, 20.0 * SLOWNESS)) abort();
}

/* ---- the child ---- */

static volatile sig_atomic_t cancelled;
static int cancel_pipe[2];

static void on_cancel(rt_child *child, rt_message *reason) {
    int64_t number = reason ? parse(reason).number : 0;
    rt_message_free(reason);
    cancelled = 1;
    ssize_t written = write(cancel_pipe[1], &number, sizeof number);
    (void)written, (void)child;
}

/* The numbers of the descriptors that are open, in order. */
static void list_descriptors(char *to, size_t size) {
    size_t used = 0;
    for (int fd = 0; fd < 200; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            used += (size_t)snprintf(to + used, size - used, "%d ", fd);
}

static rt_strand *start(rt_runtime *runtime, const char *name,
                        const rt_process_options *options, int *status) {
    rt_strand *strand = rt_strand_new(runtime, RT_STRAND_PROCESS, name, NULL);
    if (!strand) abort();
    *status = rt_process_start(runtime, strand, options);
    return strand;
}

static rt_process_options own(rt_message *work) {
    return (rt_process_options){
        .work = work, .version = "test", .stdio = {-1, -1, -1}};
}

static rt_process_options program(const char *const *argv) {
    return (rt_process_options){.argv = argv, .stdio = {-1, -1, -1}};
}

/* An object that cannot be used from other processes. */
static void free_local(rt_object *object) {
    (void)object;
}
static const rt_object_type local_type = {
    .name = "Local", .kind = RT_KIND_VALUE, .free = free_local};

/* Starts a busy grandchild and another program, tells both pids through
 * descriptor 1, and stays. */
static void run_middle(rt_runtime *runtime) {
    static const char *const argv[] = {"sleep", "100", NULL};
    rt_process_options options = own(order("spin", 0));
    int status;
    rt_strand *busy = start(runtime, NULL, &options, &status);
    if (status) _exit(1);
    options = program(argv);
    rt_strand *sleeper = start(runtime, NULL, &options, &status);
    if (status) _exit(2);
    char line[60];
    int size = snprintf(line, sizeof line, "%d %d\n", (int)busy->pid,
                        (int)sleeper->pid);
    if (write(1, line, (size_t)size) != size) _exit(3);
    for (;;) pause();
}

static void run_order(rt_child *child, const parsed *work) {
    rt_runtime *runtime = child->runtime;
    rt_message *result = NULL;
    rt_strand_state state = RT_STRAND_DONE;
    char text[400] = "";
    if (says(work, "exit")) _exit((int)work->number);
    if (says(work, "kill")) (void)raise((int)work->number);
    if (says(work, "spin"))
        for (volatile unsigned i = 0;; i++) continue;
    if (says(work, "stuck"))
        for (;;) pause();
    if (says(work, "middle")) run_middle(runtime);
    if (says(work, "close")) (void)shutdown(3, SHUT_RDWR), pause();
    if (says(work, "mute")) {
        (void)rt_runtime_shutdown(runtime, rt_clock_now() + RT_SECOND);
        for (;;) pause();
    }
    if (says(work, "half")) {
        ssize_t sent = send(3, "\x50\x4c\x01", 3, 0);
        (void)sent;
        /* At once: ThreadSanitizer's _exit lets the hub speak once more. */
        (void)syscall(SYS_exit_group, 0);
    }
    if (says(work, "garbage")) {
        ssize_t sent = send(3, "the quick brown fox jumps over the dog", 38, 0);
        (void)sent;
        pause();
    }
    if (says(work, "descriptors")) list_descriptors(text, sizeof text);
    if (says(work, "directory") && !getcwd(text, sizeof text)) _exit(1);
    if (says(work, "variable"))
        (void)snprintf(text, sizeof text, "%s", getenv("PLAIT_TEST"));
    if (says(work, "print")) {
        printf("from the child\n");
        (void)fflush(stdout);
    }
    if (says(work, "signals"))
        for (int i = 1; i < 32; i++) {
            struct sigaction now;
            if (sigaction(i, NULL, &now) < 0) continue;
            if (now.sa_handler == SIG_IGN)
                (void)snprintf(text + strlen(text), 20, "%d ", i);
        }
    if (says(work, "fail")) state = RT_STRAND_FAILED;
    if (says(work, "unsendable")) {
        static rt_object object;
        size_t index;
        rt_object_init(&object, &local_type);
        result = order("", 0);
        if (rt_message_add_object(result, &object, &index)) _exit(1);
    }
    if (says(work, "wait")) {
        int64_t number = 0;
        while (read(cancel_pipe[0], &number, sizeof number) < 0) continue;
        result = order("cancelled", number);
        state = RT_STRAND_CANCELLED;
    }
    if (says(work, "nested")) {
        rt_process_options options = own(order("exit", work->number));
        int status;
        rt_strand *strand = start(runtime, NULL, &options, &status);
        if (status) _exit(1);
        join(strand);
        result = order("", strand->exit_code);
        rt_object_unref(&strand->object);
    }
    if (says(work, "late")) { /* the outcome, then no exit */
        rt_child_finish(child, state, order("late", 0));
        for (;;) pause();
    }
    if (!result && *text) result = order(text, 0);
    if (!result) result = make(work->text, work->size, work->number + 1);
    rt_child_finish(child, state, result);
}

static int run_worker(void) {
    rt_runtime *runtime = rt_runtime_new();
    static rt_child child = {.on_cancel = on_cancel, .version = "test"};
    if (getenv("PLAIT_TEST_OLD")) child.version = "old";
    rt_error err;
    if (pipe2(cancel_pipe, O_CLOEXEC) < 0) return 1;
    /* Out of the way of what test_process_child_has_few_descriptors sees. */
    int far = fcntl(cancel_pipe[0], F_DUPFD_CLOEXEC, 300);
    (void)close(cancel_pipe[0]);
    cancel_pipe[0] = far;
    far = fcntl(cancel_pipe[1], F_DUPFD_CLOEXEC, 300);
    (void)close(cancel_pipe[1]);
    cancel_pipe[1] = far;
    if (rt_child_open(&child, runtime, &err) || rt_child_wait(&child, &err)) {
        if (!getenv("PLAIT_TEST_OLD")) fprintf(stderr, "%s\n", err.message);
        _exit(3); /* with all that is left as it is */
    }
    parsed work = parse(child.work);
    run_order(&child, &work);
    rt_message_free(child.work);
    (void)rt_runtime_shutdown(runtime, rt_clock_now() + RT_SECOND);
    rt_runtime_free(runtime);
    rt_loop_deinit(&loop);
    (void)close(cancel_pipe[0]);
    (void)close(cancel_pipe[1]);
    return 0;
}

/* ---- the parent ---- */

static rt_runtime *new_runtime(void) {
    rt_runtime *runtime = rt_runtime_new();
    assert_non_null(runtime);
    return runtime;
}

static void end_runtime(rt_runtime *runtime) {
    assert_true(rt_runtime_shutdown(runtime, rt_clock_now() + RT_SECOND));
    rt_runtime_free(runtime);
}

static rt_strand *start_own(rt_runtime *runtime, rt_message *work) {
    rt_process_options options = own(work);
    int status;
    rt_strand *strand = start(runtime, "child", &options, &status);
    assert_int_equal(status, RT_OK);
    assert_true(strand->pid > 0);
    return strand;
}

/* Runs one order, and checks the text and number of its outcome. */
static void check_order(rt_runtime *runtime, const char *text, int64_t number,
                        rt_strand_state state, const char *text_back,
                        int64_t number_back) {
    rt_strand *strand = start_own(runtime, order(text, number));
    join(strand);
    assert_int_equal(rt_strand_get_state(strand), state);
    parsed back = parse(rt_strand_outcome(strand));
    if (!says(&back, text_back))
        fail_msg("%s: got '%.*s'", text, (int)back.size, back.text);
    assert_int_equal(back.number, number_back);
    assert_int_equal(strand->exit_code, state == RT_STRAND_FAILED ? 1 : 0);
    assert_int_equal(strand->exit_signal, 0);
    rt_object_unref(&strand->object);
}

/* The text of an error outcome, and what it says of the end. */
static const char *error_text(rt_strand *strand, int64_t *exit_code,
                              int64_t *number) {
    static char text[900];
    const rt_message *outcome = rt_strand_outcome(strand);
    assert_non_null(outcome);
    rt_error err;
    if (rt_message_check(outcome->bytes.bytes, outcome->bytes.size,
                         outcome->object_count, &err))
        fail_msg("%s", err.message);
    rt_reader reader;
    uint32_t roots, nodes;
    rt_token token;
    char key[20] = "";
    *exit_code = *number = -1;
    rt_reader_init(&reader, outcome->bytes.bytes, outcome->bytes.size, NULL);
    assert_int_equal(rt_reader_header(&reader, &roots, &nodes), RT_OK);
    while (reader.at < reader.end) {
        assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
        if (token.kind == RT_TOKEN_INT && strcmp(key, "exitcode") == 0)
            *exit_code = token.as.integer;
        if (token.kind == RT_TOKEN_INT && strcmp(key, "signal") == 0)
            *number = token.as.integer;
        bool is_message = strcmp(key, "message") == 0;
        key[0] = '\0';
        if (token.kind != RT_TOKEN_STR) continue;
        if (is_message)
            (void)snprintf(text, sizeof text, "%.*s", (int)token.as.str.size,
                           token.as.str.bytes);
        else
            (void)snprintf(key, sizeof key, "%.*s", (int)token.as.str.size,
                           token.as.str.bytes);
    }
    return text;
}

/* A strand that died: what its error says, with "PID" for the number. */
static void check_died(rt_strand *strand, const char *expected, int exit_code,
                       int number) {
    int64_t told_code, told_signal;
    char text[900], pid[20];
    join(strand);
    assert_int_equal(rt_strand_get_state(strand), RT_STRAND_FAILED);
    (void)snprintf(text, sizeof text, "%s",
                   error_text(strand, &told_code, &told_signal));
    (void)snprintf(pid, sizeof pid, "%d", (int)strand->pid);
    char *at = strstr(text, pid);
    assert_non_null(at);
    memmove(at + 3, at + strlen(pid), strlen(at + strlen(pid)) + 1);
    memcpy(at, "PID", 3);
    assert_string_equal(text, expected);
    assert_int_equal(told_code, exit_code);
    assert_int_equal(told_signal, number ? number : -1);
    assert_int_equal(strand->exit_code, exit_code);
    assert_int_equal(strand->exit_signal, number);
    rt_object_unref(&strand->object);
}

static int count_descriptors(void) {
    int count = 0;
    for (int fd = 0; fd < 1000; fd++)
        if (fcntl(fd, F_GETFD) >= 0) count++;
    return count;
}

/* Whether this process has children that nobody reaped, or any at all. */
static bool has_children(void) {
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static bool process_exists(pid_t pid) {
    char path[40], state = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file) return false;
    if (fscanf(file, "%*d %*[^)]) %c", &state) != 1) state = 'X';
    (void)fclose(file);
    return state != 'Z' && state != 'X';
}

/* Polls: nobody tells when a process that is not our child is gone. */
static bool is_gone_within(pid_t pid, double seconds) {
    int64_t until = rt_clock_add(rt_clock_now(), seconds);
    while (process_exists(pid)) {
        if (rt_clock_now() > until) return false;
        (void)poll(NULL, 0, 2);
    }
    return true;
}

/* ---- own children ---- */

static void test_process_returns_its_outcome(void **state) {
    rt_runtime *runtime = *state;
    check_order(runtime, "echo", 41, RT_STRAND_DONE, "echo", 42);
    check_order(runtime, "fail", 1, RT_STRAND_FAILED, "fail", 2);
}

static void test_process_carries_large_messages(void **state) {
    rt_runtime *runtime = *state;
    size_t size = 20 << 20;
    char *text = malloc(size);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++) text[i] = (char)(i * 7 % 251);
    rt_strand *strand = start_own(runtime, make(text, size, 1));
    join(strand);
    parsed back = parse(rt_strand_outcome(strand));
    assert_int_equal(back.size, size);
    assert_memory_equal(back.text, text, size);
    rt_object_unref(&strand->object);
    free(text);
}

static void test_process_child_has_few_descriptors(void **state) {
    rt_runtime *runtime = *state;
    int leaky = open("/dev/null", O_RDONLY); /* not close-on-exec */
    rt_strand *strand = start_own(runtime, order("descriptors", 0));
    join(strand);
    parsed back = parse(rt_strand_outcome(strand));
    /* The standard ones, the wire, and the hub's own: epoll and two for
     * waking in libuv 1.44, and the reopened lock of the output. */
    char text[400];
    (void)snprintf(text, sizeof text, "%.*s", (int)back.size, back.text);
    assert_memory_equal(text, "0 1 2 3 ", 8);
    int extra = 0;
    for (char *at = text + 8; *at; at++) extra += *at == ' ';
    assert_in_range(extra, 1, 8);
    (void)close(leaky);
    rt_object_unref(&strand->object);
}

static void test_process_options_reach_the_child(void **state) {
    rt_runtime *runtime = *state;
    const char *const env[] = {"PLAIT_TEST=hello", NULL};
    rt_process_options options = own(order("variable", 0));
    options.env = env;
    int status;
    rt_strand *strand = start(runtime, NULL, &options, &status);
    assert_int_equal(status, RT_OK);
    join(strand);
    parsed back = parse(rt_strand_outcome(strand));
    assert_true(says(&back, "hello"));
    rt_object_unref(&strand->object);

    options = own(order("directory", 0));
    options.cwd = "/proc";
    strand = start(runtime, NULL, &options, &status);
    assert_int_equal(status, RT_OK);
    join(strand);
    back = parse(rt_strand_outcome(strand));
    assert_true(says(&back, "/proc"));
    rt_object_unref(&strand->object);
}

static void test_process_child_has_default_signals(void **state) {
    rt_runtime *runtime = *state;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    assert_int_equal(sigaction(SIGUSR2, &ignore, &before), 0);
    /* SIGINT and SIGPIPE are ignored by rt_child_open itself. */
    check_order(runtime, "signals", 0, RT_STRAND_DONE, "2 13 ", 0);
    assert_int_equal(sigaction(SIGUSR2, &before, NULL), 0);
}

static void test_process_that_dies_is_an_error(void **state) {
    rt_runtime *runtime = *state;
    check_died(start_own(runtime, order("exit", 3)),
               "process 'child' (pid PID) exited with status 3 before it "
               "returned",
               3, 0);
    check_died(start_own(runtime, order("kill", SIGKILL)),
               "process 'child' (pid PID) was killed by signal 9 (Killed)", -1,
               9);
}

static void test_process_half_a_frame_is_told(void **state) {
    rt_runtime *runtime = *state;
    check_died(start_own(runtime, order("half", 0)),
               "process 'child' (pid PID) exited with status 0 before it "
               "returned (its wire: ended inside a frame, 3 bytes into its "
               "header)",
               0, 0);
}

static void test_process_that_breaks_the_protocol_is_killed(void **state) {
    rt_runtime *runtime = *state;
    check_died(start_own(runtime, order("garbage", 0)),
               "process 'child' (pid PID) was killed by signal 9 (Killed) "
               "(its wire: frame starts with 0x6874)",
               -1, 9);
}

static void test_process_that_closes_its_wire_ends(void **state) {
    rt_runtime *runtime = *state;
    if (SLOWNESS == 1) /* else its exit takes longer than it is given */
        check_died(start_own(runtime, order("close", 0)), /* by its hub */
                   "process 'child' (pid PID) exited with status 97 before it "
                   "returned",
                   97, 0);
    check_died(start_own(runtime, order("mute", 0)), /* it has no hub */
               "process 'child' (pid PID) was killed by signal 9 (Killed)", -1,
               9);
}

static void test_process_of_another_version_is_refused(void **state) {
    rt_runtime *runtime = *state;
    const char *const env[] = {"PLAIT_TEST_OLD=1", NULL};
    rt_process_options options = own(order("echo", 0));
    options.env = env;
    int status;
    rt_strand *strand = start(runtime, NULL, &options, &status);
    assert_int_equal(status, RT_OK);
    join(strand);
    int64_t code, number;
    const char *text = error_text(strand, &code, &number);
    if (!strstr(text, "exited with status 3") &&
        !strstr(text, "peer is version 'old', this is 'test'"))
        fail_msg("%s", text);
    rt_object_unref(&strand->object);
}

static void test_process_unsendable_outcome_is_an_error(void **state) {
    rt_runtime *runtime = *state;
    rt_strand *strand = start_own(runtime, order("unsendable", 0));
    join(strand);
    int64_t code, number;
    assert_string_equal(error_text(strand, &code, &number),
                        "the outcome cannot be sent: wrong type");
    rt_object_unref(&strand->object);
}

static void test_process_cancel_carries_its_reason(void **state) {
    rt_runtime *runtime = *state;
    for (int i = 0; i < 2; i++) {
        rt_strand *strand = start_own(runtime, order("wait", 0));
        rt_strand_cancel(strand, i ? order("reason", 7) : NULL);
        join(strand);
        assert_int_equal(rt_strand_get_state(strand), RT_STRAND_CANCELLED);
        parsed back = parse(rt_strand_outcome(strand));
        assert_int_equal(back.number, i ? 7 : 0);
        rt_object_unref(&strand->object);
    }
}

static void test_process_finishes_before_it_exits(void **state) {
    (void)state;
    rt_runtime *runtime = new_runtime();
    rt_strand *strand = start_own(runtime, order("late", 0));
    join(strand);
    assert_true(process_exists(strand->pid));
    assert_int_equal(rt_process_signal(strand, SIGTERM), RT_OK); /* no effect */
    end_runtime(runtime); /* kills it after half a second */
    assert_false(process_exists(strand->pid));
    rt_object_unref(&strand->object);
}

static void test_process_nested_child(void **state) {
    check_order(*state, "nested", 5, RT_STRAND_DONE, "", 5);
}

static void test_process_start_gives_work_back(void **state) {
    rt_runtime *runtime = *state;
    rt_message *work = order("echo", 0);
    rt_process_options options = own(work);
    options.cwd = "/nonexistent";
    int status;
    rt_strand *strand = start(runtime, NULL, &options, &status);
    assert_int_equal(status, -ENOENT);
    assert_int_equal(strand->pid, 0);
    assert_null(strand->cancel);
    assert_int_equal(rt_strand_get_state(strand), RT_STRAND_PENDING);
    parsed still = parse(work);
    assert_true(says(&still, "echo"));
    options.cwd = NULL;
    assert_int_equal(rt_process_start(runtime, strand, &options), RT_OK);
    join(strand);
    assert_int_equal(rt_strand_get_state(strand), RT_STRAND_DONE);
    rt_object_unref(&strand->object);
}

static void test_process_unsendable_work_is_given_back(void **state) {
    rt_runtime *runtime = *state;
    rt_object local;
    rt_object_init(&local, &local_type);
    rt_message *work = order("echo", 0);
    rt_strand *strand = rt_strand_new(runtime, RT_STRAND_PROCESS, NULL, NULL);
    size_t index; /* the first can be sent, and that must be undone */
    assert_int_equal(rt_message_add_object(work, &strand->object, &index), 0);
    assert_int_equal(rt_message_add_object(work, &local, &index), 0);
    rt_process_options options = own(work);
    assert_int_equal(rt_process_start(runtime, strand, &options), RT_ETYPE);
    assert_int_equal(atomic_load(&local.refs), 2);
    assert_int_equal(atomic_load(&strand->object.refs), 2);
    assert_int_equal(strand->pid, 0);
    rt_message_free(work);
    rt_object_unref(&strand->object);
}

static void test_process_worker_needs_a_wire(void **state) {
    const char *argv[] = {"/proc/self/exe", "--plait-worker", NULL};
    rt_process_options options = program(argv);
    options.stdio[2] = open("/dev/null", O_WRONLY | O_CLOEXEC);
    int status;
    rt_strand *strand = start(*state, NULL, &options, &status);
    assert_int_equal(status, RT_OK);
    join(strand);
    assert_int_equal(strand->exit_code, 3);
    (void)close(options.stdio[2]);
    rt_object_unref(&strand->object);
}

/* ---- other programs ---- */

static void check_program(rt_runtime *runtime, const char *script,
                          int exit_code) {
    const char *argv[] = {"sh", "-c", script, NULL};
    rt_process_options options = program(argv);
    int status;
    rt_strand *strand = start(runtime, NULL, &options, &status);
    assert_int_equal(status, RT_OK);
    assert_true(strand->external);
    join(strand);
    assert_int_equal(rt_strand_get_state(strand), RT_STRAND_DONE);
    assert_int_equal(strand->exit_code, exit_code);
    rt_object_unref(&strand->object);
}

static void test_process_program_exit_code(void **state) {
    check_program(*state, "exit 0", 0);
    check_program(*state, "exit 200", 200);
    /* Exactly the standard descriptors: 3 is the one `ls` opens. */
    check_program(*state, "test \"$(ls /proc/self/fd | tr -d '\\n')\" = 0123",
                  0);
}

static void test_process_program_by_signal(void **state) {
    const char *argv[] = {"sleep", "100", NULL};
    rt_process_options options = program(argv);
    int status;
    rt_strand *strand = start(*state, "nap", &options, &status);
    assert_int_equal(status, RT_OK);
    rt_strand_cancel(strand, NULL);
    join(strand);
    assert_int_equal(rt_strand_get_state(strand), RT_STRAND_CANCELLED);
    assert_int_equal(strand->exit_signal, 15);
    rt_object_unref(&strand->object);
    strand = start(*state, NULL, &options, &status);
    assert_int_equal(rt_process_signal(strand, 1000), -EINVAL);
    assert_int_equal(rt_process_signal(strand, SIGKILL), RT_OK);
    rt_object_ref(&strand->object);
    check_died(strand, "process (pid PID) was killed by signal 9 (Killed)", -1,
               9);
    assert_int_equal(rt_process_signal(strand, SIGKILL), RT_OK);
    rt_object_unref(&strand->object);
}

/* By somebody who found it among the program's strands while it was started. */
static void test_process_told_before_it_is_there(void **state) {
    const char *argv[] = {"sleep", "100", NULL};
    const rt_process_options options[] = {program(argv), own(order("wait", 0))};
    for (int i = 0; i < 2; i++) {
        rt_strand *strand =
            rt_strand_new(*state, RT_STRAND_PROCESS, NULL, NULL);
        assert_non_null(strand);
        rt_strand_cancel(strand, NULL);
        assert_int_equal(rt_process_start(*state, strand, &options[i]), RT_OK);
        join(strand);
        assert_int_equal(rt_strand_get_state(strand), RT_STRAND_CANCELLED);
        rt_object_unref(&strand->object);
    }
}

static void test_process_program_not_found(void **state) {
    const char *const names[] = {
        "no-such-program-here", "/nonexistent/ls", "",
        "/etc/passwd",          "/proc",           "PATH"};
    const int codes[] = {-ENOENT, -ENOENT, -ENOENT, -EACCES, -EACCES, -ENOENT};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const char *argv[] = {names[i], NULL};
        rt_process_options options = program(argv);
        int status;
        rt_strand *strand = start(*state, NULL, &options, &status);
        assert_int_equal(status, codes[i]);
        assert_int_equal(strand->pid, 0);
        rt_object_unref(&strand->object);
    }
}

static void test_process_program_stdio(void **state) {
    int in[2], out[2];
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    const char *argv[] = {"sh", "-c", "cat; echo err >&2", NULL};
    rt_process_options options = program(argv);
    options.stdio[0] = in[0];
    options.stdio[1] = options.stdio[2] = out[1];
    int status;
    rt_strand *strand = start(*state, NULL, &options, &status);
    assert_int_equal(status, RT_OK);
    (void)close(in[0]);
    (void)close(out[1]);
    assert_int_equal(write(in[1], "in\n", 3), 3);
    (void)close(in[1]);
    join(strand);
    char text[20] = "";
    assert_int_equal(read(out[0], text, 3), 3);
    assert_int_equal(read(out[0], text + 3, 4), 4);
    assert_string_equal(text, "in\nerr\n");
    assert_int_equal(read(out[0], text, 1), 0); /* nobody else holds it */
    (void)close(out[0]);
    rt_object_unref(&strand->object);
}

static void test_process_stdio_may_be_swapped(void **state) {
    int out[2];
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    int saved = fcntl(1, F_DUPFD_CLOEXEC, 10);
    (void)fflush(stdout);
    assert_int_equal(dup2(out[1], 1), 1);
    /* What is 1 here becomes 2 there, what is 2 here becomes 1. */
    const char *argv[] = {"sh", "-c", "echo err >&2", NULL};
    rt_process_options options = program(argv);
    options.stdio[1] = 2;
    options.stdio[2] = 1;
    int status;
    rt_strand *strand = start(*state, NULL, &options, &status);
    assert_int_equal(dup2(saved, 1), 1);
    assert_int_equal(status, RT_OK);
    join(strand);
    char text[10] = "";
    assert_int_equal(read(out[0], text, 4), 4);
    assert_string_equal(text, "err\n");
    (void)close(saved);
    (void)close(out[0]);
    (void)close(out[1]);
    rt_object_unref(&strand->object);
}

/* ---- many, and violence ---- */

static void test_process_many_leave_nothing(void **state) {
    (void)state;
    rt_runtime *runtime = new_runtime();
    check_order(runtime, "echo", 0, RT_STRAND_DONE, "echo", 1);
    int before = count_descriptors();
    for (int i = 0; i < MANY; i++) {
        if (i % 10 == 9)
            check_died(start_own(runtime, order("exit", 1)),
                       "process 'child' (pid PID) exited with status 1 before "
                       "it returned",
                       1, 0);
        else
            check_order(runtime, "echo", i, RT_STRAND_DONE, "echo", i + 1);
    }
    end_runtime(runtime);
    assert_false(has_children());
    assert_true(count_descriptors() < before);
}

static void test_process_many_at_once(void **state) {
    enum { COUNT = 20 };
    rt_strand *strands[COUNT];
    for (int i = 0; i < COUNT; i++)
        strands[i] = start_own(*state, order("echo", i));
    for (int i = 0; i < COUNT; i++) {
        join(strands[i]);
        assert_int_equal(parse(rt_strand_outcome(strands[i])).number, i + 1);
        rt_object_unref(&strands[i]->object);
    }
}

/* At every moment of its life: before it runs, while it shakes hands, works,
 * sends, ends. Either it got through, or it died by the signal. */
static void test_process_killed_at_any_moment(void **state) {
    rt_runtime *runtime = *state;
    int died = 0;
    for (int i = 0; i < KILLS; i++) {
        rt_strand *strand = start_own(runtime, order("echo", i));
        int64_t until = rt_clock_now() + (int64_t)i * SLOWNESS * 10000;
        while (rt_clock_now() < until) continue;
        assert_int_equal(rt_process_signal(strand, SIGKILL), RT_OK);
        join(strand);
        if (rt_strand_get_state(strand) == RT_STRAND_DONE) {
            assert_int_equal(parse(rt_strand_outcome(strand)).number, i + 1);
        } else {
            assert_int_equal(strand->exit_signal, SIGKILL);
            died++;
        }
        rt_object_unref(&strand->object);
    }
    assert_true(died > 0);
}

static void test_process_stop_kills_what_is_left(void **state) {
    (void)state;
    rt_runtime *runtime = new_runtime();
    int in[2], out[2];
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    const char *argv[] = {"sh", "-c", "trap '' TERM; echo; read line", NULL};
    rt_process_options options = program(argv);
    options.stdio[0] = in[0];
    options.stdio[1] = out[1];
    int status;
    rt_strand *stubborn = start(runtime, NULL, &options, &status);
    assert_int_equal(status, RT_OK);
    char newline; /* it is as stubborn as it will be */
    assert_int_equal(read(out[0], &newline, 1), 1);
    rt_strand *busy = start_own(runtime, order("spin", 0));
    rt_strand *polite = start_own(runtime, order("wait", 0));
    int64_t before = rt_clock_now();
    end_runtime(runtime);
    int64_t took = rt_clock_now() - before;
    assert_true(took < 2 * SLOWNESS * RT_SECOND);
    assert_int_equal(stubborn->exit_signal, SIGKILL);
    assert_int_equal(rt_strand_get_state(busy), RT_STRAND_FAILED);
    assert_true(busy->exit_code == 97 || busy->exit_signal == SIGKILL);
    if (SLOWNESS == 1) /* else it may take longer than it is given */
        assert_int_equal(rt_strand_get_state(polite), RT_STRAND_CANCELLED);
    assert_false(has_children());
    for (int i = 0; i < 2; i++) (void)close(in[i]), (void)close(out[i]);
    rt_object_unref(&stubborn->object);
    rt_object_unref(&busy->object);
    rt_object_unref(&polite->object);
}

static void test_process_orphans_end(void **state) {
    rt_runtime *runtime = *state;
    int out[2];
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    rt_process_options options = own(order("middle", 0));
    options.stdio[1] = out[1];
    int status;
    rt_strand *middle = start(runtime, "middle", &options, &status);
    assert_int_equal(status, RT_OK);
    (void)close(out[1]);
    FILE *file = fdopen(out[0], "r");
    int busy, sleeper;
    assert_int_equal(fscanf(file, "%d %d", &busy, &sleeper), 2);
    assert_true(process_exists(busy) && process_exists(sleeper));
    (void)poll(NULL, 0, 50 * SLOWNESS); /* let the busy one get busy */
    assert_int_equal(rt_process_signal(middle, SIGKILL), RT_OK);
    assert_true(is_gone_within(sleeper, 1));
    assert_true(is_gone_within(busy, SLOWNESS));
    (void)fclose(file);
    check_died(middle,
               "process 'middle' (pid PID) was killed by signal 9 (Killed)", -1,
               9);
}

static void test_process_survives_lack_of_memory(void **state) {
    rt_runtime *runtime = *state;
    rt_message *work = order("echo", 0);
    for (size_t nth = 1;; nth++) {
        rt_process_options options = own(work);
        rt_strand *strand =
            rt_strand_new(runtime, RT_STRAND_PROCESS, NULL, NULL);
        rt_alloc_fail(nth, 0);
        int status = rt_process_start(runtime, strand, &options);
        rt_alloc_fail(0, 0);
        if (status) assert_int_equal(status, RT_ENOMEMORY);
        if (status == RT_OK) join(strand);
        rt_object_unref(&strand->object);
        if (status == RT_OK) break;
    }
}

static int set_up(void **state) {
    *state = new_runtime();
    return 0;
}

static int tear_down(void **state) {
    end_runtime(*state);
    if (has_children()) return -1;
    return 0;
}

int main(int argc, char **argv) {
    rt_loop_init(&loop);
    if (argc > 1 && strcmp(argv[1], "--plait-worker") == 0) return run_worker();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_process_returns_its_outcome),
        cmocka_unit_test(test_process_carries_large_messages),
        cmocka_unit_test(test_process_child_has_few_descriptors),
        cmocka_unit_test(test_process_options_reach_the_child),
        cmocka_unit_test(test_process_child_has_default_signals),
        cmocka_unit_test(test_process_that_dies_is_an_error),
        cmocka_unit_test(test_process_half_a_frame_is_told),
        cmocka_unit_test(test_process_that_breaks_the_protocol_is_killed),
        cmocka_unit_test(test_process_that_closes_its_wire_ends),
        cmocka_unit_test(test_process_of_another_version_is_refused),
        cmocka_unit_test(test_process_unsendable_outcome_is_an_error),
        cmocka_unit_test(test_process_cancel_carries_its_reason),
        cmocka_unit_test(test_process_finishes_before_it_exits),
        cmocka_unit_test(test_process_nested_child),
        cmocka_unit_test(test_process_start_gives_work_back),
        cmocka_unit_test(test_process_unsendable_work_is_given_back),
        cmocka_unit_test(test_process_worker_needs_a_wire),
        cmocka_unit_test(test_process_program_exit_code),
        cmocka_unit_test(test_process_program_by_signal),
        cmocka_unit_test(test_process_told_before_it_is_there),
        cmocka_unit_test(test_process_program_not_found),
        cmocka_unit_test(test_process_program_stdio),
        cmocka_unit_test(test_process_stdio_may_be_swapped),
        cmocka_unit_test(test_process_many_leave_nothing),
        cmocka_unit_test(test_process_many_at_once),
        cmocka_unit_test(test_process_killed_at_any_moment),
        cmocka_unit_test(test_process_stop_kills_what_is_left),
        cmocka_unit_test(test_process_orphans_end),
        cmocka_unit_test(test_process_survives_lack_of_memory),
    };
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    rt_loop_deinit(&loop);
    return failed;
}
