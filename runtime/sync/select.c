/* select.c - all locks, then attempts in random order, then all queues.
 *
 * While all objects are locked nothing can become ready between the last
 * attempt and the moment the waiter stands in all queues. Locks are taken in
 * the order of their objects' addresses, so that two selects cannot wait for
 * each other's. No case of the select itself is in a queue while it attempts,
 * so it cannot meet itself; and a partner whose waiter is in other queues too
 * is claimed there and then, once for all of its group.
 *
 * A try parks only in those cases that have something lent in their way. The
 * first to know that it cannot go on completes the waiter, as one does that has
 * taken place. The others are looked at again then; but a case that was known
 * once is not parked a second time, or lending that goes on could keep the try
 * for ever.
 *
 * The members that did not win are still in their queues when the waiter is
 * completed. Whoever finds one there cannot claim it, and unlinks it. */
#include "sync/select.h"

#include <stdlib.h>

#include "sync/queue.h"

/* ---- the order of locks ---- */

enum { FEW = 16 };

static int compare(const void *a, const void *b) {
    uintptr_t first = (uintptr_t)(*(rt_case *const *)a)->object;
    uintptr_t second = (uintptr_t)(*(rt_case *const *)b)->object;
    return (first > second) - (first < second);
}

/* By insertion: most selects have two or three cases. */
static void sort_few(rt_case **cases, size_t count) {
    for (size_t i = 1; i < count; i++) {
        rt_case *c = cases[i];
        size_t to = i;
        for (; to > 0 && compare(&c, &cases[to - 1]) < 0; to--)
            cases[to] = cases[to - 1];
        cases[to] = c;
    }
}

void rt_select_init(rt_select *select, rt_case *const *cases, size_t count,
                    rt_case **room, rt_random *random) {
    *select = (rt_select){.by_address = room,
                          .by_turn = room + count,
                          .count = count,
                          .random = random};
    for (size_t i = 0; i < count; i++) {
        select->by_address[i] = select->by_turn[i] = cases[i];
        cases[i]->is_known = false;
    }
    if (count <= FEW)
        sort_few(select->by_address, count);
    else
        qsort(select->by_address, count, sizeof *cases, compare);
}

static void lock_all(const rt_select *select) {
    const void *last = NULL;
    for (size_t i = 0; i < select->count; i++) {
        const rt_case *c = select->by_address[i];
        if (c->object != last && c->type->lock) c->type->lock(c->object);
        last = c->object;
    }
}

static void unlock_all(const rt_select *select) {
    const void *last = NULL;
    for (size_t i = 0; i < select->count; i++) {
        const rt_case *c = select->by_address[i];
        if (c->object != last && c->type->unlock) c->type->unlock(c->object);
        last = c->object;
    }
}

/* ---- under all locks ---- */

/* The next in turn, drawn from those at `position` and behind. */
static rt_case *draw(rt_select *select, size_t position) {
    rt_case **turns = select->by_turn + position;
    size_t left = select->count - position;
    size_t drawn =
        left > 1 ? rt_random_below(select->random, (uint32_t)left) : 0;
    rt_case *c = turns[drawn];
    turns[drawn] = turns[0];
    turns[0] = c;
    return c;
}

static int attempt_all(rt_select *select, rt_case **chosen,
                       rt_waiter **partner) {
    for (size_t i = 0; i < select->count; i++) {
        rt_case *c = draw(select, i);
        int status = c->type->attempt(c->object, c->kind, &c->item, partner);
        if (status == RT_PENDING) continue;
        *chosen = c;
        return status;
    }
    return RT_PENDING;
}

static void on_member_complete(rt_waiter *waiter) {
    (void)waiter; /* the leader's is called */
}

static void init_member(rt_case *c, rt_waiter *leader) {
    rt_waiter_init(&c->waiter, leader->loop, on_member_complete);
    c->waiter.leader = leader;
}

/* The leader needs no withdraw(): its owner ends the select. */
static void park_all(rt_select *select, rt_waiter *waiter, bool is_watcher) {
    rt_waiter_park(waiter, NULL, NULL);
    select->waiter = waiter;
    for (size_t i = 0; i < select->count; i++) {
        rt_case *c = select->by_address[i];
        init_member(c, waiter);
        c->waiter.is_watcher = is_watcher;
        c->type->park(c->object, c->kind, &c->item, &c->waiter);
    }
}

