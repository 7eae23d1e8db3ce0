/* item.c - one value on its way. */
#include "data/item.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/encode.h"

void rt_item_free_block(rt_item *item) {
    if (item->kind == RT_ITEM_STRING) rt_free(item->as.string.bytes);
    if (item->kind == RT_ITEM_OBJECT) rt_object_unref(item->as.object);
    if (item->kind == RT_ITEM_MESSAGE) rt_message_free(item->as.message);
}

const char *rt_item_bytes(const rt_item *item, size_t *size) {
    if (item->kind == RT_ITEM_TEXT) {
        *size = item->size;
        return item->as.text;
    }
    assert(item->kind == RT_ITEM_STRING);
    *size = item->as.string.size;
    return item->as.string.bytes;
}

bool rt_item_holds(const rt_item *item) {
    return item->kind == RT_ITEM_OBJECT || (item->kind == RT_ITEM_MESSAGE &&
                                            item->as.message->object_count > 0);
}

int rt_item_set_string(rt_item *item, const char *bytes, size_t size) {
    item->kind = RT_ITEM_NIL;
    if (size <= RT_ITEM_TEXT_MAX) {
        item->kind = RT_ITEM_TEXT;
        item->size = (unsigned char)size;
        memcpy(item->as.text, bytes, size);
        return RT_OK;
    }
    char *block = rt_memdup(bytes, size);
    if (!block) return RT_ENOMEMORY;
    item->kind = RT_ITEM_STRING;
    item->as.string.bytes = block;
    item->as.string.size = size;
    return RT_OK;
}

static int copy_message(rt_item *to, const rt_message *message) {
    rt_message *copy = rt_message_copy(message);
    to->kind = RT_ITEM_NIL;
    if (!copy) return RT_ENOMEMORY;
    to->kind = RT_ITEM_MESSAGE;
    to->as.message = copy;
    return RT_OK;
}

int rt_item_copy(rt_item *to, const rt_item *from) {
    if (from->kind == RT_ITEM_STRING)
        return rt_item_set_string(to, from->as.string.bytes,
                                  from->as.string.size);
    if (from->kind == RT_ITEM_MESSAGE)
        return copy_message(to, from->as.message);
    *to = *from;
    if (from->kind == RT_ITEM_OBJECT) rt_object_ref(from->as.object);
    return RT_OK;
}

/* ---- comparing ---- */

static bool equal_strings(const rt_item *a, const rt_item *b) {
    size_t a_size, b_size;
    const char *a_bytes = rt_item_bytes(a, &a_size);
    const char *b_bytes = rt_item_bytes(b, &b_size);
    return a_size == b_size && memcmp(a_bytes, b_bytes, a_size) == 0;
}

/* Exactly: an integer that is no double equals no double. */
static bool equal_mixed(int64_t integer, double number) {
    return number >= -0x1p63 && number < 0x1p63 && (int64_t)number == integer &&
           (double)(int64_t)number == number;
}

bool rt_item_equal(const rt_item *a, const rt_item *b) {
    if (rt_item_is_string(a))
        return rt_item_is_string(b) && equal_strings(a, b);
    if (a->kind == RT_ITEM_INT && b->kind == RT_ITEM_FLOAT)
        return equal_mixed(a->as.integer, b->as.number);
    if (a->kind == RT_ITEM_FLOAT && b->kind == RT_ITEM_INT)
        return equal_mixed(b->as.integer, a->as.number);
    if (a->kind == RT_ITEM_FLOAT && b->kind == RT_ITEM_FLOAT)
        return a->as.number == b->as.number;
    return rt_item_same(a, b);
}

bool rt_item_same(const rt_item *a, const rt_item *b) {
    if (a->kind != b->kind) return false;
    switch ((rt_item_kind)a->kind) {
    case RT_ITEM_NIL:
        return true;
    case RT_ITEM_BOOL:
        return a->as.boolean == b->as.boolean;
    case RT_ITEM_INT:
        return a->as.integer == b->as.integer;
    case RT_ITEM_FLOAT:
        return memcmp(&a->as.number, &b->as.number, sizeof(double)) == 0;
    case RT_ITEM_TEXT:
    case RT_ITEM_STRING:
        return equal_strings(a, b);
    case RT_ITEM_OBJECT:
        return a->as.object == b->as.object;
    case RT_ITEM_MESSAGE:
        return a->as.message == b->as.message;
    }
    return false;
}

/* ---- messages ---- */

static int encode_object(rt_message *to, rt_object *object) {
    size_t index;
    int status = rt_message_add_object(to, object, &index);
    return status ? status : rt_encode_object(&to->bytes, (uint32_t)index);
}

int rt_item_encode(rt_message *to, const rt_item *item) {
    rt_buffer *bytes = &to->bytes;
    switch ((rt_item_kind)item->kind) {
    case RT_ITEM_NIL:
        return rt_encode_nil(bytes);
    case RT_ITEM_BOOL:
        return rt_encode_bool(bytes, item->as.boolean);
    case RT_ITEM_INT:
        return rt_encode_int(bytes, item->as.integer);
    case RT_ITEM_FLOAT:
        return rt_encode_float(bytes, item->as.number);
    case RT_ITEM_TEXT:
    case RT_ITEM_STRING: {
        size_t size;
        const char *text = rt_item_bytes(item, &size);
        return rt_encode_str(bytes, text, size);
    }
    case RT_ITEM_OBJECT:
        return encode_object(to, item->as.object);
    case RT_ITEM_MESSAGE:
        break;
    }
    return RT_ETYPE;
}

