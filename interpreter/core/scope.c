/* scope.c */
#include "core/scope.h"

#include "base/alloc.h"
#include "core/lookout.h"

static void stop_block(host_bound *bound);

host_scope *host_scope_new(host_strand *strand) {
    host_scope *scope = rt_calloc(sizeof *scope);
    if (!scope) return NULL;
    scope->host = strand->host;
    scope->is_open = true;
    rt_list_init(&scope->live);
    rt_list_init(&scope->failed);
    rt_list_init(&scope->ended);
    host_bound_enter(strand, &scope->bound, HOST_BOUND_BLOCK);
    scope->bound.pass_on = stop_block;
    return scope;
}

void host_member_free(host_member *member) {
    if (member && member->strand) rt_object_unref(&member->strand->object);
    rt_free(member);
}

static void free_all(rt_list *list) {
    for (rt_list *node; (node = rt_list_pop(list));)
        host_member_free(rt_container_of(node, host_member, link));
}

static void release(host_scope *scope) {
    if (scope->is_open || scope->out > 0) return;
    free_all(&scope->failed);
    free_all(&scope->ended);
    host_member_free(scope->spare);
    rt_free(scope);
}

/* ---- telling ---- */

/* host_bound.make: of the block, and of the tasks that were told. */
static void make_error(lua_State *L, host_bound *bound) {
    host_scope *scope = bound->maker;
    scope->push_error(L, scope);
}

static void tell_member(host_member *member) {
    if (member->strand) {
        rt_strand_cancel(member->strand, NULL);
        return;
    }
    /* It has ended, and is about to be noted; or the state closes. */
    if (!member->task->slot) return;
    host_bound *root = &member->task->slot->strand.root;
    if (root->is_sprung) return;
    root->make = make_error;
    root->maker = member->scope;
    host_bound_spring(root);
}

static void wake_closer(host_scope *scope) {
    if (scope->closer) (void)rt_waiter_cancel(&scope->closer->waiter, RT_OK);
}

void host_scope_tell(host_scope *scope, host_scope_cause cause) {
    if (scope->cause != HOST_SCOPE_GOES_ON) return;
    scope->cause = cause;
    scope->told_ns = rt_loop_now(scope->host->loop);
    for (rt_list *node = scope->live.next; node != &scope->live;
         node = node->next)
        tell_member(rt_container_of(node, host_member, link));
    scope->bound.make = make_error;
    scope->bound.maker = scope;
    host_bound_spring(&scope->bound);
    wake_closer(scope);
}

static void stop_for(host_scope *scope, host_strand *strand) {
    if (scope->cause != HOST_SCOPE_GOES_ON) return;
    scope->stopped_by = strand;
    host_scope_tell(scope, HOST_SCOPE_STOPPED);
}

/* host_bound.pass_on: the strand is in the block. */
static void stop_block(host_bound *bound) {
    stop_for(rt_container_of(bound, host_scope, bound), bound->strand);
}

/* host_strand.pass_on: the strand waits for all. */
static void stop_all(host_strand *strand) {
    stop_for(strand->wait_target, strand);
}

/* ---- ends ---- */

static void note_end(host_member *member) {
    host_scope *scope = member->scope;
    rt_strand_state state = member->task ? (rt_strand_state)member->task->state
                                         : rt_strand_get_state(member->strand);
    rt_list_unlink(&member->link);
    scope->live_count--;
    if (!member->is_daemon) scope->needed--;
    bool has_failed = state == RT_STRAND_FAILED;
    rt_list_push(has_failed ? &scope->failed : &scope->ended, &member->link);
    if (has_failed) host_scope_tell(scope, HOST_SCOPE_FAILED);
    if (scope->needed == 0) wake_closer(scope);
}

/* rt_waiter.announce: a failure is not to wait for code that does not. */
static void announce(rt_waiter *waiter) {
    host_member *member = rt_container_of(waiter, host_member, waiter);
    if (!member->strand ||
        rt_strand_get_state(member->strand) != RT_STRAND_FAILED)
        return;
    host_scope *scope = member->scope;
    host_told_add(scope->host, &member->told, member->block, &scope->bound);
}

static void on_ended(rt_waiter *waiter) {
    host_member *member = rt_container_of(waiter, host_member, waiter);
    host_scope *scope = member->scope;
    if (!rt_list_empty(&member->told.link))
        host_told_remove(scope->host->runtime, &member->told);
    scope->out--;
    if (scope->is_open) {
        note_end(member);
        return;
    }
    rt_list_unlink(&member->link);
    host_member_free(member);
    release(scope);
}

/* ---- taking ---- */

host_member *host_scope_prepare(host_scope *scope) {
    if (!scope->spare) scope->spare = rt_calloc(sizeof *scope->spare);
    return scope->spare;
}

void host_scope_add(host_scope *scope, host_task *task, rt_strand *strand) {
    host_member *member = scope->spare;
    scope->spare = NULL;
    *member = (host_member){.scope = scope, .task = task, .strand = strand};
    member->is_daemon = task ? task->is_daemon : strand->daemon;
    if (strand) rt_object_ref(&strand->object);
    rt_list_push(&scope->live, &member->link);
    scope->live_count++;
    if (!member->is_daemon) scope->needed++;
    rt_waiter_init(&member->waiter, scope->host->loop, on_ended);
    member->waiter.announce = announce;
    rt_list_init(&member->told.link);
    member->block = scope->bound.strand;
    if (task && task->slot)
        host_strand_put_below(&task->slot->strand, &scope->bound);
    int status = task ? host_task_wait(task, &member->waiter)
                      : rt_strand_wait(strand, &member->waiter);
    if (status != RT_PENDING) {
        note_end(member);
        return;
    }
    scope->out++;
    if (scope->cause != HOST_SCOPE_GOES_ON) tell_member(member);
}

host_member *host_scope_take_ended(host_scope *scope) {
    rt_list *node = rt_list_pop(&scope->ended);
    return node ? rt_container_of(node, host_member, link) : NULL;
}

/* ---- the end ---- */

/* The closer's wait was ended from outside, or by wake_closer. */
static void stop_waiting(rt_waiter *waiter) {
    host_scope *scope = waiter->object;
    scope->closer = NULL;
}

int host_scope_wait(host_scope *scope, host_strand *strand) {
    if (scope->needed == 0) host_scope_tell(scope, HOST_SCOPE_DONE);
    if (scope->live_count == 0) return RT_OK;
    scope->closer = strand;
    strand->pass_on = stop_all;
    strand->wait_target = scope;
    rt_waiter_park(&strand->waiter, scope, stop_waiting);
    return RT_PENDING;
}

/* A task that lives on does not ask it for an error. */
static void forget(host_member *member) {
    if (!member->task || !member->task->slot) return;
    host_bound *root = &member->task->slot->strand.root;
    if (root->maker == member->scope) root->make = NULL;
}

void host_scope_drop(lua_State *L, host_scope *scope) {
    host_bound_leave(L, &scope->bound);
    scope->is_open = false;
    scope->out++; /* keeps it until this is through */
    for (rt_list *node = scope->live.next; node != &scope->live;) {
        host_member *member = rt_container_of(node, host_member, link);
        node = node->next;
        forget(member);
        (void)rt_waiter_cancel(&member->waiter, RT_ECANCELLED);
    }
    scope->out--;
    release(scope);
}
