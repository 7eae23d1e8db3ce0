/* steer.c - where the script is, as a number and as a line of the log; and picking
 * among the strands of a state.
 *
 * A strand's number has that of its loop above, and that of its task below: 0 for the
 * main strand. Both are given in the order of their starts. */
#include "core/steer.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "core/cancel.h"
#include "core/failure.h"
#include "core/place.h"
#include "core/task.h"
#include "exec/steer.h"

/* Points between two collections of garbage, which come at no other times unless a
 * state grows tenfold: so that finalizers run where they did. */
enum { COLLECT_POINTS = 256, GROWTH_PERCENT = 1000 };

static rt_picker *picker_of(const host_state *host) {
    return rt_steer_picker(host->runtime);
}

static rt_schedule *schedule_of(const host_state *host) {
    return rt_picker_schedule(picker_of(host));
}

/* ---- begin and end ---- */

void host_steer_adopt(lua_State *L) {
    host_state *host = host_of(L);
    host->is_steered = rt_steer_is_on(host->runtime);
    if (!host->is_steered) return;
    lua_gc(L, LUA_GCINC, GROWTH_PERCENT, 0, 0);
    if (host->is_first) host_state_set_seed(L, 0);
}

bool host_steer_open(host_state *host, const char *path) {
    rt_picker *picker = rt_picker_open(path);
    if (!picker) return false;
    if (rt_steer_start(host->runtime, host->loop, picker) != RT_OK) {
        rt_picker_close(picker);
        return false;
    }
    return true;
}

void host_steer_close(rt_runtime *runtime, bool has_deadlock) {
    rt_steer_stop(runtime,
                  has_deadlock ? RT_JOURNAL_DEADLOCK : RT_JOURNAL_ENDED);
}

/* ---- who and where ---- */

static uint32_t task_number(const host_strand *strand) {
    return strand->is_main ? 0 : host_task_of(strand)->number;
}

static uint64_t number_of(const host_strand *strand) {
    return rt_steer_number(strand->host->loop) << 32 | task_number(strand);
}

static void name_strand(const host_strand *strand, char *text, size_t size) {
    const host_state *host = strand->host;
    char thread[64] = "main";
    if (host->self && host->self->name)
        (void)snprintf(thread, sizeof thread, "%s", host->self->name);
    else if (host->self)
        (void)snprintf(thread, sizeof thread, "thread %d",
                       (int)rt_steer_number(host->loop) - 1);
    if (strand->is_main)
        (void)snprintf(text, size, "%s", thread);
    else if (host->self)
        (void)snprintf(text, size, "task %u of %s", task_number(strand),
                       thread);
    else
        (void)snprintf(text, size, "task %u", task_number(strand));
}

/* What is about to be done. */
typedef struct deed {
    lua_Debug place;
    const char *what;
    bool has_place;
} deed;

static deed find_deed(lua_State *L, const char *what) {
    deed d = {.what = what};
    lua_Debug ar;
    if (!what && lua_getstack(L, 0, &ar)) {
        lua_getinfo(L, "n", &ar);
        d.what = ar.name;
    }
    if (!d.what) d.what = "?";
    d.has_place = host_place_find(L, 0, &d.place);
    return d;
}

static uint16_t sum_up(const deed *d) {
    static const uint64_t seed[2] = RT_HASH_ANY_SEED;
    uint64_t sum = rt_hash_bytes(seed, d->what, strlen(d->what));
    if (d->has_place) {
        sum ^=
            rt_hash_bytes(seed, d->place.short_src, strlen(d->place.short_src));
        sum += (uint64_t)d->place.currentline;
    }
    return (uint16_t)rt_hash_mix(sum, seed[1]);
}

