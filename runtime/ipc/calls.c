/* calls.c - the home end of operations on objects, and passing them on.
 *
 * An answer can always be sent: its packet is part of the call. It is only
 * when the result does not fit or cannot travel that the caller gets an error
 * in its place.
 *
 * Passing on: two peers number their strands alike, so a strand of a peer that
 * asks for somebody else's object gets an alias, of this process's making, by
 * which that home knows it; and so does its process (data/call.h). Aliases are
 * kept until the peer (or the strand) is gone, since only then is it known that
 * the home may forget them. */
#include "ipc/calls.h"

#include <assert.h>

#include "base/alloc.h"
#include "ipc/bytes.h"
#include "ipc/choice.h"
#include "ipc/grants.h"
#include "ipc/lend.h"
#include "ipc/remote_object.h"
#include "ipc/requests.h"

struct incoming {
    rt_call call;
    rt_idnode node; /* in wire->calls */
    rt_packet reply;
};

/* ---- beginning ---- */

static void on_reply_done(rt_packet *packet) {
    struct incoming *incoming = rt_container_of(packet, struct incoming, reply);
    rt_packet_clear(packet);
    rt_free(incoming);
}

static void on_complete_unused(rt_waiter *waiter) {
    (void)waiter; /* types that wait set their own */
}

static struct incoming *new_incoming(rt_wire *wire, uint64_t request,
                                     const uint8_t fields[20]) {
    struct incoming *incoming = rt_alloc(sizeof *incoming);
    if (!incoming) return NULL;
    rt_call *call = &incoming->call;
    *call = (rt_call){.reply = rt_call_reply,
                      .operation = (int)rt_get_u32(fields + 16),
                      .party = rt_get_u64(fields + 8),
                      .wire = wire,
                      .name = wire->name ? wire->name : "",
                      .request = request};
    if (!atomic_load(&wire->is_told))
        call->waits = &rt_hub_runtime(wire->hub)->waits;
    if (rt_party_process(call->party) == 0) call->lend = rt_lend;
    rt_waiter_init(&call->waiter, rt_hub_loop(wire->hub), on_complete_unused);
    rt_list_init(&call->link);
    rt_packet_init(&incoming->reply, RT_FRAME_REPLY, on_reply_done);
    return incoming;
}

static int refuse(const rt_wire *wire, uint64_t request, uint64_t party,
                  rt_error *err) {
    if (request <= wire->last_call)
        return rt_error_set(err, RT_EDAMAGED,
                            "request number %llu was used before",
                            (unsigned long long)request);
    if (party == 0) return rt_error_set(err, RT_EDAMAGED, "call of nobody");
    if (wire->calls.count >= wire->max_calls)
        return rt_error_set(err, RT_ELIMIT, "more than %zu calls under way",
                            wire->max_calls);
    return RT_OK;
}

int rt_calls_begin(rt_wire *wire, uint64_t request, const uint8_t fields[20],
                   rt_message *arguments, rt_error *err) {
    uint64_t id = rt_get_u64(fields);
    int status = refuse(wire, request, rt_get_u64(fields + 8), err);
    rt_object *object = status ? NULL : rt_grants_find(wire, id);
    if (!status && !object)
        status = rt_error_set(err, RT_EDAMAGED,
                              "call of object %llu, which was not granted",
                              (unsigned long long)id);
    struct incoming *incoming =
        status ? NULL : new_incoming(wire, request, fields);
    if (!status && !incoming)
        status = rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    if (status) {
        rt_message_free(arguments);
        rt_object_unref(object);
        return status;
    }
    wire->last_call = request;
    rt_wire_ref(wire); /* until rt_call_reply */
    incoming->call.object = object;
    incoming->call.arguments = arguments;
    rt_idmap_insert(&wire->calls, &incoming->node, request);
    rt_list_push(&wire->call_list, &incoming->call.link);
    if (incoming->call.operation >= RT_CALL_SELECT)
        rt_choice_serve(&incoming->call);
    else
        object->type->call(object, &incoming->call);
    return RT_OK;
}

