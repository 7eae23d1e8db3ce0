/* loop.c - one turn, and how a loop sleeps without losing a wake-up.
 *
 * Sleeping: the thread sets `parked` and then looks at the inbox once more;
 * a poster pushes to the inbox and then looks at `parked`. Both with
 * sequentially consistent operations, so one of them sees the other. Only the
 * poster that turns `parked` from 1 to 0 makes a system call: one wake for a
 * whole batch of posts.
 *
 * The futex is Linux's; it is used instead of a condition variable because a
 * futex wake may be called from a signal handler. With uv the same protocol
 * wakes through uv_async_send, which is safe there too. */
#include "loop/loop.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/list.h"
#include "base/relax.h"
#include "base/status.h"

struct rt_loop_uv {
    uv_loop_t loop;
    uv_async_t wake;
    uv_timer_t deadline;
};

/* Looks at the inbox before a thread sleeps; about 30 ns each. To look for other
 * work, and to let others run, takes as long as LOOK_COST of them. */
enum { MIN_SPINS = 16, MAX_SPINS = 400, LOOK_COST = 16 };

#define LONG_YIELD_NS (30 * 1000)

/* More than one: the thread that posts may run while this one looks. */
static bool has_processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 1;
}

void rt_loop_init(rt_loop *loop) {
    *loop = (rt_loop){.inbox = NULL, .clock = &rt_clock_machine};
    atomic_store(&loop->rest_ns, RT_NEVER);
    rt_timers_init(&loop->timers);
    rt_list_init(&loop->link);
    loop->thread = pthread_self();
    loop->has_processors = has_processors();
    loop->spins = loop->has_processors ? MAX_SPINS : 0;
    loop->now_ns = rt_loop_now(loop);
}

static void sleep_once(rt_loop *loop, int64_t timeout_ns) {
    struct timespec t = {timeout_ns / RT_SECOND, timeout_ns % RT_SECOND};
    (void)syscall(SYS_futex, &loop->parked, FUTEX_WAIT_PRIVATE, 1,
                  timeout_ns == RT_NEVER ? NULL : &t, NULL, 0);
}

#ifdef __SANITIZE_THREAD__
/* It keeps a signal to itself until the thread calls the C library. */
static void futex_wait(rt_loop *loop, int64_t timeout_ns) {
    int64_t end =
        timeout_ns == RT_NEVER ? RT_NEVER : rt_clock_now() + timeout_ns;
    int64_t rest;
    do {
        (void)usleep(1);
        rest = end == RT_NEVER ? RT_NEVER : end - rt_clock_now();
        if (rest > 0)
            sleep_once(loop, rest < RT_SECOND / 20 ? rest : RT_SECOND / 20);
    } while (rest > 0 && atomic_load(&loop->parked) == 1);
}
#else
#define futex_wait sleep_once
#endif

void rt_loop_unpark(rt_loop *loop) {
    if (atomic_exchange(&loop->parked, 0) != 1) return;
    int saved = errno; /* may run in a signal handler */
    struct rt_loop_uv *uv = atomic_load(&loop->uv);
    if (uv)
        (void)uv_async_send(&uv->wake);
    else
        (void)syscall(SYS_futex, &loop->parked, FUTEX_WAKE_PRIVATE, 1, NULL,
                      NULL, 0);
    errno = saved;
}

/* Whose turn it is looks what was posted when it passes the turn on. */
static void unpark(rt_loop *loop) {
    if (atomic_load(&loop->steering) && atomic_load(&loop->seat.awake->holder))
        return;
    rt_loop_unpark(loop);
}

void rt_loop_wake(rt_loop *loop) {
    atomic_store(&loop->nudged, true);
    unpark(loop);
}

void rt_loop_post(rt_loop *loop, rt_post *post) {
    rt_post *head = atomic_load_explicit(&loop->inbox, memory_order_relaxed);
    do {
        post->next = head;
    } while (!atomic_compare_exchange_weak(&loop->inbox, &head, post));
    /* A loop with posts before this one has been woken for them already. */
    if (!head) unpark(loop);
}

