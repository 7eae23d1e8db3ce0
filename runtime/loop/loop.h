/* loop.h - the host of the strands of one state: an inbox that any thread may
 * post to, timers, and a uv_loop_t that is made only when something needs one.
 *
 * One thread at a time drives a loop (the one that calls rt_loop_turn); it
 * need not be the same thread for ever. A poster may still touch the loop
 * after its post has run, so a loop must outlive every thread that posts to
 * it: a runtime keeps its loops until all its threads have been joined. A loop without uv parks on a futex of
 * its own, so a thread that only computes and joins never pays for epoll.
 *
 * rt_loop_post and rt_loop_wake may be called from any thread, and
 * rt_loop_wake from a signal handler; all else only by the driving thread. */
#ifndef RT_LOOP_LOOP_H
#define RT_LOOP_LOOP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "loop/timer.h"

struct uv_loop_s;
struct rt_loop_uv;

/* Something to run on a loop's thread. Embedded in what it is about, so that
 * posting cannot fail; a post is in at most one inbox at a time. */
typedef struct rt_post {
    struct rt_post *next;
    void (*run)(struct rt_post *post);
} rt_post;

/* How many things there are in a program that may go on by themselves: loops
 * that do not sleep for good, and whatever else is counted here. Any thread. */
typedef struct rt_awake {
    atomic_int count;
    /* It has fallen to 0. On any thread, also one that is about to sleep: may
     * not post to a loop, and takes little time. NULL: nobody wants to know. */
    void (*on_none)(struct rt_awake *awake);
    /* While the runtime's clock is virtual, else NULL: a loop is about to sleep,
     * or has left; and one has woken. On the thread of that loop, without locks. */
    void (*_Atomic on_rest)(struct rt_awake *awake);
    void (*_Atomic on_stir)(struct rt_awake *awake);
    /* If loops take turns (exec/steer.h): who has it. */
    _Atomic(struct rt_loop *) holder;
} rt_awake;

static inline void rt_awake_raise(rt_awake *awake) {
    atomic_fetch_add(&awake->count, 1);
}

static inline void rt_awake_lower(rt_awake *awake) {
    if (atomic_fetch_sub(&awake->count, 1) == 1 && awake->on_none)
        awake->on_none(awake);
}

/* How the loops of a runtime take turns; exec/steer.h. */
typedef struct rt_loop_steering {
    /* It is about to sleep: returns whether it is to go on instead. */
    bool (*leave)(struct rt_loop *loop);
    /* It has slept: returns when it may go on. `is_called`: something from outside
     * has woken it. */
    void (*enter)(struct rt_loop *loop, bool is_called);
} rt_loop_steering;

typedef enum {
    RT_SEAT_FREE,    /* it takes no part */
    RT_SEAT_RUNS,    /* it has the turn */
    RT_SEAT_STOPPED, /* it could go on */
    RT_SEAT_RESTS    /* it sleeps: it can go on when there is something to do */
} rt_loop_stand;

typedef struct rt_loop_seat {
    uint64_t number;
    rt_awake *awake; /* of its runtime; as rt_loop.awake, and stays */
    rt_loop_stand stand;
    unsigned in_row;           /* turns that it had */
    bool makes_way;            /* the next one is for others */
    bool is_called;            /* something from outside has woken it */
    _Atomic uint32_t has_turn; /* a futex: it alone waits */
} rt_loop_seat;

