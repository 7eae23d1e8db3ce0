/* encode.c - the writers.
 *
 * Each asks once for all the room its value may need and then stores without
 * further checks; the call that grows the buffer is off the usual path. */
#include "data/encode.h"

#include <assert.h>
#include <string.h>

#include "data/store.h"

enum {
    HEAD_MAX = 5, /* the longest head of a string or an array */
    NUMBER_MAX = RT_STORE_MAX,
    EXT_MAX = 6,
    HEADER_SIZE = 11
};

/* Where the next `size` bytes go; NULL: out of memory. */
static inline uint8_t *room(rt_buffer *to, size_t size) {
    if (to->capacity - to->size < size && rt_buffer_reserve(to, size))
        return NULL;
    return (uint8_t *)to->bytes + to->size;
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

int rt_encode_int(rt_buffer *to, int64_t value) {
    uint8_t *at = room(to, NUMBER_MAX);
    if (!at) return RT_ENOMEMORY;
    to->size += (size_t)(rt_store_int(at, value) - at);
    return RT_OK;
}

int rt_encode_float(rt_buffer *to, double value) {
    uint8_t *at = room(to, NUMBER_MAX);
    if (!at) return RT_ENOMEMORY;
    to->size += (size_t)(rt_store_float(at, value) - at);
    return RT_OK;
}

int rt_encode_str(rt_buffer *to, const char *bytes, size_t size) {
    if (size > UINT32_MAX - HEAD_MAX) return RT_ELIMIT;
    uint8_t *at = room(to, HEAD_MAX + size);
    if (!at) return RT_ENOMEMORY;
    size_t head = (size_t)(rt_store_str_head(at, (uint32_t)size) - at);
    if (size) memcpy(at + head, bytes, size);
    to->size += head + size;
    return RT_OK;
}

static uint8_t *store_bin_head(uint8_t *at, uint32_t size) {
    if (size <= UINT8_MAX) return rt_store_8(at, 0xc4, (uint8_t)size);
    if (size <= UINT16_MAX) return rt_store_16(at, 0xc5, (uint16_t)size);
    return rt_store_32(at, 0xc6, size);
}

int rt_encode_bin(rt_buffer *to, const char *bytes, size_t size) {
    if (size > UINT32_MAX - HEAD_MAX) return RT_ELIMIT;
    uint8_t *at = room(to, HEAD_MAX + size);
    if (!at) return RT_ENOMEMORY;
    size_t head = (size_t)(store_bin_head(at, (uint32_t)size) - at);
    if (size) memcpy(at + head, bytes, size);
    to->size += head + size;
    return RT_OK;
}

int rt_encode_array(rt_buffer *to, uint32_t count) {
    uint8_t *at = room(to, HEAD_MAX);
    if (!at) return RT_ENOMEMORY;
    to->size += (size_t)(rt_store_array_head(at, count) - at);
    return RT_OK;
}

/* The type lies between the tag and the number: fixext 1, 2 and 4. */
static int encode_ext(rt_buffer *to, uint8_t type, uint32_t index) {
    uint8_t *at = room(to, EXT_MAX);
    if (!at) return RT_ENOMEMORY;
    uint8_t *end;
    if (index <= UINT8_MAX) {
        *at = 0xd4;
        end = rt_store_8(at + 1, type, (uint8_t)index);
    } else if (index <= UINT16_MAX) {
        *at = 0xd5;
        end = rt_store_16(at + 1, type, (uint16_t)index);
    } else {
        *at = 0xd6;
        end = rt_store_32(at + 1, type, index);
    }
    to->size += (size_t)(end - at);
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
    at = rt_store_32(at, 0xce, root_count);
    (void)rt_store_32(at, 0xce, node_count);
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
