/* clock.h - monotonic time in nanoseconds: the machine's, and a runtime's own.
 *
 * The strands of a runtime live by its clock. That is the machine's, until it is
 * made virtual: then it stands still but for those who move it (exec/pace.h).
 * When it is the machine's again it goes on from where it was, so that no
 * deadline becomes a thing of the past. What is waited for in the machine itself
 * (that code which does not wait is pressed, that a child is killed) goes by
 * rt_clock_now. Any thread may call anything here. */
#ifndef RT_BASE_CLOCK_H
#define RT_BASE_CLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define RT_NEVER INT64_MAX /* a deadline that does not come */
#define RT_SECOND INT64_C(1000000000)

/* CLOCK_MONOTONIC. */
int64_t rt_clock_now(void);

/* `base` + `seconds`, saturating; negative or NaN counts as 0, and anything
 * beyond about 146 years as RT_NEVER. Rounds up: never early. */
int64_t rt_clock_add(int64_t base_ns, double seconds);

typedef struct rt_clock {
    atomic_bool is_virtual;
    _Atomic int64_t now_ns;     /* while it is virtual, at `flowing_ns` */
    _Atomic int64_t flowing_ns; /* it runs along with the machine's since then;
                                   0: it stands still */
    _Atomic int64_t ahead_ns;   /* of the machine's, while it is not virtual */
    _Atomic int64_t began_ns;   /* when it became virtual, by itself */
} rt_clock;

/* Of loops that have no runtime, and of the hub's: always the machine's. */
extern rt_clock rt_clock_machine;

static inline bool rt_clock_is_virtual(const rt_clock *clock) {
    return atomic_load_explicit(&clock->is_virtual, memory_order_relaxed);
}

int64_t rt_clock_read(const rt_clock *clock);

/* Seconds from 1970-01-01 to when a virtual clock starts: 2000-01-01 00:00 UTC. */
#define RT_CLOCK_EPOCH INT64_C(946684800)

/* Nanoseconds since it became virtual; -1: it is not. */
int64_t rt_clock_elapsed(const rt_clock *clock);

/* When a moment of the clock comes by rt_clock_now; RT_NEVER while it is
 * virtual. */
int64_t rt_clock_to_machine(const rt_clock *clock, int64_t ns);

/* The other way round: a moment of the machine's that is as far from now. */
int64_t rt_clock_from_machine(const rt_clock *clock, int64_t ns);

/* Stands still from here on; or is the machine's again. */
void rt_clock_stop(rt_clock *clock);
void rt_clock_release(rt_clock *clock);

#endif
