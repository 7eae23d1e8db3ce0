/* sigint.h - what Ctrl-C does at the prompt.
 *
 * While an entry runs it raises "interrupted!" in it, and comes again while it
 * has not done so yet, it ends the process. While a line is read it can be waited
 * for, as can other signals that end the program. At all other times it has its
 * default action. */
#ifndef PLAIT_APP_SIGINT_H
#define PLAIT_APP_SIGINT_H

#include <stdbool.h>

#include "embed/program.h"

/* From here to app_sigint_stop, SIGINT does not end the program. */
void app_sigint_start(host_program *program);
void app_sigint_stop(host_program *program);

/* Like host_program_call, and SIGINT interrupts the call. */
int app_sigint_call(host_program *program, int argument_count,
                    int result_count);

/* From here to app_sigint_unwatch, SIGINT makes the returned descriptor
 * readable and does nothing else; others make it readable as well.
 * Returns: the descriptor, owned by this file; -1: there is none to be had
 *          and SIGINT keeps its default action. */
int app_sigint_watch(void);
void app_sigint_unwatch(void);

#endif
