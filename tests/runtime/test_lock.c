/* Locks on one thread: owners, order, time-outs, abandoned locks, what is known
 * of the owner, and operations of other processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/status.h"
#include "calls.h"
#include "sync/lock.h"

typedef struct party {
    rt_waiter waiter;
    rt_party name;
    int status; /* RT_PENDING until it is completed */
} party;

typedef struct fixture {
    rt_loop loop, other_loop, third_loop;
    party a, b, c;      /* on `loop` */
    party far, farther; /* on `other_loop`, as if it were another thread's */
    party farthest;     /* on `third_loop` */
    rt_lock *lock;
    size_t blocks;
} fixture;

static void on_complete(rt_waiter *waiter) {
    party *p = rt_container_of(waiter, party, waiter);
    assert_int_equal(p->status, RT_PENDING);
    p->status = waiter->status;
}

static void init_party(party *p, rt_loop *loop, uint32_t id) {
    rt_waiter_init(&p->waiter, loop, on_complete);
    p->name = (rt_party){.kind = RT_PARTY_TASK, .id = id};
    p->status = RT_OK;
}

static int set_up(void **state) {
    static fixture f;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    rt_loop_init(&f.other_loop);
    rt_loop_init(&f.third_loop);
    init_party(&f.a, &f.loop, 1);
    init_party(&f.b, &f.loop, 2);
    init_party(&f.c, &f.loop, 3);
    init_party(&f.far, &f.other_loop, 4);
    init_party(&f.farther, &f.other_loop, 5);
    init_party(&f.farthest, &f.third_loop, 6);
    f.lock = rt_lock_new(false);
    *state = &f;
    return f.lock ? 0 : 1;
}

static int tear_down(void **state) {
    fixture *f = *state;
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_turn(&f->other_loop, false, 0);
    rt_loop_turn(&f->third_loop, false, 0);
    assert_int_equal(atomic_load(&f->lock->object.refs), 1);
    rt_object_unref(&f->lock->object);
    rt_loop_deinit(&f->loop);
    rt_loop_deinit(&f->other_loop);
    rt_loop_deinit(&f->third_loop);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

static void make_reentrant(fixture *f) {
    rt_object_unref(&f->lock->object);
    f->lock = rt_lock_new(true);
    assert_non_null(f->lock);
}

static int acquire(fixture *f, party *p) {
    p->status = rt_lock_acquire(f->lock, &p->name, &p->waiter, p->waiter.loop);
    return p->status;
}

static int try_it(fixture *f, party *p) {
    return rt_lock_acquire(f->lock, &p->name, NULL, p->waiter.loop);
}

static int release(fixture *f, party *p) {
    return rt_lock_release(f->lock, &p->name, p->waiter.loop);
}

/* ---- owners and waiters of one loop ---- */

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

static void test_lock_release_is_the_owners(void **state) {
    fixture *f = *state;
    assert_int_equal(release(f, &f->a), RT_EOWNER);
    assert_int_equal(acquire(f, &f->b), RT_OK);
    assert_int_equal(release(f, &f->a), RT_EOWNER);
    assert_int_equal(try_it(f, &f->a), RT_EFULL);
    assert_int_equal(release(f, &f->b), RT_OK);
    assert_int_equal(release(f, &f->b), RT_EOWNER);
}

static void test_lock_refuses_its_owner(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->a), RT_EDEADLOCK);
    assert_int_equal(try_it(f, &f->a), RT_EDEADLOCK);
    assert_int_equal(release(f, &f->a), RT_OK);
}

static void test_lock_reentrant_counts(void **state) {
    fixture *f = *state;
    make_reentrant(f);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_int_equal(try_it(f, &f->a), RT_OK);
    assert_int_equal(release(f, &f->a), RT_OK);
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
    assert_int_equal(try_it(f, &f->a), RT_OK);
    assert_int_equal(release(f, &f->a), RT_OK);
}

