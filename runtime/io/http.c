/* http.c - libcurl's multi handle on a loop.
 *
 * libcurl says which sockets it waits for, and until when; each is a uv_poll here,
 * and the time a uv_timer, which can be started without memory. What they tell
 * goes to curl_multi_socket_action. Its callbacks only note what has happened:
 * waiters are completed when it has returned (rt_http_leave), since it may not
 * be called from within a call.
 *
 * A callback that fails would make the handle useless for ever. So one that has no
 * memory says that all is well, and the transfers are ended afterwards. */
#include "io/http.h"

#include <assert.h>
#include <errno.h>
#include <uv.h>

#include "base/alloc.h"
#include "io/http_inside.h"

struct rt_http {
    rt_loop *loop;
    CURLM *multi;
    uv_timer_t timer;
    rt_list transfers; /* those that are not freed */
    rt_list news;
    int failure; /* of a callback; RT_OK */
};

typedef struct socket_poll {
    uv_poll_t uv;
    rt_http *http;
    curl_socket_t fd;
    int mask;
    bool is_closed;
} socket_poll;

/* ---- calls of libcurl ---- */

void rt_http_enter(rt_http *http, rt_sigpipe *held) {
    (void)http;
    rt_sigpipe_hold(held);
}

static void collect_ended(rt_http *http) {
    int left;
    for (CURLMsg *m; (m = rt_curl.curl_multi_info_read(http->multi, &left));) {
        char *private = NULL;
        CURLcode code = m->data.result; /* gone with the next call */
        (void)rt_curl.curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE,
                                        &private);
        rt_transfer *t = (void *)private;
        rt_http_remove(http, t);
        rt_transfer_end(t, code, RT_OK);
    }
}

static void end_all(rt_http *http, int status) {
    rt_list *head = &http->transfers;
    for (rt_list *node = head->next; node != head; node = node->next) {
        rt_transfer *t = rt_container_of(node, rt_transfer, link);
        if (t->phase != RT_TRANSFER_RUNNING) continue;
        rt_http_remove(http, t);
        rt_transfer_end(t, CURLE_OK, status);
    }
}

void rt_http_leave(rt_http *http, const rt_sigpipe *held) {
    collect_ended(http);
    if (http->failure != RT_OK) end_all(http, http->failure);
    http->failure = RT_OK;
    rt_sigpipe_release(held);
    for (rt_list *node; (node = rt_list_pop(&http->news));)
        rt_transfer_tell(rt_container_of(node, rt_transfer, news));
}

void rt_http_note(rt_transfer *t) {
    rt_list_unlink(&t->news);
    rt_list_push(&t->http->news, &t->news);
}

int rt_http_add(rt_http *http, rt_transfer *t) {
    return rt_curl.curl_multi_add_handle(http->multi, t->easy) == CURLM_OK
               ? RT_OK
               : RT_ENOMEMORY;
}

void rt_http_remove(rt_http *http, rt_transfer *t) {
    (void)rt_curl.curl_multi_remove_handle(http->multi, t->easy);
}

static void act(rt_http *http, curl_socket_t fd, int events) {
    rt_sigpipe held;
    int running;
    rt_http_enter(http, &held);
    (void)rt_curl.curl_multi_socket_action(http->multi, fd, events, &running);
    rt_http_leave(http, &held);
}

/* ---- sockets ---- */

static void on_socket_closed(uv_handle_t *handle) {
    rt_free(rt_container_of((uv_poll_t *)handle, socket_poll, uv));
}

