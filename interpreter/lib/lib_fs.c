/* lib_fs.c - what lua/fs.lua is made of: a function for each job of the pool.
 *
 *     local raw = require("plait.internal").fs()
 *     local text, message, code = raw.read("/etc/hostname", limit, seconds)
 *     local handle = raw.open("app.log", "a", 438, seconds)
 *     raw.pwrite(handle, 0, "a line\n", seconds)
 *     raw.close(handle)
 *
 * `seconds` is the time-out, always the last argument. Arguments are right, but
 * for what a script passes through. A handle has its path as a user value. */
#include "lib/lib_fs.h"

#include <fcntl.h>
#include <lauxlib.h>
#include <string.h>

#include "core/failure.h"
#include "core/job.h"
#include "core/ledger.h"
#include "core/policy.h"

#define HANDLE_TYPE "plait.handle.file"

/* ---- results ---- */

static int push_true(lua_State *L, rt_job *job) {
    (void)job;
    lua_pushboolean(L, 1);
    return 1;
}

static int push_buffer(lua_State *L, rt_job *job) {
    lua_pushlstring(L, job->buffer.bytes, job->buffer.size);
    return 1;
}

static int push_result(lua_State *L, rt_job *job) {
    lua_pushinteger(L, (lua_Integer)job->result);
    return 1;
}

/* The file is the handle's as soon as there is one. */
static void push_handle(lua_State *L, rt_job *job, const char *path) {
    rt_file **box = lua_newuserdatauv(L, sizeof *box, 1);
    *box = NULL;
    luaL_setmetatable(L, HANDLE_TYPE);
    lua_pushstring(L, path);
    lua_setiuservalue(L, -2, 1);
    static const host_ledger_kind kind = {"file", host_ledger_has_pointer};
    host_ledger_note(L, &kind);
    *box = rt_job_take_file(job);
    if (!*box) luaL_error(L, "not enough memory");
}

static int push_file(lua_State *L, rt_job *job) {
    push_handle(L, job, job->path);
    return 1;
}

static int push_temp_file(lua_State *L, rt_job *job) {
    push_handle(L, job, job->buffer.bytes);
    (void)push_buffer(L, job);
    return 2;
}

static const char *type_name(char letter) {
    switch (letter) {
    case 'f':
        return "file";
    case 'd':
        return "folder";
    case 'l':
        return "link";
    case 'p':
        return "pipe";
    case 's':
        return "socket";
    case 'c':
    case 'b':
        return "device";
    default:
        return "other";
    }
}

static void set_integer(lua_State *L, const char *name, lua_Integer value) {
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

static void set_time(lua_State *L, const char *name, struct timespec time) {
    lua_pushnumber(L,
                   (lua_Number)time.tv_sec + (lua_Number)time.tv_nsec * 1e-9);
    lua_setfield(L, -2, name);
}

static int push_stat(lua_State *L, rt_job *job) {
    const struct stat *st = &job->stat;
    lua_createtable(L, 0, 11);
    lua_pushstring(L, type_name(rt_file_letter(st->st_mode)));
    lua_setfield(L, -2, "type");
    set_integer(L, "size", (lua_Integer)st->st_size);
    set_integer(L, "mode", (lua_Integer)(st->st_mode & 07777));
    set_integer(L, "links", (lua_Integer)st->st_nlink);
    set_integer(L, "uid", (lua_Integer)st->st_uid);
    set_integer(L, "gid", (lua_Integer)st->st_gid);
    set_integer(L, "inode", (lua_Integer)st->st_ino);
    set_integer(L, "device", (lua_Integer)st->st_dev);
    set_time(L, "mtime", st->st_mtim);
    set_time(L, "atime", st->st_atim);
    set_time(L, "ctime", st->st_ctim);
    return 1;
}

static int push_list(lua_State *L, rt_job *job) {
    int count = (int)job->result;
    lua_createtable(L, count, 0);
    lua_createtable(L, count, 0);
    const char *entry = job->buffer.bytes;
    for (int i = 1; i <= count; i++) {
        lua_pushstring(L, type_name(*entry));
        lua_rawseti(L, -2, i);
        lua_pushstring(L, entry + 1);
        lua_rawseti(L, -3, i);
        entry += strlen(entry) + 1;
    }
    return 2;
}

static int push_size(lua_State *L, rt_job *job) {
    lua_pushinteger(L, (lua_Integer)job->stat.st_size);
    return 1;
}

/* written[, the end of the file] */
static int push_written(lua_State *L, rt_job *job) {
    (void)push_result(L, job);
    (void)push_size(L, job);
    return 2;
}

/* ---- arguments ---- */

/* Letters of `flags` at `arg`: the flags of a job. */
static int check_flags(lua_State *L, int arg) {
    static const char letters[] = "anrsdf";
    int flags = 0;
    for (const char *c = luaL_checkstring(L, arg); *c; c++) {
        const char *found = strchr(letters, *c);
        luaL_argcheck(L, found, arg, "unknown flag");
        flags |= 1 << (found - letters);
    }
    return flags;
}

static void set_data(lua_State *L, rt_job *job, int arg) {
    size_t size;
    const char *data = luaL_checklstring(L, arg, &size);
    if (rt_buffer_add(&job->buffer, data, size) != RT_OK)
        luaL_error(L, "not enough memory");
}

static rt_file **check_box(lua_State *L, int arg) {
    return luaL_checkudata(L, arg, HANDLE_TYPE);
}

static rt_job *push_file_job(lua_State *L, rt_job_op *op) {
    rt_file *file = *check_box(L, 1);
    if (!file) luaL_error(L, "attempt to use a closed file");
    rt_job *job = host_job_push(L, op, NULL, NULL);
    rt_job_use(job, file);
    return job;
}

/* ---- whole files ---- */

/* read(path, limit[, seconds]) -> string */
static int fs_read(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_READ, "plait.fs.read", 1);
    const char *path = luaL_checkstring(L, 1);
    size_t limit = (size_t)luaL_checkinteger(L, 2);
    host_deadline deadline = host_check_timeout(L, 3);
    rt_job *job = host_job_push(L, rt_whole_read, path, NULL);
    job->size = limit;
    return host_job_wait(L, job, "fs.read", deadline, push_buffer);
}

