/* lib_testlink.c - the child's side of `plait test`: lua/test/worker.lua uses it.
 *
 *     local link = internal.test_link()
 *     local job = link:receive()            -- what the parent wants
 *     link:send{event = "begin", id = 1}    -- queued
 *     link:flush()                          -- all that was queued goes out
 *     link:mark("1")                        -- what is printed from here on is of 1
 *
 * The link is a socket that the parent has given us as descriptor 3. It is moved out
 * of the way of the tests, and a process that a test forks has no part in it. Marks
 * go through the pipe of the standard output, between what tests print, on a
 * descriptor of our own: a test may close the standard one. */
#include "lib/lib_testlink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/status.h"
#include "core/foreign.h"
#include "core/state.h"
#include "data/msgpack.h"
#include "ipc/process.h"

#define LINK_TYPE "plait.test_link"

enum {
    FIRST_OWN = 100,    /* our descriptors are as high, if that is allowed */
    NO_PARENT = 3,      /* the exit status when it cannot be told anything */
    MARK_SIZE = 200,    /* a mark is no longer; so it goes out in one piece */
    READ_SIZE = 1 << 16 /* of the job, at once */
};

typedef struct test_link {
    int fd;
    int output;
    pid_t pid; /* whose link it is */
    char nonce[40];
    rt_buffer queue;
    size_t queued; /* bytes of whole events */
} test_link;

/* ---- descriptors ---- */

/* A copy of `fd` that tests do not come across; -1: there is none. */
static int move_away(int fd) {
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_OWN);
    return moved >= 0 ? moved : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static bool write_all(int fd, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t count = write(fd, bytes, size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        bytes += count;
        size -= (size_t)count;
    }
    return true;
}

static bool send_all(int fd, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t count = send(fd, bytes, size, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        bytes += count;
        size -= (size_t)count;
    }
    return true;
}

static test_link *check_link(lua_State *L) {
    return luaL_checkudata(L, 1, LINK_TYPE);
}

/* A process that a test has forked is not to speak for us. */
static bool is_ours(const test_link *link) {
    return getpid() == link->pid;
}

static int link_gc(lua_State *L) {
    test_link *link = check_link(L);
    rt_buffer_deinit(&link->queue);
    rt_buffer_init(&link->queue);
    link->queued = 0;
    return 0;
}

/* ---- from the parent ---- */

/* Reads on until there is one value. False: the parent is gone. */
static bool read_value(int fd, rt_buffer *bytes, size_t *size) {
    rt_msgpack_scan scan = {0};
    for (;;) {
        if (rt_buffer_reserve(bytes, READ_SIZE)) return false;
        ssize_t count = read(fd, bytes->bytes + bytes->size, READ_SIZE);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes->size += (size_t)count;
        int status = rt_msgpack_scan_on(&scan, bytes->bytes, bytes->size);
        *size = scan.at;
        if (status != RT_PENDING) return status == RT_OK;
    }
}

/* link:receive() -> the value that the parent has sent; nil: it is gone */
static int link_receive(lua_State *L) {
    test_link *link = check_link(L);
    size_t size;
    link->queue.size = link->queued = 0; /* nothing was sent yet */
    if (!read_value(link->fd, &link->queue, &size)) return 0;
    host_foreign_error err;
    bool is_there = host_foreign_push_msgpack(L, link->queue.bytes, size, &err);
    link->queue.size = 0;
    if (!is_there) return 0;
    lua_getfield(L, -1, "nonce");
    (void)snprintf(link->nonce, sizeof link->nonce, "%s",
                   lua_isstring(L, -1) ? lua_tostring(L, -1) : "");
    lua_pop(L, 1);
    return 1;
}

/* ---- to the parent ---- */

/* link:send(event): raises kind "send" for what cannot be expressed */
static int link_send(lua_State *L) {
    test_link *link = check_link(L);
    lua_settop(L, 2);
    link->queue.size = link->queued; /* without what was begun and has raised */
    host_foreign_write(L, 2, HOST_FOREIGN_MSGPACK, &link->queue);
    link->queued = link->queue.size;
    return 0;
}

/* link:flush(). Without a parent there is nobody to work for. */
static int link_flush(lua_State *L) {
    test_link *link = check_link(L);
    bool is_gone =
        is_ours(link) && !send_all(link->fd, link->queue.bytes, link->queued);
    if (is_gone) _exit(NO_PARENT);
    link->queue.size = link->queued = 0;
    return 0;
}

