/* task_wait.c - waiting for the end of a task of the own state: without locks,
 * since only the state's thread does it. */
#include "core/task.h"
#include "sync/select.h"

static void withdraw(rt_waiter *waiter) {
    rt_list_unlink(&waiter->link);
}

static void park(host_task *task, rt_waiter *waiter) {
    rt_waiter_park(waiter, task, withdraw);
    rt_list_push(&task->waiters, &waiter->link);
}

int host_task_wait(host_task *task, rt_waiter *waiter) {
    if (host_task_ended(task)) return RT_OK;
    park(task, waiter);
    return RT_PENDING;
}

host_task *host_task_awaited(const rt_waiter *waiter) {
    bool is_parked =
        atomic_load_explicit(&waiter->state, memory_order_relaxed) ==
        RT_WAITER_PARKED;
    return is_parked && waiter->withdraw == withdraw ? waiter->object : NULL;
}

/* ---- for selects ---- */

static int attempt(void *object, rt_case_kind kind, rt_item *item,
                   rt_waiter **partner) {
    (void)kind;
    (void)item;
    (void)partner;
    return host_task_ended(object) ? RT_OK : RT_PENDING;
}

static bool is_ready(void *object, rt_case_kind kind, const rt_waiter *leader) {
    (void)kind;
    (void)leader;
    return host_task_ended(object);
}

static void park_case(void *object, rt_case_kind kind, rt_item *item,
                      rt_waiter *waiter) {
    (void)kind;
    (void)item;
    park(object, waiter);
}

const rt_selectable host_task_selectable = {
    .kinds = 1u << RT_CASE_WAIT,
    .attempt = attempt,
    .is_ready = is_ready,
    .park = park_case,
};
