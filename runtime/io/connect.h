/* connect.h - connects with the first of several addresses that answers.
 *
 * They are tried in their order, the next one as soon as one has failed, or has
 * not answered for a quarter of a second; then those before it go on, and the
 * first that is connected is taken. All here belongs to the loop's thread. */
#ifndef RT_IO_CONNECT_H
#define RT_IO_CONNECT_H

#include "io/sockets.h"
#include "loop/waiter.h"

typedef struct rt_connect rt_connect;

typedef struct rt_connect_options {
    rt_socket_options socket;
    const rt_address *from; /* NULL: any; copied */
} rt_connect_options;

/* With room for `count` addresses, at least one. NULL: out of memory. */
rt_connect *rt_connect_new(rt_loop *loop, size_t count,
                           const rt_connect_options *options);

/* To be filled before the start. */
rt_address *rt_connect_address(rt_connect *connect, size_t index);

/* Begins; once. A wait that ends early leaves no socket.
 * Returns: RT_OK; RT_PENDING; -errno of the first address, or RT_ENOMEMORY. The
 * waiter is completed with the same. */
int rt_connect_start(rt_connect *connect, rt_waiter *waiter);

/* The socket, which is the caller's now, and with whom it is connected. */
int rt_connect_take(rt_connect *connect, const rt_address **address);

/* Closes what was not taken. NULL is harmless. */
void rt_connect_free(rt_connect *connect);

#endif
