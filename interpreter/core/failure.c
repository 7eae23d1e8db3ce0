/* failure.c - the one place where error objects and reports are made. */
#include "core/failure.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <string.h>

#include "core/cancel.h"
#include "core/place.h"
#include "core/state.h"
#include "core/task.h"

#define ERROR_TYPE "plait.Error"

static int error_tostring(lua_State *L) {
    lua_getfield(L, 1, "message");
    return 1;
}

/* "E: " .. err, err .. "": its text, with any value that can be concatenated. */
static int error_concat(lua_State *L) {
    for (int i = 1; i <= 2; i++) {
        if (!host_failure_kind(L, i)) continue;
        lua_getfield(L, i, "message");
        lua_replace(L, i);
    }
    lua_settop(L, 2);
    lua_concat(L, 2);
    return 1;
}

void host_push_failure_metatable(lua_State *L) {
    if (!luaL_newmetatable(L, ERROR_TYPE)) return;
    lua_pushcfunction(L, error_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushcfunction(L, error_concat);
    lua_setfield(L, -2, "__concat");
}

/* [-1 message, +1 error] */
static void make_error(lua_State *L, const char *kind) {
    lua_createtable(L, 0, 3);
    lua_insert(L, -2);
    lua_setfield(L, -2, "message");
    lua_pushstring(L, kind);
    lua_setfield(L, -2, "kind");
    host_push_failure_metatable(L);
    lua_setmetatable(L, -2);
}

void host_push_failure(lua_State *L, const char *kind, const char *format,
                       ...) {
    luaL_checkstack(L, 8, "error object");
    va_list args;
    va_start(args, format);
    lua_pushvfstring(L, format, args);
    va_end(args);
    make_error(L, kind);
}

void host_push_cancelled(lua_State *L, int reason) {
    if (!reason) {
        host_push_failure(L, "cancelled", "cancelled");
        return;
    }
    reason = lua_absindex(L, reason);
    host_push_failure(L, "cancelled", "cancelled: %s",
                      luaL_tolstring(L, reason, NULL));
    lua_remove(L, -2); /* the reason as text */
    lua_pushvalue(L, reason);
    lua_setfield(L, -2, "reason");
}

void host_push_cancelled_by(lua_State *L, int index) {
    const char *kind = host_failure_kind(L, index);
    if (kind && strcmp(kind, "cancelled") == 0)
        lua_pushvalue(L, index);
    else
        host_push_cancelled(L, index);
}

void host_push_interrupted(lua_State *L) {
    lua_Debug ar;
    if (host_place_find(L, 0, &ar))
        host_push_failure(L, "cancelled", "%s:%d: interrupted!", ar.short_src,
                          ar.currentline);
    else
        host_push_failure(L, "cancelled", "interrupted!");
}

void host_push_where(lua_State *L) {
    lua_Debug ar;
    if (host_place_find(L, 1, &ar))
        lua_pushfstring(L, "%s:%d: ", ar.short_src, ar.currentline);
    else
        lua_pushliteral(L, "");
}

int host_raise(lua_State *L, const char *kind, const char *format, ...) {
    luaL_checkstack(L, 8, "error object");
    host_push_where(L);
    va_list args;
    va_start(args, format);
    lua_pushvfstring(L, format, args);
    va_end(args);
    lua_concat(L, 2);
    make_error(L, kind);
    return lua_error(L);
}

const char *host_failure_kind(lua_State *L, int index) {
    index = lua_absindex(L, index);
    if (!lua_istable(L, index) || !lua_getmetatable(L, index)) return NULL;
    luaL_getmetatable(L, ERROR_TYPE);
    const char *kind = NULL;
    if (lua_rawequal(L, -1, -2)) {
        lua_pushliteral(L, "kind");
        lua_rawget(L, index);
        kind = lua_tostring(L, -1);
        lua_pop(L, 1); /* the error keeps it */
    }
    lua_pop(L, 2);
    return kind;
}

/* Pushes the text that came with the error at `index`, or nil. */
static void push_received(lua_State *L, int index) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_received) != LUA_TTABLE)
        return;
    lua_rawgeti(L, -1, 1);
    if (lua_rawequal(L, -1, index))
        lua_rawgeti(L, -2, 2);
    else
        lua_pushnil(L);
    lua_replace(L, -3); /* over the table */
    lua_pop(L, 1);      /* the error */
}

