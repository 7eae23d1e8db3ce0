/* A served wire whose other end is a plain socket in the hands of the test:
 * order of frames, damaged bodies, forged numbers, a peer that goes away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/encode.h"
#include "ipc/arrays.h"
#include "ipc/bytes.h"
#include "ipc/grants.h"
#include "ipc/remote.h"
#include "ipc/wire.h"
#include "raw_wire.h"

/* ---- an object to be called ---- */

typedef struct cell {
    rt_object object;
    rt_list waiters; /* hub's thread */
    atomic_int waiting;
    atomic_int gone; /* -1: all */
    atomic_int died; /* processes; -1: the peer's */
    atomic_bool is_owed;
    atomic_int freed;
} cell;

enum { ANSWER, WAIT, HUGE_RESULT, ODD_RESULT };

static void on_call_done(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    atomic_fetch_sub(&((cell *)call->object)->waiting, 1);
    rt_call_reply(call, waiter->status, NULL);
}

static void leave(rt_waiter *waiter) {
    rt_list_unlink(&waiter->link);
}

static void free_cell(rt_object *object) {
    atomic_store(&((cell *)object)->freed, 1);
}

static const rt_object_type odd_type = {
    .name = "Odd", .kind = RT_KIND_EVENT, .free = free_cell};

static void call_cell(rt_object *object, rt_call *call) {
    cell *c = (cell *)object;
    if (call->operation == WAIT) {
        rt_waiter_init(&call->waiter, call->waiter.loop, on_call_done);
        rt_waiter_park(&call->waiter, c, leave);
        rt_list_push(&c->waiters, &call->waiter.link);
        atomic_fetch_add(&c->waiting, 1);
        return;
    }
    rt_message *result = NULL;
    if (call->operation == ODD_RESULT) {
        static cell odd;
        rt_object_init(&odd.object, &odd_type);
        size_t index;
        result = rt_message_new();
        if (rt_message_add_object(result, &odd.object, &index) ||
            rt_buffer_add(&result->bytes, raw_one_object,
                          sizeof raw_one_object))
            abort();
        rt_object_unref(&odd.object);
    }
    rt_call_reply(call, call->operation, result);
}

static void cell_peer_gone(rt_object *object, struct rt_wire *wire,
                           uint64_t party) {
    (void)wire;
    atomic_store(&((cell *)object)->gone, party == 0 ? -1 : (int)party);
}

static void cell_peer_died(rt_object *object, struct rt_wire *wire,
                           uint64_t party) {
    (void)wire;
    atomic_store(&((cell *)object)->died, party == 0 ? -1 : (int)(party >> 32));
}

static bool cell_is_owed(rt_object *object, struct rt_wire *wire) {
    (void)wire;
    return atomic_load(&((cell *)object)->is_owed);
}

static const rt_object_type cell_type = {.name = "Cell",
                                         .kind = RT_KIND_VALUE,
                                         .free = free_cell,
                                         .call = call_cell,
                                         .peer_gone = cell_peer_gone,
                                         .peer_died = cell_peer_died,
                                         .is_owed = cell_is_owed};

static cell *new_cell(void) {
    static cell cells[64];
    static size_t next;
    cell *c = &cells[next++ % 64];
    memset(c, 0, sizeof *c);
    rt_object_init(&c->object, &cell_type);
    rt_list_init(&c->waiters);
    return c;
}

/* ---- how wires end ---- */

/* Talks to a fresh wire, and checks what it ended with. */
static void check_end(void **state, rt_wire_peer peer, void (*talk)(end *e),
                      int status, const char *expected) {
    end *e = raw_open(*state, peer);
    talk(e);
    if (status == RT_OK || status == RT_ECLOSED) {
        (void)close(e->peer);
        e->peer = -1;
    }
    raw_wait_until_ended(e);
    if (e->why.status != status || strcmp(e->why.message, expected) != 0)
        fail_msg("ended with %d '%s', not '%s'", e->why.status, e->why.message,
                 expected);
    raw_close(e);
}

static void say_nothing(end *e) {
    (void)e;
}

static void test_wire_ends_at_end_of_file(void **state) {
    check_end(state, RT_PEER_CHILD, say_nothing, RT_OK, "");
    check_end(state, RT_PEER_CHILD, raw_say_hello, RT_OK, "");
}

static void talk_hello(end *e, size_t offset, int value, const char *version) {
    uint8_t bytes[300];
    size_t size = raw_put_hello(bytes, version);
    bytes[offset] = (uint8_t)value;
    raw_say_frame(e, RT_FRAME_HELLO, bytes, size, 0);
}

static void say_other_order(end *e) {
    uint8_t bytes[40];
    size_t size = raw_put_hello(bytes, "v1");
    rt_put_u32(bytes, __builtin_bswap32(rt_get_u32(bytes)));
    raw_say_frame(e, RT_FRAME_HELLO, bytes, size, 0);
}
static void say_other_pointer(end *e) {
    talk_hello(e, 4, 4, "v1");
}
static void say_other_long(end *e) {
    talk_hello(e, 5, 4, "v1");
}
static void say_reserved(end *e) {
    talk_hello(e, 6, 1, "v1");
}
static void say_other_version(end *e) {
    talk_hello(e, 6, 0, "v2");
}
static void say_long_version(end *e) {
    talk_hello(e, 6, 0, "v1 ");
}
static void say_no_version(end *e) {
    talk_hello(e, 6, 0, "");
}
static void say_small_limit(end *e) {
    uint8_t bytes[40];
    size_t size = raw_put_hello(bytes, "v1");
    rt_put_u32(bytes + 8, 4095);
    raw_say_frame(e, RT_FRAME_HELLO, bytes, size, 0);
}

