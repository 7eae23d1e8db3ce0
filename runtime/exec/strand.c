/* strand.c - the outcome is set once, under `lock`, and never changes after
 * that, so whoever has seen the strand ended may read it without the lock.
 *
 * Order of locks: a strand's lock before the runtime's. */
#include "exec/strand.h"

#include <assert.h>

#include "base/alloc.h"
#include "exec/runtime.h"

static void strand_free(rt_object *object) {
    rt_strand *strand = (rt_strand *)object;
    assert(rt_list_empty(&strand->waiters));
    rt_message_free(strand->outcome);
    rt_free(strand->name);
    rt_free(strand->started_at);
    pthread_mutex_destroy(&strand->lock);
    rt_free(strand);
}

const rt_object_type rt_strand_type = {
    .name = "handle",
    .kind = RT_KIND_STRAND,
    .free = strand_free,
};

rt_strand *rt_strand_new(rt_runtime *runtime, rt_strand_kind kind,
                         const char *name, const char *started_at) {
    rt_strand *strand = rt_calloc(sizeof *strand);
    if (!strand) return NULL;
    rt_object_init(&strand->object, &rt_strand_type);
    pthread_mutex_init(&strand->lock, NULL);
    rt_list_init(&strand->waiters);
    rt_list_init(&strand->link);
    strand->kind = kind;
    strand->runtime = runtime;
    strand->name = name ? rt_strdup(name) : NULL;
    strand->started_at = started_at ? rt_strdup(started_at) : NULL;
    if ((name && !strand->name) || (started_at && !strand->started_at)) {
        rt_object_unref(&strand->object);
        return NULL;
    }
    return strand;
}

static bool has_ended(const rt_strand *strand) {
    return strand->state >= RT_STRAND_DONE;
}

bool rt_strand_finish(rt_strand *strand, rt_strand_state state,
                      rt_message *outcome) {
    rt_list done;
    rt_list_init(&done);
    pthread_mutex_lock(&strand->lock);
    bool first = !has_ended(strand);
    if (first) {
        strand->state = state;
        strand->outcome = outcome;
        strand->cancel = NULL;
        rt_list_move(&done, &strand->waiters);
        /* Claimed here, so that nobody withdraws from the list `done`. */
        for (rt_list *node = done.next; node != &done;) {
            rt_list *next = node->next;
            rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
            if (!rt_waiter_claim(waiter)) rt_list_unlink(node);
            node = next;
        }
    }
    pthread_mutex_unlock(&strand->lock);
    if (!first) {
        rt_message_free(outcome);
        return false;
    }
    for (rt_list *node; (node = rt_list_pop(&done)) != NULL;)
        rt_waiter_complete(rt_container_of(node, rt_waiter, link), RT_OK);
    rt_runtime_ended(strand->runtime, strand);
    return true;
}

rt_strand_state rt_strand_get_state(rt_strand *strand) {
    pthread_mutex_lock(&strand->lock);
    rt_strand_state state = strand->state;
    pthread_mutex_unlock(&strand->lock);
    return state;
}

bool rt_strand_ended(rt_strand *strand) {
    return rt_strand_get_state(strand) >= RT_STRAND_DONE;
}

void rt_strand_set_state(rt_strand *strand, rt_strand_state state) {
    pthread_mutex_lock(&strand->lock);
    if (!has_ended(strand)) strand->state = state;
    pthread_mutex_unlock(&strand->lock);
}

static void withdraw(rt_waiter *waiter) {
    rt_strand *strand = waiter->object;
    pthread_mutex_lock(&strand->lock);
    rt_list_unlink(&waiter->link);
    pthread_mutex_unlock(&strand->lock);
}

int rt_strand_wait(rt_strand *strand, rt_waiter *waiter) {
    int status = RT_OK;
    pthread_mutex_lock(&strand->lock);
    if (!has_ended(strand)) {
        rt_waiter_park(waiter, strand, withdraw);
        rt_list_push(&strand->waiters, &waiter->link);
        status = RT_PENDING;
    }
    pthread_mutex_unlock(&strand->lock);
    return status;
}

const rt_message *rt_strand_outcome(rt_strand *strand) {
    return rt_strand_ended(strand) ? strand->outcome : NULL;
}

void rt_strand_observe(rt_strand *strand) {
    rt_runtime_observed(strand->runtime, strand);
}

void rt_strand_cancel(rt_strand *strand, rt_message *reason) {
    pthread_mutex_lock(&strand->lock);
    if (strand->cancel) {
        strand->cancel(strand, reason);
        reason = NULL;
    }
    pthread_mutex_unlock(&strand->lock);
    rt_message_free(reason);
}
