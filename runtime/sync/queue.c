/* queue.c - claim under the lock, complete after it.
 *
 * Watchers are completed under it: that only posts to their loop, which is not
 * this thread's or has time for them later (completes_inline is not set). */
#include "sync/queue.h"

rt_waiter *rt_queue_claim(rt_list *queue) {
    for (rt_list *node; (node = rt_list_pop(queue)) != NULL;) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        if (!rt_waiter_claim(waiter)) continue;
        if (!waiter->is_watcher) return waiter;
        rt_waiter_complete(waiter, RT_OK);
    }
    return NULL;
}

static bool is_parked(const rt_waiter *leader) {
    return atomic_load_explicit(&leader->state, memory_order_acquire) ==
           RT_WAITER_PARKED;
}

bool rt_queue_is_awaited(rt_list *queue, const rt_waiter *leader) {
    bool is_awaited = false;
    for (rt_list *node = queue->next; node != queue;) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        node = node->next;
        const rt_waiter *other = rt_waiter_leader(waiter);
        if (other == leader) continue;
        if (!waiter->is_watcher) {
            if (is_parked(other)) return true;
        } else if (rt_waiter_claim(waiter)) {
            rt_list_unlink(&waiter->link);
            rt_waiter_complete(waiter, RT_OK);
            is_awaited = true;
        }
    }
    return is_awaited;
}

void rt_queue_claim_all(rt_list *queue, rt_list *claimed) {
    for (rt_waiter *waiter; (waiter = rt_queue_claim(queue)) != NULL;)
        rt_list_push(claimed, &waiter->link);
}

void rt_queue_complete(rt_waiter *waiter, int status, rt_loop *here) {
    if (!waiter) return;
    if (waiter->loop == here)
        rt_waiter_complete_here(waiter, status);
    else
        rt_waiter_complete(waiter, status);
}

void rt_queue_complete_all(rt_list *claimed, int status, rt_loop *here) {
    for (rt_list *node; (node = rt_list_pop(claimed)) != NULL;)
        rt_queue_complete(rt_container_of(node, rt_waiter, link), status, here);
}