/* Pushes the table where the running strand keeps {error, traceback}; a new
 * one with `is_new`. [-0, +1, raises memory] */
static void push_kept(lua_State *L, bool is_new) {
    host_strand *strand = host_of(L)->current;
    if (!strand || strand->is_main) {
        if (is_new) {
            lua_createtable(L, 2, 0);
            lua_pushvalue(L, -1);
            lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_traceback);
        } else {
            lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_traceback);
        }
        return;
    }
    host_task_push(L, host_task_of(strand));
    if (is_new) {
        lua_createtable(L, 2, 0);
        lua_pushvalue(L, -1);
        host_task_set_extra(L, -3, "kept");
    } else {
        host_task_get_extra(L, -1, "kept");
    }
    lua_remove(L, -2);
}

void host_add_received(lua_State *L, int index) {
    push_received(L, index);
    if (lua_isstring(L, -1)) { /* it has come a longer way */
        lua_pushliteral(L, "\n");
        lua_insert(L, -2);
        lua_concat(L, 3);
    } else {
        lua_pop(L, 1);
    }
}

/* Pushes where the function stands that the innermost protected call has called:
 * the outermost Lua function. */
static void push_outermost(lua_State *L) {
    lua_Debug ar;
    for (int level = host_place_outermost(L);
         level >= 0 && lua_getstack(L, level, &ar); level--) {
        lua_getinfo(L, "S", &ar);
        if (*ar.what == 'C') continue;
        lua_pushfstring(L, " (%s:%d)", ar.short_src, ar.linedefined);
        return;
    }
    lua_pushliteral(L, "");
}

/* What a report of several errors grows to at most, or a little more. */
enum { MAX_REPLACED = 8192 };

/* Appends the text at `text`, of the error that the one on the top has
 * replaced. */
static void add_replaced(lua_State *L, int text) {
    push_outermost(L);
    lua_pushfstring(L,
                    "\nraised in a __close handler%s, in place of this error:",
                    lua_tostring(L, -1));
    lua_remove(L, -2);
    lua_concat(L, 2);
    if (lua_rawlen(L, text) > MAX_REPLACED)
        lua_pushliteral(L, "\n...");
    else
        lua_pushfstring(L, "\n%s", lua_tostring(L, text));
    lua_concat(L, 2);
}

/* A message handler that is called a second time in the same call was called by
 * a __close handler: the first error unwinds the stack, and Lua forgets it. */
int host_keep_traceback(lua_State *L) {
    host_strand *strand = host_of(L)->current;
    bool is_quiet = strand && host_strand_is_cancellation(L, strand, 1);
    luaL_checkstack(L, 12, "error");
    push_kept(L, false);
    if (lua_istable(L, -1)) {
        lua_rawgeti(L, -1, 1);
        bool is_same = lua_rawequal(L, -1, 1); /* it is raised again */
        lua_settop(L, is_same || is_quiet ? 1 : 2);
        if (is_same || is_quiet) return 1;
        const char *message;
        lua_rawgeti(L, 2, 1);
        message = host_push_message(L, 3);
        lua_rawgeti(L, 2, 2);
        if (lua_isstring(L, -1))
            lua_pushfstring(L, "%s\n%s", message, lua_tostring(L, -1));
        else
            lua_pushstring(L, message);
        lua_replace(L, 2);
        lua_settop(L, 2); /* the text of the one before */
    }
    push_kept(L, true);
    lua_pushvalue(L, 1);
    lua_rawseti(L, -2, 1);
    if (!is_quiet) {
        luaL_traceback(L, L, NULL, 1);
        host_add_received(L, 1);
        if (lua_isstring(L, 2)) add_replaced(L, 2);
        lua_rawseti(L, -2, 2);
    }
    lua_settop(L, 1);
    return 1;
}

void host_forget_traceback(lua_State *L) {
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_traceback);
}

