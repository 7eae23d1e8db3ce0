/* deadlock.c */
#include "core/deadlock.h"

#include <lauxlib.h>

#include "core/census.h"
#include "core/failure.h"
#include "core/part.h"
#include "core/steer.h"
#include "ipc/remote.h"

/* A child that was killed is not heard to have ended for a while. */
#define PATIENCE_NS (RT_SECOND / 10)

/* ---- finding out ---- */

/* While it waits still, so that the records say for what. */
static bool end_wait(host_state *host) {
    rt_waiter *waiter = &host->main.waiter;
    host_steer_close(host->runtime, true);
    rt_message_free(host->stuck_records);
    host->stuck_records = host_census_take(host->driver, 0);
    if (rt_waiter_cancel(waiter, RT_ESTUCK)) return true;
    rt_remote_withdraw(waiter, RT_ESTUCK); /* or its wait is over */
    return false;
}

static void on_told(rt_post *post) {
    host_deadlock *deadlock = rt_container_of(post, host_deadlock, post);
    atomic_store(&deadlock->is_posted, false);
    if (rt_waiter_parked(&deadlock->host->main.waiter))
        (void)end_wait(deadlock->host);
}

/* On the monitor's thread. */
static void tell(rt_quiet_watcher *watcher) {
    host_deadlock *deadlock = rt_container_of(watcher, host_deadlock, watcher);
    if (!atomic_exchange(&deadlock->is_posted, true))
        rt_loop_post(deadlock->host->loop, &deadlock->post);
}

void host_deadlock_watch(host_deadlock *deadlock, host_state *host) {
    *deadlock = (host_deadlock){.watcher.tell = tell,
                                .watcher.patience_ns = PATIENCE_NS,
                                .host = host,
                                .post.run = on_told};
    rt_quiet_watch(host->runtime, &deadlock->watcher);
}

/* At once, without the monitor's help. */
static bool is_alone(host_state *host) {
    rt_runtime *runtime = host->runtime;
    if (!host->is_first || runtime->parent) return false;
    if (rt_timers_next(&host->loop->timers) != RT_NEVER) return false;
    if (host->loop->expected > 0) return false;
    if (atomic_load(&runtime->awake.count) > 1) return false;
    pthread_mutex_lock(&runtime->lock);
    bool has_strands = !rt_list_empty(&runtime->live);
    pthread_mutex_unlock(&runtime->lock);
    return !has_strands && !rt_loop_has_posts(host->loop) &&
           rt_quiet_is(runtime, host->loop);
}

bool host_deadlock_check(host_state *host) {
    return is_alone(host) && end_wait(host);
}

/* ---- the report ---- */

/* Pushes the records. They stay the state's until that has happened. */
static void push_records(lua_State *L) {
    host_state *host = host_of(L);
    if (host->stuck_records)
        host_census_push(L, host->stuck_records);
    else
        lua_newtable(L); /* there was no memory */
    rt_message_free(host->stuck_records);
    host->stuck_records = NULL;
}

void host_deadlock_push(lua_State *L) {
    luaL_checkstack(L, 20, "report");
    host_part_push(L, "deadlock");
    push_records(L);
    lua_pushliteral(L, "deadlock: nothing can run any more");
    lua_call(L, 2, 1);
    host_push_failure(L, "deadlock", "%s", lua_tostring(L, -1));
    lua_remove(L, -2);
}
