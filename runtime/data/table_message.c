/* table_message.c - whole tables to messages, and messages to tables.
 *
 * Both are loops over a flat list of nodes (data/encode.h), so that nesting of
 * any depth costs no stack. Tables are built and filled before anybody else
 * knows them, and registered with the search for garbage only then. */
#include <assert.h>

#include "base/alloc.h"
#include "data/encode.h"
#include "data/table_inside.h"

/* ---- to a message ---- */

static int encode_object(rt_message *to, rt_object *object) {
    size_t index;
    int status = rt_message_add_object(to, object, &index);
    return status ? status : rt_encode_object(&to->bytes, (uint32_t)index);
}

/* A value that is a message gets the next number, and is written later. */
static int encode_item(rt_message *to, const rt_item *item, uint32_t *nodes) {
    size_t size;
    switch ((rt_item_kind)item->kind) {
    case RT_ITEM_NIL:
        return rt_encode_nil(&to->bytes);
    case RT_ITEM_BOOL:
        return rt_encode_bool(&to->bytes, item->as.boolean);
    case RT_ITEM_INT:
        return rt_encode_int(&to->bytes, item->as.integer);
    case RT_ITEM_FLOAT:
        return rt_encode_float(&to->bytes, item->as.number);
    case RT_ITEM_TEXT:
    case RT_ITEM_STRING: {
        const char *bytes = rt_item_bytes(item, &size);
        return rt_encode_str(&to->bytes, bytes, size);
    }
    case RT_ITEM_OBJECT:
        return encode_object(to, item->as.object);
    case RT_ITEM_MESSAGE:
        return rt_encode_node(&to->bytes, (*nodes)++);
    }
    return RT_ETYPE;
}

/* The array, up to its last element that is not nil. */
static size_t array_count(const rt_slots *slots) {
    size_t count = slots->array_used > 0 ? slots->array_size : 0;
    while (count > 0 && slots->array[count - 1].value.kind == RT_ITEM_NIL)
        count--;
    return count;
}

static int encode_head(rt_buffer *to, size_t array, size_t pairs) {
    if (array > INT32_MAX || pairs > INT32_MAX || array + 2 * pairs > INT32_MAX)
        return RT_ELIMIT;
    int status = rt_encode_array(to, (uint32_t)(4 + array + 2 * pairs));
    if (!status) status = rt_encode_int(to, RT_NODE_TABLE);
    if (!status) status = rt_encode_int(to, (int64_t)array);
    if (!status) status = rt_encode_int(to, (int64_t)pairs);
    return status ? status : rt_encode_nil(to); /* no metatable */
}

static int encode_slots(rt_message *to, const rt_slots *slots,
                        uint32_t *nodes) {
    size_t array = array_count(slots);
    int status = encode_head(&to->bytes, array, slots->pair_count);
    for (size_t i = 0; i < array && !status; i++)
        status = encode_item(to, &slots->array[i].value, nodes);
    size_t position = slots->array_size;
    rt_item key;
    for (rt_slot *slot;
         !status && (slot = rt_slots_next(slots, &position, &key));) {
        status = encode_item(to, &key, nodes);
        if (!status) status = encode_item(to, &slot->value, nodes);
    }
    return status;
}

static int encode_inner(rt_message *to, const rt_message *inner) {
    size_t count = inner->object_count;
    int status = rt_encode_array(&to->bytes, (uint32_t)(2 + count));
    if (!status) status = rt_encode_int(&to->bytes, RT_NODE_INNER);
    if (!status)
        status =
            rt_encode_bin(&to->bytes, inner->bytes.bytes, inner->bytes.size);
    for (size_t i = 0; i < count && !status; i++)
        status = encode_object(to, inner->objects[i]);
    return status;
}

/* In the order in which encode_slots has given them numbers. */
static int encode_all_inner(rt_message *to, const rt_slots *slots) {
    size_t position = 0;
    int status = RT_OK;
    rt_item key;
    for (rt_slot *slot;
         !status && (slot = rt_slots_next(slots, &position, &key));)
        if (slot->value.kind == RT_ITEM_MESSAGE)
            status = encode_inner(to, slot->value.as.message);
    return status;
}

static int encode_locked(rt_table *table, rt_message *to) {
    uint32_t nodes = 1; /* the table itself */
    int status = rt_encode_header(&to->bytes, 1, 0);
    if (!status) status = rt_encode_node(&to->bytes, 0);
    if (!status) status = encode_slots(to, &table->slots, &nodes);
    if (!status && nodes > 1) status = encode_all_inner(to, &table->slots);
    if (!status) rt_encode_patch_header(&to->bytes, 1, nodes);
    if (table->holder_count > 0) table->container.changes++; /* handed out */
    return status;
}

