/* tls_context.c */
#include "io/tls_context.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "io/openssl.h"
#include "io/tls_bio.h"
#include "io/tls_text.h"

/* ---- a context ---- */

/* OpenSSL would ask for the password of a key at the terminal. */
static int refuse_password(char *bytes, int size, int is_writing, void *data) {
    (void)bytes;
    (void)size;
    (void)is_writing;
    (void)data;
    return -1;
}

/* A server that has none of the client's protocols ends the handshake. */
static int select_protocol(SSL *session, const unsigned char **out,
                           unsigned char *out_size, const unsigned char *in,
                           unsigned in_size, void *data) {
    (void)session;
    const rt_tls_context *c = data;
    unsigned char *chosen;
    int found = c->ssl->SSL_select_next_proto(
        &chosen, out_size, c->alpn, (unsigned)c->alpn_size, in, in_size);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK
                                           : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static void set_protocol(const rt_openssl *ssl, SSL_CTX *context) {
    (void)ssl->SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION,
                            TLS1_2_VERSION, NULL);
    (void)ssl->SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    /* A write takes what it can; and what is idle takes little memory. */
    (void)ssl->SSL_CTX_ctrl(
        context, SSL_CTRL_MODE,
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS, NULL);
    /* One system call reads the head of a record and the record. */
    (void)ssl->SSL_CTX_ctrl(context, SSL_CTRL_SET_READ_AHEAD, 1, NULL);
    (void)ssl->SSL_CTX_set_session_id_context(
        context, (const unsigned char *)"plait", sizeof "plait" - 1);
    ssl->SSL_CTX_set_default_passwd_cb(context, refuse_password);
}

