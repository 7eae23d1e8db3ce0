/* buffer.c - doubles, so adding is amortised constant time. */
#include "base/buffer.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"

void rt_buffer_init(rt_buffer *buffer) {
    *buffer = (rt_buffer){NULL, 0, 0};
}

void rt_buffer_deinit(rt_buffer *buffer) {
    rt_free(buffer->bytes);
    rt_buffer_init(buffer);
}

int rt_buffer_reserve(rt_buffer *buffer, size_t extra) {
    if (extra <= buffer->capacity - buffer->size) return RT_OK;
    if (extra > SIZE_MAX / 4 || buffer->size > SIZE_MAX / 4)
        return RT_ENOMEMORY;
    size_t capacity = buffer->capacity ? buffer->capacity * 2 : 64;
    while (capacity - buffer->size < extra) capacity *= 2;
    char *bytes = rt_realloc(buffer->bytes, capacity);
    if (!bytes) return RT_ENOMEMORY;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return RT_OK;
}

int rt_buffer_add(rt_buffer *buffer, const void *bytes, size_t size) {
    int status = rt_buffer_reserve(buffer, size);
    if (status) return status;
    if (size) memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
    return RT_OK;
}
