/* task.c - start, run and end of a task.
 *
 * The stack of a task's coroutine: 1 the handle's userdata, 2 a message
 * handler, 3.. the function and its arguments. All of the task's code runs in
 * one protected call in there, so that to-be-closed variables may wait when an
 * error unwinds them, and the coroutine can be used again after any end. */
#include "core/task.h"

#include <assert.h>
#include <lauxlib.h>
#include <string.h>

#include "base/alloc.h"
#include "core/cancel.h"
#include "core/console.h"
#include "core/failure.h"
#include "core/held.h"
#include "core/interrupt.h"
#include "core/place.h"
#include "core/scheduler.h"
#include "core/ticket.h"
#include "core/userhook.h"
#include "core/wait.h"
#include "exec/outcome.h"
#include "ipc/remote.h"

/* Finished coroutines that are kept; above that they are left to the
 * collector. */
enum { MAX_IDLE = 1024 };

static int task_body(lua_State *L);
static int body_ended(lua_State *L, int status, lua_KContext context);
static void end_left(lua_State *L, host_slot *slot, host_task *task);
static void end_broken(host_state *host, host_slot *slot, host_task *task);
static void leave(host_state *host, host_slot *slot, host_task *task);
static void fail_shared(host_task *task, rt_strand_state state,
                        const char *kind, const char *message);
static void let_go(host_slot *slot);
static void wake_waiters(host_task *task);
static void wake_drained(host_state *host);

/* ---- slots ---- */

static host_slot *new_slot(lua_State *L) {
    host_state *host = host_of(L);
    lua_State *coroutine = lua_newthread(L);
    /* The hook of the creator is the creator's alone. */
    lua_sethook(coroutine, NULL, 0, 0);
    int anchor = luaL_ref(L, LUA_REGISTRYINDEX);
    host_slot *slot = rt_alloc(sizeof *slot);
    if (!slot) {
        luaL_unref(L, LUA_REGISTRYINDEX, anchor);
        luaL_error(L, "not enough memory");
    }
    host_strand_init(&slot->strand, host, coroutine, false);
    rt_list_init(&slot->link);
    slot->strand.anchor = anchor;
    host->slot_count++;
    slot->limit = NULL;
    return slot;
}

static host_slot *take_slot(lua_State *L) {
    host_state *host = host_of(L);
    rt_list *node = rt_list_pop(&host->idle);
    if (!node) return new_slot(L);
    host->idle_count--;
    return rt_container_of(node, host_slot, link);
}

static void free_slot(host_state *host, host_slot *slot) {
    luaL_unref(host->L, LUA_REGISTRYINDEX, slot->strand.anchor);
    host->slot_count--;
    rt_free(slot);
}

/* The task has ended, or did not begin; the coroutine's stack is empty. */
static void give_slot(host_state *host, host_slot *slot) {
    lua_State *coroutine = slot->strand.L;
    host_strand_unbind(host->L, &slot->strand);
    if (slot->strand.is_seen || host->idle_count >= MAX_IDLE) {
        free_slot(host, slot);
        return;
    }
    if (lua_gethook(coroutine)) lua_sethook(coroutine, NULL, 0, 0);
    slot->strand.waiting_for = NULL;
    slot->strand.is_awaited = false;
    host->idle_count++;
    rt_list_push(host->idle.next, &slot->link); /* the front: it is warm */
}

/* ---- start ---- */

void host_task_new_metatable(lua_State *L) {
    luaL_newmetatable(L, HOST_TASK_TYPE);
    host_of(L)->task_metatable_address = lua_topointer(L, -1);
    lua_pushvalue(L, -1);
    host_of(L)->task_metatable = luaL_ref(L, LUA_REGISTRYINDEX);
}