static void test_wire_refuses_a_peer_that_differs(void **state) {
    const struct {
        void (*talk)(end *e);
        const char *expected;
    } cases[] = {
        {say_other_order, "peer has another byte order"},
        {say_other_pointer, "peer has other sizes of types"},
        {say_other_long, "peer has other sizes of types"},
        {say_reserved, "HELLO with reserved bits set"},
        {say_other_version, "peer is version 'v2', this is 'v1': plait was "
                            "replaced on disk"},
        {say_long_version, "peer is version 'v1 ', this is 'v1': plait was "
                           "replaced on disk"},
        {say_no_version, "peer is version '', this is 'v1': plait was "
                         "replaced on disk"},
        {say_small_limit, "peer takes 4095 bytes at most"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_end(state, RT_PEER_CHILD, cases[i].talk, RT_EDAMAGED,
                  cases[i].expected);
        check_end(state, RT_PEER_PARENT, cases[i].talk, RT_EDAMAGED,
                  cases[i].expected);
    }
}

static void say_result_only(end *e) {
    raw_say_result(e, RT_STRAND_DONE);
}
static void say_hello_twice(end *e) {
    raw_say_hello(e), raw_say_hello(e);
}
static void say_result_twice(end *e) {
    raw_say_hello(e), say_result_only(e), say_result_only(e);
}
static void say_hello_start(end *e) {
    raw_say_hello(e), raw_say_start(e);
}
static void say_start_twice(end *e) {
    say_hello_start(e), raw_say_start(e);
}
static void say_cancel(end *e) {
    body b = {.size = 0};
    raw_add_number(&b, 0, 4);
    raw_say_frame(e, RT_FRAME_CANCEL, b.bytes, b.size, 0);
}
static void say_hello_cancel(end *e) {
    raw_say_hello(e), say_cancel(e);
}
static void say_bye(end *e) {
    raw_say_frame(e, RT_FRAME_BYE, NULL, 0, 0);
}
static void say_hello_bye(end *e) {
    raw_say_hello(e), say_bye(e);
}
static void say_hello_probe(end *e) {
    raw_say_hello(e), raw_say_frame(e, RT_FRAME_PROBE, NULL, 0, 0);
}
static void say_start_alive(end *e) {
    say_hello_start(e), raw_say_frame(e, RT_FRAME_ALIVE, NULL, 0, 0);
}
static void say_after_bye(end *e) {
    say_hello_start(e), say_bye(e), say_cancel(e);
}
static void say_hello_start_result(end *e) {
    say_hello_start(e), say_result_only(e);
}
static void say_odd_state(end *e) {
    raw_say_hello(e), raw_say_result(e, RT_STRAND_WAITING);
}
static void say_far_state(end *e) {
    raw_say_hello(e), raw_say_result(e, 255);
}

static void test_wire_refuses_frames_out_of_order(void **state) {
    const struct {
        rt_wire_peer peer;
        void (*talk)(end *e);
        const char *expected;
    } cases[] = {
        {RT_PEER_CHILD, say_result_only, "RESULT frame before HELLO"},
        {RT_PEER_CHILD, say_hello_twice, "HELLO frame a second time"},
        {RT_PEER_CHILD, say_result_twice, "RESULT frame a second time"},
        {RT_PEER_CHILD, say_hello_start, "START frame from a child"},
        {RT_PEER_CHILD, say_hello_cancel, "CANCEL frame from a child"},
        {RT_PEER_CHILD, say_hello_bye, "BYE frame from a child"},
        {RT_PEER_CHILD, say_hello_probe, "PROBE frame from a child"},
        {RT_PEER_CHILD, say_odd_state, "RESULT with state 2"},
        {RT_PEER_CHILD, say_far_state, "RESULT with state 255"},
        {RT_PEER_PARENT, say_hello_cancel, "CANCEL frame before START"},
        {RT_PEER_PARENT, say_hello_bye, "BYE frame before START"},
        {RT_PEER_PARENT, say_start_twice, "START frame a second time"},
        {RT_PEER_PARENT, say_after_bye, "CANCEL frame after BYE"},
        {RT_PEER_PARENT, say_hello_start_result, "RESULT frame from a parent"},
        {RT_PEER_PARENT, say_start_alive, "ALIVE frame from a parent"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_end(state, cases[i].peer, cases[i].talk, RT_EDAMAGED,
                  cases[i].expected);
}

/* ---- bodies and references ---- */

static void say_odd_body(end *e, const body *b) {
    raw_say_hello(e);
    raw_say_frame(e, RT_FRAME_RESULT, b->bytes, b->size, 0);
}

static void check_body(void **state, const body *b, const char *expected) {
    end *e = raw_open(*state, RT_PEER_CHILD);
    say_odd_body(e, b);
    raw_wait_until_ended(e);
    assert_int_equal(e->why.status, RT_EDAMAGED);
    if (!strstr(e->why.message, expected))
        fail_msg("ended with '%s', not '%s'", e->why.message, expected);
    raw_close(e);
}

static void check_reference(void **state, int direction, int kind, uint64_t id,
                            const char *expected) {
    body b = {.size = 0};
    raw_add(&b, raw_one_object, sizeof raw_one_object);
    raw_add_number(&b, RT_STRAND_DONE, 1);
    raw_add_reference(&b, direction, kind, id);
    raw_add_number(&b, 1, 4);
    check_body(state, &b, expected);
}

static void test_wire_refuses_bodies_that_do_not_add_up(void **state) {
    body b = {.size = 0};
    raw_add(&b, raw_one_nil, sizeof raw_one_nil);
    raw_add_number(&b, RT_STRAND_DONE, 1);
    raw_add_number(&b, 2, 4);
    check_body(state, &b, "RESULT frame of 17 bytes with 2 objects");
    rt_put_u32(b.bytes + b.size - 4, UINT32_MAX);
    check_body(state, &b, "RESULT frame of 17 bytes with 4294967295 objects");

    b.size = 0; /* a reference, and no message to use it */
    raw_add_number(&b, RT_STRAND_DONE, 1);
    raw_add_reference(&b, RT_GRANT_MINE, RT_KIND_VALUE, 1);
    raw_add_number(&b, 1, 4);
    check_body(state, &b, "RESULT frame without a message");
}

static void test_wire_refuses_damaged_messages(void **state) {
    body b = {.size = 0};
    raw_add(&b, raw_one_nil, sizeof raw_one_nil - 1); /* the root is missing */
    raw_add_number(&b, RT_STRAND_DONE, 1);
    raw_add_number(&b, 0, 4);
    check_body(state, &b, "RESULT frame: ");
    b.size = 0;
    raw_add(&b, raw_one_object, sizeof raw_one_object); /* of no objects */
    raw_add_number(&b, RT_STRAND_DONE, 1);
    raw_add_number(&b, 0, 4);
    check_body(state, &b, "RESULT frame: ");
}

static void test_wire_refuses_forged_references(void **state) {
    check_reference(state, 2, RT_KIND_VALUE, 1, "impossible object");
    check_reference(state, RT_GRANT_MINE, 0, 1, "impossible object");
    check_reference(state, RT_GRANT_MINE, RT_KIND_LAST, 1, "impossible object");
    check_reference(state, RT_GRANT_MINE, RT_KIND_VALUE, 0,
                    "impossible object");
    for (uint64_t id = 1; id < 20; id++)
        check_reference(state, RT_GRANT_YOURS, RT_KIND_VALUE, id,
                        "was not granted");
    check_reference(state, RT_GRANT_YOURS, RT_KIND_VALUE, UINT64_MAX,
                    "was not granted");
}

static void test_wire_refuses_a_wrong_kind(void **state) {
    end *e = raw_open(*state, RT_PEER_CHILD);
    cell *c = new_cell();
    raw_say_hello(e);
    raw_grant(e, &c->object);
    raw_say_object(e, RT_FRAME_RESULT, RT_GRANT_YOURS, RT_KIND_LOCK, 1);
    raw_wait_until_ended(e);
    assert_string_equal(e->why.message,
                        "object 1 was not granted, or is not of kind 2");
    raw_close(e);

    e = raw_open(*state, RT_PEER_PARENT);
    say_hello_start(e);
    raw_say_object(e, RT_FRAME_CANCEL, RT_GRANT_MINE, RT_KIND_VALUE, 5);
    rt_message *first = raw_wait_for_frame(e, 2);
    assert_non_null(first);
    raw_say_object(e, RT_FRAME_CANCEL, RT_GRANT_MINE, RT_KIND_LOCK, 5);
    raw_wait_until_ended(e);
    assert_string_equal(e->why.message, "object 5 changed its kind");
    rt_message_free(first);
    raw_close(e);
    assert_int_equal(atomic_load(&c->object.refs), 1);
}

static void test_wire_refuses_wrong_drops(void **state) {
    const struct {
        uint64_t id, count;
        const char *expected;
    } cases[] = {
        {2, 1, "gave back object 2 1 times, had less"},
        {0, 1, "gave back object 0 1 times, had less"},
        {1, 0, "gave back object 1 0 times, had less"},
        {1, 3, "gave back object 1 3 times, had less"},
        {1, UINT64_MAX,
         "gave back object 1 18446744073709551615 times, had "
         "less"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        end *e = raw_open(*state, RT_PEER_CHILD);
        cell *c = new_cell();
        raw_grant(e, &c->object);
        raw_grant(e, &c->object);
        raw_say_hello(e);
        raw_say_pair(e, RT_FRAME_DROP, cases[i].id, cases[i].count);
        raw_wait_until_ended(e);
        assert_string_equal(e->why.message, cases[i].expected);
        raw_close(e);
        assert_int_equal(atomic_load(&c->object.refs), 1);
        assert_int_equal(atomic_load(&c->gone), -1);
    }
}

static void test_wire_drop_gives_the_object_back(void **state) {
    end *e = raw_open(*state, RT_PEER_CHILD);
    cell *c = new_cell();
    raw_say_hello(e);
    raw_grant(e, &c->object);
    raw_grant(e, &c->object);
    assert_int_equal(rt_grants_count(e->wire), 1);
    assert_int_equal(atomic_load(&c->object.refs), 2);
    raw_say_pair(e, RT_FRAME_DROP, 1, 1);
    raw_grant(e, &c->object); /* crosses the drop, or not: the same number */
    raw_say_pair(e, RT_FRAME_DROP, 1, 2);
    raw_say_result(e, RT_STRAND_DONE);
    rt_message_free(raw_wait_for_frame(e, 1));
    assert_int_equal(rt_grants_count(e->wire), 0);
    assert_int_equal(atomic_load(&c->object.refs), 1);
    assert_int_equal(atomic_load(&c->gone), -1);
    raw_grant(e, &c->object); /* numbers are not used again */
    raw_say_call(e, 1, 1, ANSWER);
    raw_wait_until_ended(e);
    assert_string_equal(e->why.message,
                        "call of object 1, which was not granted");
    raw_close(e);
}

/* ---- calls ---- */

/* An end whose peer may use a cell as object 1. */
static end *open_with_cell(void **state, cell **c) {
    end *e = raw_open(*state, RT_PEER_CHILD);
    *c = new_cell();
    raw_say_hello(e);
    raw_hear_frame(e, RT_FRAME_HELLO, NULL);
    raw_grant(e, &(*c)->object);
    raw_hear_frame(e, RT_FRAME_CANCEL, NULL);
    return e;
}

static void test_wire_answers_calls(void **state) {
    cell *c;
    end *e = open_with_cell(state, &c);
    raw_say_call(e, 1, 1, ANSWER);
    assert_int_equal(raw_hear_reply(e, 1), ANSWER);
    raw_say_call(e, 2, 1, WAIT);
    raw_say_call(e, 3, 1, WAIT);
    raw_say_withdraw(e, 3, RT_ECANCELLED);
    assert_int_equal(raw_hear_reply(e, 3), RT_ECANCELLED);
    raw_say_withdraw(e, 3, RT_ECANCELLED); /* again, and one that is */
    raw_say_withdraw(e, 1, RT_ECANCELLED); /* answered: no matter */
    raw_say_withdraw(e, 2, RT_ETIMEOUT);   /* the object hears why */
    assert_int_equal(raw_hear_reply(e, 2), RT_ETIMEOUT);
    raw_close(e);
    assert_int_equal(atomic_load(&c->waiting), 0);
}

static void test_wire_end_withdraws_calls(void **state) {
    cell *c;
    end *e = open_with_cell(state, &c);
    for (uint64_t i = 1; i <= 10; i++) raw_say_call(e, i, 1, WAIT);
    raw_say_call(e, 11, 1, ANSWER);
    assert_int_equal(raw_hear_reply(e, 11), ANSWER);
    assert_int_equal(atomic_load(&c->waiting), 10);
    raw_close(e);
    assert_int_equal(atomic_load(&c->waiting), 0);
    assert_int_equal(atomic_load(&c->gone), -1);
    assert_int_equal(atomic_load(&c->object.refs), 1);
}

static void test_wire_tells_that_a_party_is_gone(void **state) {
    cell *c;
    end *e = open_with_cell(state, &c);
    raw_say_pair(e, RT_FRAME_GONE, 7, 0);
    raw_say_call(e, 1, 1, ANSWER);
    assert_int_equal(raw_hear_reply(e, 1), ANSWER);
    assert_int_equal(atomic_load(&c->gone), 7);
    raw_say_pair(e, RT_FRAME_GONE, 0, 0);
    raw_wait_until_ended(e);
    assert_string_equal(e->why.message, "GONE frame of nobody");
    raw_close(e);
}

static void test_wire_tells_who_died(void **state) {
    cell *c;
    end *e = open_with_cell(state, &c);
    const uint64_t process = RT_PARTY_BEHIND | UINT64_C(5) << 32;
    raw_say_pair(e, RT_FRAME_GONE, process | 1, 0); /* a strand of it */
    raw_say_pair(e, RT_FRAME_GONE, process, 0);     /* ended in order */
    raw_say_call(e, 1, 1, ANSWER);
    assert_int_equal(raw_hear_reply(e, 1), ANSWER);
    assert_int_equal(atomic_load(&c->died), 0);
    raw_say_pair(e, RT_FRAME_GONE, process, 1);
    raw_say_call(e, 2, 1, ANSWER);
    assert_int_equal(raw_hear_reply(e, 2), ANSWER);
    assert_int_equal(atomic_load(&c->died), (int)(process >> 32));
    raw_close(e); /* without a RESULT */
    assert_int_equal(atomic_load(&c->died), -1);

    e = open_with_cell(state, &c);
    raw_say_result(e, RT_STRAND_DONE);
    raw_close(e);
    assert_int_equal(atomic_load(&c->gone), -1);
    assert_int_equal(atomic_load(&c->died), 0);
}

static void test_wire_refuses_impossible_deaths(void **state) {
    const struct {
        uint64_t party, died;
    } cases[] = {
        {7, 1}, /* a strand of the peer */
        {RT_PARTY_BEHIND | UINT64_C(5) << 32 | 1, 1},
        {RT_PARTY_BEHIND | UINT64_C(5) << 32, 2},
        {RT_PARTY_BEHIND >> 1, 0}, /* the peer's own mark in calls.c */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cell *c;
        end *e = open_with_cell(state, &c);
        raw_say_pair(e, RT_FRAME_GONE, cases[i].party, cases[i].died);
        raw_wait_until_ended(e);
        assert_string_equal(e->why.message, "GONE frame of nobody");
        raw_close(e);
    }
}

/* What the peer owes is not forgotten when it drops the object. */
static void test_wire_keeps_what_is_owed(void **state) {
    cell *c;
    end *e = open_with_cell(state, &c);
    atomic_store(&c->is_owed, true);
    raw_say_pair(e, RT_FRAME_DROP, 1, 1);
    raw_say_pair(e, RT_FRAME_GONE, 7, 0);
    while (atomic_load(&c->gone) != 7) (void)sched_yield();
    assert_int_equal(rt_grants_count(e->wire), 1);
    raw_grant(e, &c->object); /* the same number */
    raw_hear_frame(e, RT_FRAME_CANCEL, NULL);
    raw_say_call(e, 1, 1, ANSWER);
    assert_int_equal(raw_hear_reply(e, 1), ANSWER);
    raw_say_pair(e, RT_FRAME_DROP, 1, 1);
    raw_close(e);
    assert_int_equal(atomic_load(&c->died), -1);
    assert_int_equal(atomic_load(&c->object.refs), 1);

    e = open_with_cell(state, &c);
    raw_say_pair(e, RT_FRAME_DROP, 1, 1);
    while (atomic_load(&c->gone) != -1) (void)sched_yield();
    assert_int_equal(atomic_load(&c->died), 0);
    assert_int_equal(rt_grants_count(e->wire), 0);
    raw_close(e);
}

static void test_wire_odd_result_becomes_an_error(void **state) {
    cell *c;
    end *e = open_with_cell(state, &c);
    raw_say_call(e, 1, 1, ODD_RESULT);
    assert_int_equal(raw_hear_reply(e, 1), RT_ETYPE);
    raw_close(e);
}

static void test_wire_refuses_bad_calls(void **state) {
    for (int i = 0; i < 6; i++) {
        cell *c;
        end *e = open_with_cell(state, &c);
        const char *expected = NULL;
        body b = raw_call_body(1, 0, WAIT);
        switch (i) {
        case 0:
            raw_say_call(e, 5, 1, WAIT);
            raw_say_call(e, 5, 1, WAIT);
            expected = "request number 5 was used before";
            break;
        case 1:
            raw_say_call(e, 5, 1, ANSWER);
            raw_say_call(e, 4, 1, ANSWER);
            expected = "request number 4 was used before";
            break;
        case 2:
            raw_say_frame(e, RT_FRAME_CALL, b.bytes, b.size, 1);
            expected = "call of nobody";
            break;
        case 3:
            raw_say_withdraw(e, 1, RT_ETIMEOUT);
            expected = "withdrawal of request 1, which never came";
            break;
        case 4:
            raw_say_call(e, 5, 1, WAIT);
            raw_say_withdraw(e, 5, RT_OK);
            expected = "withdrawal for an unknown reason, 0";
            break;
        case 5:
            e->wire->max_calls = 10;
            for (uint64_t k = 1; k <= 11; k++) raw_say_call(e, k, 1, WAIT);
            expected = "more than 10 calls under way";
            break;
        }
        raw_wait_until_ended(e);
        assert_string_equal(e->why.message, expected);
        raw_close(e);
        assert_int_equal(atomic_load(&c->waiting), 0);
        assert_int_equal(atomic_load(&c->object.refs), 1);
    }
}

static void test_wire_refuses_every_number_not_granted(void **state) {
    for (uint64_t id = 0; id <= 1 << 16; id = id < 40 ? id + 1 : id * 2) {
        if (id == 1) continue;
        cell *c;
        end *e = open_with_cell(state, &c);
        raw_say_call(e, 1, id, ANSWER);
        raw_wait_until_ended(e);
        assert_int_equal(e->why.status, RT_EDAMAGED);
        raw_close(e);
    }
}

/* ---- requests ---- */

static rt_loop loop; /* static: must outlive whoever posts to it */

typedef struct asking {
    rt_waiter waiter;
    bool done;
} asking;

static void on_answered(rt_waiter *waiter) {
    rt_container_of(waiter, asking, waiter)->done = true;
}

static int ask(asking *a, rt_object *remote, rt_message *arguments) {
    a->done = false;
    rt_waiter_init(&a->waiter, &loop, on_answered);
    return rt_remote_call(remote, 9, 3, arguments, &a->waiter);
}

static int answer_of(asking *a) {
    while (!a->done) rt_loop_turn(&loop, true, RT_NEVER);
    return a->waiter.status;
}

/* An end that knows object 77 of the peer. */
static end *open_with_remote(void **state, rt_message **holder) {
    end *e = raw_open(*state, RT_PEER_PARENT);
    say_hello_start(e);
    raw_say_object(e, RT_FRAME_CANCEL, RT_GRANT_MINE, RT_KIND_CHANNEL, 77);
    *holder = raw_wait_for_frame(e, 2);
    raw_hear_frame(e, RT_FRAME_HELLO, NULL);
    assert_int_equal((*holder)->object_count, 1);
    assert_true(rt_is_remote((*holder)->objects[0]));
    assert_int_equal(rt_remote_kind((*holder)->objects[0]), RT_KIND_CHANNEL);
    return e;
}

static void test_wire_asks_and_gets_answers(void **state) {
    rt_message *holder;
    end *e = open_with_remote(state, &holder);
    asking first, second;
    assert_int_equal(ask(&first, holder->objects[0], NULL), RT_PENDING);
    assert_int_equal(ask(&second, holder->objects[0], NULL), RT_PENDING);
    uint64_t request;
    body b = raw_hear_frame(e, RT_FRAME_CALL, &request);
    assert_int_equal(request, 1);
    assert_int_equal(rt_get_u64(b.bytes), 77);
    assert_int_equal(rt_get_u64(b.bytes + 8), 3);
    assert_int_equal(rt_get_u32(b.bytes + 16), 9);
    raw_hear_frame(e, RT_FRAME_CALL, &request);
    assert_int_equal(request, 2);
    raw_say_reply(e, 2, RT_ECLOSED);
    raw_say_reply(e, 1, 5);
    assert_int_equal(answer_of(&first), 5);
    assert_int_equal(answer_of(&second), RT_ECLOSED);
    rt_message_free(holder); /* gives the object back */
    b = raw_hear_frame(e, RT_FRAME_DROP, NULL);
    assert_int_equal(rt_get_u64(b.bytes), 77);
    assert_int_equal(rt_get_u64(b.bytes + 8), 1);
    raw_close(e);
}

static void test_wire_withdrawal_completes_by_the_answer(void **state) {
    rt_message *holder;
    end *e = open_with_remote(state, &holder);
    asking a;
    for (int round = 0; round < 3; round++) {
        assert_int_equal(ask(&a, holder->objects[0], NULL), RT_PENDING);
        raw_hear_frame(e, RT_FRAME_CALL, NULL);
        assert_false(rt_waiter_cancel(&a.waiter, RT_ECANCELLED));
        if (round == 1) { /* by its deadline */
            int64_t due = rt_clock_now() + 1000000;
            assert_int_equal(rt_waiter_arm(&a.waiter, due, due), RT_OK);
            struct pollfd heard = {.fd = e->peer, .events = POLLIN};
            while (poll(&heard, 1, 0) == 0)
                rt_loop_turn(&loop, true, rt_clock_now() + 1000000);
        } else {
            assert_true(rt_remote_is_waiting(&a.waiter));
            rt_remote_withdraw(&a.waiter, RT_EINTERRUPTED);
            rt_remote_withdraw(&a.waiter, RT_ECANCELLED); /* no effect */
        }
        uint64_t request;
        raw_hear_frame(e, RT_FRAME_WITHDRAW, &request);
        assert_int_equal(request, round + 1);
        assert_false(a.done);
        if (round == 2) { /* too late: what was granted is delivered */
            raw_say_reply(e, request, RT_OK);
            assert_int_equal(answer_of(&a), RT_OK);
        } else {
            raw_say_reply(e, request, RT_ECANCELLED);
            assert_int_equal(answer_of(&a),
                             round == 1 ? RT_ETIMEOUT : RT_EINTERRUPTED);
        }
        assert_false(rt_remote_is_waiting(&a.waiter));
        rt_remote_withdraw(&a.waiter, RT_ECANCELLED); /* no effect */
    }
    rt_message_free(holder);
    raw_close(e);
}

/* The peer may answer later, or never. */
static void test_wire_abandoned_wait_ends_at_once(void **state) {
    rt_message *holder;
    end *e = open_with_remote(state, &holder);
    asking a[3];
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ask(&a[i], holder->objects[0], NULL), RT_PENDING);
        raw_hear_frame(e, RT_FRAME_CALL, NULL);
        rt_remote_withdraw(&a[i].waiter, RT_ECANCELLED);
        raw_hear_frame(e, RT_FRAME_WITHDRAW, NULL);
        if (i == 1) continue;
        rt_remote_abandon(&a[i].waiter, RT_EINTERRUPTED);
        assert_true(a[i].done);
        assert_int_equal(a[i].waiter.status, RT_EINTERRUPTED);
        assert_false(rt_remote_is_waiting(&a[i].waiter));
        rt_remote_abandon(&a[i].waiter, RT_ECANCELLED); /* no effect */
    }
    raw_say_reply(e, 1, RT_OK);
    raw_say_reply(e, 2, RT_OK);
    while (!rt_loop_has_posts(&loop)) continue;
    rt_remote_abandon(&a[1].waiter, RT_ECANCELLED); /* it is answered */
    assert_int_equal(answer_of(&a[1]), RT_OK);
    rt_message_free(holder);
    raw_close(e);
}

static void test_wire_refuses_wrong_answers(void **state) {
    for (int i = 0; i < 3; i++) {
        rt_message *holder;
        end *e = open_with_remote(state, &holder);
        asking a;
        assert_int_equal(ask(&a, holder->objects[0], NULL), RT_PENDING);
        if (i == 0) { /* already answered */
            raw_say_reply(e, 1, RT_OK);
            raw_say_reply(e, 1, RT_OK);
        } else { /* never asked */
            raw_say_reply(e, i == 1 ? 2 : UINT64_MAX, RT_OK);
        }
        assert_int_equal(answer_of(&a), i == 0 ? RT_OK : RT_EDIED);
        raw_wait_until_ended(e);
        assert_non_null(strstr(e->why.message, "which is not under way"));
        assert_int_equal(ask(&a, holder->objects[0], NULL), RT_EDIED);
        rt_message_free(holder);
        raw_close(e);
    }
}

static void test_wire_end_fails_requests(void **state) {
    rt_message *holder;
    end *e = open_with_remote(state, &holder);
    asking a[5];
    for (int i = 0; i < 5; i++)
        assert_int_equal(ask(&a[i], holder->objects[0], NULL), RT_PENDING);
    rt_remote_withdraw(&a[1].waiter, RT_ETIMEOUT);
    (void)close(e->peer);
    e->peer = -1;
    for (int i = 0; i < 5; i++) /* one was given up already */
        assert_int_equal(answer_of(&a[i]), i == 1 ? RT_ETIMEOUT : RT_EDIED);
    assert_int_equal(rt_remote_leave(holder->objects[0], 3), RT_OK);
    rt_message_free(holder);
    raw_close(e);
}

static void test_wire_has_many_requests_under_way(void **state) {
    enum { MANY = 300 };
    rt_message *holder;
    end *e = open_with_remote(state, &holder);
    static asking a[MANY];
    for (int i = 0; i < MANY; i++)
        assert_int_equal(ask(&a[i], holder->objects[0], NULL), RT_PENDING);
    for (int i = 0; i < MANY; i++) raw_hear_frame(e, RT_FRAME_CALL, NULL);
    for (int i = 0; i < MANY; i++) /* in another order */
        raw_say_reply(e, (uint64_t)(i * 7 % MANY + 1), i * 7 % MANY);
    for (int i = 0; i < MANY; i++) assert_int_equal(answer_of(&a[i]), i);
    rt_message_free(holder);
    raw_close(e);
}

/* ---- sending ---- */

static void test_wire_sends_many_objects(void **state) {
    enum { MANY = 50 };
    end *e = raw_open(*state, RT_PEER_CHILD);
    raw_hear_frame(e, RT_FRAME_HELLO, NULL);
    rt_message *message = rt_message_new();
    cell *cells[MANY];
    for (int i = 0; i < MANY; i++) {
        size_t index;
        cells[i] = new_cell();
        assert_int_equal(
            rt_message_add_object(message, &cells[i]->object, &index), RT_OK);
    }
    assert_int_equal(rt_buffer_add(&message->bytes, "x", 1), RT_OK);
    rt_packet *packet = rt_packet_new(RT_FRAME_CANCEL);
    assert_int_equal(rt_packet_fill(packet, NULL, 0, message, SIZE_MAX, NULL),
                     RT_OK);
    assert_int_equal(rt_wire_send(e->wire, packet, 0), RT_OK);
    body b = raw_hear_frame(e, RT_FRAME_CANCEL, NULL);
    assert_int_equal(b.size, 1 + MANY * RT_FRAME_REFERENCE + 4);
    for (uint64_t i = 0; i < MANY; i++) {
        const uint8_t *at = b.bytes + 1 + i * RT_FRAME_REFERENCE;
        assert_int_equal(at[0], RT_GRANT_MINE);
        assert_int_equal(at[1], RT_KIND_VALUE);
        assert_int_equal(rt_get_u64(at + 2), i + 1);
    }
    raw_close(e);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(atomic_load(&cells[i]->object.refs), 1);
}

static void test_wire_queues_what_the_socket_does_not_take(void **state) {
    end *e = raw_open(*state, RT_PEER_PARENT);
    raw_hear_frame(e, RT_FRAME_HELLO, NULL);
    enum { COUNT = 50, SIZE = 100000 };
    for (int i = 0; i < COUNT; i++) {
        rt_message *message = rt_message_new();
        char *bytes = malloc(SIZE);
        memset(bytes, i, SIZE);
        assert_int_equal(rt_buffer_add(&message->bytes, bytes, SIZE), RT_OK);
        free(bytes);
        rt_packet *packet = rt_packet_new(RT_FRAME_RESULT);
        uint8_t field = RT_STRAND_DONE;
        assert_int_equal(
            rt_packet_fill(packet, &field, 1, message, SIZE_MAX, NULL), RT_OK);
        assert_int_equal(rt_wire_send(e->wire, packet, 0), RT_OK);
    }
    rt_wire_bye(e->wire);
    rt_wire_bye(e->wire); /* once */
    uint8_t *body_bytes = malloc(SIZE + 5);
    for (int i = 0; i < COUNT; i++) {
        uint8_t head[RT_FRAME_HEADER];
        raw_hear(e, head, sizeof head);
        assert_int_equal(head[3], RT_FRAME_RESULT);
        assert_int_equal(rt_get_u32(head + 8), SIZE + 5);
        raw_hear(e, body_bytes, SIZE + 5);
        for (size_t k = 0; k < SIZE; k++)
            if (body_bytes[k] != i) fail_msg("byte %zu of %d", k, i);
        assert_int_equal(body_bytes[SIZE], RT_STRAND_DONE);
    }
    free(body_bytes);
    raw_hear_frame(e, RT_FRAME_BYE, NULL);
    rt_packet *late = rt_packet_new(RT_FRAME_BYE);
    assert_int_equal(rt_wire_send(e->wire, late, 0), RT_EDIED);
    late->release(late);
    raw_close(e);
}

/* A peer that closes with our bytes unread, and some of its own unread too. */
static void test_wire_reads_what_came_before_a_reset(void **state) {
    end *e = raw_open(*state, RT_PEER_CHILD);
    for (int i = 0; i < 100; i++) {
        rt_packet *packet = rt_packet_new(RT_FRAME_CANCEL);
        rt_message *message = rt_message_new();
        static const char bytes[20000];
        assert_int_equal(rt_buffer_add(&message->bytes, bytes, sizeof bytes),
                         RT_OK);
        assert_int_equal(
            rt_packet_fill(packet, NULL, 0, message, SIZE_MAX, NULL), RT_OK);
        assert_int_equal(rt_wire_send(e->wire, packet, 0), RT_OK);
    }
    raw_say_hello(e);
    raw_say_result(e, RT_STRAND_DONE);
    (void)close(e->peer);
    e->peer = -1;
    raw_wait_until_ended(e);
    assert_int_equal(e->frames, 1);
    assert_int_equal(e->why.status, RT_OK);
    raw_close(e);
}

static void test_wire_refuses_what_the_peer_would_not_take(void **state) {
    end *e = raw_open(*state, RT_PEER_CHILD);
    uint8_t bytes[40];
    size_t size = raw_put_hello(bytes, "v1");
    rt_put_u32(bytes + 8, 4096);
    raw_say_frame(e, RT_FRAME_HELLO, bytes, size, 0);
    raw_say_result(e, RT_STRAND_DONE);
    rt_message_free(raw_wait_for_frame(e, 1));
    rt_message *message = rt_message_new();
    static const char zeros[5000];
    assert_int_equal(rt_buffer_add(&message->bytes, zeros, sizeof zeros),
                     RT_OK);
    rt_packet *packet = rt_packet_new(RT_FRAME_CANCEL);
    rt_error err;
    assert_int_equal(rt_packet_fill(packet, NULL, 0, message, 4999, &err),
                     RT_ELIMIT);
    assert_string_equal(err.message, "message of 5000 bytes and 0 objects is "
                                     "larger than the limit of 4999 bytes");
    assert_int_equal(rt_packet_fill(packet, NULL, 0, message, SIZE_MAX, NULL),
                     RT_OK);
    assert_int_equal(rt_wire_send(e->wire, packet, 0), RT_ELIMIT);
    packet->release(packet);
    raw_close(e);
}

/* ---- descriptors, cuts, damage ---- */

static int count_descriptors(void) {
    int count = 0;
    for (int fd = 0; fd < 200; fd++)
        if (fcntl(fd, F_GETFD) >= 0) count++;
    return count;
}

static void test_wire_refuses_descriptors(void **state) {
    end *e = raw_open(*state, RT_PEER_CHILD);
    raw_say_hello(e);
    int before = count_descriptors();
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(3 * sizeof(int))];
    } control = {0};
    uint8_t frame[RT_FRAME_HEADER + 16] = {0}; /* of a frame without objects */
    rt_frame_header(frame, RT_FRAME_QUIET, 16, 0);
    struct iovec piece = {frame, sizeof frame};
    struct msghdr header = {.msg_iov = &piece,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes};
    struct cmsghdr *c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(3 * sizeof(int));
    int fds[3] = {0, 1, 2};
    memcpy(CMSG_DATA(c), fds, sizeof fds);
    assert_int_equal(sendmsg(e->peer, &header, 0), piece.iov_len);
    raw_wait_until_ended(e);
    assert_string_equal(e->why.message,
                        "descriptors attached where none are expected");
    assert_true(count_descriptors() <= before);
    raw_close(e);
}

