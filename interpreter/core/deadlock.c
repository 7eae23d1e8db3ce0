/* deadlock.c */
#include "core/deadlock.h"

#include <lauxlib.h>

#include "core/failure.h"
#include "core/part.h"
#include "core/record.h"
#include "exec/quiet.h"
#include "ipc/remote.h"

/* The list of host_deadlock_set_others, in the registry. */
static const char key_others;

bool host_deadlock_found(host_state *host) {
    if (!host->owner || host->runtime->parent) return false;
    if (rt_timers_next(&host->loop->timers) != RT_NEVER) return false;
    rt_runtime *runtime = host->runtime;
    if (atomic_load(&runtime->awake.count) > 1) return false;
    pthread_mutex_lock(&runtime->lock);
    bool is_alone = rt_list_empty(&runtime->live);
    pthread_mutex_unlock(&runtime->lock);
    return is_alone && !rt_loop_has_posts(host->loop) &&
           rt_quiet_is(runtime, host->loop);
}

void host_deadlock_set_others(lua_State *L) {
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_others);
}

void host_deadlock_tell(host_state *host) {
    rt_waiter *waiter = &host->main.waiter;
    if (!rt_waiter_cancel(waiter, RT_ESTUCK))
        rt_remote_withdraw(waiter, RT_ESTUCK);
}

/* Adds them behind the records in the list on the top. */
static void add_others(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_others) == LUA_TTABLE) {
        lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
        for (lua_Integer i = 1; i <= count; i++) {
            lua_rawgeti(L, -1, i);
            lua_rawseti(L, -3, (lua_Integer)lua_rawlen(L, -3) + 1);
        }
    }
    lua_pop(L, 1);
    lua_pushnil(L);
    host_deadlock_set_others(L);
}

void host_deadlock_push(lua_State *L) {
    luaL_checkstack(L, 20, "report");
    host_records_push(L, 0);
    add_others(L);
    host_part_push(L, "deadlock");
    lua_insert(L, -2);
    lua_pushliteral(L, "deadlock: nothing can run any more");
    lua_call(L, 2, 1);
    host_push_failure(L, "deadlock", "%s", lua_tostring(L, -1));
    lua_remove(L, -2);
}
