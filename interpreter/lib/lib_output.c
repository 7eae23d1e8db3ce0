/* lib_output.c - print, write and warn.
 *
 *     print(a, b)                 -- one line, whoever else prints
 *     io.write("x = ", x, "\n")   -- so is this
 *
 * The values of a call become text first, as that may run Lua code. Then the
 * text goes out in one piece under the lock of its FILE, so other threads come
 * before or after it. What fits in PIPE_BUF is one fwrite, so that it stays
 * together even in a pipe that foreign programs write to as well.
 *
 * When other processes of the program share our output, the text is flushed
 * within the same section and a lock on runtime->output_lock is held
 * meanwhile: one byte of that file for each of the two streams. It is an OFD
 * lock, which a dying process cannot leave behind. Order of the locks: FILE,
 * then that one.
 *
 * When the host takes the output, it gets each piece instead: core/output.h.
 *
 * print flushes, as the stock one does, but in a burst of calls only the first
 * do: who watches a program through a pipe sees its lines at once, and a loop
 * that prints pays for few system calls. */
#include "lib/lib_output.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <limits.h>
#include <lualib.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/status.h"
#include "core/cancel.h"
#include "core/capture.h"
#include "core/console.h"
#include "core/output.h"
#include "core/policy_inside.h"
#include "core/state.h"

/* Calls of print that flush, within each window; later ones leave their text
 * to whoever flushes next. */
enum { BURST = 32 };
#define WINDOW_NS INT64_C(10000000)

/* ---- one piece of output ---- */

static int stream_of(FILE *file) {
    return file == stdout ? 0 : 1;
}

static bool is_standard(FILE *file) {
    return file == stdout || file == stderr;
}

/* Between begin and end nothing may raise or run Lua code. */
typedef struct piece {
    FILE *file;
    bool is_taken;   /* by the host: nothing is written here */
    bool is_shared;  /* with other processes */
    bool is_locked;  /* against them */
    int error;       /* errno of the first failure */
    rt_buffer taken; /* what does not fit into: */
    size_t size;
    char text[PIPE_BUF];
} piece;

static bool lock_shared(rt_runtime *runtime, FILE *file, short type) {
    struct flock lock = {
        .l_type = type,
        .l_whence = SEEK_SET,
        .l_start = stream_of(file),
        .l_len = 1,
    };
    int status;
    do {
        status = fcntl(runtime->output_lock, F_OFD_SETLKW, &lock);
    } while (status && errno == EINTR);
    return status == 0;
}

static void begin(piece *p, rt_runtime *runtime, FILE *file) {
    p->file = file;
    p->error = 0;
    p->size = 0;
    p->taken = (rt_buffer){0};
    p->is_shared = p->is_locked = false;
    p->is_taken = is_standard(file) && host_output_is_taken(runtime);
    if (p->is_taken) return;
    flockfile(file);
    /* Inside the lock: whoever starts a process sets it and then flushes, so
     * all that was written without the shared lock is out before. */
    p->is_shared =
        is_standard(file) &&
        atomic_load_explicit(&runtime->flush_output, memory_order_acquire);
    p->is_locked = p->is_shared && runtime->output_lock >= 0 &&
                   lock_shared(runtime, file, F_WRLCK);
}

static void put(piece *p, const char *text, size_t size) {
    if (size == 0 || p->error) return;
    if (p->is_taken) {
        if (rt_buffer_add(&p->taken, text, size) != RT_OK) p->error = ENOMEM;
        return;
    }
    if (fwrite_unlocked(text, 1, size, p->file) != size)
        p->error = errno ? errno : EIO;
}

static void add(piece *p, const char *text, size_t size) {
    if (size > sizeof p->text - p->size) {
        put(p, p->text, p->size);
        p->size = 0;
    }
    if (size > sizeof p->text) {
        put(p, text, size);
        return;
    }
    memcpy(p->text + p->size, text, size);
    p->size += size;
}

