/* strand.c - the outcome is set once, under `lock`, and never changes after
 * that, so whoever has seen the strand ended may read it without the lock, and
 * is counted meanwhile. Only what nobody refers to may lose it: cycles.h.
 *
 * Order of locks: a strand's lock before the runtime's. */
#include "exec/strand.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "data/call.h"
#include "data/encode.h"
#include "data/splice.h"
#include "exec/runtime.h"
#include "sync/select.h"

static void strand_free(rt_object *object) {
    rt_strand *strand = (rt_strand *)object;
    assert(rt_list_empty(&strand->waiters));
    rt_cycles_remove(object);
    rt_message_free(strand->outcome);
    rt_free(strand->name);
    rt_free(strand->started_at);
    rt_free(strand->command);
    pthread_mutex_destroy(&strand->lock);
    rt_free(strand);
}

static void strand_call(rt_object *object, rt_call *call);
static const rt_selectable strand_selectable;

static void strand_look(rt_object *object, rt_look *look) {
    rt_strand *strand = (rt_strand *)object;
    pthread_mutex_lock(&strand->lock);
    rt_look_message(look, strand->outcome);
    look->changes = strand->container.changes;
    look->is_read = strand->readers > 0;
    pthread_mutex_unlock(&strand->lock);
}

static void strand_clear(rt_object *object) {
    rt_strand *strand = (rt_strand *)object;
    pthread_mutex_lock(&strand->lock);
    rt_message *outcome = strand->outcome;
    strand->outcome = NULL;
    pthread_mutex_unlock(&strand->lock);
    rt_message_free(outcome);
}

static const rt_contents strand_contents = {
    .container = offsetof(rt_strand, container),
    .look = strand_look,
    .clear = strand_clear,
};

