/* ring.c - what a strand waits for follows from its waiter, so nothing is noted
 * until it is needed. */
#include "core/ring.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "core/failure.h"
#include "core/limit.h"
#include "core/place.h"
#include "core/task.h"
#include "sync/waits.h"

/* ---- whom a strand waits for ---- */

/* A thread, or a task of another state; or a process, whose main strand may wait
 * for something here. */
static bool find_strand(const void *target, rt_wait_key *key) {
    const rt_strand *strand = target;
    const rt_party *party = atomic_load(&strand->party);
    key->process = party ? NULL : atomic_load(&strand->peer);
    key->strand = (uintptr_t)party;
    return party || key->process;
}

static bool find_task(const void *target, rt_wait_key *key) {
    *key = (rt_wait_key){NULL, (uintptr_t)target};
    return true;
}

/* False: for nothing that anybody has. */
static bool find_target(const host_strand *strand, rt_wait *wait) {
    const rt_waiter *waiter = &strand->waiter;
    if (atomic_load(&waiter->state) != RT_WAITER_PARKED) return false;
    rt_lock *lock = rt_lock_awaited(waiter);
    rt_strand *other = rt_strand_awaited(waiter);
    host_task *task = host_task_awaited(waiter);
    if (lock) {
        wait->lock = lock;
        wait->target = lock;
        wait->blocker = rt_wait_owner;
    } else if (other) {
        wait->target = other;
        wait->blocker = find_strand;
    } else if (task && task->slot) {
        wait->target = &task->slot->strand.party;
        wait->blocker = find_task;
    }
    return wait->target != NULL;
}

/* From elsewhere, which its own thread may not have heard yet. */
static bool is_told(const rt_strand *strand) {
    return strand && atomic_load(&strand->is_told);
}

static bool is_bounded(const host_strand *strand) {
    if (strand->is_cancelled || rt_timer_active(&strand->waiter.timer))
        return true;
    if (is_told(strand->host->self) ||
        (!strand->is_main && is_told(host_task_of(strand)->shared)))
        return true;
    const rt_list *limits = &strand->host->limits;
    for (const rt_list *node = limits->next; node != limits; node = node->next)
        if (rt_container_of(node, host_limit, link)->bound->strand == strand)
            return true;
    return false;
}

bool host_ring_is_bounded(const host_strand *strand, host_deadline deadline) {
    return deadline.due_ns != RT_NEVER || is_bounded(strand);
}

/* ---- entering ---- */

/* A ring may lead to it from other states, or from a lock. */
static bool is_known(const host_strand *strand) {
    bool has_locks = strand->held.next && !rt_list_empty(&strand->held);
    if (has_locks || strand->is_awaited) return true;
    return strand->is_main ? strand->host->self != NULL
                           : host_task_of(strand)->shared != NULL;
}

static void describe(lua_State *L, const host_strand *strand, rt_wait *wait) {
    lua_State *where = strand == strand->host->current ? L : strand->L;
    lua_Debug ar;
    wait->what = strand->waiting_for;
    if (host_place_find(where, 0, &ar)) {
        wait->line = ar.currentline;
        (void)snprintf(wait->source, sizeof wait->source, "%s", ar.short_src);
    }
    const char *name = NULL;
    int top = lua_gettop(L);
    if (strand->is_main) {
        if (strand->host->self) name = strand->host->self->name;
    } else {
        host_task_push(L, host_task_of(strand));
        if (host_task_get_extra(L, -1, "name") == LUA_TSTRING)
            name = lua_tostring(L, -1);
    }
    (void)snprintf(wait->name, sizeof wait->name, "%s", name ? name : "");
    lua_settop(L, top);
}

/* Enters the wait of a strand that is parked, if it is one that counts. Without
 * memory it is not: a ring may be found late then. Returns as rt_waits_enter. */
