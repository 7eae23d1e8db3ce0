/* scan.h - the quick way over scalars, for loops over many of them.
 *
 * Knows nil, booleans, numbers and strings of up to 255 bytes, which are what
 * long lists consist of. Whatever else there is, and whatever is damaged, is
 * left to rt_reader_next, which also has the words for it; so both agree on
 * every byte. */
#ifndef RT_DATA_SCAN_H
#define RT_DATA_SCAN_H

#include <endian.h>
#include <string.h>

#include "data/encode.h"
#include "data/store.h"

/* A big-endian number of 1, 2, 4 or 8 bytes. */
static inline uint64_t rt_scan_load(const uint8_t *at, size_t width) {
    uint16_t n16;
    uint32_t n32;
    uint64_t n64;
    switch (width) {
    case 1:
        return *at;
    case 2:
        memcpy(&n16, at, sizeof n16);
        return be16toh(n16);
    case 4:
        memcpy(&n32, at, sizeof n32);
        return be32toh(n32);
    }
    memcpy(&n64, at, sizeof n64);
    return be64toh(n64);
}

static inline const uint8_t *rt_scan_int(rt_token *token, int64_t value,
                                         const uint8_t *next) {
    token->kind = RT_TOKEN_INT;
    token->as.integer = value;
    return next;
}

/* `least` is the smallest number that needs this form. */
static inline const uint8_t *rt_scan_natural(const uint8_t *at, size_t width,
                                             uint64_t least, rt_token *token) {
    uint64_t n = rt_scan_load(at + 1, width);
    if (n < least || n > INT64_MAX) return NULL;
    return rt_scan_int(token, (int64_t)n, at + 1 + width);
}

/* `most` is the largest number that needs this form. */
static inline const uint8_t *rt_scan_negative(const uint8_t *at, size_t width,
                                              int64_t most, rt_token *token) {
    uint64_t sign = UINT64_C(1) << (width * 8 - 1);
    int64_t n = (int64_t)((rt_scan_load(at + 1, width) ^ sign) - sign);
    if (n > most) return NULL;
    return rt_scan_int(token, n, at + 1 + width);
}

static inline const uint8_t *rt_scan_float(const uint8_t *at, rt_token *token) {
    uint64_t bits = rt_scan_load(at + 1, 8);
    memcpy(&token->as.number, &bits, sizeof bits);
    if (token->as.number != token->as.number) return NULL;
    token->kind = RT_TOKEN_FLOAT;
    return at + 9;
}

static inline const uint8_t *rt_scan_str(const uint8_t *at, const uint8_t *end,
                                         size_t head, size_t size,
                                         rt_token *token) {
    if ((size_t)(end - at) - head < size) return NULL;
    token->kind = RT_TOKEN_STR;
    token->as.str.bytes = (const char *)at + head;
    token->as.str.size = size;
    return at + head + size;
}

/* The scalars that are not looked for first: nil, booleans, numbers of other
 * sizes, longer strings. */
const uint8_t *rt_scan_rare(const uint8_t *at, const uint8_t *end,
                            rt_token *token);

/* The scalar at `at`, which is before `end`, into `token`; returns the place
 * behind it, or NULL if rt_reader_next has to look at it. The last few bytes
 * of a message are always left to that. Inlined always, so that in a loop the
 * token is never stored, and values that are alike are well predicted. */
__attribute__((always_inline)) static inline const uint8_t *
rt_scan_scalar(const uint8_t *at, const uint8_t *end, rt_token *token) {
    if (end - at < RT_STORE_MAX) return NULL;
    uint8_t tag = *at;
    if (tag <= 0x7f) return rt_scan_int(token, tag, at + 1);
    if (tag == 0xcd) return rt_scan_natural(at, 2, UINT8_MAX + 1u, token);
    if (tag == 0xce) return rt_scan_natural(at, 4, UINT16_MAX + 1u, token);
    if (tag == 0xcb) return rt_scan_float(at, token);
    if (tag >= 0xa0 && tag <= 0xbf)
        return rt_scan_str(at, end, 1, tag & 31u, token);
    rt_token rare; /* else `token` would be in memory for it */
    const uint8_t *next = rt_scan_rare(at, end, &rare);
    if (next) *token = rare;
    return next;
}

/* Passes over scalars, at most `most`; returns how many, and moves the reader
 * behind them. */
static inline size_t rt_scan_run(rt_reader *reader, size_t most) {
    const uint8_t *at = reader->at, *next;
    rt_token token;
    size_t count = 0;
    while (count < most && (next = rt_scan_scalar(at, reader->end, &token))) {
        at = next;
        count++;
    }
    reader->at = at;
    return count;
}

#endif
