/* sorted.h - bounded queue that gives the item with the smallest key first, or
 * the newest one.
 *
 * As a channel otherwise: who puts waits while it is full, who gets while it is
 * empty, both oldest first; closing completes every waiter with RT_ECLOSED, and
 * what is in it can still be got. Of equal keys the older item comes first. Any
 * thread may call any function here; `here` as in queue.h. */
#ifndef RT_SYNC_SORTED_H
#define RT_SYNC_SORTED_H

#include "data/item.h"
#include "loop/waiter.h"

typedef struct rt_sorted rt_sorted;

extern const rt_object_type rt_sorted_type;

#define RT_SORTED_UNBOUNDED SIZE_MAX

/* Operations on a remote one (ipc/remote.h): arguments -> result. */
enum {
    RT_SORTED_PUT = 1, /* (key, value) -> (); waits; RT_ECLOSED */
    RT_SORTED_GET,     /* () -> value; waits; RT_ECLOSED */
    RT_SORTED_TRY_PUT, /* (key, value) -> (); RT_EFULL, RT_ECLOSED */
    RT_SORTED_TRY_GET, /* () -> value; RT_EEMPTY, RT_ECLOSED */
    RT_SORTED_CLOSE,   /* () -> () */
    RT_SORTED_COUNT    /* () -> integer */
};

/* What is put. The key is a number, not NaN, or a string; numbers come before
 * strings, and strings by their bytes. Of no effect where the newest comes
 * first: nil will do. */
typedef struct rt_entry {
    rt_item key;
    rt_item value;
    uint64_t age; /* private */
} rt_entry;

/* `capacity` is 1 or more. NULL: out of memory. */
rt_sorted *rt_sorted_new(size_t capacity, bool is_newest_first);

/* Puts `entry` in, or parks `waiter` until there is room; without a waiter it
 * does not wait. The waiter's `slot` is set to `entry`, which must stay where it
 * is until the waiter is completed.
 * Owns:    takes what `entry` owns on RT_OK, also of the completed waiter;
 *          else the caller keeps it.
 * Returns: RT_OK; RT_PENDING; RT_EFULL (no waiter); RT_ECLOSED;
 *          RT_ENOMEMORY. */
int rt_sorted_put(rt_sorted *sorted, rt_entry *entry, rt_waiter *waiter,
                  rt_loop *here);

/* Takes the first into `item`, which owned nothing, or parks `waiter` until
 * there is one: then `item` (its `slot`) is filled before it is completed with
 * RT_OK. Returns: RT_OK; RT_PENDING; RT_EEMPTY (no waiter); RT_ECLOSED. */
int rt_sorted_get(rt_sorted *sorted, rt_item *item, rt_waiter *waiter,
                  rt_loop *here);

/* Once more is harmless. */
void rt_sorted_close(rt_sorted *sorted, rt_loop *here);

/* How many are in it. */
size_t rt_sorted_count(rt_sorted *sorted);

#endif