int rt_table_encode(rt_table *table, rt_message **message) {
    *message = rt_message_new();
    if (!*message) return RT_ENOMEMORY;
    rt_mutex_lock(&table->lock);
    int status = encode_locked(table, *message);
    rt_mutex_unlock(&table->lock);
    if (status) {
        rt_message_free(*message);
        *message = NULL;
    }
    return status;
}

/* ---- from a message ---- */

/* A node of the message. */
typedef struct part {
    const uint8_t *at; /* behind its kind */
    rt_table *table;   /* a reference; NULL: an INNER node */
    uint32_t elements; /* behind its kind */
} part;

typedef struct builder {
    const rt_message *message;
    rt_reader reader;
    part *parts;
    uint32_t count;
} builder;

static int expect(builder *b, rt_token_kind kind, rt_token *token) {
    if (rt_reader_next(&b->reader, token)) return RT_EDAMAGED;
    return token->kind == kind ? RT_OK : RT_ETYPE;
}

/* First: every table exists. */
static int scan_part(builder *b, part *p) {
    rt_token head, kind;
    int status = expect(b, RT_TOKEN_ARRAY, &head);
    if (!status) status = expect(b, RT_TOKEN_INT, &kind);
    if (status) return status;
    p->at = b->reader.at;
    p->elements = head.as.count - 1;
    if (kind.as.integer == RT_NODE_TABLE) {
        p->table = rt_table_new_bare();
        if (!p->table) return RT_ENOMEMORY;
    } else if (kind.as.integer != RT_NODE_INNER) {
        return RT_ETYPE;
    }
    for (uint32_t i = 0; i < p->elements; i++)
        if (rt_reader_next(&b->reader, &head)) return RT_EDAMAGED;
    return RT_OK;
}

static int take_inner_object(builder *b, rt_message *inner) {
    rt_token token;
    int status = expect(b, RT_TOKEN_OBJECT, &token);
    if (status) return status;
    if (token.as.index >= b->message->object_count) return RT_EDAMAGED;
    return rt_message_append_object(inner, b->message->objects[token.as.index]);
}

static int fill_inner(builder *b, const part *p, rt_message *inner) {
    rt_token bin;
    int status = expect(b, RT_TOKEN_BIN, &bin);
    if (!status)
        status =
            rt_buffer_add(&inner->bytes, bin.as.str.bytes, bin.as.str.size);
    for (uint32_t i = 1; i < p->elements && !status; i++)
        status = take_inner_object(b, inner);
    return status;
}

/* The message in an INNER node, as an item. */
static int read_inner(builder *b, const part *p, rt_item *item) {
    rt_message *inner = rt_message_new();
    if (!inner) return RT_ENOMEMORY;
    const uint8_t *at = b->reader.at;
    b->reader.at = p->at;
    int status = fill_inner(b, p, inner);
    b->reader.at = at;
    if (status) {
        rt_message_free(inner);
        return status;
    }
    *item = (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = inner};
    return RT_OK;
}

static rt_item object_item(rt_object *object) {
    rt_object_ref(object);
    return (rt_item){.kind = RT_ITEM_OBJECT, .as.object = object};
}

static int read_node(builder *b, uint32_t index, rt_item *item) {
    if (index >= b->count) return RT_EDAMAGED;
    const part *p = &b->parts[index];
    if (!p->table) return read_inner(b, p, item);
    *item = object_item(&p->table->object);
    return RT_OK;
}

/* An item of its own, also for keys: they are copied once more. */
static int read_item(builder *b, rt_item *item) {
    rt_token token;
    item->kind = RT_ITEM_NIL;
    if (rt_reader_next(&b->reader, &token)) return RT_EDAMAGED;
    switch (token.kind) {
    case RT_TOKEN_NIL:
        return RT_OK;
    case RT_TOKEN_BOOL:
        *item = (rt_item){.kind = RT_ITEM_BOOL, .as.boolean = token.as.boolean};
        return RT_OK;
    case RT_TOKEN_INT:
        *item = (rt_item){.kind = RT_ITEM_INT, .as.integer = token.as.integer};
        return RT_OK;
    case RT_TOKEN_FLOAT:
        *item = (rt_item){.kind = RT_ITEM_FLOAT, .as.number = token.as.number};
        return RT_OK;
    case RT_TOKEN_STR:
        return rt_item_set_string(item, token.as.str.bytes, token.as.str.size);
    case RT_TOKEN_OBJECT:
        if (token.as.index >= b->message->object_count) return RT_EDAMAGED;
        *item = object_item(b->message->objects[token.as.index]);
        return RT_OK;
    case RT_TOKEN_NODE:
        return read_node(b, token.as.index, item);
    case RT_TOKEN_BIN:
    case RT_TOKEN_ARRAY:
        break;
    }
    return RT_EDAMAGED;
}

