/* slots.h - what is in a shared table: values by their keys, each with a
 * version.
 *
 * Elements 1 to n stand in an array as long as most of its places are in use,
 * all others in a hash table. Keys are booleans, numbers, strings and objects;
 * 1 and 1.0 are the same. A value that is nil is not there. Not thread-safe:
 * data/table.c has the lock. For data/ only. */
#ifndef RT_DATA_SLOTS_H
#define RT_DATA_SLOTS_H

#include "data/item.h"

typedef struct rt_slot {
    rt_item value; /* owned */
    uint64_t version;
} rt_slot;

typedef struct rt_pair {
    rt_slot slot;
    rt_item key; /* owned; nil: the place is free */
    uint64_t hash;
} rt_pair;

typedef struct rt_slots {
    rt_slot *array;
    size_t array_size;
    size_t array_used; /* places that are not nil */
    size_t border;     /* what rt_slots_border said last */
    rt_pair *pairs;
    size_t pair_size; /* a power of two, or 0 */
    size_t pair_count;
    uint64_t seed[2];
    bool is_seeded; /* with random numbers */
} rt_slots;

void rt_slots_init(rt_slots *slots);

/* Frees all that is in it. */
void rt_slots_deinit(rt_slots *slots);

/* Makes `key` a look at the same key that is equal for equal keys; it owns
 * nothing. False: nil, NaN or a message, which are no keys. */
bool rt_slots_key(const rt_item *from, rt_item *key);

/* The slot with that key, whose value is not nil; NULL: none. All that follow
 * take keys of rt_slots_key. */
rt_slot *rt_slots_find(const rt_slots *slots, const rt_item *key);

/* Makes a slot for a key that has none: the caller gives it a value, which is
 * not nil. The key is copied. Slots found before may have moved.
 * Returns: RT_OK, RT_ENOMEMORY. */
int rt_slots_add(rt_slots *slots, const rt_item *key, rt_slot **slot);

/* Removes a slot whose value was taken out; its key is moved into `old_key`,
 * which owned nothing. Slots found before may have moved. */
void rt_slots_remove(rt_slots *slots, rt_slot *slot, rt_item *old_key);

/* Makes an array of that size in empty slots. Returns: RT_OK, RT_ENOMEMORY. */
int rt_slots_reserve(rt_slots *slots, size_t array_size);

/* n such that n + 1 is nil, and n is 0 or not nil: as Lua's #. */
size_t rt_slots_border(rt_slots *slots);

/* The next slot from `position` on, which is 0 at first; NULL: no more. `key`
 * is a look at its key. Nothing may be added or removed meanwhile. */
rt_slot *rt_slots_next(const rt_slots *slots, size_t *position, rt_item *key);

/* Bytes of the array and of the hash table. */
static inline size_t rt_slots_size(const rt_slots *slots) {
    return slots->array_size * sizeof *slots->array +
           slots->pair_size * sizeof *slots->pairs;
}

#endif
