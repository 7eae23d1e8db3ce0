/* queue.c - claim under the lock, complete after it. */
#include "sync/queue.h"

rt_waiter *rt_queue_claim(rt_list *queue) {
    for (rt_list *node; (node = rt_list_pop(queue)) != NULL;) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        if (rt_waiter_claim(waiter)) return waiter;
    }
    return NULL;
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
