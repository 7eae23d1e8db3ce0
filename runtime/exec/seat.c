/* seat.c - workers: what they take and give, and what becomes of them.
 *
 * Every seat has one worker and is left when that has ended. Who has died in
 * the middle of a job has kept a journal (exec/journal.h), so it is known which
 * item he died of. His results are kept, that item fails with what his strand
 * ended with, and if nobody had begun an item, the job is given to another. */
#include "exec/pool_parts.h"

#include <assert.h>
#include <stdio.h>

#include "base/alloc.h"
#include "data/encode.h"
#include "data/splice.h"
#include "exec/outcome.h"

/* So many workers in a row may be killed before they have begun; then it is
 * something in them that does it. */
enum { MAX_EARLY_DEATHS = 8 };

static void seat_free(rt_object *object) {
    rt_seat *seat = (rt_seat *)object;
    assert(!seat->job && !seat->watcher);
    rt_journal_free(seat->journal);
    if (seat->begun) rt_object_unref(&seat->begun->object);
    if (seat->strand) rt_object_unref(&seat->strand->object);
    rt_pool_release(seat->pool);
    rt_free(seat);
}

const rt_object_type rt_seat_type = {
    .name = "seat",
    .kind = RT_KIND_SEAT,
    .free = seat_free,
    .call = rt_seat_call,
};

void rt_seat_set_worker(rt_seat *seat, rt_strand *strand) {
    rt_object_ref(&strand->object); /* until seat_free */
    pthread_mutex_lock(&seat->pool->lock);
    seat->strand = strand;
    pthread_mutex_unlock(&seat->pool->lock);
}

/* ---- jobs ---- */

void rt_seat_give(rt_seat *seat, rt_pool_job *job, rt_seat_job *to) {
    assert(!seat->job);
    seat->job = job;
    job->seat = seat;
    job->parts = 0;
    *to = (rt_seat_job){job->number, job->done, job->message};
    if (!job->strand) return;
    rt_object_ref(&job->strand->object); /* until rt_seat_announce */
    seat->begun = job->strand;
}

void rt_seat_announce(rt_seat *seat) {
    rt_strand *strand = seat->begun;
    if (!strand) return;
    seat->begun = NULL;
    rt_strand_set_state(strand, RT_STRAND_RUNNING);
    rt_object_unref(&strand->object);
}

/* Replaced, or not needed any more. */
static bool must_leave(const rt_seat *seat) {
    const rt_pool *pool = seat->pool;
    unsigned recycle = pool->options.recycle;
    return (recycle && seat->answered >= recycle) ||
           (pool->is_closed && rt_list_empty(&pool->queue));
}

static void withdraw_idle(rt_waiter *waiter) {
    rt_seat *seat = waiter->object;
    pthread_mutex_lock(&seat->pool->lock);
    rt_list_unlink(&waiter->link);
    pthread_mutex_unlock(&seat->pool->lock);
}

static int next_locked(rt_seat *seat, rt_seat_job *job, rt_waiter *waiter) {
    rt_pool *pool = seat->pool;
    seat->is_ready = true;
    pool->early_deaths = 0;
    if (must_leave(seat)) return RT_ECLOSED;
    rt_list *node = rt_list_pop(&pool->queue);
    if (node) {
        rt_seat_give(seat, rt_container_of(node, rt_pool_job, link), job);
        return RT_OK;
    }
    rt_waiter_park(waiter, seat, withdraw_idle);
    waiter->slot = job;
    /* The front: who has just worked has all he needs at hand. */
    rt_list_push(pool->idle.next, &waiter->link);
    return RT_PENDING;
}

int rt_seat_next(rt_seat *seat, rt_seat_job *job, rt_waiter *waiter) {
    pthread_mutex_lock(&seat->pool->lock);
    int status = next_locked(seat, job, waiter);
    pthread_mutex_unlock(&seat->pool->lock);
    if (status == RT_OK) rt_seat_announce(seat);
    return status;
}

