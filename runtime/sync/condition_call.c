/* condition_call.c - what other processes ask of a condition. On the hub's
 * thread, so that the list of their tickets needs no lock.
 *
 * A stay is a whole wait at its home. Its call's waiter stands first in the
 * condition's queue and then in the lock's. Who withdraws it from the second
 * has been notified for nothing: the notification goes on. So it does when
 * the caller has gone while it was on its way from one to the other, since
 * nobody would release the lock then. */
#include "base/alloc.h"
#include "data/call.h"
#include "data/item.h"
#include "sync/condition.h"
#include "sync/lock.h"
#include "sync/waits.h"

static void reply_item(rt_call *call, int status, rt_item *item) {
    rt_message *result;
    int failure = rt_items_encode(item, 1, &result);
    call->reply(call, failure ? failure : status, result);
}

static rt_item integer(int64_t number) {
    return (rt_item){.kind = RT_ITEM_INT, .as.integer = number};
}

/* Takes the arguments, which are scalars. */
static int read_arguments(rt_call *call, rt_item *items, size_t count) {
    rt_message *arguments = call->arguments;
    call->arguments = NULL;
    return rt_items_decode(items, count, arguments);
}

/* NULL: it lives in another process. */
static rt_lock *lock_here(const rt_condition *condition) {
    rt_object *lock = rt_condition_lock(condition);
    return lock->type == &rt_lock_type ? (rt_lock *)lock : NULL;
}

/* RT_OK: the caller has the lock; RT_EOWNER; RT_ECHANGED: who knows. */
static int check_owner(const rt_condition *condition, const rt_call *call) {
    rt_lock *lock = lock_here(condition);
    if (!lock) return RT_ECHANGED;
    rt_party party = rt_lock_caller(call);
    return rt_lock_is_owned(lock, &party) ? RT_OK : RT_EOWNER;
}

/* RT_EOWNER comes with who the owner is. */
static void reply_status(rt_condition *condition, rt_call *call, int status) {
    if (status == RT_EOWNER)
        rt_lock_reply_holder(call, lock_here(condition), status);
    else
        call->reply(call, status, NULL);
}

/* ---- tickets ----
 *
 * One that was notified is kept until its strand has left, which it does when
 * it has the lock again: if it is gone before that, the notification goes on
 * to the next. */

typedef struct guest {
    rt_list link;  /* in the condition's list */
    rt_call *call; /* that waits; NULL: none */
    rt_ticket ticket;
    bool is_notified; /* and has waited: the ticket is gone */
    bool is_gone;     /* its strand, while the call was about to hear of that */
    const struct rt_wire *wire;
    uint64_t party;
} guest;

/* Tickets are told by number: their addresses, which the others only give
 * back. */
static int64_t number_of(const guest *g) {
    return (int64_t)(intptr_t)g;
}

static void call_enter(rt_condition *condition, rt_call *call) {
    guest *g = rt_alloc(sizeof *g);
    rt_item item = integer(number_of(g));
    rt_message *result = NULL;
    if (!g || rt_items_encode(&item, 1, &result) != RT_OK) {
        rt_free(g);
        call->reply(call, RT_ENOMEMORY, NULL);
        return;
    }
    *g = (guest){.wire = call->wire, .party = call->party};
    rt_list_push(rt_condition_guests(condition), &g->link);
    rt_condition_enter(condition, &g->ticket);
    call->reply(call, RT_OK, result);
}

/* The caller's own that does not wait; NULL: there is none. */
static guest *read_guest(rt_condition *condition, rt_call *call) {
    rt_item item;
    if (read_arguments(call, &item, 1) != RT_OK) return NULL;
    rt_list *guests = rt_condition_guests(condition);
    guest *found = NULL;
    for (rt_list *node = guests->next; node != guests; node = node->next) {
        guest *g = rt_container_of(node, guest, link);
        if (item.kind == RT_ITEM_INT && item.as.integer == number_of(g) &&
            g->wire == call->wire && g->party == call->party && !g->call)
            found = g;
    }
    rt_item_clear(&item);
    return found;
}

