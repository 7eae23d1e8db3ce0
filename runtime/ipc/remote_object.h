/* remote_object.h - the inside of an rt_remote. For ipc/ only.
 *
 * There is one rt_remote for an object of a wire, as long as somebody refers
 * to it: the wire's map of imports does not count as a reference. */
#ifndef RT_IPC_REMOTE_OBJECT_H
#define RT_IPC_REMOTE_OBJECT_H

#include "data/array.h"
#include "ipc/remote.h"
#include "ipc/wire.h"

typedef struct rt_remote {
    rt_object object;
    rt_idnode node;      /* in wire->imports, by the number it has at home */
    rt_wire *wire;       /* a reference, until freed */
    rt_object_kind kind; /* what the real object is */
    uint64_t received;   /* times it came; guarded by the wire's lock */
    rt_packet drop;      /* gives all of these back when it is freed */
    /* Of an Array: ipc/arrays.c. */
    rt_array_card card;
    rt_array *array; /* opened by it; holds a reference to this and is not held;
                        guarded by the wire's lock */
    /* Of a Channel: ipc/borrow.c. */
    _Atomic(struct rt_borrower *) borrower; /* made at the first loan; owned */
    _Atomic int64_t sent_ns; /* when the home was last asked to take an item */
    _Atomic int64_t received_ns; /* or to give one */
} rt_remote;

/* `object` as an rt_remote; NULL if it is not one. */
rt_remote *rt_remote_of(rt_object *object);

/* Under the wire's lock: the rt_remote for what was received, with a
 * reference; an older one may turn out to be of another kind. NULL: out of
 * memory. */
rt_remote *rt_remote_receive(rt_wire *wire, uint64_t id, rt_object_kind kind);

#endif
