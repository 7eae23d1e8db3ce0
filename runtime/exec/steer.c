/* steer.c - the turn, and how loops sleep without it.
 *
 * `lock` guards who has the turn (`holder`, also read by who posts), and the seats of
 * the loops. The list of loops is the runtime's, whose lock is taken inside.
 *
 * A loop that sleeps does so as ever, on its futex or in uv, and whoever passes the
 * turn to it wakes it. While somebody has the turn a post wakes nobody: it makes its
 * loop one that may be picked. When nobody could go on there is no holder, and then
 * what is posted from outside wakes its loop, which takes the turn. Whoever leaves
 * looks at all inboxes once more after having said that there is no holder, and who
 * posts looks for a holder after having posted: one of them sees the other.
 *
 * Meanwhile pace.c moves the clock, or quiet.c finds a deadlock: they see the loops
 * asleep, but for one that was given the turn and has not woken yet. */
#include "exec/steer.h"

#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "exec/pace.h"

/* The status of a process that cannot go on as it was told to. */
enum { GIVE_UP_STATUS = 96 };

/* Turns in a row before one makes way. */
enum { LONG_ROW = 300 };

struct rt_steer {
    pthread_mutex_t lock;
    rt_runtime *runtime; /* which owns it */
    rt_picker *picker;   /* owned; used by who has the turn, under the lock */
    uint64_t number;     /* of the last loop */
};

/* What can go on, in the order of their numbers. */
typedef struct field {
    rt_loop *loops[RT_PICK_MOST];
    uint64_t numbers[RT_PICK_MOST];
    unsigned count;
} field;

/* ---- with the lock held ---- */

static bool has_work(rt_loop *loop) {
    return atomic_load(&loop->inbox) != NULL || atomic_load(&loop->nudged) ||
           loop->seat.is_called ||
           atomic_load(&loop->rest_ns) <= rt_loop_now(loop);
}

static bool can_go_on(rt_loop *loop) {
    switch (loop->seat.stand) {
    case RT_SEAT_STOPPED:
        return true;
    case RT_SEAT_RESTS:
        return has_work(loop);
    case RT_SEAT_FREE:
    case RT_SEAT_RUNS:
        break;
    }
    return false;
}

static void add(field *f, rt_loop *loop) {
    if (f->count == RT_PICK_MOST) return;
    f->numbers[f->count] = loop->seat.number;
    f->loops[f->count++] = loop;
}

/* Those with numbers above that of `now`, or up to it. */
static void add_others(rt_runtime *runtime, const rt_loop *now, bool is_above,
                       field *f) {
    uint64_t number = now ? now->seat.number : 0;
    for (rt_list *node = runtime->loops.next; node != &runtime->loops;
         node = node->next) {
        rt_loop *loop = rt_container_of(node, rt_loop, link);
        if (loop != now && (loop->seat.number > number) == is_above &&
            can_go_on(loop))
            add(f, loop);
    }
}

/* Who has run so often in a row makes way, too: it may wait for others by looking
 * again and again. */
static bool makes_way(rt_loop *now) {
    bool is_long = ++now->seat.in_row > LONG_ROW;
    bool result = now->seat.makes_way || is_long;
    now->seat.makes_way = false;
    if (is_long) now->seat.in_row = 0;
    return result;
}

/* `now`: who has run. It comes first, or last if it makes way. */
static void find(rt_runtime *runtime, rt_loop *now, field *f) {
    f->count = 0;
    bool is_last = now && makes_way(now);
    bool can_stay = now && can_go_on(now);
    if (can_stay && !is_last) add(f, now);
    pthread_mutex_lock(&runtime->lock);
    add_others(runtime, now, true, f);
    if (now) add_others(runtime, now, false, f);
    pthread_mutex_unlock(&runtime->lock);
    if (can_stay && is_last) add(f, now);
}

static void give_up(struct rt_steer *steer, rt_journal_stage stage) {
    rt_schedule *s = rt_picker_schedule(steer->picker);
    s->stage = stage;
    _exit(GIVE_UP_STATUS);
}

