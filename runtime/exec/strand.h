/* strand.h - the public face of a strand: what a handle refers to.
 *
 * A thread, a process, a future, or a task whose handle went to another
 * state. It has one outcome, set once, kept as long as the strand object is:
 * joins may be many and repeated. Any thread may call any function here. */
#ifndef RT_EXEC_STRAND_H
#define RT_EXEC_STRAND_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/object.h"
#include "data/cycles.h"
#include "data/message.h"
#include "loop/waiter.h"

typedef enum {
    RT_STRAND_TASK,
    RT_STRAND_THREAD,
    RT_STRAND_PROCESS,
    RT_STRAND_FUTURE
} rt_strand_kind;

typedef enum {
    RT_STRAND_PENDING, /* not started, or a future not resolved */
    RT_STRAND_RUNNING,
    RT_STRAND_WAITING,
    RT_STRAND_DONE,     /* outcome: the results */
    RT_STRAND_FAILED,   /* outcome: the error value, then its traceback */
    RT_STRAND_CANCELLED /* the same as FAILED, of an accepted cancellation */
} rt_strand_state;

struct rt_runtime;
struct rt_party;

typedef struct rt_strand {
    rt_object object; /* RT_KIND_STRAND */
    rt_strand_kind kind;
    struct rt_runtime *runtime; /* borrowed: outlives all strands */
    char *name;                 /* owned; set before the strand starts */
    char *started_at; /* "app.lua:14", owned; set before the strand starts */
    char *command;    /* of an external process, owned; as started_at */
    bool daemon;
    bool is_worker; /* of a pool */
    bool external;  /* a process that is another program */
    uint32_t owner; /* for the host: who has started it; 0: nobody */

    /* The runtime's, under its lock. */
    rt_list link;  /* in its list of live or failed strands; holds a ref */
    bool observed; /* somebody received the error */
    unsigned cancel_round; /* of rt_runtime_cancel_all it was told in */
    bool in_failed;        /* `link` is in the list of failed ones */

    pthread_mutex_t lock; /* guards all below */
    rt_strand_state state;
    rt_message *outcome;
    unsigned readers;       /* of the outcome, now */
    rt_container container; /* the outcome, if it holds objects */
    rt_list waiters;        /* of rt_waiter */
    /* How to ask it to stop: `reason` is a message of one value (taken), or
     * NULL. NULL once it ended. Called with `lock` held: it may only post. */
    void (*cancel)(struct rt_strand *strand, rt_message *reason);
    void *cancel_target;
    /* Set by `cancel` if the strand is over by that: rt_strand_cancel finishes
     * it, as cancelled, with `last_words`. */
    bool is_over;
    rt_message *last_words;
    /* That of the strand itself while it runs in this process: only to be
     * compared. NULL: it does not, or not here. Written with `lock` held. */
    _Atomic(const struct rt_party *) party;
    /* Of a process of our own: what tells it apart from others (its wire), while
     * that is open. Only to be compared. */
    _Atomic(const void *) peer;
    atomic_bool is_told; /* somebody has asked it to stop: see
                            rt_strand_note_told */
    pid_t tid;           /* thread; 0 until it runs */
    pid_t pid;           /* process; 0 until it runs */
    int exit_code;       /* process that ended: its status, -1 if by a signal */
    int exit_signal; /* process that ended by a signal: its number, else 0 */
} rt_strand;

/* One reference, the caller's. NULL: out of memory. `name` and `started_at`
 * may be NULL, and are copied. */
rt_strand *rt_strand_new(struct rt_runtime *runtime, rt_strand_kind kind,
                         const char *name, const char *started_at);

/* Sets the outcome and completes all waiters with RT_OK. The first call wins.
 * Owns:    takes `outcome` (NULL stands for no values).
 * Returns: true if this call was the first. */
bool rt_strand_finish(rt_strand *strand, rt_strand_state state,
                      rt_message *outcome);

bool rt_strand_ended(rt_strand *strand);
rt_strand_state rt_strand_get_state(rt_strand *strand);
void rt_strand_set_state(rt_strand *strand, rt_strand_state state);

/* Returns: RT_OK if it has ended; else RT_PENDING: `waiter` is parked. */
int rt_strand_wait(rt_strand *strand, rt_waiter *waiter);

/* The strand whose end `waiter` is parked for; NULL: it waits for something
 * else. On the waiter's loop. */
rt_strand *rt_strand_awaited(const rt_waiter *waiter);

/* The outcome of a strand that has ended; borrowed, never changes. NULL if
 * it has not ended. When what is in it was copied, rt_strand_outcome_done is
 * to be called: until then the search for garbage keeps off (data/cycles.h). */
const rt_message *rt_strand_outcome(rt_strand *strand);
void rt_strand_outcome_done(rt_strand *strand);

/* "in thread 3 'w1', started at app.lua:3". Returns: a size, as snprintf. */
int rt_strand_describe(const rt_strand *strand, char *text, size_t size);

/* Says that the error was received: it is not reported at the end. */
void rt_strand_observe(rt_strand *strand);

/* It was asked to stop, or its process was sent a signal: it may end now, and all
 * that it has started with it. Before that happens. */
void rt_strand_note_told(rt_strand *strand);

/* Asks the strand to stop; no effect once it has ended.
 * Owns: takes `reason` (one value, or NULL). */
void rt_strand_cancel(rt_strand *strand, rt_message *reason);

/* What other processes may ask of a strand (rt_object_type.call). Answers:
 * AWAIT: RT_OK with the results, or RT_STRAND_SAYS_FAILED or _CANCELLED with
 * error, traceback and which strand that was (rt_strand_describe); JOIN: the same without them; LOOK: RT_OK with the values
 * of rt_strand_look, in that order; CANCEL (argument: a message of one value, or
 * none): RT_OK, or RT_EUSAGE if it is a future, which cannot be asked to stop;
 * RESOLVE, REJECT and DROP (argument: the outcome; futures only, which are
 * done, failed or cancelled then): RT_OK, or RT_EUSAGE if the future had one
 * already. */
enum {
    RT_STRAND_AWAIT = 1,
    RT_STRAND_LOOK,
    RT_STRAND_CANCEL,
    RT_STRAND_RESOLVE,
    RT_STRAND_REJECT,
    RT_STRAND_DROP,
    RT_STRAND_JOIN
};
enum { RT_STRAND_SAYS_FAILED = 2, RT_STRAND_SAYS_CANCELLED };

typedef enum {
    RT_LOOK_STATE,
    RT_LOOK_KIND,
    RT_LOOK_ID,
    RT_LOOK_TID,
    RT_LOOK_PID,
    RT_LOOK_EXIT_CODE,
    RT_LOOK_EXIT_SIGNAL,
    RT_LOOK_NAME, /* the last: a string or nil; all others are integers */
    RT_LOOK_COUNT
} rt_strand_look;

extern const rt_object_type rt_strand_type;

#endif