/* The host gets it whole. */
static int give(piece *p, const rt_runtime *runtime) {
    int fd = stream_of(p->file) + 1;
    if (p->taken.size == 0) {
        host_output_give(runtime, fd, p->text, p->size);
        return 0;
    }
    put(p, p->text, p->size);
    if (!p->error) host_output_give(runtime, fd, p->taken.bytes, p->taken.size);
    rt_buffer_deinit(&p->taken);
    return p->error;
}

static void note_error(const rt_runtime *runtime, FILE *file, int error) {
    host_policy *policy = runtime->policy;
    if (policy) atomic_store(&policy->last_error[stream_of(file)], error);
}

/* Returns: 0, or the errno of the first failure. */
static int end(piece *p, rt_runtime *runtime, bool flush) {
    if (p->is_taken) return give(p, runtime);
    put(p, p->text, p->size);
    if ((flush || p->is_shared) && fflush_unlocked(p->file) && !p->error)
        p->error = errno;
    if (p->error && is_standard(p->file))
        note_error(runtime, p->file, p->error);
    if (p->is_locked) (void)lock_shared(runtime, p->file, F_UNLCK);
    funlockfile(p->file);
    if (p->error == EPIPE && p->file == stdout && runtime->on_broken_output)
        runtime->on_broken_output(runtime);
    return p->error;
}

/* What was printed before an error message stands before it. If another thread
 * is printing there is no order to keep. */
static void flush_before_error(const rt_runtime *runtime) {
    if (host_output_is_taken(runtime) || ftrylockfile(stdout)) return;
    (void)fflush_unlocked(stdout); /* a failure is found at the end */
    funlockfile(stdout);
}

/* ---- of a prompt over descriptors ---- */

/* That of the running strand, to which goes what it prints; or NULL. */
static host_console *console_of(lua_State *L) {
    const host_strand *strand = host_of(L)->current;
    return strand ? strand->console : NULL;
}

/* Pushes the values from `first` to `last` as one text, each followed by `separator`,
 * the last one by `end`. They are strings and numbers. */
static void push_text(lua_State *L, int first, int last, const char *separator,
                      const char *end) {
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (int i = first; i <= last; i++) {
        lua_pushvalue(L, i);
        luaL_addvalue(&b);
        if (i < last) luaL_addstring(&b, separator);
    }
    luaL_addstring(&b, end);
    luaL_pushresult(&b);
}

/* ---- print ---- */

/* Whether print flushes: the first few of each window do. */
static bool takes_flush(host_policy *policy) {
    if (!policy) return true;
    atomic_uint *count = &policy->print_count;
    _Atomic int64_t *window_ns = &policy->print_ns; /* when it began */
    if (atomic_fetch_add_explicit(count, 1, memory_order_relaxed) < BURST)
        return true;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    int64_t now = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
    int64_t begun = atomic_load_explicit(window_ns, memory_order_relaxed);
    if (now - begun < WINDOW_NS) return false;
    atomic_store_explicit(window_ns, now, memory_order_relaxed);
    atomic_store_explicit(count, 0, memory_order_relaxed);
    return true;
}

/* Every value from 1 to `count` is a string. */
static int print_strings(lua_State *L, int count) {
    rt_runtime *runtime = host_of(L)->runtime;
    piece p;
    begin(&p, runtime, stdout);
    for (int i = 1; i <= count; i++) {
        size_t size;
        const char *text = lua_tolstring(L, i, &size);
        if (i > 1) add(&p, "\t", 1);
        add(&p, text, size);
    }
    add(&p, "\n", 1);
    return end(&p, runtime, takes_flush(runtime->policy));
}

/* Nobody reads what we print. If the program ends by that, what prints ends as by
 * any cancellation. */
static void end_program(lua_State *L) {
    host_state *host = host_of(L);
    if (!host->on_signals) return;
    host->on_signals(host, L);
    if (host->current && host->current->is_cancelled)
        host_raise_cancellation(L, host->current, NULL);
}

/* Nothing is written to descriptors that are denied. */
static void check_allowed(lua_State *L, FILE *file, const char *function) {
    if (is_standard(file) && !console_of(L) &&
        !host_output_is_taken(host_of(L)->runtime))
        host_deny_check(L, HOST_DENY_STDIO, function, 0);
}

