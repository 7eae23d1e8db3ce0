/* signals.h - what becomes of the signals a program gets: a function of the
 * script is started as a task, or else the program has its default.
 *
 * They come to the main state of a process. A handler only counts; the state's own
 * thread starts the task, at its next turn (scheduler.c), so when the script
 * waits. What came meanwhile is one task, which is told how often. */
#ifndef HOST_CORE_SIGNALS_H
#define HOST_CORE_SIGNALS_H

#include "core/state.h"
#include "loop/signals.h"

typedef struct host_signals {
    rt_signals source;
    host_state *host;
    /* The program's default, for signals that it has caught or that the script
     * does not take in time; in the handler. */
    void (*by_default)(struct host_signals *signals, int number,
                       bool by_kernel);
    /* What the script wants is told to: whether the program catches the signal
     * for itself when the script does not (any more). */
    bool (*is_own)(struct host_signals *signals, int number);
    struct {
        atomic_bool is_wanted; /* by the script */
        atomic_uint count;     /* that came and are not delivered yet */
    } of[RT_SIGNAL_LIMIT];
    _Atomic int64_t since_ns; /* the oldest of these that would end the program
                                 by default; RT_NEVER: there is none */
} host_signals;

/* Becomes the one that receives: host->signals. False: another one in this
 * process does already. */
bool host_signals_open(host_signals *signals, host_state *host);
void host_signals_close(host_signals *signals);

/* The script gets none from here on, and its state is not looked at; by_default
 * still gets those that are caught. */
void host_signals_forget(host_signals *signals);

/* Starts the tasks that are due. On the state's thread, while no strand runs. */
void host_signals_deliver(host_state *host);

/* Sets the function or nil at `index`, and pushes the one before, or nil. While
 * there is one, a signal may wake the program. [-0, +1, raises] */
void host_signals_set(lua_State *L, int number, int index);

/* Whether it ends a program, and the program may have an end of its own by it. */
static inline bool host_signal_ends(int number) {
    return number == 1 || number == 2 || number == 15; /* HUP INT TERM */
}

/* The number of a signal by its name, with or without "SIG"; 0: there is none.
 * The name without "SIG"; NULL: it has none. */
int host_signal_number(const char *name);
const char *host_signal_name(int number);

#endif
