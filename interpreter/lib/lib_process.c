/* lib_process.c - child processes.
 *
 *     local p = spawn_process(function(n) return n * n end, 7)
 *     print(p:join(), p.pid, p.exitcode)     --> 49 ...
 *     print(await(spawn_process("ls", "-l")))  -- its exit code
 */
#include "lib/lib_process.h"

#include <errno.h>
#include <lauxlib.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/check.h"
#include "core/console.h"
#include "core/failure.h"
#include "core/output.h"
#include "core/policy.h"
#include "core/proxy.h"
#include "core/signals.h"
#include "core/start.h"
#include "core/state.h"
#include "core/childio.h"
#include "core/task.h"
#include "exec/strand.h"
#include "ipc/process.h"
#include "ipc/remote.h"
#include "ship/ship.h"

/* ---- options ---- */

/* What a table of options says; pointers are borrowed from values that stay on
 * the stack of the C function. */
typedef struct spawn {
    const char *caller; /* for messages */
    rt_process_options process;
    host_childio *stdio;
    int stdio_index;
} spawn;

/* A number is no text here: somebody thought of a descriptor. */
static const char *check_text(lua_State *L, const spawn *s, int index,
                              const char *what) {
    if (lua_type(L, index) != LUA_TSTRING)
        host_raise(L, "usage", "%s: %s is %s, not a string", s->caller, what,
                   host_describe(L, index));
    const char *text = lua_tostring(L, index);
    if (strlen(text) != lua_rawlen(L, index))
        host_raise(L, "usage", "%s: %s contains a zero byte", s->caller, what);
    return text;
}

/* Leaves the list of pointers, a userdata, on the stack. */
static const char **new_list(lua_State *L, size_t count) {
    const char **list = lua_newuserdatauv(L, (count + 1) * sizeof *list, 0);
    list[count] = NULL;
    return list;
}

/* The value of an environment variable, whose name is below it: a string, or a
 * number. */
static const char *check_value(lua_State *L, const spawn *s) {
    const char *name = lua_pushfstring(L, "env.%s", lua_tostring(L, -2));
    lua_insert(L, -2);
    if (lua_type(L, -1) == LUA_TNUMBER) (void)lua_tostring(L, -1);
    const char *value = check_text(L, s, -1, name);
    lua_remove(L, -2);
    return value;
}

/* env = {NAME = "value"}: the whole environment of the child. */
static void read_env(lua_State *L, int options, spawn *s) {
    if (lua_getfield(L, options, "env") == LUA_TNIL) return;
    int table = lua_gettop(L);
    if (!lua_istable(L, table))
        host_raise(L, "usage",
                   "%s: env is %s, not a table; write env = {NAME = \"value\"}",
                   s->caller, host_describe(L, table));
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) count++;
    const char **list = new_list(L, count);
    lua_createtable(L, (int)count, 0); /* keeps the strings */
    int keep = lua_gettop(L);
    size_t i = 0;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        size_t size;
        const char *name =
            lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &size) : "";
        if (!*name || strlen(name) != size || strchr(name, '='))
            host_raise(L, "usage",
                       "%s: a name in env is %s; write env = {NAME = "
                       "\"value\"}",
                       s->caller, host_describe(L, -2));
        const char *value = check_value(L, s);
        list[i] = lua_pushfstring(L, "%s=%s", name, value);
        lua_rawseti(L, keep, (lua_Integer)++i);
    }
    s->process.env = list;
}

/* Adds what tells a program of its link. Leaves a userdata and two strings. */
static void add_link(lua_State *L, const char *format, spawn *s) {
    const char *const *old =
        s->process.env ? s->process.env : (const char *const *)environ;
    size_t count = 0;
    while (old[count]) count++;
    const char **list = new_list(L, count + 2);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(old[i], "PLAIT_CHANNEL_", 14) != 0) list[kept++] = old[i];
    list[kept++] = lua_pushfstring(L, "PLAIT_CHANNEL_FD=%d", RT_PROCESS_LINK);
    list[kept++] = lua_pushfstring(L, "PLAIT_CHANNEL_FORMAT=%s", format);
    list[kept] = NULL;
    s->process.env = list;
}

