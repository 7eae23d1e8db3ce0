/* pace.c - whoever is about to sleep looks at all loops, twice, as quiet.c does:
 * a post that is on its way keeps its loop from counting as asleep, and who is
 * woken by it will sleep later, and look then. So one of the looks is the last.
 *
 * All is guarded by the runtime's lock. While the clock flows nobody is awake to
 * move it; the monitor is, and looks when the first deadline has come. */
#include "exec/pace.h"

#include "base/alloc.h"
#include "exec/monitor.h"

struct rt_pace {
    rt_watched watched;
    rt_runtime *runtime; /* which owns it */
    rt_list settlers;    /* of rt_waiter */
    bool is_watched;
};

static int64_t look(rt_watched *watched, int64_t now_ns);

struct rt_pace *rt_pace_new(rt_runtime *runtime) {
    struct rt_pace *pace = rt_calloc(sizeof *pace);
    if (!pace) return NULL;
    pace->runtime = runtime;
    pace->watched.look = look;
    rt_list_init(&pace->watched.link);
    rt_list_init(&pace->settlers);
    return pace;
}

void rt_pace_free(struct rt_pace *pace) {
    rt_free(pace);
}

/* ---- with the lock held ---- */

/* What a look at all loops finds. */
typedef struct view {
    bool is_asleep; /* all are */
    bool is_open;   /* something from outside may wake one */
    uint64_t sleeps;
    rt_loop *first; /* whose deadline is the first; NULL: none has one */
    int64_t due_ns;
} view;

static view look_at_loops(rt_runtime *runtime) {
    view v = {.is_asleep = true, .due_ns = RT_NEVER};
    v.is_open =
        atomic_load(&runtime->sources) > atomic_load(&runtime->passive_sources);
    for (rt_list *node = runtime->loops.next; node != &runtime->loops;
         node = node->next) {
        rt_loop *loop = rt_container_of(node, rt_loop, link);
        uint32_t sleeps;
        bool dozes;
        if (!rt_loop_rests(loop, &sleeps, &dozes)) v.is_asleep = false;
        v.is_open = v.is_open || dozes;
        v.sleeps += sleeps;
        int64_t due_ns = atomic_load(&loop->rest_ns);
        if (due_ns >= v.due_ns) continue;
        v.due_ns = due_ns;
        v.first = loop;
    }
    return v;
}

static void stand_still(rt_clock *clock) {
    if (atomic_load(&clock->flowing_ns) == 0) return;
    atomic_store(&clock->now_ns, rt_clock_read(clock));
    atomic_store(&clock->flowing_ns, 0);
}

/* Not inline: the thread that does it may be the waiter's own, which is about to
 * sleep. */
static void wake_settlers(struct rt_pace *pace) {
    for (rt_list *node; (node = rt_list_pop(&pace->settlers));) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        if (!rt_waiter_claim(waiter)) continue;
        waiter->winner = waiter;
        waiter->status = RT_OK;
        rt_waiter_post(waiter);
    }
}

static void wake_first(rt_clock *clock, const view *v) {
    if (v->due_ns > atomic_load(&clock->now_ns))
        atomic_store(&clock->now_ns, v->due_ns);
    rt_loop_wake(v->first);
}

/* Returns whether the monitor is to look. */
static bool decide(rt_runtime *runtime) {
    rt_clock *clock = &runtime->clock;
    if (!rt_clock_is_virtual(clock)) return false;
    stand_still(clock);
    view v = look_at_loops(runtime), again = look_at_loops(runtime);
    if (!v.is_asleep || !again.is_asleep || v.sleeps != again.sleeps)
        return false;
    v = again;
    bool is_due = v.first && v.due_ns <= atomic_load(&clock->now_ns);
    if (!is_due && !rt_list_empty(&runtime->pace->settlers)) {
        wake_settlers(runtime->pace);
    } else if (is_due || (v.first && !v.is_open)) {
        wake_first(clock, &v);
    } else if (v.first) {
        atomic_store(&clock->flowing_ns, rt_clock_now());
        return true;
    }
    return false;
}

