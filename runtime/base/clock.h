/* clock.h - monotonic time in nanoseconds. */
#ifndef RT_BASE_CLOCK_H
#define RT_BASE_CLOCK_H

#include <stdint.h>

#define RT_NEVER INT64_MAX /* a deadline that does not come */
#define RT_SECOND INT64_C(1000000000)

/* CLOCK_MONOTONIC. */
int64_t rt_clock_now(void);

/* `base` + `seconds`, saturating; negative or NaN counts as 0, and anything
 * beyond about 146 years as RT_NEVER. Rounds up: never early. */
int64_t rt_clock_add(int64_t base_ns, double seconds);

#endif
