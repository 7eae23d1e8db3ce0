/* ending.c */
#include "embed/ending.h"

#include <errno.h>
#include <lauxlib.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/cancel.h"
#include "core/end.h"
#include "core/failure.h"
#include "core/interrupt.h"
#include "core/place.h"
#include "embed/left.h"
#include "embed/program.h"
#include "exec/census.h"
#include "ipc/hub.h"
#include "lib/lib_output.h"

/* How long the main thread may take to end the process, once it is to: after the
 * time that strands have, and when the signal has come again. It takes RT_CENSUS_NS
 * if somebody does not answer. */
#define LATE_NS RT_SECOND
#define AT_ONCE_NS (3 * RT_CENSUS_NS / 2)

/* How long children may take to be killed then. */
#define KILL_NS (RT_SECOND / 10)

/* What comes sooner than this after the first one is the same request: from the
 * terminal and from a parent that passes it on, or twice from one that signals
 * the process and then its group. Not if it is INT both times, from the same
 * side: that is somebody who means it. */
#define SAME_NS (RT_SECOND / 2)

static const int ends[] = {SIGHUP, SIGINT, SIGTERM};

static _Noreturn void end_now(host_program *program);

/* ---- any thread, any handler ---- */

static struct timeval time_of(int64_t ns) {
    return (struct timeval){ns / RT_SECOND, ns % RT_SECOND / 1000 + 1};
}

/* It goes off again and again until the main strand has heard: the signal may
 * have come just before a system call, which it then has not ended. */
static void set_timer(host_ending *e, int64_t in_ns) {
    atomic_store(&e->over_ns, rt_clock_now() + in_ns);
    struct itimerval timer = {time_of(HOST_GRACE_NS), time_of(HOST_GRACE_NS)};
    (void)rt_signals_catch(&e->signals.source, SIGALRM, RT_SIGNAL_ENDS_CALLS);
    (void)setitimer(ITIMER_REAL, &timer, NULL);
}

/* It has heard: what it calls now is not to be disturbed. */
static void calm_timer(host_ending *e) {
    int64_t rest = atomic_load(&e->over_ns) - rt_clock_now();
    struct itimerval timer = {.it_value = time_of(rest > 0 ? rest : 0)};
    (void)setitimer(ITIMER_REAL, &timer, NULL);
}

void host_ending_order(host_program *program) {
    atomic_store(&program->host->has_signals, true);
    host_order(program->host, HOST_ORDER_SIGNALS);
}

/* In the handler. */
static void on_timer(host_program *program) {
    host_ending *e = &program->ending;
    if (atomic_load(&e->number) == 0) rt_signals_die(SIGALRM);
    if (rt_clock_now() >= atomic_load(&e->over_ns)) end_now(program);
    if (e->is_open && (!e->is_told || atomic_load(&e->must_end)))
        host_ending_order(program);
}

static bool is_same(const host_ending *e, int number, bool by_kernel) {
    int64_t passed = rt_clock_now() - atomic_load(&e->came_ns);
    bool is_relayed = by_kernel != atomic_load(&e->by_kernel);
    bool is_int = number == SIGINT && atomic_load(&e->number) == SIGINT;
    return (!is_int || is_relayed) && passed < SAME_NS;
}

void host_ending_request(host_program *program, int number, bool by_kernel) {
    host_ending *e = &program->ending;
    int none = 0;
    if (atomic_compare_exchange_strong(&e->number, &none, number)) {
        atomic_store(&e->by_kernel, by_kernel);
        atomic_store(&e->came_ns, rt_clock_now());
        set_timer(e, HOST_END_GRACE_NS + LATE_NS);
        host_ending_order(program);
        return;
    }
    if (number == SIGPIPE || is_same(e, number, by_kernel)) return;
    if (!e->is_open) end_now(program); /* all is being closed */
    if (atomic_exchange(&e->must_end, true)) end_now(program);
    set_timer(e, AT_ONCE_NS);
    host_ending_order(program);
}

