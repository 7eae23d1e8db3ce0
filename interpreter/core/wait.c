/* wait.c - registering, suspending and completing the wait of a strand. */
#include "core/wait.h"

#include <assert.h>
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "core/cancel.h"
#include "core/deadlock.h"
#include "core/failure.h"
#include "core/interrupt.h"
#include "core/scheduler.h"
#include "core/task.h"
#include "core/steer.h"
#include "ipc/remote.h"

/* What a strand does within this time of its wake counts as done at its wake,
 * when timers are put in order. Long enough for a few lines of output on a busy
 * machine; a strand that computes for so long holds up other timers by as much
 * at most (loop/timer.h). */
#define SOON_NS INT64_C(20000000)

/* ---- may it wait here? ---- */

static bool in_finalizer(lua_State *L) {
    return lua_gc(L, LUA_GCISRUNNING) < 0; /* the collector is inside a __gc */
}

/* Pushes the name of the C function on the top of L's stack, if a library has
 * it; replaces it. */
static void name_from_libraries(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (!lua_istable(L, -1)) continue;
        for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
            if (lua_type(L, -2) != LUA_TSTRING || !lua_rawequal(L, -1, -6))
                continue;
            lua_pop(L, 1);
            lua_replace(L, -5); /* the field's name over the function */
            lua_pop(L, 3);
            return;
        }
    }
    lua_pop(L, 2);
    lua_pushliteral(L, "?");
}

/* Raises in L, naming the innermost C function on the stack of `where` and its
 * caller. Level 0 there is the wait itself, or the resume of a coroutine. */
static void refuse(lua_State *L, lua_State *where, const char *what) {
    lua_Debug ar;
    for (int level = 1; lua_getstack(where, level, &ar); level++) {
        lua_getinfo(where, "Snf", &ar);
        if (where != L) lua_xmove(where, L, 1);
        if (*ar.what != 'C') {
            lua_pop(L, 1);
            continue;
        }
        name_from_libraries(L);
        const char *name = ar.name ? ar.name : lua_tostring(L, -1);
        char function[80];
        snprintf(function, sizeof function, "'%s'", name);
        const char *place = "";
        if (lua_getstack(where, level + 1, &ar)) {
            lua_getinfo(where, "Sl", &ar);
            if (ar.currentline > 0)
                place = lua_pushfstring(L, ", called at %s:%d", ar.short_src,
                                        ar.currentline);
        }
        host_raise(L, "usage",
                   "cannot wait (%s) inside the C function %s%s: it cannot be "
                   "suspended",
                   what, function, place);
    }
    host_raise(L, "usage",
               "cannot wait (%s) here: Lua cannot suspend this code", what);
}

/* The wait of a task goes out through every user coroutine between L and the
 * task, so each of them must be able to yield. */
static void check_yieldable(lua_State *L, host_state *host, const char *what) {
    if (L != host->running)
        host_raise(L, "usage",
                   "cannot wait (%s) in a coroutine that C code resumed", what);
    if (!lua_isyieldable(L)) refuse(L, L, what);
    for (host_link *link = host->chain; link; link = link->outer)
        if (!lua_isyieldable(link->resumer)) refuse(L, link->resumer, what);
}

/* ---- the wait ---- */

host_strand *host_wait_begin(lua_State *L, const char *what) {
    host_state *host = host_of(L);
    host_strand *strand = host->current;
    if (host->is_closing)
        host_raise(L, "usage", "cannot wait (%s): the state is closing", what);
    /* Where a task can yield is no finalizer. */
    if ((!strand || strand->is_main || !lua_isyieldable(L)) && in_finalizer(L))
        host_raise(L, "usage", "cannot wait (%s) in a __gc metamethod", what);
    if (!strand) /* the loop has called: a module loads while none runs */
        host_raise(L, "usage", "cannot wait (%s) here: no strand runs", what);
    if (!strand->is_main) check_yieldable(L, host, what);
    if (strand->is_cancelled && !strand->is_unwinding && !host_in_cleanup(L, 0))
        host_raise_cancellation(L, strand, what);
    if (host->is_steered) host_steer_note_wait(L, what);
    strand->waiting_for = what;
    return strand;
}

host_strand *host_wait_go_on(lua_State *L, const char *what) {
    host_strand *strand = host_of(L)->current;
    strand->waiting_for = what;
    return strand;
}

void host_wait_raise(lua_State *L, host_strand *strand, int status) {
    if (status == RT_ESTUCK) lua_error(L);
    if (status == RT_ECANCELLED)
        host_raise_cancellation(L, strand, strand->ended_wait);
    if (status != RT_EINTERRUPTED) return;
    host_push_where(L); /* not plait's own lines */
    lua_pushliteral(L, "interrupted!");
    lua_concat(L, 2);
    lua_error(L);
}

bool host_can_wait(lua_State *L) {
    const host_strand *strand = host_of(L)->current;
    return strand && !strand->is_cancelled && host_can_suspend(L);
}

bool host_can_suspend(lua_State *L) {
    host_state *host = host_of(L);
    const host_strand *strand = host->current;
    if (!strand || host->is_closing) return false;
    if (strand->is_main) return !in_finalizer(L);
    if (L != host->running || !lua_isyieldable(L)) return false;
    for (host_link *link = host->chain; link; link = link->outer)
        if (!lua_isyieldable(link->resumer)) return false;
    return true;
}

