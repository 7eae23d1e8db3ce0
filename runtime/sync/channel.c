/* channel.c - a ring of items, and two queues of waiters.
 *
 * Under the lock these hold: receivers wait only while the ring is empty and
 * no sender waits; senders wait only while the ring is full. So whoever takes
 * an item out puts the oldest sender's into the ring, and whoever comes with
 * one gives it to the oldest receiver.
 *
 * A waiter is claimed under the lock before anything is given to it or taken
 * from it, and completed after the lock is let go: completion may run code.
 * One that cannot be claimed has timed out or was cancelled; it is unlinked,
 * and its item stays its owner's. */
#include "sync/channel.h"

#include <assert.h>
#include <math.h>
#include <sched.h>
#include <string.h>

#include "base/alloc.h"
#include "base/list.h"
#include "base/mutex.h"
#include "base/relax.h"
#include "data/call.h"
#include "data/cycles.h"
#include "sync/queue.h"
#include "sync/select.h"

/* How often one looks; 20 to 50 ns each. */
enum { MIN_LOOKS = 4, MAX_LOOKS = 160 };

/* What is known of those who send, or of those who receive; only hints. */
typedef struct side {
    _Atomic(const rt_loop *) loop; /* of who came last; only compared */
    atomic_int cpu;                /* where that was */
    atomic_int looks;              /* before one parks: look() */
} side;

struct rt_channel {
    rt_object object;
    size_t capacity;
    rt_mutex lock; /* guards all below, and what the lists hold */
    bool is_closed;
    rt_item *ring;
    size_t ring_size; /* a power of two, or 0 */
    size_t first;
    atomic_size_t count; /* written under the lock; look() reads it without */
    rt_list senders;     /* of rt_waiter.link; slot: what they send */
    rt_list receivers;   /* slot: where it goes */
    side sender;
    side receiver;
    rt_container container; /* what the ring holds */
};

static void channel_call(rt_object *object, rt_call *call);
static void take(rt_channel *channel, rt_item *item);
static const rt_selectable channel_selectable;

/* Under the lock it is exact. */
static size_t count_of(const rt_channel *channel) {
    return atomic_load_explicit(&channel->count, memory_order_relaxed);
}

/* An item was put in or taken out. */
static void set_count(rt_channel *channel, size_t count) {
    atomic_store_explicit(&channel->count, count, memory_order_relaxed);
    channel->container.changes++;
}

static rt_item *item_at(rt_channel *channel, size_t position) {
    size_t mask = channel->ring_size - 1;
    return &channel->ring[(channel->first + position) & mask];
}

static void channel_free(rt_object *object) {
    rt_channel *channel = (rt_channel *)object;
    assert(rt_list_empty(&channel->senders));
    assert(rt_list_empty(&channel->receivers));
    rt_cycles_remove(object);
    for (size_t i = 0; i < count_of(channel); i++)
        rt_item_clear(item_at(channel, i));
    rt_free(channel->ring);
    rt_free(channel);
}

static void channel_look(rt_object *object, rt_look *look) {
    rt_channel *channel = (rt_channel *)object;
    rt_mutex_lock(&channel->lock);
    for (size_t i = 0; i < count_of(channel); i++)
        rt_look_item(look, item_at(channel, i));
    look->changes = channel->container.changes;
    rt_mutex_unlock(&channel->lock);
}

/* Nobody refers to it, so nobody waits or comes. */
static void channel_clear(rt_object *object) {
    rt_channel *channel = (rt_channel *)object;
    while (rt_channel_count(channel) > 0) {
        rt_item item;
        rt_mutex_lock(&channel->lock);
        take(channel, &item);
        rt_mutex_unlock(&channel->lock);
        rt_item_clear(&item);
    }
}

static const rt_contents channel_contents = {
    .container = offsetof(rt_channel, container),
    .look = channel_look,
    .clear = channel_clear,
};

const rt_object_type rt_channel_type = {
    .name = "Channel",
    .kind = RT_KIND_CHANNEL,
    .free = channel_free,
    .call = channel_call,
    .contents = &channel_contents,
    .selectable = &channel_selectable,
};

