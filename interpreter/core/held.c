/* held.c - most strands never have a lock, so the list is made at the first. */
#include "core/held.h"

#include "base/alloc.h"
#include "core/task.h"
#include "ipc/remote.h"

/* A lock in another process that the strand has asked for. It is kept to the
 * end: the other side may give it while nobody waits any more. */
struct host_visit {
    struct host_visit *next;
    rt_object *remote; /* a reference */
};

rt_party host_party(const host_strand *strand) {
    const rt_strand *self = strand->host->self;
    rt_party party = {NULL, (uint64_t)(uintptr_t)strand, "the main strand", 0};
    if (!strand->is_main) {
        party.kind = "task";
        party.id = host_task_of(strand)->number;
    } else if (self && self->kind == RT_STRAND_THREAD) {
        party.kind = "thread";
        party.id = self->object.id;
    }
    return party;
}

void host_held_add(host_strand *strand, rt_lock *lock, bool handed) {
    if (!rt_list_empty(&lock->held)) return; /* re-entered */
    if (!strand->held.next) rt_list_init(&strand->held);
    rt_object_ref(&lock->object); /* until it is unlinked */
    rt_list_push(&strand->held, &lock->held);
    if (handed) rt_lock_describe(lock, host_party(strand));
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
    rt_party party = host_party(strand);
    for (rt_list *node;
         strand->held.next && (node = rt_list_pop(&strand->held)) != NULL;) {
        rt_lock *lock = rt_container_of(node, rt_lock, held);
        rt_lock_abandon(lock, party, NULL);
        rt_object_unref(&lock->object);
    }
    for (struct host_visit *visit; (visit = strand->visits) != NULL;) {
        strand->visits = visit->next;
        /* No memory for the farewell: the end of the wire stands for it. */
        (void)rt_remote_leave(visit->remote, party.strand);
        rt_object_unref(visit->remote);
        rt_free(visit);
    }
}
