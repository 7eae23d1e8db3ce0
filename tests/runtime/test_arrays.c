/* Arrays over a wire: two served ends, both of this process, so that what one
 * sends can be compared with what the other has. The memory is opened by its
 * card all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "data/array.h"
#include "data/encode.h"
#include "ipc/arrays.h"
#include "ipc/bytes.h"
#include "ipc/grants.h"
#include "ipc/remote.h"
#include "ipc/wire.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { RACES = 2000 };
#else
enum { RACES = 20000 };
#endif

/* ---- two ends ---- */

typedef struct end {
    rt_wire *wire;
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t changed;
    bool has_attached, has_ended;
    rt_error why;
    rt_list messages; /* that came and were not taken */
    rt_post post;
} end;

static void on_frame(rt_wire *wire, rt_frame_type type, int state,
                     rt_message *message) {
    (void)type, (void)state;
    end *e = wire->owner;
    if (!message) return;
    pthread_mutex_lock(&e->lock);
    rt_list_push(&e->messages, &message->link);
    pthread_cond_signal(&e->changed);
    pthread_mutex_unlock(&e->lock);
}

static void on_end(rt_wire *wire, const rt_error *why) {
    end *e = wire->owner;
    pthread_mutex_lock(&e->lock);
    e->why = *why;
    e->has_ended = true;
    pthread_cond_signal(&e->changed);
    pthread_mutex_unlock(&e->lock);
}

static const rt_wire_events events = {on_frame, on_end};

static void on_attach(rt_post *post) {
    end *e = rt_container_of(post, end, post);
    if (rt_wire_attach(e->wire)) abort();
    pthread_mutex_lock(&e->lock);
    e->has_attached = true;
    pthread_cond_signal(&e->changed);
    pthread_mutex_unlock(&e->lock);
}

static end *open_end(rt_runtime *runtime, int fd, rt_wire_peer peer) {
    end *e = calloc(1, sizeof *e);
    assert_non_null(e);
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->changed, NULL);
    rt_list_init(&e->messages);
    e->wire = rt_wire_new(rt_hub_of(runtime), fd, peer, "v1", &events, e);
    assert_non_null(e->wire);
    e->post.run = on_attach;
    rt_loop_post(rt_hub_loop(rt_hub_of(runtime)), &e->post);
    pthread_mutex_lock(&e->lock);
    while (!e->has_attached) pthread_cond_wait(&e->changed, &e->lock);
    pthread_mutex_unlock(&e->lock);
    return e;
}

/* The parent's end and the child's. */
typedef struct pair {
    end *parent, *child;
} pair;

static rt_message *one_object(rt_object *object) {
    rt_message *message = rt_message_new();
    size_t index;
    assert_non_null(message);
    assert_int_equal(rt_encode_header(&message->bytes, 1, 0), RT_OK);
    assert_int_equal(rt_message_add_object(message, object, &index), RT_OK);
    assert_int_equal(rt_encode_object(&message->bytes, 0), RT_OK);
    return message;
}

static void send_object(end *e, rt_frame_type type, rt_object *object) {
    rt_packet *packet = rt_packet_new(type);
    uint8_t done = RT_STRAND_DONE;
    assert_non_null(packet);
    assert_int_equal(rt_packet_fill(packet, &done, type == RT_FRAME_RESULT,
                                    one_object(object), SIZE_MAX, NULL),
                     RT_OK);
    assert_int_equal(rt_wire_send(e->wire, packet, 0), RT_OK);
}

/* The object of the next message, with a reference. */
static rt_object *receive(end *e) {
    pthread_mutex_lock(&e->lock);
    while (rt_list_empty(&e->messages)) {
        assert_false(e->has_ended);
        pthread_cond_wait(&e->changed, &e->lock);
    }
    rt_message *message =
        rt_container_of(rt_list_pop(&e->messages), rt_message, link);
    pthread_mutex_unlock(&e->lock);
    assert_int_equal(message->object_count, 1);
    rt_object *object = message->objects[0];
    rt_object_ref(object);
    rt_message_free(message);
    return object;
}

