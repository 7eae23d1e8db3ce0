/* interrupt.c - the signal handler, which arms the hook, and the hook.
 *
 * When a system call was ended by a signal, stock Lua's io functions return nil and
 * a message, and the hook raises at the instruction after them. */
#include "core/interrupt.h"

#include <errno.h>
#include <lauxlib.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/cancel.h"
#include "core/census.h"
#include "core/exit.h"
#include "core/lookout.h"
#include "core/memory.h"
#include "core/scheduler.h"
#include "core/task.h"
#include "core/turns.h"
#include "core/userhook.h"
#include "exec/thread.h"
#include "ipc/door.h"

/* Between two tries to press. */
#define REPEAT_NS (RT_SECOND / 100)

/* Instructions between two looks of a state that is sent no signals. */
enum { POLL_COUNT = 1000 };

/* What a __close handler gets after another one that had to be stopped. */
#define LATE_NS RT_SECOND

/* The state that this thread runs. The handler reads it, also in a library that
 * was loaded late, where other models may allocate to find it. */
static _Thread_local host_state *volatile here
    __attribute__((tls_model("initial-exec")));

static void on_hook(lua_State *L, lua_Debug *ar);

host_state *host_here(void) {
    return here;
}

/* ---- the handler ---- */

static void arm(host_state *host) {
    if (host_userhook_arm(host->running)) return;
    int count = host->slice_count > 0 ? host->slice_count : 1;
    if (host->polls) {
        /* One that is there goes on counting: what is armed more often than
         * every so many instructions would never be called. */
        if (lua_gethook(host->running) == on_hook) return;
        count = POLL_COUNT;
    }
    lua_sethook(host->running, on_hook, LUA_MASKCOUNT, count);
}

static void disarm(lua_State *L) {
    if (lua_gethook(L) == on_hook) lua_sethook(L, NULL, 0, 0);
}

bool host_interrupt_heard(const siginfo_t *info, void *context) {
    host_state *host = here;
    if (!host) return false;
    bool is_ring =
        info->si_code == SI_QUEUE && info->si_value.sival_int == RT_DOOR_RING;
    if (is_ring) host_ring_from_signal(host, RT_BELL_DOOR);
    if (atomic_load(&host->orders) & HOST_ORDER_STALL)
        host_turns_tell_inside(host, context);
    if (atomic_load(&host->orders) != 0) arm(host);
    return is_ring || (info->si_code == SI_TKILL && info->si_pid == getpid());
}

static void on_signal(int number, siginfo_t *info, void *context) {
    (void)number;
    int saved = errno;
    (void)host_interrupt_heard(info, context);
    errno = saved;
}

/* Once in the process, whatever states there are. */
static void install_handlers(void) {
    struct sigaction action = {.sa_sigaction = on_signal,
                               .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    (void)sigaction(RT_HARD_SIGNAL, &action, NULL);
    action.sa_flags |= SA_RESTART;
    (void)sigaction(RT_SOFT_SIGNAL, &action, NULL);
}

/* ---- giving orders ---- */

void host_interrupt_thread(const host_state *host, host_manner manner) {
    const rt_runtime *runtime = host->runtime;
    int number = runtime->soft_signal;
    if (manner == HOST_HARD && runtime->hard_signal != 0)
        number = runtime->hard_signal;
    if (number != 0) (void)pthread_kill(host->loop->thread, number);
}

void host_order(host_state *host, host_order_kind order) {
    atomic_fetch_or(&host->orders, (unsigned)order);
    if (pthread_equal(host->loop->thread, pthread_self()))
        arm(host); /* it runs: this is a handler, or its own code */
    else
        host_interrupt_thread(host, HOST_SOFTLY);
    rt_loop_wake(host->loop); /* it sleeps, or is about to */
}

typedef enum { HARD, GENTLE } pressure;

/* Until then what runs may go on. */
static void press_at(host_state *host, int64_t when_ns, pressure how) {
    host->is_pressing = when_ns != RT_NEVER;
    atomic_store(&host->is_gentle, how == GENTLE);
    atomic_store(&host->press_ns, when_ns);
    if (host->is_pressing) rt_monitor_expect(host->runtime, when_ns);
}

/* When this returns, a signal that was meant for the strand that ran before has
 * arrived: the monitor sends with its lock held, and what is pending arrives
 * with a system call. */
static void settle(host_state *host) {
    if (!atomic_load(&host->is_aimed)) return;
    rt_monitor_lock(host->runtime);
    atomic_store(&host->is_aimed, false);
    rt_monitor_unlock(host->runtime);
    (void)syscall(SYS_gettid);
}

void host_press_running(host_state *host, const host_strand *strand) {
    int64_t when = RT_NEVER;
    if (strand->is_cancelled) {
        int64_t end = strand->cancelled_ns + host->cleanup_ns;
        when = strand->press_ns;
        if (strand->is_unwinding && end > when) when = end;
    }
    press_at(host, when, HARD);
    settle(host);
}

void host_show_above(host_state *host, const host_strand *strand) {
    for (int i = 0; i < HOST_ABOVE_MAX; i++)
        atomic_store_explicit(&host->run_above[i], strand->above[i],
                              memory_order_relaxed);
    host->has_above = strand->above[0] != NULL;
}

void host_ring_from_signal(host_state *host, unsigned bells) {
    rt_monitor_ring(host->runtime, bells);
    atomic_fetch_or(&host->orders, HOST_ORDER_BELLS);
    arm(host);
    rt_loop_wake(host->loop);
}

void host_interrupt_rearm(host_state *host) {
    if (lua_gethook(host->running) != on_hook) arm(host);
}

bool host_interrupt_is_hook(lua_Hook hook) {
    return hook == on_hook;
}

/* ---- the state's thread ---- */

host_state *host_interrupt_swap(host_state *host) {
    host_state *before = here;
    here = host;
    return before;
}

host_state *host_interrupt_enter(host_state *host) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (host->runtime->hard_signal != 0)
        (void)pthread_once(&once, install_handlers);
    host_state *before = host_interrupt_swap(host);
    host->tid = gettid();
    host_census_join(host);
    host_runs(host, &host->main);
    host->watched.look = host_lookout;
    rt_monitor_watch(host->runtime, &host->watched);
    if (host->polls) arm(host);
    return before;
}

