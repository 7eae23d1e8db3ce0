/* task.h - a coroutine with a handle.
 *
 * The host_task is the block of the handle's userdata. While the task lives,
 * its coroutine's stack holds the userdata, and the registry the coroutine.
 * Its user values: 1 the outcome (one result, or a table with n; or the
 * error), 2 what is rarely there (a table: name, callbacks, reason, where). */
#ifndef HOST_CORE_TASK_H
#define HOST_CORE_TASK_H

#include "core/state.h"

typedef struct host_task {
    host_strand strand;
    rt_list link;       /* in host->tasks */
    rt_list waiters;    /* rt_waiter: strands of this state that await it */
    rt_strand *shared;  /* for other states, made when the handle is sent */
    int line;           /* where it was started; the function is in value 3 */
    int result_count;
    int anchor;         /* of its coroutine, in the registry's list */
    uint32_t number;    /* of this state: its id */
    unsigned char state; /* rt_strand_state */
    bool is_daemon;
    bool is_seen;       /* the script could have its coroutine: no reuse */
    bool is_observed;   /* its error was received */
} host_task;

enum { HOST_TASK_OUTCOME = 1, HOST_TASK_EXTRA = 2, HOST_TASK_STARTER = 3, HOST_TASK_VALUES = 3 };

#define HOST_TASK_TYPE "plait.task"

/* Starts a task of the function at `first` and its arguments above, all
 * popped; pushes the handle. [-n, +1, raises memory] */
host_task *host_task_start(lua_State *L, int first);

/* The task at `index`, or NULL. */
host_task *host_task_test(lua_State *L, int index);

static inline bool host_task_ended(const host_task *task) {
    return task->state >= RT_STRAND_DONE;
}

/* Pushes all results of a task that is DONE, returning their number; else
 * raises its error. The handle is at `index`. */
int host_task_results(lua_State *L, int index);

/* Pushes its error / traceback (string or nil). The handle is at `index`. */
void host_task_push_error(lua_State *L, int index);
void host_task_push_traceback(lua_State *L, int index);

/* Pushes the text that stands below an error that came from the task: its
 * number, name, start and traceback. */
void host_task_push_report(lua_State *L, int index);

/* Pushes "file:line" of its start, or nil. */
void host_task_push_started(lua_State *L, int index);

/* Turns the strand that is a task into its task. */
static inline host_task *host_task_of(host_strand *strand) {
    return (host_task *)(void *)strand;
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

/* Ends every task that is left without resuming it: the state closes. */
void host_tasks_abandon(host_state *host);

/* Makes the metatable, without methods (lib/ adds them), and leaves it on the
 * stack. [-0, +1, raises memory] */
void host_task_new_metatable(lua_State *L);

#endif
