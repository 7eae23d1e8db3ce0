/* lib_net.c - what lua/net.lua is made of.
 *
 *     local raw = require("plait.internal").net()
 *     local stream, peer, own = raw.connect({"127.0.0.1"}, 80, options, seconds)
 *     local listener, address, port = raw.listen("::1", 0, options)
 *     local stream, peer = raw.accept(listener, seconds)
 *     raw.close(listener)
 *
 * Without a port what stands for the host is the path of a Unix socket. What may
 * fail is nil, message, code; nil, "timeout"; nil, "closed". Streams are those of
 * lib_stream.c. Options that are looked at are of the right types already. */
#include "lib/lib_net.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <string.h>
#include <unistd.h>

#include "core/ledger.h"
#include "core/output.h"
#include "core/policy.h"
#include "core/proxy.h"
#include "core/stream.h"
#include "core/wait.h"
#include "data/parcel.h"
#include "io/connect.h"
#include "io/listener.h"

#define CONNECT_TYPE "plait.connect"
#define ACCEPT_TYPE "plait.accept"
#define LISTENER_TYPE "plait.handle.listener"

static const host_ledger_kind connection_kind = {"connection",
                                                 host_ledger_has_pointer};
static const host_ledger_kind listener_kind = {"listener",
                                               host_ledger_has_pointer};

/* ---- results ---- */

static int push_words(lua_State *L, const char *why) {
    lua_pushnil(L);
    lua_pushstring(L, why);
    return 2;
}

static int push_failure(lua_State *L, int status) {
    return host_wait_push_failure(L, status, rt_status_text(status));
}

static void push_address(lua_State *L, const rt_address *address) {
    char text[RT_ADDRESS_TEXT];
    lua_pushstring(L, rt_address_format(address, text));
}

/* ---- arguments ---- */

/* Of the host in figures, or the path, at `index`; `port` -1: it is a path. */
static int read_address(lua_State *L, int index, lua_Integer port,
                        rt_address *address) {
    size_t size;
    const char *text = luaL_checklstring(L, index, &size);
    rt_place place;
    int status = port < 0 ? rt_place_of_path(&place, text, size, NULL)
                          : rt_place_of_host(&place, text, size, port, NULL);
    if (status == RT_OK && !place.is_known) status = -EINVAL;
    *address = place.address;
    return status;
}

