/* childio.c - the streams of a handle are kept in a table of the state with weak
 * keys, since few handles have any. */
#include "core/childio.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/policy.h"
#include "core/state.h"
#include "core/weak.h"
#include "io/pty.h"

#define STDIO_TYPE "plait.stdio"

static const char *const names[] = {"stdin", "stdout", "stderr", "pty", "link"};

static const char streams_key;

/* ---- the record ---- */

static void close_fd(int *fd) {
    if (*fd >= 0) (void)close(*fd);
    *fd = -1;
}

void host_childio_prepare(host_childio *io) {
    for (int i = 0; i < 3; i++) {
        int flags = io->moved[i] ? fcntl(io->fds[i], F_GETFL) : -1;
        io->is_changed[i] =
            flags >= 0 && flags & O_NONBLOCK &&
            fcntl(io->fds[i], F_SETFL, flags & ~O_NONBLOCK) == 0;
    }
}

/* They are ours again, as they were. */
static void unprepare(host_childio *io) {
    for (int i = 0; i < 3; i++) {
        if (!io->is_changed[i]) continue;
        io->is_changed[i] = false;
        int flags = fcntl(io->fds[i], F_GETFL);
        (void)fcntl(io->fds[i], F_SETFL, flags | O_NONBLOCK);
    }
}

void host_childio_close(host_childio *io) {
    unprepare(io);
    for (int i = 0; i < HOST_CHILDIO_COUNT; i++) {
        close_fd(&io->opened[i]);
        if (!io->made[i]) continue;
        rt_stream_close(*io->made[i]);
        *io->made[i] = NULL;
    }
}

static int stdio_gc(lua_State *L) {
    host_childio *io = luaL_checkudata(L, 1, STDIO_TYPE);
    for (int i = 0; i < HOST_CHILDIO_COUNT; i++) close_fd(&io->opened[i]);
    return 0;
}

