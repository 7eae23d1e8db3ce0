/* System calls for files that a signal has ended are made again. The functions of
 * the C library are replaced here: each is interrupted twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/files.h"

static int interruptions;

static bool is_interrupted(void) {
    if (interruptions == 0) return false;
    interruptions--;
    errno = EINTR;
    return true;
}

int fsync(int fd) {
    return is_interrupted() ? -1 : (int)syscall(SYS_fsync, fd);
}

int ftruncate(int fd, off_t size) {
    return is_interrupted() ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

static void assert_done(rt_job_op *op, rt_file *file, const char *path) {
    rt_job *job = rt_job_new(op, path, NULL);
    assert_non_null(job);
    if (file) rt_job_use(job, file);
    job->flags = RT_JOB_ATOMIC | RT_JOB_SYNC;
    job->mode = 0600;
    interruptions = 2;
    rt_job_run_here(job);
    assert_int_equal(job->status, RT_OK);
    assert_int_equal(interruptions, 0);
    rt_job_release(job);
}

static void test_interrupted_calls_are_made_again(void **state) {
    (void)state;
    char path[] = "/tmp/plait-interrupted.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    rt_job *opening = rt_job_new(rt_file_open, path, NULL);
    opening->open_flags = O_RDWR;
    rt_job_run_here(opening);
    assert_int_equal(opening->status, RT_OK);
    rt_file *file = rt_job_take_file(opening);
    rt_job_release(opening);
    assert_done(rt_file_sync, file, NULL);
    assert_done(rt_file_truncate, file, NULL);
    assert_done(rt_whole_write, NULL, path);
    rt_file_unref(file);
    assert_int_equal(unlink(path), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interrupted_calls_are_made_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
