/* scheduler.c - first in, first out; and the strands' clock.
 *
 * A strand has a clock of its own, so that chains of sleeps do not drift and
 * ties between them are decided by age. When a timer wakes it a little late,
 * its clock (`shift_ns` behind the real one) shows the time it was due, and
 * the next sleep counts from there. `key_ns` is that due time itself: what a
 * strand does soon after its wake counts as done at that very moment when its
 * next timer is put in order. A strand that is woken by another one of its
 * state, or started by it, inherits both. */
#include "core/scheduler.h"

#include <assert.h>
#include <lauxlib.h>

#include "core/deadlock.h"
#include "core/interrupt.h"
#include "core/output.h"
#include "core/outside.h"
#include "core/ring.h"
#include "core/steer.h"
#include "core/stuck.h"
#include "core/task.h"
#include "core/ticket.h"

/* Resumes between two looks at the clock, the inbox and uv. */
enum { BUDGET = 64 };

/* A wake that is later than this is not made up for, nor are those that follow it
 * in the same turn: they would get before it. */
#define MAX_SHIFT_NS INT64_C(50000000)

static void on_wake(rt_waiter *waiter) {
    host_strand *strand = rt_container_of(waiter, host_strand, waiter);
    host_state *host = strand->host;
    host_ring_leave(strand);
    if (waiter->status == RT_ETIMEOUT && !host->current) {
        /* A timer of this turn; it has just been stopped. */
        int64_t late = host->loop->now_ns - waiter->timer.due_ns;
        bool in_time =
            late <= MAX_SHIFT_NS && host->lapse_ns != host->loop->now_ns;
        if (!in_time) host->lapse_ns = host->loop->now_ns;
        host->shift_ns = in_time ? late : 0;
        host->key_ns = in_time ? waiter->timer.key_ns : host->loop->now_ns;
    } else if (!host->current) {
        host->shift_ns = 0;
        host->key_ns = host->loop->now_ns;
    }
    host_ready(strand);
}

void host_strand_init(host_strand *strand, host_state *host, lua_State *L,
                      bool is_main) {
    *strand = (host_strand){.host = host, .L = L, .is_main = is_main};
    strand->party.kind = is_main ? RT_PARTY_MAIN : RT_PARTY_TASK;
    strand->root.strand = strand->acts_for = strand;
    strand->root.error = LUA_NOREF;
    strand->bounds = &strand->root;
    rt_waiter_init(&strand->waiter, host->loop, on_wake);
    strand->waiter.completes_inline = true; /* on_wake only queues */
}

void host_ready(host_strand *strand) {
    host_state *host = strand->host;
    strand->key_ns = host->key_ns;
    strand->shift_ns = host->shift_ns;
    strand->next_ready = NULL;
    if (host->ready_last)
        host->ready_last->next_ready = strand;
    else
        host->ready_first = strand;
    host->ready_last = strand;
}

static host_strand *take_ready(host_state *host) {
    host_strand *strand = host->ready_first;
    if (!strand) return NULL;
    if (host->is_steered) {
        strand = host_steer_take(host);
    } else {
        host->ready_first = strand->next_ready;
        if (!host->ready_first) host->ready_last = NULL;
    }
    host->key_ns = strand->key_ns;
    host->shift_ns = strand->shift_ns;
    return strand;
}

/* It may run finalizers, as if the main strand did. */
static void look_for_stuck(lua_State *L, host_state *host) {
    host->current = &host->main;
    host_stuck_turn(L, host->ready_first == NULL);
    host->current = NULL;
}

static void turn(lua_State *L, host_state *host) {
    host->resumes = 0;
    host->current = NULL; /* what wakes now is not woken by a strand */
    bool is_step = atomic_load(&host->step_end_ns) != RT_NEVER;
    if (!is_step && !host->ready_first && !rt_loop_has_posts(host->loop) &&
        host_deadlock_check(host))
        return;
    if (host_stuck_is_due(host) && !host->is_steered) look_for_stuck(L, host);
    bool may_block = host->ready_first == NULL && !is_step;
    /* What was printed is to be seen while the program waits. */
    if (may_block) {
        host_output_flush(host->runtime);
        atomic_store(&host->is_parked, true);
    }
    /* Who gives an order that is not seen here sees that it is parked. */
    bool has_order = may_block && atomic_load(&host->orders) != 0;
    if (host->is_adopted && may_block) host_outside_guard(host);
    rt_loop_turn(host->loop, may_block && !has_order, RT_NEVER);
    if (may_block) {
        atomic_store(&host->is_parked, false);
        if (atomic_load_explicit(&host->has_tasks, memory_order_relaxed) ||
            !rt_list_empty(&host->limits))
            rt_monitor_stir(host->runtime);
    }
    if (host->is_adopted) host_outside_look(host);
    unsigned orders = atomic_load_explicit(&host->orders, memory_order_relaxed);
    if (orders != 0) host_interrupt_idle(host);
    if (atomic_load_explicit(&host->has_signals, memory_order_relaxed))
        host->on_signals(host, NULL);
}

/* All that has woken by now may be picked. */
static void look_before_pick(lua_State *L, host_state *host) {
    host->current = NULL;
    host_steer_turn(L);
    if (host->ready_first) turn(L, host);
}

void host_look_around(host_state *host) {
    host_strand *current = host->current;
    host->current = NULL;
    rt_loop_turn(host->loop, false, 0);
    host->current = current;
}

/* The main strand runs again, where it was. */
static void go_on(host_state *host, lua_State *running, host_link *chain) {
    host->current = &host->main;
    host->running = running;
    host->chain = chain;
    host_runs(host, &host->main);
    if (host->ticket) host_ticket_try(host->driver);
    if (host_is_wanted(host)) host_interrupt_rearm(host);
}

void host_drive(lua_State *L) {
    host_state *host = host_of(L);
    host_link *chain = host->chain;
    lua_State *running = host->running;
    assert(host->current == &host->main);
    /* In a step's callback of the host's: it is the host that waits. */
    int64_t step_end = atomic_exchange(&host->step_end_ns, RT_NEVER);
    host->driver = L;
    host->driver_chain = chain;
    host->loop->now_ns = rt_loop_now(host->loop); /* a turn begins */
    if (host->is_adopted) host_outside_note(host);
    for (;;) {
        if (host->is_steered) look_before_pick(L, host);
        host_strand *strand = take_ready(host);
        if (strand && strand->is_main) break;
        if (strand) host_task_resume(L, host_task_of(strand));
        if (!strand || ++host->resumes >= BUDGET) turn(L, host);
    }
    atomic_store(&host->step_end_ns, step_end);
    go_on(host, running, chain);
}

bool host_step(lua_State *L, int64_t end_ns) {
    host_state *host = host_of(L);
    host_link *chain = host->chain;
    lua_State *running = host->running;
    assert(host->current == &host->main);
    atomic_store(&host->step_end_ns, end_ns);
    rt_monitor_expect(host->runtime, end_ns);
    host->driver = L;
    host->driver_chain = chain;
    host->resumes = 0;
    bool has_more;
    do {
        turn(L, host);
        for (int i = 0; i < BUDGET && host->ready_first; i++) {
            host_task_resume(L, host_task_of(take_ready(host)));
            if (host_step_is_over(host)) break;
        }
        has_more = host->ready_first || rt_loop_has_posts(host->loop);
    } while (has_more && rt_clock_now() < end_ns);
    atomic_store(&host->step_end_ns, RT_NEVER);
    go_on(host, running, chain);
    return has_more;
}
