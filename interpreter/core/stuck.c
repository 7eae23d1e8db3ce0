/* stuck.c - a check goes in four steps: the tasks that could be stuck, and what
 * could wake each of them (its wakers); a collection, so that what only waits for
 * its finalizer is gone; what can be reached without those tasks (reach.h), and, as
 * long as that finds a waker, with the tasks it wakes; the rest is stuck.
 *
 * A waker is an address that would have to be found: the own handle, by which a
 * task is cancelled; the proxy of an object of which nobody else has a reference;
 * the coroutine of another task that is awaited. */
#include "core/stuck.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "core/failure.h"
#include "core/objects.h"
#include "core/output.h"
#include "core/place.h"
#include "core/proxy.h"
#include "core/reach.h"
#include "core/sending.h"
#include "core/task.h"
#include "ipc/remote.h"

typedef struct candidate {
    host_slot *slot;
    const void *coroutine;
    size_t first; /* of its wakers */
    size_t count;
    bool is_alive;
} candidate;

typedef struct check {
    host_state *host;
    candidate *candidates;
    size_t count;
    size_t size;
    const void **wakers;
    size_t waker_count;
    size_t waker_size;
    bool has_failed;
    int stuck_count;
} check;

/* Between two checks at the end, in times of what the last one took. */
enum { PAUSES = 20 };
#define MIN_PAUSE_NS (RT_SECOND / 10)

/* ---- candidates ---- */

/* Makes room for one more. */
static bool has_room(void **array, size_t *size, size_t count, size_t width) {
    if (count < *size) return true;
    size_t wanted = *size ? 2 * *size : 64;
    void *larger = rt_realloc(*array, wanted * width);
    if (!larger) return false;
    *array = larger;
    *size = wanted;
    return true;
}

static bool add_waker(check *c, const void *address) {
    void *array = (void *)c->wakers;
    bool has =
        has_room(&array, &c->waker_size, c->waker_count, sizeof *c->wakers);
    c->wakers = array;
    if (has)
        c->wakers[c->waker_count++] = address;
    else
        c->has_failed = true;
    return has;
}

/* Of these nobody can say that they will wake somebody by themselves. */
static bool is_passive(const rt_object *object) {
    if (rt_is_remote(object)) return false;
    switch (object->type->kind) {
    case RT_KIND_CHANNEL:
    case RT_KIND_SEMAPHORE:
    case RT_KIND_CONDITION:
    case RT_KIND_EVENT:
    case RT_KIND_BARRIER:
        return true;
    case RT_KIND_STRAND:
        return ((const rt_strand *)(const void *)object)->kind ==
               RT_STRAND_FUTURE;
    default:
        return false;
    }
}

/* What is at `index` of L's stack; false: it could wake the task. */
static bool add_value(check *c, lua_State *L, int index) {
    const host_task *task = host_task_test(L, index);
    if (task) {
        if (!task->slot || task->shared) return false;
        return add_waker(c, task->slot->strand.L);
    }
    rt_object *object = host_proxy_test(L, index, 0);
    const host_sending *sending = object ? NULL : host_sending_test(L, index);
    if (sending) {
        if (lua_getiuservalue(L, index, 1) == LUA_TUSERDATA)
            object = host_proxy_test(L, -1, 0);
        if (!object) return false;
        index = lua_gettop(L);
    }
    return object && is_passive(object) && atomic_load(&object->refs) == 1 &&
           add_waker(c, lua_topointer(L, index));
}

static bool add_list(check *c, lua_State *L, int list) {
    lua_Integer count = (lua_Integer)lua_rawlen(L, list);
    int top = lua_gettop(L);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, list, i);
        if (!add_value(c, L, top + 1)) return false;
        lua_settop(L, top);
    }
    return count > 0;
}

/* A wait in a coroutine of the task's has left the function of coroutine.wrap on
 * top, which has that as an upvalue, or that of coroutine.resume, whose argument it
 * is. */
static bool is_nested(lua_State *L, lua_Debug *ar) {
    lua_getinfo(L, "f", ar);
    return lua_getupvalue(L, -1, 1) && lua_isthread(L, -1);
}

