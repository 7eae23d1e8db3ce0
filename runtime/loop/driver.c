/* driver.c - an epoll set of what uv polls, which is an epoll set too, and a timer.
 *
 * While the thread is away the loop is parked: who posts to it wakes it through uv. The
 * timer tells of all that uv's set does not: timers, and what is to be done at once. uv
 * adds new descriptors to its set only when it runs: until then it says that it has
 * something to do (uv_backend_timeout). */
#include "loop/driver.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/status.h"

/* The timer is set to that for what is due at once. */
#define AT_ONCE_NS 1

struct rt_driver {
    rt_loop *loop;
    int set;
    int timer;
    int64_t set_ns; /* what the timer is set to; RT_NEVER: it is not */
};

static int add(int set, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    return epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) ? -errno : RT_OK;
}

static int open_all(rt_driver *driver, int uv_fd) {
    driver->set = epoll_create1(EPOLL_CLOEXEC);
    if (driver->set < 0) return -errno;
    driver->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (driver->timer < 0) return -errno;
    int status = add(driver->set, uv_fd);
    return status ? status : add(driver->set, driver->timer);
}

int rt_driver_new(rt_loop *loop, rt_driver **out) {
    int status = rt_loop_make_uv(loop);
    if (status) return status;
    rt_driver *driver = rt_calloc(sizeof *driver);
    if (!driver) return RT_ENOMEMORY;
    *driver =
        (rt_driver){.loop = loop, .set = -1, .timer = -1, .set_ns = RT_NEVER};
    status = open_all(driver, uv_backend_fd(rt_loop_uv(loop)));
    if (status) {
        rt_driver_free(driver);
        return status;
    }
    *out = driver;
    return RT_OK;
}

void rt_driver_free(rt_driver *driver) {
    if (!driver) return;
    if (driver->set >= 0) (void)close(driver->set);
    if (driver->timer >= 0) (void)close(driver->timer);
    rt_free(driver);
}

int rt_driver_fd(const rt_driver *driver) {
    return driver->set;
}

int64_t rt_loop_due(rt_loop *loop) {
    int64_t due = rt_timers_next(&loop->timers);
    if (atomic_load(&loop->inbox) || atomic_load(&loop->nudged)) return 0;
    if (!atomic_load(&loop->uv)) return due;
    int wait_ms = uv_backend_timeout(rt_loop_uv(loop));
    if (wait_ms < 0) return due;
    int64_t uv_due = rt_clock_now() + wait_ms * (RT_SECOND / 1000);
    if (wait_ms == 0) uv_due = 0;
    return uv_due < due ? uv_due : due;
}

static void set_timer(rt_driver *driver, int64_t due_ns) {
    struct itimerspec when = {.it_value = {0, 0}};
    if (due_ns != RT_NEVER) {
        if (due_ns < AT_ONCE_NS) due_ns = AT_ONCE_NS;
        when.it_value.tv_sec = due_ns / RT_SECOND;
        when.it_value.tv_nsec = due_ns % RT_SECOND;
    }
    /* It is set anew if it is over: it stays readable until then. */
    if (due_ns == driver->set_ns &&
        (due_ns == RT_NEVER || due_ns > rt_clock_now()))
        return;
    (void)timerfd_settime(driver->timer, TFD_TIMER_ABSTIME, &when, NULL);
    driver->set_ns = due_ns;
}

void rt_driver_leave(rt_driver *driver, bool is_due) {
    /* Parked first, and then looked: as a loop that sleeps does. */
    atomic_store(&driver->loop->parked, 1);
    set_timer(driver, is_due ? 0 : rt_loop_due(driver->loop));
}

void rt_driver_enter(rt_driver *driver) {
    atomic_store(&driver->loop->parked, 0);
    atomic_store(&driver->loop->nudged, false);
}