static unsigned pick(struct rt_steer *steer, const uint64_t *candidates,
                     unsigned count, uint16_t sum) {
    if (count < 2) return 0;
    int which = rt_picker_pick(steer->picker, candidates, count, sum);
    if (which < 0) give_up(steer, RT_JOURNAL_DIVERGED);
    return (unsigned)which;
}

static rt_loop *pick_loop(struct rt_steer *steer, rt_loop *now, uint16_t sum) {
    field f;
    find(steer->runtime, now, &f);
    return f.count == 0 ? NULL : f.loops[pick(steer, f.numbers, f.count, sum)];
}

static void count_step(struct rt_steer *steer) {
    rt_schedule *s = rt_picker_schedule(steer->picker);
    if (++s->steps > s->limit && s->limit > 0)
        give_up(steer, RT_JOURNAL_ENDLESS);
}

static void give(struct rt_steer *steer, rt_loop *loop) {
    loop->seat.stand = RT_SEAT_RUNS;
    if (atomic_load(&steer->runtime->awake.holder) != loop)
        loop->seat.in_row = 0;
    loop->seat.is_called = false;
    atomic_store(&loop->seat.has_turn, 1);
    atomic_store(&steer->runtime->awake.holder, loop);
}

/* Without the lock, so that it does not wait for that. */
static void wake(rt_loop *loop) {
    (void)syscall(SYS_futex, &loop->seat.has_turn, FUTEX_WAKE_PRIVATE, 1, NULL,
                  NULL, 0);
    rt_loop_unpark(loop);
}

static void wait_for_turn(rt_loop *loop) {
    while (atomic_load(&loop->seat.has_turn) == 0)
        (void)syscall(SYS_futex, &loop->seat.has_turn, FUTEX_WAIT_PRIVATE, 0,
                      NULL, NULL, 0);
}

/* ---- a loop sleeps: loop.c ---- */

/* Returns whether it goes on itself. */
static bool leave(rt_loop *loop) {
    rt_runtime *runtime = rt_container_of(loop->seat.awake, rt_runtime, awake);
    struct rt_steer *steer = runtime->steer;
    pthread_mutex_lock(&steer->lock);
    if (!rt_steer_is_on(runtime)) {
        pthread_mutex_unlock(&steer->lock);
        return false;
    }
    count_step(steer);
    loop->seat.stand = RT_SEAT_RESTS;
    rt_loop *next = pick_loop(steer, loop, 0);
    if (!next) {
        atomic_store(&loop->seat.has_turn, 0);
        atomic_store(&runtime->awake.holder, NULL);
        next = pick_loop(steer, NULL, 0);
    }
    if (next && next != loop) atomic_store(&loop->seat.has_turn, 0);
    if (next) give(steer, next);
    pthread_mutex_unlock(&steer->lock);
    if (next && next != loop) wake(next);
    return next == loop;
}

/* It has woken; returns when it has the turn. */
static void enter(rt_loop *loop, bool is_called) {
    rt_runtime *runtime = rt_container_of(loop->seat.awake, rt_runtime, awake);
    struct rt_steer *steer = runtime->steer;
    rt_loop *next = NULL;
    pthread_mutex_lock(&steer->lock);
    bool is_on = rt_steer_is_on(runtime);
    if (is_on && loop->seat.stand != RT_SEAT_RUNS) {
        loop->seat.is_called = is_called;
        if (!atomic_load(&runtime->awake.holder))
            next = pick_loop(steer, NULL, 0);
        if (next) give(steer, next);
    }
    pthread_mutex_unlock(&steer->lock);
    if (next && next != loop) wake(next);
    if (is_on) wait_for_turn(loop);
}

static const rt_loop_steering steering = {leave, enter};

/* ---- for others ---- */

void rt_steer_join(rt_runtime *runtime, rt_loop *loop) {
    struct rt_steer *steer = runtime->steer;
    if (!rt_steer_is_on(runtime)) return;
    pthread_mutex_lock(&steer->lock);
    loop->has_processors = false; /* nobody else runs while it looks */
    loop->spins = 0;
    loop->seat.number = ++steer->number;
    loop->seat.awake = &runtime->awake;
    loop->seat.is_called = false;
    loop->seat.stand = RT_SEAT_STOPPED;
    atomic_store(&loop->seat.has_turn, 0);
    loop->steering = &steering;
    pthread_mutex_unlock(&steer->lock);
}

