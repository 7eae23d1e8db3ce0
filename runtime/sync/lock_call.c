/* lock_call.c - what other processes ask of a lock. On the hub's thread, which
 * is that of all owners of other processes. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "data/call.h"
#include "sync/lock.h"
#include "sync/waits.h"

/* ---- who asks ---- */

rt_party rt_lock_caller(const rt_call *call) {
    return (rt_party){.process = call->wire, .strand = call->party};
}

static int read_source(rt_lock_visit *visit, const rt_item *line,
                       const rt_item *source) {
    if (line->kind != RT_ITEM_INT || line->as.integer < 0 ||
        line->as.integer > INT32_MAX || !rt_item_is_string(source))
        return RT_EDAMAGED;
    visit->line = (int)line->as.integer;
    size_t size;
    const char *bytes = rt_item_bytes(source, &size);
    if (size >= sizeof visit->source) size = sizeof visit->source - 1;
    memcpy(visit->source, bytes, size);
    visit->source[size] = '\0';
    return RT_OK;
}

int rt_lock_read_place(rt_lock_visit *visit, const rt_call *call,
                       rt_item items[RT_LOCK_PLACE_ITEMS]) {
    visit->party = rt_lock_caller(call);
    int status = rt_party_read(&visit->party, items);
    if (status == RT_OK)
        status = read_source(visit, &items[RT_PARTY_ITEMS],
                             &items[RT_PARTY_ITEMS + 1]);
    for (int i = 0; i < RT_LOCK_PLACE_ITEMS; i++) rt_item_clear(&items[i]);
    return status;
}

/* If its process has gone between the hand-over and now, rt_lock_peer_gone has
 * taken the lock from it. */
void rt_lock_settle_visit(rt_lock *lock, const rt_lock_visit *visit,
                          uint32_t depth) {
    if (!rt_lock_is_owned(lock, &visit->party)) return;
    rt_lock_restore(lock, depth);
    rt_lock_note(lock, visit->source, visit->line);
}

/* ---- answers ---- */

static void reply_item(rt_call *call, int status, rt_item *item) {
    rt_message *result;
    int failure = rt_items_encode(item, 1, &result);
    call->reply(call, failure ? failure : status, result);
}

void rt_lock_reply_holder(rt_call *call, rt_lock *lock, int status) {
    rt_lock_holder holder;
    char text[RT_LOCK_TEXT];
    rt_item item;
    rt_lock_look(lock, &holder);
    rt_lock_describe(&holder, text);
    if (rt_item_set_string(&item, text, strlen(text)) == RT_OK)
        reply_item(call, status, &item);
    else
        call->reply(call, RT_ENOMEMORY, NULL);
}

/* RT_EOWNER comes with who the owner is. */
static void reply_status(rt_call *call, rt_lock *lock, int status) {
    if (status == RT_EOWNER || status == RT_EDEADLOCK)
        rt_lock_reply_holder(call, lock, status);
    else
        call->reply(call, status, NULL);
}

/* ---- acquiring ---- */

/* A call that acquires. */
typedef struct errand {
    rt_call *call;
    rt_lock_visit visit; /* its party is the waiter's slot */
    uint32_t depth;
    rt_wait wait; /* entered while it waits */
} errand;

/* With the arguments (depth, place), or (place). */
static int read_errand(errand *e, rt_call *call, const rt_lock *lock) {
    rt_item items[1 + RT_LOCK_PLACE_ITEMS];
    rt_item *place = items;
    rt_message *arguments = call->arguments;
    call->arguments = NULL;
    size_t count = RT_LOCK_PLACE_ITEMS;
    e->call = call;
    e->depth = 1;
    if (call->operation == RT_LOCK_RESTORE) {
        count++;
        place++;
    }
    int status = rt_items_decode(items, count, arguments);
    if (status != RT_OK) return status;
    status = rt_lock_read_place(&e->visit, call, place);
    if (place == items) return status;
    int64_t most = lock->is_reentrant ? UINT32_MAX : 1;
    if (items[0].kind != RT_ITEM_INT || items[0].as.integer < 1 ||
        items[0].as.integer > most)
        status = RT_EDAMAGED;
    else
        e->depth = (uint32_t)items[0].as.integer;
    rt_item_clear(&items[0]);
    return status;
}

/* One more, or as many as there were. */
static void settle(rt_lock *lock, const errand *e) {
    bool is_restored = e->call->operation == RT_LOCK_RESTORE;
    rt_lock_settle_visit(lock, &e->visit, is_restored ? e->depth : lock->depth);
}

static void finish_errand(errand *e, int status) {
    rt_call *call = e->call;
    rt_lock_leave_visit(&e->wait, call);
    rt_lock *lock = (rt_lock *)call->object;
    if (status == RT_OK) settle(lock, e);
    rt_free(e);
    reply_status(call, lock, status);
}

void rt_lock_leave_visit(rt_wait *wait, const rt_call *call) {
    if (!rt_list_empty(&wait->link)) rt_waits_leave(call->waits, wait);
}

