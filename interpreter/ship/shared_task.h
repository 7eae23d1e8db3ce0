/* shared_task.h - tasks whose handles went to other states. */
#ifndef HOST_SHIP_SHARED_TASK_H
#define HOST_SHIP_SHARED_TASK_H

#include "core/state.h"

/* Sets on_task_end and share_task of the state. */
void host_shared_task_set_up(host_state *host);

#endif
