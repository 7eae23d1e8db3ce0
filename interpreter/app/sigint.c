/* sigint.c - what is noted here is read by a handler on the main thread, which is
 * the one that changes it. The pipe, once opened, stays open. */
#include "app/sigint.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "core/interrupt.h"

static volatile sig_atomic_t is_calling, is_watching;
static host_program *prompt;
static int pipe_ends[2] = {-1, -1};

/* In the handler. */
static bool on_signal(host_program *program, int number) {
    if (is_watching) {
        ssize_t written = write(pipe_ends[1], "", 1);
        (void)written; /* a full pipe is readable already */
        return number == SIGINT;
    }
    if (number != SIGINT) return false;
    unsigned orders = atomic_load(&program->host->orders);
    if (!is_calling || (orders & HOST_ORDER_INTERRUPT)) rt_signals_die(number);
    host_interrupt_from_signal(program->host);
    return true;
}

void app_sigint_start(host_program *program) {
    prompt = program;
    program->ending.at_prompt = on_signal;
}

void app_sigint_stop(host_program *program) {
    program->ending.at_prompt = NULL;
}

int app_sigint_call(host_program *program, int argument_count,
                    int result_count) {
    host_state *host = program->host;
    is_calling = true;
    int status = host_program_call(host->L, argument_count, result_count);
    is_calling = false;
    (void)atomic_fetch_and(&host->orders, ~(unsigned)HOST_ORDER_INTERRUPT);
    return status;
}

static bool open_pipe(void) {
    return pipe_ends[0] >= 0 || pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) == 0;
}

/* Readline takes the signal while it edits a line. */
static void take_back(void) {
    (void)rt_signals_catch(&prompt->ending.signals.source, SIGINT,
                           RT_SIGNAL_ENDS_CALLS);
}

int app_sigint_watch(void) {
    if (!open_pipe()) return -1;
    char old[64];
    while (read(pipe_ends[0], old, sizeof old) > 0) continue;
    take_back();
    is_watching = true;
    return pipe_ends[0];
}

void app_sigint_unwatch(void) {
    is_watching = false;
    take_back();
}
