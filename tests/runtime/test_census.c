/* Censuses of one process: who is asked, answers, leaves, or keeps silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "exec/census.h"

/* ---- one that takes a census ---- */

typedef struct asker {
    rt_census_listener listener;
    rt_census *census;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int done_count;
    rt_message *records;
} asker;

static void on_done(rt_census_listener *listener, rt_message *records) {
    asker *a = rt_container_of(listener, asker, listener);
    pthread_mutex_lock(&a->lock);
    a->done_count++;
    a->records = records;
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

static void start(asker *a, rt_runtime *runtime, bool is_parent) {
    *a = (asker){.listener = {on_done, is_parent}};
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, NULL);
    a->census = rt_census_start(runtime, RT_CENSUS_NS, &a->listener);
    assert_non_null(a->census);
}

/* Waits for the records, which are the caller's. */
static rt_message *finish(asker *a) {
    pthread_mutex_lock(&a->lock);
    while (a->done_count == 0) pthread_cond_wait(&a->changed, &a->lock);
    pthread_mutex_unlock(&a->lock);
    rt_census_stop(a->census); /* too late */
    assert_int_equal(a->done_count, 1);
    rt_census_unref(a->census);
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
    assert_non_null(a->records);
    return a->records;
}

/* Frees the list: its records are of main strands ('m') or threads ('t') that run
 * ('r'), wait to begin ('b') or do not answer ('s'), or of tasks elsewhere that
 * were heard of ('eh'). */
static void check_records(rt_message *records, const char *expected) {
    static const char kinds[] = {[RT_RECORD_MAIN] = 'm',
                                 [RT_RECORD_TASK] = 'e',
                                 [RT_RECORD_THREAD] = 't'};
    static const char states[] = {[RT_RECORD_RUNNING] = 'r',
                                  [RT_RECORD_READY] = 'b',
                                  [RT_RECORD_BLOCKED] = 's',
                                  [RT_RECORD_HEARSAY] = 'h'};
    rt_record_reader reader;
    rt_record record;
    char said[64];
    size_t size = 0;
    assert_int_equal(rt_record_reader_init(&reader, records), RT_OK);
    while (rt_record_read(&reader, &record) == RT_OK && size < 60) {
        said[size++] = kinds[record.key.kind];
        said[size++] = states[record.state];
        said[size++] = ' ';
    }
    said[size ? size - 1 : 0] = '\0';
    assert_string_equal(said, expected);
    rt_message_free(records);
}

/* ---- one that is asked ---- */

typedef struct host {
    rt_member member;
    rt_runtime *runtime;
    rt_strand *strand; /* a thread; NULL: the main one */
    pthread_t thread;
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t changed;
    bool is_there;
    bool is_asked;
    bool is_silent; /* it does not answer until it is not */
    bool must_leave;
    int answer_count;
} host;

static void on_asked(rt_member *member) {
    host *h = rt_container_of(member, host, member);
    pthread_mutex_lock(&h->lock);
    h->is_asked = true;
    pthread_cond_broadcast(&h->changed);
    pthread_mutex_unlock(&h->lock);
}

static rt_message *records_of(const rt_strand *strand) {
    rt_message *records = rt_records_new();
    rt_record record = {.key = {.kind = RT_RECORD_MAIN, .pid = getpid()}};
    if (strand) {
        record.key.kind = RT_RECORD_THREAD;
        record.key.id = (uint32_t)strand->object.id;
    }
    assert_int_equal(rt_record_add(records, &record), RT_OK);
    return records;
}

static void answer(rt_member *member) {
    host *h = rt_container_of(member, host, member);
    if (rt_member_begin(h->runtime, member))
        rt_member_end(h->runtime, member, records_of(h->strand));
}

static void *serve(void *argument) {
    host *h = argument;
    rt_member_join(h->runtime, &h->member, !h->strand);
    if (h->strand) rt_member_set_strand(h->runtime, &h->member, h->strand);
    pthread_mutex_lock(&h->lock);
    h->is_there = true;
    pthread_cond_broadcast(&h->changed);
    while (!h->must_leave) {
        bool is_asked = h->is_asked && !h->is_silent;
        if (is_asked) {
            h->is_asked = false;
            pthread_mutex_unlock(&h->lock);
            answer(&h->member);
            pthread_mutex_lock(&h->lock);
            h->answer_count++;
            pthread_cond_broadcast(&h->changed);
        } else {
            pthread_cond_wait(&h->changed, &h->lock);
        }
    }
    pthread_mutex_unlock(&h->lock);
    rt_member_leave(h->runtime, &h->member);
    return NULL;
}

