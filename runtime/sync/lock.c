/* lock.c - a word that says who has it, and a queue behind a mutex.
 *
 * `word` is the address of the owner's party, or 0: free. Then one exchange
 * acquires, and one releases. Its lowest bit, CROWDED, is set while somebody
 * waits, or the lock is abandoned (its owner is then `nobody`), and may be set
 * though nobody does. It is set and cleared under `guard`, by whoever has made
 * itself the owner if the lock was free (`passing`). The next one, PINNED, is
 * set while somebody who has the guard reads what the owner is: with it a
 * release goes by the guard, and the owner is there until then.
 *
 * A party of another process is copied to `remote` under the guard when the
 * lock is free, and that copy is the owner.
 *
 * What a release does with waiters depends on the oldest one:
 *  - It waits on the same loop, or in another process, or is overdue: it is
 *    claimed and gets the lock, and nobody can come between.
 *  - It waits on another loop: the lock becomes free, and a post to that loop
 *    takes it for the oldest there (on_retry). Meanwhile whoever runs may have
 *    it, and need not look at the queue. While waiters are queued at a free
 *    lock that post is always on its way to the oldest (`is_retrying`); if it
 *    finds the lock taken, the next release sends it again.
 * In both cases the waiter is claimed under the guard before it is the owner,
 * so one that timed out or was cancelled never has it, and completed after it.
 *
 * Members said to be the owner's are passed on by the word's release and
 * acquisition. */
#include "sync/lock.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/relax.h"
#include "sync/queue.h"

#define CROWDED ((uintptr_t)1)
#define PINNED ((uintptr_t)2)

/* Looks before a thread gives up waiting itself, and between them, in pauses of
 * the processor, some 30 ns each. */
enum { MIN_SPINS = 16, MAX_SPINS = 256, MAX_GAP = 16 };

/* The owner of an abandoned lock; and, for a moment, of a free one whose queue
 * is about to be served under the guard. */
static const rt_party nobody = {.id = 0}, passing = {.id = 1};

/* The loop of owners in other processes. */
static const char elsewhere;
#define ELSEWHERE ((const rt_loop *)(const void *)&elsewhere)

static void on_retry(rt_post *post);

static void lock_free(rt_object *object) {
    rt_lock *lock = (rt_lock *)object;
    assert(rt_list_empty(&lock->waiters) && rt_list_empty(&lock->held));
    rt_free(lock);
}

const rt_object_type rt_lock_type = {
    .name = "Lock",
    .kind = RT_KIND_LOCK,
    .free = lock_free,
    .call = rt_lock_call,
    .peer_gone = rt_lock_peer_gone,
};

rt_lock *rt_lock_new(bool is_reentrant) {
    rt_lock *lock = rt_calloc(sizeof *lock);
    if (!lock) return NULL;
    rt_object_init(&lock->object, &rt_lock_type);
    lock->is_reentrant = is_reentrant;
    lock->retry.run = on_retry;
    atomic_init(&lock->spins, MAX_SPINS);
    rt_mutex_init(&lock->guard);
    rt_list_init(&lock->waiters);
    rt_list_init(&lock->held);
    return lock;
}

/* ---- the word ---- */

static const rt_party *owner_of(uintptr_t word) {
    return (const rt_party *)(word & ~(CROWDED | PINNED));
}

static uintptr_t read_word(rt_lock *lock) {
    return atomic_load_explicit(&lock->word, memory_order_acquire);
}

static bool exchange_word(rt_lock *lock, uintptr_t *from, uintptr_t to) {
    return atomic_compare_exchange_strong(&lock->word, from, to);
}

/* Under the guard if the party is of another process. */
static bool is_owner(const rt_lock *lock, uintptr_t word,
                     const rt_party *party) {
    const rt_party *owner = owner_of(word);
    if (!party->process) return owner == party;
    return owner == &lock->remote && owner->process == party->process &&
           owner->strand == party->strand;
}

/* What stands in the word for a party that is about to get the free lock. */
static uintptr_t owner_word(rt_lock *lock, const rt_party *party) {
    if (!party->process) return (uintptr_t)party;
    lock->remote = *party;
    return (uintptr_t)&lock->remote;
}

/* It is the party's now, which runs on `loop`. */
static void begin_hold(rt_lock *lock, const rt_party *party,
                       const rt_loop *loop) {
    lock->depth = 1;
    uint32_t uses = atomic_load_explicit(&lock->uses, memory_order_relaxed);
    atomic_store_explicit(&lock->uses, uses + 1, memory_order_relaxed);
    atomic_store_explicit(&lock->loop, party->process ? ELSEWHERE : loop,
                          memory_order_release);
}

