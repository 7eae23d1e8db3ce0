/* state.h - one Lua state and the strands it hosts.
 *
 * A host_state is what a Lua state is to plait: its loop, its ready queue, the
 * strand and the coroutine that run now. Everything here belongs to the thread
 * that drives the state; nothing here is called from another one, except what
 * says so. The pointer is in the extra space of every Lua thread of the state.
 *
 * No state may assume that it owns an OS thread: the loop is lent to it. */
#ifndef HOST_CORE_STATE_H
#define HOST_CORE_STATE_H

#include <lua.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/list.h"
#include "base/random.h"
#include "core/memory.h"
#include "data/item.h"
#include "exec/census.h"
#include "exec/monitor.h"
#include "exec/runtime.h"
#include "loop/loop.h"
#include "loop/waiter.h"
#include "sync/party.h"

typedef struct host_state host_state;
struct host_task;
struct host_visit;
struct rt_choice;

/* Something by which a strand can be told to stop: see cancel.h. */
typedef enum {
    HOST_BOUND_STRAND, /* the strand itself; the outermost */
    HOST_BOUND_BLOCK,  /* a part of what it does */
    HOST_BOUND_SHIELD  /* what is sprung outside of it does not reach inside */
} host_bound_kind;

typedef struct host_bound {
    struct host_bound *outer;
    struct host_strand *strand; /* NULL: it was left */
    unsigned char kind;         /* host_bound_kind */
    bool is_sprung;
    int error; /* what waits raise then, in the registry; or LUA_NOREF */
    /* Makes it at first need, pushed; NULL: it is "cancelled". May raise. */
    void (*make)(lua_State *L, struct host_bound *bound);
    void *maker; /* for `make` */
    /* Something outside of it has reached the strand: tells those who are inside
     * of it. NULL: nobody is. */
    void (*pass_on)(struct host_bound *bound);
} host_bound;

/* Of the bounds of others that take a task along, so many are known to the monitor,
 * from the inside to the outside. */
enum { HOST_ABOVE_MAX = 4 };

/* What waits and is woken: a task, or the main function of the state. */
typedef struct host_strand {
    rt_waiter waiter; /* its wait in progress; one at a time */
    host_state *host;
    lua_State *L; /* the task's coroutine, or the main Lua thread */
    struct host_strand *next_ready;
    int64_t key_ns;          /* when it was due to wake: see scheduler.c */
    int64_t shift_ns;        /* how far its clock is behind the real one */
    const char *waiting_for; /* "lock", "sleep"; NULL while it does not wait */
    const char *ended_wait;  /* while its cancellation is raised: by which */
    /* Set by a wait that registered more than its waiter: called once, when
     * the wait is over, however it ended. */
    void (*clean_up)(struct host_strand *strand);
    /* Set by a wait on behalf of others: the strand is told to stop in it, and
     * tells them. They may keep it from running, so it does not do so itself. */
    void (*pass_on)(struct host_strand *strand);
    void *wait_target; /* for either: no wait sets both */
    host_bound root;
    host_bound *bounds; /* innermost first; the last is `root` */
    const host_bound *above[HOST_ABOVE_MAX]; /* only compared; NULL: no more */
    host_bound *reaching; /* the sprung one whose error waits raise, or NULL */
    int64_t cancelled_ns; /* since when something reaches it */
    int64_t cleaning_ns;  /* the same, by the runtime's clock */
    int64_t press_ns;     /* until then it may go on without waiting */
    rt_item item;         /* what its wait passes; see ship/item.h */
    rt_party party;       /* what locks know of it */
    struct host_strand *acts_for; /* who has the locks that it acquires: itself,
                                     or who called plait.timeout */
    rt_list held;                 /* of rt_lock.held; see held.h */
    struct host_visit *visits;
    struct rt_wait *entered;  /* its wait, if others can find it: ring.h */
    uint32_t owner;           /* whose what it starts and opens is: ledger.h */
    int anchor;               /* of a task's coroutine, in the registry */
    unsigned char fresh_left; /* instructions that it may run before press_ns
                                 counts: HOST_FRESH_COUNT; 0: it has run them */
    bool is_seen; /* the script could have the task's coroutine: no reuse */
    bool is_main;
    bool is_awaited;   /* by a strand whose wait others can find */
    bool is_cancelled; /* something reaches it: every wait raises */
    bool is_unwinding; /* its cancellation was raised and not yet caught:
                               what waits now is a __close handler */
    bool has_caught;   /* that error, at least once */
    bool was_pressed;  /* the error was raised in code that did not wait */
    bool must_leave;   /* it has yielded, never to be resumed */
    bool takes_all;    /* its wait's finish is called however it ends */
    bool is_firm;      /* its wait is not ended by a cancellation */
    struct host_console *console; /* console.h: a reference; NULL: it is the
                                     program's own */
} host_strand;

/* Who owns what the strand acquires. */
static inline const rt_party *host_party(const host_strand *strand) {
    return &strand->acts_for->party;
}

