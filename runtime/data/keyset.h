/* keyset.h - the keys of one table of a message, to find one that comes twice.
 *
 * A hash set of their offsets, sized once: at most half full, so it never
 * grows and an unlucky probe stays short. Tables of chosen keys cannot make it
 * slow because the hash is keyed with random numbers as soon as a table is
 * large enough to matter. It takes less than 32 bytes a key. For data/ only. */
#ifndef RT_DATA_KEYSET_H
#define RT_DATA_KEYSET_H

#include "data/encode.h"

enum { RT_KEYSET_SMALL = 32 };

typedef struct rt_key_slot {
    uint32_t hash;
    uint32_t offset; /* of the key in the message; 0: free, the header's */
} rt_key_slot;

typedef struct rt_keyset {
    rt_key_slot *slots; /* of the table now checked: `small` or `large` */
    uint32_t mask;
    rt_key_slot *large; /* kept from table to table; owned */
    size_t large_count;
    uint64_t seed[2];
    bool is_seeded;
    rt_key_slot small[RT_KEYSET_SMALL];
} rt_keyset;

/* A key, so that equal ones look the same. */
typedef struct rt_key {
    rt_token_kind kind;
    uint64_t bits; /* all but STR */
    const char *bytes;
    size_t size;
} rt_key;

/* Leaves `small` as it is: a check of a small message is short. */
void rt_keyset_init(rt_keyset *keys);
void rt_keyset_deinit(rt_keyset *keys);

/* Makes the set empty, with room for `count` keys.
 * Returns: RT_OK, RT_ENOMEMORY. */
int rt_keyset_open(rt_keyset *keys, uint32_t count);

/* A value that may be a key: 1 and 1.0 give the same. */
rt_key rt_key_of(const rt_token *token);

/* Adds the key whose token begins at `offset` of the reader's message; false
 * if it is there already. */
bool rt_keyset_add(rt_keyset *keys, const rt_reader *reader, const rt_key *key,
                   size_t offset);

#endif
