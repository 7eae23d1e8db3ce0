/* channel.c - a ring of items, and two queues of waiters. What holds under the
 * lock is said in channel_state.h.
 *
 * A waiter is claimed under the lock before anything is given to it or taken
 * from it, and completed after the lock is let go: completion may run code.
 * One that cannot be claimed has timed out or was cancelled; it is unlinked,
 * and its item stays its owner's. */
#include "sync/channel.h"

#include <assert.h>
#include <sched.h>
#include <string.h>

#include "base/alloc.h"
#include "base/relax.h"
#include "data/cycles.h"
#include "sync/channel_state.h"
#include "sync/queue.h"
#include "sync/select.h"

/* How often one looks; 20 to 50 ns each. */
enum { MIN_LOOKS = 4, MAX_LOOKS = 160 };

static const rt_selectable channel_selectable;

/* An item was put in or taken out. */
static void set_count(rt_channel *channel, size_t count) {
    atomic_store_explicit(&channel->count, count, memory_order_relaxed);
    channel->container.changes++;
}

size_t rt_channel_bytes(const rt_channel *channel) {
    return atomic_load_explicit(&channel->bytes, memory_order_relaxed);
}

static void set_bytes(rt_channel *channel, size_t bytes) {
    atomic_store_explicit(&channel->bytes, bytes, memory_order_relaxed);
}

/* More is in the ring, or it is larger. */
static void add_bytes(rt_channel *channel, size_t bytes) {
    bytes += rt_channel_bytes(channel);
    set_bytes(channel, bytes);
    rt_container_grow(&channel->container, bytes);
}

rt_item *rt_channel_at(const rt_channel *channel, size_t position) {
    size_t mask = channel->ring_size - 1;
    return &channel->ring[(channel->first + position) & mask];
}

static void channel_free(rt_object *object) {
    rt_channel *channel = (rt_channel *)object;
    assert(rt_list_empty(&channel->senders));
    assert(rt_list_empty(&channel->receivers));
    assert(rt_list_empty(&channel->loans));
    rt_cycles_remove(object);
    for (size_t i = 0; i < rt_channel_size(channel); i++)
        rt_item_clear(rt_channel_at(channel, i));
    rt_free(channel->ring);
    rt_free(channel);
}

static void channel_look(rt_object *object, rt_look *look) {
    rt_channel *channel = (rt_channel *)object;
    rt_mutex_lock(&channel->lock);
    for (size_t i = 0; i < rt_channel_size(channel); i++)
        rt_look_item(look, rt_channel_at(channel, i));
    look->changes = channel->container.changes;
    rt_container_resize(&channel->container, rt_channel_bytes(channel));
    rt_mutex_unlock(&channel->lock);
}

/* Nobody refers to it, so nobody waits or comes. */
static void channel_clear(rt_object *object) {
    rt_channel *channel = (rt_channel *)object;
    while (rt_channel_size(channel) > 0) {
        rt_item item;
        rt_mutex_lock(&channel->lock);
        rt_channel_take(channel, &item);
        rt_mutex_unlock(&channel->lock);
        rt_item_clear(&item);
    }
}

static size_t channel_size(rt_object *object) {
    return rt_channel_bytes((rt_channel *)object);
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
    .call = rt_channel_call,
    .peer_gone = rt_channel_peer_gone,
    .size = channel_size,
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
    rt_channel_loans_init(channel);
    return channel;
}

/* ---- the ring ---- */

int rt_channel_reserve(rt_channel *channel, size_t count) {
    size_t size = channel->ring_size ? channel->ring_size : 8;
    while (size < count && size <= SIZE_MAX / 2) size *= 2;
    if (size == channel->ring_size) return RT_OK;
    if (size < count || size > SIZE_MAX / sizeof(rt_item)) return RT_ENOMEMORY;
    rt_item *ring = rt_alloc(size * sizeof *ring);
    if (!ring) return RT_ENOMEMORY;
    for (size_t i = 0; i < rt_channel_size(channel); i++)
        ring[i] = *rt_channel_at(channel, i);
    rt_free(channel->ring);
    add_bytes(channel, (size - channel->ring_size) * sizeof *ring);
    channel->ring = ring;
    channel->ring_size = size;
    channel->first = 0;
    return RT_OK;
}

