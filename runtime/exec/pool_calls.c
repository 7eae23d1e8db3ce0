/* pool_calls.c - pools and seats for other processes; on the hub's thread.
 *
 * A RUN that is withdrawn is not over: it is answered when its job has ended,
 * so that who cancels knows that nothing runs any more. The call's waiter ends
 * its round then, and is parked a second time, claimed from the start: for the
 * job alone. Between the two the job may end; so it knows that its call waits
 * again, and stays. */
#include "exec/pool_parts.h"

#include "data/encode.h"
#include "data/item.h"
#include "data/splice.h"
#include "exec/code.h"

/* ---- whom the call comes from ---- */

/* Whether one of the pool's own workers asks: it would wait for itself. What
 * its children ask, it only passes on. */
static bool is_own_worker(rt_pool *pool, const rt_call *call) {
    bool found = false;
    if (call->party & RT_PARTY_BEHIND) return false;
    pthread_mutex_lock(&pool->lock);
    for (rt_list *node = pool->seats.next; node != &pool->seats && !found;
         node = node->next)
        found = rt_container_of(node, rt_seat, link)->wire == call->wire;
    pthread_mutex_unlock(&pool->lock);
    return found;
}

/* ---- small answers ---- */

static void reply_object(rt_call *call, rt_object *object) {
    rt_item item = {.kind = RT_ITEM_OBJECT, .as.object = object};
    rt_message *result;
    rt_object_ref(object); /* the item's */
    int status = rt_items_encode(&item, 1, &result);
    call->reply(call, status, result);
}

static void look(rt_call *call, rt_pool *pool) {
    rt_item items[3] = {
        {.kind = RT_ITEM_BOOL, .as.boolean = pool->options.of_processes},
        {.kind = RT_ITEM_INT, .as.integer = pool->options.seats},
        {.kind = RT_ITEM_BOOL, .as.boolean = rt_pool_refuses(pool)}};
    rt_message *result;
    int status = rt_items_encode(items, 3, &result);
    call->reply(call, status, result);
}

/* The arguments, which the call has no more. */
static rt_message *take_arguments(rt_call *call) {
    rt_message *arguments = call->arguments;
    call->arguments = NULL;
    return arguments;
}

static void define(rt_call *call) {
    rt_message *work = take_arguments(call);
    rt_code *code = work ? rt_code_new(work) : NULL;
    if (!code) {
        call->reply(call, work ? RT_ENOMEMORY : RT_EUSAGE, NULL);
        rt_message_free(work);
        return;
    }
    reply_object(call, &code->object);
    rt_object_unref(&code->object); /* the peer's is the grant */
}

/* ---- jobs ---- */

static void on_job_end(rt_waiter *waiter);

/* The caller gives up, or has died: only the job ends the call. */
static void withdraw(rt_waiter *waiter) {
    rt_pool *pool = waiter->object;
    rt_pool_after after;
    rt_pool_after_init(&after);
    pthread_mutex_lock(&pool->lock);
    rt_pool_job *job = waiter->slot;
    if (job) {
        job->waiter = NULL;
        job->waits_again = true;
        rt_pool_cancel_job(job, NULL, &after);
    }
    pthread_mutex_unlock(&pool->lock);
    rt_pool_after_run(&after);
}

/* Parks the waiter once more; returns the job if that has ended meanwhile. */
static rt_pool_job *wait_again(rt_pool *pool, rt_waiter *waiter) {
    pthread_mutex_lock(&pool->lock);
    rt_pool_job *job = waiter->slot;
    job->waits_again = false;
    bool has_ended = job->has_ended;
    if (!has_ended) {
        rt_waiter_park(waiter, pool, NULL);
        (void)rt_waiter_claim(waiter);
        job->waiter = waiter;
        job->is_claimed = true;
    }
    pthread_mutex_unlock(&pool->lock);
    return has_ended ? job : NULL;
}

static void on_job_end(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    if (!waiter->slot) { /* the job has ended */
        rt_message *answer = waiter->message;
        waiter->message = NULL;
        call->reply(call, waiter->status, answer);
        return;
    }
    rt_pool_job *job = wait_again((rt_pool *)call->object, waiter);
    if (!job) return;
    rt_message *answer = job->answer;
    int status = job->status;
    job->answer = NULL;
    rt_pool_job_free(job);
    call->reply(call, status, answer);
}

static void run(rt_call *call, rt_pool *pool) {
    rt_message *message = take_arguments(call);
    rt_pool_job *job = NULL;
    int status = message ? rt_pool_job_new(pool, message, &job) : RT_EUSAGE;
    if (status == RT_OK) {
        rt_waiter_init(&call->waiter, call->waiter.loop, on_job_end);
        rt_waiter_park(&call->waiter, pool, withdraw);
        call->waiter.slot = job;
        job->waiter = &call->waiter;
        job->group.origin = call->wire;
        status = rt_pool_queue(job);
        if (status == RT_OK) return;
        (void)rt_waiter_claim(&call->waiter);
        rt_waiter_unpark(&call->waiter);
        rt_pool_job_free(job);
        message = NULL;
    }
    rt_message_free(message);
    call->reply(call, status, NULL);
}

