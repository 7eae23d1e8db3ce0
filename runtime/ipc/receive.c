/* receive.c - what comes in: order, bodies, and who handles what.
 *
 * Whatever the peer sends either is handled or ends the wire with a text that
 * says why; nothing that came is used before it was checked. Descriptors come
 * with the first byte of the frame that they are for, or before it is complete. */
#include "ipc/wire.h"

#include <errno.h>
#include <stdalign.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "data/encode.h"
#include "ipc/borrow.h"
#include "ipc/bytes.h"
#include "ipc/calls.h"
#include "ipc/grants.h"
#include "ipc/lend.h"
#include "ipc/requests.h"
#include "ipc/survey.h"

/* Steps, in the order they happen. */
static int receive_once(rt_wire *wire);
static void take_bytes(rt_wire *wire, const uint8_t *bytes, size_t size);
static int handle(rt_wire *wire, const rt_frame *frame, rt_error *err);

void rt_wire_receive(rt_wire *wire, unsigned rounds) {
    unsigned done = 0;
    while (!wire->has_ended && (rounds == 0 || done++ < rounds)) {
        int status = receive_once(wire);
        if (status == -EAGAIN || (status == RT_PENDING && rounds > 0)) return;
    }
}

bool rt_wire_look(rt_wire *wire) {
    rt_wire_ref(wire); /* it may end */
    bool has_received = receive_once(wire) != -EAGAIN;
    rt_wire_unref(wire);
    return has_received;
}

static void end_of_file(rt_wire *wire) {
    rt_error why = {.status = RT_OK};
    (void)rt_frame_end(&wire->reader, &why);
    rt_wire_close(wire, &why);
}

static void refuse_descriptors(rt_wire *wire) {
    rt_error why;
    (void)rt_error_set(&why, RT_EDAMAGED,
                       "descriptors attached where none are expected");
    rt_wire_close(wire, &why);
}

/* One system call. Returns RT_OK; RT_PENDING: less was there than would have
 * been taken; -EAGAIN: nothing was there. */
static int receive_once(rt_wire *wire) {
    size_t room = 0;
    uint8_t *to = rt_frame_space(&wire->reader, &room);
    bool is_direct = to && room >= RT_HUB_SCRATCH;
    uint8_t *scratch = rt_hub_scratch(wire->hub);
    struct iovec piece = {scratch, RT_HUB_SCRATCH};
    if (is_direct) piece = (struct iovec){to, room};
    alignas(struct cmsghdr) char control[RT_PARCELS_CONTROL];
    struct msghdr header = {.msg_iov = &piece,
                            .msg_iovlen = 1,
                            .msg_control = control,
                            .msg_controllen = sizeof control};
    ssize_t count = recvmsg(wire->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0 && errno == EINTR) return RT_OK;
    if (count < 0 && errno == EAGAIN) return -EAGAIN;
    if (count <= 0) { /* a reset is an end as well */
        end_of_file(wire);
    } else if (!rt_parcels_receive(&wire->parcels, &header)) {
        refuse_descriptors(wire);
    } else if (is_direct) {
        rt_hub_expect(wire->hub, wire);
        rt_frame_filled(&wire->reader, (size_t)count);
        take_bytes(wire, scratch, 0);
    } else {
        rt_hub_expect(wire->hub, wire);
        take_bytes(wire, scratch, (size_t)count);
    }
    if (!wire->has_ended && wire->parcels.count > 0 &&
        rt_frame_end(&wire->reader, NULL) == RT_OK)
        refuse_descriptors(wire);
    return (size_t)count < piece.iov_len ? RT_PENDING : RT_OK;
}

static void take_bytes(rt_wire *wire, const uint8_t *bytes, size_t size) {
    do {
        rt_frame frame;
        size_t used;
        rt_error why = {.status = RT_OK};
        int status =
            rt_frame_read(&wire->reader, bytes, size, &used, &frame, &why);
        if (status == RT_PENDING) return;
        if (status == RT_OK) status = handle(wire, &frame, &why);
        if (status) rt_wire_close(wire, &why);
        bytes += used;
        size -= used;
    } while (size > 0 && !wire->has_ended);
}

/* ---- order ---- */

static int out_of_order(rt_frame_type type, const char *why, rt_error *err) {
    return rt_error_set(err, RT_EDAMAGED, "%s frame %s",
                        rt_frame_shape_of(type)->name, why);
}

