/* blocked.h - what the kernel knows of a thread that does not come back. */
#ifndef RT_EXEC_BLOCKED_H
#define RT_EXEC_BLOCKED_H

#include <stdbool.h>
#include <sys/types.h>

enum { RT_BLOCKED_TEXT = 64 };
typedef char rt_blocked_text[RT_BLOCKED_TEXT];

/* Whether the thread of this process is in a system call: which, as "read", and
 * of what, as "standard input", "descriptor 7" or "". */
bool rt_blocked_look(pid_t tid, rt_blocked_text call, rt_blocked_text object);

#endif
