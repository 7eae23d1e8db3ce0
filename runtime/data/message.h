/* message.h - bytes plus the shared objects that travel with them.
 *
 * What strands of different states hand to each other. A message has one
 * owner at a time; handing it on hands over its references too. Not
 * thread-safe by itself: ownership moves through a channel, a strand's
 * outcome or a wire, each with a lock of its own. */
#ifndef RT_DATA_MESSAGE_H
#define RT_DATA_MESSAGE_H

#include "base/buffer.h"
#include "base/list.h"
#include "base/object.h"

typedef struct rt_message {
    rt_list link;        /* in the queue that owns it */
    rt_buffer bytes;     /* encoded values: data/encode.h */
    rt_object **objects; /* one reference each, owned */
    size_t object_count;
    size_t object_capacity;
} rt_message;

/* Empty; NULL: out of memory. */
rt_message *rt_message_new(void);

/* Bytes it takes, about. Accepts NULL. */
size_t rt_message_size(const rt_message *message);

/* Drops the references too. Accepts NULL. */
void rt_message_free(rt_message *message);

/* Adds a reference to `object` (of its own; the caller keeps the caller's)
 * and tells its index. The same object twice gets the same index if it was
 * the last one added; callers that care keep a map of their own.
 * Returns: RT_OK, RT_ENOMEMORY. */
int rt_message_add_object(rt_message *message, rt_object *object,
                          size_t *index);

/* The same at the next index, whatever there is already. */
int rt_message_append_object(rt_message *message, rt_object *object);

/* A second message with the same bytes and references of its own.
 * NULL: out of memory. */
rt_message *rt_message_copy(const rt_message *message);

#endif
