/* script.c - one run of the program, from the first line of LUA_INIT to the
 * exit status.
 *
 * Order matters: an error is printed before other strands are cancelled, and
 * they are finished before the state is closed. The frame of run_all stays
 * below all chunks, as in `lua`, so that tracebacks end in the same line. */
#include "app/script.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/cmd_help.h"
#include "app/prompt.h"
#include "app/session.h"
#include "core/part.h"
#include "core/policy.h"
#include "core/state.h"
#include "core/steer.h"
#include "core/turns.h"
#include "embed/listen.h"
#include "embed/program.h"
#include "exec/pace.h"
#include "lib/libs.h"

typedef struct run {
    const app_options *options;
    host_program *program;
    host_state *host;
    int status; /* LUA_OK or the code of the error that ended it */
} run;

/* Steps, in the order they happen. */
static int run_all(lua_State *L);
static void prepare(run *r, lua_State *L);
static bool listen_at(run *r);
static bool run_init(run *r, lua_State *L);
static bool run_options(run *r, lua_State *L);
static bool run_script(run *r, lua_State *L);
static bool run_part(run *r, lua_State *L);
static void run_input(run *r, lua_State *L);
static int finish(run *r);

int app_script_run(const app_options *options) {
    run r = {.options = options};
    int exit_status = APP_EXIT_ERROR;
    r.program = host_program_new();
    if (r.program) {
        r.host = r.program->host;
        r.host->program = options->progname;
        host_ending_open(r.program, false);
        exit_status = finish(&r);
        app_session_finish();
        host_program_close(r.program, exit_status);
    } else {
        fprintf(stderr, "%s: cannot create state: not enough memory\n",
                options->progname);
    }
    return exit_status;
}

/* Prints and remembers a failure. Stack: [-1 if it failed, +0] */
static bool check(run *r, lua_State *L, int status) {
    if (status == LUA_OK) return true;
    r->status = status;
    host_program_report(L, r->options->progname);
    return false;
}

/* Runs the chunk that was just loaded, or reports why it was not. */
static bool run_chunk(run *r, lua_State *L, int load_status) {
    if (load_status != LUA_OK) return check(r, L, load_status);
    return check(r, L, host_program_call(L, 0, 0));
}

static int load_file(const run *r, lua_State *L, const char *path) {
    bool is_text = r->options->denied & HOST_DENY_BYTECODE;
    return luaL_loadfilex(L, path, is_text ? "t" : NULL);
}

static bool run_file(run *r, lua_State *L, const char *path) {
    return run_chunk(r, L, load_file(r, L, path));
}

static bool run_string(run *r, lua_State *L, const char *code,
                       const char *name) {
    return run_chunk(r, L, luaL_loadbufferx(L, code, strlen(code), name, "t"));
}

static int finish(run *r) {
    lua_State *L = r->host->L;
    lua_pushcfunction(L, run_all);
    lua_pushlightuserdata(L, r);
    check(r, L, lua_pcall(L, 1, 0, 0));
    return host_program_finish(r->program, r->status != LUA_OK);
}

/* Called in protected mode, with the run. Stack: [0, +0, raises] */
static int run_all(lua_State *L) {
    run *r = lua_touserdata(L, 1);
    lua_settop(L, 0);
    prepare(r, L);
    if (!listen_at(r)) return 0;
    if (!r->options->ignore_environment && !run_init(r, L)) return 0;
    if (!run_options(r, L)) return 0;
    if (r->options->part) {
        run_part(r, L);
        return 0;
    }
    if (r->options->script < r->options->argc && !run_script(r, L)) return 0;
    run_input(r, L);
    return 0;
}

/* Makes the table 'arg': the script at 0, its arguments after it, what was
 * before it at negative indices. Without a script, the program is at 0. */
static void make_arg_table(const app_options *o, lua_State *L) {
    int base = o->script < o->argc ? o->script : 0;
    lua_createtable(L, o->argc - base, base + 1);
    for (int i = 0; i < o->argc; i++) {
        lua_pushstring(L, o->argv[i]);
        lua_rawseti(L, -2, i - base);
    }
    lua_setglobal(L, "arg");
}

/* One of many orders in which its strands may run: plait.test.explore. */
static void open_schedule(run *r, lua_State *L) {
    const char *path = getenv("PLAIT_SCHEDULE");
    if (!path) return;
    bool is_open = host_steer_open(r->host, path);
    (void)unsetenv("PLAIT_SCHEDULE"); /* not for its children */
    if (!is_open) luaL_error(L, "PLAIT_SCHEDULE names no schedule");
}

