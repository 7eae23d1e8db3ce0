/* sema.h - a semaphore for strands: a number of permits.
 *
 * Who acquires takes one permit, or is parked until one is released; first
 * come, first served. Anybody may release. A bounded semaphore never has more
 * free permits than it began with.
 *
 * For each other process it is noted how many of the permits that are out it
 * has taken, so that they come back if it dies (ipc/remote.h). Any thread may
 * call any function here; `here` as in queue.h. */
#ifndef RT_SYNC_SEMA_H
#define RT_SYNC_SEMA_H

#include "base/object.h"
#include "loop/waiter.h"

typedef struct rt_sema rt_sema;

extern const rt_object_type rt_sema_type;

#define RT_SEMA_MAX INT32_MAX

/* Operations on a remote semaphore (ipc/remote.h): arguments -> result. */
enum {
    RT_SEMA_ACQUIRE = 1, /* () -> (); waits */
    RT_SEMA_TRY,         /* () -> (); RT_EEMPTY */
    RT_SEMA_RELEASE,     /* (integer) -> (); RT_EFULL, RT_ELIMIT */
    RT_SEMA_FREE         /* () -> integer */
};

/* `count` permits, 0 to RT_SEMA_MAX. NULL: out of memory. */
rt_sema *rt_sema_new(int64_t count, bool is_bounded);

/* Takes a permit, or parks `waiter` until it has one; without a waiter it does
 * not wait. Returns: RT_OK; RT_PENDING; RT_EEMPTY (no waiter). */
int rt_sema_acquire(rt_sema *sema, rt_waiter *waiter);

/* Gives back `count` permits, 1 to RT_SEMA_MAX, all or none.
 * Returns: RT_OK; RT_EFULL (it is bounded, and would have more than it began
 * with); RT_ELIMIT (more than RT_SEMA_MAX). */
int rt_sema_release(rt_sema *sema, int64_t count, rt_loop *here);

/* How many permits are free. */
int64_t rt_sema_free_count(rt_sema *sema);

/* How many it began with. */
int64_t rt_sema_initial_count(const rt_sema *sema);

#endif
