/* task_limit.c - the time a task has. */
#include <lauxlib.h>
#include <stdio.h>

#include "base/alloc.h"
#include "core/cancel.h"
#include "core/failure.h"
#include "core/limit.h"
#include "core/task.h"

struct host_task_limit {
    host_limit limit;
    double seconds;
};

/* host_bound.make of the task's root. */
static void make_late(lua_State *L, host_bound *bound) {
    const struct host_task_limit *limit = bound->maker;
    host_task_push(L, host_task_of(bound->strand));
    host_task_push_started(L, -1);
    const char *place = lua_tostring(L, -1);
    char seconds[32];
    (void)snprintf(seconds, sizeof seconds, "%.14g", limit->seconds);
    lua_pushfstring(L, "timeout of %s s at %s", seconds, place ? place : "?");
    host_push_cancelled(L, -1);
    lua_insert(L, -4);
    lua_pop(L, 3); /* reason, place, handle */
}

int host_task_set_limit(host_task *task, host_deadline deadline,
                        double seconds) {
    if (deadline.due_ns == RT_NEVER) return RT_OK;
    struct host_task_limit *limit = rt_alloc(sizeof *limit);
    if (!limit) return RT_ENOMEMORY;
    host_slot *slot = task->slot;
    int status = host_limit_start(&limit->limit, &slot->strand.root, deadline);
    if (status != RT_OK) {
        rt_free(limit);
        return status;
    }
    limit->seconds = seconds;
    slot->limit = limit;
    slot->strand.root.make = make_late;
    slot->strand.root.maker = limit;
    return RT_OK;
}

void host_task_end_limit(host_slot *slot) {
    struct host_task_limit *limit = slot->limit;
    slot->limit = NULL;
    host_limit_stop(&limit->limit);
    slot->task->was_late = limit->limit.has_sprung;
    host_bound *root = &slot->strand.root;
    if (root->maker == limit) root->make = NULL;
    rt_free(limit);
}
