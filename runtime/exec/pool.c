/* pool.c - the queue of jobs, and whoever gave them.
 *
 * Under the lock these hold: seats wait (are in `idle`) only while the queue is
 * empty; a closed pool has no idle seats. What is to be done outside, waking
 * and telling, is collected in an rt_pool_after and done when the lock is
 * dropped.
 *
 * A handle is cancelled under its strand's lock, which comes before the pool's:
 * so no strand's lock is taken under this one. A job has a handle as long as
 * that can be cancelled: it is freed after rt_strand_finish. */
#include "exec/pool_parts.h"

#include <assert.h>

#include "base/alloc.h"
#include "data/encode.h"
#include "data/splice.h"
#include "exec/code.h"
#include "exec/outcome.h"

/* ---- life ---- */

void rt_pool_hold(rt_pool *pool) {
    atomic_fetch_add_explicit(&pool->holders, 1, memory_order_relaxed);
}

void rt_pool_release(rt_pool *pool) {
    if (atomic_fetch_sub_explicit(&pool->holders, 1, memory_order_acq_rel) != 1)
        return;
    assert(rt_list_empty(&pool->queue) && rt_list_empty(&pool->idle));
    assert(rt_list_empty(&pool->seats) && rt_list_empty(&pool->joiners));
    if (pool->options.free_host) pool->options.free_host(pool->options.host);
    rt_message_free(pool->broken);
    pthread_mutex_destroy(&pool->lock);
    rt_free(pool);
}

/* No user is left: nobody can give it a job any more. */
static void pool_free(rt_object *object) {
    rt_pool *pool = (rt_pool *)object;
    rt_cycles_remove(object);
    rt_pool_close(pool);
    rt_pool_release(pool);
}

/* Workers are started by whoever finds one missing, not only by users; so a
 * pool in a ring is garbage only when it has no seats any more. */
static void pool_look(rt_object *object, rt_look *look) {
    rt_pool *pool = (rt_pool *)object;
    pthread_mutex_lock(&pool->lock);
    rt_look_message(look, pool->options.work);
    look->changes = pool->container.changes;
    look->is_read = atomic_load(&pool->holders) > 1;
    pthread_mutex_unlock(&pool->lock);
}

/* Some other container of the ring lets go of it. */
static void pool_clear(rt_object *object) {
    (void)object;
}

static const rt_contents pool_contents = {
    .container = offsetof(rt_pool, container),
    .look = pool_look,
    .clear = pool_clear,
};

const rt_object_type rt_pool_type = {
    .name = "Pool",
    .kind = RT_KIND_POOL,
    .free = pool_free,
    .call = rt_pool_call,
    .contents = &pool_contents,
};

int rt_pool_new(const rt_pool_options *options, rt_pool **made) {
    rt_pool *pool = rt_calloc(sizeof *pool);
    if (!pool) {
        if (options->free_host) options->free_host(options->host);
        return RT_ENOMEMORY;
    }
    rt_object_init(&pool->object, &rt_pool_type);
    atomic_init(&pool->holders, 1); /* until pool_free */
    pool->options = *options;
    pthread_mutex_init(&pool->lock, NULL);
    rt_list_init(&pool->queue);
    rt_list_init(&pool->idle);
    rt_list_init(&pool->seats);
    rt_list_init(&pool->joiners);
    int status = rt_pool_fill(pool);
    if (status == RT_OK) {
        rt_cycles_add(options->runtime->cycles, &pool->object);
        *made = pool;
        return RT_OK;
    }
    rt_pool_cancel(pool);
    rt_object_unref(&pool->object);
    return status;
}

const rt_pool_options *rt_pool_options_of(const rt_pool *pool) {
    return &pool->options;
}

/* ---- jobs ---- */

/* Reads what stands before the items. */
static int read_lead(rt_pool_job *job, uint32_t *values) {
    const rt_message *message = job->message;
    rt_token lead[RT_POOL_LEAD];
    rt_reader reader;
    uint32_t nodes;
    rt_reader_init(&reader, message->bytes.bytes, message->bytes.size, NULL);
    int status = rt_reader_header(&reader, values, &nodes);
    for (int i = 0; i < RT_POOL_LEAD && !status; i++)
        status = rt_reader_next(&reader, &lead[i]);
    if (status) return status;
    if (lead[0].kind != RT_TOKEN_INT || lead[1].kind != RT_TOKEN_INT ||
        lead[2].kind != RT_TOKEN_INT || lead[3].kind != RT_TOKEN_OBJECT ||
        lead[3].as.index >= message->object_count ||
        message->objects[lead[3].as.index]->type != &rt_code_type)
        return RT_EDAMAGED;
    int64_t mode = lead[0].as.integer, count = lead[1].as.integer;
    if (mode < RT_POOL_CALL || mode > RT_POOL_MANY || count < 1 ||
        count > *values)
        return RT_EDAMAGED;
    job->mode = (rt_pool_mode)mode;
    job->count = (uint32_t)count;
    job->group.number = lead[2].as.integer;
    *values -= RT_POOL_LEAD;
    return RT_OK;
}

