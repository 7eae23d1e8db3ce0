/* Threads select against each other, with waits that time out or are
 * cancelled: what was sent was received, once, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/status.h"
#include "sync/channel.h"
#include "sync/select.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { ROUNDS = 4000 };
#else
enum { ROUNDS = 20000 };
#endif
enum { WORKERS = 4, CHANNELS = 3, CASES = 4 };

/* What was sent and what was received: numbers of all, and their sums. */
typedef struct account {
    int64_t sent, received;
    uint64_t sent_sum, received_sum;
} account;

typedef struct worker {
    pthread_t thread;
    rt_channel **channels;
    rt_loop *loop;
    rt_random random;
    rt_waiter waiter;
    rt_select select;
    rt_case cases[CASES];
    rt_case *chosen;
    bool is_complete;
    int number;
    account account;
} worker;

static void on_complete(rt_waiter *waiter) {
    worker *w = rt_container_of(waiter, worker, waiter);
    assert_false(w->is_complete);
    w->is_complete = true;
    w->chosen = rt_select_end(&w->select);
}

/* Waits, giving up in one of several ways. */
static int wait_for(worker *w, int status) {
    if (status != RT_PENDING) return status;
    int64_t soon = rt_clock_now() + rt_random_below(&w->random, 50000);
    assert_int_equal(rt_waiter_arm(&w->waiter, soon, soon), RT_OK);
    if (rt_random_below(&w->random, 5) == 0)
        (void)rt_waiter_cancel(&w->waiter, RT_ECANCELLED);
    while (!w->is_complete) rt_loop_turn(w->loop, true, RT_NEVER);
    return w->waiter.status;
}

/* A mix of cases, of one channel more than once at times. */
static void choose_cases(worker *w, rt_case **list, int64_t round) {
    for (int i = 0; i < CASES; i++) {
        rt_case *c = &w->cases[i];
        uint32_t number = rt_random_below(&w->random, CHANNELS);
        *c = (rt_case){.type = rt_channel_type.selectable,
                       .object = w->channels[number],
                       .kind = rt_random_below(&w->random, 2) == 0
                                   ? RT_CASE_RECV
                                   : RT_CASE_SEND};
        if (c->kind == RT_CASE_SEND)
            c->item = (rt_item){.kind = RT_ITEM_INT,
                                .as.integer =
                                    (round * WORKERS + w->number) * CASES + i};
        list[i] = c;
    }
}

/* A case that was not chosen still has what it had. */
static void note(worker *w, int64_t round) {
    for (int i = 0; i < CASES; i++) {
        rt_case *c = &w->cases[i];
        int64_t own = (round * WORKERS + w->number) * CASES + i;
        bool is_chosen = c == w->chosen;
        if (c->kind == RT_CASE_SEND && is_chosen) {
            assert_int_equal(c->item.kind, RT_ITEM_NIL);
            w->account.sent++;
            w->account.sent_sum += (uint64_t)own;
        } else if (c->kind == RT_CASE_SEND) {
            assert_int_equal(c->item.as.integer, own);
        } else if (is_chosen) {
            assert_int_equal(c->item.kind, RT_ITEM_INT);
            w->account.received++;
            w->account.received_sum += (uint64_t)c->item.as.integer;
        } else {
            assert_int_equal(c->item.kind, RT_ITEM_NIL);
        }
    }
}

static void *run(void *argument) {
    worker *w = argument;
    rt_case *list[CASES], *room[2 * CASES];
    for (int64_t round = 0; round < ROUNDS; round++) {
        choose_cases(w, list, round);
        rt_select_init(&w->select, list, CASES, room, &w->random);
        w->chosen = NULL;
        w->is_complete = false;
        if (w->number == 0 && round % 3 == 0) { /* one only looks, at times */
            (void)wait_for(w,
                           rt_select_watch(&w->select, &w->waiter, &w->chosen));
            continue;
        }
        int status =
            rt_select_begin(&w->select, &w->waiter, w->loop, &w->chosen);
        status = wait_for(w, status);
        assert_int_equal(status == RT_OK, w->chosen != NULL);
        note(w, round);
    }
    return NULL;
}

static void start(worker *w, int number, rt_channel **channels, rt_loop *loop) {
    *w = (worker){.channels = channels,
                  .loop = loop,
                  .number = number,
                  .random = {(uint64_t)number}};
    rt_loop_init(loop);
    rt_waiter_init(&w->waiter, loop, on_complete);
    assert_int_equal(pthread_create(&w->thread, NULL, run, w), 0);
}

static void add(account *to, const account *from) {
    to->sent += from->sent;
    to->sent_sum += from->sent_sum;
    to->received += from->received;
    to->received_sum += from->received_sum;
}

/* What is left in a channel counts as received. */
static void drain(rt_channel *channel, account *total) {
    rt_item item = {.kind = RT_ITEM_NIL};
    while (rt_channel_recv(channel, &item, NULL, NULL) == RT_OK) {
        total->received++;
        total->received_sum += (uint64_t)item.as.integer;
        item.kind = RT_ITEM_NIL;
    }
}

static void run_capacity(size_t capacity) {
    static worker workers[WORKERS];
    static rt_loop loops[WORKERS];
    rt_channel *channels[CHANNELS];
    for (int i = 0; i < CHANNELS; i++) {
        channels[i] = rt_channel_new(capacity);
        assert_non_null(channels[i]);
    }
    for (int i = 0; i < WORKERS; i++)
        start(&workers[i], i, channels, &loops[i]);
    account total = {0, 0, 0, 0};
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i].thread, NULL);
        add(&total, &workers[i].account);
    }
    for (int i = 0; i < CHANNELS; i++) drain(channels[i], &total);
    assert_true(total.sent > 0);
    assert_int_equal(total.sent, total.received);
    assert_int_equal(total.sent_sum, total.received_sum);
    for (int i = 0; i < WORKERS; i++) { /* loops outlive who posts to them */
        rt_loop_turn(&loops[i], false, 0);
        rt_loop_deinit(&loops[i]);
    }
    for (int i = 0; i < CHANNELS; i++)
        rt_object_unref((rt_object *)(void *)channels[i]);
}

static void test_select_stress_rendezvous(void **state) {
    (void)state;
    run_capacity(0);
}

static void test_select_stress_bounded(void **state) {
    (void)state;
    run_capacity(2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_select_stress_rendezvous),
        cmocka_unit_test(test_select_stress_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
