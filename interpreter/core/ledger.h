/* ledger.h - who has started and opened what: for tests, each of which is to leave
 * nothing behind (lua/test/run.lua).
 *
 * A strand may have an owner: a number that its tasks, threads and processes get as
 * well. What it opens is written down with the place, and is forgotten when it is
 * collected. Where nobody has an owner this costs nothing.
 *
 * The state's own thread only. */
#ifndef HOST_CORE_LEDGER_H
#define HOST_CORE_LEDGER_H

#include "core/state.h"

typedef struct host_ledger_kind {
    const char *what; /* "listener" */
    bool (*is_open)(const void *userdata);
} host_ledger_kind;

/* The userdata on the top is a handle of that kind, from here on. [-0, +0, raises
 * memory] */
void host_ledger_note(lua_State *L, const host_ledger_kind *kind);

/* The same for those whose userdata begins with a pointer that is NULL once it is
 * closed. */
bool host_ledger_has_pointer(const void *userdata);

/* Pushes a list of {what =, at =, object =}: what the owner has opened, and what is
 * still open; nothing is pushed, and false returned, if there is none. [-0, +?,
 * raises memory] */
bool host_ledger_push(lua_State *L, uint32_t owner);

#endif