/* By the arguments of the C function in which the task waits. */
static bool add_arguments(check *c, lua_State *L, bool is_select) {
    int top = lua_gettop(L);
    lua_Debug ar;
    if (!lua_checkstack(L, 8) || !lua_getstack(L, 0, &ar)) return false;
    bool has_any = is_nested(L, &ar);
    lua_settop(L, top);
    if (has_any) return false;
    for (int i = is_select ? 2 : 1; lua_getlocal(L, &ar, i); i++) {
        bool is_list = !is_select && host_objects_push_list(L, top + 1);
        has_any =
            is_list ? add_list(c, L, lua_gettop(L)) : add_value(c, L, top + 1);
        lua_settop(L, top);
        if (!has_any || !is_select) break;
    }
    lua_settop(L, top);
    return has_any;
}

static bool is_open_wait(const host_strand *strand) {
    static const char *const waits[] = {"recv",      "send",   "select",
                                        "await",     "event",  "semaphore",
                                        "condition", "barrier"};
    if (!strand->waiting_for || strand->is_cancelled || strand->is_firm ||
        strand->bounds != &strand->root ||
        rt_timer_active(&strand->waiter.timer) ||
        atomic_load(&strand->waiter.state) != RT_WAITER_PARKED)
        return false;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        if (strcmp(strand->waiting_for, waits[i]) == 0) return true;
    return false;
}

static void look_at(check *c, host_slot *slot) {
    host_strand *strand = &slot->strand;
    /* The end of the program wakes daemons. */
    if (slot->task->state != RT_STRAND_RUNNING || slot->task->shared ||
        slot->task->is_daemon || !is_open_wait(strand))
        return;
    void *array = c->candidates;
    if (!has_room(&array, &c->size, c->count, sizeof *c->candidates)) {
        c->has_failed = true;
        return;
    }
    c->candidates = array;
    size_t first = c->waker_count;
    bool is_select = strcmp(strand->waiting_for, "select") == 0;
    if (!add_waker(c, slot->task) || !add_arguments(c, strand->L, is_select)) {
        c->waker_count = first;
        return;
    }
    c->candidates[c->count++] = (candidate){
        .slot = slot,
        .coroutine = strand->L,
        .first = first,
        .count = c->waker_count - first,
    };
}

/* Again after a collection, in which finalizers have run. */
static void find_candidates(check *c) {
    c->count = c->waker_count = 0;
    for (rt_list *node = c->host->tasks.next; node != &c->host->tasks;
         node = node->next)
        look_at(c, rt_container_of(node, host_slot, link));
}

/* ---- the search ---- */

static int by_coroutine(const void *a, const void *b) {
    uintptr_t x = (uintptr_t)((const candidate *)a)->coroutine;
    uintptr_t y = (uintptr_t)((const candidate *)b)->coroutine;
    return (x > y) - (x < y);
}

static bool is_candidate(void *context, const void *coroutine) {
    const check *c = context;
    candidate key = {.coroutine = coroutine};
    return bsearch(&key, c->candidates, c->count, sizeof key, by_coroutine) !=
           NULL;
}

static bool is_woken(const check *c, const candidate *one,
                     const host_reach *reach) {
    if (host_reach_has(reach, one->coroutine)) return true;
    for (size_t i = 0; i < one->count; i++)
        if (host_reach_has(reach, c->wakers[one->first + i])) return true;
    return false;
}

/* Marks the candidates that can be woken. */
static void search(check *c, host_reach *reach) {
    host_reach_add_roots(reach, is_candidate, c);
    host_reach_add_stack(reach, reach->L, 1); /* without that of the search */
    host_reach_follow(reach);
    bool has_changed = true;
    while (has_changed && !reach->has_failed) {
        has_changed = false;
        for (size_t i = 0; i < c->count; i++) {
            candidate *one = &c->candidates[i];
            if (one->is_alive || !is_woken(c, one, reach)) continue;
            one->is_alive = has_changed = true;
            lua_rawgeti(reach->L, LUA_REGISTRYINDEX, one->slot->strand.anchor);
            host_reach_add(reach);
            host_reach_follow(reach);
        }
    }
}

/* ---- what comes of it ---- */

/* Of one check, one by one. */
enum { MOST_REPORTS = 10 };

static void find_what(const host_slot *slot, host_objects_text text) {
    const host_strand *strand = &slot->strand;
    rt_lock *lock = NULL;
    if (!host_objects_find(strand->L, NULL, strand->waiting_for, text, &lock))
        (void)snprintf(text, HOST_OBJECTS_TEXT, "something");
}

