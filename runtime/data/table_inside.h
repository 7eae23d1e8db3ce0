/* table_inside.h - what table.c and table_message.c share. For data/ only. */
#ifndef RT_DATA_TABLE_INSIDE_H
#define RT_DATA_TABLE_INSIDE_H

#include "base/mutex.h"
#include "data/slots.h"
#include "data/table.h"

struct rt_table {
    rt_object object;
    rt_container container;
    rt_mutex lock; /* guards all below */
    rt_slots slots;
    uint64_t clock;      /* the last version that was given */
    uint64_t absent;     /* the version of what is not there: given at the last
                             removal */
    size_t holder_count; /* keys and values with objects in them */
    size_t content_size; /* what keys and values take, but for the slots */
    atomic_size_t size;  /* of all; read without the lock */
};

/* One that is not registered yet. NULL: out of memory. */
rt_table *rt_table_new_bare(void);

/* The steps of rt_table_set, under the lock, or before anybody knows the
 * table. The key is one of rt_slots_key. What is to be freed without the lock
 * is moved into `old`, which owned nothing.
 * Returns: RT_OK (takes `value`), RT_ENOMEMORY. */
int rt_table_put(rt_table *table, const rt_item *key, rt_item *value,
                 rt_item old[2]);

/* Under the lock: notes how large it is now. Returns: how much of that is to be
 * told to container.cycles, without the lock. */
ptrdiff_t rt_table_measure(rt_table *table);

#endif
