/* census.c - a census is a list of parts, one for each that is asked, in the order
 * of its records.
 *
 * `lock` guards the members, and of a census all but its parts' records once it
 * is over: from then on these are the finisher's. A leaf, but for what `ask` does:
 * that takes no locks. Parts live as long as their census; who is to answer one
 * later than under the lock has a reference.
 *
 * A part that is answered too late finds that the census is over. */
#include "exec/census.h"

#include <assert.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "exec/known.h"

struct rt_censuses {
    pthread_mutex_t lock;
    rt_list members;
};

struct rt_part {
    rt_list in_census;
    rt_list link;      /* in its member's `asked` or `answering` */
    rt_census *census; /* a reference, while a child is asked */
    rt_strand *strand; /* a reference; NULL: the program's main one */
    pid_t tid;         /* of the member's thread; else 0 */
    bool is_answered;
    rt_message *records;
};

struct rt_census {
    atomic_size_t refs; /* the starter, the post, each part with a child */
    rt_runtime *runtime;
    rt_census_listener *listener; /* until it is over */
    int64_t limit_ns;
    rt_list parts;
    size_t pending; /* parts not answered, and what may still add some */
    bool is_over;
    rt_post post; /* to the hub */
};

struct rt_censuses *rt_censuses_new(void) {
    struct rt_censuses *all = rt_calloc(sizeof *all);
    if (!all) return NULL;
    pthread_mutex_init(&all->lock, NULL);
    rt_list_init(&all->members);
    return all;
}

void rt_censuses_free(struct rt_censuses *all) {
    if (!all) return;
    assert(rt_list_empty(&all->members));
    pthread_mutex_destroy(&all->lock);
    rt_free(all);
}

static void lock(rt_runtime *runtime) {
    pthread_mutex_lock(&runtime->censuses->lock);
}

static void unlock(rt_runtime *runtime) {
    pthread_mutex_unlock(&runtime->censuses->lock);
}

/* ---- the end of a census ---- */

static void free_part(rt_part *part) {
    rt_message_free(part->records);
    if (part->strand) rt_object_unref(&part->strand->object);
    rt_free(part);
}