/* It has got what it waited for, was told to stop after that, and runs only now:
 * its grace begins. Once only: a later wait is clean-up. */
static void begin_grace(host_strand *strand) {
    if (strand->press_ns != strand->cancelled_ns + HOST_GRACE_NS) return;
    strand->press_ns = rt_clock_now() + HOST_GRACE_NS;
    host_press_running(strand->host, strand);
}

static int complete(lua_State *L, host_strand *strand, host_finish finish) {
    int status = strand->waiter.status;
    bool takes_all = strand->takes_all;
    if (status == RT_ESTUCK) host_deadlock_push(L);
    if (strand->is_cancelled) begin_grace(strand);
    strand->ended_wait = strand->waiting_for;
    strand->waiting_for = NULL;
    strand->takes_all = strand->is_firm = false;
    strand->pass_on = NULL;
    if (strand->clean_up) {
        strand->clean_up(strand);
        strand->clean_up = NULL;
    }
    if (!takes_all && (status == RT_ECANCELLED || status == RT_EINTERRUPTED ||
                       status == RT_ESTUCK)) {
        rt_item_clear(&strand->item);
        host_wait_raise(L, strand, status);
    }
    return finish(L, strand, status);
}

static int resumed(lua_State *L, int status, lua_KContext context) {
    (void)status; /* LUA_YIELD: waits are never continued after an error */
    return complete(L, host_of(L)->current, (host_finish)context);
}

/* Clean-up after a cancellation has a limit of its own. */
static host_deadline limit_cleanup(host_strand *strand,
                                   host_deadline deadline) {
    int64_t end = strand->cleaning_ns + strand->host->cleanup_ns;
    if (deadline.due_ns <= end) return deadline;
    return (host_deadline){end, end};
}

static void arm(host_strand *strand, host_deadline deadline) {
    if (strand->is_cancelled && !strand->is_firm)
        deadline = limit_cleanup(strand, deadline);
    int status =
        rt_waiter_arm(&strand->waiter, deadline.key_ns, deadline.due_ns);
    if (status == RT_OK) return;
    /* No memory for the timer: the wait is undone, unless it is over. */
    if (!rt_waiter_cancel(&strand->waiter, status))
        rt_remote_withdraw(&strand->waiter, status);
}

int host_wait_end(lua_State *L, host_strand *strand, int status,
                  host_deadline deadline, host_finish finish) {
    if (status != RT_PENDING) {
        strand->waiting_for = NULL;
        strand->pass_on = NULL;
        return finish(L, strand, status);
    }
    if (deadline.due_ns != RT_NEVER || strand->is_cancelled)
        arm(strand, deadline);
    if (strand->host->is_steered) host_steer_count_wait(strand);
    if (!strand->is_main) {
        strand->host->is_passing = true;
        return lua_yieldk(L, 0, (lua_KContext)finish, resumed);
    }
    host_drive(L);
    return complete(L, strand, finish);
}

int host_wait_end_any(lua_State *L, host_strand *strand, int status,
                      host_deadline deadline, host_finish finish,
                      host_wait_kind kind) {
    strand->takes_all = strand->is_firm = false;
    if (status == RT_PENDING) {
        strand->takes_all = true;
        strand->is_firm = kind == HOST_WAIT_FIRM;
    }
    return host_wait_end(L, strand, status, deadline, finish);
}

/* ---- time ---- */

int64_t host_now(lua_State *L) {
    const host_state *host = host_of(L);
    return rt_loop_now(host->loop) - host->shift_ns;
}

bool host_is_over(lua_State *L, host_deadline deadline) {
    return deadline.due_ns <= rt_loop_now(host_of(L)->loop);
}

host_deadline host_deadline_in(lua_State *L, double seconds) {
    host_state *host = host_of(L);
    int64_t now = host_now(L);
    /* See scheduler.c: soon after its wake is at its wake, or else at the
     * beginning of the turn, which is the same for all that run in it. */
    int64_t base = host->key_ns;
    if (now - base > SOON_NS || now < base) base = host->loop->now_ns;
    if (now - base > SOON_NS || now < base) base = now;
    host_deadline deadline = {rt_clock_add(base, seconds),
                              rt_clock_add(now, seconds)};
    /* One nanosecond more than asked for, so that the difference of two
     * clock readings as numbers is never less than `seconds`. A virtual clock
     * shows just what was asked for. */
    if (deadline.due_ns != RT_NEVER && !rt_clock_is_virtual(host->loop->clock))
        deadline.due_ns++;
    return deadline;
}

host_deadline host_check_timeout(lua_State *L, int arg) {
    if (lua_isnoneornil(L, arg)) return HOST_NO_DEADLINE;
    lua_Number seconds = luaL_checknumber(L, arg);
    luaL_argcheck(L, !isnan(seconds), arg, "time-out is not a number (nan)");
    luaL_argcheck(L, seconds >= 0, arg, "time-out is negative");
    return host_deadline_in(L, seconds);
}

int host_wait_push_failure(lua_State *L, int status, const char *why) {
    if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
    lua_pushnil(L);
    if (status == RT_ETIMEOUT || status == RT_ECLOSED) {
        lua_pushstring(L, status == RT_ETIMEOUT ? "timeout" : "closed");
        return 2;
    }
    lua_pushstring(L, why);
    lua_pushinteger(L, -status);
    return 3;
}
