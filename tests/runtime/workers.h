/* workers.h - a pool whose workers and clients the test plays itself. */
#ifndef TESTS_RUNTIME_WORKERS_H
#define TESTS_RUNTIME_WORKERS_H

#include <stdbool.h>

#include "exec/code.h"
#include "exec/seat.h"

enum { MAX_WORKERS = 40 };

/* A worker that waits, runs, or has ended. */
typedef struct worker {
    rt_seat *seat;
    rt_strand *strand; /* a reference */
    rt_waiter waiter;
    rt_waiter watcher;
    rt_seat_job job;
    int status;          /* of its wait: RT_PENDING while it waits */
    int64_t told;        /* number of a job that was cancelled */
    rt_journal *journal; /* its own end */
} worker;

/* Somebody who gave a job. */
typedef struct client {
    rt_waiter waiter;
    int status; /* RT_PENDING until it is completed */
    rt_message *answer;
} client;

typedef struct fixture {
    rt_runtime *runtime;
    rt_loop loop;
    rt_pool *pool;
    rt_code *code;
    worker workers[MAX_WORKERS];
    int worker_count;
    int start_status;
    bool keeps_journals;
    client a, b, c;
    size_t blocks;
} fixture;

extern fixture f;

/* Lets the loop run what was posted. */
void run_loop(void);

/* The worker asks for a job; the status. */
int ask(worker *w);
void watch(worker *w);

/* The worker has ended, in that state. */
void end_worker(worker *w, rt_strand_state state, rt_message *outcome,
                int signal);
void kill_worker(worker *w);
void leave(worker *w);

/* Items are first, first + 1, ... */
rt_message *make_job(rt_pool_mode mode, int64_t first, int64_t count,
                     int64_t group);
rt_message *make_results(int64_t first, int64_t count);

/* The client gives a job of mode EACH; the status. */
int give_grouped(client *c, int64_t first, int64_t count, int64_t group);
int give(client *c, int64_t first, int64_t count);

/* Whether the worker's job begins with that item. */
bool has_item(const worker *w, int64_t first);

/* An answer of `count` integers from `first` on, then, if it failed, an error
 * and a traceback. */
void assert_answer(client *c, int status, int64_t first, uint32_t count);

/* Around each test. */
int set_up(void **state);
int open_pool(unsigned seats, unsigned recycle);
int tear_down(void **state);

/* The handle of a job of mode CALL; a reference. */
rt_strand *start_call(int64_t value);

#endif
