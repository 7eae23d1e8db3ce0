/* held.c - most strands never have a lock, so the list is made at the first. */
#include "core/held.h"

#include "core/steer.h"

#include "base/alloc.h"
#include "ipc/remote.h"

/* A lock in another process that the strand has, or is asking for: what is
 * there in the end, the other side may have given to nobody. */
struct host_visit {
    struct host_visit *next;
    rt_object *remote; /* a reference */
    uint32_t count;    /* visits without a departure */
};

void host_held_settle(host_strand *strand) {
    if (!strand->waiting_for) return;
    rt_lock *lock = rt_lock_awaited(&strand->waiter);
    if (lock) rt_lock_abandon(lock, host_party(strand), NULL);
}

/* Few: those that the strand has at the same time. */
static struct host_visit **find_visit(host_strand *strand,
                                      const rt_object *remote) {
    struct host_visit **at = &strand->visits;
    while (*at && (*at)->remote != remote) at = &(*at)->next;
    return at;
}

int host_held_visit(host_strand *strand, rt_object *remote) {
    strand = strand->acts_for;
    struct host_visit *visit = *find_visit(strand, remote);
    if (visit) {
        visit->count++;
        return RT_OK;
    }
    visit = rt_alloc(sizeof *visit);
    if (!visit) return RT_ENOMEMORY;
    rt_object_ref(remote); /* until free_first */
    *visit = (struct host_visit){strand->visits, remote, 1};
    strand->visits = visit;
    return RT_OK;
}

static void free_first(struct host_visit **at) {
    struct host_visit *visit = *at;
    *at = visit->next;
    rt_object_unref(visit->remote);
    rt_free(visit);
}

void host_held_depart(host_strand *strand, rt_object *remote) {
    struct host_visit **at = find_visit(strand->acts_for, remote);
    if (*at && --(*at)->count == 0) free_first(at);
}

void host_held_leave_all(host_strand *strand) {
    unsigned count = 0;
    for (rt_list *node;
         strand->held.next && (node = rt_list_pop(&strand->held)) != NULL;
         count++) {
        rt_lock *lock = rt_container_of(node, rt_lock, held);
        rt_lock_abandon(lock, &strand->party, NULL);
    }
    if (strand->host->is_steered)
        host_steer_count_abandoned(strand->host, count);
    while (strand->visits) {
        /* No memory for the farewell: the end of the wire stands for it. */
        (void)rt_remote_leave(strand->visits->remote,
                              (uint64_t)(uintptr_t)strand);
        free_first(&strand->visits);
    }
}
