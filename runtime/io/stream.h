/* stream.h - bytes in and out of a descriptor that may have to be waited for:
 * pipes, terminals, sockets, and TLS over these.
 *
 * One strand reads and one writes at a time. Belongs to the loop's thread. */
#ifndef RT_IO_STREAM_H
#define RT_IO_STREAM_H

#include <sys/types.h>

#include "base/buffer.h"
#include "io/polling.h"
#include "io/tls.h"

typedef enum {
    RT_STREAM_PIPE,   /* one end of a pipe, or of a pseudo-terminal */
    RT_STREAM_SOCKET, /* its two sides can be shut down one by one */
    RT_STREAM_BORROWED, /* for reading; other programs have it, too: neither closed
                           nor set non-blocking */
} rt_stream_kind;

typedef struct rt_stream rt_stream;

/* Takes `fd` on RT_OK, but for a borrowed one. Returns: RT_OK; RT_ENOMEMORY;
 * -errno. */
int rt_stream_new(rt_loop *loop, int fd, rt_stream_kind kind,
                  rt_stream **stream);

/* Its descriptor; with TLS what comes over it is not what is read and written. */
int rt_stream_fd(const rt_stream *stream);

bool rt_stream_is_socket(const rt_stream *stream);

/* What there is, at most `size` bytes. Returns: how many, 0 at the end; -EAGAIN:
 * there is nothing yet; -errno. */
ssize_t rt_stream_read(rt_stream *stream, void *bytes, size_t size);

/* The same for who waits no longer: after a read of less than there could have been
 * the one above does not look again before a wait has ended. */
ssize_t rt_stream_read_last(rt_stream *stream, void *bytes, size_t size);

/* Whether a read would not wait, whatever was read before. */
bool rt_stream_is_ready(const rt_stream *stream);

/* Waits until there is something to read, or the end.
 * Returns: RT_PENDING; RT_OK: there is; as rt_poll_wait. */
int rt_stream_wait(rt_stream *stream, rt_waiter *waiter);

/* Reads to the end, adding to `buffer`, which stays until then. Completes with
 * RT_OK; RT_ELIMIT: there are more than `limit` bytes, and so many are in the
 * buffer; RT_ENOMEMORY; -errno. Returns the same at once, or RT_PENDING. */
int rt_stream_read_all(rt_stream *stream, rt_buffer *buffer, size_t limit,
                       rt_waiter *waiter);

/* Writes all of it; the bytes stay where they are until then. -EPIPE: nobody
 * reads, and there is no SIGPIPE. Returns as above. */
int rt_stream_write(rt_stream *stream, const void *bytes, size_t size,
                    rt_waiter *waiter);

/* No more is written: the other end reads to the end. With TLS that is said in
 * TLS. Not for pipes: they are closed. Returns: RT_OK; -errno. */
int rt_stream_shutdown(rt_stream *stream);

/* From here on all goes through TLS, which it takes. Nobody reads or writes. */
void rt_stream_secure(rt_stream *stream, rt_tls *tls);
rt_tls *rt_stream_tls(const rt_stream *stream); /* borrowed; NULL: none */

/* The handshake, before anything is read or written. If the wait is withdrawn it
 * can be gone on with.
 * Returns: RT_OK; RT_PENDING, and the waiter is completed with one of the others;
 * -EPROTO; -errno; -EBUSY. */
int rt_stream_handshake(rt_stream *stream, rt_waiter *waiter);

/* The text of what one of these has come to: rt_status_text, but for TLS. */
const char *rt_stream_why(const rt_stream *stream, int status);

/* Frees it, but not its descriptor, which is the caller's. Nobody waits. */
int rt_stream_release(rt_stream *stream);

/* Closes it, and frees it; who waits is told RT_ECLOSED, now. NULL is harmless. */
void rt_stream_close(rt_stream *stream);

/* The same, but who waits is left alone. For finalizers. */
void rt_stream_free(rt_stream *stream);

#endif