rt_channel *rt_channel_new(size_t capacity) {
    rt_channel *channel = rt_calloc(sizeof *channel);
    if (!channel) return NULL;
    rt_object_init(&channel->object, &rt_channel_type);
    channel->capacity = capacity;
    rt_mutex_init(&channel->lock);
    atomic_init(&channel->sender.looks, MAX_LOOKS);
    atomic_init(&channel->receiver.looks, MAX_LOOKS);
    rt_list_init(&channel->senders);
    rt_list_init(&channel->receivers);
    return channel;
}

/* ---- the ring ---- */

static int grow(rt_channel *channel) {
    size_t size = channel->ring_size ? channel->ring_size * 2 : 8;
    if (size > SIZE_MAX / sizeof(rt_item)) return RT_ENOMEMORY;
    rt_item *ring = rt_alloc(size * sizeof *ring);
    if (!ring) return RT_ENOMEMORY;
    for (size_t i = 0; i < count_of(channel); i++)
        ring[i] = *item_at(channel, i);
    rt_free(channel->ring);
    channel->ring = ring;
    channel->ring_size = size;
    channel->first = 0;
    return RT_OK;
}

static int put(rt_channel *channel, rt_item *item) {
    size_t count = count_of(channel);
    if (count == channel->ring_size) {
        int status = grow(channel);
        if (status) return status;
    }
    rt_item_move(item_at(channel, count), item);
    set_count(channel, count + 1);
    return RT_OK;
}

static void take(rt_channel *channel, rt_item *item) {
    rt_item_move(item, item_at(channel, 0));
    channel->first = (channel->first + 1) & (channel->ring_size - 1);
    set_count(channel, count_of(channel) - 1);
}

/* ---- waiters ---- */

static void withdraw(rt_waiter *waiter) {
    rt_channel *channel = waiter->object;
    rt_mutex_lock(&channel->lock);
    rt_list_unlink(&waiter->link);
    rt_mutex_unlock(&channel->lock);
}

static int park(rt_channel *channel, rt_list *queue, rt_waiter *waiter,
                rt_item *item) {
    rt_waiter_park(waiter, channel, withdraw);
    waiter->slot = item;
    rt_list_push(queue, &waiter->link);
    return RT_PENDING;
}

/* ---- looking before parking ----
 *
 * To park, to be woken and to wake takes ten times as long as to send an item
 * does, and more if a thread goes to sleep for it. So who finds nothing to do
 * first looks for a while, if those of the other side are another thread: that
 * one may be at work right now, or, if it has the same processor, wait for it.
 * A sender looks until half of the places are free, so that both sides work on
 * undisturbed for a while. How long one looks depends on how often that paid
 * off lately. */

static const rt_loop *loop_of(const side *side) {
    return atomic_load_explicit(&side->loop, memory_order_relaxed);
}

static void note(side *mine, const side *other, const rt_loop *here) {
    if (loop_of(mine) != here)
        atomic_store_explicit(&mine->loop, here, memory_order_relaxed);
    if (loop_of(other) == here) return; /* they do not look */
    int cpu = sched_getcpu();
    if (atomic_load_explicit(&mine->cpu, memory_order_relaxed) != cpu)
        atomic_store_explicit(&mine->cpu, cpu, memory_order_relaxed);
}

/* Until there are from `least` to `most` items. */
static void look(rt_channel *channel, side *mine, const side *other,
                 size_t least, size_t most) {
    int limit = atomic_load_explicit(&mine->looks, memory_order_relaxed);
    int cpu = atomic_load_explicit(&other->cpu, memory_order_relaxed);
    bool is_shared = cpu == sched_getcpu();
    int adapted = limit - (limit - MIN_LOOKS + 7) / 8;
    for (int i = 0; i < limit; i += is_shared ? MAX_LOOKS / 4 : 1) {
        if (is_shared)
            (void)sched_yield();
        else
            rt_relax();
        size_t count = count_of(channel);
        if (count < least || count > most) continue;
        adapted = limit + (MAX_LOOKS - limit) / 4;
        break;
    }
    atomic_store_explicit(&mine->looks, adapted, memory_order_relaxed);
}

static bool is_elsewhere(const side *other, const rt_loop *here) {
    const rt_loop *loop = loop_of(other);
    return loop && loop != here && here->has_processors;
}

