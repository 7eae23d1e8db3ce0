/* prompt.c - a console (core/console.h), and lua/prompt/server.lua, which is told to
 * serve it.
 *
 * The prompt is a userdata that a closure of the Lua side refers to. When that is called,
 * or collected because the state is closed, it is over. */
#include "embed/prompt.h"

#include <lauxlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "core/console.h"
#include "core/failure.h"
#include "lib/lib_console.h"

#define PROMPT_TYPE "plait.handle.prompt"

struct host_prompt {
    host_console *console; /* the handle's; NULL: it is over */
    void (*on_end)(host_prompt *prompt, const char *why, void *context);
    void *context;
};

static void end(host_prompt *prompt, const char *why) {
    if (!prompt->console) return;
    prompt->console = NULL;
    if (prompt->on_end) prompt->on_end(prompt, why, prompt->context);
}

static int prompt_gc(lua_State *L) {
    end(luaL_checkudata(L, 1, PROMPT_TYPE), "the state is closed");
    return 0;
}

/* (why) */
static int on_end(lua_State *L) {
    end(lua_touserdata(L, lua_upvalueindex(1)), lua_tostring(L, 1));
    return 0;
}

static void set_text(lua_State *L, const char *name, const char *text) {
    if (!text) return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

static void set_prompts(lua_State *L, const host_prompt_options *o) {
    lua_createtable(L, 2, 0);
    lua_pushstring(L, o->prompt ? o->prompt : "> ");
    lua_rawseti(L, -2, 1);
    lua_pushstring(L, o->prompt2 ? o->prompt2 : ">> ");
    lua_rawseti(L, -2, 2);
    lua_setfield(L, -2, "prompts");
}

/* The options of server.open; the userdata is at `userdata`. */
static void push_options(lua_State *L, const host_prompt_options *o,
                         int userdata) {
    lua_newtable(L);
    set_text(L, "name", o->name);
    set_text(L, "banner", o->banner);
    set_prompts(L, o);
    lua_pushboolean(L, o->is_terminal);
    lua_setfield(L, -2, "colour");
    struct winsize size = {0};
    if (o->is_terminal && ioctl(o->out_fd, TIOCGWINSZ, &size) == 0 &&
        size.ws_col > 0) {
        lua_pushinteger(L, size.ws_col);
        lua_setfield(L, -2, "columns");
    }
    lua_pushvalue(L, userdata);
    lua_pushcclosure(L, on_end, 1);
    lua_setfield(L, -2, "on_end");
}

static host_prompt *push_userdata(lua_State *L) {
    host_prompt *prompt = lua_newuserdatauv(L, sizeof *prompt, 0);
    *prompt = (host_prompt){.console = NULL};
    if (luaL_newmetatable(L, PROMPT_TYPE)) {
        lua_pushcfunction(L, prompt_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return prompt;
}

typedef struct opening {
    const host_prompt_options *options;
    host_prompt *prompt;
    int status; /* of a descriptor */
} opening;

/* (opening) */
static int open_prompt(lua_State *L) {
    opening *o = lua_touserdata(L, 1);
    host_prompt *prompt = push_userdata(L);
    int userdata = lua_gettop(L);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "plait.prompt.server");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "open");
    host_console **console = host_console_push(L, NULL);
    o->status =
        host_console_open(host_of(L), o->options->in_fd, o->options->out_fd,
                          HOST_CONSOLE_LINES, console);
    if (o->status != RT_OK) return 0;
    push_options(L, o->options, userdata);
    lua_call(L, 2, 0);
    prompt->console = *console; /* nothing fails from here on */
    prompt->on_end = o->options->on_end;
    prompt->context = o->options->context;
    o->prompt = prompt;
    return 0;
}

int host_prompt_open(host_state *host, const host_prompt_options *options,
                     host_prompt **prompt, rt_error *err) {
    lua_State *L = host->running ? host->running : host->L;
    opening o = {.options = options};
    lua_pushcfunction(L, open_prompt);
    lua_pushlightuserdata(L, &o);
    int status = lua_pcall(L, 1, 0, 0);
    if (status != LUA_OK) {
        int code = status == LUA_ERRMEM ? RT_ENOMEMORY : RT_EUSAGE;
        code = rt_error_set(err, code, "cannot open a prompt: %s",
                            host_push_message(L, -1));
        lua_pop(L, 2);
        return code;
    }
    if (o.status != RT_OK)
        return rt_error_set(err, o.status, "cannot open a prompt: %s",
                            rt_status_text(o.status));
    *prompt = o.prompt;
    return RT_OK;
}

void host_prompt_close(host_prompt *prompt) {
    if (prompt->console) host_console_end(prompt->console);
}
