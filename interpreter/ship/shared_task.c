/* shared_task.c - the strand stands for the task in every other state. It gets
 * the task's outcome when the task ends, and takes requests to cancel it, which
 * are posted to the task's own loop. */
#include "ship/shared_task.h"

#include <lauxlib.h>

#include "base/alloc.h"
#include "core/cancel.h"
#include "core/lookout.h"
#include "core/proxy.h"
#include "core/ring.h"
#include "core/task.h"
#include "ship/outcome.h"
#include "ship/ship.h"

/* (handle) -> the message with its results, as a light userdata */
static int ship_task_results(lua_State *L) {
    int count = host_task_results(L, 1);
    lua_pushlightuserdata(L, host_outcome_ship_results(L, 2, count));
    return 1;
}

/* Publishes the outcome of an ended task; the handle is at `handle`. Results
 * that cannot travel are a failure to the other states. */
static void publish(lua_State *L, host_task *task, int index) {
    int top = lua_gettop(L);
    rt_strand_state state = (rt_strand_state)task->state;
    rt_message *outcome;
    luaL_checkstack(L, 8, "outcome");
    if (state == RT_STRAND_DONE) {
        index = lua_absindex(L, index);
        lua_pushcfunction(L, ship_task_results);
        lua_pushvalue(L, index);
        if (lua_pcall(L, 1, 1, 0) == LUA_OK) {
            outcome = lua_touserdata(L, -1);
        } else {
            state = RT_STRAND_FAILED;
            lua_pushnil(L); /* no traceback */
            outcome = host_outcome_ship_failure(L, top + 1, top + 2);
        }
    } else {
        host_task_push_error(L, index);
        host_task_push_traceback(L, index);
        outcome = host_outcome_ship_failure(L, top + 1, top + 2);
    }
    lua_settop(L, top);
    (void)rt_strand_finish(task->shared, state, outcome);
}

static void on_task_end(lua_State *L, host_task *task) {
    publish(L, task, 1);
}

/* A request of another state to cancel a task of this one. */
typedef struct cancel_post {
    rt_post post;
    rt_strand *strand; /* a reference; its cancel_target is the task, on the
                          task's own thread, as long as it lives */
    rt_message *reason;
    host_told told; /* by it */
} cancel_post;

static void on_cancel_post(rt_post *post);

static void post_cancel(rt_strand *strand, rt_message *reason) {
    host_task *task = strand->cancel_target;
    cancel_post *request = rt_alloc(sizeof *request);
    if (!request) {
        rt_message_free(reason);
        return;
    }
    rt_object_ref(&strand->object);
    *request = (cancel_post){
        .post.run = on_cancel_post, .strand = strand, .reason = reason};
    host_strand *told = &task->slot->strand;
    host_told_add(told->host, &request->told, told, &told->root);
    rt_loop_post(told->host->loop, &request->post);
}

static int cancel_task(lua_State *L) {
    cancel_post *request = lua_touserdata(L, 1);
    host_task *task = request->strand->cancel_target;
    int count = host_unship(L, request->reason);
    host_task_cancel(L, task, count > 0 && !lua_isnil(L, 2) ? 2 : 0);
    if (task->slot)
        host_strand_told_since(&task->slot->strand, request->told.since_ns);
    return 0;
}

static void on_cancel_post(rt_post *post) {
    cancel_post *request = rt_container_of(post, cancel_post, post);
    host_told_remove(request->strand->runtime, &request->told);
    /* Ended tasks have published their outcome on this very thread. */
    if (!rt_strand_ended(request->strand)) {
        host_task *task = request->strand->cancel_target;
        lua_State *L = task->slot->strand.host->L;
        lua_pushcfunction(L, cancel_task);
        lua_pushlightuserdata(L, request);
        if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
            lua_pop(L, 1);
            /* A reason that cannot be read here: then without it. */
            rt_message_free(request->reason);
            request->reason = NULL;
            lua_pushcfunction(L, cancel_task);
            lua_pushlightuserdata(L, request);
            if (lua_pcall(L, 1, 0, 0) != LUA_OK) lua_pop(L, 1);
        }
    }
    rt_message_free(request->reason);
    rt_object_unref(&request->strand->object);
    rt_free(request);
}

static rt_strand *share_task(lua_State *L, host_task *task, int index) {
    if (task->shared) return task->shared;
    index = lua_absindex(L, index);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_objects);
    host_task_get_extra(L, index, "name");
    host_task_push_started(L, index);
    rt_strand *strand = rt_strand_new(host_of(L)->runtime, RT_STRAND_TASK,
                                      lua_tostring(L, -2), lua_tostring(L, -1));
    if (!strand) luaL_error(L, "not enough memory");
    lua_pop(L, 2);
    /* The reference is the handle's: a proxy among its values holds it. */
    host_proxy_push_new(L, &strand->object);
    host_task_set_extra(L, index, "shared");
    strand->daemon = task->is_daemon;
    strand->state = RT_STRAND_RUNNING;
    strand->cancel = post_cancel;
    strand->cancel_target = task;
    if (task->slot) atomic_store(&strand->party, &task->slot->strand.party);
    task->shared = strand;
    if (task->slot) host_ring_show(L, &task->slot->strand);
    /* So that the handle that comes home is the task's own. */
    lua_pushvalue(L, index);
    lua_rawsetp(L, -2, strand);
    lua_pop(L, 1);
    if (host_task_ended(task)) publish(L, task, index);
    return strand;
}

void host_shared_task_set_up(host_state *host) {
    host->on_task_end = on_task_end;
    host->share_task = share_task;
}