static void run_posts(rt_loop *loop) {
    rt_post *newest = atomic_exchange(&loop->inbox, NULL);
    rt_post *oldest = NULL;
    while (newest) {
        rt_post *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest) {
        rt_post *next = oldest->next; /* run() may free or post it again */
        oldest->run(oldest);
        oldest = next;
    }
}

static int64_t first_deadline(const rt_loop *loop, int64_t deadline_ns) {
    int64_t next = rt_timers_next(&loop->timers);
    return deadline_ns < next ? deadline_ns : next;
}

/* Nanoseconds the loop may sleep; 0: not at all. */
static int64_t time_to_sleep(rt_loop *loop, int64_t deadline_ns) {
    int64_t next = first_deadline(loop, deadline_ns);
    if (next == RT_NEVER) return RT_NEVER;
    int64_t now = rt_loop_now(loop);
    return next > now ? next - now : 0;
}

/* Before version 1.45 uv_run looks at its timers first and polls then. If this
 * thread does not run for so long that its timer ends there, no timer is left
 * to end the poll: that must not wait any more. */
static void on_uv_deadline(uv_timer_t *timer) {
    uv_stop(timer->loop);
}

/* Polls uv, for up to `sleep_ns`. uv counts in milliseconds; rounding up keeps
 * timers from firing early, and makes them up to one late in such a loop. */
static void poll_uv(struct rt_loop_uv *uv, int64_t sleep_ns) {
    if (sleep_ns == 0) {
        (void)uv_run(&uv->loop, UV_RUN_NOWAIT);
        return;
    }
    if (sleep_ns != RT_NEVER) {
        uv_update_time(&uv->loop);
        uint64_t ms = (uint64_t)((sleep_ns + 999999) / 1000000);
        (void)uv_timer_start(&uv->deadline, on_uv_deadline, ms, 0);
    }
    (void)uv_run(&uv->loop, UV_RUN_ONCE);
    (void)uv_timer_stop(&uv->deadline);
}

/* While it looks, another thread may want the processor. If it keeps it for
 * long there are more threads at work than processors, and looking only delays
 * them. Returns whether that is so. */
static bool let_others_run(void) {
    int64_t before = rt_clock_now();
    (void)sched_yield();
    return rt_clock_now() - before > LONG_YIELD_NS;
}

/* A post often comes within microseconds (a thread that is joined, a lock that
 * is about to be released, another process that answers), sooner than a
 * sleeping thread could be woken. So a loop first looks for a while; how long
 * depends on how often that paid off lately. */
static bool spin(rt_loop *loop) {
    unsigned limit = loop->spins;
    for (unsigned i = 0; i < limit;) {
        if (rt_loop_has_posts(loop) || (loop->look && loop->look(loop))) {
            loop->spins += (MAX_SPINS - limit) / 4;
            return true;
        }
        i += loop->look ? LOOK_COST : 1;
        if (i % LOOK_COST != 0)
            rt_relax();
        else if (let_others_run())
            break;
    }
    if (limit > MIN_SPINS) loop->spins -= (limit - MIN_SPINS + 7) / 8;
    return rt_loop_has_posts(loop);
}

/* ---- sleeping for good ---- */

/* No timer will wake anybody. */
static bool is_free_of_timers(const rt_loop *loop, int64_t deadline_ns) {
    return deadline_ns == RT_NEVER &&
           loop->timers.count == loop->timers.idle_count;
}

/* uv has callbacks of its own to run. */
static bool is_uv_busy(rt_loop *loop) {
    struct rt_loop_uv *uv = loop->uv;
    return uv && uv_backend_timeout(&uv->loop) >= 0;
}

bool rt_loop_is_called(rt_loop *loop) {
    if (rt_loop_has_posts(loop)) return true;
    struct rt_loop_uv *uv = atomic_load(&loop->uv);
    if (!uv) return false;
    struct pollfd p = {.fd = uv_backend_fd(&uv->loop), .events = POLLIN};
    return poll(&p, 1, 0) > 0;
}

