/* runtime.h - what the strands of one program share: the list of live
 * strands, the cache of idle threads, the hub that talks to processes.
 *
 * One runtime is one program; several may live in one OS process. Any thread
 * may call any function here except new, shutdown and free. */
#ifndef RT_EXEC_RUNTIME_H
#define RT_EXEC_RUNTIME_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "data/cycles.h"
#include "exec/strand.h"
#include "sync/waits.h"

struct rt_censuses;
struct rt_hub;
struct rt_monitor;
struct rt_pace;
struct rt_steer;
struct rt_part;
struct rt_wire;

/* What a child process of our own may do; the host knows what it means. */
typedef struct rt_bounds {
    uint64_t memory_bytes; /* 0: no limit */
    uint32_t denied;
} rt_bounds;

typedef struct rt_runtime {
    pthread_mutex_t lock; /* guards all down to the blank line */
    rt_list live;         /* counted strands that have not ended */
    rt_list failed;       /* ended with an error nobody received; one ref */
    size_t live_count;    /* strands in `live` that are not daemons */
    rt_list idle_waiters; /* of rt_waiter: for live_count to become 0 */
    rt_list idle_threads; /* rt_thread, most recently used first */
    rt_list all_threads;  /* every rt_thread there is */
    size_t idle_count;
    rt_list spent_threads;    /* rt_thread that ended: to be joined or reused */
    rt_list loops;            /* of rt_loop.link: quiet.h */
    size_t busy_count;        /* OS threads that have not ended */
    pthread_cond_t all_ended; /* busy_count became 0; shutdown alone waits */
    unsigned cancel_round;
    bool stopping;
    rt_list borrowing;   /* of rt_wire.borrowing_link: ipc/borrow.c */
    rt_bounds bounds;    /* of the next child */
    int child_output[2]; /* its 1 and 2, unless said otherwise; -1: as here */

    atomic_size_t borrowing_count; /* how many: written under the lock */
    _Atomic(rt_object *) shared;   /* rt_runtime_shared; a reference */
    rt_cycles *cycles;          /* registry of what can hold objects; owned */
    rt_awake awake;             /* what may go on by itself: quiet.h */
    rt_waits waits;             /* of the strands of this process */
    struct rt_quiet *quiet;     /* owned */
    struct rt_pace *pace;       /* pace.h; owned */
    struct rt_steer *steer;     /* steer.h; owned; NULL: all run as they like */
    atomic_bool is_steered;     /* its threads take turns */
    rt_clock clock;             /* what its strands live by */
    atomic_int sources;         /* events from outside that may wake strands */
    atomic_int passive_sources; /* of them, those that nobody expects to come */
    atomic_int unhandled_count; /* errors reported because nobody took them */
    atomic_uintptr_t exiting;   /* the thread that ends the process; 0: none */
    atomic_bool flush_output;   /* other processes share our standard output */
    int output_lock;            /* file of OFD locks for it, or -1 */
    _Atomic(struct rt_wire *) parent; /* in a child: the wire to the parent */
    struct rt_hub *hub;               /* made at first need: ipc/hub.h */
    void (*hub_stop)(struct rt_hub *hub); /* set with hub */
    /* Set with hub: runs the post on its thread. */
    void (*hub_post)(struct rt_hub *hub, rt_post *post);
    /* The same: on its thread asks a child that is our own program for its part
     * of a census (census.h). False: it is no such child, or not any more. */
    bool (*hub_ask)(rt_strand *strand, struct rt_part *part, int64_t limit_ns);
    struct rt_censuses *censuses; /* census.h; owned */
    struct rt_monitor *monitor;   /* monitor.h; owned */
    void (*on_bells)(struct rt_runtime *runtime, unsigned bells); /* set once */
    _Atomic int64_t
        monitor_due_ns;       /* when it looks next; RT_NEVER: it sleeps */
    _Atomic int64_t stall_ns; /* the host's: how long a strand may run alone, */
    _Atomic int64_t slice_ns; /* and until others have their turns; */
    atomic_uint told_stalls[64]; /* and places of scripts, by their sums */
    int soft_signal; /* sent to threads that run strands: thread.h; 0: none is */
    int hard_signal;
    const char
        *helper_path;  /* the program of child processes; NULL: there is none.
                                Borrowed */
    atomic_int haste;  /* how many times sooner children are ended that do not
                         stop (ipc/insist.h); 1, but for tests */
    void *thread_pool; /* the host's: to_thread */
    void *states;      /* the host's: what its states are made of */
    void *policy;      /* the host's: what its states may do */
    atomic_bool is_ending; /* the program was told to stop by a signal */
    void *program;         /* the host's, for what follows */
    /* Nobody reads standard output any more: what a strand of the program, here
     * or in another process, was told when it wrote. Any thread; NULL: nothing
     * is done about it. */
    void (*on_broken_output)(struct rt_runtime *runtime);
    /* A strand has failed, and nobody has received its error yet. Any thread; may
     * post to a loop, and takes no lock. NULL: nobody wants to know. */
    void (*_Atomic on_failure)(struct rt_runtime *runtime);
    /* What a thread of the host needs for a job (a Lua state), all called on
     * that thread: made at its start; made fit for the next job, or made anew,
     * after each job; tidied when no job came for a while; released at its
     * end. NULL stands for: out of memory. */
    void *(*thread_prepare)(struct rt_runtime *runtime, rt_loop *loop);
    void *(*thread_recycle)(struct rt_runtime *runtime, rt_loop *loop,
                            void *prepared);
    void (*thread_tidy)(void *prepared);
    void (*thread_release)(void *prepared);
} rt_runtime;

