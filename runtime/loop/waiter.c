/* waiter.c - the claim is one compare-and-swap; everything else follows from
 * who won it.
 *
 * A loser of the claim may still find the waiter linked in its queue: it
 * unlinks it and looks at the next. withdraw() unlinks under the same lock,
 * and unlinking twice is harmless, so both may do it.
 *
 * Of a group only the leader's state counts, so its members cannot be claimed
 * in two places. A member's own state says whether it may be in a queue. */
#include "loop/waiter.h"

#include <assert.h>

static void on_posted(rt_post *post);
static void on_deadline(rt_timer *timer, int64_t now_ns);

void rt_waiter_init(rt_waiter *waiter, rt_loop *loop,
                    void (*on_complete)(rt_waiter *waiter)) {
    *waiter = (rt_waiter){
        .loop = loop,
        .on_complete = on_complete,
        .post = {.run = on_posted},
        .timer = {.fire = on_deadline},
    };
    rt_list_init(&waiter->link);
}

void rt_waiter_park(rt_waiter *waiter, void *object,
                    void (*withdraw)(rt_waiter *waiter)) {
    assert(atomic_load(&waiter->state) == RT_WAITER_IDLE);
    waiter->object = object;
    waiter->withdraw = withdraw;
    waiter->winner = NULL;
    waiter->too_late = 0;
    waiter->message = NULL;
    waiter->detail = 0;
    atomic_store_explicit(&waiter->state, RT_WAITER_PARKED,
                          memory_order_release);
}

bool rt_waiter_claim(rt_waiter *waiter) {
    int expected = RT_WAITER_PARKED;
    return atomic_compare_exchange_strong_explicit(
        &rt_waiter_leader(waiter)->state, &expected, RT_WAITER_CLAIMED,
        memory_order_acq_rel, memory_order_acquire);
}

/* Notes the outcome with the leader. */
static rt_waiter *note_end(rt_waiter *waiter, int status) {
    rt_waiter *leader = rt_waiter_leader(waiter);
    leader->winner = waiter;
    leader->status = status;
    return leader;
}

static void finish(rt_waiter *waiter) {
    if (rt_timer_active(&waiter->timer))
        rt_timer_stop(&waiter->loop->timers, &waiter->timer);
    atomic_store_explicit(&waiter->state, RT_WAITER_IDLE, memory_order_release);
    waiter->on_complete(waiter);
}

/* The loop stays when the waiter is gone. */
void rt_waiter_post(rt_waiter *waiter) {
    rt_loop *loop = waiter->loop;
    bool is_urgent = waiter->is_urgent;
    if (waiter->announce) waiter->announce(waiter);
    rt_loop_post(loop, &waiter->post);
    if (is_urgent && loop->urge) loop->urge(loop);
}

void rt_waiter_complete(rt_waiter *waiter, int status) {
    waiter = note_end(waiter, status);
    if (waiter->completes_inline &&
        pthread_equal(waiter->loop->thread, pthread_self()))
        finish(waiter);
    else
        rt_waiter_post(waiter);
}

void rt_waiter_complete_here(rt_waiter *waiter, int status) {
    finish(note_end(waiter, status));
}

static void on_posted(rt_post *post) {
    finish(rt_container_of(post, rt_waiter, post));
}

int rt_waiter_arm(rt_waiter *waiter, int64_t key_ns, int64_t due_ns) {
    if (due_ns == RT_NEVER) return RT_OK;
    return rt_timer_start(&waiter->loop->timers, &waiter->timer, key_ns,
                          due_ns);
}

bool rt_waiter_cancel(rt_waiter *waiter, int status) {
    if (!rt_waiter_claim(waiter)) {
        waiter->too_late = status;
        return false;
    }
    waiter->status = status; /* for withdraw, which may know better */
    if (waiter->withdraw) waiter->withdraw(waiter);
    rt_waiter_complete_here(waiter, waiter->status);
    return true;
}

void rt_waiter_unpark(rt_waiter *waiter) {
    assert(atomic_load(&waiter->state) == RT_WAITER_CLAIMED);
    atomic_store_explicit(&waiter->state, RT_WAITER_IDLE, memory_order_release);
}

/* The winner was unlinked by whoever claimed it. */
void rt_waiter_leave(rt_waiter *member) {
    if (!rt_waiter_parked(member)) return;
    if (member->leader->winner != member && member->withdraw)
        member->withdraw(member);
    atomic_store_explicit(&member->state, RT_WAITER_IDLE, memory_order_relaxed);
}

static void on_deadline(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    rt_waiter *waiter = rt_container_of(timer, rt_waiter, timer);
    (void)rt_waiter_cancel(waiter, RT_ETIMEOUT); /* lost: it is completed */
}
