/* main.c - the plait program: a subcommand, or what `lua` would do. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/cmd_attach.h"
#include "app/cmd_help.h"
#include "app/cmd_ps.h"
#include "app/cmd_repl.h"
#include "app/cmd_test.h"
#include "app/script.h"
#include "core/state.h"
#include "embed/program.h"
#include "exec/monitor.h"

const app_command *const app_commands[] = {
    &app_repl_command,
    &app_test_command,
    &app_help_command,
    &app_ps_command,
    &app_attach_command,
    NULL,
};

static const app_command *find_command(const char *name) {
    for (size_t i = 0; app_commands[i]; i++)
        if (strcmp(app_commands[i]->name, name) == 0) return app_commands[i];
    return NULL;
}

/* If a standard descriptor is closed, the next file to be opened would take
 * its number, and print would write into it. So the number is taken, by a
 * descriptor that fails with the same error as a closed one: standard input
 * by one that cannot be read, the others by ones that cannot be written. */
static void keep_standard_descriptors(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
        int taken = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        (void)taken; /* without /dev/null there is nothing to be done */
    }
}

static int run(const app_options *options) {
    switch (options->action) {
    case APP_SHOW_HELP:
        return app_help_show_usage(options);
    case APP_SHOW_VERSION:
        return app_help_show_version(options);
    case APP_REFUSE:
        return app_help_refuse(options);
    case APP_RUN:
        break;
    }
    return app_script_run(options);
}

int main(int argc, char **argv) {
    rt_monitor_prepare();
    if (argc > 1 && strcmp(argv[1], "--plait-worker") == 0)
        return host_worker_main();
    if (argc > 1 && strcmp(argv[1], "--plait-test") == 0)
        return app_test_child_main(argc, argv);
    keep_standard_descriptors();
    app_options options = app_options_read(argc, argv);
    const app_command *command = argc > 1 ? find_command(argv[1]) : NULL;
    return command ? command->run(&options) : run(&options);
}
