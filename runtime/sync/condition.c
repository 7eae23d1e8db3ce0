/* condition.c - a queue of tickets.
 *
 * Under the lock: the queue holds the tickets that have not been notified. A
 * ticket that waits is served by claiming its waiter; one that does not wait
 * yet, by its mark. One whose waiter cannot be claimed is about to leave by
 * itself (withdraw), and is passed over. */
#include "sync/condition.h"

#include <assert.h>

#include "base/alloc.h"
#include "base/mutex.h"
#include "sync/queue.h"

struct rt_condition {
    rt_object object;
    rt_object *lock; /* a reference */
    rt_list guests;  /* condition_call.c */
    rt_mutex guard;  /* guards what follows, and the tickets */
    rt_list queue;   /* of rt_ticket.link, oldest first */
};

static void condition_free(rt_object *object) {
    rt_condition *condition = (rt_condition *)object;
    assert(rt_list_empty(&condition->queue));
    assert(rt_list_empty(&condition->guests));
    rt_object_unref(condition->lock);
    rt_free(condition);
}

const rt_object_type rt_condition_type = {
    .name = "Condition",
    .kind = RT_KIND_CONDITION,
    .free = condition_free,
    .call = rt_condition_call,
    .peer_gone = rt_condition_peer_gone,
};

rt_condition *rt_condition_new(rt_object *lock) {
    rt_condition *condition = rt_calloc(sizeof *condition);
    if (!condition) return NULL;
    rt_object_init(&condition->object, &rt_condition_type);
    rt_object_ref(lock); /* until condition_free */
    condition->lock = lock;
    rt_list_init(&condition->guests);
    rt_mutex_init(&condition->guard);
    rt_list_init(&condition->queue);
    return condition;
}

rt_object *rt_condition_lock(const rt_condition *condition) {
    return condition->lock;
}

rt_list *rt_condition_guests(rt_condition *condition) {
    return &condition->guests;
}

void rt_condition_enter(rt_condition *condition, rt_ticket *ticket) {
    *ticket = (rt_ticket){.waiter = NULL};
    rt_mutex_lock(&condition->guard);
    rt_list_push(&condition->queue, &ticket->link);
    rt_mutex_unlock(&condition->guard);
}

static void withdraw(rt_waiter *waiter) {
    rt_condition *condition = waiter->object;
    rt_ticket *ticket = waiter->slot;
    rt_mutex_lock(&condition->guard);
    rt_list_unlink(&ticket->link);
    rt_mutex_unlock(&condition->guard);
}

int rt_condition_wait(rt_condition *condition, rt_ticket *ticket,
                      rt_waiter *waiter) {
    rt_mutex_lock(&condition->guard);
    bool is_notified = ticket->is_notified;
    if (!is_notified) {
        rt_waiter_park(waiter, condition, withdraw);
        waiter->slot = ticket;
        ticket->waiter = waiter;
    }
    rt_mutex_unlock(&condition->guard);
    return is_notified ? RT_OK : RT_PENDING;
}

void rt_condition_leave(rt_condition *condition, rt_ticket *ticket,
                        rt_loop *here) {
    rt_mutex_lock(&condition->guard);
    assert(!ticket->waiter);
    rt_list_unlink(&ticket->link);
    bool is_notified = ticket->is_notified;
    rt_mutex_unlock(&condition->guard);
    if (is_notified) rt_condition_notify(condition, 1, here);
}

/* Under the guard. Whether the ticket has been notified now. */
static bool serve(rt_ticket *ticket, rt_list *served) {
    rt_waiter *waiter = ticket->waiter;
    if (waiter && !rt_waiter_claim(waiter)) return false;
    rt_list_unlink(&ticket->link);
    if (waiter)
        rt_list_push(served, &waiter->link);
    else
        ticket->is_notified = true;
    return true;
}

void rt_condition_notify(rt_condition *condition, size_t count, rt_loop *here) {
    rt_list served;
    rt_list_init(&served);
    rt_mutex_lock(&condition->guard);
    rt_list *node = condition->queue.next;
    while (count > 0 && node != &condition->queue) {
        rt_ticket *ticket = rt_container_of(node, rt_ticket, link);
        node = node->next;
        if (serve(ticket, &served)) count--;
    }
    rt_mutex_unlock(&condition->guard);
    rt_queue_complete_all(&served, RT_OK, here);
}

size_t rt_condition_count(rt_condition *condition) {
    size_t count = 0;
    rt_mutex_lock(&condition->guard);
    for (rt_list *node = condition->queue.next; node != &condition->queue;
         node = node->next)
        count++;
    rt_mutex_unlock(&condition->guard);
    return count;
}