/* For a party of this process: takes the lock if it is free. */
static bool take(rt_lock *lock, const rt_party *party, const rt_loop *here,
                 uintptr_t *word) {
    if (owner_of(*word) || !exchange_word(lock, word, (uintptr_t)party | *word))
        return false;
    begin_hold(lock, party, here);
    return true;
}

/* ---- waiting a moment ---- */

/* Threads that want the lock all the time take turns of this length. It takes
 * a microsecond to move the lock, and what it guards, to another processor; a
 * thread that comes when that was done just now lets the owner go on for a
 * while. It looks seldom, and takes the lock if nobody used it between two
 * looks: then it is not wanted all the time. */
#define TURN_NS INT64_C(20000)
enum { FIRST_TURN_GAP = 16 };

static void pause_a_moment(int count) {
    for (; count > 0; count--) rt_relax();
}

static void begin_turn(rt_lock *lock) {
    atomic_store_explicit(&lock->turn_ns, rt_clock_now(), memory_order_relaxed);
}

/* Whether it has taken the lock. */
static bool wait_for_turn(rt_lock *lock, const rt_party *party,
                          const rt_loop *here) {
    int64_t end_ns =
        atomic_load_explicit(&lock->turn_ns, memory_order_relaxed) + TURN_NS;
    uint32_t uses = atomic_load_explicit(&lock->uses, memory_order_relaxed);
    for (int gap = FIRST_TURN_GAP; rt_clock_now() < end_ns; gap *= 2) {
        pause_a_moment(gap);
        uintptr_t word = read_word(lock);
        uint32_t before = uses;
        uses = atomic_load_explicit(&lock->uses, memory_order_relaxed);
        if (uses == before && take(lock, party, here, &word)) return true;
    }
    return false;
}

/* Less the next time if it was in vain: then the lock is held for long. */
static void adapt_limit(rt_lock *lock, int limit, bool is_taken) {
    int change =
        is_taken ? (MAX_SPINS - limit) / 4 : -((limit - MIN_SPINS + 7) / 8);
    if (change)
        atomic_store_explicit(&lock->spins, limit + change,
                              memory_order_relaxed);
}

/* Looks for a while whether the lock becomes free, and takes it then. */
static bool spin(rt_lock *lock, const rt_party *party, const rt_loop *here) {
    int limit = atomic_load_explicit(&lock->spins, memory_order_relaxed);
    int spent = 0;
    bool is_taken = wait_for_turn(lock, party, here);
    for (int gap = 1; spent < limit && !is_taken; spent += gap) {
        if (spent > 4 && gap < MAX_GAP) gap *= 2;
        pause_a_moment(gap);
        uintptr_t word = read_word(lock);
        is_taken = take(lock, party, here, &word);
    }
    adapt_limit(lock, limit, is_taken);
    if (is_taken) begin_turn(lock);
    return is_taken;
}

/* Whether the owner may run at this moment: on another thread of this process
 * (NULL: of somebody who is just coming or going). */
static bool may_spin(rt_lock *lock, const rt_loop *here) {
    const rt_loop *loop =
        atomic_load_explicit(&lock->loop, memory_order_relaxed);
    return loop != here && loop != ELSEWHERE && here && here->has_processors;
}

/* ---- acquiring ---- */

static int acquire_again(rt_lock *lock) {
    if (!lock->is_reentrant) return RT_EDEADLOCK;
    lock->depth++;
    return RT_OK;
}

/* Under the guard. RT_EFULL: somebody else has it; with `may_wait` the word is
 * CROWDED then. */
static int acquire_guarded(rt_lock *lock, const rt_party *party,
                           const rt_loop *here, bool may_wait) {
    uintptr_t word = read_word(lock);
    for (;;) {
        const rt_party *owner = owner_of(word);
        if (owner == &nobody) return RT_EABANDONED;
        if (owner == &passing && !may_wait) owner = NULL;
        if (is_owner(lock, word, party)) return acquire_again(lock);
        if (owner && (!may_wait || (word & CROWDED))) return RT_EFULL;
        uintptr_t next =
            owner ? word | CROWDED : (word & CROWDED) | owner_word(lock, party);
        if (!exchange_word(lock, &word, next)) continue;
        if (owner) return RT_EFULL;
        begin_hold(lock, party, here);
        return RT_OK;
    }
}