/* ---- answering ---- */

/* Returns false if the packet was not taken. */
static int try_reply(struct incoming *incoming, int status,
                     rt_message *result) {
    uint8_t fields[4];
    rt_put_u32(fields, (uint32_t)status);
    int failure = rt_packet_fill(&incoming->reply, fields, sizeof fields,
                                 result, SIZE_MAX, NULL);
    if (failure) {
        rt_message_free(result);
        return failure;
    }
    failure = rt_wire_send(incoming->call.wire, &incoming->reply,
                           incoming->call.request);
    if (failure) rt_packet_clear(&incoming->reply);
    return failure;
}

void rt_call_reply(rt_call *call, int status, rt_message *result) {
    struct incoming *incoming = rt_container_of(call, struct incoming, call);
    rt_wire *wire = call->wire;
    rt_object *object = call->object;
    rt_idmap_remove(&wire->calls, &incoming->node);
    rt_list_unlink(&call->link);
    rt_message_free(call->arguments);
    call->arguments = NULL;
    int failure = try_reply(incoming, status, result);
    if (failure && failure != RT_EDIED)
        failure = try_reply(incoming, failure, NULL); /* needs no memory */
    if (failure) on_reply_done(&incoming->reply);     /* nobody wants it */
    rt_object_unref(object);
    rt_wire_unref(wire); /* of rt_calls_begin */
}

/* ---- withdrawing ---- */

/* May answer, and so free, the call. */
static void withdraw(rt_call *call, int status) {
    call->withdrawn = status;
    if (rt_waiter_cancel(&call->waiter, status)) return;
    /* The answer is on its way, or the call was passed on: ask there. */
    rt_remote_withdraw(&call->waiter, status);
}

int rt_calls_cancel(rt_wire *wire, uint64_t request, int status,
                    rt_error *err) {
    if (status != RT_ECANCELLED && status != RT_ETIMEOUT && status != RT_EDIED)
        return rt_error_set(err, RT_EDAMAGED,
                            "withdrawal for an unknown reason, %d", status);
    if (request > wire->last_call)
        return rt_error_set(err, RT_EDAMAGED,
                            "withdrawal of request %llu, which never came",
                            (unsigned long long)request);
    rt_idnode *node = rt_idmap_find(&wire->calls, request);
    if (node)
        withdraw(&rt_container_of(node, struct incoming, node)->call, status);
    return RT_OK;
}

void rt_calls_withdraw(rt_wire *wire) {
    int status = rt_wire_peer_died(wire) ? RT_EDIED : RT_ECANCELLED;
    rt_list all;
    rt_list_init(&all);
    rt_list_move(&all, &wire->call_list);
    for (rt_list *node; (node = rt_list_pop(&all)) != NULL;) {
        rt_list_push(&wire->call_list, node);
        withdraw(rt_container_of(node, rt_call, link), status);
    }
}

/* ---- passing on ---- */

/* Of a strand, or of a process. */
struct alias {
    rt_idnode node;       /* in the peer's wire->aliases, by its party */
    rt_wire *home;        /* a reference, until told */
    uint64_t party;       /* by which the home knows it */
    uint32_t last_strand; /* a process: number of its newest alias */
    rt_packet gone;       /* tells the home */
};

/* Stands for the peer itself, in place of a party. No strand has this number:
 * theirs are addresses. */
#define THE_PEER (UINT64_C(1) << 62)

static void on_gone_done(rt_packet *packet) {
    struct alias *alias = rt_container_of(packet, struct alias, gone);
    rt_wire_unref(alias->home);
    rt_free(alias);
}

static struct alias *find_alias(rt_wire *wire, uint64_t party,
                                const rt_wire *home) {
    rt_idnode *node = rt_idmap_find(&wire->aliases, party);
    while (node && rt_container_of(node, struct alias, node)->home != home)
        node = rt_idmap_older(node);
    return node ? rt_container_of(node, struct alias, node) : NULL;
}

