/* idmap.h - intrusive map from numbers to records: inserting cannot fail.
 *
 * Several records may have the same number; rt_idmap_find gives the newest.
 * Not thread-safe: whoever owns the map guards it. Must stay where it is. */
#ifndef RT_IPC_IDMAP_H
#define RT_IPC_IDMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

typedef struct rt_idnode {
    struct rt_idnode *next; /* in its bucket */
    uint64_t id;
} rt_idnode;

typedef struct rt_idmap {
    rt_idnode **buckets; /* `first`, or a block */
    size_t bucket_count; /* a power of two */
    size_t count;
    rt_idnode *first[8];
} rt_idmap;

void rt_idmap_init(rt_idmap *map);
void rt_idmap_deinit(rt_idmap *map); /* it must be empty */

/* When there is no memory for more buckets the map gets slower, no more. */
void rt_idmap_insert(rt_idmap *map, rt_idnode *node, uint64_t id);

rt_idnode *rt_idmap_find(const rt_idmap *map, uint64_t id); /* or NULL */

/* The next older record with the number of `node`, or NULL. */
rt_idnode *rt_idmap_older(const rt_idnode *node);

/* `node` must be in the map. */
void rt_idmap_remove(rt_idmap *map, rt_idnode *node);

/* Any record, removed; NULL when empty. */
rt_idnode *rt_idmap_pop(rt_idmap *map);

#endif
