/* hash.c */
#include "base/hash.h"

#include <sys/random.h>

#include "base/clock.h"

void rt_hash_seed(uint64_t seed[2], const void *owner) {
    size_t size = 2 * sizeof *seed;
    if (getrandom(seed, size, 0) != (ssize_t)size) {
        static const uint64_t any[2] = RT_HASH_ANY_SEED;
        seed[0] = any[0] ^ (uint64_t)rt_clock_now();
        seed[1] = any[1] ^ (uint64_t)(uintptr_t)owner;
    }
    seed[1] |= 1; /* a factor */
}