static void join(host *h, rt_runtime *runtime, rt_strand *strand,
                 bool is_silent) {
    *h = (host){.runtime = runtime,
                .strand = strand,
                .is_silent = is_silent,
                .member.ask = on_asked};
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->changed, NULL);
    assert_int_equal(pthread_create(&h->thread, NULL, serve, h), 0);
    pthread_mutex_lock(&h->lock);
    while (!h->is_there) pthread_cond_wait(&h->changed, &h->lock);
    pthread_mutex_unlock(&h->lock);
}

static void set(host *h, bool *what, bool value) {
    pthread_mutex_lock(&h->lock);
    *what = value;
    pthread_cond_broadcast(&h->changed);
    pthread_mutex_unlock(&h->lock);
}

static void wait_until_asked(host *h) {
    pthread_mutex_lock(&h->lock);
    while (!h->is_asked) pthread_cond_wait(&h->changed, &h->lock);
    pthread_mutex_unlock(&h->lock);
}

static void wait_for_answer(host *h) {
    pthread_mutex_lock(&h->lock);
    while (h->answer_count == 0) pthread_cond_wait(&h->changed, &h->lock);
    pthread_mutex_unlock(&h->lock);
}

static void leave(host *h) {
    set(h, &h->must_leave, true);
    pthread_join(h->thread, NULL);
    pthread_cond_destroy(&h->changed);
    pthread_mutex_destroy(&h->lock);
}

/* A thread that is known to the runtime. */
static rt_strand *add_thread(rt_runtime *runtime) {
    rt_strand *strand =
        rt_strand_new(runtime, RT_STRAND_THREAD, "w", "app.lua:1");
    assert_non_null(strand);
    rt_runtime_add(runtime, strand);
    return strand;
}

static void end_thread(rt_strand *strand) {
    assert_true(rt_strand_finish(strand, RT_STRAND_DONE, NULL));
    rt_object_unref(&strand->object);
}

/* ---- */

static void test_census_of_nobody(void **state) {
    asker a;
    start(&a, *state, false);
    check_records(finish(&a), "");
    check_records(rt_census_take(*state, NULL, NULL, NULL), "");
}

static void test_census_asks_all_members(void **state) {
    rt_strand *first = add_thread(*state), *second = add_thread(*state);
    rt_strand *third = add_thread(*state); /* has not begun */
    host main, younger, older;
    asker a;
    rt_strand_set_state(first, RT_STRAND_RUNNING);
    rt_strand_set_state(second, RT_STRAND_RUNNING);
    join(&main, *state, NULL, false);
    join(&younger, *state, second, false);
    join(&older, *state, first, false);
    start(&a, *state, false);
    rt_message *records = finish(&a);
    rt_record_reader reader;
    rt_record record;
    const rt_strand *strands[] = {NULL, first, second, third};
    assert_int_equal(rt_record_reader_init(&reader, records), RT_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(rt_record_read(&reader, &record), RT_OK);
        assert_int_equal(record.key.id, strands[i] ? strands[i]->object.id : 0);
    }
    check_records(records, "mr tr tr tb");
    leave(&older);
    leave(&younger);
    leave(&main);
    end_thread(first);
    end_thread(second);
    end_thread(third);
    check_records(rt_census_take(*state, NULL, NULL, NULL), "");
}

/* Both are answered by what it tells once. */
static void test_census_of_two_at_once(void **state) {
    host main;
    asker a, b;
    join(&main, *state, NULL, true);
    start(&a, *state, false);
    start(&b, *state, false);
    set(&main, &main.is_silent, false);
    check_records(finish(&b), "mr");
    check_records(finish(&a), "mr");
    leave(&main);
}

static void test_census_of_one_that_is_silent(void **state) {
    rt_strand *strand = add_thread(*state);
    host main, silent;
    asker a, b;
    rt_strand_set_state(strand, RT_STRAND_RUNNING);
    join(&main, *state, NULL, false);
    join(&silent, *state, strand, true);
    start(&a, *state, false);
    wait_for_answer(&main);
    wait_until_asked(&silent);
    rt_census_stop(a.census);
    check_records(finish(&a), "mr ts");
    start(&b, *state, false);
    set(&silent, &silent.is_silent, false); /* the first has no use for it */
    check_records(finish(&b), "mr tr");
    leave(&silent);
    leave(&main);
    end_thread(strand);
}

/* It has nothing to tell, but that it will not. */
static void test_census_of_one_that_leaves(void **state) {
    rt_strand *strand = add_thread(*state);
    host main, leaving;
    asker a;
    rt_strand_set_state(strand, RT_STRAND_RUNNING);
    join(&main, *state, NULL, false);
    join(&leaving, *state, strand, true);
    start(&a, *state, false);
    wait_until_asked(&leaving);
    leave(&leaving);
    check_records(finish(&a), "mr");
    leave(&main);
    end_thread(strand);
}

/* ---- those who take one while they are asked ---- */

enum { TAKERS = 4, ROUNDS = 100 };

typedef struct taker {
    host host;
    pthread_barrier_t *all;
} taker;

