/* limit.h - a bound that is sprung at a moment: deadlines and time-outs.
 *
 * The monitor knows of the first limit of a state, so that it comes true for code
 * that does not wait as well (interrupt.h). The state's own thread only. */
#ifndef HOST_CORE_LIMIT_H
#define HOST_CORE_LIMIT_H

#include "core/cancel.h"
#include "core/wait.h"

typedef struct host_limit {
    rt_list link; /* in host->limits */
    rt_timer timer;
    host_bound *bound; /* borrowed */
    host_state *host;
    bool has_sprung; /* it was this that sprang the bound */
} host_limit;

/* Starts it. `limit` need not be initialized, and stays where it is until it is
 * stopped. Returns: RT_OK; RT_ENOMEMORY. */
int host_limit_start(host_limit *limit, host_bound *bound,
                     host_deadline deadline);

/* Once more, or after it has passed, is harmless. */
void host_limit_stop(host_limit *limit);

#endif
