/* lib_coroutine.c - resume and its kin, written so that a wait can pass
 * through them.
 *
 *     for line in coroutine.wrap(reader) do ... end  -- reader may sleep
 *
 * A wait of a task yields out of the innermost coroutine with
 * host->is_passing set. Each resume on the way sees that the yield is not the
 * user's, marks its coroutine as in flight and yields one level further, up to
 * the scheduler. Waking the task runs the continuations the same way back in,
 * and nobody in between has noticed. (The waits of the main strand suspend
 * nothing: they drive the scheduler where they are.)
 *
 * To Lua a coroutine in flight is suspended like any other, and a second task
 * could resume it. The mark, the lowest bit of the pointer in its extra space,
 * makes it look like what it is: it has resumed something and waits for it. A
 * task's own coroutine, which is its scheduler's to resume, gets the mark for
 * good when the script gets hold of it.
 *
 * host->running must be right at every instruction, as a signal handler arms
 * the hook of that coroutine; see switch_to. */
#include "lib/lib_coroutine.h"

#include <assert.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdatomic.h>
#include <stdint.h>

#include "core/cancel.h"
#include "core/failure.h"
#include "core/interrupt.h"
#include "core/state.h"
#include "core/task.h"
#include "core/userhook.h"

/* Lua 5.4.4 does not count the C stack of nested closes: 1 MiB of it is used
 * up between 1000 and 2000 of them. */
enum { MAX_NESTED_CLOSES = 150 };

/* Those on this C stack, whatever states run on it. */
static _Thread_local int nested_closes;

/* ---- in flight ---- */

static void set_in_flight(lua_State *co, bool is_in_flight) {
    uintptr_t *space = lua_getextraspace(co);
    *space = (*space & ~(uintptr_t)1) | (is_in_flight ? 1 : 0);
}

static bool is_in_flight(lua_State *co) {
    return *(uintptr_t *)lua_getextraspace(co) & 1;
}

/* Whether `co` is the coroutine the running task was started in. */
static bool is_of_task(lua_State *co) {
    host_strand *strand = host_of(co)->current;
    return strand && !strand->is_main && strand->L == co;
}

typedef enum { RUNNING, DEAD, SUSPENDED, NORMAL } co_state;

static const char *const state_names[] = {
    [RUNNING] = "running",
    [DEAD] = "dead",
    [SUSPENDED] = "suspended",
    [NORMAL] = "normal",
};

static co_state state_of(lua_State *L, lua_State *co) {
    if (L == co) return RUNNING;
    int status = lua_status(co);
    if (status == LUA_YIELD) return is_in_flight(co) ? NORMAL : SUSPENDED;
    if (status != LUA_OK) return DEAD;
    lua_Debug ar;
    if (lua_getstack(co, 0, &ar)) return NORMAL;  /* it resumes one */
    return lua_gettop(co) > 0 ? SUSPENDED : DEAD; /* its function, or nothing */
}

static lua_State *check_coroutine(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co, 1, "thread");
    return co;
}

/* ---- running ---- */

/* `next` runs from here on. A signal that came a moment ago has armed the hook
 * of the one before: then it is armed here too. One that comes after the store
 * finds `next`. */
static void switch_to(host_state *host, lua_State *next) {
    host->running = next;
    atomic_signal_fence(memory_order_seq_cst);
    if (host_is_wanted(host)) host_interrupt_rearm(host);
}

/* Puts `link` on the chain: L is about to run `co`.
 *
 * C code that resumes a coroutine itself leaves host->running behind. What
 * runs in there, and in what that resumes, is not tracked: a wait sees that it
 * is not in host->running and refuses.
 *
 * Returns: whether L is tracked, for leave. */
static bool enter(host_link *link, lua_State *L, lua_State *co) {
    host_state *host = host_of(L);
    bool is_tracked = host->running == L;
    link->outer = host->chain;
    link->resumer = L;
    host->chain = link;
    if (is_tracked) switch_to(host, co);
    return is_tracked;
}

/* The same way back. */
static void leave(const host_link *link, lua_State *L, bool is_tracked) {
    host_state *host = host_of(L);
    host->chain = link->outer;
    if (is_tracked) switch_to(host, L);
}

/* ---- resume ---- */

enum { FAILED = -1, PASSING = -2 };

static int reset(lua_State *L, lua_State *co);

