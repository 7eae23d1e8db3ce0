/* workers.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/encode.h"
#include "data/splice.h"
#include "exec/outcome.h"
#include "workers.h"

fixture f;

/* ---- workers ---- */

static void on_job(rt_waiter *waiter) {
    worker *w = rt_container_of(waiter, worker, waiter);
    w->status = waiter->status;
}

static void on_told(rt_waiter *watcher) {
    worker *w = rt_container_of(watcher, worker, watcher);
    if (watcher->status == RT_OK) w->told = watcher->detail;
    rt_message_free(watcher->message);
    watcher->message = NULL;
}

static int start_worker(rt_seat *seat) {
    if (f.start_status) return f.start_status;
    assert_true(f.worker_count < MAX_WORKERS);
    worker *w = &f.workers[f.worker_count++];
    memset(w, 0, sizeof *w);
    w->seat = seat;
    w->strand = rt_strand_new(f.runtime, RT_STRAND_THREAD, "worker", NULL);
    assert_non_null(w->strand);
    w->strand->daemon = true;
    rt_seat_set_worker(seat, w->strand);
    rt_runtime_add(f.runtime, w->strand);
    rt_waiter_init(&w->waiter, &f.loop, on_job);
    rt_waiter_init(&w->watcher, &f.loop, on_told);
    if (!f.keeps_journals) return RT_OK;
    int fd;
    assert_int_equal(rt_journal_new(&seat->journal, &fd), RT_OK);
    w->journal = rt_journal_open(fd);
    return RT_OK;
}

void run_loop(void) {
    while (rt_loop_has_posts(&f.loop)) rt_loop_turn(&f.loop, false, 0);
}

int ask(worker *w) {
    w->status = rt_seat_next(w->seat, &w->job, &w->waiter);
    return w->status;
}

void watch(worker *w) {
    rt_seat_watch(w->seat, &w->watcher);
}

void end_worker(worker *w, rt_strand_state state, rt_message *outcome,
                int signal) {
    (void)rt_waiter_cancel(&w->waiter, RT_EDIED);
    (void)rt_waiter_cancel(&w->watcher, RT_EDIED);
    w->strand->exit_signal = signal;
    (void)rt_strand_finish(w->strand, state, outcome);
    rt_seat *seat = w->seat;
    w->seat = NULL;
    rt_seat_ended(seat, RT_OK);
    rt_object_unref(&w->strand->object);
    rt_journal_free(w->journal);
    run_loop();
}

void kill_worker(worker *w) {
    end_worker(w, RT_STRAND_FAILED, rt_outcome_error("died", "killed", NULL),
               9);
}

void leave(worker *w) {
    end_worker(w, RT_STRAND_DONE, NULL, 0);
}

/* ---- jobs ---- */

static void on_answer(rt_waiter *waiter) {
    client *c = rt_container_of(waiter, client, waiter);
    assert_int_equal(c->status, RT_PENDING);
    c->status = waiter->status;
    c->answer = waiter->message;
    waiter->message = NULL;
}

rt_message *make_job(rt_pool_mode mode, int64_t first, int64_t count,
                     int64_t group) {
    size_t index;
    rt_message *job = rt_message_new();
    assert_non_null(job);
    rt_buffer *to = &job->bytes;
    assert_int_equal(rt_message_add_object(job, &f.code->object, &index),
                     RT_OK);
    assert_int_equal(rt_encode_header(to, (uint32_t)(RT_POOL_LEAD + count), 0),
                     RT_OK);
    assert_int_equal(rt_encode_int(to, mode), RT_OK);
    assert_int_equal(rt_encode_int(to, mode == RT_POOL_CALL ? 1 : count),
                     RT_OK);
    assert_int_equal(rt_encode_int(to, group), RT_OK);
    assert_int_equal(rt_encode_object(to, 0), RT_OK);
    for (int64_t i = 0; i < count; i++)
        assert_int_equal(rt_encode_int(to, first + i), RT_OK);
    return job;
}

