/* signals.h - the signals of the process, for the one who receives them.
 *
 * The table behind it is the only state here that belongs to the process: of
 * several programs in one process, one has the signals. A signal is caught from
 * rt_signals_catch to rt_signals_release; else it does what it did before.
 *
 * The handler runs on the receiver's thread, whichever one the system chose. */
#ifndef RT_LOOP_SIGNALS_H
#define RT_LOOP_SIGNALS_H

#include <pthread.h>
#include <stdbool.h>

enum { RT_SIGNAL_LIMIT = 65 }; /* above the highest number */

/* Embedded in what receives. */
typedef struct rt_signals {
    /* A signal has come: in its handler, where only what is safe there may be
     * called. `by_kernel`: from the terminal or by a fault of a pipe, and not
     * from another process. */
    void (*on_signal)(struct rt_signals *signals, int number, bool by_kernel);
    pthread_t thread; /* set by rt_signals_open */
} rt_signals;

/* Whether a system call that blocks goes on when the signal has come. */
typedef enum { RT_SIGNAL_RESTARTS, RT_SIGNAL_ENDS_CALLS } rt_signal_effect;

/* The calling thread receives, until it closes. False: somebody else does. */
bool rt_signals_open(rt_signals *signals);

/* Releases all that is caught. */
void rt_signals_close(rt_signals *signals);

/* For the receiver; also in a handler, if the signal has been caught before.
 * Once more sets it again, whatever has replaced it meanwhile.
 * Returns: RT_OK; -EINVAL: it cannot be caught. */
int rt_signals_catch(rt_signals *signals, int number, rt_signal_effect effect);

/* No effect if it is not caught. */
void rt_signals_release(rt_signals *signals, int number);

/* Whether the process ignores it; of one that is caught: did before. */
bool rt_signals_ignores(int number);

/* Ends the process by the signal, so that whoever started it sees the cause. Any
 * thread; a signal handler too. Does not return. */
_Noreturn void rt_signals_die(int number);

#endif