static lua_Integer option(lua_State *L, int table, const char *name,
                          lua_Integer none) {
    lua_getfield(L, table, name);
    lua_Integer value = lua_isnil(L, -1) ? none : lua_tointeger(L, -1);
    if (lua_isboolean(L, -1)) value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

static rt_socket_options read_tuning(lua_State *L, int table) {
    return (rt_socket_options){
        .is_nodelay = option(L, table, "nodelay", 1) != 0,
        .keepalive_s = (int)option(L, table, "keepalive", RT_KEEPALIVE_OFF),
    };
}

/* A userdata of `size` bytes; its metatable is made with `gc` at first. */
static void *push_box(lua_State *L, size_t size, const char *type,
                      lua_CFunction gc) {
    void *box = lua_newuserdatauv(L, size, 1);
    memset(box, 0, size);
    if (luaL_newmetatable(L, type)) {
        lua_pushcfunction(L, gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return box;
}

/* ---- connecting ---- */

static int connect_gc(lua_State *L) {
    rt_connect **box = luaL_checkudata(L, 1, CONNECT_TYPE);
    rt_connect_free(*box);
    *box = NULL;
    return 0;
}

/* The connect is at 1. */
static int connected(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    rt_connect **box = lua_touserdata(L, 1);
    if (status != RT_OK) return push_failure(L, status);
    const rt_address *peer;
    rt_stream **stream = host_stream_push(L);
    host_ledger_note(L, &connection_kind);
    int fd = rt_connect_take(*box, &peer);
    status = rt_stream_new(host_of(L)->loop, fd, RT_STREAM_SOCKET, stream);
    if (status != RT_OK) {
        (void)close(fd);
        return push_failure(L, status);
    }
    push_address(L, peer);
    rt_address own;
    if (rt_socket_address(fd, &own) != RT_OK) own = *peer;
    push_address(L, &own);
    rt_connect_free(*box);
    *box = NULL;
    return 3;
}

static int fill(lua_State *L, rt_connect *c, size_t count, lua_Integer port) {
    int status = RT_OK;
    for (size_t i = 0; i < count && status == RT_OK; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        status = read_address(L, -1, port, rt_connect_address(c, i));
        lua_pop(L, 1);
    }
    return status;
}

/* connect({host...} | {path}, port | nil, {from =, from_port =, nodelay =,
 * keepalive =}[, seconds]) -> stream, peer, own address */
static int net_connect(lua_State *L) {
    lua_settop(L, 4);
    host_deadline deadline = host_check_timeout(L, 4);
    lua_Integer port = luaL_optinteger(L, 2, -1);
    size_t count = lua_rawlen(L, 1);
    lua_rawgeti(L, 1, 1);
    host_deny_check(L, HOST_DENY_NET_CONNECT, "plait.net.connect", -1);
    lua_settop(L, 4);
    rt_connect_options options = {.socket = read_tuning(L, 3)};
    rt_address from;
    if (lua_getfield(L, 3, "from") == LUA_TSTRING) {
        int status = read_address(
            L, -1, port < 0 ? -1 : option(L, 3, "from_port", 0), &from);
        if (status != RT_OK) return push_failure(L, status);
        options.from = &from;
    }
    lua_settop(L, 3);
    rt_connect **box =
        push_box(L, sizeof(rt_connect *), CONNECT_TYPE, connect_gc);
    *box = rt_connect_new(host_of(L)->loop, count, &options);
    if (!*box) return luaL_error(L, "not enough memory");
    lua_insert(L, 1);
    int status = fill(L, *box, count, port);
    if (status != RT_OK) return push_failure(L, status);
    host_strand *strand = host_wait_begin(L, "connect");
    status = !host_is_over(L, deadline)
                 ? rt_connect_start(*box, &strand->waiter)
                 : RT_ETIMEOUT;
    return host_wait_end(L, strand, status, deadline, connected);
}

/* ---- listening ---- */

typedef struct listener_box {
    rt_listener *listener; /* NULL: closed */
    rt_socket_options tuning;
    char address[RT_ADDRESS_TEXT];
    const host_state *host;
} listener_box;

static listener_box *check_listener(lua_State *L, int arg) {
    return luaL_checkudata(L, arg, LISTENER_TYPE);
}

static int listener_gc(lua_State *L) {
    listener_box *box = check_listener(L, 1);
    rt_listener_free(box->listener);
    box->listener = NULL;
    return 0;
}

static void report_lack(void *context, int status) {
    const listener_box *box = context;
    host_tell_format(box->host->runtime,
                     "%s: %s: %s; connections wait until others are closed\n",
                     box->host->program, box->address, rt_status_text(status));
}

/* Takes `fd`. */
static int push_listener(lua_State *L, int fd, bool owns_path,
                         rt_socket_options tuning) {
    listener_box *box =
        push_box(L, sizeof(listener_box), LISTENER_TYPE, listener_gc);
    box->tuning = tuning;
    host_ledger_note(L, &listener_kind);
    box->host = host_of(L);
    int status =
        rt_listener_new(host_of(L)->loop, fd, owns_path, &box->listener);
    if (status != RT_OK) {
        (void)close(fd);
        return push_failure(L, status);
    }
    const rt_address *address = rt_listener_address(box->listener);
    (void)rt_address_format(address, box->address);
    rt_listener_on_lack(box->listener, report_lack, box);
    lua_pushstring(L, box->address);
    lua_pushinteger(L, rt_address_port(address));
    return 3;
}

/* listen(host | path, port | nil, {backlog =, reuse_port =, mode =, nodelay =,
 * keepalive =}) -> listener, address, port */
static int net_listen(lua_State *L) {
    lua_settop(L, 3);
    host_deny_check(L, HOST_DENY_NET_LISTEN, "plait.net.listen", 1);
    rt_address address;
    int fd;
    int status = read_address(L, 1, luaL_optinteger(L, 2, -1), &address);
    rt_listen_options options = {
        .backlog = (int)option(L, 3, "backlog", SOMAXCONN),
        .shares_port = option(L, 3, "reuse_port", 0) != 0,
        .mode = (int)option(L, 3, "mode", -1),
    };
    rt_socket_options tuning = read_tuning(L, 3);
    if (status == RT_OK) status = rt_socket_listen(&address, &options, &fd);
    if (status != RT_OK) return push_failure(L, status);
    return push_listener(L, fd, true, tuning);
}

static int accept_gc(lua_State *L) {
    rt_accept_deinit(luaL_checkudata(L, 1, ACCEPT_TYPE));
    return 0;
}

/* (listener, seconds, stream box, accept) */
static int accepted(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    rt_accept *accept = lua_touserdata(L, 4);
    if (status != RT_OK) return push_failure(L, status);
    const listener_box *box = lua_touserdata(L, 1);
    int fd = accept->fd;
    rt_socket_tune(fd, &accept->peer, &box->tuning);
    status = rt_stream_new(host_of(L)->loop, fd, RT_STREAM_SOCKET,
                           host_stream_check(L, 3));
    if (status != RT_OK) {
        rt_accept_deinit(accept);
        return push_failure(L, status);
    }
    accept->fd = -1;
    lua_pushvalue(L, 3);
    push_address(L, &accept->peer);
    return 2;
}

/* accept(listener[, seconds]) -> stream, peer */
static int net_accept(lua_State *L) {
    lua_settop(L, 2);
    host_deadline deadline = host_check_timeout(L, 2);
    rt_listener *listener = check_listener(L, 1)->listener;
    if (!listener) return push_failure(L, RT_ECLOSED);
    (void)host_stream_push(L);
    host_ledger_note(L, &connection_kind);
    rt_accept *accept = push_box(L, sizeof(rt_accept), ACCEPT_TYPE, accept_gc);
    rt_accept_init(accept);
    host_strand *strand = host_wait_begin(L, "accept");
    int status = rt_listener_accept(listener, accept, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, accepted);
}

/* ---- handing over ---- */

/* Takes `fd`, which may be -1. The proxy is not kept: it would keep open what
 * nobody receives. */
static int push_parcel(lua_State *L, int fd) {
    rt_parcel *parcel = rt_parcel_new(fd);
    if (!parcel) {
        if (fd >= 0) (void)close(fd);
        return luaL_error(L, "not enough memory");
    }
    host_proxy_push_new(L, (rt_object *)(void *)parcel);
    return 1;
}

static rt_parcel *check_parcel(lua_State *L) {
    return (rt_parcel *)(void *)host_proxy_check(L, 1, RT_KIND_PARCEL);
}

/* The descriptor of the parcel at 1; -1: it was handed over already. */
static int take_parcel(lua_State *L) {
    return rt_parcel_take(check_parcel(L));
}

/* pack(stream) -> parcel, which is empty before fill;  nil, why: it cannot be
 * handed over */
static int net_pack(lua_State *L) {
    rt_stream *stream = *host_stream_check(L, 1);
    if (!stream) return push_words(L, "a closed stream");
    if (rt_stream_tls(stream))
        return push_words(L, "a connection with TLS, which stays in its state");
    if (rt_stream_is_socket(stream)) return push_parcel(L, -1);
    return push_words(L,
                      "a stream, which stays in its state; send what is read "
                      "from it");
}

/* fill(parcel, stream): the parcel has the descriptor, and the stream is closed */
static int net_fill(lua_State *L) {
    rt_parcel *parcel = check_parcel(L);
    rt_stream **box = host_stream_check(L, 2);
    if (*box) rt_parcel_fill(parcel, rt_stream_release(*box));
    *box = NULL;
    host_proxy_drop(L, 1);
    return 0;
}

/* drop(parcel): whoever received it has it alone */
static int net_drop(lua_State *L) {
    (void)check_parcel(L);
    host_proxy_drop(L, 1);
    return 0;
}

/* unpack(parcel) -> stream;  nil: somebody has it already */
static int net_unpack(lua_State *L) {
    int fd = take_parcel(L);
    if (fd < 0) return 0;
    rt_stream **box = host_stream_push(L);
    host_ledger_note(L, &connection_kind);
    int status = rt_stream_new(host_of(L)->loop, fd, RT_STREAM_SOCKET, box);
    if (status == RT_OK) return 1;
    (void)close(fd);
    return push_failure(L, status);
}

/* pack_listener(listener) -> parcel;  nil, why */
static int net_pack_listener(lua_State *L) {
    const rt_listener *listener = check_listener(L, 1)->listener;
    if (!listener) return push_words(L, "a closed listener");
    int fd = fcntl(rt_listener_fd(listener), F_DUPFD_CLOEXEC, 3);
    return fd < 0 ? push_failure(L, -errno) : push_parcel(L, fd);
}

/* unpack_listener(parcel, {nodelay =, keepalive =}) -> listener;  nil */
static int net_unpack_listener(lua_State *L) {
    lua_settop(L, 2);
    rt_socket_options tuning = read_tuning(L, 2);
    int fd = take_parcel(L);
    return fd < 0 ? 0 : push_listener(L, fd, false, tuning);
}

/* close(listener); once more is harmless */
static int net_close(lua_State *L) {
    listener_box *box = check_listener(L, 1);
    rt_listener *listener = box->listener;
    box->listener = NULL;
    rt_listener_close(listener);
    return 0;
}

/* wake_nobody(listener): who connects is nobody that somebody waits for */
static int net_wake_nobody(lua_State *L) {
    rt_listener *listener = check_listener(L, 1)->listener;
    if (listener) rt_listener_wake_nobody(listener);
    return 0;
}

/* is_open(listener) -> boolean */
static int net_is_open(lua_State *L) {
    lua_pushboolean(L, check_listener(L, 1)->listener != NULL);
    return 1;
}

/* The host, or the path, and the port at `index` as `place`. */
static int parse_place(lua_State *L, rt_place *place, rt_error *err) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    if (lua_toboolean(L, 3)) return rt_place_of_path(place, text, size, err);
    if (lua_isnoneornil(L, 2)) return rt_place_parse(place, text, size, err);
    return rt_place_of_host(place, text, size, luaL_checkinteger(L, 2), err);
}

static bool is_path(const rt_place *place) {
    return place->is_known && place->address.any.sa_family == AF_UNIX;
}

/* place(text) -> {name =, host =, port =, is_known =};  {name =, path =};  nil,
 * message[, code]: no address; place(host, port) and place(path, nil, true)
 * likewise */
static int net_place(lua_State *L) {
    rt_place place;
    rt_error err;
    char text[RT_ADDRESS_TEXT];
    lua_settop(L, 3);
    int status = parse_place(L, &place, &err);
    if (status != RT_OK) {
        (void)push_words(L, err.message);
        if (status != RT_EUSAGE) lua_pushinteger(L, -status);
        return status == RT_EUSAGE ? 2 : 3;
    }
    lua_createtable(L, 0, 4);
    if (is_path(&place)) {
        lua_pushstring(L, rt_address_format(&place.address, text));
        lua_setfield(L, -2, "name");
        lua_pushstring(L, text + sizeof "unix:" - 1);
        lua_setfield(L, -2, "path");
        return 1;
    }
    lua_pushfstring(L, strchr(place.host, ':') ? "[%s]:%d" : "%s:%d",
                    place.host, place.port);
    lua_setfield(L, -2, "name");
    lua_pushstring(L, place.host);
    lua_setfield(L, -2, "host");
    lua_pushinteger(L, place.port);
    lua_setfield(L, -2, "port");
    lua_pushboolean(L, place.is_known);
    lua_setfield(L, -2, "is_known");
    return 1;
}

static const luaL_Reg functions[] = {
    {"connect", net_connect},
    {"listen", net_listen},
    {"accept", net_accept},
    {"close", net_close},
    {"wake_nobody", net_wake_nobody},
    {"is_open", net_is_open},
    {"place", net_place},
    {"pack", net_pack},
    {"fill", net_fill},
    {"drop", net_drop},
    {"unpack", net_unpack},
    {"pack_listener", net_pack_listener},
    {"unpack_listener", net_unpack_listener},
    {NULL, NULL},
};

static int open_functions(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}

void host_open_net(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, open_functions);
    lua_setfield(L, -2, "net");
    lua_pop(L, 2);
    (void)host_proxy_new_metatable(L, RT_KIND_PARCEL);
    lua_pop(L, 1);
}
