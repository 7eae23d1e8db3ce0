/* census.h - asking everything that runs strands what these are doing.
 *
 * Whoever hosts strands (a Lua state, while a thread runs it) is a member. It is
 * asked on its own thread, and answers with records (exec/record.h). The hub, if
 * there is one, asks the child processes likewise. Who does not answer in time is
 * told of by what is known to others.
 *
 * Any number of censuses may be under way, from any thread. */
#ifndef RT_EXEC_CENSUS_H
#define RT_EXEC_CENSUS_H

#include <pthread.h>

#include "exec/record.h"
#include "exec/runtime.h"

/* How long those that are asked have time to answer; and less by that much for
 * each generation of processes, whose answers are to arrive in time. */
#define RT_CENSUS_NS (RT_SECOND / 2)
#define RT_CENSUS_STEP_NS (RT_SECOND / 10)

typedef struct rt_member {
    /* Private, guarded by the censuses' lock. */
    rt_list link;
    rt_list asked;     /* of parts: to be answered */
    rt_list answering; /* being answered */
    rt_strand *strand; /* of its main strand; borrowed; NULL: the program's */
    bool is_listed;    /* it has a main strand: it may be asked */
    pid_t tid;
    pthread_cond_t *sleeper; /* its thread waits there for a census */
    /* It was asked: calls rt_member_begin soon, on its own thread. With the lock
     * held, on any thread: may only signal and wake. */
    void (*ask)(struct rt_member *member);
} rt_member;

/* The calling thread's own, from here to the leave. `is_main`: it is asked from
 * here on, and not only when it has a strand. */
void rt_member_join(rt_runtime *runtime, rt_member *member, bool is_main);
void rt_member_leave(rt_runtime *runtime, rt_member *member);

/* Whose main strand it runs from here on; before that one is set RUNNING. */
void rt_member_set_strand(rt_runtime *runtime, rt_member *member,
                          rt_strand *strand);

/* Whether somebody has asked; then the records are to be made, and handed over
 * with end. Its own thread. */
bool rt_member_begin(rt_runtime *runtime, rt_member *member);

/* Owns: takes `records` (NULL: there was no memory). */
void rt_member_end(rt_runtime *runtime, rt_member *member, rt_message *records);

/* Takes a census and waits for it. `self` is the calling thread's, with the
 * records that it has to tell (taken; NULL: out of memory); it goes on answering
 * meanwhile, by `answer`. Both may be NULL: the calling thread runs no strands.
 * Not for the hub's thread. NULL: out of memory. */
rt_message *rt_census_take(rt_runtime *runtime, rt_member *self,
                           rt_message *own, void (*answer)(rt_member *member));

/* ---- for the hub ---- */

typedef struct rt_census rt_census;

/* Who wants to know: called once, on any thread, maybe before rt_census_start
 * returns. Owns: takes `records` (NULL: out of memory). */
typedef struct rt_census_listener {
    void (*on_done)(struct rt_census_listener *listener, rt_message *records);
    bool is_parent; /* and so hears what is heard of others, too */
} rt_census_listener;

/* The same without waiting. A reference, the caller's. NULL: out of memory, and
 * `on_done` is not called. */
rt_census *rt_census_start(rt_runtime *runtime, int64_t limit_ns,
                           rt_census_listener *listener);

/* The time is over: it is done with what there is, if it is not yet. */
void rt_census_stop(rt_census *census);
void rt_census_unref(rt_census *census);

/* What a child process is asked for. */
typedef struct rt_part rt_part;

/* It has answered, or will not (NULL). Exactly once. Owns: takes `records`. */
void rt_part_answer(rt_part *part, rt_message *records);

/* For runtime.c. NULL: out of memory. */
struct rt_censuses *rt_censuses_new(void);
void rt_censuses_free(struct rt_censuses *censuses); /* NULL is allowed */

#endif
