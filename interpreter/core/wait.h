/* wait.h - how a C function called from Lua waits.
 *
 *     host_strand *strand = host_wait_begin(L, "lock");      may raise
 *     int status = rt_lock_acquire(lock, ..., &strand->waiter);
 *     return host_wait_end(L, strand, status, deadline, acquire_done);
 *
 * begin raises before anything is registered: where Lua cannot be suspended,
 * and when the strand was cancelled. Between begin and end nothing may raise
 * or run Lua. end returns what `finish` returns, now or after the wait: a
 * task yields, the main strand drives the state's tasks meanwhile. */
#ifndef HOST_CORE_WAIT_H
#define HOST_CORE_WAIT_H

#include "core/state.h"

/* When a wait with a time-out ends. */
typedef struct host_deadline {
    int64_t key_ns; /* RT_NEVER: none */
    int64_t due_ns;
} host_deadline;

#define HOST_NO_DEADLINE ((host_deadline){RT_NEVER, RT_NEVER})

/* Pushes the results of a wait that ended with `status` (of the waiter, or
 * what the operation returned at once) and returns their number; may raise.
 * The arguments of the C function are still on the stack. */
typedef int (*host_finish)(lua_State *L, host_strand *strand, int status);

/* `what` names the wait in reports; a constant. */
host_strand *host_wait_begin(lua_State *L, const char *what);

/* Whether host_wait_begin would not raise, for operations that do something else
 * then. */
bool host_can_wait(lua_State *L);

/* The same, whether the strand was cancelled or not. */
bool host_can_suspend(lua_State *L);

/* `status` other than RT_PENDING: there is nothing to wait for. */
int host_wait_end(lua_State *L, host_strand *strand, int status,
                  host_deadline deadline, host_finish finish);

/* ---- operations of several waits ----
 *
 * What has begun must be brought to its end: a lock that was released for the
 * time of a wait is acquired again, whatever that wait came to. Such waits call
 * `finish` with whatever they ended with, RT_ECANCELLED, RT_EINTERRUPTED and
 * RT_ESTUCK too (then the report is on the top of the stack), and it is for the
 * last `finish` to raise that. */

/* For the second wait, and later ones: a strand that was cancelled may begin
 * it. The C function has waited before, so nothing else is refused. */
host_strand *host_wait_go_on(lua_State *L, const char *what);

/* As host_wait_end. A firm wait is not ended by a cancellation. */
typedef enum { HOST_WAIT_OPEN, HOST_WAIT_FIRM } host_wait_kind;
int host_wait_end_any(lua_State *L, host_strand *strand, int status,
                      host_deadline deadline, host_finish finish,
                      host_wait_kind kind);

/* Raises the error of one of those three; else returns. With RT_ESTUCK that is
 * the value on the top of the stack. */
void host_wait_raise(lua_State *L, host_strand *strand, int status);

/* `seconds` from now by the strand's clock, as a deadline. */
host_deadline host_deadline_in(lua_State *L, double seconds);

/* Argument `arg` as a time-out: none or nil is no deadline; else a number of
 * seconds, not negative and not NaN (math.huge is no deadline). Raises. */
host_deadline host_check_timeout(lua_State *L, int arg);

/* The strand's clock: the runtime's, less how late it was woken. */
int64_t host_now(lua_State *L);

/* Whether it is past. */
bool host_is_over(lua_State *L, host_deadline deadline);

/* The results of one that has failed: nil, "timeout"; nil, "closed"; nil, `why`,
 * the number of the error. Raises for RT_ENOMEMORY. [-0, +2|3] */
int host_wait_push_failure(lua_State *L, int status, const char *why);

#endif
