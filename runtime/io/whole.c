/* whole.c - whole files: read, written and copied, also beside the old one and
 * then renamed, so that nobody ever sees half a file. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/files.h"

/* ---- read ---- */

/* Files of the kernel say that they have 0 bytes; what grows is read on. */
enum { FIRST_PIECE = 4096, MOST_PIECE = 1 << 20 };

static size_t next_piece(const rt_job *job) {
    size_t size = (size_t)job->stat.st_size;
    size_t have = job->buffer.size;
    if (S_ISREG(job->stat.st_mode) && size > have && have == 0)
        return size < MOST_PIECE ? size + 1 : MOST_PIECE;
    if (have < FIRST_PIECE) return FIRST_PIECE;
    return have < MOST_PIECE ? have : MOST_PIECE;
}

static bool has_all(rt_job *job, int fd, size_t piece, bool *is_end) {
    int status = rt_buffer_reserve(&job->buffer, piece);
    if (status != RT_OK) return rt_job_fail(job, status);
    ssize_t count = read(fd, job->buffer.bytes + job->buffer.size, piece);
    if (count < 0 && errno == EINTR) return true;
    if (count < 0) return rt_job_fail_errno(job);
    job->buffer.size += (size_t)count;
    *is_end = count == 0;
    /* A short read of a file that has no more than it says is its end. */
    if (S_ISREG(job->stat.st_mode) && (size_t)count < piece &&
        (off_t)job->buffer.size == job->stat.st_size && job->buffer.size > 0)
        *is_end = true;
    return true;
}

static void read_on(rt_job *job, int fd) {
    bool is_end = false;
    while (!is_end && rt_work_is_wanted(&job->work)) {
        if (!has_all(job, fd, next_piece(job), &is_end)) return;
        if (job->buffer.size > job->size) {
            (void)rt_job_fail(job, RT_ELIMIT);
            return;
        }
    }
}

void rt_whole_read(rt_job *job) {
    int fd = rt_job_open(job, job->path, O_RDONLY, 0);
    if (fd < 0) return;
    if (S_ISREG(job->stat.st_mode) &&
        (uint64_t)job->stat.st_size > (uint64_t)job->size)
        (void)rt_job_fail(job, RT_ELIMIT);
    else
        read_on(job, fd);
    (void)close(fd);
}

/* ---- targets ---- */

/* A file that is written: in place, or under another name at first. */
typedef struct target {
    int fd;
    char *path;  /* whose it is to be; owned */
    char *name;  /* what it has now; owned */
    bool is_new; /* was not there before */
} target;

/* Beside the file: on the same file system, and hidden. */
static char *beside(const char *path) {
    char random[13];
    rt_job_random_name(random);
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    size_t size = (size_t)folder + 32;
    char *name = rt_alloc(size);
    if (name) (void)snprintf(name, size, "%.*s.plait-%s", folder, path, random);
    return name;
}

/* Replaces `*path`, which is owned, by what the link of that name says. */
static bool follow_link(rt_job *job, char **path) {
    char text[PATH_MAX];
    ssize_t size = readlink(*path, text, sizeof text - 1);
    if (size < 0) return rt_job_fail_errno(job);
    text[size] = '\0';
    const char *slash = strrchr(*path, '/');
    int folder = slash && *text != '/' ? (int)(slash - *path) + 1 : 0;
    size_t room = (size_t)folder + (size_t)size + 1;
    char *next = rt_alloc(room);
    if (!next) return rt_job_fail(job, RT_ENOMEMORY);
    (void)snprintf(next, room, "%.*s%s", folder, *path, text);
    rt_free(*path);
    *path = next;
    return true;
}

/* A link stays one: what it names is replaced, or made. */
static bool follow_links(rt_job *job, char **path) {
    enum { MOST_LINKS = 40 }; /* as the kernel has it */
    struct stat st;
    for (int i = 0; lstat(*path, &st) == 0 && S_ISLNK(st.st_mode); i++) {
        if (i == MOST_LINKS) return rt_job_fail(job, -ELOOP);
        if (!follow_link(job, path)) return false;
    }
    return true;
}

