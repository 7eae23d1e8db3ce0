/* timer.c - a binary heap of pointers, slots from 1 so that 0 means stopped. */
#include "loop/timer.h"

#include <assert.h>

#include "base/alloc.h"
#include "base/status.h"

void rt_timers_init(rt_timers *timers) {
    *timers = (rt_timers){0};
}

void rt_timers_deinit(rt_timers *timers) {
    assert(timers->count == 0);
    rt_free(timers->heap);
    rt_timers_init(timers);
}

static bool is_before(const rt_timer *a, const rt_timer *b) {
    if (a->key_ns != b->key_ns) return a->key_ns < b->key_ns;
    return a->sequence < b->sequence;
}

static void place(rt_timers *timers, rt_timer *timer, uint32_t slot) {
    timers->heap[slot] = timer;
    timer->slot = slot;
}

static void sift_up(rt_timers *timers, rt_timer *timer, uint32_t slot) {
    while (slot > 1 && is_before(timer, timers->heap[slot / 2])) {
        place(timers, timers->heap[slot / 2], slot);
        slot /= 2;
    }
    place(timers, timer, slot);
}

static void sift_down(rt_timers *timers, rt_timer *timer, uint32_t slot) {
    for (;;) {
        uint32_t child = slot * 2;
        if (child > timers->count) break;
        if (child < timers->count &&
            is_before(timers->heap[child + 1], timers->heap[child]))
            child++;
        if (!is_before(timers->heap[child], timer)) break;
        place(timers, timers->heap[child], slot);
        slot = child;
    }
    place(timers, timer, slot);
}

/* So that a slot's children have numbers, too. */
enum { MAX_CAPACITY = 1 << 30 };

static int reserve(rt_timers *timers) {
    if (timers->count + 2 <= timers->capacity) return RT_OK;
    if (timers->capacity >= MAX_CAPACITY) return RT_ENOMEMORY;
    uint32_t capacity = timers->capacity ? timers->capacity * 2 : 16;
    rt_timer **heap = rt_realloc(timers->heap, capacity * sizeof *heap);
    if (!heap) return RT_ENOMEMORY;
    timers->heap = heap;
    timers->capacity = capacity;
    return RT_OK;
}

int rt_timer_start(rt_timers *timers, rt_timer *timer, int64_t key_ns,
                   int64_t due_ns) {
    assert(!rt_timer_active(timer));
    int status = reserve(timers);
    if (status) return status;
    timer->key_ns = key_ns;
    timer->due_ns = due_ns;
    timer->sequence = timers->next_sequence++;
    if (timer->wakes_nobody) timers->idle_count++;
    sift_up(timers, timer, ++timers->count);
    return RT_OK;
}

void rt_timer_stop(rt_timers *timers, rt_timer *timer) {
    uint32_t slot = timer->slot;
    if (slot == 0) return;
    timer->slot = 0;
    if (timer->wakes_nobody) timers->idle_count--;
    rt_timer *last = timers->heap[timers->count--];
    if (last == timer) return;
    if (slot > 1 && is_before(last, timers->heap[slot / 2]))
        sift_up(timers, last, slot);
    else
        sift_down(timers, last, slot);
}

void rt_timers_run(rt_timers *timers, int64_t now_ns) {
    /* Timers started by a callback wait for the next turn, even if due. */
    uint64_t limit = timers->next_sequence;
    while (timers->count > 0) {
        rt_timer *first = timers->heap[1];
        if (first->due_ns > now_ns || first->sequence >= limit) return;
        rt_timer_stop(timers, first);
        first->fire(first, now_ns);
    }
}

uint32_t rt_timers_count_due(const rt_timers *timers, int64_t now_ns) {
    uint32_t count = 0;
    for (uint32_t slot = 1; slot <= timers->count; slot++) {
        const rt_timer *timer = timers->heap[slot];
        if (timer->due_ns <= now_ns && !timer->wakes_nobody) count++;
    }
    return count;
}

int64_t rt_timers_next(const rt_timers *timers) {
    return timers->count > 0 ? timers->heap[1]->due_ns : RT_NEVER;
}
