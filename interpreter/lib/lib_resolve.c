/* lib_resolve.c - the addresses of a name.
 *
 *     local list, why, code = require("plait.internal").resolve("localhost")
 */
#include "lib/lib_resolve.h"

#include <lauxlib.h>

#include "core/policy.h"
#include "core/wait.h"
#include "io/resolve.h"

#define RESOLVE_TYPE "plait.resolve"

static int resolve_gc(lua_State *L) {
    rt_resolve **box = lua_touserdata(L, 1);
    if (*box) rt_resolve_release(*box);
    *box = NULL;
    return 0;
}

static rt_resolve *push_resolve(lua_State *L) {
    rt_resolve **box = lua_newuserdatauv(L, sizeof(rt_resolve *), 0);
    *box = NULL;
    if (luaL_newmetatable(L, RESOLVE_TYPE)) {
        lua_pushcfunction(L, resolve_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    *box = rt_resolve_new(host_of(L)->loop);
    if (!*box) luaL_error(L, "not enough memory");
    return *box;
}

static void push_host(lua_State *L, const rt_address *address) {
    char text[RT_ADDRESS_TEXT];
    lua_pushstring(L, rt_address_format_host(address, text));
}

/* The resolver is at 4. */
static int resolved(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    rt_resolve **box = luaL_checkudata(L, 4, RESOLVE_TYPE);
    if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
    if (status != RT_OK) {
        bool is_late = status == RT_ETIMEOUT;
        lua_pushnil(L);
        lua_pushstring(L, is_late ? "timeout" : rt_status_text(status));
        if (is_late) return 2;
        lua_pushinteger(L, -status);
        return 3;
    }
    lua_newtable(L);
    rt_address address;
    for (int i = 1; rt_resolve_next(*box, 0, &address); i++) {
        push_host(L, &address);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static const char *const family_names[] = {"any", "ipv4", "ipv6", NULL};
static const int families[] = {AF_UNSPEC, AF_INET, AF_INET6};

/* What is an address already needs no resolver. */
static bool push_known(lua_State *L, const char *host, size_t size,
                       int family) {
    rt_place place;
    if (rt_place_of_host(&place, host, size, 0, NULL) != RT_OK) return false;
    if (!place.is_known) return false;
    if (family != AF_UNSPEC && place.address.any.sa_family != family)
        return false;
    lua_createtable(L, 1, 0);
    push_host(L, &place.address);
    lua_rawseti(L, -2, 1);
    return true;
}

/* resolve(host[, "any" | "ipv4" | "ipv6"[, seconds]]) -> list of addresses
 * | nil, why, code | nil, "timeout" */
static int internal_resolve(lua_State *L) {
    size_t size;
    lua_settop(L, 3);
    host_deny_check(L, HOST_DENY_NET_CONNECT, "plait.net.resolve", 1);
    const char *host = luaL_checklstring(L, 1, &size);
    int family = families[luaL_checkoption(L, 2, "any", family_names)];
    host_deadline deadline = host_check_timeout(L, 3);
    if (push_known(L, host, size, family)) return 1;
    rt_resolve *resolve = push_resolve(L);
    host_strand *strand = host_wait_begin(L, "resolve");
    int status = host_is_over(L, deadline)
                     ? RT_ETIMEOUT
                     : rt_resolve_start(resolve, host, family, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, resolved);
}

void host_open_resolve(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, internal_resolve);
    lua_setfield(L, -2, "resolve");
    lua_pop(L, 2);
}
