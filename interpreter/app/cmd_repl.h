/* cmd_repl.h - `plait repl`. */
#ifndef PLAIT_APP_CMD_REPL_H
#define PLAIT_APP_CMD_REPL_H

#include "app/app.h"

extern const app_command app_repl_command;

#endif
