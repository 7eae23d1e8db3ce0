/* post.c - a function of the host's becomes a task of the main state. What it was given is
 * dropped at the end of that task, for which a waiter waits; also if it never began.
 *
 * Other threads may post faster than tasks can be started. So what is posted is only
 * queued, and started in pieces, between which tasks and the host have their turns. */
#include <lauxlib.h>

#include "base/alloc.h"
#include "core/end.h"
#include "core/task.h"
#include "embed/embedded.h"

/* Tasks started at once. */
enum { PIECE = 64 };

typedef struct posted {
    rt_post post;
    rt_list link; /* in p->pending; from when its task is there in p->posted */
    plait *p;
    plait_function function;
    void *data;
    void (*drop)(void *data); /* or NULL */
    rt_waiter waiter;         /* for the end of the task */
} posted;

static void finish(posted *post) {
    rt_list_unlink(&post->link);
    if (post->drop) post->drop(post->data);
    rt_free(post);
}

static void on_end(rt_waiter *waiter) {
    finish(rt_container_of(waiter, posted, waiter));
}

static void begin(posted *post);

void plait_abandon_posts(plait *p) {
    while (!rt_list_empty(&p->pending))
        begin(rt_container_of(p->pending.next, posted, link));
    while (!rt_list_empty(&p->posted)) {
        posted *post = rt_container_of(p->posted.next, posted, link);
        (void)rt_waiter_cancel(&post->waiter, RT_ECANCELLED);
    }
}

/* (posted) -> the task is there */
static int start(lua_State *L) {
    posted *post = lua_touserdata(L, 1);
    plait *p = post->p;
    lua_pushcfunction(L, post->function);
    lua_pushlightuserdata(L, post->data);
    host_task *task = host_task_start(L, 2);
    rt_waiter_init(&post->waiter, p->host->loop, on_end);
    post->waiter.completes_inline = true;
    (void)host_task_wait(task, &post->waiter);
    rt_list_push(&p->posted, &post->link);
    return 0;
}

/* Its task is started; or it is dropped, if none can be. */
static void begin(posted *post) {
    plait *p = post->p;
    bool has_started = false;
    rt_list_unlink(&post->link);
    if (!atomic_load(&p->is_closing)) {
        p->has_started = true; /* it may start threads */
        lua_pushcfunction(p->L, start);
        lua_pushlightuserdata(p->L, post);
        has_started = lua_pcall(p->L, 1, 0, 0) == LUA_OK;
        if (!has_started) host_end_complain(p->L);
    }
    atomic_fetch_sub(&p->post_count, 1);
    if (!has_started) finish(post);
}

void plait_begin_posts(rt_post *pump) {
    plait *p = rt_container_of(pump, plait, pump);
    for (int i = 0; i < PIECE && !rt_list_empty(&p->pending); i++)
        begin(rt_container_of(p->pending.next, posted, link));
    p->is_pumping = !rt_list_empty(&p->pending);
    if (p->is_pumping) rt_loop_post(&p->states.loop, &p->pump);
    if (p->host && p->host->is_draining)
        (void)rt_waiter_cancel(&p->host->main.waiter, RT_OK);
}

/* On the owner's thread. */
static void on_post(rt_post *base) {
    posted *post = rt_container_of(base, posted, post);
    plait *p = post->p;
    rt_list_push(&p->pending, &post->link);
    if (atomic_load(&p->is_closing)) {
        begin(post);
    } else if (!p->is_pumping) {
        p->is_pumping = true;
        rt_loop_post(&p->states.loop, &p->pump);
    }
}

static plait_status send(plait *p, plait_function function, void *data,
                         void (*drop)(void *data)) {
    if (!plait_reach(p)) return PLAIT_ERR_STATE;
    plait_status status = PLAIT_ERR_STATE;
    if (!atomic_load(&p->is_closing)) {
        posted *post = rt_calloc(sizeof *post);
        status = post ? PLAIT_OK : PLAIT_ERR_MEMORY;
        if (post) {
            post->post.run = on_post;
            rt_list_init(&post->link);
            post->p = p;
            post->function = function;
            post->data = data;
            post->drop = drop;
            atomic_fetch_add(&p->post_count, 1);
            rt_loop_post(&p->states.loop, &post->post);
        }
    }
    plait_let_go(p);
    return status;
}

plait_status plait_post(plait *p, plait_function function, void *data,
                        void (*drop)(void *data)) {
    plait_status status =
        function ? send(p, function, data, drop) : PLAIT_ERR_ARGUMENT;
    if (status != PLAIT_OK && drop) drop(data);
    return status;
}
