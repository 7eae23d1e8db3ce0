/* lib_console.c - prompts over descriptors: what lua/prompt/server.lua is made of.
 *
 *     local raw = require("plait.internal").console()
 *     local console = raw.open(stream, "either")  -- takes the stream, a socket
 *     local event, a, b = raw.next(console, takes_input)
 *     raw.print(console, "text")                  -- waits for room
 *
 * Events are those of core/console.h: "frame", type, bytes;  "line", text;
 * "interrupt"; "failure"; "woken"; "end", why. */
#include "lib/lib_console.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/failure.h"
#include "core/proxy.h"
#include "core/stream.h"
#include "core/wait.h"
#include "io/listener.h"
#include "ship/outcome.h"

#define CONSOLE_TYPE "plait.handle.console"

/* ---- handles ---- */

static int console_gc(lua_State *L) {
    host_console **box = luaL_checkudata(L, 1, CONSOLE_TYPE);
    if (*box) host_console_abandon(*box);
    *box = NULL;
    return 0;
}

host_console **host_console_push(lua_State *L, host_console *console) {
    host_console **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = console;
    if (luaL_newmetatable(L, CONSOLE_TYPE)) {
        lua_pushcfunction(L, console_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return box;
}

static host_console *check(lua_State *L) {
    host_console **box = luaL_checkudata(L, 1, CONSOLE_TYPE);
    luaL_argcheck(L, *box, 1, "there is no console");
    return *box;
}

static int push_failure(lua_State *L, int status) {
    return host_wait_push_failure(L, status, rt_status_text(status));
}

/* Two streams for one socket, since each polls for itself. */
static int open_socket(host_state *host, int fd, host_console_kind kind,
                       host_console **console) {
    rt_stream *in, *out;
    int again = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    int status = again < 0 ? -errno : RT_OK;
    if (status == RT_OK)
        status = rt_stream_new(host->loop, again, RT_STREAM_SOCKET, &out);
    if (status != RT_OK) {
        if (again >= 0) (void)close(again);
        (void)close(fd);
        return status;
    }
    status = rt_stream_new(host->loop, fd, RT_STREAM_SOCKET, &in);
    if (status != RT_OK) {
        (void)close(fd);
    } else {
        *console = host_console_new(host, in, out, kind);
        if (*console) return RT_OK;
        rt_stream_free(in);
        status = RT_ENOMEMORY;
    }
    rt_stream_free(out);
    return status;
}

/* open(stream, "lines" | "frames" | "either") -> console | nil, message, code */
static int console_open(lua_State *L) {
    static const char *const kinds[] = {"lines", "frames", "either", NULL};
    rt_stream **stream = host_stream_check(L, 1);
    int kind = luaL_checkoption(L, 2, NULL, kinds);
    luaL_argcheck(L, *stream, 1, "stream is closed");
    host_console **box = host_console_push(L, NULL);
    int fd = rt_stream_release(*stream);
    *stream = NULL;
    int status = open_socket(host_of(L), fd, (host_console_kind)kind, box);
    return status == RT_OK ? 1 : push_failure(L, status);
}

/* owner(stream) -> is the other end this user, its number */
static int console_owner(lua_State *L) {
    rt_stream **stream = host_stream_check(L, 1);
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    luaL_argcheck(L, *stream, 1, "stream is closed");
    if (getsockopt(rt_stream_fd(*stream), SOL_SOCKET, SO_PEERCRED, &peer,
                   &size) != 0)
        return push_failure(L, -errno);
    lua_pushboolean(L, peer.uid == geteuid());
    lua_pushinteger(L, (lua_Integer)peer.uid);
    return 2;
}

/* ---- events ---- */

static const char *const event_names[] = {
    [HOST_CONSOLE_FRAME] = "frame",         [HOST_CONSOLE_LINE] = "line",
    [HOST_CONSOLE_INTERRUPT] = "interrupt", [HOST_CONSOLE_FAILURE] = "failure",
    [HOST_CONSOLE_WOKEN] = "woken",         [HOST_CONSOLE_END] = "end",
};

static int next_or_wait(lua_State *L);

static int woken(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    return status == RT_OK ? next_or_wait(L) : push_failure(L, status);
}

static int next_or_wait(lua_State *L) {
    host_console *c = check(L);
    char type = 0;
    const char *bytes = NULL;
    size_t size = 0;
    host_console_event event =
        host_console_next(c, lua_toboolean(L, 2), &type, &bytes, &size);
    if (event == HOST_CONSOLE_NOTHING) {
        host_strand *strand = host_wait_begin(L, "a prompt's input");
        host_console_wait(c, strand);
        return host_wait_end(L, strand, RT_PENDING, HOST_NO_DEADLINE, woken);
    }
    lua_pushstring(L, event_names[event]);
    if (event == HOST_CONSOLE_FRAME) lua_pushlstring(L, &type, 1);
    if (event == HOST_CONSOLE_END)
        lua_pushstring(L, host_console_why(c));
    else
        lua_pushlstring(L, bytes ? bytes : "", size);
    return event == HOST_CONSOLE_FRAME ? 3 : 2;
}

/* next(console, takes_input) -> event, ... */
static int console_next(lua_State *L) {
    lua_settop(L, 2);
    return next_or_wait(L);
}

static int settle_or_wait(lua_State *L);

static int settled(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    (void)status;
    return settle_or_wait(L);
}

static int settle_or_wait(lua_State *L) {
    host_console *c = check(L);
    if (host_console_count(c) == 0) return 0;
    host_strand *strand = host_wait_begin(L, "the strands of a prompt");
    host_console_wait(c, strand);
    return host_wait_end(L, strand, RT_PENDING, HOST_NO_DEADLINE, settled);
}

/* settle(console): until none of its strands is left */
static int console_settle(lua_State *L) {
    lua_settop(L, 1);
    return settle_or_wait(L);
}

/* wake(console) */
static int console_wake(lua_State *L) {
    host_console_wake(check(L));
    return 0;
}

/* has_frames(console) -> boolean */
static int console_has_frames(lua_State *L) {
    lua_pushboolean(L, host_console_has_frames(check(L)));
    return 1;
}

/* ---- output ---- */

/* put(console, type, bytes): a frame, or else the bytes alone; does not wait */
static int console_put(lua_State *L) {
    size_t size;
    const char *type = luaL_checkstring(L, 2);
    const char *bytes = luaL_checklstring(L, 3, &size);
    host_console_put(check(L), *type, bytes, size);
    return 0;
}

/* print(console, text[, is_error]) */
static int console_print(lua_State *L) {
    host_console *c = check(L);
    (void)luaL_checkstring(L, 2);
    host_console_channel channel =
        lua_toboolean(L, 3) ? HOST_CONSOLE_ERROR : HOST_CONSOLE_OUTPUT;
    lua_settop(L, 2);
    return host_console_print_value(L, c, channel, 0);
}

static int nothing_done(lua_State *L, host_strand *strand, int status) {
    (void)L;
    (void)strand;
    (void)status;
    return 0;
}

/* drain(console, seconds): until all is written, at most so long */
static int console_drain(lua_State *L) {
    host_console *c = check(L);
    host_deadline deadline = host_check_timeout(L, 2);
    host_strand *strand = host_wait_begin(L, "its output to be read");
    int status = host_console_wait_for_room(c, &strand->waiter, true);
    return host_wait_end(L, strand, status, deadline, nothing_done);
}

/* close(console); once more is harmless */
static int console_close(lua_State *L) {
    host_console_close(check(L));
    return 0;
}

/* ---- strands ---- */

/* begin(console, task): it is the entry that runs */
static int console_begin(lua_State *L) {
    host_console *c = check(L);
    host_task *task = host_task_test(L, 2);
    luaL_argcheck(L, task && task->slot && !task->slot->strand.console, 2,
                  "no new task");
    host_console_begin(c, &task->slot->strand);
    return 0;
}

/* stop(console): tells its strands to stop */
static int console_stop(lua_State *L) {
    (void)host_console_stop(L, check(L));
    return 0;
}

/* count(console) -> how many strands have not ended */
static int console_count(lua_State *L) {
    lua_pushinteger(L, host_console_count(check(L)));
    return 1;
}

/* report(err, traceback | nil) -> text */
static int console_report(lua_State *L) {
    lua_settop(L, 2);
    (void)host_push_message(L, 1);
    if (lua_isstring(L, 2)) {
        lua_pushliteral(L, "\n");
        lua_pushvalue(L, 2);
        lua_concat(L, 3);
    }
    host_add_received(L, 1);
    return 1;
}

/* Of what host_report_unhandled would print. (..., error, text below it) -> adds it to
 * the list at `list`. */
static void add_report(lua_State *L, int list) {
    const char *message = host_push_message(L, -2);
    const char *below = lua_tostring(L, -2);
    lua_pushfstring(L, "%s\n%s", message,
                    below ? below : "(nobody received this error)");
    lua_rawseti(L, list, (lua_Integer)lua_rawlen(L, list) + 1);
    lua_pop(L, 3);
}

enum { LIST = 2 };

static void add_failed_strand(lua_State *L, rt_strand *strand) {
    host_proxy_push(L, &strand->object);
    host_outcome_push_failure(L, -1);
    host_outcome_push_report(L, strand);
    add_report(L, LIST);
    lua_pop(L, 1);
    rt_strand_observe(strand);
    rt_object_unref(&strand->object);
}

static void collect_tasks(lua_State *L, const host_console *c) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_failed);
    int set = lua_gettop(L);
    lua_newtable(L);
    int tasks = lua_gettop(L);
    lua_Integer count = 0;
    for (lua_pushnil(L); lua_next(L, set);) {
        bool is_ours = lua_touserdata(L, -1) == c;
        lua_pop(L, 1);
        if (!is_ours) continue;
        lua_pushvalue(L, -1);
        lua_rawseti(L, tasks, ++count);
    }
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, tasks, i);
        host_task_observe(L, -1);
        host_task_push_error(L, -1);
        host_task_push_report(L, -2);
        add_report(L, LIST);
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
}

/* failures(console) -> a list of texts: of its strands that have failed, and whose error
 * nobody received */
static int console_failures(lua_State *L) {
    host_console *c = check(L);
    lua_settop(L, 1);
    lua_newtable(L);
    collect_tasks(L, c);
    host_console_visit_failed(L, c, add_failed_strand);
    return 1;
}

static const luaL_Reg functions[] = {
    {"open", console_open},         {"owner", console_owner},
    {"next", console_next},         {"settle", console_settle},
    {"wake", console_wake},         {"has_frames", console_has_frames},
    {"put", console_put},           {"print", console_print},
    {"drain", console_drain},       {"close", console_close},
    {"begin", console_begin},       {"stop", console_stop},
    {"count", console_count},       {"report", console_report},
    {"failures", console_failures}, {NULL, NULL},
};

static int open_functions(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}

void host_open_console(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, open_functions);
    lua_setfield(L, -2, "console");
    lua_pop(L, 2);
}