static void start(pair p) {
    rt_array *any;
    assert_int_equal(rt_array_new(RT_NUMBER_U8, 1, &any, NULL), RT_OK);
    send_object(p.parent, RT_FRAME_START, (rt_object *)any);
    rt_object_unref((rt_object *)any);
    rt_object_unref(receive(p.child));
}

static pair open_pair(rt_runtime *runtime) {
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds),
                     0);
    pair p = {open_end(runtime, fds[0], RT_PEER_CHILD),
              open_end(runtime, fds[1], RT_PEER_PARENT)};
    start(p);
    return p;
}

static void wait_until_ended(end *e) {
    pthread_mutex_lock(&e->lock);
    while (!e->has_ended) pthread_cond_wait(&e->changed, &e->lock);
    pthread_mutex_unlock(&e->lock);
}

static void free_end(end *e) {
    wait_until_ended(e);
    for (rt_list *node; (node = rt_list_pop(&e->messages)) != NULL;)
        rt_message_free(rt_container_of(node, rt_message, link));
    rt_wire_unref(e->wire);
    pthread_cond_destroy(&e->changed);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

static void close_pair(pair p) {
    rt_wire_lock(p.parent->wire);
    if (!p.parent->wire->is_closed)
        (void)shutdown(p.parent->wire->fd, SHUT_RDWR);
    rt_wire_unlock(p.parent->wire);
    free_end(p.parent);
    free_end(p.child);
}

/* The grant comes back by a frame that nobody waits for. */
static void wait_for_grants(end *e, size_t count) {
    int64_t give_up = rt_clock_now() + 20 * RT_SECOND;
    while (rt_grants_count(e->wire) != count) {
        assert_true(rt_clock_now() < give_up);
        (void)poll(NULL, 0, 1);
    }
}

/* ---- tests ---- */

static rt_array *new_array(void) {
    rt_array *array;
    assert_int_equal(rt_array_new(RT_NUMBER_I32, 10, &array, NULL), RT_OK);
    return array;
}

static rt_object *as_object(rt_array *array) {
    return (rt_object *)(void *)array;
}

static void check_same_memory(rt_object *a, rt_object *b, int64_t value) {
    rt_item item = {.kind = RT_ITEM_INT, .as.integer = value};
    assert_ptr_equal(a->type, &rt_array_type);
    assert_ptr_equal(b->type, &rt_array_type);
    assert_int_equal(rt_array_set((rt_array *)a, 3, &item), RT_OK);
    item.as.integer = 0;
    rt_array_get((rt_array *)b, 3, &item);
    assert_true(item.as.integer == value);
}

static void test_arrays_arrive_opened(void **state) {
    pair p = open_pair(*state);
    rt_array *array = new_array();
    send_object(p.parent, RT_FRAME_CANCEL, as_object(array));
    rt_object *there = receive(p.child);
    assert_ptr_not_equal(there, array);
    check_same_memory(as_object(array), there, 42);
    rt_object_unref(there);
    wait_for_grants(p.parent, 0);
    assert_int_equal(atomic_load(&as_object(array)->refs), 1);
    rt_object_unref(as_object(array));
    close_pair(p);
}

static void test_arrays_arrive_again_as_the_same(void **state) {
    pair p = open_pair(*state);
    rt_array *array = new_array();
    send_object(p.parent, RT_FRAME_CANCEL, as_object(array));
    send_object(p.parent, RT_FRAME_CANCEL, as_object(array));
    rt_object *there = receive(p.child);
    rt_object *again = receive(p.child);
    assert_ptr_equal(there, again);
    rt_object_unref(again);
    rt_object_unref(there);
    wait_for_grants(p.parent, 0);
    rt_object_unref(as_object(array));
    close_pair(p);
}

static void test_arrays_come_home_as_themselves(void **state) {
    pair p = open_pair(*state);
    rt_array *array = new_array();
    send_object(p.parent, RT_FRAME_CANCEL, as_object(array));
    rt_object *there = receive(p.child);
    send_object(p.child, RT_FRAME_RESULT, there);
    rt_object *back = receive(p.parent);
    assert_ptr_equal(back, array);
    assert_int_equal(rt_grants_count(p.child->wire), 0);
    rt_object_unref(back);
    rt_object_unref(there);
    wait_for_grants(p.parent, 0);
    rt_object_unref(as_object(array));
    close_pair(p);
}

/* What is passed on is this process's own, and needs the first one no more. */
static void test_arrays_are_passed_on(void **state) {
    pair p = open_pair(*state), q = open_pair(*state);
    rt_array *array = new_array();
    send_object(p.child, RT_FRAME_RESULT, as_object(array));
    rt_object *there = receive(p.parent);
    close_pair(p);
    rt_object_unref(as_object(array));
    send_object(q.parent, RT_FRAME_CANCEL, there);
    rt_object *further = receive(q.child);
    check_same_memory(there, further, 7);
    rt_object_unref(there);
    check_same_memory(further, further, 8);
    rt_object_unref(further);
    close_pair(q);
}

/* A wire that ends leaves opened arrays as they are. */
static void test_arrays_outlive_their_wire(void **state) {
    pair p = open_pair(*state);
    rt_array *array = new_array();
    send_object(p.parent, RT_FRAME_CANCEL, as_object(array));
    rt_object *there = receive(p.child);
    close_pair(p);
    assert_int_equal(atomic_load(&as_object(array)->refs), 1);
    check_same_memory(there, as_object(array), 9);
    rt_object_unref(as_object(array));
    check_same_memory(there, there, 10);
    rt_object_unref(there);
}

static void test_arrays_wait_for_descriptors(void **state) {
    pair p = open_pair(*state);
    rt_array *array = new_array(), *opened;
    struct rlimit old, none = {0, 0};
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    none.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    send_object(p.parent, RT_FRAME_CANCEL, as_object(array));
    rt_object *there = receive(p.child);
    rt_error err = {.message = ""};
    assert_true(rt_is_remote(there));
    assert_int_equal(rt_remote_kind(there), RT_KIND_ARRAY);
    assert_int_equal(rt_remote_open_array(there, &opened, &err), -EMFILE);
    assert_string_equal(err.message, rt_status_text(-EMFILE));
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);

    /* On to a third process: which opens it by the first one's card. */
    pair q = open_pair(*state);
    send_object(q.parent, RT_FRAME_CANCEL, there);
    rt_object *further = receive(q.child);
    check_same_memory(further, as_object(array), 3);
    rt_object_unref(further);
    close_pair(q);

    assert_int_equal(rt_remote_open_array(there, &opened, &err), RT_OK);
    check_same_memory(as_object(opened), as_object(array), 11);
    send_object(p.parent, RT_FRAME_CANCEL, as_object(array));
    rt_object *again = receive(p.child);
    assert_ptr_equal(again, opened);
    rt_object_unref(again);
    rt_object_unref(as_object(opened));
    rt_object_unref(there);
    wait_for_grants(p.parent, 0);
    rt_object_unref(as_object(array));
    close_pair(p);
}

