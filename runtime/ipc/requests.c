/* requests.c - a remote wait ends by an answer, never by itself.
 *
 * A waiter parked here is claimed at once, so that neither its deadline nor a
 * cancellation can complete it while the home may already have granted what it
 * waits for. Both become a WITHDRAW frame, which says why if the home could
 * make a difference; the home answers RT_ECANCELLED, or that reason, if it
 * could withdraw, and this end turns that into the status that was asked for.
 *
 * For the time of the wait the request puts itself between: the waiter's timer
 * fires on_deadline and its post runs on_answer, which gives both back and
 * completes. The waiter is linked in the request's `queue`, as in any
 * object's, and that is how the request is found again.
 *
 * Holders of a request: the round of its waiter (until on_answer, or until the
 * answer comes if that was abandoned), and each of its two packets while the
 * wire has it. */
#include "ipc/requests.h"

#include <assert.h>

#include "base/alloc.h"
#include "ipc/bytes.h"
#include "ipc/remote_object.h"

struct request {
    rt_idnode node; /* in wire->requests; guarded by the wire's lock */
    atomic_int refs;
    rt_remote *remote;   /* a reference */
    rt_waiter *waiter;   /* NULL: abandoned; guarded by the wire's lock until */
    bool answered;       /* likewise */
    rt_list queue;       /* of this one waiter */
    bool withdrawn;      /* on the waiter's loop, as the next */
    int withdraw_status; /* for an answer that says: nothing has happened */
    void (*waiter_run)(rt_post *post);
    void (*waiter_fire)(rt_timer *timer, int64_t now_ns);
    rt_packet call;
    rt_packet withdraw;
};

/* Steps, in the order they happen. */
static void on_call_done(rt_packet *packet);
static void on_deadline(rt_timer *timer, int64_t now_ns);
static void on_withdraw_done(rt_packet *packet);
static void on_answer(rt_post *post);

static void unref(struct request *request) {
    if (atomic_fetch_sub_explicit(&request->refs, 1, memory_order_acq_rel) != 1)
        return;
    rt_object_unref(&request->remote->object);
    rt_free(request);
}

static struct request *new_request(rt_remote *remote, rt_waiter *waiter) {
    struct request *request = rt_alloc(sizeof *request);
    if (!request) return NULL;
    rt_object_ref(&remote->object); /* until unref */
    request->remote = remote;
    request->waiter = waiter;
    rt_list_init(&request->queue);
    atomic_init(&request->refs, 1);
    request->answered = request->withdrawn = false;
    request->withdraw_status = RT_ECANCELLED;
    rt_packet_init(&request->call, RT_FRAME_CALL, on_call_done);
    rt_packet_init(&request->withdraw, RT_FRAME_WITHDRAW, on_withdraw_done);
    return request;
}

static int fill_call(struct request *request, int operation, uint64_t party,
                     rt_message *arguments) {
    uint8_t fields[20];
    rt_put_u64(fields, request->remote->node.id);
    rt_put_u64(fields + 8, party);
    rt_put_u32(fields + 16, (uint32_t)operation);
    return rt_packet_fill(&request->call, fields, sizeof fields, arguments,
                          SIZE_MAX, NULL);
}

static void park(struct request *request) {
    rt_waiter *waiter = request->waiter;
    rt_waiter_park(waiter, &request->remote->object, NULL);
    bool claimed = rt_waiter_claim(waiter);
    assert(claimed);
    (void)claimed;
    rt_list_push(&request->queue, &waiter->link);
    request->waiter_run = waiter->post.run;
    request->waiter_fire = waiter->timer.fire;
    waiter->post.run = on_answer;
    waiter->timer.fire = on_deadline;
}

static void unpark(const struct request *request, rt_waiter *waiter) {
    rt_list_unlink(&waiter->link);
    waiter->post.run = request->waiter_run;
    waiter->timer.fire = request->waiter_fire;
}

/* Pushed and parked under one hold of the lock: the answer may come at once. */
static int push_call(struct request *request) {
    rt_wire *wire = request->remote->wire;
    if (wire->requests.count >= RT_WIRE_MAX_CALLS) return RT_ELIMIT;
    uint64_t id = wire->last_request + 1;
    int status = rt_wire_push(wire, &request->call, id);
    if (status) return status;
    wire->last_request = id;
    rt_idmap_insert(&wire->requests, &request->node, id);
    atomic_fetch_add(&request->refs, 1); /* until on_call_done */
    park(request);
    return RT_PENDING;
}

int rt_remote_call(rt_object *object, int operation, uint64_t party,
                   rt_message *arguments, rt_waiter *waiter) {
    rt_remote *remote = rt_remote_of(object);
    assert(remote && party != 0);
    struct request *request = new_request(remote, waiter);
    int status = request ? fill_call(request, operation, party, arguments)
                         : RT_ENOMEMORY;
    if (status) {
        rt_message_free(arguments);
        if (request) unref(request);
        return status;
    }
    rt_wire_lock(remote->wire);
    status = push_call(request);
    rt_wire_unlock(remote->wire);
    if (status == RT_PENDING) return status;
    rt_packet_clear(&request->call);
    unref(request);
    return status;
}

