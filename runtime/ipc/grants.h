/* grants.h - which objects each end of a wire may name. For ipc/ only.
 *
 * A number on the wire is a capability of that connection: it names an object
 * that was sent to the peer and not given back. Numbers are never reused. */
#ifndef RT_IPC_GRANTS_H
#define RT_IPC_GRANTS_H

#include "ipc/wire.h"

/* As the sender sees it. A parcel is not granted: it is the receiver's from then
 * on. */
enum { RT_GRANT_MINE = 0, RT_GRANT_YOURS = 1, RT_GRANT_PARCEL = 2 };

/* Under the wire's lock: writes the references of the packet's message; each
 * of our own objects is granted once more.
 * Returns: RT_OK; RT_ETYPE, RT_ENOMEMORY: nothing was granted. */
int rt_grants_write(rt_wire *wire, rt_packet *packet);

/* Turns `count` references that were received into the message's objects.
 * Hub's thread.
 * Returns: RT_OK; RT_EDAMAGED, RT_ENOMEMORY, with a message. */
int rt_grants_read(rt_wire *wire, const uint8_t *references, size_t count,
                   rt_message *message, rt_error *err);

/* The number by which the peer knows an object; 0: it was not granted. */
uint64_t rt_grants_number(rt_wire *wire, const rt_object *object);

/* Whether the number names a granted object. */
bool rt_grants_has(rt_wire *wire, uint64_t id);

/* The granted object with that number, with a reference; NULL: none. */
rt_object *rt_grants_find(rt_wire *wire, uint64_t id);

/* The peer gives `count` references back; the last one ends what its strands
 * hold of the object, unless that is to wait for the end of the wire
 * (rt_object_type.is_owed). Hub's thread. Returns: RT_OK; RT_EDAMAGED. */
int rt_grants_drop(rt_wire *wire, uint64_t id, uint64_t count, rt_error *err);

/* Tells all granted objects that `party` (0: all) of the peer is gone, and if
 * it is a process that it `died`. */
void rt_grants_tell_gone(rt_wire *wire, uint64_t party, bool died);

/* Takes back all that was granted; if the wire served, after telling. */
void rt_grants_revoke(rt_wire *wire);

/* How many of our objects the peer knows. Any thread. */
size_t rt_grants_count(rt_wire *wire);

#endif
