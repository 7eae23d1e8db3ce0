/* interrupt.c - three parties: the monitor's thread, which only reads what is
 * atomic here and signals; the signal handler, which arms the hook; the hook.
 *
 * Of the two signals of exec/thread.h the soft one is for orders that can wait, the
 * hard one for a strand that is to stop. Stock Lua's io functions then return nil and a
 * message, and the hook raises at the instruction after them. */
#include "core/interrupt.h"

#include <lauxlib.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "core/cancel.h"
#include "core/census.h"
#include "core/scheduler.h"
#include "core/task.h"
#include "exec/thread.h"

/* Between two looks of the monitor at a state that runs tasks. */
#define LOOK_NS (RT_SECOND / 40)
#define REPEAT_NS (RT_SECOND / 100)

/* The state that this thread runs. */
static _Thread_local host_state *volatile here;

static void on_hook(lua_State *L, lua_Debug *ar);

host_state *host_here(void) {
    return here;
}

/* ---- the handler ---- */

static void arm(host_state *host) {
    lua_sethook(host->running, on_hook, LUA_MASKCOUNT, 1);
}

static void on_signal(int number) {
    (void)number;
    host_state *host = here;
    if (host && atomic_load(&host->orders) != 0) arm(host);
}

/* Once in the process, whatever states there are. */
static void install_handlers(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    (void)sigaction(RT_HARD_SIGNAL, &action, NULL);
    action.sa_flags = SA_RESTART;
    (void)sigaction(RT_SOFT_SIGNAL, &action, NULL);
}

/* ---- giving orders ---- */

static void signal_thread(host_state *host, int number) {
    if (pthread_equal(host->loop->thread, pthread_self()))
        arm(host); /* it runs: this is a handler, or its own code */
    else
        (void)pthread_kill(host->loop->thread, number);
}

void host_order(host_state *host, host_order_kind order) {
    atomic_fetch_or(&host->orders, (unsigned)order);
    signal_thread(host, RT_SOFT_SIGNAL);
    rt_loop_wake(host->loop); /* it sleeps, or is about to */
}

/* Until then what runs may go on. */
static void press_at(host_state *host, int64_t when_ns) {
    host->is_pressing = when_ns != RT_NEVER;
    atomic_store(&host->press_ns, when_ns);
    if (host->is_pressing) rt_monitor_poke(host->runtime);
}

void host_press_running(host_state *host, const host_strand *strand) {
    press_at(host, strand->is_cancelled ? strand->cancelled_ns + HOST_GRACE_NS
                                        : RT_NEVER);
}

void host_press_main(host_state *host) {
    int64_t none = RT_NEVER;
    (void)atomic_compare_exchange_strong(&host->main_press_ns, &none,
                                         rt_clock_now() + HOST_GRACE_NS);
    rt_monitor_poke(host->runtime);
}

void host_interrupt_from_signal(host_state *host) {
    atomic_fetch_or(&host->orders, HOST_ORDER_INTERRUPT);
    arm(host);
    rt_loop_wake(host->loop);
}

void host_interrupt_rearm(host_state *host) {
    arm(host);
}

/* ---- the monitor's look ---- */

/* Others are ready to run, as far as the state itself can tell later. */
static int64_t look_at_strand(host_state *host, int64_t now) {
    uint32_t run = atomic_load_explicit(&host->runs, memory_order_relaxed);
    if (run != host->seen_run) {
        host->seen_run = run;
        host->seen_ns = now;
        return now + LOOK_NS;
    }
    (void)host; /* --stall and --preempt ask here */
    return now + LOOK_NS;
}

/* When something is to be done about what runs, and whether a system call may be
 * ended for it: only one of the strand that is to stop. */
static int64_t when_to_press(host_state *host, bool *is_hard) {
    const host_strand *strand = atomic_load(&host->run_strand);
    int64_t when = atomic_load(&host->press_ns);
    *is_hard = when != RT_NEVER;
    int64_t main_press = atomic_load(&host->main_press_ns);
    if (main_press < when) {
        when = main_press;
        *is_hard = strand == &host->main;
    }
    int64_t limit = atomic_load(&host->limit_ns);
    if (limit != RT_NEVER && limit + HOST_GRACE_NS < when) {
        when = limit + HOST_GRACE_NS;
        *is_hard = strand == atomic_load(&host->limit_strand);
    }
    return when;
}