/* The user value holds what was made for the handle, and keeps moved streams. */
static host_childio *push_stdio(lua_State *L) {
    host_childio *io = lua_newuserdatauv(L, sizeof *io, 1);
    *io = (host_childio){.fds = {-1, -1, -1, -1, -1},
                         .opened = {-1, -1, -1, -1, -1}};
    if (luaL_newmetatable(L, STDIO_TYPE)) {
        lua_pushcfunction(L, stdio_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return io;
}

/* ---- options ---- */

typedef struct reading {
    host_childio *io;
    int index; /* of the userdata */
    const char *caller, *program;
} reading;

static void set_opened(host_childio *io, int i, int fd) {
    io->opened[i] = io->fds[i] = fd;
}

/* Keeps the value on the top with the userdata. [-1, +0] */
static void keep(lua_State *L, const reading *r, const char *name) {
    if (lua_getiuservalue(L, r->index, 1) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_createtable(L, 0, 3);
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, r->index, 1);
    }
    lua_insert(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

static int refuse_pipe(lua_State *L, const reading *r, int i, int status) {
    host_childio_close(r->io);
    return host_raise(L, "usage", "%s: cannot make a pipe for %s: %s",
                      r->caller, names[i], rt_status_text(status));
}

/* Our end, as a stream that the handle will have. The box is on the top. [-0, +0] */
static void keep_ours(lua_State *L, const reading *r, int i, int ours) {
    rt_stream **box = host_stream_check(L, -1);
    rt_stream_kind kind =
        i == HOST_CHILDIO_LINK ? RT_STREAM_SOCKET : RT_STREAM_PIPE;
    int status = rt_stream_new(host_of(L)->loop, ours, kind, box);
    if (status != RT_OK) {
        (void)close(ours);
        (void)refuse_pipe(L, r, i, status);
    }
    const char *path = lua_pushfstring(L, "%s of %s", names[i], r->program);
    lua_pushvalue(L, -2); /* the string stays until it is a copy */
    host_stream_wrap(L, path);
    keep(L, r, names[i]);
    r->io->made[i] = box;
    lua_pop(L, 1); /* path */
}

static void open_pipe(lua_State *L, const reading *r, int i) {
    (void)host_stream_push(L); /* so that nothing raises while both are open */
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        (void)refuse_pipe(L, r, i, -errno);
        return;
    }
    set_opened(r->io, i, ends[i != 0]);
    keep_ours(L, r, i, ends[i == 0]);
}

/* pty.cols, or pty.rows. */
static int read_size(lua_State *L, const reading *r, const char *name,
                     int otherwise) {
    if (lua_getfield(L, -1, name) == LUA_TNIL) {
        lua_pop(L, 1);
        return otherwise;
    }
    int is_whole = lua_type(L, -1) == LUA_TNUMBER;
    lua_Integer size = is_whole ? lua_tointegerx(L, -1, &is_whole) : 0;
    if (!is_whole || size < 1 || size > RT_PTY_MOST)
        host_raise(L, "usage", "%s: pty.%s is %s, not a number from 1 to %d",
                   r->caller, name, host_describe(L, -1), RT_PTY_MOST);
    lua_pop(L, 1);
    return (int)size;
}

/* pty = {cols =, rows =}, or true: what is not said otherwise is the terminal. */
static void read_pty(lua_State *L, const reading *r, int options) {
    int type = lua_getfield(L, options, "pty");
    if (type == LUA_TNIL || (type == LUA_TBOOLEAN && !lua_toboolean(L, -1)))
        return;
    int cols = RT_PTY_COLS, rows = RT_PTY_ROWS;
    if (type == LUA_TTABLE) {
        for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
            const char *key =
                lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
            if (strcmp(key, "cols") != 0 && strcmp(key, "rows") != 0)
                host_raise(L, "usage", "%s: there is no option %s in pty",
                           r->caller, host_describe(L, -2));
        }
        cols = read_size(L, r, "cols", cols);
        rows = read_size(L, r, "rows", rows);
    } else if (type != LUA_TBOOLEAN) {
        host_raise(L, "usage",
                   "%s: pty is %s, not true or a table such as {cols = 80, "
                   "rows = 24}",
                   r->caller, host_describe(L, -1));
    }
    (void)host_stream_push(L);
    int ours, theirs, status = rt_pty_open(cols, rows, &ours, &theirs);
    if (status)
        host_raise(L, "usage", "%s: cannot make a pseudo-terminal: %s",
                   r->caller, rt_status_text(status));
    set_opened(r->io, HOST_CHILDIO_PTY, theirs);
    keep_ours(L, r, HOST_CHILDIO_PTY, ours);
    for (int i = 0; i < HOST_CHILDIO_PTY; i++) r->io->fds[i] = theirs;
}

/* The descriptors that are open already are closed. */
static void check_file(lua_State *L, const reading *r, int i) {
    unsigned denials = i == 0 ? HOST_DENY_FS_READ : HOST_DENY_FS_WRITE;
    if (host_is_denied(L, denials)) host_childio_close(r->io);
    host_deny_check(L, denials, r->caller, -1);
}

static void open_file(lua_State *L, const reading *r, int i, const char *path) {
    int flags = i == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
    int fd = open(path, flags | O_CLOEXEC, 0666);
    if (fd < 0) {
        const char *why = rt_status_text(-errno);
        host_childio_close(r->io);
        host_raise(L, "usage", "%s: cannot open %s '%s': %s", r->caller,
                   names[i], path, why);
    }
    set_opened(r->io, i, fd);
}

static void read_text(lua_State *L, const reading *r, int i) {
    const char *text = lua_tostring(L, -1);
    if (strcmp(text, "inherit") == 0) {
        r->io->fds[i] = -1;
    } else if (strcmp(text, "pipe") == 0) {
        open_pipe(L, r, i);
    } else if (strcmp(text, "null") == 0) {
        open_file(L, r, i, "/dev/null");
    } else if (i == 2 && strcmp(text, "stdout") == 0) {
        r->io->fds[2] = r->io->fds[1] >= 0 ? r->io->fds[1] : STDOUT_FILENO;
    } else {
        check_file(L, r, i);
        open_file(L, r, i, text);
    }
}

/* False: the value on the top is no stream. */
static bool read_stream(lua_State *L, const reading *r, int i) {
    lua_Integer buffered = 0;
    rt_stream **box = host_stream_test(L, -1, &buffered);
    if (!box) return false;
    const char *why = !*box                 ? "a closed stream"
                      : buffered > 0        ? "a stream that was read from"
                      : rt_stream_tls(*box) ? "a connection with TLS"
                                            : NULL;
    if (why) {
        host_childio_close(r->io);
        host_raise(L, "usage", "%s: %s is %s", r->caller, names[i], why);
    }
    r->io->fds[i] = rt_stream_fd(*box);
    r->io->moved[i] = box;
    lua_pushvalue(L, -1);
    static const char *const moved[] = {"moved0", "moved1", "moved2"};
    keep(L, r, moved[i]);
    return true;
}

static void read_one(lua_State *L, const reading *r, int options, int i) {
    if (lua_getfield(L, options, names[i]) == LUA_TNIL) return;
    luaL_Stream *file = luaL_testudata(L, -1, LUA_FILEHANDLE);
    if (file && file->closef) {
        (void)fflush(file->f);
        r->io->fds[i] = fileno(file->f);
    } else if (file) {
        host_childio_close(r->io);
        host_raise(L, "usage", "%s: %s is a closed file", r->caller, names[i]);
    } else if (lua_type(L, -1) == LUA_TSTRING) {
        read_text(L, r, i);
    } else if (!read_stream(L, r, i)) {
        host_childio_close(r->io);
        host_raise(L, "usage",
                   "%s: %s is %s, not the name of a file, \"pipe\", \"null\", "
                   "\"inherit\"%s, a stream, or an open file such as io.%s",
                   r->caller, names[i], host_describe(L, -1),
                   i == 2 ? ", \"stdout\"" : "", names[i]);
    }
}

host_childio *host_childio_read(lua_State *L, int options, const char *caller,
                                const char *program) {
    host_childio *io = push_stdio(L);
    reading r = {io, lua_gettop(L), caller, program};
    if (options) read_pty(L, &r, options);
    lua_settop(L, r.index);
    for (int i = 0; options && i < 3; i++) {
        read_one(L, &r, options, i);
        lua_settop(L, r.index);
    }
    return io;
}

void host_childio_link(lua_State *L, int index, const char *caller,
                       const char *program) {
    host_childio *io = luaL_checkudata(L, index, STDIO_TYPE);
    reading r = {io, index, caller, program};
    int top = lua_gettop(L), ends[2];
    (void)host_stream_push(L);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
        (void)refuse_pipe(L, &r, HOST_CHILDIO_LINK, -errno);
        return;
    }
    set_opened(io, HOST_CHILDIO_LINK, ends[1]); /* above ours, so not 0 */
    keep_ours(L, &r, HOST_CHILDIO_LINK, ends[0]);
    lua_settop(L, top);
}

