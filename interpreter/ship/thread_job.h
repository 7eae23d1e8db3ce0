/* thread_job.h - threads that run a piece of work (host_ship_work). */
#ifndef HOST_SHIP_THREAD_JOB_H
#define HOST_SHIP_THREAD_JOB_H

#include <lua.h>

#include "exec/thread.h"

/* Embedded in what starts one. */
typedef struct host_thread_job {
    rt_job job;
    rt_strand *strand; /* a reference, until the outcome is set */
    rt_message *work;  /* owned */
    /* On that thread, when the strand has ended; also if no thread could be had
     * for it later on. The job is the callee's to free. */
    void (*on_end)(struct host_thread_job *job, rt_runtime *runtime);
} host_thread_job;

/* Makes the job ready: takes `work`, and a reference to `strand`, which is new
 * and of kind THREAD. */
void host_thread_job_init(host_thread_job *job, rt_strand *strand,
                          rt_message *work,
                          void (*on_end)(host_thread_job *job,
                                         rt_runtime *runtime));

/* The thread could not be had, and the strand has ended: frees what the job has,
 * but not the job. */
void host_thread_job_drop(host_thread_job *job);

/* The thread could not be had: the strand fails, and on_end is called. */
void host_thread_job_fail(host_thread_job *job, int status);

#endif
