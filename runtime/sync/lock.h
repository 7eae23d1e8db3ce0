/* lock.h - a mutex for strands: who waits for it is parked, not its thread.
 *
 * Waiters get it oldest first. A strand that runs may take a free lock before
 * a waiter on another thread has come to take it, but no longer than RT_LOCK_
 * PATIENCE_NS after that one began to wait: a lock that went to sleeping
 * threads in turn would stand still while each of them wakes. On one loop, and
 * for other processes, it is handed over.
 *
 * The owner is a party: a strand of this process or of another one. When an
 * owner ends without releasing it the lock is abandoned: everybody who waits,
 * and everybody who comes, is told so until rt_lock_recover. Any thread may
 * call any function here, for a party that is its own: that of a strand on its
 * loop, or on the hub's thread that of another process.
 *
 * `here` is the loop of the calling thread, as in queue.h. */
#ifndef RT_SYNC_LOCK_H
#define RT_SYNC_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "base/mutex.h"
#include "base/object.h"
#include "loop/waiter.h"
#include "sync/party.h"

#define RT_LOCK_PATIENCE_NS INT64_C(1000000)

enum { RT_LOCK_SOURCE = 60 }; /* LUA_IDSIZE */

/* The members in front are what an uncontended use touches: one cache line. */
typedef struct rt_lock {
    rt_object object;
    atomic_uintptr_t word;         /* who has it: lock.c */
    _Atomic(const rt_loop *) loop; /* the owner's, if it is of this process */
    atomic_int line;               /* where it was acquired; 0: not told */
    uint32_t depth;                /* the owner's */
    _Atomic uint32_t uses;         /* how often it was acquired */
    rt_list held;                  /* the owner's: core/held.h */

    bool is_reentrant;
    bool is_kept;            /* the owner's: has a reference to itself */
    atomic_int spins;        /* how long to look before parking */
    _Atomic int64_t turn_ns; /* when it last went to another thread */
    rt_mutex guard;          /* guards all below */
    rt_list waiters; /* slot: the rt_party; detail: when it was parked */
    atomic_bool is_retrying; /* `retry` is on its way to the oldest; written
                                under it */
    bool is_posted;          /* it is on its way, to `retry_loop` */
    bool is_overdue;         /* the oldest has waited too long */
    rt_post retry;
    rt_loop *retry_loop;
    rt_party remote;             /* the owner, while it is of another process */
    char source[RT_LOCK_SOURCE]; /* where it was acquired last; the owner
                                    may read it without the guard */
} rt_lock;

extern const rt_object_type rt_lock_type;

/* Operations on a remote lock (ipc/remote.h). A `place` is the RT_PARTY_ITEMS
 * of the strand, a line and a source: who it is, where it is. */
enum {
    RT_LOCK_ACQUIRE = 1, /* (place) -> (); waits; RT_EDEADLOCK, see below */
    RT_LOCK_TRY,         /* (place) -> (); RT_EFULL, RT_EDEADLOCK */
    RT_LOCK_RELEASE,     /* () -> (); RT_EOWNER */
    RT_LOCK_RELEASE_ALL, /* () -> depth; RT_EOWNER */
    RT_LOCK_RESTORE,     /* (depth, place) -> (); as ACQUIRE */
    RT_LOCK_CHECK,       /* () -> (); RT_EOWNER: the caller does not have it */
    RT_LOCK_LOCKED,      /* () -> boolean */
    RT_LOCK_RECOVER,     /* () -> () */
    RT_LOCK_LOOK,        /* () -> text: rt_lock_describe */
    RT_LOCK_AWAIT        /* as ACQUIRE, by a strand that waits for good:
                            RT_ERING with a text, see sync/waits.h */
}; /* RT_EOWNER and RT_EDEADLOCK come with what RT_LOCK_LOOK says. */
enum { RT_LOCK_PLACE_ITEMS = RT_PARTY_ITEMS + 2 };

/* NULL: out of memory. */
rt_lock *rt_lock_new(bool is_reentrant);

