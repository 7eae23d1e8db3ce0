/* task_report.c - what is told of a task: where it was started, and the text below its
 * error; and the values of it that are rarely there. */
#include <lauxlib.h>

#include "core/task.h"

void host_task_push_started(lua_State *L, int index) {
    host_task *task = lua_touserdata(L, index);
    if (host_task_ended(task))
        host_task_get_extra(L, index, "starter");
    else
        lua_getiuservalue(L, index, HOST_TASK_OUTCOME);
    if (!lua_isfunction(L, -1)) {
        lua_pop(L, 1);
        lua_pushnil(L);
        return;
    }
    lua_Debug ar;
    lua_getinfo(L, ">S", &ar); /* pops the function */
    if (task->line > 0)
        lua_pushfstring(L, "%s:%d", ar.short_src, task->line);
    else
        lua_pushstring(L, ar.short_src);
}

void host_task_push_report(lua_State *L, int index) {
    index = lua_absindex(L, index);
    host_task *task = lua_touserdata(L, index);
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    lua_pushfstring(L, "in task %d", (int)task->number);
    luaL_addvalue(&b);
    if (host_task_get_extra(L, index, "name") == LUA_TSTRING) {
        lua_pushfstring(L, " '%s'", lua_tostring(L, -1));
        lua_remove(L, -2);
        luaL_addvalue(&b);
    } else {
        lua_pop(L, 1);
    }
    host_task_push_started(L, index);
    if (lua_isstring(L, -1)) {
        lua_pushfstring(L, ", started at %s", lua_tostring(L, -1));
        lua_remove(L, -2);
        luaL_addvalue(&b);
    } else {
        lua_pop(L, 1);
    }
    host_task_push_traceback(L, index);
    if (lua_isstring(L, -1)) {
        lua_pushfstring(L, "\n%s", lua_tostring(L, -1));
        lua_remove(L, -2);
        luaL_addvalue(&b);
    } else {
        lua_pop(L, 1);
    }
    luaL_pushresult(&b);
}

int host_task_get_extra(lua_State *L, int index, const char *name) {
    if (lua_getiuservalue(L, index, HOST_TASK_EXTRA) != LUA_TTABLE)
        return lua_type(L, -1); /* nil */
    int type = lua_getfield(L, -1, name);
    lua_remove(L, -2);
    return type;
}

void host_task_set_extra(lua_State *L, int index, const char *name) {
    index = lua_absindex(L, index);
    if (lua_getiuservalue(L, index, HOST_TASK_EXTRA) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_createtable(L, 0, 2);
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, index, HOST_TASK_EXTRA);
    }
    lua_insert(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}
