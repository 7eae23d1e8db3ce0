/* lend.h - the home of a channel lends to the process at the other end of a
 * wire (sync/loan.h). For ipc/ only, hub's thread. */
#ifndef RT_IPC_LEND_H
#define RT_IPC_LEND_H

#include "data/call.h"
#include "ipc/wire.h"

/* rt_call.lend */
void rt_lend(rt_call *call, rt_call_lends what);

/* Frames of the borrower. `rt_lend_fed` takes `message`.
 * Returns: RT_OK; RT_EDAMAGED (it has nothing of that object, or not as much),
 * RT_ENOMEMORY, with a message. */
int rt_lend_fed(rt_wire *wire, uint64_t id, rt_message *message, rt_error *err);
int rt_lend_wanted(rt_wire *wire, uint64_t id, rt_error *err);
int rt_lend_taken(rt_wire *wire, uint64_t id, rt_error *err);
int rt_lend_returned(rt_wire *wire, uint64_t id, uint64_t places,
                     uint64_t items, rt_error *err);

#endif