/* `program` names it in messages. */
static void read_options(lua_State *L, int options, const char *caller,
                         const char *program, spawn *s) {
    *s = (spawn){.caller = caller,
                 .process = {.stdio = {-1, -1, -1}, .version = PLAIT_VERSION}};
    if (options) {
        if (lua_getfield(L, options, "cwd") != LUA_TNIL)
            s->process.cwd = check_text(L, s, -1, "cwd");
        read_env(L, options, s);
    }
    s->stdio = host_childio_read(L, options, caller, program);
    s->stdio_index = lua_gettop(L);
    memcpy(s->process.stdio, s->stdio->fds, sizeof s->process.stdio);
    int terminal = s->stdio->fds[HOST_CHILDIO_PTY];
    if (terminal > 0) s->process.terminal = terminal;
}

/* ---- the start ---- */

static rt_strand *new_strand(lua_State *L, const char *name, bool is_daemon) {
    const char *place = host_push_caller(L);
    rt_strand *strand =
        rt_strand_new(host_of(L)->runtime, RT_STRAND_PROCESS, name, place);
    if (!strand) luaL_error(L, "not enough memory");
    strand->daemon = is_daemon;
    strand->owner = host_owner(L);
    strand->state = RT_STRAND_RUNNING;
    host_proxy_push(L, &strand->object);
    rt_object_unref(&strand->object); /* the proxy has its own */
    return strand;
}

/* Why the start failed: the directory, which the kernel does not tell from the
 * program, or the status. */
static int raise_not_started(lua_State *L, const char *what, const char *cwd,
                             int status) {
    struct stat dir;
    int why = 0;
    if (cwd && stat(cwd, &dir) != 0)
        why = -errno;
    else if (cwd && !S_ISDIR(dir.st_mode))
        why = -ENOTDIR;
    else if (cwd && access(cwd, X_OK) != 0)
        why = -errno;
    if (why)
        return host_raise(L, "usage", "cannot start %s in '%s': %s", what, cwd,
                          rt_status_text(why));
    if (status == RT_ELIMIT)
        return host_raise(L, "send",
                          "cannot start %s: it takes along more than a message "
                          "to a process may hold (1 GiB)",
                          what);
    return host_raise(L, "usage", "cannot start %s: %s", what,
                      rt_status_text(status));
}

/* Starts it; the proxy is on the top, and stays there. */
static int start(lua_State *L, rt_strand *strand, spawn *s, const char *what) {
    rt_message *work = s->process.work;
    rt_runtime *runtime = strand->runtime;
    host_console_adopt(host_of(L), strand);
    /* What was printed before stands before what the child prints. */
    host_output_flush(runtime);
    host_policy_prepare_child(runtime);
    rt_runtime_add(runtime, strand);
    host_childio_prepare(s->stdio);
    int status = rt_process_start(runtime, strand, &s->process);
    if (status == RT_OK) {
        host_childio_attach(L, s->stdio_index, lua_gettop(L));
        return 1;
    }
    host_childio_close(s->stdio);
    rt_message_free(work);
    rt_strand_observe(strand); /* it is raised here */
    (void)rt_strand_finish(strand, RT_STRAND_CANCELLED, NULL);
    return raise_not_started(L, what, s->process.cwd, status);
}

/* The words of the program stand from `first` to `last`. */
static int spawn_program(lua_State *L, int first, int last,
                         const host_start *options, int table,
                         const char *link, bool ends_group) {
    const char *caller = options->caller;
    spawn s = {.caller = caller};
    const char **argv = new_list(L, (size_t)(last - first + 1));
    for (int i = first; i <= last; i++) {
        if (lua_type(L, i) != LUA_TSTRING && lua_type(L, i) != LUA_TNUMBER)
            return host_raise(L, "usage",
                              "%s: word %d of the program is %s, not a string",
                              caller, i - first + 1, host_describe(L, i));
        (void)lua_tostring(L, i); /* a number becomes its text */
        argv[i - first] = check_text(L, &s, i, "a word of the program");
    }
    read_options(L, table, caller, argv[0], &s);
    s.process.ends_group = ends_group;
    if (link) {
        if (link[0]) add_link(L, link, &s);
        host_childio_link(L, s.stdio_index, caller, argv[0]);
        rt_stream *ours = *s.stdio->made[HOST_CHILDIO_LINK];
        s.process.link[0] = rt_stream_fd(ours);
        s.process.link[1] = s.stdio->fds[HOST_CHILDIO_LINK];
    }
    s.process.argv = argv;
    const char *name = options->name ? options->name : argv[0];
    rt_strand *strand = new_strand(L, name, options->is_daemon);
    strand->external = true;
    const char *what = lua_pushfstring(L, "program '%s'", argv[0]);
    lua_insert(L, -2);
    return start(L, strand, &s, what);
}