static void write_down(const host_strand *strand, const deed *d) {
    host_state *host = strand->host;
    if (!schedule_of(host)->has_log) return;
    char name[80], line[256];
    name_strand(strand, name, sizeof name);
    int size = snprintf(line, sizeof line, "%s\t%s\t%d\t%s\n", name,
                        d->has_place ? d->place.short_src : "?",
                        d->has_place ? d->place.currentline : 0, d->what);
    if (size > 0 && (size_t)size < sizeof line)
        rt_picker_log(picker_of(host), line, (size_t)size);
}

/* ---- points ---- */

void host_steer_stop_here(lua_State *L) {
    host_state *host = host_of(L);
    const host_strand *strand = host->current;
    if (!strand || host->is_closing || !rt_steer_is_on(host->runtime)) return;
    deed d = find_deed(L, NULL);
    host->steer_points++;
    rt_steer_point(host->runtime, host->loop, sum_up(&d));
    write_down(strand, &d);
}

void host_steer_note_wait(lua_State *L, const char *what) {
    host_state *host = host_of(L);
    if (!host->current || !rt_steer_is_on(host->runtime)) return;
    deed d = find_deed(L, what);
    write_down(host->current, &d);
}

void host_steer_count_wait(host_strand *strand) {
    host_state *host = strand->host;
    if (!rt_steer_is_on(host->runtime)) return;
    rt_schedule *s = schedule_of(host);
    if (++s->waits == s->cancel) host->steer_victim = strand;
}

void host_steer_lower(host_strand *strand) {
    host_state *host = strand->host;
    if (!rt_steer_is_on(host->runtime)) return;
    rt_steer_make_way(host->loop);
    rt_picker_lower(picker_of(host), number_of(strand));
    rt_picker_lower(picker_of(host), rt_steer_number(host->loop));
}

void host_steer_count_abandoned(host_state *host, unsigned count) {
    if (rt_steer_is_on(host->runtime)) schedule_of(host)->abandoned += count;
}

static int cancel_victim(lua_State *L) {
    host_strand *strand = lua_touserdata(L, 1);
    host_push_cancelled(L, 0);
    host_strand_cancel(L, strand);
    return 0;
}

static void collect(lua_State *L, host_state *host) {
    host->steer_points = 0;
    if (lua_gc(L, LUA_GCISRUNNING) > 0) lua_gc(L, LUA_GCCOLLECT);
}

void host_steer_turn(lua_State *L) {
    host_state *host = host_of(L);
    host_strand *victim = host->steer_victim;
    if (!rt_steer_is_on(host->runtime)) return;
    host->steer_victim = NULL;
    if (victim && victim->waiting_for) {
        lua_pushcfunction(L, cancel_victim);
        lua_pushlightuserdata(L, victim);
        if (lua_pcall(L, 1, 0, 0) != LUA_OK) lua_pop(L, 1);
    }
    if (++host->steer_points >= COLLECT_POINTS) collect(L, host);
    rt_steer_point(host->runtime, host->loop, 0);
}

/* ---- the ready queue ---- */

static unsigned list_ready(host_state *host, uint64_t *numbers) {
    unsigned count = 0;
    for (const host_strand *s = host->ready_first; s && count < RT_PICK_MOST;
         s = s->next_ready)
        numbers[count++] = number_of(s);
    return count;
}

static host_strand *take_at(host_state *host, unsigned index) {
    host_strand **at = &host->ready_first, *before = NULL;
    for (; index > 0; index--) {
        before = *at;
        at = &(*at)->next_ready;
    }
    host_strand *strand = *at;
    *at = strand->next_ready;
    if (host->ready_last == strand) host->ready_last = before;
    return strand;
}

/* The first is the default: it has waited longest. */
host_strand *host_steer_take(host_state *host) {
    uint64_t numbers[RT_PICK_MOST];
    unsigned count = list_ready(host, numbers), which = 0;
    if (count > 1 && rt_steer_is_on(host->runtime))
        which = rt_steer_pick(host->runtime, numbers, count,
                              (uint16_t)(numbers[0] * 31 + count));
    return take_at(host, which);
}