/* ---- the handle ---- */

/* Pushes the table of all handles' streams; false: there is none. */
static bool push_all(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &streams_key) == LUA_TTABLE)
        return true;
    lua_pop(L, 1);
    return false;
}

void host_childio_attach(lua_State *L, int index, int handle) {
    host_childio *io = luaL_checkudata(L, index, STDIO_TYPE);
    close_fd(&io->opened[HOST_CHILDIO_PTY]);
    close_fd(&io->opened[HOST_CHILDIO_LINK]);
    for (int i = 0; i < 3; i++) {
        close_fd(&io->opened[i]);
        if (!io->moved[i]) continue;
        rt_stream_close(*io->moved[i]);
        *io->moved[i] = NULL;
        io->moved[i] = NULL;
    }
    if (lua_getiuservalue(L, index, 1) == LUA_TTABLE) {
        int streams = lua_gettop(L);
        host_weak_push(L, &streams_key, "k");
        lua_pushvalue(L, handle);
        lua_pushvalue(L, streams);
        lua_rawset(L, -3);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

void host_childio_push(lua_State *L, int index, const char *name) {
    if (!push_all(L)) {
        lua_pushnil(L);
        return;
    }
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) == LUA_TTABLE) {
        lua_getfield(L, -1, name);
        lua_replace(L, -2);
    }
    lua_replace(L, -2);
}
