/* item.h - one value on its way, small ones without a message.
 *
 * Numbers, booleans and short strings are what most programs pass; they fit
 * into the item itself. Long strings are one block; all else is a message.
 * Single owner; an item of kind RT_ITEM_NIL owns nothing. */
#ifndef RT_DATA_ITEM_H
#define RT_DATA_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "data/message.h"

typedef enum {
    RT_ITEM_NIL,
    RT_ITEM_BOOL,
    RT_ITEM_INT,
    RT_ITEM_FLOAT,
    RT_ITEM_TEXT,   /* a string of at most RT_ITEM_TEXT_MAX bytes */
    RT_ITEM_STRING, /* a longer one, in a block of its own, owned */
    RT_ITEM_OBJECT, /* a shared object: a reference, owned */
    RT_ITEM_MESSAGE /* anything that can be shipped: one value, owned */
} rt_item_kind;

enum { RT_ITEM_TEXT_MAX = 16 };

typedef struct rt_item {
    unsigned char kind; /* rt_item_kind */
    unsigned char size; /* of TEXT */
    union {
        bool boolean;
        int64_t integer;
        double number;
        char text[RT_ITEM_TEXT_MAX];
        struct {
            char *bytes;
            size_t size;
        } string;
        rt_object *object;
        rt_message *message;
    } as;
} rt_item;

/* Frees what is not inline. Use rt_item_clear. */
void rt_item_free_block(rt_item *item);

/* Makes it nil. */
static inline void rt_item_clear(rt_item *item) {
    if (item->kind >= RT_ITEM_STRING) rt_item_free_block(item);
    item->kind = RT_ITEM_NIL;
}

/* Moves `from` into `to`, which owned nothing. */
static inline void rt_item_move(rt_item *to, rt_item *from) {
    *to = *from;
    from->kind = RT_ITEM_NIL;
}

static inline bool rt_item_is_scalar(const rt_item *item) {
    return item->kind < RT_ITEM_OBJECT;
}

static inline bool rt_item_is_string(const rt_item *item) {
    return item->kind == RT_ITEM_TEXT || item->kind == RT_ITEM_STRING;
}

/* The bytes of a TEXT or STRING; borrowed. */
const char *rt_item_bytes(const rt_item *item, size_t *size);

/* A string of any length, into `item`, which owned nothing.
 * Returns: RT_OK, RT_ENOMEMORY (it is nil then). */
int rt_item_set_string(rt_item *item, const char *bytes, size_t size);

/* An item that looks at a string which is not its own: not to be cleared. */
static inline rt_item rt_item_borrow(const char *bytes, size_t size) {
    rt_item item = {.kind = RT_ITEM_STRING};
    if (size <= RT_ITEM_TEXT_MAX) {
        item.kind = RT_ITEM_TEXT;
        item.size = (unsigned char)size;
        if (size) memcpy(item.as.text, bytes, size);
    } else {
        item.as.string.bytes = (char *)(uintptr_t)bytes;
        item.as.string.size = size;
    }
    return item;
}

/* Whether it may take bytes besides itself. */
static inline bool rt_item_is_large(const rt_item *item) {
    return item->kind >= RT_ITEM_STRING;
}

/* Bytes it takes besides itself, about. */
static inline size_t rt_item_size(const rt_item *item) {
    if (item->kind == RT_ITEM_STRING) return item->as.string.size;
    if (item->kind == RT_ITEM_MESSAGE) return rt_message_size(item->as.message);
    return 0;
}

/* Whether there are references to objects in it. */
bool rt_item_holds(const rt_item *item);

/* A copy; of an object, a reference more. Returns: RT_OK, RT_ENOMEMORY (`to` is
 * nil then). */
int rt_item_copy(rt_item *to, const rt_item *from);

/* Raw equality as in Lua: 1 equals 1.0, NaN equals nothing. Objects are equal
 * if they are the same one; messages as blocks, not by what they say. */
bool rt_item_equal(const rt_item *a, const rt_item *b);

/* The same kind and bits: 1 is not 1.0, NaN is itself. */
bool rt_item_same(const rt_item *a, const rt_item *b);

/* Adds the value of an item that is no message to those of `to`; its header is
 * the caller's affair. Returns: RT_OK, RT_ENOMEMORY, RT_ELIMIT; RT_ETYPE: it is
 * a message. */
int rt_item_encode(rt_message *to, const rt_item *item);

struct rt_reader;

/* The reverse; `item` owned nothing. `reader` reads the bytes of `from`.
 * Returns: RT_OK; RT_EDAMAGED, RT_ENOMEMORY; RT_ETYPE: the value is no item. */
int rt_item_decode(const rt_message *from, struct rt_reader *reader,
                   rt_item *item);

/* Makes a message of `count` items. All but the last are scalars or objects;
 * the last may be of any kind. They are cleared in every case.
 * Returns: RT_OK, RT_ENOMEMORY, RT_ELIMIT. */
int rt_items_encode(rt_item *items, size_t count, rt_message **message);

/* How many items there are in a message; 0 if it is damaged. */
size_t rt_items_count(const rt_message *message);

/* The reverse; `items` owned nothing. Takes `message` (may be NULL) in every
 * case. Returns: RT_OK; RT_EDAMAGED, RT_ENOMEMORY (the items are nil). */
int rt_items_decode(rt_item *items, size_t count, rt_message *message);

#endif