static void withdraw(rt_waiter *waiter);

static int park(rt_lock *lock, const rt_party *party, rt_waiter *waiter) {
    rt_waiter_park(waiter, lock, withdraw);
    waiter->slot = (void *)party;
    waiter->detail = rt_clock_now();
    rt_list_push(&lock->waiters, &waiter->link);
    return RT_PENDING;
}

int rt_lock_acquire(rt_lock *lock, const rt_party *party, rt_waiter *waiter,
                    const rt_loop *here) {
    uintptr_t word = 0;
    if (!party->process) {
        if (take(lock, party, here, &word)) return RT_OK;
        if (take(lock, party, here, &word)) return RT_OK; /* CROWDED */
        if (owner_of(word) == party) return acquire_again(lock);
        bool is_next = !(word & CROWDED) || owner_of(word) == &passing;
        if (waiter && is_next && may_spin(lock, here) &&
            spin(lock, party, here))
            return RT_OK;
    }
    rt_mutex_lock(&lock->guard);
    int status = acquire_guarded(lock, party, here, waiter != NULL);
    if (status == RT_EFULL && waiter) status = park(lock, party, waiter);
    rt_mutex_unlock(&lock->guard);
    return status;
}

void rt_lock_note(rt_lock *lock, const char *source, int line) {
    if (strcmp(lock->source, source) != 0) { /* seldom */
        rt_mutex_lock(&lock->guard);
        (void)snprintf(lock->source, RT_LOCK_SOURCE, "%s", source);
        rt_mutex_unlock(&lock->guard);
    }
    atomic_store_explicit(&lock->line, line, memory_order_relaxed);
}

/* ---- releasing ---- */

static rt_waiter *oldest(rt_lock *lock) {
    if (rt_list_empty(&lock->waiters)) return NULL;
    return rt_container_of(lock->waiters.next, rt_waiter, link);
}

static bool is_handed_over(const rt_lock *lock, const rt_waiter *waiter,
                           const rt_loop *here) {
    const rt_party *party = waiter->slot;
    if (waiter->loop == here || party->process || lock->is_overdue) return true;
    /* `retry` is still on its way to somebody who gave up. */
    return lock->is_posted && lock->retry_loop != waiter->loop;
}

/* Under the guard, by whoever is the owner: makes the claimed waiter the owner,
 * or the lock free if it is NULL. It stays CROWDED while others wait. */
static void set_owner(rt_lock *lock, rt_waiter *waiter) {
    uintptr_t word = rt_list_empty(&lock->waiters) ? 0 : CROWDED;
    if (waiter) {
        const rt_party *party = waiter->slot;
        word |= owner_word(lock, party);
        begin_hold(lock, party, waiter->loop);
        begin_turn(lock);
        lock->is_overdue = false;
    } else { /* or whoever passed it on would seem to have it: rt_lock_keep */
        atomic_store_explicit(&lock->loop, NULL, memory_order_release);
    }
    atomic_store_explicit(&lock->word, word, memory_order_release);
}

/* Takes a free lock for its queue, to be served under the guard. */
static bool seize(rt_lock *lock) {
    uintptr_t word = CROWDED;
    return exchange_word(lock, &word, (uintptr_t)&passing | CROWDED);
}

/* Under the guard, after it was seized: the oldest gets the lock, if there is
 * one. Returns: the claimed waiter, to be completed; or NULL. */
static rt_waiter *serve_oldest(rt_lock *lock) {
    rt_waiter *next = rt_queue_claim(&lock->waiters);
    set_owner(lock, next);
    return next;
}

/* Under the guard: the oldest shall try on its loop. Returns: that loop, to
 * which `retry` is to be posted; NULL: it is on its way. */
static rt_loop *ask_to_retry(rt_lock *lock, const rt_waiter *waiter) {
    atomic_store(&lock->is_retrying, true);
    if (lock->is_posted) return NULL;
    lock->is_posted = true;
    rt_object_ref(&lock->object); /* until on_retry */
    lock->retry_loop = waiter->loop;
    return waiter->loop;
}

/* Under the guard, when somebody has left the queue: `retry` may be on its way
 * to a loop on which the oldest does not wait, and may not be run for long. */
static void check_retry(rt_lock *lock) {
    const rt_waiter *first = oldest(lock);
    if (!first || first->loop != lock->retry_loop)
        atomic_store(&lock->is_retrying, false);
}

