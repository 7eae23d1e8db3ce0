/* session.h - the prompt at a terminal. */
#ifndef PLAIT_APP_SESSION_H
#define PLAIT_APP_SESSION_H

#include <stdbool.h>

#include "embed/program.h"

typedef struct app_session {
    /* Replaces a table on the top, options as those of prompt.lua and a function
     * `leave`, which ends the session, by an object with the methods of a session:
     * read, prompt, complete, show, complain, read_end, tell_left. May raise. */
    void (*push)(lua_State *L, void *context);
    void *context;
    const char *greeting; /* NULL: none */
    bool has_start_file;
    bool has_history;
} app_session;

/* Entries run in this program: prompt.lua. */
extern const app_session app_session_own;

/* Runs the user's start-up file, then reads, runs and shows entries until the user
 * leaves; the session knows what they are. Errors are told, and end nothing.
 * Stack of the main Lua thread: [0, +0, raises memory, or what `push` raises] */
void app_session_run(host_program *program, const app_session *session);

/* Once the program has ended, if app_session_run was called. */
void app_session_finish(void);

#endif
