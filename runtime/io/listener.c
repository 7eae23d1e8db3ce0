/* listener.c - the listener has a waiter of its own, for the socket or, when
 * descriptors are lacking, for the time of the next look. It hands out what it
 * accepts, so that each event is one for as many as wait, and wakes no others. */
#include "io/listener.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "io/polling.h"

#define LOOK_NS INT64_C(50000000)

struct rt_listener {
    rt_loop *loop;
    rt_poll *poll; /* made at the first wait */
    rt_waiter waiter;
    rt_list queue; /* of rt_accept */
    int fd;
    rt_address address;
    bool owns_path;
    bool is_closed;
    bool has_told; /* that descriptors are lacking */
    bool wakes_nobody;
    dev_t device; /* of the file */
    ino_t inode;
    void (*on_lack)(void *context, int status);
    void *context;
};

static void on_complete(rt_waiter *waiter);

/* ---- making ---- */

static const char *path_of(const rt_listener *l) {
    const rt_address *a = &l->address;
    if (!l->owns_path || a->any.sa_family != AF_UNIX) return NULL;
    return *a->local.sun_path ? a->local.sun_path : NULL;
}

static void note_file(rt_listener *l) {
    struct stat info;
    if (!path_of(l) || lstat(path_of(l), &info) != 0) return;
    l->device = info.st_dev;
    l->inode = info.st_ino;
}

int rt_listener_new(rt_loop *loop, int fd, bool owns_path,
                    rt_listener **listener) {
    rt_address address;
    int status = rt_socket_address(fd, &address);
    if (status != RT_OK) return status;
    rt_listener *l = rt_calloc(sizeof *l);
    if (!l) return RT_ENOMEMORY;
    l->loop = loop;
    l->fd = fd;
    l->address = address;
    l->owns_path = owns_path;
    note_file(l);
    rt_list_init(&l->queue);
    rt_waiter_init(&l->waiter, loop, on_complete);
    *listener = l;
    return RT_OK;
}

void rt_listener_on_lack(rt_listener *l,
                         void (*on_lack)(void *context, int status),
                         void *context) {
    l->on_lack = on_lack;
    l->context = context;
}

void rt_listener_wake_nobody(rt_listener *l) {
    l->wakes_nobody = true;
}

const rt_address *rt_listener_address(const rt_listener *l) {
    return &l->address;
}

int rt_listener_fd(const rt_listener *l) {
    return l->fd;
}

void rt_accept_init(rt_accept *a) {
    *a = (rt_accept){.fd = -1};
    rt_list_init(&a->link);
}

/* ---- accepting ---- */

static bool is_lack(int status) {
    return status == -EMFILE || status == -ENFILE || status == -ENOBUFS ||
           status == -ENOMEM;
}

/* The connection has failed, not the listener: the next may be better. */
static bool is_of_one(int error) {
    switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPERM:
    case EPROTO:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
        return true;
    }
    return false;
}

/* RT_PENDING: there is none. */
static int accept_one(const rt_listener *l, rt_accept *a) {
    do {
        a->peer.size = sizeof a->peer.storage;
        a->fd = accept4(l->fd, &a->peer.any, &a->peer.size,
                        SOCK_CLOEXEC | SOCK_NONBLOCK);
    } while (a->fd < 0 && is_of_one(errno));
    if (a->fd >= 0) return RT_OK;
    return errno == EAGAIN ? RT_PENDING : -errno;
}

static void leave(rt_accept *a) {
    rt_list_unlink(&a->link);
    a->waiter = NULL;
    a->listener = NULL;
}

static void complete(rt_accept *a, int status) {
    rt_waiter *waiter = a->waiter;
    leave(a);
    if (rt_waiter_claim(waiter)) rt_waiter_complete_here(waiter, status);
}

static rt_accept *first_of(const rt_listener *l) {
    return rt_container_of(l->queue.next, rt_accept, link);
}

/* RT_PENDING: some wait; RT_OK: nobody does. */
static int serve(void *context) {
    rt_listener *l = context;
    while (!rt_list_empty(&l->queue)) {
        rt_accept *a = first_of(l);
        int status = accept_one(l, a);
        if (status != RT_OK) return status;
        complete(a, RT_OK);
    }
    return RT_OK;
}

/* Waits for what `status` of serve says; else all that wait are told of it. */
static int go_on(rt_listener *l, int status) {
    if (status == RT_PENDING && !l->poll)
        status = rt_poll_new(l->loop, l->fd, &l->poll);
    else if (status == RT_PENDING)
        status = RT_OK;
    else if (!is_lack(status))
        return status;
    if (status == RT_OK && l->wakes_nobody) rt_poll_wake_nobody(l->poll);
    if (status == RT_OK)
        return rt_poll_wait(l->poll, RT_POLL_READ, &l->waiter, serve, l);
    if (!is_lack(status)) return status;
    if (l->on_lack && !l->has_told) l->on_lack(l->context, status);
    l->has_told = true;
    rt_waiter_park(&l->waiter, l, NULL);
    int64_t due = rt_loop_now(l->loop) + LOOK_NS;
    status = rt_waiter_arm(&l->waiter, due, due);
    return status == RT_OK ? RT_PENDING : status;
}

static void fail(rt_listener *l, int status) {
    while (!rt_list_empty(&l->queue)) complete(first_of(l), status);
}

/* After a look, or when it has served all, or when nobody waits any more. */
static void on_complete(rt_waiter *waiter) {
    rt_listener *l = rt_container_of(waiter, rt_listener, waiter);
    if (l->is_closed || rt_list_empty(&l->queue)) return;
    int status = waiter->status;
    if (status == RT_ETIMEOUT || status == RT_OK) status = serve(l);
    if (status == RT_OK) return;
    status = go_on(l, status);
    if (status != RT_PENDING) fail(l, status);
}

static void withdraw(rt_waiter *waiter) {
    rt_accept *a = waiter->object;
    rt_listener *l = a->listener;
    leave(a);
    if (rt_list_empty(&l->queue))
        (void)rt_waiter_cancel(&l->waiter, RT_ECANCELLED);
}

int rt_listener_accept(rt_listener *l, rt_accept *a, rt_waiter *waiter) {
    if (rt_list_empty(&l->queue)) {
        int status = accept_one(l, a);
        if (status == RT_OK) return RT_OK;
        status = go_on(l, status);
        if (status != RT_PENDING) return status;
    }
    a->listener = l;
    a->waiter = waiter;
    rt_waiter_park(waiter, a, withdraw);
    rt_list_push(&l->queue, &a->link);
    return RT_PENDING;
}

void rt_accept_deinit(rt_accept *a) {
    if (a->listener) leave(a);
    if (a->fd >= 0) (void)close(a->fd);
    a->fd = -1;
}

/* ---- the end ---- */

/* Another may have its name by now. */
static void remove_file(const rt_listener *l) {
    struct stat info;
    const char *path = path_of(l);
    if (path && lstat(path, &info) == 0 && info.st_dev == l->device &&
        info.st_ino == l->inode)
        (void)unlink(path);
}

static void release(rt_listener *l) {
    l->is_closed = true;
    (void)rt_waiter_cancel(&l->waiter, RT_ECANCELLED);
    rt_poll_free(l->poll);
    remove_file(l);
    (void)close(l->fd);
    rt_free(l);
}

void rt_listener_close(rt_listener *l) {
    if (!l) return;
    fail(l, RT_ECLOSED);
    release(l);
}

void rt_listener_free(rt_listener *l) {
    if (!l) return;
    while (!rt_list_empty(&l->queue)) leave(first_of(l));
    release(l);
}