/* Pushes the handle, and notes which function starts the task, and its line. */
static host_task *new_handle(lua_State *L) {
    host_state *host = host_of(L);
    host_task *task = lua_newuserdatauv(L, sizeof *task, HOST_TASK_VALUES);
    *task = (host_task){.slot = NULL};
    rt_list_init(&task->waiters);
    lua_rawgeti(L, LUA_REGISTRYINDEX, host->task_metatable);
    lua_setmetatable(L, -2);
    lua_Debug ar;
    for (int level = 1; lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "lf", &ar);
        if (ar.currentline <= 0 && lua_getstack(L, level + 1, &ar)) {
            lua_pop(L, 1); /* a C function: who has called that? */
            continue;
        }
        task->line = ar.currentline;
        lua_setiuservalue(L, -2, HOST_TASK_OUTCOME);
        break;
    }
    return task;
}

void host_task_place(lua_State *L, int index) {
    lua_Debug ar;
    if (!host_place_find(L, 1, &ar)) return;
    host_task *task = lua_touserdata(L, index);
    index = lua_absindex(L, index);
    task->line = ar.currentline;
    lua_getinfo(L, "f", &ar);
    lua_setiuservalue(L, index, HOST_TASK_OUTCOME);
}

host_task *host_task_start(lua_State *L, int first) {
    host_state *host = host_of(L);
    /* Both stacks have LUA_MINSTACK slots beyond a C function's arguments. */
    int count = lua_gettop(L) - first + 1; /* the function and arguments */
    host_ticket_before_task(L);
    host_task *task = new_handle(L); /* may raise, and so may take_slot */
    host_slot *slot = take_slot(L);
    lua_State *coroutine = slot->strand.L;
    if (count > LUA_MINSTACK / 2 && !lua_checkstack(coroutine, count + 8)) {
        give_slot(host, slot);
        luaL_error(L, "too many arguments to start a task");
    }
    rt_list_push(&host->tasks, &slot->link);
    slot->task = task;
    task->slot = slot;
    task->number = ++host->task_number;
    slot->strand.party.id = task->number;
    slot->strand.party.thread = host->main.party.id;
    slot->strand.owner = task->owner = host_owner(L);
    lua_pushcfunction(coroutine, task_body);
    lua_pushvalue(L, -1);
    lua_xmove(L, coroutine, 1); /* the handle */
    lua_pushcfunction(coroutine, host_keep_traceback);
    lua_insert(L, first);
    lua_xmove(L, coroutine, count); /* the function and its arguments */
    if (host->current && host->current->console) {
        task->is_guest = true;
        host_console_add(host->current->console, &slot->strand);
    } else {
        host->task_count++;
    }
    if (!atomic_load_explicit(&host->has_tasks, memory_order_relaxed)) {
        atomic_store(&host->has_tasks, true);
        rt_monitor_poke(host->runtime);
    }
    host_ready(&slot->strand);
    return task;
}

void host_task_make_daemon(host_task *task) {
    if (host_task_counts(task)) task->slot->strand.host->task_count--;
    task->is_daemon = true;
}

void host_task_inherit(host_task *task, const host_task *starter) {
    if (starter->is_daemon) host_task_make_daemon(task);
}

/* ---- run ---- */

void host_task_resume(lua_State *L, host_task *task) {
    host_slot *slot = task->slot;
    host_state *host = slot->strand.host;
    lua_State *coroutine = slot->strand.L;
    int count = 0;
    if (task->state == RT_STRAND_PENDING) {
        task->state = RT_STRAND_RUNNING;
        count = lua_gettop(coroutine) - 1; /* all but task_body */
    }
    host->current = &slot->strand;
    host->running = coroutine;
    host->chain = NULL;
    host_runs(host, &slot->strand);
    if (host_is_wanted(host)) host_interrupt_rearm(host);
    int results;
    int status = lua_resume(coroutine, L, count, &results);
    host->running = L;
    host->current = &host->main; /* main drives: it is what runs now */
    bool was_passing = host->is_passing;
    host->is_passing = false;
    if (status == LUA_YIELD) {
        lua_pop(coroutine, results);
        if (slot->strand.must_leave)
            end_left(L, slot, task);
        else if (!was_passing)
            host_ready(&slot->strand); /* C code yielded */
        return;
    }
    if (status != LUA_OK) end_broken(host, slot, task);
    assert(host_task_ended(task));
    give_slot(host, slot);
}

