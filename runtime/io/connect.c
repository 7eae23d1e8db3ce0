/* connect.c - each address has a waiter of its own, which waits for the socket, or
 * for the time at which it is to be tried again, or the next one is. */
#include "io/connect.h"

#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "io/polling.h"

#define SLOW_NS INT64_C(250000000)
#define AGAIN_NS INT64_C(10000000)

typedef struct attempt {
    rt_connect *connect;
    rt_waiter waiter;
    rt_address address;
    rt_poll *poll;
    int fd;        /* -1: there is none */
    bool is_again; /* there is nothing to poll */
    bool is_slow;  /* the next one has begun */
    bool is_over;  /* what its waiter is told does not matter any more */
} attempt;

struct rt_connect {
    rt_loop *loop;
    rt_waiter *waiter; /* NULL: nobody waits */
    rt_socket_options options;
    rt_address from;
    bool has_from;
    int status;  /* of the first that has failed */
    int running; /* how many have begun and not ended */
    attempt *winner;
    size_t next, count;
    attempt attempts[];
};

/* Steps, in the order they happen. */
static void advance(rt_connect *c);
static int begin(attempt *a);
static int wait_for(attempt *a);
static void on_complete(rt_waiter *waiter);
static void end(attempt *a, int status);
static void finish(rt_connect *c);

rt_connect *rt_connect_new(rt_loop *loop, size_t count,
                           const rt_connect_options *options) {
    rt_connect *c = rt_calloc(sizeof *c + count * sizeof(attempt));
    if (!c) return NULL;
    c->loop = loop;
    c->options = options->socket;
    c->has_from = options->from != NULL;
    if (options->from) c->from = *options->from;
    c->count = count;
    for (size_t i = 0; i < count; i++) {
        attempt *a = &c->attempts[i];
        a->connect = c;
        a->fd = -1;
        rt_waiter_init(&a->waiter, loop, on_complete);
    }
    return c;
}

rt_address *rt_connect_address(rt_connect *c, size_t index) {
    return &c->attempts[index].address;
}

/* Tries the next ones until one is under way. */
static void advance(rt_connect *c) {
    while (!c->winner && c->next < c->count) {
        attempt *a = &c->attempts[c->next++];
        c->running++;
        int status = begin(a);
        if (status == RT_PENDING) return;
        end(a, status);
    }
}

static int begin(attempt *a) {
    rt_connect *c = a->connect;
    int status = rt_socket_connect(&a->address, c->has_from ? &c->from : NULL,
                                   &c->options, &a->fd, &a->is_again);
    if (status != RT_PENDING) return status;
    if (!a->is_again) status = rt_poll_new(c->loop, a->fd, &a->poll);
    return status < 0 ? status : wait_for(a);
}

static int wait_for(attempt *a) {
    const rt_connect *c = a->connect;
    int64_t due = RT_NEVER;
    if (a->is_again) {
        rt_waiter_park(&a->waiter, a, NULL);
        due = rt_loop_now(c->loop) + AGAIN_NS;
    } else {
        int status =
            rt_poll_wait(a->poll, RT_POLL_WRITE, &a->waiter, NULL, NULL);
        if (status != RT_PENDING) return status;
        if (!a->is_slow && c->next < c->count)
            due = rt_loop_now(c->loop) + SLOW_NS;
    }
    int status = rt_waiter_arm(&a->waiter, due, due);
    return status == RT_OK ? RT_PENDING : status;
}

/* What has come of one of which there is news. */
static int look_at(attempt *a, int news) {
    if (news == RT_OK) return rt_socket_status(a->fd, &a->address);
    if (news != RT_ETIMEOUT) return news;
    if (!a->is_again) {
        a->is_slow = true;
        advance(a->connect);
        return a->connect->winner ? RT_PENDING : wait_for(a);
    }
    int status = rt_socket_connect_again(a->fd, &a->address, &a->is_again);
    return status == RT_PENDING ? wait_for(a) : status;
}

static void on_complete(rt_waiter *waiter) {
    attempt *a = rt_container_of(waiter, attempt, waiter);
    rt_connect *c = a->connect;
    if (a->is_over) return;
    int status = look_at(a, waiter->status);
    if (status != RT_PENDING) {
        end(a, status);
        if (!a->is_slow) advance(c);
    }
    if (c->winner || c->running == 0) finish(c);
}

/* Leaves the winner its socket. */
static void drop(attempt *a) {
    a->is_over = true;
    (void)rt_waiter_cancel(&a->waiter, RT_ECANCELLED);
    rt_poll_free(a->poll);
    a->poll = NULL;
    if (a->fd < 0 || a == a->connect->winner) return;
    (void)close(a->fd);
    a->fd = -1;
}

static void end(attempt *a, int status) {
    rt_connect *c = a->connect;
    c->running--;
    if (status == RT_OK)
        c->winner = a;
    else if (c->status == RT_OK)
        c->status = status;
    drop(a);
}

static void drop_all(rt_connect *c) {
    for (size_t i = 0; i < c->count; i++) drop(&c->attempts[i]);
}

static void finish(rt_connect *c) {
    rt_waiter *waiter = c->waiter;
    c->waiter = NULL;
    drop_all(c);
    if (waiter && rt_waiter_claim(waiter))
        rt_waiter_complete_here(waiter, c->winner ? RT_OK : c->status);
}

static void withdraw(rt_waiter *waiter) {
    rt_connect *c = waiter->object;
    c->waiter = NULL;
    drop_all(c);
}

int rt_connect_start(rt_connect *c, rt_waiter *waiter) {
    advance(c);
    if (c->winner || c->running == 0) {
        finish(c);
        return c->winner ? RT_OK : c->status;
    }
    rt_waiter_park(waiter, c, withdraw);
    c->waiter = waiter;
    return RT_PENDING;
}

int rt_connect_take(rt_connect *c, const rt_address **address) {
    int fd = c->winner->fd;
    c->winner->fd = -1;
    *address = &c->winner->address;
    return fd;
}

void rt_connect_free(rt_connect *c) {
    if (!c) return;
    c->winner = NULL;
    drop_all(c);
    rt_free(c);
}
