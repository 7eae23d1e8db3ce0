/* cmd_attach.c - the session of prompt/remote.lua, with a terminal or without. */
#include "app/cmd_attach.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "app/cmd_help.h"
#include "app/session.h"
#include "embed/program.h"
#include "lib/libs.h"

/* The session at the terminal, in the registry. */
static const char session_key;

typedef struct attach {
    host_program *program;
    const char *path;
    char why[400]; /* why it cannot be; "": it can */
} attach;

/* Calls a function of the module with the path and the value on the top, if `has_options`.
 * Raises if there is no connection. [-(0|1), +2, raises] */
static void call_remote(lua_State *L, attach *a, const char *name,
                        bool has_options) {
    lua_getglobal(L, "require");
    lua_pushliteral(L, "plait.prompt.remote");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, name);
    lua_replace(L, -2);
    lua_pushstring(L, a->path);
    if (has_options) lua_rotate(L, -3, -1);
    lua_call(L, has_options ? 2 : 1, 2);
    if (!lua_isnil(L, -2)) return;
    (void)snprintf(a->why, sizeof a->why, "%s", lua_tostring(L, -1));
    lua_error(L);
}

/* app_session.push: also prints the line with which the program greets. */
static void push_remote(lua_State *L, void *context) {
    call_remote(L, context, "connect", true);
    (void)puts(lua_tostring(L, -1));
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &session_key);
}

/* Whether the program has gone without a word. [0, +0, -] */
static bool is_lost(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &session_key);
    lua_getfield(L, -1, "is_lost");
    bool it_is = lua_toboolean(L, -1);
    lua_pop(L, 2);
    return it_is;
}

/* (attach) -> has all gone well */
static int run_attached(lua_State *L) {
    attach *a = lua_touserdata(L, 1);
    host_open_libs(L);
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        app_session session = {
            .push = push_remote, .context = a, .has_history = true};
        app_session_run(a->program, &session);
        lua_pushboolean(L, !is_lost(L));
        return 1;
    }
    call_remote(L, a, "run", false);
    lua_pop(L, 1);
    return 1;
}

/* Returns whether it has failed, or the last entry has. */
static bool run(attach *a, const char *progname) {
    lua_State *L = a->program->host->L;
    lua_pushcfunction(L, run_attached);
    lua_pushlightuserdata(L, a);
    if (host_program_call(L, 1, 1) != LUA_OK) {
        if (a->why[0] == '\0')
            host_program_report(L, progname);
        else
            fprintf(stderr, "%s: %s\n", progname, a->why);
        return true;
    }
    bool has_failed = !lua_toboolean(L, -1);
    lua_pop(L, 1);
    return has_failed;
}

static int run_attach(const app_options *options) {
    if (options->argc != 3 || options->argv[2][0] == '-')
        return app_help_refuse_command(options, &app_attach_command);
    attach a = {.program = host_program_new(), .path = options->argv[2]};
    if (!a.program) {
        fprintf(stderr, "%s: not enough memory\n", options->progname);
        return APP_EXIT_ERROR;
    }
    a.program->host->program = options->progname;
    host_ending_open(a.program, false);
    bool has_failed = run(&a, options->progname);
    int status = host_program_finish(a.program, has_failed);
    app_session_finish();
    host_program_close(a.program, status);
    return status;
}

const app_command app_attach_command = {
    .name = "attach",
    .usage = "PATH",
    .summary = "a prompt inside of a program that runs with --listen PATH",
    .run = run_attach,
};
