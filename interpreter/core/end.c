/* end.c - what happens when a main function has returned. */
#include "core/end.h"

#include <lauxlib.h>
#include <string.h>

#include "core/failure.h"
#include "core/interrupt.h"
#include "core/output.h"
#include "core/scheduler.h"
#include "core/task.h"

int host_end_wait(host_state *host, host_deadline deadline) {
    host_strand *strand = &host->main;
    if (deadline.due_ns != RT_NEVER &&
        rt_waiter_arm(&strand->waiter, deadline.key_ns, deadline.due_ns))
        (void)rt_waiter_cancel(&strand->waiter, RT_ENOMEMORY);
    host_drive(host->L);
    return strand->waiter.status;
}

static int wait_for_tasks(host_state *host, host_deadline deadline) {
    while (host->task_count > 0) {
        host->is_draining = true;
        rt_waiter_park(&host->main.waiter, NULL, NULL);
        int status = host_end_wait(host, deadline);
        host->is_draining = false;
        if (status != RT_OK) return status;
    }
    return RT_OK;
}

/* ([reason]) -> all tasks are cancelled */
static int cancel_tasks(lua_State *L) {
    host_state *host = host_of(L);
    int reason = lua_gettop(L);
    for (rt_list *node = host->tasks.next; node != &host->tasks;) {
        rt_list *next = node->next; /* a cancelled task ends later */
        host_task_cancel(L, rt_container_of(node, host_slot, link)->task,
                         reason);
        node = next;
    }
    return 0;
}

void host_end_cancel(host_state *host, const char *reason) {
    lua_State *L = host->L;
    lua_pushcfunction(L, cancel_tasks);
    if (reason) lua_pushstring(L, reason);
    if (lua_pcall(L, reason ? 1 : 0, 0, 0) == LUA_OK) return;
    lua_pop(L, 1);
    if (reason) host_end_cancel(host, NULL); /* there was no memory for it */
}

int host_end_tasks(host_state *host, host_deadline deadline) {
    /* It was told before it came here: nothing will end the wait for it. */
    if (host->main.is_cancelled && deadline.due_ns == RT_NEVER)
        return host->task_count > 0 ? RT_ECANCELLED : RT_OK;
    return wait_for_tasks(host, deadline);
}

/* They were cancelled: if the main strand is now, too, nothing changes for them. */
int host_end_daemons(host_state *host, host_deadline deadline) {
    if (rt_list_empty(&host->tasks)) return RT_OK;
    /* From now on they are waited for like others. */
    for (rt_list *node = host->tasks.next; node != &host->tasks;
         node = node->next) {
        host_task *task = rt_container_of(node, host_slot, link)->task;
        if (!host_task_counts(task)) host->task_count++;
        task->is_daemon = task->is_guest = false;
    }
    host_end_cancel(host, NULL);
    int status;
    do status = wait_for_tasks(host, deadline);
    while (status == RT_ECANCELLED);
    return status;
}

/* ---- reports ---- */

static bool call_hook(lua_State *L, int error, int text) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_unhandled) !=
        LUA_TFUNCTION) {
        lua_pop(L, 1);
        return false;
    }
    lua_pushvalue(L, error);
    lua_pushvalue(L, text);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        host_tell_format(host_of(L)->runtime,
                         "%s: error in the function of plait.on_unhandled: "
                         "%s\n",
                         host_of(L)->program, host_push_message(L, -1));
        lua_pop(L, 2);
        return false;
    }
    return true;
}

void host_report_unhandled(lua_State *L, int error, int text,
                           const host_unhandled *about) {
    int top = lua_gettop(L);
    error = lua_absindex(L, error);
    text = lua_absindex(L, text);
    if (call_hook(L, error, text)) return;
    const char *message = host_push_message(L, error);
    const char *below = lua_tostring(L, text);
    host_unhandled told = *about;
    told.message = message;
    told.traceback = below;
    if (host_output_give_error(host_of(L)->runtime, &told)) {
        lua_settop(L, top);
        return;
    }
    lua_pushfstring(L, "%s: %s\n%s\n", host_of(L)->program, message,
                    below ? below : "(nobody received this error)");
    size_t size;
    const char *report = lua_tolstring(L, -1, &size);
    host_tell(host_of(L)->runtime, report, size);
    lua_settop(L, top);
}

void host_report_task(lua_State *L, int task, int error, int text) {
    int top = lua_gettop(L);
    host_unhandled about = {.kind = "task"};
    about.id = ((const host_task *)lua_touserdata(L, task))->number;
    host_task_get_extra(L, task, "name");
    about.name = lua_tostring(L, -1); /* the task keeps it */
    host_report_unhandled(L, error, text, &about);
    lua_settop(L, top);
}

/* Replaces the set of failed tasks by a list in order of their numbers. */
static int sorted_failures(lua_State *L) {
    lua_newtable(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_failed);
    lua_Integer count = 0;
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pop(L, 1);
        host_task *task = lua_touserdata(L, -1);
        lua_Integer place = ++count;
        for (; place > 1; place--) { /* few: insertion */
            lua_rawgeti(L, 1, place - 1);
            host_task *other = lua_touserdata(L, -1);
            if (other->number < task->number) {
                lua_pop(L, 1);
                break;
            }
            lua_rawseti(L, 1, place);
        }
        lua_pushvalue(L, -1);
        lua_rawseti(L, 1, place);
    }
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_failed);
    lua_settop(L, 1);
    return 1;
}

/* Another state has awaited the task, and had the error. */
static bool was_received_elsewhere(lua_State *L, int index) {
    const host_task *task = lua_touserdata(L, index);
    rt_strand *shared = task->shared;
    if (!shared) return false;
    rt_runtime *runtime = shared->runtime;
    pthread_mutex_lock(&runtime->lock);
    bool was_received = shared->observed;
    pthread_mutex_unlock(&runtime->lock);
    return was_received;
}

bool host_end_is_expected(lua_State *L, int index) {
    if (!atomic_load(&host_of(L)->runtime->is_ending)) return false;
    const char *kind = host_failure_kind(L, index);
    if (!kind || strcmp(kind, "died") != 0) return false;
    bool is_by_signal = lua_getfield(L, index, "signal") == LUA_TNUMBER;
    lua_pop(L, 1);
    return is_by_signal;
}

static int report_all(lua_State *L) {
    lua_settop(L, 0);
    sorted_failures(L);
    lua_Integer total = (lua_Integer)lua_rawlen(L, 1);
    lua_Integer count = 0;
    for (lua_Integer i = 1; i <= total; i++) {
        lua_rawgeti(L, 1, i);
        if (was_received_elsewhere(L, 2)) {
            lua_settop(L, 1);
            continue;
        }
        host_task_observe(L, 2);
        host_task_push_error(L, 2);
        if (host_end_is_expected(L, 3)) {
            lua_settop(L, 1);
            continue;
        }
        count++;
        host_task_push_report(L, 2);
        host_report_task(L, 2, 3, 4);
        lua_settop(L, 1);
    }
    lua_pushinteger(L, count);
    return 1;
}

void host_end_complain(lua_State *L) {
    host_tell_format(host_of(L)->runtime, "%s: cannot report an error: %s\n",
                     host_of(L)->program, host_push_message(L, -1));
    lua_pop(L, 2);
}

int host_end_report(host_state *host) {
    lua_State *L = host->L;
    lua_pushcfunction(L, report_all);
    if (lua_pcall(L, 0, 1, 0) != LUA_OK) {
        host_end_complain(L);
        return 1;
    }
    int count = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return count;
}
