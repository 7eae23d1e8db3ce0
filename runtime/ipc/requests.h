/* requests.h - the near end of operations on remote objects. For ipc/ only;
 * rt_remote_call is in remote.h. */
#ifndef RT_IPC_REQUESTS_H
#define RT_IPC_REQUESTS_H

#include "ipc/wire.h"

/* The peer answered request `id`. Hub's thread.
 * Owns:    takes `result`.
 * Returns: RT_OK; RT_EDAMAGED: there is no such request, or no longer. */
int rt_requests_answer(rt_wire *wire, uint64_t id, int status,
                       rt_message *result, rt_error *err);

/* Completes all with RT_EDIED: the wire has ended. */
void rt_requests_fail(rt_wire *wire);

/* Sends GONE for `party`; rt_remote_leave. */
int rt_requests_leave(rt_wire *wire, uint64_t party);

#endif