/* print(...) */
static int print(lua_State *L) {
    int count = lua_gettop(L);
    check_allowed(L, stdout, "print");
    for (int i = 1; i <= count; i++) {
        if (lua_type(L, i) == LUA_TSTRING) continue;
        luaL_tolstring(L, i, NULL);
        lua_replace(L, i);
    }
    host_console *console = console_of(L);
    if (console) {
        push_text(L, 1, count, "\t", "\n");
        return host_console_print_value(L, console, HOST_CONSOLE_OUTPUT, 0);
    }
    int error = print_strings(L, count);
    if (error == EPIPE) end_program(L);
    if (error)
        return luaL_error(L, "cannot write to standard output: %s",
                          strerror(error));
    return 0;
}

/* ---- write ---- */

static void add_number(piece *p, lua_State *L, int index) {
    char text[64];
    int size = lua_isinteger(L, index)
                   ? snprintf(text, sizeof text, LUA_INTEGER_FMT,
                              (LUAI_UACINT)lua_tointeger(L, index))
                   : snprintf(text, sizeof text, LUA_NUMBER_FMT,
                              (LUAI_UACNUMBER)lua_tonumber(L, index));
    add(p, text, (size_t)size);
}

static void check_arguments(lua_State *L, int first, int top) {
    for (int i = first; i < top; i++) {
        int type = lua_type(L, i);
        if (type != LUA_TSTRING && type != LUA_TNUMBER)
            luaL_checkstring(L, i); /* raises */
    }
}

/* Writes the arguments from `first` to below the top, which is the file, the
 * result. */
static int write_arguments(lua_State *L, FILE *file, int first) {
    int top = lua_gettop(L);
    check_arguments(L, first, top);
    host_console *console = is_standard(file) ? console_of(L) : NULL;
    if (console) {
        push_text(L, first, top - 1, "", "");
        return host_console_print_value(
            L, console,
            file == stderr ? HOST_CONSOLE_ERROR : HOST_CONSOLE_OUTPUT, top);
    }
    rt_runtime *runtime = host_of(L)->runtime;
    if (file == stderr) flush_before_error(runtime);
    piece p;
    begin(&p, runtime, file);
    for (int i = first; i < top; i++) {
        if (lua_type(L, i) == LUA_TNUMBER) {
            add_number(&p, L, i);
            continue;
        }
        size_t size;
        const char *text = lua_tolstring(L, i, &size);
        if (top - first == 1)
            put(&p, text, size); /* it is one piece already */
        else
            add(&p, text, size);
    }
    int error = end(&p, runtime, false);
    if (!error) return 1;
    errno = error;
    return luaL_fileresult(L, 0, NULL);
}

/* io.write(...) -> file | nil, message, errno */
static int io_write(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, "_IO_output"); /* as liolib.c does */
    luaL_Stream *stream = lua_touserdata(L, -1);
    if (!stream->closef) luaL_error(L, "default output file is closed");
    check_allowed(L, stream->f, "io.write");
    return write_arguments(L, stream->f, 1);
}

/* file:write(...) -> file | nil, message, errno */
static int file_write(lua_State *L) {
    luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
    if (!stream->closef) luaL_error(L, "attempt to use a closed file");
    check_allowed(L, stream->f, "file:write");
    lua_pushvalue(L, 1);
    return write_arguments(L, stream->f, 2);
}

/* ---- warn ---- */

/* The parts of a warning come one by one. Their text is kept until the last,
 * and written before that only if it becomes longer than a page. It lives in
 * the registry: finalizers may warn until the state's memory is freed. */
typedef struct warner {
    host_state *host;
    bool is_on;
    bool is_off; /* the script says so */
    bool is_continued;
    bool
        may_be_error; /* one has begun that is not shown, unless it is of __gc */
    int finalizers;   /* errors in __gc that were shown although it is not on */
    size_t size;
    char text[PIPE_BUF];
} warner;