static int check_job(rt_pool_job *job) {
    uint32_t values;
    int status = read_lead(job, &values);
    if (status) return status;
    switch (job->mode) {
    case RT_POOL_CALL:
        return job->count == 1 ? RT_OK : RT_EDAMAGED;
    case RT_POOL_EACH:
    case RT_POOL_SPREAD:
        return job->count == values ? RT_OK : RT_EDAMAGED;
    case RT_POOL_MANY:
        return job->count <= values ? RT_OK : RT_EDAMAGED;
    }
    return RT_EDAMAGED;
}

int rt_pool_job_new(rt_pool *pool, rt_message *message, rt_pool_job **made) {
    if (message->bytes.size > pool->options.job_limit) return RT_ELIMIT;
    rt_pool_job *job = rt_calloc(sizeof *job);
    if (!job) return RT_ENOMEMORY;
    rt_list_init(&job->link);
    job->message = message;
    int status = check_job(job);
    if (status) {
        rt_free(job);
        return status;
    }
    rt_pool_hold(pool); /* until rt_pool_job_free */
    job->pool = pool;
    *made = job;
    return RT_OK;
}

void rt_pool_job_free(rt_pool_job *job) {
    rt_message_free(job->message);
    rt_message_free(job->answer);
    rt_message_free(job->reason);
    if (job->strand) rt_object_unref(&job->strand->object);
    rt_pool_release(job->pool);
    rt_free(job);
}

/* ---- after the lock ---- */

void rt_pool_after_init(rt_pool_after *after) {
    rt_list_init(&after->ended);
    rt_list_init(&after->awake);
    rt_list_init(&after->leave);
    rt_list_init(&after->served);
}

static void finish_handle(rt_pool_job *job) {
    rt_strand_state state = RT_STRAND_DONE;
    if (job->status == RT_STRAND_SAYS_CANCELLED)
        state = RT_STRAND_CANCELLED;
    else if (job->status != RT_OK)
        state = RT_STRAND_FAILED;
    rt_message *outcome = job->answer;
    job->answer = NULL;
    (void)rt_strand_finish(job->strand, state, outcome);
}

static void deliver(rt_pool_job *job) {
    rt_waiter *waiter = job->waiter;
    int status = job->status;
    if (waiter) {
        waiter->message = job->answer;
        job->answer = NULL;
    }
    if (job->strand) finish_handle(job);
    rt_pool_job_free(job);
    rt_queue_complete(waiter, status, NULL);
}

void rt_pool_after_run(rt_pool_after *after) {
    for (rt_list *node; (node = rt_list_pop(&after->awake)) != NULL;) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        rt_seat_announce(waiter->object);
        rt_queue_complete(waiter, RT_OK, NULL);
    }
    rt_queue_complete_all(&after->leave, RT_ECLOSED, NULL);
    rt_queue_complete_all(&after->served, RT_OK, NULL);
    for (rt_list *node; (node = rt_list_pop(&after->ended)) != NULL;)
        deliver(rt_container_of(node, rt_pool_job, link));
}

/* ---- under the lock ---- */

void rt_pool_assign(rt_pool *pool, rt_pool_after *after) {
    while (!rt_list_empty(&pool->queue)) {
        rt_waiter *waiter = rt_queue_claim(&pool->idle);
        if (!waiter) return;
        rt_list *node = rt_list_pop(&pool->queue);
        rt_seat_give(waiter->object, rt_container_of(node, rt_pool_job, link),
                     waiter->slot);
        rt_list_push(&after->awake, &waiter->link);
    }
}

/* Whom to tell, if he still wants to know. */
static void claim_client(rt_pool_job *job) {
    rt_waiter *waiter = job->waiter;
    if (!waiter) return;
    waiter->slot = NULL; /* for withdraw and rt_pool_stop, which may come */
    if (!job->is_claimed && !rt_waiter_claim(waiter)) job->waiter = NULL;
}

