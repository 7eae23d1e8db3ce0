/* quiet.c - two looks at everything.
 *
 * A count of what is awake says when a look is worth while (rt_awake): whoever
 * brings it to 0 asks the monitor for one. The looks alone decide.
 *
 * The first look notes which of its sleeps each loop is in. If the second finds
 * each in the same one, and nothing posted, then there was a moment between the
 * two at which all of them slept and nothing was on its way: a post made by that
 * moment would still be there, or its loop would have stirred. And from such a
 * moment on nobody is left to post. If a look finds something it is not by
 * chance: whatever that is will sleep later, and bring the count to 0 again.
 *
 * The lists are guarded by the runtime's lock, which is taken inside of the
 * monitor's. */
#include "exec/quiet.h"

#include "base/alloc.h"
#include "exec/monitor.h"
#include "exec/pace.h"

struct rt_quiet {
    rt_watched watched;
    rt_runtime *runtime; /* which owns it */
    _Atomic(rt_quiet_watcher *) watcher;
    atomic_bool is_asked;   /* for a look */
    atomic_bool is_patient; /* it will look by itself, at due_ns */
    uint64_t naps;          /* when it began to be patient */
    int64_t due_ns;
};

static int64_t look(rt_watched *watched, int64_t now_ns);

static void on_none(rt_awake *awake) {
    rt_runtime *runtime = rt_container_of(awake, rt_runtime, awake);
    struct rt_quiet *quiet = runtime->quiet;
    if (!atomic_load(&quiet->watcher) || atomic_load(&quiet->is_patient))
        return;
    if (!atomic_exchange(&quiet->is_asked, true)) rt_monitor_poke(runtime);
}

struct rt_quiet *rt_quiet_new(rt_runtime *runtime) {
    struct rt_quiet *quiet = rt_calloc(sizeof *quiet);
    if (!quiet) return NULL;
    quiet->runtime = runtime;
    quiet->watched.look = look;
    rt_list_init(&quiet->watched.link);
    runtime->awake.on_none = on_none;
    return quiet;
}

void rt_quiet_free(struct rt_quiet *quiet) {
    rt_free(quiet);
}

/* ---- what is counted ---- */

void rt_quiet_join(rt_runtime *runtime, rt_loop *loop) {
    rt_awake_raise(&runtime->awake);
    loop->awake = &runtime->awake;
    pthread_mutex_lock(&runtime->lock);
    rt_list_push(&runtime->loops, &loop->link);
    pthread_mutex_unlock(&runtime->lock);
}

void rt_quiet_leave(rt_runtime *runtime, rt_loop *loop) {
    pthread_mutex_lock(&runtime->lock);
    rt_list_unlink(&loop->link);
    pthread_mutex_unlock(&runtime->lock);
    loop->awake = NULL;
    rt_awake_lower(&runtime->awake);
    void (*tell)(rt_awake *) = runtime->awake.on_rest;
    if (tell) tell(&runtime->awake);
}

void rt_quiet_add_source(rt_runtime *runtime) {
    atomic_fetch_add(&runtime->sources, 1);
    rt_awake_raise(&runtime->awake);
}

void rt_quiet_add_passive_source(rt_runtime *runtime) {
    atomic_fetch_add(&runtime->passive_sources, 1);
    rt_quiet_add_source(runtime);
}

void rt_quiet_remove_source(rt_runtime *runtime) {
    atomic_fetch_sub(&runtime->sources, 1);
    rt_awake_lower(&runtime->awake);
}

/* ---- looking ---- */

/* With the runtime's lock held. The sum of the sleeps the loops are in: it only
 * ever grows. */
static bool sleep_all(rt_runtime *runtime, const rt_loop *but, uint64_t *sum) {
    *sum = 0;
    for (rt_list *node = runtime->loops.next; node != &runtime->loops;
         node = node->next) {
        rt_loop *loop = rt_container_of(node, rt_loop, link);
        uint32_t naps = 0;
        if (loop != but && (!rt_loop_sleeps(loop, &naps) ||
                            atomic_load(&loop->rest_ns) != RT_NEVER))
            return false;
        *sum += naps;
    }
    return true;
}

static bool has_sources(rt_runtime *runtime) {
    return atomic_load(&runtime->sources) > 0;
}

static bool look_twice(rt_runtime *runtime, const rt_loop *but,
                       rt_quiet_watcher *watcher, uint64_t *naps) {
    uint64_t before;
    pthread_mutex_lock(&runtime->lock);
    bool is_quiet = sleep_all(runtime, but, &before) && !has_sources(runtime) &&
                    !rt_pace_is_due(runtime);
    if (is_quiet && watcher && watcher->note) watcher->note(watcher);
    is_quiet = is_quiet && sleep_all(runtime, but, naps) && *naps == before;
    pthread_mutex_unlock(&runtime->lock);
    return is_quiet;
}

bool rt_quiet_is(rt_runtime *runtime, const rt_loop *but) {
    uint64_t naps;
    return look_twice(runtime, but, NULL, &naps);
}

/* Until due_ns nobody need ask. */
static int64_t be_patient(struct rt_quiet *quiet, int64_t due_ns,
                          uint64_t naps) {
    quiet->naps = naps;
    quiet->due_ns = due_ns;
    atomic_store(&quiet->is_patient, true);
    return due_ns;
}

static int64_t look(rt_watched *watched, int64_t now_ns) {
    struct rt_quiet *quiet = rt_container_of(watched, struct rt_quiet, watched);
    rt_quiet_watcher *watcher = atomic_load(&quiet->watcher);
    bool was_patient = atomic_load(&quiet->is_patient);
    if (was_patient && now_ns < quiet->due_ns) return quiet->due_ns;
    /* Before the look: what falls asleep during it asks for another one. */
    atomic_store(&quiet->is_patient, false);
    bool is_asked = atomic_exchange(&quiet->is_asked, false);
    if (!was_patient && !is_asked) return RT_NEVER;
    uint64_t naps;
    if (!look_twice(quiet->runtime, NULL, watcher, &naps)) return RT_NEVER;
    bool is_long_enough = was_patient && naps == quiet->naps;
    bool has_hub =
        quiet->runtime->hub != NULL; /* it sleeps, or there is none */
    if (has_hub && watcher->patience_ns > 0 && !is_long_enough)
        return be_patient(quiet, now_ns + watcher->patience_ns, naps);
    watcher->tell(watcher);
    return RT_NEVER;
}

void rt_quiet_watch(rt_runtime *runtime, rt_quiet_watcher *watcher) {
    struct rt_quiet *quiet = runtime->quiet;
    if (!atomic_exchange(&quiet->watcher, watcher))
        rt_monitor_watch(runtime, &quiet->watched);
}
