/* pace.h - how the virtual clock of a runtime moves: for tests.
 *
 * It stands still while anybody runs. When all loops of the runtime sleep, it
 * moves to the first deadline of any of them, at once, and that loop is woken;
 * if several have one at the same time they are woken one after the other, each
 * when the one before it sleeps again, so that what they do has an order.
 *
 * While something real is in flight that may wake somebody (a child process, a
 * descriptor that is waited for, work on the pool of threads) it does not jump:
 * then it runs along with the machine's clock as long as all loops sleep. So what
 * is waited for in the world outside has its time, and can time out.
 *
 * Any thread may call any function here. */
#ifndef RT_EXEC_PACE_H
#define RT_EXEC_PACE_H

#include "exec/runtime.h"

/* The clock of the runtime is virtual from here on, or not any more. */
void rt_pace_start(rt_runtime *runtime);
void rt_pace_stop(rt_runtime *runtime);

/* Parks `waiter` until all loops of the runtime sleep; that comes before the
 * clock moves. The clock is virtual; if it is not any more then nobody waits. */
void rt_pace_settle(rt_runtime *runtime, rt_waiter *waiter);

/* For quiet.h, with the runtime's lock held: somebody waits for all to sleep. */
bool rt_pace_is_due(const rt_runtime *runtime);

/* For runtime.c. NULL: out of memory. */
struct rt_pace *rt_pace_new(rt_runtime *runtime);
void rt_pace_free(struct rt_pace *pace);

#endif
