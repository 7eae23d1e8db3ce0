/* echo.h - the client of the echo rows: connections to a server, each of which
 * sends a message when it has got back the one before. One thread. */
#ifndef BENCH_ECHO_H
#define BENCH_ECHO_H

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "bench.h"

enum {
    CONNECTIONS = 50,       /* for the time */
    MANY_CONNECTIONS = 900, /* for the memory; 1024 descriptors are usual */
    MESSAGE = 32,
};

typedef struct echo_client {
    int epoll;
    int count; /* of those that are open */
    int fds[MANY_CONNECTIONS];
    int got[MANY_CONNECTIONS]; /* of the message that is on its way */
} echo_client;

static inline int echo_connect(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        bench_check(errno, "connect");
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static inline void echo_open(echo_client *c, int port, int count) {
    for (; c->count < count; c->count++) {
        c->fds[c->count] = echo_connect(port);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = c->count};
        if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, c->fds[c->count], &event) < 0)
            bench_check(errno, "epoll_ctl");
    }
}

static inline void echo_init(echo_client *c) {
    *c = (echo_client){.epoll = epoll_create1(EPOLL_CLOEXEC)};
    if (c->epoll < 0) bench_check(errno, "epoll_create1");
}

static inline void echo_deinit(echo_client *c) {
    for (int i = 0; i < c->count; i++) (void)close(c->fds[i]);
    (void)close(c->epoll);
}

static inline void echo_send(int fd) {
    static const char message[] = "the message of the echo client\r\n";
    if (write(fd, message, MESSAGE) != MESSAGE) bench_check(errno, "write");
}

/* Returns: whether a whole message has come back. */
static inline bool echo_receive(echo_client *c, int at) {
    char bytes[MESSAGE];
    ssize_t size = read(c->fds[at], bytes, sizeof bytes);
    if (size <= 0) bench_check(size ? errno : EPIPE, "read");
    c->got[at] += (int)size;
    if (c->got[at] < MESSAGE) return false;
    c->got[at] = 0;
    return true;
}

static inline void echo_trips(uint64_t count, void *context) {
    echo_client *c = context;
    uint64_t left = count, to_send = count;
    for (int i = 0; i < c->count && to_send > 0; i++, to_send--)
        echo_send(c->fds[i]);
    while (left > 0) {
        struct epoll_event events[CONNECTIONS];
        int ready = epoll_wait(c->epoll, events, CONNECTIONS, -1);
        for (int i = 0; i < ready; i++) {
            int at = events[i].data.fd;
            if (!echo_receive(c, at)) continue;
            left--;
            if (to_send == 0) continue;
            to_send--;
            echo_send(c->fds[at]);
        }
    }
}

/* Returns: the nanoseconds of one trip to the server at that port of this
 * machine and back. */
static inline double echo_measure_ns(int port) {
    echo_client c;
    echo_init(&c);
    echo_open(&c, port, CONNECTIONS);
    double best_ns = bench_best_ns(echo_trips, &c);
    echo_deinit(&c);
    return best_ns;
}

/* Returns: by how much the resident size of the server grows with each
 * connection, after a message there and back, when the server is warm. */
static inline double echo_measure_bytes(int port, pid_t server) {
    echo_client c;
    echo_init(&c);
    echo_open(&c, port, CONNECTIONS);
    echo_trips(CONNECTIONS, &c);
    double before = bench_resident_bytes(server);
    echo_open(&c, port, MANY_CONNECTIONS);
    echo_trips(MANY_CONNECTIONS, &c);
    double grown = bench_resident_bytes(server) - before;
    echo_deinit(&c);
    return grown / (MANY_CONNECTIONS - CONNECTIONS);
}

#endif
