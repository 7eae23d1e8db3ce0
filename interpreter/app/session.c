/* session.c - prompt.lua with a terminal.
 *
 * The session, a table, is at the bottom of the stack. Whatever of it is called is
 * called in protected mode, as it may run code of the script (__tostring of a result);
 * the entry itself by app_sigint_call, from here, so that its traceback is the
 * script's. */
#include "app/session.h"

#include <lauxlib.h>
#include <limits.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/editor.h"
#include "app/cmd_help.h"
#include "app/history.h"
#include "app/sigint.h"

enum { AT_SESSION = 1 };

/* For the editor's callback, which has no other way to it. */
static host_program *current;

/* ---- functions of the session ---- */

static int write_to(lua_State *L, FILE *file) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    (void)fflush(stdout);
    (void)fwrite(text, 1, size, file);
    (void)fflush(file);
    return 0;
}

static int write_output(lua_State *L) {
    return write_to(L, stdout);
}

static int write_error(lua_State *L) {
    return write_to(L, stderr);
}

static int columns(lua_State *L) {
    lua_pushinteger(L, app_editor_columns());
    return 1;
}

static bool has_colour(void) {
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    if (no_colour && *no_colour) return false;
    return terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

static int leave(lua_State *L) {
    (void)L;
    app_editor_leave();
    return 0;
}

/* [-0, +1, raises] */
static void make_session(lua_State *L, const app_session *session) {
    static const luaL_Reg functions[] = {
        {"write", write_output}, {"write_error", write_error},
        {"width", columns},      {"topics", app_help_topic},
        {"leave", leave},        {NULL, NULL},
    };
    lua_settop(L, 0);
    luaL_newlib(L, functions);
    lua_pushboolean(L, has_colour());
    lua_setfield(L, -2, "colour");
    session->push(L, session->context);
    lua_settop(L, AT_SESSION);
}

/* app_session.push */
static void push_own(lua_State *L, void *context) {
    (void)context;
    lua_getglobal(L, "require");
    lua_pushliteral(L, "plait.prompt");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "new");
    lua_replace(L, -2);
    lua_insert(L, -2);
    lua_call(L, 1, 1);
}

const app_session app_session_own = {
    .push = push_own,
    .greeting = ".help tells more, Ctrl-D leaves",
    .has_start_file = true,
    .has_history = true,
};

/* Calls a method with the `count` values on the top. Returns: LUA_OK with its results,
 * or the code, with nothing left: the error was told.
 * [-count, +(results|0), -] */
static int call_method(lua_State *L, const char *name, int count, int results) {
    int base = lua_gettop(L) - count + 1;
    lua_getfield(L, AT_SESSION, name);
    lua_insert(L, base);
    lua_pushvalue(L, AT_SESSION);
    lua_insert(L, base + 1);
    int status = app_sigint_call(current, count + 1, results);
    if (status != LUA_OK) host_program_report(L, NULL);
    return status;
}

/* Tells the report on the top. True: the session is to end. [-1, +0, -] */
static bool complain(lua_State *L) {
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return false;
    }
    if (call_method(L, "complain", 1, 1) != LUA_OK) return false;
    bool leaves = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return leaves;
}

/* ---- completion ---- */

/* app_complete */
static char **complete(const char *before, size_t size, size_t *from) {
    lua_State *L = current->host->L;
    int top = lua_gettop(L);
    char **texts = NULL;
    lua_getfield(L, AT_SESSION, "complete");
    lua_pushvalue(L, AT_SESSION);
    lua_pushlstring(L, before, size);
    if (lua_pcall(L, 2, 2, 0) == LUA_OK && lua_istable(L, -1)) {
        size_t count = lua_rawlen(L, -1);
        texts = calloc(count + 1, sizeof *texts);
        *from = (size_t)lua_tointeger(L, -2) - 1;
        for (size_t i = 0; texts && i < count; i++) {
            lua_rawgeti(L, -1, (lua_Integer)i + 1);
            texts[i] = strdup(lua_tostring(L, -1));
            lua_pop(L, 1);
        }
    }
    lua_settop(L, top);
    return texts;
}

/* ---- entries ---- */

/* Pushes the text before a line. */
static const char *push_prompt(lua_State *L, bool is_first) {
    lua_pushboolean(L, is_first);
    if (call_method(L, "prompt", 1, 1) != LUA_OK) lua_pushliteral(L, "> ");
    return lua_tostring(L, -1);
}

/* Pushes a line if there is one; joined to the text at `text`, which it replaces, unless
 * that is 0. */
static app_input read_line(lua_State *L, int text) {
    const char *line;
    size_t size;
    app_input input = app_editor_read(push_prompt(L, text == 0), &line, &size);
    lua_pop(L, 1);
    if (input != APP_INPUT_LINE) return input;
    if (text == 0) {
        lua_pushlstring(L, line, size);
        return input;
    }
    lua_pushvalue(L, text);
    lua_pushliteral(L, "\n");
    lua_pushlstring(L, line, size);
    lua_concat(L, 3);
    lua_replace(L, text);
    return input;
}

