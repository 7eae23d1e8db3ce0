/* folder.c - listing and making folders, and temporary names. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/files.h"

bool rt_folder_is_dot(const char *name) {
    return name[0] == '.' &&
           (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

/* ---- list ---- */

static char letter_of(int folder, const struct dirent *entry) {
    if (entry->d_type != DT_UNKNOWN)
        return rt_file_letter(DTTOIF(entry->d_type));
    struct stat st;
    if (fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW)) return '?';
    return rt_file_letter(st.st_mode);
}

static bool add_entries(rt_job *job, DIR *dir, rt_buffer *entries) {
    for (;;) {
        if (!rt_work_is_wanted(&job->work))
            return rt_job_fail(job, RT_ECANCELLED);
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry) return errno == 0 || rt_job_fail_errno(job);
        if (rt_folder_is_dot(entry->d_name)) continue;
        char letter = letter_of(dirfd(dir), entry);
        if (rt_buffer_add(entries, &letter, 1) != RT_OK ||
            rt_buffer_add(entries, entry->d_name, strlen(entry->d_name) + 1) !=
                RT_OK)
            return rt_job_fail(job, RT_ENOMEMORY);
        job->result++;
    }
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a + 1, *(const char *const *)b + 1);
}

static bool sort_entries(rt_job *job, const rt_buffer *entries) {
    size_t count = (size_t)job->result;
    const char **list = rt_alloc((count + 1) * sizeof *list);
    if (!list) return rt_job_fail(job, RT_ENOMEMORY);
    const char *entry = entries->bytes;
    for (size_t i = 0; i < count; entry += strlen(entry) + 1) list[i++] = entry;
    qsort((void *)list, count, sizeof *list, by_name);
    int status = rt_buffer_reserve(&job->buffer, entries->size);
    for (size_t i = 0; i < count && status == RT_OK; i++)
        status = rt_buffer_add(&job->buffer, list[i], strlen(list[i]) + 1);
    rt_free((void *)list);
    return status == RT_OK || rt_job_fail(job, status);
}

void rt_folder_list(rt_job *job) {
    DIR *dir = opendir(job->path);
    if (!dir) {
        (void)rt_job_fail_errno(job);
        return;
    }
    rt_buffer entries;
    rt_buffer_init(&entries);
    if (add_entries(job, dir, &entries) && job->result > 0)
        (void)sort_entries(job, &entries);
    rt_buffer_deinit(&entries);
    (void)closedir(dir);
}

/* ---- make ---- */

static bool make_one(rt_job *job, const char *path, unsigned mode) {
    if (mkdir(path, mode) == 0) return true;
    int error = errno;
    struct stat st;
    if (error == EEXIST && job->flags & RT_JOB_DEEP && stat(path, &st) == 0 &&
        S_ISDIR(st.st_mode))
        return true;
    errno = error;
    return rt_job_fail_errno(job);
}

/* Most often the parents are there: so they are made when they are missed; with
 * permissions by which what is below them can be made. */
static bool make_parents(rt_job *job) {
    for (char *slash = strchr(job->path + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool is_made = make_one(job, job->path, 0777);
        *slash = '/';
        if (!is_made) return false;
    }
    return true;
}

void rt_folder_make(rt_job *job) {
    bool is_deep = job->flags & RT_JOB_DEEP && job->path[0] != '\0';
    if (is_deep && mkdir(job->path, job->mode) != 0 && errno == ENOENT &&
        !make_parents(job))
        return;
    (void)make_one(job, job->path, job->mode);
}

/* ---- temporary ones ---- */

enum { TRIES = 100 };

static bool name_it(rt_job *job) {
    char random[13];
    rt_job_random_name(random);
    job->buffer.size = 0;
    if (rt_buffer_add(&job->buffer, job->path, strlen(job->path)) == RT_OK &&
        rt_buffer_add(&job->buffer, random, 12) == RT_OK &&
        rt_buffer_add(&job->buffer, job->to, strlen(job->to) + 1) == RT_OK) {
        job->buffer.size--; /* the final 0 */
        return true;
    }
    return rt_job_fail(job, RT_ENOMEMORY);
}

static bool is_taken(rt_job *job) {
    return errno == EEXIST || rt_job_fail_errno(job);
}

void rt_temp_file(rt_job *job) {
    job->open_flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    for (int i = 0; i < TRIES && !job->has_made; i++) {
        if (!name_it(job)) return;
        job->fd = open(job->buffer.bytes, job->open_flags, 0600);
        job->has_made = job->fd >= 0;
        if (!job->has_made && !is_taken(job)) return;
    }
    if (!job->has_made) (void)rt_job_fail(job, -EEXIST);
}

void rt_temp_folder(rt_job *job) {
    for (int i = 0; i < TRIES && !job->has_made; i++) {
        if (!name_it(job)) return;
        job->has_made = mkdir(job->buffer.bytes, 0700) == 0;
        if (!job->has_made && !is_taken(job)) return;
    }
    if (!job->has_made) (void)rt_job_fail(job, -EEXIST);
}
