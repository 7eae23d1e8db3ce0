/* pristine.c - sums are of addresses and numbers: equal values, equal sum. A
 * changed state that has the same sum by chance would need a collision of 64
 * bits; nothing depends on it being impossible to construct, since it is the
 * script itself that would see its own leftovers. */
#include "core/pristine.h"

#include <lauxlib.h>
#include <string.h>

/* Jobs, or bytes left by them, after which a collection does not wait. */
enum { MAX_JOBS = 64, MAX_KILOBYTES = 512 };

static int check_and_reset(lua_State *L);

static uint64_t mix(uint64_t x) {
    x ^= x >> 31;
    x *= UINT64_C(0x9e3779b97f4a7c15);
    return x ^ (x >> 29);
}

static uint64_t value_at(lua_State *L, int index) {
    int type = lua_type(L, index);
    uint64_t bits = 0;
    switch (type) {
    case LUA_TNIL: break;
    case LUA_TBOOLEAN: bits = (uint64_t)lua_toboolean(L, index); break;
    case LUA_TNUMBER: {
        lua_Number number = lua_tonumber(L, index);
        memcpy(&bits, &number, sizeof bits);
        break;
    }
    default: bits = (uint64_t)(uintptr_t)lua_topointer(L, index);
    }
    return mix(bits + (uint64_t)(unsigned)type);
}

/* The contents of the table on the top, and its metatable. */
static uint64_t sum_table(lua_State *L) {
    uint64_t sum = 1;
    if (lua_getmetatable(L, -1)) {
        sum = value_at(L, -1);
        lua_pop(L, 1);
    }
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        sum += mix(value_at(L, -2) * 31 + value_at(L, -1));
        lua_pop(L, 1);
    }
    return sum;
}

/* Pops the table. */
static uint64_t sum_and_pop(lua_State *L) {
    uint64_t sum = lua_istable(L, -1) ? sum_table(L) : value_at(L, -1);
    lua_pop(L, 1);
    return sum;
}

/* The loaded modules, all of which are stock or plait's own, with the tables
 * directly in `package`; the table is on the top. */
static uint64_t sum_modules(lua_State *L) {
    uint64_t sum = 0;
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        if (lua_istable(L, -1)) sum += mix(sum_table(L));
        lua_pop(L, 1);
    }
    return sum;
}

static uint64_t sum_registry(lua_State *L) {
    static const char *const names[] = {LUA_LOADED_TABLE, LUA_PRELOAD_TABLE,
                                        LUA_FILEHANDLE, "_IO_input",
                                        "_IO_output", "_CLIBS"};
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lua_getfield(L, LUA_REGISTRYINDEX, names[i]);
        sum = sum * 31 + value_at(L, -1);
        sum = sum * 31 + sum_and_pop(L);
    }
    return sum;
}

/* Metatables of types that have one for all their values. */
static uint64_t sum_types(lua_State *L) {
    uint64_t sum = 0;
    lua_pushliteral(L, "");
    lua_pushnil(L);
    lua_pushboolean(L, 1);
    lua_pushinteger(L, 1);
    lua_pushcfunction(L, check_and_reset);
    (void)lua_pushthread(L);
    lua_pushlightuserdata(L, NULL);
    for (int i = 7; i > 0; i--) {
        sum *= 31;
        if (lua_getmetatable(L, -1)) {
            sum += value_at(L, -1);
            sum += sum_and_pop(L);
        }
        lua_pop(L, 1);
    }
    return sum;
}

static uint64_t sum_state(lua_State *L) {
    luaL_checkstack(L, 16, "state");
    uint64_t sum = sum_types(L) + sum_registry(L);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    sum += sum_modules(L) * 31;
    lua_getfield(L, -1, "package");
    if (lua_istable(L, -1)) {
        lua_getfield(L, -1, "searchers");
        sum += sum_and_pop(L) * 7;
    }
    lua_pop(L, 2);
    return sum;
}

void host_pristine_note(lua_State *L) {
    host_state *host = host_of(L);
    host->pristine_sum = sum_state(L);
    host->pristine_kilobytes = lua_gc(L, LUA_GCCOUNT);
}

static int check_and_reset(lua_State *L) {
    host_state *host = host_of(L);
    if (sum_state(L) != host->pristine_sum) return 0;
    const void *const keys[] = {&host_key_cancel, &host_key_received,
                                &host_key_traceback, &host_key_unhandled};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        lua_pushnil(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, keys[i]);
    }
    lua_warning(L, "@off", 0);
    lua_sethook(L, NULL, 0, 0);
    host_state_seed(L);
    lua_gc(L, LUA_GCRESTART);
    lua_gc(L, LUA_GCGEN, 0, 0);
    lua_pushboolean(L, 1);
    return 1;
}

bool host_pristine_restore(host_state *host) {
    lua_State *L = host->L;
    lua_settop(L, 0);
    if (!rt_list_empty(&host->tasks) || host->pristine_sum == 0) return false;
    lua_pushcfunction(L, check_and_reset);
    bool is_unchanged = lua_pcall(L, 0, 1, 0) == LUA_OK && lua_toboolean(L, -1);
    lua_settop(L, 0);
    if (!is_unchanged) return false;
    host->main.is_cancelled = false;
    host->is_cancel_posted = false;
    host->task_number = 0;
    atomic_store(&host->is_interrupted, false);
    int growth = lua_gc(L, LUA_GCCOUNT) - host->pristine_kilobytes;
    if (++host->jobs_since_collect >= MAX_JOBS || growth > MAX_KILOBYTES)
        host_pristine_collect(host);
    return true;
}

void host_pristine_collect(host_state *host) {
    if (host->jobs_since_collect == 0) return;
    host->jobs_since_collect = 0;
    lua_gc(host->L, LUA_GCCOLLECT);
}