/* Calls the functions from `first` to the top in turn, and shows what they return.
 * [-all, +0, -] */
static void run_functions(lua_State *L, int first) {
    int last = lua_gettop(L);
    for (int i = first; i <= last; i++) {
        lua_pushvalue(L, i);
        lua_pushvalue(L, i);
        if (app_sigint_call(current, 0, LUA_MULTRET) != LUA_OK) {
            lua_remove(L, last + 1);
            (void)complain(L);
            break;
        }
        int count = lua_gettop(L) - last;
        if (lua_checkstack(L, LUA_MINSTACK))
            (void)call_method(L, "show", count, 0);
        lua_settop(L, last);
    }
    lua_settop(L, first - 1);
}

typedef enum { ENTRY_DONE, ENTRY_OPEN, ENTRY_LEAVE } entry;

/* Unless it begins with a space, as in a shell. */
static void remember(const char *text) {
    if (strspn(text, " \t\n") > 0 || *text == '\0') return;
    app_editor_remember(text);
    app_history_add(text);
}

/* Reads and runs the text on the top, unless it is open. [0, +0, -] */
static entry take_entry(lua_State *L) {
    int top = lua_gettop(L);
    entry e = ENTRY_DONE;
    lua_getfield(L, AT_SESSION, "read");
    lua_pushvalue(L, AT_SESSION);
    lua_pushvalue(L, top);
    if (app_sigint_call(current, 2, LUA_MULTRET) != LUA_OK) {
        remember(lua_tostring(L, top));
        if (complain(L)) e = ENTRY_LEAVE;
    } else {
        const char *what = lua_tostring(L, top + 1);
        if (strcmp(what, "open") != 0) remember(lua_tostring(L, top));
        if (strcmp(what, "open") == 0)
            e = ENTRY_OPEN;
        else if (strcmp(what, "leave") == 0)
            e = ENTRY_LEAVE;
        else if (strcmp(what, "wrong") == 0)
            (void)complain(L);
        else if (strcmp(what, "run") == 0)
            run_functions(L, top + 2);
    }
    lua_settop(L, top);
    return e;
}

/* Returns false when there are no more. [0, +0, -] */
static bool run_entry(lua_State *L) {
    int text = AT_SESSION + 1;
    app_input input = read_line(L, 0);
    entry e = ENTRY_DONE;
    while (input == APP_INPUT_LINE && (e = take_entry(L)) == ENTRY_OPEN)
        input = read_line(L, text);
    bool is_dropped = input == APP_INPUT_INTERRUPTED;
    if (e == ENTRY_OPEN && input == APP_INPUT_END) {
        lua_pushvalue(L, text);
        if (call_method(L, "read_end", 1, 1) == LUA_OK) (void)complain(L);
        input = APP_INPUT_LINE;
    }
    lua_settop(L, AT_SESSION);
    return is_dropped || (input == APP_INPUT_LINE && e != ENTRY_LEAVE);
}

/* ---- the start and the end ---- */

static void run_file(lua_State *L) {
    char path[PATH_MAX];
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    int size = -1;
    if (config && config[0] == '/')
        size = snprintf(path, sizeof path, "%s/plait/prompt.lua", config);
    else if (home && home[0] == '/')
        size = snprintf(path, sizeof path, "%s/.config/plait/prompt.lua", home);
    if (size < 0 || (size_t)size >= sizeof path || access(path, F_OK) != 0)
        return;
    int status = luaL_loadfile(L, path);
    if (status == LUA_OK) status = app_sigint_call(current, 0, 0);
    if (status != LUA_OK) (void)complain(L);
}

void app_session_run(host_program *program, const app_session *session) {
    lua_State *L = program->host->L;
    current = program;
    make_session(L, session);
    app_sigint_start(program, APP_SIGINT_WAITS);
    int status = app_editor_open(program, complete);
    if (status != RT_OK) {
        app_sigint_stop(program);
        luaL_error(L, "cannot wait for the terminal: %s",
                   rt_status_text(status));
    }
    rt_monitor_poke(program->runtime); /* it hears bells while we wait */
    if (session->greeting) (void)puts(session->greeting);
    if (session->has_history) app_history_open(app_editor_remember);
    if (session->has_start_file) run_file(L);
    while (host_ending_number(program) == 0 && run_entry(L)) continue;
    if (host_ending_number(program) == 0) {
        (void)host_program_report_unhandled(program);
        (void)call_method(L, "tell_left", 0, 0);
    }
    host_ending_take(program, NULL);
    app_history_close();
    app_editor_close();
    app_sigint_stop(program);
    lua_settop(L, 0);
}

void app_session_finish(void) {
    if (current) app_editor_finish();
}
