/* waits.c - each waits for one other, so a ring is found by following them.
 *
 * Why a ring that is found is one: everybody in it is entered, so none of them
 * runs, and none can release a lock, or end, before this registry is unlocked.
 * A wait that was ended by now, by a time-out or a cancellation, is told by its
 * waiter, which is not parked any more. And why each is found: of its strands
 * one is the last to enter, and sees the others. */
#include "sync/waits.h"

#include <assert.h>
#include <string.h>

void rt_waits_init(rt_waits *waits) {
    pthread_mutex_init(&waits->lock, NULL);
    waits->count = 0;
    for (size_t i = 0; i < RT_WAIT_BUCKETS; i++)
        rt_list_init(&waits->buckets[i]);
}

void rt_waits_deinit(rt_waits *waits) {
    assert(waits->count == 0);
    pthread_mutex_destroy(&waits->lock);
}

static rt_list *bucket_of(rt_waits *waits, const rt_party *party) {
    uint64_t hash = (uint64_t)(uintptr_t)party * UINT64_C(0x9E3779B97F4A7C15);
    return &waits->buckets[hash >> 56];
}

static rt_wait *find(rt_waits *waits, const rt_party *party) {
    rt_list *bucket = bucket_of(waits, party);
    for (rt_list *node = bucket->next; node != bucket; node = node->next) {
        rt_wait *wait = rt_container_of(node, rt_wait, link);
        if (wait->party == party) return wait;
    }
    return NULL;
}

/* The one that `wait` waits for, if that one waits, too, and for good. */
static rt_wait *next_of(rt_waits *waits, const rt_wait *wait) {
    const rt_party *party = wait->blocker(wait->target);
    rt_wait *next = party ? find(waits, party) : NULL;
    if (!next || next->is_bounded) return NULL;
    int state =
        atomic_load_explicit(&next->waiter->state, memory_order_acquire);
    return state == RT_WAITER_PARKED ? next : NULL;
}

/* How many strands are in the ring that `wait` is in; 0: it is in none. */
static size_t measure(rt_waits *waits, const rt_wait *wait) {
    const rt_wait *at = wait;
    for (size_t i = 1; i <= waits->count; i++) {
        at = next_of(waits, at);
        if (!at) return 0;
        if (at == wait) return i;
    }
    return 0; /* it leads to another ring */
}

static void describe(const rt_wait *wait, rt_wait_step *step) {
    *step = (rt_wait_step){
        .party = *wait->party, .what = wait->what, .line = wait->line};
    memcpy(step->source, wait->source, sizeof step->source);
    memcpy(step->name, wait->name, sizeof step->name);
    if (!wait->lock) return;
    rt_lock_holder holder;
    rt_lock_look(wait->lock, &holder);
    step->lock = wait->lock->object.id;
    step->is_reentrant = wait->lock->is_reentrant;
    step->held_line = holder.line;
    memcpy(step->held_source, holder.source, sizeof step->held_source);
}

static void describe_all(rt_waits *waits, const rt_wait *wait, size_t count,
                         rt_wait_step *steps) {
    for (size_t i = 0; i < count && i < RT_WAIT_STEPS; i++) {
        describe(wait, &steps[i]);
        wait = next_of(waits, wait);
        if (!wait) return; /* was told to stop just now */
    }
}

static void unlink(rt_waits *waits, rt_wait *wait) {
    rt_list_unlink(&wait->link);
    waits->count--;
}

size_t rt_waits_enter(rt_waits *waits, rt_wait *wait,
                      rt_wait_step steps[RT_WAIT_STEPS]) {
    pthread_mutex_lock(&waits->lock);
    rt_list_push(bucket_of(waits, wait->party), &wait->link);
    waits->count++;
    size_t count = wait->is_bounded ? 0 : measure(waits, wait);
    if (count > 0) {
        describe_all(waits, wait, count, steps);
        unlink(waits, wait);
    }
    pthread_mutex_unlock(&waits->lock);
    return count;
}

void rt_waits_leave(rt_waits *waits, rt_wait *wait) {
    pthread_mutex_lock(&waits->lock);
    unlink(waits, wait);
    pthread_mutex_unlock(&waits->lock);
}