static void free_guest(guest *g) {
    rt_list_unlink(&g->link);
    rt_free(g);
}

/* Its ticket is gone. */
static void end_wait(guest *g, int status) {
    rt_call *call = g->call;
    g->call = NULL;
    g->is_notified = status == RT_OK;
    if (g->is_notified && g->is_gone)
        rt_condition_notify((rt_condition *)call->object, 1, call->waiter.loop);
    if (!g->is_notified || g->is_gone) free_guest(g);
    call->reply(call, status, NULL);
}

static void on_guest_notified(rt_waiter *waiter) {
    end_wait(rt_container_of((rt_ticket *)waiter->slot, guest, ticket),
             waiter->status);
}

static void call_wait(rt_condition *condition, rt_call *call) {
    guest *g = read_guest(condition, call);
    if (!g || g->is_notified) {
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
    g->call = call;
    rt_waiter_init(&call->waiter, call->waiter.loop, on_guest_notified);
    int status = rt_condition_wait(condition, &g->ticket, &call->waiter);
    if (status != RT_PENDING) end_wait(g, status);
}

static void call_leave(rt_condition *condition, rt_call *call) {
    guest *g = read_guest(condition, call);
    if (!g) {
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
    if (!g->is_notified)
        rt_condition_leave(condition, &g->ticket, call->waiter.loop);
    free_guest(g);
    call->reply(call, RT_OK, NULL);
}

/* Calls that wait are withdrawn by themselves, unless they are on their way to
 * hear that they were notified. */
void rt_condition_peer_gone(rt_object *object, struct rt_wire *wire,
                            uint64_t party) {
    rt_condition *condition = (rt_condition *)object;
    rt_list *guests = rt_condition_guests(condition);
    for (rt_list *node = guests->next; node != guests;) {
        guest *g = rt_container_of(node, guest, link);
        node = node->next;
        if (g->wire != wire || (party != 0 && g->party != party)) continue;
        if (g->call) {
            g->is_gone = true;
            continue;
        }
        if (g->is_notified)
            rt_condition_notify(condition, 1, NULL);
        else
            rt_condition_leave(condition, &g->ticket, NULL);
        free_guest(g);
    }
}

/* ---- notifying ---- */

static size_t read_count(const rt_item *item) {
    if (item->kind != RT_ITEM_INT || item->as.integer < 0) return 0;
    if (item->as.integer == INT64_MAX) return RT_CONDITION_ALL;
    return (size_t)item->as.integer;
}

static void call_notify(rt_condition *condition, rt_call *call) {
    rt_item items[2];
    int status = read_arguments(call, items, 2);
    if (status == RT_OK &&
        !(items[1].kind == RT_ITEM_BOOL && items[1].as.boolean))
        status = check_owner(condition, call);
    if (status == RT_OK)
        rt_condition_notify(condition, read_count(&items[0]),
                            call->waiter.loop);
    rt_item_clear(&items[0]);
    rt_item_clear(&items[1]);
    reply_status(condition, call, status);
}

/* ---- the whole wait ---- */

typedef struct stay {
    rt_call *call;
    rt_ticket ticket;    /* the waiter's first slot */
    rt_lock_visit visit; /* its party is the second */
    uint32_t depth;
    rt_message *told_depth; /* made before the lock is released */
    rt_wait wait;           /* entered while it waits for the lock */
} stay;

/* Steps, in the order they happen. */
static void on_notified(rt_waiter *waiter);
static void on_acquired(rt_waiter *waiter);

static rt_condition *condition_of(const stay *s) {
    return (rt_condition *)s->call->object;
}

/* The caller is told how often it had the lock. */
static void end_without_lock(stay *s, int status) {
    rt_call *call = s->call;
    rt_message *depth = s->told_depth;
    rt_free(s);
    call->reply(call, status, depth);
}

static void end_acquired(stay *s, int status) {
    rt_call *call = s->call;
    rt_condition *condition = condition_of(s);
    rt_lock *lock = lock_here(condition);
    rt_lock_leave_visit(&s->wait, call);
    if (status != RT_OK) {
        if (status != RT_EABANDONED)
            rt_condition_notify(condition, 1, call->waiter.loop);
        end_without_lock(s, status);
        return;
    }
    rt_lock_settle_visit(lock, &s->visit, s->depth);
    rt_message_free(s->told_depth);
    rt_free(s);
    call->reply(call, RT_OK, NULL);
}

static void on_acquired(rt_waiter *waiter) {
    end_acquired(rt_container_of((rt_party *)waiter->slot, stay, visit.party),
                 waiter->status);
}

static void acquire_again(stay *s) {
    rt_call *call = s->call;
    rt_loop *here = call->waiter.loop;
    rt_lock *lock = lock_here(condition_of(s));
    if (call->withdrawn) {
        end_acquired(s, call->withdrawn);
        return;
    }
    rt_waiter_init(&call->waiter, here, on_acquired);
    int status = rt_lock_acquire(lock, &s->visit.party, &call->waiter, here);
    rt_wait_step steps[RT_WAIT_STEPS];
    if (status != RT_PENDING)
        end_acquired(s, status);
    else /* not for good as far as rings go, so it closes none */
        (void)rt_lock_enter_visit(&s->wait, &s->visit, call, lock, true, steps);
}

static void on_notified(rt_waiter *waiter) {
    stay *s = rt_container_of((rt_ticket *)waiter->slot, stay, ticket);
    if (waiter->status == RT_OK)
        acquire_again(s);
    else
        end_without_lock(s, waiter->status);
}

static int read_stay(stay *s, rt_call *call, const rt_lock *lock) {
    rt_item items[RT_LOCK_PLACE_ITEMS];
    int status = read_arguments(call, items, RT_LOCK_PLACE_ITEMS);
    if (status == RT_OK) status = rt_lock_read_place(&s->visit, call, items);
    if (status != RT_OK) return status;
    s->call = call;
    rt_list_init(&s->wait.link);
    rt_item depth = integer(lock->depth);
    return rt_items_encode(&depth, 1, &s->told_depth);
}

/* It enters before it releases the lock. */
static void begin_stay(rt_condition *condition, stay *s) {
    rt_call *call = s->call;
    rt_loop *here = call->waiter.loop;
    rt_condition_enter(condition, &s->ticket);
    (void)rt_lock_release_all(lock_here(condition), &s->visit.party, here,
                              &s->depth); /* it was checked that it has it */
    rt_waiter_init(&call->waiter, here, on_notified);
    if (rt_condition_wait(condition, &s->ticket, &call->waiter) == RT_OK)
        acquire_again(s);
}

static void call_stay(rt_condition *condition, rt_call *call) {
    int status = check_owner(condition, call);
    stay *s = status == RT_OK ? rt_alloc(sizeof *s) : NULL;
    if (status == RT_OK && !s) status = RT_ENOMEMORY;
    if (status == RT_OK) status = read_stay(s, call, lock_here(condition));
    if (status == RT_OK) {
        begin_stay(condition, s);
        return;
    }
    rt_free(s);
    reply_status(condition, call, status);
}

/* ---- */

static void call_lock(rt_condition *condition, rt_call *call) {
    rt_item item = {.kind = RT_ITEM_OBJECT,
                    .as.object = rt_condition_lock(condition)};
    rt_object_ref(item.as.object); /* the item's */
    reply_item(call, RT_OK, &item);
}

void rt_condition_call(rt_object *object, rt_call *call) {
    rt_condition *condition = (rt_condition *)object;
    switch (call->operation) {
    case RT_CONDITION_LOCK:
        call_lock(condition, call);
        return;
    case RT_CONDITION_ENTER:
        call_enter(condition, call);
        return;
    case RT_CONDITION_WAIT:
        call_wait(condition, call);
        return;
    case RT_CONDITION_LEAVE:
        call_leave(condition, call);
        return;
    case RT_CONDITION_NOTIFY:
        call_notify(condition, call);
        return;
    case RT_CONDITION_STAY:
        call_stay(condition, call);
        return;
    default:
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
}
