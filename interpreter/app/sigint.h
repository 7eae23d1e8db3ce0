/* sigint.h - what Ctrl-C does.
 *
 * While code runs, the first one raises "interrupted!" in it, the second one
 * ends the process. At the prompt it can be waited for. At all other times
 * it has its default action. */
#ifndef PLAIT_APP_SIGINT_H
#define PLAIT_APP_SIGINT_H

#include <stdbool.h>

#include "core/state.h"

/* From here to app_sigint_stop, SIGINT interrupts what `host` runs. */
void app_sigint_start(host_state *host);
void app_sigint_stop(void);

/* Whether SIGINT has come since the last app_sigint_start. */
bool app_sigint_came(void);

/* Like host_program_call, and SIGINT interrupts the call. */
int app_sigint_call(host_state *host, int argument_count, int result_count);

/* From here to app_sigint_unwatch, SIGINT makes the returned descriptor
 * readable and does nothing else.
 * Returns: the descriptor, owned by this file; -1: there is none to be had
 *          and SIGINT keeps its default action. */
int app_sigint_watch(void);
void app_sigint_unwatch(void);

/* Ends the process by SIGINT, so that whoever started it sees the cause. */
void app_sigint_die(void);

#endif
