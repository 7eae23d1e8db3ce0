/* Semaphores on one thread: order, bounds, time-outs, and what other processes
 * have taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "calls.h"
#include "party.h"
#include "sync/sema.h"
#include "failing.h"

typedef struct fixture {
    rt_loop loop;
    party a, b, c;
    rt_sema *sema;
    size_t blocks;
} fixture;

static struct rt_wire one, two; /* other processes */

static rt_object *object_of(fixture *f) {
    return (rt_object *)(void *)f->sema;
}

static int set_up(void **state) {
    static fixture f;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    init_party(&f.a, &f.loop);
    init_party(&f.b, &f.loop);
    init_party(&f.c, &f.loop);
    f.sema = NULL;
    *state = &f;
    return 0;
}

/* One of `count` permits in place of the one there was. */
static void use(fixture *f, int64_t count, bool is_bounded) {
    if (f->sema) rt_object_unref(object_of(f));
    f->sema = rt_sema_new(count, is_bounded);
    assert_non_null(f->sema);
}

static int tear_down(void **state) {
    fixture *f = *state;
    rt_object_unref(object_of(f));
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_deinit(&f->loop);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

static int acquire(fixture *f, party *p) {
    p->status = rt_sema_acquire(f->sema, &p->waiter);
    return p->status;
}

static int release(fixture *f, int64_t count) {
    return rt_sema_release(f->sema, count, &f->loop);
}

static int64_t free_of(fixture *f) {
    return rt_sema_free_count(f->sema);
}

static void test_sema_serves_the_oldest(void **state) {
    fixture *f = *state;
    use(f, 1, false);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_int_equal(acquire(f, &f->c), RT_PENDING);
    assert_int_equal(release(f, 1), RT_OK);
    assert_int_equal(f->b.status, RT_OK);
    assert_int_equal(f->c.status, RT_PENDING);
    assert_int_equal(rt_sema_acquire(f->sema, NULL), RT_EEMPTY);
    assert_int_equal(release(f, 1), RT_OK);
    assert_int_equal(f->c.status, RT_OK);
    assert_int_equal(free_of(f), 0);
}

static void test_sema_releases_many_at_once(void **state) {
    fixture *f = *state;
    use(f, 0, false);
    assert_int_equal(acquire(f, &f->a), RT_PENDING);
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_int_equal(release(f, 5), RT_OK);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(f->b.status, RT_OK);
    assert_int_equal(free_of(f), 3);
    assert_int_equal(release(f, RT_SEMA_MAX), RT_ELIMIT);
    assert_int_equal(free_of(f), 3);
    assert_int_equal(release(f, RT_SEMA_MAX - 3), RT_OK);
    assert_int_equal(free_of(f), RT_SEMA_MAX);
}

static void test_sema_bounded_refuses_too_many(void **state) {
    fixture *f = *state;
    use(f, 2, true);
    assert_int_equal(release(f, 1), RT_EFULL);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(release(f, 2), RT_EFULL);
    assert_int_equal(free_of(f), 1);
    assert_int_equal(release(f, 1), RT_OK);
    assert_int_equal(free_of(f), 2);
    assert_int_equal(rt_sema_initial_count(f->sema), 2);
}

static void test_sema_timed_out_takes_nothing(void **state) {
    fixture *f = *state;
    use(f, 0, false);
    assert_int_equal(acquire(f, &f->a), RT_PENDING);
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_int_equal(rt_waiter_arm(&f->a.waiter, 1, 1), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_ETIMEOUT);
    assert_true(rt_waiter_cancel(&f->b.waiter, RT_ECANCELLED));
    assert_int_equal(release(f, 1), RT_OK);
    assert_int_equal(free_of(f), 1);
}

/* One that is being withdrawn is passed over. */
static void test_sema_passes_over_the_claimed(void **state) {
    fixture *f = *state;
    use(f, 0, false);
    assert_int_equal(acquire(f, &f->a), RT_PENDING);
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_true(rt_waiter_claim(&f->a.waiter)); /* as a time-out does */
    assert_int_equal(release(f, 1), RT_OK);
    assert_int_equal(f->b.status, RT_OK);
    f->a.waiter.withdraw(&f->a.waiter);
    rt_waiter_complete_here(&f->a.waiter, RT_ETIMEOUT);
    assert_int_equal(free_of(f), 0);
}

/* ---- other processes ---- */

static int remote(fixture *f, asked *a, struct rt_wire *wire, uint64_t who,
                  int operation) {
    return ask_object(a, object_of(f), &f->loop, wire, who, operation, NULL);
}

static int remote_release(fixture *f, struct rt_wire *wire, int64_t count) {
    asked a;
    rt_item item = {.kind = RT_ITEM_INT, .as.integer = count};
    return ask_object(&a, object_of(f), &f->loop, wire, 7, RT_SEMA_RELEASE,
                      &item);
}

static void take_remotely(fixture *f, struct rt_wire *wire, int count) {
    asked a;
    for (int i = 0; i < count; i++)
        assert_int_equal(remote(f, &a, wire, 7, RT_SEMA_TRY), RT_OK);
}

/* The end of the process, as grants.c tells it. */
static void end_process(fixture *f, struct rt_wire *wire, uint64_t who,
                        bool died) {
    if (died) rt_sema_type.peer_died(object_of(f), wire, who);
    rt_sema_type.peer_gone(object_of(f), wire, who);
}

static void test_sema_operations_of_others(void **state) {
    fixture *f = *state;
    asked a, b;
    use(f, 1, true);
    assert_int_equal(remote(f, &a, &one, 7, RT_SEMA_ACQUIRE), RT_OK);
    assert_int_equal(remote(f, &a, &one, 7, RT_SEMA_TRY), RT_EEMPTY);
    assert_int_equal(remote(f, &a, &one, 7, RT_SEMA_ACQUIRE), RT_PENDING);
    assert_int_equal(remote(f, &b, &two, 7, RT_SEMA_FREE), RT_OK);
    assert_int_equal(b.item.as.integer, 0);
    assert_int_equal(remote_release(f, &one, 1), RT_OK);
    assert_int_equal(a.status, RT_OK);
    assert_int_equal(remote_release(f, &one, 2), RT_EFULL);
    assert_int_equal(remote_release(f, &one, 0), RT_EUSAGE);
    assert_int_equal(remote_release(f, &one, -1), RT_EUSAGE);
    assert_int_equal(remote(f, &b, &one, 7, RT_SEMA_RELEASE), RT_EDAMAGED);
    assert_int_equal(remote(f, &b, &one, 7, 99), RT_EUSAGE);
    assert_int_equal(free_of(f), 0);
}

static void test_sema_takes_back_from_the_dead(void **state) {
    fixture *f = *state;
    use(f, 5, true);
    take_remotely(f, &one, 3);
    assert_int_equal(remote_release(f, &one, 1), RT_OK);
    take_remotely(f, &two, 2);
    assert_true(rt_sema_type.is_owed(object_of(f), &one));
    end_process(f, &one, 9, false); /* one of its strands */
    assert_int_equal(free_of(f), 1);
    end_process(f, &one, 0, true);
    assert_int_equal(free_of(f), 3);
    assert_false(rt_sema_type.is_owed(object_of(f), &one));
    end_process(f, &two, 0, false); /* in order: what it has stays out */
    assert_int_equal(free_of(f), 3);
    assert_int_equal(release(f, 2), RT_OK);
    assert_int_equal(release(f, 1), RT_EFULL);
}

static void test_sema_gives_what_it_took_back_to_the_waiting(void **state) {
    fixture *f = *state;
    asked b;
    use(f, 1, false);
    take_remotely(f, &one, 1);
    assert_int_equal(acquire(f, &f->a), RT_PENDING);
    assert_int_equal(remote(f, &b, &two, 7, RT_SEMA_ACQUIRE), RT_PENDING);
    end_process(f, &one, 0, true);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(b.status, RT_PENDING);
    assert_int_equal(release(f, 1), RT_OK);
    assert_int_equal(b.status, RT_OK);
    end_process(f, &two, 0, true);
    assert_int_equal(free_of(f), 1);
}

/* Granted, but the process dies before it hears of it. */
static void test_sema_takes_back_what_was_on_its_way(void **state) {
    fixture *f = *state;
    asked a;
    use(f, 1, true);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(remote(f, &a, &one, 7, RT_SEMA_ACQUIRE), RT_PENDING);
    assert_int_equal(rt_sema_release(f->sema, 1, NULL), RT_OK);
    assert_int_equal(a.status, RT_PENDING); /* posted */
    assert_false(rt_waiter_cancel(&a.call.waiter, RT_EDIED));
    end_process(f, &one, 0, true);
    assert_int_equal(free_of(f), 1);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(a.status, RT_OK);
    assert_int_equal(free_of(f), 1);
}

/* What others release is taken off the accounts of those who acquired it. */
static void test_sema_consumer_pays_for_the_producer(void **state) {
    fixture *f = *state;
    use(f, 4, false);
    take_remotely(f, &one, 4);
    assert_int_equal(remote_release(f, &two, 3), RT_OK);
    end_process(f, &one, 0, true);
    assert_int_equal(free_of(f), 4); /* not 7 */

    use(f, 4, false);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    take_remotely(f, &one, 2);
    assert_int_equal(remote_release(f, &two, 1), RT_OK); /* nobody's first */
    end_process(f, &one, 0, true);
    assert_int_equal(free_of(f), 3);
    assert_int_equal(release(f, 1), RT_OK);
    assert_int_equal(free_of(f), 4);
}

/* Signals: permits beyond what it began with are nobody's. */
static void test_sema_extra_permits_do_not_come_back(void **state) {
    fixture *f = *state;
    use(f, 0, false);
    assert_int_equal(release(f, 3), RT_OK);
    take_remotely(f, &one, 3);
    assert_false(rt_sema_type.is_owed(object_of(f), &one));
    end_process(f, &one, 0, true);
    assert_int_equal(free_of(f), 0);
}

static void test_sema_processes_behind_a_peer(void **state) {
    fixture *f = *state;
    asked a;
    const uint64_t third = RT_PARTY_BEHIND | UINT64_C(3) << 32;
    const uint64_t fourth = RT_PARTY_BEHIND | UINT64_C(4) << 32;
    use(f, 9, true);
    take_remotely(f, &one, 1);
    for (uint64_t i = 1; i <= 3; i++)
        assert_int_equal(remote(f, &a, &one, third | i, RT_SEMA_TRY), RT_OK);
    assert_int_equal(remote(f, &a, &one, fourth | 1, RT_SEMA_TRY), RT_OK);
    end_process(f, &one, third | 1, false); /* a strand */
    end_process(f, &two, third, true);      /* of another wire */
    assert_int_equal(free_of(f), 4);
    end_process(f, &one, third, true);
    assert_int_equal(free_of(f), 7);
    end_process(f, &one, 0, true); /* and all behind it */
    assert_int_equal(free_of(f), 9);
}

/* A peer that says that it is gone and goes on: nothing is left dangling. */
static void test_sema_survives_a_liar(void **state) {
    fixture *f = *state;
    asked a;
    use(f, 1, true);
    take_remotely(f, &one, 1);
    assert_int_equal(remote(f, &a, &one, 7, RT_SEMA_ACQUIRE), RT_PENDING);
    end_process(f, &one, 0, false);
    assert_int_equal(release(f, 1), RT_OK);
    assert_int_equal(a.status, RT_OK);
    end_process(f, &one, 0, true);
    assert_int_equal(release(f, 1), RT_OK);
}

static void test_sema_without_memory_changes_nothing(void **state) {
    fixture *f = *state;
    if (!can_fail_allocations()) skip();
    use(f, 2, true);
    rt_alloc_fail(1, 0);
    rt_sema *other = rt_sema_new(1, false);
    rt_alloc_fail(0, 0);
    assert_null(other);
    asked a;
    rt_alloc_fail(1, 0);
    int status = remote(f, &a, &one, 7, RT_SEMA_ACQUIRE);
    rt_alloc_fail(0, 0);
    assert_int_equal(status, RT_ENOMEMORY);
    assert_int_equal(free_of(f), 2);
    take_remotely(f, &one, 2);
    rt_alloc_fail(1, 0); /* the account is there: none is needed */
    status = remote(f, &a, &one, 7, RT_SEMA_ACQUIRE);
    rt_alloc_fail(0, 0);
    assert_int_equal(status, RT_PENDING);
    assert_true(rt_waiter_cancel(&a.call.waiter, RT_ETIMEOUT));
    assert_int_equal(a.status, RT_ETIMEOUT);
}

/* ---- at random ---- */

enum { PROCESSES = 4, STEPS = 200000 };

static unsigned random_number(unsigned *seed) {
    *seed = *seed * 1103515245 + 12345;
    return *seed >> 16;
}

/* As long as everybody releases only what it has, what is free is what nobody
 * living has, whoever dies. */
static void test_sema_counts_are_conserved(void **state) {
    fixture *f = *state;
    static struct rt_wire wires[PROCESSES];
    int64_t has[PROCESSES + 1] = {0}; /* the last: this process */
    const int64_t total = 10;
    unsigned seed = 20240607;
    use(f, total, true);
    for (int i = 0; i < STEPS; i++) {
        unsigned who = random_number(&seed) % (PROCESSES + 1);
        int64_t count = random_number(&seed) % 3 + 1;
        bool is_here = who == PROCESSES;
        asked a;
        switch (random_number(&seed) % 8) {
        case 0: /* ends, well or not */
            if (is_here) break;
            if (random_number(&seed) % 2) {
                end_process(f, &wires[who], 0, true);
            } else {
                end_process(f, &wires[who], 0, false);
                has[PROCESSES] += has[who];
            }
            has[who] = 0;
            break;
        case 1:
        case 2:
        case 3:
            if (has[who] < count) break;
            assert_int_equal(is_here ? release(f, count)
                                     : remote_release(f, &wires[who], count),
                             RT_OK);
            has[who] -= count;
            break;
        default:
            if ((is_here ? rt_sema_acquire(f->sema, NULL)
                         : remote(f, &a, &wires[who], 7, RT_SEMA_TRY)) == RT_OK)
                has[who]++;
            break;
        }
        int64_t out = 0;
        for (int p = 0; p <= PROCESSES; p++) out += has[p];
        assert_int_equal(free_of(f), total - out);
    }
    for (int p = 0; p < PROCESSES; p++) end_process(f, &wires[p], 0, true);
    assert_int_equal(free_of(f), total - has[PROCESSES]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_sema_serves_the_oldest),
        TEST(test_sema_releases_many_at_once),
        TEST(test_sema_bounded_refuses_too_many),
        TEST(test_sema_timed_out_takes_nothing),
        TEST(test_sema_passes_over_the_claimed),
        TEST(test_sema_operations_of_others),
        TEST(test_sema_takes_back_from_the_dead),
        TEST(test_sema_gives_what_it_took_back_to_the_waiting),
        TEST(test_sema_takes_back_what_was_on_its_way),
        TEST(test_sema_consumer_pays_for_the_producer),
        TEST(test_sema_extra_permits_do_not_come_back),
        TEST(test_sema_processes_behind_a_peer),
        TEST(test_sema_survives_a_liar),
        TEST(test_sema_without_memory_changes_nothing),
        TEST(test_sema_counts_are_conserved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
