/* outcome.c */
#include "ship/outcome.h"

#include <lauxlib.h>
#include <string.h>

#include "core/failure.h"
#include "core/proxy.h"
#include "ship/ship.h"

/* (strand) -> values of its outcome */
static int unship_outcome(lua_State *L) {
    return host_unship(L, rt_strand_outcome(lua_touserdata(L, 1)));
}

/* The same, with the strand told when that is done, whatever happens. */
static int push_outcome(lua_State *L, rt_strand *strand) {
    int top = lua_gettop(L);
    lua_pushcfunction(L, unship_outcome);
    lua_pushlightuserdata(L, strand);
    int status = lua_pcall(L, 1, LUA_MULTRET, 0);
    rt_strand_outcome_done(strand);
    if (status != LUA_OK) lua_error(L);
    return lua_gettop(L) - top;
}

/* Pushes a table with the decoded values and their number n. */
static void push_decoded(lua_State *L, int index, rt_strand *strand) {
    if (lua_getiuservalue(L, index, 1) == LUA_TTABLE) return;
    lua_pop(L, 1);
    lua_createtable(L, 2, 1);
    int table = lua_gettop(L);
    int count = push_outcome(L, strand);
    if (count == 0 && rt_strand_get_state(strand) == RT_STRAND_FAILED) {
        lua_pushliteral(L, "not enough memory"); /* not even for the error */
        count = 1;
    }
    for (int i = count; i >= 1; i--) lua_rawseti(L, table, i);
    lua_pushinteger(L, count);
    lua_setfield(L, table, "n");
    lua_pushvalue(L, table);
    lua_setiuservalue(L, index, 1);
}

void host_outcome_push_failure(lua_State *L, int index) {
    index = lua_absindex(L, index);
    rt_strand *strand = (rt_strand *)host_proxy_test(L, index, RT_KIND_STRAND);
    push_decoded(L, index, strand);
    lua_rawgeti(L, -1, 1);
    lua_rawgeti(L, -2, 2);
    lua_remove(L, -3);
}

void host_outcome_push_report(lua_State *L, const rt_strand *strand) {
    int traceback = lua_gettop(L);
    size_t size = (size_t)rt_strand_describe(strand, NULL, 0) + 1;
    luaL_Buffer b;
    (void)rt_strand_describe(strand, luaL_buffinitsize(L, &b, size), size);
    luaL_addsize(&b, size - 1);
    if (lua_isstring(L, traceback)) {
        luaL_addchar(&b, '\n');
        lua_pushvalue(L, traceback);
        luaL_addvalue(&b);
    }
    luaL_pushresult(&b);
    lua_replace(L, traceback);
}

static int raise_failure(lua_State *L, int index, rt_strand *strand) {
    rt_strand_observe(strand);
    host_outcome_push_failure(L, index);
    host_outcome_push_report(L, strand);
    host_note_received(L, -2, -1);
    lua_pop(L, 1);
    return lua_error(L);
}

int host_outcome_results(lua_State *L, int index) {
    index = lua_absindex(L, index);
    rt_strand *strand = (rt_strand *)host_proxy_test(L, index, RT_KIND_STRAND);
    luaL_checkstack(L, 10, "results");
    if (rt_strand_get_state(strand) != RT_STRAND_DONE)
        return raise_failure(L, index, strand);
    push_decoded(L, index, strand);
    int table = lua_gettop(L);
    lua_getfield(L, table, "n");
    int count = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
    luaL_checkstack(L, count + 1, "too many results");
    for (int i = 1; i <= count; i++) lua_rawgeti(L, table, i);
    lua_remove(L, table);
    return count;
}

rt_message *host_outcome_ship_results(lua_State *L, int first, int count) {
    return host_ship(L, first, count, HOST_SHIP_ANYWHERE, "result %d");
}

/* (error, traceback) -> message as light userdata */
static int ship_failure(lua_State *L) {
    lua_pushlightuserdata(L, host_ship(L, 1, 2, HOST_SHIP_ANYWHERE, "error"));
    return 1;
}

static rt_message *try_ship(lua_State *L, int error, int traceback) {
    lua_pushcfunction(L, ship_failure);
    lua_pushvalue(L, error);
    lua_pushvalue(L, traceback);
    if (lua_pcall(L, 2, 1, 0) != LUA_OK) return NULL; /* why: on the top */
    rt_message *message = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return message;
}

rt_message *host_outcome_ship_failure(lua_State *L, int error, int traceback) {
    error = lua_absindex(L, error);
    traceback = lua_absindex(L, traceback);
    int top = lua_gettop(L);
    rt_message *message = try_ship(L, error, traceback);
    if (!message) {
        const char *text = host_push_message(L, error);
        const char *why = host_push_message(L, top + 1);
        lua_pushfstring(L, "%s (the error itself could not travel: %s)", text,
                        why);
        message = try_ship(L, lua_gettop(L), traceback);
    }
    lua_settop(L, top);
    return message; /* NULL: out of memory; an outcome without values */
}
