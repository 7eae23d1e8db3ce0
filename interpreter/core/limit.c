/* limit.c - few at a time: the first one is found by looking at all. */
#include "core/limit.h"

#include "core/interrupt.h"

/* By the monitor's clock. */
static int64_t comes_at(const host_limit *limit) {
    return rt_clock_to_machine(limit->host->loop->clock, limit->timer.due_ns);
}

static void publish_first(host_state *host) {
    const host_limit *first = NULL;
    for (rt_list *node = host->limits.next; node != &host->limits;
         node = node->next) {
        host_limit *limit = rt_container_of(node, host_limit, link);
        if (!first || limit->timer.due_ns < first->timer.due_ns) first = limit;
    }
    atomic_store(&host->limit_strand, first ? first->bound->strand : NULL);
    atomic_store(&host->limit_bound, first ? first->bound : NULL);
    atomic_store(&host->limit_ns, first ? comes_at(first) : RT_NEVER);
}

void host_limit_stop(host_limit *limit) {
    if (rt_list_empty(&limit->link)) return;
    rt_list_unlink(&limit->link);
    rt_timer_stop(&limit->host->loop->timers, &limit->timer);
    publish_first(limit->host);
}

static void fire(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    host_limit *limit = rt_container_of(timer, host_limit, timer);
    host_limit_stop(limit);
    limit->has_sprung = !limit->bound->is_sprung;
    host_bound_spring(limit->bound);
}

int host_limit_start(host_limit *limit, host_bound *bound,
                     host_deadline deadline) {
    host_state *host = bound->strand->host;
    *limit = (host_limit){.timer.fire = fire, .bound = bound, .host = host};
    rt_list_init(&limit->link);
    if (deadline.due_ns == RT_NEVER) return RT_OK;
    int status = rt_timer_start(&host->loop->timers, &limit->timer,
                                deadline.key_ns, deadline.due_ns);
    if (status) return status;
    rt_list_push(&host->limits, &limit->link);
    publish_first(host);
    rt_monitor_expect(host->runtime, comes_at(limit));
    return RT_OK;
}
