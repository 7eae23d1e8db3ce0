/* session.h - the prompt at a terminal. */
#ifndef PLAIT_APP_SESSION_H
#define PLAIT_APP_SESSION_H

#include <stdbool.h>

#include "embed/program.h"

/* Runs the user's start-up file, then reads, runs and shows entries until the user
 * leaves; prompt.lua knows what they are. Errors are told, and end nothing.
 * `is_bare`: neither start-up file nor history.
 * Stack of the main Lua thread: [0, +0, raises memory] */
void app_session_run(host_program *program, bool is_bare);

/* Once the program has ended, if app_session_run was called. */
void app_session_finish(void);

#endif