static void test_lock_abandoned_tells_everybody(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_int_equal(acquire(f, &f->far), RT_PENDING);
    rt_lock_abandon(f->lock, &f->b.name, NULL); /* is not the owner */
    assert_int_equal(f->b.status, RT_PENDING);
    rt_lock_abandon(f->lock, &f->a.name, NULL);
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_turn(&f->other_loop, false, 0);
    assert_int_equal(f->b.status, RT_EABANDONED);
    assert_int_equal(f->far.status, RT_EABANDONED);
    assert_false(rt_lock_is_taken(f->lock));
    assert_int_equal(acquire(f, &f->b), RT_EABANDONED);
    assert_int_equal(try_it(f, &f->b), RT_EABANDONED);
    assert_int_equal(release(f, &f->a), RT_EOWNER);
    rt_lock_recover(f->lock);
    assert_int_equal(acquire(f, &f->b), RT_OK);
    rt_lock_recover(f->lock); /* changes nothing now */
    assert_int_equal(release(f, &f->b), RT_OK);
}

/* ---- waiters of other loops ---- */

static void test_lock_is_left_to_a_waiter_elsewhere(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->far), RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_false(rt_lock_is_taken(f->lock)); /* until the other one comes */
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_int_equal(f->far.status, RT_PENDING);
    rt_loop_turn(&f->other_loop, false, 0);
    assert_int_equal(f->far.status, RT_OK);
    assert_int_equal(acquire(f, &f->a), RT_PENDING);
    assert_int_equal(release(f, &f->far), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(release(f, &f->a), RT_OK);
}

static void test_lock_asks_again_when_it_was_taken(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->far), RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->b), RT_OK);
    rt_loop_turn(&f->other_loop, false, 0); /* comes in vain */
    assert_int_equal(f->far.status, RT_PENDING);
    assert_int_equal(release(f, &f->b), RT_OK);
    rt_loop_turn(&f->other_loop, false, 0);
    assert_int_equal(f->far.status, RT_OK);
    assert_int_equal(release(f, &f->far), RT_OK);
}

static void test_lock_is_handed_to_who_waits_too_long(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->far), RT_PENDING);
    f->far.waiter.detail -= 2 * RT_LOCK_PATIENCE_NS; /* has waited so long */
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    rt_loop_turn(&f->other_loop, false, 0); /* comes in vain, once */
    assert_int_equal(f->far.status, RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_true(rt_lock_is_taken(f->lock));
    assert_int_equal(acquire(f, &f->a), RT_PENDING);
    rt_loop_turn(&f->other_loop, false, 0);
    assert_int_equal(f->far.status, RT_OK);
    assert_int_equal(release(f, &f->far), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(release(f, &f->a), RT_OK);
}

/* While its loop has not come yet. */
static void test_lock_goes_on_when_the_oldest_gives_up(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->far), RT_PENDING);
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_int_equal(acquire(f, &f->farther), RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_true(rt_waiter_cancel(&f->far.waiter, RT_ECANCELLED));
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->b.status, RT_OK);
    rt_loop_turn(&f->other_loop, false, 0); /* is not needed any more */
    assert_int_equal(f->farther.status, RT_PENDING);
    assert_int_equal(release(f, &f->b), RT_OK);
    rt_loop_turn(&f->other_loop, false, 0);
    assert_int_equal(f->farther.status, RT_OK);
    assert_int_equal(release(f, &f->farther), RT_OK);
}

/* The loop of somebody who has given up does not run for long. */
static void test_lock_does_not_wait_for_a_busy_loop(void **state) {
    fixture *f = *state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(acquire(f, &f->a), RT_OK);
        assert_int_equal(acquire(f, &f->far), RT_PENDING);
        assert_int_equal(release(f, &f->a), RT_OK);
        assert_int_equal(acquire(f, &f->a), RT_OK);
        if (i == 0) {
            assert_true(rt_waiter_cancel(&f->far.waiter, RT_ECANCELLED));
        } else {
            rt_lock_abandon(f->lock, &f->a.name, NULL);
            rt_lock_recover(f->lock);
            assert_int_equal(acquire(f, &f->a), RT_OK);
        }
        assert_int_equal(acquire(f, &f->farthest), RT_PENDING);
        assert_int_equal(release(f, &f->a), RT_OK);
        rt_loop_turn(&f->third_loop, false, 0);
        assert_int_equal(f->farthest.status, RT_OK);
        assert_int_equal(release(f, &f->farthest), RT_OK);
        rt_loop_turn(&f->other_loop, false, 0);
    }
}

