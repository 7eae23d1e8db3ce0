/* thread.c - a cache of threads, most recently used first.
 *
 * Life of an rt_thread: starting -> (preparing -> idle -> job)* -> spent.
 * A job is given to an idle thread by a post to its loop. An idle thread
 * leaves `idle_threads` either because a starter took it or because it is told
 * to end, both under the runtime's lock, so it never gets a job and an end.
 *
 * The struct, with its loop, is kept until the runtime is freed, since others
 * may still touch the loop (loop.h); also when a thread could not be made for
 * it. A spent struct serves the next new thread, so their number is that of the
 * most threads ever alive at once. */
#include "exec/thread.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>

#include "base/alloc.h"
#include "exec/monitor.h"
#include "exec/quiet.h"
#include "exec/steer.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { STACK_BYTES = 2 << 20 };
#else
/* Stock Lua needs 420 KiB in the worst case: nested gsub callbacks. */
enum { STACK_BYTES = 1 << 20 };
#endif

/* Idle threads that are kept; each holds a prepared Lua state. */
enum { MAX_IDLE = 16 };

/* How long a thread is idle before it tidies up. */
#define TIDY_NS INT64_C(5000000)

struct rt_thread {
    rt_list link; /* in idle_threads or spent_threads */
    rt_list all;  /* in all_threads */
    rt_runtime *runtime;
    pthread_t id;
    bool is_made; /* `id` is there, to be joined */
    rt_loop loop;
    rt_post wake;      /* brings the orders below */
    rt_job *given_job; /* written before `wake` is posted */
    bool given_end;
    rt_job *job; /* the thread's own from here on */
    bool must_end;
};

static void on_wake(rt_post *post) {
    rt_thread *thread = rt_container_of(post, rt_thread, wake);
    thread->job = thread->given_job;
    thread->must_end = thread->given_end;
}

static void run_job(rt_thread *thread, void *prepared) {
    rt_job *job = thread->job;
    thread->job = NULL;
    job->run(job, prepared, &thread->loop);
}

/* Puts the thread among the idle ones, unless there are enough of them or the
 * runtime is stopping. */
static bool become_idle(rt_thread *thread) {
    rt_runtime *runtime = thread->runtime;
    pthread_mutex_lock(&runtime->lock);
    bool stays = !runtime->stopping && runtime->idle_count < MAX_IDLE;
    if (stays) {
        runtime->idle_count++;
        /* The front: the list's first is the most recently used. */
        rt_list_push(runtime->idle_threads.next, &thread->link);
    }
    pthread_mutex_unlock(&runtime->lock);
    return stays;
}

static bool has_orders(const rt_thread *thread) {
    return thread->job || thread->must_end;
}

/* It runs nothing from here on. */
static void spend(rt_thread *thread) {
    rt_runtime *runtime = thread->runtime;
    rt_steer_end(runtime, &thread->loop);
    rt_quiet_leave(runtime, &thread->loop);
    pthread_mutex_lock(&runtime->lock);
    rt_list_push(&runtime->spent_threads, &thread->link);
    if (--runtime->busy_count == 0) pthread_cond_signal(&runtime->all_ended);
    pthread_mutex_unlock(&runtime->lock);
}

/* Waits for orders. A thread that stays idle uses the time to tidy up; by a virtual
 * clock there is none to wait for. */
static void wait_for_orders(rt_thread *thread, void *prepared) {
    rt_loop *loop = &thread->loop;
    int64_t tidy_ns = rt_loop_now(loop);
    if (!rt_clock_is_virtual(loop->clock)) tidy_ns += TIDY_NS;
    while (!has_orders(thread) && rt_loop_now(loop) < tidy_ns)
        rt_loop_turn(loop, true, tidy_ns);
    if (has_orders(thread)) return;
    thread->runtime->thread_tidy(prepared);
    while (!has_orders(thread)) rt_loop_turn(loop, true, RT_NEVER);
}

static void *thread_main(void *argument) {
    rt_thread *thread = argument;
    rt_runtime *runtime = thread->runtime;
    rt_loop *loop = &thread->loop;
    loop->thread = pthread_self();
    rt_steer_begin(runtime, loop);
    void *prepared = runtime->thread_prepare(runtime, loop);
    for (;;) {
        if (thread->job) {
            run_job(thread, prepared);
            prepared = runtime->thread_recycle(runtime, loop, prepared);
        }
        if (!become_idle(thread)) break;
        wait_for_orders(thread, prepared);
        if (thread->must_end) break;
    }
    runtime->thread_release(prepared);
    spend(thread);
    return NULL;
}