/* A conversation of a child, and where its frames end. */
static size_t put_conversation(uint8_t *to) {
    body b = {.size = 0};
    size_t size = raw_put_hello(b.bytes, "v1");
    size_t at = 0;
    rt_frame_header(to, RT_FRAME_HELLO, (uint32_t)size, 0);
    memcpy(to + RT_FRAME_HEADER, b.bytes, size);
    at = RT_FRAME_HEADER + size;

    b = raw_call_body(1, 7, ANSWER);
    rt_frame_header(to + at, RT_FRAME_CALL, (uint32_t)b.size, 1);
    memcpy(to + at + RT_FRAME_HEADER, b.bytes, b.size);
    at += RT_FRAME_HEADER + b.size;

    b.size = 0;
    raw_add(&b, raw_one_object, sizeof raw_one_object);
    raw_add_number(&b, RT_STRAND_DONE, 1);
    raw_add_reference(&b, RT_GRANT_MINE, RT_KIND_LOCK, 12);
    raw_add_number(&b, 1, 4);
    rt_frame_header(to + at, RT_FRAME_RESULT, (uint32_t)b.size, 0);
    memcpy(to + at + RT_FRAME_HEADER, b.bytes, b.size);
    at += RT_FRAME_HEADER + b.size;

    rt_frame_header(to + at, RT_FRAME_DROP, 16, 0);
    rt_put_u64(to + at + RT_FRAME_HEADER, 1);
    rt_put_u64(to + at + RT_FRAME_HEADER + 8, 1);
    return at + RT_FRAME_HEADER + 16;
}

