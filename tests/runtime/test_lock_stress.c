/* A lock between threads, with waits that time out or are cancelled: never two
 * owners, never none while somebody waits, and nobody waits for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/status.h"
#include "sync/lock.h"

enum { MOST_WORKERS = 8, ROUNDS = 16000 };

typedef struct worker {
    pthread_t thread;
    rt_lock *lock;
    rt_loop loop;
    rt_waiter waiter;
    rt_party party;
    rt_party *own; /* who asks: gone when it has let go */
    int rounds;
    bool is_patient; /* no time-outs, no cancellations */
    bool is_complete;
} worker;

static int counter; /* guarded by the lock under test, and only by it */
static atomic_int finished;

static void on_complete(rt_waiter *waiter) {
    rt_container_of(waiter, worker, waiter)->is_complete = true;
}

static int acquire(worker *w, int turn) {
    w->is_complete = false;
    int status = rt_lock_acquire(w->lock, w->own, &w->waiter, &w->loop);
    if (status != RT_PENDING) return status;
    int64_t soon = rt_clock_now() + turn % 7 * 1000;
    if (!w->is_patient && turn % 3 == 0)
        (void)rt_waiter_arm(&w->waiter, soon, soon);
    if (!w->is_patient && turn % 5 == 0)
        (void)rt_waiter_cancel(&w->waiter, RT_ECANCELLED);
    while (!w->is_complete) rt_loop_turn(&w->loop, true, RT_NEVER);
    return w->waiter.status;
}

/* As a task that ends. */
static void renew(worker *w) {
    free(w->own);
    w->own = malloc(sizeof *w->own);
    if (!w->own) abort();
    *w->own = w->party;
}

static void *run(void *argument) {
    worker *w = argument;
    int turn = (int)w->party.id;
    w->own = NULL;
    for (int i = 0; i < w->rounds;) {
        renew(w);
        if (acquire(w, turn++) != RT_OK) continue;
        rt_lock_note(w->lock, turn % 2 ? "odd.lua" : "even.lua", turn);
        counter++;
        i++;
        if (rt_lock_release(w->lock, w->own, &w->loop) != RT_OK) abort();
    }
    free(w->own);
    atomic_fetch_add(&finished, 1);
    return NULL;
}

/* Sets the word's mark at any moment. */
static void *look(void *argument) {
    worker *w = argument;
    while (atomic_load(&finished) < w->rounds) {
        rt_lock_holder holder;
        rt_lock_look(w->lock, &holder);
        if (holder.is_held && (holder.party.id < 1 || holder.party.id > 8))
            abort();
        (void)rt_lock_is_taken(w->lock);
    }
    return NULL;
}

static void init_worker(worker *w, rt_lock *lock, uint32_t id) {
    *w = (worker){.lock = lock, .party = {.kind = RT_PARTY_TASK, .id = id}};
    w->own = &w->party;
    rt_loop_init(&w->loop);
    rt_waiter_init(&w->waiter, &w->loop, on_complete);
}

static void run_workers(int count, bool is_patient, bool with_look) {
    rt_lock *lock = rt_lock_new(false);
    assert_non_null(lock);
    static worker workers[MOST_WORKERS + 1];
    counter = 0;
    atomic_store(&finished, 0);
    int all = count + (with_look ? 1 : 0);
    for (int i = 0; i < all; i++) {
        worker *w = &workers[i];
        init_worker(w, lock, (uint32_t)i + 1);
        w->rounds = i < count ? ROUNDS / count : count;
        w->is_patient = is_patient;
    }
    for (int i = 0; i < all; i++)
        assert_int_equal(pthread_create(&workers[i].thread, NULL,
                                        i < count ? run : look, &workers[i]),
                         0);
    for (int i = 0; i < all; i++) pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < all; i++) {
        rt_loop_turn(&workers[i].loop, false, 0); /* late posts */
        rt_loop_deinit(&workers[i].loop);
    }
    assert_int_equal(counter, count * (ROUNDS / count));
    assert_false(rt_lock_is_taken(lock));
    assert_int_equal(atomic_load(&lock->object.refs), 1);
    rt_object_unref(&lock->object);
}

static void test_lock_stress_excludes(void **state) {
    (void)state;
    for (int count = 2; count <= MOST_WORKERS; count++)
        run_workers(count, count % 2, false);
}

static void test_lock_stress_looked_at(void **state) {
    (void)state;
    run_workers(4, true, true);
    run_workers(3, false, true);
}

/* Two that never pause, and one that waits among them: it gets the lock though
 * they could take it from each other for ever. */
static atomic_bool is_enough;

static void *run_for_ever(void *argument) {
    worker *w = argument;
    w->is_patient = true;
    while (!atomic_load(&is_enough)) {
        if (acquire(w, 1) != RT_OK) abort();
        if (rt_lock_release(w->lock, &w->party, &w->loop) != RT_OK) abort();
    }
    return NULL;
}

static void test_lock_stress_starves_nobody(void **state) {
    (void)state;
    static worker greedy[2], patient;
    rt_lock *lock = rt_lock_new(false);
    assert_non_null(lock);
    atomic_store(&is_enough, false);
    init_worker(&patient, lock, 1);
    patient.is_patient = true;
    for (uint32_t i = 0; i < 2; i++) {
        init_worker(&greedy[i], lock, i + 2);
        assert_int_equal(
            pthread_create(&greedy[i].thread, NULL, run_for_ever, &greedy[i]),
            0);
    }
    for (int i = 0; i < 200; i++) {
        assert_int_equal(acquire(&patient, 1), RT_OK);
        assert_int_equal(rt_lock_release(lock, &patient.party, &patient.loop),
                         RT_OK);
    }
    atomic_store(&is_enough, true);
    for (int i = 0; i < 2; i++) pthread_join(greedy[i].thread, NULL);
    for (int i = 0; i < 2; i++) {
        rt_loop_turn(&greedy[i].loop, false, 0);
        rt_loop_deinit(&greedy[i].loop);
    }
    rt_loop_turn(&patient.loop, false, 0);
    rt_loop_deinit(&patient.loop);
    rt_object_unref(&lock->object);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lock_stress_excludes),
        cmocka_unit_test(test_lock_stress_looked_at),
        cmocka_unit_test(test_lock_stress_starves_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
