/* held.c - most strands never have a lock, so the list is made at the first. */
#include "core/held.h"

#include "base/alloc.h"
#include "ipc/remote.h"

/* A lock in another process that the strand has asked for. It is kept to the
 * end: the other side may give it while nobody waits any more. */
struct host_visit {
    struct host_visit *next;
    rt_object *remote; /* a reference */
};

void host_held_settle(host_strand *strand) {
    if (!strand->waiting_for) return;
    rt_lock *lock = rt_lock_awaited(&strand->waiter);
    if (lock) rt_lock_abandon(lock, &strand->party, NULL);
}

int host_held_visit(host_strand *strand, rt_object *remote) {
    for (struct host_visit *visit = strand->visits; visit; visit = visit->next)
        if (visit->remote == remote) return RT_OK;
    struct host_visit *visit = rt_alloc(sizeof *visit);
    if (!visit) return RT_ENOMEMORY;
    rt_object_ref(remote); /* until host_held_leave_all */
    visit->remote = remote;
    visit->next = strand->visits;
    strand->visits = visit;
    return RT_OK;
}

void host_held_leave_all(host_strand *strand) {
    for (rt_list *node;
         strand->held.next && (node = rt_list_pop(&strand->held)) != NULL;) {
        rt_lock *lock = rt_container_of(node, rt_lock, held);
        rt_lock_abandon(lock, &strand->party, NULL);
    }
    for (struct host_visit *visit; (visit = strand->visits) != NULL;) {
        strand->visits = visit->next;
        /* No memory for the farewell: the end of the wire stands for it. */
        (void)rt_remote_leave(visit->remote, (uint64_t)(uintptr_t)strand);
        rt_object_unref(visit->remote);
        rt_free(visit);
    }
}
