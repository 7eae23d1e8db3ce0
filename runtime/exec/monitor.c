/* monitor.c - the lock guards the list, `wanted`, and the thread's life; looks are
 * called with it held, which is what makes rt_monitor_unwatch a barrier. It is a
 * leaf but for what looks do, which take no locks.
 *
 * `monitor_due_ns` says when it looks next. Who has changed something pokes it if
 * that is too late; and it looks once more after having said so, for what was
 * changed just before. */
#include "exec/monitor.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/deaf.h"

struct rt_monitor {
    pthread_mutex_t lock;
    _Atomic uint32_t changes; /* a futex: the thread alone waits */
    atomic_uint bells;        /* rung, and not heard yet */
    atomic_bool is_started;   /* it hears bells; also in a signal handler */
    rt_list watched;          /* of rt_watched */
    pthread_t thread;
    bool is_running;
    bool is_wanted; /* a look is wanted now */
    bool must_end;
};

struct rt_monitor *rt_monitor_new(void) {
    struct rt_monitor *monitor = rt_calloc(sizeof *monitor);
    if (!monitor) return NULL;
    pthread_mutex_init(&monitor->lock, NULL);
    rt_list_init(&monitor->watched);
    return monitor;
}

void rt_monitor_free(struct rt_monitor *monitor) {
    if (!monitor) return;
    pthread_mutex_destroy(&monitor->lock);
    rt_free(monitor);
}

void rt_monitor_watch(rt_runtime *runtime, rt_watched *watched) {
    struct rt_monitor *monitor = runtime->monitor;
    pthread_mutex_lock(&monitor->lock);
    rt_list_push(&monitor->watched, &watched->link);
    pthread_mutex_unlock(&monitor->lock);
}

void rt_monitor_unwatch(rt_runtime *runtime, rt_watched *watched) {
    struct rt_monitor *monitor = runtime->monitor;
    pthread_mutex_lock(&monitor->lock);
    rt_list_unlink(&watched->link);
    pthread_mutex_unlock(&monitor->lock);
}

void rt_monitor_lock(rt_runtime *runtime) {
    pthread_mutex_lock(&runtime->monitor->lock);
}

void rt_monitor_unlock(rt_runtime *runtime) {
    pthread_mutex_unlock(&runtime->monitor->lock);
}

void rt_monitor_each(rt_runtime *runtime,
                     void (*each)(rt_watched *watched, void *context),
                     void *context) {
    struct rt_monitor *monitor = runtime->monitor;
    pthread_mutex_lock(&monitor->lock);
    for (rt_list *node = monitor->watched.next; node != &monitor->watched;
         node = node->next)
        each(rt_container_of(node, rt_watched, link), context);
    pthread_mutex_unlock(&monitor->lock);
}

static int64_t look_at_all(struct rt_monitor *monitor) {
    int64_t now = rt_clock_now();
    int64_t next = RT_NEVER;
    for (rt_list *node = monitor->watched.next; node != &monitor->watched;
         node = node->next) {
        rt_watched *watched = rt_container_of(node, rt_watched, link);
        int64_t wanted = watched->look(watched, now);
        if (wanted < next) next = wanted;
    }
    return next;
}

/* A condition variable could not be signalled by a signal handler. */
static void tell(struct rt_monitor *monitor) {
    atomic_fetch_add(&monitor->changes, 1);
    (void)syscall(SYS_futex, &monitor->changes, FUTEX_WAKE_PRIVATE, 1, NULL,
                  NULL, 0);
}

/* Unless something has changed since `changes` was read. */
static void sleep_until(struct rt_monitor *monitor, uint32_t changes,
                        int64_t when_ns) {
    if (monitor->is_wanted || monitor->must_end) return;
    struct timespec at = {when_ns / RT_SECOND, when_ns % RT_SECOND};
    pthread_mutex_unlock(&monitor->lock);
    (void)syscall(SYS_futex, &monitor->changes, FUTEX_WAIT_BITSET_PRIVATE,
                  changes, when_ns == RT_NEVER ? NULL : &at, NULL,
                  FUTEX_BITSET_MATCH_ANY); /* the time is absolute */
    pthread_mutex_lock(&monitor->lock);
}

/* Whether there was one to be heard. */
static bool hear_bells(rt_runtime *runtime) {
    struct rt_monitor *monitor = runtime->monitor;
    unsigned bells = atomic_exchange(&monitor->bells, 0);
    if (bells == 0) return false;
    pthread_mutex_unlock(&monitor->lock);
    runtime->on_bells(runtime, bells);
    pthread_mutex_lock(&monitor->lock);
    return true;
}

/* Looks, says when it will look next, and looks at what changed before that. */
static int64_t look_and_tell(rt_runtime *runtime) {
    int64_t next = look_at_all(runtime->monitor);
    atomic_store(&runtime->monitor_due_ns, next);
    int64_t again = look_at_all(runtime->monitor);
    if (again >= next) return next;
    atomic_store(&runtime->monitor_due_ns, again);
    return again;
}

void rt_monitor_prepare(void) {
    (void)syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0,
                  0);
}

static void *run(void *argument) {
    rt_runtime *runtime = argument;
    struct rt_monitor *monitor = runtime->monitor;
    (void)pthread_setname_np(pthread_self(), "plait-monitor");
    rt_monitor_prepare();
    pthread_mutex_lock(&monitor->lock);
    while (!monitor->must_end) {
        uint32_t changes = atomic_load(&monitor->changes);
        monitor->is_wanted = false;
        if (hear_bells(runtime)) continue;
        sleep_until(monitor, changes, look_and_tell(runtime));
    }
    pthread_mutex_unlock(&monitor->lock);
    return NULL;
}

bool rt_monitor_fence(void) {
    return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
}

/* With the lock held. */
static void start(rt_runtime *runtime) {
    struct rt_monitor *monitor = runtime->monitor;
    monitor->is_running = rt_deaf_thread(&monitor->thread, run, runtime) == 0;
    atomic_store(&monitor->is_started, monitor->is_running);
}

void rt_monitor_ring(rt_runtime *runtime, unsigned bells) {
    int saved = errno;
    struct rt_monitor *monitor = runtime->monitor;
    atomic_fetch_or(&monitor->bells, bells);
    if (atomic_load(&monitor->is_started)) tell(monitor);
    errno = saved;
}

void rt_monitor_poke(rt_runtime *runtime) {
    struct rt_monitor *monitor = runtime->monitor;
    pthread_mutex_lock(&monitor->lock);
    monitor->is_wanted = true;
    if (!monitor->is_running && !monitor->must_end) start(runtime);
    tell(monitor);
    pthread_mutex_unlock(&monitor->lock);
}

void rt_monitor_stop(rt_runtime *runtime) {
    struct rt_monitor *monitor = runtime->monitor;
    pthread_mutex_lock(&monitor->lock);
    monitor->must_end = true;
    bool is_running = monitor->is_running;
    monitor->is_running = false;
    tell(monitor);
    pthread_mutex_unlock(&monitor->lock);
    if (is_running) (void)pthread_join(monitor->thread, NULL);
}
