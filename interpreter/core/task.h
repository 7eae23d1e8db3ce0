/* task.h - a coroutine with a handle.
 *
 * A task is two things. Its slot is the strand and the coroutine it runs on;
 * slots are used again and again. Its handle, a userdata, is what the script
 * has, and what is left when the task has ended. While the task lives, its
 * coroutine's stack holds the handle, and the registry the coroutine.
 *
 * The handle's user values: 1 the function that started the task, and once it
 * has ended its outcome (one result, or a table of them; or the error); 2 what
 * is rarely there (a table: name, traceback, cancel, starter, shared). */
#ifndef HOST_CORE_TASK_H
#define HOST_CORE_TASK_H

#include "core/state.h"
#include "core/wait.h"

struct host_slot;
struct host_task_limit;

typedef struct host_task {
    struct host_slot *slot; /* NULL once it has ended */
    rt_list waiters;        /* rt_waiter: strands of this state that await it */
    rt_strand *shared;      /* for other states, made when the handle is sent */
    int line;               /* where it was started */
    int result_count;
    uint32_t number;     /* of this state: its id */
    uint32_t owner;      /* as in host_strand */
    unsigned char state; /* rt_strand_state */
    bool is_daemon;
    bool is_guest;    /* of a console: the program does not wait for it */
    bool is_observed; /* its error was received */
    bool was_late;    /* it was told to stop by its limit */
} host_task;

typedef struct host_slot {
    host_strand strand; /* strand.L is the coroutine */
    host_task *task;
    rt_list link;                  /* in host->tasks */
    struct host_task_limit *limit; /* owned; NULL: it has none */
} host_slot;

enum { HOST_TASK_OUTCOME = 1, HOST_TASK_EXTRA = 2, HOST_TASK_VALUES = 2 };

#define HOST_TASK_TYPE "plait.task"

/* Starts a task of the function at `first` and its arguments above, all
 * popped; pushes the handle. [-n, +1, raises memory] */
host_task *host_task_start(lua_State *L, int first);

/* The task at `index`, or NULL. */
host_task *host_task_test(lua_State *L, int index);

/* Whether the end of the program waits for it. */
static inline bool host_task_counts(const host_task *task) {
    return !task->is_daemon && !task->is_guest;
}

void host_task_make_daemon(host_task *task);

/* What a daemon starts to help it is one, too. */
void host_task_inherit(host_task *task, const host_task *starter);

static inline bool host_task_ended(const host_task *task) {
    return task->state >= RT_STRAND_DONE;
}

/* Returns: RT_OK if it has ended; else RT_PENDING: `waiter`, of the same state,
 * is parked. */
int host_task_wait(host_task *task, rt_waiter *waiter);

/* The task that `waiter` is parked for; NULL: it waits for something else. */
host_task *host_task_awaited(const rt_waiter *waiter);

/* How a select waits for a task of the own state. */
extern const struct rt_selectable host_task_selectable;

/* Pushes all results of a task that is DONE, returning their number; else
 * raises its error. The handle is at `index`. */
int host_task_results(lua_State *L, int index);

/* Pushes its error / traceback (string or nil). The handle is at `index`. */
void host_task_push_error(lua_State *L, int index);
void host_task_push_traceback(lua_State *L, int index);

/* Pushes the text that stands below an error that came from the task: its
 * number, name, start and traceback. */
void host_task_push_report(lua_State *L, int index);

/* The task at `index` has just been started by a part of plait in Lua: where it
 * was started is the line of the script that called that. [-0, +0, -] */
void host_task_place(lua_State *L, int index);

/* Pushes "file:line" of its start, or nil. */
void host_task_push_started(lua_State *L, int index);

/* The task that a strand runs, which is not the main one. */
static inline host_task *host_task_of(const host_strand *strand) {
    return ((const host_slot *)(const void *)strand)->task;
}

/* Takes the running task's coroutine out of reuse: the script has seen it. */
static inline void host_task_mark_seen(host_strand *strand) {
    strand->is_seen = true;
}

/* Field `name` of the rarely used values; set pops the value at the top. */
int host_task_get_extra(lua_State *L, int index, const char *name);
void host_task_set_extra(lua_State *L, int index, const char *name);

/* Pushes the handle of the running task, or nil in the main strand. */
void host_task_push_current(lua_State *L);

/* Pushes the handle of the task `task`, which is alive. */
void host_task_push(lua_State *L, host_task *task);

/* Its error was received, and is not reported at the end. */
void host_task_observe(lua_State *L, int index);

/* Resumes it: called by the scheduler alone. `L`: who drives. */
void host_task_resume(lua_State *L, host_task *task);

/* Asks it to stop. `reason` is a value at that index, or 0. */
void host_task_cancel(lua_State *L, host_task *task, int reason);

/* The task, which has no limit yet, is told to stop at that time, `seconds` after
 * it was started; its handle says whether it was. Returns: RT_OK, RT_ENOMEMORY. */
int host_task_set_limit(host_task *task, host_deadline deadline,
                        double seconds);

/* For task.c: the task of the slot, which has a limit, has ended. */
void host_task_end_limit(host_slot *slot);

/* Ends every task that is left without resuming it: the state closes. */
void host_tasks_abandon(host_state *host);

/* Makes the metatable, without methods (lib/ adds them), and leaves it on the
 * stack. [-0, +1, raises memory] */
void host_task_new_metatable(lua_State *L);

#endif