/* ---- hooks ---- */

static void on_rest(rt_awake *awake) {
    rt_runtime *runtime = rt_container_of(awake, rt_runtime, awake);
    pthread_mutex_lock(&runtime->lock);
    bool is_flowing = decide(runtime);
    pthread_mutex_unlock(&runtime->lock);
    if (is_flowing) rt_monitor_poke(runtime);
}

static void on_stir(rt_awake *awake) {
    rt_runtime *runtime = rt_container_of(awake, rt_runtime, awake);
    if (atomic_load(&runtime->clock.flowing_ns) == 0) return;
    pthread_mutex_lock(&runtime->lock);
    stand_still(&runtime->clock);
    pthread_mutex_unlock(&runtime->lock);
}

/* When the first deadline comes, by the machine's clock. */
static int64_t look_while_flowing(rt_runtime *runtime, int64_t now_ns) {
    rt_clock *clock = &runtime->clock;
    int64_t since = atomic_load(&clock->flowing_ns);
    if (!rt_clock_is_virtual(clock) || since == 0) return RT_NEVER;
    view v = look_at_loops(runtime);
    if (!v.first) return RT_NEVER;
    int64_t due = since + (v.due_ns - atomic_load(&clock->now_ns));
    if (now_ns < due) return due;
    stand_still(clock);
    wake_first(clock, &v);
    return RT_NEVER;
}

static int64_t look(rt_watched *watched, int64_t now_ns) {
    rt_runtime *runtime =
        rt_container_of(watched, struct rt_pace, watched)->runtime;
    pthread_mutex_lock(&runtime->lock);
    int64_t due = look_while_flowing(runtime, now_ns);
    pthread_mutex_unlock(&runtime->lock);
    return due;
}

/* ---- for others ---- */

/* Those that sleep do so by the other clock. */
static void wake_all(rt_runtime *runtime) {
    for (rt_list *node = runtime->loops.next; node != &runtime->loops;
         node = node->next)
        rt_loop_wake(rt_container_of(node, rt_loop, link));
}

void rt_pace_start(rt_runtime *runtime) {
    struct rt_pace *pace = runtime->pace;
    pthread_mutex_lock(&runtime->lock);
    bool is_new = !pace->is_watched;
    pace->is_watched = true;
    rt_clock_stop(&runtime->clock);
    atomic_store(&runtime->awake.on_stir, on_stir);
    atomic_store(&runtime->awake.on_rest, on_rest);
    wake_all(runtime);
    pthread_mutex_unlock(&runtime->lock);
    if (is_new) rt_monitor_watch(runtime, &pace->watched);
}

void rt_pace_stop(rt_runtime *runtime) {
    pthread_mutex_lock(&runtime->lock);
    atomic_store(&runtime->awake.on_rest, NULL);
    atomic_store(&runtime->awake.on_stir, NULL);
    rt_clock_release(&runtime->clock);
    wake_settlers(runtime->pace);
    wake_all(runtime);
    pthread_mutex_unlock(&runtime->lock);
}

static void withdraw(rt_waiter *waiter) {
    rt_runtime *runtime = waiter->object;
    pthread_mutex_lock(&runtime->lock);
    rt_list_unlink(&waiter->link);
    pthread_mutex_unlock(&runtime->lock);
}

void rt_pace_settle(rt_runtime *runtime, rt_waiter *waiter) {
    pthread_mutex_lock(&runtime->lock);
    rt_waiter_park(waiter, runtime, withdraw);
    rt_list_push(&runtime->pace->settlers, &waiter->link);
    if (!rt_clock_is_virtual(&runtime->clock)) wake_settlers(runtime->pace);
    pthread_mutex_unlock(&runtime->lock);
}

bool rt_pace_is_due(const rt_runtime *runtime) {
    return !rt_list_empty(&runtime->pace->settlers);
}
