/* guard.h - the time a task may take by the real clock, whatever the clock of its
 * state says: that of a test.
 *
 * The monitor keeps it, and not a timer of the loop: so a program in which nothing
 * else can happen any more is found to be stuck (deadlock.h) before the time is
 * over, and a clock that stands still does not keep it from passing.
 *
 * A guard watches over one task at a time. All functions are for the state's own
 * thread. */
#ifndef HOST_CORE_GUARD_H
#define HOST_CORE_GUARD_H

#include "core/task.h"

typedef struct host_guard host_guard;

/* NULL: out of memory. */
host_guard *host_guard_new(host_state *host);
void host_guard_free(host_guard *guard); /* NULL is allowed */

/* The task, of this state, is told to stop in so many seconds. */
void host_guard_watch(host_guard *guard, host_task *task, double seconds);

/* Nothing is watched over any more. Returns whether the task was told. */
bool host_guard_leave(host_guard *guard);

/* What all strands of the state did when a task was told last, for
 * host_census_push; NULL: that is not known. Borrowed until the next one is told. */
const rt_message *host_guard_records(const host_guard *guard);

#endif
