/* lib_stream.c - what lua/streams.lua and lua/exec.lua are made of.
 *
 *     local raw = require("plait.internal").stream()
 *     local some = raw.read(stream, most, seconds)      -- "": the end
 *     raw.write(stream, "text", seconds)
 *     raw.close(stream)
 *
 *     local x = raw.exchange(limit, "input", stdin, stdout, stderr)
 *     local ok, failed, why = raw.finish(x, seconds)
 *     local out, err = raw.outputs(x)
 *
 * What may fail is nil, message, code; nil, "timeout"; nil, "closed". A stream
 * that is closed is the caller's business to know. */
#include "lib/lib_stream.h"

#include <errno.h>
#include <lauxlib.h>
#include <string.h>
#include <unistd.h>

#include "core/stream.h"
#include "core/wait.h"
#include "io/exchange.h"
#include "io/pty.h"

/* ---- results ---- */

static int push_words(lua_State *L, const char *why) {
    lua_pushnil(L);
    lua_pushstring(L, why);
    return 2;
}

static int push_failure(lua_State *L, int status) {
    if (status == RT_ETIMEOUT) return push_words(L, "timeout");
    if (status == RT_ECLOSED) return push_words(L, "closed");
    if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
    (void)push_words(L, rt_status_text(status));
    lua_pushinteger(L, -status);
    return 3;
}

static bool is_over(host_deadline deadline) {
    return deadline.due_ns <= rt_clock_now();
}

/* ---- reading and writing ---- */

/* The most of one read: as much as a pipe holds. */
enum { MOST_AT_ONCE = 1 << 16 };

static int readable(lua_State *L, host_strand *strand, int status);

/* Raises for one that was cancelled, also if there is something. */
static int read_or_wait(lua_State *L) {
    char bytes[MOST_AT_ONCE];
    lua_Integer wanted = luaL_checkinteger(L, 2);
    size_t size = wanted > MOST_AT_ONCE ? MOST_AT_ONCE : (size_t)wanted;
    host_deadline deadline = host_check_timeout(L, 3);
    rt_stream *stream = *host_stream_check(L, 1);
    if (!stream) return push_failure(L, RT_ECLOSED);
    host_strand *strand = host_wait_begin(L, "read");
    ssize_t count = rt_stream_read(stream, bytes, size);
    if (count >= 0) {
        strand->waiting_for = NULL;
        lua_pushlstring(L, bytes, (size_t)count);
        return 1;
    }
    int status = (int)count;
    if (status == -EAGAIN)
        status = is_over(deadline) ? RT_ETIMEOUT
                                   : rt_stream_wait(stream, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, readable);
}

/* What was there may be gone, if another program reads, too. */
static int readable(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    return status == RT_OK ? read_or_wait(L) : push_failure(L, status);
}

/* read(stream, most[, seconds]) -> string */
static int stream_read(lua_State *L) {
    lua_settop(L, 3);
    return read_or_wait(L);
}

static int written(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status != RT_OK) return push_failure(L, status);
    lua_pushboolean(L, 1);
    return 1;
}

/* write(stream, data[, seconds]) -> true */
static int stream_write(lua_State *L) {
    lua_settop(L, 3);
    size_t size;
    const char *data = luaL_checklstring(L, 2, &size);
    host_deadline deadline = host_check_timeout(L, 3);
    rt_stream *stream = *host_stream_check(L, 1);
    if (!stream) return push_failure(L, RT_ECLOSED);
    host_strand *strand = host_wait_begin(L, "write");
    int status = rt_stream_write(stream, data, size, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, written);
}

/* shutdown(stream) -> true: nothing more is written */
static int stream_shutdown(lua_State *L) {
    rt_stream *stream = *host_stream_check(L, 1);
    if (!stream) return push_failure(L, RT_ECLOSED);
    int status = rt_stream_shutdown(stream);
    if (status != RT_OK) return push_failure(L, status);
    lua_pushboolean(L, 1);
    return 1;
}

/* close(stream); once more is harmless */
static int stream_close(lua_State *L) {
    rt_stream **box = host_stream_check(L, 1);
    rt_stream *stream = *box;
    *box = NULL;
    rt_stream_close(stream);
    return 0;
}

/* is_open(stream) -> boolean */
static int stream_is_open(lua_State *L) {
    lua_pushboolean(L, *host_stream_check(L, 1) != NULL);
    return 1;
}

/* resize(stream, cols, rows) -> true */
static int stream_resize(lua_State *L) {
    rt_stream *stream = *host_stream_check(L, 1);
    int cols = (int)luaL_checkinteger(L, 2),
        rows = (int)luaL_checkinteger(L, 3);
    int status =
        stream ? rt_pty_resize(rt_stream_fd(stream), cols, rows) : RT_ECLOSED;
    if (status != RT_OK) return push_failure(L, status);
    lua_pushboolean(L, 1);
    return 1;
}