/* A request that a strand stop, which its own thread does not know of yet. */
typedef struct host_told {
    rt_list link;              /* in host->told */
    const host_strand *strand; /* only compared, as is `bound` */
    const host_bound *bound;   /* of it */
    int64_t since_ns;
} host_told;

/* A user's coroutine being resumed: a link for each lua_resume on the C stack
 * between the running coroutine and its strand. */
typedef struct host_link {
    struct host_link *outer;
    lua_State *resumer;
} host_link;

struct host_state {
    lua_State *L;        /* the main Lua thread */
    rt_runtime *runtime; /* borrowed */
    rt_loop *loop;       /* borrowed */
    host_strand main;
    host_strand *current;    /* the strand that runs */
    lua_State *running;      /* the Lua thread that runs */
    host_link *chain;        /* innermost first */
    lua_State *driver;       /* the Lua thread on which the main strand waits */
    host_link *driver_chain; /* and its chain */
    bool is_passing;         /* a wait is on its way out through coroutines */
    bool is_closing;         /* nothing may wait any more */
    bool is_steered;         /* steer.h; its strands are picked */
    host_strand *ready_first;
    host_strand *ready_last;
    rt_list updates;           /* of those under way: update.c */
    int resumes;               /* since the loop's last turn */
    rt_list tasks;             /* of host_slot: their tasks have not ended */
    size_t task_count;         /* of them, those that are not daemons */
    rt_message *stuck_records; /* of a deadlock: deadlock.c; owned */
    bool had_deadlock; /* the last error that nobody caught was of that kind */
    bool is_draining;  /* the main strand waits for task_count 0 */
    rt_list idle;      /* of host_slot: kept for the next tasks */
    size_t idle_count;
    size_t slot_count;  /* in `tasks` or `idle` */
    size_t stuck_limit; /* of them: stuck.h makes a check then */
    int64_t stuck_ns;   /* not before that again, at the end */
    int task_metatable; /* in the registry */
    const void *task_metatable_address;
    uint32_t task_number; /* of the last task started */
    /* Set by lib/: a task that is known to other states has ended; its handle
     * is the only value on L's stack. May raise. */
    void (*on_task_end)(lua_State *L, struct host_task *task);
    /* Set by lib/: the strand by which other states know the task, made at the
     * first call; borrowed from the task. Its handle is at `handle`. */
    rt_strand *(*share_task)(lua_State *L, struct host_task *task, int handle);
    /* Set by embed/: os.exit. Does not return. */
    void (*on_exit)(lua_State *L, int status, bool close);
    int64_t key_ns; /* the running strand's; see scheduler.c */
    int64_t shift_ns;
    int64_t lapse_ns;     /* the turn in which a wake was not made up for */
    const void *own_pool; /* it is a worker of that rt_pool; or NULL */
    rt_strand *self;      /* what its main strand is to others; NULL: program */
    rt_post cancel_post;  /* from other threads: cancel the main strand */
    bool is_cancel_posted; /* guarded by self->lock, as is the reason */
    rt_message *cancel_reason;
    /* interrupt.h; what is atomic is read by the monitor. */
    rt_watched watched;
    rt_member member;          /* census.h */
    atomic_uint orders;        /* of host_order: not carried out yet */
    atomic_uint guests;        /* tasks of consoles */
    _Atomic int64_t insist_ns; /* since when the main strand is to hear of a
                                  signal, whatever it is in; 0: it is not */
    atomic_bool is_parked;     /* its thread sleeps, or is about to */
    atomic_bool has_tasks;     /* or has had some */
    _Atomic uint32_t runs;     /* how often a strand began to run */
    _Atomic(const host_strand *) run_strand; /* the last one; only compared */
    _Atomic(const host_bound *) run_above[HOST_ABOVE_MAX]; /* of that one */
    bool has_above;                                        /* there are some */
    _Atomic int64_t press_ns; /* when that one is to be pressed */
    atomic_bool is_gentle;    /* without ending its system calls */
    atomic_bool is_aimed;     /* a hard signal for that one may be on its way */
    bool is_pressing;         /* press_ns is not RT_NEVER */
    _Atomic int64_t step_end_ns; /* scheduler.h: of the step; RT_NEVER: none */
    bool polls; /* looks for orders by itself, as it is sent no signals */
    _Atomic int64_t limit_ns; /* when the first limit passes; limit.c */
    _Atomic(const host_strand *) limit_strand; /* and whom it concerns */
    atomic_uint shields; /* that its strands are in: cancel.h */
    _Atomic(const host_bound *) limit_bound;
    rt_list told;            /* of host_told; guarded by the monitor's lock */
    host_told main_told;     /* by cancel_post */
    int64_t signalled_ns;    /* the monitor's, as are those: the last signal */
    _Atomic int64_t seen_ns; /* since when this one runs: */
    uint32_t seen_run;
    int64_t seen_cpu_ns;        /* of the thread, at that time */
    pid_t tid;                  /* of the thread that runs the state */
    atomic_bool is_blocked;     /* turns.h: what runs sits in the kernel */
    atomic_bool has_told_stall; /* turns.h: of that one */
    _Atomic uintptr_t blocked_stack, blocked_code; /* where: exec/blocked.h */
    _Atomic int64_t quiet_ns;  /* it blocks, and until then no timer of another
                                 strand is due; 0: nobody has looked */
    lua_CFunction *stocks;     /* stock.h; owned, or NULL */
    lua_CFunction *guarded;    /* lib_deny.c; the same */
    unsigned steer_points;     /* since garbage was collected */
    host_strand *steer_victim; /* is to be cancelled */
    int slice_count;           /* instructions, for tests; 0: none */
    bool has_user_hooks;       /* or has had some: userhook.c */
    int64_t cleanup_ns;        /* how long clean-up may take: HOST_CLEANUP_NS */
    rt_list limits;            /* of host_limit */
    int64_t modules_round;     /* modules that `require` has loaded */
    rt_random random;          /* decides what select takes */
    uint64_t seed;             /* of a state that is seeded */
    uint64_t children;         /* threads and processes it has seeded */
    bool is_seeded;            /* its randomness is to be repeatable */
    struct rt_choice *spare_choice; /* lib_select.c; owned, or NULL */
    uint64_t pristine_sum;          /* pristine.c; 0: not noted */
    int pristine_kilobytes;
    int jobs_since_collect;
    size_t object_bytes; /* of the objects its proxies stand for: proxy.h */
    size_t object_limit; /* about twice of what a collection has left */
    host_meter meter;    /* memory.h */
    const char *program; /* how messages of the program begin; "plait" */
    bool is_first;       /* the main state of its runtime */
    struct host_program *owner; /* set in a program's main state: embed/ */
    /* Set with it: plait.finish. Returns the exit status that the program would
     * have now. */
    int (*on_finish)(host_state *host, bool has_failed);
    bool is_adopted;              /* the Lua state is somebody else's */
    lua_Hook outside_hook;        /* outside.h */
    struct host_ticket *ticket;   /* ticket.h; NULL: it has none */
    struct host_signals *signals; /* signals.h; borrowed; NULL: it gets none */
    atomic_bool has_signals;      /* something is to be done about them */
    /* Set with `signals`: does that, on the state's thread; in code that runs
     * now, which is L, or when none does. */
    void (*on_signals)(struct host_state *host, lua_State *L);
};