/* In the handler. */
static void by_default(host_signals *signals, int number, bool by_kernel) {
    host_ending *e = rt_container_of(signals, host_ending, signals);
    host_program *program = e->program;
    if (number == SIGALRM) {
        on_timer(program);
    } else if (number == SIGQUIT) {
        /* The parent tells of us too, if both have got it from the terminal. */
        if (e->is_open && (!e->is_child || !by_kernel))
            host_ring_from_signal(program->host, RT_BELL_DUMP);
    } else if (!e->at_prompt || !e->at_prompt(program, number)) {
        if (host_signal_ends(number) || number == SIGPIPE)
            host_ending_request(program, number, by_kernel);
    }
}

int host_ending_number(const host_program *program) {
    return atomic_load(&program->ending.number);
}

/* ---- opening and closing ---- */

static bool is_own(host_signals *signals, int number) {
    const host_ending *e = rt_container_of(signals, host_ending, signals);
    if (number == SIGPIPE) return e->heeds_pipe && !e->is_child;
    if (number == SIGQUIT) return true;
    if (number == SIGINT) return !e->is_child;
    return host_signal_ends(number);
}

static void on_signals(host_state *host, lua_State *L) {
    if (!L) {
        atomic_store(&host->has_signals, false);
        host_signals_deliver(host);
    }
    host_program *program = host->owner;
    if (program->ending.take_at_prompt) program->ending.take_at_prompt(program);
    host_ending_take(program, L);
}

static void on_broken_output(rt_runtime *runtime) {
    host_program *program = runtime->program;
    pthread_mutex_lock(&runtime->lock); /* the state does not close meanwhile */
    if (program->ending.is_open && program->ending.heeds_pipe)
        host_ending_request(program, SIGPIPE, true);
    pthread_mutex_unlock(&runtime->lock);
}

void host_ending_open(host_program *program, bool is_child) {
    host_ending *e = &program->ending;
    e->program = program;
    e->is_child = is_child;
    e->heeds_pipe = is_child || !rt_signals_ignores(SIGPIPE);
    e->signals.by_default = by_default;
    e->signals.is_own = is_own;
    program->host->on_signals = on_signals;
    if (!host_signals_open(&e->signals, program->host)) return;
    e->is_open = true;
    program->runtime->program = program;
    program->runtime->on_broken_output = on_broken_output;
    /* Who starts us with HUP or TERM ignored, as nohup does, wants it so. With
     * INT and QUIT a shell does that to all it runs in the background. */
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (is_own(&e->signals, ends[i]) &&
            (ends[i] == SIGINT || !rt_signals_ignores(ends[i])))
            (void)rt_signals_catch(&e->signals.source, ends[i],
                                   RT_SIGNAL_ENDS_CALLS);
    (void)rt_signals_catch(&e->signals.source, SIGQUIT, RT_SIGNAL_RESTARTS);
    if (is_own(&e->signals, SIGPIPE))
        (void)rt_signals_catch(&e->signals.source, SIGPIPE,
                               RT_SIGNAL_ENDS_CALLS);
}

void host_ending_close(host_program *program) {
    host_ending *e = &program->ending;
    if (!e->is_open) return;
    pthread_mutex_lock(&program->runtime->lock);
    e->is_open = false;
    pthread_mutex_unlock(&program->runtime->lock);
    program->host->on_signals = NULL;
    program->host->signals = NULL;
    atomic_store(&program->host->has_signals, false);
    host_signals_forget(&e->signals);
    if (host_ending_number(program) == 0) host_signals_close(&e->signals);
}

/* ---- telling ---- */

static const char *what_happened(int number) {
    if (number == SIGINT) return "interrupted";
    return number == SIGTERM ? "terminated" : "hung up";
}

/* Whether a write to the stream would not block. */
static bool takes_output(FILE *file) {
    struct pollfd polled = {.fd = fileno(file), .events = POLLOUT};
    return poll(&polled, 1, 0) == 1;
}

static void print_line(host_program *program, lua_State *L) {
    host_state *host = program->host;
    char place[LUA_IDSIZE + 40] = "";
    lua_Debug ar;
    if (!L || host->current != &host->main) L = host->main.L;
    if (program->ending.is_past)
        (void)snprintf(place, sizeof place, " at the end of the script");
    else if (host_place_find(L, 0, &ar))
        (void)snprintf(place, sizeof place, " at %s:%d", ar.short_src,
                       ar.currentline);
    if (takes_output(stdout)) (void)fflush(stdout);
    fprintf(stderr, "%s: %s%s\n", host->program,
            what_happened(host_ending_number(program)), place);
}