static void on_call_done(rt_packet *packet) {
    struct request *request = rt_container_of(packet, struct request, call);
    rt_packet_clear(packet);
    unref(request);
}

/* ---- giving up ---- */

bool rt_remote_is_waiting(const rt_waiter *waiter) {
    return waiter->post.run == on_answer;
}

static void on_deadline(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    rt_remote_withdraw(rt_container_of(timer, rt_waiter, timer), RT_ETIMEOUT);
}

static void fill_withdraw(struct request *request) {
    int status = request->withdraw_status;
    uint8_t fields[4];
    if (status != RT_ETIMEOUT && status != RT_EDIED) status = RT_ECANCELLED;
    rt_put_u32(fields, (uint32_t)status);
    /* Fields fit into the packet, so filling cannot fail. */
    (void)rt_packet_fill(&request->withdraw, fields, sizeof fields, NULL,
                         SIZE_MAX, NULL);
}

void rt_remote_withdraw(rt_waiter *waiter, int status) {
    if (!rt_remote_is_waiting(waiter)) return;
    struct request *request =
        rt_container_of(waiter->link.next, struct request, queue);
    rt_wire *wire = request->remote->wire;
    if (request->withdrawn) return;
    request->withdrawn = true;
    request->withdraw_status = status;
    fill_withdraw(request);
    rt_wire_lock(wire);
    if (!request->answered &&
        rt_wire_push(wire, &request->withdraw, request->node.id) == RT_OK)
        atomic_fetch_add(&request->refs, 1); /* until on_withdraw_done */
    rt_wire_unlock(wire);
}

static void on_withdraw_done(rt_packet *packet) {
    unref(rt_container_of(packet, struct request, withdraw));
}

void rt_remote_abandon(rt_waiter *waiter, int status) {
    if (!rt_remote_is_waiting(waiter)) return;
    struct request *request =
        rt_container_of(waiter->link.next, struct request, queue);
    rt_wire *wire = request->remote->wire;
    rt_wire_lock(wire);
    bool is_answered = request->answered;
    if (!is_answered) request->waiter = NULL;
    rt_wire_unlock(wire);
    if (is_answered) return;
    unpark(request, waiter);
    rt_waiter_complete_here(waiter, status);
}

/* ---- the answer ---- */

/* Under the lock: takes the request out; its waiter may now be completed. */
static struct request *take(rt_wire *wire, rt_idnode *node) {
    rt_idmap_remove(&wire->requests, node);
    struct request *request = rt_container_of(node, struct request, node);
    request->answered = true;
    return request;
}

static void complete(struct request *request, int status, rt_message *result) {
    rt_waiter *waiter = request->waiter;
    if (!waiter) {
        rt_message_free(result);
        unref(request); /* of new_request */
        return;
    }
    waiter->message = result;
    waiter->status = status;
    rt_waiter_post(waiter); /* runs on_answer */
}

int rt_requests_answer(rt_wire *wire, uint64_t id, int status,
                       rt_message *result, rt_error *err) {
    rt_wire_lock(wire);
    rt_idnode *node = rt_idmap_find(&wire->requests, id);
    struct request *request = node ? take(wire, node) : NULL;
    rt_wire_unlock(wire);
    if (request) {
        complete(request, status, result);
        return RT_OK;
    }
    rt_message_free(result);
    return rt_error_set(err, RT_EDAMAGED,
                        "reply to request %llu, which is not under way",
                        (unsigned long long)id);
}

void rt_requests_fail(rt_wire *wire) {
    for (;;) {
        rt_wire_lock(wire);
        rt_idnode *node = rt_idmap_pop(&wire->requests);
        struct request *request =
            node ? rt_container_of(node, struct request, node) : NULL;
        if (request) request->answered = true;
        rt_wire_unlock(wire);
        if (!request) return;
        complete(request, RT_EDIED, NULL);
    }
}

static void on_answer(rt_post *post) {
    rt_waiter *waiter = rt_container_of(post, rt_waiter, post);
    struct request *request =
        rt_container_of(waiter->link.next, struct request, queue);
    int status = waiter->status;
    /* Also if the answer was under way when the wait was given up, or the home
     * died over it. */
    bool has_happened = status != RT_ECANCELLED && status != RT_EEMPTY &&
                        status != RT_ELENT && status != RT_EDIED;
    if (request->withdrawn && !has_happened) status = request->withdraw_status;
    unpark(request, waiter);
    unref(request); /* of new_request */
    rt_waiter_complete_here(waiter, status);
}

/* ---- leaving ---- */

int rt_requests_leave(rt_wire *wire, uint64_t party) {
    uint8_t fields[9] = {0};
    rt_put_u64(fields, party);
    rt_packet *packet = rt_packet_new(RT_FRAME_GONE);
    if (!packet) return RT_ENOMEMORY;
    /* Fields fit into the packet, so filling cannot fail. */
    (void)rt_packet_fill(packet, fields, sizeof fields, NULL, SIZE_MAX, NULL);
    int status = rt_wire_send(wire, packet, 0);
    if (status) packet->release(packet);
    return RT_OK; /* a home that is gone needs no farewell */
}

int rt_remote_leave(rt_object *remote, uint64_t party) {
    return rt_requests_leave(rt_remote_of(remote)->wire, party);
}
