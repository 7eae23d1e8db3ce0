/* lookout.h - what the monitor does for a state (exec/monitor.h): it sees what the
 * code that runs there cannot see, gives orders (interrupt.h), and signals the
 * state's thread until they are heard. */
#ifndef HOST_CORE_LOOKOUT_H
#define HOST_CORE_LOOKOUT_H

#include "core/state.h"

/* host->watched.look */
int64_t host_lookout(rt_watched *watched, int64_t now_ns);

/* A post that tells `strand` to stop what it does inside of that bound is about to be
 * sent to its loop: it is heard also if the strand, or another one there, does not
 * wait. Any thread, while the state lives. */
void host_told_add(host_state *host, host_told *told, const host_strand *strand,
                   const host_bound *bound);

/* The post has arrived. Once more is harmless, also after the state's end. */
void host_told_remove(rt_runtime *runtime, host_told *told);

/* The state ends. */
void host_told_clear(host_state *host);

/* rt_loop.urge: a post there concerns the main strand. */
void host_lookout_urge(rt_loop *loop);

#endif
