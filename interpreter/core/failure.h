/* failure.h - plait's own errors, tracebacks, and errors from elsewhere.
 *
 * An error of plait is a table with the fields `kind` and `message` and those
 * that matter for the kind; its metatable, `plait.Error`, gives tostring. It
 * is made here only. User errors stay the values they are. */
#ifndef HOST_CORE_FAILURE_H
#define HOST_CORE_FAILURE_H

#include <lua.h>

/* Pushes an error; the format is that of lua_pushfstring. [-0, +1, raises
 * memory] */
void host_push_failure(lua_State *L, const char *kind, const char *format, ...);

/* Pushes the error of a cancellation for the reason at that index; 0: none is
 * given. [-0, +1, raises] */
void host_push_cancelled(lua_State *L, int reason);

/* Pushes the error of a cancellation that the error at `index` is the reason for;
 * if that is one itself, it is passed on. [-0, +1, raises] */
void host_push_cancelled_by(lua_State *L, int index);

/* Pushes the error of what was interrupted by Ctrl-C at a prompt, with the place in the
 * script where that is. [-0, +1, raises] */
void host_push_interrupted(lua_State *L);

/* Raises an error whose message begins with the place of the caller (the Lua
 * function that called the running C function). */
int host_raise(lua_State *L, const char *kind, const char *format, ...);

/* Pushes "app.lua:14: ": the place in the script from which the running C
 * function was called, leaving out plait's own Lua modules; "" if unknown. */
void host_push_where(lua_State *L);

/* The kind of the error at `index`; NULL if it is not an error of plait. The
 * string is a constant of the error's table. [-0, +0, -] */
const char *host_failure_kind(lua_State *L, int index);

/* Pushes the metatable plait.Error. */
void host_push_failure_metatable(lua_State *L);

/* Message handler: leaves the error as it is, and keeps its traceback with the
 * running strand. The strand's own cancellation gets none. An error in a __close
 * handler that was called for another one gets the text of that too. */
int host_keep_traceback(lua_State *L);

/* Before a call with that message handler in the main strand. [-0, +0, -] */
void host_forget_traceback(lua_State *L);

/* Pushes the traceback that was kept for the error at `index`, or nil. */
void host_push_kept_traceback(lua_State *L, int index);

/* Remembers that the error at `error` was raised here after it came from
 * another strand, with the text at `text` (string or nil), so that a report of
 * it shows both. [-0, +0, raises memory] */
void host_note_received(lua_State *L, int error, int text);

/* Appends the text that was kept with the error at `index`, if there is one, to
 * that on the top. [-0, +0, raises memory] */
void host_add_received(lua_State *L, int index);

/* Message handlers of the program: leave the error as it is, and keep the text of
 * its report: message, traceback, and what host_note_received kept; or that there
 * is to be none. The first notes whether it was a deadlock. */
int host_report_handler(lua_State *L);
int host_no_report_handler(lua_State *L);

/* Before a call with these. [-0, +0, -] */
void host_forget_report(lua_State *L);

/* After it: replaces the error on the top by the text that was kept for it, nil if
 * it is not to be reported; an error without one stays. */
void host_take_report(lua_State *L);

/* (error) -> the text of the report for an error of memory, for which Lua calls
 * no message handler. */
int host_report_memory(lua_State *L);

/* Pushes the text for the value at `index`, as the program would print it:
 * a string, a number, what __tostring gives, or "(error object is a %s
 * value)", also if __tostring fails. [-0, +1, raises memory] */
const char *host_push_message(lua_State *L, int index);

#endif
