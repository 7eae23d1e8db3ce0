/* lib_thread.c - OS threads with a Lua state each.
 *
 *     local t = spawn_thread(function(n) return fib(n) end, 30)
 *     print(t:join())
 *
 * The job is made by the starter and freed by the thread. Results are handed
 * over first, then the state is closed. */
#include "lib/lib_thread.h"

#include <lauxlib.h>

#include "base/alloc.h"
#include "core/console.h"
#include "core/failure.h"
#include "core/policy.h"
#include "core/proxy.h"
#include "core/start.h"
#include "core/state.h"
#include "core/steer.h"
#include "ship/ship.h"
#include "ship/thread_job.h"

/* Threads that to_thread uses at once; what comes then waits its turn. */
enum { POOL_THREADS = 32 };

typedef struct thread_job {
    host_thread_job base;
    rt_list link;             /* to_thread: in the queue */
    struct thread_pool *pool; /* to_thread: NULL for spawn_thread */
} thread_job;

/* The queue of to_thread: one for a program. */
typedef struct thread_pool {
    pthread_mutex_t lock;
    rt_list queue;
    int running;
} thread_pool;

static bool queue_job(thread_pool *pool, thread_job *job);

/* ---- the thread's side ---- */

/* Starts the next piece of work that to_thread queued; its thread is the one
 * that is about to be idle, or a new one. */
static void start_queued(thread_pool *pool, rt_runtime *runtime) {
    for (;;) { /* until one could be started */
        pthread_mutex_lock(&pool->lock);
        rt_list *node = rt_list_pop(&pool->queue);
        if (!node) pool->running--;
        pthread_mutex_unlock(&pool->lock);
        if (!node) return;
        thread_job *job = rt_container_of(node, thread_job, link);
        int status = rt_thread_start(runtime, &job->base.job);
        if (status == RT_OK) return;
        job->pool = NULL; /* the next one is started here */
        host_thread_job_fail(&job->base, status);
    }
}

static void on_end(host_thread_job *base, rt_runtime *runtime) {
    thread_job *job = rt_container_of(base, thread_job, base);
    thread_pool *pool = job->pool;
    rt_free(job);
    if (pool) start_queued(pool, runtime);
}

/* ---- the starter's side ---- */

/* Makes the job for the arguments of the running function. */
static thread_job *new_job(lua_State *L, const char *caller) {
    host_start start;
    host_deny_check(L, HOST_DENY_THREADS, caller, 0);
    host_start_read(L, 1, 0, caller, HOST_START_THREAD, &start);
    rt_message *work =
        host_ship_start(L, 2, HOST_SHIP_THREAD, "thread", start.options);
    const char *place = host_push_caller(L);
    rt_strand *strand =
        rt_strand_new(host_of(L)->runtime, RT_STRAND_THREAD, start.name, place);
    thread_job *job = rt_calloc(sizeof *job);
    if (!strand || !job) {
        rt_message_free(work);
        rt_object_unref(strand ? &strand->object : NULL);
        rt_free(job);
        luaL_error(L, "not enough memory");
    }
    strand->daemon = start.is_daemon;
    strand->owner = host_owner(L);
    host_thread_job_init(&job->base, strand, work, on_end);
    rt_object_unref(&strand->object); /* the job has its own */
    return job;
}

static int start_job(lua_State *L, thread_job *job) {
    rt_strand *strand = job->base.strand;
    rt_runtime *runtime = strand->runtime;
    rt_object_ref(&strand->object); /* until the proxy has its own */
    host_console_adopt(host_of(L), strand);
    rt_runtime_add(runtime, strand);
    bool is_queued = job->pool && queue_job(job->pool, job);
    int status = is_queued ? RT_OK : rt_thread_start(runtime, &job->base.job);
    if (status != RT_OK) {
        rt_strand_observe(strand); /* it is raised here */
        host_thread_job_fail(&job->base, status);
        rt_object_unref(&strand->object);
        return host_raise(L, "usage", "cannot start thread: %s",
                          rt_status_text(status));
    }
    host_proxy_push(L, &strand->object);
    rt_object_unref(&strand->object);
    return 1;
}

/* spawn_thread(f, ...) -> handle;  spawn_thread{ f, ..., name =, daemon =,
 * private =, globals = } -> handle */
static int spawn_thread(lua_State *L) {
    host_steer_point(L);
    return start_job(L, new_job(L, "spawn_thread"));
}

/* Puts the job behind others if the pool is busy. */
static bool queue_job(thread_pool *pool, thread_job *job) {
    pthread_mutex_lock(&pool->lock);
    bool is_full = pool->running >= POOL_THREADS;
    if (is_full)
        rt_list_push(&pool->queue, &job->link);
    else
        pool->running++;
    pthread_mutex_unlock(&pool->lock);
    return is_full;
}

/* to_thread(f, ...) -> handle; options as for spawn_thread */
static int to_thread(lua_State *L) {
    thread_job *job = new_job(L, "to_thread");
    job->pool = host_of(L)->runtime->thread_pool;
    return start_job(L, job);
}

/* ---- set-up ---- */

bool host_thread_set_up(rt_runtime *runtime) {
    thread_pool *pool = rt_calloc(sizeof *pool);
    if (!pool) return false;
    pthread_mutex_init(&pool->lock, NULL);
    rt_list_init(&pool->queue);
    runtime->thread_pool = pool;
    return true;
}

void host_thread_tear_down(rt_runtime *runtime) {
    thread_pool *pool = runtime->thread_pool;
    if (!pool) return;
    pthread_mutex_destroy(&pool->lock);
    rt_free(pool);
    runtime->thread_pool = NULL;
}

void host_open_thread(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"spawn_thread", spawn_thread},
        {"to_thread", to_thread},
        {NULL, NULL},
    };
    for (const luaL_Reg *f = functions; f->name; f++) {
        lua_pushcfunction(L, f->func);
        lua_pushvalue(L, -1);
        lua_setglobal(L, f->name);
        lua_setfield(L, -2, f->name);
    }
}
