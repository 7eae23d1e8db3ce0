/* work.c */
#include "ship/work.h"

#include <lauxlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/cancel.h"
#include "core/end.h"
#include "core/failure.h"
#include "core/held.h"
#include "core/interrupt.h"
#include "core/lookout.h"
#include "core/userhook.h"
#include "core/wait.h"
#include "ship/outcome.h"
#include "ship/ship.h"

/* ---- cancellation from outside ---- */

/* Cancels the main strand of the state; runs on its own thread. */
static void on_cancel_post(rt_post *post);

/* rt_strand.cancel, under the strand's lock. */
static void post_cancel(rt_strand *strand, rt_message *reason) {
    host_state *host = strand->cancel_target;
    if (host->is_cancel_posted) {
        rt_message_free(reason);
        return;
    }
    host->is_cancel_posted = true;
    host->cancel_reason = reason;
    host_told_add(host, &host->main_told, &host->main, &host->main.root);
    rt_loop_post(host->loop, &host->cancel_post);
}

static int cancel_main(lua_State *L) {
    host_state *host = host_of(L);
    rt_message *reason = lua_touserdata(L, 1);
    int count = host_unship(L, reason);
    host_push_cancelled(L, count > 0 && !lua_isnil(L, -1) ? -1 : 0);
    host_strand_cancel(L, &host->main);
    host_strand_told_since(&host->main, host->main_told.since_ns);
    return 0;
}

static void on_cancel_post(rt_post *post) {
    host_state *host = rt_container_of(post, host_state, cancel_post);
    lua_State *L = host->L;
    rt_message *reason = host->cancel_reason;
    host->cancel_reason = NULL;
    host_told_remove(host->runtime, &host->main_told);
    lua_pushcfunction(L, cancel_main);
    lua_pushlightuserdata(L, reason);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        lua_pop(L, 1);
        /* A reason that cannot be read here: then without it. */
        lua_pushcfunction(L, cancel_main);
        lua_pushlightuserdata(L, NULL);
        if (lua_pcall(L, 1, 0, 0) != LUA_OK) lua_pop(L, 1);
    }
    rt_message_free(reason);
}

/* A cancellation that came before the strand began is there already: see
 * host_work_cancel_early. */
void host_work_adopt(host_state *host, rt_strand *strand) {
    host->self = strand;
    rt_member_set_strand(host->runtime, &host->member, strand);
    if (strand->kind == RT_STRAND_THREAD) {
        host->main.party.kind = RT_PARTY_THREAD;
        host->main.party.id = (uint32_t)strand->object.id;
    }
    host->cancel_post.run = on_cancel_post;
    pthread_mutex_lock(&strand->lock);
    rt_message *early = strand->cancel_target;
    bool is_cancelled = strand->cancel == NULL;
    strand->state = RT_STRAND_RUNNING;
    strand->tid = (pid_t)syscall(SYS_gettid);
    if (strand->kind == RT_STRAND_THREAD)
        atomic_store(&strand->party, &host->main.party);
    if (strand->kind == RT_STRAND_PROCESS) strand->pid = getpid();
    strand->cancel_target = host;
    strand->cancel = post_cancel;
    if (is_cancelled) post_cancel(strand, early);
    pthread_mutex_unlock(&strand->lock);
    if (is_cancelled) rt_loop_turn(host->loop, false, 0);
}

void host_work_disown(host_state *host) {
    rt_strand *strand = host->self;
    pthread_mutex_lock(&strand->lock);
    strand->cancel = NULL;
    atomic_store(&strand->party, NULL);
    bool is_posted = host->is_cancel_posted;
    pthread_mutex_unlock(&strand->lock);
    if (is_posted) rt_loop_turn(host->loop, false, 0);
    rt_message_free(host->cancel_reason);
    host->cancel_reason = NULL;
}

void host_work_cancel_early(rt_strand *strand, rt_message *reason) {
    strand->cancel = NULL;
    strand->cancel_target = reason;
}

