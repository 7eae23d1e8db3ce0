/* prompt.c - the prompt where no user sits at a terminal: as that of `lua`. What is
 * read is repeated after the prompt, so that the output reads like a session.
 *
 * An entry is one or more lines. It is complete when it compiles, either as
 * an expression, whose values are printed, or as a statement. It goes on in
 * the next line while one of the two only fails because the text ends. */
#include "embed/program.h"
#include "app/prompt.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "app/sigint.h"

typedef enum entry {
    ENTRY_READY, /* compiled; the function is on the stack */
    ENTRY_WRONG, /* does not compile; the message is on the stack */
    ENTRY_OPEN,  /* needs another line; nothing was pushed */
    ENTRY_END,   /* end of input; nothing was pushed */
} entry;

/* Pushes the prompt, to keep it alive. Stack: [0, +1, raises] */
static const char *push_prompt(lua_State *L, bool is_first) {
    if (lua_getglobal(L, is_first ? "_PROMPT" : "_PROMPT2") == LUA_TNIL) {
        lua_pop(L, 1);
        return lua_pushstring(L, is_first ? "> " : ">> ");
    }
    const char *prompt = luaL_tolstring(L, -1, NULL);
    lua_remove(L, -2);
    return prompt;
}

/* Pushes the next line, without its end, if there is one.
 * Stack: [0, +1 or 0, raises] */
static bool push_line(lua_State *L, bool is_first) {
    (void)fputs(push_prompt(L, is_first), stdout);
    (void)fflush(stdout);
    lua_pop(L, 1);
    luaL_Buffer line;
    luaL_buffinit(L, &line);
    int byte;
    bool is_empty = true;
    while ((byte = getc(stdin)) != EOF && byte != '\n') {
        luaL_addchar(&line, (char)byte);
        is_empty = false;
    }
    luaL_pushresult(&line);
    if (byte == EOF && is_empty) {
        lua_pop(L, 1);
        return false;
    }
    (void)puts(lua_tostring(L, -1));
    return true;
}

/* Pushes the text of an entry as an expression. "=x" is short for
 * "return x", and no statement starts like it. Stack: [0, +1, raises] */
static void push_as_expression(lua_State *L, int text) {
    size_t size;
    const char *code = lua_tolstring(L, text, &size);
    size_t skipped = size > 0 && code[0] == '=' ? 1 : 0;
    lua_pushliteral(L, "return ");
    lua_pushlstring(L, code + skipped, size - skipped);
    lua_concat(L, 2);
}

/* Compiles the string on the top of the stack. Stack: [-1, +1 or 0] */
static entry compile(lua_State *L) {
    static const char end_mark[] = "<eof>";
    const size_t mark_size = sizeof end_mark - 1;
    size_t size;
    const char *code = lua_tolstring(L, -1, &size);
    int status = luaL_loadbufferx(L, code, size, "=stdin", "t");
    lua_remove(L, -2);
    if (status == LUA_OK) return ENTRY_READY;
    const char *message = lua_tolstring(L, -1, &size);
    bool is_open = status == LUA_ERRSYNTAX && size >= mark_size &&
                   strcmp(message + size - mark_size, end_mark) == 0;
    if (!is_open) return ENTRY_WRONG;
    lua_pop(L, 1);
    return ENTRY_OPEN;
}

/* Compiles the text of an entry. Stack: [0, +1 or 0, raises] */
static entry compile_entry(lua_State *L, int text) {
    push_as_expression(L, text);
    entry as_expression = compile(L);
    const char *code = lua_tostring(L, text);
    if (as_expression == ENTRY_READY || code[0] == '=') return as_expression;
    if (as_expression == ENTRY_WRONG) lua_pop(L, 1);
    lua_pushvalue(L, text);
    entry as_statement = compile(L);
    if (as_statement == ENTRY_WRONG && as_expression == ENTRY_OPEN) {
        lua_pop(L, 1);
        return ENTRY_OPEN;
    }
    return as_statement;
}

/* The input has ended inside an entry: pushes what is wrong with it. */
static entry push_open_error(lua_State *L, int text) {
    size_t size;
    const char *code = lua_tolstring(L, text, &size);
    fputc('\n', stdout); /* leaves the line of the prompt */
    fflush(stdout);
    luaL_loadbufferx(L, code, size, "=stdin", "t");
    return ENTRY_WRONG;
}

/* Adds a line to the entry at `text`. Stack: [0, +0, raises] */
static bool read_more(lua_State *L, int text) {
    lua_pushvalue(L, text);
    lua_pushliteral(L, "\n");
    if (!push_line(L, false)) {
        lua_pop(L, 2);
        return false;
    }
    lua_concat(L, 3);
    lua_replace(L, text);
    return true;
}

/* Reads an entry and compiles it. Stack: [0, +1 or 0, raises] */
static entry read_entry(lua_State *L) {
    if (!push_line(L, true)) return ENTRY_END;
    int text = lua_gettop(L);
    entry e = compile_entry(L, text);
    while (e == ENTRY_OPEN)
        e = read_more(L, text) ? compile_entry(L, text)
                               : push_open_error(L, text);
    lua_remove(L, text);
    return e;
}

/* Prints all values from index `first` on with the global print, which may
 * have been replaced. Stack: [-all of them, +0, raises] */
static void print_values(lua_State *L, int first) {
    int count = lua_gettop(L) - first + 1;
    if (count == 0) return;
    luaL_checkstack(L, LUA_MINSTACK, "too many results to print");
    lua_getglobal(L, "print");
    lua_insert(L, first);
    if (lua_pcall(L, count, 0, 0) == LUA_OK) return;
    lua_pushfstring(L, "error calling 'print' (%s)", lua_tostring(L, -1));
    host_program_report(L, NULL);
    lua_settop(L, first - 1);
}

/* Runs the function on the top of the stack. Stack: [-1, +0, raises] */
static void run_entry(host_program *program, lua_State *L) {
    int first = lua_gettop(L);
    int status = app_sigint_call(program, 0, LUA_MULTRET);
    if (status == LUA_OK)
        print_values(L, first);
    else
        host_program_report(L, NULL);
}

void app_prompt_run(host_program *program) {
    lua_State *L = program->host->L;
    rt_monitor_poke(program->runtime); /* it hears bells while a line is read */
    app_sigint_start(program, APP_SIGINT_ENDS);
    entry e;
    while (host_ending_number(program) == 0 &&
           (e = read_entry(L)) != ENTRY_END) {
        if (e == ENTRY_READY)
            run_entry(program, L);
        else if (e == ENTRY_WRONG)
            host_program_report(L, NULL);
    }
    fputc('\n', stdout);
    fflush(stdout);
    host_ending_take(program, NULL);
    app_sigint_stop(program);
}