static int check_order(const rt_wire *wire, rt_frame_type type, rt_error *err) {
    bool is_child = wire->peer == RT_PEER_CHILD;
    bool is_hello = type == RT_FRAME_HELLO;
    bool is_start = type == RT_FRAME_START;
    bool is_bounds = type == RT_FRAME_BOUNDS;
    bool is_result = type == RT_FRAME_RESULT;
    if (is_hello && wire->hello_seen)
        return out_of_order(type, "a second time", err);
    if (!is_hello && !wire->hello_seen)
        return out_of_order(type, "before HELLO", err);
    if (wire->bye_seen) return out_of_order(type, "after BYE", err);
    if ((is_start && wire->start_seen) || (is_result && wire->result_seen) ||
        (is_bounds && wire->bounds_seen))
        return out_of_order(type, "a second time", err);
    if (is_child && (is_start || is_bounds || type == RT_FRAME_CANCEL ||
                     type == RT_FRAME_BYE || type == RT_FRAME_CENSUS ||
                     type == RT_FRAME_PROBE))
        return out_of_order(type, "from a child", err);
    if (!is_child && (is_result || type == RT_FRAME_RECORDS ||
                      type == RT_FRAME_QUIET || type == RT_FRAME_ALIVE))
        return out_of_order(type, "from a parent", err);
    if (!is_child && !is_hello && !is_start && !is_bounds && !wire->start_seen)
        return out_of_order(type, "before START", err);
    if (is_bounds && wire->start_seen)
        return out_of_order(type, "after START", err);
    return RT_OK;
}

static void note_order(rt_wire *wire, rt_frame_type type) {
    if (type == RT_FRAME_HELLO) wire->hello_seen = true;
    if (type == RT_FRAME_BOUNDS) wire->bounds_seen = true;
    if (type == RT_FRAME_START) wire->start_seen = true;
    if (type == RT_FRAME_RESULT) wire->result_seen = true;
    if (type == RT_FRAME_BYE) wire->bye_seen = true;
}

/* ---- bodies ---- */

/* What a body consists of: message, fields, references, count. */
struct parts {
    size_t message_size;
    const uint8_t *fields;
    const uint8_t *references;
    size_t count;
};

static int split(const rt_frame *frame, struct parts *parts, rt_error *err) {
    const rt_frame_shape *shape = rt_frame_shape_of(frame->type);
    /* The frame is long enough for fields and count: frame.c. */
    size_t rest = frame->size - shape->field_bytes - 4;
    parts->count = rt_get_u32(frame->body + frame->size - 4);
    if (parts->count > rest / RT_FRAME_REFERENCE)
        return rt_error_set(err, RT_EDAMAGED,
                            "%s frame of %zu bytes with %zu objects",
                            shape->name, frame->size, parts->count);
    parts->message_size = rest - parts->count * RT_FRAME_REFERENCE;
    parts->fields = frame->body + parts->message_size;
    parts->references = parts->fields + shape->field_bytes;
    if (parts->message_size == 0 && (parts->count || shape->needs_message))
        return rt_error_set(err, RT_EDAMAGED, "%s frame without a message",
                            shape->name);
    return RT_OK;
}

/* Makes the frame's own buffer the message's, if it has one. */
static int take_body(const rt_frame *frame, size_t size, rt_buffer *bytes) {
    if (!frame->owned) return rt_buffer_add(bytes, frame->body, size);
    *bytes = *frame->owned;
    bytes->size = size;
    rt_buffer_init(frame->owned);
    return RT_OK;
}

static int read_message(rt_wire *wire, const rt_frame *frame,
                        const struct parts *parts, rt_message **message,
                        rt_error *err) {
    *message = NULL;
    if (parts->message_size == 0) return RT_OK;
    rt_error why = {.status = RT_OK};
    int status =
        rt_message_check(frame->body, parts->message_size, parts->count, &why);
    if (status)
        return rt_error_set(err, status, "%s frame: %.300s",
                            rt_frame_shape_of(frame->type)->name, why.message);
    rt_message *made = rt_message_new();
    if (!made) return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    status = rt_grants_read(wire, parts->references, parts->count, made, err);
    if (status == RT_OK && take_body(frame, parts->message_size, &made->bytes))
        status = rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    if (status) {
        rt_message_free(made);
        return status;
    }
    *message = made;
    return RT_OK;
}

/* ---- handling ---- */

static int check_hello(rt_wire *wire, const rt_frame *frame, rt_error *err) {
    uint32_t order = 0x01020304; /* as this machine has it */
    if (memcmp(frame->body, &order, 4) != 0)
        return rt_error_set(err, RT_EDAMAGED, "peer has another byte order");
    if (frame->body[4] != sizeof(void *) || frame->body[5] != sizeof(long))
        return rt_error_set(err, RT_EDAMAGED, "peer has other sizes of types");
    if (rt_get_u16(frame->body + 6) != 0)
        return rt_error_set(err, RT_EDAMAGED, "HELLO with reserved bits set");
    uint32_t limit = rt_get_u32(frame->body + 8);
    const char *text = (const char *)frame->body + 12;
    size_t size = frame->size - 12;
    if (size != strnlen(wire->version, 255 - 12) ||
        memcmp(text, wire->version, size) != 0)
        return rt_error_set(err, RT_EDAMAGED,
                            "peer is version '%.*s', this is '%s': plait was "
                            "replaced on disk",
                            (int)size, text, wire->version);
    if (limit < 4096)
        return rt_error_set(err, RT_EDAMAGED, "peer takes %u bytes at most",
                            limit);
    rt_wire_lock(wire);
    if (limit < wire->send_limit) wire->send_limit = limit;
    rt_wire_unlock(wire);
    return RT_OK;
}