/* The caller has it now, or does not wait any more. If nobody is there to hear
 * that it has it, the wire's end gives it back: rt_lock_peer_gone. */
static void on_acquired(rt_waiter *waiter) {
    finish_errand(
        rt_container_of((rt_party *)waiter->slot, errand, visit.party),
        waiter->status);
}

size_t rt_lock_enter_visit(rt_wait *wait, const rt_lock_visit *visit,
                           const rt_call *call, rt_lock *lock, bool is_bounded,
                           rt_wait_step steps[RT_WAIT_STEPS]) {
    *wait = (rt_wait){.party = &visit->party,
                      .waiter = &call->waiter,
                      .blocker = rt_wait_owner,
                      .target = lock,
                      .lock = lock,
                      .is_bounded = is_bounded,
                      .home = call->wire,
                      .what = "lock",
                      .line = visit->line};
    rt_list_init(&wait->link);
    memcpy(wait->source, visit->source, sizeof wait->source);
    if (rt_wait_key_of(wait->party).strand == 0)
        (void)snprintf(wait->name, sizeof wait->name, "%s", call->name);
    return call->waits ? rt_waits_enter(call->waits, wait, steps) : 0;
}

static void reply_ring(rt_call *call, const rt_wait_step *steps, size_t count) {
    char text[RT_WAIT_TEXT];
    rt_item item;
    rt_waits_describe(steps, count, text);
    if (rt_item_set_string(&item, text, strlen(text)) == RT_OK)
        reply_item(call, RT_ERING, &item);
    else
        call->reply(call, RT_ENOMEMORY, NULL);
}

/* A visitor waits; but not for good, if that would close a ring. */
static void enter_wait(errand *e, rt_lock *lock) {
    rt_call *call = e->call;
    rt_wait_step steps[RT_WAIT_STEPS];
    bool is_bounded = call->operation != RT_LOCK_AWAIT;
    size_t count =
        rt_lock_enter_visit(&e->wait, &e->visit, call, lock, is_bounded, steps);
    if (count == 0 || !rt_waiter_claim(&call->waiter)) return;
    call->waiter.withdraw(&call->waiter);
    rt_waiter_unpark(&call->waiter);
    rt_free(e);
    reply_ring(call, steps, count);
}

static void acquire(rt_lock *lock, rt_call *call, bool may_wait) {
    errand *e = rt_alloc(sizeof *e);
    if (e) rt_list_init(&e->wait.link);
    int status = e ? read_errand(e, call, lock) : RT_ENOMEMORY;
    if (status != RT_OK) {
        rt_free(e);
        call->reply(call, status, NULL);
        return;
    }
    rt_loop *here = call->waiter.loop;
    rt_waiter_init(&call->waiter, here, on_acquired);
    status = rt_lock_acquire(lock, &e->visit.party,
                             may_wait ? &call->waiter : NULL, here);
    if (status != RT_PENDING)
        finish_errand(e, status);
    else
        enter_wait(e, lock);
}

/* ---- the rest ---- */

/* What may run out of memory comes before the release. */
static void release_all(rt_lock *lock, rt_call *call, const rt_party *party) {
    if (!rt_lock_is_owned(lock, party)) {
        reply_status(call, lock, RT_EOWNER);
        return;
    }
    rt_item item = {.kind = RT_ITEM_INT, .as.integer = lock->depth};
    rt_message *result;
    uint32_t depth;
    int status = rt_items_encode(&item, 1, &result);
    if (status == RT_OK)
        status = rt_lock_release_all(lock, party, call->waiter.loop, &depth);
    call->reply(call, status, result);
}

static void reply_is_taken(rt_lock *lock, rt_call *call) {
    rt_item item = {.kind = RT_ITEM_BOOL, .as.boolean = rt_lock_is_taken(lock)};
    reply_item(call, RT_OK, &item);
}

void rt_lock_call(rt_object *object, rt_call *call) {
    rt_lock *lock = (rt_lock *)object;
    rt_party party = rt_lock_caller(call);
    switch (call->operation) {
    case RT_LOCK_ACQUIRE:
    case RT_LOCK_AWAIT:
    case RT_LOCK_RESTORE:
        acquire(lock, call, true);
        return;
    case RT_LOCK_TRY:
        acquire(lock, call, false);
        return;
    case RT_LOCK_RELEASE:
        reply_status(call, lock,
                     rt_lock_release(lock, &party, call->waiter.loop));
        return;
    case RT_LOCK_RELEASE_ALL:
        release_all(lock, call, &party);
        return;
    case RT_LOCK_CHECK:
        reply_status(call, lock,
                     rt_lock_is_owned(lock, &party) ? RT_OK : RT_EOWNER);
        return;
    case RT_LOCK_LOCKED:
        reply_is_taken(lock, call);
        return;
    case RT_LOCK_RECOVER:
        rt_lock_recover(lock);
        call->reply(call, RT_OK, NULL);
        return;
    case RT_LOCK_LOOK:
        rt_lock_reply_holder(call, lock, RT_OK);
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
