/* end.h - the end of a state's main function: its tasks, and reports. */
#ifndef HOST_CORE_END_H
#define HOST_CORE_END_H

#include "core/policy.h"
#include "core/state.h"
#include "core/wait.h"

/* How long strands may take to end once they were cancelled. */
#define HOST_END_GRACE_NS (5 * RT_SECOND)

/* Waits until no task but daemons is left. An interruption ends the waiting
 * with RT_EINTERRUPTED, a cancellation of the main strand with RT_ECANCELLED.
 * Returns: RT_OK, or one of those; RT_ETIMEOUT. [-0, +0, -] */
int host_end_tasks(host_state *host, host_deadline deadline);

/* Cancels the tasks that are left, daemons too, and waits for their ends.
 * Returns: RT_OK, RT_ETIMEOUT, or RT_EINTERRUPTED. [-0, +0, -] */
int host_end_daemons(host_state *host, host_deadline deadline);

/* Cancels all tasks; `reason` is borrowed, or NULL. [-0, +0, -] */
void host_end_cancel(host_state *host, const char *reason);

/* Waits on the main strand, unless it is cancelled or interrupted: parked by
 * the caller on strand->waiter. Returns the status. */
int host_end_wait(host_state *host, host_deadline deadline);

/* Prints every error of a task that nobody received, oldest first, to stderr,
 * with the place of its start and its traceback; returns how many. Calls
 * what plait.on_unhandled set instead, if it is set. [-0, +0, -] */
int host_end_report(host_state *host);

/* Tells of an error that came when one was to be reported: it is on the top, and
 * popped. [-1, +0, raises memory] */
void host_end_complain(lua_State *L);

/* Whether the error at `index` goes without saying, as the program ends by a signal:
 * a child process has died of one. [-0, +0, raises] */
bool host_end_is_expected(lua_State *L, int index);

/* Tells of one: the error and the text below it are at these indexes; kind, name and
 * id of its strand in `about`. */
void host_report_unhandled(lua_State *L, int error, int text,
                           const host_unhandled *about);

/* The same for the task at that index. */
void host_report_task(lua_State *L, int task, int error, int text);

#endif