/* link:mark(text): what was printed before is before it */
static int link_mark(lua_State *L) {
    test_link *link = check_link(L);
    const char *text = luaL_checkstring(L, 2);
    if (!is_ours(link)) return 0;
    (void)fflush(stdout);
    (void)fflush(stderr);
    char mark[MARK_SIZE];
    int size = snprintf(mark, sizeof mark, "\1%s:%s\n", link->nonce, text);
    luaL_argcheck(L, size < MARK_SIZE, 2, "too long");
    (void)write_all(link->output, mark, (size_t)size);
    return 0;
}

/* ---- processes that are left behind ---- */

/* Whether it is a child of ours in our own group, and no zombie. plait's own children
 * lead groups of theirs. */
static bool is_stray(pid_t pid) {
    char path[40], text[600];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file) return false;
    size_t size = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[size] = '\0';
    const char *rest = strrchr(text, ')'); /* the name may have any */
    char state;
    int parent, group;
    return rest &&
           sscanf(rest + 1, " %c %d %d", &state, &parent, &group) == 3 &&
           state != 'Z' && parent == getpid() && group == getpgrp();
}

/* Pushes the command line of the process. */
static void push_command(lua_State *L, pid_t pid) {
    char path[40], text[400];
    (void)snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
    FILE *file = fopen(path, "re");
    size_t size = file ? fread(text, 1, sizeof text, file) : 0;
    if (file) (void)fclose(file);
    while (size > 0 && text[size - 1] == '\0') size--;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] < ' ') text[i] = ' ';
    lua_pushlstring(L, text, size);
}

static bool has_children(void) {
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* strays() -> a list of {pid =, command =} of the processes that were left in our
 * group, whoever has started them; nil: there is none. Usually one system call. */
static int strays(lua_State *L) {
    if (!has_children()) return 0;
    DIR *directory = opendir("/proc");
    if (!directory) return 0;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid <= 0 || !is_stray(pid)) continue;
        if (count++ == 0) lua_createtable(L, 1, 0);
        lua_createtable(L, 0, 2);
        lua_pushinteger(L, pid);
        lua_setfield(L, -2, "pid");
        push_command(L, pid);
        lua_setfield(L, -2, "command");
        lua_rawseti(L, -2, count);
    }
    (void)closedir(directory);
    return count > 0 ? 1 : 0;
}

/* link:put_down(pid): kills one of these */
static int put_down(lua_State *L) {
    pid_t pid = (pid_t)luaL_checkinteger(L, 2);
    if (pid <= 1 || !is_stray(pid) || kill(pid, SIGKILL) != 0) return 0;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    return 0;
}

/* link:is_ending() -> whether a signal has told the program to end */
static int is_ending(lua_State *L) {
    lua_pushboolean(L, atomic_load(&host_of(L)->runtime->is_ending));
    return 1;
}

/* ---- terminals ---- */

/* test_terminal(fd) -> its columns; nil: it is no terminal */
static int terminal(lua_State *L) {
    int fd = (int)luaL_checkinteger(L, 1);
    struct winsize size = {0};
    if (!isatty(fd)) return 0;
    (void)ioctl(fd, TIOCGWINSZ, &size);
    lua_pushinteger(L, size.ws_col > 0 ? size.ws_col : 80);
    return 1;
}

/* ---- opening ---- */

static const luaL_Reg methods[] = {
    {"receive", link_receive}, {"send", link_send}, {"flush", link_flush},
    {"mark", link_mark},       {"strays", strays},  {"put_down", put_down},
    {"is_ending", is_ending},  {"__gc", link_gc},   {NULL, NULL},
};

/* test_link() -> the link; nil: this is no child of `plait test`. What its tests
 * leave running becomes a child of ours, so that it is found; and what they print
 * goes out line by line, so that a crash takes none of it along. */
static int open_link(lua_State *L) {
    test_link *link = lua_newuserdatauv(L, sizeof *link, 0);
    *link = (test_link){.fd = -1, .output = -1, .pid = getpid()};
    rt_buffer_init(&link->queue);
    if (luaL_newmetatable(L, LINK_TYPE)) {
        luaL_setfuncs(L, methods, 0);
        lua_pushvalue(L, -1);
        lua_setfield(L, -2, "__index");
    }
    lua_setmetatable(L, -2);
    int type;
    socklen_t size = sizeof type;
    if (getsockopt(RT_PROCESS_LINK, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
        return 0;
    link->fd = move_away(RT_PROCESS_LINK);
    link->output = move_away(STDOUT_FILENO);
    if (link->fd < 0 || link->output < 0) return 0;
    (void)close(RT_PROCESS_LINK);
    (void)prctl(PR_SET_NAME, "plait-test");
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    (void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    return 1;
}

void host_open_testlink(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, open_link);
    lua_setfield(L, -2, "test_link");
    lua_pushcfunction(L, terminal);
    lua_setfield(L, -2, "test_terminal");
    lua_pop(L, 2);
}
