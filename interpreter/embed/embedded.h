/* embedded.h - what a runtime of plait.h is, for the files that carry that out: plait.c,
 * setup.c, chunk.c, drive.c, post.c, op.c. */
#ifndef HOST_EMBED_EMBEDDED_H
#define HOST_EMBED_EMBEDDED_H

#include <pthread.h>

#include "core/wait.h"
#include "embed/states.h"
#include "plait.h"
#include "loop/driver.h"

/* A chunk that was started, until its end was told. */
typedef struct plait_chunk {
    rt_list link; /* in `chunks`, or in `ended` */
    plait *p;
    struct plait_slot *slot;
    rt_waiter waiter; /* for the end of its task */
    int handle;       /* of the task, in the registry */
    plait_done done;  /* or NULL */
    void *data;
    bool is_run;  /* plait_run_* waits for it */
    bool is_told; /* `done` was called */
} plait_chunk;

/* An error, and what owns its strings. */
typedef struct plait_failure {
    plait_error error;
    char *message; /* NULL: that of `error` is a constant */
    char *traceback;
} plait_failure;

/* What plait_cancel finds a chunk by, without a lock. Slots stay where they are and are
 * used again, with a greater id. */
typedef struct plait_slot {
    _Atomic uint64_t id;
    _Atomic uint64_t cancelled; /* the greatest id it was called with */
    plait_chunk *chunk;         /* the owner's, as is the rest */
    struct plait_slot *next_free;
    uint32_t index;
} plait_slot;

enum { PLAIT_PAGES = 18, PLAIT_FIRST_PAGE = 64 }; /* each twice as large */

struct plait {
    host_states states;
    host_state *host; /* the main state */
    lua_State *L;     /* its main Lua thread */
    pthread_t owner;
    int signal;        /* of the config */
    char *helper_path; /* of the config, as is the rest */
    void *data;
    void (*on_write)(void *data, int fd, const char *text, size_t size);
    void (*on_error)(void *data, const plait_error *error);

    /* ---- any thread ---- */
    atomic_int refs;  /* its memory: the owner, holds, operations */
    atomic_int holds; /* plait_hold */
    atomic_int users; /* that are between plait_reach and plait_let_go */
    atomic_bool is_closed;
    atomic_bool is_closing;     /* nothing may be posted any more */
    atomic_bool is_interrupted; /* plait_interrupt was called */
    atomic_int post_count;      /* posts that have not begun */
    rt_post wake;               /* ends the wait of plait_run_* */
    atomic_bool is_wake_posted;
    _Atomic(plait_slot *) pages[PLAIT_PAGES];

    /* ---- the owner's ---- */
    bool is_inside;     /* plait_run_*, plait_step or plait_close runs */
    bool has_started;   /* a chunk, or a post */
    bool was_told;      /* to stop, during plait_run_*; */
    bool has_failed;    /* or its chunk has just done so */
    host_state *before; /* that the thread ran before it came inside */
    rt_driver *driver;  /* NULL: plait_fd was not called */
    rt_list chunks;
    rt_list ended;
    rt_list posted; /* post.c, as is the rest */
    rt_list pending;
    rt_post pump;
    bool is_pumping; /* it is posted */
    plait_slot *free_slots;
    uint32_t slot_count;
    uint64_t last_serial;
    rt_list
        setups; /* setup.c; other threads read it, once a chunk was started */
    plait_failure last; /* for plait_last_error */
    plait_failure run;  /* of plait_run_*, until it returns */
};

/* ---- plait.c ---- */

/* Whether the runtime is not closed. It will not be until plait_let_go, and what other
 * threads may use is there. Any thread, and a signal handler. */
bool plait_reach(plait *p);
void plait_let_go(plait *p);

/* Its memory. Any thread. */
void plait_ref(plait *p);
void plait_unref(plait *p);

/* PLAIT_OK; PLAIT_ERR_THREAD; or, if `is_outside`, PLAIT_ERR_STATE inside of it. */
plait_status plait_check(const plait *p, bool is_outside);

/* The error of plait_last_error; the strings are copied. Returns the status. */
plait_status plait_fail(plait *p, plait_status status, const char *message);

/* The same by the error at `index`, with the traceback at `traceback` (0: none), for the
 * chunk `id` (0: none). [-0, +0, -] */
plait_status plait_fail_by(plait *p, plait_status status, lua_State *L,
                           int index, int traceback, uint64_t id);

/* What `from` has is had by `to`, whose strings are freed. */
void plait_move_failure(plait_failure *to, plait_failure *from);

/* The status of the error at `index`, if it is not due to the chunk. [-0, +0, -] */
plait_status plait_status_of(lua_State *L, int index);

/* Copies a struct of the host's, which begins with its size and may be of an older header
 * or of a newer one; `known` is what is usual. False: it wants what is not known here. */
bool plait_read_struct(void *known, size_t known_size, const void *given);

/* ---- drive.c ---- */

/* The owner begins or ends to run what there is. `is_due`: there is more. */
void plait_come_in(plait *p);
void plait_go_out(plait *p, bool is_due);

/* Something was made ready by the owner, maybe from outside. */
void plait_touch(plait *p);

/* Takes part in all that runs: runs it until nothing is left, or the deadline. Holds
 * count if `heeds_holds`. Returns: RT_OK; RT_ETIMEOUT; RT_ESTUCK: the error is on the
 * top of p->L; RT_EINTERRUPTED: by plait_interrupt, or the chunk has failed. */
int plait_drain(plait *p, host_deadline deadline, bool heeds_holds);

/* If os.exit was called, and all that was cancelled by it has ended, it is past. */
void plait_forget_exit(plait *p);

/* Tells all that runs to stop. */
void plait_stop_all(plait *p, const char *reason);

/* Tells the errors that nobody has received. */
void plait_report(plait *p);

/* ---- chunk.c ---- */

/* Calls `done` for the chunks that have ended. */
void plait_deliver(plait *p);

/* The runtime is closed: what has not ended is told to be cancelled. */
void plait_abandon_chunks(plait *p);
void plait_free_slots(plait *p);

/* Cancels the chunks that plait_cancel has marked. No strand need run. */
void plait_cancel_marked(plait *p);

/* ---- post.c ---- */

/* p->pump.run */
void plait_begin_posts(rt_post *pump);

/* The state is about to be closed: drops what tasks that have not ended were given. */
void plait_abandon_posts(plait *p);

/* ---- setup.c ---- */

/* The runtime, in the registry of its states; no others have it. */
extern const char plait_key;

/* host_states.on_open. */
void plait_set_up(lua_State *L, host_states *states);
void plait_free_setups(plait *p);

#endif
