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

#include "core/policy.h"
#include "core/stream.h"
#include "core/turn.h"
#include "core/wait.h"
#include "io/exchange.h"
#include "io/pty.h"

/* ---- results ---- */

enum { RAW = 3 }; /* where a method has the stream; functions have it at 1 */

static const char *text_of(lua_State *L, int status) {
    rt_stream **box = host_stream_find(L, 1);
    if (!box) box = host_stream_find(L, RAW);
    return rt_stream_why(box ? *box : NULL, status);
}

static int push_failure(lua_State *L, int status) {
    return host_wait_push_failure(L, status, text_of(L, status));
}

/* ---- reading and writing ---- */

/* The most of one read: as much as a pipe holds. */
enum { MOST_AT_ONCE = 1 << 16 };

/* Of that size; what is read into it is taken before anybody else can run. */
static char *buffer_of(lua_State *L) {
    return lua_touserdata(L, lua_upvalueindex(1));
}

static size_t size_of(lua_State *L) {
    lua_Integer wanted = luaL_checkinteger(L, 2);
    return wanted > MOST_AT_ONCE ? MOST_AT_ONCE : (size_t)wanted;
}

static int readable(lua_State *L, host_strand *strand, int status);

/* Raises for one that was cancelled, also if there is something. */
static int read_or_wait(lua_State *L) {
    char *bytes = buffer_of(L);
    size_t size = size_of(L);
    host_deadline deadline = host_check_timeout(L, 3);
    rt_stream *stream = *host_stream_check(L, 1);
    if (!stream) return push_failure(L, RT_ECLOSED);
    host_strand *strand = host_wait_begin(L, "read");
    bool is_over = host_is_over(L, deadline);
    ssize_t count = is_over ? rt_stream_read_last(stream, bytes, size)
                            : rt_stream_read(stream, bytes, size);
    if (count >= 0) {
        strand->waiting_for = NULL;
        lua_pushlstring(L, bytes, (size_t)count);
        return 1;
    }
    int status = (int)count;
    if (status == -EAGAIN)
        status =
            is_over ? RT_ETIMEOUT : rt_stream_wait(stream, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, readable);
}

/* What was there may be gone, if another program reads, too. And when the time is
 * over something may have come that a busy state has not heard of. */
static int readable(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    rt_stream *stream = *host_stream_check(L, 1);
    if (status == RT_OK) return read_or_wait(L);
    if (status != RT_ETIMEOUT || !stream) return push_failure(L, status);
    char *bytes = buffer_of(L);
    ssize_t count = rt_stream_read_last(stream, bytes, size_of(L));
    if (count < 0)
        return push_failure(L, count == -EAGAIN ? RT_ETIMEOUT : (int)count);
    lua_pushlstring(L, bytes, (size_t)count);
    return 1;
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

/* ---- the usual case ----
 *
 * The read of a line, or of a number of bytes, that comes in one piece, and the
 * write of one string: methods of the script's object that need nothing of
 * lua/streams.lua, where all else is done. */

/* Upvalues of the methods. */
enum { BUFFER = 1, CLASS, ELSE, GO_ON };

/* Where things are on the stack of one. */
enum { SELF = 1, ARGUMENT, TURN = RAW + 1, READER };

static int passed_on(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L);
}

/* Calls the function with the arguments, of which there are `count`. */
static int pass_on(lua_State *L, int function, int count) {
    lua_settop(L, count);
    lua_pushvalue(L, lua_upvalueindex(function));
    lua_insert(L, 1);
    lua_callk(L, count, LUA_MULTRET, 0, passed_on);
    return lua_gettop(L);
}

static bool is_nil(lua_State *L, int index, const char *field) {
    lua_pushstring(L, field);
    bool it_is = lua_rawget(L, index) == LUA_TNIL;
    lua_pop(L, 1);
    return it_is;
}

/* Puts RAW and TURN on the stack, of two arguments. False: it is no stream, or
 * is closed, or somebody uses that side, or it shakes hands first. */
static bool find_side(lua_State *L, const char *side) {
    lua_settop(L, ARGUMENT);
    if (!lua_istable(L, SELF) || !lua_getmetatable(L, SELF)) return false;
    bool is_stream = lua_rawequal(L, -1, lua_upvalueindex(CLASS));
    lua_pop(L, 1);
    if (!is_stream || !is_nil(L, SELF, "hello")) return false;
    lua_getfield(L, SELF, "raw");
    rt_stream **box = host_stream_find(L, RAW);
    lua_getfield(L, SELF, side);
    const host_turn *turn = host_turn_test(L, TURN);
    return box && *box && turn && !turn->is_taken;
}

