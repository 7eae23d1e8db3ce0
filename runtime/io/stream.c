/* stream.c - the system call first, then the wait, and one call for each event:
 * the others of the loop have their turn in between. */
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/sigpipe.h"

enum { LEAST_ROOM = 4096, MOST_ROOM = 1 << 20 };

struct rt_stream {
    rt_loop *loop;
    rt_poll *poll; /* made at the first wait */
    int fd;
    rt_stream_kind kind;
    bool is_drained;   /* the last read got less than it could have taken */
    const char *bytes; /* of the write: what is left */
    size_t size;
    rt_buffer *buffer; /* of rt_stream_read_all */
    size_t limit;
};

int rt_stream_new(rt_loop *loop, int fd, rt_stream_kind kind,
                  rt_stream **stream) {
    if (kind != RT_STREAM_BORROWED) {
        int flags = fcntl(fd, F_GETFL);
        if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
            return -errno;
    }
    rt_stream *s = rt_calloc(sizeof *s);
    if (!s) return RT_ENOMEMORY;
    s->loop = loop;
    s->fd = fd;
    s->kind = kind;
    *stream = s;
    return RT_OK;
}

int rt_stream_fd(const rt_stream *s) {
    return s->fd;
}

static int wait_for(rt_stream *s, rt_poll_side side, rt_waiter *waiter,
                    rt_poll_try *attempt) {
    int status = RT_OK;
    if (!s->poll && s->kind == RT_STREAM_BORROWED)
        status = rt_poll_new_shared(s->loop, s->fd, &s->poll);
    else if (!s->poll)
        status = rt_poll_new(s->loop, s->fd, &s->poll);
    return status ? status : rt_poll_wait(s->poll, side, waiter, attempt, s);
}

/* ---- reading ---- */

/* Reading it would block the thread: another program may have been faster. */
static bool is_empty(const rt_stream *s) {
    if (s->kind != RT_STREAM_BORROWED) return false;
    struct pollfd p = {.fd = s->fd, .events = POLLIN};
    int count;
    do count = poll(&p, 1, 0); /* a signal ends even a poll without time */
    while (count < 0 && errno == EINTR);
    return count == 0;
}

ssize_t rt_stream_read(rt_stream *s, void *bytes, size_t size) {
    if (s->is_drained || is_empty(s)) return -EAGAIN;
    ssize_t count;
    do {
        count = read(s->fd, bytes, size);
    } while (count < 0 && errno == EINTR);
    /* A terminal says so when nobody has its other side any more. */
    if (count < 0 && errno == EIO && s->kind == RT_STREAM_PIPE) return 0;
    if (count < 0) return -errno;
    s->is_drained =
        count > 0 && (size_t)count < size && s->kind != RT_STREAM_BORROWED;
    return count;
}

static int note_ready(void *context) {
    rt_stream *s = context;
    s->is_drained = false;
    return RT_OK;
}

int rt_stream_wait(rt_stream *s, rt_waiter *waiter) {
    return wait_for(s, RT_POLL_READ, waiter, note_ready);
}

/* Reads into the buffer. RT_PENDING: there will be more. */
static int read_on(void *context) {
    rt_stream *s = context;
    rt_buffer *b = s->buffer;
    /* One more, to know whether there are more than the limit. */
    size_t room = b->size < LEAST_ROOM ? LEAST_ROOM : b->size;
    if (room > MOST_ROOM) room = MOST_ROOM;
    if (room > s->limit + 1 - b->size) room = s->limit + 1 - b->size;
    if (rt_buffer_reserve(b, room) != RT_OK) return RT_ENOMEMORY;
    s->is_drained = false;
    ssize_t count = rt_stream_read(s, b->bytes + b->size, room);
    if (count == -EAGAIN) return RT_PENDING;
    if (count <= 0) return (int)count;
    b->size += (size_t)count;
    if (b->size <= s->limit) return RT_PENDING;
    b->size = s->limit;
    return RT_ELIMIT;
}

int rt_stream_read_all(rt_stream *s, rt_buffer *buffer, size_t limit,
                       rt_waiter *waiter) {
    s->buffer = buffer;
    s->limit = limit;
    return wait_for(s, RT_POLL_READ, waiter, read_on);
}

/* ---- writing ---- */

static ssize_t write_quietly(int fd, const char *bytes, size_t size) {
    rt_sigpipe held;
    rt_sigpipe_hold(&held);
    ssize_t count = write(fd, bytes, size);
    rt_sigpipe_release(&held);
    return count;
}

/* Writes what the other end takes. RT_PENDING: not all. */
static int write_on(void *context) {
    rt_stream *s = context;
    ssize_t count;
    do {
        count = s->kind == RT_STREAM_SOCKET
                    ? send(s->fd, s->bytes, s->size, MSG_NOSIGNAL)
                    : write_quietly(s->fd, s->bytes, s->size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return errno == EAGAIN ? RT_PENDING : -errno;
    s->bytes += count;
    s->size -= (size_t)count;
    return s->size == 0 ? RT_OK : RT_PENDING;
}

int rt_stream_write(rt_stream *s, const void *bytes, size_t size,
                    rt_waiter *waiter) {
    if (size == 0) return RT_OK;
    s->bytes = bytes;
    s->size = size;
    int status = write_on(s);
    if (status != RT_PENDING) return status;
    return wait_for(s, RT_POLL_WRITE, waiter, write_on);
}

int rt_stream_shutdown(rt_stream *s) {
    return shutdown(s->fd, SHUT_WR) < 0 ? -errno : RT_OK;
}

/* ---- the end ---- */

static void release(rt_stream *s) {
    if (s->kind != RT_STREAM_BORROWED) (void)close(s->fd);
    rt_free(s);
}

void rt_stream_close(rt_stream *s) {
    if (!s) return;
    rt_poll_close(s->poll);
    release(s);
}

void rt_stream_free(rt_stream *s) {
    if (!s) return;
    rt_poll_free(s->poll);
    release(s);
}
