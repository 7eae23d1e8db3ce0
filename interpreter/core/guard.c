/* guard.c - the monitor sees that the time is over, and posts to the state's loop.
 *
 * Code that does not wait hears of the post as of any other request: `told` says
 * whom it concerns (lookout.h). The post may arrive late, when the guard watches
 * over the next task, so it looks at the time itself. A guard that is freed while
 * its post is on its way is freed by that. */
#include "core/guard.h"

#include <stdio.h>

#include "base/alloc.h"
#include "core/cancel.h"
#include "core/failure.h"
#include "core/lookout.h"
#include "core/sheet.h"

struct host_guard {
    rt_watched watched;
    host_state *host;
    rt_post post;
    host_told told;
    atomic_bool is_posted;         /* and has not arrived */
    _Atomic int64_t due_ns;        /* RT_NEVER: nothing is watched over */
    _Atomic(host_strand *) strand; /* of the task; NULL as well */
    host_task *task;               /* the same, for the state's thread */
    double seconds;
    bool has_told;
    bool is_orphan;
    rt_message *records;
};

/* On the monitor's thread, with its lock, which guards the list of those told. */
static int64_t look(rt_watched *watched, int64_t now_ns) {
    host_guard *guard = rt_container_of(watched, host_guard, watched);
    int64_t due = atomic_load(&guard->due_ns);
    if (now_ns < due) return due;
    if (atomic_exchange(&guard->is_posted, true)) return RT_NEVER;
    host_strand *strand = atomic_load(&guard->strand);
    if (strand) {
        guard->told.strand = strand;
        guard->told.bound = &strand->root;
        guard->told.since_ns = now_ns;
        rt_list_push(&guard->host->told, &guard->told.link);
    }
    rt_loop_post(guard->host->loop, &guard->post);
    return now_ns; /* the request is looked at once more, at once */
}

/* host_bound.make */
static void make_late(lua_State *L, host_bound *bound) {
    const host_guard *guard = bound->maker;
    char text[64];
    (void)snprintf(text, sizeof text, "its time of %.14g s is over",
                   guard->seconds);
    lua_pushstring(L, text);
    host_push_cancelled(L, -1);
    lua_remove(L, -2);
}

static void tell(host_guard *guard) {
    host_state *host = guard->host;
    host_bound *root = &guard->task->slot->strand.root;
    rt_message_free(guard->records);
    guard->records = host_sheet_of(host->driver ? host->driver : host->L, 0);
    guard->has_told = true;
    if (root->is_sprung) return;
    root->make = make_late;
    root->maker = guard;
    host_bound_spring(root);
}

static void on_post(rt_post *post) {
    host_guard *guard = rt_container_of(post, host_guard, post);
    if (guard->is_orphan) { /* the state may be closed */
        atomic_store(&guard->is_posted, false);
        host_guard_free(guard);
        return;
    }
    /* In this order: what is not posted may be told at once. */
    host_told_remove(guard->host->runtime, &guard->told);
    atomic_store(&guard->is_posted, false);
    if (!guard->task || guard->has_told) return;
    if (rt_clock_now() < atomic_load(&guard->due_ns)) { /* it is another task */
        rt_monitor_poke(guard->host->runtime);
        return;
    }
    if (!host_task_ended(guard->task)) tell(guard);
}

host_guard *host_guard_new(host_state *host) {
    host_guard *guard = rt_calloc(sizeof *guard);
    if (!guard) return NULL;
    guard->watched.look = look;
    rt_list_init(&guard->watched.link);
    rt_list_init(&guard->told.link);
    guard->host = host;
    guard->post.run = on_post;
    atomic_store(&guard->due_ns, RT_NEVER);
    rt_monitor_watch(host->runtime, &guard->watched);
    return guard;
}

void host_guard_free(host_guard *guard) {
    if (!guard) return;
    if (!guard->is_orphan) {
        rt_monitor_unwatch(guard->host->runtime, &guard->watched);
        host_told_remove(guard->host->runtime, &guard->told);
    }
    guard->is_orphan = true;
    if (atomic_load(&guard->is_posted)) return;
    rt_message_free(guard->records);
    rt_free(guard);
}

void host_guard_watch(host_guard *guard, host_task *task, double seconds) {
    host_state *host = guard->host;
    guard->task = task;
    guard->seconds = seconds;
    guard->has_told = false;
    int64_t due = rt_clock_add(rt_clock_now(), seconds);
    atomic_store(&guard->strand, &task->slot->strand);
    atomic_store(&guard->due_ns, due);
    if (due != RT_NEVER) rt_monitor_expect(host->runtime, due);
}

/* The handle of the task is kept by whoever watches over it: only its slot is used
 * again. */
bool host_guard_leave(host_guard *guard) {
    atomic_store(&guard->due_ns, RT_NEVER);
    atomic_store(&guard->strand, NULL);
    if (guard->task && guard->task->slot) {
        host_bound *root = &guard->task->slot->strand.root;
        if (root->maker == guard) root->make = NULL;
    }
    guard->task = NULL;
    return guard->has_told;
}

const rt_message *host_guard_records(const host_guard *guard) {
    return guard->records;
}
