/* interrupt.h - reaching Lua code that runs and does not wait.
 *
 * What is wanted of a running state is an order: a bit in `orders`, set by any
 * thread, taken on the state's own. The state's thread is signalled, the handler
 * arms a hook in the coroutine that runs there, and the hook carries the orders
 * out at the next instruction of the VM. Nothing is installed while there is no
 * order, so it costs nothing. A runtime that may not be sent signals (an embedded one)
 * has the hook called again and again, and it looks for orders. If the script has set a hook there, that is called at
 * its events as before, and carries the orders out (userhook.h).
 *
 * The monitor (lookout.h) sees that an order is needed: what was told to stop
 * runs on, a limit has passed (limit.h), a strand does not let others run. It
 * repeats its signal every 10 ms until that was heard.
 *
 * A strand that was told to stop is pressed after HOST_GRACE_NS: its error is
 * raised where it runs. If it catches that and goes on without waiting, it is
 * pressed at every instruction. __close handlers get HOST_CLEANUP_NS before that
 * reaches them; after that time a task is left: it yields out of the hook, through
 * its coroutines, its <close> variables are closed, without waits, and it ends.
 * Where no hook is called nothing of this helps: in a C function that does not
 * return, in __gc metamethods, in a hook of the script's, and in a message handler
 * of xpcall that was called for an error raised by the hook. */
#ifndef HOST_CORE_INTERRUPT_H
#define HOST_CORE_INTERRUPT_H

#include <signal.h>

#include "core/state.h"

/* How long code may go on without waiting after it was told to stop; how long
 * clean-up may take after it. */
#define HOST_GRACE_NS (RT_SECOND / 20)
#define HOST_CLEANUP_NS (5 * RT_SECOND)

/* Instructions that a strand runs before it is interrupted, whatever the clock
 * says: what its last wait has given it is to be in its variables, so that it is
 * cleaned up. The state may hear late of what was told long ago, and a thread may
 * not have been let run. */
enum { HOST_FRESH_COUNT = 32 };

typedef enum {
    HOST_ORDER_LOOK = 2, /* look at posts and timers; press what is to stop */
    HOST_ORDER_PREEMPT = 4,  /* let others run */
    HOST_ORDER_STALL = 8,    /* tell where it runs: others wait for it */
    HOST_ORDER_DUMP = 16,    /* tell about all strands: census.h */
    HOST_ORDER_SIGNALS = 32, /* a signal has come: on_signals */
    HOST_ORDER_BELLS = 64,   /* rt_monitor_ring was called: sees that the
                                monitor is there */
    HOST_ORDER_MEMORY = 128, /* memory.h */
    HOST_ORDER_EXIT = 256    /* exit.h: all strands of the main state are to */
} host_order_kind;

/* The calling thread runs the state from here to host_interrupt_leave, and may be
 * signalled for it. Returns what it ran before, for leave. */
host_state *host_interrupt_enter(host_state *host);
void host_interrupt_leave(host_state *host, host_state *before);

/* The state that the calling thread runs; NULL: none. */
host_state *host_here(void);

/* For a thread that runs now one state, now another, and has entered both: this one
 * from here on. Returns the one before; NULL: none. */
host_state *host_interrupt_swap(host_state *host);

/* Sends the thread that runs the state the signal by which it is interrupted, if there
 * is one: see rt_runtime.soft_signal. */
typedef enum { HOST_SOFTLY, HOST_HARD } host_manner;
void host_interrupt_thread(const host_state *host, host_manner manner);

/* In the handler of a signal. Returns false if it is not for the state that this thread
 * runs. */
bool host_interrupt_heard(const siginfo_t *info, void *context);

/* Whether the hook is to be armed in what runs from here on: there are orders, or the
 * state looks for them by itself, as it is sent no signals. */
static inline bool host_is_wanted(const host_state *host) {
    return host->polls ||
           atomic_load_explicit(&host->orders, memory_order_relaxed) != 0;
}

/* Gives the order, and wakes or signals the thread that runs the state. Any
 * thread, while the state lives; and a signal handler on the state's thread. */
void host_order(host_state *host, host_order_kind order);

/* For those whose strand runs, and has been told to stop, or not any more; or
 * another one runs from here on. */
void host_press_running(host_state *host, const host_strand *strand);

/* Tells the monitor who takes the running strand along. */
void host_show_above(host_state *host, const host_strand *strand);

/* For the scheduler: `strand` runs from here on. */
static inline void host_runs(host_state *host, host_strand *strand) {
    uint32_t run = atomic_load_explicit(&host->runs, memory_order_relaxed);
    atomic_store_explicit(&host->runs, run + 1, memory_order_relaxed);
    atomic_store_explicit(&host->run_strand, strand, memory_order_relaxed);
    if (strand->above[0] || host->has_above) host_show_above(host, strand);
    atomic_signal_fence(memory_order_seq_cst); /* and the monitor fences */
    if (strand->is_cancelled || host->is_pressing ||
        atomic_load_explicit(&host->is_aimed, memory_order_relaxed))
        host_press_running(host, strand);
}

/* The strand's function has returned. True if it was to stop by then, and what it
 * returned is that of a system call that was ended for it. */
bool host_interrupt_at_end(host_strand *strand);

/* For the scheduler, when no code of the state runs: carries out what is left
 * of the orders. */
void host_interrupt_idle(host_state *host);

/* For those who make another coroutine the running one, or have changed its hook:
 * arms that too, as an order is on its way. */
void host_interrupt_rearm(host_state *host);

/* From a hook of the script's at a line event: as plait's own hook.
 * [-0, +0, raises]; may have made L yield, then the hook is to return. */
void host_interrupt_serve(lua_State *L, lua_Debug *ar);

/* Whether it is plait's own. */
bool host_interrupt_is_hook(lua_Hook hook);

/* From a signal handler on the state's thread: as rt_monitor_ring. */
void host_ring_from_signal(host_state *host, unsigned bells);

#endif
