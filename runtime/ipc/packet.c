/* packet.c - the message's bytes are sent from where they are, so a packet
 * copies nothing but its fields. */
#include "ipc/packet.h"

#include <assert.h>

#include "base/alloc.h"
#include "ipc/bytes.h"
#include "ipc/parcels.h"

void rt_packet_init(rt_packet *packet, rt_frame_type type,
                    void (*release)(rt_packet *packet)) {
    rt_list_init(&packet->link);
    packet->release = release;
    packet->message = NULL;
    packet->type = type;
    packet->length = packet->sent = 0;
    packet->has_parcels = false;
    packet->field_bytes = packet->tail_size = 0;
    packet->tail = packet->small;
}

static void free_packet(rt_packet *packet) {
    rt_packet_clear(packet);
    rt_free(packet);
}

rt_packet *rt_packet_new(rt_frame_type type) {
    rt_packet *packet = rt_alloc(sizeof *packet);
    if (packet) rt_packet_init(packet, type, free_packet);
    return packet;
}

/* A message of no bytes carries nothing, so it travels as none. */
static bool carries_nothing(const rt_message *message) {
    return !message || message->bytes.size == 0;
}

static size_t tail_needed(const rt_packet *packet, size_t field_bytes,
                          const rt_message *message) {
    if (!rt_frame_shape_of(packet->type)->has_message) return field_bytes;
    size_t references = message ? message->object_count : 0;
    return field_bytes + references * RT_FRAME_REFERENCE + 4;
}

int rt_packet_fill(rt_packet *packet, const uint8_t *fields, size_t field_bytes,
                   rt_message *message, size_t limit, rt_error *err) {
    bool is_empty = carries_nothing(message);
    rt_message *carried = is_empty ? NULL : message;
    size_t bytes = carried ? carried->bytes.size : 0;
    size_t objects = carried ? carried->object_count : 0;
    if (bytes > limit || objects > (limit - bytes) / 16 ||
        limit - bytes < tail_needed(packet, field_bytes, carried))
        return rt_error_set(err, RT_ELIMIT,
                            "message of %zu bytes and %zu objects is larger "
                            "than the limit of %zu bytes",
                            bytes, objects, limit);
    size_t parcels = carried ? rt_parcels_count(carried) : 0;
    if (parcels > RT_PARCELS_MOST)
        return rt_error_set(err, RT_ELIMIT,
                            "message hands over %zu descriptors, more than %d",
                            parcels, (int)RT_PARCELS_MOST);
    size_t tail_size = tail_needed(packet, field_bytes, carried);
    if (tail_size > sizeof packet->small) {
        packet->tail = rt_alloc(tail_size);
        if (!packet->tail) {
            packet->tail = packet->small;
            return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
        }
    }
    memset(packet->tail, 0, tail_size); /* no reference claims anything */
    if (field_bytes > 0) memcpy(packet->tail, fields, field_bytes);
    if (rt_frame_shape_of(packet->type)->has_message)
        rt_put_u32(packet->tail + tail_size - 4, (uint32_t)objects);
    packet->field_bytes = field_bytes;
    packet->tail_size = tail_size;
    packet->length = bytes + tail_size;
    packet->message = carried;
    packet->has_parcels = parcels > 0;
    if (is_empty) rt_message_free(message);
    return RT_OK;
}

void rt_packet_clear(rt_packet *packet) {
    assert(rt_list_empty(&packet->link));
    if (packet->has_parcels) rt_parcels_release(packet);
    rt_message_free(packet->message);
    if (packet->tail != packet->small) rt_free(packet->tail);
    rt_packet_init(packet, packet->type, packet->release);
}

uint8_t *rt_packet_reference(rt_packet *packet, size_t index) {
    return packet->tail + packet->field_bytes + index * RT_FRAME_REFERENCE;
}

void rt_packet_seal(rt_packet *packet, uint64_t request) {
    rt_frame_header(packet->head, packet->type, (uint32_t)packet->length,
                    request);
}

/* Adds what is left of a piece after `*skip` bytes. */
static int add_piece(struct iovec *pieces, int count, void *bytes, size_t size,
                     size_t *skip) {
    if (*skip >= size) {
        *skip -= size;
        return count;
    }
    pieces[count] = (struct iovec){(char *)bytes + *skip, size - *skip};
    *skip = 0;
    return count + 1;
}

int rt_packet_rest(const rt_packet *packet, struct iovec pieces[3]) {
    size_t skip = packet->sent;
    int count = add_piece(pieces, 0, (void *)(uintptr_t)packet->head,
                          RT_FRAME_HEADER, &skip);
    if (packet->message)
        count = add_piece(pieces, count, packet->message->bytes.bytes,
                          packet->message->bytes.size, &skip);
    return add_piece(pieces, count, packet->tail, packet->tail_size, &skip);
}
