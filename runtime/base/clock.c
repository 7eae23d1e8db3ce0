/* clock.c */
#include "base/clock.h"

#include <math.h>
#include <time.h>

int64_t rt_clock_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * RT_SECOND + t.tv_nsec;
}

int64_t rt_clock_add(int64_t base_ns, double seconds) {
    if (!(seconds > 0)) return base_ns;
    double ns = ceil(seconds * 1e9);
    if (ns > 4.6e18 || base_ns > INT64_MAX - (int64_t)ns) return RT_NEVER;
    return base_ns + (int64_t)ns;
}

rt_clock rt_clock_machine;

static int64_t read_virtual(const rt_clock *clock) {
    int64_t now = atomic_load(&clock->now_ns);
    int64_t since = atomic_load(&clock->flowing_ns);
    return since ? now + rt_clock_now() - since : now;
}

int64_t rt_clock_read(const rt_clock *clock) {
    if (rt_clock_is_virtual(clock)) return read_virtual(clock);
    return rt_clock_now() +
           atomic_load_explicit(&clock->ahead_ns, memory_order_relaxed);
}

int64_t rt_clock_elapsed(const rt_clock *clock) {
    if (!rt_clock_is_virtual(clock)) return -1;
    return read_virtual(clock) - atomic_load(&clock->began_ns);
}

int64_t rt_clock_to_machine(const rt_clock *clock, int64_t ns) {
    if (ns == RT_NEVER || rt_clock_is_virtual(clock)) return RT_NEVER;
    return ns - atomic_load(&clock->ahead_ns);
}

int64_t rt_clock_from_machine(const rt_clock *clock, int64_t ns) {
    if (ns == RT_NEVER) return RT_NEVER;
    return rt_clock_read(clock) + (ns - rt_clock_now());
}

void rt_clock_stop(rt_clock *clock) {
    if (rt_clock_is_virtual(clock)) return;
    int64_t now = rt_clock_read(clock);
    atomic_store(&clock->flowing_ns, 0);
    atomic_store(&clock->now_ns, now);
    atomic_store(&clock->began_ns, now);
    atomic_store(&clock->is_virtual, true);
}

void rt_clock_release(rt_clock *clock) {
    if (!rt_clock_is_virtual(clock)) return;
    atomic_store(&clock->ahead_ns, read_virtual(clock) - rt_clock_now());
    atomic_store(&clock->is_virtual, false);
}
