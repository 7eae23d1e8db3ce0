/* Channels between threads, with waits that time out or are cancelled: every
 * message that was sent is received once, in its sender's order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/status.h"
#include "sync/channel.h"

enum { SENDERS = 3, RECEIVERS = 3, MESSAGES = 4000 };

typedef struct worker {
    pthread_t thread;
    rt_channel *channel;
    rt_loop *loop;
    int64_t number;
    rt_waiter waiter;
    rt_item item;
    bool is_complete;
    int64_t last[SENDERS]; /* the last that came from each */
    int64_t count;
} worker;

static void on_complete(rt_waiter *waiter) {
    rt_container_of(waiter, worker, waiter)->is_complete = true;
}

/* Waits, giving up in one of several ways by `turn`; returns the status. */
static int wait_for(worker *w, int status, int64_t turn) {
    if (status != RT_PENDING) return status;
    int64_t soon = rt_clock_now() + turn % 7 * 1000;
    if (turn % 3 == 0) (void)rt_waiter_arm(&w->waiter, soon, soon);
    if (turn % 5 == 0) (void)rt_waiter_cancel(&w->waiter, RT_ECANCELLED);
    while (!w->is_complete) rt_loop_turn(w->loop, true, RT_NEVER);
    return w->waiter.status;
}

static void *run_sender(void *argument) {
    worker *w = argument;
    int64_t turn = w->number;
    for (int64_t i = 1; i <= MESSAGES;) {
        w->item = (rt_item){.kind = RT_ITEM_INT,
                            .as.integer = i * SENDERS + w->number};
        w->is_complete = false;
        if (turn % 2 == 0) rt_channel_look_for_room(w->channel, w->loop);
        int status = rt_channel_send(w->channel, &w->item, &w->waiter, w->loop);
        if (wait_for(w, status, turn++) == RT_OK) i++;
    }
    return NULL;
}

static void note(worker *w) {
    int64_t sender = w->item.as.integer % SENDERS;
    int64_t number = w->item.as.integer / SENDERS;
    assert_true(number > w->last[sender]);
    w->last[sender] = number;
    w->count++;
}

static void *run_receiver(void *argument) {
    worker *w = argument;
    for (int64_t turn = w->number;; turn++) {
        w->item.kind = RT_ITEM_NIL;
        w->is_complete = false;
        if (turn % 2 == 0) rt_channel_look_for_item(w->channel, w->loop);
        int status = rt_channel_recv(w->channel, &w->item, &w->waiter, w->loop);
        status = wait_for(w, status, turn);
        if (status == RT_ECLOSED) return NULL;
        if (status == RT_OK)
            note(w);
        else
            assert_int_equal(w->item.kind, RT_ITEM_NIL);
    }
}

static void start(worker *w, int number, rt_channel *channel, rt_loop *loop,
                  void *(*run)(void *)) {
    *w = (worker){.channel = channel, .loop = loop, .number = number};
    rt_loop_init(loop);
    rt_waiter_init(&w->waiter, w->loop, on_complete);
    assert_int_equal(pthread_create(&w->thread, NULL, run, w), 0);
}

/* Loops outlive every thread that posts to them. */
static void close_loops(rt_loop *loops, size_t count) {
    for (size_t i = 0; i < count; i++) {
        rt_loop_turn(&loops[i], false, 0);
        rt_loop_deinit(&loops[i]);
    }
}

static void run_capacity(size_t capacity) {
    rt_channel *channel = rt_channel_new(capacity);
    assert_non_null(channel);
    static worker senders[SENDERS], receivers[RECEIVERS];
    static rt_loop loops[SENDERS + RECEIVERS];
    for (int i = 0; i < SENDERS; i++)
        start(&senders[i], i, channel, &loops[i], run_sender);
    for (int i = 0; i < RECEIVERS; i++)
        start(&receivers[i], i, channel, &loops[SENDERS + i], run_receiver);
    for (int i = 0; i < SENDERS; i++) pthread_join(senders[i].thread, NULL);
    rt_channel_close(channel, NULL);
    int64_t count = 0;
    for (int i = 0; i < RECEIVERS; i++) {
        pthread_join(receivers[i].thread, NULL);
        count += receivers[i].count;
    }
    assert_int_equal(count, SENDERS * MESSAGES);
    close_loops(loops, SENDERS + RECEIVERS);
    rt_object_unref((rt_object *)(void *)channel);
}

static void test_channel_stress_rendezvous(void **state) {
    (void)state;
    run_capacity(0);
}

static void test_channel_stress_bounded(void **state) {
    (void)state;
    run_capacity(3);
}

static void test_channel_stress_unbounded(void **state) {
    (void)state;
    run_capacity(RT_CHANNEL_UNBOUNDED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_channel_stress_rendezvous),
        cmocka_unit_test(test_channel_stress_bounded),
        cmocka_unit_test(test_channel_stress_unbounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