static inline host_state *host_of(lua_State *L) {
    /* The lowest bit marks a coroutine in flight: coroutine.c. */
    return (host_state *)(*(uintptr_t *)lua_getextraspace(L) & ~(uintptr_t)1);
}

/* Whose it is what runs now starts and opens (ledger.h); 0: nobody's. */
static inline uint32_t host_owner(lua_State *L) {
    const host_strand *strand = host_of(L)->current;
    return strand ? strand->owner : 0;
}

/* A Lua state without libraries, hosted on `loop` (borrowed, as is `runtime`).
 * NULL: out of memory. */
host_state *host_state_new(rt_runtime *runtime, rt_loop *loop);

/* The same for a Lua state that there is already, made by somebody else, with `L`
 * running in it: host->L is its main Lua thread. Coroutines that it has made so far
 * are not known: host_state_know. */
host_state *host_state_adopt(rt_runtime *runtime, rt_loop *loop, lua_State *L);

/* `co` was made before its state was adopted. */
void host_state_know(host_state *host, lua_State *co);

/* Closes the Lua state. No task may be left (host_tasks_abandon). */
void host_state_close(host_state *host);

/* The two parts of that for an adopted one: before its lua_close, and after it. */
void host_state_retire(host_state *host);
void host_state_free(host_state *host);

/* See host_caught: cancel.c. */
void host_caught_cancellation(host_strand *strand);

/* For whatever catches errors for the script: the one that unwound the stack
 * was caught. */
static inline void host_caught(lua_State *L) {
    host_strand *strand = host_of(L)->current;
    if (strand && strand->is_unwinding) host_caught_cancellation(strand);
}

/* Seeds math.random: from the kernel, or from the state's seed if it has one.
 * [-0, +0, raises] */
void host_state_seed(lua_State *L);

/* From here on what is random in the state repeats with `seed`: what select
 * takes, and math.random. [-0, +0, raises] */
void host_state_set_seed(lua_State *L, uint64_t seed);

/* From here on it does not. */
void host_state_unset_seed(host_state *host);

/* A seed for the next thread or process that the state starts: it depends on
 * the state's seed, and on how many there were before. */
uint64_t host_state_child_seed(host_state *host);

/* Keys of the registry; values unique in the process by their address. */
extern const char host_key_failed;  /* set of failed, unreceived tasks */
extern const char host_key_objects; /* weak: rt_object* -> proxy */
extern const char host_key_modules; /* name -> true: loaded by require */
extern const char
    host_key_traceback;            /* {error, traceback} of the main strand */
extern const char host_key_report; /* {error, text} of the program's call */
extern const char host_key_unhandled; /* function of plait.on_unhandled */
extern const char host_key_received;  /* the last error from elsewhere */
extern const char host_key_assert;    /* function for one that fails, or nil */
extern const char host_key_at_end; /* function for the script's end, or nil */

#endif
