/* cycles.h - frees shared containers that only each other refer to.
 *
 * A count of references never falls to zero in a ring: a table in itself, a
 * channel that has a future in its queue whose outcome is the channel. So a
 * runtime keeps a registry of all objects that can hold others, and when their
 * number has doubled since the last time (or what they take has, and 32 MB
 * more), the thread that adds the next one, or much to one, looks for rings that
 * nobody outside refers to, and clears them. Others go on meanwhile. Rings through several
 * processes are not found; they end with the first of these processes.
 *
 * Any thread may call any function here, without locks. */
#ifndef RT_DATA_CYCLES_H
#define RT_DATA_CYCLES_H

#include "base/list.h"
#include "base/object.h"
#include "data/item.h"

typedef struct rt_cycles rt_cycles;

/* Part of each object that can be registered; zeroed when that is made. */
typedef struct rt_container {
    rt_list link;      /* in the registry, whose lock guards it */
    rt_cycles *cycles; /* where it is registered; NULL: nowhere */
    rt_object *object; /* whose part this is */
    size_t index;      /* the number it has in a search: cycles.c */
    /* Counts up, under the object's own lock, whenever an object is put into
     * it, taken out, or a reference to one in it is handed out. */
    uint64_t changes;
    size_t size; /* what was accounted for it; likewise */
} rt_container;

/* One look at what an object holds. */
typedef struct rt_look {
    /* To be called for each object it holds, once for each reference. NULL:
     * only the rest is asked for. */
    void (*see)(struct rt_look *look, rt_object *held);
    uint64_t changes; /* to be set */
    bool is_read;     /* to be set if somebody takes references out of it just
                         now, without the lock; to begin that is a change */
} rt_look;

/* Calls `see`, if there is one, for what an item or a message (or NULL) holds. */
void rt_look_item(rt_look *look, const rt_item *item);
void rt_look_message(rt_look *look, const rt_message *message);

/* rt_object_type.contents. */
typedef struct rt_contents {
    size_t container; /* offset of the rt_container */
    /* Takes the object's lock and fills in `look`. */
    void (*look)(rt_object *object, rt_look *look);
    /* Drops all that it holds. Nobody uses the object any more. */
    void (*clear)(rt_object *object);
} rt_contents;

/* NULL: out of memory. */
rt_cycles *rt_cycles_new(void);

/* Searches once more; what is left is only forgotten. Accepts NULL. */
void rt_cycles_free(rt_cycles *cycles);

/* Registers an object whose type has `contents`, to which the caller has a
 * reference. May search. `cycles` NULL: no effect. */
void rt_cycles_add(rt_cycles *cycles, rt_object *object);

/* For the type's `free`: before anything of the object is freed. */
void rt_cycles_remove(rt_object *object);

/* What a registered object takes has changed by so many bytes, as its
 * container.size says. Without locks: may search. */
void rt_cycles_account(rt_cycles *cycles, ptrdiff_t bytes);

/* The same for who has a lock: leaves the search to the next one. */
void rt_cycles_note(rt_cycles *cycles, ptrdiff_t bytes);

/* For objects through which much passes, such as queues. Under the object's
 * lock: it has come to take `size` bytes. That is noted only if it is much more
 * than was noted before; that it takes less is noted when it is looked at. So
 * what is put in and taken out again and again costs nothing. */
void rt_container_grow(rt_container *container, size_t size);

/* The same in `look`: noted whatever it is. */
void rt_container_resize(rt_container *container, size_t size);

/* Without locks: searches if that is due for what the objects take. */
void rt_cycles_check(rt_cycles *cycles);

/* Searches now, unless another thread does. Returns: how many it cleared. */
size_t rt_cycles_collect(rt_cycles *cycles);

/* How many are registered. */
size_t rt_cycles_count(rt_cycles *cycles);

#endif
