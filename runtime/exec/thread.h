/* thread.h - OS threads with a loop each, reused.
 *
 * A thread runs jobs one after another. While it is idle it already holds
 * what the host needs for the next job (`thread_prepare`: a fresh Lua state),
 * so that starting a job is one wake-up. */
#ifndef RT_EXEC_THREAD_H
#define RT_EXEC_THREAD_H

#include <signal.h>

#include "exec/runtime.h"

/* What may be sent to a thread that runs strands, unless its runtime says otherwise;
 * the host has the handlers. They differ in what becomes of a system call that blocks: it goes on after the first
 * one, and ends with EINTR by the second. */
#define RT_SOFT_SIGNAL SIGURG
#define RT_HARD_SIGNAL (SIGRTMIN + 7)

typedef struct rt_thread rt_thread;

/* A job: embedded in what the host starts. `run` gets what the thread has
 * prepared (NULL: memory was out); the job's memory is the host's. */
typedef struct rt_job {
    void (*run)(struct rt_job *job, void *prepared, rt_loop *loop);
} rt_job;

/* Runs `job` on an idle thread, or on a new one.
 * Returns: RT_OK; RT_ENOMEMORY or -EAGAIN (no thread can be had), and `run`
 * is not called. */
int rt_thread_start(rt_runtime *runtime, rt_job *job);

/* For the runtime's shutdown: ends the idle threads; joins all, which must
 * have ended, and frees them. */
void rt_threads_stop_idle(rt_runtime *runtime);
void rt_threads_join(rt_runtime *runtime);

#endif
