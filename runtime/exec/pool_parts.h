/* pool_parts.h - what pool.c, seat.c and pool_calls.c share. For them only.
 *
 * Jobs are where they are listed: in the pool's queue, at a seat (seat->job),
 * or in a list of ended ones that is delivered when the lock is dropped. */
#ifndef RT_EXEC_POOL_PARTS_H
#define RT_EXEC_POOL_PARTS_H

#include "data/call.h"
#include "exec/seat.h"
#include "sync/queue.h"

/* What jobs that belong together have in common. */
typedef struct rt_pool_group {
    int64_t number;     /* 0: none */
    const void *origin; /* whose number it is: the wire it came by, or NULL */
} rt_pool_group;

/* Groups that have failed are remembered for so many more, since their givers,
 * who do not know yet, may still give. */
enum { RT_POOL_FAILED_GROUPS = 16 };

typedef struct rt_pool_job {
    rt_list link; /* in the queue, or in a list of ended ones */
    uint64_t number;
    rt_pool_group group;
    rt_pool *pool; /* which it keeps */
    rt_message *message;
    rt_pool_mode mode;
    uint32_t count;     /* items */
    uint32_t done;      /* items whose results are in `answer` */
    uint32_t parts;     /* that this worker has sent ahead of its answer */
    rt_message *answer; /* up to now; NULL: nothing */
    rt_seat *seat;      /* where it is; NULL: at none */
    rt_message *reason; /* of its cancellation; may be NULL */
    bool is_cancelled;
    bool has_ended;
    bool is_spoiled; /* results were lost for lack of memory */
    int status;      /* once it has ended: of the answer */
    /* Whom to tell: a waiter, or a handle (a reference), or nobody. */
    rt_waiter *waiter;
    bool is_claimed;  /* the waiter, for this job alone */
    bool waits_again; /* its call was withdrawn: see pool_calls.c */
    rt_strand *strand;
} rt_pool_job;

struct rt_pool {
    rt_object object;      /* counts the users */
    atomic_size_t holders; /* the users (as one), seats, jobs */
    rt_pool_options options;
    pthread_mutex_t lock; /* guards all below, and what is in the lists; after
                             a strand's lock, which nobody takes under it */
    rt_list queue;        /* of rt_pool_job, oldest first */
    rt_list idle;    /* rt_waiter of seats, used last first; object: the seat,
                        slot: its rt_seat_job */
    rt_list seats;   /* whose workers have not ended; a reference each */
    unsigned alive;  /* their number, and that of those being made */
    rt_list joiners; /* of rt_waiter */
    bool is_closed;
    bool is_cancelled;
    bool is_over;          /* the program ends: no more workers */
    rt_message *broken;    /* why no worker can begin, once that is known */
    unsigned early_deaths; /* of workers in a row that had not begun */
    uint64_t last_number;  /* of a job */
    rt_pool_group failed[RT_POOL_FAILED_GROUPS];
    unsigned next_failed;   /* to be overwritten */
    rt_container container; /* options.work; changes when a seat is made */
};

void rt_pool_hold(rt_pool *pool);
void rt_pool_release(rt_pool *pool);

/* Not under the lock: cancels workers that have not begun; the same because the
 * program ends, which cancels all others. */
void rt_pool_stop_beginners(rt_pool *pool);
void rt_pool_finish(rt_pool *pool);

/* Under the lock. */

/* What is to be done when the lock is dropped. */
typedef struct rt_pool_after {
    rt_list ended;  /* jobs: who wants to know is told, and they are freed */
    rt_list awake;  /* waiters of seats that have got a job; claimed, as all */
    rt_list leave;  /* those that are to leave */
    rt_list served; /* watchers and joiners */
} rt_pool_after;

void rt_pool_after_init(rt_pool_after *after);
void rt_pool_after_run(rt_pool_after *after);

/* The job is in no list, and at no seat any more. Takes `answer`, which is put
 * behind what there is. */
void rt_pool_end_job(rt_pool_job *job, int status, rt_message *answer,
                     rt_pool_after *after);

/* The job ends as soon as it can. Takes `reason`. */
void rt_pool_cancel_job(rt_pool_job *job, rt_message *reason,
                        rt_pool_after *after);

/* Gives jobs of the queue to seats that wait. */
void rt_pool_assign(rt_pool *pool, rt_pool_after *after);

/* The seat, which has none, gets that job. */
void rt_seat_give(rt_seat *seat, rt_pool_job *job, rt_seat_job *to);

/* The job at a seat is cancelled: its worker hears of it. */
void rt_seat_tell(rt_seat *seat, rt_pool_after *after);

/* Not under the lock, by who gave the seat its job, before the worker has it:
 * the handle says that it runs. */
void rt_seat_announce(rt_seat *seat);

/* Not under the lock: makes seats, and starts workers for them, until there are
 * as many as there should be. Returns what the first start that failed says. */
int rt_pool_fill(rt_pool *pool);

/* What no worker could begin for; takes `why` (an error and its traceback). The
 * pool takes no more jobs; those there are go to the workers that are left. */
void rt_pool_break(rt_pool *pool, rt_message *why, rt_pool_after *after);

/* What must be done when `alive` has changed. */
void rt_pool_count(rt_pool *pool, rt_pool_after *after);

/* Makes a job of a message (taken on RT_OK). */
int rt_pool_job_new(rt_pool *pool, rt_message *message, rt_pool_job **job);
void rt_pool_job_free(rt_pool_job *job);

/* Under no lock: queues it. Returns: RT_OK; RT_ECLOSED (it is the caller's). */
int rt_pool_queue(rt_pool_job *job);

/* rt_object_type.call of both. */
void rt_pool_call(rt_object *object, rt_call *call);
void rt_seat_call(rt_object *object, rt_call *call);

#endif
