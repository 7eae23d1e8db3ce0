/* seat.h - where a worker of a pool takes its jobs.
 *
 * A seat serves one worker, by functions if it is a thread of this process, by
 * calls if it is a child. It holds one job at a time, from rt_seat_next to
 * rt_seat_answer; whatever else becomes of the worker, rt_seat_ended settles.
 * Any thread. */
#ifndef RT_EXEC_SEAT_H
#define RT_EXEC_SEAT_H

#include "exec/journal.h"
#include "exec/pool.h"

struct rt_pool_job;

/* A job that was taken: its message is the worker's to read until it answers.
 */
typedef struct rt_seat_job {
    uint64_t number;
    uint32_t done; /* items that others have done */
    const rt_message *message;
} rt_seat_job;

typedef struct rt_seat {
    rt_object object;    /* RT_KIND_SEAT */
    rt_pool *pool;       /* which it keeps */
    rt_journal *journal; /* of a child, set by the host; owned; may be NULL */
    /* Guarded by the pool's lock. */
    rt_list link;      /* in the pool's list, until the worker has ended */
    rt_strand *strand; /* the worker; a reference; NULL: not yet */
    struct rt_pool_job *job; /* that the worker has */
    unsigned answered;       /* jobs */
    bool is_ready;           /* has asked for a job */
    bool is_told;            /* to stop, before that */
    struct rt_wire *wire; /* the child's, once it has called; only compared */
    rt_waiter *watcher;   /* parked: hears of a cancellation; or NULL */
    bool must_hear;       /* of one for which nobody was parked */
    rt_seat_job called;   /* for a child: what its call is to get */
    rt_strand *begun;     /* handle of a job it has got: rt_seat_announce */
} rt_seat;

extern const rt_object_type rt_seat_type;

/* What a child calls. The values of a job come behind its number and how many
 * of its items are done already. */
enum {
    RT_SEAT_NEXT = 1,  /* () -> job; waits; RT_ECLOSED: it is to leave */
    RT_SEAT_DONE,      /* (answer) -> as NEXT */
    RT_SEAT_FAILED,    /* (answer) -> as NEXT */
    RT_SEAT_CANCELLED, /* (answer) -> as NEXT */
    RT_SEAT_PART,      /* (results of the next items) -> () */
    RT_SEAT_WATCH      /* () -> number of a job that is cancelled, and the
                          reason if there is one; waits */
};

/* For rt_pool_options.start: who sits there; before he runs. */
void rt_seat_set_worker(rt_seat *seat, rt_strand *strand);

/* The next job, into `job`; or parks `waiter`, and then `job` is filled (its
 * `slot`) before it is completed.
 * Returns: RT_OK, RT_PENDING; RT_ECLOSED: the worker is to leave. */
int rt_seat_next(rt_seat *seat, rt_seat_job *job, rt_waiter *waiter);

/* The worker's answer. `status` is RT_OK, RT_STRAND_SAYS_FAILED or
 * RT_STRAND_SAYS_CANCELLED; takes `answer` (may be NULL). */
void rt_seat_answer(rt_seat *seat, int status, rt_message *answer);

/* Results of the next items, ahead of the answer. Takes `results`. */
void rt_seat_part(rt_seat *seat, rt_message *results);

/* Parks `waiter` until the job of this seat is to be cancelled: RT_OK with its
 * number in waiter->detail and the reason (one value, or NULL) in
 * waiter->message. It is completed at once if one is already. One at a time. */
void rt_seat_watch(rt_seat *seat, rt_waiter *waiter);

/* The worker's strand has ended, or (`failure` is not RT_OK) could not be
 * started. */
void rt_seat_ended(rt_seat *seat, int failure);

#endif
