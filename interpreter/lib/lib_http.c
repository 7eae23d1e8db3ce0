/* lib_http.c - what lua/http_request.lua is made of.
 *
 *     local raw = require("plait.internal").http()
 *     local t = raw.transfer({url = "http://localhost/"}, {"X-A: b"}, "body")
 *     raw.bound(t, limit, high)
 *     raw.start(t)
 *     raw.wait(t, raw.DONE, seconds)       -- the events that are so
 *     local why, code = raw.failure(t)     -- nil: none
 *     local status, head, url = raw.head(t)
 *     local body = raw.body(t)
 *     raw.close(t)
 *
 * The state's connections belong to a userdata in the registry; so does each
 * transfer to one of its own, which has what it sends as a user value. */
#include "lib/lib_http.h"

#include <lauxlib.h>
#include <stdint.h>
#include <string.h>

#include "core/failure.h"
#include "core/policy.h"
#include "core/wait.h"
#include "io/http.h"

#define TRANSFER_TYPE "plait.handle.transfer"
#define HTTP_TYPE "plait.handle.http"

/* ---- the state's connections ---- */

static int http_gc(lua_State *L) {
    rt_http **box = luaL_checkudata(L, 1, HTTP_TYPE);
    rt_http_free(*box);
    *box = NULL;
    return 0;
}

static int no_memory(lua_State *L) {
    return luaL_error(L, "not enough memory");
}

static void new_http(lua_State *L) {
    rt_http **box = lua_newuserdatauv(L, sizeof(rt_http *), 0);
    *box = NULL;
    if (luaL_newmetatable(L, HTTP_TYPE)) {
        lua_pushcfunction(L, http_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    rt_error err;
    int status = rt_http_new(host_of(L)->loop, box, &err);
    if (status == RT_ENOMEMORY) no_memory(L);
    if (status != RT_OK) host_raise(L, "usage", "http: %s", err.message);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, HTTP_TYPE ".here");
}

/* Made at the first call. [-0, +0, raises] */
static rt_http *http_of(lua_State *L) {
    if (lua_getfield(L, LUA_REGISTRYINDEX, HTTP_TYPE ".here") == LUA_TNIL) {
        lua_pop(L, 1);
        new_http(L);
    }
    rt_http *http = *(rt_http **)lua_touserdata(L, -1);
    lua_pop(L, 1);
    if (!http) host_raise(L, "usage", "http: the state is closing");
    return http;
}

/* limit("per_host" | "total" | "idle", count): connections; 0: any number */
static int http_limit(lua_State *L) {
    static const char *const names[] = {"per_host", "total", "idle", NULL};
    int bound = luaL_checkoption(L, 1, NULL, names);
    rt_http_set_bound(http_of(L), (rt_http_bound)bound,
                      (long)luaL_checkinteger(L, 2));
    return 0;
}

/* ---- transfers ---- */

static rt_transfer *take_transfer(lua_State *L) {
    rt_transfer **box = luaL_checkudata(L, 1, TRANSFER_TYPE);
    rt_transfer *t = *box;
    *box = NULL;
    return t;
}

static int transfer_gc(lua_State *L) {
    rt_transfer_free(take_transfer(L));
    return 0;
}

/* close(transfer); once more is harmless */
static int transfer_close(lua_State *L) {
    rt_transfer_close(take_transfer(L));
    return 0;
}

static rt_transfer *check_transfer(lua_State *L) {
    rt_transfer **box = luaL_checkudata(L, 1, TRANSFER_TYPE);
    luaL_argcheck(L, *box, 1, "transfer is closed");
    return *box;
}

static void push_box(lua_State *L) {
    rt_transfer **box = lua_newuserdatauv(L, sizeof(rt_transfer *), 1);
    *box = NULL;
    if (luaL_newmetatable(L, TRANSFER_TYPE)) {
        lua_pushcfunction(L, transfer_gc);
        lua_setfield(L, -2, "__gc");
        lua_pushcfunction(L, transfer_close);
        lua_setfield(L, -2, "__close");
    }
    lua_setmetatable(L, -2);
}

static void check_set(lua_State *L, int status, const char *name) {
    if (status == RT_ENOMEMORY) no_memory(L);
    if (status != RT_OK)
        host_raise(L, "usage", "http: libcurl here cannot do '%s'", name);
}

/* Whether the option names a file that is read. */
static bool is_file(const char *name) {
    return strcmp(name, "ca") == 0 || strcmp(name, "cert") == 0 ||
           strcmp(name, "key") == 0;
}

/* Those of the table at `arg`. */
static void set_options(lua_State *L, rt_transfer *t, int arg) {
    for (lua_pushnil(L); lua_next(L, arg); lua_pop(L, 1)) {
        const char *name = luaL_checkstring(L, -2);
        if (is_file(name))
            host_deny_check(L, HOST_DENY_FS_READ, "plait.http.request", -1);
        int status =
            lua_isinteger(L, -1)
                ? rt_transfer_set_number(t, name, lua_tointeger(L, -1))
                : rt_transfer_set_text(t, name, luaL_checkstring(L, -1));
        check_set(L, status, name);
    }
}

static void add_headers(lua_State *L, rt_transfer *t, int arg) {
    lua_Integer count = luaL_len(L, arg);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(L, arg, i);
        if (rt_transfer_add_header(t, luaL_checkstring(L, -1)) != RT_OK)
            no_memory(L);
        lua_pop(L, 1);
    }
}

