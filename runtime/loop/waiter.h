/* waiter.h - one parked party, completed exactly once, alone or as the first of
 * several.
 *
 * A waiter is completed by the object it waits for, by its deadline, or by a
 * cancellation. Whoever claims it first wins; the object claims under its own
 * lock, before it gives anything away, so a cancelled waiter never receives a
 * lock, a permit or a message. Whoever lost leaves it alone.
 *
 * Life: init once; then any number of rounds of
 *   park (by the object, under its lock) -> [arm] -> claim -> on_complete.
 * The owner may reuse or free the waiter only when it is not parked: after
 * on_complete, which runs on the waiter's loop, never inside a call of the
 * owner. Only then is its memory free of other threads.
 *
 * A group waits for the first of several objects: each member has a `leader`
 * and stands in one object's queue; the round is the leader's. Whoever claims a
 * member has claimed the leader, which is completed in its place, and no other
 * member can be claimed any more. The owner parks the leader first, and takes
 * the members out of their queues (rt_waiter_leave) before its next round.
 *
 * A watcher stands in a queue to hear that its turn would have come, and takes
 * nothing: objects complete those they meet (sync/queue.h). */
#ifndef RT_LOOP_WAITER_H
#define RT_LOOP_WAITER_H

#include <stdatomic.h>

#include "base/list.h"
#include "base/status.h"
#include "loop/loop.h"

typedef struct rt_waiter rt_waiter;
struct rt_message;

struct rt_waiter {
    rt_list link; /* in the object's queue; guarded by the object's lock */
    rt_loop *loop;
    void (*on_complete)(rt_waiter *waiter); /* on the loop's thread */
    /* Set while parked: leaves the object's queue, taking its lock. `status`
     * says why: RT_ETIMEOUT, RT_ECANCELLED, RT_EDIED (its process has); it
     * may be set to what the wait had come to before. */
    void (*withdraw)(rt_waiter *waiter);
    void *object;      /* what it waits for; borrowed, the strand holds it */
    rt_waiter *leader; /* of the group; NULL: it is alone, or leads */
    rt_waiter *winner; /* of the completed round: the member, or itself */
    /* Called by who is about to post it, on any thread. NULL: no need. */
    void (*announce)(struct rt_waiter *waiter);
    bool completes_inline; /* on_complete may run inside rt_waiter_complete,
                              under an object's lock, on the loop's thread */
    bool is_urgent; /* on_complete is not to wait for code that does not: see
                       rt_loop.urge */
    bool is_watcher;
    atomic_int state; /* rt_waiter_state */
    int status;       /* of the completed round */
    int too_late;     /* how the owner tried to end the round, when it was
                         claimed already; 0: it has not. For an owner who would
                         begin another round in its place */
    struct rt_message
        *message;   /* what came with it: the owner's from on_complete */
    int64_t detail; /* a small result, by the object's rules */
    void *slot;     /* what is passed, by the object's rules; borrowed */
    rt_post post;
    rt_timer timer;
};

typedef enum {
    RT_WAITER_IDLE,
    RT_WAITER_PARKED,
    RT_WAITER_CLAIMED
} rt_waiter_state;

/* Owns nothing. `on_complete` is called once for each round. */
void rt_waiter_init(rt_waiter *waiter, rt_loop *loop,
                    void (*on_complete)(rt_waiter *waiter));

/* For objects: starts a round. The object then links waiter->link itself.
 * Called on the waiter's own thread, under the object's lock. */
void rt_waiter_park(rt_waiter *waiter, void *object,
                    void (*withdraw)(rt_waiter *waiter));

/* For objects, under the object's lock: true if the waiter is now the
 * caller's to complete; false if it timed out or was cancelled meanwhile. */
bool rt_waiter_claim(rt_waiter *waiter);

/* Completes a claimed waiter: on_complete will run on its loop. Any thread;
 * with or without the object's lock. */
void rt_waiter_complete(rt_waiter *waiter, int status);

/* The same from the waiter's own loop thread: on_complete runs inside. */
void rt_waiter_complete_here(rt_waiter *waiter, int status);

/* For whoever has claimed it and completes it on its loop: posts waiter->post,
 * whose `run` may be another one than that of rt_waiter_complete. */
void rt_waiter_post(rt_waiter *waiter);

/* Owner: gives the parked waiter a deadline (key, due as in timer.h).
 * Returns: RT_OK; RT_ENOMEMORY (it stays parked, without a deadline). */
int rt_waiter_arm(rt_waiter *waiter, int64_t key_ns, int64_t due_ns);

/* Owner, on its loop: ends the wait with `status` unless it is completed
 * already. True: withdrawn, and on_complete has run. False: the completion
 * won and is on its way (or nothing is parked). */
bool rt_waiter_cancel(rt_waiter *waiter, int status);

/* Owner, on its loop, who has claimed the waiter itself: the round has not
 * happened. A deadline stays armed. */
void rt_waiter_unpark(rt_waiter *waiter);

/* Owner of a group: the member is in no queue any more, whatever became of the
 * round; takes the object's lock unless it won. Once more is harmless. */
void rt_waiter_leave(rt_waiter *member);

/* Whose round it is: the leader of its group, or the waiter itself. */
static inline rt_waiter *rt_waiter_leader(const rt_waiter *waiter) {
    return waiter->leader ? waiter->leader : (rt_waiter *)waiter;
}

static inline bool rt_waiter_parked(rt_waiter *waiter) {
    return atomic_load_explicit(&waiter->state, memory_order_acquire) !=
           RT_WAITER_IDLE;
}

#endif