static void fall_asleep(rt_loop *loop) {
    loop->is_asleep = true;
    atomic_fetch_add(&loop->naps, 1);
    if (loop->awake) rt_awake_lower(loop->awake);
}

/* Who moves a virtual clock looks whether it is to be moved now. */
static void tell_rest(rt_loop *loop) {
    if (!loop->awake) return;
    void (*tell)(rt_awake *) = loop->awake->on_rest;
    if (tell) tell(loop->awake);
}

void rt_loop_rouse(rt_loop *loop) {
    if (!loop->is_asleep) return;
    if (loop->awake) rt_awake_raise(loop->awake);
    loop->is_asleep = false;
    atomic_fetch_add(&loop->naps, 1);
}

static void wake_up(rt_loop *loop) {
    rt_loop_rouse(loop);
    if (loop->awake && atomic_load(&loop->dozes) % 2 == 1)
        atomic_fetch_add(&loop->dozes, 1);
    void (*tell)(rt_awake *) = loop->awake ? loop->awake->on_stir : NULL;
    if (tell) tell(loop->awake);
}

/* In this order: who has posted to it has done so before it stirred. */
bool rt_loop_sleeps(rt_loop *loop, uint32_t *naps) {
    bool has_posts = atomic_load(&loop->inbox) != NULL;
    bool is_nudged = atomic_load(&loop->nudged);
    *naps = atomic_load(&loop->naps);
    return *naps % 2 == 1 && !has_posts && !is_nudged &&
           !rt_loop_has_turn(loop);
}

bool rt_loop_rests(rt_loop *loop, uint32_t *sleeps, bool *dozes) {
    uint32_t naps, count = atomic_load(&loop->dozes);
    bool sleeps_for_good = rt_loop_sleeps(loop, &naps);
    *sleeps = naps + count;
    *dozes = count % 2 == 1;
    if (*dozes)
        return !rt_loop_has_posts(loop) && !atomic_load(&loop->nudged) &&
               !rt_loop_has_turn(loop);
    return sleeps_for_good;
}

/* Its clock is virtual: others say when it is time. Its deadline is there to be
 * read as soon as it counts as asleep. */
static void lie_down(rt_loop *loop, int64_t deadline_ns, int64_t *sleep_ns) {
    bool is_virtual = rt_clock_is_virtual(loop->clock);
    atomic_store(&loop->rest_ns,
                 is_virtual ? first_deadline(loop, deadline_ns) : RT_NEVER);
    if (is_virtual) *sleep_ns = RT_NEVER;
    if ((is_virtual || is_free_of_timers(loop, deadline_ns)) &&
        loop->expected == 0 && !is_uv_busy(loop))
        fall_asleep(loop);
    else if (loop->awake)
        atomic_fetch_add(&loop->dozes, 1);
    tell_rest(loop);
}

static void park(rt_loop *loop, int64_t deadline_ns, int64_t sleep_ns) {
    lie_down(loop, deadline_ns, &sleep_ns);
    if (loop->uv)
        poll_uv(loop->uv, sleep_ns);
    else
        futex_wait(loop, sleep_ns);
    wake_up(loop);
}

static bool must_stir(const rt_loop *loop) {
    return atomic_load(&loop->inbox) != NULL || atomic_load(&loop->nudged) ||
           !atomic_load(&loop->steering) || rt_loop_has_turn(loop);
}

/* Others have the turn meanwhile. A post does not wake it from this, but whoever has
 * the turn will see it. */
static void sleep_out_of_turn(rt_loop *loop, const rt_loop_steering *steering,
                              int64_t deadline_ns) {
    atomic_store(&loop->rest_ns, first_deadline(loop, deadline_ns));
    if (!steering->leave(loop)) {
        bool is_called = false;
        while (!is_called && !must_stir(loop)) {
            atomic_store(&loop->parked, 1);
            if (!must_stir(loop)) park(loop, deadline_ns, RT_NEVER);
            atomic_store(&loop->parked, 0);
            is_called = loop->uv && !must_stir(loop); /* by uv */
        }
        steering->enter(loop, is_called);
    }
    atomic_store(&loop->nudged, false);
    if (loop->uv) poll_uv(loop->uv, 0);
}

