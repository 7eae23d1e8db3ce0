/* random.h - numbers that repeat when they begin with the same seed.
 *
 * For choices that are to be fair, not for secrets. Not thread-safe: belongs
 * to whoever draws. */
#ifndef RT_BASE_RANDOM_H
#define RT_BASE_RANDOM_H

#include <stdint.h>

typedef struct rt_random {
    uint64_t state;
} rt_random;

/* Another number for every number, without a pattern one could see. */
uint64_t rt_random_mix(uint64_t number);

/* A seed from the kernel; never fails (the clock stands in). */
uint64_t rt_random_from_kernel(void);

/* The next number, any of 2^64. */
static inline uint64_t rt_random_next(rt_random *random) {
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    return rt_random_mix(random->state);
}

/* A number from 0 to `bound` - 1, each with the same probability; `bound` is
 * not 0. */
uint32_t rt_random_below(rt_random *random, uint32_t bound);

#endif