static bool is_same_group(const rt_pool_group *a, const rt_pool_group *b) {
    return a->number == b->number && a->origin == b->origin;
}

static bool is_of_group(const rt_pool_job *job, const rt_pool_job *other) {
    return other && is_same_group(&job->group, &other->group);
}

static bool has_group_failed(const rt_pool_job *job) {
    const rt_pool *pool = job->pool;
    for (int i = 0; job->group.number != 0 && i < RT_POOL_FAILED_GROUPS; i++)
        if (is_same_group(&pool->failed[i], &job->group)) return true;
    return false;
}

/* Those in the queue first, so that no worker takes one. */
static void cancel_group(const rt_pool_job *job, rt_pool_after *after) {
    rt_pool *pool = job->pool;
    if (has_group_failed(job)) return;
    pool->failed[pool->next_failed++ % RT_POOL_FAILED_GROUPS] = job->group;
    for (rt_list *node = pool->queue.next; node != &pool->queue;) {
        rt_pool_job *other = rt_container_of(node, rt_pool_job, link);
        node = node->next;
        if (is_of_group(job, other)) rt_pool_cancel_job(other, NULL, after);
    }
    for (rt_list *node = pool->seats.next; node != &pool->seats;
         node = node->next) {
        rt_pool_job *other = rt_container_of(node, rt_seat, link)->job;
        if (is_of_group(job, other)) rt_pool_cancel_job(other, NULL, after);
    }
}

void rt_pool_end_job(rt_pool_job *job, int status, rt_message *answer,
                     rt_pool_after *after) {
    if (answer && job->answer) {
        if (rt_message_append(job->answer, answer)) job->is_spoiled = true;
        rt_message_free(answer);
    } else if (answer) {
        job->answer = answer;
    }
    job->status = job->is_spoiled ? RT_ENOMEMORY : status;
    job->has_ended = true;
    claim_client(job);
    if (!job->waits_again) rt_list_push(&after->ended, &job->link);
    if (job->status == RT_STRAND_SAYS_FAILED && job->group.number != 0)
        cancel_group(job, after);
}

void rt_pool_cancel_job(rt_pool_job *job, rt_message *reason,
                        rt_pool_after *after) {
    if (job->has_ended || job->is_cancelled) {
        rt_message_free(reason);
        return;
    }
    job->is_cancelled = true;
    job->reason = reason;
    if (job->seat) {
        rt_seat_tell(job->seat, after);
        return;
    }
    rt_list_unlink(&job->link);
    rt_pool_end_job(job, RT_STRAND_SAYS_CANCELLED,
                    rt_outcome_cancelled(job->reason), after);
}

/* Nobody works any more, or will. */
static bool has_ended(const rt_pool *pool) {
    return pool->is_closed && pool->alive == 0 && rt_list_empty(&pool->queue);
}

/* No more jobs: who waits for one leaves, and who waits for that is served. */
static void close_pool(rt_pool *pool, rt_pool_after *after) {
    pool->is_closed = true;
    rt_queue_claim_all(&pool->idle, &after->leave);
    if (has_ended(pool)) rt_queue_claim_all(&pool->joiners, &after->served);
}

void rt_pool_break(rt_pool *pool, rt_message *why, rt_pool_after *after) {
    if (pool->broken) {
        rt_message_free(why);
        return;
    }
    pool->broken = why;
    close_pool(pool, after);
}

/* Jobs that no worker will take any more end. */
static void end_queued(rt_pool *pool, int status, rt_pool_after *after) {
    for (rt_list *node; (node = rt_list_pop(&pool->queue)) != NULL;) {
        rt_pool_job *job = rt_container_of(node, rt_pool_job, link);
        rt_message *why =
            status == RT_STRAND_SAYS_FAILED && pool->broken
                ? rt_message_copy(pool->broken)
                : rt_outcome_error("cancelled",
                                   "cancelled: the pool was cancelled", NULL);
        rt_pool_end_job(job, status, why, after);
    }
}

void rt_pool_count(rt_pool *pool, rt_pool_after *after) {
    if (pool->alive > 0) return;
    if (pool->broken) end_queued(pool, RT_STRAND_SAYS_FAILED, after);
    if (pool->is_over) {
        end_queued(pool, RT_STRAND_SAYS_CANCELLED, after);
        close_pool(pool, after);
    }
    if (has_ended(pool)) rt_queue_claim_all(&pool->joiners, &after->served);
}

/* ---- giving jobs ---- */

