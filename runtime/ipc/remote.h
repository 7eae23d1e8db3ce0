/* remote.h - operations on an object that lives in another process.
 *
 * An object lives in the process that created it. Elsewhere it is an
 * rt_remote: its operations become requests on the wire it came by, carried
 * out at home by the object's type (rt_object_type.call), which answers once,
 * now or later. An rt_remote that is sent on to a third process is exported
 * like any object: its own `call` passes requests on. */
#ifndef RT_IPC_REMOTE_H
#define RT_IPC_REMOTE_H

#include "base/object.h"
#include "data/array.h"
#include "data/call.h"
#include "data/message.h"
#include "loop/waiter.h"

/* What call->reply is: answers, exactly once for each call, on the hub's
 * thread. The call is gone after that. If the result cannot be sent (an object
 * in it cannot be used from elsewhere, it is too large) the caller gets that
 * as its status.
 * Owns: takes `result` (may be NULL). */
void rt_call_reply(rt_call *call, int status, rt_message *result);

/* Sends the operation home and parks `waiter`; on completion waiter->status is
 * the reply's status, waiter->message its result (owned by the waiter's
 * owner), or RT_EDIED when the home is gone. The waiter counts as claimed from
 * the start: rt_waiter_cancel says false and nothing else; its deadline, and
 * rt_remote_withdraw, ask the home to withdraw, and the waiter completes by
 * the answer: what was granted before is delivered, not lost. On the waiter's
 * loop, whichever thread drives it. `party` is not 0.
 * Owns:    takes `arguments` (may be NULL) in every case.
 * Returns: RT_PENDING; RT_EDIED; RT_ENOMEMORY; RT_ETYPE (an object cannot be
 *          used from elsewhere); RT_ELIMIT (too large, or too many calls). */
int rt_remote_call(rt_object *remote, int operation, uint64_t party,
                   rt_message *arguments, rt_waiter *waiter);

/* Whether `waiter` is parked by rt_remote_call. On the waiter's loop. */
bool rt_remote_is_waiting(const rt_waiter *waiter);

/* Asks for the end of such a wait: the waiter completes with `status` if the
 * home could withdraw the operation, else by the answer that was under way.
 * On the waiter's loop; more than once is harmless. */
void rt_remote_withdraw(rt_waiter *waiter, int status);

/* Ends such a wait at once, for who cannot wait for the answer, which is dropped
 * when it comes. No effect if it is here already: then the waiter is about to be
 * completed. On the waiter's loop, after rt_remote_withdraw. */
void rt_remote_abandon(rt_waiter *waiter, int status);

/* Tells the home that a strand of this process has ended: what it holds of
 * any object there is abandoned (rt_object_type.peer_gone).
 * Returns: RT_OK, also if the home is gone; RT_ENOMEMORY. */
int rt_remote_leave(rt_object *remote, uint64_t party);

/* The kind of the object it stands for. */
rt_object_kind rt_remote_kind(const rt_object *remote);

/* An Array that came from another process is opened when it comes, so it is no
 * rt_remote unless that failed. Tries again; with a reference in `*array`.
 * Returns: as rt_array_open. Any thread. */
int rt_remote_open_array(rt_object *remote, rt_array **array, rt_error *err);

/* Whether `object` is an rt_remote. */
bool rt_is_remote(const rt_object *object);

#endif
