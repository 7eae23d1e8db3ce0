/* Events on one thread, and between threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/status.h"
#include "calls.h"
#include "party.h"
#include "sync/event.h"
#include "sync/select.h"
#include "failing.h"

typedef struct fixture {
    rt_loop loop;
    party a, b;
    rt_event *event;
    size_t blocks;
} fixture;

static struct rt_wire one;

static rt_object *object_of(fixture *f) {
    return (rt_object *)(void *)f->event;
}

static int set_up(void **state) {
    static fixture f;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    init_party(&f.a, &f.loop);
    init_party(&f.b, &f.loop);
    f.event = rt_event_new();
    *state = &f;
    return f.event ? 0 : 1;
}

static int tear_down(void **state) {
    fixture *f = *state;
    rt_object_unref(object_of(f));
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_deinit(&f->loop);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

static int wait_for(fixture *f, party *p) {
    p->status = rt_event_wait(f->event, &p->waiter);
    return p->status;
}

static void test_event_set_wakes_all(void **state) {
    fixture *f = *state;
    assert_false(rt_event_is_set(f->event));
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_int_equal(wait_for(f, &f->b), RT_PENDING);
    rt_event_set(f->event, &f->loop);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->b.status, RT_OK);
    assert_true(rt_event_is_set(f->event));
    assert_int_equal(wait_for(f, &f->a), RT_OK);
    rt_event_set(f->event, &f->loop);
    rt_event_clear(f->event);
    rt_event_clear(f->event);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    rt_event_set(f->event, NULL); /* clear does not take it back */
    rt_event_clear(f->event);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_OK);
    assert_false(rt_event_is_set(f->event));
}

static void test_event_waits_end(void **state) {
    fixture *f = *state;
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_int_equal(wait_for(f, &f->b), RT_PENDING);
    assert_int_equal(rt_waiter_arm(&f->a.waiter, 1, 1), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_ETIMEOUT);
    assert_true(rt_waiter_cancel(&f->b.waiter, RT_ECANCELLED));
    rt_event_set(f->event, &f->loop);
    assert_int_equal(f->b.status, RT_ECANCELLED);
}

static int remote(fixture *f, asked *a, int operation) {
    return ask_object(a, object_of(f), &f->loop, &one, 7, operation, NULL);
}

static void test_event_operations_of_others(void **state) {
    fixture *f = *state;
    asked a, b;
    assert_int_equal(remote(f, &b, RT_EVENT_IS_SET), RT_OK);
    assert_false(b.item.as.boolean);
    assert_int_equal(remote(f, &a, RT_EVENT_WAIT), RT_PENDING);
    assert_int_equal(wait_for(f, &f->a), RT_PENDING);
    assert_int_equal(remote(f, &b, RT_EVENT_SET), RT_OK);
    assert_int_equal(a.status, RT_OK);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(remote(f, &a, RT_EVENT_WAIT), RT_OK);
    assert_int_equal(remote(f, &b, RT_EVENT_IS_SET), RT_OK);
    assert_true(b.item.as.boolean);
    assert_int_equal(remote(f, &b, RT_EVENT_CLEAR), RT_OK);
    assert_int_equal(remote(f, &a, RT_EVENT_WAIT), RT_PENDING);
    assert_true(rt_waiter_cancel(&a.call.waiter, RT_EDIED));
    assert_int_equal(remote(f, &b, 99), RT_EUSAGE);
    rt_event_set(f->event, NULL);
}

