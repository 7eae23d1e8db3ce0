/* transfer.c - one request and its response.
 *
 * libcurl shows every head: those of redirects and of answers like 100, too. One is
 * the response's when its last line has come and libcurl will not follow it; or
 * else when bytes of a body come after it, or the end. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <uv.h>

#include "base/alloc.h"
#include "io/http_inside.h"

enum { HEAD_LIMIT = 300 * 1024 };

/* ---- what comes ---- */

/* What a callback returns that ends the transfer. */
enum { STOP = 0 };

static size_t stop(rt_transfer *t, int status) {
    t->status = status;
    return STOP;
}

static void set_headed(rt_transfer *t) {
    if (t->is_headed || t->head.size == 0) return;
    t->is_headed = true;
    rt_http_note(t);
}

static bool begins_with(const char *line, size_t size, const char *text) {
    size_t length = strlen(text);
    return size >= length && strncasecmp(line, text, length) == 0;
}

static void end_head(rt_transfer *t) {
    long code = 0;
    (void)rt_curl.curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &code);
    t->is_head_whole = true;
    bool goes_on = t->follows && t->is_redirect && code >= 300 && code < 400;
    if (code >= 200 && !goes_on) set_headed(t);
}

static size_t on_header(char *line, size_t unit, size_t count, void *context) {
    rt_transfer *t = context;
    size_t size = unit * count;
    if (begins_with(line, size, "HTTP/")) {
        t->head.size = 0;
        t->is_head_whole = t->is_redirect = t->is_headed = false;
    } else if (t->is_head_whole) {
        return size; /* it comes after the body */
    }
    if (t->head.size + size > HEAD_LIMIT) {
        (void)snprintf(t->own_why, sizeof t->own_why,
                       "the headers are longer than %d bytes", HEAD_LIMIT);
        return stop(t, EFBIG);
    }
    if (rt_buffer_add(&t->head, line, size) != RT_OK)
        return stop(t, RT_ENOMEMORY);
    if (begins_with(line, size, "Location:")) t->is_redirect = true;
    if (size <= 2 && (line[0] == '\r' || line[0] == '\n')) end_head(t);
    return size;
}

