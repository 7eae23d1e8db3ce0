/* lock.h - a mutex for strands: who waits for it is parked, not its thread.
 *
 * Handed on to the oldest waiter. The owner is a party: a strand of this
 * process or of another one. When an owner ends without releasing it the lock
 * is abandoned: everybody who waits, and everybody who comes, is told so until
 * rt_lock_recover. Any thread may call any function here.
 *
 * `here` is the loop of the calling thread, as in channel.h. */
#ifndef RT_SYNC_LOCK_H
#define RT_SYNC_LOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "base/object.h"
#include "loop/waiter.h"

/* A strand; the first two tell it. Only compared: it may be gone. */
typedef struct rt_party {
    const void *process; /* its rt_wire; NULL: this process */
    uint64_t strand;     /* unique in its process while it lives; not 0 */
    const char *kind;    /* for messages, a constant: "task" */
    uint64_t id;         /* for messages: 3; 0: none */
} rt_party;

typedef struct rt_lock {
    rt_object object;
    bool is_reentrant;
    atomic_int spins;     /* rounds before parking; -1: not yet known */
    atomic_bool is_taken; /* what spinners look at; written under guard */
    pthread_mutex_t guard;
    rt_party owner; /* strand 0: free */
    const rt_loop *owner_loop;
    uint32_t depth;
    bool is_abandoned;
    rt_list waiters; /* slot: the process; detail: the strand */
    rt_list held;    /* the owner's, on its own thread: core/held.h */
} rt_lock;

extern const rt_object_type rt_lock_type;

/* Operations on a remote lock (ipc/remote.h). */
enum {
    RT_LOCK_ACQUIRE = 1, /* () -> (); waits */
    RT_LOCK_TRY,         /* () -> (); RT_EFULL */
    RT_LOCK_RELEASE,     /* () -> (); RT_EOWNER */
    RT_LOCK_LOCKED,      /* () -> boolean */
    RT_LOCK_RECOVER      /* () -> () */
};

/* NULL: out of memory. */
rt_lock *rt_lock_new(bool is_reentrant);

/* Takes the lock for `party`, or parks `waiter` until it has been handed over;
 * without a waiter it does not wait. Before parking it looks a short while
 * whether the lock becomes free.
 * Returns: RT_OK; RT_PENDING; RT_EFULL (no waiter); RT_EABANDONED;
 *          RT_EDEADLOCK (the party has it, and it is not re-entrant). */
int rt_lock_acquire(rt_lock *lock, rt_party party, rt_waiter *waiter,
                    const rt_loop *here);

/* An owner to whom the lock was handed over says how it is called. */
void rt_lock_describe(rt_lock *lock, rt_party party);

/* The last release also unlinks `held`.
 * Returns: RT_OK (`owner`: strand 0 if that was the last); RT_EOWNER (`owner`
 * tells who has it; strand 0: nobody). */
int rt_lock_release(rt_lock *lock, rt_party party, rt_loop *here,
                    rt_party *owner);

/* The party has ended: if it is the owner, the lock is abandoned. */
void rt_lock_abandon(rt_lock *lock, rt_party party, rt_loop *here);

/* After that an abandoned lock is free. */
void rt_lock_recover(rt_lock *lock);

bool rt_lock_is_taken(rt_lock *lock);

#endif
