/* loan.h - what a channel lends to another process, so that not every item
 * takes a question and an answer.
 *
 * Places: the borrower may put so many items into the channel without asking.
 * They are reserved: for everybody else the channel is that much fuller, so no
 * more is accepted than there is room for.
 *
 * Items: the borrower has copies of the oldest items, and may hand them out
 * without asking. It counts them in memory that both processes see before it
 * does, so that it is always known which are gone, also when it was killed.
 * The others stay where they are, at the front of the queue, until then; they
 * are lent to one borrower at a time.
 *
 * Who needs what is lent has it recalled: the borrower's hub gives back what
 * is unused, and sends the items that it has accepted, whatever its scripts do.
 *
 * Here is the part that knows the channel; ipc/lend.c is the part that talks
 * to the borrower. All of this is for the hub's thread. */
#ifndef RT_SYNC_LOAN_H
#define RT_SYNC_LOAN_H

#include "sync/channel.h"

/* In memory shared with the borrower, a cache line of its own. */
typedef struct rt_loan_record {
    _Atomic uint64_t taken; /* items handed out so far: the borrower's */
    _Atomic uint64_t tell;  /* it tells when it has come so far: the lender's */
    uint64_t unused[6];
} rt_loan_record;

typedef struct rt_loan {
    rt_list link; /* the channel's; guarded by its lock, as are these: */
    struct rt_wire *wire; /* the borrower */
    size_t places;        /* lent, and not yet used or given back */
    size_t items;         /* lent, and not known to be taken */
    size_t place_quota;   /* at most so many at a time: grows by success */
    size_t item_quota;
    rt_loan_record *record; /* set before items are lent; else NULL */
    uint64_t taken;         /* what the record said when it was last read */
    bool is_recalled; /* asked to give all back; gets no more until it does */
    bool has_ended;
    bool wants_places; /* it has asked for some at some time */
    bool is_asked;     /* it is about to be: the hub's thread only */
    rt_waiter waiter;  /* among the senders, for places */
    /* Set by its maker. The borrower waited for a place: it has got one (RT_OK),
     * and may get more; or RT_ECLOSED; or the loan has ended: RT_EDIED. Any
     * thread. */
    void (*on_place)(struct rt_loan *loan, int status);
    /* Asks the borrower to give all back; hub's thread. */
    void (*ask_back)(struct rt_loan *loan);
    /* It is in no channel any more; whatever thread. */
    void (*end)(struct rt_loan *loan);
} rt_loan;

enum { RT_LOAN_MOST = 256 }; /* places, or items, at a time */

/* The loan to that borrower; NULL: none. It stays until peer_gone. */
rt_loan *rt_channel_find_loan(rt_channel *channel, const struct rt_wire *wire);

/* Adds a loan of nothing; its maker has set what is said there. `hub` is the
 * loop of the hub. */
void rt_channel_add_loan(rt_channel *channel, rt_loan *loan, rt_loop *hub);

/* The borrower waits for a place: in the queue of senders, but it may be served
 * up to two milliseconds late, when there is more to be lent. Then on_place.
 * False: it waits already, or has places. */
bool rt_channel_want_place(rt_channel *channel, rt_loan *loan);

/* Whether a good part of what the borrower may have is free. */
bool rt_channel_is_worth_lending(rt_channel *channel, const rt_loan *loan);

/* Lends as many places as seems right; returns how many, maybe 0. Any thread. */
size_t rt_channel_lend_places(rt_channel *channel, rt_loan *loan);

/* Copies the oldest items, as many as seems right and fit into `copies`, and
 * lends them; `record` is where the borrower counts. Returns how many. */
size_t rt_channel_lend_items(rt_channel *channel, rt_loan *loan,
                             rt_loan_record *record, rt_item *copies,
                             size_t most);

/* The last so many could not be handed to the borrower. */
void rt_channel_lend_less(rt_channel *channel, rt_loan *loan, size_t places,
                          size_t items, rt_loop *here);

/* Items that the borrower has accepted: they fill places lent to it. They are
 * cleared in every case. Returns: RT_OK; RT_EDAMAGED: more than it had. */
int rt_channel_feed(rt_channel *channel, rt_loan *loan, rt_item *items,
                    size_t count, rt_loop *here);

/* The borrower gives back `places`, and of the items that it has those that it
 * has not taken, all of them or none (`items` 0). Maybe an answer to a recall.
 * Returns: RT_OK; RT_EDAMAGED: it did not have so many. */
int rt_channel_give_back(rt_channel *channel, rt_loan *loan, size_t places,
                         size_t items, rt_loop *here);

/* The borrower says that it has taken some; its record tells how many. Any
 * thread. */
void rt_channel_taken(rt_channel *channel, rt_loop *here);

#endif
