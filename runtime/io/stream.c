/* stream.c - the system call first, then the wait, and one call for each event:
 * the others of the loop have their turn in between.
 *
 * With TLS a strand that reads waits only to read, and one that writes only to
 * write. What has to be sent for something else than a write (a handshake, an
 * answer to what was read, the rest of a write that was given up) is sent by a
 * waiter of the stream's own, the flusher, while nobody writes. */
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
    rt_tls *tls;       /* owned; NULL: none */
    rt_waiter flusher; /* of its output */
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

bool rt_stream_is_socket(const rt_stream *s) {
    return s->kind == RT_STREAM_SOCKET;
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

/* ---- what is to be sent for TLS ---- */

static void on_flushed(rt_waiter *waiter) {
    (void)waiter; /* a failure is met by who reads or writes next */
}

static int flush_on(void *context) {
    const rt_stream *s = context;
    return rt_tls_flush(s->tls);
}

/* Sees to it that it is sent: by whoever writes, or by the flusher. */
static void start_flusher(rt_stream *s) {
    if (!rt_tls_has_output(s->tls) || rt_waiter_parked(&s->flusher)) return;
    (void)wait_for(s, RT_POLL_WRITE, &s->flusher, flush_on);
}

static void stop_flusher(rt_stream *s) {
    if (s->tls) (void)rt_waiter_cancel(&s->flusher, RT_ECANCELLED);
}

void rt_stream_secure(rt_stream *s, rt_tls *tls) {
    s->tls = tls;
    s->is_drained = false;
    rt_waiter_init(&s->flusher, s->loop, on_flushed);
}

rt_tls *rt_stream_tls(const rt_stream *s) {
    return s->tls;
}

static int handshake_on(void *context) {
    rt_stream *s = context;
    int status = rt_tls_handshake(s->tls);
    start_flusher(s);
    return status;
}

int rt_stream_handshake(rt_stream *s, rt_waiter *waiter) {
    int status = handshake_on(s);
    if (status != RT_PENDING) return status;
    return wait_for(s, RT_POLL_READ, waiter, handshake_on);
}

const char *rt_stream_why(const rt_stream *s, int status) {
    return s && s->tls && status == -EPROTO ? rt_tls_why(s->tls)
                                            : rt_status_text(status);
}

/* ---- reading ---- */

bool rt_stream_is_ready(const rt_stream *s) {
    struct pollfd p = {.fd = s->fd, .events = POLLIN};
    int count;
    do count = poll(&p, 1, 0); /* a signal ends even a poll without time */
    while (count < 0 && errno == EINTR);
    return count != 0;
}

/* Reading it would block the thread: another program may have been faster. */
static bool is_empty(const rt_stream *s) {
    return s->kind == RT_STREAM_BORROWED && !rt_stream_is_ready(s);
}

static ssize_t read_secure(rt_stream *s, void *bytes, size_t size) {
    ssize_t count = rt_tls_read(s->tls, bytes, size);
    s->is_drained =
        count > 0 && (size_t)count < size && !rt_tls_is_over(s->tls);
    start_flusher(s);
    return count;
}

ssize_t rt_stream_read(rt_stream *s, void *bytes, size_t size) {
    if (s->is_drained || is_empty(s)) return -EAGAIN;
    if (s->tls) return read_secure(s, bytes, size);
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

ssize_t rt_stream_read_last(rt_stream *s, void *bytes, size_t size) {
    s->is_drained = false;
    return rt_stream_read(s, bytes, size);
}

static int note_ready(void *context) {
    rt_stream *s = context;
    s->is_drained = false;
    return RT_OK;
}

int rt_stream_wait(rt_stream *s, rt_waiter *waiter) {
    return wait_for(s, RT_POLL_READ, waiter, note_ready);
}

/* One read into the buffer. RT_PENDING: there will be more. */
static int read_piece(rt_stream *s) {
    rt_buffer *b = s->buffer;
    /* One more, to know whether there are more than the limit. */
    size_t room = b->size < LEAST_ROOM ? LEAST_ROOM : b->size;
    if (room > MOST_ROOM) room = MOST_ROOM;
    if (room > s->limit + 1 - b->size) room = s->limit + 1 - b->size;
    if (rt_buffer_reserve(b, room) != RT_OK) return RT_ENOMEMORY;
    ssize_t count = rt_stream_read(s, b->bytes + b->size, room);
    if (count == -EAGAIN) return RT_PENDING;
    if (count <= 0) return (int)count;
    b->size += (size_t)count;
    if (b->size <= s->limit) return RT_PENDING;
    b->size = s->limit;
    return RT_ELIMIT;
}

/* The descriptor does not tell of what TLS has read ahead. */
static int read_on(void *context) {
    rt_stream *s = context;
    int status;
    s->is_drained = false;
    do {
        size_t before = s->buffer->size;
        status = read_piece(s);
        if (s->buffer->size == before) break;
    } while (status == RT_PENDING && s->tls && !s->is_drained);
    return status;
}

int rt_stream_read_all(rt_stream *s, rt_buffer *buffer, size_t limit,
                       rt_waiter *waiter) {
    s->buffer = buffer;
    s->limit = limit;
    int status = s->tls ? read_on(s) : RT_PENDING;
    if (status != RT_PENDING) return status;
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

/* Done when it is sent. */
static int write_secure(rt_stream *s) {
    int status;
    while ((status = rt_tls_flush(s->tls)) == RT_OK && s->size > 0) {
        ssize_t count = rt_tls_write(s->tls, s->bytes, s->size);
        if (count < 0) return (int)count;
        s->bytes += count;
        s->size -= (size_t)count;
    }
    return status;
}

/* Writes what the other end takes. RT_PENDING: not all. */
static int write_on(void *context) {
    rt_stream *s = context;
    if (s->tls) return write_secure(s);
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
    stop_flusher(s);
    s->bytes = bytes;
    s->size = size;
    int status = write_on(s);
    if (status != RT_PENDING) return status;
    return wait_for(s, RT_POLL_WRITE, waiter, write_on);
}

int rt_stream_shutdown(rt_stream *s) {
    if (s->tls) {
        int status = rt_tls_shutdown(s->tls);
        start_flusher(s);
        return status;
    }
    return shutdown(s->fd, SHUT_WR) < 0 ? -errno : RT_OK;
}

/* ---- the end ---- */

static void release(rt_stream *s) {
    rt_tls_free(s->tls);
    if (s->kind != RT_STREAM_BORROWED) (void)close(s->fd);
    rt_free(s);
}

int rt_stream_release(rt_stream *s) {
    int fd = s->fd;
    rt_poll_free(s->poll);
    rt_free(s);
    return fd;
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