/* Releases a lock that is CROWDED, or serves the waiters of one that has just
 * become free, unless somebody has taken it since. */
static void pass_on(rt_lock *lock, bool is_free, rt_loop *here) {
    rt_waiter *next = NULL;
    rt_loop *retry_loop = NULL;
    rt_mutex_lock(&lock->guard);
    if (!is_free || seize(lock)) {
        for (rt_waiter *first; !next && (first = oldest(lock)) != NULL;) {
            if (!is_handed_over(lock, first, here)) {
                retry_loop = ask_to_retry(lock, first);
                break;
            }
            rt_list_unlink(&first->link);
            if (rt_waiter_claim(first)) next = first;
        }
        set_owner(lock, next);
    }
    rt_mutex_unlock(&lock->guard);
    rt_queue_complete(next, RT_OK, here);
    if (retry_loop) rt_loop_post(retry_loop, &lock->retry);
}

/* While `retry` is on its way to the oldest the lock may just become free, unless
 * it is pinned. It must still be on its way after that, or it may have found the
 * lock taken. */
static void release_crowded(rt_lock *lock, uintptr_t word, rt_loop *here) {
    word &= ~PINNED;
    bool is_free =
        atomic_load(&lock->is_retrying) && exchange_word(lock, &word, CROWDED);
    if (is_free && atomic_load(&lock->is_retrying)) return;
    pass_on(lock, is_free, here);
}

/* The last release by the owner, who has `word`. */
static void let_go(rt_lock *lock, uintptr_t word, rt_loop *here) {
    bool was_kept = lock->is_kept;
    lock->is_kept = false;
    lock->depth = 0;
    rt_list_unlink(&lock->held);
    atomic_store_explicit(&lock->line, 0, memory_order_relaxed);
    atomic_store_explicit(&lock->loop, NULL, memory_order_release);
    if (!exchange_word(lock, &word, 0)) release_crowded(lock, word, here);
    if (was_kept) rt_object_unref(&lock->object);
}

bool rt_lock_is_owned(rt_lock *lock, const rt_party *party) {
    if (!party->process) return is_owner(lock, read_word(lock), party);
    rt_mutex_lock(&lock->guard);
    bool is_its = is_owner(lock, read_word(lock), party);
    rt_mutex_unlock(&lock->guard);
    return is_its;
}

int rt_lock_release(rt_lock *lock, const rt_party *party, rt_loop *here) {
    if (!rt_lock_is_owned(lock, party)) return RT_EOWNER;
    if (lock->depth > 1)
        lock->depth--;
    else if (party->process)
        let_go(lock, (uintptr_t)&lock->remote, here);
    else
        let_go(lock, (uintptr_t)party, here);
    return RT_OK;
}

int rt_lock_release_all(rt_lock *lock, const rt_party *party, rt_loop *here,
                        uint32_t *depth) {
    if (!rt_lock_is_owned(lock, party)) return RT_EOWNER;
    *depth = lock->depth;
    lock->depth = 1;
    return rt_lock_release(lock, party, here);
}

void rt_lock_restore(rt_lock *lock, uint32_t depth) {
    lock->depth = depth;
}

/* On the loop of a waiter, for which the lock was left free. If that one has
 * given up meanwhile, the oldest gets it, wherever it waits. */
static void on_retry(rt_post *post) {
    rt_lock *lock = rt_container_of(post, rt_lock, retry);
    rt_loop *here = lock->retry_loop;
    rt_waiter *next = NULL;
    if (!seize(lock) && may_spin(lock, here)) (void)spin(lock, &passing, here);
    rt_mutex_lock(&lock->guard);
    atomic_store(&lock->is_retrying, false);
    lock->is_posted = false;
    if (owner_of(read_word(lock)) == &passing || seize(lock)) {
        next = serve_oldest(lock);
    } else if (!rt_list_empty(&lock->waiters)) {
        int64_t waited_ns = rt_clock_now() - oldest(lock)->detail;
        lock->is_overdue = waited_ns > RT_LOCK_PATIENCE_NS;
    }
    rt_mutex_unlock(&lock->guard);
    rt_queue_complete(next, RT_OK, here);
    rt_object_unref(&lock->object); /* of ask_to_retry */
}