/* The end itself failed, for want of memory: there is no outcome. */
static void end_broken(host_state *host, host_slot *slot, host_task *task) {
    slot->strand.is_seen = true; /* a coroutine that failed is not used again */
    if (!task->slot) return;
    if (!rt_list_empty(&slot->link)) leave(host, slot, task);
    task->state = RT_STRAND_FAILED;
    let_go(slot);
    fail_shared(task, RT_STRAND_FAILED, "nomem", "not enough memory");
    task->slot = NULL;
    wake_waiters(task);
    wake_drained(host);
}

/* (handle, error) */
static int leave_body(lua_State *L) {
    return body_ended(L, LUA_ERRRUN, 0);
}

/* It was made to yield, and is not to go on: closes its variables; it ends with
 * the error that it did not heed, or with that of a __close handler. */
static void end_left(lua_State *L, host_slot *slot, host_task *task) {
    host_strand *strand = &slot->strand;
    host_state *host = strand->host;
    lua_State *coroutine = strand->L;
    host_task_push(L, task);
    host_push_cancellation(L, strand);
    host->current = strand;
    host->running = coroutine;
    if (host->polls) host_interrupt_rearm(host);
    if (lua_resetthread(coroutine) != LUA_OK) {
        lua_xmove(coroutine, L, 1);
        lua_replace(L, -2);
    }
    lua_settop(coroutine, 0);
    lua_pushcfunction(coroutine, leave_body);
    lua_xmove(L, coroutine, 2);
    int status = lua_pcall(coroutine, 2, 0, 0);
    host->running = L;
    host->current = &host->main;
    slot->strand.is_seen = true;
    if (status != LUA_OK) end_broken(host, slot, task);
    give_slot(host, slot);
}

static int task_body(lua_State *L) {
    host_strand *strand = host_of(L)->current;
    if (strand->is_cancelled) { /* before it began: it does not begin */
        host_push_cancellation(L, strand);
        return body_ended(L, LUA_ERRRUN, 0);
    }
    int status =
        lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 2, 0, body_ended);
    return body_ended(L, status, 0);
}

/* ---- end ---- */

/* The results are at 3 and above. */
static void keep_results(lua_State *L, host_task *task) {
    int count = lua_gettop(L) - 2;
    task->result_count = count;
    if (count == 0) return;
    if (count > 1) {
        lua_createtable(L, count, 0);
        lua_insert(L, 3);
        for (int i = count; i >= 1; i--) lua_rawseti(L, 3, i);
    }
    lua_setiuservalue(L, 1, HOST_TASK_OUTCOME);
}

static bool is_own_cancellation(lua_State *L, host_task *task, int error) {
    return host_strand_is_cancellation(L, &task->slot->strand, error);
}

/* The error is at the top. */
static void keep_error(lua_State *L, host_task *task) {
    host_push_kept_traceback(L, -1);
    if (lua_isstring(L, -1))
        host_task_set_extra(L, 1, "traceback");
    else
        lua_pop(L, 1);
    lua_getiuservalue(L, 1, HOST_TASK_OUTCOME);
    host_task_set_extra(L, 1, "starter");
    task->state = is_own_cancellation(L, task, lua_gettop(L))
                      ? RT_STRAND_CANCELLED
                      : RT_STRAND_FAILED;
    lua_setiuservalue(L, 1, HOST_TASK_OUTCOME);
}

/* Until somebody receives the error, the handle is kept for the report: in the set of
 * those that have failed, with the console that is to tell of it, or true. */
static void keep_for_report(lua_State *L, host_task *task) {
    host_console *console = task->slot->strand.console;
    if (console && host_console_is_closed(console)) {
        task->is_observed = true; /* there is nobody to be told */
        return;
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_failed);
    lua_pushvalue(L, 1);
    if (console)
        lua_pushlightuserdata(L, console);
    else
        lua_pushboolean(L, 1);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    if (console)
        host_console_fail(console);
    else
        rt_runtime_tell_failure(host_of(L)->runtime);
}

static void let_go(host_slot *slot) {
    if (slot->limit) host_task_end_limit(slot);
    if (slot->strand.console) host_console_leave(&slot->strand);
    rt_item_clear(&slot->strand.item);
    slot->strand.acts_for = &slot->strand;
    host_held_leave(&slot->strand);
}