static int64_t look(rt_watched *watched, int64_t now) {
    host_state *host = rt_container_of(watched, host_state, watched);
    if (atomic_load(&host->is_parked)) return RT_NEVER;
    bool is_hard;
    int64_t press = when_to_press(host, &is_hard);
    if (now >= press) {
        atomic_fetch_or(&host->orders, HOST_ORDER_LOOK);
        (void)pthread_kill(host->loop->thread,
                           is_hard ? RT_HARD_SIGNAL : RT_SOFT_SIGNAL);
        press = now + REPEAT_NS;
    }
    int64_t next =
        atomic_load(&host->has_tasks) ? look_at_strand(host, now) : RT_NEVER;
    return press < next ? press : next;
}

host_state *host_interrupt_enter(host_state *host) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, install_handlers);
    host_state *before = here;
    here = host;
    host_census_join(host);
    host->watched.look = look;
    rt_monitor_watch(host->runtime, &host->watched);
    return before;
}

void host_interrupt_leave(host_state *host, host_state *before) {
    rt_monitor_unwatch(host->runtime, &host->watched);
    rt_member_leave(host->runtime, &host->member);
    here = before;
    lua_sethook(host->L, NULL, 0, 0);
    host->is_pressing = false;
    atomic_store(&host->press_ns, RT_NEVER);
    atomic_store(&host->main_press_ns, RT_NEVER);
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
static void hound(host_state *host) {
    atomic_fetch_or(&host->orders, HOST_ORDER_LOOK);
    arm(host);
}

/* The running strand was told to stop, and has not waited since. */
static void press(lua_State *L, host_strand *strand, lua_Debug *ar) {
    host_state *host = strand->host;
    int64_t now = rt_clock_now();
    int64_t due = strand->cancelled_ns + HOST_GRACE_NS;
    if (now >= due && (strand->is_unwinding || host_in_cleanup(L, 0)))
        due = strand->cancelled_ns + HOST_CLEANUP_NS;
    if (now < due) {
        press_at(host, due);
        return;
    }
    bool is_first = !strand->was_pressed;
    /* If it goes on all the same. */
    press_at(host, now + (is_first ? HOST_GRACE_NS : REPEAT_NS));
    if (in_own_code(L, ar)) {
        hound(host);
        return;
    }
    bool can_leave = strand->reaching == &strand->root && can_yield(L, host);
    if (strand->was_pressed && can_leave) {
        strand->must_leave = true;
        pass_out(L, host);
        return;
    }
    if (!can_leave && !is_first) hound(host);
    strand->was_pressed = true;
    host_raise_cancellation(L, strand, NULL);
}

/* The main strand is to stop and cannot run for this task: which goes behind it,
 * or, where it cannot yield, is to stop itself. */
static void make_way(lua_State *L, host_strand *strand, lua_Debug *ar) {
    host_state *host = strand->host;
    if (in_own_code(L, ar)) {
        hound(host);
    } else if (can_yield(L, host)) {
        host_ready(strand);
        pass_out(L, host);
    } else {
        host_push_cancellation(L, &host->main);
        host_strand_cancel(L, strand);
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
    press_at(host, rt_clock_now() + HOST_GRACE_NS);
    host_raise_cancellation(L, strand, NULL);
}

static void on_hook(lua_State *L, lua_Debug *ar) {
    host_state *host = host_of(L);
    lua_sethook(L, NULL, 0, 0);
    unsigned orders = atomic_exchange(&host->orders, 0);
    host_strand *strand = host->current;
    if (orders & HOST_ORDER_DUMP) host_census_answer(L, 0);
    if (orders & HOST_ORDER_INTERRUPT) luaL_error(L, "interrupted!");
    if (!strand) return; /* the loop has called */
    if (orders & HOST_ORDER_SIGNALS) serve_signals(L, host, ar);
    if (orders & HOST_ORDER_LOOK) host_look_around(host);
    if (strand->is_cancelled)
        press(L, strand, ar);
    else if (host->main.is_cancelled && host->ready_first)
        make_way(L, strand, ar);
}

void host_interrupt_idle(host_state *host) {
    if (atomic_load_explicit(&host->orders, memory_order_relaxed) == 0) return;
    unsigned carried_out =
        HOST_ORDER_LOOK | HOST_ORDER_DUMP | HOST_ORDER_SIGNALS;
    unsigned orders = atomic_fetch_and(&host->orders, ~carried_out);
    if (orders & HOST_ORDER_DUMP) host_census_answer(host->driver, 0);
}
