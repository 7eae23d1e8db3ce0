/* waits.c - each waits for one other, so a ring is found by following them.
 *
 * Why a ring that is found is one: everybody in it is entered, so none of them
 * runs, and none can release a lock, or end, before this registry is unlocked.
 * A wait that was ended by now, by a time-out or a cancellation, is told by its
 * waiter, which is not parked any more. A strand of another process waits by a
 * call, and does nothing else meanwhile; if its process dies, the hub's thread ends
 * the call and takes what it has from it. And why each is found: of its strands
 * one is the last to enter, and sees the others. */
#include "sync/waits.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "data/call.h"

void rt_waits_init(rt_waits *waits) {
    pthread_mutex_init(&waits->lock, NULL);
    waits->count = 0;
    for (size_t i = 0; i < RT_WAIT_BUCKETS; i++)
        rt_list_init(&waits->buckets[i]);
}

void rt_waits_deinit(rt_waits *waits) {
    assert(waits->count == 0);
    pthread_mutex_destroy(&waits->lock);
}

/* ---- who is who ---- */

rt_wait_key rt_wait_key_of(const rt_party *party) {
    if (!party->process) return (rt_wait_key){NULL, (uintptr_t)party};
    bool is_main =
        party->kind == RT_PARTY_MAIN && rt_party_process(party->strand) == 0;
    return (rt_wait_key){party->process, is_main ? 0 : party->strand};
}

bool rt_wait_owner(const void *lock, rt_wait_key *key) {
    rt_lock_holder holder; /* the owner itself may end meanwhile */
    rt_lock_look((rt_lock *)lock, &holder);
    if (!holder.is_held) return false;
    *key = holder.strand ? (rt_wait_key){NULL, (uintptr_t)holder.strand}
                         : rt_wait_key_of(&holder.party);
    return true;
}

static rt_list *bucket_of(rt_waits *waits, rt_wait_key key) {
    uint64_t hash = ((uint64_t)(uintptr_t)key.process ^ key.strand) *
                    UINT64_C(0x9E3779B97F4A7C15);
    return &waits->buckets[hash >> 56];
}

static rt_wait *find(rt_waits *waits, rt_wait_key key) {
    rt_list *bucket = bucket_of(waits, key);
    for (rt_list *node = bucket->next; node != bucket; node = node->next) {
        rt_wait *wait = rt_container_of(node, rt_wait, link);
        rt_wait_key other = rt_wait_key_of(wait->party);
        if (other.process == key.process && other.strand == key.strand)
            return wait;
    }
    return NULL;
}

/* ---- rings ---- */

/* The one that `wait` waits for, if that one waits, too, and for good. */
static rt_wait *next_of(rt_waits *waits, const rt_wait *wait) {
    rt_wait_key key;
    if (!wait->blocker(wait->target, &key)) return NULL;
    rt_wait *next = find(waits, key);
    if (!next || next->is_bounded) return NULL;
    int state =
        atomic_load_explicit(&next->waiter->state, memory_order_acquire);
    return state == RT_WAITER_PARKED ? next : NULL;
}

/* How many strands are in the ring that `wait` is in; 0: it is in none. */
static size_t measure(rt_waits *waits, const rt_wait *wait) {
    const rt_wait *at = wait;
    for (size_t i = 1; i <= waits->count; i++) {
        at = next_of(waits, at);
        if (!at) return 0;
        if (at == wait) return i;
    }
    return 0; /* it leads to another ring */
}

static void describe(const rt_wait *wait, rt_wait_step *step) {
    *step = (rt_wait_step){
        .party = *wait->party, .what = wait->what, .line = wait->line};
    memcpy(step->source, wait->source, sizeof step->source);
    memcpy(step->name, wait->name, sizeof step->name);
    if (!wait->lock) return;
    rt_lock_holder holder;
    rt_lock_look(wait->lock, &holder);
    step->lock = wait->lock->object.id;
    step->is_reentrant = wait->lock->is_reentrant;
    step->held_line = holder.line;
    memcpy(step->held_source, holder.source, sizeof step->held_source);
}

static void describe_all(rt_waits *waits, const rt_wait *wait, size_t count,
                         rt_wait_step *steps) {
    for (size_t i = 0; i < count && i < RT_WAIT_STEPS; i++) {
        describe(wait, &steps[i]);
        wait = next_of(waits, wait);
        if (!wait) return; /* was told to stop just now */
    }
}

static void unlink(rt_waits *waits, rt_wait *wait) {
    rt_list_unlink(&wait->link);
    waits->count--;
}

size_t rt_waits_enter(rt_waits *waits, rt_wait *wait,
                      rt_wait_step steps[RT_WAIT_STEPS]) {
    pthread_mutex_lock(&waits->lock);
    rt_list_push(bucket_of(waits, rt_wait_key_of(wait->party)), &wait->link);
    waits->count++;
    size_t count = wait->is_bounded ? 0 : measure(waits, wait);
    if (count > 0) {
        describe_all(waits, wait, count, steps);
        unlink(waits, wait);
    }
    pthread_mutex_unlock(&waits->lock);
    return count;
}