static void *open_and_drop(void *argument) {
    for (int i = 0; i < RACES / 4; i++) {
        rt_array *array;
        if (rt_remote_open_array(argument, &array, NULL)) abort();
        rt_object_unref(as_object(array));
    }
    return NULL;
}

/* The last reference is dropped while it comes again, or is opened again. */
static void test_arrays_race_with_their_end(void **state) {
    pair p = open_pair(*state);
    rt_array *array = new_array();
    for (int i = 0; i < RACES; i++) {
        send_object(p.parent, RT_FRAME_CANCEL, as_object(array));
        rt_object *there = receive(p.child);
        assert_ptr_equal(there->type, &rt_array_type);
        rt_object_unref(there);
    }
    send_object(p.parent, RT_FRAME_CANCEL, as_object(array));
    rt_object *there = receive(p.child);
    rt_object *origin = rt_array_origin((rt_array *)there);
    rt_object_ref(origin);
    rt_object_unref(there);
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, open_and_drop, origin), 0);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    rt_object_unref(origin);
    wait_for_grants(p.parent, 0);
    assert_int_equal(atomic_load(&as_object(array)->refs), 1);
    rt_object_unref(as_object(array));
    close_pair(p);
}

static void test_arrays_report_no_memory(void **state) {
    pair p = open_pair(*state);
    rt_array *array = new_array(), *opened;
    send_object(p.parent, RT_FRAME_CANCEL, as_object(array));
    rt_object *there = receive(p.child);
    rt_object *origin = rt_array_origin((rt_array *)there);
    rt_object_ref(origin);
    rt_object_unref(there);
    rt_alloc_fail(1, 0);
    void *block = rt_alloc(1);
    if (!block) {
        rt_alloc_fail(1, 0);
        assert_int_equal(rt_remote_open_array(origin, &opened, NULL),
                         RT_ENOMEMORY);
    }
    rt_alloc_fail(0, 0);
    rt_free(block);
    assert_int_equal(rt_remote_open_array(origin, &opened, NULL), RT_OK);
    rt_object_unref(as_object(opened));
    rt_object_unref(origin);
    rt_object_unref(as_object(array));
    close_pair(p);
}

