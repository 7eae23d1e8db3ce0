/* lookout.c - on the monitor's thread, with its lock held. The state's thread goes
 * on meanwhile, so nothing is read but what is atomic, or guarded by that lock.
 *
 * Of the two signals of exec/thread.h the soft one is for orders that can wait; the
 * hard one ends a system call, so it is only for a strand that is to stop. That
 * no other one runs by the time it arrives is seen to from both sides: the
 * monitor sets `is_aimed` and looks again which strand runs; who lets another
 * one run looks at `is_aimed` after having said so, and waits until the signal
 * has arrived (host_press_running). */
#include "core/lookout.h"

#include <pthread.h>
#include <signal.h>

#include "core/interrupt.h"
#include "core/turns.h"
#include "exec/thread.h"

/* Between two looks at a state that runs tasks. */
#define LOOK_NS (RT_SECOND / 40)

/* For these one signal does, or turns.c sees to it. */
#define TURN_ORDERS (HOST_ORDER_PREEMPT | HOST_ORDER_STALL)

/* How often it makes a turn of the loop if it has tasks of a prompt. */
#define GUEST_NS (RT_SECOND / 25)

/* Between two signals. */
#define REPEAT_NS (RT_SECOND / 100)

/* ---- what is told from outside ---- */

void host_told_add(host_state *host, host_told *told, const host_strand *strand,
                   const host_bound *bound) {
    rt_monitor_lock(host->runtime);
    told->strand = strand;
    told->bound = bound;
    told->since_ns = rt_clock_now();
    rt_list_init(&told->link);
    rt_list_push(&host->told, &told->link);
    rt_monitor_unlock(host->runtime);
    rt_monitor_poke(host->runtime);
}

void host_told_remove(rt_runtime *runtime, host_told *told) {
    rt_monitor_lock(runtime);
    rt_list_unlink(&told->link);
    rt_monitor_unlock(runtime);
}

void host_told_clear(host_state *host) {
    rt_monitor_lock(host->runtime);
    while (rt_list_pop(&host->told)) continue;
    rt_monitor_unlock(host->runtime);
}

void host_lookout_urge(rt_loop *loop) {
    atomic_store(&loop->urged_ns, rt_clock_now());
    rt_monitor_poke(loop->sleep_context);
}

/* ---- the look ---- */

/* When the state's thread is to be signalled. */
typedef struct wish {
    const host_strand *strand; /* that runs */
    uint32_t run;
    const host_bound *above[HOST_ABOVE_MAX];
    int64_t soft_ns;
    int64_t hard_ns;
} wish;

static void want_soft(wish *w, int64_t when_ns) {
    if (when_ns < w->soft_ns) w->soft_ns = when_ns;
}

static bool is_above(const wish *w, const host_bound *bound) {
    for (int i = 0; i < HOST_ABOVE_MAX && w->above[i]; i++)
        if (w->above[i] == bound) return true;
    return false;
}

/* `strand` is to stop what it does inside of the bound by then, and takes along
 * those for whom it waits there. */
static void want_hard(wish *w, const host_strand *strand,
                      const host_bound *bound, int64_t when_ns) {
    if (w->strand != strand && !is_above(w, bound)) return;
    if (when_ns < w->hard_ns) w->hard_ns = when_ns;
}

static void read_wishes(host_state *host, wish *w) {
    w->run = atomic_load(&host->runs);
    w->strand = atomic_load(&host->run_strand);
    for (int i = 0; i < HOST_ABOVE_MAX; i++)
        w->above[i] = atomic_load(&host->run_above[i]);
    w->soft_ns = w->hard_ns = RT_NEVER;
    if ((atomic_load(&host->orders) & ~(unsigned)TURN_ORDERS) != 0)
        w->soft_ns = 0;
    if (atomic_load(&host->guests) > 0)
        want_soft(w, host->signalled_ns + GUEST_NS);
    want_soft(w, atomic_load(&host->step_end_ns));
    int64_t press = atomic_load(&host->press_ns);
    if (atomic_load(&host->is_gentle))
        want_soft(w, press);
    else
        want_hard(w, w->strand, NULL, press);
    for (rt_list *node = host->told.next; node != &host->told;
         node = node->next) {
        const host_told *told = rt_container_of(node, host_told, link);
        want_soft(w, told->since_ns);
        want_hard(w, told->strand, told->bound, told->since_ns + HOST_GRACE_NS);
    }
    int64_t urged = atomic_load(&host->loop->urged_ns);
    if (urged != 0) {
        want_soft(w, urged);
        want_hard(w, &host->main, &host->main.root, urged + HOST_GRACE_NS);
    }
    int64_t insist = atomic_load(&host->insist_ns);
    if (insist != 0)
        want_hard(w, &host->main, &host->main.root, insist + HOST_GRACE_NS);
    int64_t limit = atomic_load(&host->limit_ns);
    if (limit == RT_NEVER) return;
    want_soft(w, limit); /* its timer is late by then */
    want_hard(w, atomic_load(&host->limit_strand),
              atomic_load(&host->limit_bound), limit + HOST_GRACE_NS);
}

/* Whether the same strand still runs, and the next one will look. */
static bool aim(host_state *host, const wish *w) {
    atomic_store(&host->is_aimed, true);
    (void)rt_monitor_fence(); /* without it: it looks a moment later */
    return atomic_load(&host->runs) == w->run && !atomic_load(&host->is_parked);
}

static void signal_thread(host_state *host, const wish *w, int64_t now) {
    host->signalled_ns = now;
    atomic_fetch_or(&host->orders, HOST_ORDER_LOOK);
    bool is_hard =
        now >= w->hard_ns && host->runtime->hard_signal != 0 && aim(host, w);
    host_interrupt_thread(host, is_hard ? HOST_HARD : HOST_SOFTLY);
}

/* Sees which strand runs. Returns when to look again. */
static int64_t look_at_run(host_state *host, const wish *w, int64_t now) {
    if (w->run != host->seen_run) {
        host->seen_run = w->run;
        atomic_store(&host->seen_ns, now);
        host_turns_begin(host);
    }
    int64_t rest = host_turns_look(host, now - atomic_load(&host->seen_ns));
    return now + (rest < LOOK_NS ? rest : LOOK_NS);
}

int64_t host_lookout(rt_watched *watched, int64_t now) {
    host_state *host = rt_container_of(watched, host_state, watched);
    if (atomic_load(&host->is_parked)) {
        if (atomic_load(&host->orders) == 0) return RT_NEVER;
        rt_loop_wake(host->loop);
        return now + REPEAT_NS;
    }
    wish w;
    read_wishes(host, &w);
    int64_t next = w.soft_ns < w.hard_ns ? w.soft_ns : w.hard_ns;
    if (now >= next) {
        if (now - host->signalled_ns >= REPEAT_NS) signal_thread(host, &w, now);
        next = host->signalled_ns + REPEAT_NS;
    }
    if (!atomic_load(&host->has_tasks)) return next;
    int64_t look = look_at_run(host, &w, now);
    return look < next ? look : next;
}