bool host_work_probe(rt_strand *strand, rt_post *post) {
    bool keeps_rules = false;
    pthread_mutex_lock(&strand->lock);
    if (strand->cancel == post_cancel) { /* so the state is there */
        host_state *host = strand->cancel_target;
        keeps_rules = atomic_load(&host->shields) > 0;
        if (!keeps_rules) {
            rt_loop_post(host->loop, post);
            host_order(host, HOST_ORDER_LOOK);
        }
    }
    pthread_mutex_unlock(&strand->lock);
    return keeps_rules;
}

/* ---- the run ---- */

/* (work, light userdata) -> results of the function */
static int run_work(lua_State *L) {
    const rt_message *work = lua_touserdata(L, 1);
    lua_settop(L, 0);
    host_strand *strand = &host_of(L)->main;
    if (strand->is_cancelled) { /* before it began: it does not begin */
        host_push_cancellation(L, strand);
        return lua_error(L);
    }
    int count = host_unship_work(L, work);
    lua_call(L, count - 1, LUA_MULTRET);
    if (host_interrupt_at_end(strand)) host_raise_cancellation(L, strand, NULL);
    return lua_gettop(L);
}

/* (results...) -> message */
static int ship_results(lua_State *L) {
    int count = lua_gettop(L);
    lua_pushlightuserdata(L, host_outcome_ship_results(L, 1, count));
    return 1;
}

/* The error is on the top; popped. */
static rt_message *ship_error(lua_State *L) {
    int top = lua_gettop(L);
    luaL_checkstack(L, 10, "error");
    host_push_kept_traceback(L, top);
    rt_message *outcome = host_outcome_ship_failure(L, top, top + 1);
    lua_settop(L, top - 1);
    return outcome;
}

static rt_strand_state failure_state(lua_State *L, host_state *host) {
    bool is_own = host_strand_is_cancellation(L, &host->main, -1);
    return is_own ? RT_STRAND_CANCELLED : RT_STRAND_FAILED;
}

/* The program's rule for its main script holds for every main function: it is
 * over when the tasks it started are; when it failed, they are cancelled. */
static int end_tasks(host_state *host, bool has_failed) {
    if (has_failed) host_end_cancel(host, NULL);
    if (host_end_tasks(host, HOST_NO_DEADLINE) != RT_OK)
        host_end_cancel(host, NULL);
    int64_t end = rt_loop_now(host->loop) + HOST_END_GRACE_NS;
    (void)host_end_daemons(host, (host_deadline){end, end});
    return host_end_report(host);
}

rt_message *host_work_run(host_state *host, const rt_message *work,
                          rt_strand_state *state) {
    lua_State *L = host->L;
    lua_settop(L, 0);
    host_forget_traceback(L);
    lua_pushcfunction(L, host_keep_traceback);
    lua_pushcfunction(L, run_work);
    lua_pushlightuserdata(L, (void *)work);
    int status = lua_pcall(L, 1, LUA_MULTRET, 1);
    host_userhook_drop(L, L); /* what follows is not the script's */
    *state = RT_STRAND_DONE;
    rt_message *outcome = NULL;
    if (status == LUA_OK) {
        lua_pushcfunction(L, ship_results);
        lua_insert(L, 2);
        status = lua_pcall(L, lua_gettop(L) - 2, 1, 1);
        if (status == LUA_OK) {
            outcome = lua_touserdata(L, -1);
            lua_settop(L, 1);
        }
    }
    if (status != LUA_OK) {
        *state = failure_state(L, host);
        outcome = ship_error(L);
    }
    host_held_leave(&host->main);
    int unhandled = 0;
    if (!rt_list_empty(&host->tasks) || host->task_number > 0)
        unhandled = end_tasks(host, *state != RT_STRAND_DONE);
    if (unhandled > 0)
        atomic_fetch_add(&host->runtime->unhandled_count, unhandled);
    return outcome;
}
