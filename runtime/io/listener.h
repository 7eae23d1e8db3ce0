/* listener.h - a socket that listens, and the strands that wait for connections.
 *
 * Any number may wait; they are served in their order. When there is no
 * descriptor for a connection it stays in the kernel's queue, and the listener
 * looks again from time to time. All here belongs to the loop's thread. */
#ifndef RT_IO_LISTENER_H
#define RT_IO_LISTENER_H

#include "io/sockets.h"
#include "loop/waiter.h"

typedef struct rt_listener rt_listener;

/* One wait for a connection, and what came of it. */
typedef struct rt_accept {
    rt_list link; /* in the listener's queue, if it waits */
    rt_listener *listener;
    rt_waiter *waiter; /* NULL: it does not wait */
    int fd;            /* that was accepted; -1: none, or it was taken */
    rt_address peer;
} rt_accept;

/* Takes `fd`, which listens, on RT_OK. With `owns_path` it removes the file of a
 * Unix socket when it is closed. Returns: RT_OK; RT_ENOMEMORY; -errno. */
int rt_listener_new(rt_loop *loop, int fd, bool owns_path,
                    rt_listener **listener);

/* Called for the first connection for which there is no descriptor, with the
 * error. NULL: nobody wants to know. */
void rt_listener_on_lack(rt_listener *listener,
                         void (*on_lack)(void *context, int status),
                         void *context);

/* Nobody waits for those who connect: see rt_poll_wake_nobody. */
void rt_listener_wake_nobody(rt_listener *listener);

/* Where it listens. */
const rt_address *rt_listener_address(const rt_listener *listener);
int rt_listener_fd(const rt_listener *listener);

void rt_accept_init(rt_accept *accept);

/* Accepts one, or waits for it. Returns: RT_OK: accept->fd is the caller's;
 * RT_PENDING: the waiter is completed with that, RT_ECLOSED, or -errno; -errno;
 * RT_ENOMEMORY. */
int rt_listener_accept(rt_listener *listener, rt_accept *accept,
                       rt_waiter *waiter);

/* Closes what was not taken; its waiter is left alone. */
void rt_accept_deinit(rt_accept *accept);

/* Closes it, and frees it; who waits is told RT_ECLOSED, now. NULL is harmless. */
void rt_listener_close(rt_listener *listener);

/* The same, but who waits is left alone. For finalizers. */
void rt_listener_free(rt_listener *listener);

#endif