static bool find_path(rt_job *job, const char *path, target *t) {
    bool is_atomic = job->flags & RT_JOB_ATOMIC;
    t->path = rt_strdup(path);
    bool follows = is_atomic && !(job->flags & RT_JOB_NEW);
    if (t->path && follows && !follow_links(job, &t->path)) return false;
    if (t->path) t->name = is_atomic ? beside(t->path) : rt_strdup(path);
    return (t->path && t->name) || rt_job_fail(job, RT_ENOMEMORY);
}

/* Of a list of who may do what, beyond the permissions; there seldom is one. */
static void copy_list(const char *path, int fd) {
    static const char name[] = "system.posix_acl_access";
    char list[4096];
    ssize_t size = getxattr(path, name, list, sizeof list);
    if (size > 0) (void)fsetxattr(fd, name, list, (size_t)size, 0);
}

/* What is replaced keeps its owner and group, if we may give files away, and its
 * permissions; for a group that is another one they are those of all others. Rights
 * of set-user-ID are not kept: maybe it was somebody else who has given them. */
static void take_after(target *t, const struct stat *old) {
    struct stat st;
    unsigned mode = old->st_mode & 0777;
    if (fstat(t->fd, &st)) return;
    bool is_same = st.st_uid == old->st_uid && st.st_gid == old->st_gid;
    if (!is_same && fchown(t->fd, old->st_uid, old->st_gid) &&
        st.st_gid != old->st_gid && fchown(t->fd, (uid_t)-1, old->st_gid))
        mode = (mode & 0707) | (mode & 0070 & (mode << 3));
    (void)fchmod(t->fd, mode);
    copy_list(t->path, t->fd);
}

/* Until then nobody else has permissions: who has opened the new file early would
 * read what is written later. */
static bool open_beside(rt_job *job, target *t, unsigned mode) {
    struct stat st;
    bool has_old = lstat(t->path, &st) == 0;
    if (has_old && job->flags & RT_JOB_NEW) return rt_job_fail(job, -EEXIST);
    if (has_old && S_ISDIR(st.st_mode)) return rt_job_fail(job, -EISDIR);
    if (has_old && !S_ISREG(st.st_mode))
        return rt_job_fail_why(job, -EINVAL,
                               "is no file, and cannot be replaced by one");
    if (has_old) mode = 0600;
    t->fd = rt_job_open(job, t->name, O_WRONLY | O_CREAT | O_EXCL, mode);
    t->is_new = t->fd >= 0;
    if (t->is_new && has_old) take_after(t, &st);
    return t->is_new;
}

static bool open_in_place(rt_job *job, target *t, unsigned mode) {
    int flags = O_WRONLY | O_CREAT;
    flags |= job->flags & RT_JOB_APPEND ? O_APPEND : O_TRUNC;
    if (job->flags & RT_JOB_NEW) flags |= O_EXCL;
    t->fd = rt_job_open(job, t->name, flags, mode);
    t->is_new = t->fd >= 0 && job->flags & RT_JOB_NEW;
    return t->fd >= 0;
}

static bool open_target(rt_job *job, const char *path, target *t,
                        unsigned mode) {
    *t = (target){.fd = -1};
    if (!find_path(job, path, t)) return false;
    return job->flags & RT_JOB_ATOMIC ? open_beside(job, t, mode)
                                      : open_in_place(job, t, mode);
}

/* With NEW, somebody may have made one meanwhile. */
static bool put_in_place(rt_job *job, const target *t) {
    int status = job->flags & RT_JOB_NEW ? link(t->name, t->path)
                                         : rename(t->name, t->path);
    if (status) return rt_job_fail_errno(job);
    if (job->flags & RT_JOB_NEW) (void)unlink(t->name);
    return true;
}