/* write(path, data, flags, mode[, seconds]) -> true */
static int fs_write(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "plait.fs.write", 1);
    const char *path = luaL_checkstring(L, 1);
    int flags = check_flags(L, 3);
    unsigned mode = (unsigned)luaL_checkinteger(L, 4);
    host_deadline deadline = host_check_timeout(L, 5);
    rt_job *job = host_job_push(L, rt_whole_write, path, NULL);
    job->flags = flags;
    job->mode = mode;
    set_data(L, job, 3);
    return host_job_wait(L, job, "fs.write", deadline, push_true);
}

/* copy(from, to, flags[, seconds]) -> number of bytes */
static int fs_copy(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_READ, "plait.fs.copy", 1);
    host_deny_check(L, HOST_DENY_FS_WRITE, "plait.fs.copy", 2);
    const char *from = luaL_checkstring(L, 1);
    const char *to = luaL_checkstring(L, 2);
    int flags = check_flags(L, 3);
    host_deadline deadline = host_check_timeout(L, 4);
    rt_job *job = host_job_push(L, rt_whole_copy, from, to);
    job->flags = flags;
    return host_job_wait(L, job, "fs.copy", deadline, push_result);
}

/* ---- names and folders ---- */

/* (path, flags[, seconds]) */
static int by_path(lua_State *L, rt_job_op *op, const char *what,
                   host_job_results results) {
    const char *path = luaL_checkstring(L, 1);
    int flags = check_flags(L, 2);
    host_deadline deadline = host_check_timeout(L, 3);
    rt_job *job = host_job_push(L, op, path, NULL);
    job->flags = flags;
    return host_job_wait(L, job, what, deadline, results);
}

/* stat(path, flags[, seconds]) -> table */
static int fs_stat(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_READ, "plait.fs.stat", 1);
    return by_path(L, rt_path_stat, "fs.stat", push_stat);
}

/* list(path, ""[, seconds]) -> names, types */
static int fs_list(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_READ, "plait.fs.list", 1);
    return by_path(L, rt_folder_list, "fs.list", push_list);
}

/* remove(path, flags[, seconds]) -> true */
static int fs_remove(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "plait.fs.remove", 1);
    return by_path(L, rt_folder_remove, "fs.remove", push_true);
}

/* readlink(path, ""[, seconds]) -> string */
static int fs_readlink(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_READ, "plait.fs.readlink", 1);
    return by_path(L, rt_path_readlink, "fs.readlink", push_buffer);
}

/* realpath(path, ""[, seconds]) -> string */
static int fs_realpath(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_READ, "plait.fs.realpath", 1);
    return by_path(L, rt_path_realpath, "fs.realpath", push_buffer);
}

