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
