/* sockets.c */
#include "io/sockets.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"

static bool is_local(const rt_address *address) {
    return address->any.sa_family == AF_UNIX;
}

static void set(int fd, int level, int option, int value) {
    (void)setsockopt(fd, level, option, &value, sizeof value);
}

void rt_socket_tune(int fd, const rt_address *address,
                    const rt_socket_options *options) {
    if (is_local(address)) return;
    if (options->is_nodelay) set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (options->keepalive_s == RT_KEEPALIVE_OFF) return;
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (options->keepalive_s == RT_KEEPALIVE_SYSTEM) return;
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, options->keepalive_s);
    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, options->keepalive_s);
}

static int make(const rt_address *address, int *fd) {
    *fd = socket(address->any.sa_family,
                 SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return *fd < 0 ? -errno : RT_OK;
}

static int drop(int *fd, int status) {
    (void)close(*fd);
    *fd = -1;
    return status;
}

int rt_socket_address(int fd, rt_address *address) {
    address->size = sizeof address->storage;
    return getsockname(fd, &address->any, &address->size) < 0 ? -errno : RT_OK;
}

/* ---- connecting ---- */

/* The file, if it has no file system's name. */
static const char *path_of(const rt_address *address) {
    if (!is_local(address)) return NULL;
    const char *path = address->local.sun_path;
    return *path ? path : NULL;
}

/* The kernel says that of what is no socket, too. */
static int refused(const rt_address *address) {
    struct stat info;
    const char *path = path_of(address);
    if (path && stat(path, &info) == 0 && !S_ISSOCK(info.st_mode))
        return -ENOTSOCK;
    return -ECONNREFUSED;
}

int rt_socket_connect_again(int fd, const rt_address *address, bool *is_again) {
    *is_again = false;
    if (connect(fd, &address->any, address->size) == 0) return RT_OK;
    if (errno == EINPROGRESS || errno == EINTR) return RT_PENDING;
    if (errno == ECONNREFUSED) return refused(address);
    /* A Unix socket whose queue is full; there is no event for that. */
    *is_again = errno == EAGAIN && is_local(address);
    return *is_again ? RT_PENDING : -errno;
}

/* A port of its own is chosen when it is known with whom it connects, so that
 * more connections than ports are possible. */
static int bind_from(int fd, const rt_address *from) {
    if (rt_address_port(from) == 0)
        set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    return bind(fd, &from->any, from->size) < 0 ? -errno : RT_OK;
}

int rt_socket_connect(const rt_address *address, const rt_address *from,
                      const rt_socket_options *options, int *fd,
                      bool *is_again) {
    int status = make(address, fd);
    if (status != RT_OK) return status;
    rt_socket_tune(*fd, address, options);
    if (from) status = bind_from(*fd, from);
    if (status == RT_OK)
        status = rt_socket_connect_again(*fd, address, is_again);
    return status < 0 ? drop(fd, status) : status;
}

int rt_socket_status(int fd, const rt_address *address) {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return -errno;
    return error == ECONNREFUSED ? refused(address) : -error;
}

/* ---- listening ---- */

/* Whether it is a socket to which nobody listens. */
static bool is_stale(const rt_address *address) {
    struct stat info;
    const char *path = path_of(address);
    if (!path || lstat(path, &info) != 0 || !S_ISSOCK(info.st_mode))
        return false;
    int fd;
    if (make(address, &fd) != RT_OK) return false;
    bool stale =
        connect(fd, &address->any, address->size) < 0 && errno == ECONNREFUSED;
    (void)close(fd);
    return stale;
}

static int bind_to(int fd, const rt_address *address) {
    if (bind(fd, &address->any, address->size) == 0) return RT_OK;
    if (errno != EADDRINUSE || !is_stale(address))
        return errno == EINVAL && is_local(address) ? -ENOENT : -errno;
    (void)unlink(path_of(address));
    return bind(fd, &address->any, address->size) < 0 ? -errno : RT_OK;
}

/* Nobody can connect before it listens, so nobody has more rights meanwhile. */
static int listen_on(int fd, const rt_address *address,
                     const rt_listen_options *options) {
    const char *path = path_of(address);
    if (path && options->mode >= 0 && chmod(path, (mode_t)options->mode) < 0)
        return -errno;
    return listen(fd, options->backlog) < 0 ? -errno : RT_OK;
}

int rt_socket_listen(const rt_address *address,
                     const rt_listen_options *options, int *fd) {
    int status = make(address, fd);
    if (status != RT_OK) return status;
    if (!is_local(address)) set(*fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (options->shares_port) set(*fd, SOL_SOCKET, SO_REUSEPORT, 1);
    status = bind_to(*fd, address);
    if (status != RT_OK) return drop(fd, status);
    status = listen_on(*fd, address, options);
    if (status == RT_OK) return RT_OK;
    if (path_of(address)) (void)unlink(path_of(address));
    return drop(fd, status);
}
