/* workers.c - workers are started by whoever finds that one is missing: the
 * script that makes the pool, a worker thread at its end, or the hub's thread
 * when a child has died. So what they run is shipped once, with a stand-in in
 * the place of the seat, and copied for each.
 *
 * The hub's thread may not start processes: it hands that to a thread. */
#include "ship/workers.h"

#include <signal.h>
#include <unistd.h>

#include "base/alloc.h"
#include "core/output.h"
#include "core/policy.h"
#include "exec/seat.h"
#include "ipc/hub.h"
#include "ipc/process.h"
#include "ship/thread_job.h"

/* What all workers of a pool have in common; options->host. */
typedef struct crew {
    rt_message *work; /* with the stand-in among its objects */
    size_t seat;      /* its place there */
    char *place;      /* "app.lua:3": where the pool was made; or NULL */
} crew;

static void free_crew(void *host) {
    crew *c = host;
    rt_message_free(c->work);
    rt_free(c->place);
    rt_free(c);
}

/* ---- one worker ---- */

static rt_message *work_of(const crew *c, rt_seat *seat) {
    rt_message *work = rt_message_copy(c->work);
    if (!work) return NULL;
    rt_object_ref(&seat->object); /* until the message is freed */
    rt_object_unref(work->objects[c->seat]);
    work->objects[c->seat] = &seat->object;
    return work;
}

static rt_strand *new_strand(const crew *c, rt_runtime *runtime,
                             rt_strand_kind kind) {
    rt_strand *strand = rt_strand_new(runtime, kind, "pool worker", c->place);
    if (strand) strand->daemon = strand->is_worker = true;
    return strand;
}

/* From here on others can find it, and tell it to stop. */
static void publish(rt_seat *seat, rt_strand *strand) {
    rt_seat_set_worker(seat, strand);
    rt_runtime_add(strand->runtime, strand);
}

/* It was not started after all. */
static void drop_strand(rt_strand *strand) {
    rt_strand_observe(strand); /* rt_seat_ended tells it */
    (void)rt_strand_finish(strand, RT_STRAND_CANCELLED, NULL);
    rt_object_unref(&strand->object);
}

/* ---- threads ---- */

typedef struct worker_thread {
    host_thread_job base;
    rt_seat *seat; /* the pool's, until it has ended */
} worker_thread;

static void on_thread_end(host_thread_job *base, rt_runtime *runtime) {
    (void)runtime;
    worker_thread *w = rt_container_of(base, worker_thread, base);
    rt_seat *seat = w->seat;
    rt_free(w);
    rt_seat_ended(seat, RT_OK);
}

static int start_thread(const crew *c, rt_runtime *runtime, rt_seat *seat) {
    worker_thread *w = rt_alloc(sizeof *w);
    rt_message *work = work_of(c, seat);
    rt_strand *strand =
        w && work ? new_strand(c, runtime, RT_STRAND_THREAD) : NULL;
    if (!strand) {
        rt_message_free(work);
        rt_free(w);
        return RT_ENOMEMORY;
    }
    host_thread_job_init(&w->base, strand, work, on_thread_end);
    w->seat = seat;
    publish(seat, strand);
    int status = rt_thread_start(runtime, &w->base.job);
    if (status == RT_OK) {
        rt_object_unref(&strand->object); /* the job and the seat have theirs */
        return RT_OK;
    }
    drop_strand(strand);
    host_thread_job_drop(&w->base);
    rt_free(w);
    return status;
}

/* ---- processes ---- */

/* Waits on the hub's loop for the end of a child. */
typedef struct worker_process {
    rt_post post;
    rt_waiter waiter;
    rt_strand *strand; /* a reference */
    rt_seat *seat;     /* the pool's, until it has ended */
    rt_loop *loop;     /* the hub's */
} worker_process;

static void process_ended(worker_process *w) {
    rt_seat *seat = w->seat;
    rt_object_unref(&w->strand->object);
    rt_free(w);
    rt_seat_ended(seat, RT_OK);
}

static void on_process_end(rt_waiter *waiter) {
    process_ended(rt_container_of(waiter, worker_process, waiter));
}

static void on_started(rt_post *post) {
    worker_process *w = rt_container_of(post, worker_process, post);
    rt_waiter_init(&w->waiter, w->loop, on_process_end);
    if (rt_strand_wait(w->strand, &w->waiter) == RT_OK) process_ended(w);
}

static int launch(rt_runtime *runtime, rt_strand *strand, rt_message *work,
                  rt_seat *seat) {
    int journal;
    int status = rt_journal_new(&seat->journal, &journal);
    if (status) return status;
    rt_process_options options = {.work = work,
                                  .version = PLAIT_VERSION,
                                  .stdio = {-1, -1, -1},
                                  .journal = journal};
    host_output_flush(runtime); /* what was printed stands before its output */
    host_policy_prepare_child(runtime);
    status = rt_process_start(runtime, strand, &options);
    (void)close(journal);
    return status;
}