/* The oldest one's place at a free lock goes to the next. */
static void withdraw(rt_waiter *waiter) {
    rt_lock *lock = waiter->object;
    rt_mutex_lock(&lock->guard);
    rt_list_unlink(&waiter->link);
    check_retry(lock);
    rt_waiter *next = seize(lock) ? serve_oldest(lock) : NULL;
    rt_mutex_unlock(&lock->guard);
    rt_queue_complete(next, RT_OK, NULL);
}

/* ---- abandoned locks ---- */

void rt_lock_abandon(rt_lock *lock, const rt_party *party, rt_loop *here) {
    bool was_kept = false;
    rt_list done;
    rt_list_init(&done);
    rt_mutex_lock(&lock->guard);
    if (is_owner(lock, read_word(lock), party)) {
        was_kept = lock->is_kept;
        lock->is_kept = false;
        rt_list_unlink(&lock->held);
        atomic_store_explicit(&lock->loop, NULL, memory_order_release);
        atomic_store_explicit(&lock->word, (uintptr_t)&nobody | CROWDED,
                              memory_order_release);
        rt_queue_claim_all(&lock->waiters, &done);
        check_retry(lock);
    }
    rt_mutex_unlock(&lock->guard);
    rt_queue_complete_all(&done, RT_EABANDONED, here);
    if (was_kept) rt_object_unref(&lock->object);
}

void rt_lock_recover(rt_lock *lock) {
    rt_mutex_lock(&lock->guard);
    if (owner_of(read_word(lock)) == &nobody)
        atomic_store_explicit(&lock->word, 0, memory_order_release);
    rt_mutex_unlock(&lock->guard);
}

/* ---- looking ---- */

bool rt_lock_is_taken(rt_lock *lock) {
    const rt_party *owner = owner_of(read_word(lock));
    return owner && owner != &nobody && owner != &passing;
}

const rt_party *rt_lock_owner(rt_lock *lock, rt_party *remote) {
    rt_mutex_lock(&lock->guard);
    const rt_party *owner = owner_of(read_word(lock));
    if (owner == &nobody || owner == &passing) owner = NULL;
    if (owner == &lock->remote) {
        *remote = lock->remote;
        owner = remote;
    }
    rt_mutex_unlock(&lock->guard);
    return owner;
}

/* What is linked in `held` belongs to a strand of that loop, so nobody else
 * changes it now. */
bool rt_lock_keep(rt_lock *lock, const rt_loop *here) {
    if (atomic_load_explicit(&lock->loop, memory_order_acquire) != here ||
        rt_list_empty(&lock->held) || lock->is_kept)
        return false;
    lock->is_kept = true;
    return true;
}

/* Under the guard: the owner, which cannot change until unpin_owner; or NULL. */
static const rt_party *pin_owner(rt_lock *lock) {
    uintptr_t word = read_word(lock);
    while (owner_of(word))
        if (exchange_word(lock, &word, word | CROWDED | PINNED)) break;
    return owner_of(word) == &passing ? NULL : owner_of(word);
}

static void unpin_owner(rt_lock *lock) {
    atomic_fetch_and(&lock->word, ~PINNED);
}

void rt_lock_look(rt_lock *lock, rt_lock_holder *holder) {
    *holder = (rt_lock_holder){.is_held = false};
    rt_mutex_lock(&lock->guard);
    const rt_party *owner = pin_owner(lock);
    holder->is_abandoned = owner == &nobody;
    holder->is_held = owner && owner != &nobody;
    if (holder->is_held) {
        holder->party = *owner;
        if (!owner->process) holder->strand = owner;
        holder->line = atomic_load_explicit(&lock->line, memory_order_relaxed);
        memcpy(holder->source, lock->source, sizeof holder->source);
    }
    unpin_owner(lock);
    rt_mutex_unlock(&lock->guard);
}

void rt_lock_describe(const rt_lock_holder *holder, char text[RT_LOCK_TEXT]) {
    if (!holder->is_held) {
        (void)snprintf(text, RT_LOCK_TEXT, "%s",
                       holder->is_abandoned ? "abandoned" : "free");
        return;
    }
    char party[RT_PARTY_TEXT];
    rt_party_describe(&holder->party, party);
    int used = snprintf(text, RT_LOCK_TEXT, "held by %s", party);
    if (holder->line > 0)
        (void)snprintf(text + used, RT_LOCK_TEXT - (size_t)used,
                       ", acquired at %s:%d", holder->source, holder->line);
}

rt_lock *rt_lock_awaited(const rt_waiter *waiter) {
    return waiter->withdraw == withdraw ? waiter->object : NULL;
}
