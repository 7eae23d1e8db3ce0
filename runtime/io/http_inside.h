/* http_inside.h - what http.c, transfer.c and http_option.c know of each other. */
#ifndef RT_IO_HTTP_INSIDE_H
#define RT_IO_HTTP_INSIDE_H

#include "base/buffer.h"
#include "base/list.h"
#include "base/sigpipe.h"
#include "io/http.h"
#include "io/libcurl.h"

typedef enum {
    RT_TRANSFER_NEW,
    RT_TRANSFER_RUNNING, /* it is in the multi handle */
    RT_TRANSFER_OVER
} rt_transfer_phase;

struct rt_transfer {
    rt_http *http; /* NULL: it was freed */
    rt_list link;  /* in http->transfers */
    rt_list news;  /* in http->news: something has happened */
    CURL *easy;
    struct curl_slist *headers;
    rt_transfer_phase phase;
    rt_waiter *waiter;
    unsigned wanted; /* by the waiter */

    const char *bytes; /* what is sent: the body, or the piece of it */
    size_t size, sent;
    bool is_in_pieces, has_last, has_sent, is_send_paused;

    rt_buffer head;
    bool follows;                    /* redirects */
    bool is_head_whole, is_redirect; /* of the head that comes */
    bool is_headed;                  /* it is that of the result */
    rt_buffer body;
    size_t taken; /* of the buffer */
    uint64_t received, limit;
    size_t high;
    bool is_receive_paused;

    int status; /* why we have ended it, as rt_transfer_result; RT_OK: we have not */
    char own_why[80];
    CURLcode code;    /* why libcurl has */
    int socket_error; /* why there is no socket; 0: there is one */
    char why[CURL_ERROR_SIZE];
};

/* Calls of libcurl are made between these two: what they have come to is told to
 * the waiters by the second. */
void rt_http_enter(rt_http *http, rt_sigpipe *held);
void rt_http_leave(rt_http *http, const rt_sigpipe *held);

/* Between them. Returns: RT_OK; RT_ENOMEMORY. */
int rt_http_add(rt_http *http, rt_transfer *t);
void rt_http_remove(rt_http *http, rt_transfer *t);

/* Puts it into http->transfers. */
void rt_http_enlist(rt_http *http, rt_transfer *t);

/* The transfer's waiter is to look, when libcurl has returned. */
void rt_http_note(rt_transfer *t);

/* It is over: as libcurl says, or, with a status, as we do. */
void rt_transfer_end(rt_transfer *t, CURLcode code, int status);

/* Completes its waiter if that is due. */
void rt_transfer_tell(rt_transfer *t);

#endif
