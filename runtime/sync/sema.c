/* sema.c - permits, waiters, and who has taken what.
 *
 * Under the lock: while a permit is free nobody waits who could be claimed.
 *
 * Accounts. Permits that are out are those missing to the number the semaphore
 * began with: out = max(0, initial - free). Each of them belongs to an account
 * or to nobody, which is this process and those that ended in order:
 * owed = the sum of all accounts <= out. A release takes a permit off the
 * account of who releases; if that has none, off nobody's, and at last off
 * another's, the oldest first. So a process that only releases what others
 * acquire (a consumer) keeps the accounts of those right, and what a dead
 * process gives back never makes more permits than there were.
 *
 * The account is charged when the permit is given, under the lock: whether the
 * process hears of it makes no difference. */
#include "sync/sema.h"

#include <assert.h>

#include "base/alloc.h"
#include "base/mutex.h"
#include "data/call.h"
#include "data/item.h"
#include "sync/queue.h"

/* Of another process. */
typedef struct account {
    rt_list link;
    const struct rt_wire *wire; /* only compared */
    uint64_t process;           /* behind it; 0: at its other end */
    int64_t count;
} account;

struct rt_sema {
    rt_object object;
    int64_t initial;
    bool is_bounded;
    rt_mutex lock; /* guards all below */
    int64_t free;
    int64_t owed;
    rt_list accounts; /* oldest first; removed by the hub's thread alone */
    rt_list waiters;  /* slot: the account, NULL: nobody's */
};

static void sema_free(rt_object *object);
static void sema_call(rt_object *object, rt_call *call);
static void sema_peer_gone(rt_object *object, struct rt_wire *wire,
                           uint64_t party);
static void sema_peer_died(rt_object *object, struct rt_wire *wire,
                           uint64_t party);
static bool sema_is_owed(rt_object *object, struct rt_wire *wire);

const rt_object_type rt_sema_type = {
    .name = "Semaphore",
    .kind = RT_KIND_SEMAPHORE,
    .free = sema_free,
    .call = sema_call,
    .peer_gone = sema_peer_gone,
    .peer_died = sema_peer_died,
    .is_owed = sema_is_owed,
};

rt_sema *rt_sema_new(int64_t count, bool is_bounded) {
    assert(count >= 0 && count <= RT_SEMA_MAX);
    rt_sema *sema = rt_calloc(sizeof *sema);
    if (!sema) return NULL;
    rt_object_init(&sema->object, &rt_sema_type);
    sema->initial = sema->free = count;
    sema->is_bounded = is_bounded;
    rt_mutex_init(&sema->lock);
    rt_list_init(&sema->accounts);
    rt_list_init(&sema->waiters);
    return sema;
}

static account *account_at(rt_list *node) {
    return rt_container_of(node, account, link);
}

static void sema_free(rt_object *object) {
    rt_sema *sema = (rt_sema *)object;
    assert(rt_list_empty(&sema->waiters));
    for (rt_list *node; (node = rt_list_pop(&sema->accounts)) != NULL;)
        rt_free(account_at(node));
    rt_free(sema);
}

/* ---- under the lock ---- */

