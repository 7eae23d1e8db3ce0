/* work.c - uv_queue_work with a waiter.
 *
 * The request of uv stands in the same block before the record, so that
 * starting allocates nothing and this header needs no uv.h. */
#include "io/work.h"

#include <assert.h>
#include <uv.h>

#include "base/alloc.h"
#include "io/crew.h"

typedef union head {
    uv_work_t request;
    max_align_t align;
} head;

static head *head_of(rt_work *work) {
    return (head *)(void *)work - 1;
}

static rt_work *work_of(uv_work_t *request) {
    return (rt_work *)(void *)((head *)(void *)request + 1);
}

/* Steps, in the order they happen. */
static void begin(rt_work *work);
static void on_run(uv_work_t *request);
static void on_done(uv_work_t *request, int status);
static void next_in_line(rt_work_line *line);
static void free_unused(rt_work *work);

void rt_work_line_init(rt_work_line *line) {
    line->running = NULL;
    rt_list_init(&line->waiting);
}

void *rt_work_new(const rt_work_type *type, size_t size) {
    assert(size >= sizeof(rt_work));
    head *h = rt_calloc(sizeof *h + size);
    if (!h) return NULL;
    rt_work *work = work_of(&h->request);
    work->type = type;
    work->is_owned = true;
    rt_list_init(&work->link);
    return work;
}

/* ---- nobody wants it any more ---- */

static void let_go(rt_work *work) {
    if (work->waiter) rt_loop_expect(work->loop, -1);
    work->waiter = NULL;
    atomic_store(&work->is_unwanted, true);
    if (work->is_queued) {
        rt_list_unlink(&work->link);
        work->is_queued = false;
    } else if (work->is_begun) {
        (void)uv_cancel((uv_req_t *)&head_of(work)->request);
    }
}

static void withdraw(rt_waiter *waiter) {
    let_go(waiter->object);
}

void rt_work_release(rt_work *work) {
    work->is_owned = false;
    let_go(work);
    free_unused(work);
}

static void free_unused(rt_work *work) {
    if (work->is_owned || work->is_begun) return;
    work->type->deinit(work);
    rt_free(head_of(work));
}

/* ---- running ---- */

int rt_work_start(rt_work *work, rt_loop *loop, rt_work_line *line,
                  rt_waiter *waiter) {
    int status = rt_loop_make_uv(loop);
    if (status == RT_OK) status = rt_crew_check();
    if (status != RT_OK) return status;
    work->loop = loop;
    work->line = line;
    work->waiter = waiter;
    rt_waiter_park(waiter, work, withdraw);
    rt_loop_expect(loop, 1);
    if (line && line->running) {
        work->is_queued = true;
        rt_list_push(&line->waiting, &work->link);
    } else {
        begin(work);
    }
    return RT_PENDING;
}

static void begin(rt_work *work) {
    work->is_begun = true;
    if (work->line) work->line->running = work;
    /* Fails only without a function to run. */
    (void)uv_queue_work(rt_loop_uv(work->loop), &head_of(work)->request, on_run,
                        on_done);
}

static void on_run(uv_work_t *request) {
    rt_work *work = work_of(request);
    work->type->run(work);
}

static void on_done(uv_work_t *request, int status) {
    rt_work *work = work_of(request);
    rt_waiter *waiter = work->waiter;
    bool has_run = status == 0;
    rt_loop_rouse(work->loop);
    work->is_begun = false;
    work->waiter = NULL;
    if (work->line) next_in_line(work->line);
    if (waiter) rt_loop_expect(work->loop, -1);
    if (waiter && rt_waiter_claim(waiter))
        rt_waiter_complete_here(waiter, RT_OK);
    else if (has_run && work->type->undo)
        work->type->undo(work);
    free_unused(work);
}

static void next_in_line(rt_work_line *line) {
    line->running = NULL;
    rt_list *node = rt_list_pop(&line->waiting);
    if (!node) return;
    rt_work *work = rt_container_of(node, rt_work, link);
    work->is_queued = false;
    begin(work);
}

void rt_work_run_here(rt_work *work) {
    work->type->run(work);
}
