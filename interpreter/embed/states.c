/* states.c */
#include "embed/states.h"

#include <stdio.h>
#include <string.h>

#include "core/end.h"
#include "core/failure.h"
#include "core/pristine.h"
#include "core/proxy.h"
#include "core/steer.h"
#include "ipc/door.h"
#include "lib/lib_thread.h"
#include "lib/libs.h"
#include "ship/outcome.h"

/* ---- states of threads ---- */

int host_states_open_libs(lua_State *L) {
    host_states *states = host_of(L)->runtime->states;
    host_open_libs(L);
    if (states->on_open) states->on_open(L, states);
    lua_gc(L, LUA_GCGEN, 0, 0); /* as `lua` does */
    host_steer_adopt(L);
    host_pristine_note(L);
    return 0;
}

static void *prepare_thread(rt_runtime *runtime, rt_loop *loop) {
    host_states *states = runtime->states;
    host_state *host = host_state_new(runtime, loop);
    if (!host) return NULL;
    host->on_exit = states->on_exit;
    lua_pushcfunction(host->L, host_states_open_libs);
    if (lua_pcall(host->L, 0, 0, 0) == LUA_OK) return host;
    host_state_close(host);
    return NULL;
}

static void release_thread(void *prepared) {
    if (prepared) host_state_close(prepared);
}

static void *recycle_thread(rt_runtime *runtime, rt_loop *loop,
                            void *prepared) {
    if (prepared && host_pristine_restore(prepared)) return prepared;
    release_thread(prepared);
    return prepare_thread(runtime, loop);
}

static void tidy_thread(void *prepared) {
    if (prepared) host_pristine_collect(prepared);
}

/* ---- start and end ---- */

int host_states_open(host_states *states) {
    rt_loop_init(&states->loop);
    rt_runtime *runtime = states->runtime = rt_runtime_new();
    if (runtime && !states->policy) states->policy = host_policy_new();
    if (!runtime || !states->policy) {
        if (runtime) rt_runtime_free(runtime);
        host_policy_free(states->policy);
        rt_loop_deinit(&states->loop);
        return RT_ENOMEMORY;
    }
    states->loop.clock = &runtime->clock;
    runtime->policy = states->policy;
    if (states->is_embedded) host_policy_embed(states->policy);
    rt_quiet_join(runtime, &states->loop);
    if (states->is_embedded) {
        runtime->soft_signal = states->soft_signal;
        runtime->hard_signal = 0;
        runtime->helper_path = states->helper_path;
    }
    if (host_thread_set_up(runtime)) {
        runtime->states = states;
        runtime->thread_prepare = prepare_thread;
        runtime->thread_recycle = recycle_thread;
        runtime->thread_tidy = tidy_thread;
        runtime->thread_release = release_thread;
        states->main =
            states->adopted
                ? host_state_adopt(runtime, &states->loop, states->adopted)
                : host_state_new(runtime, &states->loop);
    }
    if (!states->main) {
        host_states_free(states);
        return RT_ENOMEMORY;
    }
    runtime->on_bells = rt_door_on_bells;
    states->main->is_first = true;
    states->main->on_exit = states->on_exit;
    host_deadlock_watch(&states->deadlock, states->main);
    return RT_OK;
}

void host_states_free(host_states *states) {
    rt_loop_turn(&states->loop, false, 0); /* late posts */
    rt_quiet_leave(states->runtime, &states->loop);
    rt_loop_deinit(&states->loop);
    host_thread_tear_down(states->runtime);
    rt_runtime_free(states->runtime);
    host_policy_free(states->policy);
}

/* ---- reports ---- */

/* Of a program that was told to stop: one strand has ended with a lock before the
 * next one, which waited for it, has heard that it is to end, too. */
static bool is_by_the_way(lua_State *L, int error) {
    const char *kind = host_failure_kind(L, error);
    return kind && strcmp(kind, "abandoned") == 0;
}

static const char *kind_name(rt_strand_kind kind) {
    switch (kind) {
    case RT_STRAND_TASK:
        return "task";
    case RT_STRAND_THREAD:
        return "thread";
    case RT_STRAND_PROCESS:
        return "process";
    case RT_STRAND_FUTURE:
        return "future";
    }
    return "strand";
}

/* (strand, was the program told to stop) -> prints its error */
static int report_strand(lua_State *L) {
    rt_strand *strand = lua_touserdata(L, 1);
    bool is_stopped = lua_toboolean(L, 2);
    lua_settop(L, 1);
    host_proxy_push(L, &strand->object);
    host_outcome_push_failure(L, 2);
    if (is_stopped && is_by_the_way(L, 3)) return 0;
    if (host_end_is_expected(L, 3)) return 0;
    host_outcome_push_report(L, strand);
    host_unhandled about = {.kind = kind_name(strand->kind),
                            .name = strand->name,
                            .id = strand->object.id};
    host_report_unhandled(L, 3, 4, &about);
    return 0;
}

int host_states_report(host_states *states, bool is_stopped,
                       bool (*skip)(host_states *states,
                                    const rt_strand *strand)) {
    lua_State *L = states->main->L;
    int count = 0;
    rt_strand *strand;
    while ((strand = rt_runtime_next_failed(states->runtime)) != NULL) {
        if (skip && skip(states, strand)) {
            rt_object_unref(&strand->object);
            continue;
        }
        lua_pushcfunction(L, report_strand);
        lua_pushlightuserdata(L, strand);
        lua_pushboolean(L, is_stopped);
        if (lua_pcall(L, 2, 0, 0) != LUA_OK) host_end_complain(L);
        rt_object_unref(&strand->object);
        count++;
    }
    return count;
}
