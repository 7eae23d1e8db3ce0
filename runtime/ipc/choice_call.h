/* choice_call.h - the arguments and the answer of RT_CALL_SELECT and
 * RT_CALL_WATCH. For ipc/ only.
 *
 *   SELECT (patience, seed, count, cases) -> (index, status, item)
 *   WATCH  (patience, seed, count, cases) -> (index, status, nil)
 *   case := kind, object, and for SELECT the item if it is to be sent
 *
 * `patience` is how long to wait, in nanoseconds, at home: 0 not at all,
 * RT_PATIENCE_TRY only until what is lent has come back, RT_NEVER for ever. The
 * answer is then RT_EEMPTY; with 0, RT_ELENT if something is lent. `status` is
 * RT_OK or RT_ECLOSED, the item what was received. */
#ifndef RT_IPC_CHOICE_CALL_H
#define RT_IPC_CHOICE_CALL_H

#include "ipc/choice.h"

#define RT_PATIENCE_TRY INT64_C(1)

/* Items stay as they are. Returns: RT_OK; RT_ENOMEMORY, RT_ELIMIT. */
int rt_choice_write(int operation, rt_case *const *cases, size_t count,
                    int64_t patience_ns, uint64_t seed, rt_message **message);

/* The chosen one of these cases from the answer (NULL: there is none); for
 * SELECT its item is what was received, or nil.
 * Returns: RT_OK, RT_ECLOSED; RT_EDAMAGED, RT_ENOMEMORY. */
int rt_choice_read(int operation, const rt_message *answer,
                   rt_case *const *cases, size_t count, rt_case **chosen);

#endif
