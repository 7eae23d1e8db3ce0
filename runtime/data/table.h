/* table.h - a table shared by threads, and by processes through its home.
 *
 * Values are scalars, objects, and whatever else can be shipped, each in a
 * message of its own. A plain table of the host is stored as another shared
 * table: rt_table_build. Any thread may call any function here; none waits. */
#ifndef RT_DATA_TABLE_H
#define RT_DATA_TABLE_H

#include "data/cycles.h"
#include "data/item.h"

typedef struct rt_table rt_table;

extern const rt_object_type rt_table_type;

/* Operations on a remote table (ipc/remote.h): arguments -> result. All but
 * LENGTH and ALL answer RT_ETYPE for a key that is none. A value that is a
 * message is one for rt_table_build. */
enum {
    RT_TABLE_GET = 1, /* (key) -> value */
    RT_TABLE_SET,     /* (key, value) -> () */
    RT_TABLE_LENGTH,  /* () -> integer */
    RT_TABLE_ALL,     /* () -> what rt_table_encode makes */
    RT_TABLE_LOOK,    /* (key) -> version, value */
    RT_TABLE_SWAP     /* (key, version, value) -> value if that is an object,
                         else nil; RT_ECHANGED */
};

/* An empty one, registered with `cycles` (NULL: with none). NULL: out of
 * memory. */
rt_table *rt_table_new(rt_cycles *cycles);

/* A copy of the value into `value`, which owned nothing; nil if there is none
 * or the key is no key. `version` (may be NULL) is another one after each
 * change of this value. Returns: RT_OK, RT_ENOMEMORY. */
int rt_table_get(rt_table *table, const rt_item *key, rt_item *value,
                 uint64_t *version);

/* nil removes. The key may own nothing (rt_item_borrow); it is copied.
 * Owns:    takes what `value` owns on RT_OK.
 * Returns: RT_OK; RT_ETYPE: nil, NaN and messages are no keys; RT_ENOMEMORY. */
int rt_table_set(rt_table *table, const rt_item *key, rt_item *value);

/* The same if the version is still that one. Returns: RT_ECHANGED too. */
int rt_table_swap(rt_table *table, const rt_item *key, uint64_t version,
                  rt_item *value);

/* A border, as Lua's #. */
size_t rt_table_length(rt_table *table);

/* ---- whole tables ---- */

/* A message of one value, a plain table with all there is at one moment.
 * Values that are messages are INNER nodes (data/encode.h).
 * Returns: RT_OK, RT_ENOMEMORY, RT_ELIMIT. */
int rt_table_encode(rt_table *table, rt_message **message);

/* Turns an item that is a message of one value into one that can be stored: a
 * plain table becomes a new shared one, and so do those in it, with cycles and
 * sharing kept; an INNER node becomes the message in it. Other items stay.
 * Returns: RT_OK; RT_ETYPE (anything else, a metatable, a key that is none),
 * RT_EDAMAGED, RT_ENOMEMORY: the item is nil then. */
int rt_table_build(rt_cycles *cycles, rt_item *item);

#endif
