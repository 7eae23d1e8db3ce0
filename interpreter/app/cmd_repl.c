/* cmd_repl.c - `plait repl` is `plait -i`. */
#include "app/cmd_repl.h"

#include "app/cmd_help.h"
#include "app/script.h"

static int run_repl(const app_options *options) {
    if (options->argc > 2)
        return app_help_refuse_command(options, &app_repl_command);
    app_options o = *options;
    o.interactive = o.show_version = true;
    o.script = o.argc;
    return app_script_run(&o);
}

const app_command app_repl_command = {
    .name = "repl",
    .usage = "",
    .summary = "interactive prompt, as with -i",
    .run = run_repl,
};