void rt_channel_look_for_item(rt_channel *channel, const rt_loop *here) {
    if (count_of(channel) == 0 && channel->capacity > 0 &&
        is_elsewhere(&channel->sender, here))
        look(channel, &channel->receiver, &channel->sender, 1, SIZE_MAX);
}

void rt_channel_look_for_room(rt_channel *channel, const rt_loop *here) {
    if (count_of(channel) >= channel->capacity && channel->capacity > 0 &&
        is_elsewhere(&channel->receiver, here))
        look(channel, &channel->sender, &channel->receiver, 0,
             channel->capacity / 2);
}

/* ---- operations ---- */

static int send_locked(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                       rt_waiter **receiver) {
    if (channel->is_closed) return RT_ECLOSED;
    *receiver = rt_queue_claim(&channel->receivers);
    if (*receiver) {
        rt_item_move((*receiver)->slot, item);
        return RT_OK;
    }
    if (count_of(channel) < channel->capacity) return put(channel, item);
    if (!waiter) return RT_EFULL;
    return park(channel, &channel->senders, waiter, item);
}

int rt_channel_send(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                    rt_loop *here) {
    rt_waiter *receiver = NULL;
    rt_mutex_lock(&channel->lock);
    note(&channel->sender, &channel->receiver, here);
    int status = send_locked(channel, item, waiter, &receiver);
    rt_mutex_unlock(&channel->lock);
    rt_queue_complete(receiver, RT_OK, here);
    return status;
}

static int recv_locked(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                       rt_waiter **sender) {
    if (count_of(channel) > 0) {
        take(channel, item);
        *sender = rt_queue_claim(&channel->senders);
        /* Into the place that has just become free: it cannot fail. */
        if (*sender) (void)put(channel, (*sender)->slot);
        return RT_OK;
    }
    *sender = rt_queue_claim(&channel->senders);
    if (*sender) {
        rt_item_move(item, (*sender)->slot);
        return RT_OK;
    }
    if (channel->is_closed) return RT_ECLOSED;
    if (!waiter) return RT_EEMPTY;
    return park(channel, &channel->receivers, waiter, item);
}

int rt_channel_recv(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                    rt_loop *here) {
    rt_waiter *sender = NULL;
    rt_mutex_lock(&channel->lock);
    note(&channel->receiver, &channel->sender, here);
    int status = recv_locked(channel, item, waiter, &sender);
    rt_mutex_unlock(&channel->lock);
    rt_queue_complete(sender, RT_OK, here);
    return status;
}

void rt_channel_close(rt_channel *channel, rt_loop *here) {
    rt_list done;
    rt_list_init(&done);
    rt_mutex_lock(&channel->lock);
    channel->is_closed = true;
    rt_queue_claim_all(&channel->senders, &done);
    rt_queue_claim_all(&channel->receivers, &done);
    rt_mutex_unlock(&channel->lock);
    rt_queue_complete_all(&done, RT_ECLOSED, here);
}

bool rt_channel_is_closed(rt_channel *channel) {
    rt_mutex_lock(&channel->lock);
    bool is_closed = channel->is_closed;
    rt_mutex_unlock(&channel->lock);
    return is_closed;
}

size_t rt_channel_count(rt_channel *channel) {
    rt_mutex_lock(&channel->lock);
    size_t count = count_of(channel);
    rt_mutex_unlock(&channel->lock);
    return count;
}

size_t rt_channel_capacity(const rt_channel *channel) {
    return channel->capacity;
}

/* ---- for selects ---- */

static void lock(void *object) {
    rt_mutex_lock(&((rt_channel *)object)->lock);
}

static void unlock(void *object) {
    rt_mutex_unlock(&((rt_channel *)object)->lock);
}

static int attempt(void *object, rt_case_kind kind, rt_item *item,
                   rt_waiter **partner) {
    int status = kind == RT_CASE_RECV
                     ? recv_locked(object, item, NULL, partner)
                     : send_locked(object, item, NULL, partner);
    return status == RT_EEMPTY || status == RT_EFULL ? RT_PENDING : status;
}