/* ---- forged references: the child's end is a plain socket ---- */

typedef struct forged {
    uint8_t bytes[RT_FRAME_REFERENCE];
} forged;

static forged forge(rt_array *array, int direction, int kind) {
    forged f = {{(uint8_t)direction, (uint8_t)kind, 1}};
    rt_arrays_write_card(f.bytes + 10, as_object(array));
    return f;
}

static void say(int fd, rt_frame_type type, const uint8_t *body, size_t size) {
    uint8_t bytes[300];
    rt_frame_header(bytes, type, (uint32_t)size, 0);
    memcpy(bytes + RT_FRAME_HEADER, body, size);
    assert_int_equal(send(fd, bytes, RT_FRAME_HEADER + size, MSG_NOSIGNAL),
                     RT_FRAME_HEADER + size);
}

static void say_hello(int fd) {
    uint8_t body[14] = {0};
    uint32_t order = 0x01020304;
    memcpy(body, &order, 4);
    body[4] = sizeof(void *);
    body[5] = sizeof(long);
    rt_put_u32(body + 8, RT_FRAME_LIMIT);
    memcpy(body + 12, "v1", 2);
    say(fd, RT_FRAME_HELLO, body, sizeof body);
}

static void say_reference(int fd, const forged *f) {
    static const uint8_t message[] = {0x92, 0xce, 0, 0, 0,    1, 0xce,
                                      0,    0,    0, 0, 0xd4, 2, 0};
    uint8_t body[200];
    size_t size = 0;
    memcpy(body, message, sizeof message);
    size += sizeof message;
    body[size++] = RT_STRAND_DONE;
    memcpy(body + size, f->bytes, sizeof f->bytes);
    size += sizeof f->bytes;
    rt_put_u32(body + size, 1);
    say(fd, RT_FRAME_RESULT, body, size + 4);
}

/* Receives what refers to an array so; NULL: the wire ended. */
static rt_object *offer(rt_runtime *runtime, const forged *f, rt_error *why) {
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds),
                     0);
    end *e = open_end(runtime, fds[0], RT_PEER_CHILD);
    say_hello(fds[1]);
    say_reference(fds[1], f);
    (void)shutdown(fds[1], SHUT_WR);
    wait_until_ended(e);
    *why = e->why;
    rt_object *object = rt_list_empty(&e->messages) ? NULL : receive(e);
    (void)close(fds[1]);
    free_end(e);
    return object;
}

static void refuses(rt_runtime *runtime, forged f) {
    rt_error why;
    assert_null(offer(runtime, &f, &why));
    assert_string_equal(why.message, "impossible object reference");
}

