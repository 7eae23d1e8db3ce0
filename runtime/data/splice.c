/* splice.c */
#include "data/splice.h"

#include <assert.h>

#include "base/alloc.h"
#include "data/scan.h"

/* A message, taken apart. */
typedef struct parts {
    uint32_t root_count;
    uint32_t node_count;
    const uint8_t *roots;
    const uint8_t *nodes; /* where the roots end */
    const uint8_t *end;
} parts;

/* Every root is one token. */
static int take_apart(const rt_message *message, parts *p) {
    *p = (parts){0};
    if (message->bytes.size == 0) return RT_OK;
    rt_reader reader;
    rt_reader_init(&reader, message->bytes.bytes, message->bytes.size, NULL);
    int status = rt_reader_header(&reader, &p->root_count, &p->node_count);
    p->roots = reader.at;
    p->end = reader.end;
    for (uint32_t left = p->root_count; status == RT_OK; left--) {
        rt_token token;
        left -= (uint32_t)rt_scan_run(&reader, left);
        if (left == 0) break;
        status = rt_reader_next(&reader, &token);
    }
    p->nodes = reader.at;
    return status;
}

uint32_t rt_message_count(const rt_message *message) {
    uint32_t roots = 0, nodes = 0;
    if (!message || message->bytes.size == 0) return 0;
    rt_reader reader;
    rt_reader_init(&reader, message->bytes.bytes, message->bytes.size, NULL);
    return rt_reader_header(&reader, &roots, &nodes) == RT_OK ? roots : 0;
}

static int add_raw(rt_buffer *to, const uint8_t *from, const uint8_t *end) {
    return from == end ? RT_OK : rt_buffer_add(to, from, (size_t)(end - from));
}

/* Adds the tokens from `from` to `end`, whose references are raised by what the
 * numbers of nodes and objects begin with in `to`. */
static int add_raised(rt_buffer *to, const uint8_t *from, const uint8_t *end,
                      uint32_t nodes, uint32_t objects) {
    if (nodes == 0 && objects == 0) return add_raw(to, from, end);
    rt_reader reader;
    rt_reader_init(&reader, from, (size_t)(end - from), NULL);
    int status = RT_OK;
    while (reader.at < end && status == RT_OK) {
        const uint8_t *start = reader.at;
        rt_token token;
        (void)rt_scan_run(&reader, SIZE_MAX);
        status = add_raw(to, start, reader.at);
        start = reader.at;
        if (status || start == end) break;
        status = rt_reader_next(&reader, &token);
        if (status) break;
        if (token.kind == RT_TOKEN_NODE)
            status = rt_encode_node(to, token.as.index + nodes);
        else if (token.kind == RT_TOKEN_OBJECT)
            status = rt_encode_object(to, token.as.index + objects);
        else
            status = add_raw(to, start, reader.at);
    }
    return status;
}

/* All of them, the same one twice as well: their places are their numbers. */
static int add_objects(rt_message *to, const rt_message *from) {
    size_t count = to->object_count, more = from->object_count;
    if (more == 0) return RT_OK;
    rt_object **objects =
        rt_realloc(to->objects, (count + more) * sizeof *objects);
    if (!objects) return RT_ENOMEMORY;
    to->objects = objects;
    to->object_capacity = count + more;
    for (size_t i = 0; i < more; i++) {
        objects[count + i] = from->objects[i];
        rt_object_ref(objects[count + i]); /* until rt_message_free */
    }
    to->object_count = count + more;
    return RT_OK;
}

static int join(rt_buffer *to, const parts *first, const parts *second,
                uint32_t objects) {
    uint32_t nodes = first->node_count;
    int status = rt_encode_header(to, first->root_count + second->root_count,
                                  nodes + second->node_count);
    if (!status) status = add_raw(to, first->roots, first->nodes);
    if (!status)
        status = add_raised(to, second->roots, second->nodes, nodes, objects);
    if (!status) status = add_raw(to, first->nodes, first->end);
    if (!status)
        status = add_raised(to, second->nodes, second->end, nodes, objects);
    return status;
}

int rt_message_append(rt_message *message, const rt_message *more) {
    parts first, second;
    rt_buffer joined;
    rt_buffer_init(&joined);
    int status = take_apart(message, &first);
    if (!status) status = take_apart(more, &second);
    if (!status)
        status =
            join(&joined, &first, &second, (uint32_t)message->object_count);
    if (!status) status = add_objects(message, more);
    if (status) {
        rt_buffer_deinit(&joined);
        return status;
    }
    rt_buffer_deinit(&message->bytes);
    message->bytes = joined;
    return RT_OK;
}

rt_message *rt_message_copy_behind(const rt_message *message,
                                   const int64_t *integers, uint32_t count) {
    parts p;
    rt_message *copy = rt_message_new();
    if (!copy) return NULL;
    int status = take_apart(message, &p);
    if (!status)
        status =
            rt_encode_header(&copy->bytes, p.root_count + count, p.node_count);
    for (uint32_t i = 0; i < count && !status; i++)
        status = rt_encode_int(&copy->bytes, integers[i]);
    if (!status) status = add_raw(&copy->bytes, p.roots, p.end);
    if (!status) status = add_objects(copy, message);
    if (!status) return copy;
    rt_message_free(copy);
    return NULL;
}