void host_interrupt_leave(host_state *host, host_state *before) {
    rt_monitor_unwatch(host->runtime, &host->watched);
    rt_member_leave(host->runtime, &host->member);
    here = before;
    disarm(host->L);
    host->is_pressing = false;
    atomic_store(&host->press_ns, RT_NEVER);
    atomic_store(&host->is_aimed, false);
    atomic_store(&host->orders, 0);
}

/* ---- carrying out ---- */

/* Whether a yield from here gets to the scheduler. */
static bool can_yield(lua_State *L, host_state *host) {
    if (host->current->is_main || L != host->running || !lua_isyieldable(L))
        return false;
    for (host_link *link = host->chain; link; link = link->outer)
        if (!lua_isyieldable(link->resumer)) return false;
    return true;
}

/* From here on the hook is called after so many instructions; a hook of the script's
 * is called without that while there are orders. The deeper the stack, the longer
 * lua_sethook takes. */
static void count_on(lua_State *L, int count) {
    if (host_userhook_is_on(L)) return;
    if (lua_gethook(L) == on_hook && lua_gethookcount(L) == count) return;
    lua_sethook(L, on_hook, LUA_MASKCOUNT, count);
}

/* Out of the hook, through every coroutine, to the scheduler. */
static void pass_out(lua_State *L, host_state *host) {
    host->is_passing = true;
    (void)lua_yield(L, 0);
}

/* An error at any instruction of plait's own Lua code could break it. */
static bool in_own_code(lua_State *L, lua_Debug *ar) {
    lua_getinfo(L, "S", ar);
    return strncmp(ar->source, "=plait.", 7) == 0;
}

/* At every instruction from here on, until there is no reason for it. */
static void hound(lua_State *L, host_state *host) {
    atomic_fetch_or(&host->orders, HOST_ORDER_LOOK);
    count_on(L, 1);
}

/* Clean-up has a time of its own, but while it lasts nobody says when it is over:
 * so it is looked at again and again. */
static bool spare_cleanup(lua_State *L, host_strand *strand, int64_t now) {
    host_state *host = strand->host;
    int64_t end = strand->cancelled_ns + host->cleanup_ns;
    if (now >= end) return false;
    if (strand->is_unwinding) {
        host_press_running(host, strand);
        return true;
    }
    if (!host_in_cleanup(L, 0)) return false;
    int64_t next = now + REPEAT_NS;
    press_at(host, next < end ? next : end, GENTLE);
    return true;
}

/* `count`: of instructions after which the hook was called, which may be fewer than
 * it was to be: a switch between coroutines arms it anew. */
static bool spare_fresh(lua_State *L, host_strand *strand, int count) {
    if (strand->fresh_left == 0) return false;
    if (host_userhook_is_on(L)) count = 1; /* lines, here */
    int left = strand->fresh_left - count;
    strand->fresh_left = left > 0 ? (unsigned char)left : 0;
    if (strand->fresh_left == 0) return false;
    atomic_fetch_or(&strand->host->orders, HOST_ORDER_LOOK);
    count_on(L, strand->fresh_left);
    return true;
}

/* The running strand was told to stop, and has not waited since. */
static void press(lua_State *L, host_strand *strand, lua_Debug *ar, int count) {
    host_state *host = strand->host;
    int64_t now = rt_clock_now();
    if (now < strand->press_ns) {
        host_press_running(host, strand);
        return;
    }
    if (spare_cleanup(L, strand, now) || spare_fresh(L, strand, count)) return;
    if (in_own_code(L, ar)) {
        hound(L, host);
        return;
    }
    bool can_leave = strand->reaching == &strand->root && can_yield(L, host);
    int64_t end = strand->cancelled_ns + host->cleanup_ns;
    if (strand->was_pressed && can_leave && now >= end) {
        strand->must_leave = strand->is_unwinding = true;
        host_press_running(host, strand);
        disarm(L); /* it has handlers to run yet */
        pass_out(L, host);
        return;
    }
    if (strand->has_caught) hound(L, host);
    strand->was_pressed = true;
    strand->press_ns = now + LATE_NS;
    host_raise_cancellation(L, strand, NULL);
}