/* Of the places that are lent there is always memory for the items. */
int rt_channel_put(rt_channel *channel, rt_item *item) {
    size_t count = rt_channel_size(channel);
    if (count + channel->lent_places >= channel->ring_size) {
        int status =
            rt_channel_reserve(channel, count + channel->lent_places + 1);
        if (status) return status;
    }
    if (rt_item_is_large(item)) add_bytes(channel, rt_item_size(item));
    rt_item_move(rt_channel_at(channel, count), item);
    set_count(channel, count + 1);
    return RT_OK;
}

void rt_channel_take(rt_channel *channel, rt_item *item) {
    rt_item_move(item, rt_channel_at(channel, 0));
    channel->first = (channel->first + 1) & (channel->ring_size - 1);
    set_count(channel, rt_channel_size(channel) - 1);
    if (rt_item_is_large(item))
        set_bytes(channel, rt_channel_bytes(channel) - rt_item_size(item));
}

/* ---- waiters ---- */

static void withdraw(rt_waiter *waiter) {
    rt_channel *channel = waiter->object;
    rt_mutex_lock(&channel->lock);
    rt_list_unlink(&waiter->link);
    rt_mutex_unlock(&channel->lock);
}

void rt_channel_enqueue(rt_channel *channel, rt_list *queue, rt_waiter *waiter,
                        void *slot) {
    rt_waiter_park(waiter, channel, withdraw);
    waiter->slot = slot;
    rt_list_push(queue, &waiter->link);
}

int rt_channel_park(rt_channel *channel, rt_list *queue, rt_waiter *waiter,
                    rt_item *item) {
    rt_channel_enqueue(channel, queue, waiter, item);
    if (rt_channel_has_lent(channel)) rt_channel_want_back(channel);
    return RT_PENDING;
}

