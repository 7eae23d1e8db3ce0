/* lib_udp.c - datagrams for lua/net_udp.lua.
 *
 *     local raw = require("plait.internal").udp()
 *     local socket, address, port = raw.open("::1", 0, broadcast, reuse)
 *     raw.send(socket, "hello", "127.0.0.1", 53, seconds)
 *     local data, from = raw.receive(socket, seconds)
 *     raw.close(socket)
 *
 * Hosts are addresses in figures. What may fail is nil, message, code; nil,
 * "timeout"; nil, "closed". */
#include "lib/lib_udp.h"

#include <errno.h>
#include <lauxlib.h>
#include <net/if.h>

#include "core/ledger.h"
#include "core/policy.h"
#include "core/wait.h"
#include "io/udp.h"

#define UDP_TYPE "plait.handle.udp"

/* ---- results ---- */

static int push_failure(lua_State *L, int status) {
    return host_wait_push_failure(L, status, rt_status_text(status));
}

static int push_outcome(lua_State *L, int status) {
    if (status != RT_OK) return push_failure(L, status);
    lua_pushboolean(L, 1);
    return 1;
}

static void push_address(lua_State *L, const rt_address *address) {
    char text[RT_ADDRESS_TEXT];
    lua_pushstring(L, rt_address_format(address, text));
}

/* ---- arguments ---- */

static rt_udp **check_box(lua_State *L) {
    return luaL_checkudata(L, 1, UDP_TYPE);
}

/* The host in figures at `arg`, and the port after it. */
static int read_address(lua_State *L, int arg, rt_address *address) {
    size_t size;
    const char *host = luaL_checklstring(L, arg, &size);
    rt_place place;
    int status = rt_place_of_host(&place, host, size,
                                  luaL_optinteger(L, arg + 1, 0), NULL);
    *address = place.address;
    return status == RT_OK && !place.is_known ? -EINVAL : status;
}

static int udp_gc(lua_State *L) {
    rt_udp **box = check_box(L);
    rt_udp_free(*box);
    *box = NULL;
    return 0;
}

/* ---- functions ---- */

/* open(host | nil, port, broadcast, reuse) -> socket, address, port */
static int udp_open(lua_State *L) {
    lua_settop(L, 4);
    rt_udp_options options = {.broadcasts = lua_toboolean(L, 3),
                              .shares = lua_toboolean(L, 4)};
    rt_address address;
    bool is_said = !lua_isnil(L, 1);
    host_deny_check(L, is_said ? HOST_DENY_NET_LISTEN : HOST_DENY_NET_CONNECT,
                    "plait.net.udp", 1);
    int status = is_said ? read_address(L, 1, &address) : RT_OK;
    if (status != RT_OK) return push_failure(L, status);
    rt_udp **box = lua_newuserdatauv(L, sizeof(rt_udp *), 0);
    *box = NULL;
    if (luaL_newmetatable(L, UDP_TYPE)) {
        lua_pushcfunction(L, udp_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    static const host_ledger_kind kind = {"socket", host_ledger_has_pointer};
    host_ledger_note(L, &kind);
    status =
        rt_udp_new(host_of(L)->loop, is_said ? &address : NULL, &options, box);
    if (status == RT_OK) status = rt_udp_address(*box, &address);
    if (status != RT_OK) return push_failure(L, status);
    push_address(L, &address);
    lua_pushinteger(L, rt_address_port(&address));
    return 3;
}

/* connect(socket, host, port) -> true */
static int udp_connect(lua_State *L) {
    host_deny_check(L, HOST_DENY_NET_CONNECT, "udp:connect", 2);
    rt_udp *udp = *check_box(L);
    rt_address address;
    int status = read_address(L, 2, &address);
    if (!udp) status = RT_ECLOSED;
    return push_outcome(L, status == RT_OK ? rt_udp_connect(udp, &address)
                                           : status);
}

/* join(socket, group[, name of an interface]) -> true */
static int udp_join(lua_State *L) {
    rt_udp *udp = *check_box(L);
    host_deny_check(L, HOST_DENY_NET_LISTEN, "udp:join", 2);
    const char *name = luaL_optstring(L, 3, NULL);
    lua_settop(L, 2);
    rt_address group;
    int status = read_address(L, 2, &group);
    unsigned interface = name ? if_nametoindex(name) : 0;
    if (name && interface == 0) status = -errno;
    if (!udp) status = RT_ECLOSED;
    return push_outcome(L, status == RT_OK ? rt_udp_join(udp, &group, interface)
                                           : status);
}

static int sent(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    return push_outcome(L, status);
}

/* send(socket, data, host | nil, port[, seconds]) -> true */
static int udp_send(lua_State *L) {
    lua_settop(L, 5);
    host_deny_check(L, HOST_DENY_NET_CONNECT, "udp:send", 3);
    size_t size;
    const char *data = luaL_checklstring(L, 2, &size);
    host_deadline deadline = host_check_timeout(L, 5);
    rt_udp *udp = *check_box(L);
    rt_address to;
    bool is_said = !lua_isnil(L, 3);
    int status = is_said ? read_address(L, 3, &to) : RT_OK;
    if (!udp) status = RT_ECLOSED;
    if (status != RT_OK) return push_failure(L, status);
    host_strand *strand = host_wait_begin(L, "send");
    status =
        rt_udp_send(udp, data, size, is_said ? &to : NULL, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, sent);
}

static int receivable(lua_State *L, host_strand *strand, int status);

static int receive_or_wait(lua_State *L) {
    char bytes[RT_DATAGRAM_MOST];
    rt_address from;
    host_deadline deadline = host_check_timeout(L, 2);
    rt_udp *udp = *check_box(L);
    if (!udp) return push_failure(L, RT_ECLOSED);
    host_strand *strand = host_wait_begin(L, "receive");
    ssize_t count = rt_udp_receive(udp, bytes, sizeof bytes, &from);
    if (count >= 0) {
        strand->waiting_for = NULL;
        lua_pushlstring(L, bytes, (size_t)count);
        push_address(L, &from);
        return 2;
    }
    int status = (int)count;
    if (status == -EAGAIN)
        status = host_is_over(L, deadline) ? RT_ETIMEOUT
                                           : rt_udp_wait(udp, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, receivable);
}

/* A datagram that was damaged is gone when it is looked at. */
static int receivable(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    return status == RT_OK ? receive_or_wait(L) : push_failure(L, status);
}

/* receive(socket[, seconds]) -> data, who has sent it */
static int udp_receive(lua_State *L) {
    lua_settop(L, 2);
    return receive_or_wait(L);
}

/* close(socket); once more is harmless */
static int udp_close(lua_State *L) {
    rt_udp **box = check_box(L);
    rt_udp *udp = *box;
    *box = NULL;
    rt_udp_close(udp);
    return 0;
}

/* is_open(socket) -> boolean */
static int udp_is_open(lua_State *L) {
    lua_pushboolean(L, *check_box(L) != NULL);
    return 1;
}

static const luaL_Reg functions[] = {
    {"open", udp_open},       {"connect", udp_connect},
    {"join", udp_join},       {"send", udp_send},
    {"receive", udp_receive}, {"close", udp_close},
    {"is_open", udp_is_open}, {NULL, NULL},
};

/* internal.udp() -> table of the functions */
static int open_functions(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}

void host_open_udp(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, open_functions);
    lua_setfield(L, -2, "udp");
    lua_pop(L, 2);
}