/* remove_now(path): with all that is in it, blocking; for finalizers */
static int fs_remove_now(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "plait.fs.remove", 1);
    const char *path = luaL_checkstring(L, 1);
    rt_job *job = host_job_push(L, rt_folder_remove, path, NULL);
    job->flags = RT_JOB_DEEP;
    rt_job_run_here(job);
    host_job_drop(L); /* a state that closes calls no finalizer for it */
    return 0;
}

/* mkdir(path, flags, mode[, seconds]) -> true */
static int fs_mkdir(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "plait.fs.mkdir", 1);
    const char *path = luaL_checkstring(L, 1);
    int flags = check_flags(L, 2);
    unsigned mode = (unsigned)luaL_checkinteger(L, 3);
    host_deadline deadline = host_check_timeout(L, 4);
    rt_job *job = host_job_push(L, rt_folder_make, path, NULL);
    job->flags = flags;
    job->mode = mode;
    return host_job_wait(L, job, "fs.mkdir", deadline, push_true);
}

/* chmod(path, mode[, seconds]) -> true */
static int fs_chmod(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "plait.fs.chmod", 1);
    const char *path = luaL_checkstring(L, 1);
    unsigned mode = (unsigned)luaL_checkinteger(L, 2);
    host_deadline deadline = host_check_timeout(L, 3);
    rt_job *job = host_job_push(L, rt_path_chmod, path, NULL);
    job->mode = mode;
    return host_job_wait(L, job, "fs.chmod", deadline, push_true);
}

/* (path, other[, seconds]) */
static int by_two_paths(lua_State *L, rt_job_op *op, const char *what,
                        host_job_results results) {
    const char *path = luaL_checkstring(L, 1);
    const char *other = luaL_checkstring(L, 2);
    host_deadline deadline = host_check_timeout(L, 3);
    rt_job *job = host_job_push(L, op, path, other);
    return host_job_wait(L, job, what, deadline, results);
}

/* rename(from, to[, seconds]) -> true */
static int fs_rename(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "plait.fs.rename", 1);
    return by_two_paths(L, rt_path_rename, "fs.rename", push_true);
}

/* symlink(what, link[, seconds]) -> true */
static int fs_symlink(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "plait.fs.symlink", 2);
    return by_two_paths(L, rt_path_symlink, "fs.symlink", push_true);
}

/* temp_file(begin, end[, seconds]) -> handle, path */
static int fs_temp_file(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "plait.fs.temp_file", 0);
    return by_two_paths(L, rt_temp_file, "fs.temp_file", push_temp_file);
}

/* temp_folder(begin, end[, seconds]) -> path */
static int fs_temp_folder(lua_State *L) {
    host_deny_check(L, HOST_DENY_FS_WRITE, "plait.fs.temp_folder", 0);
    return by_two_paths(L, rt_temp_folder, "fs.temp_folder", push_buffer);
}

/* ---- open files ---- */

/* As fopen: r, w or a, then + and x. -1: something else. */
static int open_flags(const char *how) {
    int flags;
    switch (*how++) {
    case 'r':
        flags = 0;
        break;
    case 'w':
        flags = O_CREAT | O_TRUNC;
        break;
    case 'a':
        flags = O_CREAT | O_APPEND;
        break;
    default:
        return -1;
    }
    bool updates = strchr(how, '+') != NULL;
    if (strchr(how, 'x')) flags |= O_EXCL;
    if (updates) return flags | O_RDWR;
    return flags | (flags & O_CREAT ? O_WRONLY : O_RDONLY);
}

/* open(path, how, mode[, seconds]) -> handle */
static int fs_open(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    int flags = open_flags(luaL_checkstring(L, 2));
    luaL_argcheck(L, flags >= 0, 2, "invalid mode");
    unsigned denials = 0;
    if ((flags & O_ACCMODE) != O_WRONLY) denials |= HOST_DENY_FS_READ;
    if (flags & (O_WRONLY | O_RDWR | O_CREAT)) denials |= HOST_DENY_FS_WRITE;
    host_deny_check(L, denials, "plait.fs.open", 1);
    unsigned mode = (unsigned)luaL_checkinteger(L, 3);
    host_deadline deadline = host_check_timeout(L, 4);
    rt_job *job = host_job_push(L, rt_file_open, path, NULL);
    job->open_flags = flags;
    job->mode = mode;
    return host_job_wait(L, job, "fs.open", deadline, push_file);
}

