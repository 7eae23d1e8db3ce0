/* stock_lua.c - stands in for `lua5.4` where that cannot load the module: under a
 * sanitizer, which has to be there from the program's start. Knows -e, -l, a script
 * with its arguments, LUA_INIT, and SIGINT as the original does. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct command {
    int count;
    char **words;
} command;

static lua_State *interrupted;

static void raise_interrupt(lua_State *L, lua_Debug *ar) {
    (void)ar;
    lua_sethook(L, NULL, 0, 0);
    luaL_error(L, "interrupted!");
}

static void on_interrupt(int number) {
    int mask = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT;
    signal(number, SIG_DFL);
    lua_sethook(interrupted, raise_interrupt, mask, 1);
}

static void set_handler(void (*handler)(int number)) {
    struct sigaction action = {.sa_handler = handler};
    (void)sigaction(SIGINT, &action, NULL);
}

static int add_traceback(lua_State *L) {
    const char *message = lua_tostring(L, 1);
    if (!message && luaL_callmeta(L, 1, "__tostring")) return 1;
    if (!message) message = lua_pushfstring(L, "(error object)");
    luaL_traceback(L, L, message, 1);
    return 1;
}

/* Calls the function below its arguments. */
static int call(lua_State *L, int arguments) {
    int base = lua_gettop(L) - arguments;
    lua_pushcfunction(L, add_traceback);
    lua_insert(L, base);
    set_handler(on_interrupt);
    int status = lua_pcall(L, arguments, 0, base);
    set_handler(SIG_DFL);
    lua_remove(L, base);
    return status;
}

static int report(lua_State *L, int status) {
    if (status == LUA_OK) return 1;
    const char *message = lua_tostring(L, -1);
    fprintf(stderr, "lua5.4: %s\n", message ? message : "(error object)");
    lua_pop(L, 1);
    return 0;
}

static int run_string(lua_State *L, const char *text, const char *name) {
    int status = luaL_loadbuffer(L, text, strlen(text), name);
    return report(L, status == LUA_OK ? call(L, 0) : status);
}

static void make_arguments(lua_State *L, const command *c, int script) {
    lua_newtable(L);
    for (int i = 0; i < c->count; i++) {
        lua_pushstring(L, c->words[i]);
        lua_rawseti(L, -2, i - script);
    }
    lua_setglobal(L, "arg");
}

static int is_option(const char *word) {
    return strcmp(word, "-e") == 0 || strcmp(word, "-l") == 0;
}

static int run_option(lua_State *L, const char *option, const char *text) {
    if (option[1] == 'e') return run_string(L, text, "=(command line)");
    lua_getglobal(L, "require");
    lua_pushstring(L, text);
    if (!report(L, lua_pcall(L, 1, 1, 0))) return 0;
    lua_setglobal(L, text);
    return 1;
}

static int run_script(lua_State *L, const command *c, int script) {
    int status = luaL_loadfile(L, c->words[script]);
    if (status != LUA_OK) return report(L, status);
    for (int i = script + 1; i < c->count; i++) lua_pushstring(L, c->words[i]);
    return report(L, call(L, c->count - script - 1));
}

static int run(lua_State *L) {
    const command *c = lua_touserdata(L, 1);
    const char *init = getenv("LUA_INIT");
    int script = 1;
    lua_settop(L, 0);
    luaL_openlibs(L);
    while (script + 1 < c->count && is_option(c->words[script])) script += 2;
    make_arguments(L, c, script < c->count ? script : 0);
    lua_gc(L, LUA_GCGEN, 0, 0);
    if (init && !run_string(L, init, "=LUA_INIT")) return 0;
    for (int i = 1; i < script; i += 2)
        if (!run_option(L, c->words[i], c->words[i + 1])) return 0;
    if (script < c->count && !run_script(L, c, script)) return 0;
    lua_pushboolean(L, 1);
    return 1;
}

int main(int argc, char **argv) {
    command c = {argc, argv};
    lua_State *L = interrupted = luaL_newstate();
    if (!L) return EXIT_FAILURE;
    lua_pushcfunction(L, run);
    lua_pushlightuserdata(L, &c);
    int status = lua_pcall(L, 1, 1, 0);
    int is_good = lua_toboolean(L, -1);
    (void)report(L, status);
    lua_close(L);
    return is_good && status == LUA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
