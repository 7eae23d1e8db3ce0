/* path.c - what is done with a name in the file system, by one call each. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <unistd.h>

#include "io/files.h"

void rt_path_stat(rt_job *job) {
    int status = job->flags & RT_JOB_FOLLOW ? stat(job->path, &job->stat)
                                            : lstat(job->path, &job->stat);
    if (status) (void)rt_job_fail_errno(job);
}

void rt_path_rename(rt_job *job) {
    if (rename(job->path, job->to)) (void)rt_job_fail_errno(job);
}

void rt_path_symlink(rt_job *job) {
    job->is_of_other = true;
    if (symlink(job->path, job->to)) (void)rt_job_fail_errno(job);
}

void rt_path_chmod(rt_job *job) {
    if (chmod(job->path, job->mode)) (void)rt_job_fail_errno(job);
}

void rt_path_readlink(rt_job *job) {
    int status = rt_buffer_reserve(&job->buffer, PATH_MAX);
    if (status != RT_OK) {
        (void)rt_job_fail(job, status);
        return;
    }
    ssize_t size = readlink(job->path, job->buffer.bytes, PATH_MAX);
    if (size >= 0)
        job->buffer.size = (size_t)size;
    else if (errno == EINVAL)
        (void)rt_job_fail_why(job, -EINVAL, "is no symbolic link");
    else
        (void)rt_job_fail_errno(job);
}

void rt_path_realpath(rt_job *job) {
    char path[PATH_MAX];
    if (!realpath(job->path, path)) {
        (void)rt_job_fail_errno(job);
        return;
    }
    int status = rt_buffer_add(&job->buffer, path, strlen(path));
    if (status != RT_OK) (void)rt_job_fail(job, status);
}
