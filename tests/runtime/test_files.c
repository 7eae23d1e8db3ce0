/* Jobs with files: each of them with the memory failing at every request, and
 * let go of at once; no block and no descriptor is left. What they do otherwise
 * is for tests/lua/fs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "failing.h"
#include "io/files.h"
#include "io/watch.h"

static char folder[64];

/* Names in the folder, and those of a few more. */
static const char *at(const char *name) {
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int count_descriptors(void) {
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir)) count++;
    (void)closedir(dir);
    return count;
}

static int set_up(void **state) {
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/plait-files.XXXXXX");
    if (!mkdtemp(folder)) return 1;
    FILE *f = fopen(at("file"), "w");
    if (!f) return 1;
    (void)fputs("text", f);
    (void)fclose(f);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    rt_job *job = rt_job_new(rt_folder_remove, folder, NULL);
    job->flags = RT_JOB_DEEP;
    rt_job_run_here(job);
    int status = job->status;
    rt_job_release(job);
    return status;
}

typedef struct call {
    rt_job_op *op;
    const char *name, *to; /* in the folder; NULL: none */
    int flags;
} call;

static const call calls[] = {
    {rt_whole_read, "file", NULL, 0},
    {rt_whole_read, "none", NULL, 0},
    {rt_whole_write, "new", NULL, 0},
    {rt_whole_write, "file", NULL, RT_JOB_ATOMIC | RT_JOB_SYNC},
    {rt_whole_write, "file", NULL, RT_JOB_ATOMIC | RT_JOB_NEW},
    {rt_whole_write, "file", NULL, RT_JOB_APPEND},
    {rt_whole_copy, "file", "copy", 0},
    {rt_whole_copy, "file", "copy", RT_JOB_ATOMIC},
    {rt_whole_copy, "file", ".", 0},
    {rt_file_open, "file", NULL, 0},
    {rt_path_stat, "file", NULL, RT_JOB_FOLLOW},
    {rt_path_readlink, "file", NULL, 0},
    {rt_path_realpath, "file", NULL, 0},
    {rt_path_rename, "copy", "copy2", 0},
    {rt_folder_list, ".", NULL, 0},
    {rt_folder_make, "a/b/c", NULL, RT_JOB_DEEP},
    {rt_folder_remove, "a", NULL, RT_JOB_DEEP},
    {rt_temp_file, "t", "x", 0},
    {rt_temp_folder, "t", "x", 0},
};

static rt_job *new_job(const call *c) {
    bool is_temporary = c->op == rt_temp_file || c->op == rt_temp_folder;
    const char *to = c->to && !is_temporary ? at(c->to) : c->to;
    rt_job *job = rt_job_new(c->op, at(c->name), to);
    if (!job) return NULL;
    job->flags = c->flags;
    job->mode = 0700;
    job->size = 1000;
    return job;
}

static void test_jobs_without_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    size_t blocks = rt_alloc_count();
    int descriptors = count_descriptors();
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        bool has_failed = true;
        for (size_t nth = 1; has_failed; nth++) {
            rt_alloc_fail(nth, 1);
            rt_job *job = new_job(&calls[i]);
            if (job) {
                rt_job_run_here(job);
                has_failed = job->status == RT_ENOMEMORY;
                rt_job_release(job);
            }
            rt_alloc_fail(0, 0);
            assert_true(nth < 100);
            assert_int_equal(rt_alloc_count(), blocks);
            assert_int_equal(count_descriptors(), descriptors);
        }
    }
}

typedef struct party {
    rt_waiter waiter;
    int status;
} party;

static void on_complete(rt_waiter *waiter) {
    rt_container_of(waiter, party, waiter)->status = waiter->status;
}

/* As often as the pool may be at different places then. */
static void test_jobs_that_are_let_go_of(void **state) {
    (void)state;
    enum { ROUNDS = 50 };
    size_t blocks = rt_alloc_count();
    rt_loop loop;
    rt_loop_init(&loop);
    assert_non_null(rt_loop_uv(&loop));
    int descriptors = count_descriptors();
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
            party p = {.status = RT_PENDING};
            rt_waiter_init(&p.waiter, &loop, on_complete);
            rt_job *job = new_job(&calls[i]);
            assert_int_equal(rt_job_start(job, &loop, &p.waiter), RT_PENDING);
            for (int turns = round % 3; turns > 0; turns--)
                rt_loop_turn(&loop, false, 0);
            (void)rt_waiter_cancel(&p.waiter, RT_ECANCELLED);
            assert_int_not_equal(p.status, RT_PENDING);
            rt_job_release(job);
        }
    /* uv's own block is left. A release build counts none. */
    int64_t end = rt_clock_now() + 20 * RT_SECOND;
    while (
        (rt_alloc_count() > blocks + 1 || count_descriptors() != descriptors) &&
        rt_clock_now() < end)
        rt_loop_turn(&loop, false, 0);
    assert_int_equal(count_descriptors(), descriptors);
    rt_loop_deinit(&loop);
    assert_int_equal(rt_alloc_count(), blocks);
}

