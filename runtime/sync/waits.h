/* waits.h - who waits for whom, among the strands of one process: to find out
 * that a wait would close a ring of strands that wait for each other.
 *
 * A strand that waits for another one, or for a lock that another one has, enters
 * its wait here, unless nobody could be waiting for it. The owner of the
 * registry decides about that; see core/ring.h. It leaves when the wait is over,
 * and before it runs again: so who is found here does not run, and what it has it
 * keeps, as long as the registry is locked.
 *
 * Any thread may call any function here. */
#ifndef RT_SYNC_WAITS_H
#define RT_SYNC_WAITS_H

#include <pthread.h>

#include "sync/lock.h"

enum { RT_WAIT_NAME = 40 };

/* Who a strand is: in this process the address of its party; in another one, the
 * wire and its number there, or 0 for the main strand of the peer. */
typedef struct rt_wait_key {
    const void *process;
    uint64_t strand;
} rt_wait_key;

rt_wait_key rt_wait_key_of(const rt_party *party);

typedef struct rt_wait {
    rt_list link;          /* private; empty: it is not entered */
    const rt_party *party; /* who waits */
    const rt_waiter *waiter;
    /* Whom it waits for, at this moment; false: for nobody in particular. Called
     * with the registry locked. */
    bool (*blocker)(const void *target, rt_wait_key *key);
    const void *target; /* not to be freed while it is entered */
    rt_lock *lock;      /* the target, if it is one; else NULL */
    bool is_bounded;    /* it will end by itself */
    const void *home;   /* its strand ends when that one does: the rt_strand of
                           its state, or its wire; NULL: the program */
    /* For reports: */
    const char *what; /* a constant */
    int line;         /* where; 0: not known */
    char source[RT_LOCK_SOURCE];
    char name[RT_WAIT_NAME]; /* of the strand; "" if it has none */
} rt_wait;

/* One of a ring: a copy. */
typedef struct rt_wait_step {
    rt_party party;
    const char *what;
    int line;
    char source[RT_LOCK_SOURCE];
    char name[RT_WAIT_NAME];
    uint64_t lock; /* its id; 0: it waits for the end of the next one */
    bool is_reentrant;
    int held_line; /* where the next one acquired it; 0: not known */
    char held_source[RT_LOCK_SOURCE];
} rt_wait_step;

enum { RT_WAIT_BUCKETS = 256, RT_WAIT_STEPS = 16 };

typedef struct rt_waits {
    pthread_mutex_t lock; /* guards the rest, and all `link`s */
    size_t count;
    rt_list buckets[RT_WAIT_BUCKETS];
} rt_waits;

void rt_waits_init(rt_waits *waits);
void rt_waits_deinit(rt_waits *waits);

/* `blocker` of a wait for a lock, which is the target. */
bool rt_wait_owner(const void *lock, rt_wait_key *key);

/* Enters the wait of a party that is parked, unless that closes a ring in which
 * nobody's wait will end by itself.
 * Returns: 0: it is entered; else the number of strands in the ring, and the
 * first of them in `steps`, beginning with this one. */
size_t rt_waits_enter(rt_waits *waits, rt_wait *wait,
                      rt_wait_step steps[RT_WAIT_STEPS]);

void rt_waits_leave(rt_waits *waits, rt_wait *wait);

/* For lock_call.c and condition_call.c: the same of a visitor whose call is parked
 * for the lock, if such waits are told of. `wait` is initialised; leaving is
 * harmless if it was not entered. */
size_t rt_lock_enter_visit(rt_wait *wait, const rt_lock_visit *visit,
                           const struct rt_call *call, rt_lock *lock,
                           bool is_bounded, rt_wait_step steps[RT_WAIT_STEPS]);
void rt_lock_leave_visit(rt_wait *wait, const struct rt_call *call);

/* Calls `each` for every strand of another process that waits for a lock which
 * somebody has, with who that is, until it fails. Under the registry's lock:
 * `each` may not come back here. Returns: RT_OK, or what `each` has returned. */
int rt_waits_visit(rt_waits *waits,
                   int (*each)(void *context, const rt_party *who,
                               const rt_lock_holder *holder),
                   void *context);

/* Somebody has told what is at that home, or that party, to stop (either may be
 * NULL): their waits will end. */
void rt_waits_end(rt_waits *waits, const void *home, const rt_party *party);

/* "deadlock: this wait would never end", and the ring, in lines. */
enum { RT_WAIT_TEXT = 8192 };
void rt_waits_describe(const rt_wait_step *steps, size_t count,
                       char text[RT_WAIT_TEXT]);

#endif