/* The seat's job, which is at no seat any more. */
static rt_pool_job *take_job(rt_seat *seat) {
    rt_pool_job *job = seat->job;
    seat->job = NULL;
    seat->must_hear = false;
    if (job) job->seat = NULL;
    return job;
}

/* How many items these results are of. */
static uint32_t count_items(rt_pool_mode mode, const rt_message *results) {
    uint32_t values = rt_message_count(results), items = 0;
    if (mode != RT_POOL_MANY) return mode == RT_POOL_CALL ? 1 : values;
    rt_reader reader;
    rt_token token = {.kind = RT_TOKEN_NIL};
    uint32_t nodes;
    rt_reader_init(&reader, results->bytes.bytes, results->bytes.size, NULL);
    (void)rt_reader_header(&reader, &values, &nodes); /* was checked */
    for (int64_t left = 0; values > 0; values--) {
        if (rt_reader_next(&reader, &token)) break;
        if (left-- > 0) continue;
        left = token.kind == RT_TOKEN_INT ? token.as.integer : 0;
        items++;
    }
    return items;
}

/* Results of the items that come next. Takes them. */
static int add_results(rt_pool_job *job, rt_message *results) {
    uint32_t count = count_items(job->mode, results);
    int status = count > job->count - job->done ? RT_EDAMAGED : RT_OK;
    if (status == RT_OK && !job->answer) {
        job->answer = results;
        results = NULL;
    } else if (status == RT_OK) {
        status = rt_message_append(job->answer, results);
    }
    if (status == RT_OK) job->done += count;
    rt_message_free(results);
    return status;
}

/* A child may say anything. */
static bool is_answer(const rt_pool_job *job, int status,
                      const rt_message *answer) {
    if (status != RT_OK) return rt_message_count(answer) >= 2;
    if (job->mode == RT_POOL_CALL) return true;
    return answer && count_items(job->mode, answer) == job->count - job->done;
}

static void end_with_answer(rt_pool_job *job, int status, rt_message *answer,
                            rt_pool_after *after) {
    if (!is_answer(job, status, answer)) {
        rt_message_free(answer);
        status = RT_STRAND_SAYS_FAILED;
        answer = rt_outcome_error("send",
                                  "the answer of a worker of the pool "
                                  "is damaged",
                                  NULL);
    }
    rt_pool_end_job(job, status, answer, after);
}

void rt_seat_answer(rt_seat *seat, int status, rt_message *answer) {
    rt_pool_after after;
    rt_pool_after_init(&after);
    pthread_mutex_lock(&seat->pool->lock);
    rt_pool_job *job = take_job(seat);
    seat->answered++;
    if (job) end_with_answer(job, status, answer, &after);
    pthread_mutex_unlock(&seat->pool->lock);
    if (!job) rt_message_free(answer);
    rt_pool_after_run(&after);
}

void rt_seat_part(rt_seat *seat, rt_message *results) {
    pthread_mutex_lock(&seat->pool->lock);
    rt_pool_job *job = seat->job;
    if (job) {
        job->parts++;
        if (add_results(job, results)) job->is_spoiled = true;
    }
    pthread_mutex_unlock(&seat->pool->lock);
    if (!job) rt_message_free(results);
}

/* ---- cancellation ---- */

static void withdraw_watcher(rt_waiter *waiter) {
    rt_seat *seat = waiter->object;
    pthread_mutex_lock(&seat->pool->lock);
    if (seat->watcher == waiter) seat->watcher = NULL;
    pthread_mutex_unlock(&seat->pool->lock);
}

void rt_seat_tell(rt_seat *seat, rt_pool_after *after) {
    rt_waiter *waiter = seat->watcher;
    seat->must_hear = true;
    if (!waiter || !rt_waiter_claim(waiter)) return;
    seat->watcher = NULL;
    seat->must_hear = false;
    waiter->detail = (int64_t)seat->job->number;
    if (seat->job->reason) waiter->message = rt_message_copy(seat->job->reason);
    rt_list_push(&after->served, &waiter->link);
}

