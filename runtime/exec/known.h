/* known.h - what a process knows of strands that these cannot tell, or do not. */
#ifndef RT_EXEC_KNOWN_H
#define RT_EXEC_KNOWN_H

#include "exec/runtime.h"

/* Each adds records (exec/record.h). Returns: RT_OK; RT_ENOMEMORY. */

/* Of a strand that has not answered, unless it has ended. NULL: the program's main
 * one. `tid`: of its thread in this process; 0: it has none. */
int rt_known_add(rt_message *records, const rt_runtime *runtime,
                 rt_strand *strand, pid_t tid);

/* What a child has told, with the name it has here; what it heard of others goes
 * to `heard`. */
int rt_known_add_child(rt_message *records, rt_message *heard,
                       rt_strand *strand, const rt_message *told);

/* Of the strands of others that wait for a lock of this process, who has it. */
int rt_known_add_heard(rt_message *heard, rt_runtime *runtime);

#endif