static size_t on_body(char *bytes, size_t unit, size_t count, void *context) {
    rt_transfer *t = context;
    size_t size = unit * count;
    set_headed(t);
    if (t->high && t->body.size - t->taken >= t->high) {
        t->is_receive_paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    if (size > t->limit - t->received) {
        (void)snprintf(t->own_why, sizeof t->own_why,
                       "the body is longer than %llu bytes",
                       (unsigned long long)t->limit);
        return stop(t, EFBIG);
    }
    if (rt_buffer_add(&t->body, bytes, size) != RT_OK)
        return stop(t, RT_ENOMEMORY);
    t->received += size;
    rt_http_note(t);
    return size;
}

/* ---- what goes ---- */

static size_t on_send(char *room, size_t unit, size_t count, void *context) {
    rt_transfer *t = context;
    size_t size = t->size - t->sent;
    if (size == 0 && t->is_in_pieces && !t->has_last) {
        t->is_send_paused = true;
        rt_http_note(t);
        return CURL_READFUNC_PAUSE;
    }
    if (size > unit * count) size = unit * count;
    if (size > 0) memcpy(room, t->bytes + t->sent, size);
    t->sent += size;
    t->has_sent = t->has_sent || size > 0;
    return size;
}

/* It has to be sent once more, from the beginning. */
static int on_rewind(void *context, curl_off_t offset, int origin) {
    rt_transfer *t = context;
    if (origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
    if (t->is_in_pieces)
        return t->has_sent ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
    t->sent = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

/* libcurl's own would be inherited by programs that are started, and it does not
 * say why there is none. */
static curl_socket_t on_open_socket(void *context, curlsocktype purpose,
                                    struct curl_sockaddr *address) {
    rt_transfer *t = context;
    (void)purpose;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
                    address->protocol);
    t->socket_error = fd < 0 ? errno : 0;
    return fd;
}

/* ---- life ---- */

#define SET(option, value)                                                     \
    (void)rt_curl.curl_easy_setopt(t->easy, option, value)

static void set_always(rt_transfer *t) {
    SET(CURLOPT_PRIVATE, t);
    SET(CURLOPT_ERRORBUFFER, t->why);
    SET(CURLOPT_NOSIGNAL, 1L);
    /* A name that is being looked up is left to its thread. */
    SET(CURLOPT_QUICK_EXIT, 1L);
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    SET(CURLOPT_REDIR_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, t);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_READFUNCTION, on_send);
    SET(CURLOPT_READDATA, t);
    SET(CURLOPT_SEEKFUNCTION, on_rewind);
    SET(CURLOPT_SEEKDATA, t);
    SET(CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    SET(CURLOPT_OPENSOCKETDATA, t);
}

rt_transfer *rt_transfer_new(rt_http *http) {
    rt_transfer *t = rt_calloc(sizeof *t);
    CURL *easy = t ? rt_curl.curl_easy_init() : NULL;
    if (!easy) {
        rt_free(t);
        return NULL;
    }
    t->http = http;
    t->easy = easy;
    t->limit = UINT64_MAX;
    rt_list_init(&t->link);
    rt_list_init(&t->news);
    rt_http_enlist(http, t);
    set_always(t);
    return t;
}

int rt_transfer_add_header(rt_transfer *t, const char *line) {
    struct curl_slist *more = rt_curl.curl_slist_append(t->headers, line);
    if (!more) return RT_ENOMEMORY;
    t->headers = more;
    return RT_OK;
}

void rt_transfer_send(rt_transfer *t, const void *bytes, size_t size) {
    t->bytes = bytes;
    t->size = size;
}

void rt_transfer_send_pieces(rt_transfer *t) {
    t->is_in_pieces = true;
}

void rt_transfer_bound(rt_transfer *t, uint64_t limit, size_t high) {
    t->limit = limit;
    t->high = high;
}

/* Its first steps are made at once: most are connected, or have failed, when this
 * returns. */
int rt_transfer_start(rt_transfer *t) {
    if (!t->http || t->phase != RT_TRANSFER_NEW) return RT_EUSAGE;
    rt_sigpipe held;
    SET(CURLOPT_HTTPHEADER, t->headers);
    rt_http_enter(t->http, &held);
    int status = rt_http_add(t->http, t);
    if (status == RT_OK) t->phase = RT_TRANSFER_RUNNING;
    rt_http_leave(t->http, &held);
    return status;
}

void rt_transfer_end(rt_transfer *t, CURLcode code, int status) {
    t->phase = RT_TRANSFER_OVER;
    t->code = code;
    if (status != RT_OK) t->status = status;
    if (code == CURLE_OK && t->status == RT_OK) set_headed(t);
    rt_http_note(t);
}

/* ---- waiting ---- */

unsigned rt_transfer_events(const rt_transfer *t) {
    bool is_running = t->phase == RT_TRANSFER_RUNNING;
    return (is_running && t->is_send_paused ? RT_TRANSFER_WANTS : 0u) |
           (t->is_headed ? RT_TRANSFER_HEAD : 0u) |
           (t->body.size > t->taken ? RT_TRANSFER_BODY : 0u) |
           (t->phase == RT_TRANSFER_OVER ? RT_TRANSFER_DONE : 0u);
}

static void leave(rt_transfer *t) {
    rt_loop_expect(t->waiter->loop, -1);
    t->waiter = NULL;
}

static void withdraw(rt_waiter *waiter) {
    leave(waiter->object);
}

int rt_transfer_wait(rt_transfer *t, unsigned wanted, rt_waiter *waiter) {
    if (rt_transfer_events(t) & wanted) return RT_OK;
    if (t->waiter) return -EBUSY;
    t->waiter = waiter;
    t->wanted = wanted;
    rt_waiter_park(waiter, t, withdraw);
    rt_loop_expect(waiter->loop, 1);
    return RT_PENDING;
}

void rt_transfer_tell(rt_transfer *t) {
    rt_waiter *waiter = t->waiter;
    if (!waiter || !(rt_transfer_events(t) & t->wanted)) return;
    leave(t);
    if (rt_waiter_claim(waiter)) rt_waiter_complete_here(waiter, RT_OK);
}

/* ---- closing ---- */

void rt_transfer_free(rt_transfer *t) {
    if (!t) return;
    rt_sigpipe held;
    if (t->waiter) leave(t);
    rt_list_unlink(&t->link);
    if (t->phase == RT_TRANSFER_RUNNING) {
        rt_http_enter(t->http, &held);
        rt_http_remove(t->http, t);
        rt_http_leave(t->http, &held);
    }
    rt_list_unlink(&t->news);
    rt_curl.curl_easy_cleanup(t->easy);
    rt_curl.curl_slist_free_all(t->headers);
    rt_buffer_deinit(&t->head);
    rt_buffer_deinit(&t->body);
    rt_free(t);
}

void rt_transfer_close(rt_transfer *t) {
    rt_waiter *waiter = t ? t->waiter : NULL;
    rt_transfer_free(t);
    if (waiter && rt_waiter_claim(waiter))
        rt_waiter_complete_here(waiter, RT_ECLOSED);
}

/* ---- going on ---- */

/* What is paused, and no more. */
static void go_on(rt_transfer *t) {
    if (t->phase != RT_TRANSFER_RUNNING) return;
    rt_sigpipe held;
    rt_http_enter(t->http, &held);
    int mask = (t->is_receive_paused ? CURLPAUSE_RECV : 0) |
               (t->is_send_paused ? CURLPAUSE_SEND : 0);
    CURLcode code = rt_curl.curl_easy_pause(t->easy, mask);
    if (code != CURLE_OK) {
        rt_http_remove(t->http, t);
        rt_transfer_end(t, code, RT_OK);
    }
    rt_http_leave(t->http, &held);
}

void rt_transfer_feed(rt_transfer *t, const void *bytes, size_t size) {
    rt_transfer_send(t, bytes, size);
    t->sent = 0;
    t->has_last = size == 0;
    if (!t->is_send_paused) return;
    t->is_send_paused = false;
    go_on(t);
}

const char *rt_transfer_head(const rt_transfer *t, size_t *size) {
    *size = t->head.size;
    return t->head.size ? t->head.bytes : "";
}

const char *rt_transfer_body(const rt_transfer *t, size_t *size) {
    *size = t->body.size - t->taken;
    return *size ? t->body.bytes + t->taken : "";
}

void rt_transfer_take(rt_transfer *t, size_t size) {
    rt_buffer *body = &t->body;
    t->taken += size;
    size_t left = body->size - t->taken;
    if (left <= t->taken) { /* moves no byte twice */
        if (left > 0) memcpy(body->bytes, body->bytes + t->taken, left);
        body->size = left;
        t->taken = 0;
    }
    if (!t->is_receive_paused || left > t->high / 2) return;
    t->is_receive_paused = false;
    go_on(t);
}

/* ---- the result ---- */

/* The number of the system's call that has failed; 0: it was none. */
static int system_number(const rt_transfer *t) {
    long number = 0;
    if (t->code == CURLE_COULDNT_CONNECT && t->socket_error)
        return t->socket_error;
    if (t->code == CURLE_COULDNT_CONNECT || t->code == CURLE_SEND_ERROR ||
        t->code == CURLE_RECV_ERROR)
        (void)rt_curl.curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
    return (int)number;
}

/* The system's number that comes next to libcurl's. */
static int number_of(CURLcode code) {
    switch ((int)code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_BAD_FUNCTION_ARGUMENT:
        return EINVAL;
    case CURLE_UNSUPPORTED_PROTOCOL:
        return EPROTONOSUPPORT;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return -UV_EAI_NONAME;
    case CURLE_TOO_MANY_REDIRECTS:
        return ELOOP;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
        return ECONNRESET;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
        return EKEYREJECTED;
    default:
        return EPROTO;
    }
}

int rt_transfer_result(const rt_transfer *t, const char **why) {
    *why = t->own_why;
    if (t->status != RT_OK) return t->status;
    if (t->code == CURLE_OK) return RT_OK;
    if (t->code == CURLE_OPERATION_TIMEDOUT) return RT_ETIMEOUT;
    if (t->code == CURLE_OUT_OF_MEMORY) {
        if (t->head.size == 0 || t->is_head_whole) return RT_ENOMEMORY;
        /* It says so of a line for which it has no room. */
        *why = "a header is too long";
        return EFBIG;
    }
    if (t->code == CURLE_SEND_FAIL_REWIND) {
        *why = "the body was sent in pieces, and cannot be sent once more";
        return EINVAL;
    }
    int number = system_number(t);
    *why = *t->why ? t->why : rt_curl.curl_easy_strerror(t->code);
    if (number == 0) return number_of(t->code);
    /* libcurl's says how long that took, and no reason. */
    if (t->code == CURLE_COULDNT_CONNECT) *why = strerror(number);
    return number;
}

const char *rt_transfer_url(const rt_transfer *t) {
    char *url = NULL;
    (void)rt_curl.curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &url);
    return url ? url : "";
}
