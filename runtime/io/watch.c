/* watch.c - inotify itself and not uv_fs_event, which tells neither what has
 * happened nor that events were lost. uv polls the descriptor, and only while
 * somebody waits. */
#include "io/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"

struct rt_watch {
    uv_poll_t poll;
    rt_loop *loop;
    rt_list waiters;
    int fd;
};

#define EVENTS                                                                 \
    (IN_CREATE | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVE |            \
     IN_DELETE_SELF | IN_MOVE_SELF)

int rt_watch_new(rt_loop *loop, rt_watch **watch) {
    int status = rt_loop_make_uv(loop);
    if (status != RT_OK) return status;
    rt_watch *w = rt_calloc(sizeof *w);
    if (!w) return RT_ENOMEMORY;
    w->loop = loop;
    rt_list_init(&w->waiters);
    w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    status =
        w->fd < 0 ? -errno : uv_poll_init(rt_loop_uv(loop), &w->poll, w->fd);
    if (status == RT_OK) {
        *watch = w;
        return RT_OK;
    }
    if (w->fd >= 0) (void)close(w->fd);
    rt_free(w);
    return status;
}

/* ---- waiting ---- */

static void leave(rt_watch *w, rt_waiter *waiter) {
    rt_list_unlink(&waiter->link);
    rt_loop_expect(w->loop, -1);
}

static void withdraw(rt_waiter *waiter) {
    rt_watch *w = waiter->object;
    leave(w, waiter);
    if (rt_list_empty(&w->waiters)) (void)uv_poll_stop(&w->poll);
}

static void wake_all(rt_watch *w, int status) {
    for (rt_list *node; (node = rt_list_pop(&w->waiters));) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        leave(w, waiter);
        if (rt_waiter_claim(waiter)) rt_waiter_complete_here(waiter, status);
    }
}

static void on_events(uv_poll_t *poll, int status, int events) {
    rt_watch *w = rt_container_of(poll, rt_watch, poll);
    (void)events;
    rt_loop_rouse(w->loop);
    (void)uv_poll_stop(poll);
    wake_all(w, status);
}

int rt_watch_wait(rt_watch *w, rt_waiter *waiter) {
    if (rt_list_empty(&w->waiters)) {
        int status = uv_poll_start(&w->poll, UV_READABLE, on_events);
        if (status != 0) return status;
    }
    rt_waiter_park(waiter, w, withdraw);
    rt_list_push(&w->waiters, &waiter->link);
    rt_loop_expect(w->loop, 1);
    return RT_PENDING;
}

int rt_watch_take(rt_watch *w, void *bytes, size_t size) {
    ssize_t count = read(w->fd, bytes, size);
    if (count >= 0) return (int)count;
    return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

static void on_closed(uv_handle_t *handle) {
    rt_watch *w = rt_container_of((uv_poll_t *)handle, rt_watch, poll);
    rt_free(w);
}

void rt_watch_free(rt_watch *w) {
    wake_all(w, RT_ECLOSED);
    uv_close((uv_handle_t *)&w->poll, on_closed);
    (void)close(w->fd);
}

/* ---- what is watched ---- */

/* The watch may be gone when the job runs. */
bool rt_watch_use(rt_watch *w, rt_job *job) {
    job->fd = fcntl(w->fd, F_DUPFD_CLOEXEC, 3);
    return job->fd >= 0 || rt_job_fail_errno(job);
}

void rt_watch_add(rt_job *job) {
    uint32_t mask = EVENTS | IN_EXCL_UNLINK;
    if (!(job->flags & RT_JOB_FOLLOW)) mask |= IN_ONLYDIR | IN_DONT_FOLLOW;
    int number = inotify_add_watch(job->fd, job->path, mask);
    if (number >= 0)
        job->result = number;
    else if (errno == ENOSPC)
        (void)rt_job_fail_why(
            job, -ENOSPC,
            "cannot be watched: all of fs.inotify.max_user_watches is in use");
    else
        (void)rt_job_fail_errno(job);
}

void rt_watch_remove(rt_watch *w, int number) {
    (void)inotify_rm_watch(w->fd, number);
}
