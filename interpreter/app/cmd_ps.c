/* cmd_ps.c - needs no Lua state: it asks the other process, and passes on what that
 * one says. */
#include "app/cmd_ps.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cmd_help.h"
#include "exec/record.h"
#include "ipc/visit.h"

/* Statuses, as help_topics.c tells. */
enum { PS_NO_ANSWER = 1 };

/* ---- output ---- */

static int end_output(const char *progname) {
    if (fflush(stdout) == 0 && !ferror(stdout)) return APP_EXIT_OK;
    fprintf(stderr, "%s: cannot write to standard output: %s\n", progname,
            strerror(errno));
    return APP_EXIT_ERROR;
}

static void put_json_string(const char *text) {
    rt_buffer string;
    rt_buffer_init(&string);
    if (rt_json_add_string(&string, text, strlen(text)) == RT_OK)
        (void)fwrite(string.bytes, 1, string.size, stdout);
    rt_buffer_deinit(&string);
}

/* ---- the list ---- */

typedef struct list {
    bool is_json;
    unsigned count;
} list;

static void print_neighbour(const rt_neighbour *neighbour, void *context) {
    list *l = context;
    l->count++;
    if (!l->is_json) {
        printf("%7d  %s\n", (int)neighbour->pid, neighbour->command);
        return;
    }
    printf("%s\n  {\"pid\": %d, \"parent\": %d, \"command\": ",
           l->count > 1 ? "," : "", (int)neighbour->pid,
           (int)neighbour->parent);
    put_json_string(neighbour->command);
    putchar('}');
}

static int print_list(const char *progname, bool is_json) {
    list l = {.is_json = is_json};
    rt_visit_sweep();
    if (is_json) putchar('[');
    int status = rt_visit_list(print_neighbour, &l);
    if (is_json) puts("\n]");
    if (status) {
        fprintf(stderr, "%s: cannot read /proc: %s\n", progname,
                rt_status_text(status));
        return APP_EXIT_ERROR;
    }
    return end_output(progname);
}

/* ---- one ---- */

static int print_one(const char *progname, pid_t pid, bool is_json) {
    rt_buffer text;
    rt_error err;
    rt_buffer_init(&text);
    rt_visit_sweep();
    int status =
        rt_visit(pid, is_json ? RT_DOOR_JSON : RT_DOOR_TEXT, &text, &err);
    if (status == RT_OK)
        (void)fwrite(text.bytes, 1, text.size, stdout);
    else
        fprintf(stderr, "%s: %s\n", progname, err.message);
    rt_buffer_deinit(&text);
    return status == RT_OK ? end_output(progname) : PS_NO_ANSWER;
}

/* 0: it is no number of a process. */
static pid_t read_pid(const char *text) {
    char *end;
    errno = 0;
    long pid = strtol(text, &end, 10);
    bool is_number = text[0] >= '0' && text[0] <= '9' && *end == '\0';
    return is_number && errno == 0 && pid <= INT_MAX ? (pid_t)pid : 0;
}

/* `plait ps [--json] [PID]` */
static int run_ps(const app_options *options) {
    bool is_json = false;
    const char *number = NULL;
    for (int i = 2; i < options->argc; i++) {
        const char *word = options->argv[i];
        if (strcmp(word, "--json") == 0)
            is_json = true;
        else if (word[0] == '-' || number)
            return app_help_refuse_command(options, &app_ps_command);
        else
            number = word;
    }
    (void)signal(SIGPIPE, SIG_DFL); /* who reads no more wants no more */
    if (!number) return print_list(options->progname, is_json);
    pid_t pid = read_pid(number);
    if (pid != 0) return print_one(options->progname, pid, is_json);
    fprintf(stderr, "%s: '%s' is no number of a process\n", options->progname,
            number);
    return APP_EXIT_USAGE;
}

const app_command app_ps_command = {
    .name = "ps",
    .usage = "[--json] [PID]",
    .summary = "what a running program does, or which ones run",
    .run = run_ps,
};
