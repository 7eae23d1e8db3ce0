/* reach.c */
#include "core/reach.h"

#include <lauxlib.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

/* lua_getstack takes time in proportion to the level. */
enum { MAX_LEVELS = 1000 };

enum { FIRST_SIZE = 1024 };

bool host_reach_new(host_reach *reach, lua_State *L) {
    luaL_checkstack(L, 20, "reach");
    lua_newtable(L);
    *reach = (host_reach){.L = L, .list = lua_gettop(L), .size = FIRST_SIZE};
    reach->seen = rt_calloc(FIRST_SIZE * sizeof *reach->seen);
    return reach->seen != NULL;
}

void host_reach_free(host_reach *reach) {
    rt_free(reach->seen);
    reach->seen = NULL;
}

/* ---- the set ---- */

static size_t place_of(const void *const *seen, size_t size,
                       const void *address) {
    size_t hash = (size_t)((uintptr_t)address >> 4) * 0x9e3779b97f4a7c15u;
    size_t i = (hash >> 20) & (size - 1);
    while (seen[i] && seen[i] != address) i = (i + 1) & (size - 1);
    return i;
}

static bool grow(host_reach *reach) {
    size_t size = 2 * reach->size;
    const void **seen = rt_calloc(size * sizeof *seen);
    if (!seen) return false;
    for (size_t i = 0; i < reach->size; i++)
        if (reach->seen[i])
            seen[place_of(seen, size, reach->seen[i])] = reach->seen[i];
    rt_free(reach->seen);
    reach->seen = seen;
    reach->size = size;
    return true;
}

bool host_reach_has(const host_reach *reach, const void *address) {
    return reach->seen[place_of(reach->seen, reach->size, address)] != NULL;
}

/* True: it is new. */
static bool insert(host_reach *reach, const void *address) {
    size_t i = place_of(reach->seen, reach->size, address);
    if (reach->seen[i]) return false;
    reach->seen[i] = address;
    if (++reach->used * 2 > reach->size && !grow(reach))
        reach->has_failed = true;
    return true;
}

/* ---- looking into values ---- */

void host_reach_add(host_reach *reach) {
    lua_State *L = reach->L;
    switch (lua_type(L, -1)) {
    case LUA_TTABLE:
    case LUA_TFUNCTION:
    case LUA_TUSERDATA:
    case LUA_TTHREAD:
        /* Of a C function without upvalues it is the function's address. */
        if (!reach->has_failed && insert(reach, lua_topointer(L, -1))) {
            lua_rawseti(L, reach->list, ++reach->count);
            return;
        }
        break;
    default:
        break;
    }
    lua_pop(L, 1);
}

/* Adds the value on the top of `from`, popped. */
static void add_from(host_reach *reach, lua_State *from) {
    if (from != reach->L) lua_xmove(from, reach->L, 1);
    host_reach_add(reach);
}

static void add_metatable(host_reach *reach, int index) {
    if (lua_getmetatable(reach->L, index)) host_reach_add(reach);
}

static void look_into_table(host_reach *reach, int table) {
    lua_State *L = reach->L;
    bool has_weak_keys = false, has_weak_values = false;
    if (lua_getmetatable(L, table)) {
        lua_pushliteral(L, "__mode");
        if (lua_rawget(L, -2) == LUA_TSTRING && !reach->follows_weak) {
            const char *mode = lua_tostring(L, -1);
            has_weak_keys = strchr(mode, 'k') != NULL;
            has_weak_values = strchr(mode, 'v') != NULL;
        }
        lua_pop(L, 1);
        host_reach_add(reach);
    }
    if (has_weak_keys && has_weak_values) return;
    for (lua_pushnil(L); lua_next(L, table);) {
        if (has_weak_values)
            lua_pop(L, 1);
        else
            host_reach_add(reach);
        if (has_weak_keys) continue;
        lua_pushvalue(L, -1);
        host_reach_add(reach);
    }
}

static void look_into_function(host_reach *reach, int function) {
    for (int i = 1; lua_getupvalue(reach->L, function, i); i++)
        host_reach_add(reach);
}

static void look_into_userdata(host_reach *reach, int userdata) {
    add_metatable(reach, userdata);
    for (int i = 1; lua_getiuservalue(reach->L, userdata, i) != LUA_TNONE; i++)
        host_reach_add(reach);
    lua_pop(reach->L, 1); /* nil */
}

void host_reach_add_stack(host_reach *reach, lua_State *L, int level) {
    lua_Debug ar;
    if (!lua_checkstack(L, 4)) {
        reach->has_failed = true;
        return;
    }
    if (!lua_getstack(L, 0, &ar)) { /* nothing runs: what waits to begin */
        int count = lua_gettop(L);
        for (int i = 1; i <= count && L != reach->L; i++) {
            lua_pushvalue(L, i);
            add_from(reach, L);
        }
        return;
    }
    for (; lua_getstack(L, level, &ar); level++) {
        if (level > MAX_LEVELS) {
            reach->has_failed = true;
            return;
        }
        lua_getinfo(L, "f", &ar);
        add_from(reach, L);
        for (int i = 1; lua_getlocal(L, &ar, i); i++) add_from(reach, L);
        for (int i = -1; lua_getlocal(L, &ar, i); i--) add_from(reach, L);
    }
}

static void look_into(host_reach *reach, int index) {
    lua_State *L = reach->L;
    switch (lua_type(L, index)) {
    case LUA_TTABLE:
        look_into_table(reach, index);
        break;
    case LUA_TFUNCTION:
        look_into_function(reach, index);
        break;
    case LUA_TUSERDATA:
        look_into_userdata(reach, index);
        break;
    case LUA_TTHREAD:
        /* That of L itself was added without the levels of who looks. */
        if (lua_tothread(L, index) == L) break;
        if (reach->on_thread) reach->on_thread(reach, lua_tothread(L, index));
        host_reach_add_stack(reach, lua_tothread(L, index), 0);
        break;
    default:
        break;
    }
}

void host_reach_follow(host_reach *reach) {
    lua_State *L = reach->L;
    while (reach->count > 0 && !reach->has_failed) {
        lua_rawgeti(L, reach->list, reach->count--);
        look_into(reach, lua_gettop(L));
        lua_pop(L, 1);
    }
}

/* That of the value on the top, popped. */
static void add_shared_metatable(host_reach *reach) {
    add_metatable(reach, -1);
    lua_pop(reach->L, 1);
}

void host_reach_add_roots(host_reach *reach,
                          bool (*is_left_out)(void *context,
                                              const void *thread),
                          void *context) {
    lua_State *L = reach->L;
    (void)insert(reach, lua_topointer(L, reach->list));
    (void)insert(reach, lua_topointer(L, LUA_REGISTRYINDEX));
    for (lua_pushnil(L); lua_next(L, LUA_REGISTRYINDEX);) {
        if (lua_type(L, -1) == LUA_TTHREAD &&
            is_left_out(context, lua_topointer(L, -1)))
            lua_pop(L, 1);
        else
            host_reach_add(reach);
        lua_pushvalue(L, -1);
        host_reach_add(reach);
    }
    /* The types whose values share a metatable. */
    lua_pushnil(L);
    add_shared_metatable(reach);
    lua_pushboolean(L, 0);
    add_shared_metatable(reach);
    lua_pushinteger(L, 0);
    add_shared_metatable(reach);
    lua_pushliteral(L, "");
    add_shared_metatable(reach);
    lua_pushlightuserdata(L, NULL);
    add_shared_metatable(reach);
    lua_pushcfunction(L, lua_error);
    add_shared_metatable(reach);
}
