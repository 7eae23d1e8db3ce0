/* runtime.c - the lists of strands, and the end of a program.
 *
 * `lock` is the innermost lock of the runtime: nothing is called under it but
 * list operations and posts. A strand is in `live` from its start to its end,
 * then in `failed` until its error is received; each list holds a reference. */
#include "exec/runtime.h"

#include <assert.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/table.h"
#include "exec/census.h"
#include "exec/monitor.h"
#include "exec/pace.h"
#include "exec/quiet.h"
#include "exec/steer.h"
#include "exec/thread.h"

rt_runtime *rt_runtime_new(void) {
    rt_runtime *runtime = rt_calloc(sizeof *runtime);
    if (!runtime) return NULL;
    runtime->cycles = rt_cycles_new();
    runtime->monitor = rt_monitor_new();
    runtime->quiet = rt_quiet_new(runtime);
    runtime->pace = rt_pace_new(runtime);
    runtime->censuses = rt_censuses_new();
    if (!runtime->cycles || !runtime->monitor || !runtime->quiet ||
        !runtime->pace || !runtime->censuses) {
        if (runtime->cycles) rt_cycles_free(runtime->cycles);
        rt_monitor_free(runtime->monitor);
        rt_quiet_free(runtime->quiet);
        rt_pace_free(runtime->pace);
        rt_censuses_free(runtime->censuses);
        rt_free(runtime);
        return NULL;
    }
    runtime->monitor_due_ns = RT_NEVER; /* there is none */
    pthread_mutex_init(&runtime->lock, NULL);
    rt_waits_init(&runtime->waits);
    pthread_cond_init(&runtime->all_ended, NULL);
    rt_list_init(&runtime->borrowing);
    rt_list_init(&runtime->live);
    rt_list_init(&runtime->failed);
    rt_list_init(&runtime->idle_waiters);
    rt_list_init(&runtime->idle_threads);
    rt_list_init(&runtime->all_threads);
    rt_list_init(&runtime->spent_threads);
    rt_list_init(&runtime->loops);
    runtime->output_lock = -1;
    runtime->soft_signal = RT_SOFT_SIGNAL;
    runtime->hard_signal = RT_HARD_SIGNAL;
    runtime->helper_path = "/proc/self/exe";
    runtime->child_output[0] = runtime->child_output[1] = -1;
    runtime->haste = 1;
    runtime->stall_ns = runtime->slice_ns = RT_NEVER;
    return runtime;
}

rt_object *rt_runtime_shared(rt_runtime *runtime) {
    rt_object *shared = atomic_load(&runtime->shared);
    if (shared) return shared;
    rt_object *made = (rt_object *)(void *)rt_table_new(runtime->cycles);
    if (!made) return NULL;
    if (atomic_compare_exchange_strong(&runtime->shared, &shared, made))
        return made;
    rt_object_unref(made); /* another thread was first */
    return shared;
}

void rt_runtime_set_shared(rt_runtime *runtime, rt_object *shared) {
    rt_object_ref(shared); /* until drop_shared */
    rt_object_unref(atomic_exchange(&runtime->shared, shared));
}

static void drop_shared(rt_runtime *runtime) {
    rt_object_unref(atomic_exchange(&runtime->shared, NULL));
}

void rt_runtime_add(rt_runtime *runtime, rt_strand *strand) {
    rt_object_ref(&strand->object); /* until ended and received */
    pthread_mutex_lock(&runtime->lock);
    rt_list_push(&runtime->live, &strand->link);
    if (!strand->daemon) runtime->live_count++;
    pthread_mutex_unlock(&runtime->lock);
}

rt_strand **rt_runtime_list(rt_runtime *runtime, rt_strand_kind kind) {
    size_t count = 0;
    pthread_mutex_lock(&runtime->lock);
    for (rt_list *node = runtime->live.next; node != &runtime->live;
         node = node->next)
        count++;
    rt_strand **strands = rt_calloc((count + 1) * sizeof(rt_strand *));
    count = 0;
    for (rt_list *node = runtime->live.next; strands && node != &runtime->live;
         node = node->next) {
        rt_strand *strand = rt_container_of(node, rt_strand, link);
        if (strand->kind != kind) continue;
        rt_object_ref(&strand->object); /* until rt_runtime_free_list */
        strands[count++] = strand;
    }
    pthread_mutex_unlock(&runtime->lock);
    return strands;
}

void rt_runtime_free_list(rt_strand **strands) {
    for (rt_strand **at = strands; at && *at; at++)
        rt_object_unref(&(*at)->object);
    rt_free(strands);
}

static void wake_idle_waiters(rt_runtime *runtime) {
    for (rt_list *node; (node = rt_list_pop(&runtime->idle_waiters));) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        if (rt_waiter_claim(waiter)) rt_waiter_complete(waiter, RT_OK);
    }
}

void rt_runtime_ended(rt_runtime *runtime, rt_strand *strand) {
    bool drop = false;
    pthread_mutex_lock(&runtime->lock);
    if (!rt_list_empty(&strand->link)) {
        rt_list_unlink(&strand->link);
        strand->in_failed =
            strand->state == RT_STRAND_FAILED && !strand->observed;
        if (strand->in_failed)
            rt_list_push(&runtime->failed, &strand->link);
        else
            drop = true;
        if (!strand->daemon && --runtime->live_count == 0)
            wake_idle_waiters(runtime);
    } else if (strand->kind == RT_STRAND_FUTURE &&
               strand->state == RT_STRAND_FAILED && !strand->observed) {
        rt_object_ref(&strand->object); /* until received or reported */
        strand->in_failed = true;
        rt_list_push(&runtime->failed, &strand->link);
    }
    if (strand->in_failed) rt_runtime_tell_failure(runtime);
    pthread_mutex_unlock(&runtime->lock);
    if (drop) rt_object_unref(&strand->object);
}

