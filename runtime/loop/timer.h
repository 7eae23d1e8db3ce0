/* timer.h - deadlines in nanoseconds, fired in order of (key, creation).
 *
 * A timer has two times. `key_ns` decides the order and is what a chain of
 * sleeps counts from: the scheduled wake, not the late one, so chains do not
 * drift and ties are decided by age. `due_ns` is the moment before which it
 * must not fire: at least the time asked for, measured from the call. They
 * differ by what the strand computed between its wake and the call, at most
 * 20 ms (a timer that is first by its key and not due yet holds up the others
 * by as much), and are the same for anything that is not part of a chain.
 *
 * Not thread-safe: belongs to its loop. Starting cannot fail once room was
 * reserved. */
#ifndef RT_LOOP_TIMER_H
#define RT_LOOP_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

typedef struct rt_timer {
    int64_t key_ns;
    int64_t due_ns;
    uint64_t sequence;
    void (*fire)(struct rt_timer *timer, int64_t now_ns);
    uint32_t slot; /* in the heap, from 1; 0 while stopped */
    bool
        wakes_nobody; /* its loop sleeps for good though it is started: it brings
                          nothing that somebody waits for. Changed while stopped */
} rt_timer;

typedef struct rt_timers {
    rt_timer **heap; /* slots 1..count */
    uint32_t count;
    uint32_t idle_count; /* of those that wake nobody */
    uint32_t capacity;
    uint64_t next_sequence;
} rt_timers;

void rt_timers_init(rt_timers *timers);
void rt_timers_deinit(rt_timers *timers);

static inline bool rt_timer_active(const rt_timer *timer) {
    return timer->slot != 0;
}

/* Returns: RT_OK; RT_ENOMEMORY (not started). `fire` must be set. */
int rt_timer_start(rt_timers *timers, rt_timer *timer, int64_t key_ns,
                   int64_t due_ns);
void rt_timer_stop(rt_timers *timers, rt_timer *timer);

/* Fires all that are due at `now_ns`, oldest key first. */
void rt_timers_run(rt_timers *timers, int64_t now_ns);

/* How many would wake somebody that are due. */
uint32_t rt_timers_count_due(const rt_timers *timers, int64_t now_ns);

/* When the first one is due; RT_NEVER if there is none. */
int64_t rt_timers_next(const rt_timers *timers);

#endif