/* It is signalled where it sleeps for its own, or answers between two. */
static void ask_taker(rt_member *member) {
    (void)member;
}

static void *take_many(void *argument) {
    taker *t = argument;
    host *h = &t->host;
    size_t most = 0;
    rt_member_join(h->runtime, &h->member, false);
    rt_member_set_strand(h->runtime, &h->member, h->strand);
    pthread_barrier_wait(t->all);
    for (int i = 0; i < ROUNDS; i++) {
        rt_message *records = rt_census_take(h->runtime, &h->member,
                                             records_of(h->strand), answer);
        if (records && rt_records_count(records) > most)
            most = rt_records_count(records);
        rt_message_free(records);
        answer(&h->member);
    }
    rt_member_leave(h->runtime, &h->member);
    return (void *)(uintptr_t)most;
}

static void test_census_of_those_who_take_one(void **state) {
    taker takers[TAKERS];
    pthread_barrier_t all;
    pthread_barrier_init(&all, NULL, TAKERS);
    for (int i = 0; i < TAKERS; i++) {
        takers[i] = (taker){.all = &all};
        takers[i].host.runtime = *state;
        takers[i].host.strand = add_thread(*state);
        takers[i].host.member.ask = ask_taker;
        rt_strand_set_state(takers[i].host.strand, RT_STRAND_RUNNING);
        assert_int_equal(
            pthread_create(&takers[i].host.thread, NULL, take_many, &takers[i]),
            0);
    }
    for (int i = 0; i < TAKERS; i++) {
        void *most;
        pthread_join(takers[i].host.thread, &most);
        assert_in_range((uintptr_t)most, 1, TAKERS);
        end_thread(takers[i].host.strand);
    }
    pthread_barrier_destroy(&all);
}

/* ---- what this process knows of strands elsewhere ---- */

static void on_complete(rt_waiter *waiter) {
    (void)waiter;
}

/* A task of another process waits for a lock that the main strand has. */
static void test_census_tells_what_it_hears(void **state) {
    rt_runtime *runtime = *state;
    rt_loop loop;
    rt_waiter waiter;
    rt_party owner = {.kind = RT_PARTY_MAIN};
    rt_party visitor = {.process = &loop,
                        .strand = 1,
                        .kind = RT_PARTY_TASK,
                        .id = 3,
                        .pid = getpid() + 1};
    rt_lock *lock = rt_lock_new(false);
    rt_wait wait = {.party = &visitor,
                    .waiter = &waiter,
                    .blocker = rt_wait_owner,
                    .target = lock,
                    .lock = lock};
    rt_wait_step steps[RT_WAIT_STEPS];
    asker a;
    rt_loop_init(&loop);
    rt_waiter_init(&waiter, &loop, on_complete);
    assert_int_equal(rt_lock_acquire(lock, &owner, NULL, &loop), RT_OK);
    rt_lock_note(lock, "app.lua", 7);
    assert_int_equal(rt_lock_acquire(lock, &visitor, &waiter, &loop),
                     RT_PENDING);
    assert_int_equal(rt_waits_enter(&runtime->waits, &wait, steps), 0);
    check_records(rt_census_take(runtime, NULL, NULL, NULL), "");
    start(&a, runtime, false);
    check_records(finish(&a), "");
    start(&a, runtime, true);
    rt_message *records = finish(&a);
    rt_record_reader reader;
    rt_record record;
    rt_record_key holder = rt_record_key_of(&owner);
    assert_int_equal(rt_record_reader_init(&reader, records), RT_OK);
    assert_int_equal(rt_record_read(&reader, &record), RT_OK);
    assert_int_equal(record.key.id, 3);
    assert_int_equal(record.key.pid, visitor.pid);
    assert_true(record.is_held && rt_record_key_equal(&record.holder, &holder));
    assert_memory_equal(record.texts[RT_RECORD_HELD_AT], "app.lua:7", 9);
    check_records(records, "eh");

    rt_waits_leave(&runtime->waits, &wait);
    assert_true(rt_waiter_cancel(&waiter, RT_ECANCELLED));
    (void)rt_lock_release(lock, &owner, &loop);
    rt_object_unref(&lock->object);
    rt_loop_deinit(&loop);
}

static int set_up(void **state) {
    *state = rt_runtime_new();
    return *state ? 0 : -1;
}

static int tear_down(void **state) {
    bool ended = rt_runtime_shutdown(*state, rt_clock_now() + 10 * RT_SECOND);
    rt_runtime_free(*state);
    return ended ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_census_of_nobody),
        cmocka_unit_test(test_census_asks_all_members),
        cmocka_unit_test(test_census_of_two_at_once),
        cmocka_unit_test(test_census_of_one_that_is_silent),
        cmocka_unit_test(test_census_of_one_that_leaves),
        cmocka_unit_test(test_census_of_those_who_take_one),
        cmocka_unit_test(test_census_tells_what_it_hears),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