void rt_runtime_observed(rt_runtime *runtime, rt_strand *strand) {
    pthread_mutex_lock(&runtime->lock);
    strand->observed = true; /* rt_runtime_ended sees it if it comes later */
    bool drop = strand->in_failed;
    if (drop) rt_list_unlink(&strand->link);
    strand->in_failed = false;
    pthread_mutex_unlock(&runtime->lock);
    if (drop) rt_object_unref(&strand->object);
}

static void withdraw(rt_waiter *waiter) {
    rt_runtime *runtime = waiter->object;
    pthread_mutex_lock(&runtime->lock);
    rt_list_unlink(&waiter->link);
    pthread_mutex_unlock(&runtime->lock);
}

int rt_runtime_wait_idle(rt_runtime *runtime, rt_waiter *waiter) {
    int status = RT_OK;
    pthread_mutex_lock(&runtime->lock);
    if (runtime->live_count > 0) {
        rt_waiter_park(waiter, runtime, withdraw);
        rt_list_push(&runtime->idle_waiters, &waiter->link);
        status = RT_PENDING;
    }
    pthread_mutex_unlock(&runtime->lock);
    return status;
}

/* The next live strand that was not told in this round; moves it behind the
 * others, so that the round ends when the first one was told already. */
static rt_strand *next_to_cancel(rt_runtime *runtime, unsigned round) {
    rt_strand *strand = NULL;
    pthread_mutex_lock(&runtime->lock);
    if (!rt_list_empty(&runtime->live)) {
        strand = rt_container_of(runtime->live.next, rt_strand, link);
        if (strand->cancel_round == round) {
            strand = NULL;
        } else {
            strand->cancel_round = round;
            rt_list_unlink(&strand->link);
            rt_list_push(&runtime->live, &strand->link);
            rt_object_ref(&strand->object);
        }
    }
    pthread_mutex_unlock(&runtime->lock);
    return strand;
}

static void cancel_round(rt_runtime *runtime, bool spare_processes) {
    pthread_mutex_lock(&runtime->lock);
    unsigned round = ++runtime->cancel_round;
    pthread_mutex_unlock(&runtime->lock);
    rt_strand *strand;
    while ((strand = next_to_cancel(runtime, round)) != NULL) {
        if (strand->kind != RT_STRAND_PROCESS || !spare_processes)
            rt_strand_cancel(strand, NULL);
        rt_object_unref(&strand->object);
    }
}

/* Processes last: who waits for something in one of them is to hear of the
 * cancellation, and not of the end of that process. */
void rt_runtime_cancel_all(rt_runtime *runtime) {
    cancel_round(runtime, true);
    cancel_round(runtime, false);
}

rt_strand *rt_runtime_next_failed(rt_runtime *runtime) {
    pthread_mutex_lock(&runtime->lock);
    rt_list *node = rt_list_pop(&runtime->failed);
    rt_strand *strand = node ? rt_container_of(node, rt_strand, link) : NULL;
    if (strand) {
        strand->observed = true;
        strand->in_failed = false;
    }
    pthread_mutex_unlock(&runtime->lock);
    return strand;
}

bool rt_runtime_shutdown(rt_runtime *runtime, int64_t deadline_ns) {
    rt_threads_stop_idle(runtime);
    struct timespec deadline = {deadline_ns / RT_SECOND,
                                deadline_ns % RT_SECOND};
    int status = 0;
    pthread_mutex_lock(&runtime->lock);
    while (runtime->busy_count > 0 && status == 0)
        status = pthread_cond_clockwait(&runtime->all_ended, &runtime->lock,
                                        CLOCK_MONOTONIC, &deadline);
    bool ended = runtime->busy_count == 0;
    pthread_mutex_unlock(&runtime->lock);
    pthread_mutex_lock(&runtime->lock); /* os.exit in several threads */
    void (*hub_stop)(struct rt_hub *) = runtime->hub_stop;
    runtime->hub_stop = NULL;
    pthread_mutex_unlock(&runtime->lock);
    if (ended) drop_shared(runtime); /* it may be a remote one */
    if (hub_stop) hub_stop(runtime->hub);
    rt_monitor_stop(runtime);
    if (ended) rt_threads_join(runtime);
    return ended;
}

void rt_runtime_free(rt_runtime *runtime) {
    rt_strand *strand;
    while ((strand = rt_runtime_next_failed(runtime)) != NULL)
        rt_object_unref(&strand->object);
    assert(rt_list_empty(&runtime->live));
    assert(rt_list_empty(&runtime->all_threads));
    drop_shared(runtime);
    rt_cycles_free(runtime->cycles);
    rt_monitor_free(runtime->monitor);
    rt_quiet_free(runtime->quiet);
    rt_pace_free(runtime->pace);
    rt_steer_free(runtime->steer);
    rt_censuses_free(runtime->censuses);
    if (runtime->output_lock >= 0) (void)close(runtime->output_lock);
    rt_waits_deinit(&runtime->waits);
    pthread_cond_destroy(&runtime->all_ended);
    pthread_mutex_destroy(&runtime->lock);
    rt_free(runtime);
}
