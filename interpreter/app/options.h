/* options.h - reads the command line as `lua` 5.4 does.
 *
 * Only the shape is checked here. Options that run code (-e, -l) or change
 * the state (-W) are carried out in their order by script.c. */
#ifndef PLAIT_APP_OPTIONS_H
#define PLAIT_APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum app_action {
    APP_RUN,          /* run what the command line names */
    APP_SHOW_HELP,    /* --help */
    APP_SHOW_VERSION, /* --version */
    APP_REFUSE,       /* argv[script] is not an option we know */
} app_action;

typedef struct app_options {
    int argc;
    char **argv;
    const char *progname; /* what messages start with: argv[0] */
    app_action action;
    int script;              /* index of the script; argc: there is none */
    bool interactive;        /* -i */
    bool show_version;       /* -v, or implied by -i */
    bool has_statement;      /* -e */
    bool ignore_environment; /* -E */
    bool preempts;           /* --preempt */
    double stall_s;          /* --stall; negative: off */
    bool is_virtual;         /* --clock virtual */
    const char *listen;      /* --listen: a path; NULL: it does not */
    size_t memory_bytes;     /* --memory; 0: no limit */
    unsigned denied;         /* --deny: of host_denial */
    bool is_seeded;          /* --seed */
    unsigned long long seed;
    const char *part; /* run a part in Lua instead of a script: core/part.h. It
                         gets what follows argv[script]; NULL: none */
} app_options;

/* Reads argv, which is borrowed for as long as the result is used. */
app_options app_options_read(int argc, char **argv);

#endif
