/* hub.c - stopping: every member is asked to end, and what is still there
 * after half a second is killed; the thread ends when the last one has left.
 *
 * rt_hub_start starts the thread under the runtime's lock, at most once; the
 * pair (runtime->hub, runtime->hub_stop) tells not started (neither), running
 * (both), stopped (hub only, dangling). */
#include "ipc/hub.h"

#include <assert.h>
#include <errno.h>
#include <semaphore.h>
#include <sys/prctl.h>

#include "base/alloc.h"
#include "base/deaf.h"
#include "exec/monitor.h"
#include "exec/quiet.h"
#include "ipc/process.h"
#include "ipc/wire.h"

enum { GRACE_NS = 500 * 1000 * 1000 };

struct rt_hub {
    rt_runtime *runtime; /* which owns the hub */
    rt_loop loop;
    pthread_t thread;
    rt_list members;
    bool stopping;
    bool killing;
    rt_post stop, kill;
    sem_t killed;
    rt_timer grace;
    struct rt_wire *expected;
    struct rt_door *door;
    uint8_t scratch[RT_HUB_SCRATCH];
};

/* Calls `act` of every member; members may leave meanwhile, any of them. */
static void tell_all(rt_hub *hub, bool kill) {
    rt_list told;
    rt_list_init(&told);
    for (rt_list *node; (node = rt_list_pop(&hub->members)) != NULL;) {
        rt_hub_member *member = rt_container_of(node, rt_hub_member, link);
        rt_list_push(&told, node);
        if (kill)
            member->kill(member);
        else
            member->stop(member);
    }
    rt_list_move(&hub->members, &told);
}

static void on_grace_over(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    rt_hub *hub = rt_container_of(timer, rt_hub, grace);
    hub->killing = true;
    tell_all(hub, true);
}

static void on_kill(rt_post *post) {
    rt_hub *hub = rt_container_of(post, rt_hub, kill);
    on_grace_over(&hub->grace, 0);
    (void)sem_post(&hub->killed);
}

static void on_stop(rt_post *post) {
    rt_hub *hub = rt_container_of(post, rt_hub, stop);
    hub->stopping = true;
    tell_all(hub, false);
    int64_t due = rt_clock_now() + GRACE_NS;
    if (rt_timer_start(&hub->loop.timers, &hub->grace, due, due))
        on_grace_over(&hub->grace, due); /* no memory for patience */
}

static bool look(rt_loop *loop) {
    rt_hub *hub = rt_container_of(loop, rt_hub, loop);
    return hub->expected && rt_wire_look(hub->expected);
}

static void *run(void *argument) {
    rt_hub *hub = argument;
    (void)prctl(PR_SET_NAME, "plait-hub", 0, 0, 0);
    hub->loop.thread = pthread_self();
    rt_quiet_join(hub->runtime, &hub->loop);
    while (!hub->stopping || !rt_list_empty(&hub->members))
        rt_loop_turn(&hub->loop, true, RT_NEVER);
    rt_timer_stop(&hub->loop.timers, &hub->grace);
    rt_quiet_leave(hub->runtime, &hub->loop);
    return NULL;
}

static void free_hub(rt_hub *hub) {
    rt_loop_deinit(&hub->loop);
    (void)sem_destroy(&hub->killed);
    rt_free(hub);
}

static int start(rt_runtime *runtime, rt_hub **started) {
    rt_hub *hub = rt_alloc(sizeof *hub);
    if (!hub) return RT_ENOMEMORY;
    hub->runtime = runtime;
    rt_loop_init(&hub->loop);
    rt_list_init(&hub->members);
    hub->stopping = hub->killing = false;
    hub->stop.run = on_stop;
    hub->kill.run = on_kill;
    (void)sem_init(&hub->killed, 0, 0);
    hub->grace = (rt_timer){.fire = on_grace_over};
    hub->expected = NULL;
    hub->door = NULL;
    hub->loop.look = look;
    int status = rt_loop_make_uv(&hub->loop);
    if (status == RT_OK) status = -rt_deaf_thread(&hub->thread, run, hub);
    if (status)
        free_hub(hub);
    else
        *started = hub;
    return status;
}

static void stop(rt_hub *hub) {
    rt_loop_post(&hub->loop, &hub->stop);
    (void)pthread_join(hub->thread, NULL);
    /* From here on this thread drives the loop: what was posted last. */
    hub->thread = pthread_self();
    while (rt_loop_has_posts(&hub->loop))
        rt_loop_turn(&hub->loop, false, RT_NEVER);
    free_hub(hub);
}

static void post_to(rt_hub *hub, rt_post *post) {
    rt_loop_post(&hub->loop, post);
}

int rt_hub_start(rt_runtime *runtime, rt_hub **hub) {
    int status = RT_OK;
    pthread_mutex_lock(&runtime->lock);
    bool is_first = !runtime->hub;
    if (is_first) {
        status = start(runtime, &runtime->hub);
        runtime->hub_stop = runtime->hub ? stop : NULL;
        runtime->hub_post = post_to;
        runtime->hub_ask = rt_process_ask;
    }
    *hub = runtime->hub_stop ? runtime->hub : NULL;
    pthread_mutex_unlock(&runtime->lock);
    if (is_first) rt_monitor_poke(runtime); /* as with the first thread */
    return *hub || status ? status : RT_ECLOSED;
}

rt_hub *rt_hub_of(rt_runtime *runtime) {
    rt_hub *hub;
    (void)rt_hub_start(runtime, &hub); /* NULL says enough */
    return hub;
}

rt_runtime *rt_hub_runtime(const rt_hub *hub) {
    return hub->runtime;
}

rt_loop *rt_hub_loop(rt_hub *hub) {
    return &hub->loop;
}

void rt_hub_kill_children(rt_runtime *runtime, int64_t limit_ns) {
    pthread_mutex_lock(&runtime->lock);
    rt_hub *hub = runtime->hub_stop ? runtime->hub : NULL;
    if (hub) rt_loop_post(&hub->loop, &hub->kill); /* it does not end before */
    pthread_mutex_unlock(&runtime->lock);
    int64_t end = rt_clock_now() + limit_ns;
    struct timespec until = {end / RT_SECOND, end % RT_SECOND};
    while (hub && sem_clockwait(&hub->killed, CLOCK_MONOTONIC, &until) < 0 &&
           errno == EINTR)
        continue;
}

bool rt_hub_is_this_thread(const rt_hub *hub) {
    return pthread_equal(hub->thread, pthread_self());
}

void rt_hub_join(rt_hub *hub, rt_hub_member *member) {
    assert(rt_hub_is_this_thread(hub));
    rt_list_push(&hub->members, &member->link);
    if (hub->killing)
        member->kill(member);
    else if (hub->stopping)
        member->stop(member);
}

void rt_hub_leave(rt_hub *hub, rt_hub_member *member) {
    assert(rt_hub_is_this_thread(hub));
    (void)hub;
    rt_list_unlink(&member->link);
}

void rt_hub_expect(rt_hub *hub, struct rt_wire *wire) {
    hub->expected = wire;
}

struct rt_wire *rt_hub_expected(const rt_hub *hub) {
    return hub->expected;
}

struct rt_door **rt_hub_door(rt_hub *hub) {
    return &hub->door;
}

uint8_t *rt_hub_scratch(rt_hub *hub) {
    return hub->scratch;
}
