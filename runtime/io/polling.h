/* polling.h - waits until a descriptor can be read or written.
 *
 * A descriptor has at most one waiter that reads and one that writes. All here
 * belongs to the loop's thread. */
#ifndef RT_IO_POLLING_H
#define RT_IO_POLLING_H

#include "loop/waiter.h"

typedef struct rt_poll rt_poll;

typedef enum { RT_POLL_READ, RT_POLL_WRITE } rt_poll_side;

/* What is done when the descriptor is ready, while the waiter waits. RT_PENDING:
 * it was not enough, and the wait goes on; else what the waiter is completed with.
 * It may not close the poll. */
typedef int rt_poll_try(void *context);

/* Sets the descriptor non-blocking; it stays the caller's, and open until the
 * poll is closed. A regular file is always ready.
 * Returns: RT_OK; RT_ENOMEMORY; -errno. */
int rt_poll_new(rt_loop *loop, int fd, rt_poll **poll);

/* Of a descriptor that other programs have, too: the way it blocks is left alone.
 * For reading only. */
int rt_poll_new_shared(rt_loop *loop, int fd, rt_poll **poll);

/* What it tells of brings nothing that somebody waits for: its loop sleeps for good all the
 * same. Before anybody waits. */
void rt_poll_wake_nobody(rt_poll *poll);

/* Waits until it is ready, and `attempt` (NULL: nothing) says that it is over.
 * Returns: RT_PENDING; if it is always ready, what `attempt` says, or RT_OK;
 * -EBUSY: there is a waiter on that side; what uv says. */
int rt_poll_wait(rt_poll *poll, rt_poll_side side, rt_waiter *waiter,
                 rt_poll_try *attempt, void *context);

/* Closes it: who waits is told RT_ECLOSED, now. NULL is harmless. */
void rt_poll_close(rt_poll *poll);

/* The same, but who waits is left alone: it will never be waited for. */
void rt_poll_free(rt_poll *poll);

#endif
