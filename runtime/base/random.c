/* random.c - splitmix64 (Steele, Lea and Flood, 2014): one addition and a mix
 * of bits for each number, and every seed is as good as any other. */
#include "base/random.h"

#include <sys/random.h>
#include <sys/types.h>

#include "base/clock.h"

uint64_t rt_random_mix(uint64_t number) {
    number ^= number >> 30;
    number *= UINT64_C(0xbf58476d1ce4e5b9);
    number ^= number >> 27;
    number *= UINT64_C(0x94d049bb133111eb);
    return number ^ number >> 31;
}

uint64_t rt_random_from_kernel(void) {
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) == (ssize_t)sizeof seed)
        return seed;
    return rt_random_mix((uint64_t)rt_clock_now());
}

/* The high half of a product is spread evenly but for the few low halves that
 * are thrown away (Lemire, 2019). */
uint32_t rt_random_below(rt_random *random, uint32_t bound) {
    uint64_t product = (rt_random_next(random) >> 32) * bound;
    if ((uint32_t)product < bound) {
        uint32_t least = -bound % bound;
        while ((uint32_t)product < least)
            product = (rt_random_next(random) >> 32) * bound;
    }
    return (uint32_t)(product >> 32);
}
