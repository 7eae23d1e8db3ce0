/* buffer.h - growable bytes. Single owner, not thread-safe. */
#ifndef RT_BASE_BUFFER_H
#define RT_BASE_BUFFER_H

#include <stddef.h>

typedef struct rt_buffer {
    char *bytes;
    size_t size;
    size_t capacity;
} rt_buffer;

void rt_buffer_init(rt_buffer *buffer);
void rt_buffer_deinit(rt_buffer *buffer);

/* Room for `extra` more bytes at buffer->bytes + buffer->size.
 * Returns: RT_OK, RT_ENOMEMORY (the buffer is as before). */
int rt_buffer_reserve(rt_buffer *buffer, size_t extra);

/* Returns: RT_OK, RT_ENOMEMORY. */
int rt_buffer_add(rt_buffer *buffer, const void *bytes, size_t size);

#endif
