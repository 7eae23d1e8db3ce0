/* Work of the pool: waited for, let go of before and after it has begun, one
 * after the other in a line. Nothing waits by time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <semaphore.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "failing.h"
#include "io/work.h"

/* Threads of libuv's pool. */
enum { POOL = 4 };

typedef struct task {
    rt_work work;
    sem_t *begun; /* posted at the beginning; NULL: not */
    sem_t *go;    /* waited for then; NULL: not */
    bool *was_wanted;
    int *order; /* counted up; and what it was, to: */
    int *place;
    int *undone;
    int *freed;
} task;

static void run(rt_work *work) {
    task *t = rt_container_of(work, task, work);
    if (t->begun) (void)sem_post(t->begun);
    while (t->go && sem_wait(t->go)) continue;
    if (t->was_wanted) *t->was_wanted = rt_work_is_wanted(work);
    if (t->order) *t->place = ++*t->order;
}

static void undo(rt_work *work) {
    task *t = rt_container_of(work, task, work);
    if (t->undone) ++*t->undone;
}

static void deinit(rt_work *work) {
    task *t = rt_container_of(work, task, work);
    if (t->freed) ++*t->freed;
}

static const rt_work_type type = {.run = run, .undo = undo, .deinit = deinit};

typedef struct party {
    rt_waiter waiter;
    int status; /* RT_PENDING until it is completed */
} party;

typedef struct fixture {
    rt_loop loop;
    party a, b;
    sem_t begun, go;
    int undone, freed;
    size_t blocks;
} fixture;

static void on_complete(rt_waiter *waiter) {
    party *p = rt_container_of(waiter, party, waiter);
    assert_int_equal(p->status, RT_PENDING);
    p->status = waiter->status;
}

static int set_up(void **state) {
    static fixture f;
    f = (fixture){.blocks = rt_alloc_count()};
    rt_loop_init(&f.loop);
    rt_waiter_init(&f.a.waiter, &f.loop, on_complete);
    rt_waiter_init(&f.b.waiter, &f.loop, on_complete);
    (void)sem_init(&f.begun, 0, 0);
    (void)sem_init(&f.go, 0, 0);
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    rt_loop_deinit(&f->loop); /* waits for what the pool still has */
    assert_int_equal(f->loop.expected, 0);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

static task *new_task(fixture *f) {
    task *t = rt_work_new(&type, sizeof *t);
    assert_non_null(t);
    t->undone = &f->undone;
    t->freed = &f->freed;
    return t;
}

static task *new_slow_task(fixture *f) {
    task *t = new_task(f);
    t->begun = &f->begun;
    t->go = &f->go;
    return t;
}

static void start(fixture *f, task *t, rt_work_line *line, party *p) {
    p->status = RT_PENDING;
    assert_int_equal(rt_work_start(&t->work, &f->loop, line, &p->waiter),
                     RT_PENDING);
}

static void turn_until(fixture *f, const party *p) {
    while (p->status == RT_PENDING) rt_loop_turn(&f->loop, true, RT_NEVER);
}

static void test_work_completes_its_waiter(void **state) {
    fixture *f = *state;
    task *t = new_task(f);
    start(f, t, NULL, &f->a);
    assert_int_equal(f->loop.expected, 1); /* so it does not sleep for good */
    turn_until(f, &f->a);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->loop.expected, 0);
    assert_int_equal(f->freed, 0); /* it is looked at first */
    rt_work_release(&t->work);
    assert_int_equal(f->freed, 1);
    assert_int_equal(f->undone, 0);
}

static void test_work_that_is_not_started(void **state) {
    fixture *f = *state;
    rt_work_release(&new_task(f)->work);
    assert_int_equal(f->freed, 1);
    assert_int_equal(f->undone, 0);
}

static void test_work_let_go_while_it_runs(void **state) {
    fixture *f = *state;
    bool was_wanted = true;
    task *t = new_slow_task(f);
    t->was_wanted = &was_wanted;
    start(f, t, NULL, &f->a);
    (void)sem_wait(&f->begun);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    assert_int_equal(f->a.status, RT_ECANCELLED);
    assert_int_equal(f->loop.expected, 0);
    rt_work_release(&t->work);
    assert_int_equal(f->freed, 0); /* the pool has it */
    (void)sem_post(&f->go);
    while (f->freed == 0) rt_loop_turn(&f->loop, true, RT_NEVER);
    assert_false(was_wanted);
    assert_int_equal(f->undone, 1);
}

