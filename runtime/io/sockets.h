/* sockets.h - makes sockets of streams: those that connect, and those that listen.
 * All are non-blocking, and not inherited by programs. */
#ifndef RT_IO_SOCKETS_H
#define RT_IO_SOCKETS_H

#include <stdbool.h>

#include "io/address.h"

enum { RT_KEEPALIVE_OFF = -1, RT_KEEPALIVE_SYSTEM = 0 };

typedef struct rt_socket_options {
    bool is_nodelay; /* TCP: what is written goes out at once */
    int keepalive_s; /* TCP: asks whether the other end is there after such a
                        time without a byte; or one of the above */
} rt_socket_options;

/* For a socket that is connected, or will be; does nothing to a Unix socket. */
void rt_socket_tune(int fd, const rt_address *address,
                    const rt_socket_options *options);

/* Begins to connect; `from` (NULL: any) is its own address. In `*fd` a socket on
 * RT_OK and RT_PENDING; `is_again`: nobody can be waited for, it is to be tried
 * again (rt_socket_connect_again).
 * Returns: RT_OK; RT_PENDING: it is connected, or not (rt_socket_status), when it
 * can be written to; -errno. */
int rt_socket_connect(const rt_address *address, const rt_address *from,
                      const rt_socket_options *options, int *fd,
                      bool *is_again);

int rt_socket_connect_again(int fd, const rt_address *address, bool *is_again);

/* Where the socket is. Returns: RT_OK; -errno. */
int rt_socket_address(int fd, rt_address *address);

/* What has come of connecting: RT_OK; -errno. */
int rt_socket_status(int fd, const rt_address *address);

typedef struct rt_listen_options {
    int backlog;
    bool shares_port; /* with others that say so: SO_REUSEPORT */
    int mode;         /* permissions of a Unix socket; -1: as they come */
} rt_listen_options;

/* Listens. The file of a Unix socket to which nobody listens any more is replaced.
 * In `*fd` the socket. Returns: RT_OK; -errno. */
int rt_socket_listen(const rt_address *address,
                     const rt_listen_options *options, int *fd);

#endif
