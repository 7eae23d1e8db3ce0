/* frame.c - checks a header completely before any byte of its body counts.
 *
 * A body that lies whole in the bytes fed is given out where it is. Else it is
 * gathered in a buffer that grows with what has arrived, at most doubling, so
 * a header that announces a gigabyte costs nothing until the bytes come. */
#include "ipc/frame.h"

#include <assert.h>

#include "ipc/bytes.h"

enum { FIRST_ROOM = 64 * 1024 };

static const rt_frame_shape shapes[RT_FRAME_LAST] = {
    [RT_FRAME_HELLO] = {"HELLO", 12, false, false, false},
    [RT_FRAME_START] = {"START", 0, true, true, false},
    [RT_FRAME_RESULT] = {"RESULT", 1, true, false, false},
    [RT_FRAME_CANCEL] = {"CANCEL", 0, true, false, false},
    [RT_FRAME_CALL] = {"CALL", 20, true, false, true},
    [RT_FRAME_REPLY] = {"REPLY", 4, true, false, true},
    [RT_FRAME_WITHDRAW] = {"WITHDRAW", 4, false, false, true},
    [RT_FRAME_GONE] = {"GONE", 9, false, false, false},
    [RT_FRAME_DROP] = {"DROP", 16, false, false, false},
    [RT_FRAME_BYE] = {"BYE", 0, false, false, false},
    [RT_FRAME_LEND] = {"LEND", 16, false, false, false},
    [RT_FRAME_STOCK] = {"STOCK", 12, true, true, false},
    [RT_FRAME_RECALL] = {"RECALL", 8, false, false, false},
    [RT_FRAME_WANT] = {"WANT", 8, false, false, false},
    [RT_FRAME_FEED] = {"FEED", 8, true, true, false},
    [RT_FRAME_TAKEN] = {"TAKEN", 8, false, false, false},
    [RT_FRAME_RETURN] = {"RETURN", 24, false, false, false},
    [RT_FRAME_CENSUS] = {"CENSUS", 8, false, false, true},
    [RT_FRAME_RECORDS] = {"RECORDS", 0, true, false, true},
    [RT_FRAME_QUIET] = {"QUIET", 16, false, false, false},
    [RT_FRAME_PROBE] = {"PROBE", 0, false, false, false},
    [RT_FRAME_ALIVE] = {"ALIVE", 0, false, false, false},
    [RT_FRAME_BOUNDS] = {"BOUNDS", 12, false, false, false},
};

const rt_frame_shape *rt_frame_shape_of(rt_frame_type type) {
    assert(type > 0 && type < RT_FRAME_LAST);
    return &shapes[type];
}

/* Each step can be undone, so headers that differ in one field have different
 * 64-bit sums; half of the bits are kept. */
static uint32_t checksum(const uint8_t *head) {
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t sum = (rt_get_u64(head) + 1) * factor;
    sum = ((sum ^ (sum >> 29)) + rt_get_u32(head + 8)) * factor;
    sum = ((sum ^ (sum >> 32)) + rt_get_u64(head + 16)) * factor;
    return (uint32_t)((sum ^ (sum >> 32)) & UINT32_MAX);
}

void rt_frame_header(uint8_t *to, rt_frame_type type, uint32_t length,
                     uint64_t request) {
    rt_put_u16(to, RT_FRAME_MAGIC);
    to[2] = RT_FRAME_VERSION;
    to[3] = (uint8_t)type;
    rt_put_u32(to + 4, 0); /* flags, reserved */
    rt_put_u32(to + 8, length);
    rt_put_u64(to + 16, request);
    rt_put_u32(to + 12, checksum(to));
}

void rt_frame_reader_init(rt_frame_reader *reader, uint32_t limit) {
    *reader = (rt_frame_reader){.limit = limit};
    rt_buffer_init(&reader->body);
}

void rt_frame_reader_deinit(rt_frame_reader *reader) {
    rt_buffer_deinit(&reader->body);
}

static int check_fixed_part(const uint8_t *head, rt_error *err) {
    if (rt_get_u16(head) != RT_FRAME_MAGIC)
        return rt_error_set(err, RT_EDAMAGED, "frame starts with 0x%04x",
                            rt_get_u16(head));
    if (head[2] != RT_FRAME_VERSION)
        return rt_error_set(err, RT_EDAMAGED,
                            "frame of protocol version %d, this is version %d",
                            head[2], RT_FRAME_VERSION);
    if (rt_get_u32(head + 12) != checksum(head))
        return rt_error_set(err, RT_EDAMAGED, "frame header is damaged");
    if (rt_get_u32(head + 4) != 0)
        return rt_error_set(err, RT_EDAMAGED, "frame with reserved bits set");
    if (head[3] == 0 || head[3] >= RT_FRAME_LAST)
        return rt_error_set(err, RT_EDAMAGED, "frame of unknown type %d",
                            head[3]);
    return RT_OK;
}

