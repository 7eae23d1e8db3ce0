/* tls.c - a session of OpenSSL over two BIOs of our own (tls_bio.h). */
#include "io/tls.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/alloc.h"
#include "io/address.h"
#include "io/openssl.h"
#include "io/tls_bio.h"
#include "io/tls_text.h"

/* What one record holds: no more is encrypted before it is sent. */
enum { RECORD = 1 << 14 };

struct rt_tls {
    const rt_openssl *ssl;
    rt_tls_context *context; /* a reference */
    SSL *session;
    rt_tls_bio bio;
    bool is_ready;  /* the handshake is done */
    bool has_ended; /* the other end has said that it writes no more */
    bool is_shut;   /* so have we */
    rt_error error; /* of the failure that is for good; status 0: none */
};

/* ---- making one ---- */

static int check_name(const rt_tls *t, const char *name) {
    const rt_openssl *ssl = t->ssl;
    rt_place place;
    if (rt_place_of_host(&place, name, strlen(name), 0, NULL) != RT_OK)
        return RT_EUSAGE;
    bool is_checked = t->context->verifies;
    if (place.is_known) {
        char host[RT_ADDRESS_TEXT];
        (void)rt_address_format_host(&place.address, host);
        if (!is_checked) return RT_OK;
        X509_VERIFY_PARAM *param = ssl->SSL_get0_param(t->session);
        return ssl->X509_VERIFY_PARAM_set1_ip_asc(param, host) ? RT_OK
                                                               : RT_EUSAGE;
    }
    if (ssl->SSL_ctrl(t->session, SSL_CTRL_SET_TLSEXT_HOSTNAME,
                      TLSEXT_NAMETYPE_host_name, (void *)(intptr_t)name) != 1)
        return RT_EUSAGE;
    if (!is_checked) return RT_OK;
    ssl->SSL_set_hostflags(t->session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return ssl->SSL_set1_host(t->session, name) ? RT_OK : RT_EUSAGE;
}

static int fill(rt_tls *t, const char *name) {
    const rt_openssl *ssl = t->ssl;
    t->session = ssl->SSL_new(t->context->context);
    if (!t->session) return RT_ENOMEMORY;
    BIO *bio = rt_tls_bio_new(&t->bio, t->context->method);
    if (!bio) return RT_ENOMEMORY;
    ssl->SSL_set_bio(t->session, bio, bio); /* one reference for both */
    if (t->context->is_server)
        ssl->SSL_set_accept_state(t->session);
    else
        ssl->SSL_set_connect_state(t->session);
    return name && !t->context->is_server ? check_name(t, name) : RT_OK;
}

int rt_tls_new(rt_tls_context *context, int fd, const char *name,
               rt_tls **tls) {
    rt_tls *t = rt_calloc(sizeof *t);
    if (!t) return RT_ENOMEMORY;
    rt_tls_context_ref(context);
    t->ssl = context->ssl;
    t->context = context;
    t->bio.fd = fd;
    rt_buffer_init(&t->bio.out);
    t->ssl->ERR_clear_error();
    int status = fill(t, name);
    t->ssl->ERR_clear_error();
    if (status == RT_OK)
        *tls = t;
    else
        rt_tls_free(t);
    return status;
}

void rt_tls_free(rt_tls *t) {
    if (!t) return;
    if (t->is_ready) (void)rt_tls_shutdown(t);
    t->ssl->SSL_free(t->session);
    t->ssl->ERR_clear_error();
    rt_tls_bio_deinit(&t->bio);
    rt_tls_context_unref(t->context);
    rt_free(t);
}

/* ---- failures ---- */

#define CLOSED_EARLY "closed by the other end in the TLS handshake"

static int fail(rt_tls *t, int status, const char *text) {
    (void)rt_error_set(&t->error, status, "%s", text);
    return status;
}

/* Why the other end is not trusted, if that is what it is. */
static const char *mistrust(const rt_tls *t) {
    long why = t->ssl->SSL_get_verify_result(t->session);
    return why == X509_V_OK || t->is_ready || !t->context->verifies
               ? NULL
               : t->ssl->X509_verify_cert_error_string(why);
}

/* What a call of OpenSSL that returned `result` has come to: RT_PENDING, 0 (the
 * other end writes no more), or the failure. */
static int judge(rt_tls *t, int result) {
    int kind = t->ssl->SSL_get_error(t->session, result);
    if (kind == SSL_ERROR_WANT_READ) return RT_PENDING;
    if (kind == SSL_ERROR_ZERO_RETURN) {
        t->has_ended = true;
        return RT_OK;
    }
    if (t->bio.error == RT_ENOMEMORY)
        return fail(t, RT_ENOMEMORY, "not enough memory");
    if (t->bio.error)
        return fail(t, t->bio.error, rt_status_text(t->bio.error));
    if (t->bio.is_ended && !t->is_ready) {
        t->ssl->ERR_clear_error();
        return fail(t, -EPROTO, CLOSED_EARLY);
    }
    (void)rt_tls_take_error(t->ssl, NULL, &t->error);
    t->error.status = -EPROTO;
    const char *why = mistrust(t);
    if (why)
        (void)rt_error_set(&t->error, -EPROTO, "certificate verify failed: %s",
                           why);
    return t->error.status;
}

const char *rt_tls_why(const rt_tls *t) {
    return t->error.message;
}

/* ---- what it does ---- */

bool rt_tls_is_ready(const rt_tls *t) {
    return t->is_ready;
}

int rt_tls_handshake(rt_tls *t) {
    if (t->error.status) return t->error.status;
    if (t->is_ready) return RT_OK;
    t->ssl->ERR_clear_error();
    int result = t->ssl->SSL_do_handshake(t->session);
    if (result == 1) {
        t->is_ready = true;
        return RT_OK;
    }
    int status = judge(t, result);
    return status == RT_OK ? fail(t, -EPROTO, CLOSED_EARLY) : status;
}

bool rt_tls_is_over(const rt_tls *t) {
    return t->has_ended || t->error.status;
}

static ssize_t read_some(rt_tls *t, char *bytes, size_t size) {
    int most = size > INT_MAX ? INT_MAX : (int)size;
    t->ssl->ERR_clear_error();
    int count = t->ssl->SSL_read(t->session, bytes, most);
    if (count > 0) return count;
    int status = judge(t, count);
    return status == RT_PENDING ? -EAGAIN : status;
}

ssize_t rt_tls_read(rt_tls *t, void *bytes, size_t size) {
    size_t got = 0;
    int status = rt_tls_handshake(t);
    if (status == RT_PENDING) return -EAGAIN;
    while (got < size && !rt_tls_is_over(t)) {
        ssize_t count = read_some(t, (char *)bytes + got, size - got);
        if (count > 0)
            got += (size_t)count;
        else if (count == -EAGAIN)
            return got > 0 ? (ssize_t)got : -EAGAIN;
    }
    return got > 0 || t->has_ended ? (ssize_t)got : t->error.status;
}

ssize_t rt_tls_write(rt_tls *t, const void *bytes, size_t size) {
    if (t->error.status) return t->error.status;
    if (t->bio.broken) return t->bio.broken;
    if (rt_tls_has_output(t)) return 0;
    if (t->is_shut || !t->is_ready) return t->is_shut ? -EPIPE : -ENOTCONN;
    t->ssl->ERR_clear_error();
    int count = t->ssl->SSL_write(t->session, bytes,
                                  size > RECORD ? RECORD : (int)size);
    if (t->bio.broken) return t->bio.broken;
    if (count > 0) return count;
    int status = judge(t, count);
    if (status == RT_PENDING || status == RT_OK) /* renegotiation: refused */
        status = fail(t, -EPROTO, "the other end wants another handshake");
    return status;
}

int rt_tls_flush(rt_tls *t) {
    return rt_tls_bio_flush(&t->bio);
}

bool rt_tls_has_output(const rt_tls *t) {
    return rt_tls_bio_has_output(&t->bio);
}

int rt_tls_shutdown(rt_tls *t) {
    if (t->error.status) return t->error.status;
    if (t->is_shut) return RT_OK;
    t->is_shut = true;
    t->ssl->ERR_clear_error();
    int result = t->ssl->SSL_shutdown(t->session);
    if (result < 0) return judge(t, result);
    int status = rt_tls_flush(t);
    return status == RT_PENDING ? RT_OK : status;
}

/* ---- what was agreed upon ---- */

static void print_name(const rt_openssl *ssl, const X509_NAME *name, char *text,
                       size_t size) {
    BIO *memory = ssl->BIO_new(ssl->BIO_s_mem());
    if (!memory) return;
    unsigned long how = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
    int count = 0;
    if (ssl->X509_NAME_print_ex(memory, name, 0, how) >= 0)
        count = ssl->BIO_read(memory, text, (int)size - 1);
    text[count > 0 ? count : 0] = '\0';
    (void)ssl->BIO_free(memory);
}

void rt_tls_describe(const rt_tls *t, rt_tls_info *info) {
    const rt_openssl *ssl = t->ssl;
    memset(info, 0, sizeof *info);
    info->version = ssl->SSL_get_version(t->session);
    info->cipher =
        ssl->SSL_CIPHER_get_name(ssl->SSL_get_current_cipher(t->session));
    const unsigned char *alpn;
    unsigned alpn_size;
    ssl->SSL_get0_alpn_selected(t->session, &alpn, &alpn_size);
    if (alpn && alpn_size < sizeof info->alpn)
        memcpy(info->alpn, alpn, alpn_size);
    X509 *peer = ssl->SSL_get1_peer_certificate(t->session);
    info->is_verified = peer && t->context->verifies;
    if (!peer) return;
    print_name(ssl, ssl->X509_get_subject_name(peer), info->subject,
               sizeof info->subject);
    print_name(ssl, ssl->X509_get_issuer_name(peer), info->issuer,
               sizeof info->issuer);
    ssl->X509_free(peer);
}