static void join(rt_thread *thread) {
    if (thread->is_made) (void)pthread_join(thread->id, NULL);
    thread->is_made = false;
}

static rt_thread *new_thread(rt_runtime *runtime) {
    pthread_mutex_lock(&runtime->lock);
    rt_list *node = rt_list_pop(&runtime->spent_threads);
    pthread_mutex_unlock(&runtime->lock);
    if (node) {
        rt_thread *thread = rt_container_of(node, rt_thread, link);
        join(thread); /* it has ended, or is about to */
        return thread;
    }
    rt_thread *thread = rt_calloc(sizeof *thread);
    if (!thread) return NULL;
    thread->runtime = runtime;
    thread->wake.run = on_wake;
    rt_list_init(&thread->link);
    rt_list_init(&thread->all);
    rt_loop_init(&thread->loop);
    thread->loop.clock = &runtime->clock;
    return thread;
}

static void free_thread(rt_thread *thread) {
    rt_loop_turn(&thread->loop, false, 0); /* late posts */
    rt_loop_deinit(&thread->loop);
    rt_free(thread);
}

/* Signals are for the main thread; faults, and those by which a strand that does
 * not wait is interrupted, reach the thread itself. */
static int create(rt_thread *thread) {
    sigset_t blocked, before;
    sigfillset(&blocked);
    const rt_runtime *runtime = thread->runtime;
    const int open_signals[] = {SIGSEGV,
                                SIGBUS,
                                SIGFPE,
                                SIGILL,
                                SIGTRAP,
                                SIGABRT,
                                SIGSYS,
                                runtime->soft_signal,
                                runtime->hard_signal};
    for (size_t i = 0; i < sizeof open_signals / sizeof *open_signals; i++)
        if (open_signals[i] != 0) sigdelset(&blocked, open_signals[i]);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    int status = pthread_create(&thread->id, &attributes, thread_main, thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return -status;
}

static int start_new(rt_runtime *runtime, rt_job *job) {
    rt_thread *thread = new_thread(runtime);
    if (!thread) return RT_ENOMEMORY;
    thread->job = job;
    thread->given_end = thread->must_end = false;
    thread->is_made = true;
    pthread_mutex_lock(&runtime->lock);
    runtime->busy_count++;
    bool is_new = rt_list_empty(&thread->all);
    if (is_new) rt_list_push(&runtime->all_threads, &thread->all);
    pthread_mutex_unlock(&runtime->lock);
    rt_steer_join(runtime, &thread->loop);
    rt_quiet_join(runtime, &thread->loop);
    int status = create(thread);
    /* From here on the main thread may be in a C function while others run: so
     * somebody is to hear bells. */
    if (is_new) rt_monitor_poke(runtime);
    if (status) {
        thread->is_made = false;
        spend(thread);
    }
    return status;
}

int rt_thread_start(rt_runtime *runtime, rt_job *job) {
    pthread_mutex_lock(&runtime->lock);
    rt_list *node = rt_list_pop(&runtime->idle_threads);
    if (node) runtime->idle_count--;
    pthread_mutex_unlock(&runtime->lock);
    if (!node) return start_new(runtime, job);
    rt_thread *thread = rt_container_of(node, rt_thread, link);
    thread->given_job = job;
    rt_loop_post(&thread->loop, &thread->wake);
    return RT_OK;
}

void rt_threads_stop_idle(rt_runtime *runtime) {
    pthread_mutex_lock(&runtime->lock);
    runtime->stopping = true;
    for (rt_list *node; (node = rt_list_pop(&runtime->idle_threads));) {
        rt_thread *thread = rt_container_of(node, rt_thread, link);
        thread->given_job = NULL;
        thread->given_end = true;
        rt_loop_post(&thread->loop, &thread->wake);
    }
    runtime->idle_count = 0;
    pthread_mutex_unlock(&runtime->lock);
}

void rt_threads_join(rt_runtime *runtime) {
    assert(runtime->busy_count == 0);
    for (rt_list *node; (node = rt_list_pop(&runtime->all_threads));) {
        rt_thread *thread = rt_container_of(node, rt_thread, all);
        join(thread);
        rt_list_unlink(&thread->link);
        free_thread(thread);
    }
}