/* (program) -> the main strand and the tasks are cancelled */
static int cancel_strands(lua_State *L) {
    host_program *program = lua_touserdata(L, 1);
    int number = host_ending_number(program);
    if (number == SIGPIPE)
        host_push_failure(L, "cancelled", "cannot write to standard output: %s",
                          strerror(EPIPE));
    else
        host_push_failure(L, "cancelled", "%s!", what_happened(number));
    lua_pushinteger(L, number);
    lua_setfield(L, -2, "signal");
    host_strand_cancel(L, &program->host->main);
    host_end_cancel(program->host, NULL);
    return 0;
}

/* It came again. Children would end by themselves, but not what they have
 * started. */
static _Noreturn void end_at_once(host_program *program, lua_State *L) {
    calm_timer(&program->ending);
    host_ending_report(program, L);
    if (takes_output(stdout)) (void)host_output_finish(program->runtime);
    rt_hub_kill_children(program->runtime, KILL_NS);
    rt_signals_die(host_ending_number(program));
}

void host_ending_take(host_program *program, lua_State *L) {
    host_ending *e = &program->ending;
    int number = host_ending_number(program);
    if (number == 0) return;
    if (atomic_load(&e->must_end)) end_at_once(program, L);
    if (e->is_told) return;
    e->is_told = true;
    calm_timer(e);
    atomic_store(&program->runtime->is_ending, true);
    if (number != SIGPIPE && !e->is_child) print_line(program, L);
    lua_State *main = program->host->L;
    lua_pushcfunction(main, cancel_strands);
    lua_pushlightuserdata(main, program);
    if (lua_pcall(main, 1, 0, 0) != LUA_OK) end_at_once(program, L);
    rt_runtime_cancel_all(program->runtime);
}

/* ---- the end ---- */

/* Whether nobody reads what we print. */
static bool is_output_broken(void) {
    struct pollfd polled = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&polled, 1, 0) == 1 && (polled.revents & POLLERR);
}

/* The signal that a process has died of, if that is the error; else 0. */
static int death_signal(lua_State *L, int index) {
    const char *kind = host_failure_kind(L, index);
    if (!kind || strcmp(kind, "died") != 0) return 0;
    lua_getfield(L, index, "signal");
    int number = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return number;
}

bool host_ending_covers(lua_State *L, host_program *program, int index) {
    host_ending *e = &program->ending;
    int number = host_ending_number(program);
    if (number == 0) {
        if (!e->heeds_pipe || death_signal(L, index) != SIGPIPE ||
            !is_output_broken())
            return false;
        host_ending_request(program, SIGPIPE, true);
        return true;
    }
    /* One that came before the strand was told is of a system call that ended. */
    if (!e->is_told) {
        host_ending_take(program, L);
        return true;
    }
    /* The terminal may have sent it to a program that we wait for, too. */
    if (number == SIGPIPE || host_end_is_expected(L, index)) return true;
    return host_strand_is_cancellation(L, &program->host->main, index);
}

bool host_ending_covers_strand(host_program *program, const rt_strand *strand) {
    if (strand->kind != RT_STRAND_PROCESS) return false;
    if (strand->exit_signal == SIGPIPE) {
        if (program->ending.heeds_pipe && is_output_broken())
            host_ending_request(program, SIGPIPE, true);
        return strand->external || host_ending_number(program) == SIGPIPE;
    }
    return strand->exit_signal != 0 && host_ending_number(program) != 0;
}

host_deadline host_ending_deadline(const host_program *program) {
    int64_t end = rt_clock_from_machine(program->host->loop->clock,
                                        atomic_load(&program->ending.came_ns) +
                                            HOST_END_GRACE_NS);
    return (host_deadline){end, end};
}

void host_ending_report(host_program *program, lua_State *L) {
    if (program->ending.is_child) return;
    if (host_ending_number(program) == SIGPIPE) return;
    host_left_report(program, L);
}

static void end_now(host_program *program) {
    if (program->ending.is_open && !program->ending.is_child)
        host_left_report_safely(program);
    rt_signals_die(host_ending_number(program));
}

void host_ending_die(host_program *program) {
    int number = host_ending_number(program);
    if (number != 0) rt_signals_die(number);
}
