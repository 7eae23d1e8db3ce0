/* raw_wire.c - opening, talking and listening to a wire by hand. */
#include "raw_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "ipc/arrays.h"
#include "ipc/bytes.h"

int raw_set_up(void **state) {
    *state = rt_runtime_new();
    return *state && rt_hub_of(*state) ? 0 : -1;
}

int raw_tear_down(void **state) {
    bool has_ended =
        rt_runtime_shutdown(*state, rt_clock_now() + 10 * RT_SECOND);
    if (has_ended) rt_runtime_free(*state);
    return has_ended ? 0 : -1;
}

/* ---- the served end ---- */

static void on_frame(rt_wire *wire, rt_frame_type type, int state,
                     rt_message *message) {
    (void)type, (void)state;
    end *e = wire->owner;
    pthread_mutex_lock(&e->lock);
    rt_message *old = e->message;
    e->message = message;
    e->frames++;
    pthread_cond_signal(&e->changed);
    pthread_mutex_unlock(&e->lock);
    rt_message_free(old);
}

static void on_end(rt_wire *wire, const rt_error *why) {
    end *e = wire->owner;
    pthread_mutex_lock(&e->lock);
    e->why = *why;
    e->has_ended = true;
    pthread_cond_signal(&e->changed);
    pthread_mutex_unlock(&e->lock);
}

const rt_wire_events raw_events = {on_frame, on_end};

static void on_attach(rt_post *post) {
    end *e = rt_container_of(post, end, post);
    if (rt_wire_attach(e->wire)) abort();
    pthread_mutex_lock(&e->lock);
    e->has_attached = true;
    pthread_cond_signal(&e->changed);
    pthread_mutex_unlock(&e->lock);
}

void raw_run_on_hub(end *e, void (*run)(rt_post *post)) {
    e->post.run = run;
    rt_loop_post(rt_hub_loop(rt_hub_of(e->runtime)), &e->post);
}

void raw_wait_until_ended(end *e) {
    pthread_mutex_lock(&e->lock);
    while (!e->has_ended) pthread_cond_wait(&e->changed, &e->lock);
    pthread_mutex_unlock(&e->lock);
}

rt_message *raw_wait_for_frame(end *e, int count) {
    pthread_mutex_lock(&e->lock);
    while (e->frames < count && !e->has_ended)
        pthread_cond_wait(&e->changed, &e->lock);
    rt_message *message = e->message;
    e->message = NULL;
    pthread_mutex_unlock(&e->lock);
    return message;
}

end *raw_open(rt_runtime *runtime, rt_wire_peer peer) {
    int pair[2];
    end *e = calloc(1, sizeof *e);
    assert_non_null(e);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair),
                     0);
    e->runtime = runtime;
    e->peer = pair[1];
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->changed, NULL);
    e->wire =
        rt_wire_new(rt_hub_of(runtime), pair[0], peer, "v1", &raw_events, e);
    assert_non_null(e->wire);
    int ledger = rt_ledger_create();
    e->records = rt_ledger_map(ledger);
    assert_non_null(e->records);
    rt_wire_set_ledger(e->wire, ledger);
    raw_run_on_hub(e, on_attach);
    pthread_mutex_lock(&e->lock);
    while (!e->has_attached) pthread_cond_wait(&e->changed, &e->lock);
    pthread_mutex_unlock(&e->lock);
    return e;
}

