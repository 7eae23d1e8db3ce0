/* thread_job.c - the thread's side of a job. Results are handed over first, then the
 * state is made fit for the next. */
#include "ship/thread_job.h"

#include "core/interrupt.h"
#include "core/state.h"
#include "exec/outcome.h"
#include "ship/work.h"

/* Of a strand that has ended, and never began: the reason for which it was to
 * stop, if that came. */
static void drop_reason(rt_strand *strand) {
    pthread_mutex_lock(&strand->lock);
    rt_message *reason = strand->cancel_target;
    strand->cancel_target = NULL;
    pthread_mutex_unlock(&strand->lock);
    rt_message_free(reason);
}

static void run_job(rt_job *base, void *prepared, rt_loop *loop) {
    (void)loop;
    host_thread_job *job = rt_container_of(base, host_thread_job, job);
    host_state *host = prepared;
    rt_strand *strand = job->strand; /* the job's reference is ours now */
    rt_runtime *runtime = strand->runtime;
    rt_strand_state state = RT_STRAND_FAILED;
    rt_message *outcome = NULL;
    if (host) {
        host_state *before = host_interrupt_enter(host);
        host_work_adopt(host, strand);
        outcome = host_work_run(host, job->work, &state);
        host_work_disown(host);
        host_interrupt_leave(host, before);
        host->self = NULL;
    }
    rt_message_free(job->work);
    (void)rt_strand_finish(strand, state, outcome);
    if (!host) drop_reason(strand);
    rt_object_unref(&strand->object);
    job->on_end(job, runtime);
}

void host_thread_job_init(host_thread_job *job, rt_strand *strand,
                          rt_message *work,
                          void (*on_end)(host_thread_job *job,
                                         rt_runtime *runtime)) {
    *job = (host_thread_job){
        .job.run = run_job, .strand = strand, .work = work, .on_end = on_end};
    strand->cancel = host_work_cancel_early;
    rt_object_ref(&strand->object); /* until run_job, host_thread_job_drop */
}

void host_thread_job_drop(host_thread_job *job) {
    drop_reason(job->strand);
    rt_object_unref(&job->strand->object);
    rt_message_free(job->work);
}

void host_thread_job_fail(host_thread_job *job, int status) {
    rt_strand *strand = job->strand;
    rt_runtime *runtime = strand->runtime;
    (void)rt_strand_finish(
        strand, RT_STRAND_FAILED,
        rt_outcome_error("usage", rt_status_text(status), NULL));
    host_thread_job_drop(job);
    job->on_end(job, runtime);
}
