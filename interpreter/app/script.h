/* script.h - runs what the command line names, in a Lua state made for it. */
#ifndef PLAIT_APP_SCRIPT_H
#define PLAIT_APP_SCRIPT_H

#include "app/options.h"

/* LUA_INIT, then -e and -l in their order, then the script, then the prompt
 * or standard input; then waits for what was started.
 * Returns: the exit status. Does not return if a signal ended the script:
 *          the process dies of it, after all clean-up. */
int app_script_run(const app_options *options);

#endif