void rt_waits_leave(rt_waits *waits, rt_wait *wait) {
    pthread_mutex_lock(&waits->lock);
    unlink(waits, wait);
    pthread_mutex_unlock(&waits->lock);
}

int rt_waits_visit(rt_waits *waits,
                   int (*each)(void *context, const rt_party *who,
                               const rt_lock_holder *holder),
                   void *context) {
    int status = RT_OK;
    pthread_mutex_lock(&waits->lock);
    for (size_t i = 0; i < RT_WAIT_BUCKETS && waits->count > 0; i++) {
        const rt_list *bucket = &waits->buckets[i], *node = bucket->next;
        for (; node != bucket && status == RT_OK; node = node->next) {
            const rt_wait *wait = rt_container_of(node, rt_wait, link);
            rt_lock_holder holder;
            if (!wait->lock || !wait->party->process) continue;
            rt_lock_look(wait->lock, &holder);
            if (holder.is_held) status = each(context, wait->party, &holder);
        }
    }
    pthread_mutex_unlock(&waits->lock);
    return status;
}

static void end_in(rt_list *bucket, const void *home, const rt_party *party) {
    for (rt_list *node = bucket->next; node != bucket; node = node->next) {
        rt_wait *wait = rt_container_of(node, rt_wait, link);
        if ((home && wait->home == home) || (party && wait->party == party))
            wait->is_bounded = true;
    }
}

void rt_waits_end(rt_waits *waits, const void *home, const rt_party *party) {
    pthread_mutex_lock(&waits->lock);
    for (size_t i = 0; i < RT_WAIT_BUCKETS && waits->count > 0; i++)
        end_in(&waits->buckets[i], home, party);
    pthread_mutex_unlock(&waits->lock);
}

/* ---- in words ---- */

enum { NAME_TEXT = RT_PARTY_TEXT + RT_WAIT_NAME + 4 };

/* "task 3 'reader' of process 4711" */
static void name_step(const rt_wait_step *step, char text[NAME_TEXT]) {
    const rt_party *party = &step->party;
    char who[RT_PARTY_TEXT], name[RT_WAIT_NAME + 4] = "";
    if (step->name[0]) (void)snprintf(name, sizeof name, " '%s'", step->name);
    if (party->kind != RT_PARTY_MAIN)
        rt_party_describe(party, who);
    else if (party->process)
        (void)snprintf(who, sizeof who, "process %d", (int)party->pid);
    else
        (void)snprintf(who, sizeof who, "the main script");
    const char *rest = strstr(who, " of ");
    size_t head = rest ? (size_t)(rest - who) : strlen(who);
    (void)snprintf(text, NAME_TEXT, "%.*s%s%s", (int)head, who, name,
                   who + head);
}

typedef struct writer {
    char *text;
    size_t used;
} writer;

__attribute__((format(printf, 2, 3))) static void add(writer *to,
                                                      const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(to->text + to->used, RT_WAIT_TEXT - to->used, format,
                         arguments);
    va_end(arguments);
    if (size > 0) to->used += (size_t)size;
    if (to->used >= RT_WAIT_TEXT) to->used = RT_WAIT_TEXT - 1;
}

static void add_lock(writer *to, const rt_wait_step *step) {
    add(to, "%s %d", step->is_reentrant ? "RLock" : "Lock", (int)step->lock);
}

static void add_step(writer *to, const rt_wait_step *step,
                     const rt_wait_step *next) {
    char name[NAME_TEXT], other[NAME_TEXT];
    name_step(step, name);
    name_step(next, other);
    add(to, "\n  %s waits (%s)", name, step->what ? step->what : "?");
    if (step->line > 0) add(to, " at %s:%d", step->source, step->line);
    add(to, " for ");
    if (!step->lock) {
        add(to, "%s", other);
        return;
    }
    add_lock(to, step);
    add(to, ", held by %s", other);
    if (step->held_line > 0)
        add(to, ", acquired at %s:%d", step->held_source, step->held_line);
}

/* Of a long ring only the first strands are known. */
void rt_waits_describe(const rt_wait_step *steps, size_t count,
                       char text[RT_WAIT_TEXT]) {
    writer to = {.text = text};
    char name[NAME_TEXT];
    bool is_long = count > RT_WAIT_STEPS;
    if (is_long) count = RT_WAIT_STEPS;
    size_t known = is_long ? count - 1 : count;
    add(&to, "deadlock: this wait would never end");
    for (size_t i = 0; i < known; i++)
        add_step(&to, &steps[i], &steps[(i + 1) % count]);
    add(&to, "\n  cycle: ");
    for (size_t i = 0; i < known; i++) {
        name_step(&steps[i], name);
        add(&to, "%s -> ", name);
        if (!steps[i].lock) continue;
        add_lock(&to, &steps[i]);
        add(&to, " -> ");
    }
    name_step(&steps[0], name);
    add(&to, "%s%s", is_long ? "... -> " : "", name);
}
