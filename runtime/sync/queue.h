/* queue.h - what objects do with the waiters in their queues.
 *
 * An object keeps a list of rt_waiter.link, oldest first. Under its lock it
 * claims those it serves; after the lock is dropped it completes them, since
 * completing may run code. One that cannot be claimed has timed out or was
 * cancelled: it is unlinked and left alone.
 *
 * `here` is the loop of the calling thread, or NULL if it drives none: who
 * waits on the same loop is woken without going through its inbox. */
#ifndef RT_SYNC_QUEUE_H
#define RT_SYNC_QUEUE_H

#include "base/list.h"
#include "loop/waiter.h"

/* Under the lock: the oldest that can be claimed, unlinked; NULL: none. Those
 * on the way that only watch are completed (RT_OK), and come again. */
rt_waiter *rt_queue_claim(rt_list *queue);

/* Under the lock, when a watcher comes to the other side of this queue: whether
 * somebody is here to meet it. Watchers are completed, so that both sides come
 * again, and meet. Members of the group of `leader` do not count. */
bool rt_queue_is_awaited(rt_list *queue, const rt_waiter *leader);

/* Under the lock: claims all of `queue`, which go to the end of `claimed`. */
void rt_queue_claim_all(rt_list *queue, rt_list *claimed);

/* Not under the lock. Accepts NULL. */
void rt_queue_complete(rt_waiter *waiter, int status, rt_loop *here);

/* The same for a list of claimed ones, which is empty after that. */
void rt_queue_complete_all(rt_list *claimed, int status, rt_loop *here);

#endif
