/* listen.c - looks at the place, and has lua/prompt/server.lua do the rest.
 *
 * The listener removes its file when it is closed, or the state is. Where a program ends
 * without that, by os.exit, host_listen_remove does. */
#include "embed/listen.h"

#include <errno.h>
#include <lauxlib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "core/failure.h"

typedef struct host_listen {
    char path[sizeof((struct sockaddr_un *)NULL)->sun_path]; /* absolute */
    dev_t device;                                            /* of the file */
    ino_t inode;
} host_listen;

/* ---- the place ---- */

static int check_directory(const char *path, rt_error *err) {
    struct stat info;
    if (mkdir(path, S_IRWXU) < 0 && errno != EEXIST)
        return rt_error_set(err, -errno, "cannot make '%s': %s", path,
                            rt_status_text(-errno));
    if (lstat(path, &info) < 0)
        return rt_error_set(err, -errno, "%s: %s", path,
                            rt_status_text(-errno));
    if (S_ISLNK(info.st_mode))
        return rt_error_set(err, -ELOOP, "'%s' is a symbolic link", path);
    if (!S_ISDIR(info.st_mode))
        return rt_error_set(err, -ENOTDIR, "'%s' is no directory", path);
    if (info.st_uid != geteuid())
        return rt_error_set(err, -EPERM, "'%s' belongs to user %u, not to %u",
                            path, (unsigned)info.st_uid, (unsigned)geteuid());
    if (info.st_mode & (S_IWGRP | S_IWOTH))
        return rt_error_set(err, -EPERM,
                            "others can write to '%s' (mode %03o): a private "
                            "directory is needed, such as one of mode 700",
                            path, (unsigned)(info.st_mode & 0777));
    return RT_OK;
}

/* The absolute path, so that it is the same wherever the program goes. */
static int find_path(const char *path, host_listen *listen, rt_error *err) {
    char directory[PATH_MAX], whole[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t size = slash ? (size_t)(slash - path) : 0;
    if (*name == '\0' || size >= sizeof directory)
        return rt_error_set(err, -EINVAL, "'%s' is no name of a file", path);
    memcpy(directory, path, size);
    directory[size] = '\0';
    if (size == 0) strcpy(directory, slash ? "/" : ".");
    int status = check_directory(directory, err);
    if (status != RT_OK) return status;
    if (!realpath(directory, whole))
        return rt_error_set(err, -errno, "%s: %s", directory,
                            rt_status_text(-errno));
    size_t length = strlen(whole);
    if (length + 1 + strlen(name) >= sizeof listen->path)
        return rt_error_set(err, -ENAMETOOLONG,
                            "'%s/%s' is too long for a socket (%zu bytes at "
                            "most)",
                            whole, name, sizeof listen->path - 1);
    memcpy(listen->path, whole, length);
    listen->path[length] = '/';
    strcpy(listen->path + length + (whole[length - 1] != '/'), name);
    return RT_OK;
}

static int check_file(const char *path, rt_error *err) {
    struct stat info;
    if (lstat(path, &info) < 0 || S_ISSOCK(info.st_mode)) return RT_OK;
    return rt_error_set(err, -EEXIST, "'%s' is there, and is no socket", path);
}

static void note_file(host_listen *listen) {
    struct stat info;
    if (lstat(listen->path, &info) < 0) return;
    listen->device = info.st_dev;
    listen->inode = info.st_ino;
}

/* ---- opening ---- */

typedef struct opening {
    const char *path;
    lua_CFunction topic;
    int status;
    char why[200];
} opening;

/* (opening) */
static int open_listener(lua_State *L) {
    opening *o = lua_touserdata(L, 1);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "plait.prompt.server");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "listen");
    lua_pushstring(L, o->path);
    lua_newtable(L);
    if (o->topic) {
        lua_pushcfunction(L, o->topic);
        lua_setfield(L, -2, "topics");
    }
    lua_call(L, 2, 3);
    if (lua_toboolean(L, -3)) return 0;
    o->status = -(int)lua_tointeger(L, -1);
    if (o->status == RT_OK) o->status = RT_EUSAGE;
    (void)strncpy(o->why, lua_tostring(L, -2), sizeof o->why - 1);
    return 0;
}

static int open_at(lua_State *L, const host_listen *listen, lua_CFunction topic,
                   rt_error *err) {
    opening o = {.path = listen->path, .topic = topic};
    lua_pushcfunction(L, open_listener);
    lua_pushlightuserdata(L, &o);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        int code = rt_error_set(err, RT_EUSAGE, "cannot listen at '%s': %s",
                                listen->path, host_push_message(L, -1));
        lua_pop(L, 2);
        return code;
    }
    if (o.status == -EADDRINUSE)
        return rt_error_set(err, o.status, "another program listens at '%s'",
                            listen->path);
    if (o.status != RT_OK)
        return rt_error_set(err, o.status, "cannot listen at '%s': %s",
                            listen->path, o.why);
    return RT_OK;
}

int host_listen_open(host_program *program, const char *path,
                     lua_CFunction topic, rt_error *err) {
    host_listen *listen = rt_calloc(sizeof *listen);
    if (!listen) return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    int status = find_path(path, listen, err);
    if (status == RT_OK) status = check_file(listen->path, err);
    if (status == RT_OK) status = open_at(program->host->L, listen, topic, err);
    if (status != RT_OK) {
        rt_free(listen);
        return status;
    }
    note_file(listen);
    program->listen = listen;
    return RT_OK;
}

/* ---- the end ---- */

void host_listen_remove(host_program *program) {
    const host_listen *listen = program->listen;
    struct stat info;
    if (listen && lstat(listen->path, &info) == 0 &&
        info.st_dev == listen->device && info.st_ino == listen->inode)
        (void)unlink(listen->path);
}

void host_listen_free(host_program *program) {
    rt_free(program->listen);
    program->listen = NULL;
}
