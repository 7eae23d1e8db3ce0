/* pool.h - jobs, and workers that wait for them.
 *
 * A pool has a number of seats, each with a worker: a strand that the host
 * starts, and that takes jobs at its seat (exec/seat.h) until it is told to
 * leave. When a worker has ended, whatever ended it, the pool finds out what
 * became of its job, and another one is started at a seat of its own.
 *
 * A job is one message:
 *
 *   mode, item count, group, the rt_code of the function, then the items
 *
 * and so is its answer: the results of the items in order and, if it has
 * failed, the error and the traceback behind them. The first item that fails
 * ends the job; so the number of results says which it was. Items that nobody
 * had begun when a worker died are given to another one. When a job fails that
 * is in a group (a number of the giver's, not 0), the others are cancelled.
 *
 * The users' references are what object.refs counts: when the last is dropped
 * the pool is closed. Workers and jobs keep its memory, not its use. Any thread
 * may call any function here. */
#ifndef RT_EXEC_POOL_H
#define RT_EXEC_POOL_H

#include "exec/runtime.h"

typedef struct rt_pool rt_pool;
struct rt_seat;

extern const rt_object_type rt_pool_type;

/* How items stand in a job's message, and results in its answer. */
typedef enum {
    RT_POOL_CALL = 1, /* one item, of all values; all its results */
    RT_POOL_EACH,     /* a value each; one result each */
    RT_POOL_SPREAD,   /* a list of arguments each; one result each */
    RT_POOL_MANY      /* a count and so many values each; as many results */
} rt_pool_mode;

enum { RT_POOL_LEAD = 4 }; /* values of a job before its items */

/* For other processes. A job has an answer with RT_OK, RT_STRAND_SAYS_FAILED or
 * RT_STRAND_SAYS_CANCELLED; a wait that is withdrawn cancels the job, and ends
 * when that has. RT_EUSAGE: it asks from one of the pool's own workers. */
enum {
    RT_POOL_LOOK = 1, /* () -> whether of processes, seats, whether closed */
    RT_POOL_DEFINE,   /* (work) -> rt_code */
    RT_POOL_RUN,      /* (job) -> answer; waits; RT_ECLOSED */
    RT_POOL_START,    /* (job of mode CALL) -> rt_strand; RT_ECLOSED */
    RT_POOL_CLOSE,    /* () -> () */
    RT_POOL_CANCEL,   /* () -> () */
    RT_POOL_JOIN      /* () -> (); waits; RT_POOL_IS_OPEN */
};

enum { RT_POOL_IS_OPEN = 2 };

typedef struct rt_pool_options {
    rt_runtime *runtime;
    unsigned seats;
    unsigned recycle;  /* jobs after which a worker is replaced; 0: never */
    size_t job_limit;  /* most bytes of a job's message */
    bool of_processes; /* workers are child processes */
    /* Starts a worker, a daemon, for the seat: rt_seat_set_worker. When that
     * has ended (or could not be started later on) rt_seat_ended is called
     * once. Called without locks, on any thread.
     * Returns: RT_OK, or what failed. */
    int (*start)(struct rt_seat *seat);
    /* The pool was cancelled: workers that go on all the same may be ended by
     * force. Without locks; NULL: there is no way. */
    void (*insist)(rt_pool *pool);
    void *host;             /* the host's */
    const rt_message *work; /* what it starts workers with, for the search for
                               garbage; or NULL */
    void (*free_host)(void *host);
} rt_pool_options;

/* Makes a pool and starts its workers. With a reference, the caller's.
 * Owns: takes options->host in every case.
 * Returns: RT_OK, RT_ENOMEMORY, or what the start of a worker says. */
int rt_pool_new(const rt_pool_options *options, rt_pool **pool);

/* What it was made with. */
const rt_pool_options *rt_pool_options_of(const rt_pool *pool);

/* Gives it a job. `waiter` is completed with RT_OK or one of the codes above,
 * and the answer in waiter->message, when the job has ended. Cancelling the
 * wait cancels the job and waits no more for its end. The caller keeps the pool
 * meanwhile.
 * Owns:    takes `job` on RT_PENDING.
 * Returns: RT_PENDING; RT_ECLOSED; RT_ELIMIT; RT_EDAMAGED (it is no job);
 *          RT_ENOMEMORY. */
int rt_pool_run(rt_pool *pool, rt_message *job, rt_waiter *waiter);

/* Asks for the end of such a job; the waiter is completed as always. On the
 * waiter's loop; more than once is harmless. */
void rt_pool_stop(rt_waiter *waiter);

/* Gives it a job of mode CALL, of which `strand`, new and of kind TASK, is the
 * handle: cancelling that cancels the job. Takes `job` on RT_OK.
 * Returns: as above, RT_OK instead of RT_PENDING. */
int rt_pool_start(rt_pool *pool, rt_message *job, rt_strand *strand);

/* No more jobs; those that were given are done. */
void rt_pool_close(rt_pool *pool);

/* The same, and jobs that are not done are cancelled. */
void rt_pool_cancel(rt_pool *pool);

/* Calls `act` of each worker that has not ended, without locks. */
void rt_pool_each_worker(rt_pool *pool, void (*act)(rt_strand *worker));

/* Parks `waiter` until all workers have ended.
 * Returns: RT_OK, RT_PENDING; RT_POOL_IS_OPEN: it was not closed. */
int rt_pool_join(rt_pool *pool, rt_waiter *waiter);

/* Whether it takes no more jobs; one that is broken takes them, to say so. */
bool rt_pool_refuses(rt_pool *pool);

#endif