void rt_steer_begin(rt_runtime *runtime, rt_loop *loop) {
    (void)runtime;
    if (loop->steering) wait_for_turn(loop);
}

void rt_steer_end(rt_runtime *runtime, rt_loop *loop) {
    struct rt_steer *steer = runtime->steer;
    if (!loop->steering) return;
    pthread_mutex_lock(&steer->lock);
    rt_loop *next = NULL;
    loop->seat.stand = RT_SEAT_FREE;
    loop->steering = NULL;
    if (rt_steer_is_on(runtime) &&
        atomic_load(&runtime->awake.holder) == loop) {
        atomic_store(&runtime->awake.holder, NULL);
        next = pick_loop(steer, NULL, 0);
        if (next) give(steer, next);
    }
    atomic_store(&loop->seat.has_turn, 0);
    pthread_mutex_unlock(&steer->lock);
    if (next) wake(next);
}

void rt_steer_point(rt_runtime *runtime, rt_loop *here, uint16_t sum) {
    struct rt_steer *steer = runtime->steer;
    pthread_mutex_lock(&steer->lock);
    if (!rt_steer_is_on(runtime) || !here->steering) {
        pthread_mutex_unlock(&steer->lock);
        return;
    }
    count_step(steer);
    here->seat.stand = RT_SEAT_STOPPED;
    rt_loop *next = pick_loop(steer, here, sum);
    if (next != here) atomic_store(&here->seat.has_turn, 0);
    give(steer, next);
    pthread_mutex_unlock(&steer->lock);
    if (next == here) return;
    wake(next);
    wait_for_turn(here);
}

void rt_steer_make_way(rt_loop *here) {
    here->seat.makes_way = true;
}

unsigned rt_steer_pick(rt_runtime *runtime, const uint64_t *candidates,
                       unsigned count, uint16_t sum) {
    struct rt_steer *steer = runtime->steer;
    pthread_mutex_lock(&steer->lock);
    count_step(steer);
    unsigned which = pick(steer, candidates, count, sum);
    pthread_mutex_unlock(&steer->lock);
    return which;
}

rt_picker *rt_steer_picker(const rt_runtime *runtime) {
    return runtime->steer ? runtime->steer->picker : NULL;
}

int rt_steer_start(rt_runtime *runtime, rt_loop *here, rt_picker *picker) {
    struct rt_steer *steer = rt_calloc(sizeof *steer);
    if (!steer) return RT_ENOMEMORY;
    pthread_mutex_init(&steer->lock, NULL);
    steer->runtime = runtime;
    steer->picker = picker;
    runtime->steer = steer;
    rt_pace_start(runtime);
    atomic_store(&runtime->is_steered, true);
    rt_steer_join(runtime, here);
    give(steer, here);
    return RT_OK;
}

void rt_steer_stop(rt_runtime *runtime, rt_journal_stage stage) {
    struct rt_steer *steer = runtime->steer;
    if (!steer) return;
    pthread_mutex_lock(&steer->lock);
    if (rt_steer_is_on(runtime)) {
        rt_picker_schedule(steer->picker)->stage = stage;
        atomic_store(&runtime->is_steered, false);
        atomic_store(&runtime->awake.holder, NULL);
    }
    pthread_mutex_lock(&runtime->lock);
    for (rt_list *node = runtime->loops.next; node != &runtime->loops;
         node = node->next) {
        rt_loop *loop = rt_container_of(node, rt_loop, link);
        if (!loop->steering) continue;
        atomic_store(&loop->seat.has_turn, 1);
        atomic_store(&loop->steering, NULL);
        wake(loop);
        rt_loop_wake(loop);
    }
    pthread_mutex_unlock(&runtime->lock);
    pthread_mutex_unlock(&steer->lock);
}

void rt_steer_free(struct rt_steer *steer) {
    if (!steer) return;
    rt_picker_close(steer->picker);
    pthread_mutex_destroy(&steer->lock);
    rt_free(steer);
}
