/* lib_tls.c - TLS for lua/net_tls.lua.
 *
 *     local raw = require("plait.internal").tls()
 *     local context = raw.context({verify = true}, seconds)
 *     raw.secure(stream, context, "example.org")
 *     local ok, why, code = raw.handshake(stream, seconds)
 *     print(raw.info(stream).version)
 *
 * What may fail is nil, message, code; nil, "timeout"; nil, "closed". */
#include "lib/lib_tls.h"

#include <errno.h>
#include <lauxlib.h>

#include "core/policy.h"
#include "core/stream.h"
#include "core/wait.h"

#define CONTEXT_TYPE "plait.handle.tls"
#define LOADING_TYPE "plait.tls.loading"

/* ---- results ---- */

static int push_true(lua_State *L) {
    lua_pushboolean(L, 1);
    return 1;
}

/* A userdata with one pointer, NULL at first. */
static void *push_box(lua_State *L, const char *type, lua_CFunction gc) {
    void **box = lua_newuserdatauv(L, sizeof(void *), 0);
    *box = NULL;
    if (luaL_newmetatable(L, type)) {
        lua_pushcfunction(L, gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return box;
}

/* ---- contexts ---- */

static int context_gc(lua_State *L) {
    rt_tls_context **box = luaL_checkudata(L, 1, CONTEXT_TYPE);
    if (*box) rt_tls_context_unref(*box);
    *box = NULL;
    return 0;
}

static int loading_gc(lua_State *L) {
    rt_tls_loading **box = luaL_checkudata(L, 1, LOADING_TYPE);
    if (*box) rt_tls_loading_release(*box);
    *box = NULL;
    return 0;
}

/* (options, seconds, loading, context) */
static int loaded(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    rt_tls_loading **loading = luaL_checkudata(L, 3, LOADING_TYPE);
    rt_tls_context **context = luaL_checkudata(L, 4, CONTEXT_TYPE);
    if (status != RT_OK)
        return host_wait_push_failure(L, status, rt_status_text(status));
    rt_error err;
    status = rt_tls_loading_take(*loading, context, &err);
    if (status != RT_OK) return host_wait_push_failure(L, status, err.message);
    lua_settop(L, 4);
    return 1;
}

/* The same, of a file that is read. */
static const char *file_option(lua_State *L, const char *name) {
    if (lua_getfield(L, 1, name) == LUA_TSTRING)
        host_deny_check(L, HOST_DENY_FS_READ, "tls", -1);
    const char *path = luaL_optstring(L, -1, NULL);
    lua_pop(L, 1);
    return path;
}

/* The field of the table at 1, which keeps it; NULL: it is nil. */
static const char *text_option(lua_State *L, const char *name, size_t *size) {
    lua_getfield(L, 1, name);
    const char *text = luaL_optlstring(L, -1, NULL, size);
    lua_pop(L, 1);
    return text;
}

static bool flag_option(lua_State *L, const char *name) {
    lua_getfield(L, 1, name);
    bool is_set = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return is_set;
}

/* context({ca =, cert =, key = files, alpn = as TLS has it, server =, verify =}[,
 * seconds]) -> context */
static int tls_context(lua_State *L) {
    lua_settop(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    host_deadline deadline = host_check_timeout(L, 2);
    rt_tls_options options = {.is_server = flag_option(L, "server"),
                              .verifies = flag_option(L, "verify")};
    options.ca = file_option(L, "ca");
    options.cert = file_option(L, "cert");
    options.key = file_option(L, "key");
    options.alpn = text_option(L, "alpn", &options.alpn_size);
    rt_tls_loading **loading = push_box(L, LOADING_TYPE, loading_gc);
    (void)push_box(L, CONTEXT_TYPE, context_gc);
    *loading = rt_tls_loading_new(&options);
    if (!*loading) return luaL_error(L, "not enough memory");
    host_strand *strand = host_wait_begin(L, "tls");
    int status =
        host_is_over(L, deadline)
            ? RT_ETIMEOUT
            : rt_tls_loading_start(*loading, host_of(L)->loop, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, loaded);
}

/* ---- connections ---- */

/* secure(stream, context[, name]) -> true: all goes through TLS from here on */
static int tls_secure(lua_State *L) {
    rt_stream *stream = *host_stream_check(L, 1);
    rt_tls_context **context = luaL_checkudata(L, 2, CONTEXT_TYPE);
    const char *name = luaL_optstring(L, 3, NULL);
    if (!stream) return host_wait_push_failure(L, RT_ECLOSED, NULL);
    rt_tls *tls;
    int status = rt_tls_new(*context, rt_stream_fd(stream), name, &tls);
    if (status == RT_EUSAGE)
        return host_wait_push_failure(L, -EINVAL,
                                      "that is no name of a server");
    if (status != RT_OK)
        return host_wait_push_failure(L, status, rt_status_text(status));
    rt_stream_secure(stream, tls);
    return push_true(L);
}

static int shaken(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_OK) return push_true(L);
    rt_stream *stream = *host_stream_check(L, 1); /* NULL: closed meanwhile */
    return host_wait_push_failure(L, status, rt_stream_why(stream, status));
}

/* handshake(stream[, seconds]) -> true; once more goes on with it */
static int tls_handshake(lua_State *L) {
    lua_settop(L, 2);
    host_deadline deadline = host_check_timeout(L, 2);
    rt_stream *stream = *host_stream_check(L, 1);
    if (!stream) return host_wait_push_failure(L, RT_ECLOSED, NULL);
    host_strand *strand = host_wait_begin(L, "tls");
    int status = rt_stream_handshake(stream, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, shaken);
}

static void set_text(lua_State *L, const char *name, const char *text) {
    if (!text || !*text) return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

/* info(stream) -> {version =, cipher =, alpn =, peer =, issuer =, verified =};
 * nil: it has no TLS */
static int tls_info(lua_State *L) {
    rt_stream *stream = *host_stream_check(L, 1);
    const rt_tls *tls = stream ? rt_stream_tls(stream) : NULL;
    lua_pushnil(L);
    if (!tls) return 1;
    rt_tls_info info;
    rt_tls_describe(tls, &info);
    lua_createtable(L, 0, 6);
    set_text(L, "version", info.version);
    set_text(L, "cipher", info.cipher);
    set_text(L, "alpn", info.alpn);
    set_text(L, "peer", info.subject);
    set_text(L, "issuer", info.issuer);
    lua_pushboolean(L, info.is_verified);
    lua_setfield(L, -2, "verified");
    return 1;
}

static const luaL_Reg functions[] = {
    {"context", tls_context},
    {"secure", tls_secure},
    {"handshake", tls_handshake},
    {"info", tls_info},
    {NULL, NULL},
};

/* internal.tls() -> table of the functions */
static int open_functions(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}

void host_open_tls(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, open_functions);
    lua_setfield(L, -2, "tls");
    lua_pop(L, 2);
}