/* The same, until it is known whether it would have to wait. */
static int park_try(rt_channel *channel, rt_list *queue, rt_waiter *waiter,
                    rt_item *item) {
    int status = rt_channel_park(channel, queue, waiter, item);
    waiter->detail = RT_CHANNEL_TRIES;
    return status;
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

static const rt_loop *loop_of(const rt_channel_side *side) {
    return atomic_load_explicit(&side->loop, memory_order_relaxed);
}

static void note(rt_channel_side *mine, const rt_channel_side *other,
                 const rt_loop *here) {
    if (loop_of(mine) != here)
        atomic_store_explicit(&mine->loop, here, memory_order_relaxed);
    if (loop_of(other) == here) return; /* they do not look */
    int cpu = sched_getcpu();
    if (atomic_load_explicit(&mine->cpu, memory_order_relaxed) != cpu)
        atomic_store_explicit(&mine->cpu, cpu, memory_order_relaxed);
}

/* Until there are from `least` to `most` items. */
static void look(rt_channel *channel, rt_channel_side *mine,
                 const rt_channel_side *other, size_t least, size_t most) {
    int limit = atomic_load_explicit(&mine->looks, memory_order_relaxed);
    int cpu = atomic_load_explicit(&other->cpu, memory_order_relaxed);
    bool is_shared = cpu == sched_getcpu();
    int adapted = limit - (limit - MIN_LOOKS + 7) / 8;
    for (int i = 0; i < limit; i += is_shared ? MAX_LOOKS / 4 : 1) {
        if (is_shared)
            (void)sched_yield();
        else
            rt_relax();
        size_t count = rt_channel_size(channel);
        if (count < least || count > most) continue;
        adapted = limit + (MAX_LOOKS - limit) / 4;
        break;
    }
    atomic_store_explicit(&mine->looks, adapted, memory_order_relaxed);
}

static bool is_elsewhere(const rt_channel_side *other, const rt_loop *here) {
    const rt_loop *loop = loop_of(other);
    return loop && loop != here && here->has_processors;
}

void rt_channel_look_for_item(rt_channel *channel, const rt_loop *here) {
    if (rt_channel_size(channel) == 0 && channel->capacity > 0 &&
        is_elsewhere(&channel->sender, here))
        look(channel, &channel->receiver, &channel->sender, 1, SIZE_MAX);
}

void rt_channel_look_for_room(rt_channel *channel, const rt_loop *here) {
    if (rt_channel_size(channel) >= channel->capacity &&
        channel->capacity > 0 && is_elsewhere(&channel->receiver, here))
        look(channel, &channel->sender, &channel->receiver, 0,
             channel->capacity / 2);
}

/* ---- operations ---- */

static int send_locked(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                       rt_waiter **receiver) {
    if (channel->is_closed) return RT_ECLOSED;
    if (channel->lent_items == 0) /* else the item would overtake those */
        *receiver = rt_queue_claim(&channel->receivers);
    if (*receiver) {
        rt_item_move((*receiver)->slot, item);
        return RT_OK;
    }
    if (rt_channel_has_room(channel)) return rt_channel_put(channel, item);
    if (!waiter) return RT_EFULL;
    return rt_channel_park(channel, &channel->senders, waiter, item);
}

static int send(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                rt_loop *here, bool is_try) {
    rt_waiter *receiver = NULL;
    bool is_large = rt_item_is_large(item);
    rt_channel_catch_up(channel, here);
    rt_mutex_lock(&channel->lock);
    note(&channel->sender, &channel->receiver, here);
    int status = send_locked(channel, item, is_try ? NULL : waiter, &receiver);
    if (status == RT_EFULL && waiter && channel->lent_places > 0)
        status = park_try(channel, &channel->senders, waiter, item);
    rt_mutex_unlock(&channel->lock);
    rt_queue_complete(receiver, RT_OK, here);
    if (is_large && status == RT_OK) rt_cycles_check(channel->container.cycles);
    return status;
}

int rt_channel_send(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                    rt_loop *here) {
    return send(channel, item, waiter, here, false);
}

int rt_channel_try_send(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                        rt_loop *here) {
    return send(channel, item, waiter, here, true);
}

/* The oldest sender that has an item to give; others get places. */
static rt_waiter *claim_with_item(rt_list *senders) {
    for (rt_list *node = senders->next, *next; node != senders; node = next) {
        next = node->next;
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        if (waiter->detail == RT_CHANNEL_BORROWS) continue;
        rt_list_unlink(node);
        if (!rt_waiter_claim(waiter)) continue;
        if (!waiter->is_watcher) return waiter;
        rt_waiter_complete(waiter, RT_OK);
    }
    return NULL;
}

/* Whether there is one, for watchers: as rt_queue_is_awaited. */
static bool has_sender_with_item(rt_channel *channel, const rt_waiter *leader) {
    rt_list borrowers;
    rt_list_init(&borrowers);
    for (rt_list *node = channel->senders.next, *next;
         node != &channel->senders; node = next) {
        next = node->next;
        if (rt_container_of(node, rt_waiter, link)->detail !=
            RT_CHANNEL_BORROWS)
            continue;
        rt_list_unlink(node);
        rt_list_push(&borrowers, node);
    }
    bool has_one = rt_queue_is_awaited(&channel->senders, leader);
    rt_list_move(&borrowers, &channel->senders);
    rt_list_move(&channel->senders, &borrowers);
    return has_one;
}

static int recv_locked(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                       rt_waiter **sender) {
    if (channel->lent_items == 0) {
        if (rt_channel_size(channel) > 0) {
            rt_channel_take(channel, item);
            if (rt_channel_may_delay(channel)) return RT_OK;
            *sender = rt_queue_claim(&channel->senders);
            if (*sender) rt_channel_admit(channel, *sender);
            return RT_OK;
        }
        *sender = claim_with_item(&channel->senders);
        if (*sender) {
            rt_item_move(item, (*sender)->slot);
            return RT_OK;
        }
        if (channel->is_closed && channel->lent_places == 0) return RT_ECLOSED;
    }
    if (!waiter) return RT_EEMPTY;
    return rt_channel_park(channel, &channel->receivers, waiter, item);
}

static int recv(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                rt_loop *here, bool is_try) {
    rt_waiter *sender = NULL;
    rt_channel_catch_up(channel, here);
    rt_mutex_lock(&channel->lock);
    note(&channel->receiver, &channel->sender, here);
    int status = recv_locked(channel, item, is_try ? NULL : waiter, &sender);
    if (status == RT_EEMPTY && waiter && rt_channel_has_lent(channel))
        status = park_try(channel, &channel->receivers, waiter, item);
    rt_mutex_unlock(&channel->lock);
    if (sender) rt_channel_tell_sender(sender, here);
    return status;
}

int rt_channel_recv(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                    rt_loop *here) {
    return recv(channel, item, waiter, here, false);
}

int rt_channel_try_recv(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                        rt_loop *here) {
    return recv(channel, item, waiter, here, true);
}

/* Receivers wait on if items may still come, or come back. */
void rt_channel_close(rt_channel *channel, rt_loop *here) {
    rt_channel_ends ends;
    rt_channel_ends_init(&ends);
    rt_mutex_lock(&channel->lock);
    channel->is_closed = true;
    rt_queue_claim_all(&channel->senders, &ends.closed);
    rt_channel_serve(channel, &ends);
    if (rt_channel_has_lent(channel)) rt_channel_want_back(channel);
    rt_mutex_unlock(&channel->lock);
    rt_channel_end_all(&ends, here);
}

bool rt_channel_is_closed(rt_channel *channel) {
    rt_mutex_lock(&channel->lock);
    bool is_closed = channel->is_closed;
    rt_mutex_unlock(&channel->lock);
    return is_closed;
}

size_t rt_channel_count(rt_channel *channel) {
    rt_mutex_lock(&channel->lock);
    size_t count = rt_channel_size(channel);
    rt_mutex_unlock(&channel->lock);
    return count;
}

int rt_channel_count_all(rt_channel *channel, size_t *count, rt_waiter *waiter,
                         rt_loop *here) {
    int status = RT_OK;
    rt_channel_catch_up(channel, here);
    rt_mutex_lock(&channel->lock);
    *count = rt_channel_size(channel);
    if (channel->lent_places > 0)
        status = rt_channel_park(channel, &channel->counters, waiter, NULL);
    rt_mutex_unlock(&channel->lock);
    return status;
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
    if (kind == RT_CASE_SEND)
        return channel->is_closed || rt_channel_has_room(channel) ||
               (channel->lent_items == 0 &&
                rt_queue_is_awaited(&channel->receivers, leader));
    if (channel->lent_items > 0) return false;
    return rt_channel_size(channel) > 0 ||
           (channel->is_closed && channel->lent_places == 0) ||
           has_sender_with_item(channel, leader);
}

static void park_case(void *object, rt_case_kind kind, rt_item *item,
                      rt_waiter *waiter) {
    rt_channel *channel = object;
    (void)rt_channel_park(
        channel, kind == RT_CASE_RECV ? &channel->receivers : &channel->senders,
        waiter, item);
}

static bool is_lent(void *object) {
    return rt_channel_is_lent(object);
}

static void catch_up(void *object, rt_loop *here) {
    rt_channel_catch_up(object, here);
}

static bool park_case_try(void *object, rt_case_kind kind, rt_item *item,
                          rt_waiter *waiter) {
    rt_channel *channel = object;
    bool is_recv = kind == RT_CASE_RECV;
    if (!(is_recv ? rt_channel_has_lent(channel) : channel->lent_places > 0))
        return false;
    (void)park_try(channel, is_recv ? &channel->receivers : &channel->senders,
                   waiter, item);
    return true;
}

static const rt_lending channel_lending = {
    .is_lent = is_lent,
    .catch_up = catch_up,
    .park = park_case_try,
};

static const rt_selectable channel_selectable = {
    .kinds = 1u << RT_CASE_RECV | 1u << RT_CASE_SEND,
    .lock = lock,
    .unlock = unlock,
    .attempt = attempt,
    .is_ready = is_ready,
    .park = park_case,
    .lending = &channel_lending,
};
