/* Reused threads, also when one cannot be had. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

#include "base/clock.h"
#include "base/status.h"
#include "exec/thread.h"

/* One more than are kept while they are idle. */
enum { CROWD = 17 };

/* ---- no threads ---- */

static atomic_bool has_no_threads;

typedef int create_function(pthread_t *, const pthread_attr_t *,
                            void *(*)(void *), void *);

/* In the place of the library's. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                   void *(*start)(void *), void *argument) {
    if (atomic_load(&has_no_threads)) return EAGAIN;
    create_function *create;
    *(void **)(&create) = dlsym(RTLD_NEXT, "pthread_create");
    return create(thread, attributes, start, argument);
}

/* ---- a runtime whose threads need nothing ---- */

static void *prepare(rt_runtime *runtime, rt_loop *loop) {
    (void)runtime, (void)loop;
    return NULL;
}

static void *recycle(rt_runtime *runtime, rt_loop *loop, void *prepared) {
    (void)runtime, (void)loop;
    return prepared;
}

static void leave_alone(void *prepared) {
    (void)prepared;
}

static rt_runtime *new_runtime(void) {
    rt_runtime *runtime = rt_runtime_new();
    assert_non_null(runtime);
    runtime->thread_prepare = prepare;
    runtime->thread_recycle = recycle;
    runtime->thread_tidy = runtime->thread_release = leave_alone;
    return runtime;
}

static void end_runtime(rt_runtime *runtime) {
    assert_true(rt_runtime_shutdown(runtime, rt_clock_now() + 10 * RT_SECOND));
    rt_runtime_free(runtime);
}

typedef struct job {
    rt_job base;
    rt_loop *loop; /* of its thread */
    sem_t has_begun;
    sem_t may_end;
} job;

static void run(rt_job *base, void *prepared, rt_loop *loop) {
    (void)prepared;
    job *j = rt_container_of(base, job, base);
    j->loop = loop;
    sem_post(&j->has_begun);
    sem_wait(&j->may_end);
}

static int start(rt_runtime *runtime, job *j) {
    j->base.run = run;
    sem_init(&j->has_begun, 0, 0);
    sem_init(&j->may_end, 0, 0);
    return rt_thread_start(runtime, &j->base);
}

static void wait_for_spent(rt_runtime *runtime) {
    bool is_spent;
    do {
        pthread_mutex_lock(&runtime->lock);
        is_spent = !rt_list_empty(&runtime->spent_threads);
        pthread_mutex_unlock(&runtime->lock);
    } while (!is_spent);
}

/* As many at once as are not kept: one of them ends. */
static void run_crowd(rt_runtime *runtime, job jobs[CROWD]) {
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(start(runtime, &jobs[i]), RT_OK);
    for (int i = 0; i < CROWD; i++) sem_wait(&jobs[i].has_begun);
    for (int i = 0; i < CROWD; i++) sem_post(&jobs[i].may_end);
    wait_for_spent(runtime);
}

/* ---- tests ---- */

static void test_thread_is_reused(void **state) {
    (void)state;
    rt_runtime *runtime = new_runtime();
    static job jobs[CROWD];
    run_crowd(runtime, jobs);
    run_crowd(runtime, jobs);
    end_runtime(runtime);
}

/* Whoever knew a loop may touch it late, whatever became of its thread. */
static void test_thread_that_cannot_be_had(void **state) {
    (void)state;
    rt_runtime *runtime = new_runtime();
    static job jobs[CROWD], late;
    atomic_store(&has_no_threads, true);
    assert_int_equal(start(runtime, &late), -EAGAIN);
    assert_int_equal(runtime->busy_count, 0);
    atomic_store(&has_no_threads, false);
    run_crowd(runtime, jobs);
    static job others[CROWD];
    for (int i = 0; i < CROWD - 1; i++)
        assert_int_equal(start(runtime, &others[i]), RT_OK);
    atomic_store(&has_no_threads, true);
    assert_int_equal(start(runtime, &late), -EAGAIN);
    atomic_store(&has_no_threads, false);
    for (int i = 0; i < CROWD; i++) rt_loop_wake(jobs[i].loop);
    assert_int_equal(start(runtime, &late), RT_OK);
    sem_wait(&late.has_begun);
    sem_post(&late.may_end);
    for (int i = 0; i < CROWD - 1; i++) sem_post(&others[i].may_end);
    end_runtime(runtime);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thread_is_reused),
        cmocka_unit_test(test_thread_that_cannot_be_had),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