static int load_trusted(const rt_tls_context *c, const rt_tls_options *o,
                        rt_error *err) {
    const rt_openssl *ssl = c->ssl;
    if (!o->verifies) return RT_OK;
    int mode =
        SSL_VERIFY_PEER | (o->is_server ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
    ssl->SSL_CTX_set_verify(c->context, mode, NULL);
    if (!o->ca) {
        if (ssl->SSL_CTX_set_default_verify_paths(c->context)) return RT_OK;
        return rt_tls_take_error(ssl, "certificates of the system", err);
    }
    if (!ssl->SSL_CTX_load_verify_file(c->context, o->ca))
        return rt_tls_take_error(ssl, o->ca, err);
    /* Whoever is in the file is trusted, whoever is above. */
    (void)ssl->X509_VERIFY_PARAM_set_flags(ssl->SSL_CTX_get0_param(c->context),
                                           X509_V_FLAG_PARTIAL_CHAIN);
    if (o->is_server)
        ssl->SSL_CTX_set_client_CA_list(c->context,
                                        ssl->SSL_load_client_CA_file(o->ca));
    return RT_OK;
}

/* The key has to be that of the certificate, or it is not taken. */
static int load_own(const rt_tls_context *c, const rt_tls_options *o,
                    rt_error *err) {
    if (!o->cert) return RT_OK;
    const char *key = o->key ? o->key : o->cert;
    if (c->ssl->SSL_CTX_use_certificate_chain_file(c->context, o->cert) != 1)
        return rt_tls_take_error(c->ssl, o->cert, err);
    if (c->ssl->SSL_CTX_use_PrivateKey_file(c->context, key,
                                            SSL_FILETYPE_PEM) != 1)
        return rt_tls_take_error(c->ssl, key, err);
    return RT_OK;
}

static int set_protocols(rt_tls_context *c, rt_error *err) {
    if (c->alpn_size == 0) return RT_OK;
    if (c->is_server)
        c->ssl->SSL_CTX_set_alpn_select_cb(c->context, select_protocol, c);
    else if (c->ssl->SSL_CTX_set_alpn_protos(c->context, c->alpn,
                                             (unsigned)c->alpn_size))
        return rt_tls_take_error(c->ssl, "alpn", err);
    return RT_OK;
}

static int fill(rt_tls_context *c, const rt_tls_options *o, rt_error *err) {
    c->context = c->ssl->SSL_CTX_new(c->ssl->TLS_method());
    c->method = c->context ? rt_tls_bio_method(c->ssl) : NULL;
    if (!c->method) return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    set_protocol(c->ssl, c->context);
    int status = load_own(c, o, err);
    if (status == RT_OK) status = load_trusted(c, o, err);
    return status == RT_OK ? set_protocols(c, err) : status;
}

int rt_tls_context_new(const rt_tls_options *o, rt_tls_context **context,
                       rt_error *err) {
    const char *missing;
    const rt_openssl *ssl = rt_openssl_open(&missing);
    if (!ssl)
        return rt_error_set(err, -ENOENT,
                            "TLS needs OpenSSL (Debian: libssl3): %s", missing);
    rt_tls_context *c = rt_calloc(sizeof *c + o->alpn_size);
    if (!c) return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    c->ssl = ssl;
    c->refs = 1;
    c->is_server = o->is_server;
    c->verifies = o->verifies;
    c->alpn_size = o->alpn_size;
    if (o->alpn) memcpy(c->alpn, o->alpn, o->alpn_size);
    ssl->ERR_clear_error();
    int status = fill(c, o, err);
    ssl->ERR_clear_error();
    if (status == RT_OK)
        *context = c;
    else
        rt_tls_context_unref(c);
    return status;
}

void rt_tls_context_ref(rt_tls_context *c) {
    c->refs++;
}

void rt_tls_context_unref(rt_tls_context *c) {
    if (--c->refs > 0) return;
    c->ssl->SSL_CTX_free(c->context);
    c->ssl->BIO_meth_free(c->method);
    rt_free(c);
}

/* ---- on the pool ---- */

struct rt_tls_loading {
    rt_work work;
    rt_tls_options options; /* of copies */
    char *texts[4];         /* which are these; owned */
    rt_tls_context *context;
    rt_error error;
};

static void run(rt_work *work) {
    rt_tls_loading *l = rt_container_of(work, rt_tls_loading, work);
    l->error.status = rt_tls_context_new(&l->options, &l->context, &l->error);
}

static void deinit(rt_work *work) {
    rt_tls_loading *l = rt_container_of(work, rt_tls_loading, work);
    if (l->context) rt_tls_context_unref(l->context);
    for (int i = 0; i < 4; i++) rt_free(l->texts[i]);
}

static const rt_work_type loading_type = {.run = run, .deinit = deinit};

/* NULL if there is none; false: no memory. */
static bool copy(const char **text, size_t size, char **owned) {
    if (!*text) return true;
    *owned = rt_alloc(size + 1);
    if (!*owned) return false;
    memcpy(*owned, *text, size);
    (*owned)[size] = '\0';
    *text = *owned;
    return true;
}

static bool copy_text(const char **text, char **owned) {
    return copy(text, *text ? strlen(*text) : 0, owned);
}

rt_tls_loading *rt_tls_loading_new(const rt_tls_options *options) {
    rt_tls_loading *l = rt_work_new(&loading_type, sizeof *l);
    if (!l) return NULL;
    rt_tls_options *o = &l->options;
    *o = *options;
    if (copy_text(&o->ca, &l->texts[0]) && copy_text(&o->cert, &l->texts[1]) &&
        copy_text(&o->key, &l->texts[2]) &&
        copy(&o->alpn, o->alpn_size, &l->texts[3]))
        return l;
    rt_tls_loading_release(l);
    return NULL;
}

int rt_tls_loading_start(rt_tls_loading *l, rt_loop *loop, rt_waiter *waiter) {
    return rt_work_start(&l->work, loop, NULL, waiter);
}

int rt_tls_loading_take(rt_tls_loading *l, rt_tls_context **context,
                        rt_error *err) {
    *err = l->error;
    *context = l->context;
    l->context = NULL;
    return l->error.status;
}

void rt_tls_loading_release(rt_tls_loading *l) {
    rt_work_release(&l->work);
}