static size_t enter(lua_State *L, host_strand *strand, bool will_end,
                    rt_wait_step steps[RT_WAIT_STEPS]) {
    rt_wait found = {.party = &strand->party, .waiter = &strand->waiter};
    if (strand->entered || !find_target(strand, &found)) return 0;
    rt_wait *wait = lua_checkstack(L, 6) ? rt_alloc(sizeof *wait) : NULL;
    if (!wait) return 0;
    *wait = found;
    wait->home = strand->host->self;
    wait->is_bounded = will_end || is_bounded(strand);
    describe(L, strand, wait);
    size_t count = rt_waits_enter(&strand->host->runtime->waits, wait, steps);
    if (count == 0)
        strand->entered = wait;
    else
        rt_free(wait);
    return count;
}

void host_ring_leave_entered(host_strand *strand) {
    rt_waits_leave(&strand->host->runtime->waits, strand->entered);
    rt_free(strand->entered);
    strand->entered = NULL;
}

/* The tasks that a strand awaits, one through the other, are to be found from
 * here on. */
static void show_awaited(lua_State *L, const host_strand *strand) {
    rt_wait_step steps[RT_WAIT_STEPS];
    host_task *task;
    while ((task = host_task_awaited(&strand->waiter)) && task->slot) {
        host_strand *awaited = &task->slot->strand;
        if (awaited->is_awaited) return;
        awaited->is_awaited = true;
        (void)enter(L, awaited, false, steps);
        strand = awaited;
    }
}

void host_ring_show(lua_State *L, host_strand *strand) {
    rt_wait_step steps[RT_WAIT_STEPS];
    if (!strand->waiting_for) return;
    (void)enter(L, strand, false, steps);
    show_awaited(L, strand);
}

/* ---- rings of tasks ---- */

static const host_strand *awaited_by(const host_strand *strand) {
    host_task *task = host_task_awaited(&strand->waiter);
    return task && task->slot ? &task->slot->strand : NULL;
}

static void step_of(lua_State *L, const host_strand *strand,
                    rt_wait_step *step) {
    rt_wait wait = {.line = 0};
    describe(L, strand, &wait);
    *step = (rt_wait_step){
        .party = strand->party, .what = wait.what, .line = wait.line};
    memcpy(step->source, wait.source, sizeof step->source);
    memcpy(step->name, wait.name, sizeof step->name);
}

/* Of tasks of this state that await each other. Returns as rt_waits_enter. */
static size_t find_local(lua_State *L, const host_strand *strand,
                         rt_wait_step steps[RT_WAIT_STEPS]) {
    if (strand->is_main || rt_list_empty(&host_task_of(strand)->waiters))
        return 0; /* nobody awaits it */
    if (!lua_checkstack(L, 6)) return 0;
    size_t count = 0;
    const host_strand *at = strand;
    do {
        count++;
        if (at != strand && is_bounded(at)) return 0;
        at = awaited_by(at);
    } while (at && at != strand);
    if (!at) return 0;
    for (size_t i = 0; i < count && i < RT_WAIT_STEPS; i++) {
        step_of(L, at, &steps[i]);
        at = awaited_by(at);
    }
    return count;
}

/* ---- the error ---- */

static void raise(lua_State *L, const rt_wait_step *steps, size_t count) {
    luaL_Buffer b;
    host_push_where(L);
    char *text = luaL_buffinitsize(L, &b, RT_WAIT_TEXT);
    rt_waits_describe(steps, count, text);
    luaL_pushresultsize(&b, strlen(text));
    host_push_failure(L, "deadlock", "%s%s", lua_tostring(L, -2),
                      lua_tostring(L, -1));
    lua_error(L);
}

/* The wait has not happened. False: it is over already. */
static bool undo(host_strand *strand) {
    rt_waiter *waiter = &strand->waiter;
    if (!rt_waiter_claim(waiter)) return false;
    waiter->withdraw(waiter);
    rt_waiter_unpark(waiter);
    strand->waiting_for = NULL;
    return true;
}

void host_ring_check(lua_State *L, host_strand *strand,
                     host_deadline deadline) {
    rt_wait_step steps[RT_WAIT_STEPS];
    bool will_end = host_ring_is_bounded(strand, deadline);
    size_t count = 0;
    if (is_known(strand)) {
        count = enter(L, strand, will_end, steps);
        if (count == 0) show_awaited(L, strand);
    } else if (!will_end) {
        count = find_local(L, strand, steps);
    }
    if (count > 0 && undo(strand)) raise(L, steps, count);
}