static bool is_ready(void *object, rt_case_kind kind, const rt_waiter *leader) {
    rt_channel *channel = object;
    if (channel->is_closed) return true;
    if (kind == RT_CASE_RECV)
        return count_of(channel) > 0 ||
               rt_queue_is_awaited(&channel->senders, leader);
    return count_of(channel) < channel->capacity ||
           rt_queue_is_awaited(&channel->receivers, leader);
}

static void park_case(void *object, rt_case_kind kind, rt_item *item,
                      rt_waiter *waiter) {
    rt_channel *channel = object;
    (void)park(channel,
               kind == RT_CASE_RECV ? &channel->receivers : &channel->senders,
               waiter, item);
}

static const rt_selectable channel_selectable = {
    .kinds = 1u << RT_CASE_RECV | 1u << RT_CASE_SEND,
    .lock = lock,
    .unlock = unlock,
    .attempt = attempt,
    .is_ready = is_ready,
    .park = park_case,
};

/* ---- for other processes ---- */

/* An operation that may wait: its item. */
typedef struct errand {
    rt_item item;
    bool is_recv;
} errand;

static void finish_errand(rt_call *call, errand *work, int status) {
    rt_message *result = NULL;
    if (status == RT_OK && work->is_recv)
        status = rt_items_encode(&work->item, 1, &result);
    rt_item_clear(&work->item);
    rt_free(work);
    call->reply(call, status, result);
}

static void on_errand_complete(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    errand *work = rt_container_of((rt_item *)waiter->slot, errand, item);
    finish_errand(call, work, waiter->status);
}

static void run_errand(rt_channel *channel, rt_call *call) {
    bool is_recv = call->operation == RT_CHANNEL_RECV ||
                   call->operation == RT_CHANNEL_TRY_RECV;
    bool may_wait = call->operation <= RT_CHANNEL_RECV;
    errand *work = rt_calloc(sizeof *work);
    if (!work) {
        call->reply(call, RT_ENOMEMORY, NULL);
        return;
    }
    work->is_recv = is_recv;
    rt_message *arguments = call->arguments;
    call->arguments = NULL;
    rt_loop *here = call->waiter.loop;
    rt_waiter_init(&call->waiter, here, on_errand_complete);
    rt_waiter *waiter = may_wait ? &call->waiter : NULL;
    int status = rt_items_decode(&work->item, is_recv ? 0 : 1, arguments);
    if (status == RT_OK)
        status = is_recv ? rt_channel_recv(channel, &work->item, waiter, here)
                         : rt_channel_send(channel, &work->item, waiter, here);
    if (status != RT_PENDING) finish_errand(call, work, status);
}

static void reply_item(rt_call *call, rt_item item) {
    rt_message *result;
    int status = rt_items_encode(&item, 1, &result);
    call->reply(call, status, result);
}

static rt_item capacity_item(const rt_channel *channel) {
    if (channel->capacity == RT_CHANNEL_UNBOUNDED)
        return (rt_item){.kind = RT_ITEM_FLOAT, .as.number = HUGE_VAL};
    return (rt_item){.kind = RT_ITEM_INT,
                     .as.integer = (int64_t)channel->capacity};
}

static void channel_call(rt_object *object, rt_call *call) {
    rt_channel *channel = (rt_channel *)object;
    rt_item item;
    switch (call->operation) {
    case RT_CHANNEL_SEND:
    case RT_CHANNEL_RECV:
    case RT_CHANNEL_TRY_SEND:
    case RT_CHANNEL_TRY_RECV:
        run_errand(channel, call);
        return;
    case RT_CHANNEL_CLOSE:
        rt_channel_close(channel, call->waiter.loop);
        call->reply(call, RT_OK, NULL);
        return;
    case RT_CHANNEL_CLOSED:
        item = (rt_item){.kind = RT_ITEM_BOOL,
                         .as.boolean = rt_channel_is_closed(channel)};
        break;
    case RT_CHANNEL_COUNT:
        item = (rt_item){.kind = RT_ITEM_INT,
                         .as.integer = (int64_t)rt_channel_count(channel)};
        break;
    case RT_CHANNEL_CAPACITY:
        item = capacity_item(channel);
        break;
    default:
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
    reply_item(call, item);
}
