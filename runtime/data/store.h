/* store.h - stores one value where there is room for it already: for loops
 * that make room once for many. The format is that of data/encode.h.
 *
 * Each returns the place behind what it stored. */
#ifndef RT_DATA_STORE_H
#define RT_DATA_STORE_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The most bytes that a nil, a boolean, a number, or the head of a string, an
 * array or a reference takes. */
enum { RT_STORE_MAX = 9 };

static inline uint8_t *rt_store_byte(uint8_t *at, uint8_t byte) {
    *at = byte;
    return at + 1;
}

static inline uint8_t *rt_store_nil(uint8_t *at) {
    return rt_store_byte(at, 0xc0);
}

static inline uint8_t *rt_store_bool(uint8_t *at, bool value) {
    return rt_store_byte(at, value ? 0xc3 : 0xc2);
}

/* A tag and a big-endian number. */
static inline uint8_t *rt_store_8(uint8_t *at, uint8_t tag, uint8_t n) {
    at[0] = tag;
    at[1] = n;
    return at + 2;
}

static inline uint8_t *rt_store_16(uint8_t *at, uint8_t tag, uint16_t n) {
    at[0] = tag;
    n = htobe16(n);
    memcpy(at + 1, &n, sizeof n);
    return at + 3;
}

static inline uint8_t *rt_store_32(uint8_t *at, uint8_t tag, uint32_t n) {
    at[0] = tag;
    n = htobe32(n);
    memcpy(at + 1, &n, sizeof n);
    return at + 5;
}

static inline uint8_t *rt_store_64(uint8_t *at, uint8_t tag, uint64_t n) {
    at[0] = tag;
    n = htobe64(n);
    memcpy(at + 1, &n, sizeof n);
    return at + 9;
}

static inline uint8_t *rt_store_natural(uint8_t *at, uint64_t n) {
    if (n <= UINT8_MAX) return rt_store_8(at, 0xcc, (uint8_t)n);
    if (n <= UINT16_MAX) return rt_store_16(at, 0xcd, (uint16_t)n);
    if (n <= UINT32_MAX) return rt_store_32(at, 0xce, (uint32_t)n);
    return rt_store_64(at, 0xcf, n);
}

static inline uint8_t *rt_store_negative(uint8_t *at, int64_t n) {
    if (n >= INT8_MIN) return rt_store_8(at, 0xd0, (uint8_t)n);
    if (n >= INT16_MIN) return rt_store_16(at, 0xd1, (uint16_t)n);
    if (n >= INT32_MIN) return rt_store_32(at, 0xd2, (uint32_t)n);
    return rt_store_64(at, 0xd3, (uint64_t)n);
}

static inline uint8_t *rt_store_int(uint8_t *at, int64_t value) {
    if (value >= -32 && value <= 127) return rt_store_byte(at, (uint8_t)value);
    if (value > 0) return rt_store_natural(at, (uint64_t)value);
    return rt_store_negative(at, value);
}

static inline uint8_t *rt_store_float(uint8_t *at, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return rt_store_64(at, 0xcb, bits);
}

/* The head of a string, whose bytes follow. */
static inline uint8_t *rt_store_str_head(uint8_t *at, uint32_t size) {
    if (size < 32) return rt_store_byte(at, (uint8_t)(0xa0 | size));
    if (size <= UINT8_MAX) return rt_store_8(at, 0xd9, (uint8_t)size);
    if (size <= UINT16_MAX) return rt_store_16(at, 0xda, (uint16_t)size);
    return rt_store_32(at, 0xdb, size);
}

/* The head of an array, whose elements follow. */
static inline uint8_t *rt_store_array_head(uint8_t *at, uint32_t count) {
    if (count < 16) return rt_store_byte(at, (uint8_t)(0x90 | count));
    if (count <= UINT16_MAX) return rt_store_16(at, 0xdc, (uint16_t)count);
    return rt_store_32(at, 0xdd, count);
}

#endif