static int put(rt_table *table, const rt_item *key, rt_item *value) {
    rt_item own_key;
    rt_item old[2] = {{.kind = RT_ITEM_NIL}, {.kind = RT_ITEM_NIL}};
    if (!rt_slots_key(key, &own_key)) return RT_ETYPE;
    int status = rt_table_put(table, &own_key, value, old);
    rt_item_clear(&old[0]);
    rt_item_clear(&old[1]);
    return status;
}

static int fill_array(builder *b, rt_table *table, int64_t count) {
    int status = rt_slots_reserve(&table->slots, (size_t)count);
    for (int64_t i = 1; i <= count && !status; i++) {
        rt_item value, key = {.kind = RT_ITEM_INT, .as.integer = i};
        status = read_item(b, &value);
        if (!status) status = put(table, &key, &value);
        rt_item_clear(&value);
    }
    return status;
}

/* A table as a key would be another one than any that somebody has. */
static int read_key(builder *b, rt_item *key) {
    rt_reader before = b->reader;
    rt_token token;
    key->kind = RT_ITEM_NIL;
    if (rt_reader_next(&before, &token)) return RT_EDAMAGED;
    return token.kind == RT_TOKEN_NODE ? RT_ETYPE : read_item(b, key);
}

static int fill_pairs(builder *b, rt_table *table, int64_t count) {
    int status = RT_OK;
    for (int64_t i = 0; i < count && !status; i++) {
        rt_item key, value = {.kind = RT_ITEM_NIL};
        status = read_key(b, &key);
        if (!status) status = read_item(b, &value);
        if (!status) status = put(table, &key, &value);
        rt_item_clear(&key);
        rt_item_clear(&value);
    }
    return status;
}

/* Then: what is in it. */
static int fill_table(builder *b, const part *p) {
    rt_token array, pairs, metatable;
    b->reader.at = p->at;
    int status = expect(b, RT_TOKEN_INT, &array);
    if (!status) status = expect(b, RT_TOKEN_INT, &pairs);
    if (!status) status = expect(b, RT_TOKEN_NIL, &metatable);
    if (status) return status;
    int64_t most = b->reader.end - b->reader.at; /* a byte an element */
    if (array.as.integer < 0 || array.as.integer > most ||
        pairs.as.integer < 0 || pairs.as.integer > most)
        return RT_EDAMAGED;
    status = fill_array(b, p->table, array.as.integer);
    return status ? status : fill_pairs(b, p->table, pairs.as.integer);
}

static int build_parts(builder *b) {
    int status = RT_OK;
    for (uint32_t i = 0; i < b->count && !status; i++)
        status = scan_part(b, &b->parts[i]);
    for (uint32_t i = 0; i < b->count && !status; i++)
        if (b->parts[i].table) status = fill_table(b, &b->parts[i]);
    return status;
}

static void publish(rt_cycles *cycles, rt_table *table) {
    ptrdiff_t size = rt_table_measure(table);
    rt_cycles_add(cycles, &table->object);
    if (size) rt_cycles_account(cycles, size);
}

/* Tables of a message that cannot be built may refer to each other. */
static void finish_parts(builder *b, rt_cycles *cycles, int status) {
    for (uint32_t i = 0; i < b->count; i++) {
        rt_table *table = b->parts[i].table;
        if (!table) continue;
        if (status)
            rt_table_type.contents->clear(&table->object);
        else
            publish(cycles, table);
    }
    for (uint32_t i = 0; i < b->count; i++)
        if (b->parts[i].table) rt_object_unref(&b->parts[i].table->object);
}

static int build(builder *b, rt_cycles *cycles, rt_item *item) {
    uint32_t roots;
    rt_token root;
    item->kind = RT_ITEM_NIL;
    if (rt_reader_header(&b->reader, &roots, &b->count)) return RT_EDAMAGED;
    if (roots != 1) return RT_ETYPE;
    int status = expect(b, RT_TOKEN_NODE, &root);
    if (status) return status;
    b->parts = rt_calloc(b->count * sizeof *b->parts);
    if (!b->parts) return RT_ENOMEMORY;
    status = build_parts(b);
    if (!status) status = read_node(b, root.as.index, item);
    finish_parts(b, cycles, status);
    rt_free(b->parts);
    return status;
}

int rt_table_build(rt_cycles *cycles, rt_item *item) {
    if (item->kind != RT_ITEM_MESSAGE) return RT_OK;
    rt_message *message = item->as.message;
    builder b = {.message = message};
    rt_reader_init(&b.reader, message->bytes.bytes, message->bytes.size, NULL);
    int status = build(&b, cycles, item);
    rt_message_free(message);
    return status;
}