/* How many words the table at 1 has: those behind a nil count as well, so that
 * it is found, and nothing after it gets lost, as it might with the length. */
static int count_words(lua_State *L) {
    int count = 0;
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        if (lua_isinteger(L, -2)) count++;
        lua_pop(L, 1);
    }
    return count;
}

/* The program in the table form: { "ls", "-l", cwd = "/" } */
static int spawn_program_table(lua_State *L, const char *caller,
                               const char *link, bool ends_group) {
    lua_settop(L, 1);
    host_start options = {.caller = caller};
    host_start_check(L, 1, options.caller, HOST_START_PROGRAM);
    lua_getfield(L, 1, "name");
    options.name = lua_tostring(L, -1);
    lua_getfield(L, 1, "daemon");
    options.is_daemon = lua_toboolean(L, -1);
    int count = count_words(L);
    luaL_checkstack(L, count + 20, "too many words");
    int first = lua_gettop(L) + 1;
    for (int i = 1; i <= count; i++) lua_rawgeti(L, 1, i);
    return spawn_program(L, first, first + count - 1, &options, 1, link,
                         ends_group);
}

/* spawn_program(table, caller[, format[, ends_group]]) -> handle; for lua/exec.lua,
 * and for lua/link.lua, which serves a program that is given a link for values of
 * that format; with "" it is not told of the link. `ends_group`: what it leaves
 * behind in its group is killed. */
static int internal_spawn_program(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    const char *caller = luaL_checkstring(L, 2);
    const char *link = luaL_optstring(L, 3, NULL);
    lua_rawgeti(L, 1, 1);
    host_deny_check(L, HOST_DENY_PROCESS, caller, -1);
    return spawn_program_table(L, caller, link, lua_toboolean(L, 4));
}

/* program_put_down(handle): kills the program, and all of its group */
static int internal_program_put_down(lua_State *L) {
    rt_object *object = host_proxy_check(L, 1, RT_KIND_STRAND);
    rt_process_put_down((rt_strand *)(void *)object);
    return 0;
}

/* program_link(handle) -> its stream */
static int internal_program_link(lua_State *L) {
    host_childio_push(L, 1, "link");
    return 1;
}

/* program_let_go(handle[, kind[, why[, is_end]]]): its link is served no more. The kind is
 * "protocol", "send" or "closed". */
static int internal_program_let_go(lua_State *L) {
    static const char *const kinds[] = {"protocol", "send", "closed", NULL};
    rt_object *object = host_proxy_check(L, 1, RT_KIND_STRAND);
    const char *kind = lua_isnoneornil(L, 2)
                           ? NULL
                           : kinds[luaL_checkoption(L, 2, NULL, kinds)];
    rt_process_let_go((rt_strand *)(void *)object, kind,
                      luaL_optstring(L, 3, NULL), lua_toboolean(L, 4));
    return 0;
}

/* Whether the table at 1 has one of the options for which a program gets a link. */
static bool has_link(lua_State *L) {
    static const char *const names[] = {"channel", "input", "output", "format"};
    for (int i = 0; i < 4; i++) {
        bool found = lua_getfield(L, 1, names[i]) != LUA_TNIL;
        lua_pop(L, 1);
        if (found) return true;
    }
    return false;
}

static int spawn_linked(lua_State *L) {
    lua_settop(L, 1);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "plait.link");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "spawn");
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

static bool is_program_table(lua_State *L) {
    if (!lua_istable(L, 1)) return false;
    bool found = lua_rawgeti(L, 1, 1) == LUA_TSTRING;
    lua_pop(L, 1);
    return found;
}

/* A program is told. */
static void check_allowed(lua_State *L) {
    if (!host_is_denied(L, HOST_DENY_PROCESS)) return;
    bool is_table = is_program_table(L);
    if (is_table) lua_rawgeti(L, 1, 1);
    host_deny_check(L, HOST_DENY_PROCESS, "spawn_process", is_table ? -1 : 1);
}

/* spawn_process(f, ...) -> handle;  spawn_process("program", ...) -> handle;
 * as a table with name, daemon, cwd, env, stdin, stdout, stderr, and globals for a
 * function, pty for a program */
