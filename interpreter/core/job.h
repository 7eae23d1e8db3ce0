/* job.h - how a C function called from Lua does something with files.
 *
 *     host_deadline deadline = host_check_timeout(L, 2);        may raise
 *     rt_job *job = host_job_push(L, rt_path_stat, path, NULL); may raise
 *     job->flags = RT_JOB_FOLLOW;
 *     return host_job_wait(L, job, "stat", deadline, push_stat);
 *
 * The job moves the arguments up by one: at 1 there is a userdata that owns it. */
#ifndef HOST_CORE_JOB_H
#define HOST_CORE_JOB_H

#include "core/wait.h"
#include "io/files.h"

/* Inserts a new job at 1; raises if there is no memory. [-0, +1, raises] */
rt_job *host_job_push(lua_State *L, rt_job_op *op, const char *path,
                      const char *to);

/* Pushes the results of one that has succeeded, and returns their number. */
typedef int (*host_job_results)(lua_State *L, rt_job *job);

/* Starts the job at 1 and waits for it: what `results` pushes; nil, a message
 * with the path, the number of the error; nil, "timeout". */
int host_job_wait(lua_State *L, rt_job *job, const char *what,
                  host_deadline deadline, host_job_results results);

/* Releases the job at 1, which is not to be used any more. Elsewhere that happens by
 * itself. */
void host_job_drop(lua_State *L);

/* nil, message, code for one that has failed. Its path is job->path (or job->to),
 * else the first user value of the argument at 2. */
int host_job_push_failure(lua_State *L, const rt_job *job);

#endif