/* Closes the test's end first; the wire ends by that, if it has not. */
void raw_close(end *e) {
    if (e->peer >= 0) (void)close(e->peer);
    raw_wait_until_ended(e);
    rt_message_free(e->message);
    rt_wire_unref(e->wire);
    rt_ledger_unmap(e->records);
    pthread_cond_destroy(&e->changed);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

/* ---- the peer's end ---- */

void raw_say(end *e, const void *bytes, size_t size) {
    const char *at = bytes;
    while (size > 0) {
        ssize_t count = send(e->peer, at, size, MSG_NOSIGNAL);
        if (count < 0) return; /* the wire ended: that is looked at later */
        at += count;
        size -= (size_t)count;
    }
}

void raw_say_frame(end *e, rt_frame_type type, const void *bytes, size_t size,
                   uint64_t request) {
    uint8_t *frame = malloc(RT_FRAME_HEADER + size);
    assert_non_null(frame);
    rt_frame_header(frame, type, (uint32_t)size, request);
    if (size) memcpy(frame + RT_FRAME_HEADER, bytes, size);
    raw_say(e, frame, RT_FRAME_HEADER + size);
    free(frame);
}

size_t raw_put_hello(uint8_t *to, const char *version) {
    uint32_t order = 0x01020304;
    memset(to, 0, 12);
    memcpy(to, &order, 4);
    to[4] = sizeof(void *);
    to[5] = sizeof(long);
    rt_put_u32(to + 8, RT_FRAME_LIMIT);
    memcpy(to + 12, version, strlen(version));
    return 12 + strlen(version);
}

void raw_say_hello(end *e) {
    uint8_t hello[40];
    raw_say_frame(e, RT_FRAME_HELLO, hello, raw_put_hello(hello, "v1"), 0);
}

const uint8_t raw_one_nil[12] = {0x92, 0xce, 0, 0, 0, 1,
                                 0xce, 0,    0, 0, 0, 0xc0};
/* One object, by its index 0. */
const uint8_t raw_one_object[14] = {0x92, 0xce, 0, 0, 0,    1, 0xce,
                                    0,    0,    0, 0, 0xd4, 2, 0};

void raw_add(body *to, const void *bytes, size_t size) {
    memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
}

void raw_add_number(body *to, uint64_t number, size_t size) {
    uint8_t bytes[8];
    rt_put_u64(bytes, number);
    raw_add(to, bytes, size);
}

void raw_add_reference(body *to, int direction, int kind, uint64_t id) {
    raw_add_number(to, (uint64_t)direction, 1);
    raw_add_number(to, (uint64_t)kind, 1);
    raw_add_number(to, id, 8);
    memset(to->bytes + to->size, 0, RT_ARRAYS_CARD);
    to->size += RT_ARRAYS_CARD;
}

body raw_call_body(uint64_t object, uint64_t party, int operation) {
    body b = {.size = 0};
    raw_add_number(&b, object, 8);
    raw_add_number(&b, party, 8);
    raw_add_number(&b, (uint64_t)operation, 4);
    raw_add_number(&b, 0, 4);
    return b;
}

void raw_say_call(end *e, uint64_t request, uint64_t object, int operation) {
    body b = raw_call_body(object, 7, operation);
    raw_say_frame(e, RT_FRAME_CALL, b.bytes, b.size, request);
}

void raw_say_reply(end *e, uint64_t request, int status) {
    body b = {.size = 0};
    raw_add_number(&b, (uint32_t)status, 4);
    raw_add_number(&b, 0, 4);
    raw_say_frame(e, RT_FRAME_REPLY, b.bytes, b.size, request);
}

void raw_say_pair(end *e, rt_frame_type type, uint64_t a, uint64_t b) {
    uint8_t bytes[16];
    rt_put_u64(bytes, a);
    rt_put_u64(bytes + 8, b);
    raw_say_frame(e, type, bytes, type == RT_FRAME_GONE ? 9 : 16, 0);
}

void raw_say_withdraw(end *e, uint64_t request, int reason) {
    uint8_t bytes[4];
    rt_put_u32(bytes, (uint32_t)reason);
    raw_say_frame(e, RT_FRAME_WITHDRAW, bytes, sizeof bytes, request);
}

/* RESULT, or CANCEL, with one object in it. */
void raw_say_object(end *e, rt_frame_type type, int direction, int kind,
                    uint64_t id) {
    body b = {.size = 0};
    raw_add(&b, raw_one_object, sizeof raw_one_object);
    if (type == RT_FRAME_RESULT) raw_add_number(&b, RT_STRAND_DONE, 1);
    raw_add_reference(&b, direction, kind, id);
    raw_add_number(&b, 1, 4);
    raw_say_frame(e, type, b.bytes, b.size, 0);
}

void raw_say_start(end *e) {
    body b = {.size = 0};
    raw_add(&b, raw_one_nil, sizeof raw_one_nil);
    raw_add_number(&b, 0, 4);
    raw_say_frame(e, RT_FRAME_START, b.bytes, b.size, 0);
}

void raw_say_result(end *e, int state) {
    body b = {.size = 0};
    raw_add_number(&b, (uint64_t)state, 1);
    raw_add_number(&b, 0, 4);
    raw_say_frame(e, RT_FRAME_RESULT, b.bytes, b.size, 0);
}

void raw_hear(end *e, void *to, size_t size) {
    char *at = to;
    while (size > 0) {
        ssize_t count = recv(e->peer, at, size, 0);
        if (count <= 0) fail_msg("the wire sent less than expected");
        at += count;
        size -= (size_t)count;
    }
}

body raw_hear_any(end *e, int *type, uint64_t *request) {
    uint8_t head[RT_FRAME_HEADER];
    body b = {.size = 0};
    raw_hear(e, head, sizeof head);
    *type = head[3];
    b.size = rt_get_u32(head + 8);
    assert_true(b.size <= sizeof b.bytes);
    raw_hear(e, b.bytes, b.size);
    if (request) *request = rt_get_u64(head + 16);
    return b;
}

/* The next frame, which must be of that type. */
body raw_hear_frame(end *e, rt_frame_type type, uint64_t *request) {
    int heard;
    body b = raw_hear_any(e, &heard, request);
    assert_int_equal(heard, type);
    return b;
}

int raw_hear_reply(end *e, uint64_t request) {
    uint64_t answered;
    body b = raw_hear_frame(e, RT_FRAME_REPLY, &answered);
    assert_int_equal(answered, request);
    return (int)rt_get_u32(b.bytes + b.size - 8);
}

/* Sends an object to the peer: in a CANCEL, since that is always allowed. */
void raw_grant(end *e, rt_object *object) {
    rt_message *message = rt_message_new();
    size_t index;
    assert_int_equal(rt_message_add_object(message, object, &index), RT_OK);
    assert_int_equal(
        rt_buffer_add(&message->bytes, raw_one_object, sizeof raw_one_object),
        RT_OK);
    rt_packet *packet = rt_packet_new(RT_FRAME_CANCEL);
    assert_int_equal(rt_packet_fill(packet, NULL, 0, message, SIZE_MAX, NULL),
                     RT_OK);
    assert_int_equal(rt_wire_send(e->wire, packet, 0), RT_OK);
}