static int start_process(const crew *c, rt_runtime *runtime, rt_seat *seat) {
    rt_hub *hub;
    int status = rt_hub_start(runtime, &hub);
    if (status) return status;
    worker_process *w = rt_alloc(sizeof *w);
    rt_message *work = work_of(c, seat);
    rt_strand *strand =
        w && work ? new_strand(c, runtime, RT_STRAND_PROCESS) : NULL;
    if (strand) publish(seat, strand);
    status = strand ? launch(runtime, strand, work, seat) : RT_ENOMEMORY;
    if (status) {
        if (strand) drop_strand(strand);
        rt_message_free(work);
        rt_free(w);
        return status;
    }
    *w = (worker_process){.post.run = on_started,
                          .strand = strand,
                          .seat = seat,
                          .loop = rt_hub_loop(hub)};
    rt_loop_post(w->loop, &w->post);
    return RT_OK;
}

/* ---- insisting ---- */

/* What a worker gets to end by itself when its pool is cancelled. */
#define GRACE_NS (RT_SECOND / 2)

typedef struct patience {
    rt_post post;
    rt_timer timer;
    rt_hub_member member;
    rt_hub *hub;
    rt_pool *pool; /* a reference */
} patience;

static void end_patience(patience *p) {
    rt_timer_stop(&rt_hub_loop(p->hub)->timers, &p->timer);
    rt_hub_leave(p->hub, &p->member);
    rt_object_unref((rt_object *)(void *)p->pool);
    rt_free(p);
}

static void on_patience_over(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    patience *p = rt_container_of(timer, patience, timer);
    rt_pool_each_worker(p->pool, rt_process_put_down);
    end_patience(p);
}

/* The hub stops, which ends its children itself. */
static void on_hub_stop(rt_hub_member *member) {
    end_patience(rt_container_of(member, patience, member));
}

static void on_insist(rt_post *post) {
    patience *p = rt_container_of(post, patience, post);
    int64_t due = rt_clock_now() + GRACE_NS;
    rt_timers *timers = &rt_hub_loop(p->hub)->timers;
    if (rt_timer_start(timers, &p->timer, due, due) == RT_OK)
        rt_hub_join(p->hub, &p->member); /* may end it at once */
    else
        on_patience_over(&p->timer, due); /* no memory for it */
}

static void insist(rt_pool *pool) {
    rt_hub *hub = rt_hub_of(rt_pool_options_of(pool)->runtime);
    patience *p = hub ? rt_calloc(sizeof *p) : NULL;
    if (!p) {
        rt_pool_each_worker(pool, rt_process_put_down);
        return;
    }
    rt_list_init(&p->member.link);
    p->post.run = on_insist;
    p->timer.fire = on_patience_over;
    p->member.stop = p->member.kill = on_hub_stop;
    p->hub = hub;
    rt_object_ref((rt_object *)(void *)pool); /* until end_patience */
    p->pool = pool;
    rt_loop_post(rt_hub_loop(hub), &p->post);
}

/* ---- on the hub's thread ---- */

typedef struct errand {
    rt_job job;
    const crew *crew;
    rt_runtime *runtime;
    rt_seat *seat; /* which keeps the pool, and so the crew */
} errand;

static void run_errand(rt_job *job, void *prepared, rt_loop *loop) {
    (void)prepared;
    (void)loop;
    errand *e = rt_container_of(job, errand, job);
    int status = start_process(e->crew, e->runtime, e->seat);
    if (status) rt_seat_ended(e->seat, status);
    rt_free(e);
}

static int start_elsewhere(const crew *c, rt_runtime *runtime, rt_seat *seat) {
    errand *e = rt_alloc(sizeof *e);
    if (!e) return RT_ENOMEMORY;
    *e = (errand){{run_errand}, c, runtime, seat};
    int status = rt_thread_start(runtime, &e->job);
    if (status) rt_free(e);
    return status;
}

static bool is_hub_thread(rt_runtime *runtime) {
    rt_hub *hub = rt_hub_of(runtime);
    return hub && rt_hub_is_this_thread(hub);
}

static int start_worker(rt_seat *seat) {
    const rt_pool_options *options = rt_pool_options_of(seat->pool);
    const crew *c = options->host;
    rt_runtime *runtime = options->runtime;
    if (!options->of_processes) return start_thread(c, runtime, seat);
    if (is_hub_thread(runtime)) return start_elsewhere(c, runtime, seat);
    return start_process(c, runtime, seat);
}

/* ---- the pool ---- */

/* A frame of the wire takes 1 GiB, and a little more than the job is in it. */
enum { JOB_LIMIT = (1 << 30) - 4096 };

static size_t find_object(const rt_message *work, const rt_object *object) {
    size_t i = 0;
    while (work->objects[i] != object) i++; /* it is there */
    return i;
}

int host_workers_new(const rt_pool_options *options, rt_message *work,
                     const rt_object *stand_in, const char *place,
                     rt_pool **pool) {
    crew *c = rt_calloc(sizeof *c);
    if (!c) {
        rt_message_free(work);
        return RT_ENOMEMORY;
    }
    c->work = work;
    c->seat = find_object(work, stand_in);
    c->place = place ? rt_strdup(place) : NULL;
    rt_pool_options all = *options;
    all.job_limit = JOB_LIMIT;
    all.start = start_worker;
    all.insist = all.of_processes ? insist : NULL;
    all.host = c;
    all.work = work;
    all.free_host = free_crew;
    return rt_pool_new(&all, pool);
}
