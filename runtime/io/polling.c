/* polling.c - uv_poll with waiters.
 *
 * The descriptor stays with epoll after an event, since the next wait mostly
 * follows soon; it is taken out when an event finds nobody who waits for it. So
 * a stream that is read all the time costs no system call for it.
 *
 * uv sets what it polls non-blocking, which a descriptor that is shared with
 * other programs would be for them as well. Of these an epoll of our own tells
 * whether they are ready, and uv polls that. */
#include "io/polling.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"

typedef struct side {
    rt_waiter *waiter; /* NULL: nobody waits */
    rt_poll_try *attempt;
    void *context;
} side;

struct rt_poll {
    uv_poll_t uv; /* unused if it is always ready */
    rt_loop *loop;
    side sides[2];
    int watched; /* events that uv was asked for */
    int epoll;   /* our own, or -1 */
    bool is_always_ready;
    bool is_closed;
    bool wakes_nobody;
};

static const int masks[2] = {UV_READABLE, UV_WRITABLE};

static int new_poll(rt_loop *loop, rt_poll **poll) {
    int status = rt_loop_make_uv(loop);
    if (status != RT_OK) return status;
    rt_poll *p = *poll = rt_calloc(sizeof *p);
    if (!p) return RT_ENOMEMORY;
    p->loop = loop;
    p->epoll = -1;
    return RT_OK;
}

/* Gives it to the caller, or frees it. */
static int finish_new(rt_poll *p, int status, rt_poll **poll) {
    if (status == -EPERM) p->is_always_ready = true;
    if (status == RT_OK || status == -EPERM) {
        *poll = p;
        return RT_OK;
    }
    if (p->epoll >= 0) (void)close(p->epoll);
    rt_free(p);
    return status;
}

int rt_poll_new(rt_loop *loop, int fd, rt_poll **poll) {
    rt_poll *p;
    int made = new_poll(loop, &p);
    if (made != RT_OK) return made;
    return finish_new(p, uv_poll_init(rt_loop_uv(loop), &p->uv, fd), poll);
}

int rt_poll_new_shared(rt_loop *loop, int fd, rt_poll **poll) {
    rt_poll *p;
    int made = new_poll(loop, &p);
    if (made != RT_OK) return made;
    struct epoll_event event = {.events = EPOLLIN};
    p->epoll = epoll_create1(EPOLL_CLOEXEC);
    int status = p->epoll < 0 ? -errno : RT_OK;
    if (status == RT_OK && epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        status = -errno;
    if (status == RT_OK)
        status = uv_poll_init(rt_loop_uv(loop), &p->uv, p->epoll);
    return finish_new(p, status, poll);
}

void rt_poll_wake_nobody(rt_poll *p) {
    p->wakes_nobody = true;
}

/* ---- waiting ---- */

static void on_events(uv_poll_t *uv, int status, int events);

static int watch(rt_poll *p, int mask) {
    if (mask == p->watched) return RT_OK;
    int status =
        mask ? uv_poll_start(&p->uv, mask, on_events) : uv_poll_stop(&p->uv);
    if (status == 0) p->watched = mask;
    return status;
}

static void leave(rt_poll *p, side *s) {
    s->waiter = NULL;
    if (!p->wakes_nobody) rt_loop_expect(p->loop, -1);
}

static void withdraw(rt_waiter *waiter) {
    rt_poll *p = waiter->object;
    for (int i = 0; i < 2; i++)
        if (p->sides[i].waiter == waiter) leave(p, &p->sides[i]);
}

static void end(rt_poll *p, side *s, int status) {
    rt_waiter *waiter = s->waiter;
    leave(p, s);
    if (rt_waiter_claim(waiter)) rt_waiter_complete_here(waiter, status);
}

int rt_poll_wait(rt_poll *p, rt_poll_side which, rt_waiter *waiter,
                 rt_poll_try *attempt, void *context) {
    side *s = &p->sides[which];
    if (s->waiter) return -EBUSY;
    int status = RT_OK;
    if (p->is_always_ready) {
        while (attempt && (status = attempt(context)) == RT_PENDING) continue;
        return status;
    }
    status = watch(p, p->watched | masks[which]);
    if (status != 0) return status;
    *s = (side){waiter, attempt, context};
    rt_waiter_park(waiter, p, withdraw);
    if (!p->wakes_nobody) rt_loop_expect(p->loop, 1);
    return RT_PENDING;
}

/* False: nobody waits for it. */
static bool try_side(rt_poll *p, side *s) {
    if (!s->waiter) return false;
    int status = s->attempt ? s->attempt(s->context) : RT_OK;
    if (status != RT_PENDING) end(p, s, status);
    return true;
}

/* With an error uv has stopped: whoever waits learns of it by his system call. */
static void on_events(uv_poll_t *uv, int status, int events) {
    rt_poll *p = rt_container_of(uv, rt_poll, uv);
    rt_loop_rouse(p->loop);
    if (status != 0) p->watched = 0;
    int mask = p->watched;
    for (int i = 0; i < 2 && !p->is_closed; i++) {
        bool is_ready = status != 0 || (events & masks[i]);
        if (is_ready && !try_side(p, &p->sides[i])) mask &= ~masks[i];
    }
    if (p->is_closed) return;
    for (int i = 0; i < 2; i++)
        if (p->sides[i].waiter) mask |= masks[i];
    (void)watch(p, mask);
}

/* ---- the end ---- */

static void on_closed(uv_handle_t *handle) {
    rt_free(rt_container_of((uv_poll_t *)handle, rt_poll, uv));
}

static void close_poll(rt_poll *p) {
    p->is_closed = true;
    if (p->is_always_ready)
        rt_free(p);
    else
        uv_close((uv_handle_t *)&p->uv, on_closed);
}

void rt_poll_free(rt_poll *p) {
    if (!p) return;
    for (int i = 0; i < 2; i++)
        if (p->sides[i].waiter) leave(p, &p->sides[i]);
    int epoll = p->epoll;
    close_poll(p);
    if (epoll >= 0) (void)close(epoll);
}

void rt_poll_close(rt_poll *p) {
    if (!p) return;
    rt_waiter *waiters[2] = {p->sides[0].waiter, p->sides[1].waiter};
    rt_poll_free(p);
    for (int i = 0; i < 2; i++)
        if (waiters[i] && rt_waiter_claim(waiters[i]))
            rt_waiter_complete_here(waiters[i], RT_ECLOSED);
}
