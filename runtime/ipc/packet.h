/* packet.h - a frame on its way out, embedded in what it is about, so that
 * queueing it cannot fail.
 *
 * Life: init -> fill (the only step that allocates, and only for a message
 * with many objects) -> rt_wire_push -> release, called exactly once, outside
 * of all locks, when it was sent or never will be. */
#ifndef RT_IPC_PACKET_H
#define RT_IPC_PACKET_H

#include <sys/uio.h>

#include "base/list.h"
#include "data/message.h"
#include "ipc/frame.h"

enum { RT_PACKET_SMALL = 96 }; /* bytes of tail that need no block */

typedef struct rt_packet {
    rt_list link; /* in the wire's queue; guarded by the wire's lock */
    void (*release)(struct rt_packet *packet);
    rt_message *message; /* owned; NULL: none */
    rt_frame_type type;
    size_t length;    /* of the body */
    size_t sent;      /* bytes of header and body */
    bool has_parcels; /* among the objects of its message */
    size_t field_bytes;
    size_t tail_size; /* what follows the message in the body */
    uint8_t *tail;    /* `small`, or a block */
    uint8_t head[RT_FRAME_HEADER];
    uint8_t small[RT_PACKET_SMALL];
} rt_packet;

void rt_packet_init(rt_packet *packet, rt_frame_type type,
                    void (*release)(rt_packet *packet));

/* A packet that frees itself when released. NULL: out of memory. */
rt_packet *rt_packet_new(rt_frame_type type);

/* Gives the packet its fields and its message (NULL, or of zero bytes: none).
 * Owns:    takes `message` on RT_OK.
 * Returns: RT_OK; RT_ENOMEMORY; RT_ELIMIT (larger than `limit`, named). */
int rt_packet_fill(rt_packet *packet, const uint8_t *fields, size_t field_bytes,
                   rt_message *message, size_t limit, rt_error *err);

/* Frees message and block, and makes it fit to be filled again. */
void rt_packet_clear(rt_packet *packet);

/* For the wire: where reference `index` is written; the header; what is
 * still to be sent, as up to 3 pieces (returns how many). */
uint8_t *rt_packet_reference(rt_packet *packet, size_t index);
void rt_packet_seal(rt_packet *packet, uint64_t request);
int rt_packet_rest(const rt_packet *packet, struct iovec pieces[3]);

static inline size_t rt_packet_size(const rt_packet *packet) {
    return RT_FRAME_HEADER + packet->length;
}

#endif
