/* calls.h - operations that arrive from a peer. For ipc/ only, hub's thread;
 * rt_call is in remote.h. */
#ifndef RT_IPC_CALLS_H
#define RT_IPC_CALLS_H

#include "ipc/remote.h"
#include "ipc/wire.h"

/* A CALL frame arrived. Owns: takes `arguments`.
 * Returns: RT_OK; RT_EDAMAGED (request number used before, object not
 * granted), RT_ELIMIT (too many under way), RT_ENOMEMORY, with a message. */
int rt_calls_begin(rt_wire *wire, uint64_t request, const uint8_t fields[20],
                   rt_message *arguments, rt_error *err);

/* The peer withdrew `request`, which may have been answered already, for the
 * reason `status`. Returns: RT_OK; RT_EDAMAGED: there never was one, or that is
 * no reason. */
int rt_calls_cancel(rt_wire *wire, uint64_t request, int status, rt_error *err);

/* A strand of the peer ended, or a process behind it, which died if `died` is
 * 1 and not 0. Returns: RT_OK; RT_EDAMAGED. */
int rt_calls_party_gone(rt_wire *wire, uint64_t party, uint8_t died,
                        rt_error *err);

/* The wire has ended: withdraws all calls; then, when their objects were told,
 * tells the homes of what was forwarded that the peer's strands are gone. */
void rt_calls_withdraw(rt_wire *wire);
void rt_calls_forget_parties(rt_wire *wire);

/* Asks another home on behalf of the strand that made `call`; as
 * rt_remote_call. */
int rt_calls_ask(const rt_call *call, rt_object *remote, int operation,
                 rt_message *arguments, rt_waiter *waiter);

/* The `call` of rt_remote: passes on to the object's home. */
void rt_calls_forward(rt_object *object, rt_call *call);

#endif
