/* console_strands.c - tasks point to their console; each thread and process has a record
 * with a waiter for its end, which stays after that if it has failed, until somebody was
 * told. */
#include "base/alloc.h"
#include "core/cancel.h"
#include "core/console_inside.h"

void host_console_add(host_console *c, host_strand *strand) {
    host_console_ref(c);
    strand->console = c;
    c->task_count++;
    atomic_fetch_add(&c->host->guests, 1);
}

void host_console_begin(host_console *c, host_strand *strand) {
    host_console_add(c, strand);
    c->entry = strand;
    rt_monitor_poke(c->host->runtime);
}

void host_console_leave(host_strand *strand) {
    host_console *c = strand->console;
    strand->console = NULL;
    if (c->entry == strand) c->entry = NULL;
    atomic_fetch_sub(&c->host->guests, 1);
    c->task_count--;
    host_console_wake(c);
    host_console_unref(c);
}

void host_console_fail(host_console *c) {
    c->has_failure = true;
    host_console_wake_reader(c);
}

static void free_guest(host_guest *g) {
    host_console *c = g->console;
    rt_list_unlink(&g->link);
    rt_object_unref(&g->strand->object);
    if (!g->has_ended) {
        c->guest_count--;
        host_console_unref(c);
    }
    rt_free(g);
}

/* It has failed, and nobody has received its error. */
static bool is_unhandled(rt_strand *strand) {
    if (rt_strand_get_state(strand) != RT_STRAND_FAILED) return false;
    pthread_mutex_lock(&strand->runtime->lock);
    bool is_observed = strand->observed;
    pthread_mutex_unlock(&strand->runtime->lock);
    return !is_observed;
}

static void on_guest_end(rt_waiter *waiter) {
    host_guest *g = rt_container_of(waiter, host_guest, waiter);
    host_console *c = g->console;
    if (waiter->status != RT_OK) return;
    if (is_unhandled(g->strand) && !g->is_told && !host_console_is_closed(c)) {
        g->has_ended = true;
        c->guest_count--;
        host_console_fail(c);
        host_console_unref(c); /* it has a list of it */
        return;
    }
    rt_strand_observe(g->strand);
    host_console_wake(c);
    free_guest(g);
}

void host_console_adopt(host_state *host, rt_strand *strand) {
    host_console *c = host->current ? host->current->console : NULL;
    host_guest *g = c ? rt_calloc(sizeof *g) : NULL;
    if (!g) return;
    strand->daemon = true;
    g->console = c;
    g->strand = strand;
    rt_object_ref(&strand->object);
    rt_waiter_init(&g->waiter, host->loop, on_guest_end);
    rt_list_init(&g->link);
    rt_list_push(&c->guests, &g->link);
    host_console_ref(c);
    c->guest_count++;
    (void)rt_strand_wait(strand, &g->waiter); /* it has not begun */
}

int host_console_stop(lua_State *L, host_console *c) {
    host_state *host = c->host;
    for (rt_list *node = host->tasks.next; node != &host->tasks;) {
        rt_list *next = node->next; /* a cancelled task ends later */
        host_slot *slot = rt_container_of(node, host_slot, link);
        if (slot->strand.console == c) host_task_cancel(L, slot->task, 0);
        node = next;
    }
    for (rt_list *node = c->guests.next; node != &c->guests; node = node->next)
        rt_strand_cancel(rt_container_of(node, host_guest, link)->strand, NULL);
    return host_console_count(c);
}

int host_console_count(const host_console *c) {
    return c->task_count + c->guest_count;
}

/* Also of those whose waiter has yet to hear of it. */
static host_guest *find_failed(host_console *c) {
    for (rt_list *node = c->guests.next; node != &c->guests;
         node = node->next) {
        host_guest *g = rt_container_of(node, host_guest, link);
        if (!g->is_told && is_unhandled(g->strand)) return g;
    }
    return NULL;
}

void host_console_visit_failed(lua_State *L, host_console *c,
                               void (*visit)(lua_State *L, rt_strand *strand)) {
    for (host_guest *g; (g = find_failed(c)) != NULL;) {
        rt_strand *strand = g->strand;
        rt_object_ref(&strand->object);
        g->is_told = true;
        if (g->has_ended) free_guest(g);
        visit(L, strand);
    }
}

/* ---- the end ---- */

void host_console_drop_failed(host_console *c) {
    for (rt_list *node = c->guests.next; node != &c->guests;) {
        host_guest *g = rt_container_of(node, host_guest, link);
        node = node->next;
        if (!g->has_ended) continue;
        rt_strand_observe(g->strand);
        free_guest(g);
    }
}

/* Of one whose end is on its way that is not to be stopped, and frees it. */
void host_console_drop_guests(host_console *c) {
    for (rt_list *node = c->guests.next; node != &c->guests;) {
        host_guest *g = rt_container_of(node, host_guest, link);
        node = node->next;
        if (rt_waiter_cancel(&g->waiter, RT_ECANCELLED)) free_guest(g);
    }
}
