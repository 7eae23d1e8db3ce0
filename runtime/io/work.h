/* work.h - a function that may block, run by libuv's pool, and waited for.
 *
 * The work is a record on the heap that belongs to two: to whoever made it, until
 * it is released, and to the pool, until the function has returned. A wait that
 * ends early lets go of the work: if it has not begun it never does; else it
 * is told (rt_work_is_wanted), runs to its end with nobody waiting, and what
 * it has done that would last is undone.
 *
 * A loop that closes waits for the work that it has begun. All here belongs to
 * the loop's thread, but for the function itself and what says so. */
#ifndef RT_IO_WORK_H
#define RT_IO_WORK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/list.h"
#include "loop/waiter.h"

typedef struct rt_work rt_work;

typedef struct rt_work_type {
    /* On a thread of the pool. */
    void (*run)(rt_work *work);
    /* It has run and nobody takes what came of it: closes what it has opened.
     * NULL: there is nothing. */
    void (*undo)(rt_work *work);
    /* Of what the record refers to; the record is freed after it. */
    void (*deinit)(rt_work *work);
} rt_work_type;

/* Works that run one after the other, in the order in which they were started,
 * also after those that were let go of. Outlived by its works. */
typedef struct rt_work_line {
    rt_work *running;
    rt_list waiting;
} rt_work_line;

/* First in the record. */
struct rt_work {
    const rt_work_type *type;
    rt_loop *loop;
    rt_work_line *line; /* NULL: none */
    rt_list link;       /* in line->waiting */
    rt_waiter *waiter;  /* NULL: nobody waits */
    atomic_bool is_unwanted;
    bool is_owned;  /* whoever made it has not released it */
    bool is_begun;  /* the pool has it */
    bool is_queued; /* it waits in the line */
};

void rt_work_line_init(rt_work_line *line);

/* A record of `size` bytes, zeroed but for the work. NULL: out of memory. */
void *rt_work_new(const rt_work_type *type, size_t size);

/* Hands it to the pool, in its turn if there is a line; once.
 * Returns: RT_PENDING, and the waiter is completed with RT_OK when it has run;
 * RT_ENOMEMORY, -EMFILE, -ENFILE; -EAGAIN: there are no threads for it. */
int rt_work_start(rt_work *work, rt_loop *loop, rt_work_line *line,
                  rt_waiter *waiter);

/* Runs it here and now instead. */
void rt_work_run_here(rt_work *work);

/* The owner's part: frees it, now or when the pool is done. Lets go of it if
 * that is not so yet; its waiter is left alone. */
void rt_work_release(rt_work *work);

/* Any thread: whether it is worth while to go on. */
static inline bool rt_work_is_wanted(rt_work *work) {
    return !atomic_load_explicit(&work->is_unwanted, memory_order_relaxed);
}

#endif
