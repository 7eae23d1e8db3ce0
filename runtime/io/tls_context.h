/* tls_context.h - what many TLS connections have in common: whom they trust, and
 * as whom they show themselves.
 *
 * It is made on libuv's pool, since it reads files; the list of those whom the
 * system trusts takes several milliseconds. All else belongs to a loop's thread. */
#ifndef RT_IO_TLS_CONTEXT_H
#define RT_IO_TLS_CONTEXT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "io/work.h"

struct rt_openssl;
struct ssl_ctx_st;
struct bio_method_st;

typedef struct rt_tls_options {
    const char *ca; /* file of whom to trust; NULL: as the system says */
    const char
        *cert;       /* file of the own certificate, and those above; or NULL */
    const char *key; /* file of its key; NULL: it is in `cert` */
    const char
        *alpn; /* protocols, each after a byte with its length; or NULL */
    size_t alpn_size;
    bool is_server;
    bool verifies; /* the other end has to have a certificate that is trusted */
} rt_tls_options;

typedef struct rt_tls_context {
    const struct rt_openssl *ssl;
    struct ssl_ctx_st *context;
    struct bio_method_st *method; /* how sessions reach their descriptors */
    int refs;                     /* of the host, and of each session */
    bool is_server;
    bool verifies;
    size_t alpn_size;
    unsigned char alpn[]; /* a server's, in the order of its preference */
} rt_tls_context;

/* Blocks; any thread. Returns: RT_OK; RT_ENOMEMORY; -errno, -EPROTO, -ENOENT: there
 * is no OpenSSL. The message names the file. */
int rt_tls_context_new(const rt_tls_options *options, rt_tls_context **context,
                       rt_error *err);
void rt_tls_context_ref(rt_tls_context *context);
void rt_tls_context_unref(rt_tls_context *context);

/* One that is being made on the pool. */
typedef struct rt_tls_loading rt_tls_loading;

/* The options are copied. NULL: out of memory. */
rt_tls_loading *rt_tls_loading_new(const rt_tls_options *options);

/* Returns: as rt_work_start. */
int rt_tls_loading_start(rt_tls_loading *loading, rt_loop *loop,
                         rt_waiter *waiter);

/* What has come of it, with one reference; or why not. As rt_tls_context_new. */
int rt_tls_loading_take(rt_tls_loading *loading, rt_tls_context **context,
                        rt_error *err);

/* Frees it, or lets go of it. */
void rt_tls_loading_release(rt_tls_loading *loading);

#endif