void rt_seat_watch(rt_seat *seat, rt_waiter *waiter) {
    rt_pool_after after;
    rt_pool_after_init(&after);
    pthread_mutex_lock(&seat->pool->lock);
    rt_waiter_park(waiter, seat, withdraw_watcher);
    seat->watcher = waiter;
    if (seat->must_hear) rt_seat_tell(seat, &after);
    pthread_mutex_unlock(&seat->pool->lock);
    rt_pool_after_run(&after);
}

/* ---- the end of a worker ---- */

/* What is known of a worker that has ended. */
typedef struct ending {
    rt_message *why; /* an error and its traceback; NULL: no memory */
    bool was_cancelled;
    bool was_killed;  /* by a signal */
    bool is_of_all;   /* the program ends */
    bool has_journal; /* of the seat's job */
    rt_journal_state journal;
} ending;

/* Whether everything was told to stop. */
static bool is_ending(rt_runtime *runtime) {
    pthread_mutex_lock(&runtime->lock);
    bool is_ending = runtime->cancel_round > 0 || runtime->stopping;
    pthread_mutex_unlock(&runtime->lock);
    return is_ending;
}

static void look_at_strand(rt_strand *strand, ending *e) {
    rt_strand_observe(strand); /* its job has the error */
    const rt_message *outcome = rt_strand_outcome(strand);
    e->was_cancelled = rt_strand_get_state(strand) == RT_STRAND_CANCELLED;
    e->was_killed = strand->exit_signal != 0;
    e->is_of_all = is_ending(strand->runtime);
    if (rt_message_count(outcome) == 2) e->why = rt_message_copy(outcome);
    rt_strand_outcome_done(strand);
}

static void look_at_failure(int failure, ending *e) {
    char text[200];
    (void)snprintf(text, sizeof text, "cannot start a worker: %s",
                   rt_status_text(failure));
    e->why = rt_outcome_error("usage", text, NULL);
}

static ending look(rt_seat *seat, int failure) {
    ending e = {.why = NULL};
    if (failure)
        look_at_failure(failure, &e);
    else
        look_at_strand(seat->strand, &e);
    if (!e.why)
        e.why =
            rt_outcome_error("died", "a worker of the pool has ended", NULL);
    e.has_journal =
        seat->journal && rt_journal_read(seat->journal, &e.journal) == RT_OK;
    return e;
}

/* Takes what the journal says into the job; returns whether an item was under
 * way. Without a journal one may have been. */
static bool read_journal(rt_pool_job *job, ending *e) {
    rt_journal_state *journal = &e->journal;
    if (!e->has_journal) return true;
    if (journal->job != job->number || journal->part < job->parts)
        return false; /* not begun, or all in the parts that came */
    if (journal->part > job->parts) return true; /* a part was lost with it */
    if (journal->values && add_results(job, journal->values)) {
        journal->values = NULL;
        return true;
    }
    journal->values = NULL;
    return journal->begun > job->done;
}

/* The job of a worker that ended with it. */
static void settle_job(rt_pool_job *job, ending *e, rt_pool_after *after) {
    rt_pool *pool = job->pool;
    bool has_begun = read_journal(job, e);
    if (!has_begun && job->done == job->count) {
        rt_pool_end_job(job, RT_OK, NULL, after);
    } else if (job->is_cancelled) {
        rt_pool_end_job(job, RT_STRAND_SAYS_CANCELLED,
                        rt_outcome_cancelled(job->reason), after);
    } else if (has_begun) {
        rt_pool_end_job(job,
                        e->was_cancelled ? RT_STRAND_SAYS_CANCELLED
                                         : RT_STRAND_SAYS_FAILED,
                        e->why ? rt_message_copy(e->why) : NULL, after);
    } else {
        rt_list_push(pool->queue.next, &job->link); /* the front */
        rt_pool_assign(pool, after);
    }
}