/* A pool of which no worker can begin: its jobs have that as their answer. */
static void refuse(rt_pool_job *job, rt_pool_after *after) {
    rt_pool_end_job(job, RT_STRAND_SAYS_FAILED,
                    rt_message_copy(job->pool->broken), after);
}

/* Not under the pool's lock. */
static int queue(rt_pool_job *job, rt_pool_after *after) {
    rt_pool *pool = job->pool;
    pthread_mutex_lock(&pool->lock);
    int status = pool->is_closed && !pool->broken ? RT_ECLOSED : RT_OK;
    if (status == RT_OK) {
        job->number = ++pool->last_number;
        if (pool->broken) {
            refuse(job, after);
        } else if (has_group_failed(job)) {
            rt_pool_end_job(job, RT_STRAND_SAYS_CANCELLED,
                            rt_outcome_cancelled(NULL), after);
        } else {
            rt_list_push(&pool->queue, &job->link);
            rt_pool_assign(pool, after);
        }
    }
    pthread_mutex_unlock(&pool->lock);
    return status;
}

int rt_pool_queue(rt_pool_job *job) {
    rt_pool_after after;
    rt_pool_after_init(&after);
    int status = queue(job, &after);
    rt_pool_after_run(&after);
    return status;
}

/* The client waits no more. */
static void withdraw(rt_waiter *waiter) {
    rt_pool *pool = waiter->object;
    rt_pool_after after;
    rt_pool_after_init(&after);
    pthread_mutex_lock(&pool->lock);
    rt_pool_job *job = waiter->slot;
    if (job) {
        job->waiter = NULL;
        rt_pool_cancel_job(job, NULL, &after);
    }
    pthread_mutex_unlock(&pool->lock);
    rt_pool_after_run(&after);
}

int rt_pool_run(rt_pool *pool, rt_message *message, rt_waiter *waiter) {
    rt_pool_job *job;
    int status = rt_pool_job_new(pool, message, &job);
    if (status) return status;
    /* Nobody knows of the job yet: it takes no lock. */
    rt_waiter_park(waiter, pool, withdraw);
    waiter->slot = job;
    job->waiter = waiter;
    status = rt_pool_queue(job);
    if (status == RT_OK) return RT_PENDING;
    (void)rt_waiter_claim(waiter);
    rt_waiter_unpark(waiter);
    job->message = NULL; /* the caller's */
    rt_pool_job_free(job);
    return status;
}

void rt_pool_stop(rt_waiter *waiter) {
    if (!rt_waiter_parked(waiter)) return;
    rt_pool *pool = waiter->object;
    rt_pool_after after;
    rt_pool_after_init(&after);
    pthread_mutex_lock(&pool->lock);
    rt_pool_job *job = waiter->slot;
    if (job) rt_pool_cancel_job(job, NULL, &after);
    pthread_mutex_unlock(&pool->lock);
    rt_pool_after_run(&after);
}

/* ---- handles ---- */

/* Under the strand's lock, so its job is there. If nobody has begun it, it is
 * over, and rt_strand_cancel goes on from there. */
static void cancel_handle(rt_strand *strand, rt_message *reason) {
    rt_pool_job *job = strand->cancel_target;
    rt_pool *pool = job->pool;
    rt_pool_after after;
    rt_pool_after_init(&after);
    pthread_mutex_lock(&pool->lock);
    bool is_queued = !job->seat && !job->has_ended;
    if (is_queued)
        rt_list_unlink(&job->link);
    else
        rt_pool_cancel_job(job, reason, &after);
    pthread_mutex_unlock(&pool->lock);
    rt_pool_after_run(&after);
    if (!is_queued) return;
    strand->is_over = true;
    strand->last_words = rt_outcome_cancelled(reason);
    strand->cancel = NULL;
    rt_message_free(reason);
    rt_pool_job_free(job);
}

/* The strand may be among the live ones already, and a program that ends cancels
 * them all: so it can be cancelled once the job is queued, and not before. */
int rt_pool_start(rt_pool *pool, rt_message *message, rt_strand *strand) {
    rt_pool_job *job;
    int status = rt_pool_job_new(pool, message, &job);
    if (status) return status;
    rt_object_ref(&strand->object); /* until rt_pool_job_free */
    job->strand = strand;
    rt_pool_after after;
    rt_pool_after_init(&after);
    pthread_mutex_lock(&strand->lock);
    status = job->mode == RT_POOL_CALL ? queue(job, &after) : RT_EDAMAGED;
    if (status == RT_OK) {
        strand->cancel_target = job;
        strand->cancel = cancel_handle;
    }
    pthread_mutex_unlock(&strand->lock);
    rt_pool_after_run(&after);
    if (status == RT_OK) return RT_OK;
    job->message = NULL; /* the caller's */
    rt_pool_job_free(job);
    return status;
}

