/* udp.h - a socket of datagrams.
 *
 * Each send is one datagram, each receive takes one; one strand at a time sends,
 * and one receives. Belongs to the loop's thread. */
#ifndef RT_IO_UDP_H
#define RT_IO_UDP_H

#include <sys/types.h>

#include "io/address.h"
#include "io/polling.h"

/* The most that a datagram can hold. */
enum { RT_DATAGRAM_MOST = 65535 };

typedef struct rt_udp rt_udp;

typedef struct rt_udp_options {
    bool broadcasts; /* may send to everybody on a network */
    bool shares;     /* its address and port with others that say so */
} rt_udp_options;

/* Bound to the address; NULL: to a port of the system's choice, for IPv4 and IPv6,
 * or whichever there is. Returns: RT_OK; RT_ENOMEMORY; -errno. */
int rt_udp_new(rt_loop *loop, const rt_address *address,
               const rt_udp_options *options, rt_udp **udp);

/* Where it is. Returns: RT_OK; -errno. */
int rt_udp_address(const rt_udp *udp, rt_address *address);

/* From now on it sends there unless told otherwise, and receives only from there.
 * Returns: RT_OK; -errno. */
int rt_udp_connect(rt_udp *udp, const rt_address *address);

/* Receives also what is sent to the group, by `interface` (0: any). Returns: RT_OK;
 * -errno. */
int rt_udp_join(rt_udp *udp, const rt_address *group, unsigned interface);

/* `address` NULL: where it is connected to. The bytes stay until then.
 * Returns: RT_OK; RT_PENDING, and the waiter is completed with one of the others;
 * -EMSGSIZE: it is too long; -ECONNREFUSED: nobody took what was sent before;
 * -errno. */
int rt_udp_send(rt_udp *udp, const void *bytes, size_t size,
                const rt_address *address, rt_waiter *waiter);

/* Returns: the bytes of a datagram, which may be 0, and in `from` who has sent it;
 * -EAGAIN: there is none; -errno. What does not fit is lost. */
ssize_t rt_udp_receive(rt_udp *udp, void *bytes, size_t size, rt_address *from);

/* Waits until there is one. Returns: RT_PENDING; as rt_poll_wait. */
int rt_udp_wait(rt_udp *udp, rt_waiter *waiter);

/* Who waits is told RT_ECLOSED, now; or left alone. NULL is harmless. */
void rt_udp_close(rt_udp *udp);
void rt_udp_free(rt_udp *udp);

#endif