static int fail(lua_State *L, const char *message) {
    lua_pushstring(L, message);
    return FAILED;
}

/* A coroutine that fails keeps its variables until it is closed. When its strand
 * is to stop and does not wait, nobody may come to that. */
static bool is_pressed(lua_State *L) {
    const host_strand *strand = host_of(L)->current;
    return strand && strand->was_pressed && nested_closes < MAX_NESTED_CLOSES;
}

/* Runs `co` with the arguments on its stack.
 * Returns: the number of results, which are on L's stack; FAILED, and the
 * error is; PASSING: L must yield, and call this again when it is resumed. */
static int run(lua_State *L, lua_State *co, int count) {
    host_link link;
    int results;
    bool is_tracked = enter(&link, L, co);
    int status = lua_resume(co, L, count, &results);
    leave(&link, L, is_tracked);
    if (status == LUA_YIELD && host_of(L)->is_passing) {
        assert(results == 0 && lua_isyieldable(L)); /* host_wait_begin saw */
        if (host_of(L)->current->must_leave && is_pressed(L))
            (void)reset(L, co); /* its task is not resumed any more */
        set_in_flight(co, true);
        return PASSING;
    }
    if (status != LUA_OK && status != LUA_YIELD) {
        /* The error stays; that of one that could not be resumed is not its own. */
        if (lua_status(co) > LUA_YIELD && is_pressed(L)) (void)reset(L, co);
        lua_xmove(co, L, 1);
        return FAILED;
    }
    if (results == 0) return 0; /* saves time: usual in one direction */
    if (!lua_checkstack(L, results + 1)) {
        lua_pop(co, results);
        return fail(L, "too many results to resume");
    }
    lua_xmove(co, L, results);
    return results;
}

/* The same from its beginning: the arguments are on L's stack. */
static int start(lua_State *L, lua_State *co, int count) {
    if (is_in_flight(co) && lua_status(co) == LUA_YIELD)
        return fail(L, "cannot resume non-suspended coroutine");
    if (count > 0) {
        if (!lua_checkstack(co, count))
            return fail(L, "too many arguments to resume");
        lua_xmove(L, co, count);
    }
    return run(L, co, count);
}

static int resume_on(lua_State *L, int status, lua_KContext context);

static int end_resume(lua_State *L, int results) {
    if (results == PASSING) return lua_yieldk(L, 0, 0, resume_on);
    if (results == FAILED) host_caught(L);
    lua_pushboolean(L, results != FAILED);
    int count = results == FAILED ? 1 : results;
    lua_insert(L, -(count + 1));
    return count + 1;
}

static int resume_on(lua_State *L, int status, lua_KContext context) {
    (void)status; /* LUA_YIELD */
    (void)context;
    lua_State *co = lua_tothread(L, 1);
    set_in_flight(co, false);
    return end_resume(L, run(L, co, 0));
}

/* coroutine.resume(co, ...) -> true, ... | false, error */
static int coroutine_resume(lua_State *L) {
    lua_State *co = check_coroutine(L);
    return end_resume(L, start(L, co, lua_gettop(L) - 1));
}

/* ---- close ---- */

/* Runs what is to be closed in `co`, which is not running.
 * Returns: LUA_OK, or a status and the error is on co's stack. */
static int reset(lua_State *L, lua_State *co) {
    if (nested_closes >= MAX_NESTED_CLOSES)
        return luaL_error(L, "too many nested close calls");
    host_link link;
    nested_closes++;
    bool is_tracked = enter(&link, L, co);
    int status = lua_resetthread(co);
    leave(&link, L, is_tracked);
    nested_closes--;
    return status;
}

/* coroutine.close(co) -> true | false, error */
static int coroutine_close(lua_State *L) {
    lua_State *co = check_coroutine(L);
    co_state state = state_of(L, co);
    if (state == RUNNING || state == NORMAL)
        return luaL_error(L, "cannot close a %s coroutine", state_names[state]);
    int status = reset(L, co);
    lua_pushboolean(L, status == LUA_OK);
    if (status == LUA_OK) return 1;
    lua_xmove(co, L, 1);
    return 2;
}

/* ---- create ---- */

/* Pushes a coroutine with the function at 1. */
static void push_new(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *co = lua_newthread(L);
    host_userhook_inherit(L, co);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
}

/* coroutine.create(f) -> co */
static int coroutine_create(lua_State *L) {
    push_new(L);
    return 1;
}

