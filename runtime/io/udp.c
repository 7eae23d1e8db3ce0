/* udp.c - the system call first, then the wait. */
#include "io/udp.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

struct rt_udp {
    rt_loop *loop;
    rt_poll *poll; /* made at the first wait */
    int fd;
    int family;
    const void *bytes; /* of the send */
    size_t size;
    rt_address to; /* size 0: where it is connected to */
};

/* ---- making one ---- */

static int set(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value) ? -errno : RT_OK;
}

static int prepare(int fd, const rt_address *address,
                   const rt_udp_options *options, bool does_both) {
    int status = RT_OK;
    if (does_both) status = set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    if (status == RT_OK && options->broadcasts)
        status = set(fd, SOL_SOCKET, SO_BROADCAST, 1);
    if (status == RT_OK && options->shares)
        status = set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (status == RT_OK && bind(fd, &address->any, address->size))
        status = -errno;
    return status;
}

static int open_socket(const rt_address *address, const rt_udp_options *options,
                       bool does_both, int *fd) {
    *fd = socket(address->any.sa_family,
                 SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd < 0) return -errno;
    int status = prepare(*fd, address, options, does_both);
    if (status != RT_OK) (void)close(*fd);
    return status;
}

static bool is_any_v6(const rt_address *a) {
    return a->any.sa_family == AF_INET6 &&
           IN6_IS_ADDR_UNSPECIFIED(&a->v6.sin6_addr);
}

/* Everywhere: by a socket that does both, where there is IPv6. */
static int open_everywhere(int port, const rt_udp_options *options, int *fd) {
    rt_address any;
    rt_address_any(&any, AF_INET6, port);
    int status = open_socket(&any, options, true, fd);
    if (status != -EAFNOSUPPORT && status != -EADDRNOTAVAIL) return status;
    rt_address_any(&any, AF_INET, port);
    return open_socket(&any, options, false, fd);
}

int rt_udp_new(rt_loop *loop, const rt_address *address,
               const rt_udp_options *options, rt_udp **udp) {
    rt_udp *u = rt_calloc(sizeof *u);
    if (!u) return RT_ENOMEMORY;
    int status = !address || is_any_v6(address)
                     ? open_everywhere(address ? rt_address_port(address) : 0,
                                       options, &u->fd)
                     : open_socket(address, options, false, &u->fd);
    rt_address own;
    if (status == RT_OK) {
        status = rt_udp_address(u, &own);
        if (status != RT_OK) (void)close(u->fd);
    }
    if (status != RT_OK) {
        rt_free(u);
        return status;
    }
    u->loop = loop;
    u->family = own.any.sa_family;
    *udp = u;
    return RT_OK;
}

int rt_udp_address(const rt_udp *u, rt_address *address) {
    memset(address, 0, sizeof *address);
    address->size = sizeof address->storage;
    return getsockname(u->fd, &address->any, &address->size) ? -errno : RT_OK;
}

/* A socket for both writes an address of IPv4 in its own way. */
static rt_address as_it_writes(const rt_udp *u, const rt_address *address) {
    rt_address its = *address;
    if (u->family == AF_INET6) rt_address_map(&its);
    return its;
}

int rt_udp_connect(rt_udp *u, const rt_address *address) {
    rt_address to = as_it_writes(u, address);
    return connect(u->fd, &to.any, to.size) ? -errno : RT_OK;
}

int rt_udp_join(rt_udp *u, const rt_address *group, unsigned interface) {
    bool is_v4 = group->any.sa_family == AF_INET;
    struct group_req request = {.gr_interface = interface};
    memcpy(&request.gr_group, &group->storage, sizeof group->storage);
    return setsockopt(u->fd, is_v4 ? IPPROTO_IP : IPPROTO_IPV6,
                      MCAST_JOIN_GROUP, &request, sizeof request)
               ? -errno
               : RT_OK;
}

/* ---- sending and receiving ---- */

static int wait_for(rt_udp *u, rt_poll_side side, rt_waiter *waiter,
                    rt_poll_try *attempt) {
    int status = RT_OK;
    if (!u->poll) status = rt_poll_new(u->loop, u->fd, &u->poll);
    return status ? status : rt_poll_wait(u->poll, side, waiter, attempt, u);
}

static int send_on(void *context) {
    rt_udp *u = context;
    ssize_t count;
    do {
        count = sendto(u->fd, u->bytes, u->size, MSG_NOSIGNAL,
                       u->to.size ? &u->to.any : NULL, u->to.size);
    } while (count < 0 && errno == EINTR);
    if (count >= 0) return RT_OK;
    return errno == EAGAIN ? RT_PENDING : -errno;
}

int rt_udp_send(rt_udp *u, const void *bytes, size_t size,
                const rt_address *address, rt_waiter *waiter) {
    u->bytes = bytes;
    u->size = size;
    if (address)
        u->to = as_it_writes(u, address);
    else
        u->to.size = 0;
    int status = send_on(u);
    if (status != RT_PENDING) return status;
    return wait_for(u, RT_POLL_WRITE, waiter, send_on);
}

ssize_t rt_udp_receive(rt_udp *u, void *bytes, size_t size, rt_address *from) {
    ssize_t count;
    do {
        memset(from, 0, sizeof *from);
        from->size = sizeof from->storage;
        count = recvfrom(u->fd, bytes, size, 0, &from->any, &from->size);
    } while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : count;
}

int rt_udp_wait(rt_udp *u, rt_waiter *waiter) {
    return wait_for(u, RT_POLL_READ, waiter, NULL);
}

/* ---- the end ---- */

void rt_udp_close(rt_udp *u) {
    if (!u) return;
    rt_poll_close(u->poll);
    (void)close(u->fd);
    rt_free(u);
}

void rt_udp_free(rt_udp *u) {
    if (!u) return;
    rt_poll_free(u->poll);
    (void)close(u->fd);
    rt_free(u);
}