const rt_object_type rt_strand_type = {
    .name = "handle",
    .kind = RT_KIND_STRAND,
    .free = strand_free,
    .call = strand_call,
    .contents = &strand_contents,
    .selectable = &strand_selectable,
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
    rt_cycles *cycles = strand->runtime->cycles;
    bool holds_objects = outcome && outcome->object_count > 0;
    size_t size = rt_message_size(outcome);
    pthread_mutex_lock(&strand->lock);
    bool first = !has_ended(strand);
    if (first) {
        strand->state = state;
        strand->outcome = outcome;
        strand->cancel = NULL;
        atomic_store(&strand->party, NULL);
        strand->container.size = size;
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
    if (!holds_objects) return true;
    rt_cycles_add(cycles, &strand->object);
    rt_cycles_account(cycles, (ptrdiff_t)size);
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

static void park(rt_strand *strand, rt_waiter *waiter) {
    rt_waiter_park(waiter, strand, withdraw);
    rt_list_push(&strand->waiters, &waiter->link);
}

int rt_strand_wait(rt_strand *strand, rt_waiter *waiter) {
    int status = RT_OK;
    pthread_mutex_lock(&strand->lock);
    if (!has_ended(strand)) {
        park(strand, waiter);
        status = RT_PENDING;
    }
    pthread_mutex_unlock(&strand->lock);
    return status;
}

rt_strand *rt_strand_awaited(const rt_waiter *waiter) {
    return waiter->withdraw == withdraw ? waiter->object : NULL;
}

const rt_message *rt_strand_outcome(rt_strand *strand) {
    pthread_mutex_lock(&strand->lock);
    const rt_message *outcome = has_ended(strand) ? strand->outcome : NULL;
    strand->readers++;
    strand->container.changes++;
    pthread_mutex_unlock(&strand->lock);
    return outcome;
}

void rt_strand_outcome_done(rt_strand *strand) {
    pthread_mutex_lock(&strand->lock);
    strand->readers--;
    pthread_mutex_unlock(&strand->lock);
}

int rt_strand_describe(const rt_strand *strand, char *text, size_t size) {
    static const char *const kinds[] = {[RT_STRAND_TASK] = "task",
                                        [RT_STRAND_THREAD] = "thread",
                                        [RT_STRAND_PROCESS] = "process",
                                        [RT_STRAND_FUTURE] = "future"};
    const char *name = strand->name, *place = strand->started_at;
    return snprintf(text, size, "in %s %d%s%s%s%s%s", kinds[strand->kind],
                    (int)strand->object.id, name ? " '" : "", name ? name : "",
                    name ? "'" : "", place ? ", started at " : "",
                    place ? place : "");
}

void rt_strand_observe(rt_strand *strand) {
    rt_runtime_observed(strand->runtime, strand);
}

void rt_strand_note_told(rt_strand *strand) {
    rt_waits *waits = &strand->runtime->waits;
    const void *peer = atomic_load(&strand->peer);
    atomic_store(&strand->is_told, true); /* for waits to come */
    rt_waits_end(waits, strand, atomic_load(&strand->party));
    if (peer) rt_waits_end(waits, peer, NULL);
}

void rt_strand_cancel(rt_strand *strand, rt_message *reason) {
    rt_strand_note_told(strand);
    pthread_mutex_lock(&strand->lock);
    if (strand->cancel) {
        strand->cancel(strand, reason);
        reason = NULL;
    }
    bool is_over = strand->is_over;
    rt_message *outcome = strand->last_words;
    strand->is_over = false;
    strand->last_words = NULL;
    pthread_mutex_unlock(&strand->lock);
    rt_message_free(reason);
    if (is_over) (void)rt_strand_finish(strand, RT_STRAND_CANCELLED, outcome);
}

/* ---- for selects ---- */

static void lock(void *object) {
    pthread_mutex_lock(&((rt_strand *)object)->lock);
}

static void unlock(void *object) {
    pthread_mutex_unlock(&((rt_strand *)object)->lock);
}

static int attempt(void *object, rt_case_kind kind, rt_item *item,
                   rt_waiter **partner) {
    (void)kind;
    (void)item;
    (void)partner;
    return has_ended(object) ? RT_OK : RT_PENDING;
}

static bool is_ready(void *object, rt_case_kind kind, const rt_waiter *leader) {
    (void)kind;
    (void)leader;
    return has_ended(object);
}

static void park_case(void *object, rt_case_kind kind, rt_item *item,
                      rt_waiter *waiter) {
    (void)kind;
    (void)item;
    park(object, waiter);
}

static const rt_selectable strand_selectable = {
    .kinds = 1u << RT_CASE_WAIT,
    .lock = lock,
    .unlock = unlock,
    .attempt = attempt,
    .is_ready = is_ready,
    .park = park_case,
};

/* ---- for other processes; on the hub's thread ---- */

static int status_of(const rt_strand *strand) {
    if (strand->state == RT_STRAND_FAILED) return RT_STRAND_SAYS_FAILED;
    if (strand->state == RT_STRAND_CANCELLED) return RT_STRAND_SAYS_CANCELLED;
    return RT_OK;
}

/* Appends which strand it is. Without that, for want of memory, it will do. */
static void add_description(rt_message *outcome, const rt_strand *strand) {
    char text[400];
    int size = rt_strand_describe(strand, text, sizeof text);
    if (size >= (int)sizeof text) size = (int)sizeof text - 1;
    rt_message *description = rt_message_new();
    if (description && rt_encode_header(&description->bytes, 1, 0) == RT_OK &&
        rt_encode_str(&description->bytes, text, (size_t)size) == RT_OK)
        (void)rt_message_append(outcome, description);
    rt_message_free(description);
}

/* The strand has ended. */
static void reply_outcome(rt_call *call, rt_strand *strand) {
    int status = status_of(strand);
    rt_message *outcome = NULL;
    const rt_message *kept = rt_strand_outcome(strand);
    if (kept) {
        outcome = rt_message_copy(kept);
        if (!outcome) status = RT_ENOMEMORY;
    }
    rt_strand_outcome_done(strand);
    if (status > RT_OK) {
        if (outcome) add_description(outcome, strand);
        rt_strand_observe(strand);
    }
    call->reply(call, status, outcome);
}

static void answer(rt_call *call, rt_strand *strand) {
    if (call->operation == RT_STRAND_AWAIT)
        reply_outcome(call, strand);
    else /* RT_STRAND_JOIN */
        call->reply(call, status_of(strand), NULL);
}

static void on_awaited(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    if (waiter->status == RT_OK)
        answer(call, (rt_strand *)call->object);
    else
        call->reply(call, waiter->status, NULL);
}

static void await(rt_call *call, rt_strand *strand) {
    rt_waiter_init(&call->waiter, call->waiter.loop, on_awaited);
    if (rt_strand_wait(strand, &call->waiter) == RT_OK) answer(call, strand);
}

static int encode_look(rt_buffer *to, rt_strand *strand) {
    pthread_mutex_lock(&strand->lock);
    const int64_t fields[RT_LOOK_NAME] = {
        [RT_LOOK_STATE] = strand->state,
        [RT_LOOK_KIND] = strand->kind,
        [RT_LOOK_ID] = (int64_t)strand->object.id,
        [RT_LOOK_TID] = strand->tid,
        [RT_LOOK_PID] = strand->pid,
        [RT_LOOK_EXIT_CODE] = strand->exit_code,
        [RT_LOOK_EXIT_SIGNAL] = strand->exit_signal,
    };
    pthread_mutex_unlock(&strand->lock);
    int status = rt_encode_header(to, RT_LOOK_COUNT, 0);
    for (int i = 0; i < RT_LOOK_NAME && !status; i++)
        status = rt_encode_int(to, fields[i]);
    if (status) return status;
    return strand->name ? rt_encode_str(to, strand->name, strlen(strand->name))
                        : rt_encode_nil(to);
}

static void look(rt_call *call, rt_strand *strand) {
    rt_message *answer = rt_message_new();
    int status = answer ? encode_look(&answer->bytes, strand) : RT_ENOMEMORY;
    if (status) {
        rt_message_free(answer);
        answer = NULL;
    }
    call->reply(call, status, answer);
}

static void cancel(rt_call *call, rt_strand *strand) {
    rt_message *reason = call->arguments;
    call->arguments = NULL;
    rt_strand_cancel(strand, reason);
    bool is_future = strand->kind == RT_STRAND_FUTURE;
    call->reply(call, is_future ? RT_EUSAGE : RT_OK, NULL);
}

static void settle(rt_call *call, rt_strand *strand, rt_strand_state state) {
    bool is_first = false;
    if (strand->kind == RT_STRAND_FUTURE) {
        is_first = rt_strand_finish(strand, state, call->arguments);
        call->arguments = NULL;
    }
    call->reply(call, is_first ? RT_OK : RT_EUSAGE, NULL);
}

static void strand_call(rt_object *object, rt_call *call) {
    rt_strand *strand = (rt_strand *)object;
    switch (call->operation) {
    case RT_STRAND_AWAIT:
    case RT_STRAND_JOIN:
        await(call, strand);
        return;
    case RT_STRAND_LOOK:
        look(call, strand);
        return;
    case RT_STRAND_CANCEL:
        cancel(call, strand);
        return;
    case RT_STRAND_RESOLVE:
        settle(call, strand, RT_STRAND_DONE);
        return;
    case RT_STRAND_REJECT:
        settle(call, strand, RT_STRAND_FAILED);
        return;
    case RT_STRAND_DROP:
        settle(call, strand, RT_STRAND_CANCELLED);
        return;
    }
    call->reply(call, RT_EUSAGE, NULL);
}