/* ---- the end ---- */

void rt_pool_close(rt_pool *pool) {
    rt_pool_after after;
    rt_pool_after_init(&after);
    pthread_mutex_lock(&pool->lock);
    close_pool(pool, &after);
    pthread_mutex_unlock(&pool->lock);
    rt_pool_after_run(&after);
}

/* A worker that is still about to begin and was not told; with a reference. */
static rt_strand *next_beginner(rt_pool *pool) {
    for (rt_list *node = pool->seats.next; node != &pool->seats;
         node = node->next) {
        rt_seat *seat = rt_container_of(node, rt_seat, link);
        if (seat->is_ready || seat->is_told || !seat->strand) continue;
        seat->is_told = true;
        rt_object_ref(&seat->strand->object);
        return seat->strand;
    }
    return NULL;
}

void rt_pool_stop_beginners(rt_pool *pool) {
    rt_strand *strand;
    do {
        pthread_mutex_lock(&pool->lock);
        strand = next_beginner(pool);
        pthread_mutex_unlock(&pool->lock);
        if (!strand) return;
        rt_strand_cancel(strand, NULL);
        rt_object_unref(&strand->object);
    } while (strand);
}

void rt_pool_finish(rt_pool *pool) {
    rt_pool_after after;
    rt_pool_after_init(&after);
    pthread_mutex_lock(&pool->lock);
    pool->is_over = true;
    close_pool(pool, &after);
    pthread_mutex_unlock(&pool->lock);
    rt_pool_after_run(&after);
    rt_pool_stop_beginners(pool);
}

void rt_pool_cancel(rt_pool *pool) {
    rt_pool_after after;
    rt_pool_after_init(&after);
    pthread_mutex_lock(&pool->lock);
    pool->is_cancelled = true;
    end_queued(pool, RT_STRAND_SAYS_CANCELLED, &after);
    for (rt_list *node = pool->seats.next; node != &pool->seats;
         node = node->next) {
        rt_seat *seat = rt_container_of(node, rt_seat, link);
        if (seat->job) rt_pool_cancel_job(seat->job, NULL, &after);
    }
    close_pool(pool, &after);
    bool has_workers = pool->alive > 0;
    pthread_mutex_unlock(&pool->lock);
    rt_pool_after_run(&after);
    rt_pool_stop_beginners(pool);
    if (has_workers && pool->options.insist) pool->options.insist(pool);
}

/* The worker with the least number above `last`, with a reference: workers come
 * and go meanwhile. */
static rt_strand *next_worker(rt_pool *pool, uint64_t last) {
    rt_strand *found = NULL;
    pthread_mutex_lock(&pool->lock);
    for (rt_list *node = pool->seats.next; node != &pool->seats;
         node = node->next) {
        rt_strand *strand = rt_container_of(node, rt_seat, link)->strand;
        if (strand && strand->object.id > last &&
            (!found || strand->object.id < found->object.id))
            found = strand;
    }
    if (found) rt_object_ref(&found->object);
    pthread_mutex_unlock(&pool->lock);
    return found;
}

void rt_pool_each_worker(rt_pool *pool, void (*act)(rt_strand *worker)) {
    rt_strand *strand = next_worker(pool, 0);
    while (strand) {
        uint64_t last = strand->object.id;
        act(strand);
        rt_object_unref(&strand->object);
        strand = next_worker(pool, last);
    }
}

static void withdraw_joiner(rt_waiter *waiter) {
    rt_pool *pool = waiter->object;
    pthread_mutex_lock(&pool->lock);
    rt_list_unlink(&waiter->link);
    pthread_mutex_unlock(&pool->lock);
}

int rt_pool_join(rt_pool *pool, rt_waiter *waiter) {
    int status = RT_OK;
    pthread_mutex_lock(&pool->lock);
    if (!pool->is_closed) {
        status = RT_POOL_IS_OPEN;
    } else if (!has_ended(pool)) {
        rt_waiter_park(waiter, pool, withdraw_joiner);
        rt_list_push(&pool->joiners, &waiter->link);
        status = RT_PENDING;
    }
    pthread_mutex_unlock(&pool->lock);
    return status;
}

bool rt_pool_refuses(rt_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    bool refuses = pool->is_closed && !pool->broken;
    pthread_mutex_unlock(&pool->lock);
    return refuses;
}
