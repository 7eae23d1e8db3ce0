/* left.h - tells, on the standard error, who is there when a program ends all the
 * same: a line for each. On the main thread. */
#ifndef HOST_EMBED_LEFT_H
#define HOST_EMBED_LEFT_H

#include <lua.h>

struct host_program;

/* In code that runs on L, or, with NULL, while no strand runs. */
void host_left_report(struct host_program *program, lua_State *L);

/* In a signal handler that has interrupted a C function: what can be told from
 * there. */
void host_left_report_safely(struct host_program *program);

#endif
