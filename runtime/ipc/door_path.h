/* door_path.h - where the door of a program is: a socket in a directory that only
 * its user can enter. */
#ifndef RT_IPC_DOOR_PATH_H
#define RT_IPC_DOOR_PATH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/status.h"

enum { RT_DOOR_PATH = 108 }; /* of struct sockaddr_un */

/* The directory for such sockets: "plait" in `runtime_dir` (what the variable
 * XDG_RUNTIME_DIR says; NULL: nothing), or, if that is of no use, /tmp/plait-UID.
 * With `makes` it is made if it is missing. It is checked: a directory, no link,
 * the user's own, closed to all others.
 * Returns: RT_OK; -ENOENT (it is missing); another code, with a message that says
 * what is wrong with it. */
int rt_door_directory(const char *runtime_dir, bool makes,
                      char path[RT_DOOR_PATH], rt_error *err);

/* The socket of the process in that directory. Returns: RT_OK; RT_ELIMIT. */
int rt_door_socket(const char *directory, pid_t pid, char path[RT_DOOR_PATH]);

#endif