static bool has_possible_length(const rt_frame_shape *shape, uint32_t length,
                                rt_frame_type type) {
    if (type == RT_FRAME_HELLO)
        return length >= shape->field_bytes && length <= 255;
    if (!shape->has_message) return length == shape->field_bytes;
    uint32_t least = shape->field_bytes + 4u + (shape->needs_message ? 1 : 0);
    return length >= least;
}

static int check_shape(const rt_frame_reader *reader, rt_error *err) {
    const rt_frame_shape *shape = &shapes[reader->type];
    if (reader->length > reader->limit)
        return rt_error_set(err, RT_EDAMAGED,
                            "%s frame of %u bytes, the limit is %u",
                            shape->name, reader->length, reader->limit);
    if (!has_possible_length(shape, reader->length, reader->type))
        return rt_error_set(err, RT_EDAMAGED,
                            "%s frame cannot have a body of %u bytes",
                            shape->name, reader->length);
    if (shape->has_request != (reader->request != 0))
        return rt_error_set(err, RT_EDAMAGED, "%s frame %s a request number",
                            shape->name,
                            shape->has_request ? "without" : "with");
    return RT_OK;
}

static int parse_header(rt_frame_reader *reader, rt_error *err) {
    const uint8_t *head = reader->head;
    int status = check_fixed_part(head, err);
    if (status) return status;
    reader->type = head[3];
    reader->length = rt_get_u32(head + 8);
    reader->request = rt_get_u64(head + 16);
    return check_shape(reader, err);
}

/* Takes header bytes; true when it is whole. */
static bool fill_header(rt_frame_reader *reader, const uint8_t *bytes,
                        size_t size, size_t *used) {
    size_t take = RT_FRAME_HEADER - reader->head_size;
    if (take > size) take = size;
    if (take > 0) memcpy(reader->head + reader->head_size, bytes, take);
    reader->head_size += take;
    *used += take;
    return reader->head_size == RT_FRAME_HEADER;
}

static int give_out(rt_frame_reader *reader, rt_frame *frame,
                    const uint8_t *body, rt_buffer *owned) {
    *frame = (rt_frame){.type = reader->type,
                        .request = reader->request,
                        .body = body,
                        .size = reader->length,
                        .owned = owned};
    reader->delivered = owned != NULL;
    reader->head_size = 0;
    reader->type = 0;
    return RT_OK;
}

static void forget_delivered_body(rt_frame_reader *reader) {
    if (!reader->delivered) return;
    rt_buffer_deinit(&reader->body); /* large ones are not worth keeping */
    reader->delivered = false;
}

int rt_frame_read(rt_frame_reader *reader, const uint8_t *bytes, size_t size,
                  size_t *used, rt_frame *frame, rt_error *err) {
    *used = 0;
    forget_delivered_body(reader);
    if (reader->type == 0) {
        if (!fill_header(reader, bytes, size, used)) return RT_PENDING;
        int status = parse_header(reader, err);
        if (status) return status;
    }
    const uint8_t *rest = bytes + *used;
    size_t rest_size = size - *used;
    size_t have = reader->body.size;
    if (have == 0 && rest_size >= reader->length) {
        *used += reader->length;
        return give_out(reader, frame, rest, NULL);
    }
    size_t take = reader->length - have;
    if (take > rest_size) take = rest_size;
    if (take > 0 && rt_buffer_add(&reader->body, rest, take))
        return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    *used += take;
    if (reader->body.size < reader->length) return RT_PENDING;
    return give_out(reader, frame, (const uint8_t *)reader->body.bytes,
                    &reader->body);
}

uint8_t *rt_frame_space(rt_frame_reader *reader, size_t *size) {
    if (reader->type == 0 || reader->delivered) return NULL;
    size_t have = reader->body.size;
    size_t room = reader->length - have;
    size_t justified = have > FIRST_ROOM ? have : FIRST_ROOM;
    if (room > justified) room = justified;
    if (room == 0 || rt_buffer_reserve(&reader->body, room)) return NULL;
    *size = room;
    return (uint8_t *)reader->body.bytes + have;
}

void rt_frame_filled(rt_frame_reader *reader, size_t size) {
    reader->body.size += size;
}

int rt_frame_end(const rt_frame_reader *reader, rt_error *err) {
    if (reader->head_size == 0) return RT_OK;
    size_t have = reader->head_size + reader->body.size;
    if (reader->type == 0)
        return rt_error_set(err, RT_ECLOSED,
                            "ended inside a frame, %zu bytes into its header",
                            have);
    return rt_error_set(err, RT_ECLOSED,
                        "ended inside a %s frame, after %zu of %zu bytes",
                        shapes[reader->type].name, have,
                        (size_t)reader->length + RT_FRAME_HEADER);
}