static int count_entries(void) {
    rt_job *job = rt_job_new(rt_folder_list, folder, NULL);
    rt_job_run_here(job);
    assert_int_equal(job->status, RT_OK);
    int count = (int)job->result;
    rt_job_release(job);
    return count;
}

/* As if its state had closed before the strand that waited could go on. */
static void test_what_nobody_has_taken_goes_with_its_job(void **state) {
    (void)state;
    static const call makers[] = {{rt_temp_file, "t", "x", 0},
                                  {rt_temp_folder, "t", "x", 0}};
    rt_loop loop;
    rt_loop_init(&loop);
    int entries = count_entries();
    for (int i = 0; i < 4; i++) {
        party p = {.status = RT_PENDING};
        rt_waiter_init(&p.waiter, &loop, on_complete);
        rt_job *job = new_job(&makers[i % 2]);
        assert_int_equal(rt_job_start(job, &loop, &p.waiter), RT_PENDING);
        while (p.status == RT_PENDING) rt_loop_turn(&loop, true, RT_NEVER);
        assert_int_equal(job->status, RT_OK);
        assert_int_equal(count_entries(), entries + 1);
        bool is_taken = i >= 2;
        if (is_taken) rt_job_keep(job);
        rt_job_release(job);
        if (is_taken) entries++;
        assert_int_equal(count_entries(), entries);
    }
    rt_loop_deinit(&loop);
}

/* What a list of who may do what is to the kernel: its version; then, each with 2
 * bytes for what it is about, 2 for permissions and 4 for whom: the owner, user
 * 1234, the group, the most of both, all others. */
static void test_replaced_file_keeps_its_list(void **state) {
    (void)state;
    static const char name[] = "system.posix_acl_access";
    static const unsigned char list[] = {
        2, 0,   0,   0,   1,   0,   6,  0, 255, 255, 255, 255, 2,   0,  6,
        0, 210, 4,   0,   0,   4,   0,  4, 0,   255, 255, 255, 255, 16, 0,
        6, 0,   255, 255, 255, 255, 32, 0, 0,   0,   255, 255, 255, 255};
    char got[sizeof list + 1];
    FILE *f = fopen(at("listed"), "w");
    assert_non_null(f);
    (void)fclose(f);
    if (setxattr(at("listed"), name, list, sizeof list, 0)) skip();
    rt_job *job = rt_job_new(rt_whole_write, at("listed"), NULL);
    job->flags = RT_JOB_ATOMIC;
    rt_job_run_here(job);
    assert_int_equal(job->status, RT_OK);
    rt_job_release(job);
    assert_int_equal(getxattr(at("listed"), name, got, sizeof got),
                     sizeof list);
    assert_memory_equal(got, list, sizeof list);
}

static void test_file_is_closed_with_its_last_job(void **state) {
    (void)state;
    size_t blocks = rt_alloc_count();
    int descriptors = count_descriptors();
    rt_job *job = rt_job_new(rt_file_open, "/dev/zero", NULL);
    job->open_flags = O_RDONLY;
    rt_job_run_here(job);
    rt_file *file = rt_job_take_file(job);
    rt_job_release(job);
    assert_false(file->is_written);
    job = rt_job_new(rt_file_pread, NULL, NULL);
    rt_job_use(job, file);
    job->size = 100;
    rt_file_unref(file);
    assert_int_equal(count_descriptors(), descriptors + 1);
    rt_job_run_here(job);
    assert_int_equal(job->buffer.size, 100);
    rt_job_release(job);
    assert_int_equal(count_descriptors(), descriptors);
    assert_int_equal(rt_alloc_count(), blocks);
}

static void test_watch_that_is_closed_wakes_its_waiters(void **state) {
    (void)state;
    rt_loop loop;
    rt_loop_init(&loop);
    rt_watch *watch;
    assert_int_equal(rt_watch_new(&loop, &watch), RT_OK);
    party a = {.status = RT_PENDING}, b = {.status = RT_PENDING};
    rt_waiter_init(&a.waiter, &loop, on_complete);
    rt_waiter_init(&b.waiter, &loop, on_complete);
    assert_int_equal(rt_watch_wait(watch, &a.waiter), RT_PENDING);
    assert_int_equal(rt_watch_wait(watch, &b.waiter), RT_PENDING);
    assert_int_equal(loop.expected, 2);
    assert_true(rt_waiter_cancel(&a.waiter, RT_ETIMEOUT));
    assert_int_equal(loop.expected, 1);
    rt_watch_free(watch);
    assert_int_equal(a.status, RT_ETIMEOUT);
    assert_int_equal(b.status, RT_ECLOSED);
    assert_int_equal(loop.expected, 0);
    rt_loop_deinit(&loop);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs_without_memory),
        cmocka_unit_test(test_jobs_that_are_let_go_of),
        cmocka_unit_test(test_what_nobody_has_taken_goes_with_its_job),
        cmocka_unit_test(test_replaced_file_keeps_its_list),
        cmocka_unit_test(test_file_is_closed_with_its_last_job),
        cmocka_unit_test(test_watch_that_is_closed_wakes_its_waiters),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