/* A worker that could not begin: then others cannot either, unless somebody
 * has killed it. */
static void judge_beginner(rt_pool *pool, ending *e, rt_pool_after *after) {
    if (e->was_cancelled || pool->is_cancelled) return;
    if (e->was_killed && pool->early_deaths++ < MAX_EARLY_DEATHS) return;
    rt_pool_break(pool, e->why, after);
    e->why = NULL;
}

void rt_seat_ended(rt_seat *seat, int failure) {
    rt_pool *pool = seat->pool;
    ending e = look(seat, failure);
    rt_pool_after after;
    rt_pool_after_init(&after);
    pthread_mutex_lock(&pool->lock);
    rt_list_unlink(&seat->link);
    pool->alive--;
    if (e.is_of_all) pool->is_over = true;
    rt_pool_job *job = take_job(seat);
    if (job) settle_job(job, &e, &after);
    /* One that could not be started is missed only if there is no other. */
    if (failure ? pool->alive == 0 : !seat->is_ready)
        judge_beginner(pool, &e, &after);
    rt_pool_count(pool, &after);
    pthread_mutex_unlock(&pool->lock);
    rt_message_free(e.why);
    rt_message_free(e.journal.values);
    rt_pool_after_run(&after);
    if (failure == RT_OK) (void)rt_pool_fill(pool);
    rt_object_unref(&seat->object); /* of rt_pool_fill */
}

/* ---- new workers ---- */

static rt_seat *new_seat(rt_pool *pool) {
    rt_seat *seat = rt_calloc(sizeof *seat);
    if (!seat) return NULL;
    rt_object_init(&seat->object, &rt_seat_type);
    rt_pool_hold(pool); /* until seat_free */
    seat->pool = pool;
    rt_list_init(&seat->link);
    return seat;
}

/* Under the lock: whether there should be one more worker. */
static bool needs_worker(const rt_pool *pool) {
    if (pool->is_over || pool->broken || pool->is_cancelled) return false;
    if (pool->is_closed && rt_list_empty(&pool->queue)) return false;
    return pool->alive < pool->options.seats;
}

/* Returns RT_PENDING if one more is needed, and there is a seat for it. */
static int add_seat(rt_pool *pool, rt_seat **seat) {
    pthread_mutex_lock(&pool->lock);
    bool needed = needs_worker(pool);
    if (needed) pool->alive++;
    if (needed) pool->container.changes++; /* before its worker reads */
    pthread_mutex_unlock(&pool->lock);
    if (!needed) return RT_OK;
    *seat = new_seat(pool);
    pthread_mutex_lock(&pool->lock);
    if (*seat)
        rt_list_push(&pool->seats, &(*seat)->link);
    else
        pool->alive--;
    pthread_mutex_unlock(&pool->lock);
    return *seat ? RT_PENDING : RT_ENOMEMORY;
}

/* A program that ends starts no more workers, and cancels those it knows of:
 * one that was started meanwhile may not be among them. */
static int fill(rt_pool *pool) {
    rt_seat *seat = NULL;
    int status;
    while ((status = add_seat(pool, &seat)) == RT_PENDING) {
        /* The reference of rt_object_init is the list's: rt_seat_ended. */
        status = pool->options.start(seat);
        if (status == RT_OK) continue;
        rt_seat_ended(seat, status);
        break;
    }
    return status;
}

int rt_pool_fill(rt_pool *pool) {
    rt_runtime *runtime = pool->options.runtime;
    int status = is_ending(runtime) ? RT_OK : fill(pool);
    if (is_ending(runtime)) rt_pool_finish(pool);
    pthread_mutex_lock(&pool->lock);
    bool is_cancelled = pool->is_cancelled;
    pthread_mutex_unlock(&pool->lock);
    if (is_cancelled) rt_pool_stop_beginners(pool);
    return status;
}
