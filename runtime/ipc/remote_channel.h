/* remote_channel.h - sending to a channel of another process, and receiving from
 * it, without asking it for each item: sync/loan.h. */
#ifndef RT_IPC_REMOTE_CHANNEL_H
#define RT_IPC_REMOTE_CHANNEL_H

#include "data/item.h"
#include "ipc/remote.h"

/* Sends `item` into a place that the home has lent; if there is none, but has
 * been lately, parks `waiter` until there is one, as rt_channel_send does.
 * Without a waiter it does not wait.
 * Owns:    takes the item on RT_OK, also of the completed waiter.
 * Returns: RT_OK; RT_PENDING (later RT_OK, or one of the last); RT_EFULL: ask
 *          the home, with `*operation` (RT_CHANNEL_SEND or another of that
 *          kind) if it may take time. The others may clear the item: RT_ECLOSED,
 *          RT_EDIED, RT_ENOMEMORY, RT_ELIMIT; RT_ETYPE (an object cannot be
 *          used from elsewhere). */
int rt_borrow_send(rt_object *channel, rt_item *item, rt_waiter *waiter,
                   int *operation);

/* The oldest item that the home has lent, into `item`, which owned nothing.
 * Returns: RT_OK; RT_EEMPTY: ask the home, as above (RT_CHANNEL_RECV). */
int rt_borrow_recv(rt_object *channel, rt_item *item, int *operation);

/* Sends what was gathered, on all wires. Any thread. */
struct rt_runtime;
void rt_borrow_flush(struct rt_runtime *runtime);

/* rt_loop.before_sleep of a loop whose sleep_context is its runtime: sends what
 * was gathered. */
void rt_borrow_before_sleep(rt_loop *loop);

#endif
