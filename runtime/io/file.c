/* file.c - one call each on a file that is open. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "io/files.h"

void rt_file_open(rt_job *job) {
    job->fd = rt_job_open(job, job->path, job->open_flags, job->mode);
    job->has_made = job->fd >= 0 && (job->open_flags & O_EXCL);
}

/* In pieces, since a long read of a device does not end when nobody wants it. */
void rt_file_pread(rt_job *job) {
    enum { PIECE = 1 << 20 };
    while (job->buffer.size < job->size && rt_work_is_wanted(&job->work)) {
        size_t want = job->size - job->buffer.size;
        if (want > PIECE) want = PIECE;
        int status = rt_buffer_reserve(&job->buffer, want);
        if (status != RT_OK) {
            (void)rt_job_fail(job, status);
            return;
        }
        ssize_t count =
            pread(job->file->fd, job->buffer.bytes + job->buffer.size, want,
                  job->offset + (int64_t)job->buffer.size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) (void)rt_job_fail_errno(job);
        if (count <= 0) return;
        job->buffer.size += (size_t)count;
        if ((size_t)count < want) return;
    }
}

void rt_file_pwrite(rt_job *job) {
    int fd = job->file->fd;
    bool appends = job->flags & RT_JOB_APPEND;
    (void)rt_job_write_all(job, fd, job->buffer.bytes, job->buffer.size,
                           appends ? -1 : job->offset);
    if (appends) rt_file_stat(job);
}

void rt_file_stat(rt_job *job) {
    if (fstat(job->file->fd, &job->stat)) (void)rt_job_fail_errno(job);
}

void rt_file_truncate(rt_job *job) {
    int status;
    do {
        status = ftruncate(job->file->fd, job->offset);
    } while (status && errno == EINTR);
    if (status) (void)rt_job_fail_errno(job);
}

void rt_file_sync(rt_job *job) {
    if (rt_job_sync(job->file->fd)) (void)rt_job_fail_errno(job);
}

/* Whatever it says, the descriptor is gone. */
void rt_file_close(rt_job *job) {
    int fd = job->file->fd;
    job->file->fd = -1;
    if (fd >= 0 && close(fd) && errno != EINTR) (void)rt_job_fail_errno(job);
}
