/* process_parts.h - the parent's record of a child, for process.c and
 * process_link.c. */
#ifndef RT_IPC_PROCESS_PARTS_H
#define RT_IPC_PROCESS_PARTS_H

#include <stdatomic.h>
#include <uv.h>

#include "ipc/hub.h"
#include "ipc/insist.h"
#include "ipc/launch.h"
#include "ipc/packet.h"
#include "ipc/process.h"
#include "ipc/wire.h"

struct gate;

typedef struct process {
    rt_hub *hub;
    rt_strand *strand; /* a reference */
    rt_wire *wire;     /* a reference; NULL: another program */
    rt_hub_member member;
    rt_insist insist; /* with the descriptor, open until this is freed */
    rt_post told;     /* it was cancelled: to the hub's thread */
    uv_poll_t exited;
    rt_timer patience;
    atomic_bool was_cancelled; /* set with the strand's lock held, */
    bool is_told_posted;       /* with this: `told` is in the hub's inbox */
    bool ends_group;           /* the option */
    bool is_finished;          /* the strand is */
    bool is_reaped; /* set with the strand's lock held, by the hub's thread */
    bool is_closed; /* but for `told` */
    bool wire_ended;
    bool is_closing;
    int exit_code; /* as in rt_strand, once reaped */
    int exit_signal;
    rt_error why; /* the wire ended; RT_OK: properly */
    int link; /* our end of what another program has in place of one; or -1 */
    const char *kind; /* of an error that `why` is the message of; or NULL */
    bool is_link_end; /* it was known by the end of the link alone */
    bool is_let_go;   /* set with the strand's lock held, with this: */
    rt_post let_go;   /* to the hub's thread, once */

    /* Until started. */
    rt_launch launch;
    rt_bounds bounds;
    char *path; /* owned */
    int child_fd;
    rt_packet *start; /* in the wire's queue: START with the work */
    rt_post begin;
    struct gate *gate; /* where the starter waits; borrowed */
} process;

/* process.c. On the hub's thread: does what is due after one of the ends. */
void rt_process_settle(process *p);

/* process_link.c. Before the start: duplicates the two ends. Returns: RT_OK, or
 * -errno. */
int rt_process_take_link(process *p, const int link[2]);

/* On the hub's thread: the program has exited. */
void rt_process_end_link(process *p);

#endif