/* nil, message, code with the path of the stream; the turn is over. */
static int fail(lua_State *L, host_strand *strand, int status) {
    host_turn_leave(lua_touserdata(L, TURN));
    host_wait_raise(L, strand, status);
    int count = push_failure(L, status);
    if (count < 3) return count;
    lua_getfield(L, SELF, "path");
    lua_pushfstring(L, "%s: %s", lua_tostring(L, -1), lua_tostring(L, -3));
    lua_replace(L, -4);
    lua_pop(L, 1);
    return count;
}

/* ---- reading ---- */

static int go_on_reading(lua_State *L, host_strand *strand, int status);

/* How many of the bytes are what is wanted: up to the end of a line, or a number;
 * 0: there are not enough. `drop`: so many of them are left out. */
static size_t wanted_of(lua_State *L, const char *bytes, size_t size,
                        size_t *drop) {
    *drop = 0;
    if (lua_isinteger(L, ARGUMENT)) {
        size_t count = (size_t)lua_tointeger(L, ARGUMENT);
        return count <= size ? count : 0;
    }
    const char *end = memchr(bytes, '\n', size);
    if (!end) return 0;
    *drop = *lua_tostring(L, ARGUMENT) == 'l';
    return (size_t)(end - bytes) + 1;
}

/* Whether ARGUMENT is "l", "L", or a number of bytes from 1 to what fits. */
static bool is_usual(lua_State *L) {
    if (lua_isnoneornil(L, ARGUMENT)) {
        lua_settop(L, SELF);
        lua_pushliteral(L, "l");
    }
    if (lua_gettop(L) != ARGUMENT) return false;
    if (lua_isinteger(L, ARGUMENT)) {
        lua_Integer count = lua_tointeger(L, ARGUMENT);
        return count >= 1 && count <= MOST_AT_ONCE;
    }
    if (lua_type(L, ARGUMENT) != LUA_TSTRING) return false;
    const char *format = lua_tostring(L, ARGUMENT);
    return (format[0] == 'l' || format[0] == 'L') && format[1] == '\0';
}

static lua_Integer field(lua_State *L, const char *name) {
    lua_getfield(L, READER, name);
    lua_Integer value = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return value;
}

static void set_field(lua_State *L, const char *name, lua_Integer value) {
    lua_pushinteger(L, value);
    lua_setfield(L, READER, name);
}

/* The reader has nothing: these are what it has now. */
static void keep(lua_State *L, const char *bytes, size_t size) {
    lua_Integer last = field(L, "last") + 1;
    lua_getfield(L, READER, "pieces");
    lua_pushlstring(L, bytes, size);
    lua_rawseti(L, -2, last);
    lua_pop(L, 1);
    set_field(L, "last", last);
    set_field(L, "size", (lua_Integer)size);
}

/* Pushes what is wanted if the first piece of the reader has it. */
static bool take_kept(lua_State *L) {
    lua_Integer first = field(L, "first"), from = field(L, "from");
    size_t size, drop;
    lua_getfield(L, READER, "pieces");
    lua_rawgeti(L, -1, first);
    const char *piece = lua_tolstring(L, -1, &size);
    if (!piece) return false;
    size -= (size_t)from - 1;
    size_t count = wanted_of(L, piece + from - 1, size, &drop);
    if (count == 0) return false;
    lua_pushlstring(L, piece + from - 1, count - drop);
    set_field(L, "size", field(L, "size") - (lua_Integer)count);
    if (count < size) {
        set_field(L, "from", from + (lua_Integer)count);
        return true;
    }
    lua_pushnil(L);
    lua_rawseti(L, -4, first); /* of the pieces */
    set_field(L, "first", first + 1);
    set_field(L, "from", 1);
    return true;
}

/* The strand has the turn, and the reader has nothing. */
static int read_now(lua_State *L, host_strand *strand) {
    rt_stream *stream = *host_stream_find(L, RAW);
    char *bytes = buffer_of(L);
    ssize_t count =
        stream ? rt_stream_read(stream, bytes, MOST_AT_ONCE) : RT_ECLOSED;
    if (count < 0) {
        int status = count == -EAGAIN ? rt_stream_wait(stream, &strand->waiter)
                                      : (int)count;
        return host_wait_end_any(L, strand, status, HOST_NO_DEADLINE,
                                 go_on_reading, HOST_WAIT_OPEN);
    }
    strand->waiting_for = NULL;
    size_t size = (size_t)count, drop;
    size_t wanted = wanted_of(L, bytes, size, &drop);
    if (size > 0 && wanted == 0) { /* it goes on where it begins */
        keep(L, bytes, size);
        return pass_on(L, GO_ON, ARGUMENT);
    }
    host_turn_leave(lua_touserdata(L, TURN));
    if (size == 0) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushlstring(L, bytes, wanted - drop);
    if (wanted < size) keep(L, bytes + wanted, size - wanted);
    return 1;
}