/* It is no task of the state's any more. */
static void leave(host_state *host, host_slot *slot, host_task *task) {
    rt_list_unlink(&slot->link);
    if (host_task_counts(task)) host->task_count--;
}

static void wake_waiters(host_task *task) {
    for (rt_list *node; (node = rt_list_pop(&task->waiters));) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        if (rt_waiter_claim(waiter)) rt_waiter_complete_here(waiter, RT_OK);
    }
}

/* The main strand may be waiting for the last task. */
static void wake_drained(host_state *host) {
    if (host->task_count == 0 && host->is_draining)
        (void)rt_waiter_cancel(&host->main.waiter, RT_OK);
}

static int call_end_hook(lua_State *L) {
    host_task *task = lua_touserdata(L, 1);
    host_of(L)->on_task_end(L, task);
    return 0;
}

static void run_end_hook(lua_State *L, host_task *task) {
    if (!task->shared) return;
    lua_pushcfunction(L, call_end_hook);
    lua_pushvalue(L, 1);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        lua_warning(L, "error at the end of a task: ", 1);
        lua_warning(L, host_push_message(L, -1), 0);
        lua_pop(L, 2);
        fail_shared(task, RT_STRAND_FAILED, "nomem", "not enough memory");
    }
}

/* For other states the task has ended without an outcome of its own, so that
 * nobody waits for it, or asks it to stop, any more. */
static void fail_shared(host_task *task, rt_strand_state state,
                        const char *kind, const char *message) {
    if (!task->shared || rt_strand_ended(task->shared)) return;
    (void)rt_strand_finish(task->shared, state,
                           rt_outcome_error(kind, message, NULL));
}

static int body_ended(lua_State *L, int status, lua_KContext context) {
    (void)context;
    host_task *task = lua_touserdata(L, 1);
    host_slot *slot = task->slot;
    host_state *host = slot->strand.host;
    bool is_well = status == LUA_OK || status == LUA_YIELD;
    host_userhook_drop(L, L); /* what follows is not the script's */
    if (is_well && host_interrupt_at_end(&slot->strand)) {
        host_push_cancellation(L, &slot->strand);
        is_well = false;
    }
    leave(host, slot, task);
    if (is_well) {
        task->state = RT_STRAND_DONE;
        keep_results(L, task);
    } else {
        keep_error(L, task);
        if (task->state == RT_STRAND_FAILED) keep_for_report(L, task);
    }
    let_go(slot);
    run_end_hook(L, task);
    task->slot = NULL;
    wake_waiters(task);
    wake_drained(host);
    return 0;
}

/* ---- handles ---- */

host_task *host_task_test(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index))
        return NULL;
    bool is_task = lua_topointer(L, -1) == host_of(L)->task_metatable_address;
    lua_pop(L, 1);
    return is_task ? lua_touserdata(L, index) : NULL;
}

void host_task_observe(lua_State *L, int index) {
    host_task *task = lua_touserdata(L, index);
    if (task->is_observed) return;
    task->is_observed = true;
    index = lua_absindex(L, index);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_failed);
    lua_pushvalue(L, index);
    lua_pushnil(L);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

int host_task_results(lua_State *L, int index) {
    host_task *task = lua_touserdata(L, index);
    index = lua_absindex(L, index);
    if (task->state != RT_STRAND_DONE) {
        host_task_observe(L, index);
        luaL_checkstack(L, 8, "error");
        lua_getiuservalue(L, index, HOST_TASK_OUTCOME);
        host_task_push_report(L, index);
        host_note_received(L, -2, -1);
        lua_pop(L, 1);
        return lua_error(L);
    }
    int count = task->result_count;
    luaL_checkstack(L, count + 2, "too many results");
    if (count == 1) lua_getiuservalue(L, index, HOST_TASK_OUTCOME);
    if (count > 1) {
        lua_getiuservalue(L, index, HOST_TASK_OUTCOME);
        int table = lua_gettop(L);
        for (int i = 1; i <= count; i++) lua_rawgeti(L, table, i);
        lua_remove(L, table);
    }
    return count;
}