rt_message *make_results(int64_t first, int64_t count) {
    rt_message *made = rt_message_new();
    assert_int_equal(rt_encode_header(&made->bytes, (uint32_t)count, 0), RT_OK);
    for (int64_t i = 0; i < count; i++)
        assert_int_equal(rt_encode_int(&made->bytes, first + i), RT_OK);
    return made;
}

int give_grouped(client *c, int64_t first, int64_t count, int64_t group) {
    rt_message *job = make_job(RT_POOL_EACH, first, count, group);
    c->status = RT_PENDING;
    c->answer = NULL;
    int status = rt_pool_run(f.pool, job, &c->waiter);
    if (status != RT_PENDING) {
        rt_message_free(job);
        c->status = status;
    }
    return status;
}

int give(client *c, int64_t first, int64_t count) {
    return give_grouped(c, first, count, 0);
}

bool has_item(const worker *w, int64_t first) {
    rt_reader reader;
    rt_token token;
    uint32_t roots, nodes;
    const rt_message *m = w->job.message;
    rt_reader_init(&reader, m->bytes.bytes, m->bytes.size, NULL);
    assert_int_equal(rt_reader_header(&reader, &roots, &nodes), RT_OK);
    for (int i = 0; i <= RT_POOL_LEAD; i++)
        assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
    return token.as.integer == first;
}

void assert_answer(client *c, int status, int64_t first, uint32_t count) {
    assert_int_equal(c->status, status);
    uint32_t behind = status == RT_OK ? 0 : 2;
    assert_int_equal(rt_message_count(c->answer), count + behind);
    if (count > 0) {
        rt_reader reader;
        rt_token token;
        uint32_t roots, nodes;
        rt_reader_init(&reader, c->answer->bytes.bytes, c->answer->bytes.size,
                       NULL);
        assert_int_equal(rt_reader_header(&reader, &roots, &nodes), RT_OK);
        for (uint32_t i = 0; i < count; i++) {
            assert_int_equal(rt_reader_next(&reader, &token), RT_OK);
            assert_int_equal(token.as.integer, first + i);
        }
    }
    rt_message_free(c->answer);
    c->answer = NULL;
}

/* ---- fixture ---- */

int set_up(void **state) {
    (void)state;
    memset(&f, 0, sizeof f);
    f.blocks = rt_alloc_count();
    f.runtime = rt_runtime_new();
    rt_loop_init(&f.loop);
    f.code = rt_code_new(rt_message_new());
    rt_waiter_init(&f.a.waiter, &f.loop, on_answer);
    rt_waiter_init(&f.b.waiter, &f.loop, on_answer);
    rt_waiter_init(&f.c.waiter, &f.loop, on_answer);
    return 0;
}

int open_pool(unsigned seats, unsigned recycle) {
    rt_pool_options options = {.runtime = f.runtime,
                               .seats = seats,
                               .recycle = recycle,
                               .job_limit = 100000,
                               .start = start_worker};
    return rt_pool_new(&options, &f.pool);
}

int tear_down(void **state) {
    (void)state;
    if (f.pool) {
        rt_pool_cancel(f.pool);
        rt_object_unref((rt_object *)(void *)f.pool);
    }
    run_loop();
    for (int i = 0; i < f.worker_count; i++)
        if (f.workers[i].seat) leave(&f.workers[i]);
    run_loop();
    client *clients[] = {&f.a, &f.b, &f.c};
    for (int i = 0; i < 3; i++) rt_message_free(clients[i]->answer);
    rt_object_unref(&f.code->object);
    assert_true(rt_runtime_shutdown(f.runtime, rt_clock_now() + RT_SECOND));
    rt_runtime_free(f.runtime);
    rt_loop_deinit(&f.loop);
    assert_int_equal(rt_alloc_count(), f.blocks);
    return 0;
}

rt_strand *start_call(int64_t value) {
    rt_strand *strand = rt_strand_new(f.runtime, RT_STRAND_TASK, NULL, NULL);
    if (!strand) abort(); /* which the compiler knows not to return */
    rt_runtime_add(f.runtime, strand);
    assert_int_equal(
        rt_pool_start(f.pool, make_job(RT_POOL_CALL, value, 1, 0), strand),
        RT_OK);
    return strand;
}
