/* lib_os.c - os.exit, os.execute, io.popen, os.setlocale; os.time, os.date and
 * os.clock by a virtual clock.
 *
 * All but os.exit and os.execute do what is needed before and then are the stock
 * function, which they have as an upvalue. */
#include "lib/lib_os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <lualib.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/capture.h"
#include "core/exit.h"
#include "core/failure.h"
#include "core/output.h"
#include "core/state.h"

static int call_stock(lua_State *L) {
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* os.exit([code [, close]]) */
static int os_exit(lua_State *L) {
    int status;
    if (lua_isboolean(L, 1))
        status = lua_toboolean(L, 1) ? EXIT_SUCCESS : EXIT_FAILURE;
    else
        status = (int)luaL_optinteger(L, 1, EXIT_SUCCESS);
    bool close = lua_toboolean(L, 2);
    host_state *host = host_of(L);
    const host_policy *policy = host->runtime->policy;
    if (policy && host_policy_is_embedded(policy))
        return host_exit_raise(L, status);
    if (host->on_exit) host->on_exit(L, status, close);
    if (close) lua_close(L);
    exit(status);
}

/* ---- other programs ---- */

/* Kernels before 5.11 know no CLOSE_RANGE_CLOEXEC. */
static void mark_each_descriptor(void) {
    DIR *list = opendir("/proc/self/fd");
    if (!list) return;
    for (struct dirent *entry; (entry = readdir(list));) {
        int fd = atoi(entry->d_name);
        if (fd > STDERR_FILENO) (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    (void)closedir(list);
}

/* The C library opens files inheritable; a child that holds the end of a pipe
 * keeps its reader waiting for ever. What another thread opens while the child
 * is being made is missed. */
static void keep_descriptors(void) {
    if (close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC))
        mark_each_descriptor();
}

/* As system(), which would have the whole process ignore SIGINT and SIGQUIT
 * meanwhile. [status of waitpid; -1: see errno] */
static int run_shell(const char *command) {
    char *words[] = {"sh", "-c", "--", (char *)command, NULL};
    pid_t pid;
    int status = -1;
    errno = posix_spawn(&pid, "/bin/sh", NULL, NULL, words, environ);
    if (errno) return -1;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return -1;
    errno = 0;
    return status;
}

/* For a host that takes the output: the shell opens our pipes in place of its
 * standard error, and standard output if it has none from us. Pushes the command. */
static const char *push_redirected(lua_State *L, const char *command,
                                   bool has_output) {
    rt_runtime *runtime = host_of(L)->runtime;
    int output[2] = {-1, -1};
    if (host_output_is_taken(runtime))
        host_capture_open(runtime->policy, output);
    if (output[0] < 0) return lua_pushstring(L, command);
    const char *rest = "";
    if (has_output)
        rest = lua_pushfstring(L, " >/proc/%d/fd/%d", getpid(), output[0]);
    return lua_pushfstring(L, "exec 2>/proc/%d/fd/%d%s; %s", getpid(),
                           output[1], rest, command);
}

/* os.execute([command]) -> true | nil, "exit" | "signal", code */
static int os_execute(lua_State *L) {
    const char *command = luaL_optstring(L, 1, NULL);
    if (!command && host_is_denied(L, HOST_DENY_PROCESS)) {
        lua_pushboolean(L, 0); /* there is no shell for it */
        return 1;
    }
    if (!command) return call_stock(L);
    host_deny_check(L, HOST_DENY_PROCESS, "os.execute", 1);
    command = push_redirected(L, command, true);
    keep_descriptors();
    rt_monitor_poke(
        host_of(L)->runtime); /* somebody is to hear bells meanwhile */
    /* What was printed comes before what it prints. */
    host_output_flush(host_of(L)->runtime);
    return luaL_execresult(L, run_shell(command));
}

/* io.popen(command [, mode]) -> file | nil, message, errno */
static int io_popen(lua_State *L) {
    const char *command = luaL_checkstring(L, 1);
    bool is_read = *luaL_optstring(L, 2, "r") != 'w';
    host_deny_check(L, HOST_DENY_PROCESS, "io.popen", 1);
    lua_settop(L, 2);
    (void)push_redirected(L, command, !is_read);
    lua_replace(L, 1);
    lua_settop(L, 2);
    keep_descriptors();
    rt_monitor_poke(host_of(L)->runtime); /* reading may take long */
    return call_stock(L);
}

/* ---- locale ---- */

/* os.setlocale([locale [, category]]) -> string | nil. The locale is that of
 * the whole process, so in a thread a request that would change it is one that
 * cannot be honored: nil. */
static int os_setlocale(lua_State *L) {
    host_state *host = host_of(L);
    bool in_thread = host->self && host->self->kind == RT_STRAND_THREAD;
    if (!in_thread || lua_isnoneornil(L, 1)) return call_stock(L);
    const char *wanted = luaL_checkstring(L, 1);
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushnil(L);
    if (!lua_isnil(L, 2)) lua_pushvalue(L, 2);
    lua_call(L, lua_gettop(L) - 3, 1); /* what it is now */
    const char *now = lua_tostring(L, -1);
    if (!now || strcmp(now, wanted) != 0) lua_pushnil(L);
    return 1;
}

/* ---- time ---- */

/* By a virtual clock; -1: it is the machine's. */
static int64_t virtual_time(lua_State *L) {
    return rt_clock_elapsed(&host_of(L)->runtime->clock);
}

/* os.time([table]) */
static int os_time(lua_State *L) {
    int64_t ns = virtual_time(L);
    if (ns < 0 || !lua_isnoneornil(L, 1)) return call_stock(L);
    lua_pushinteger(L, RT_CLOCK_EPOCH + ns / RT_SECOND);
    return 1;
}

/* os.date([format [, time]]) */
static int os_date(lua_State *L) {
    int64_t ns = virtual_time(L);
    if (ns < 0 || !lua_isnoneornil(L, 2)) return call_stock(L);
    lua_settop(L, 1);
    if (lua_isnil(L, 1)) {
        lua_pushliteral(L, "%c");
        lua_replace(L, 1);
    }
    lua_pushinteger(L, RT_CLOCK_EPOCH + ns / RT_SECOND);
    return call_stock(L);
}

/* os.clock() */
static int os_clock(lua_State *L) {
    int64_t ns = virtual_time(L);
    if (ns < 0) return call_stock(L);
    lua_pushnumber(L, (lua_Number)ns / 1e9);
    return 1;
}

/* Puts `function` in front of the field `name` of the table on the top. */
static void wrap_stock(lua_State *L, const char *name, lua_CFunction function) {
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, -2, name);
}

void host_open_exit(lua_State *L) {
    lua_getglobal(L, LUA_OSLIBNAME);
    lua_pushcfunction(L, os_exit);
    lua_setfield(L, -2, "exit");
    lua_pop(L, 1);
}

void host_open_os(lua_State *L) {
    lua_getglobal(L, LUA_OSLIBNAME);
    wrap_stock(L, "execute", os_execute);
    wrap_stock(L, "setlocale", os_setlocale);
    wrap_stock(L, "time", os_time);
    wrap_stock(L, "date", os_date);
    wrap_stock(L, "clock", os_clock);
    lua_getglobal(L, LUA_IOLIBNAME);
    wrap_stock(L, "popen", io_popen);
    lua_pop(L, 2);
}
