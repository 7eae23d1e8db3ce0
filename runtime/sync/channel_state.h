/* channel_state.h - the inside of a channel. For sync/channel*.c only.
 *
 * Under the lock these hold, as long as nothing is lent:
 *   receivers wait only while the ring is empty and no sender waits;
 *   senders wait only while the ring is full.
 * So whoever takes an item out puts the oldest sender's into the ring, and
 * whoever comes with one gives it to the oldest receiver.
 *
 * What is lent to other processes (sync/loan.h) counts as there and not there:
 *   `lent_places` of the ring are taken, by items that are on their way;
 *   the first `lent_items` of the ring may be gone already, and none behind
 *   them may be taken before that is known, or one receiver would see items of
 *   one sender in the wrong order.
 * Whoever waits for something that is lent has it recalled, and while anybody
 * waits nothing more is lent. So each such wait ends as soon as the borrowers'
 * hubs have answered. */
#ifndef RT_SYNC_CHANNEL_STATE_H
#define RT_SYNC_CHANNEL_STATE_H

#include "base/list.h"
#include "base/mutex.h"
#include "data/call.h"
#include "data/cycles.h"
#include "sync/channel.h"
#include "sync/loan.h"

/* What is known of those who send, or of those who receive; only hints. */
typedef struct rt_channel_side {
    _Atomic(const rt_loop *) loop; /* of who came last; only compared */
    atomic_int cpu;                /* where that was */
    atomic_int looks;              /* before one parks */
} rt_channel_side;

struct rt_channel {
    rt_object object;
    size_t capacity;
    rt_mutex lock; /* guards all below, and what the lists hold */
    bool is_closed;
    rt_item *ring;
    size_t ring_size; /* a power of two, or 0 */
    size_t first;
    atomic_size_t
        count; /* written under the lock; who looks reads it without */
    atomic_size_t lent_places; /* written under the lock, as is the next */
    atomic_size_t lent_items;  /* to one borrower */
    rt_list senders;           /* of rt_waiter.link; slot: what they send */
    rt_list receivers;         /* slot: where it goes */
    rt_channel_side sender;
    rt_channel_side receiver;
    rt_container container; /* what the ring holds */
    atomic_size_t bytes;    /* the ring and what is in it, about; as `count` */
    /* For sync/channel_loans.c. */
    rt_list counters; /* of rt_waiter.link: wait until nothing is lent */
    rt_list loans;
    rt_loop *hub; /* NULL: nothing was ever lent */
    rt_post recall;
    bool is_recall_posted; /* with a reference to the channel */
    bool is_patient;       /* borrowers need not be served at once */
    size_t takes;          /* since the last tick */
    rt_timer tick;         /* the hub's; with a reference to the channel */
};

/* What is special about a waiter: set in its `detail` once it is parked. */
enum {
    /* It does not wait for its turn, only until it is known whether it would
     * have to. */
    RT_CHANNEL_TRIES = 1,
    /* It sends nothing: the loan in its `slot` is to get places, and may wait a
     * moment until there are more of them. */
    RT_CHANNEL_BORROWS
};

/* What is to be done when the lock is open: waiters to be completed, by what
 * they are told. Large: not for the usual ways. */
typedef struct rt_channel_ends {
    rt_list served;
    rt_list closed;
    rt_list full;
    rt_list empty;
    rt_item taken[RT_LOAN_MOST]; /* by borrowers: to be freed */
    size_t taken_count;
} rt_channel_ends;

/* Under the lock it is exact. */
static inline size_t rt_channel_size(const rt_channel *channel) {
    return atomic_load_explicit(&channel->count, memory_order_relaxed);
}

static inline bool rt_channel_has_room(const rt_channel *channel) {
    return rt_channel_size(channel) + channel->lent_places < channel->capacity;
}

static inline bool rt_channel_has_lent(const rt_channel *channel) {
    return channel->lent_places > 0 || channel->lent_items > 0;
}

/* The ring; under the lock. */
rt_item *rt_channel_at(const rt_channel *channel, size_t position);
int rt_channel_reserve(rt_channel *channel, size_t count);
int rt_channel_put(rt_channel *channel, rt_item *item);
void rt_channel_take(rt_channel *channel, rt_item *item);

/* Under the lock: `waiter` waits. */
void rt_channel_enqueue(rt_channel *channel, rt_list *queue, rt_waiter *waiter,
                        void *slot);

/* Under the lock: `waiter` waits, and what is lent and in its way is recalled.
 * Returns: RT_PENDING. */
int rt_channel_park(rt_channel *channel, rt_list *queue, rt_waiter *waiter,
                    rt_item *item);

/* ---- sync/channel_loans.c ---- */

/* Under the lock: somebody has been parked. */
void rt_channel_want_back(rt_channel *channel);

/* Under the lock, after something changed other than by one who came or went:
 * serves whoever can be served now. */
void rt_channel_serve(rt_channel *channel, rt_channel_ends *ends);

void rt_channel_ends_init(rt_channel_ends *ends);

/* Not under the lock. */
void rt_channel_end_all(rt_channel_ends *ends, rt_loop *here);

/* Not under the lock, before an operation: what borrowers have taken is gone. */
static inline void rt_channel_catch_up(rt_channel *channel, rt_loop *here) {
    if (atomic_load_explicit(&channel->lent_items, memory_order_relaxed) > 0)
        rt_channel_taken(channel, here);
}

/* Under the lock, when there is room: whether the senders, who all want to
 * borrow, may wait until there is more. */
bool rt_channel_may_delay_slowly(rt_channel *channel);

static inline bool rt_channel_may_delay(rt_channel *channel) {
    return channel->is_patient && rt_channel_may_delay_slowly(channel);
}

/* Under the lock: into a place that is free, which cannot fail, goes what a
 * claimed sender sends; or it is lent. */
void rt_channel_admit(rt_channel *channel, rt_waiter *sender);

/* Not under the lock: completes a sender that was admitted. */
void rt_channel_tell_sender(rt_waiter *sender, rt_loop *here);

void rt_channel_loans_init(rt_channel *channel);

/* rt_object_type.peer_gone */
void rt_channel_peer_gone(rt_object *object, struct rt_wire *wire,
                          uint64_t party);

/* ---- sync/channel_calls.c ---- */

/* rt_object_type.call */
void rt_channel_call(rt_object *object, rt_call *call);

#endif
