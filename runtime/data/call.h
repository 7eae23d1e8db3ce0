/* call.h - an operation that another process asks of an object.
 *
 * Made by ipc/, carried out by the object's type (rt_object_type.call). Here,
 * below both, so that objects need not know how processes talk. */
#ifndef RT_DATA_CALL_H
#define RT_DATA_CALL_H

#include "base/object.h"
#include "data/message.h"
#include "loop/waiter.h"

struct rt_waits;
struct rt_wire;

/* Operations on several objects, for which the called one stands. They are
 * carried out by ipc/choice.c. */
enum {
    RT_CALL_SELECT = 1 << 16, /* see choice.c */
    RT_CALL_WATCH
};

/* What a channel lends: sync/loan.h. */
typedef enum { RT_CALL_LEND_PLACES, RT_CALL_LEND_ITEMS } rt_call_lends;

/* An operation on its way, at the home of its object. Runs on the hub's
 * thread. */
typedef struct rt_call {
    int operation;         /* by the rules of the object's type */
    uint64_t party;        /* the strand that asks; unique among its wire's */
    rt_message *arguments; /* owned by the call, may be NULL; who takes it
                              leaves NULL */
    /* For operations that wait: rt_waiter_init it with an on_complete of your
     * own and `waiter.loop` as it is (the hub's). The caller's withdrawal
     * cancels it: RT_ECANCELLED, RT_ETIMEOUT, or RT_EDIED with its process. */
    rt_waiter waiter;
    rt_object *object;    /* the object called; a reference */
    struct rt_wire *wire; /* whom to answer; also names the party's process */
    const char *name;     /* of that process, if it has one; "" */
    struct rt_waits
        *waits; /* of this process: sync/waits.h. NULL: its waits are
                               not for good */
    uint64_t request;
    rt_list link;  /* in the wire's list of calls under way */
    int withdrawn; /* why the caller has withdrawn it; 0: it has not. For
                      operations that go on when `waiter` is completed */
    /* Answers, once, on the hub's thread; then the call is gone. Takes
     * `result` (may be NULL). See ipc/remote.h. */
    void (*reply)(struct rt_call *call, int status, rt_message *result);
    /* Before the answer, which arrives after it: lends of the object's to the
     * caller's process what it can spare (sync/loan.h). NULL: there is nobody
     * to lend to. */
    void (*lend)(struct rt_call *call, rt_call_lends what);
} rt_call;

static inline void rt_call_lend(rt_call *call, rt_call_lends what) {
    if (call->lend) call->lend(call, what);
}

/* Strands of a process behind the peer, whose calls the peer passes on, are
 * numbered by the peer: this bit, the process in the higher half, the strand
 * in the lower. No strand of the peer itself has this bit. */
#define RT_PARTY_BEHIND (UINT64_C(1) << 63)

/* The process of a party: 0 for the peer itself; else a party as well, with no
 * strand in it. */
static inline uint64_t rt_party_process(uint64_t party) {
    return party & RT_PARTY_BEHIND ? party & ~(uint64_t)UINT32_MAX : 0;
}

#endif
