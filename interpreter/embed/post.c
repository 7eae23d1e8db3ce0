/* post.c - a function of the host's becomes a task of the main state. What it is given is
 * dropped by the record, a userdata with __close and __gc, which lies at the bottom of
 * the task: so exactly once, whatever becomes of the task. */
#include <lauxlib.h>

#include "base/alloc.h"
#include "core/end.h"
#include "core/task.h"
#include "embed/embedded.h"

typedef struct posted {
    rt_post post;
    plait *p;
    plait_function function;
    void *data;
    void (*drop)(void *data);
} posted;

/* What the task has of it. */
typedef struct keeper {
    void *data;
    void (*drop)(void *data); /* NULL: nothing (more) to be done */
} keeper;

#define KEEPER_TYPE "plait.posted"

static int keeper_drop(lua_State *L) {
    keeper *k = lua_touserdata(L, 1);
    void (*drop)(void *data) = k->drop;
    k->drop = NULL;
    if (drop) drop(k->data);
    return 0;
}

static keeper *push_keeper(lua_State *L) {
    keeper *k = lua_newuserdatauv(L, sizeof *k, 0);
    *k = (keeper){.drop = NULL};
    if (luaL_newmetatable(L, KEEPER_TYPE)) {
        lua_pushcfunction(L, keeper_drop);
        lua_setfield(L, -2, "__gc");
        lua_pushcfunction(L, keeper_drop);
        lua_setfield(L, -2, "__close");
    }
    lua_setmetatable(L, -2);
    return k;
}

static int after(lua_State *L, int status, lua_KContext context) {
    (void)L;
    (void)status;
    (void)context;
    return 0; /* what it returns interests nobody */
}

/* (keeper, function) -> its task's */
static int run_posted(lua_State *L) {
    const keeper *k = lua_touserdata(L, 1);
    void *data = k->data;
    lua_insert(L, 1); /* the function below what is to be closed */
    lua_toclose(L, 2);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, data);
    lua_callk(L, 1, 0, 0, after);
    return after(L, LUA_OK, 0);
}

/* (posted) -> the task is there */
static int start(lua_State *L) {
    posted *post = lua_touserdata(L, 1);
    lua_pushcfunction(L, run_posted);
    keeper *k = push_keeper(L);
    lua_pushcfunction(L, post->function);
    (void)host_task_start(L, 2);
    k->data = post->data; /* from here on it is the task's */
    k->drop = post->drop;
    post->drop = NULL;
    return 0;
}

/* On the owner's thread. */
static void on_post(rt_post *base) {
    posted *post = rt_container_of(base, posted, post);
    plait *p = post->p;
    if (!atomic_load(&p->is_closing)) {
        lua_pushcfunction(p->L, start);
        lua_pushlightuserdata(p->L, post);
        if (lua_pcall(p->L, 1, 0, 0) != LUA_OK) host_end_complain(p->L);
    }
    atomic_fetch_sub(&p->post_count, 1);
    if (p->host->is_draining)
        (void)rt_waiter_cancel(&p->host->main.waiter, RT_OK);
    if (post->drop) post->drop(post->data);
    rt_free(post);
}

static plait_status send(plait *p, plait_function function, void *data,
                         void (*drop)(void *data)) {
    if (!plait_reach(p)) return PLAIT_ERR_STATE;
    plait_status status = PLAIT_ERR_STATE;
    if (!atomic_load(&p->is_closing)) {
        posted *post = rt_alloc(sizeof *post);
        status = post ? PLAIT_OK : PLAIT_ERR_MEMORY;
        if (post) {
            *post = (posted){.post.run = on_post,
                             .p = p,
                             .function = function,
                             .data = data,
                             .drop = drop};
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
