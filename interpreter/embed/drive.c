/* drive.c - who runs what there is: plait_step, which takes a piece, and plait_drain, in
 * which plait_run_* and plait_close wait. */
#include <lauxlib.h>

#include "core/deadlock.h"
#include "core/end.h"
#include "core/exit.h"
#include "core/interrupt.h"
#include "core/scheduler.h"
#include "core/task.h"
#include "embed/embedded.h"

void plait_come_in(plait *p) {
    p->is_inside = true;
    p->before = host_interrupt_swap(p->host);
    if (p->driver) rt_driver_enter(p->driver);
    atomic_store(&p->host->is_parked, false);
}

void plait_go_out(plait *p, bool is_due) {
    atomic_store(&p->host->is_parked, true);
    (void)host_interrupt_swap(p->before);
    p->is_inside = false;
    if (p->driver) rt_driver_leave(p->driver, is_due);
}

void plait_touch(plait *p) {
    if (p->driver && !p->is_inside) rt_driver_leave(p->driver, true);
}

static bool has_work(const plait *p) {
    return p->host->ready_first || !rt_list_empty(&p->ended);
}

/* ---- what is left ---- */

static bool has_strands(plait *p) {
    rt_runtime *runtime = p->states.runtime;
    pthread_mutex_lock(&runtime->lock);
    bool has_some = runtime->live_count > 0;
    pthread_mutex_unlock(&runtime->lock);
    return has_some;
}

static bool is_idle(plait *p, bool heeds_holds) {
    if (p->host->task_count > 0 || atomic_load(&p->post_count) > 0)
        return false;
    if (!rt_list_empty(&p->chunks) || !rt_list_empty(&p->ended)) return false;
    if (heeds_holds && atomic_load(&p->holds) > 0) return false;
    return !has_strands(p);
}

void plait_forget_exit(plait *p) {
    int code;
    if (!host_exit_status(p->states.runtime, &code)) return;
    if (p->host->task_count == 0 && rt_list_empty(&p->chunks) &&
        !has_strands(p))
        (void)host_exit_take(p->host, &code);
}

int plait_is_idle(plait *p) {
    return plait_check(p, false) == PLAIT_OK && is_idle(p, true);
}

void plait_stop_all(plait *p, const char *reason) {
    host_end_cancel(p->host, reason);
    rt_runtime_cancel_all(p->states.runtime);
}

void plait_report(plait *p) {
    (void)host_end_report(p->host);
    (void)host_states_report(&p->states, p->was_told, NULL);
}

/* ---- to the end ---- */

/* Waits until something has ended, or may have. */
static int wait_for_change(plait *p, host_deadline deadline, bool heeds_holds) {
    host_state *host = p->host;
    rt_waiter *waiter = &host->main.waiter;
    bool only_strands = host->task_count == 0 && rt_list_empty(&p->chunks) &&
                        atomic_load(&p->post_count) == 0;
    bool is_held = heeds_holds && atomic_load(&p->holds) > 0;
    if (!only_strands || (is_held && !has_strands(p)))
        rt_waiter_park(waiter, NULL, NULL);
    else if (rt_runtime_wait_idle(p->states.runtime, waiter) == RT_OK)
        return RT_OK; /* the last one has just ended */
    host->is_draining = true;
    int status = host_end_wait(host, deadline);
    host->is_draining = false;
    return status;
}

static int push_deadlock(lua_State *L) {
    host_deadlock_push(L);
    return 1;
}

/* The run is over for a reason of its own: what is left is to be told to stop. Whoever
 * waits until some time has told it. */
static bool is_over(plait *p) {
    int code;
    return p->has_failed || host_exit_status(p->states.runtime, &code);
}

int plait_drain(plait *p, host_deadline deadline, bool heeds_holds) {
    for (;;) {
        plait_deliver(p);
        if (is_idle(p, heeds_holds)) return RT_OK;
        if (deadline.due_ns == RT_NEVER && is_over(p)) return RT_EINTERRUPTED;
        int status = wait_for_change(p, deadline, heeds_holds);
        if (status == RT_ESTUCK) {
            lua_pushcfunction(p->L, push_deadlock);
            (void)lua_pcall(p->L, 0, 1, 0);
        }
        if (status != RT_OK && status != RT_ECANCELLED) return status;
    }
}

/* ---- in pieces ---- */

int plait_fd(plait *p) {
    if (plait_check(p, false) != PLAIT_OK) return -1;
    if (!p->driver) {
        int status = rt_driver_new(&p->states.loop, &p->driver);
        if (status) {
            (void)plait_fail(p, PLAIT_ERR_FILE, rt_status_text(status));
            return -1;
        }
        if (!p->is_inside) rt_driver_leave(p->driver, has_work(p));
    }
    return rt_driver_fd(p->driver);
}

int plait_timeout(plait *p) {
    if (plait_check(p, false) != PLAIT_OK) return -1;
    if (has_work(p)) return 0;
    int64_t due = rt_loop_due(&p->states.loop);
    if (due == RT_NEVER) return -1;
    int64_t rest = due - rt_clock_now();
    if (rest <= 0) return 0;
    int64_t ms = (rest + RT_SECOND / 1000 - 1) / (RT_SECOND / 1000);
    return ms < INT32_MAX ? (int)ms : INT32_MAX;
}

plait_status plait_step(plait *p, int budget_ms) {
    plait_status status = plait_check(p, true);
    if (status != PLAIT_OK) return status;
    if (budget_ms < 0)
        return plait_fail(p, PLAIT_ERR_ARGUMENT, "the budget is negative");
    int64_t end = rt_clock_now() + budget_ms * (RT_SECOND / 1000);
    plait_come_in(p);
    bool has_more;
    do {
        has_more = host_step(p->L, end);
        plait_deliver(p);
        has_more = has_more || has_work(p);
    } while (has_more && rt_clock_now() < end);
    if (!has_more && is_idle(p, true)) plait_report(p);
    plait_forget_exit(p);
    plait_go_out(p, has_more);
    return has_more ? PLAIT_MORE : PLAIT_OK;
}