/* transfer(options, headers[, body]) -> transfer; body is a string, or true: it comes
 * in pieces */
static int http_transfer(lua_State *L) {
    lua_settop(L, 3);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_getfield(L, 1, "url");
    host_deny_check(L, HOST_DENY_NET_CONNECT, "plait.http.request", -1);
    lua_settop(L, 3);
    rt_http *http = http_of(L);
    push_box(L);
    rt_transfer *t = rt_transfer_new(http);
    if (!t) return no_memory(L);
    *(rt_transfer **)lua_touserdata(L, 4) = t;
    set_options(L, t, 1);
    add_headers(L, t, 2);
    if (lua_type(L, 3) == LUA_TSTRING) {
        size_t size;
        const char *body = lua_tolstring(L, 3, &size);
        rt_transfer_send(t, body, size);
        lua_pushvalue(L, 3);
        lua_setiuservalue(L, 4, 1);
    } else if (lua_toboolean(L, 3)) {
        rt_transfer_send_pieces(t);
    }
    return 1;
}

/* bound(transfer, limit, high): -1: none; 0: never stops receiving */
static int http_bound(lua_State *L) {
    rt_transfer *t = check_transfer(L);
    lua_Integer limit = luaL_checkinteger(L, 2);
    rt_transfer_bound(t, limit < 0 ? UINT64_MAX : (uint64_t)limit,
                      (size_t)luaL_checkinteger(L, 3));
    return 0;
}

/* start(transfer) */
static int http_start(lua_State *L) {
    rt_transfer *t = check_transfer(L);
    check_set(L, rt_transfer_start(t), "start");
    return 0;
}

/* ---- waiting ---- */

static int push_failure(lua_State *L, int status) {
    return host_wait_push_failure(L, status, rt_status_text(status));
}

static int waited(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status != RT_OK) return push_failure(L, status);
    lua_pushinteger(L, rt_transfer_events(check_transfer(L)));
    return 1;
}

/* wait(transfer, events[, seconds]) -> events */
static int http_wait(lua_State *L) {
    lua_settop(L, 3);
    rt_transfer *t = check_transfer(L);
    unsigned wanted = (unsigned)luaL_checkinteger(L, 2);
    host_deadline deadline = host_check_timeout(L, 3);
    host_strand *strand = host_wait_begin(L, "http");
    int status = rt_transfer_wait(t, wanted, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, waited);
}

/* feed(transfer[, piece]): nil: it was the last */
static int http_feed(lua_State *L) {
    lua_settop(L, 2);
    rt_transfer *t = check_transfer(L);
    size_t size = 0;
    const char *piece = luaL_optlstring(L, 2, "", &size);
    /* The piece before is no longer needed, and this one is from now on. */
    lua_setiuservalue(L, 1, 1);
    rt_transfer_feed(t, piece, size);
    return 0;
}

/* ---- what has come ---- */

/* failure(transfer) -> nil; message, code; "timeout". Of one that is over. */
static int http_failure(lua_State *L) {
    const char *why;
    int status = rt_transfer_result(check_transfer(L), &why);
    if (status == RT_OK) return 0;
    if (status == RT_ENOMEMORY) return no_memory(L);
    if (status == RT_ETIMEOUT || status == RT_ECLOSED) {
        lua_pushstring(L, status == RT_ETIMEOUT ? "timeout" : "closed");
        return 1;
    }
    if (status < 0) {
        why = rt_status_text(status);
        status = -status;
    }
    lua_pushstring(L, why);
    lua_pushinteger(L, status);
    return 2;
}

/* head(transfer) -> status line and headers, url */
static int http_head(lua_State *L) {
    rt_transfer *t = check_transfer(L);
    size_t size;
    const char *head = rt_transfer_head(t, &size);
    lua_pushlstring(L, head, size);
    lua_pushstring(L, rt_transfer_url(t));
    return 2;
}

/* body(transfer[, most]) -> bytes that have come, which are taken */
static int http_body(lua_State *L) {
    rt_transfer *t = check_transfer(L);
    size_t size;
    const char *bytes = rt_transfer_body(t, &size);
    lua_Integer most = luaL_optinteger(L, 2, -1);
    if (most >= 0 && (size_t)most < size) size = (size_t)most;
    lua_pushlstring(L, bytes, size);
    rt_transfer_take(t, size);
    return 1;
}

static const luaL_Reg functions[] = {
    {"limit", http_limit},
    {"transfer", http_transfer},
    {"bound", http_bound},
    {"start", http_start},
    {"wait", http_wait},
    {"feed", http_feed},
    {"failure", http_failure},
    {"head", http_head},
    {"body", http_body},
    {"close", transfer_close},
    {NULL, NULL},
};

static int open_functions(lua_State *L) {
    static const struct {
        const char *name;
        int event;
    } events[] = {
        {"WANTS", RT_TRANSFER_WANTS},
        {"HEAD", RT_TRANSFER_HEAD},
        {"BODY", RT_TRANSFER_BODY},
        {"DONE", RT_TRANSFER_DONE},
    };
    luaL_newlib(L, functions);
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        lua_pushinteger(L, events[i].event);
        lua_setfield(L, -2, events[i].name);
    }
    return 1;
}

void host_open_http(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, open_functions);
    lua_setfield(L, -2, "http");
    lua_pop(L, 2);
}
