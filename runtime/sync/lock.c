/* lock.c - owner, queue of waiters, and a mutex around both.
 *
 * A release gives the lock to the oldest waiter that can be claimed, under
 * `guard`, and completes it afterwards: nobody can come between, and a waiter
 * that timed out or was cancelled never has it. Completed waiters whose strand
 * never gets to run (its state closes) are abandoned with it. */
#include "sync/lock.h"

#include <assert.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/call.h"
#include "data/item.h"
#include "sync/queue.h"

/* Looks at a lock that another thread has: about as long as a short critical
 * section takes, and much shorter than to sleep and be woken. */
enum { SPIN_ROUNDS = 150 };

#define REMOTE_STRAND "a strand of another process"

static void lock_free(rt_object *object) {
    rt_lock *lock = (rt_lock *)object;
    assert(rt_list_empty(&lock->waiters) && rt_list_empty(&lock->held));
    pthread_mutex_destroy(&lock->guard);
    rt_free(lock);
}

static void lock_call(rt_object *object, rt_call *call);
static void lock_peer_gone(rt_object *object, struct rt_wire *wire,
                           uint64_t party);

const rt_object_type rt_lock_type = {
    .name = "Lock",
    .kind = RT_KIND_LOCK,
    .free = lock_free,
    .call = lock_call,
    .peer_gone = lock_peer_gone,
};

rt_lock *rt_lock_new(bool is_reentrant) {
    rt_lock *lock = rt_calloc(sizeof *lock);
    if (!lock) return NULL;
    rt_object_init(&lock->object, &rt_lock_type);
    lock->is_reentrant = is_reentrant;
    atomic_init(&lock->spins, -1);
    pthread_mutex_init(&lock->guard, NULL);
    rt_list_init(&lock->waiters);
    rt_list_init(&lock->held);
    return lock;
}

/* ---- under the guard ---- */

static bool is_owner(const rt_lock *lock, rt_party party) {
    return lock->owner.strand == party.strand &&
           lock->owner.process == party.process;
}

static void give(rt_lock *lock, rt_party party, const rt_loop *loop) {
    lock->owner = party;
    lock->owner_loop = loop;
    lock->depth = 1;
    atomic_store_explicit(&lock->is_taken, true, memory_order_relaxed);
}

static void make_free(rt_lock *lock) {
    lock->owner = (rt_party){NULL, 0, NULL, 0};
    lock->depth = 0;
    atomic_store_explicit(&lock->is_taken, false, memory_order_relaxed);
}

static void withdraw(rt_waiter *waiter) {
    rt_lock *lock = waiter->object;
    pthread_mutex_lock(&lock->guard);
    rt_list_unlink(&waiter->link);
    pthread_mutex_unlock(&lock->guard);
}

static int park(rt_lock *lock, rt_party party, rt_waiter *waiter) {
    rt_waiter_park(waiter, lock, withdraw);
    waiter->slot = (void *)party.process;
    waiter->detail = (int64_t)party.strand;
    rt_list_push(&lock->waiters, &waiter->link);
    return RT_PENDING;
}

/* RT_EFULL: somebody else has it. */
static int try_locked(rt_lock *lock, rt_party party, const rt_loop *here) {
    if (lock->is_abandoned) return RT_EABANDONED;
    if (lock->owner.strand == 0) {
        give(lock, party, here);
        return RT_OK;
    }
    if (!is_owner(lock, party)) return RT_EFULL;
    if (!lock->is_reentrant) return RT_EDEADLOCK;
    lock->depth++;
    return RT_OK;
}

static bool may_become_free(rt_lock *lock, const rt_loop *here) {
    return lock->owner_loop != here && rt_list_empty(&lock->waiters);
}

/* ---- waiting a moment ---- */