static bool is_lent(const rt_select *select) {
    for (size_t i = 0; i < select->count; i++) {
        const rt_case *c = select->by_address[i];
        if (c->type->lending && c->type->lending->is_lent(c->object))
            return true;
    }
    return false;
}

static bool park_try(rt_case *c) {
    return c->type->lending && !c->is_known &&
           c->type->lending->park(c->object, c->kind, &c->item, &c->waiter);
}

/* The others are known now. Nobody meets a member before the locks are open,
 * so the leader may be parked last. Returns: RT_PENDING; RT_EEMPTY. */
static int park_tries(rt_select *select, rt_waiter *waiter) {
    bool is_parked = false;
    for (size_t i = 0; i < select->count; i++) {
        rt_case *c = select->by_address[i];
        init_member(c, waiter);
        if (park_try(c))
            is_parked = true;
        else
            c->is_known = true;
    }
    if (!is_parked) return RT_EEMPTY;
    rt_waiter_park(waiter, NULL, NULL);
    select->waiter = waiter;
    return RT_PENDING;
}

/* ---- operations ---- */

static void catch_up(const rt_select *select, rt_loop *here) {
    for (size_t i = 0; i < select->count; i++) {
        const rt_case *c = select->by_address[i];
        if (c->type->lending) c->type->lending->catch_up(c->object, here);
    }
}

int rt_select_begin(rt_select *select, rt_waiter *waiter, rt_loop *here,
                    rt_case **chosen) {
    rt_waiter *partner = NULL;
    *chosen = NULL;
    lock_all(select);
    int status = attempt_all(select, chosen, &partner);
    if (status == RT_PENDING && waiter) park_all(select, waiter, false);
    unlock_all(select);
    rt_queue_complete(partner, RT_OK, here);
    return status == RT_PENDING && !waiter ? RT_EEMPTY : status;
}

/* Returns RT_ELENT if something is lent and none could go on, unless the waiter
 * was parked for it. */
static int try_once(rt_select *select, rt_waiter *waiter, rt_loop *here,
                    rt_case **chosen) {
    rt_waiter *partner = NULL;
    *chosen = NULL;
    lock_all(select);
    int status = attempt_all(select, chosen, &partner);
    if (status == RT_PENDING) {
        status = is_lent(select) ? RT_ELENT : RT_EEMPTY;
        if (status == RT_ELENT && waiter) status = park_tries(select, waiter);
    }
    unlock_all(select);
    rt_queue_complete(partner, RT_OK, here);
    return status;
}

int rt_select_try(rt_select *select, rt_waiter *waiter, rt_loop *here,
                  rt_case **chosen) {
    int status = try_once(select, NULL, here, chosen);
    if (status != RT_ELENT) return status;
    catch_up(select, here);
    return try_once(select, waiter, here, chosen);
}

int rt_select_watch(rt_select *select, rt_waiter *waiter, rt_case **chosen) {
    *chosen = NULL;
    lock_all(select);
    for (size_t i = 0; i < select->count; i++) {
        rt_case *c = draw(select, i);
        /* All are asked: watchers on the other sides are to hear of us. */
        if (c->type->is_ready(c->object, c->kind, waiter) && !*chosen)
            *chosen = c;
    }
    if (!*chosen) park_all(select, waiter, true);
    unlock_all(select);
    return *chosen ? RT_OK : RT_PENDING;
}

rt_case *rt_select_end(rt_select *select) {
    rt_case *winner = NULL;
    if (!select->waiter) return NULL;
    for (size_t i = 0; i < select->count; i++) {
        rt_case *c = select->by_address[i];
        if (select->waiter->winner == &c->waiter) winner = c;
        rt_waiter_leave(&c->waiter);
    }
    bool is_try_over = select->waiter->status == RT_EEMPTY ||
                       select->waiter->status == RT_EFULL;
    select->waiter = NULL;
    if (!winner || !is_try_over) return winner;
    winner->is_known = true;
    return NULL;
}
