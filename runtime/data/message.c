/* message.c - a message costs two blocks: itself, and its bytes once it has
 * any. The array of objects is made for the first object. */
#include "data/message.h"

#include <stdint.h>

#include "base/alloc.h"
#include "base/status.h"

rt_message *rt_message_new(void) {
    rt_message *message = rt_alloc(sizeof *message);
    if (!message) return NULL;
    rt_list_init(&message->link);
    rt_buffer_init(&message->bytes);
    message->objects = NULL;
    message->object_count = 0;
    message->object_capacity = 0;
    return message;
}

size_t rt_message_size(const rt_message *message) {
    if (!message) return 0;
    return sizeof *message + message->bytes.capacity +
           message->object_capacity * sizeof *message->objects;
}

void rt_message_free(rt_message *message) {
    if (!message) return;
    for (size_t i = 0; i < message->object_count; i++)
        rt_object_unref(message->objects[i]);
    rt_free(message->objects);
    rt_buffer_deinit(&message->bytes);
    rt_free(message);
}

static int reserve_object(rt_message *message) {
    if (message->object_count < message->object_capacity) return RT_OK;
    size_t capacity = message->object_capacity;
    if (capacity > SIZE_MAX / 4 / sizeof(rt_object *)) return RT_ENOMEMORY;
    capacity = capacity ? capacity * 2 : 4;
    rt_object **objects =
        rt_realloc(message->objects, capacity * sizeof *objects);
    if (!objects) return RT_ENOMEMORY;
    message->objects = objects;
    message->object_capacity = capacity;
    return RT_OK;
}

int rt_message_append_object(rt_message *message, rt_object *object) {
    int status = reserve_object(message);
    if (status) return status;
    rt_object_ref(object); /* until rt_message_free */
    message->objects[message->object_count++] = object;
    return RT_OK;
}

int rt_message_add_object(rt_message *message, rt_object *object,
                          size_t *index) {
    size_t count = message->object_count;
    if (count > 0 && message->objects[count - 1] == object) {
        *index = count - 1;
        return RT_OK;
    }
    *index = count;
    return rt_message_append_object(message, object);
}

static int copy_objects(rt_message *to, const rt_message *from) {
    size_t count = from->object_count;
    if (count == 0) return RT_OK;
    to->objects = rt_memdup(from->objects, count * sizeof *from->objects);
    if (!to->objects) return RT_ENOMEMORY;
    to->object_count = to->object_capacity = count;
    for (size_t i = 0; i < count; i++) rt_object_ref(to->objects[i]);
    return RT_OK;
}

rt_message *rt_message_copy(const rt_message *message) {
    rt_message *copy = rt_message_new();
    if (!copy) return NULL;
    if (rt_buffer_add(&copy->bytes, message->bytes.bytes,
                      message->bytes.size) ||
        copy_objects(copy, message)) {
        rt_message_free(copy);
        return NULL;
    }
    return copy;
}
