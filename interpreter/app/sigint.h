/* sigint.h - what Ctrl-C does at the prompt, and the other signals of a terminal.
 *
 * What the prompt does stands between app_sigint_enter and app_sigint_leave: there
 * SIGINT cancels the main strand, where it waits or computes, as any other bound that
 * is told to stop (core/cancel.h). If a task keeps the main strand from running, it
 * makes way; if it does so at the next SIGINT again, it is cancelled. While C code does not return, the second SIGINT
 * says so, and the third ends the process. */
#ifndef PLAIT_APP_SIGINT_H
#define PLAIT_APP_SIGINT_H

#include <stdbool.h>

#include "embed/program.h"

/* What SIGINT does while nothing stands between enter and leave. */
typedef enum {
    APP_SIGINT_WAITS, /* for the next enter */
    APP_SIGINT_ENDS   /* the process, by its default action */
} app_sigint_idle;

/* From here to app_sigint_stop, SIGINT does not end the program otherwise. */
void app_sigint_start(host_program *program, app_sigint_idle idle);
void app_sigint_stop(host_program *program);

/* The user has typed something, and was heard. */
void app_sigint_clear(void);

void app_sigint_enter(host_program *program);
/* Whether it has come since. [-0, +0, raises memory] */
bool app_sigint_leave(host_program *program);

/* Like host_program_call, between enter and leave. */
int app_sigint_call(host_program *program, int argument_count,
                    int result_count);

/* From here to app_sigint_unwatch, `on_change` is called on the main thread, while no
 * strand runs or another one does, when the window has another size, or the program
 * is to be stopped (SIGTSTP), which app_sigint_take_* say and forget. */
void app_sigint_watch(host_program *program, void (*on_change)(void));
void app_sigint_unwatch(host_program *program);
bool app_sigint_take_resize(void);
bool app_sigint_take_stop(void);

/* Stops the process, as SIGTSTP does. Returns when it is continued. */
void app_sigint_stop_process(host_program *program);

#endif