/* ---- wrap ---- */

static int wrap_on(lua_State *L, int status, lua_KContext context);

/* (error, co) -> text */
static int tell_where(lua_State *L) {
    luaL_traceback(L, lua_tothread(L, 2), "in a coroutine", 0);
    host_add_received(L, 1);
    return 1;
}

/* Pushes where in `co` its error at the top was raised, or nil: the reports of a
 * script that starts nothing are those of `lua`. */
static void push_place(lua_State *L, lua_State *co) {
    host_state *host = host_of(L);
    host_strand *strand = host->current;
    if (!strand || (strand->is_main && !host->self) ||
        host_strand_is_cancellation(L, strand, -1)) {
        lua_pushnil(L);
        return;
    }
    lua_pushcfunction(L, tell_where);
    lua_pushvalue(L, -2);
    lua_pushthread(co);
    lua_xmove(co, L, 1);
    if (lua_pcall(L, 2, 1, 0) == LUA_OK) return;
    lua_pop(L, 1);
    lua_pushnil(L);
}

/* Raises the error at the top, which `co` ended with, or could not be resumed
 * for: a string gets the place of the call. */
static int raise_from(lua_State *L, lua_State *co) {
    int status = lua_status(co);
    luaL_checkstack(L, 6, "error");
    if (status == LUA_OK || status == LUA_YIELD) {
        lua_pushnil(L);
    } else {
        push_place(L, co);
        status = reset(L, co);
        lua_xmove(co, L, 1);
        if (!lua_rawequal(L, -1, -3)) { /* that of a __close handler */
            lua_pushnil(L);
            lua_replace(L, -3);
        }
        lua_replace(L, -3);
    }
    lua_insert(L, -2); /* the place below the error */
    if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    host_note_received(L, -1, -2);
    return lua_error(L);
}

static int end_wrap(lua_State *L, lua_State *co, int results) {
    if (results == PASSING) return lua_yieldk(L, 0, 0, wrap_on);
    if (results == FAILED) return raise_from(L, co);
    return results;
}

static int wrap_on(lua_State *L, int status, lua_KContext context) {
    (void)status; /* LUA_YIELD */
    (void)context;
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    set_in_flight(co, false);
    return end_wrap(L, co, run(L, co, 0));
}

static int wrap_call(lua_State *L) {
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    return end_wrap(L, co, start(L, co, lua_gettop(L)));
}

/* coroutine.wrap(f) -> function */
static int coroutine_wrap(lua_State *L) {
    push_new(L);
    lua_pushcclosure(L, wrap_call, 1);
    return 1;
}

/* ---- the others ---- */

/* coroutine.yield(...) -> what the next resume passes */
static int coroutine_yield(lua_State *L) {
    if (is_of_task(L)) { /* nobody resumed it, as on the main Lua thread */
        lua_pushliteral(L, "attempt to yield from outside a coroutine");
        return lua_error(L);
    }
    return lua_yield(L, lua_gettop(L));
}

/* coroutine.isyieldable([co]) -> boolean */
static int coroutine_isyieldable(lua_State *L) {
    lua_State *co = lua_isnone(L, 1) ? L : check_coroutine(L);
    lua_pushboolean(L, lua_isyieldable(co) && !is_of_task(co));
    return 1;
}

/* coroutine.running() -> co, is_main */
static int coroutine_running(lua_State *L) {
    if (is_of_task(L)) {
        host_task_mark_seen(host_of(L)->current);
        set_in_flight(L, true);
    }
    int is_main = lua_pushthread(L);
    lua_pushboolean(L, is_main);
    return 2;
}

/* coroutine.status(co) -> "running" | "dead" | "suspended" | "normal" */
static int coroutine_status(lua_State *L) {
    lua_State *co = check_coroutine(L);
    lua_pushstring(L, state_names[state_of(L, co)]);
    return 1;
}

static const luaL_Reg functions[] = {
    {"close", coroutine_close},
    {"create", coroutine_create},
    {"isyieldable", coroutine_isyieldable},
    {"resume", coroutine_resume},
    {"running", coroutine_running},
    {"status", coroutine_status},
    {"wrap", coroutine_wrap},
    {"yield", coroutine_yield},
    {NULL, NULL},
};

void host_open_coroutine(lua_State *L) {
    lua_getglobal(L, LUA_COLIBNAME);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}