static void on_socket_events(uv_poll_t *uv, int status, int events) {
    socket_poll *s = rt_container_of(uv, socket_poll, uv);
    rt_loop_rouse(s->http->loop);
    /* With an error uv has stopped: libcurl learns of it by its system call. */
    if (status != 0) events = s->mask;
    int flags = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
                (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
    act(s->http, s->fd, flags);
    /* Its memory stays until the loop has heard that it is closed. */
    if (status != 0 && !s->is_closed)
        (void)uv_poll_start(uv, s->mask, on_socket_events);
}

static int add_socket(rt_http *http, curl_socket_t fd, socket_poll **poll) {
    socket_poll *s = rt_calloc(sizeof *s);
    if (!s) return RT_ENOMEMORY;
    s->http = http;
    s->fd = fd;
    int status = uv_poll_init(rt_loop_uv(http->loop), &s->uv, fd);
    if (status != 0) {
        rt_free(s);
        return status;
    }
    (void)rt_curl.curl_multi_assign(http->multi, fd, s);
    *poll = s;
    return RT_OK;
}

/* libcurl closes it next. */
static void remove_socket(socket_poll *s) {
    if (!s) return;
    s->is_closed = true;
    (void)uv_poll_stop(&s->uv);
    uv_close((uv_handle_t *)&s->uv, on_socket_closed);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context,
                     void *assigned) {
    (void)easy;
    rt_http *http = context;
    socket_poll *s = assigned;
    if (what == CURL_POLL_REMOVE) {
        remove_socket(s);
        return 0;
    }
    int status = s ? RT_OK : add_socket(http, fd, &s);
    if (status == RT_OK) {
        s->mask = (what & CURL_POLL_IN ? UV_READABLE : 0) |
                  (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
        status = uv_poll_start(&s->uv, s->mask, on_socket_events);
    }
    if (status != RT_OK) http->failure = status;
    return 0;
}

/* ---- time ---- */

/* uv looks at its timers before it polls: it must not wait there, since who was
 * waited for may have come (loop.c says more). */
static void on_time(uv_timer_t *timer) {
    rt_http *http = rt_container_of(timer, rt_http, timer);
    rt_loop_rouse(http->loop);
    uv_stop(timer->loop);
    act(http, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer(CURLM *multi, long timeout_ms, void *context) {
    (void)multi;
    rt_http *http = context;
    if (timeout_ms < 0) return uv_timer_stop(&http->timer);
    uv_update_time(rt_loop_uv(http->loop)); /* that it is not early */
    return uv_timer_start(&http->timer, on_time, (uint64_t)timeout_ms, 0);
}

/* ---- life ---- */

int rt_http_new(rt_loop *loop, rt_http **http, rt_error *err) {
    const char *missing = rt_curl_open();
    if (missing)
        return rt_error_set(err, RT_EUSAGE,
                            "libcurl is needed, Debian's package libcurl4: %s",
                            missing);
    int status = rt_loop_make_uv(loop);
    if (status != RT_OK)
        return rt_error_set(err, status, "%s", rt_status_text(status));
    rt_http *h = rt_calloc(sizeof *h);
    CURLM *multi = h ? rt_curl.curl_multi_init() : NULL;
    if (!multi) {
        rt_free(h);
        return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    }
    h->loop = loop;
    h->multi = multi;
    rt_list_init(&h->transfers);
    rt_list_init(&h->news);
    (void)uv_timer_init(rt_loop_uv(loop), &h->timer);
    (void)rt_curl.curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)rt_curl.curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, h);
    (void)rt_curl.curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    (void)rt_curl.curl_multi_setopt(multi, CURLMOPT_TIMERDATA, h);
    *http = h;
    return RT_OK;
}

void rt_http_set_bound(rt_http *http, rt_http_bound bound, long count) {
    static const CURLMoption options[] = {
        [RT_HTTP_PER_HOST] = CURLMOPT_MAX_HOST_CONNECTIONS,
        [RT_HTTP_TOTAL] = CURLMOPT_MAX_TOTAL_CONNECTIONS,
        [RT_HTTP_IDLE] = CURLMOPT_MAXCONNECTS,
    };
    (void)rt_curl.curl_multi_setopt(http->multi, options[bound], count);
}

void rt_http_enlist(rt_http *http, rt_transfer *t) {
    rt_list_push(&http->transfers, &t->link);
}

static void on_http_closed(uv_handle_t *handle) {
    rt_free(rt_container_of((uv_timer_t *)handle, rt_http, timer));
}

void rt_http_free(rt_http *http) {
    if (!http) return;
    rt_sigpipe held;
    rt_http_enter(http, &held);
    end_all(http, RT_ECLOSED);
    rt_http_leave(http, &held);
    for (rt_list *node; (node = rt_list_pop(&http->transfers));)
        rt_container_of(node, rt_transfer, link)->http = NULL;
    rt_sigpipe_hold(&held);
    (void)rt_curl.curl_multi_cleanup(http->multi);
    rt_sigpipe_release(&held);
    uv_close((uv_handle_t *)&http->timer, on_http_closed);
}
