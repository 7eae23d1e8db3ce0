/* tls_bio.h - how a TLS session reaches its descriptor.
 *
 * Reading takes what there is. Writing takes everything: what the descriptor does
 * not is kept and sent later (rt_tls_bio_flush). So OpenSSL never waits to be able
 * to write: what it wants to read and what it has to write do not cross, and a
 * write that is given up leaves no record that has to be tried again. Nor does it
 * learn that nobody reads any more: what the other end had written before is still
 * read. */
#ifndef RT_IO_TLS_BIO_H
#define RT_IO_TLS_BIO_H

#include <stdbool.h>

#include "base/buffer.h"

struct rt_openssl;
struct bio_st;
struct bio_method_st;

/* What a session has of its descriptor; the BIO's data. */
typedef struct rt_tls_bio {
    int fd;        /* a non-blocking socket; borrowed */
    rt_buffer out; /* what is to be sent, */
    size_t sent;   /* without what was */
    int error;     /* of a read that failed, -errno; RT_ENOMEMORY; or 0 */
    int broken;    /* of a write, after which the rest is dropped; or 0 */
    bool is_ended; /* the other end has closed the connection */
} rt_tls_bio;

/* For contexts. NULL: out of memory. */
struct bio_method_st *rt_tls_bio_method(const struct rt_openssl *ssl);

/* NULL: out of memory. It refers to `bio`. */
struct bio_st *rt_tls_bio_new(rt_tls_bio *bio,
                              const struct bio_method_st *method);
void rt_tls_bio_deinit(rt_tls_bio *bio);

/* Returns: RT_OK: all is sent; RT_PENDING: not all; -errno. */
int rt_tls_bio_flush(rt_tls_bio *bio);

static inline bool rt_tls_bio_has_output(const rt_tls_bio *bio) {
    return bio->sent < bio->out.size;
}

#endif
