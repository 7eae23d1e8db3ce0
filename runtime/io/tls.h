/* tls.h - one TLS connection over a descriptor; what rt_stream reads and writes
 * through. Nothing here waits: RT_PENDING and -EAGAIN mean that the other end has
 * to send something first; what is to be sent is kept until the descriptor takes
 * it (rt_tls_flush).
 *
 * A failure is for good: it is what all that follows returns. Its text is
 * rt_tls_why. Belongs to a loop's thread. */
#ifndef RT_IO_TLS_H
#define RT_IO_TLS_H

#include <stdbool.h>
#include <sys/types.h>

#include "io/tls_context.h"

typedef struct rt_tls rt_tls;

/* `name`: of the other end, for a client: a host or an address in figures; it is
 * asked for, and checked if the context verifies. NULL: it is not known, and
 * nothing is checked but who has signed. The descriptor is a non-blocking socket,
 * which stays the caller's.
 * Returns: RT_OK; RT_ENOMEMORY; RT_EUSAGE: nobody can be called that. */
int rt_tls_new(rt_tls_context *context, int fd, const char *name, rt_tls **tls);

/* Closes it, as far as that goes without waiting, and frees it. NULL is harmless. */
void rt_tls_free(rt_tls *tls);

/* Returns: RT_OK: it is done; RT_PENDING; -EPROTO; -errno. */
int rt_tls_handshake(rt_tls *tls);
bool rt_tls_is_ready(const rt_tls *tls); /* the handshake is done */

/* As rt_stream_read; less than `size` is all that there is for now. -EPROTO also
 * if the connection ends without a word of TLS. */
ssize_t rt_tls_read(rt_tls *tls, void *bytes, size_t size);

/* Whether what rt_tls_read returns next needs nothing from the descriptor. */
bool rt_tls_is_over(const rt_tls *tls);

/* Takes some of it, if all that was taken before is sent.
 * Returns: how much; 0: not all is sent; -EPROTO; -errno. */
ssize_t rt_tls_write(rt_tls *tls, const void *bytes, size_t size);

/* Sends what is to be sent. Returns: RT_OK; RT_PENDING: not all; -errno. */
int rt_tls_flush(rt_tls *tls);
bool rt_tls_has_output(const rt_tls *tls);

/* Nothing more is written: the other end reads to the end. Returns: RT_OK;
 * -EPROTO; -errno. */
int rt_tls_shutdown(rt_tls *tls);

/* In words, what -EPROTO was for. */
const char *rt_tls_why(const rt_tls *tls);

/* What was agreed upon. */
typedef struct rt_tls_info {
    const char *version, *cipher; /* constants of OpenSSL */
    char alpn[256];               /* "": none */
    char subject[512];            /* of the other end's certificate; "": none */
    char issuer[512];
    bool is_verified;
} rt_tls_info;

void rt_tls_describe(const rt_tls *tls, rt_tls_info *info);

#endif