/* The strand goes behind the others. Lua passes over the first event of a function
 * whose hook has yielded: that is to be one of ours, and not one of a hook that the
 * script sets some time. */
static void go_behind(lua_State *L, host_state *host) {
    if (!lua_gethook(L)) count_on(L, 1);
    pass_out(L, host);
}

/* The main strand is to stop and cannot run for this task: which goes behind it,
 * or, where it cannot yield, is to stop itself. */
static void make_way(lua_State *L, host_strand *strand, lua_Debug *ar) {
    host_state *host = strand->host;
    if (in_own_code(L, ar)) {
        hound(L, host);
    } else if (can_yield(L, host)) {
        host_ready(strand);
        go_behind(L, host);
    } else {
        host_push_cancellation(L, &host->main);
        host_strand_cancel(L, strand);
    }
}

/* The running strand has had its time. */
static void preempt(lua_State *L, host_state *host, lua_Debug *ar) {
    if (host->slice_count > 0) { /* and again after as many */
        atomic_fetch_or(&host->orders, HOST_ORDER_PREEMPT);
        count_on(L, host->slice_count);
    }
    if (in_own_code(L, ar)) return;
    if (host_turns_make_way(L, can_yield(L, host))) go_behind(L, host);
}

/* The host wants its thread back. */
static void give_back(lua_State *L, host_state *host, lua_Debug *ar) {
    if (in_own_code(L, ar)) {
        hound(L, host);
    } else if (can_yield(L, host)) {
        host_ready(host->current);
        go_behind(L, host);
    }
}

/* What tells the main strand to stop is raised in it at once: the signal has ended
 * a system call, and what that returned is not to be taken at its word. */
static void serve_signals(lua_State *L, host_state *host, lua_Debug *ar) {
    host_strand *strand = &host->main;
    bool was_cancelled = strand->is_cancelled;
    if (host->on_signals) host->on_signals(host, L);
    if (host->current != strand || was_cancelled || !strand->is_cancelled)
        return;
    if (in_own_code(L, ar) || host_in_cleanup(L, 0)) return;
    strand->was_pressed = true;
    strand->press_ns = rt_clock_now() + HOST_GRACE_NS;
    host_raise_cancellation(L, strand, NULL);
}

/* `count`: of instructions after which the hook was called. */
static void serve(lua_State *L, lua_Debug *ar, int count) {
    host_state *host = host_of(L);
    host_strand *strand = host->current;
    if (!strand) return; /* the loop has called: it carries them out itself */
    unsigned orders = atomic_exchange(&host->orders, 0);
    if (orders & HOST_ORDER_BELLS) rt_monitor_poke(host->runtime);
    if (orders & HOST_ORDER_DUMP) host_census_answer(L, 0);
    if (orders & HOST_ORDER_SIGNALS) serve_signals(L, host, ar);
    if (orders & HOST_ORDER_STALL) host_turns_tell(L);
    if (orders & HOST_ORDER_LOOK) host_look_around(host);
    if (orders & HOST_ORDER_EXIT) host_exit_obey(host);
    if (orders & HOST_ORDER_MEMORY) host_memory_obey(L);
    if (strand->is_cancelled)
        press(L, strand, ar, count);
    else if (host->main.is_cancelled && host->ready_first)
        make_way(L, strand, ar);
    else if (orders & HOST_ORDER_PREEMPT)
        preempt(L, host, ar);
    else if (host_step_is_over(host))
        give_back(L, host, ar);
}

void host_interrupt_serve(lua_State *L, lua_Debug *ar) {
    serve(L, ar, 1);
}

static void on_hook(lua_State *L, lua_Debug *ar) {
    const host_state *host = host_of(L);
    int count = lua_gethookcount(L);
    if (host->polls)
        count_on(L, POLL_COUNT);
    else if (count != host->slice_count)
        disarm(L);
    serve(L, ar, count);
}

bool host_interrupt_at_end(host_strand *strand) {
    host_state *host = strand->host;
    if (!atomic_load_explicit(&host->is_aimed, memory_order_relaxed))
        return false;
    host_look_around(host);
    return strand->is_cancelled && rt_clock_now() >= strand->press_ns;
}

void host_interrupt_idle(host_state *host) {
    unsigned kept = 0;
    if (host->slice_count > 0) kept |= HOST_ORDER_PREEMPT;
    unsigned orders = atomic_fetch_and(&host->orders, kept);
    if (orders & HOST_ORDER_BELLS) rt_monitor_poke(host->runtime);
    if (orders & HOST_ORDER_DUMP) host_census_answer(host->driver, 0);
    if (orders & HOST_ORDER_EXIT) host_exit_obey(host);
}
