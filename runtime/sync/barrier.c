/* barrier.c - a queue of those who have come.
 *
 * Who completes a round takes all out of the queue under the lock, and notes
 * their positions. One that cannot be claimed then is being cancelled or times
 * out at this moment, and its withdrawal waits for the lock: there it finds
 * its position, and that it was too late; its wait ends well. So a round has
 * always as many parties as it should. */
#include "sync/barrier.h"

#include <assert.h>

#include "base/alloc.h"
#include "base/mutex.h"
#include "data/call.h"
#include "data/item.h"
#include "sync/queue.h"

struct rt_barrier {
    rt_object object;
    int64_t parties;
    rt_mutex lock;   /* guards the rest */
    bool is_broken;  /* then nobody waits */
    int64_t waiting; /* length of the queue; less than parties */
    rt_list waiters; /* detail: 0; the position when the round is over */
};

static void barrier_free(rt_object *object) {
    rt_barrier *barrier = (rt_barrier *)object;
    assert(rt_list_empty(&barrier->waiters));
    rt_free(barrier);
}

static void barrier_call(rt_object *object, rt_call *call);

const rt_object_type rt_barrier_type = {
    .name = "Barrier",
    .kind = RT_KIND_BARRIER,
    .free = barrier_free,
    .call = barrier_call,
};

rt_barrier *rt_barrier_new(int64_t parties) {
    assert(parties >= 1 && parties <= RT_BARRIER_MAX);
    rt_barrier *barrier = rt_calloc(sizeof *barrier);
    if (!barrier) return NULL;
    rt_object_init(&barrier->object, &rt_barrier_type);
    barrier->parties = parties;
    rt_mutex_init(&barrier->lock);
    rt_list_init(&barrier->waiters);
    return barrier;
}

/* ---- under the lock ---- */

/* Who cannot be claimed fails by itself. */
static void send_away(rt_barrier *barrier, rt_list *sent) {
    rt_queue_claim_all(&barrier->waiters, sent);
    barrier->waiting = 0;
}

static void complete_round(rt_barrier *barrier, rt_list *served) {
    int64_t position = 0;
    for (rt_list *node; (node = rt_list_pop(&barrier->waiters)) != NULL;) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        waiter->detail = ++position;
        if (rt_waiter_claim(waiter)) rt_list_push(served, &waiter->link);
    }
    barrier->waiting = 0;
}

static void withdraw(rt_waiter *waiter);

static int come(rt_barrier *barrier, rt_waiter *waiter, rt_list *served) {
    if (barrier->is_broken) return RT_EBROKEN;
    if (barrier->waiting + 1 == barrier->parties) {
        complete_round(barrier, served);
        waiter->detail = barrier->parties;
        return RT_OK;
    }
    rt_waiter_park(waiter, barrier, withdraw);
    rt_list_push(&barrier->waiters, &waiter->link);
    barrier->waiting++;
    return RT_PENDING;
}

/* Whether the end of this wait, which is not over, breaks the barrier. */
static bool breaks(const rt_waiter *waiter) {
    return waiter->status == RT_ETIMEOUT || waiter->status == RT_EDIED;
}

static void leave(rt_barrier *barrier, rt_waiter *waiter, rt_list *sent) {
    if (waiter->detail > 0) {
        waiter->status = RT_OK; /* the round was completed before */
    } else if (!rt_list_empty(&waiter->link)) {
        rt_list_unlink(&waiter->link);
        barrier->waiting--;
        if (!breaks(waiter)) return;
        barrier->is_broken = true;
        send_away(barrier, sent);
    }
}

/* ---- operations ---- */

static void withdraw(rt_waiter *waiter) {
    rt_barrier *barrier = waiter->object;
    rt_list sent;
    rt_list_init(&sent);
    rt_mutex_lock(&barrier->lock);
    leave(barrier, waiter, &sent);
    rt_mutex_unlock(&barrier->lock);
    rt_queue_complete_all(&sent, RT_EBROKEN, NULL);
}

int rt_barrier_wait(rt_barrier *barrier, rt_waiter *waiter, rt_loop *here) {
    rt_list served;
    rt_list_init(&served);
    rt_mutex_lock(&barrier->lock);
    int status = come(barrier, waiter, &served);
    rt_mutex_unlock(&barrier->lock);
    rt_queue_complete_all(&served, RT_OK, here);
    return status;
}

static void end_round(rt_barrier *barrier, bool is_broken, rt_loop *here) {
    rt_list sent;
    rt_list_init(&sent);
    rt_mutex_lock(&barrier->lock);
    barrier->is_broken = is_broken;
    send_away(barrier, &sent);
    rt_mutex_unlock(&barrier->lock);
    rt_queue_complete_all(&sent, RT_EBROKEN, here);
}

void rt_barrier_reset(rt_barrier *barrier, rt_loop *here) {
    end_round(barrier, false, here);
}

void rt_barrier_abort(rt_barrier *barrier, rt_loop *here) {
    end_round(barrier, true, here);
}

bool rt_barrier_is_broken(rt_barrier *barrier) {
    rt_mutex_lock(&barrier->lock);
    bool is_broken = barrier->is_broken;
    rt_mutex_unlock(&barrier->lock);
    return is_broken;
}

int64_t rt_barrier_waiting(rt_barrier *barrier) {
    rt_mutex_lock(&barrier->lock);
    int64_t waiting = barrier->waiting;
    rt_mutex_unlock(&barrier->lock);
    return waiting;
}

int64_t rt_barrier_parties(const rt_barrier *barrier) {
    return barrier->parties;
}

/* ---- for other processes ---- */

static void reply_int(rt_call *call, int64_t number) {
    rt_item item = {.kind = RT_ITEM_INT, .as.integer = number};
    rt_message *result;
    int status = rt_items_encode(&item, 1, &result);
    call->reply(call, status, result);
}

static void reply_bool(rt_call *call, bool truth) {
    rt_item item = {.kind = RT_ITEM_BOOL, .as.boolean = truth};
    rt_message *result;
    int status = rt_items_encode(&item, 1, &result);
    call->reply(call, status, result);
}

static void finish_wait(rt_call *call, int status) {
    if (status == RT_OK)
        reply_int(call, call->waiter.detail);
    else
        call->reply(call, status, NULL);
}

static void on_round_over(rt_waiter *waiter) {
    finish_wait(rt_container_of(waiter, rt_call, waiter), waiter->status);
}

static void call_wait(rt_barrier *barrier, rt_call *call) {
    rt_loop *here = call->waiter.loop;
    rt_waiter_init(&call->waiter, here, on_round_over);
    int status = rt_barrier_wait(barrier, &call->waiter, here);
    if (status != RT_PENDING) finish_wait(call, status);
}

static void barrier_call(rt_object *object, rt_call *call) {
    rt_barrier *barrier = (rt_barrier *)object;
    switch (call->operation) {
    case RT_BARRIER_WAIT:
        call_wait(barrier, call);
        return;
    case RT_BARRIER_RESET:
        rt_barrier_reset(barrier, call->waiter.loop);
        call->reply(call, RT_OK, NULL);
        return;
    case RT_BARRIER_ABORT:
        rt_barrier_abort(barrier, call->waiter.loop);
        call->reply(call, RT_OK, NULL);
        return;
    case RT_BARRIER_BROKEN:
        reply_bool(call, rt_barrier_is_broken(barrier));
        return;
    case RT_BARRIER_WAITING:
        reply_int(call, rt_barrier_waiting(barrier));
        return;
    case RT_BARRIER_PARTIES:
        reply_int(call, rt_barrier_parties(barrier));
        return;
    default:
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
}
