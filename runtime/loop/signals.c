/* signals.c - a handler gets no argument but the number, so what it finds the
 * receiver by is the process's.
 *
 * A handler may still run on some thread when the receiver has closed, or begin
 * on one that the receiver does not know: a thread of a C library. So the
 * handler passes what it gets on to the receiver's thread, and there it can be
 * no later than the close, which happens on that very thread. */
#include "loop/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"

static _Atomic(rt_signals *) receiver;
static struct {
    bool is_caught;
    struct sigaction before;
} table[RT_SIGNAL_LIMIT];

static void on_signal(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    rt_signals *signals = atomic_load(&receiver);
    if (signals && pthread_equal(signals->thread, pthread_self()))
        signals->on_signal(signals, number, info->si_code > 0);
    else if (signals)
        (void)pthread_kill(signals->thread, number);
    errno = saved;
}

bool rt_signals_open(rt_signals *signals) {
    signals->thread = pthread_self();
    rt_signals *nobody = NULL;
    return atomic_compare_exchange_strong(&receiver, &nobody, signals);
}

void rt_signals_close(rt_signals *signals) {
    for (int number = 1; number < RT_SIGNAL_LIMIT; number++)
        rt_signals_release(signals, number);
    atomic_store(&receiver, NULL);
}

int rt_signals_catch(rt_signals *signals, int number, rt_signal_effect effect) {
    (void)signals;
    struct sigaction before;
    struct sigaction action = {.sa_sigaction = on_signal};
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_SIGINFO;
    if (effect == RT_SIGNAL_RESTARTS) action.sa_flags |= SA_RESTART;
    if (sigaction(number, &action, &before)) return -errno;
    if (!table[number].is_caught) table[number].before = before;
    table[number].is_caught = true;
    return RT_OK;
}

void rt_signals_release(rt_signals *signals, int number) {
    (void)signals;
    if (!table[number].is_caught) return;
    (void)sigaction(number, &table[number].before, NULL);
    table[number].is_caught = false;
}

bool rt_signals_ignores(int number) {
    struct sigaction now = table[number].before;
    if (!table[number].is_caught) (void)sigaction(number, NULL, &now);
    return now.sa_handler == SIG_IGN;
}

void rt_signals_die(int number) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t set;
    sigemptyset(&action.sa_mask);
    sigemptyset(&set);
    sigaddset(&set, number);
    (void)sigaction(number, &action, NULL);
    (void)kill(getpid(), number); /* to whichever thread can take it */
    (void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    _exit(128 + number); /* the first process of a container is spared */
}