/* The handle is of this process, whose program waits for it. */
static void start(rt_call *call, rt_pool *pool) {
    rt_runtime *runtime = pool->options.runtime;
    rt_message *message = take_arguments(call);
    rt_strand *strand = rt_strand_new(runtime, RT_STRAND_TASK, NULL, NULL);
    int status = strand ? RT_OK : RT_ENOMEMORY;
    if (status == RT_OK && !message) status = RT_EUSAGE;
    if (status == RT_OK) {
        rt_runtime_add(runtime, strand);
        status = rt_pool_start(pool, message, strand);
    }
    if (status) {
        if (strand) {
            rt_strand_observe(strand); /* it is raised there */
            (void)rt_strand_finish(strand, RT_STRAND_CANCELLED, NULL);
        }
        rt_message_free(message);
        call->reply(call, status, NULL);
    } else {
        reply_object(call, &strand->object);
    }
    if (strand) rt_object_unref(&strand->object);
}

static void on_joined(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    call->reply(call, waiter->status, NULL);
}

static void join(rt_call *call, rt_pool *pool) {
    rt_waiter_init(&call->waiter, call->waiter.loop, on_joined);
    int status = rt_pool_join(pool, &call->waiter);
    if (status != RT_PENDING) call->reply(call, status, NULL);
}

void rt_pool_call(rt_object *object, rt_call *call) {
    rt_pool *pool = (rt_pool *)object;
    bool may_wait = call->operation == RT_POOL_RUN ||
                    call->operation == RT_POOL_START ||
                    call->operation == RT_POOL_JOIN;
    if (may_wait && is_own_worker(pool, call)) {
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
    switch (call->operation) {
    case RT_POOL_LOOK:
        look(call, pool);
        return;
    case RT_POOL_DEFINE:
        define(call);
        return;
    case RT_POOL_RUN:
        run(call, pool);
        return;
    case RT_POOL_START:
        start(call, pool);
        return;
    case RT_POOL_CLOSE:
        rt_pool_close(pool);
        call->reply(call, RT_OK, NULL);
        return;
    case RT_POOL_CANCEL:
        rt_pool_cancel(pool);
        call->reply(call, RT_OK, NULL);
        return;
    case RT_POOL_JOIN:
        join(call, pool);
        return;
    }
    call->reply(call, RT_EUSAGE, NULL);
}

/* ---- seats ---- */

static void reply_job(rt_call *call, rt_seat *seat) {
    const rt_seat_job *job = &seat->called;
    const int64_t lead[2] = {(int64_t)job->number, job->done};
    rt_message *copy = rt_message_copy_behind(job->message, lead, 2);
    call->reply(call, copy ? RT_OK : RT_ENOMEMORY, copy);
}

/* Whoever gave the job may have been slow to say so: the child has ended
 * meanwhile, the job was settled, and maybe freed. Only this thread does that,
 * so a job that is there stays. */
static bool has_job(rt_seat *seat) {
    pthread_mutex_lock(&seat->pool->lock);
    bool has_job = seat->job != NULL;
    pthread_mutex_unlock(&seat->pool->lock);
    return has_job;
}

static void on_next(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    rt_seat *seat = (rt_seat *)call->object;
    int status = waiter->status;
    if (status == RT_OK && !has_job(seat)) status = RT_ECLOSED;
    if (status == RT_OK)
        reply_job(call, seat);
    else
        call->reply(call, status, NULL);
}

static void next(rt_call *call, rt_seat *seat) {
    rt_waiter_init(&call->waiter, call->waiter.loop, on_next);
    int status = rt_seat_next(seat, &seat->called, &call->waiter);
    if (status == RT_OK)
        reply_job(call, seat);
    else if (status != RT_PENDING)
        call->reply(call, status, NULL);
}

static void answer(rt_call *call, rt_seat *seat, int status) {
    rt_seat_answer(seat, status, take_arguments(call));
    next(call, seat);
}

static void on_told(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    rt_message *reason = waiter->message, *result = NULL;
    int status = waiter->status;
    waiter->message = NULL;
    if (status == RT_OK) {
        rt_message *base = reason ? reason : rt_message_new();
        if (base) result = rt_message_copy_behind(base, &waiter->detail, 1);
        if (!reason) rt_message_free(base);
        if (!result) status = RT_ENOMEMORY;
    }
    rt_message_free(reason);
    call->reply(call, status, result);
}

static void watch(rt_call *call, rt_seat *seat) {
    rt_waiter_init(&call->waiter, call->waiter.loop, on_told);
    rt_seat_watch(seat, &call->waiter);
}

/* What a child may not do: ask for a job while it has one, or watch twice. */
static bool is_out_of_turn(rt_seat *seat, const rt_call *call) {
    pthread_mutex_lock(&seat->pool->lock);
    seat->wire = call->wire;
    bool has_job = seat->job != NULL, watches = seat->watcher != NULL;
    pthread_mutex_unlock(&seat->pool->lock);
    if (call->operation == RT_SEAT_WATCH) return watches;
    return has_job == (call->operation == RT_SEAT_NEXT);
}

void rt_seat_call(rt_object *object, rt_call *call) {
    rt_seat *seat = (rt_seat *)object;
    if (is_out_of_turn(seat, call)) {
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
    switch (call->operation) {
    case RT_SEAT_NEXT:
        next(call, seat);
        return;
    case RT_SEAT_DONE:
        answer(call, seat, RT_OK);
        return;
    case RT_SEAT_FAILED:
        answer(call, seat, RT_STRAND_SAYS_FAILED);
        return;
    case RT_SEAT_CANCELLED:
        answer(call, seat, RT_STRAND_SAYS_CANCELLED);
        return;
    case RT_SEAT_PART:
        rt_seat_part(seat, take_arguments(call));
        call->reply(call, RT_OK, NULL);
        return;
    case RT_SEAT_WATCH:
        watch(call, seat);
        return;
    }
    call->reply(call, RT_EUSAGE, NULL);
}