typedef struct rt_loop {
    _Atomic(rt_post *) inbox; /* newest first; turned around when drained */
    _Atomic uint32_t parked;  /* 1 while its thread sleeps or is about to */
    atomic_bool nudged;       /* rt_loop_wake was called: do not sleep */
    unsigned spins;           /* looks at the inbox before it sleeps */
    bool has_processors;      /* other threads run while this one looks */
    rt_clock *clock;          /* what its timers go by; borrowed */
    rt_timers timers;
    int64_t now_ns;                  /* when the current turn began */
    _Atomic(struct rt_loop_uv *) uv; /* NULL until rt_loop_uv */
    pthread_t thread; /* that drives it; changed while nobody waits */
    void *owner;      /* for whoever hosts strands on it */
    /* Called when there is nothing to do, before the thread sleeps. NULL: no
     * need. */
    void (*before_sleep)(struct rt_loop *loop);
    void *sleep_context;
    /* On any thread: somebody has posted what cannot wait until the code that
     * runs on the loop's thread does. NULL: it has to. */
    void (*urge)(struct rt_loop *loop);
    _Atomic int64_t urged_ns; /* since when; 0: a turn has begun since */
    /* Called while the thread looks for posts before it sleeps: looks for other
     * work, without waiting; true if some was done. NULL: there is none. */
    bool (*look)(struct rt_loop *loop);
    /* Odd while it sleeps for good: until somebody posts to it, or uv calls. */
    _Atomic uint32_t naps;
    bool is_asleep; /* the same, for the thread itself */
    /* The same as naps, for a sleep that something outside of the program, or a
     * timer by the machine's clock, may end. */
    _Atomic uint32_t dozes;
    /* While it sleeps by a virtual clock: its first deadline; else RT_NEVER. */
    _Atomic int64_t rest_ns;
    int expected;    /* how much uv is to tell of that comes from outside */
    rt_awake *awake; /* where it is counted unless it sleeps for good: see
                        exec/quiet.h, as for `link`. NULL: nowhere */
    rt_list link;
    const rt_loop_steering *_Atomic steering; /* NULL: it takes no turns */
    rt_loop_seat seat;
} rt_loop;

/* Driven by the calling thread, for now. */
void rt_loop_init(rt_loop *loop);

/* Closes what uv holds (all its handles must have been closed: it runs until
 * they are) and drops nothing silently: the inbox must be empty. */
void rt_loop_deinit(rt_loop *loop);

/* Hands `post` to the loop's thread; runs there, in order per poster. */
void rt_loop_post(rt_loop *loop, rt_post *post);

/* Makes a parked loop, or one that is about to park, take a turn. */
void rt_loop_wake(rt_loop *loop);

/* Whether it has the turn, or was given it. */
static inline bool rt_loop_has_turn(const rt_loop *loop) {
    return atomic_load(&loop->steering) != NULL &&
           atomic_load(&loop->seat.has_turn) != 0;
}

/* For steer.c: wakes its thread if it is parked. */
void rt_loop_unpark(rt_loop *loop);

/* One turn: runs posts, fires timers that are due, polls uv. With `may_block`
 * waits until there is something to do, at most until `deadline_ns` by its clock;
 * may return without having done anything. */
void rt_loop_turn(rt_loop *loop, bool may_block, int64_t deadline_ns);

/* For callbacks of uv, first of all: it does not sleep any more. */
void rt_loop_rouse(rt_loop *loop);

/* So many things more (or fewer) may come from outside through uv: work of its
 * pool, a file that is watched. With any of them it does not sleep for good. */
static inline void rt_loop_expect(rt_loop *loop, int more) {
    loop->expected += more;
}

/* Whether the loop sleeps for good, and has nothing to wake for. `naps` says in
 * which of its sleeps: if that is the same at a later look, then it has not
 * stirred between the two. Any thread. */
bool rt_loop_sleeps(rt_loop *loop, uint32_t *naps);

/* The same, but it may also be one that something from outside ends; `dozes`
 * says whether it is. */
bool rt_loop_rests(rt_loop *loop, uint32_t *sleeps, bool *dozes);

/* Now, by the loop's clock. */
static inline int64_t rt_loop_now(const rt_loop *loop) {
    return rt_clock_read(loop->clock);
}

/* Whether a post is waiting; cheap. */
static inline bool rt_loop_has_posts(rt_loop *loop) {
    return atomic_load_explicit(&loop->inbox, memory_order_relaxed) != NULL;
}

/* Whether its thread, which does not look, would find something: a post, or what
 * uv waits for. Any thread, and a signal handler. */
bool rt_loop_is_called(rt_loop *loop);

/* The uv loop, made at the first call; NULL: no memory or no descriptors for it. */
struct uv_loop_s *rt_loop_uv(rt_loop *loop);

/* Makes it, unless there is one. Returns: RT_OK; RT_ENOMEMORY; -EMFILE, -ENFILE. */
int rt_loop_make_uv(rt_loop *loop);

#endif