/* NULL: out of memory. */
rt_runtime *rt_runtime_new(void);

/* The program's own table, the same one in all its processes: made at the first
 * call, or set before that in a process that was started by another one. A
 * borrowed reference, good as long as the runtime. NULL: out of memory. */
rt_object *rt_runtime_shared(rt_runtime *runtime);
void rt_runtime_set_shared(rt_runtime *runtime, rt_object *shared);

static inline void rt_runtime_tell_failure(rt_runtime *runtime) {
    void (*tell)(rt_runtime *) = runtime->on_failure;
    if (tell) tell(runtime);
}

/* Takes a started strand into the list of live ones (a reference, until it
 * ended and its error, if any, was received or reported). */
void rt_runtime_add(rt_runtime *runtime, rt_strand *strand);

/* References to the live strands of that kind, in an array that ends in NULL.
 * NULL: out of memory. */
rt_strand **rt_runtime_list(rt_runtime *runtime, rt_strand_kind kind);
void rt_runtime_free_list(rt_strand **strands); /* NULL is allowed */

/* For strands: it has ended; its error was received. */
void rt_runtime_ended(rt_runtime *runtime, rt_strand *strand);
void rt_runtime_observed(rt_runtime *runtime, rt_strand *strand);

/* Parks `waiter` until no live strand but daemons is left.
 * Returns: RT_OK if that is so already; RT_PENDING. */
int rt_runtime_wait_idle(rt_runtime *runtime, rt_waiter *waiter);

/* Asks every live strand to stop, daemons included. */
void rt_runtime_cancel_all(rt_runtime *runtime);

/* The oldest strand whose error nobody received, once each; the caller gets
 * the reference. NULL if there is none (any more). */
rt_strand *rt_runtime_next_failed(rt_runtime *runtime);

/* Ends idle threads, waits until every thread has terminated and stops the
 * hub (its children are gone or get killed). All strands must have ended or
 * have been asked to stop.
 * Returns: true; false if threads were still running at `deadline_ns`: the
 * runtime can then not be freed, and the process should end. */
bool rt_runtime_shutdown(rt_runtime *runtime, int64_t deadline_ns);
void rt_runtime_free(rt_runtime *runtime); /* after shutdown said true */

#endif
