/* ledger.h - memory that both ends of a wire see, for the records of loans.
 *
 * A process that is killed has no time to say which of the items lent to it
 * it had handed out: it writes that down before it does (sync/loan.h). The
 * memory is made by the parent and inherited by the child; its size cannot be
 * changed. Nothing in it is believed without being checked. For ipc/ only. */
#ifndef RT_IPC_LEDGER_H
#define RT_IPC_LEDGER_H

#include "sync/loan.h"

enum { RT_LEDGER_RECORDS = 64 };

/* A new file for it. Returns: a descriptor; -errno. */
int rt_ledger_create(void);

/* NULL: it cannot be mapped, or is no ledger. */
rt_loan_record *rt_ledger_map(int fd);
void rt_ledger_unmap(rt_loan_record *records); /* accepts NULL */

#endif