static struct alias *add_alias(rt_wire *wire, uint64_t party, rt_wire *home) {
    struct alias *alias = rt_alloc(sizeof *alias);
    if (!alias) return NULL;
    rt_wire_ref(home); /* until on_gone_done */
    alias->home = home;
    alias->last_strand = 0;
    rt_packet_init(&alias->gone, RT_FRAME_GONE, on_gone_done);
    rt_idmap_insert(&wire->aliases, &alias->node, party);
    return alias;
}

static struct alias *process_of(rt_wire *wire, uint64_t party, rt_wire *home) {
    uint64_t process = rt_party_process(party);
    if (process == 0) process = THE_PEER;
    struct alias *alias = find_alias(wire, process, home);
    if (alias || !(alias = add_alias(wire, process, home))) return alias;
    rt_wire_lock(home);
    uint32_t number = ++home->last_alias;
    rt_wire_unlock(home);
    alias->party = RT_PARTY_BEHIND | (uint64_t)number << 32;
    return alias;
}

static struct alias *alias_of(rt_wire *wire, uint64_t party, rt_wire *home) {
    struct alias *alias = find_alias(wire, party, home);
    if (alias) return alias;
    struct alias *process = process_of(wire, party, home);
    if (!process || !(alias = add_alias(wire, party, home))) return NULL;
    if (++process->last_strand == 0) process->last_strand = 1;
    alias->party = process->party | process->last_strand;
    return alias;
}

/* The alias is in no map any more. */
static void tell_home(struct alias *alias, bool died) {
    uint8_t fields[9];
    rt_put_u64(fields, alias->party);
    bool is_process = rt_party_process(alias->party) == alias->party;
    fields[8] = is_process && died;
    (void)rt_packet_fill(&alias->gone, fields, sizeof fields, NULL, SIZE_MAX,
                         NULL); /* fits, so it cannot fail */
    rt_wire *home = alias->home;
    rt_wire_ref(home); /* on_gone_done may run inside */
    int status = rt_wire_send(home, &alias->gone, 0);
    if (status) on_gone_done(&alias->gone);
    rt_wire_unref(home);
}

static void on_forwarded(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    rt_message *result = waiter->message;
    waiter->message = NULL;
    rt_call_reply(call, waiter->status, result);
}

int rt_calls_ask(const rt_call *call, rt_object *remote, int operation,
                 rt_message *arguments, rt_waiter *waiter) {
    struct alias *alias =
        alias_of(call->wire, call->party, rt_remote_of(remote)->wire);
    if (alias)
        return rt_remote_call(remote, operation, alias->party, arguments,
                              waiter);
    rt_message_free(arguments);
    return RT_ENOMEMORY;
}

void rt_calls_forward(rt_object *object, rt_call *call) {
    rt_waiter_init(&call->waiter, call->waiter.loop, on_forwarded);
    rt_message *arguments = call->arguments;
    call->arguments = NULL;
    int status =
        rt_calls_ask(call, object, call->operation, arguments, &call->waiter);
    if (status != RT_PENDING) rt_call_reply(call, status, NULL);
}

int rt_calls_party_gone(rt_wire *wire, uint64_t party, uint8_t died,
                        rt_error *err) {
    bool is_process = rt_party_process(party) == party; /* also 0 */
    if (party == 0 || party == THE_PEER || died > (is_process ? 1 : 0))
        return rt_error_set(err, RT_EDAMAGED, "GONE frame of nobody");
    rt_grants_tell_gone(wire, party, died == 1);
    rt_idnode *node;
    while ((node = rt_idmap_find(&wire->aliases, party)) != NULL) {
        rt_idmap_remove(&wire->aliases, node);
        tell_home(rt_container_of(node, struct alias, node), died == 1);
    }
    return RT_OK;
}

void rt_calls_forget_parties(rt_wire *wire) {
    bool died = rt_wire_peer_died(wire);
    for (rt_idnode *node; (node = rt_idmap_pop(&wire->aliases)) != NULL;)
        tell_home(rt_container_of(node, struct alias, node), died);
}