static int encode_all(rt_message *to, const rt_item *items, size_t count) {
    int status = rt_encode_header(&to->bytes, (uint32_t)count, 0);
    for (size_t i = 0; i < count && status == RT_OK; i++)
        status = rt_item_encode(to, &items[i]);
    return status;
}

/* Puts `count` items before the one value of `last`: its nodes and objects keep
 * their numbers, so its bytes need not be looked at. */
static int put_before(rt_message *last, const rt_item *items, size_t count) {
    rt_buffer value = last->bytes;
    rt_reader reader;
    uint32_t root_count, node_count;
    rt_reader_init(&reader, value.bytes, value.size, NULL);
    int status = rt_reader_header(&reader, &root_count, &node_count);
    if (status == RT_OK && root_count != 1) status = RT_EDAMAGED;
    rt_buffer_init(&last->bytes);
    if (status == RT_OK) status = encode_all(last, items, count);
    if (status == RT_OK) {
        rt_encode_patch_header(&last->bytes, (uint32_t)count + 1, node_count);
        status = rt_buffer_add(&last->bytes, reader.at,
                               (size_t)(reader.end - reader.at));
    }
    rt_buffer_deinit(&value);
    return status;
}

int rt_items_encode(rt_item *items, size_t count, rt_message **message) {
    rt_message *made;
    int status;
    if (count > 0 && items[count - 1].kind == RT_ITEM_MESSAGE) {
        rt_item *last = &items[count - 1];
        made = last->as.message;
        last->kind = RT_ITEM_NIL;
        status = count > 1 ? put_before(made, items, count - 1) : RT_OK;
    } else {
        made = rt_message_new();
        status = made ? encode_all(made, items, count) : RT_ENOMEMORY;
    }
    for (size_t i = 0; i < count; i++) rt_item_clear(&items[i]);
    if (status) rt_message_free(made);
    *message = status ? NULL : made;
    return status;
}

size_t rt_items_count(const rt_message *message) {
    rt_reader reader;
    uint32_t root_count, node_count;
    rt_reader_init(&reader, message->bytes.bytes, message->bytes.size, NULL);
    int status = rt_reader_header(&reader, &root_count, &node_count);
    return status == RT_OK ? root_count : 0;
}

int rt_item_decode(const rt_message *message, rt_reader *reader,
                   rt_item *item) {
    rt_token token;
    int status = rt_reader_next(reader, &token);
    if (status != RT_OK) return status;
    switch (token.kind) {
    case RT_TOKEN_NIL:
        return RT_OK;
    case RT_TOKEN_BOOL:
        item->kind = RT_ITEM_BOOL;
        item->as.boolean = token.as.boolean;
        return RT_OK;
    case RT_TOKEN_INT:
        item->kind = RT_ITEM_INT;
        item->as.integer = token.as.integer;
        return RT_OK;
    case RT_TOKEN_FLOAT:
        item->kind = RT_ITEM_FLOAT;
        item->as.number = token.as.number;
        return RT_OK;
    case RT_TOKEN_STR:
        return rt_item_set_string(item, token.as.str.bytes, token.as.str.size);
    case RT_TOKEN_OBJECT:
        if (token.as.index >= message->object_count) return RT_EDAMAGED;
        item->kind = RT_ITEM_OBJECT;
        item->as.object = message->objects[token.as.index];
        rt_object_ref(item->as.object);
        return RT_OK;
    case RT_TOKEN_BIN:
    case RT_TOKEN_ARRAY:
    case RT_TOKEN_NODE:
        break;
    }
    return RT_ETYPE;
}

/* Makes `message` one of the single value that begins at `value`. */
static int cut_before(rt_message *message, const uint8_t *value,
                      uint32_t node_count) {
    rt_buffer all = message->bytes;
    size_t rest = all.size - (size_t)(value - (const uint8_t *)all.bytes);
    rt_buffer_init(&message->bytes);
    int status = rt_encode_header(&message->bytes, 1, node_count);
    if (status == RT_OK) status = rt_buffer_add(&message->bytes, value, rest);
    rt_buffer_deinit(&all);
    return status;
}

static int decode_all(rt_item *items, size_t count, rt_message **message) {
    rt_reader reader;
    uint32_t root_count, node_count;
    rt_reader_init(&reader, (*message)->bytes.bytes, (*message)->bytes.size,
                   NULL);
    int status = rt_reader_header(&reader, &root_count, &node_count);
    if (status == RT_OK && root_count != count) status = RT_EDAMAGED;
    for (size_t i = 0; i < count && status == RT_OK; i++) {
        const uint8_t *value = reader.at;
        status = rt_item_decode(*message, &reader, &items[i]);
        if (status != RT_ETYPE || i + 1 < count) continue;
        status = i == 0 ? RT_OK : cut_before(*message, value, node_count);
        if (status) break;
        items[i].kind = RT_ITEM_MESSAGE;
        items[i].as.message = *message;
        *message = NULL;
    }
    return status;
}

int rt_items_decode(rt_item *items, size_t count, rt_message *message) {
    for (size_t i = 0; i < count; i++) items[i].kind = RT_ITEM_NIL;
    if (!message) return count == 0 ? RT_OK : RT_EDAMAGED;
    int status = decode_all(items, count, &message);
    rt_message_free(message);
    if (status == RT_OK) return RT_OK;
    for (size_t i = 0; i < count; i++) rt_item_clear(&items[i]);
    return status == RT_ENOMEMORY ? status : RT_EDAMAGED;
}
