/* blocked.h - what the kernel knows of a thread that does not come back. */
#ifndef RT_EXEC_BLOCKED_H
#define RT_EXEC_BLOCKED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { RT_BLOCKED_TEXT = 64 };
typedef char rt_blocked_text[RT_BLOCKED_TEXT];

/* Whether the thread of this process is in a system call: which, as "read", and
 * of what, as "standard input", "descriptor 7" or "". */
bool rt_blocked_look(pid_t tid, rt_blocked_text call, rt_blocked_text object);

/* Where in its code a thread waits for the kernel. */
typedef struct rt_blocked_place {
    uintptr_t stack;
    uintptr_t code; /* after the system call; 0: it does not, or nobody knows */
} rt_blocked_place;

/* Where it waits in a system call that may take long. */
rt_blocked_place rt_blocked_find(pid_t tid);

/* In a signal handler that got `context`: whether it has interrupted the thread
 * in just that system call. */
bool rt_blocked_is_at(rt_blocked_place place, const void *context);

#endif
