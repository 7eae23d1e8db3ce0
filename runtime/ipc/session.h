/* session.h - all processes of a session: of whoever has led a terminal, also
 * those that a shell has put into groups of their own. */
#ifndef RT_IPC_SESSION_H
#define RT_IPC_SESSION_H

#include <sys/types.h>

/* Kills them with SIGKILL. The leader was not reaped, so that the number is still
 * that of the session. Some that are being started meanwhile may be missed. */
void rt_session_kill(pid_t session);

#endif
