/* door_path.c - /tmp is everybody's: what lies there under our name is only used if
 * it is ours. Once it has been found so, nobody else can put anything in its
 * place, since /tmp is sticky. */
#include "ipc/door_path.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int check(const char *path, rt_error *err) {
    struct stat info;
    if (lstat(path, &info) < 0)
        return rt_error_set(err, -errno, "%s: %s", path,
                            rt_status_text(-errno));
    if (S_ISLNK(info.st_mode))
        return rt_error_set(err, -ELOOP, "%s is a symbolic link", path);
    if (!S_ISDIR(info.st_mode))
        return rt_error_set(err, -ENOTDIR, "%s is no directory", path);
    if (info.st_uid != geteuid())
        return rt_error_set(err, -EPERM, "%s belongs to user %u", path,
                            (unsigned)info.st_uid);
    if (info.st_mode & (S_IRWXG | S_IRWXO))
        return rt_error_set(err, -EPERM,
                            "%s is open to others (mode %03o, not 700)", path,
                            (unsigned)(info.st_mode & 0777));
    return RT_OK;
}

static int find(const char *path, bool makes, rt_error *err) {
    if (makes && mkdir(path, S_IRWXU) < 0 && errno != EEXIST)
        return rt_error_set(err, -errno, "%s: %s", path,
                            rt_status_text(-errno));
    return check(path, err);
}

int rt_door_directory(const char *runtime_dir, bool makes,
                      char path[RT_DOOR_PATH], rt_error *err) {
    /* Room for the name of a socket. */
    const size_t room = RT_DOOR_PATH - sizeof "/4294967296.sock";
    if (runtime_dir && runtime_dir[0] == '/') {
        int size = snprintf(path, RT_DOOR_PATH, "%s/plait", runtime_dir);
        if (size > 0 && (size_t)size < room && find(path, makes, err) == RT_OK)
            return RT_OK;
    }
    (void)snprintf(path, RT_DOOR_PATH, "/tmp/plait-%u", (unsigned)geteuid());
    return find(path, makes, err);
}

int rt_door_socket(const char *directory, pid_t pid, char path[RT_DOOR_PATH]) {
    int size = snprintf(path, RT_DOOR_PATH, "%s/%d.sock", directory, (int)pid);
    return size > 0 && size < RT_DOOR_PATH ? RT_OK : RT_ELIMIT;
}
