/* cancel.c - `is_cancelled` and `cancelled_ns` of a strand follow from its bounds,
 * and are brought up to date whenever these change: waits look at nothing else.
 *
 * Errors are kept in the registry, and made at the latest when they are raised: to
 * spring a bound is a matter of C, which a timer can do. */
#include "core/cancel.h"

#include <lauxlib.h>
#include <string.h>

#include "core/failure.h"
#include "core/interrupt.h"
#include "ipc/remote.h"

/* The outermost sprung bound with no shield between it and the strand. */
static host_bound *find_reaching(const host_strand *strand) {
    host_bound *found = NULL;
    for (host_bound *b = strand->bounds; b; b = b->outer) {
        if (b->kind == HOST_BOUND_SHIELD) break;
        if (b->is_sprung) found = b;
    }
    return found;
}

static void update(host_strand *strand) {
    bool was_cancelled = strand->is_cancelled;
    strand->reaching = find_reaching(strand);
    strand->is_cancelled = strand->reaching != NULL;
    if (!strand->is_cancelled) {
        strand->is_unwinding = strand->has_caught = strand->was_pressed = false;
    } else if (!was_cancelled) {
        strand->cancelled_ns = rt_clock_now();
        strand->cleaning_ns = rt_loop_now(strand->host->loop);
        strand->press_ns = strand->cancelled_ns + HOST_GRACE_NS;
        strand->fresh_left = HOST_FRESH_COUNT;
    }
}

/* The same, and what has just been reached is to notice. */
static void update_and_press(host_strand *strand) {
    bool was_cancelled = strand->is_cancelled;
    update(strand);
    host_state *host = strand->host;
    if (strand->is_cancelled && !was_cancelled && host->current == strand)
        host_press_running(host, strand);
}

void host_bound_enter(host_strand *strand, host_bound *bound,
                      host_bound_kind kind) {
    *bound = (host_bound){.outer = strand->bounds,
                          .strand = strand,
                          .kind = kind,
                          .error = LUA_NOREF};
    strand->bounds = bound;
    if (kind == HOST_BOUND_SHIELD) atomic_fetch_add(&strand->host->shields, 1);
    update(strand);
}

static void drop_error(lua_State *L, host_bound *bound) {
    luaL_unref(L, LUA_REGISTRYINDEX, bound->error);
    bound->error = LUA_NOREF;
}

void host_bound_leave(lua_State *L, host_bound *bound) {
    host_strand *strand = bound->strand;
    if (!strand) return;
    host_bound **from = &strand->bounds;
    while (*from != bound) from = &(*from)->outer;
    *from = bound->outer;
    bound->strand = NULL;
    if (bound->kind == HOST_BOUND_SHIELD)
        atomic_fetch_sub(&strand->host->shields, 1);
    update_and_press(strand); /* it may have been a shield */
    drop_error(L, bound);
}

void host_bound_set_error(lua_State *L, host_bound *bound) {
    int error = luaL_ref(L, LUA_REGISTRYINDEX);
    drop_error(L, bound);
    bound->error = error;
}

/* If it is parked and its completion is not on its way, its wait ends now; a
 * wait in another process, as soon as that one has answered. */
static void end_wait(host_strand *strand) {
    if (strand->is_firm) return;
    if (!rt_waiter_cancel(&strand->waiter, RT_ECANCELLED) &&
        rt_remote_is_waiting(&strand->waiter))
        rt_remote_withdraw(&strand->waiter, RT_ECANCELLED);
}

/* To those who are to stop because it is. */
static void pass_on(host_strand *strand) {
    if (strand->pass_on) strand->pass_on(strand);
    for (host_bound *b = strand->bounds; b && b != strand->reaching;
         b = b->outer)
        if (b->pass_on) b->pass_on(b);
}

void host_bound_push_error(lua_State *L, host_bound *bound) {
    if (bound->error == LUA_NOREF) {
        luaL_checkstack(L, 8, "error");
        if (bound->make)
            bound->make(L, bound);
        else
            host_push_cancelled(L, 0);
        bound->error = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, bound->error);
}

void host_bound_spring(host_bound *bound) {
    host_strand *strand = bound->strand;
    if (!strand || bound->is_sprung) return;
    bound->is_sprung = true;
    bool was_cancelled = strand->is_cancelled;
    update_and_press(strand);
    if (!strand->is_cancelled || was_cancelled) return;
    end_wait(strand);
    pass_on(strand);
}

/* The error of a block tells what its strand was at: it is made when that one runs. */
void host_push_passed_on(lua_State *L, const host_strand *by) {
    host_bound *bound = by->reaching;
    if (!bound || (bound != &by->root && bound->error == LUA_NOREF)) {
        host_push_cancelled(L, 0);
        return;
    }
    host_bound_push_error(L, bound);
    host_push_cancelled_by(L, -1);
    lua_remove(L, -2);
}

