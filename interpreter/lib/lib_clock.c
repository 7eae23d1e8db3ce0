/* lib_clock.c - the virtual clock, for plait.test.clock; and time of day. */
#include "lib/lib_clock.h"

#include <lauxlib.h>
#include <time.h>

#include "core/wait.h"
#include "exec/pace.h"

/* internal.clock_start(): from here on time is virtual, for all strands of the
 * program but those of other processes. */
static int clock_start(lua_State *L) {
    rt_pace_start(host_of(L)->runtime);
    return 0;
}

/* internal.clock_stop() */
static int clock_stop(lua_State *L) {
    rt_pace_stop(host_of(L)->runtime);
    return 0;
}

/* internal.clock_is_virtual() -> boolean */
static int clock_is_virtual(lua_State *L) {
    lua_pushboolean(L, rt_clock_is_virtual(&host_of(L)->runtime->clock));
    return 1;
}

/* internal.seconds() -> seconds since 1970-01-01 00:00 UTC */
static int seconds(lua_State *L) {
    int64_t ns = rt_clock_elapsed(&host_of(L)->runtime->clock);
    struct timespec t = {RT_CLOCK_EPOCH + ns / RT_SECOND, ns % RT_SECOND};
    if (ns < 0) (void)clock_gettime(CLOCK_REALTIME, &t);
    lua_pushnumber(L, (lua_Number)t.tv_sec + (lua_Number)t.tv_nsec / 1e9);
    return 1;
}

/* internal.is_steered() -> boolean: its strands are picked, by a virtual clock */
static int is_steered(lua_State *L) {
    lua_pushboolean(L, host_of(L)->is_steered);
    return 1;
}

static int settled(lua_State *L, host_strand *strand, int status) {
    (void)L;
    (void)strand;
    (void)status;
    return 0;
}

/* internal.clock_settle(): until every other strand waits; takes no time */
static int clock_settle(lua_State *L) {
    host_strand *strand = host_wait_begin(L, "settle");
    rt_pace_settle(strand->host->runtime, &strand->waiter);
    return host_wait_end(L, strand, RT_PENDING, HOST_NO_DEADLINE, settled);
}

void host_open_clock(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"clock_start", clock_start},
        {"clock_stop", clock_stop},
        {"clock_is_virtual", clock_is_virtual},
        {"clock_settle", clock_settle},
        {"seconds", seconds},
        {"is_steered", is_steered},
        {NULL, NULL},
    };
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    luaL_getsubtable(L, -1, "plait.internal");
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 2);
}
