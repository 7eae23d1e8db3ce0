/* files.h - what is done with files and folders, each as one trip to the pool.
 *
 * A job is made, given its arguments, started, and looked at when its waiter
 * was completed: `status` is RT_OK, -errno of the first call that failed,
 * RT_ENOMEMORY or RT_ELIMIT; `why` says it in words where the system's are not
 * enough. An operation looks between two pieces whether it is still wanted,
 * and leaves nothing open and no temporary file when it is not.
 *
 * Pipes, sockets and terminals are refused: a thread of the pool must not wait
 * for whoever is at their other end. */
#ifndef RT_IO_FILES_H
#define RT_IO_FILES_H

#include <stdint.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "io/work.h"

/* An open file: a descriptor, and its jobs one after the other. Belongs to a
 * loop's thread. The last reference closes what is open. */
typedef struct rt_file {
    int refs;        /* of the owner, and of each job that names it */
    int fd;          /* -1: closed */
    bool is_written; /* opened for writing */
    rt_work_line line;
} rt_file;

void rt_file_ref(rt_file *file);
void rt_file_unref(rt_file *file);

typedef struct rt_job rt_job;
typedef void rt_job_op(rt_job *job);

/* What the ops are asked for; of each those it names. */
enum {
    RT_JOB_APPEND = 1, /* write at the end */
    RT_JOB_NEW = 2,    /* what is there already is an error */
    RT_JOB_ATOMIC = 4, /* write beside it, and rename */
    RT_JOB_SYNC = 8,   /* on the disk before it is done */
    RT_JOB_DEEP = 16,  /* folders with all that is in them; parents too */
    RT_JOB_FOLLOW = 32 /* of a symbolic link, what it names */
};

struct rt_job {
    rt_work work;
    rt_job_op *op;
    char *path;    /* owned, as are: */
    char *to;      /* the second path; or NULL */
    rt_file *file; /* a reference; or NULL */
    int flags;
    int open_flags;
    unsigned mode;    /* permissions of what is made */
    int64_t offset;   /* where in the file */
    size_t size;      /* how much is wanted at most */
    rt_buffer buffer; /* what is to be written; what was read */
    int status;
    const char *why;  /* a constant, or NULL */
    bool is_of_other; /* the failure is about `to` */
    int64_t result;   /* bytes written, a position, a number of entries */
    int fd;           /* opened, and nobody's yet; or -1 */
    bool has_made;    /* a new file or folder that is nobody's yet */
    struct stat stat;
};

/* `path` and `to` are copied; may be NULL. NULL: out of memory. */
rt_job *rt_job_new(rt_job_op *op, const char *path, const char *to);

/* The job is about the open file, and waits for those before it. */
void rt_job_use(rt_job *job, rt_file *file);

/* Returns: as rt_work_start. */
int rt_job_start(rt_job *job, rt_loop *loop, rt_waiter *waiter);

/* Instead: does it here, blocking. */
void rt_job_run_here(rt_job *job);

/* What it has made is somebody's from here on: else it goes with the job. */
void rt_job_keep(rt_job *job);

/* Frees it, or lets go of it if it is under way. */
void rt_job_release(rt_job *job);

/* The file that was opened, with one reference; NULL: out of memory. */
rt_file *rt_job_take_file(rt_job *job);

/* ---- for the ops: on the pool's thread ---- */

/* Notes the failure and returns false. */
bool rt_job_fail(rt_job *job, int status);
bool rt_job_fail_errno(rt_job *job);
bool rt_job_fail_why(rt_job *job, int status, const char *why);

/* Opens what is no pipe, socket or terminal. -1: the job has failed. */
int rt_job_open(rt_job *job, const char *path, int flags, unsigned mode);

/* Writes all of it, `offset` -1: where the file is. Adds to job->result. */
bool rt_job_write_all(rt_job *job, int fd, const char *bytes, size_t size,
                      int64_t offset);

/* fsync, until it is not interrupted. */
int rt_job_sync(int fd);

/* A random suffix for a name, of 12 letters and digits and a final 0. */
void rt_job_random_name(char name[13]);

/* ---- open files: file.c. [args] -> what comes of it ---- */

rt_job_op rt_file_open;     /* [path, open_flags, mode] -> take_file */
rt_job_op rt_file_pread;    /* [file, offset, size] -> buffer */
rt_job_op rt_file_pwrite;   /* [file, offset, buffer, flags APPEND] -> result:
                             written; stat.st_size: the end, if APPEND */
rt_job_op rt_file_stat;     /* [file] -> stat */
rt_job_op rt_file_truncate; /* [file, offset] */
rt_job_op rt_file_sync;     /* [file] */
rt_job_op rt_file_close;    /* [file]; the first of several closes it */

/* ---- whole files: whole.c ---- */

rt_job_op rt_whole_read;  /* [path, size: else RT_ELIMIT] -> buffer */
rt_job_op rt_whole_write; /* [path, buffer, flags, mode] */
rt_job_op rt_whole_copy;  /* [path, to, flags ATOMIC, NEW] -> result: bytes */

/* ---- names: path.c ---- */

rt_job_op rt_path_stat;     /* [path, flags FOLLOW] -> stat */
rt_job_op rt_path_rename;   /* [path, to] */
rt_job_op rt_path_symlink;  /* [path: what it names, to: the link] */
rt_job_op rt_path_readlink; /* [path] -> buffer */
rt_job_op rt_path_realpath; /* [path] -> buffer */
rt_job_op rt_path_chmod;    /* [path, mode] */

/* ---- folders: folder.c ---- */

/* [path] -> buffer: of each entry a letter, its name, 0; sorted by name. result:
 * how many. The letters are those of rt_file_letter. */
rt_job_op rt_folder_list;
rt_job_op rt_folder_make;   /* [path, mode, flags DEEP: also its parents] */
rt_job_op rt_folder_remove; /* [path, flags DEEP]: a file, link or folder:
                               remove.c */
rt_job_op rt_temp_file;     /* [path: begin of its name, to: end] -> take_file;
                             buffer: its path */
rt_job_op rt_temp_folder;   /* [path, to] -> buffer: its path */

/* Whether that is "." or "..". */
bool rt_folder_is_dot(const char *name);

/* f: file, d: folder, l: symbolic link, p: pipe, s: socket, c, b: device;
 * ?: something else. */
char rt_file_letter(mode_t mode);

#endif
