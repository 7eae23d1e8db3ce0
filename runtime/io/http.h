/* http.h - requests to web servers, by libcurl.
 *
 * An rt_http has the connections of one loop, which it keeps for the next
 * request; a transfer is one request with its response, after redirects. What
 * comes is kept in buffers: nothing of the host's is called but the waiter of a
 * transfer. All here belongs to the loop's thread. */
#ifndef RT_IO_HTTP_H
#define RT_IO_HTTP_H

#include <stdint.h>

#include "base/status.h"
#include "loop/waiter.h"

typedef struct rt_http rt_http;
typedef struct rt_transfer rt_transfer;

/* Opens libcurl if this is the first one.
 * Returns: RT_OK; RT_ENOMEMORY; -errno; RT_EUSAGE: there is no libcurl. */
int rt_http_new(rt_loop *loop, rt_http **http, rt_error *err);

/* Closes the connections. Transfers that are left have failed; they are freed by
 * their owners. NULL is harmless. */
void rt_http_free(rt_http *http);

/* The most connections, 0: any number: to one host at a time, to all, and of
 * those that are kept unused. */
typedef enum { RT_HTTP_PER_HOST, RT_HTTP_TOTAL, RT_HTTP_IDLE } rt_http_bound;
void rt_http_set_bound(rt_http *http, rt_http_bound bound, long count);

/* ---- a transfer, before it starts ---- */

/* NULL: out of memory. */
rt_transfer *rt_transfer_new(rt_http *http);

/* Options by their names (http_option.c).
 * Returns: RT_OK; RT_ENOMEMORY; RT_EUSAGE: there is no such option, or libcurl
 * cannot do that. */
int rt_transfer_set_text(rt_transfer *t, const char *name, const char *value);
int rt_transfer_set_number(rt_transfer *t, const char *name, int64_t value);

/* "Name: value". Returns: RT_OK; RT_ENOMEMORY. */
int rt_transfer_add_header(rt_transfer *t, const char *line);

/* The body that is sent, which stays until the transfer is over. */
void rt_transfer_send(rt_transfer *t, const void *bytes, size_t size);

/* The body comes in pieces, when they are wanted: rt_transfer_feed. They cannot be
 * sent a second time, after a redirect. */
void rt_transfer_send_pieces(rt_transfer *t);

/* More than `limit` bytes of a body are a failure. With `high` other than 0 no more
 * is received while so many wait to be taken. */
void rt_transfer_bound(rt_transfer *t, uint64_t limit, size_t high);

/* Returns: RT_OK; RT_ENOMEMORY; RT_EUSAGE. */
int rt_transfer_start(rt_transfer *t);

/* ---- while it goes on ---- */

enum {
    RT_TRANSFER_WANTS = 1, /* the next piece of the body */
    RT_TRANSFER_HEAD = 2,  /* status and headers of the response are there */
    RT_TRANSFER_BODY = 4,  /* some of its body is there to be taken */
    RT_TRANSFER_DONE = 8,  /* it is over; what has come can be taken */
};

/* What of these is so. */
unsigned rt_transfer_events(const rt_transfer *t);

/* Waits until one of `wanted` is so.
 * Returns: RT_PENDING; RT_OK: it is so; -EBUSY: there is a waiter. */
int rt_transfer_wait(rt_transfer *t, unsigned wanted, rt_waiter *waiter);

/* The next piece, which stays until another one is wanted, or it is over; of no
 * size: there are no more. */
void rt_transfer_feed(rt_transfer *t, const void *bytes, size_t size);

/* Status line and headers of the last response, as they came, until the next call. */
const char *rt_transfer_head(const rt_transfer *t, size_t *size);

/* What has come of the body, and was not taken, until the next call. */
const char *rt_transfer_body(const rt_transfer *t, size_t *size);
void rt_transfer_take(rt_transfer *t, size_t size);

/* ---- the end ---- */

/* Of one that is over: RT_OK; RT_ETIMEOUT; RT_ENOMEMORY; RT_ECLOSED: the rt_http was
 * freed; else the number of an error of the system, positive, that comes next to
 * what has failed. `why`: a text that stays with the transfer. */
int rt_transfer_result(const rt_transfer *t, const char **why);

/* Where the response came from, after redirects; stays with the transfer. "": not
 * known. */
const char *rt_transfer_url(const rt_transfer *t);

/* Ends it at once, and frees it; who waits is told RT_ECLOSED, now. NULL is
 * harmless. */
void rt_transfer_close(rt_transfer *t);

/* The same, but who waits is left alone. For finalizers. */
void rt_transfer_free(rt_transfer *t);

#endif
