/* event.c - a flag, and a queue of those who wait for it. Under the lock:
 * while it is set nobody waits. */
#include "sync/event.h"

#include <assert.h>

#include "base/alloc.h"
#include "base/mutex.h"
#include "data/call.h"
#include "data/item.h"
#include "sync/queue.h"
#include "sync/select.h"

struct rt_event {
    rt_object object;
    rt_mutex lock; /* guards the rest */
    bool is_set;
    rt_list waiters;
};

static void event_free(rt_object *object) {
    rt_event *event = (rt_event *)object;
    assert(rt_list_empty(&event->waiters));
    rt_free(event);
}

static void event_call(rt_object *object, rt_call *call);
static const rt_selectable event_selectable;

const rt_object_type rt_event_type = {
    .name = "Event",
    .kind = RT_KIND_EVENT,
    .free = event_free,
    .call = event_call,
    .selectable = &event_selectable,
};

rt_event *rt_event_new(void) {
    rt_event *event = rt_calloc(sizeof *event);
    if (!event) return NULL;
    rt_object_init(&event->object, &rt_event_type);
    rt_mutex_init(&event->lock);
    rt_list_init(&event->waiters);
    return event;
}

static void withdraw(rt_waiter *waiter) {
    rt_event *event = waiter->object;
    rt_mutex_lock(&event->lock);
    rt_list_unlink(&waiter->link);
    rt_mutex_unlock(&event->lock);
}

static int park(rt_event *event, rt_waiter *waiter) {
    rt_waiter_park(waiter, event, withdraw);
    rt_list_push(&event->waiters, &waiter->link);
    return RT_PENDING;
}

int rt_event_wait(rt_event *event, rt_waiter *waiter) {
    rt_mutex_lock(&event->lock);
    int status = event->is_set ? RT_OK : park(event, waiter);
    rt_mutex_unlock(&event->lock);
    return status;
}

void rt_event_set(rt_event *event, rt_loop *here) {
    rt_list served;
    rt_list_init(&served);
    rt_mutex_lock(&event->lock);
    event->is_set = true;
    rt_queue_claim_all(&event->waiters, &served);
    rt_mutex_unlock(&event->lock);
    rt_queue_complete_all(&served, RT_OK, here);
}

void rt_event_clear(rt_event *event) {
    rt_mutex_lock(&event->lock);
    event->is_set = false;
    rt_mutex_unlock(&event->lock);
}

bool rt_event_is_set(rt_event *event) {
    rt_mutex_lock(&event->lock);
    bool is_set = event->is_set;
    rt_mutex_unlock(&event->lock);
    return is_set;
}

/* ---- for selects ---- */

static void lock(void *object) {
    rt_mutex_lock(&((rt_event *)object)->lock);
}

static void unlock(void *object) {
    rt_mutex_unlock(&((rt_event *)object)->lock);
}

static int attempt(void *object, rt_case_kind kind, rt_item *item,
                   rt_waiter **partner) {
    (void)kind, (void)item, (void)partner; /* WAIT: nothing is passed */
    return ((rt_event *)object)->is_set ? RT_OK : RT_PENDING;
}

static bool is_ready(void *object, rt_case_kind kind, const rt_waiter *leader) {
    (void)kind, (void)leader;
    return ((rt_event *)object)->is_set;
}

static void park_case(void *object, rt_case_kind kind, rt_item *item,
                      rt_waiter *waiter) {
    (void)kind, (void)item;
    (void)park(object, waiter);
}

static const rt_selectable event_selectable = {
    .kinds = 1u << RT_CASE_WAIT,
    .lock = lock,
    .unlock = unlock,
    .attempt = attempt,
    .is_ready = is_ready,
    .park = park_case,
};

/* ---- for other processes ---- */

static void on_set(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    call->reply(call, waiter->status, NULL);
}

static void call_wait(rt_event *event, rt_call *call) {
    rt_waiter_init(&call->waiter, call->waiter.loop, on_set);
    int status = rt_event_wait(event, &call->waiter);
    if (status != RT_PENDING) call->reply(call, status, NULL);
}

static void call_is_set(rt_event *event, rt_call *call) {
    rt_item item = {.kind = RT_ITEM_BOOL, .as.boolean = rt_event_is_set(event)};
    rt_message *result;
    int status = rt_items_encode(&item, 1, &result);
    call->reply(call, status, result);
}

static void event_call(rt_object *object, rt_call *call) {
    rt_event *event = (rt_event *)object;
    switch (call->operation) {
    case RT_EVENT_WAIT:
        call_wait(event, call);
        return;
    case RT_EVENT_SET:
        rt_event_set(event, call->waiter.loop);
        call->reply(call, RT_OK, NULL);
        return;
    case RT_EVENT_CLEAR:
        rt_event_clear(event);
        call->reply(call, RT_OK, NULL);
        return;
    case RT_EVENT_IS_SET:
        call_is_set(event, call);
        return;
    default:
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
}
