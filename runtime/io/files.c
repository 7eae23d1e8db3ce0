/* files.c - jobs, and what their operations have in common. */
#include "io/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/random.h"

/* A single write of no more, so that one that nobody wants ends soon. */
#define PIECE ((size_t)1 << 20)

/* ---- open files ---- */

void rt_file_ref(rt_file *file) {
    file->refs++;
}

void rt_file_unref(rt_file *file) {
    if (--file->refs > 0) return;
    if (file->fd >= 0) (void)close(file->fd);
    rt_free(file);
}

rt_file *rt_job_take_file(rt_job *job) {
    rt_file *file = rt_calloc(sizeof *file);
    if (!file) return NULL;
    file->refs = 1;
    file->fd = job->fd;
    file->is_written = (job->open_flags & O_ACCMODE) != O_RDONLY;
    rt_work_line_init(&file->line);
    job->fd = -1;
    return file;
}

/* ---- jobs ---- */

static void run(rt_work *work) {
    rt_job *job = rt_container_of(work, rt_job, work);
    job->op(job);
}

/* Nobody wants it, or whoever did is gone with its state. */
static void remove_made(rt_job *job) {
    if (!job->has_made) return;
    job->has_made = false;
    if (job->op == rt_file_open)
        (void)unlink(job->path);
    else if (job->op == rt_temp_file)
        (void)unlink(job->buffer.bytes);
    else
        (void)rmdir(job->buffer.bytes);
}

void rt_job_keep(rt_job *job) {
    job->has_made = false;
}

static void deinit(rt_work *work) {
    rt_job *job = rt_container_of(work, rt_job, work);
    remove_made(job);
    if (job->fd >= 0) (void)close(job->fd);
    if (job->file) rt_file_unref(job->file);
    rt_buffer_deinit(&job->buffer);
    rt_free(job->path);
    rt_free(job->to);
}

static const rt_work_type job_type = {.run = run, .deinit = deinit};

rt_job *rt_job_new(rt_job_op *op, const char *path, const char *to) {
    rt_job *job = rt_work_new(&job_type, sizeof *job);
    if (!job) return NULL;
    job->op = op;
    job->fd = -1;
    rt_buffer_init(&job->buffer);
    job->path = path ? rt_strdup(path) : NULL;
    job->to = to ? rt_strdup(to) : NULL;
    if ((!path || job->path) && (!to || job->to)) return job;
    rt_job_release(job);
    return NULL;
}

void rt_job_use(rt_job *job, rt_file *file) {
    rt_file_ref(file);
    job->file = file;
}

int rt_job_start(rt_job *job, rt_loop *loop, rt_waiter *waiter) {
    return rt_work_start(&job->work, loop, job->file ? &job->file->line : NULL,
                         waiter);
}

void rt_job_run_here(rt_job *job) {
    rt_work_run_here(&job->work);
}

void rt_job_release(rt_job *job) {
    rt_work_release(&job->work);
}

/* ---- for the ops ---- */

bool rt_job_fail(rt_job *job, int status) {
    if (job->status == RT_OK) job->status = status;
    return false;
}

bool rt_job_fail_errno(rt_job *job) {
    return rt_job_fail(job, -errno);
}

bool rt_job_fail_why(rt_job *job, int status, const char *why) {
    if (job->status == RT_OK) job->why = why;
    return rt_job_fail(job, status);
}

char rt_file_letter(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFREG:
        return 'f';
    case S_IFDIR:
        return 'd';
    case S_IFLNK:
        return 'l';
    case S_IFIFO:
        return 'p';
    case S_IFSOCK:
        return 's';
    case S_IFCHR:
        return 'c';
    case S_IFBLK:
        return 'b';
    default:
        return '?';
    }
}

/* Why it is not read and written here; NULL: it is. */
static const char *why_not(mode_t mode, int fd) {
    if (S_ISFIFO(mode)) return "is a pipe, not a file";
    if (S_ISSOCK(mode)) return "is a socket, not a file";
    if (fd >= 0 && S_ISCHR(mode) && isatty(fd))
        return "is a terminal, not a file";
    return NULL;
}

/* Such a thing may not even let itself be opened. */
static bool fail_to_open(rt_job *job, const char *path) {
    int error = errno;
    struct stat st;
    const char *why = NULL;
    if (error == ENXIO && stat(path, &st) == 0) why = why_not(st.st_mode, -1);
    return rt_job_fail_why(job, -error, why);
}

/* Without waiting: a pipe would, for its other end. */
int rt_job_open(rt_job *job, const char *path, int flags, unsigned mode) {
    int fd;
    do {
        fd = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) {
        (void)fail_to_open(job, path);
        return -1;
    }
    bool is_fine = fstat(fd, &job->stat) == 0 || rt_job_fail_errno(job);
    const char *why = is_fine ? why_not(job->stat.st_mode, fd) : NULL;
    if (why) is_fine = rt_job_fail_why(job, -ESPIPE, why);
    if (is_fine) return fd;
    (void)close(fd);
    return -1;
}

bool rt_job_write_all(rt_job *job, int fd, const char *bytes, size_t size,
                      int64_t offset) {
    /* What others append goes before it or after it. */
    bool is_whole = job->flags & RT_JOB_APPEND;
    while (size > 0) {
        if (!rt_work_is_wanted(&job->work))
            return rt_job_fail(job, RT_ECANCELLED);
        size_t piece = size < PIECE || is_whole ? size : PIECE;
        ssize_t count = offset < 0 ? write(fd, bytes, piece)
                                   : pwrite(fd, bytes, piece, offset);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return rt_job_fail_errno(job);
        bytes += count;
        size -= (size_t)count;
        if (offset >= 0) offset += count;
        job->result += count;
    }
    return true;
}

int rt_job_sync(int fd) {
    int status;
    do {
        status = fsync(fd);
    } while (status && errno == EINTR);
    return status;
}

void rt_job_random_name(char name[13]) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    rt_random random = {rt_random_from_kernel()};
    for (int i = 0; i < 12; i++)
        name[i] = letters[rt_random_below(&random, sizeof letters - 1)];
    name[12] = '\0';
}