/* Takes the lock for `party`, or parks `waiter` until it has it; without a
 * waiter it does not wait. Before parking it looks a short while whether the
 * lock becomes free.
 * Owns:    borrows `party` while it waits, and if it is of this process while
 *          it is the owner.
 * Returns: RT_OK; RT_PENDING; RT_EFULL (no waiter); RT_EABANDONED;
 *          RT_EDEADLOCK (the party has it, and it is not re-entrant). */
int rt_lock_acquire(rt_lock *lock, const rt_party *party, rt_waiter *waiter,
                    const rt_loop *here);

/* The owner says where it has acquired the lock. `source` is cut to its
 * length. */
void rt_lock_note(rt_lock *lock, const char *source, int line);

/* Gives one acquisition back; the last one also unlinks `held`.
 * Returns: RT_OK; RT_EOWNER. */
int rt_lock_release(rt_lock *lock, const rt_party *party, rt_loop *here);

/* Whether the party is the owner. */
bool rt_lock_is_owned(rt_lock *lock, const rt_party *party);

/* Gives all acquisitions back, to be acquired and restored later.
 * Returns: RT_OK (`depth`: how many they were); RT_EOWNER. */
int rt_lock_release_all(rt_lock *lock, const rt_party *party, rt_loop *here,
                        uint32_t *depth);

/* The owner, who has acquired it once, has it so many times. */
void rt_lock_restore(rt_lock *lock, uint32_t depth);

/* The party has ended: if it is the owner, the lock is abandoned. */
void rt_lock_abandon(rt_lock *lock, const rt_party *party, rt_loop *here);

/* After that an abandoned lock is free. */
void rt_lock_recover(rt_lock *lock);

bool rt_lock_is_taken(rt_lock *lock);

/* Somebody on the loop `here`, the calling thread's, drops a reference: if a
 * strand of it has the lock, the lock takes the reference until it is released.
 * Returns: whether it did. */
bool rt_lock_keep(rt_lock *lock, const rt_loop *here);

/* ---- who has it ---- */

typedef struct rt_lock_holder {
    bool is_held;
    bool is_abandoned;
    const rt_party *strand; /* of this process: only to be compared; or NULL */
    rt_party party;         /* a copy */
    int line;               /* 0: not told */
    char source[RT_LOCK_SOURCE];
} rt_lock_holder;

/* The owner, or NULL. One of this process is only to be compared, unless it is
 * known to wait; one of another process is copied to `*remote`. */
const rt_party *rt_lock_owner(rt_lock *lock, rt_party *remote);

void rt_lock_look(rt_lock *lock, rt_lock_holder *holder);

/* "held by task 3, acquired at app.lua:14"; "free"; "abandoned". */
enum { RT_LOCK_TEXT = RT_PARTY_TEXT + RT_LOCK_SOURCE + 48 };
void rt_lock_describe(const rt_lock_holder *holder, char text[RT_LOCK_TEXT]);

/* The lock that `waiter` is parked for; NULL: it waits for something else. */
rt_lock *rt_lock_awaited(const rt_waiter *waiter);

/* ---- for lock_call.c and condition_call.c ---- */

/* Who asks, and from where: a place, read from a call. */
typedef struct rt_lock_visit {
    rt_party party;
    int line;
    char source[RT_LOCK_SOURCE];
} rt_lock_visit;

/* The strand that calls, without what is only for messages. */
rt_party rt_lock_caller(const struct rt_call *call);

/* The items of a place, which are cleared. Returns: RT_OK; RT_EDAMAGED. */
int rt_lock_read_place(rt_lock_visit *visit, const struct rt_call *call,
                       rt_item items[RT_LOCK_PLACE_ITEMS]);

/* The visitor has got the lock, `depth` times. It may have gone since. */
void rt_lock_settle_visit(rt_lock *lock, const rt_lock_visit *visit,
                          uint32_t depth);

/* Answers `status`, and who has the lock: rt_lock_describe. */
void rt_lock_reply_holder(struct rt_call *call, rt_lock *lock, int status);

void rt_lock_call(rt_object *object, struct rt_call *call);
void rt_lock_peer_gone(rt_object *object, struct rt_wire *wire, uint64_t party);

#endif
