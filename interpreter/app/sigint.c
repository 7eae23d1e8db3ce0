/* sigint.c - the handler notes what has come and has the main state look
 * (host_ending_order); `take` does the rest, on the state's thread. What is noted
 * here belongs to the process, as its signals do. */
#include "app/sigint.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/cancel.h"
#include "core/failure.h"
#include "core/signals.h"
#include "core/task.h"

/* Of SIGINTs that were not heard: says what is up, and ends the process. */
enum { TELL_AT = 2, END_AT = 3 };

static struct {
    host_bound bound; /* entered: bound.strand is set */
    app_sigint_idle idle;
    atomic_int unheard; /* SIGINTs that `take` has not seen */
    atomic_bool has_come;
    atomic_bool is_resized, is_stopped;
    /* The task that ran when it came last; and one that ran twice in a row, without
     * a key being read between: it is in the way. Only compared. */
    _Atomic(const host_strand *) suspect;
    _Atomic(const host_strand *) hog;
    void (*on_change)(void);
    struct termios modes; /* of the terminal, to leave it with */
    bool has_modes;
} state;

static const int watched[] = {SIGWINCH, SIGTSTP};

/* ---- in the handler ---- */

static void note_hog(host_state *host) {
    const host_strand *strand = host->current;
    if (strand == &host->main) strand = NULL;
    if (atomic_exchange(&state.suspect, strand) == strand)
        atomic_store(&state.hog, strand);
}

static _Noreturn void end_process(void) {
    if (state.has_modes) (void)tcsetattr(STDIN_FILENO, TCSANOW, &state.modes);
    rt_signals_die(SIGINT);
}

static void on_interrupt(host_program *program) {
    static const char text[] =
        "\nplait: a C function has not returned; Ctrl-C again ends plait\n";
    int count = atomic_fetch_add(&state.unheard, 1) + 1;
    if (state.idle == APP_SIGINT_ENDS && !state.bound.strand) end_process();
    if (count >= END_AT) end_process();
    if (count == TELL_AT) {
        ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
        (void)written;
    }
    note_hog(program->host);
    /* The main strand may be about to begin a system call, which this does not end. */
    atomic_store(&program->host->insist_ns, rt_clock_now());
    host_ending_order(program);
}

static bool on_signal(host_program *program, int number) {
    switch (number) {
    case SIGINT:
        on_interrupt(program);
        return true;
    case SIGWINCH:
        atomic_store(&state.is_resized, true);
        host_ending_order(program);
        return true;
    case SIGTSTP:
        atomic_store(&state.is_stopped, true);
        host_ending_order(program);
        return true;
    }
    return false;
}

/* ---- on the main thread ---- */

static void take(host_program *program) {
    atomic_store(&program->host->insist_ns, 0);
    if (atomic_exchange(&state.unheard, 0) > 0) {
        atomic_store(&state.has_come, true);
        host_bound_spring(&state.bound); /* if it is entered */
    }
    bool has_changed =
        atomic_load(&state.is_resized) || atomic_load(&state.is_stopped);
    if (has_changed && state.on_change) state.on_change();
}

void app_sigint_start(host_program *program, app_sigint_idle idle) {
    state.idle = idle;
    state.has_modes = tcgetattr(STDIN_FILENO, &state.modes) == 0;
    program->ending.take_at_prompt = take;
    program->ending.at_prompt = on_signal;
}

void app_sigint_stop(host_program *program) {
    program->ending.at_prompt = NULL;
    program->ending.take_at_prompt = NULL;
}

/* host_bound.make */
static void make_error(lua_State *L, host_bound *bound) {
    (void)bound;
    host_push_interrupted(L);
}

void app_sigint_enter(host_program *program) {
    host_bound_enter(&program->host->main, &state.bound, HOST_BOUND_BLOCK);
    state.bound.make = make_error;
    if (atomic_load(&state.has_come)) host_bound_spring(&state.bound);
}

/* The task of that strand, if it is there yet. */
static host_task *find_task(host_state *host, const host_strand *strand) {
    for (rt_list *node = host->tasks.next; node != &host->tasks;
         node = node->next) {
        host_slot *slot = rt_container_of(node, host_slot, link);
        if (&slot->strand == strand) return slot->task;
    }
    return NULL;
}

static void end_hog(host_state *host) {
    const host_strand *strand = atomic_exchange(&state.hog, NULL);
    host_task *task = strand ? find_task(host, strand) : NULL;
    if (!task) return;
    (void)fflush(stdout);
    fprintf(stderr, "plait: task %u is cancelled: it kept the prompt waiting\n",
            (unsigned)task->number);
    host_task_cancel(host->L, task, 0);
}

bool app_sigint_leave(host_program *program) {
    host_state *host = program->host;
    host_bound_leave(host->L, &state.bound);
    bool has_come = atomic_exchange(&state.has_come, false);
    if (has_come) end_hog(host);
    return has_come;
}

int app_sigint_call(host_program *program, int argument_count,
                    int result_count) {
    lua_State *L = program->host->L;
    app_sigint_enter(program);
    int base = lua_gettop(L) - argument_count - 1;
    int status = host_program_call(L, argument_count, result_count);
    if (status != LUA_OK) {
        host_caught(L);
    } else if (atomic_load(&state.unheard) > 0) {
        take(program); /* it has ended a system call, with which all ended */
        lua_settop(L, base);
        lua_pushliteral(L, "interrupted!");
        status = LUA_ERRRUN;
    }
    (void)app_sigint_leave(program);
    return status;
}

void app_sigint_clear(void) {
    atomic_store(&state.suspect, NULL);
}

/* ---- the others ---- */

/* Whether the script has a function of its own for it. */
static bool is_taken(host_program *program, int number) {
    return atomic_load(&program->ending.signals.of[number].is_wanted);
}

void app_sigint_watch(host_program *program, void (*on_change)(void)) {
    state.on_change = on_change;
    for (size_t i = 0; i < sizeof watched / sizeof *watched; i++)
        if (!is_taken(program, watched[i]) && !rt_signals_ignores(watched[i]))
            (void)rt_signals_catch(&program->ending.signals.source, watched[i],
                                   RT_SIGNAL_RESTARTS);
}

void app_sigint_unwatch(host_program *program) {
    state.on_change = NULL;
    for (size_t i = 0; i < sizeof watched / sizeof *watched; i++)
        if (!is_taken(program, watched[i]))
            rt_signals_release(&program->ending.signals.source, watched[i]);
}

bool app_sigint_take_resize(void) {
    return atomic_exchange(&state.is_resized, false);
}

bool app_sigint_take_stop(void) {
    return atomic_exchange(&state.is_stopped, false);
}

void app_sigint_stop_process(host_program *program) {
    void (*on_change)(void) = state.on_change;
    app_sigint_unwatch(program);
    (void)raise(SIGTSTP);
    app_sigint_watch(program, on_change);
}