static void sleep_until_woken(rt_loop *loop, int64_t deadline_ns) {
    const rt_loop_steering *steering = loop->steering;
    if (steering) {
        sleep_out_of_turn(loop, steering, deadline_ns);
        return;
    }
    int64_t sleep_ns = time_to_sleep(loop, deadline_ns);
    if (sleep_ns == 0) {
        if (loop->uv) poll_uv(loop->uv, 0);
        return;
    }
    if (loop->before_sleep) loop->before_sleep(loop);
    if (spin(loop)) return;
    atomic_store(&loop->parked, 1);
    if (atomic_load(&loop->inbox) == NULL && !atomic_load(&loop->nudged))
        park(loop, deadline_ns, sleep_ns);
    atomic_store(&loop->parked, 0);
    atomic_store(&loop->nudged, false);
}

void rt_loop_turn(rt_loop *loop, bool may_block, int64_t deadline_ns) {
    if (atomic_load_explicit(&loop->urged_ns, memory_order_relaxed) != 0)
        atomic_store(&loop->urged_ns, 0);
    if (may_block && !rt_loop_has_posts(loop))
        sleep_until_woken(loop, deadline_ns);
    else if (loop->uv)
        poll_uv(loop->uv, 0);
    loop->now_ns = rt_loop_now(loop);
    if (rt_loop_has_posts(loop)) run_posts(loop);
    if (loop->timers.count > 0) rt_timers_run(&loop->timers, loop->now_ns);
}

static void on_wake(uv_async_t *wake) {
    (void)wake; /* the turn that follows drains the inbox */
}

/* The first loop makes a pipe for signals, and libuv ends the process if there
 * are no descriptors for it. A loop takes more than two; what is left then is for
 * another thread that opens a file meanwhile. */
static bool has_descriptors(void) {
    int ends[2][2];
    if (pipe2(ends[0], O_CLOEXEC)) return false;
    bool has_more = pipe2(ends[1], O_CLOEXEC) == 0;
    for (int i = 0; i < (has_more ? 2 : 1); i++) {
        (void)close(ends[i][0]);
        (void)close(ends[i][1]);
    }
    return has_more;
}

uv_loop_t *rt_loop_uv(rt_loop *loop) {
    if (loop->uv) return &loop->uv->loop;
    if (!has_descriptors()) return NULL;
    struct rt_loop_uv *uv = rt_calloc(sizeof *uv);
    if (!uv) return NULL;
    if (uv_loop_init(&uv->loop)) {
        rt_free(uv);
        return NULL;
    }
    int status = uv_async_init(&uv->loop, &uv->wake, on_wake);
    if (status) {
        (void)uv_loop_close(&uv->loop);
        rt_free(uv);
        return NULL;
    }
    (void)uv_timer_init(&uv->loop, &uv->deadline);
    loop->uv = uv;
    return &uv->loop;
}

int rt_loop_make_uv(rt_loop *loop) {
    errno = 0;
    if (rt_loop_uv(loop)) return RT_OK;
    return errno == EMFILE || errno == ENFILE ? -errno : RT_ENOMEMORY;
}

void rt_loop_deinit(rt_loop *loop) {
    assert(!rt_loop_has_posts(loop));
    rt_timers_deinit(&loop->timers);
    struct rt_loop_uv *uv = loop->uv;
    if (!uv) return;
    uv_close((uv_handle_t *)&uv->wake, NULL);
    uv_close((uv_handle_t *)&uv->deadline, NULL);
    (void)uv_run(&uv->loop, UV_RUN_DEFAULT);
    int status = uv_loop_close(&uv->loop);
    assert(status == 0);
    (void)status;
    rt_free(uv);
    loop->uv = NULL;
}
