/* cmd_test.c - both sides of `plait test` are Lua: lua/test/main.lua, and
 * lua/test/worker.lua for each file of tests, in a process of its own. */
#include "app/cmd_test.h"

#include "app/cmd_help.h"
#include "app/script.h"

/* LUA_INIT is for the tests: the children run it. */
static int run_test(const app_options *options) {
    app_options o = *options;
    o.ignore_environment = true;
    o.script = 1;
    o.part = "test.main";
    return app_script_run(&o);
}

int app_test_child_main(int argc, char **argv) {
    argv[1] = argv[0];
    app_options o = app_options_read(argc - 1, argv + 1);
    if (o.action == APP_REFUSE) return app_help_refuse(&o);
    o.progname = "plait";
    o.part = "test.worker";
    return app_script_run(&o);
}

const app_command app_test_command = {
    .name = "test",
    .usage = "[options] [path[:line]...] [-- args]",
    .summary = "run tests",
    .run = run_test,
};
