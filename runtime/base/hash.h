/* hash.h - a fast hash, keyed by two numbers so that chosen input does not
 * collide. `seed[1]` is odd, or any odd-looking bits. */
#ifndef RT_BASE_HASH_H
#define RT_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Multiplies and folds: each bit of the result depends on all of both. */
static inline uint64_t rt_hash_mix(uint64_t a, uint64_t b) {
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t rt_hash_bits(const uint64_t seed[2], uint64_t bits) {
    return rt_hash_mix(bits ^ seed[0], seed[1]);
}

static inline uint64_t rt_hash_bytes(const uint64_t seed[2], const char *bytes,
                                     size_t size) {
    uint64_t hash = seed[0] ^ size;
    uint64_t word;
    for (; size >= sizeof word; size -= sizeof word, bytes += sizeof word) {
        memcpy(&word, bytes, sizeof word);
        hash = rt_hash_mix(hash ^ word, seed[1]);
    }
    word = 0;
    memcpy(&word, bytes, size);
    return rt_hash_mix(hash ^ word, seed[1]);
}

/* The seed for what is too small to be worth a better one. */
#define RT_HASH_ANY_SEED                                                       \
    { UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xd6e8feb86659fd93) }

/* A random one; `owner` makes up for it where the kernel gives none. */
void rt_hash_seed(uint64_t seed[2], const void *owner);

#endif