void host_task_push_error(lua_State *L, int index) {
    host_task *task = lua_touserdata(L, index);
    if (task->state == RT_STRAND_FAILED || task->state == RT_STRAND_CANCELLED)
        lua_getiuservalue(L, index, HOST_TASK_OUTCOME);
    else
        lua_pushnil(L);
}

void host_task_push_traceback(lua_State *L, int index) {
    host_task_get_extra(L, index, "traceback");
}

/* The handle is at the bottom of the coroutine's stack: above task_body until
 * the task has started, in its frame's first slot after that. */
void host_task_push(lua_State *L, host_task *task) {
    lua_State *coroutine = task->slot->strand.L;
    if (task->state == RT_STRAND_PENDING) {
        lua_pushvalue(coroutine, 2);
    } else {
        lua_Debug ar;
        (void)lua_getstack(coroutine, host_place_outermost(coroutine), &ar);
        (void)lua_getlocal(coroutine, &ar, 1);
    }
    if (coroutine != L) lua_xmove(coroutine, L, 1);
}

void host_task_push_current(lua_State *L) {
    host_strand *strand = host_of(L)->current;
    if (!strand || strand->is_main)
        lua_pushnil(L);
    else
        host_task_push(L, host_task_of(strand));
}

void host_task_cancel(lua_State *L, host_task *task, int reason) {
    if (host_task_ended(task) || host_strand_was_told(&task->slot->strand))
        return;
    host_push_cancelled(L, reason);
    host_strand_cancel(L, &task->slot->strand);
}

/* How long other processes have to answer that a wait is over. */
#define ANSWER_NS (RT_SECOND / 5)

static void withdraw_wait(host_strand *strand) {
    if (!rt_waiter_cancel(&strand->waiter, RT_ECANCELLED))
        rt_remote_withdraw(&strand->waiter, RT_ECANCELLED);
}

/* Its wait was withdrawn; a completion that is on its way arrives: after this no
 * other thread knows the waiter. */
static void end_wait(host_strand *strand, int64_t end_ns) {
    while (rt_waiter_parked(&strand->waiter)) {
        int64_t now = rt_loop_now(strand->host->loop);
        if (now >= end_ns) rt_remote_abandon(&strand->waiter, RT_ECANCELLED);
        rt_loop_turn(strand->host->loop, true, now + RT_SECOND / 1000);
    }
    if (strand->clean_up) {
        strand->clean_up(strand);
        strand->clean_up = NULL;
    }
    rt_message_free(strand->waiter.message); /* an answer nobody takes */
    strand->waiter.message = NULL;
}

void host_tasks_abandon(host_state *host) {
    /* All waits first: what ends one still uses the others' slots. */
    withdraw_wait(&host->main);
    for (rt_list *node = host->tasks.next; node != &host->tasks;
         node = node->next)
        withdraw_wait(&rt_container_of(node, host_slot, link)->strand);
    int64_t end = rt_loop_now(host->loop) + ANSWER_NS; /* of all of them */
    end_wait(&host->main, end);
    for (rt_list *node = host->tasks.next; node != &host->tasks;
         node = node->next)
        end_wait(&rt_container_of(node, host_slot, link)->strand, end);
    host_held_settle(&host->main);
    for (rt_list *node = host->tasks.next; node != &host->tasks;
         node = node->next)
        host_held_settle(&rt_container_of(node, host_slot, link)->strand);
    host->ready_first = host->ready_last = NULL;
    host->current = &host->main; /* os.exit may be called by a task */
    for (rt_list *node; (node = rt_list_pop(&host->tasks));) {
        host_slot *slot = rt_container_of(node, host_slot, link);
        let_go(slot);
        fail_shared(slot->task, RT_STRAND_CANCELLED, "cancelled",
                    "cancelled: the state of the task was closed");
        slot->task->state = RT_STRAND_CANCELLED;
        slot->task->slot = NULL;
        host_strand_unbind(host->L, &slot->strand);
        rt_free(slot);
    }
    for (rt_list *node; (node = rt_list_pop(&host->idle));)
        rt_free(rt_container_of(node, host_slot, link));
    host->idle_count = 0;
}
