/* scope.h - strands that belong to a block: they fail and are cancelled together, and
 * the block is not left before they have ended.
 *
 * A scope knows its strands that have not ended, of each whether it counts (daemons
 * do not), and those that have failed, in the order in which they did. The first
 * failure, a request, or an error that leaves the block tells all of them to stop,
 * and springs the bound of the block, so that its wait, and every later one, raises.
 *
 * The scope is the state's own; strands of other threads and processes report their
 * ends through the loop. It is freed when nobody refers to it and no report is under
 * way. What uses Lua here is marked; all else cannot fail. */
#ifndef HOST_CORE_SCOPE_H
#define HOST_CORE_SCOPE_H

#include "core/cancel.h"
#include "core/task.h"
#include "exec/strand.h"

/* What told the strands to stop. */
typedef enum {
    HOST_SCOPE_GOES_ON, /* nothing */
    HOST_SCOPE_FAILED,  /* a strand of it has failed */
    HOST_SCOPE_ASKED,   /* s:cancel */
    HOST_SCOPE_LEFT,    /* an error left the block */
    HOST_SCOPE_STOPPED, /* whoever waits for them was to stop */
    HOST_SCOPE_DONE     /* only daemons are left */
} host_scope_cause;

typedef struct host_member {
    rt_list link; /* in one of the scope's lists */
    rt_waiter waiter;
    struct host_scope *scope;
    host_task *task;   /* one of the two is set */
    rt_strand *strand; /* a reference */
    bool is_daemon;
    const host_strand *block; /* whose block it is; only compared */
    host_told told;           /* by its failure */
} host_member;

typedef struct host_scope {
    host_bound bound; /* of the strand whose block it is */
    host_state *host;
    rt_list live;   /* of host_member */
    rt_list failed; /* oldest first */
    rt_list ended;  /* the others: host_scope_take_ended */
    size_t live_count;
    size_t needed; /* of those, the ones that are not daemons */
    size_t out;   /* members that wait for an end, or its report is under way */
    bool is_open; /* somebody refers to it */
    bool has_ended; /* its block was left, and all was waited for */
    host_scope_cause cause;
    int64_t told_ns;         /* when */
    host_strand *stopped_by; /* whose being told to stop told them, or NULL */
    host_strand *closer;     /* who waits for all; NULL: nobody */
    host_member *spare;      /* for the next strand */
    /* Set by lib/: pushes the error that they get; may raise. And what that has in
     * the registry for it. */
    void (*push_error)(lua_State *L, struct host_scope *scope);
    int handles;
} host_scope;

/* Its userdata, made by lib/, is a pointer to it. */
#define HOST_SCOPE_TYPE "plait.scope"

/* A scope for a block of the strand. NULL: out of memory. */
host_scope *host_scope_new(host_strand *strand);

/* Nobody refers to it any more: its strands run on by themselves. Uses Lua.
 * [-0, +0, -] */
void host_scope_drop(lua_State *L, host_scope *scope);

/* Makes room for a strand. NULL: out of memory; else what stands for it from
 * host_scope_add on, and until then belongs to the scope. */
host_member *host_scope_prepare(host_scope *scope);

/* Takes a strand, in the prepared place; one of the two is NULL. If all were told to
 * stop, so is it. */
void host_scope_add(host_scope *scope, host_task *task, rt_strand *strand);

/* Tells all to stop. No effect if they were told. */
void host_scope_tell(host_scope *scope, host_scope_cause cause);

/* Returns: RT_OK: none is left; RT_PENDING: `strand`, parked, is woken when none
 * is left, or when they were told to stop. Tells daemons if only those are left. */
int host_scope_wait(host_scope *scope, host_strand *strand);

/* One that has ended and not failed, which is the caller's to free; or NULL. */
host_member *host_scope_take_ended(host_scope *scope);
void host_member_free(host_member *member);

#endif
