/* party.h - somebody who waits, for tests on one thread. */
#ifndef TESTS_RUNTIME_PARTY_H
#define TESTS_RUNTIME_PARTY_H

#include "base/status.h"
#include "loop/waiter.h"

typedef struct party {
    rt_waiter waiter;
    int status; /* RT_PENDING until it is completed */
} party;

static inline void on_party_complete(rt_waiter *waiter) {
    party *p = rt_container_of(waiter, party, waiter);
    assert_int_equal(p->status, RT_PENDING);
    p->status = waiter->status;
}

static inline void init_party(party *p, rt_loop *loop) {
    rt_waiter_init(&p->waiter, loop, on_party_complete);
    p->status = RT_OK;
}

#endif