static int spawn_process(lua_State *L) {
    host_start options = {.caller = "spawn_process"};
    check_allowed(L);
    if (lua_type(L, 1) == LUA_TSTRING)
        return spawn_program(L, 1, lua_gettop(L), &options, 0, NULL, false);
    bool is_program = is_program_table(L);
    if (is_program && has_link(L)) return spawn_linked(L);
    if (is_program) return spawn_program_table(L, options.caller, NULL, false);
    host_start_read(L, 1, 0, "spawn_process", HOST_START_PROCESS, &options);
    int function = 2, last = lua_gettop(L);
    spawn s;
    read_options(L, options.options, "spawn_process", "a process", &s);
    int above = lua_gettop(L) - last;
    if (above > 0) lua_rotate(L, function, above); /* below the function */
    function += above;
    s.stdio_index = function - 1;
    s.process.work = host_ship_start(L, function, HOST_SHIP_ANYWHERE, "process",
                                     options.options);
    /* Nothing between here and the start may leave the message behind. */
    rt_message *work = s.process.work;
    const char *place = host_push_caller(L);
    rt_strand *strand = rt_strand_new(host_of(L)->runtime, RT_STRAND_PROCESS,
                                      options.name, place);
    if (!strand) {
        rt_message_free(work);
        return luaL_error(L, "not enough memory");
    }
    strand->daemon = options.is_daemon;
    strand->owner = host_owner(L);
    strand->state = RT_STRAND_RUNNING;
    host_proxy_push(L, &strand->object);
    rt_object_unref(&strand->object);
    return start(L, strand, &s, "process");
}

/* ---- methods ---- */

static rt_strand *check_process(lua_State *L) {
    if (host_task_test(L, 1))
        host_raise(L, "usage",
                   "the handle is that of a task, not of a process; "
                   "h:cancel() asks it to stop");
    rt_object *object = host_proxy_check(L, 1, RT_KIND_STRAND);
    if (rt_is_remote(object))
        host_raise(L, "usage",
                   "the process was started by another process, "
                   "which alone can send it signals");
    rt_strand *strand = (rt_strand *)(void *)object;
    if (strand->kind != RT_STRAND_PROCESS)
        host_raise(L, "usage",
                   "the handle is not that of a process; h:cancel() asks it "
                   "to stop");
    return strand;
}

static int send_signal(lua_State *L, rt_strand *strand, int number) {
    int status = rt_process_signal(strand, number);
    if (status != RT_OK)
        return host_raise(L, "usage", "cannot send signal %d: %s", number,
                          rt_status_text(status));
    lua_settop(L, 1);
    return 1;
}

/* p:terminate() -> p. Sends SIGTERM. */
static int process_terminate(lua_State *L) {
    return send_signal(L, check_process(L), SIGTERM);
}

static int check_signal(lua_State *L, int arg) {
    if (lua_isinteger(L, arg)) {
        lua_Integer number = lua_tointeger(L, arg);
        luaL_argcheck(L, number > 0 && number < NSIG, arg, "no such signal");
        return (int)number;
    }
    const char *name = luaL_checkstring(L, arg);
    int number = host_signal_number(name);
    if (number != 0) return number;
    return luaL_argerror(
        L, arg, lua_pushfstring(L, "no signal has the name '%s'", name));
}

/* p:kill([signal]) -> p. The signal is a number or a name; SIGKILL if none. */
static int process_kill(lua_State *L) {
    rt_strand *strand = check_process(L);
    int number = lua_isnoneornil(L, 2) ? SIGKILL : check_signal(L, 2);
    return send_signal(L, strand, number);
}

void host_open_process(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, internal_spawn_program);
    lua_setfield(L, -2, "spawn_program");
    lua_pushcfunction(L, internal_program_link);
    lua_setfield(L, -2, "program_link");
    lua_pushcfunction(L, internal_program_let_go);
    lua_setfield(L, -2, "program_let_go");
    lua_pushcfunction(L, internal_program_put_down);
    lua_setfield(L, -2, "program_put_down");
    lua_pop(L, 2);
    lua_pushcfunction(L, spawn_process);
    lua_pushvalue(L, -1);
    lua_setglobal(L, "spawn_process");
    lua_setfield(L, -2, "spawn_process");
    static const luaL_Reg methods[] = {
        {"terminate", process_terminate},
        {"kill", process_kill},
        {NULL, NULL},
    };
    /* Those of tasks have them, too: they say what is meant. */
    const char *const types[] = {host_proxy_type(RT_KIND_STRAND),
                                 HOST_TASK_TYPE};
    for (int i = 0; i < 2; i++) {
        luaL_getmetatable(L, types[i]);
        lua_getfield(L, -1, "methods");
        luaL_setfuncs(L, methods, 0);
        lua_pop(L, 2);
    }
}