/* pread(handle, offset, count[, seconds]) -> string; "" at the end */
static int fs_pread(lua_State *L) {
    lua_Integer offset = luaL_checkinteger(L, 2);
    lua_Integer count = luaL_checkinteger(L, 3);
    host_deadline deadline = host_check_timeout(L, 4);
    rt_job *job = push_file_job(L, rt_file_pread);
    job->offset = offset;
    job->size = (size_t)count;
    return host_job_wait(L, job, "file", deadline, push_buffer);
}

/* pwrite(handle, offset or nil: at the end, data[, seconds]) -> written, size */
static int fs_pwrite(lua_State *L) {
    bool appends = lua_isnil(L, 2);
    lua_Integer offset = luaL_optinteger(L, 2, 0);
    host_deadline deadline = host_check_timeout(L, 4);
    rt_job *job = push_file_job(L, rt_file_pwrite);
    job->offset = offset;
    job->flags = appends ? RT_JOB_APPEND : 0;
    set_data(L, job, 4);
    return host_job_wait(L, job, "file", deadline, push_written);
}

/* size(handle[, seconds]) -> bytes */
static int fs_size(lua_State *L) {
    host_deadline deadline = host_check_timeout(L, 2);
    rt_job *job = push_file_job(L, rt_file_stat);
    return host_job_wait(L, job, "file", deadline, push_size);
}

/* fstat(handle[, seconds]) -> table */
static int fs_fstat(lua_State *L) {
    host_deadline deadline = host_check_timeout(L, 2);
    rt_job *job = push_file_job(L, rt_file_stat);
    return host_job_wait(L, job, "file", deadline, push_stat);
}

/* sync(handle[, seconds]) -> true */
static int fs_sync(lua_State *L) {
    host_deadline deadline = host_check_timeout(L, 2);
    rt_job *job = push_file_job(L, rt_file_sync);
    return host_job_wait(L, job, "file", deadline, push_true);
}

/* truncate(handle, size[, seconds]) -> true */
static int fs_truncate(lua_State *L) {
    lua_Integer size = luaL_checkinteger(L, 2);
    host_deadline deadline = host_check_timeout(L, 3);
    rt_job *job = push_file_job(L, rt_file_truncate);
    job->offset = size;
    return host_job_wait(L, job, "file", deadline, push_true);
}

/* close(handle[, seconds]) -> true. What was only read is closed at once. */
static int fs_close(lua_State *L) {
    rt_file **box = check_box(L, 1);
    if (!*box) return luaL_error(L, "attempt to use a closed file");
    host_deadline deadline = host_check_timeout(L, 2);
    bool waits = (*box)->is_written && host_can_wait(L);
    rt_job *job = waits ? push_file_job(L, rt_file_close) : NULL;
    rt_file_unref(*box); /* the job has its own reference */
    *box = NULL;
    if (job) return host_job_wait(L, job, "file", deadline, push_true);
    lua_pushboolean(L, 1);
    return 1;
}

static int handle_gc(lua_State *L) {
    rt_file **box = lua_touserdata(L, 1);
    if (*box) rt_file_unref(*box);
    *box = NULL;
    return 0;
}

/* ---- opener ---- */

static const luaL_Reg functions[] = {
    {"read", fs_read},
    {"write", fs_write},
    {"copy", fs_copy},
    {"stat", fs_stat},
    {"list", fs_list},
    {"remove", fs_remove},
    {"remove_now", fs_remove_now},
    {"readlink", fs_readlink},
    {"realpath", fs_realpath},
    {"mkdir", fs_mkdir},
    {"chmod", fs_chmod},
    {"rename", fs_rename},
    {"symlink", fs_symlink},
    {"temp_file", fs_temp_file},
    {"temp_folder", fs_temp_folder},
    {"open", fs_open},
    {"pread", fs_pread},
    {"pwrite", fs_pwrite},
    {"size", fs_size},
    {"fstat", fs_fstat},
    {"sync", fs_sync},
    {"truncate", fs_truncate},
    {"close", fs_close},
    {NULL, NULL},
};

/* internal.fs() -> table of the functions */
static int open_functions(lua_State *L) {
    if (luaL_newmetatable(L, HANDLE_TYPE)) {
        lua_pushcfunction(L, handle_gc);
        lua_setfield(L, -2, "__gc");
    }
    luaL_newlib(L, functions);
    return 1;
}

void host_open_fs(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, open_functions);
    lua_setfield(L, -2, "fs");
    lua_pop(L, 2);
}
