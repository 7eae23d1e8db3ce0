/* cmd_help.h - everything the program says about itself. */
#ifndef PLAIT_APP_CMD_HELP_H
#define PLAIT_APP_CMD_HELP_H

#include <lua.h>

#include "app/app.h"

extern const app_command app_help_command;

/* The lines printed by -v and above the prompt, on standard output. */
void app_help_print_version(void);

/* Carry out --help and --version.
 * Returns: the exit status; an error if standard output takes no more. */
int app_help_show_usage(const app_options *options);
int app_help_show_version(const app_options *options);

/* Prints why argv[script] is not an option, and the usage, on standard
 * error. Returns: the exit status. */
int app_help_refuse(const app_options *options);

/* The same for a subcommand whose arguments make no sense. */
int app_help_refuse_command(const app_options *options,
                            const app_command *command);

/* (name) -> the text of that topic of `plait help`, or nothing: a C function of Lua. */
int app_help_topic(lua_State *L);

#endif
