/* outcome.h - messages that the runtime itself makes as a strand's outcome. */
#ifndef RT_EXEC_OUTCOME_H
#define RT_EXEC_OUTCOME_H

#include <sys/types.h>

#include "data/message.h"

struct rt_token;

/* What an error says besides its kind and message; 0 (for exit_code: -1)
 * leaves the field out. */
typedef struct rt_outcome_detail {
    pid_t pid;
    int exit_code;
    int signal;
    const struct rt_token *reason; /* text or a number; NULL: none */
} rt_outcome_detail;

/* The outcome of a strand that failed: an error object {kind =, message =,
 * pid =, exitcode =, signal =} with the metatable `Error` of the module
 * "plait", then nil for the traceback. `detail` may be NULL.
 * NULL: out of memory. */
rt_message *rt_outcome_error(const char *kind, const char *message,
                             const rt_outcome_detail *detail);

/* The outcome of a process that ended before it returned: kind "died", and a
 * sentence like "process 'sum' (pid 7) was killed by signal 9 (Killed)".
 * `name` and `note`, which is added in brackets, may be NULL. */
rt_message *rt_outcome_died(const char *name, const rt_outcome_detail *detail,
                            const char *note);

/* The outcome of what was cancelled: kind "cancelled". A reason (a message of
 * one value; borrowed, may be NULL) that is text or a number is told in the
 * message and is the field `reason`. */
rt_message *rt_outcome_cancelled(const rt_message *reason);

/* One integer. NULL: out of memory. */
rt_message *rt_outcome_int(int64_t value);

#endif
