/* sigint.c - a signal handler has no argument, so this file has the only
 * variables of the program that are not reached from main.
 *
 * The handlers may run on any thread, even a little after they have been
 * replaced. That is why the pipe, once opened, stays open. */
#include "app/sigint.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "core/interrupt.h"
#include "embed/program.h"

static host_state *_Atomic interrupted_host;
static volatile sig_atomic_t has_come;
static int pipe_ends[2] = {-1, -1};

static void set_handler(void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

static void on_sigint_running(int signal) {
    (void)signal;
    has_come = 1;
    set_handler(SIG_DFL); /* the next one ends the process */
    host_state *host = interrupted_host;
    if (host) host_interrupt_from_signal(host);
}

void app_sigint_start(host_state *host) {
    has_come = 0;
    interrupted_host = host;
    set_handler(on_sigint_running);
}

void app_sigint_stop(void) {
    set_handler(SIG_DFL);
    interrupted_host = NULL;
}

bool app_sigint_came(void) {
    return has_come != 0;
}

int app_sigint_call(host_state *host, int argument_count, int result_count) {
    app_sigint_start(host);
    int status = host_program_call(host->L, argument_count, result_count);
    app_sigint_stop();
    return status;
}

static void on_sigint_watched(int signal) {
    (void)signal;
    int saved = errno;
    ssize_t written = write(pipe_ends[1], "", 1);
    (void)written; /* a full pipe is readable already */
    errno = saved;
}

static bool open_pipe(void) {
    return pipe_ends[0] >= 0 || pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) == 0;
}

int app_sigint_watch(void) {
    if (!open_pipe()) return -1;
    char old[64];
    while (read(pipe_ends[0], old, sizeof old) > 0) continue;
    set_handler(on_sigint_watched);
    return pipe_ends[0];
}

void app_sigint_unwatch(void) {
    set_handler(SIG_DFL);
}

void app_sigint_die(void) {
    set_handler(SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    raise(SIGINT); /* stays pending if it was blocked when we started */
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}