void rt_census_unref(rt_census *census) {
    if (atomic_fetch_sub_explicit(&census->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (rt_list *node; (node = rt_list_pop(&census->parts)) != NULL;)
        free_part(rt_container_of(node, rt_part, in_census));
    rt_free(census);
}

static bool is_child(const rt_part *part) {
    return part->strand && part->strand->kind == RT_STRAND_PROCESS &&
           part->tid == 0;
}

static int add_told(const rt_census *census, rt_message *records,
                    rt_message *heard, const rt_part *part) {
    if (!part->records)
        return rt_known_add(records, census->runtime, part->strand, part->tid);
    if (is_child(part))
        return rt_known_add_child(records, heard, part->strand, part->records);
    return rt_records_append(records, part->records);
}

static rt_message *merge(rt_census *census) {
    rt_message *records = rt_records_new(), *heard = rt_records_new();
    int status = records && heard ? RT_OK : RT_ENOMEMORY;
    for (rt_list *node = census->parts.next;
         node != &census->parts && status == RT_OK; node = node->next)
        status = add_told(census, records, heard,
                          rt_container_of(node, rt_part, in_census));
    if (status == RT_OK) status = rt_known_add_heard(heard, census->runtime);
    if (status == RT_OK)
        status = rt_records_fold(records, heard, census->listener->is_parent);
    rt_message_free(heard);
    if (status == RT_OK) return records;
    rt_message_free(records);
    return NULL;
}

/* Under the lock: whether the caller is to finish it, without the lock. */
static bool end(rt_census *census) {
    if (census->is_over) return false;
    census->is_over = true;
    for (rt_list *node = census->parts.next; node != &census->parts;
         node = node->next)
        rt_list_unlink(&rt_container_of(node, rt_part, in_census)->link);
    return true;
}

static void finish(rt_census *census) {
    rt_census_listener *listener = census->listener;
    listener->on_done(listener, merge(census));
}

/* Under the lock; the same. */
static bool end_one(rt_census *census) {
    return --census->pending == 0 && end(census);
}

void rt_census_stop(rt_census *census) {
    lock(census->runtime);
    bool is_last = end(census);
    unlock(census->runtime);
    if (is_last) finish(census);
}

/* Under the lock; as end_one. `records` stays the caller's if that is not taken:
 * then it is not NULL afterwards. */
static bool answer(rt_part *part, rt_message **records) {
    rt_census *census = part->census;
    if (census->is_over || part->is_answered) return false;
    part->is_answered = true;
    part->records = *records;
    *records = NULL;
    return end_one(census);
}

void rt_part_answer(rt_part *part, rt_message *records) {
    rt_census *census = part->census;
    lock(census->runtime);
    bool is_last = answer(part, &records);
    unlock(census->runtime);
    rt_message_free(records);
    if (is_last) finish(census);
    rt_census_unref(census);
}

/* ---- members ---- */

void rt_member_join(rt_runtime *runtime, rt_member *member, bool is_main) {
    rt_list_init(&member->asked);
    rt_list_init(&member->answering);
    member->strand = NULL;
    member->is_listed = is_main;
    member->sleeper = NULL;
    member->tid = (pid_t)syscall(SYS_gettid);
    lock(runtime);
    rt_list_push(&runtime->censuses->members, &member->link);
    unlock(runtime);
}

void rt_member_leave(rt_runtime *runtime, rt_member *member) {
    rt_message *nothing = rt_records_new();
    lock(runtime);
    rt_list_unlink(&member->link);
    rt_list_move(&member->answering, &member->asked);
    unlock(runtime);
    rt_member_end(runtime, member, nothing);
}

void rt_member_set_strand(rt_runtime *runtime, rt_member *member,
                          rt_strand *strand) {
    lock(runtime);
    member->strand = strand;
    member->is_listed = true;
    unlock(runtime);
}

bool rt_member_begin(rt_runtime *runtime, rt_member *member) {
    lock(runtime);
    rt_list_move(&member->answering, &member->asked);
    bool is_asked = !rt_list_empty(&member->answering);
    unlock(runtime);
    return is_asked;
}

/* Answers the next of those that ask; false: there is none. `records` is copied,
 * if there are others. */
static bool answer_next(rt_runtime *runtime, rt_member *member,
                        rt_message *records) {
    lock(runtime);
    rt_list *node = rt_list_pop(&member->answering);
    if (!node) {
        unlock(runtime);
        return false;
    }
    rt_part *part = rt_container_of(node, rt_part, link);
    rt_census *census = part->census;
    rt_message *copy = records ? rt_message_copy(records) : NULL;
    bool is_last = answer(part, &copy);
    unlock(runtime);
    if (is_last) finish(census);
    return true;
}

void rt_member_end(rt_runtime *runtime, rt_member *member,
                   rt_message *records) {
    while (answer_next(runtime, member, records)) continue;
    rt_message_free(records);
}

/* ---- asking ---- */

static rt_part *new_part(rt_census *census, rt_strand *strand, pid_t tid) {
    rt_part *part = rt_calloc(sizeof *part);
    if (!part) return NULL;
    rt_list_init(&part->link);
    part->census = census;
    part->tid = tid;
    if (strand) rt_object_ref(&strand->object); /* until free_part */
    part->strand = strand;
    return part;
}

/* In the order of their starts, those of one kind. Under the lock. */
static void add_part(rt_census *census, rt_part *part) {
    rt_list *before = census->parts.next;
    for (; before != &census->parts; before = before->next) {
        const rt_strand *other =
            rt_container_of(before, rt_part, in_census)->strand;
        if (part->strand && other && other->kind == part->strand->kind &&
            other->object.id > part->strand->object.id)
            break;
    }
    rt_list_push(before, &part->in_census);
}

/* Whether somebody is asked about the strand already. Under the lock. */
static bool has_part(const rt_census *census, const rt_strand *strand) {
    for (rt_list *node = census->parts.next; node != &census->parts;
         node = node->next)
        if (rt_container_of(node, rt_part, in_census)->strand == strand)
            return true;
    return false;
}

/* Under the lock. */
static int ask_member(rt_census *census, rt_member *member,
                      const rt_member *self, rt_message **own) {
    rt_part *part = new_part(census, member->strand, member->tid);
    if (!part) return RT_ENOMEMORY;
    add_part(census, part);
    if (member == self) {
        part->is_answered = true;
        part->records = *own;
        *own = NULL;
        return RT_OK;
    }
    census->pending++;
    rt_list_push(&member->asked, &part->link);
    if (member->sleeper)
        pthread_cond_signal(member->sleeper); /* it alone waits there */
    else
        member->ask(member);
    return RT_OK;
}

/* Those that are not asked yet. */
static int ask_members(rt_census *census, const rt_member *self,
                       rt_message **own) {
    struct rt_censuses *all = census->runtime->censuses;
    int status = RT_OK;
    lock(census->runtime);
    for (rt_list *node = all->members.next;
         node != &all->members && status == RT_OK; node = node->next) {
        rt_member *member = rt_container_of(node, rt_member, link);
        if (member->is_listed && !has_part(census, member->strand))
            status = ask_member(census, member, self, own);
    }
    unlock(census->runtime);
    return status;
}

static bool is_pending(rt_strand *strand) {
    return rt_strand_get_state(strand) == RT_STRAND_PENDING;
}

/* Threads that have not begun are no members yet. One that begins meanwhile is one
 * before it is RUNNING. */
static int add_pending_threads(rt_census *census) {
    rt_strand **strands = rt_runtime_list(census->runtime, RT_STRAND_THREAD);
    if (!strands) return RT_ENOMEMORY;
    for (rt_strand **at = strands; *at; at++) {
        if (!is_pending(*at)) continue;
        lock(census->runtime);
        rt_part *part = has_part(census, *at) ? NULL : new_part(census, *at, 0);
        if (part) add_part(census, part);
        unlock(census->runtime);
    }
    rt_runtime_free_list(strands);
    return RT_OK;
}

/* On the hub's thread. */
static int ask_process(rt_census *census, rt_strand *strand) {
    rt_part *part = new_part(census, strand, 0);
    if (!part) return RT_ENOMEMORY;
    lock(census->runtime);
    bool is_over = census->is_over;
    if (!is_over) {
        add_part(census, part);
        census->pending++;
    }
    unlock(census->runtime);
    if (is_over) {
        free_part(part);
        return RT_OK;
    }
    atomic_fetch_add(&census->refs, 1); /* until rt_part_answer */
    if (!census->runtime->hub_ask ||
        !census->runtime->hub_ask(strand, part, census->limit_ns))
        rt_part_answer(part, NULL);
    return RT_OK;
}

static void on_hub(rt_post *post) {
    rt_census *census = rt_container_of(post, rt_census, post);
    rt_strand **strands = rt_runtime_list(census->runtime, RT_STRAND_PROCESS);
    for (rt_strand **at = strands; at && *at; at++)
        (void)ask_process(census, *at); /* no memory: it is left out */
    rt_runtime_free_list(strands);
    lock(census->runtime);
    bool is_last = end_one(census);
    unlock(census->runtime);
    if (is_last) finish(census);
    rt_census_unref(census);
}

static void ask_hub(rt_census *census) {
    rt_runtime *runtime = census->runtime;
    lock(runtime);
    census->pending++;
    unlock(runtime);
    pthread_mutex_lock(&runtime->lock);
    /* It runs, and what it gets as long as this says so it carries out. */
    bool is_there = runtime->hub_stop != NULL;
    if (is_there) {
        atomic_fetch_add(&census->refs, 1); /* until on_hub */
        runtime->hub_post(runtime->hub, &census->post);
    }
    pthread_mutex_unlock(&runtime->lock);
    if (is_there) return;
    lock(runtime);
    census->pending--; /* not the last: the caller is not done yet */
    unlock(runtime);
}

/* Not over before the caller has let go of `pending`. */
static rt_census *begin(rt_runtime *runtime, int64_t limit_ns,
                        rt_census_listener *listener, const rt_member *self,
                        rt_message *own) {
    rt_census *census = rt_calloc(sizeof *census);
    int status = census ? RT_OK : RT_ENOMEMORY;
    if (census) {
        atomic_init(&census->refs, 1);
        census->runtime = runtime;
        census->listener = listener;
        census->limit_ns = limit_ns;
        census->post.run = on_hub;
        census->pending = 1;
        rt_list_init(&census->parts);
        status = ask_members(census, self, &own);
    }
    if (status == RT_OK) status = add_pending_threads(census);
    if (status == RT_OK) status = ask_members(census, self, &own);
    rt_message_free(own);
    if (status == RT_OK) {
        ask_hub(census);
        return census;
    }
    if (!census) return NULL;
    lock(runtime);
    (void)end(census);
    unlock(runtime);
    rt_census_unref(census);
    return NULL;
}

/* Everybody was asked. */
static void let_go(rt_census *census) {
    lock(census->runtime);
    bool is_last = end_one(census);
    unlock(census->runtime);
    if (is_last) finish(census);
}

rt_census *rt_census_start(rt_runtime *runtime, int64_t limit_ns,
                           rt_census_listener *listener) {
    rt_census *census = begin(runtime, limit_ns, listener, NULL, NULL);
    if (census) let_go(census);
    return census;
}

/* ---- waiting for one ---- */

typedef struct sleeper {
    rt_census_listener listener;
    rt_runtime *runtime;
    pthread_cond_t woken;
    bool is_done; /* guarded by the lock, as the next */
    rt_message *records;
} sleeper;

static void on_done(rt_census_listener *listener, rt_message *records) {
    sleeper *s = rt_container_of(listener, sleeper, listener);
    rt_runtime *runtime = s->runtime; /* it may end as soon as it is done */
    lock(runtime);
    s->is_done = true;
    s->records = records;
    pthread_cond_signal(&s->woken);
    unlock(runtime);
}

/* Under the lock, which is released meanwhile: until something happens. */
static bool sleep_until(sleeper *s, int64_t due_ns) {
    struct timespec at = {due_ns / RT_SECOND, due_ns % RT_SECOND};
    return pthread_cond_clockwait(&s->woken, &s->runtime->censuses->lock,
                                  CLOCK_MONOTONIC, &at) == 0;
}

/* Until it is done, or its time is over; answers others meanwhile. */
static void sleep_for(sleeper *s, rt_member *self, int64_t due_ns,
                      void (*answer_others)(rt_member *member)) {
    bool is_in_time = true;
    lock(s->runtime);
    while (!s->is_done && is_in_time) {
        if (self && !rt_list_empty(&self->asked)) {
            unlock(s->runtime);
            answer_others(self);
            lock(s->runtime);
            continue;
        }
        if (self) self->sleeper = &s->woken;
        is_in_time = sleep_until(s, due_ns);
        if (self) self->sleeper = NULL;
    }
    unlock(s->runtime);
}

rt_message *rt_census_take(rt_runtime *runtime, rt_member *self,
                           rt_message *own,
                           void (*answer_others)(rt_member *member)) {
    sleeper s = {.listener.on_done = on_done, .runtime = runtime};
    int64_t due_ns = rt_clock_now() + RT_CENSUS_NS;
    pthread_cond_init(&s.woken, NULL);
    rt_census *census = begin(runtime, RT_CENSUS_NS, &s.listener, self, own);
    if (census) {
        let_go(census);
        sleep_for(&s, self, due_ns, answer_others);
        rt_census_stop(census);
        sleep_for(&s, self, RT_NEVER, answer_others); /* it is being merged */
        rt_census_unref(census);
    }
    pthread_cond_destroy(&s.woken);
    return s.records;
}