static void write_warning(warner *w) {
    rt_runtime *runtime = w->host->runtime;
    bool is_denied = host_policy_denied(runtime->policy) & HOST_DENY_STDIO;
    if (is_denied && !host_output_is_taken(runtime)) w->size = 0;
    if (w->size == 0) return;
    flush_before_error(runtime);
    piece p;
    begin(&p, runtime, stderr);
    put(&p, w->text, w->size);
    (void)end(&p, runtime, false); /* there is nowhere to complain */
    w->size = 0;
}

static void add_warning(warner *w, const char *text) {
    size_t left = strlen(text);
    while (left > 0) {
        size_t room = sizeof w->text - w->size;
        size_t size = left < room ? left : room;
        memcpy(w->text + w->size, text, size);
        w->size += size;
        text += size;
        left -= size;
        if (w->size == sizeof w->text) write_warning(w);
    }
}

/* Errors in __gc are warnings to Lua: "error in ", "__gc", " (", message, ")". They
 * are shown unless the script has turned warnings off; but one finalizer may have
 * many objects. */
enum { MAX_FINALIZERS = 10 };
static const char error_in[] = "error in ";

/* Whether a warning that begins with `text` is shown. */
static bool begin_warning(warner *w, const char *text, int is_continued) {
    if (w->is_on) {
        add_warning(w, "Lua warning: ");
        return true;
    }
    bool is_error = w->may_be_error && strcmp(text, "__gc") == 0;
    w->may_be_error = is_continued && !w->is_off && strcmp(text, error_in) == 0;
    if (!is_error || w->finalizers > MAX_FINALIZERS) return false;
    add_warning(w, w->host->program);
    add_warning(w, ": ");
    if (w->finalizers++ < MAX_FINALIZERS) {
        add_warning(w, error_in);
        return true;
    }
    add_warning(w, "more errors in __gc are not shown\n");
    write_warning(w);
    return false;
}

/* As the stock one, which while it is off takes every last part that begins
 * with @ for a control message. */
static void on_warning(void *data, const char *text, int is_continued) {
    warner *w = data;
    if (!w->is_continued && !is_continued && *text == '@') {
        if (strcmp(text, "@on") == 0) w->is_on = true;
        if (strcmp(text, "@off") == 0) w->is_on = false;
        w->is_off = !w->is_on;
        return;
    }
    bool is_shown = w->is_continued || begin_warning(w, text, is_continued);
    if (!is_shown) return;
    add_warning(w, text);
    w->is_continued = is_continued;
    if (is_continued) return;
    add_warning(w, "\n");
    if (w->size > 0) write_warning(w);
}

void host_open_warnings(lua_State *L) {
    static const char key;
    warner *w = lua_newuserdatauv(L, sizeof *w, 0);
    w->host = host_of(L);
    w->is_on = w->is_off = w->is_continued = w->may_be_error = false;
    w->finalizers = 0;
    w->size = 0;
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
    lua_setwarnf(L, on_warning, w);
}

/* ---- opening and finishing ---- */

void host_open_output(lua_State *L) {
    lua_pushcfunction(L, print);
    lua_setglobal(L, "print");
    lua_getglobal(L, LUA_IOLIBNAME);
    lua_pushcfunction(L, io_write);
    lua_setfield(L, -2, "write");
    lua_pop(L, 1);
    luaL_getmetatable(L, LUA_FILEHANDLE);
    lua_getfield(L, -1, "__index");
    lua_pushcfunction(L, file_write);
    lua_setfield(L, -2, "write");
    lua_pop(L, 2);
}

static int finish(rt_runtime *runtime, FILE *file) {
    piece p;
    begin(&p, runtime, file);
    bool has_failed = ferror_unlocked(file);
    int error = end(&p, runtime, true);
    if (error || !has_failed) return error;
    const host_policy *policy = runtime->policy;
    int last = policy ? atomic_load(&policy->last_error[stream_of(file)]) : 0;
    return last ? last : EIO; /* something else wrote to it */
}

int host_output_finish(rt_runtime *runtime) {
    if (host_output_is_taken(runtime)) {
        host_capture_finish(runtime->policy);
        return 0;
    }
    int error = finish(runtime, stdout);
    int other = finish(runtime, stderr);
    return error ? error : other;
}
