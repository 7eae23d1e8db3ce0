/* visit.h - asking another process, of the same user, what its strands do; and
 * which ones could be asked. No runtime is needed; what is waited for is waited for
 * with the calling thread. */
#ifndef RT_IPC_VISIT_H
#define RT_IPC_VISIT_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/status.h"
#include "ipc/door.h"

/* Rings at the process and asks it: `to` gets what it says.
 * Returns: RT_OK; -ESRCH (no such process), -EPERM (another user's), RT_EUSAGE
 * (not a plait program), RT_ETIMEOUT (it does not answer), or another code, each
 * with a message. */
int rt_visit(pid_t pid, char request, rt_buffer *to, rt_error *err);

/* A process that can be asked. */
typedef struct rt_neighbour {
    pid_t pid;
    pid_t parent;
    char command[256]; /* its command line, words parted by blanks; cut */
} rt_neighbour;

/* Calls `each` for all plait programs of the user, but for this process and for
 * child processes of such programs, in the order of their numbers.
 * Returns: RT_OK; -errno: /proc cannot be read. */
int rt_visit_list(void (*each)(const rt_neighbour *neighbour, void *context),
                  void *context);

/* Removes the doors of processes that are gone. */
void rt_visit_sweep(void);

#endif