static void test_work_let_go_before_it_begins(void **state) {
    fixture *f = *state;
    party full[POOL];
    task *slow[POOL];
    for (int i = 0; i < POOL; i++) {
        rt_waiter_init(&full[i].waiter, &f->loop, on_complete);
        start(f, slow[i] = new_slow_task(f), NULL, &full[i]);
    }
    for (int i = 0; i < POOL; i++) (void)sem_wait(&f->begun);
    int order = 0, place = 0;
    task *t = new_task(f);
    t->order = &order;
    t->place = &place;
    start(f, t, NULL, &f->a);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ETIMEOUT));
    rt_work_release(&t->work);
    while (f->freed == 0) rt_loop_turn(&f->loop, true, RT_NEVER);
    for (int i = 0; i < POOL; i++) (void)sem_post(&f->go);
    for (int i = 0; i < POOL; i++) {
        turn_until(f, &full[i]);
        rt_work_release(&slow[i]->work);
    }
    assert_int_equal(place, 0);
    assert_int_equal(f->undone, 0);
}

static void test_line_keeps_order_after_one_was_let_go(void **state) {
    fixture *f = *state;
    rt_work_line line;
    rt_work_line_init(&line);
    int order = 0, first = 0, second = 0;
    task *t = new_slow_task(f), *u = new_task(f);
    t->order = u->order = &order;
    t->place = &first;
    u->place = &second;
    start(f, t, &line, &f->a);
    start(f, u, &line, &f->b);
    (void)sem_wait(&f->begun);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    rt_work_release(&t->work);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->b.status, RT_PENDING); /* the first one still runs */
    (void)sem_post(&f->go);
    turn_until(f, &f->b);
    rt_work_release(&u->work);
    assert_int_equal(first, 1);
    assert_int_equal(second, 2);
    assert_null(line.running);
}

static void test_line_without_one_that_was_let_go(void **state) {
    fixture *f = *state;
    rt_work_line line;
    rt_work_line_init(&line);
    int order = 0, place = 0;
    task *t = new_slow_task(f), *u = new_task(f);
    u->order = &order;
    u->place = &place;
    start(f, t, &line, &f->a);
    start(f, u, &line, &f->b);
    assert_true(rt_waiter_cancel(&f->b.waiter, RT_ECANCELLED));
    rt_work_release(&u->work);
    assert_int_equal(f->freed, 1); /* the pool never had it */
    (void)sem_post(&f->go);
    turn_until(f, &f->a);
    rt_work_release(&t->work);
    assert_int_equal(place, 0);
    assert_true(rt_list_empty(&line.waiting));
}

static void test_loop_waits_for_work_when_it_closes(void **state) {
    fixture *f = *state;
    task *t = new_slow_task(f);
    start(f, t, NULL, &f->a);
    (void)sem_wait(&f->begun);
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    rt_work_release(&t->work);
    (void)sem_post(&f->go); /* tear_down closes the loop, and counts blocks */
}

static void test_work_without_memory(void **state) {
    fixture *f = *state;
    if (!can_fail_allocations()) skip();
    rt_alloc_fail(1, 1);
    assert_null(rt_work_new(&type, sizeof(task)));
    rt_alloc_fail(0, 0);
    task *t = new_task(f);
    rt_alloc_fail(1, 1); /* there is no uv yet */
    assert_int_equal(rt_work_start(&t->work, &f->loop, NULL, &f->a.waiter),
                     RT_ENOMEMORY);
    rt_alloc_fail(0, 0);
    assert_false(rt_waiter_parked(&f->a.waiter));
    rt_work_release(&t->work);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_work_completes_its_waiter, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_work_that_is_not_started, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_work_let_go_while_it_runs, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_work_let_go_before_it_begins,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_line_keeps_order_after_one_was_let_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_line_without_one_that_was_let_go,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_loop_waits_for_work_when_it_closes,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_work_without_memory, set_up,
                                        tear_down),
    };
    (void)setenv("UV_THREADPOOL_SIZE", "4", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