/* stdin() -> stream */
static int stream_stdin(lua_State *L) {
    rt_stream **box = host_stream_push(L);
    int status =
        rt_stream_new(host_of(L)->loop, STDIN_FILENO, RT_STREAM_BORROWED, box);
    return status == RT_OK ? 1 : push_failure(L, status);
}

/* ---- exchanges ---- */

#define EXCHANGE_TYPE "plait.exchange"

static int exchange_gc(lua_State *L) {
    rt_exchange **box = luaL_checkudata(L, 1, EXCHANGE_TYPE);
    rt_exchange_free(*box);
    *box = NULL;
    return 0;
}

static rt_exchange *check_exchange(lua_State *L) {
    rt_exchange **box = luaL_checkudata(L, 1, EXCHANGE_TYPE);
    luaL_argcheck(L, *box, 1, "exchange is over");
    return *box;
}

/* The stream at `arg`, which is the caller's now; NULL: there is none. */
static rt_stream *take(lua_State *L, int arg) {
    if (lua_isnoneornil(L, arg)) return NULL;
    rt_stream **box = host_stream_check(L, arg);
    rt_stream *stream = *box;
    *box = NULL;
    return stream;
}

/* exchange(limit, data, stdin, stdout, stderr) -> exchange, which takes the
 * streams; those that are nil are left out */
static int stream_exchange(lua_State *L) {
    lua_settop(L, 5);
    size_t limit = (size_t)luaL_checkinteger(L, 1), size = 0;
    const char *data = luaL_optlstring(L, 2, "", &size);
    rt_exchange **box = lua_newuserdatauv(L, sizeof(rt_exchange *), 1);
    *box = NULL;
    if (luaL_newmetatable(L, EXCHANGE_TYPE)) {
        lua_pushcfunction(L, exchange_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    lua_pushvalue(L, 2); /* as long as it is written */
    lua_setiuservalue(L, -2, 1);
    *box = rt_exchange_new(host_of(L)->loop, limit);
    if (!*box) return luaL_error(L, "not enough memory");
    rt_stream *in = take(L, 3);
    for (int i = 0; i < RT_EXCHANGE_OUTPUTS; i++) {
        rt_stream *out = take(L, 4 + i);
        if (out) rt_exchange_collect(*box, i, out);
    }
    if (in) rt_exchange_feed(*box, in, data, size);
    return 1;
}

static int finished(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_OK || status == RT_ETIMEOUT)
        return written(L, strand, status);
    rt_exchange *x = check_exchange(L);
    lua_pushboolean(L, 0);
    lua_pushinteger(L, rt_exchange_failed(x));
    lua_pushstring(L, status == RT_ELIMIT ? NULL : rt_status_text(status));
    lua_pushinteger(L, status == RT_ELIMIT ? EFBIG : -status);
    return 4;
}

/* finish(exchange[, seconds]) -> true;  nil, "timeout";  false, index of the
 * output, why (nil: it is longer than the limit), code */
static int stream_finish(lua_State *L) {
    rt_exchange *x = check_exchange(L);
    host_deadline deadline = host_check_timeout(L, 2);
    host_strand *strand = host_wait_begin(L, "exec");
    int status = rt_exchange_wait(x, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, finished);
}

/* outputs(exchange) -> string, string; it is over */
static int stream_outputs(lua_State *L) {
    const rt_exchange *x = check_exchange(L);
    for (int i = 0; i < RT_EXCHANGE_OUTPUTS; i++) {
        const rt_buffer *b = rt_exchange_output(x, i);
        lua_pushlstring(L, b->size ? b->bytes : "", b->size);
    }
    lua_pushcfunction(L, exchange_gc);
    lua_pushvalue(L, 1);
    lua_call(L, 1, 0);
    return RT_EXCHANGE_OUTPUTS;
}

/* signal_text(number) -> "Terminated" */
static int stream_signal_text(lua_State *L) {
    lua_pushstring(L, strsignal((int)luaL_checkinteger(L, 1)));
    return 1;
}

static const luaL_Reg functions[] = {
    {"read", stream_read},
    {"write", stream_write},
    {"shutdown", stream_shutdown},
    {"close", stream_close},
    {"is_open", stream_is_open},
    {"resize", stream_resize},
    {"stdin", stream_stdin},
    {"exchange", stream_exchange},
    {"finish", stream_finish},
    {"outputs", stream_outputs},
    {"signal_text", stream_signal_text},
    {NULL, NULL},
};

static int open_functions(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}

void host_open_stream(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, open_functions);
    lua_setfield(L, -2, "stream");
    lua_pop(L, 2);
}
