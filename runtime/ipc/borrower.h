/* borrower.h - the inside of borrow.c and borrowed.c. For ipc/ only.
 *
 * A borrower belongs to a remote end and lives as long. Its lock comes after
 * the wire's: who sends into a place takes only this one, so that a script that
 * sends does not wait for the hub, which may be in a system call with the
 * wire's lock held. What was gathered is taken out under both, so nothing can
 * come between it and what is pushed next. */
#ifndef RT_IPC_BORROWER_H
#define RT_IPC_BORROWER_H

#include <assert.h>

#include "base/mutex.h"
#include "ipc/borrow.h"
#include "ipc/remote_object.h"
#include "sync/loan.h"

struct rt_borrower {
    rt_list link; /* in wire->borrowers, from the first loan on; guarded by the
                     wire's lock */
    rt_remote *remote;

    rt_mutex lock;        /* guards all below */
    atomic_size_t places; /* lent and not used */
    atomic_size_t window; /* the most it has had */
    unsigned recalls;     /* how often all was taken out: hub's thread only */
    size_t batch;         /* as many items are gathered */
    rt_packet *feed;      /* FEED, to be filled; NULL: nothing is gathered */
    rt_message *gathered; /* its items */
    uint32_t count;       /* how many */
    size_t unsent;        /* those, and others that were pushed lazily */
    int64_t sent_ns;      /* when there were none left */
    rt_list waiting; /* of rt_waiter.link: for places; slot: what they send */
    bool has_asked;  /* the home knows; it does while anybody waits */

    rt_item *stock; /* items lent: `left` of them, from `first` on */
    size_t first;
    atomic_size_t left;
    rt_loan_record *record;
    uint64_t taken; /* as in the record */
    uint64_t told;  /* what it was when the home was last told */

    unsigned uses;          /* sends and receives */
    unsigned seen;          /* of them, at the last tick */
    unsigned quiet;         /* ticks without a use */
    atomic_bool is_watched; /* by the tick: something was used lately */
    rt_packet farewell;
};

/* NULL: nothing was ever lent. */
static inline rt_borrower *rt_borrower_of(rt_object *channel) {
    assert(rt_is_remote(channel));
    return atomic_load_explicit(&((rt_remote *)(void *)channel)->borrower,
                                memory_order_acquire);
}

/* A frame whose fields are the channel's number, then these. NULL: out of
 * memory. */
rt_packet *rt_borrow_numbers(rt_frame_type type, uint64_t id,
                             const uint64_t *numbers, size_t count);
void rt_borrow_fill_numbers(rt_packet *packet, uint64_t id,
                            const uint64_t *numbers, size_t count);

/* Sends one. Returns: RT_OK, also if the home is gone; RT_ENOMEMORY. */
int rt_borrow_send_numbers(rt_wire *wire, rt_frame_type type, uint64_t id,
                           const uint64_t *numbers, size_t count);

/* Under the lock. */
bool rt_borrow_take_place(rt_borrower *b);

/* Whether an item can be gathered with others. */
bool rt_borrow_is_plain(const rt_item *item);

/* Under the lock, for a place that was taken: adds the plain item to what is
 * sent. Returns: RT_OK; RT_ENOMEMORY. */
int rt_borrow_gather(rt_borrower *b, const rt_item *item);

/* Under the lock: an item more was accepted. True if it is time to send. */
bool rt_borrow_note_sent(rt_borrower *b);

/* Not under the lock, for a place that was taken when `recalls` was as said: the
 * item by itself. Returns as rt_borrow_send; clears the item. */
int rt_borrow_send_alone(rt_borrower *b, rt_item *item, unsigned recalls);

/* Under the lock: whether the home waits to hear of what was taken, and has not
 * heard of all. */
bool rt_borrow_must_tell(const rt_borrower *b);

/* Under the lock: the oldest of those who wait that can be claimed, or NULL. */
rt_waiter *rt_borrow_claim(rt_borrower *b);

#endif