/* The end after `size` bytes of it, and then silence. */
static rt_error end_after(void **state, const uint8_t *bytes, size_t size) {
    end *e = raw_open(*state, RT_PEER_CHILD);
    cell *c = new_cell();
    raw_grant(e, &c->object);
    raw_say(e, bytes, size);
    (void)shutdown(e->peer, SHUT_WR);
    raw_wait_until_ended(e);
    rt_error why = e->why;
    raw_close(e);
    assert_int_equal(atomic_load(&c->object.refs), 1);
    return why;
}

static void test_wire_may_be_cut_at_each_byte(void **state) {
    uint8_t bytes[600];
    size_t size = put_conversation(bytes);
    size_t boundary = 0;
    for (size_t cut = 0; cut <= size; cut++) {
        if (cut >= boundary + RT_FRAME_HEADER &&
            cut ==
                boundary + RT_FRAME_HEADER + rt_get_u32(bytes + boundary + 8))
            boundary = cut;
        rt_error why = end_after(state, bytes, cut);
        assert_int_equal(why.status, cut == boundary ? RT_OK : RT_ECLOSED);
    }
    assert_int_equal(boundary, size);
}

/* Whatever is damaged, the wire ends and nothing is left behind. */
static void test_wire_survives_random_damage(void **state) {
    uint8_t original[600], bytes[600];
    size_t size = put_conversation(original);
    unsigned seed = 4711;
    for (int round = 0; round < 600; round++) {
        memcpy(bytes, original, size);
        for (int i = 0; i <= round % 4; i++) {
            seed = seed * 1103515245 + 12345;
            bytes[(seed >> 8) % size] ^= (uint8_t)(1 << (seed >> 4) % 8);
        }
        (void)end_after(state, bytes, size);
    }
}

