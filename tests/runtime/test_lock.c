/* Locks on one thread: owners, order, time-outs, abandoned locks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/status.h"
#include "sync/lock.h"

typedef struct party {
    rt_waiter waiter;
    rt_party name;
    int status; /* RT_PENDING until it is completed */
} party;

typedef struct fixture {
    rt_loop loop;
    party a, b, c;
    rt_lock *lock;
    size_t blocks;
} fixture;

static void on_complete(rt_waiter *waiter) {
    party *p = rt_container_of(waiter, party, waiter);
    assert_int_equal(p->status, RT_PENDING);
    p->status = waiter->status;
}

static void init_party(party *p, rt_loop *loop, uint64_t strand) {
    rt_waiter_init(&p->waiter, loop, on_complete);
    p->name = (rt_party){NULL, strand, "task", strand};
    p->status = RT_OK;
}

static int set_up(void **state) {
    static fixture f;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    init_party(&f.a, &f.loop, 1);
    init_party(&f.b, &f.loop, 2);
    init_party(&f.c, &f.loop, 3);
    f.lock = rt_lock_new(false);
    *state = &f;
    return f.lock ? 0 : 1;
}

static int tear_down(void **state) {
    fixture *f = *state;
    rt_object_unref(&f->lock->object);
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_deinit(&f->loop);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

static int acquire(fixture *f, party *p) {
    p->status = rt_lock_acquire(f->lock, p->name, &p->waiter, &f->loop);
    return p->status;
}

static int release(fixture *f, party *p) {
    rt_party owner;
    return rt_lock_release(f->lock, p->name, &f->loop, &owner);
}

static void test_lock_is_handed_to_the_oldest(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_true(rt_lock_is_taken(f->lock));
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_int_equal(acquire(f, &f->c), RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_int_equal(f->b.status, RT_OK);
    assert_int_equal(f->c.status, RT_PENDING);
    assert_int_equal(acquire(f, &f->a), RT_PENDING); /* nobody barges in */
    assert_int_equal(release(f, &f->b), RT_OK);
    assert_int_equal(f->c.status, RT_OK);
    assert_int_equal(release(f, &f->c), RT_OK);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_false(rt_lock_is_taken(f->lock));
}

static void test_lock_release_names_the_owner(void **state) {
    fixture *f = *state;
    rt_party owner;
    assert_int_equal(rt_lock_release(f->lock, f->a.name, NULL, &owner),
                     RT_EOWNER);
    assert_int_equal(owner.strand, 0);
    assert_int_equal(acquire(f, &f->b), RT_OK);
    assert_int_equal(rt_lock_release(f->lock, f->a.name, NULL, &owner),
                     RT_EOWNER);
    assert_string_equal(owner.kind, "task");
    assert_int_equal(owner.id, 2);
    assert_int_equal(release(f, &f->b), RT_OK);
}

static void test_lock_knows_processes_apart(void **state) {
    fixture *f = *state;
    int wire;
    rt_party remote = {&wire, 1, "a strand of another process", 0}, owner;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(rt_lock_acquire(f->lock, remote, NULL, NULL), RT_EFULL);
    assert_int_equal(rt_lock_release(f->lock, remote, NULL, &owner), RT_EOWNER);
    assert_int_equal(release(f, &f->a), RT_OK);
}

static void test_lock_refuses_its_owner(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->a), RT_EDEADLOCK);
    assert_int_equal(release(f, &f->a), RT_OK);
}

static void test_lock_reentrant_counts(void **state) {
    fixture *f = *state;
    rt_object_unref(&f->lock->object);
    f->lock = rt_lock_new(true);
    assert_non_null(f->lock);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_int_equal(f->b.status, RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_int_equal(f->b.status, RT_OK);
    assert_int_equal(release(f, &f->b), RT_OK);
}

static void test_lock_timed_out_never_has_it(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_int_equal(acquire(f, &f->c), RT_PENDING);
    assert_int_equal(rt_waiter_arm(&f->b.waiter, 1, 1), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->b.status, RT_ETIMEOUT);
    assert_true(rt_waiter_cancel(&f->c.waiter, RT_ECANCELLED));
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_false(rt_lock_is_taken(f->lock));
}

static void test_lock_abandoned_tells_everybody(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_int_equal(acquire(f, &f->c), RT_PENDING);
    rt_lock_abandon(f->lock, f->b.name, NULL); /* is not the owner */
    assert_int_equal(f->b.status, RT_PENDING);
    rt_lock_abandon(f->lock, f->a.name, NULL);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->b.status, RT_EABANDONED);
    assert_int_equal(f->c.status, RT_EABANDONED);
    assert_int_equal(acquire(f, &f->b), RT_EABANDONED);
    rt_lock_recover(f->lock);
    assert_int_equal(acquire(f, &f->b), RT_OK);
    assert_int_equal(release(f, &f->b), RT_OK);
}

static void test_lock_lost_with_its_process(void **state) {
    fixture *f = *state;
    struct rt_wire *wire = (struct rt_wire *)(void *)&f->blocks;
    struct rt_wire *other = (struct rt_wire *)(void *)&f->lock;
    rt_party remote = {wire, 7, "a strand of another process", 0};
    assert_int_equal(rt_lock_acquire(f->lock, remote, NULL, NULL), RT_OK);
    rt_lock_type.peer_gone(&f->lock->object, other, 0);
    rt_lock_type.peer_gone(&f->lock->object, wire, 8);
    assert_int_equal(acquire(f, &f->a), RT_PENDING);
    rt_lock_type.peer_gone(&f->lock->object, wire, 0);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_EABANDONED);
    rt_lock_recover(f->lock);
    rt_lock_type.peer_gone(&f->lock->object, wire, 0);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(release(f, &f->a), RT_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_lock_is_handed_to_the_oldest),
        TEST(test_lock_release_names_the_owner),
        TEST(test_lock_knows_processes_apart),
        TEST(test_lock_refuses_its_owner),
        TEST(test_lock_reentrant_counts),
        TEST(test_lock_timed_out_never_has_it),
        TEST(test_lock_abandoned_tells_everybody),
        TEST(test_lock_lost_with_its_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
