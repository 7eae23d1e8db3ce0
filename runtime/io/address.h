/* address.h - where a socket is: as text, and as the kernel has it.
 *
 *     host:port    [v6]:port    :port, without a host
 *     unix:/path   unix:@name, which is no file
 */
#ifndef RT_IO_ADDRESS_H
#define RT_IO_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/status.h"

enum {
    RT_ADDRESS_TEXT = 128, /* bytes of an address as text, with its final 0 */
    RT_HOST_SIZE = 256,    /* of the name of a host */
    RT_PORT_MOST = 65535
};

typedef struct rt_address {
    socklen_t size;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_un local;
        struct sockaddr_storage storage;
    };
} rt_address;

/* What somebody has written. */
typedef struct rt_place {
    bool is_known;           /* `address` is all of it */
    char host[RT_HOST_SIZE]; /* else: the name to be resolved; "": none */
    int port;                /* 0 for a Unix socket */
    rt_address address;
} rt_place;

/* Returns: RT_OK; RT_EUSAGE: it is not an address; -ENAMETOOLONG. The message
 * names the text. */
int rt_place_parse(rt_place *place, const char *text, size_t size,
                   rt_error *err);

/* The same of a host, with or without brackets, and a port; of a path. */
int rt_place_of_host(rt_place *place, const char *host, size_t size,
                     long long port, rt_error *err);
int rt_place_of_path(rt_place *place, const char *path, size_t size,
                     rt_error *err);

/* Every interface of this machine; AF_INET or AF_INET6. */
void rt_address_any(rt_address *address, int family, int port);

/* Of an address that has one; else nothing happens, and 0. */
void rt_address_set_port(rt_address *address, int port);
int rt_address_port(const rt_address *address);

/* IPv4 as an address of IPv6, for sockets that do both. */
void rt_address_map(rt_address *address);

/* As rt_place_parse reads it. An IPv4 address that was mapped is shown as such. Returns
 * `text`. */
const char *rt_address_format(const rt_address *address,
                              char text[RT_ADDRESS_TEXT]);

/* The same without the port, and without brackets. */
const char *rt_address_format_host(const rt_address *address,
                                   char text[RT_ADDRESS_TEXT]);

#endif
