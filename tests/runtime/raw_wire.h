/* raw_wire.h - a served wire whose other end is a plain socket in the hands of
 * the test. */
#ifndef TESTS_RAW_WIRE_H
#define TESTS_RAW_WIRE_H

#include <pthread.h>

#include "ipc/wire.h"

/* The served end, and the test's. */
typedef struct end {
    rt_runtime *runtime;
    rt_wire *wire;
    int peer;             /* the test's end */
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t changed;
    bool has_attached;
    bool has_ended;
    rt_error why;
    int frames;          /* that came to on_frame */
    rt_message *message; /* of the last of them */
    rt_post post;
    rt_loan_record *records; /* of the wire's ledger */
} end;

extern const rt_wire_events raw_events;

/* A body: a message of one nil (or `message_size` bytes of `message`), fields,
 * references, their count. */
typedef struct body {
    uint8_t bytes[2000];
    size_t size;
} body;

extern const uint8_t raw_one_nil[12];
/* One object, by its index 0. */
extern const uint8_t raw_one_object[14];

/* ---- a runtime with a hub, as the state of a test ---- */

int raw_set_up(void **state);
int raw_tear_down(void **state);

/* ---- the served end ---- */

void raw_run_on_hub(end *e, void (*run)(rt_post *post));
void raw_wait_until_ended(end *e);
rt_message *raw_wait_for_frame(end *e, int count);
/* A wire that is served. */
end *raw_open(rt_runtime *runtime, rt_wire_peer peer);

/* Closes the test's end first; the wire ends by that, if it has not. */
void raw_close(end *e);

/* Sends an object to the peer: in a CANCEL, since that is always allowed. */
void raw_grant(end *e, rt_object *object);

/* ---- the peer's end ---- */

void raw_say(end *e, const void *bytes, size_t size);
void raw_say_frame(end *e, rt_frame_type type, const void *bytes, size_t size,
                   uint64_t request);
size_t raw_put_hello(uint8_t *to, const char *version);
void raw_say_hello(end *e);
void raw_add(body *to, const void *bytes, size_t size);
void raw_add_number(body *to, uint64_t number, size_t size);
void raw_add_reference(body *to, int direction, int kind, uint64_t id);
body raw_call_body(uint64_t object, uint64_t party, int operation);
void raw_say_call(end *e, uint64_t request, uint64_t object, int operation);
void raw_say_reply(end *e, uint64_t request, int status);
void raw_say_pair(end *e, rt_frame_type type, uint64_t a, uint64_t b);
void raw_say_withdraw(end *e, uint64_t request, int reason);
/* RESULT, or CANCEL, with one object in it. */
void raw_say_object(end *e, rt_frame_type type, int direction, int kind,
                    uint64_t id);
void raw_say_start(end *e);
void raw_say_result(end *e, int state);
void raw_hear(end *e, void *to, size_t size);

/* The next frame, whatever it is. */
body raw_hear_any(end *e, int *type, uint64_t *request);

/* The next frame, which must be of that type. */
body raw_hear_frame(end *e, rt_frame_type type, uint64_t *request);
int raw_hear_reply(end *e, uint64_t request);

#endif
