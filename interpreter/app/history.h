/* history.h - the entries of earlier sessions, in a file.
 *
 * An entry is a line of it, with \n for the ends of its lines and \\ for \. Sessions
 * that run at once add to the same file, each entry as it is made. The file is its
 * owner's alone, and holds at most APP_HISTORY_LIMIT entries when a session begins.
 *
 * Where it is: $PLAIT_HISTORY; if that is empty, nowhere. Unless it is set,
 * plait/history in $XDG_STATE_HOME, else in ~/.local/state. */
#ifndef PLAIT_APP_HISTORY_H
#define PLAIT_APP_HISTORY_H

enum { APP_HISTORY_LIMIT = 2000 };

/* Calls `visit` with each entry, the oldest first. Says on the standard error if there
 * is a file that cannot be read. */
void app_history_open(void (*visit)(const char *entry));
void app_history_close(void);

/* Adds an entry. If it cannot be written, that is said once. */
void app_history_add(const char *entry);

#endif
