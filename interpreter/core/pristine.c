/* pristine.c - sums are of addresses and numbers: equal values, equal sum. A
 * changed state that has the same sum by chance would need a collision of 64
 * bits; nothing depends on it being impossible to construct, since it is the
 * script itself that would see its own leftovers. */
#include "core/pristine.h"

#include <lauxlib.h>
#include <string.h>

#include "core/cancel.h"
#include "core/held.h"
#include "core/interrupt.h"
#include "core/userhook.h"

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
    case LUA_TNIL:
        break;
    case LUA_TBOOLEAN:
        bits = (uint64_t)lua_toboolean(L, index);
        break;
    case LUA_TNUMBER: {
        lua_Number number = lua_tonumber(L, index);
        memcpy(&bits, &number, sizeof bits);
        break;
    }
    default:
        bits = (uint64_t)(uintptr_t)lua_topointer(L, index);
    }
    if (type == LUA_TUSERDATA && lua_getmetatable(L, index)) {
        bits = bits * 31 + (uint64_t)(uintptr_t)lua_topointer(L, -1);
        lua_pop(L, 1);
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

/* Registry: the list of all tables of the libraries. */
static const char key_tables;

/* Pops a value; if it is a table that is not in the list it is added. */
static void add_table(lua_State *L, int list) {
    lua_pushvalue(L, -1);
    bool is_new = lua_istable(L, -1) && lua_rawget(L, list) == LUA_TNIL;
    lua_pop(L, 1);
    if (!is_new) {
        lua_pop(L, 1);
        return;
    }
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, list);
    lua_rawseti(L, list, (lua_Integer)lua_rawlen(L, list) + 1);
}

/* Adds what a value on the top, which stays, leads to at once. */
static void add_from_value(lua_State *L, int list) {
    if (lua_iscfunction(L, -1)) {
        for (int i = 1; lua_getupvalue(L, -1, i); i++) add_table(L, list);
        return;
    }
    lua_pushvalue(L, -1);
    add_table(L, list);
}

/* The same for the metatable and the values of the table on the top. */
static void add_contents(lua_State *L, int list) {
    if (lua_getmetatable(L, -1)) add_table(L, list);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        add_from_value(L, list);
        lua_pop(L, 1);
    }
}

/* From the tables that the registry has by name on: loaded modules, and the
 * metatables of userdata. */
static void note_tables(lua_State *L) {
    luaL_checkstack(L, 16, "state");
    lua_createtable(L, 64, 64);
    int list = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, LUA_REGISTRYINDEX)) {
        if (lua_type(L, -2) == LUA_TSTRING) add_from_value(L, list);
        lua_pop(L, 1);
    }
    for (lua_Integer i = 1; lua_rawgeti(L, list, i) != LUA_TNIL; i++) {
        add_contents(L, list);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_tables);
}

static uint64_t sum_tables(lua_State *L) {
    uint64_t sum = 0;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_tables);
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
        sum = sum * 31 + mix(sum_table(L));
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
    return sum;
}

static uint64_t sum_registry(lua_State *L) {
    static const char *const names[] = {LUA_LOADED_TABLE, LUA_PRELOAD_TABLE,
                                        LUA_FILEHANDLE,   "_IO_input",
                                        "_IO_output",     "_CLIBS"};
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
    return sum_types(L) + sum_registry(L) + sum_tables(L) * 31;
}

void host_pristine_note(lua_State *L) {
    host_state *host = host_of(L);
    note_tables(L);
    host->pristine_sum = sum_state(L);
    host->pristine_kilobytes = lua_gc(L, LUA_GCCOUNT);
}

static int check_and_reset(lua_State *L) {
    host_state *host = host_of(L);
    if (sum_state(L) != host->pristine_sum) return 0;
    const void *const keys[] = {&host_key_received, &host_key_traceback,
                                &host_key_unhandled};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        lua_pushnil(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, keys[i]);
    }
    lua_warning(L, "@off", 0);
    host_userhook_drop_all(L);
    host_state_unset_seed(host);
    host_state_seed(L);
    lua_gc(L, LUA_GCRESTART);
    lua_gc(L, LUA_GCSETPAUSE, 200); /* what Lua itself begins with */
    lua_gc(L, LUA_GCSETSTEPMUL, 100);
    lua_gc(L, LUA_GCGEN, 20, 100);
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
    host_strand_unbind(L, &host->main);
    atomic_store(&host->has_tasks, false);
    host->is_cancel_posted = false;
    host->cleanup_ns = HOST_CLEANUP_NS;
    host->task_number = 0;
    host->shift_ns = 0; /* of the last strand: its clock was behind */
    host->key_ns = host->loop->now_ns;
    host_held_leave(&host->main); /* a hook or finalizer took it */
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