void host_push_kept_traceback(lua_State *L, int index) {
    index = lua_absindex(L, index);
    push_kept(L, false);
    bool is_same = false;
    if (lua_istable(L, -1)) {
        lua_rawgeti(L, -1, 1);
        is_same = lua_rawequal(L, -1, index);
        lua_pop(L, 1);
    }
    if (is_same)
        lua_rawgeti(L, -1, 2);
    else /* for want of memory Lua calls no message handler */
        push_received(L, index);
    lua_remove(L, -2);
}

void host_note_received(lua_State *L, int error, int text) {
    error = lua_absindex(L, error);
    text = lua_absindex(L, text);
    if (!lua_isstring(L, text)) return;
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, error);
    lua_rawseti(L, -2, 1);
    lua_pushvalue(L, text);
    lua_rawseti(L, -2, 2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_received);
}

const char *host_push_message(lua_State *L, int index) {
    index = lua_absindex(L, index);
    if (lua_isstring(L, index)) {
        lua_pushvalue(L, index);
        return lua_tostring(L, -1);
    }
    if (luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
        lua_pushvalue(L, index);
        if (lua_pcall(L, 1, 1, 0) == LUA_OK && lua_type(L, -1) == LUA_TSTRING)
            return lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    return lua_pushfstring(L, "(error object is a %s value)",
                           luaL_typename(L, index));
}

/* As `lua` does: what __tostring of the script's own error objects gives is
 * the whole report, unless it came from another strand. */
static bool is_whole_report(lua_State *L) {
    if (lua_isstring(L, 1) || host_failure_kind(L, 1)) return false;
    if (!luaL_callmeta(L, 1, "__tostring")) return false;
    bool is_text = lua_type(L, -1) == LUA_TSTRING;
    push_received(L, 1);
    bool is_whole = is_text && lua_isnil(L, -1);
    lua_pop(L, is_whole ? 1 : 2);
    return is_whole;
}

/* [-0, +1]: the text for the error at 1 */
static void push_report(lua_State *L) {
    const char *kind = host_failure_kind(L, 1);
    host_of(L)->had_deadlock = kind && strcmp(kind, "deadlock") == 0;
    if (is_whole_report(L)) return;
    const char *message = host_push_message(L, 1);
    luaL_traceback(L, L, message, 1);
    host_add_received(L, 1);
}

/* [-1]: the text on the top is what is reported of the error at 1 */
static void keep_report(lua_State *L) {
    lua_createtable(L, 2, 0);
    lua_insert(L, -2);
    lua_rawseti(L, -2, 2);
    lua_pushvalue(L, 1);
    lua_rawseti(L, -2, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_report);
}

/* Pushes the report of the error that was kept last, or nil. Returns whether it is
 * that at `index`. */
static bool push_kept_report(lua_State *L, int index) {
    index = lua_absindex(L, index);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_report) != LUA_TTABLE)
        return false;
    lua_rawgeti(L, -1, 1);
    bool is_same = lua_rawequal(L, -1, index);
    lua_rawgeti(L, -2, 2);
    lua_replace(L, -3); /* over the table */
    lua_pop(L, 1);      /* the error */
    return is_same;
}

/* As host_keep_traceback: __close handlers get the error, and what they raise is
 * reported together with it. */
int host_report_handler(lua_State *L) {
    luaL_checkstack(L, 12, "error");
    lua_settop(L, 1);
    if (!push_kept_report(L, 1)) {
        push_report(L);
        if (lua_isstring(L, 2) &&
            !strstr(lua_tostring(L, -1), lua_tostring(L, 2)))
            add_replaced(L, 2);
        keep_report(L);
    }
    lua_settop(L, 1);
    return 1;
}

int host_no_report_handler(lua_State *L) {
    luaL_checkstack(L, 12, "error");
    lua_settop(L, 1);
    lua_pushnil(L);
    keep_report(L);
    return 1;
}

void host_forget_report(lua_State *L) {
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key_report);
}

void host_take_report(lua_State *L) {
    if (push_kept_report(L, -1))
        lua_replace(L, -2);
    else
        lua_pop(L, 1);
    host_forget_report(L);
}

int host_report_memory(lua_State *L) {
    (void)host_push_message(L, 1);
    host_add_received(L, 1);
    return 1;
}
