/* tls_bio.c */
#include "io/tls_bio.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/status.h"
#include "io/openssl.h"

static int on_read(BIO *b, char *bytes, int size) {
    const rt_openssl *ssl = rt_openssl_opened();
    rt_tls_bio *bio = ssl->BIO_get_data(b);
    ssl->BIO_clear_flags(b, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    ssize_t count;
    do {
        count = recv(bio->fd, bytes, (size_t)size, 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0 && errno == EAGAIN)
        ssl->BIO_set_flags(b, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
    else if (count < 0)
        bio->error = -errno;
    else if (count == 0)
        bio->is_ended = true;
    return (int)count;
}

/* Sends what the descriptor takes of it: how much. */
static size_t send_some(rt_tls_bio *bio, const char *bytes, size_t size) {
    ssize_t count;
    do {
        count = send(bio->fd, bytes, size, MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    if (count >= 0) return (size_t)count;
    if (errno == EAGAIN) return 0;
    bio->broken = -errno;
    rt_buffer_deinit(&bio->out);
    bio->sent = 0;
    return size;
}

static int on_write(BIO *b, const char *bytes, int size) {
    const rt_openssl *ssl = rt_openssl_opened();
    rt_tls_bio *bio = ssl->BIO_get_data(b);
    ssl->BIO_clear_flags(b, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    size_t count = 0, all = (size_t)size;
    if (bio->broken) return size;
    if (!rt_tls_bio_has_output(bio)) count = send_some(bio, bytes, all);
    if (rt_buffer_add(&bio->out, bytes + count, all - count) == RT_OK)
        return size;
    bio->error = RT_ENOMEMORY;
    return -1;
}

static long on_control(BIO *b, int command, long number, void *pointer) {
    (void)number;
    (void)pointer;
    const rt_tls_bio *bio = rt_openssl_opened()->BIO_get_data(b);
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return bio->is_ended;
    return 0;
}

BIO_METHOD *rt_tls_bio_method(const rt_openssl *ssl) {
    BIO_METHOD *method = ssl->BIO_meth_new(BIO_TYPE_SOURCE_SINK, "plait");
    if (!method) return NULL;
    (void)ssl->BIO_meth_set_read(method, on_read);
    (void)ssl->BIO_meth_set_write(method, on_write);
    (void)ssl->BIO_meth_set_ctrl(method, on_control);
    return method;
}

BIO *rt_tls_bio_new(rt_tls_bio *bio, const BIO_METHOD *method) {
    const rt_openssl *ssl = rt_openssl_opened();
    BIO *b = ssl->BIO_new(method);
    if (!b) return NULL;
    ssl->BIO_set_data(b, bio);
    ssl->BIO_set_init(b, 1);
    return b;
}

void rt_tls_bio_deinit(rt_tls_bio *bio) {
    rt_buffer_deinit(&bio->out);
}

int rt_tls_bio_flush(rt_tls_bio *bio) {
    while (rt_tls_bio_has_output(bio)) {
        size_t count = send_some(bio, bio->out.bytes + bio->sent,
                                 bio->out.size - bio->sent);
        if (count == 0) return RT_PENDING;
        if (!bio->broken) bio->sent += count;
    }
    /* What is idle keeps nothing. */
    if (bio->out.capacity > 0) rt_buffer_deinit(&bio->out);
    bio->sent = 0;
    return bio->broken;
}
