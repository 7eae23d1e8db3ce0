/* barrier.h - a number of parties wait for each other, round after round.
 *
 * Who comes is parked until all have come; then all go on, and the next round
 * begins. A round that cannot be completed breaks: everybody who waits, and
 * everybody who comes, is told so until rt_barrier_reset. It breaks when a
 * wait for it times out, when a process dies that waits, and by abort. A wait
 * that is cancelled is as if it had never come. Any thread may call any
 * function here; `here` as in queue.h. */
#ifndef RT_SYNC_BARRIER_H
#define RT_SYNC_BARRIER_H

#include "base/object.h"
#include "loop/waiter.h"

typedef struct rt_barrier rt_barrier;

extern const rt_object_type rt_barrier_type;

#define RT_BARRIER_MAX INT32_MAX

/* Operations on a remote barrier (ipc/remote.h): arguments -> result. */
enum {
    RT_BARRIER_WAIT = 1, /* () -> integer; waits; RT_EBROKEN */
    RT_BARRIER_RESET,    /* () -> () */
    RT_BARRIER_ABORT,    /* () -> () */
    RT_BARRIER_BROKEN,   /* () -> boolean */
    RT_BARRIER_WAITING,  /* () -> integer */
    RT_BARRIER_PARTIES   /* () -> integer */
};

/* For 1 to RT_BARRIER_MAX parties. NULL: out of memory. */
rt_barrier *rt_barrier_new(int64_t parties);

/* Parks `waiter` unless it is the last of the round. When its status is RT_OK,
 * its `detail` is its position among those who came, from 1 on.
 * Returns: RT_OK (it is the last: `detail` is set); RT_PENDING; RT_EBROKEN. */
int rt_barrier_wait(rt_barrier *barrier, rt_waiter *waiter, rt_loop *here);

/* Those who wait are told that it is broken; it begins anew, unbroken. */
void rt_barrier_reset(rt_barrier *barrier, rt_loop *here);

/* Breaks it. */
void rt_barrier_abort(rt_barrier *barrier, rt_loop *here);

bool rt_barrier_is_broken(rt_barrier *barrier);

/* How many wait. */
int64_t rt_barrier_waiting(rt_barrier *barrier);

int64_t rt_barrier_parties(const rt_barrier *barrier);

#endif