/* Two events in one select; the first that is set wins, and stays set. */
static void test_event_can_be_selected(void **state) {
    fixture *f = *state;
    rt_event *other = rt_event_new();
    assert_non_null(other);
    rt_case cases[2] = {
        {.object = f->event, .kind = RT_CASE_WAIT},
        {.object = other, .kind = RT_CASE_WAIT},
    };
    rt_case *list[2] = {&cases[0], &cases[1]}, *room[4], *chosen;
    rt_random random = {.state = 1};
    cases[0].type = cases[1].type = rt_event_type.selectable;
    rt_select select;
    rt_select_init(&select, list, 2, room, &random);
    assert_int_equal(rt_select_begin(&select, NULL, &f->loop, &chosen),
                     RT_EEMPTY);
    f->a.status = rt_select_begin(&select, &f->a.waiter, &f->loop, &chosen);
    assert_int_equal(f->a.status, RT_PENDING);
    assert_int_equal(wait_for(f, &f->b), RT_PENDING);
    rt_event_set(other, &f->loop);
    assert_int_equal(f->a.status, RT_OK);
    assert_ptr_equal(rt_select_end(&select), &cases[1]);
    rt_event_set(f->event, &f->loop);
    assert_int_equal(f->b.status, RT_OK);
    rt_event_clear(other);
    assert_int_equal(rt_select_begin(&select, NULL, &f->loop, &chosen), RT_OK);
    assert_ptr_equal(chosen, &cases[0]);
    rt_event_clear(f->event);
    f->a.status = rt_select_watch(&select, &f->a.waiter, &chosen);
    assert_int_equal(f->a.status, RT_PENDING);
    rt_event_set(f->event, &f->loop);
    rt_loop_turn(&f->loop, false, 0); /* watchers are posted to */
    assert_int_equal(f->a.status, RT_OK);
    (void)rt_select_end(&select);
    assert_int_equal(rt_select_watch(&select, &f->a.waiter, &chosen), RT_OK);
    rt_object_unref((rt_object *)(void *)other);
}

static void test_event_without_memory(void **state) {
    fixture *f = *state;
    if (!can_fail_allocations()) skip();
    asked a;
    rt_alloc_fail(1, 0);
    rt_event *event = rt_event_new();
    rt_alloc_fail(0, 0);
    assert_null(event);
    rt_alloc_fail(1, 0);
    int status = remote(f, &a, RT_EVENT_IS_SET);
    rt_alloc_fail(0, 0);
    assert_int_equal(status, RT_ENOMEMORY);
}

/* ---- two threads take turns ---- */

enum { TURNS = 20000 };

typedef struct player {
    rt_event *mine, *other;
    rt_loop loop;
    rt_waiter waiter;
    bool is_complete;
    int timed_out;
} player;

static void on_turn(rt_waiter *waiter) {
    rt_container_of(waiter, player, waiter)->is_complete = true;
}

static int wait_once(player *p, int turn) {
    p->is_complete = false;
    int status = rt_event_wait(p->mine, &p->waiter);
    if (status != RT_PENDING) return status;
    int64_t soon = rt_clock_now() + turn % 50 * 1000;
    if (turn % 3 == 0) (void)rt_waiter_arm(&p->waiter, soon, soon);
    while (!p->is_complete) rt_loop_turn(&p->loop, true, RT_NEVER);
    return p->waiter.status;
}

static void *play(void *argument) {
    player *p = argument;
    for (int turn = 0; turn < TURNS;) {
        if (wait_once(p, turn + p->timed_out) != RT_OK) {
            p->timed_out++;
            continue;
        }
        rt_event_clear(p->mine);
        rt_event_set(p->other, &p->loop);
        turn++;
    }
    return NULL;
}

static void test_event_stress_loses_no_set(void **state) {
    (void)state;
    static player players[2];
    rt_event *events[2] = {rt_event_new(), rt_event_new()};
    pthread_t threads[2];
    rt_event_set(events[0], NULL);
    for (int i = 0; i < 2; i++) {
        player *p = &players[i];
        p->mine = events[i];
        p->other = events[1 - i];
        rt_loop_init(&p->loop);
        rt_waiter_init(&p->waiter, &p->loop, on_turn);
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, play, &players[i]),
                         0);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    assert_true(rt_event_is_set(events[0]));
    assert_false(rt_event_is_set(events[1]));
    for (int i = 0; i < 2; i++) {
        rt_loop_deinit(&players[i].loop);
        rt_object_unref((rt_object *)(void *)events[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_event_set_wakes_all),
        TEST(test_event_waits_end),
        TEST(test_event_operations_of_others),
        TEST(test_event_can_be_selected),
        TEST(test_event_without_memory),
        cmocka_unit_test(test_event_stress_loses_no_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