/* A strand that was cancelled at the same time takes nothing. */
static int go_on_reading(lua_State *L, host_strand *strand, int status) {
    if (status != RT_OK) return fail(L, strand, status);
    host_turn *turn = lua_touserdata(L, TURN);
    bool is_cancelled = strand->is_cancelled;
    if (is_cancelled) host_turn_leave(turn);
    strand = host_wait_begin(L, "read");
    if (!is_cancelled) return read_now(L, strand);
    strand->waiting_for = NULL;
    return pass_on(L, ELSE, ARGUMENT);
}

/* stream:read([format]) */
static int object_read(lua_State *L) {
    int count = lua_gettop(L);
    if (!is_usual(L) || !find_side(L, "reading"))
        return pass_on(L, ELSE, count < ARGUMENT ? ARGUMENT : count);
    lua_getfield(L, SELF, "reader");
    if (!lua_istable(L, READER) || !is_nil(L, READER, "limit"))
        return pass_on(L, ELSE, ARGUMENT);
    if (field(L, "size") > 0)
        return take_kept(L) ? 1 : pass_on(L, ELSE, ARGUMENT);
    host_strand *strand = host_wait_begin(L, "read");
    ((host_turn *)lua_touserdata(L, TURN))->is_taken = true;
    return read_now(L, strand);
}

/* ---- writing ---- */

static int all_written(lua_State *L, host_strand *strand, int status) {
    if (status != RT_OK) return fail(L, strand, status);
    host_turn_leave(lua_touserdata(L, TURN));
    lua_settop(L, SELF);
    return 1;
}

/* stream:write(string) */
static int object_write(lua_State *L) {
    int count = lua_gettop(L);
    if (count != ARGUMENT || lua_type(L, ARGUMENT) != LUA_TSTRING ||
        !find_side(L, "writing"))
        return pass_on(L, ELSE, count);
    size_t size;
    const char *data = lua_tolstring(L, ARGUMENT, &size);
    host_strand *strand = host_wait_begin(L, "write");
    ((host_turn *)lua_touserdata(L, TURN))->is_taken = true;
    int status =
        rt_stream_write(*host_stream_find(L, RAW), data, size, &strand->waiter);
    return host_wait_end_any(L, strand, status, HOST_NO_DEADLINE, all_written,
                             HOST_WAIT_OPEN);
}

static int push_method(lua_State *L, lua_CFunction method) {
    lua_settop(L, 3);
    lua_pushvalue(L, lua_upvalueindex(BUFFER));
    lua_insert(L, 1);
    lua_pushcclosure(L, method, 4);
    return 1;
}

/* read_method(class, f, go_on) -> method, which calls f for all but the usual
 * case, and go_on(self, format), who then has the turn, for the rest of one that
 * comes in more pieces */
static int stream_read_method(lua_State *L) {
    return push_method(L, object_read);
}

/* write_method(class, f) -> method; the same */
static int stream_write_method(lua_State *L) {
    return push_method(L, object_write);
}

/* internal.turn() -> turn that nobody has */
static int internal_turn(lua_State *L) {
    host_turn_push(L);
    return 1;
}

/* ---- the end ---- */

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

/* is_ready(stream) -> whether a read would not wait */
static int stream_is_ready(lua_State *L) {
    const rt_stream *stream = *host_stream_check(L, 1);
    lua_pushboolean(L, !stream || rt_stream_is_ready(stream));
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
    host_deny_check(L, HOST_DENY_STDIO, "plait.stdin", 0);
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
    {"read_method", stream_read_method},
    {"write_method", stream_write_method},
    {"shutdown", stream_shutdown},
    {"close", stream_close},
    {"is_open", stream_is_open},
    {"is_ready", stream_is_ready},
    {"resize", stream_resize},
    {"stdin", stream_stdin},
    {"exchange", stream_exchange},
    {"finish", stream_finish},
    {"outputs", stream_outputs},
    {"signal_text", stream_signal_text},
    {NULL, NULL},
};

static int open_functions(lua_State *L) {
    luaL_newlibtable(L, functions);
    (void)lua_newuserdatauv(L, MOST_AT_ONCE, 0); /* buffer_of */
    luaL_setfuncs(L, functions, 1);
    return 1;
}

void host_open_stream(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, open_functions);
    lua_setfield(L, -2, "stream");
    lua_pushcfunction(L, internal_turn);
    lua_setfield(L, -2, "turn");
    lua_pop(L, 2);
}
