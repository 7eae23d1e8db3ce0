/* embedded.c */
#include "embedded.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

static int set_pause(lua_State *L) {
    lua_getglobal(L, "sleep");
    lua_setglobal(L, "pause");
    return 0;
}

plait *open_runtime(int interrupt_signal) {
    plait_config config;
    plait_config_init(&config, sizeof config);
    config.interrupt_signal = interrupt_signal;
    plait *p = NULL;
    assert_int_equal(plait_new(&config, &p), PLAIT_OK);
    assert_int_equal(plait_on_state(p, set_pause, NULL), PLAIT_OK);
    return p;
}

int set_up_signal(void **state) {
    *state = open_runtime(SIGURG);
    return 0;
}

int set_up_no_signal(void **state) {
    *state = open_runtime(0);
    return 0;
}

int tear_down(void **state) {
    return plait_close(*state, 5000) == PLAIT_OK ? 0 : -1;
}

plait_status run(plait *p, const char *code) {
    return plait_run_string(p, code, strlen(code), "=test");
}

void must_run(plait *p, const char *code) {
    plait_status status = run(p, code);
    if (status != PLAIT_OK)
        fail_msg("%d: %s", status, plait_last_error(p)->message);
}

void must_fail(plait *p, const char *code, plait_status status,
               const char *text) {
    plait_status got = run(p, code);
    const plait_error *error = plait_last_error(p);
    if (got != status || !strstr(error->message, text))
        fail_msg("%d instead of %d, \"%s\" instead of \"%s\"", got, status,
                 error->message, text);
    assert_int_equal(error->status, status);
}

plait_task start(plait *p, const char *code, plait_done done, void *data) {
    plait_task task = 0;
    plait_status status =
        plait_start(p, code, strlen(code), "=test", done, data, &task);
    if (status != PLAIT_OK)
        fail_msg("%d: %s", status, plait_last_error(p)->message);
    assert_true(task != 0);
    return task;
}

void step_until(plait *p, const int *flag) {
    time_t end = time(NULL) + 60;
    while (!*(const volatile int *)flag) {
        if (time(NULL) > end) fail_msg("nothing happens any more");
        if (plait_step(p, 5) == PLAIT_MORE) continue;
        struct pollfd fd = {.fd = plait_fd(p), .events = POLLIN};
        if (!*flag && poll(&fd, 1, 60000) == 0)
            fail_msg("the descriptor does not tell");
    }
}

static int count_entries(const char *path) {
    int count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder)) count++;
    (void)closedir(folder);
    return count;
}

int count_descriptors(void) {
    return count_entries("/proc/self/fd");
}

int count_threads(void) {
    return count_entries("/proc/self/task");
}
