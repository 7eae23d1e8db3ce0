/* remove.c - a file, a link, or a folder with all that is in it.
 *
 * What is under way are folders in each other, however deep. Each has a name in the
 * one above it and is never reached by a path, and links are not followed: so it does
 * not matter who moves or replaces folders meanwhile. The innermost ones are open;
 * one that has been closed is opened again as the parent of the one below it, if it
 * is still the same. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/files.h"

enum { MOST_OPEN = 32 };

typedef struct level {
    DIR *dir;   /* NULL: closed for now */
    char *name; /* in the level above; owned */
    dev_t device;
    ino_t inode;
} level;

typedef struct removal {
    rt_job *job;
    level *levels;
    size_t count;
    size_t size;
} removal;

/* Somebody else may remove it meanwhile. */
static bool is_gone(int status) {
    return status == 0 || errno == ENOENT;
}

static bool add_level(removal *r) {
    if (r->count < r->size) return true;
    size_t size = r->size ? 2 * r->size : 16;
    level *levels = rt_realloc(r->levels, size * sizeof *levels);
    if (!levels) return rt_job_fail(r->job, RT_ENOMEMORY);
    r->levels = levels;
    r->size = size;
    return true;
}

static void close_dir(level *l) {
    if (l->dir) (void)closedir(l->dir);
    l->dir = NULL;
}

/* Takes the descriptor. */
static bool open_dir(removal *r, level *l, int fd) {
    l->dir = fdopendir(fd);
    if (l->dir) return true;
    (void)rt_job_fail_errno(r->job);
    (void)close(fd);
    return false;
}

/* Goes into a folder that is not empty. */
static bool enter(removal *r, int folder, const char *name) {
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(folder, name, flags);
    if (fd < 0) return errno == ENOENT || rt_job_fail_errno(r->job);
    struct stat st;
    level l = {.name = rt_strdup(name)};
    if (!l.name || !add_level(r) || fstat(fd, &st)) {
        (void)rt_job_fail(r->job, l.name ? -errno : RT_ENOMEMORY);
        rt_free(l.name);
        (void)close(fd);
        return false;
    }
    l.device = st.st_dev;
    l.inode = st.st_ino;
    bool is_open = open_dir(r, &l, fd);
    r->levels[r->count++] = l; /* freed with the others */
    if (r->count > MOST_OPEN) close_dir(&r->levels[r->count - 1 - MOST_OPEN]);
    return is_open;
}

/* Of a level that was closed: it is above the one that is open. */
static bool reopen(removal *r, level *l, DIR *below) {
    struct stat st;
    int fd = openat(dirfd(below), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return rt_job_fail_errno(r->job);
    if (fstat(fd, &st) == 0 && st.st_dev == l->device && st.st_ino == l->inode)
        return open_dir(r, l, fd);
    (void)close(fd);
    return rt_job_fail_why(r->job, -EAGAIN,
                           "holds a folder that was moved meanwhile");
}

/* The innermost folder is empty. */
static bool leave(removal *r) {
    level *last = &r->levels[r->count - 1];
    level *above = r->count > 1 ? last - 1 : NULL;
    if (above && !above->dir && !reopen(r, above, last->dir)) return false;
    int folder = above ? dirfd(above->dir) : AT_FDCWD;
    close_dir(last);
    bool is_removed = is_gone(unlinkat(folder, last->name, AT_REMOVEDIR)) ||
                      rt_job_fail_errno(r->job);
    rt_free(last->name);
    r->count--;
    return is_removed;
}

static bool remove_entry(removal *r, int folder, const char *name) {
    if (is_gone(unlinkat(folder, name, 0))) return true;
    if (errno != EISDIR && errno != EPERM) return rt_job_fail_errno(r->job);
    if (is_gone(unlinkat(folder, name, AT_REMOVEDIR))) return true;
    if (errno != ENOTEMPTY && errno != EEXIST) return rt_job_fail_errno(r->job);
    return enter(r, folder, name);
}

/* Removes an entry of the innermost folder, or that itself. */
static bool go_on(removal *r) {
    if (!rt_work_is_wanted(&r->job->work))
        return rt_job_fail(r->job, RT_ECANCELLED);
    DIR *dir = r->levels[r->count - 1].dir;
    errno = 0;
    const struct dirent *entry = readdir(dir);
    if (!entry) return errno ? rt_job_fail_errno(r->job) : leave(r);
    return rt_folder_is_dot(entry->d_name) ||
           remove_entry(r, dirfd(dir), entry->d_name);
}

static void remove_all(rt_job *job) {
    removal r = {.job = job};
    bool is_fine = remove_entry(&r, AT_FDCWD, job->path);
    while (is_fine && r.count > 0) is_fine = go_on(&r);
    while (r.count > 0) {
        level *l = &r.levels[--r.count];
        close_dir(l);
        rt_free(l->name);
    }
    rt_free(r.levels);
}

/* By such a name a folder would be emptied and then still be there. */
static const char *why_not(const char *path) {
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/') end--;
    size_t begin = end;
    while (begin > 0 && path[begin - 1] != '/') begin--;
    if (end == 0) return *path ? "is the root of all folders" : NULL;
    size_t size = end - begin;
    bool is_dot =
        size <= 2 && path[begin] == '.' && (size == 1 || path[end - 1] == '.');
    return is_dot ? "ends in '.' or '..', which is not removed" : NULL;
}

void rt_folder_remove(rt_job *job) {
    struct stat st;
    const char *why = why_not(job->path);
    if (!(job->flags & RT_JOB_DEEP)) {
        if (remove(job->path)) (void)rt_job_fail_errno(job);
    } else if (why) {
        (void)rt_job_fail_why(job, -EINVAL, why);
    } else if (lstat(job->path, &st)) {
        /* That there is nothing is an error for the path itself alone. */
        (void)rt_job_fail_errno(job);
    } else {
        remove_all(job);
    }
}
