/* encode.c - the writers.
 *
 * Each asks once for all the room its value may need and then stores without
 * further checks; the call that grows the buffer is off the usual path. */
#include "data/encode.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

enum {
    HEAD_MAX = 5,   /* the longest head of a string or an array */
    NUMBER_MAX = 9, /* the longest integer or float */
    EXT_MAX = 6,
    HEADER_SIZE = 11
};

/* Where the next `size` bytes go; NULL: out of memory. */
static inline uint8_t *room(rt_buffer *to, size_t size) {
    if (to->capacity - to->size < size && rt_buffer_reserve(to, size))
        return NULL;
    return (uint8_t *)to->bytes + to->size;
}

/* Each stores a tag with a big-endian number, and tells the bytes it took. */
static inline size_t put8(uint8_t *at, uint8_t tag, uint8_t n) {
    at[0] = tag;
    at[1] = n;
    return 2;
}

static inline size_t put16(uint8_t *at, uint8_t tag, uint16_t n) {
    at[0] = tag;
    n = htobe16(n);
    memcpy(at + 1, &n, sizeof n);
    return 3;
}

static inline size_t put32(uint8_t *at, uint8_t tag, uint32_t n) {
    at[0] = tag;
    n = htobe32(n);
    memcpy(at + 1, &n, sizeof n);
    return 5;
}

static inline size_t put64(uint8_t *at, uint8_t tag, uint64_t n) {
    at[0] = tag;
    n = htobe64(n);
    memcpy(at + 1, &n, sizeof n);
    return 9;
}

static int encode_byte(rt_buffer *to, uint8_t byte) {
    uint8_t *at = room(to, 1);
    if (!at) return RT_ENOMEMORY;
    *at = byte;
    to->size++;
    return RT_OK;
}

int rt_encode_nil(rt_buffer *to) {
    return encode_byte(to, 0xc0);
}

int rt_encode_bool(rt_buffer *to, bool value) {
    return encode_byte(to, value ? 0xc3 : 0xc2);
}

static size_t put_natural(uint8_t *at, uint64_t n) {
    if (n <= UINT8_MAX) return put8(at, 0xcc, (uint8_t)n);
    if (n <= UINT16_MAX) return put16(at, 0xcd, (uint16_t)n);
    if (n <= UINT32_MAX) return put32(at, 0xce, (uint32_t)n);
    return put64(at, 0xcf, n);
}

static size_t put_negative(uint8_t *at, int64_t n) {
    if (n >= INT8_MIN) return put8(at, 0xd0, (uint8_t)n);
    if (n >= INT16_MIN) return put16(at, 0xd1, (uint16_t)n);
    if (n >= INT32_MIN) return put32(at, 0xd2, (uint32_t)n);
    return put64(at, 0xd3, (uint64_t)n);
}

int rt_encode_int(rt_buffer *to, int64_t value) {
    uint8_t *at = room(to, NUMBER_MAX);
    if (!at) return RT_ENOMEMORY;
    if (value >= -32 && value <= 127) {
        *at = (uint8_t)value;
        to->size++;
    } else if (value > 0) {
        to->size += put_natural(at, (uint64_t)value);
    } else {
        to->size += put_negative(at, value);
    }
    return RT_OK;
}

int rt_encode_float(rt_buffer *to, double value) {
    uint8_t *at = room(to, NUMBER_MAX);
    if (!at) return RT_ENOMEMORY;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    to->size += put64(at, 0xcb, bits);
    return RT_OK;
}

static inline size_t put_str_head(uint8_t *at, uint32_t size) {
    if (size < 32) {
        *at = (uint8_t)(0xa0 | size);
        return 1;
    }
    if (size <= UINT8_MAX) return put8(at, 0xd9, (uint8_t)size);
    if (size <= UINT16_MAX) return put16(at, 0xda, (uint16_t)size);
    return put32(at, 0xdb, size);
}

int rt_encode_str(rt_buffer *to, const char *bytes, size_t size) {
    if (size > UINT32_MAX - HEAD_MAX) return RT_ELIMIT;
    uint8_t *at = room(to, HEAD_MAX + size);
    if (!at) return RT_ENOMEMORY;
    size_t head = put_str_head(at, (uint32_t)size);
    if (size) memcpy(at + head, bytes, size);
    to->size += head + size;
    return RT_OK;
}

static inline size_t put_bin_head(uint8_t *at, uint32_t size) {
    if (size <= UINT8_MAX) return put8(at, 0xc4, (uint8_t)size);
    if (size <= UINT16_MAX) return put16(at, 0xc5, (uint16_t)size);
    return put32(at, 0xc6, size);
}

int rt_encode_bin(rt_buffer *to, const char *bytes, size_t size) {
    if (size > UINT32_MAX - HEAD_MAX) return RT_ELIMIT;
    uint8_t *at = room(to, HEAD_MAX + size);
    if (!at) return RT_ENOMEMORY;
    size_t head = put_bin_head(at, (uint32_t)size);
    if (size) memcpy(at + head, bytes, size);
    to->size += head + size;
    return RT_OK;
}

static inline size_t put_array_head(uint8_t *at, uint32_t count) {
    if (count < 16) {
        *at = (uint8_t)(0x90 | count);
        return 1;
    }
    if (count <= UINT16_MAX) return put16(at, 0xdc, (uint16_t)count);
    return put32(at, 0xdd, count);
}

int rt_encode_array(rt_buffer *to, uint32_t count) {
    uint8_t *at = room(to, HEAD_MAX);
    if (!at) return RT_ENOMEMORY;
    to->size += put_array_head(at, count);
    return RT_OK;
}

/* The type lies between the tag and the number: fixext 1, 2 and 4. */
static int encode_ext(rt_buffer *to, uint8_t type, uint32_t index) {
    uint8_t *at = room(to, EXT_MAX);
    if (!at) return RT_ENOMEMORY;
    if (index <= UINT8_MAX) {
        *at = 0xd4;
        to->size += 1 + put8(at + 1, type, (uint8_t)index);
    } else if (index <= UINT16_MAX) {
        *at = 0xd5;
        to->size += 1 + put16(at + 1, type, (uint16_t)index);
    } else {
        *at = 0xd6;
        to->size += 1 + put32(at + 1, type, index);
    }
    return RT_OK;
}

int rt_encode_node(rt_buffer *to, uint32_t index) {
    return encode_ext(to, RT_EXT_NODE, index);
}

int rt_encode_object(rt_buffer *to, uint32_t index) {
    return encode_ext(to, RT_EXT_OBJECT, index);
}

static void put_header(uint8_t *at, uint32_t root_count, uint32_t node_count) {
    *at++ = 0x92; /* an array of two */
    at += put32(at, 0xce, root_count);
    (void)put32(at, 0xce, node_count);
}

int rt_encode_header(rt_buffer *to, uint32_t root_count, uint32_t node_count) {
    uint8_t *at = room(to, HEADER_SIZE);
    if (!at) return RT_ENOMEMORY;
    put_header(at, root_count, node_count);
    to->size += HEADER_SIZE;
    return RT_OK;
}

void rt_encode_patch_header(rt_buffer *to, uint32_t root_count,
                            uint32_t node_count) {
    assert(to->size >= HEADER_SIZE);
    put_header((uint8_t *)to->bytes, root_count, node_count);
}
