/* crew.c - libuv makes the threads of its pool at the first work, all at once, and
 * ends the process if it does not get one of them. So as many are made here before
 * that, at the same time; when the kernel does not count them any more, it is libuv's
 * turn. Somebody else may be faster: that is not to be helped.
 *
 * Then libuv makes them, with all signals blocked: they are for other threads.
 *
 * There is one pool in the process, and so one variable about it. */
#include "io/crew.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/status.h"

static atomic_bool is_there;

typedef struct hand {
    pthread_t thread;
    pid_t tid;
    pthread_mutex_t *gate; /* locked until all are there */
} hand;

/* As libuv reads it. */
static int count_wanted(void) {
    const char *text = getenv("UV_THREADPOOL_SIZE");
    int count = text ? atoi(text) : 4;
    return count < 1 ? 1 : count > 1024 ? 1024 : count;
}

static void *wait_at_gate(void *argument) {
    hand *h = argument;
    h->tid = (pid_t)syscall(SYS_gettid);
    (void)pthread_mutex_lock(h->gate);
    (void)pthread_mutex_unlock(h->gate);
    return NULL;
}

/* A thread that has been joined may be counted for a moment more. */
static void dismiss(hand *hands, int count) {
    for (int i = 0; i < count; i++) (void)pthread_join(hands[i].thread, NULL);
    for (int i = 0; i < count; i++)
        while (syscall(SYS_tgkill, getpid(), hands[i].tid, 0) == 0)
            (void)sched_yield();
}

static int try_all(hand *hands, int wanted) {
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    int count = 0, error = 0;
    (void)pthread_mutex_lock(&gate);
    while (count < wanted && !error) {
        hands[count].gate = &gate;
        error = pthread_create(&hands[count].thread, NULL, wait_at_gate,
                               &hands[count]);
        if (!error) count++;
    }
    (void)pthread_mutex_unlock(&gate);
    dismiss(hands, count);
    return error ? -error : RT_OK;
}

static void do_nothing(uv_work_t *request) {
    (void)request;
}

static void on_nothing_done(uv_work_t *request, int status) {
    (void)request;
    (void)status;
}

/* libuv's threads have the signals blocked that the one has whose work is the first. */
static int start_pool(void) {
    uv_loop_t loop;
    uv_work_t request;
    int status = uv_loop_init(&loop);
    if (status) return status == UV_ENOMEM ? RT_ENOMEMORY : status;
    (void)uv_queue_work(&loop, &request, do_nothing, on_nothing_done);
    (void)uv_cancel((uv_req_t *)&request); /* others' work may take long */
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop);
    return RT_OK;
}

int rt_crew_check(void) {
    if (atomic_load_explicit(&is_there, memory_order_relaxed)) return RT_OK;
    int wanted = count_wanted();
    hand *hands = rt_calloc((size_t)wanted * sizeof *hands);
    if (!hands) return RT_ENOMEMORY;
    sigset_t all, before;
    (void)sigfillset(&all); /* signals are for other threads */
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int status = try_all(hands, wanted);
    if (status == RT_OK) status = start_pool();
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    rt_free(hands);
    if (status == RT_OK) atomic_store(&is_there, true);
    return status;
}