/* The handle is at 3, the top. */
static void tell(lua_State *L, const host_slot *slot, const char *what) {
    const char *name = host_objects_name(L, 3);
    lua_Debug ar;
    bool has_place = host_place_find(slot->strand.L, 0, &ar);
    if (has_place)
        lua_pushfstring(L, " (%s:%d)", ar.short_src, ar.currentline);
    else
        lua_pushliteral(L, "");
    const char *place = lua_tostring(L, -1);
    host_task_push_started(L, 3);
    const char *start = lua_tostring(L, -1);
    host_tell_format(
        host_of(L)->runtime,
        "%s: task %u%s%s%s waits for %s, which nobody else can reach "
        "any more%s; it is cancelled\n  started at %s\n",
        host_of(L)->program, (unsigned)slot->task->number, name ? " '" : "",
        name ? name : "", name ? "'" : "", what, place, start ? start : "?");
}

/* (slot, is it reported) -> cancels its task */
static int give_up(lua_State *L) {
    host_slot *slot = lua_touserdata(L, 1);
    host_objects_text what;
    find_what(slot, what);
    host_task_push(L, slot->task);
    if (lua_toboolean(L, 2)) tell(L, slot, what);
    lua_pushfstring(L, "nobody else can reach %s any more", what);
    host_task_cancel(L, slot->task, -1);
    return 0;
}

static int by_age(const void *a, const void *b) {
    uint32_t x = ((const candidate *)a)->slot->task->number;
    uint32_t y = ((const candidate *)b)->slot->task->number;
    return (x > y) - (x < y);
}

static void report(lua_State *L, check *c) {
    qsort(c->candidates, c->count, sizeof *c->candidates, by_age);
    for (size_t i = 0; i < c->count; i++) {
        if (c->candidates[i].is_alive) continue;
        c->stuck_count++;
        lua_pushcfunction(L, give_up);
        lua_pushlightuserdata(L, c->candidates[i].slot);
        lua_pushboolean(L, c->stuck_count <= MOST_REPORTS);
        if (lua_pcall(L, 2, 0, 0) != LUA_OK) lua_pop(L, 1);
    }
    int more = c->stuck_count - MOST_REPORTS;
    if (more > 0)
        host_tell_format(c->host->runtime,
                         "%s: %d more tasks wait like that; they are "
                         "cancelled\n",
                         c->host->program, more);
}

/* (check, reach) */
static int run(lua_State *L) {
    check *c = lua_touserdata(L, 1);
    host_reach *reach = lua_touserdata(L, 2);
    if (!host_reach_new(reach, L)) return 0;
    search(c, reach);
    if (!reach->has_failed) report(L, c);
    return 0;
}

int host_stuck_check(lua_State *L) {
    host_state *host = host_of(L);
    check c = {.host = host};
    host->stuck_limit = 2 * host->slot_count;
    if (host->stuck_limit < HOST_STUCK_TASKS)
        host->stuck_limit = HOST_STUCK_TASKS;
    /* Stopped by the script; or a finalizer has called. */
    if (rt_list_empty(&host->tasks) || lua_gc(L, LUA_GCISRUNNING) <= 0 ||
        !lua_checkstack(L, 10))
        return 0;
    find_candidates(&c);
    if (c.count > 0 && !c.has_failed) {
        lua_gc(L, LUA_GCCOLLECT);
        find_candidates(&c);
    }
    if (c.count > 0 && !c.has_failed) {
        qsort(c.candidates, c.count, sizeof *c.candidates, by_coroutine);
        host_reach reach = {.seen = NULL};
        lua_gc(L, LUA_GCSTOP);
        lua_pushcfunction(L, run);
        lua_pushlightuserdata(L, &c);
        lua_pushlightuserdata(L, &reach);
        if (lua_pcall(L, 2, 0, 0) != LUA_OK) lua_pop(L, 1);
        host_reach_free(&reach);
        lua_gc(L, LUA_GCRESTART);
    }
    rt_free(c.candidates);
    rt_free((void *)c.wakers);
    if (c.stuck_count > 0)
        atomic_fetch_add(&host->runtime->unhandled_count, c.stuck_count);
    return c.stuck_count;
}

void host_stuck_turn(lua_State *L, bool is_idle) {
    host_state *host = host_of(L);
    int64_t now = rt_clock_now();
    if (host->slot_count < host->stuck_limit &&
        (!is_idle || now < host->stuck_ns))
        return;
    (void)host_stuck_check(L);
    int64_t end = rt_clock_now();
    int64_t pause = PAUSES * (end - now);
    host->stuck_ns = end + (pause > MIN_PAUSE_NS ? pause : MIN_PAUSE_NS);
}