static int64_t min(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int64_t count_out(const rt_sema *sema) {
    return sema->free < sema->initial ? sema->initial - sema->free : 0;
}

/* One of the free permits. What there are more than in the beginning belong to
 * nobody. */
static void take(rt_sema *sema, account *taker) {
    assert(sema->free > 0);
    if (taker && sema->free <= sema->initial) {
        taker->count++;
        sema->owed++;
    }
    sema->free--;
}

/* Returns how many of `count` the account could not give. */
static int64_t take_off(rt_sema *sema, account *from, int64_t count) {
    int64_t taken = min(from->count, count);
    from->count -= taken;
    sema->owed -= taken;
    return count - taken;
}

static void put_back(rt_sema *sema, account *giver, int64_t count) {
    int64_t left = giver ? take_off(sema, giver, count) : count;
    /* Nobody's; what `giver` had is off both numbers, so this is right. */
    left -= min(left, count_out(sema) - (count - left) - sema->owed);
    for (rt_list *node = sema->accounts.next;
         left > 0 && node != &sema->accounts; node = node->next)
        left = take_off(sema, account_at(node), left);
    sema->free += count;
}

/* Those who get the free permits; they are to be completed. */
static void serve(rt_sema *sema, rt_list *served) {
    while (sema->free > 0) {
        rt_waiter *waiter = rt_queue_claim(&sema->waiters);
        if (!waiter) return;
        take(sema, waiter->slot);
        rt_list_push(served, &waiter->link);
    }
}

static void withdraw(rt_waiter *waiter) {
    rt_sema *sema = waiter->object;
    rt_mutex_lock(&sema->lock);
    rt_list_unlink(&waiter->link);
    rt_mutex_unlock(&sema->lock);
}

static int acquire_locked(rt_sema *sema, account *taker, rt_waiter *waiter) {
    if (sema->free > 0) {
        take(sema, taker);
        return RT_OK;
    }
    if (!waiter) return RT_EEMPTY;
    rt_waiter_park(waiter, sema, withdraw);
    waiter->slot = taker;
    rt_list_push(&sema->waiters, &waiter->link);
    return RT_PENDING;
}

static int release_locked(rt_sema *sema, account *giver, int64_t count,
                          rt_list *served) {
    assert(count > 0 && count <= RT_SEMA_MAX);
    if (sema->is_bounded && count > sema->initial - sema->free) return RT_EFULL;
    if (count > RT_SEMA_MAX - sema->free) return RT_ELIMIT;
    put_back(sema, giver, count);
    serve(sema, served);
    return RT_OK;
}

/* ---- operations ---- */

int rt_sema_acquire(rt_sema *sema, rt_waiter *waiter) {
    rt_mutex_lock(&sema->lock);
    int status = acquire_locked(sema, NULL, waiter);
    rt_mutex_unlock(&sema->lock);
    return status;
}

static int release(rt_sema *sema, account *giver, int64_t count,
                   rt_loop *here) {
    rt_list served;
    rt_list_init(&served);
    rt_mutex_lock(&sema->lock);
    int status = release_locked(sema, giver, count, &served);
    rt_mutex_unlock(&sema->lock);
    rt_queue_complete_all(&served, RT_OK, here);
    return status;
}

int rt_sema_release(rt_sema *sema, int64_t count, rt_loop *here) {
    return release(sema, NULL, count, here);
}

int64_t rt_sema_free_count(rt_sema *sema) {
    rt_mutex_lock(&sema->lock);
    int64_t count = sema->free;
    rt_mutex_unlock(&sema->lock);
    return count;
}

int64_t rt_sema_initial_count(const rt_sema *sema) {
    return sema->initial;
}

/* ---- for other processes; on the hub's thread ---- */

/* Accounts are added and removed by the hub's thread, so that what this finds
 * stays while a call is carried out. Under the lock, or on that thread. */
static account *find_account(rt_sema *sema, const struct rt_wire *wire,
                             uint64_t process) {
    for (rt_list *node = sema->accounts.next; node != &sema->accounts;
         node = node->next) {
        account *found = account_at(node);
        if (found->wire == wire && found->process == process) return found;
    }
    return NULL;
}

/* NULL: out of memory. */
static account *account_of(rt_sema *sema, const rt_call *call) {
    uint64_t process = rt_party_process(call->party);
    account *found = find_account(sema, call->wire, process);
    if (found || !(found = rt_alloc(sizeof *found))) return found;
    *found = (account){.wire = call->wire, .process = process};
    rt_list_init(&found->link);
    rt_mutex_lock(&sema->lock);
    rt_list_push(&sema->accounts, &found->link);
    rt_mutex_unlock(&sema->lock);
    return found;
}

static void on_acquired(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    call->reply(call, waiter->status, NULL);
}

static void call_acquire(rt_sema *sema, rt_call *call, bool may_wait) {
    rt_waiter_init(&call->waiter, call->waiter.loop, on_acquired);
    account *taker = account_of(sema, call);
    int status = RT_ENOMEMORY;
    if (taker) {
        rt_mutex_lock(&sema->lock);
        status = acquire_locked(sema, taker, may_wait ? &call->waiter : NULL);
        rt_mutex_unlock(&sema->lock);
    }
    if (status != RT_PENDING) call->reply(call, status, NULL);
}

static void call_release(rt_sema *sema, rt_call *call) {
    rt_item count;
    rt_message *arguments = call->arguments;
    call->arguments = NULL;
    int status = rt_items_decode(&count, 1, arguments);
    bool is_right = status == RT_OK && count.kind == RT_ITEM_INT &&
                    count.as.integer > 0 && count.as.integer <= RT_SEMA_MAX;
    account *giver =
        find_account(sema, call->wire, rt_party_process(call->party));
    if (is_right)
        status = release(sema, giver, count.as.integer, call->waiter.loop);
    else if (status == RT_OK)
        status = RT_EUSAGE;
    rt_item_clear(&count);
    call->reply(call, status, NULL);
}

static void call_free(rt_sema *sema, rt_call *call) {
    rt_item item = {.kind = RT_ITEM_INT,
                    .as.integer = rt_sema_free_count(sema)};
    rt_message *result;
    int status = rt_items_encode(&item, 1, &result);
    call->reply(call, status, result);
}

static void sema_call(rt_object *object, rt_call *call) {
    rt_sema *sema = (rt_sema *)object;
    switch (call->operation) {
    case RT_SEMA_ACQUIRE:
        call_acquire(sema, call, true);
        return;
    case RT_SEMA_TRY:
        call_acquire(sema, call, false);
        return;
    case RT_SEMA_RELEASE:
        call_release(sema, call);
        return;
    case RT_SEMA_FREE:
        call_free(sema, call);
        return;
    default:
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
}

/* ---- the end of another process ---- */

/* Whether the end of `party` is that of the account's process. */
static bool ends_with(const account *of, const struct rt_wire *wire,
                      uint64_t party) {
    return of->wire == wire && (party == 0 || of->process == party);
}

/* What it has taken comes back. Its own waiters are withdrawn already. */
static void sema_peer_died(rt_object *object, struct rt_wire *wire,
                           uint64_t party) {
    rt_sema *sema = (rt_sema *)object;
    rt_list served;
    rt_list_init(&served);
    rt_mutex_lock(&sema->lock);
    for (rt_list *node = sema->accounts.next; node != &sema->accounts;
         node = node->next) {
        account *dead = account_at(node);
        int64_t count = dead->count;
        if (ends_with(dead, wire, party) && count > 0)
            put_back(sema, dead, count);
    }
    serve(sema, &served);
    rt_mutex_unlock(&sema->lock);
    rt_queue_complete_all(&served, RT_OK, NULL);
}

/* Nobody's from here on; a peer that breaks the rules may still wait. */
static void close_account(rt_sema *sema, account *closed) {
    sema->owed -= closed->count;
    rt_list_unlink(&closed->link);
    for (rt_list *node = sema->waiters.next; node != &sema->waiters;
         node = node->next) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        if (waiter->slot == closed) waiter->slot = NULL;
    }
}

static void sema_peer_gone(rt_object *object, struct rt_wire *wire,
                           uint64_t party) {
    rt_sema *sema = (rt_sema *)object;
    rt_list *next;
    rt_mutex_lock(&sema->lock);
    for (rt_list *node = sema->accounts.next; node != &sema->accounts;
         node = next) {
        account *gone = account_at(node);
        next = node->next;
        if (!ends_with(gone, wire, party)) continue;
        close_account(sema, gone);
        rt_free(gone);
    }
    rt_mutex_unlock(&sema->lock);
}

static bool sema_is_owed(rt_object *object, struct rt_wire *wire) {
    rt_sema *sema = (rt_sema *)object;
    bool is_owed = false;
    rt_mutex_lock(&sema->lock);
    for (rt_list *node = sema->accounts.next; node != &sema->accounts;
         node = node->next)
        if (ends_with(account_at(node), wire, 0) && account_at(node)->count > 0)
            is_owed = true;
    rt_mutex_unlock(&sema->lock);
    return is_owed;
}
