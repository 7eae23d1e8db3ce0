/* borrow.h - the near end of a channel that lives in another process: what its
 * home has lent (sync/loan.h), and what is done with it without asking.
 *
 * Items that are sent into lent places are gathered, and leave together: when
 * half of what was lent is used, or all; when the thread that sent them goes
 * to sleep; before anything else that this process sends to the home, so that
 * what follows from a send is seen after it; and after two milliseconds. A
 * process that is killed takes with it what it has not sent.
 *
 * Items that were lent are handed out in their order, each written down in the
 * ledger before.
 *
 * The hub gives back what is not used for a few milliseconds, and whatever is
 * recalled. For ipc/ only; ipc/remote_channel.h is for the host. */
#ifndef RT_IPC_BORROW_H
#define RT_IPC_BORROW_H

#include "ipc/remote_channel.h"
#include "ipc/wire.h"

struct rt_remote;
typedef struct rt_borrower rt_borrower;

void rt_borrowers_init(rt_wire *wire);

/* Under the wire's lock: puts what was gathered into its queue. */
void rt_borrowers_queue(rt_wire *wire);

/* The wire has ended. Hub's thread. */
void rt_borrowers_end(rt_wire *wire);

/* Frames of the home; hub's thread. `rt_borrow_stock` takes `message`.
 * Returns: RT_OK; RT_EDAMAGED, RT_ENOMEMORY, with a message. */
int rt_borrow_lend(rt_wire *wire, uint64_t id, uint64_t places, rt_error *err);
int rt_borrow_stock(rt_wire *wire, uint64_t id, uint32_t record,
                    rt_message *message, rt_error *err);
int rt_borrow_recall(rt_wire *wire, uint64_t id, rt_error *err);

/* Under the wire's lock: the remote end is being freed, and gives all back. */
void rt_borrow_leave(struct rt_remote *remote);

/* Not under it, after that. */
void rt_borrower_free(rt_borrower *borrower); /* accepts NULL */

#endif