/* It comes back before the post that was sent to it is run. */
static void test_lock_finds_who_came_back(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->far), RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_true(rt_waiter_cancel(&f->far.waiter, RT_ECANCELLED));
    assert_int_equal(acquire(f, &f->far), RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    rt_loop_turn(&f->other_loop, false, 0);
    assert_int_equal(f->far.status, RT_OK);
    assert_int_equal(release(f, &f->far), RT_OK);
}

static void test_lock_is_free_when_all_gave_up(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->far), RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_true(rt_waiter_cancel(&f->far.waiter, RT_ECANCELLED));
    assert_int_equal(try_it(f, &f->a), RT_OK);
    rt_loop_turn(&f->other_loop, false, 0);
    assert_int_equal(try_it(f, &f->b), RT_EFULL);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_false(rt_lock_is_taken(f->lock));
}

/* Nobody but the queue refers to the lock any more. */
static void test_lock_lives_until_it_was_tried(void **state) {
    fixture *f = *state;
    rt_lock *lock = f->lock;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(acquire(f, &f->far), RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_true(rt_waiter_cancel(&f->far.waiter, RT_ECANCELLED));
    f->lock = rt_lock_new(false);
    rt_object_unref(&lock->object);
    rt_loop_turn(&f->other_loop, false, 0);
}

/* ---- who has it ---- */

static const char *text_of(fixture *f) {
    static char text[RT_LOCK_TEXT];
    rt_lock_holder holder;
    rt_lock_look(f->lock, &holder);
    rt_lock_describe(&holder, text);
    return text;
}

static void test_lock_tells_its_owner(void **state) {
    fixture *f = *state;
    rt_lock_holder holder;
    assert_string_equal(text_of(f), "free");
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_string_equal(text_of(f), "held by task 1");
    rt_lock_note(f->lock, "app.lua", 14);
    assert_string_equal(text_of(f), "held by task 1, acquired at app.lua:14");
    rt_lock_look(f->lock, &holder);
    assert_ptr_equal(holder.strand, &f->a.name);
    assert_int_equal(acquire(f, &f->b), RT_PENDING);
    assert_ptr_equal(rt_lock_awaited(&f->b.waiter), f->lock);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_string_equal(text_of(f), "held by task 2"); /* has not told yet */
    rt_lock_note(f->lock, "app.lua", 20);
    assert_string_equal(text_of(f), "held by task 2, acquired at app.lua:20");
    rt_lock_abandon(f->lock, &f->b.name, NULL);
    assert_string_equal(text_of(f), "abandoned");
    rt_lock_recover(f->lock);
    assert_string_equal(text_of(f), "free");
}

static void test_lock_looked_at_is_released_as_ever(void **state) {
    fixture *f = *state;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_string_equal(text_of(f), "held by task 1");
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_int_equal(try_it(f, &f->b), RT_OK);
    assert_int_equal(release(f, &f->b), RT_OK);
    assert_string_equal(text_of(f), "free");
}

static void test_lock_cuts_long_sources(void **state) {
    fixture *f = *state;
    char source[100];
    memset(source, 'x', sizeof source);
    source[sizeof source - 1] = '\0';
    assert_int_equal(acquire(f, &f->a), RT_OK);
    rt_lock_note(f->lock, source, 1);
    rt_lock_note(f->lock, source, 2);
    rt_lock_holder holder;
    rt_lock_look(f->lock, &holder);
    assert_int_equal(strlen(holder.source), RT_LOCK_SOURCE - 1);
    rt_lock_note(f->lock, "xx", 3);
    assert_string_equal(text_of(f), "held by task 1, acquired at xx:3");
    assert_int_equal(release(f, &f->a), RT_OK);
}

static void test_lock_names_strands_of_all_kinds(void **state) {
    (void)state;
    int wire;
    const struct {
        rt_party party;
        const char *text;
    } cases[] = {
        {{.kind = RT_PARTY_MAIN}, "the main strand"},
        {{.kind = RT_PARTY_THREAD, .id = 7}, "thread 7"},
        {{.kind = RT_PARTY_TASK, .id = 3}, "task 3"},
        {{.kind = RT_PARTY_TASK, .id = 3, .thread = 7}, "task 3 of thread 7"},
        {{.process = &wire, .kind = RT_PARTY_MAIN, .pid = 99},
         "the main strand of process 99"},
        {{.process = &wire,
          .kind = RT_PARTY_TASK,
          .id = UINT32_MAX,
          .thread = UINT32_MAX,
          .pid = INT32_MAX},
         "task 4294967295 of thread 4294967295 of process 2147483647"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[RT_PARTY_TEXT];
        rt_party_describe(&cases[i].party, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_lock_keeps_itself_for_its_owner(void **state) {
    fixture *f = *state;
    rt_list held;
    rt_list_init(&held);
    assert_false(rt_lock_keep(f->lock, &f->loop)); /* free */
    assert_int_equal(acquire(f, &f->a), RT_OK);
    rt_list_push(&held, &f->lock->held);
    assert_false(rt_lock_keep(f->lock, &f->other_loop));
    rt_object_ref(&f->lock->object);
    assert_true(rt_lock_keep(f->lock, &f->loop));
    assert_false(rt_lock_keep(f->lock, &f->loop)); /* one is enough */
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_true(rt_list_empty(&held));
    assert_int_equal(atomic_load(&f->lock->object.refs), 1);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    rt_list_push(&held, &f->lock->held);
    rt_object_ref(&f->lock->object);
    assert_true(rt_lock_keep(f->lock, &f->loop));
    rt_lock_abandon(f->lock, &f->a.name, NULL);
    assert_true(rt_list_empty(&held));
    assert_int_equal(atomic_load(&f->lock->object.refs), 1);
}

/* ---- other processes ---- */

static struct rt_wire wire, other_wire;

/* Strand `strand` of the process at the end of `from`. */
static int ask(fixture *f, asked *a, struct rt_wire *from, uint64_t strand,
               int operation) {
    rt_party name = {.kind = RT_PARTY_TASK, .id = (uint32_t)strand};
    rt_item items[RT_LOCK_PLACE_ITEMS];
    rt_party_write(&name, items);
    items[RT_PARTY_ITEMS] = (rt_item){.kind = RT_ITEM_INT, .as.integer = 14};
    assert_int_equal(
        rt_item_set_string(&items[RT_PARTY_ITEMS + 1], "far.lua", 7), RT_OK);
    bool has_place = operation == RT_LOCK_ACQUIRE || operation == RT_LOCK_TRY;
    return ask_object_with(a, &f->lock->object, &f->loop, from, strand,
                           operation, items,
                           has_place ? RT_LOCK_PLACE_ITEMS : 0);
}

static void test_lock_knows_processes_apart(void **state) {
    fixture *f = *state;
    asked a, b, c;
    assert_int_equal(ask(f, &a, &wire, 1, RT_LOCK_ACQUIRE), RT_OK);
    assert_int_equal(ask(f, &b, &other_wire, 1, RT_LOCK_RELEASE), RT_EOWNER);
    assert_int_equal(b.item.kind, RT_ITEM_STRING);
    rt_item_clear(&b.item);
    assert_int_equal(ask(f, &b, &wire, 2, RT_LOCK_TRY), RT_EFULL);
    assert_int_equal(ask(f, &b, &other_wire, 1, RT_LOCK_ACQUIRE), RT_PENDING);
    assert_int_equal(try_it(f, &f->a), RT_EFULL);
    assert_int_equal(ask(f, &c, &wire, 1, RT_LOCK_LOCKED), RT_OK);
    assert_true(c.item.as.boolean);
    assert_int_equal(ask(f, &c, &wire, 1, RT_LOCK_RELEASE), RT_OK);
    assert_int_equal(b.status, RT_OK);
    assert_int_equal(ask(f, &c, &other_wire, 1, RT_LOCK_RELEASE), RT_OK);
}

static void test_lock_tells_owners_of_other_processes(void **state) {
    fixture *f = *state;
    asked a, b;
    char expected[RT_LOCK_TEXT];
    (void)snprintf(expected, sizeof expected,
                   "held by task 9 of process %d, acquired at far.lua:14",
                   (int)getpid());
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(ask(f, &a, &wire, 9, RT_LOCK_ACQUIRE), RT_PENDING);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_int_equal(a.status, RT_OK);
    assert_string_equal(text_of(f), expected);
    assert_int_equal(ask(f, &a, &wire, 9, RT_LOCK_ACQUIRE), RT_EDEADLOCK);
    size_t size;
    const char *text = rt_item_bytes(&a.item, &size);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(text, expected, size);
    rt_item_clear(&a.item);
    assert_int_equal(ask(f, &b, &wire, 9, RT_LOCK_RELEASE), RT_OK);
    assert_int_equal(ask(f, &b, &wire, 9, RT_LOCK_LOOK), RT_OK);
    assert_int_equal(b.item.size, 4); /* free */
}

/* A remote waiter is handed the lock, wherever the others wait. */
static void test_lock_is_handed_to_other_processes(void **state) {
    fixture *f = *state;
    asked a;
    assert_int_equal(acquire(f, &f->far), RT_OK);
    assert_int_equal(ask(f, &a, &wire, 1, RT_LOCK_ACQUIRE), RT_PENDING);
    assert_int_equal(release(f, &f->far), RT_OK);
    assert_int_equal(try_it(f, &f->far), RT_EFULL);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(a.status, RT_OK);
    assert_int_equal(ask(f, &a, &wire, 1, RT_LOCK_RELEASE), RT_OK);
}

static void test_lock_withdrawn_call_never_has_it(void **state) {
    fixture *f = *state;
    asked a;
    assert_int_equal(acquire(f, &f->a), RT_OK);
    assert_int_equal(ask(f, &a, &wire, 1, RT_LOCK_ACQUIRE), RT_PENDING);
    assert_true(rt_waiter_cancel(&a.call.waiter, RT_EDIED));
    assert_int_equal(a.status, RT_EDIED);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_false(rt_lock_is_taken(f->lock));
}

static void test_lock_lost_with_its_process(void **state) {
    fixture *f = *state;
    asked a;
    assert_int_equal(ask(f, &a, &wire, 7, RT_LOCK_ACQUIRE), RT_OK);
    rt_lock_type.peer_gone(&f->lock->object, &other_wire, 0);
    rt_lock_type.peer_gone(&f->lock->object, &wire, 8);
    assert_int_equal(acquire(f, &f->a), RT_PENDING);
    rt_lock_type.peer_gone(&f->lock->object, &wire, 0);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_EABANDONED);
    rt_lock_recover(f->lock);
    rt_lock_type.peer_gone(&f->lock->object, &wire, 0);
    assert_int_equal(acquire(f, &f->a), RT_OK);
    rt_lock_type.peer_gone(&f->lock->object, &wire, 0);
    assert_int_equal(release(f, &f->a), RT_OK);
    assert_int_equal(ask(f, &a, &wire, 7, RT_LOCK_ACQUIRE), RT_OK);
    rt_lock_type.peer_gone(&f->lock->object, &wire, 7);
    assert_int_equal(try_it(f, &f->a), RT_EABANDONED);
    assert_int_equal(ask(f, &a, &wire, 8, RT_LOCK_RECOVER), RT_OK);
}

static void test_lock_refuses_damaged_calls(void **state) {
    fixture *f = *state;
    asked a;
    rt_item items[RT_LOCK_PLACE_ITEMS] = {{.kind = RT_ITEM_BOOL}};
    assert_int_equal(ask(f, &a, &wire, 1, 99), RT_EUSAGE);
    assert_int_equal(ask_object_with(&a, &f->lock->object, &f->loop, &wire, 1,
                                     RT_LOCK_TRY, items, 2),
                     RT_EDAMAGED);
    assert_int_equal(ask_object_with(&a, &f->lock->object, &f->loop, &wire, 1,
                                     RT_LOCK_TRY, items, RT_LOCK_PLACE_ITEMS),
                     RT_EDAMAGED);
    rt_party name = {.kind = RT_PARTY_TASK};
    rt_party_write(&name, items);
    items[0].as.integer = RT_PARTY_TASK + 1;
    assert_int_equal(rt_party_read(&name, items), RT_EDAMAGED);
    assert_false(rt_lock_is_taken(f->lock));
}

static void test_lock_call_survives_lack_of_memory(void **state) {
    fixture *f = *state;
    for (size_t nth = 1;; nth++) {
        asked a;
        rt_party name = {.kind = RT_PARTY_TASK};
        rt_item items[RT_LOCK_PLACE_ITEMS] = {{.kind = RT_ITEM_NIL}};
        rt_party_write(&name, items);
        items[RT_PARTY_ITEMS] = (rt_item){.kind = RT_ITEM_INT};
        items[RT_PARTY_ITEMS + 1] = (rt_item){.kind = RT_ITEM_TEXT};
        prepare_call(&a, &f->lock->object, &f->loop, &wire, 1, RT_LOCK_ACQUIRE,
                     items, RT_LOCK_PLACE_ITEMS);
        rt_alloc_fail(nth, 0);
        rt_lock_type.call(&f->lock->object, &a.call);
        rt_alloc_fail(0, 0);
        assert_int_not_equal(a.status, RT_PENDING);
        if (a.status == RT_OK) break;
        assert_int_equal(a.status, RT_ENOMEMORY);
        assert_false(rt_lock_is_taken(f->lock));
    }
    asked b;
    assert_int_equal(ask(f, &b, &wire, 1, RT_LOCK_RELEASE), RT_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_lock_is_handed_to_the_oldest),
        TEST(test_lock_release_is_the_owners),
        TEST(test_lock_refuses_its_owner),
        TEST(test_lock_reentrant_counts),
        TEST(test_lock_timed_out_never_has_it),
        TEST(test_lock_abandoned_tells_everybody),
        TEST(test_lock_is_left_to_a_waiter_elsewhere),
        TEST(test_lock_asks_again_when_it_was_taken),
        TEST(test_lock_is_handed_to_who_waits_too_long),
        TEST(test_lock_goes_on_when_the_oldest_gives_up),
        TEST(test_lock_does_not_wait_for_a_busy_loop),
        TEST(test_lock_finds_who_came_back),
        TEST(test_lock_is_free_when_all_gave_up),
        TEST(test_lock_lives_until_it_was_tried),
        TEST(test_lock_tells_its_owner),
        TEST(test_lock_looked_at_is_released_as_ever),
        TEST(test_lock_cuts_long_sources),
        TEST(test_lock_names_strands_of_all_kinds),
        TEST(test_lock_keeps_itself_for_its_owner),
        TEST(test_lock_knows_processes_apart),
        TEST(test_lock_tells_owners_of_other_processes),
        TEST(test_lock_is_handed_to_other_processes),
        TEST(test_lock_withdrawn_call_never_has_it),
        TEST(test_lock_lost_with_its_process),
        TEST(test_lock_refuses_damaged_calls),
        TEST(test_lock_call_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