static void test_arrays_refuse_impossible_references(void **state) {
    rt_array *array = new_array();
    forged right = forge(array, RT_GRANT_MINE, RT_KIND_ARRAY), f;
    refuses(*state, forge(array, RT_GRANT_MINE, RT_KIND_VALUE));
    refuses(*state, forge(array, RT_GRANT_YOURS, RT_KIND_ARRAY));
    const uint8_t types[] = {0, RT_NUMBER_LAST, 255};
    for (size_t i = 0; i < sizeof types; i++) {
        f = right;
        f.bytes[10] = types[i];
        refuses(*state, f);
    }
    f = right;
    rt_put_u32(f.bytes + 11, 0); /* pid */
    refuses(*state, f);
    f = right;
    rt_put_u32(f.bytes + 15, UINT32_MAX); /* fd */
    refuses(*state, f);
    f = right;
    rt_put_u64(f.bytes + 27, 41); /* bytes */
    refuses(*state, f);
    memset(f.bytes + 10, 0, RT_ARRAYS_CARD);
    refuses(*state, f);
    rt_object_unref(as_object(array));
}

/* It is not known whether the peer lied or has closed it meanwhile: the wire
 * goes on, and the array tells that it cannot be used. */
static void test_arrays_that_lie_stay_closed(void **state) {
    rt_array *array = new_array(), *opened;
    forged f = forge(array, RT_GRANT_MINE, RT_KIND_ARRAY);
    rt_put_u64(f.bytes + 19, 1); /* inode */
    rt_error why;
    rt_object *object = offer(*state, &f, &why);
    assert_non_null(object);
    assert_int_equal(why.status, RT_OK);
    assert_true(rt_is_remote(object));
    assert_int_equal(rt_remote_open_array(object, &opened, &why), RT_EDAMAGED);
    assert_non_null(strstr(why.message, "is not its memory"));
    rt_object_unref(object);
    f = forge(array, RT_GRANT_MINE, RT_KIND_ARRAY);
    object = offer(*state, &f, &why);
    assert_non_null(object);
    check_same_memory(object, as_object(array), 5);
    rt_object_unref(object);
    rt_object_unref(as_object(array));
}

static void test_arrays_survive_any_reference(void **state) {
    rt_array *array = new_array();
    forged right = forge(array, RT_GRANT_MINE, RT_KIND_ARRAY);
    unsigned seed = 3;
    for (int i = 0; i < RACES / 10; i++) {
        forged f = right;
        rt_error why;
        for (int k = rand_r(&seed) % 3; k >= 0; k--)
            f.bytes[(size_t)rand_r(&seed) % sizeof f.bytes] ^=
                (uint8_t)(1 << rand_r(&seed) % 8);
        rt_object *object = offer(*state, &f, &why);
        if (!object) continue;
        rt_item item;
        if (object->type == &rt_array_type &&
            rt_array_count((rt_array *)object) > 0)
            rt_array_get((rt_array *)object,
                         rt_array_count((rt_array *)object) - 1, &item);
        rt_object_unref(object);
    }
    rt_object_unref(as_object(array));
}

static int set_up(void **state) {
    *state = rt_runtime_new();
    return *state && rt_hub_of(*state) ? 0 : -1;
}

static int tear_down(void **state) {
    bool ended = rt_runtime_shutdown(*state, rt_clock_now() + RT_SECOND);
    rt_runtime_free(*state);
    return ended ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrays_arrive_opened),
        cmocka_unit_test(test_arrays_arrive_again_as_the_same),
        cmocka_unit_test(test_arrays_come_home_as_themselves),
        cmocka_unit_test(test_arrays_are_passed_on),
        cmocka_unit_test(test_arrays_outlive_their_wire),
        cmocka_unit_test(test_arrays_wait_for_descriptors),
        cmocka_unit_test(test_arrays_race_with_their_end),
        cmocka_unit_test(test_arrays_report_no_memory),
        cmocka_unit_test(test_arrays_refuse_impossible_references),
        cmocka_unit_test(test_arrays_that_lie_stay_closed),
        cmocka_unit_test(test_arrays_survive_any_reference),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