/* The rename itself is on the disk when the folder is. */
static bool sync_folder(rt_job *job, const char *path) {
    char folder[PATH_MAX];
    (void)snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash) slash[1] = '\0';
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return rt_job_fail_errno(job);
    bool is_fine =
        rt_job_sync(fd) == 0 || errno == EINVAL || rt_job_fail_errno(job);
    (void)close(fd);
    return is_fine;
}

/* What was begun and has failed is not left behind. */
static void close_target(rt_job *job, target *t) {
    bool is_atomic = job->flags & RT_JOB_ATOMIC;
    bool syncs = job->flags & RT_JOB_SYNC;
    if (t->fd >= 0) {
        if (job->status == RT_OK && syncs && rt_job_sync(t->fd))
            (void)rt_job_fail_errno(job);
        if (close(t->fd) && errno != EINTR) (void)rt_job_fail_errno(job);
        if (job->status == RT_OK && !rt_work_is_wanted(&job->work))
            (void)rt_job_fail(job, RT_ECANCELLED);
        if (job->status == RT_OK && is_atomic) (void)put_in_place(job, t);
        if (job->status != RT_OK && t->is_new) (void)unlink(t->name);
        if (job->status == RT_OK && syncs) (void)sync_folder(job, t->path);
    }
    rt_free(t->path);
    rt_free(t->name);
}

/* ---- write ---- */

void rt_whole_write(rt_job *job) {
    target t;
    if (open_target(job, job->path, &t, job->mode))
        (void)rt_job_write_all(job, t.fd, job->buffer.bytes, job->buffer.size,
                               -1);
    close_target(job, &t);
}

/* ---- copy ---- */

enum { COPY_PIECE = 8 << 20, BUFFER_SIZE = 256 << 10 };

/* Where the kernel cannot do it by itself. */
static bool copy_by_hand(rt_job *job, int from, int to) {
    int status = rt_buffer_reserve(&job->buffer, BUFFER_SIZE);
    if (status != RT_OK) return rt_job_fail(job, status);
    for (;;) {
        ssize_t count = read(from, job->buffer.bytes, BUFFER_SIZE);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            job->is_of_other = false;
            return rt_job_fail_errno(job);
        }
        if (count == 0) return true;
        if (!rt_job_write_all(job, to, job->buffer.bytes, (size_t)count, -1))
            return false;
    }
}

static bool copy_all(rt_job *job, int from, int to) {
    for (;;) {
        if (!rt_work_is_wanted(&job->work))
            return rt_job_fail(job, RT_ECANCELLED);
        ssize_t count = copy_file_range(from, NULL, to, NULL, COPY_PIECE, 0);
        if (count > 0) job->result += count;
        if (count > 0 || (count < 0 && errno == EINTR)) continue;
        if (count == 0 && job->result > 0) return true;
        if (count < 0 && (errno == ENOSPC || errno == EIO || errno == EDQUOT))
            return rt_job_fail_errno(job);
        return copy_by_hand(job, from, to); /* 0: maybe a file of the kernel */
    }
}

static bool is_same(const rt_job *job, const struct stat *from) {
    struct stat to;
    return stat(job->to, &to) == 0 && to.st_dev == from->st_dev &&
           to.st_ino == from->st_ino;
}

void rt_whole_copy(rt_job *job) {
    int from = rt_job_open(job, job->path, O_RDONLY, 0);
    if (from < 0) return;
    struct stat st = job->stat;
    if (S_ISDIR(st.st_mode))
        (void)rt_job_fail(job, -EISDIR);
    else if (is_same(job, &st))
        (void)rt_job_fail_why(job, -EINVAL, "is the same file as its copy");
    if (job->status == RT_OK) {
        target t;
        job->is_of_other = true;
        if (open_target(job, job->to, &t, st.st_mode & 0777))
            (void)copy_all(job, from, t.fd);
        close_target(job, &t);
    }
    (void)close(from);
}
