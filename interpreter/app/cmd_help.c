/* cmd_help.c - usage, version, and `plait help`. */
#include "app/cmd_help.h"

#include <errno.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "app/help_topics.h"

/* The man page is made of these lines, and completion reads them. */
typedef struct option_help {
    const char *name;
    const char *argument; /* "" if it takes none */
    const char *text;     /* lines of at most 65 columns */
} option_help;

static const option_help option_helps[] = {
    {"-e", "stat", "execute string 'stat'"},
    {"-i", "", "enter interactive mode after executing 'script'"},
    {"-l", "mod", "require library 'mod' into global 'mod'"},
    {"-l", "g=mod", "require library 'mod' into global 'g'"},
    {"-v", "", "show version information"},
    {"-E", "",
     "ignore environment variables; a prompt without start-up file\n"
     "and history"},
    {"-W", "", "turn warnings on"},
    {"--", "", "stop handling options"},
    {"-", "", "stop handling options and execute stdin"},
    {"--seed", "n", "begin with 'n' what is random, so that it repeats"},
    {"--clock", "c",
     "'virtual': sleeps take no time; for tests. 'real': the machine's"},
    {"--preempt", "",
     "take turns: strands that do not wait make way after 10 ms"},
    {"--stall", "s",
     "report what runs for s seconds while others are ready\n"
     "(0.1 unless said; 'off': never)"},
    {"--listen", "path",
     "serve prompts at that Unix socket, for 'plait attach path'"},
    {"--memory", "n", "bytes that each state may have: 64M, 2G; 1M at least"},
    {"--deny", "list",
     "what the script may not do, also in threads and processes:\n"
     "fs, fs-read, fs-write, net, net-connect, net-listen, process,\n"
     "threads, env, native, bytecode, debug, signals, stdio, all;\n"
     "'all,-stdio': all but that"},
    {"--help", "", "show this text and exit"},
    {"--version", "", "show the version of plait and exit"},
    {NULL, NULL, NULL},
};

/* The text stands in column 14, in the next line if the head is too long: two
 * blanks are always between them. */
static void print_option(FILE *file, const option_help *option) {
    char head[64];
    (void)snprintf(head, sizeof head, "%s%s%s", option->name,
                   option->argument[0] ? " " : "", option->argument);
    fprintf(file, strlen(head) < 11 ? "  %-12s" : "  %s\n              ", head);
    for (const char *c = option->text; *c; c++) {
        fputc(*c, file);
        if (*c == '\n') fputs("              ", file);
    }
    fputc('\n', file);
}

static void print_command_usage(FILE *file, const char *progname,
                                const app_command *command) {
    fprintf(file, "%s %s%s%s\n", progname, command->name,
            command->usage[0] ? " " : "", command->usage);
}

static void print_usage(FILE *file, const char *progname) {
    fprintf(file, "usage: %s [options] [script [args]]\n", progname);
    for (size_t i = 0; app_commands[i]; i++) {
        fputs("       ", file);
        print_command_usage(file, progname, app_commands[i]);
    }
    fputs("Available options are:\n", file);
    for (const option_help *o = option_helps; o->name; o++)
        print_option(file, o);
    fputs("Available commands are:\n", file);
    for (size_t i = 0; app_commands[i]; i++)
        fprintf(file, "  %-9s %s\n", app_commands[i]->name,
                app_commands[i]->summary);
}

/* Returns: the exit status after everything was printed. */
static int end_output(const char *progname) {
    if (fflush(stdout) == 0 && !ferror(stdout)) return APP_EXIT_OK;
    fprintf(stderr, "%s: cannot write to standard output: %s\n", progname,
            strerror(errno));
    return APP_EXIT_ERROR;
}

/* The line of Lua comes last: scripts look for it. */
void app_help_print_version(void) {
    puts("plait " PLAIT_VERSION);
    puts(LUA_COPYRIGHT);
    fflush(stdout);
}

int app_help_show_usage(const app_options *options) {
    print_usage(stdout, options->progname);
    return end_output(options->progname);
}

int app_help_show_version(const app_options *options) {
    puts("plait " PLAIT_VERSION " (" LUA_RELEASE ")");
    return end_output(options->progname);
}

int app_help_refuse(const app_options *options) {
    const char *text = options->argv[options->script];
    bool needs_argument = text[1] == 'e' || text[1] == 'l';
    fprintf(stderr, "%s: ", options->progname);
    if (strncmp(text, "--seed", 6) == 0 && (!text[6] || text[6] == '='))
        fprintf(stderr, "'--seed' needs a number, 0 or greater\n");
    else if (strncmp(text, "--stall", 7) == 0 && (!text[7] || text[7] == '='))
        fprintf(stderr, "'--stall' needs a number of seconds, or 'off'\n");
    else if (strncmp(text, "--clock", 7) == 0 && (!text[7] || text[7] == '='))
        fprintf(stderr, "'--clock' needs 'virtual' or 'real'\n");
    else if (strncmp(text, "--listen", 8) == 0 && (!text[8] || text[8] == '='))
        fprintf(stderr, "'--listen' needs the path of a socket\n");
    else if (strncmp(text, "--memory", 8) == 0 && (!text[8] || text[8] == '='))
        fprintf(stderr, "'--memory' needs a size of at least 1M, as 64M\n");
    else if (strncmp(text, "--deny", 6) == 0 && (!text[6] || text[6] == '='))
        fprintf(stderr, "'--deny' needs a list, as 'fs-write,net'\n");
    else if (needs_argument)
        fprintf(stderr, "'%s' needs argument\n", text);
    else
        fprintf(stderr, "unrecognized option '%s'\n", text);
    print_usage(stderr, options->progname);
    return APP_EXIT_USAGE;
}

int app_help_refuse_command(const app_options *options,
                            const app_command *command) {
    fprintf(stderr, "%s: usage: ", options->progname);
    print_command_usage(stderr, options->progname, command);
    return APP_EXIT_USAGE;
}

/* The commands that are told of in a topic of another name. */
static const char *topic_of(const char *name) {
    if (strcmp(name, "repl") == 0) return "prompt";
    return strcmp(name, "ps") == 0 ? "look" : name;
}

static const app_topic *find_topic(const char *name) {
    name = topic_of(name);
    for (const app_topic *t = app_topics; t->name; t++)
        if (strcmp(t->name, name) == 0) return t;
    return NULL;
}

static void list_topics(FILE *file) {
    for (const app_topic *t = app_topics; t->name; t++)
        fprintf(file, "  %-11s %s\n", t->name, t->summary);
}

/* `plait help [topic]` */
static int run_help(const app_options *options) {
    if (options->argc > 3)
        return app_help_refuse_command(options, &app_help_command);
    if (options->argc < 3) {
        print_usage(stdout, options->progname);
        fputs("Topics of help are:\n", stdout);
        list_topics(stdout);
        return end_output(options->progname);
    }
    const app_topic *topic = find_topic(options->argv[2]);
    if (!topic) {
        fprintf(stderr, "%s: no help on '%s'; topics are:\n", options->progname,
                options->argv[2]);
        list_topics(stderr);
        return APP_EXIT_USAGE;
    }
    fputs(topic->text, stdout);
    return end_output(options->progname);
}

const app_command app_help_command = {
    .name = "help",
    .usage = "[topic]",
    .summary = "what plait offers, in short",
    .run = run_help,
};

int app_help_topic(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    for (const app_topic *t = app_topics; t->name; t++) {
        if (strcmp(t->name, name) != 0) continue;
        lua_pushstring(L, t->text);
        return 1;
    }
    return 0;
}
