/* deadlock.c - asks all there is, then puts together what holder.c tells. */
#include "core/deadlock.h"

#include <lauxlib.h>

#include "core/failure.h"
#include "core/holder.h"
#include "core/task.h"

bool host_deadlock_found(host_state *host) {
    rt_runtime *runtime = host->runtime;
    if (!host->owner || runtime->parent || host->loop->uv) return false;
    if (rt_timers_next(&host->loop->timers) != RT_NEVER) return false;
    pthread_mutex_lock(&runtime->lock);
    bool is_alone = rt_list_empty(&runtime->live) && !runtime->hub;
    pthread_mutex_unlock(&runtime->lock);
    if (atomic_load(&runtime->unsettled) > 0) return false;
    /* A strand that has just ended has posted before it left the list. */
    return is_alone && !rt_loop_has_posts(host->loop);
}

static void add_task(lua_State *L, luaL_Buffer *b, host_slot *slot) {
    lua_pushfstring(L, "\n  task %d", (int)slot->task->number);
    luaL_addvalue(b);
    host_task_push(L, slot->task);
    int handle = lua_gettop(L);
    if (host_task_get_extra(L, handle, "name") == LUA_TSTRING)
        lua_pushfstring(L, " '%s'", lua_tostring(L, -1));
    else
        lua_pushliteral(L, "");
    host_holder_push_wait(L, &slot->strand);
    host_task_push_started(L, handle);
    const char *place = lua_tostring(L, -1);
    lua_pushfstring(L, "%s %s\n    started at %s", lua_tostring(L, handle + 2),
                    lua_tostring(L, handle + 3), place ? place : "?");
    lua_replace(L, handle);
    lua_settop(L, handle);
    luaL_addvalue(b);
}

void host_deadlock_push(lua_State *L) {
    host_state *host = host_of(L);
    luaL_checkstack(L, 20, "report");
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    luaL_addstring(&b, "deadlock: nothing can run any more");
    if (host->main.waiting_for) {
        host_holder_push_wait(L, &host->main);
        lua_pushfstring(L, "\n  the main script %s", lua_tostring(L, -1));
        lua_remove(L, -2);
        luaL_addvalue(&b);
    }
    for (rt_list *node = host->tasks.next; node != &host->tasks;
         node = node->next)
        add_task(L, &b, rt_container_of(node, host_slot, link));
    luaL_pushresult(&b);
    host_push_failure(L, "deadlock", "%s", lua_tostring(L, -1));
    lua_remove(L, -2);
    host->had_deadlock = true;
}
