/* app.h - what the parts of the plait program share.
 *
 * The program is a thin shell around the library: it reads the command line,
 * runs what it names in one Lua state, and turns the outcome into an exit
 * status. Everything here runs on the main thread. */
#ifndef PLAIT_APP_APP_H
#define PLAIT_APP_APP_H

#include "app/options.h"

/* The statuses this folder decides; the rest come from host_program_finish. */
enum {
    APP_EXIT_OK = 0,
    APP_EXIT_ERROR = 1,
    APP_EXIT_USAGE = 2, /* the command line made no sense */
};

/* A first word of the command line that is not a script. */
typedef struct app_command {
    const char *name;
    const char *usage;   /* what follows the name, "" if nothing */
    const char *summary; /* one line of `plait --help` */
    /* Returns the exit status. `options` holds the whole command line; the
     * arguments of the subcommand start at options->argv[2]. */
    int (*run)(const app_options *options);
} app_command;

/* All subcommands, ends with NULL. In main.c. */
extern const app_command *const app_commands[];

#endif