/* host_bound.make: of one that was told because another strand is to stop. */
static void make_passed_on(lua_State *L, host_bound *bound) {
    host_push_passed_on(L, bound->maker);
}

void host_strand_pass_on(host_strand *strand, host_strand *by) {
    if (host_strand_was_told(strand)) return;
    strand->root.make = by ? make_passed_on : NULL;
    strand->root.maker = by;
    host_bound_spring(&strand->root);
}

void host_strand_cancel(lua_State *L, host_strand *strand) {
    if (host_strand_was_told(strand)) {
        lua_pop(L, 1);
        return;
    }
    host_bound_set_error(L, &strand->root);
    host_bound_spring(&strand->root);
}

void host_strand_put_below(host_strand *strand, const host_bound *bound) {
    if (strand->above[0] || !bound->strand) return;
    int count = 0;
    const host_strand *owner = bound->strand;
    for (; bound && count < HOST_ABOVE_MAX; bound = bound->outer) {
        if (bound->kind == HOST_BOUND_SHIELD) return;
        strand->above[count++] = bound;
    }
    for (int i = 0; count < HOST_ABOVE_MAX; i++)
        strand->above[count++] = owner->above[i];
}

void host_strand_told_since(host_strand *strand, int64_t since_ns) {
    if (!strand->is_cancelled || since_ns > strand->cancelled_ns) return;
    strand->cleaning_ns -= strand->cancelled_ns - since_ns;
    strand->cancelled_ns = since_ns;
    strand->press_ns = since_ns + HOST_GRACE_NS;
}

bool host_strand_is_cancellation(lua_State *L, host_strand *strand, int index) {
    if (!host_strand_was_told(strand)) return false;
    const char *kind = host_failure_kind(L, index);
    return kind && strcmp(kind, "cancelled") == 0;
}

void host_strand_unbind(lua_State *L, host_strand *strand) {
    while (strand->bounds != &strand->root) host_bound_leave(L, strand->bounds);
    memset(strand->above, 0, sizeof strand->above);
    strand->root.make = NULL;
    if (!strand->root.is_sprung) return;
    strand->root.is_sprung = false;
    drop_error(L, &strand->root);
    update(strand);
}

void host_strand_renew(lua_State *L, host_strand *strand) {
    host_state *host = strand->host;
    bool is_told = false;
    if (host->self) {
        pthread_mutex_lock(&host->self->lock);
        is_told = host->is_cancel_posted;
        pthread_mutex_unlock(&host->self->lock);
    }
    if (!is_told) host_strand_unbind(L, strand);
}

void host_push_cancellation(lua_State *L, host_strand *strand) {
    host_bound_push_error(L,
                          strand->reaching ? strand->reaching : &strand->root);
}

void host_raise_cancellation(lua_State *L, host_strand *strand,
                             const char *wait) {
    strand->is_unwinding = true;
    strand->ended_wait = wait;
    host_press_running(strand->host, strand);
    host_push_cancellation(L, strand);
    lua_error(L);
}

/* Whether the function at that level is the __close of its first argument. */
static bool is_closer(lua_State *L, lua_Debug *ar) {
    bool found = false;
    int top = lua_gettop(L);
    if (lua_getlocal(L, ar, 1) && luaL_getmetafield(L, -1, "__close")) {
        lua_getinfo(L, "f", ar);
        found = lua_rawequal(L, -1, -2);
    }
    lua_settop(L, top);
    return found;
}

/* A level is found in time proportional to its depth, so not all of a deep stack
 * are looked at. */
enum { MAX_LEVELS = 500 };

static bool runs_closer(lua_State *L, int level) {
    if (!lua_checkstack(L, 6)) return false;
    lua_Debug ar;
    for (; level < MAX_LEVELS && lua_getstack(L, level, &ar); level++)
        if (is_closer(L, &ar)) return true;
    return false;
}

bool host_in_cleanup(lua_State *L, int level) {
    if (runs_closer(L, level)) return true;
    const host_state *host = host_of(L);
    if (L != host->running) return false;
    for (host_link *link = host->chain; link; link = link->outer)
        if (runs_closer(link->resumer, 0)) return true;
    return false;
}

/* Who catches it once may do something about it; who catches it again and again
 * gets no more time. */
void host_caught_cancellation(host_strand *strand) {
    strand->is_unwinding = false;
    if (!strand->has_caught)
        strand->press_ns = rt_clock_now() + HOST_GRACE_NS;
    else if (strand->was_pressed)
        strand->press_ns = 0;
    strand->has_caught = true;
    host_press_running(strand->host, strand);
}
