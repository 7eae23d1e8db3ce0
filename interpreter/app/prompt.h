/* prompt.h - the prompt, when standard input or output is no terminal: session.h has the
 * other one. */
#ifndef PLAIT_APP_PROMPT_H
#define PLAIT_APP_PROMPT_H

#include "embed/program.h"

/* Reads, runs and prints entries until the input ends. Errors of entries are
 * printed and forgotten. Stack of the main Lua thread: [0, +0, raises] */
void app_prompt_run(host_program *program);

#endif
