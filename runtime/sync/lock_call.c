/* lock_call.c - what other processes ask of a lock. On the hub's thread, which
 * is that of all owners of other processes. */
#include <string.h>

#include "base/alloc.h"
#include "data/call.h"
#include "sync/lock.h"

/* A call that acquires: who asks, and where that strand is. */
typedef struct visit {
    rt_call *call;
    rt_party party; /* the waiter's slot */
    int line;
    char source[RT_LOCK_SOURCE];
} visit;

static rt_party caller_of(const rt_call *call) {
    return (rt_party){.process = call->wire, .strand = call->party};
}

static int read_source(visit *v, const rt_item *line, const rt_item *source) {
    if (line->kind != RT_ITEM_INT || line->as.integer < 0 ||
        line->as.integer > INT32_MAX || !rt_item_is_string(source))
        return RT_EDAMAGED;
    v->line = (int)line->as.integer;
    size_t size;
    const char *bytes = rt_item_bytes(source, &size);
    if (size >= sizeof v->source) size = sizeof v->source - 1;
    memcpy(v->source, bytes, size);
    v->source[size] = '\0';
    return RT_OK;
}

static int read_visit(visit *v, rt_call *call) {
    rt_item items[RT_LOCK_PLACE_ITEMS];
    rt_message *arguments = call->arguments;
    call->arguments = NULL;
    int status = rt_items_decode(items, RT_LOCK_PLACE_ITEMS, arguments);
    if (status != RT_OK) return status;
    v->party = caller_of(call);
    status = rt_party_read(&v->party, items);
    if (status == RT_OK)
        status =
            read_source(v, &items[RT_PARTY_ITEMS], &items[RT_PARTY_ITEMS + 1]);
    for (int i = 0; i < RT_LOCK_PLACE_ITEMS; i++) rt_item_clear(&items[i]);
    return status;
}

static void reply_item(rt_call *call, int status, rt_item *item) {
    rt_message *result;
    int failure = rt_items_encode(item, 1, &result);
    call->reply(call, failure ? failure : status, result);
}

/* The status, with a text of who has the lock. */
static void reply_look(rt_call *call, int status) {
    rt_lock_holder holder;
    char text[RT_LOCK_TEXT];
    rt_item item;
    rt_lock_look((rt_lock *)call->object, &holder);
    rt_lock_describe(&holder, text);
    if (rt_item_set_string(&item, text, strlen(text)) == RT_OK)
        reply_item(call, status, &item);
    else
        call->reply(call, RT_ENOMEMORY, NULL);
}

static void finish_visit(visit *v, int status) {
    rt_call *call = v->call;
    if (status == RT_OK)
        rt_lock_note((rt_lock *)call->object, v->source, v->line);
    rt_free(v);
    if (status == RT_EDEADLOCK)
        reply_look(call, status);
    else
        call->reply(call, status, NULL);
}

/* The caller has it now, or does not wait any more. If nobody is there to hear
 * that it has it, the wire's end gives it back: rt_lock_peer_gone. */
static void on_acquired(rt_waiter *waiter) {
    finish_visit(rt_container_of((rt_party *)waiter->slot, visit, party),
                 waiter->status);
}

static void acquire(rt_lock *lock, rt_call *call, bool may_wait) {
    visit *v = rt_alloc(sizeof *v);
    int status = v ? read_visit(v, call) : RT_ENOMEMORY;
    if (status != RT_OK) {
        rt_free(v);
        call->reply(call, status, NULL);
        return;
    }
    v->call = call;
    rt_loop *here = call->waiter.loop;
    rt_waiter_init(&call->waiter, here, on_acquired);
    status =
        rt_lock_acquire(lock, &v->party, may_wait ? &call->waiter : NULL, here);
    if (status != RT_PENDING) finish_visit(v, status);
}

static void release(rt_lock *lock, rt_call *call) {
    rt_party party = caller_of(call);
    int status = rt_lock_release(lock, &party, call->waiter.loop);
    if (status == RT_OK)
        call->reply(call, RT_OK, NULL);
    else
        reply_look(call, status);
}

void rt_lock_call(rt_object *object, rt_call *call) {
    rt_lock *lock = (rt_lock *)object;
    rt_item item;
    switch (call->operation) {
    case RT_LOCK_ACQUIRE:
        acquire(lock, call, true);
        return;
    case RT_LOCK_TRY:
        acquire(lock, call, false);
        return;
    case RT_LOCK_RELEASE:
        release(lock, call);
        return;
    case RT_LOCK_LOCKED:
        item = (rt_item){.kind = RT_ITEM_BOOL,
                         .as.boolean = rt_lock_is_taken(lock)};
        reply_item(call, RT_OK, &item);
        return;
    case RT_LOCK_RECOVER:
        rt_lock_recover(lock);
        call->reply(call, RT_OK, NULL);
        return;
    case RT_LOCK_LOOK:
        reply_look(call, RT_OK);
        return;
    default:
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
}

void rt_lock_peer_gone(rt_object *object, struct rt_wire *wire,
                       uint64_t party) {
    rt_lock *lock = (rt_lock *)object;
    rt_lock_holder holder;
    rt_lock_look(lock, &holder);
    /* The owner changes by its own calls only, and none can come now. */
    if (!holder.is_held || holder.party.process != wire) return;
    if (party != 0 && holder.party.strand != party) return;
    rt_lock_abandon(lock, &holder.party, NULL);
}
