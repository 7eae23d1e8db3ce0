/* state.c - making, seeding, interrupting and closing a Lua state. */
#include "core/state.h"

#include <assert.h>
#include <lauxlib.h>

#include "base/alloc.h"
#include "core/exit.h"
#include "core/held.h"
#include "core/interrupt.h"
#include "core/lookout.h"
#include "core/output.h"
#include "core/scheduler.h"
#include "core/stuck.h"
#include "core/task.h"
#include "core/weak.h"
#include "ipc/choice.h"
#include "ipc/remote_channel.h"

const char host_key_failed = 0;
const char host_key_objects = 0;
const char host_key_modules = 0;
const char host_key_traceback = 0;
const char host_key_report = 0;
const char host_key_unhandled = 0;
const char host_key_received = 0;
const char host_key_assert = 0;
const char host_key_at_end = 0;

static int set_up(lua_State *L) {
    lua_createtable(L, 0, 0);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_failed);
    lua_createtable(L, 0, 0);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_modules);
    host_weak_new(L, "v");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_objects);
    return 0;
}

/* Of a new Lua state, or one that was adopted, in which L runs. False: out of
 * memory. */
static bool init(host_state *host, rt_runtime *runtime, rt_loop *loop,
                 lua_State *L) {
    host->running = host->L;
    host->runtime = runtime;
    host->loop = loop;
    if (!loop->urge) loop->urge = host_lookout_urge;
    loop->before_sleep = rt_borrow_before_sleep;
    loop->sleep_context = runtime;
    host->program = "plait";
    atomic_store(&host->press_ns, RT_NEVER);
    host->cleanup_ns = HOST_CLEANUP_NS;
    rt_list_init(&host->told);
    rt_list_init(&host->main_told.link);
    atomic_store(&host->limit_ns, RT_NEVER);
    atomic_store(&host->step_end_ns, RT_NEVER);
    host->polls = runtime->soft_signal == 0;
    rt_list_init(&host->limits);
    host->stuck_limit = HOST_STUCK_TASKS;
    rt_list_init(&host->updates);
    rt_list_init(&host->tasks);
    rt_list_init(&host->idle);
    host_strand_init(&host->main, host, host->L, true);
    host->current = &host->main;
    host->key_ns = loop->now_ns;
    host->random.state = rt_random_from_kernel();
    host_state_know(host, host->L);
    host_state_know(host, L);
    host_exit_join(host);
    lua_pushcfunction(L, set_up);
    return lua_pcall(L, 0, 0, 0) == LUA_OK;
}

host_state *host_state_new(rt_runtime *runtime, rt_loop *loop) {
    host_state *host = rt_calloc(sizeof *host);
    if (!host) return NULL;
    host->L = host_memory_new_state(runtime->policy);
    if (!host->L) {
        rt_free(host);
        return NULL;
    }
    if (init(host, runtime, loop, host->L)) return host;
    host_state_close(host);
    return NULL;
}

/* A coroutine in which it is made runs on without being tracked (lib_coroutine.c),
 * as C code has resumed it. */
host_state *host_state_adopt(rt_runtime *runtime, rt_loop *loop, lua_State *L) {
    host_state *host = rt_calloc(sizeof *host);
    if (!host) return NULL;
    host->is_adopted = true;
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
    host->L = lua_tothread(L, -1);
    lua_pop(L, 1);
    if (init(host, runtime, loop, L)) return host;
    lua_pop(L, 1); /* the message */
    rt_free(host);
    return NULL;
}

void host_state_know(host_state *host, lua_State *co) {
    *(host_state **)lua_getextraspace(co) = host;
}

/* What os.exit left open in the main function: lua_close is silent about errors. */
static void close_variables(host_state *host) {
    lua_State *L = host->L;
    if (lua_resetthread(L) == LUA_OK) return;
    const char *message = lua_tostring(L, -1);
    host_tell_format(host->runtime, "%s: error in __close (%s)\n",
                     host->program, message ? message : luaL_typename(L, -1));
}

void host_state_retire(host_state *host) {
    host->is_closing = true;
    host_exit_leave(host);
    host_told_clear(host);
    host_tasks_abandon(host);
    rt_item_clear(&host->main.item);
}

void host_state_close(host_state *host) {
    host_state_retire(host);
    close_variables(host);
    lua_close(host->L); /* may still release locks */
    host_state_free(host);
}

void host_state_free(host_state *host) {
    host_held_leave(&host->main);
    assert(!host->cancel_reason);
    rt_message_free(host->stuck_records);
    rt_choice_free(host->spare_choice);
    rt_free((void *)host->stocks);
    rt_free((void *)host->guarded);
    rt_free(host);
}

void host_state_seed(lua_State *L) {
    const host_state *host = host_of(L);
    rt_random random = {.state = ~host->seed}; /* not select's numbers */
    if (!host->is_seeded) random.state = rt_random_from_kernel();
    lua_getglobal(L, "math");
    lua_getfield(L, -1, "randomseed");
    lua_pushinteger(L, (lua_Integer)rt_random_next(&random));
    lua_pushinteger(L, (lua_Integer)rt_random_next(&random));
    lua_call(L, 2, 0);
    lua_pop(L, 1);
}

void host_state_set_seed(lua_State *L, uint64_t seed) {
    host_state *host = host_of(L);
    host->is_seeded = true;
    host->seed = host->random.state = rt_random_mix(seed);
    host->children = 0;
    host_state_seed(L);
}

void host_state_unset_seed(host_state *host) {
    if (host->is_seeded) host->random.state = rt_random_from_kernel();
    host->is_seeded = false;
}

uint64_t host_state_child_seed(host_state *host) {
    return rt_random_mix(host->seed + ++host->children);
}
