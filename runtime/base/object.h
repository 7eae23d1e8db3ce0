/* object.h - reference count and type of anything that crosses threads.
 *
 * Every shared thing starts with an rt_object. A reference may be taken by
 * whoever holds one; the last unref frees, on whatever thread that happens,
 * so `free` may not enter Lua or wait. A `free` that drops the last reference
 * to another object comes back before that one is freed: no recursion. */
#ifndef RT_BASE_OBJECT_H
#define RT_BASE_OBJECT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct rt_object rt_object;
struct rt_call; /* an operation arriving from another process: ipc/remote.h */
struct rt_wire; /* the connection to another process */
struct rt_selectable;
struct rt_contents; /* how to look into a container: data/cycles.h */

/* What an object is, also on the wire between processes. Append only. */
typedef enum {
    RT_KIND_STRAND = 1, /* a handle */
    RT_KIND_LOCK,
    RT_KIND_VALUE,
    RT_KIND_CHANNEL,
    RT_KIND_TABLE,
    RT_KIND_ARRAY,
    RT_KIND_SEMAPHORE,
    RT_KIND_CONDITION,
    RT_KIND_EVENT,
    RT_KIND_BARRIER,
    RT_KIND_POOL,
    RT_KIND_SEAT, /* of a pool's worker; scripts never have one */
    RT_KIND_CODE, /* a function that a pool's workers know; the same */
    RT_KIND_SORTED,
    RT_KIND_PARCEL, /* a descriptor that is handed over: data/parcel.h */
    RT_KIND_LAST
} rt_object_kind;

typedef struct rt_object_type {
    const char *name; /* "Value": the constructor's name */
    rt_object_kind kind;
    void (*free)(rt_object *object); /* the count fell to zero */
    /* Carries out an operation for another process (ipc/remote.h); NULL if
     * the type is not usable from other processes. */
    void (*call)(rt_object *object, struct rt_call *call);
    /* On the hub's thread: strands of the process at the other end of `wire`
     * are gone (`party`, or all of them if it is 0), so what they hold of the
     * object is abandoned. NULL if nothing of it can be held. */
    void (*peer_gone)(rt_object *object, struct rt_wire *wire, uint64_t party);
    /* Bytes it takes now, for the collectors of those who hold it; an estimate
     * will do. Any thread. NULL: not worth telling. */
    size_t (*size)(rt_object *object);
    /* NULL: it never holds other objects. */
    const struct rt_contents *contents;
    /* Called before peer_gone if a whole process is gone, and has not ended in
     * order but died: the one at the other end (`party` 0), or one behind it
     * (`party` is rt_party_process of its strands: data/call.h). */
    void (*peer_died)(rt_object *object, struct rt_wire *wire, uint64_t party);
    /* Whether peer_died would change anything, so that it is to be called also
     * when the peer has dropped the object. NULL: no. */
    bool (*is_owed)(rt_object *object, struct rt_wire *wire);
    /* How a select takes part in it (sync/select.h); NULL if it cannot. */
    const struct rt_selectable *selectable;
} rt_object_type;

struct rt_object {
    const rt_object_type *type;
    atomic_size_t refs;
    uint64_t id; /* unique in this process, for tostring and reports */
};

/* Starts with one reference, the caller's. */
void rt_object_init(rt_object *object, const rt_object_type *type);
void rt_object_ref(rt_object *object);
void rt_object_unref(rt_object *object); /* accepts NULL */

/* For weak maps, whose entries are removed by `free` under the map's lock: a
 * reference, unless the last one was dropped already. */
bool rt_object_try_ref(rt_object *object);

#endif
