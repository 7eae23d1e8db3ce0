/* outside.c */
#include "core/outside.h"

#include <signal.h>
#include <stdatomic.h>

#include "core/interrupt.h"
#include "core/userhook.h"

void host_outside_note(host_state *host) {
    host->outside_hook = lua_gethook(host->L);
}

static bool is_interrupted(host_state *host) {
    lua_Hook hook = lua_gethook(host->L);
    return hook && hook != host->outside_hook && hook != host_userhook_event &&
           !host_interrupt_is_hook(hook);
}

/* A signal has one handler in a process, so one state at a time has put its own in
 * front of that which was there. */
static _Atomic(host_state *) guarded;
static struct sigaction before;

static void on_interrupt(int number) {
    host_state *host = atomic_load(&guarded);
    before.sa_handler(number);
    if (host) rt_loop_wake(host->loop);
}

void host_outside_guard(host_state *host) {
    host_state *nobody = NULL;
    struct sigaction now;
    /* While a task ran, or just before. */
    if (is_interrupted(host)) rt_loop_wake(host->loop);
    if (sigaction(SIGINT, NULL, &now) || now.sa_flags & SA_SIGINFO ||
        now.sa_handler == SIG_DFL || now.sa_handler == SIG_IGN)
        return;
    if (!atomic_compare_exchange_strong(&guarded, &nobody, host)) return;
    before = now;
    now.sa_handler = on_interrupt;
    (void)sigaction(SIGINT, &now, NULL);
    if (is_interrupted(host)) rt_loop_wake(host->loop); /* meanwhile */
}

static void leave_guard(host_state *host) {
    if (atomic_load(&guarded) != host) return;
    struct sigaction now;
    if (sigaction(SIGINT, NULL, &now) == 0 && now.sa_handler == on_interrupt)
        (void)sigaction(SIGINT, &before, NULL); /* nobody has changed it */
    atomic_store(&guarded, NULL);
}

void host_outside_look(host_state *host) {
    leave_guard(host);
    if (!is_interrupted(host)) return;
    host->outside_hook = lua_gethook(host->L);
    if (!rt_waiter_cancel(&host->main.waiter, RT_EINTERRUPTED)) return;
    lua_sethook(host->L, NULL, 0, 0); /* it has been heard */
}