/* Bodies damaged under headers that are right. */
static void test_wire_survives_damaged_bodies(void **state) {
    uint8_t original[600], bytes[600];
    size_t size = put_conversation(original);
    for (size_t at = 0; at < size;) {
        size_t next = at + RT_FRAME_HEADER + rt_get_u32(original + at + 8);
        for (size_t i = at + RT_FRAME_HEADER; i < next; i++) {
            memcpy(bytes, original, size);
            bytes[i] = (uint8_t)~bytes[i];
            (void)end_after(state, bytes, size);
            bytes[i] = 0xff;
            (void)end_after(state, bytes, size);
        }
        at = next;
    }
}

static void test_wire_other_wires_go_on(void **state) {
    cell *c;
    end *good = open_with_cell(state, &c);
    end *bad = raw_open(*state, RT_PEER_CHILD);
    raw_say(bad, "nonsense that is long enough", 28);
    raw_wait_until_ended(bad);
    raw_say_call(good, 1, 1, ANSWER);
    assert_int_equal(raw_hear_reply(good, 1), ANSWER);
    raw_close(bad);
    raw_close(good);
}

static void test_wire_survives_lack_of_memory(void **state) {
#ifdef NDEBUG
    skip(); /* allocations cannot be made to fail */
#endif
    uint8_t bytes[600];
    size_t size = put_conversation(bytes);
    for (size_t nth = 1; nth < 40; nth++) {
        end *e = raw_open(*state, RT_PEER_CHILD);
        cell *c = new_cell();
        raw_grant(e, &c->object);
        raw_hear_frame(e, RT_FRAME_HELLO, NULL);
        raw_hear_frame(e, RT_FRAME_CANCEL, NULL);
        rt_alloc_fail(nth, 0);
        raw_say(e, bytes, size);
        (void)shutdown(e->peer, SHUT_WR);
        raw_wait_until_ended(e);
        rt_alloc_fail(0, 0);
        assert_true(e->why.status == RT_OK || e->why.status == RT_ENOMEMORY);
        raw_close(e);
        assert_int_equal(atomic_load(&c->object.refs), 1);
    }
}

