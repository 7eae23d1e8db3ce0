/* channel.h - bounded queue between tasks, threads, processes.
 *
 * Senders wait while it is full, receivers while it is empty, both oldest
 * first. Capacity 0 is a rendezvous: a send is over when somebody receives.
 * Closing completes every waiter with RT_ECLOSED; what is already queued can
 * still be received. Any thread may call any function here.
 *
 * `here` is the loop of the calling thread, or NULL if it drives none: who
 * waits on the same loop is woken without going through its inbox. */
#ifndef RT_SYNC_CHANNEL_H
#define RT_SYNC_CHANNEL_H

#include "data/item.h"
#include "loop/waiter.h"

typedef struct rt_channel rt_channel;

extern const rt_object_type rt_channel_type;

#define RT_CHANNEL_UNBOUNDED SIZE_MAX

/* Operations on a remote channel (ipc/remote.h): arguments -> result. */
enum {
    RT_CHANNEL_SEND = 1, /* (value) -> (); waits; RT_ECLOSED */
    RT_CHANNEL_RECV,     /* () -> value; waits; RT_ECLOSED */
    RT_CHANNEL_TRY_SEND, /* (value) -> (); RT_EFULL, RT_ECLOSED */
    RT_CHANNEL_TRY_RECV, /* () -> value; RT_EEMPTY, RT_ECLOSED */
    RT_CHANNEL_CLOSE,    /* () -> () */
    RT_CHANNEL_CLOSED,   /* () -> boolean */
    RT_CHANNEL_COUNT,    /* () -> integer */
    RT_CHANNEL_CAPACITY, /* () -> integer, or a float if unbounded */
    /* The same as SEND and RECV, and the caller's process would like to borrow
     * places, or items: sync/loan.h. */
    RT_CHANNEL_SEND_ON,
    RT_CHANNEL_RECV_ON
};

/* NULL: out of memory. */
rt_channel *rt_channel_new(size_t capacity);

/* Queues `item`, or parks `waiter` until there is room; without a waiter it
 * does not wait. The waiter's `slot` is set to `item`, which must stay where
 * it is until the waiter is completed.
 * Owns:    takes what `item` owns on RT_OK, also of the completed waiter;
 *          else the caller keeps it.
 * Returns: RT_OK; RT_PENDING; RT_EFULL (no waiter); RT_ECLOSED;
 *          RT_ENOMEMORY. */
int rt_channel_send(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                    rt_loop *here);

/* Takes the oldest into `item`, which owned nothing, or parks `waiter` until
 * there is one: then `item` (its `slot`) is filled before it is completed with
 * RT_OK. Returns: RT_OK; RT_PENDING; RT_EEMPTY (no waiter); RT_ECLOSED. */
int rt_channel_recv(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                    rt_loop *here);

/* The same without waiting for a place, or an item. But what is lent to other
 * processes (sync/loan.h) may be in the way, and only they know how much of it
 * is used: then `waiter`, if there is one, is parked until they have said.
 * Returns: RT_OK; RT_EFULL or RT_EEMPTY; RT_ECLOSED; RT_ENOMEMORY; RT_PENDING
 * (then the waiter is completed with one of these). */
int rt_channel_try_send(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                        rt_loop *here);
int rt_channel_try_recv(rt_channel *channel, rt_item *item, rt_waiter *waiter,
                        rt_loop *here);

/* Whether anything is lent now; a try that is not told of a waiter may be wrong
 * then. */
bool rt_channel_is_lent(const rt_channel *channel);

/* Looks for a few microseconds whether another thread brings an item, or makes
 * room: for a thread that has nothing else to do before it parks a waiter. */
void rt_channel_look_for_item(rt_channel *channel, const rt_loop *here);
void rt_channel_look_for_room(rt_channel *channel, const rt_loop *here);

/* Once more is harmless. */
void rt_channel_close(rt_channel *channel, rt_loop *here);

bool rt_channel_is_closed(rt_channel *channel);

/* How many are queued; senders that wait do not count, and items on their way
 * from other processes are not there yet. */
size_t rt_channel_count(rt_channel *channel);

/* The same with items on their way. Waits as the tries do; then the waiter's
 * `detail` tells. Returns: RT_OK; RT_PENDING. */
int rt_channel_count_all(rt_channel *channel, size_t *count, rt_waiter *waiter,
                         rt_loop *here);

size_t rt_channel_capacity(const rt_channel *channel);

/* What it takes with what is queued, about; as rt_object_type.size. */
size_t rt_channel_bytes(const rt_channel *channel);

#endif