static void pause_a_moment(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int spin_rounds(rt_lock *lock) {
    int rounds = atomic_load_explicit(&lock->spins, memory_order_relaxed);
    if (rounds >= 0) return rounds;
    rounds = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? SPIN_ROUNDS : 0;
    atomic_store_explicit(&lock->spins, rounds, memory_order_relaxed);
    return rounds;
}

static void spin(rt_lock *lock) {
    for (int i = spin_rounds(lock); i > 0; i--) {
        if (!atomic_load_explicit(&lock->is_taken, memory_order_relaxed))
            return;
        pause_a_moment();
    }
}

/* ---- operations ---- */

int rt_lock_acquire(rt_lock *lock, rt_party party, rt_waiter *waiter,
                    const rt_loop *here) {
    assert(party.strand != 0);
    pthread_mutex_lock(&lock->guard);
    int status = try_locked(lock, party, here);
    if (status == RT_EFULL && waiter && !party.process &&
        may_become_free(lock, here)) {
        pthread_mutex_unlock(&lock->guard);
        spin(lock);
        pthread_mutex_lock(&lock->guard);
        status = try_locked(lock, party, here);
    }
    if (status == RT_EFULL && waiter) status = park(lock, party, waiter);
    pthread_mutex_unlock(&lock->guard);
    return status;
}

void rt_lock_describe(rt_lock *lock, rt_party party) {
    pthread_mutex_lock(&lock->guard);
    if (is_owner(lock, party)) lock->owner = party;
    pthread_mutex_unlock(&lock->guard);
}

static rt_party waiting_party(const rt_waiter *waiter) {
    return (rt_party){waiter->slot, (uint64_t)waiter->detail,
                      waiter->slot ? REMOTE_STRAND : "a strand", 0};
}

/* The next owner, who is to be completed; NULL: the lock is free. */
static rt_waiter *pass_on(rt_lock *lock) {
    rt_waiter *next = rt_queue_claim(&lock->waiters);
    if (next)
        give(lock, waiting_party(next), next->loop);
    else
        make_free(lock);
    return next;
}

int rt_lock_release(rt_lock *lock, rt_party party, rt_loop *here,
                    rt_party *owner) {
    rt_waiter *next = NULL;
    int status = RT_OK;
    pthread_mutex_lock(&lock->guard);
    *owner = lock->owner;
    if (!is_owner(lock, party)) {
        status = RT_EOWNER;
    } else if (--lock->depth == 0) {
        rt_list_unlink(&lock->held);
        next = pass_on(lock);
        owner->strand = 0;
    }
    pthread_mutex_unlock(&lock->guard);
    rt_queue_complete(next, RT_OK, here);
    return status;
}

void rt_lock_abandon(rt_lock *lock, rt_party party, rt_loop *here) {
    rt_list done;
    rt_list_init(&done);
    pthread_mutex_lock(&lock->guard);
    if (is_owner(lock, party)) {
        make_free(lock);
        lock->is_abandoned = true;
        rt_queue_claim_all(&lock->waiters, &done);
    }
    pthread_mutex_unlock(&lock->guard);
    rt_queue_complete_all(&done, RT_EABANDONED, here);
}

void rt_lock_recover(rt_lock *lock) {
    pthread_mutex_lock(&lock->guard);
    lock->is_abandoned = false;
    pthread_mutex_unlock(&lock->guard);
}

bool rt_lock_is_taken(rt_lock *lock) {
    return atomic_load_explicit(&lock->is_taken, memory_order_relaxed);
}

/* ---- for other processes ---- */

static rt_party caller_of(const rt_call *call) {
    return (rt_party){call->wire, call->party, REMOTE_STRAND, 0};
}

/* The caller has it now. If nobody is there to hear that, the wire's end
 * gives it back: lock_peer_gone. */
static void on_acquired(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    call->reply(call, waiter->status, NULL);
}

static void call_acquire(rt_lock *lock, rt_call *call, bool may_wait) {
    rt_loop *here = call->waiter.loop;
    rt_waiter_init(&call->waiter, here, on_acquired);
    int status = rt_lock_acquire(lock, caller_of(call),
                                 may_wait ? &call->waiter : NULL, here);
    if (status != RT_PENDING) call->reply(call, status, NULL);
}

static void call_locked(rt_lock *lock, rt_call *call) {
    rt_item item = {.kind = RT_ITEM_BOOL, .as.boolean = rt_lock_is_taken(lock)};
    rt_message *result;
    int status = rt_items_encode(&item, 1, &result);
    call->reply(call, status, result);
}

static void lock_call(rt_object *object, rt_call *call) {
    rt_lock *lock = (rt_lock *)object;
    rt_party owner;
    switch (call->operation) {
    case RT_LOCK_ACQUIRE:
        call_acquire(lock, call, true);
        return;
    case RT_LOCK_TRY:
        call_acquire(lock, call, false);
        return;
    case RT_LOCK_RELEASE:
        call->reply(
            call,
            rt_lock_release(lock, caller_of(call), call->waiter.loop, &owner),
            NULL);
        return;
    case RT_LOCK_LOCKED:
        call_locked(lock, call);
        return;
    case RT_LOCK_RECOVER:
        rt_lock_recover(lock);
        call->reply(call, RT_OK, NULL);
        return;
    default:
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
}

static void lock_peer_gone(rt_object *object, struct rt_wire *wire,
                           uint64_t party) {
    rt_lock *lock = (rt_lock *)object;
    rt_party gone = {wire, party, NULL, 0};
    pthread_mutex_lock(&lock->guard);
    if (party == 0 && lock->owner.process == wire) gone = lock->owner;
    pthread_mutex_unlock(&lock->guard);
    if (gone.strand != 0) rt_lock_abandon(lock, gone, NULL);
}