static int handle_message(rt_wire *wire, const rt_frame *frame, rt_error *err) {
    struct parts parts = {0};
    int status = split(frame, &parts, err);
    if (status) return status;
    uint8_t fields[20];
    memcpy(fields, parts.fields, rt_frame_shape_of(frame->type)->field_bytes);
    rt_message *message;
    status = read_message(wire, frame, &parts, &message, err);
    if (status) return status;
    if (frame->type == RT_FRAME_CALL)
        return rt_calls_begin(wire, frame->request, fields, message, err);
    if (frame->type == RT_FRAME_FEED)
        return rt_lend_fed(wire, rt_get_u64(fields), message, err);
    if (frame->type == RT_FRAME_STOCK)
        return rt_borrow_stock(wire, rt_get_u64(fields), rt_get_u32(fields + 8),
                               message, err);
    if (frame->type == RT_FRAME_RECORDS)
        return rt_survey_told(wire, frame->request, message, err);
    if (frame->type == RT_FRAME_REPLY)
        return rt_requests_answer(wire, frame->request, (int)rt_get_u32(fields),
                                  message, err);
    int state = frame->type == RT_FRAME_RESULT ? fields[0] : 0;
    int bare = state & ~RT_RESULT_UNHANDLED;
    if (frame->type == RT_FRAME_RESULT &&
        (bare < RT_STRAND_DONE || bare > RT_STRAND_CANCELLED)) {
        rt_message_free(message);
        return rt_error_set(err, RT_EDAMAGED, "RESULT with state %d", state);
    }
    wire->events->on_frame(wire, frame->type, state, message);
    return RT_OK;
}

static int handle(rt_wire *wire, const rt_frame *frame, rt_error *err) {
    int status = check_order(wire, frame->type, err);
    if (status) return status;
    note_order(wire, frame->type);
    if (rt_frame_counts(frame->type)) rt_wire_count_received(wire);
    switch (frame->type) {
    case RT_FRAME_HELLO:
        return check_hello(wire, frame, err);
    case RT_FRAME_START:
    case RT_FRAME_RESULT:
    case RT_FRAME_CANCEL:
    case RT_FRAME_CALL:
    case RT_FRAME_REPLY:
    case RT_FRAME_FEED:
    case RT_FRAME_STOCK:
    case RT_FRAME_RECORDS:
        return handle_message(wire, frame, err);
    case RT_FRAME_LEND:
        return rt_borrow_lend(wire, rt_get_u64(frame->body),
                              rt_get_u64(frame->body + 8), err);
    case RT_FRAME_RECALL:
        return rt_borrow_recall(wire, rt_get_u64(frame->body), err);
    case RT_FRAME_WANT:
        return rt_lend_wanted(wire, rt_get_u64(frame->body), err);
    case RT_FRAME_TAKEN:
        return rt_lend_taken(wire, rt_get_u64(frame->body), err);
    case RT_FRAME_RETURN:
        return rt_lend_returned(wire, rt_get_u64(frame->body),
                                rt_get_u64(frame->body + 8),
                                rt_get_u64(frame->body + 16), err);
    case RT_FRAME_WITHDRAW:
        return rt_calls_cancel(wire, frame->request,
                               (int)rt_get_u32(frame->body), err);
    case RT_FRAME_GONE:
        return rt_calls_party_gone(wire, rt_get_u64(frame->body),
                                   frame->body[8], err);
    case RT_FRAME_DROP:
        return rt_grants_drop(wire, rt_get_u64(frame->body),
                              rt_get_u64(frame->body + 8), err);
    case RT_FRAME_QUIET:
        rt_wire_hear_quiet(wire, rt_get_u64(frame->body),
                           rt_get_u64(frame->body + 8));
        return RT_OK;
    case RT_FRAME_BOUNDS:
        wire->bounds = (rt_bounds){.memory_bytes = rt_get_u64(frame->body),
                                   .denied = rt_get_u32(frame->body + 8)};
        return RT_OK;
    case RT_FRAME_BYE:
    case RT_FRAME_PROBE:
    case RT_FRAME_ALIVE:
        wire->events->on_frame(wire, frame->type, 0, NULL);
        return RT_OK;
    case RT_FRAME_CENSUS:
        rt_survey_begin(wire, frame->request,
                        (int64_t)(rt_get_u64(frame->body) & INT64_MAX));
        return RT_OK;
    case RT_FRAME_LAST:
        break;
    }
    return RT_EDAMAGED; /* frame.c lets no other type through */
}
