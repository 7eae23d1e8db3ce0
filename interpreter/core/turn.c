/* turn.c */
#include "core/turn.h"

#include <lauxlib.h>

#include "core/wait.h"

#define TURN_TYPE "plait.turn"

static const char mark;

host_turn *host_turn_test(lua_State *L, int index) {
    host_turn *turn = lua_touserdata(L, index);
    if (!turn || lua_rawlen(L, index) != sizeof *turn) return NULL;
    return turn->mark == &mark ? turn : NULL;
}

static host_turn *check_turn(lua_State *L) {
    host_turn *turn = host_turn_test(L, 1);
    if (!turn) luaL_typeerror(L, 1, TURN_TYPE);
    return turn;
}

/* It is handed over, so that nobody who comes later has it before. */
void host_turn_leave(host_turn *turn) {
    rt_list *next;
    while ((next = rt_list_pop(&turn->waiting))) {
        rt_waiter *waiter = rt_container_of(next, rt_waiter, link);
        if (!rt_waiter_claim(waiter)) continue;
        rt_waiter_complete_here(waiter, RT_OK);
        return;
    }
    turn->is_taken = false;
}

static void withdraw(rt_waiter *waiter) {
    rt_list_unlink(&waiter->link);
}

static int entered(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_OK) {
        lua_settop(L, 1);
        return 1;
    }
    if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
    lua_pushnil(L);
    lua_pushliteral(L, "timeout");
    return 2;
}

/* turn:enter([seconds]) -> turn;  nil, "timeout" */
static int turn_enter(lua_State *L) {
    host_turn *turn = check_turn(L);
    if (!turn->is_taken) {
        turn->is_taken = true;
        lua_settop(L, 1);
        return 1;
    }
    host_deadline deadline = host_check_timeout(L, 2);
    host_strand *strand = host_wait_begin(L, "turn");
    rt_waiter_park(&strand->waiter, turn, withdraw);
    rt_list_push(&turn->waiting, &strand->waiter.link);
    return host_wait_end(L, strand, RT_PENDING, deadline, entered);
}

/* turn:is_taken() -> boolean */
static int turn_is_taken(lua_State *L) {
    lua_pushboolean(L, check_turn(L)->is_taken);
    return 1;
}

static int turn_leave(lua_State *L) {
    host_turn_leave(check_turn(L));
    return 0;
}

/* With the state: nobody who waits will ever run. */
static int turn_gc(lua_State *L) {
    host_turn *turn = check_turn(L);
    while (rt_list_pop(&turn->waiting)) continue;
    return 0;
}

static void push_metatable(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"enter", turn_enter},       {"leave", turn_leave},
        {"is_taken", turn_is_taken}, {"__close", turn_leave},
        {"__gc", turn_gc},           {NULL, NULL}};
    if (!luaL_newmetatable(L, TURN_TYPE)) return;
    luaL_setfuncs(L, functions, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
}

void host_turn_push(lua_State *L) {
    host_turn *turn = lua_newuserdatauv(L, sizeof *turn, 0);
    *turn = (host_turn){.mark = &mark};
    rt_list_init(&turn->waiting);
    push_metatable(L);
    lua_setmetatable(L, -2);
}