static void test_wire_unattached_keeps_nothing(void **state) {
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair),
                     0);
    rt_wire *wire = rt_wire_new(rt_hub_of(*state), pair[0], RT_PEER_CHILD, NULL,
                                &raw_events, NULL);
    end e = {.wire = wire};
    cell *c = new_cell();
    raw_grant(&e, &c->object);
    assert_int_equal(atomic_load(&c->object.refs), 3); /* message, export */
    rt_wire_unref(wire);
    assert_int_equal(atomic_load(&c->object.refs), 1);
    assert_int_equal(atomic_load(&c->gone), 0);
    (void)close(pair[1]);
}

static int set_up(void **state) {
    rt_loop_init(&loop);
    return raw_set_up(state);
}

static int tear_down(void **state) {
    int status = raw_tear_down(state);
    rt_loop_deinit(&loop);
    return status;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wire_ends_at_end_of_file),
        cmocka_unit_test(test_wire_refuses_a_peer_that_differs),
        cmocka_unit_test(test_wire_refuses_frames_out_of_order),
        cmocka_unit_test(test_wire_refuses_bodies_that_do_not_add_up),
        cmocka_unit_test(test_wire_refuses_damaged_messages),
        cmocka_unit_test(test_wire_refuses_forged_references),
        cmocka_unit_test(test_wire_refuses_a_wrong_kind),
        cmocka_unit_test(test_wire_refuses_wrong_drops),
        cmocka_unit_test(test_wire_drop_gives_the_object_back),
        cmocka_unit_test(test_wire_answers_calls),
        cmocka_unit_test(test_wire_end_withdraws_calls),
        cmocka_unit_test(test_wire_tells_that_a_party_is_gone),
        cmocka_unit_test(test_wire_tells_who_died),
        cmocka_unit_test(test_wire_refuses_impossible_deaths),
        cmocka_unit_test(test_wire_keeps_what_is_owed),
        cmocka_unit_test(test_wire_odd_result_becomes_an_error),
        cmocka_unit_test(test_wire_refuses_bad_calls),
        cmocka_unit_test(test_wire_refuses_every_number_not_granted),
        cmocka_unit_test(test_wire_asks_and_gets_answers),
        cmocka_unit_test(test_wire_withdrawal_completes_by_the_answer),
        cmocka_unit_test(test_wire_abandoned_wait_ends_at_once),
        cmocka_unit_test(test_wire_refuses_wrong_answers),
        cmocka_unit_test(test_wire_end_fails_requests),
        cmocka_unit_test(test_wire_has_many_requests_under_way),
        cmocka_unit_test(test_wire_sends_many_objects),
        cmocka_unit_test(test_wire_queues_what_the_socket_does_not_take),
        cmocka_unit_test(test_wire_reads_what_came_before_a_reset),
        cmocka_unit_test(test_wire_refuses_what_the_peer_would_not_take),
        cmocka_unit_test(test_wire_refuses_descriptors),
        cmocka_unit_test(test_wire_may_be_cut_at_each_byte),
        cmocka_unit_test(test_wire_survives_random_damage),
        cmocka_unit_test(test_wire_survives_damaged_bodies),
        cmocka_unit_test(test_wire_other_wires_go_on),
        cmocka_unit_test(test_wire_survives_lack_of_memory),
        cmocka_unit_test(test_wire_unattached_keeps_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