static void prepare(run *r, lua_State *L) {
    luaL_checkversion(L);
    if (r->options->show_version) app_help_print_version();
    if (r->options->ignore_environment) {
        lua_pushboolean(L, 1); /* the package library looks for this */
        lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
    }
    host_policy *policy = r->host->runtime->policy;
    host_policy_limit_memory(policy, r->options->memory_bytes);
    host_policy_deny(policy, r->options->denied);
    open_schedule(r, L);
    host_open_libs(L);
    if (r->options->is_seeded) host_state_set_seed(L, r->options->seed);
    host_turns_set_stall(r->host->runtime,
                         r->options->stall_s < 0
                             ? RT_NEVER
                             : (int64_t)(r->options->stall_s * 1e9));
    if (r->options->is_virtual) rt_pace_start(r->host->runtime);
    if (r->options->preempts)
        host_turns_set_slice(r->host->runtime, HOST_SLICE_NS);
    make_arg_table(r->options, L);
    lua_gc(L, LUA_GCGEN, 0, 0); /* as `lua` does */
    host_steer_adopt(L);
}

/* Before any code of the user's runs. */
static bool listen_at(run *r) {
    rt_error err;
    const char *path = r->options->listen;
    if (!path ||
        host_listen_open(r->program, path, app_help_topic, &err) == RT_OK)
        return true;
    fprintf(stderr, "%s: --listen: %s\n", r->options->progname, err.message);
    r->status = LUA_ERRRUN;
    return false;
}

static bool run_init(run *r, lua_State *L) {
    const char *name = "=LUA_INIT" LUA_VERSUFFIX;
    const char *init = getenv(name + 1);
    if (!init) {
        name = "=LUA_INIT";
        init = getenv(name + 1);
    }
    if (!init) return true;
    if (init[0] == '@') return run_file(r, L, init + 1);
    return run_string(r, L, init, name);
}

/* -l mod, -l global=mod */
static bool require_module(run *r, lua_State *L, const char *text) {
    const char *equals = strchr(text, '=');
    const char *module = equals ? equals + 1 : text;
    size_t name_size = equals ? (size_t)(equals - text) : strlen(text);
    lua_pushglobaltable(L);
    lua_pushlstring(L, text, name_size);
    lua_getglobal(L, "require");
    lua_pushstring(L, module);
    bool is_loaded = check(r, L, host_program_call(L, 1, 1));
    if (is_loaded) lua_settable(L, -3);
    lua_settop(L, 0);
    return is_loaded;
}

static bool run_options(run *r, lua_State *L) {
    char **argv = r->options->argv;
    for (int i = 1; i < r->options->script; i++) {
        char option = argv[i][0] == '-' ? argv[i][1] : '\0';
        if (option == 'W') lua_warning(L, "@on", 0);
        if (option != 'e' && option != 'l') continue;
        const char *text = argv[i][2] != '\0' ? argv[i] + 2 : argv[++i];
        bool is_done = option == 'e' ? run_string(r, L, text, "=(command line)")
                                     : require_module(r, L, text);
        if (!is_done) return false;
    }
    return true;
}

/* Pushes arg[1] to arg[#arg], which code may have changed by now. */
static int push_arguments(lua_State *L) {
    if (lua_getglobal(L, "arg") != LUA_TTABLE)
        luaL_error(L, "'arg' is not a table");
    int table = lua_gettop(L);
    int count = (int)luaL_len(L, table);
    luaL_checkstack(L, count + 3, "too many arguments to script");
    for (int i = 1; i <= count; i++) lua_rawgeti(L, table, i);
    lua_remove(L, table);
    return count;
}

/* "-" is standard input, unless "--" says it is the name of a file. */
static const char *script_path(const app_options *o) {
    const char *path = o->argv[o->script];
    bool is_input =
        strcmp(path, "-") == 0 && strcmp(o->argv[o->script - 1], "--") != 0;
    return is_input ? NULL : path;
}

/* What the script has left to be done at its end: its tests (lib_test.c). */
static bool run_at_end(run *r, lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_at_end) == LUA_TNIL) {
        lua_pop(L, 1);
        return true;
    }
    if (!check(r, L, host_program_call(L, 0, 1))) return false;
    if (!lua_toboolean(L, -1)) r->status = LUA_ERRRUN;
    lua_pop(L, 1);
    return r->status == LUA_OK;
}

static bool run_script(run *r, lua_State *L) {
    const char *path = script_path(r->options);
    int status = load_file(r, L, path);
    if (status != LUA_OK) return check(r, L, status);
    if (!check(r, L, host_program_call(L, push_arguments(L), 0))) return false;
    return run_at_end(r, L);
}

static bool run_part(run *r, lua_State *L) {
    host_part_push(L, r->options->part);
    return check(r, L, host_program_call(L, push_arguments(L), 0));
}

/* The prompt if it was asked for, else standard input if nothing else was. */
static void run_input(run *r, lua_State *L) {
    const app_options *o = r->options;
    bool has_work = o->script < o->argc || o->has_statement || o->show_version;
    bool is_terminal = isatty(STDIN_FILENO);
    if (!o->interactive && has_work) return;
    if (!o->interactive && !is_terminal) {
        run_file(r, L, NULL);
        return;
    }
    if (!o->show_version) app_help_print_version();
    app_session session = app_session_own;
    if (o->ignore_environment)
        session.has_start_file = session.has_history = false;
    if (is_terminal && isatty(STDOUT_FILENO))
        app_session_run(r->program, &session);
    else
        app_prompt_run(r->program);
}
