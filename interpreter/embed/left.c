/* left.c - a census tells it, as long as the main thread can take one.
 *
 * Else a C function keeps that thread, and a signal handler has interrupted it: the
 * text is put together in place, and goes out by one write. Locks are only tried:
 * who holds one is not waited for, and nothing is said about what it guards. The
 * stack of the Lua code may be read, since a C function that has been running for
 * long does not change it. */
#include "embed/left.h"

#include <stdio.h>
#include <unistd.h>

#include "base/scrap.h"
#include "core/census.h"
#include "core/place.h"
#include "core/task.h"
#include "embed/program.h"
#include "exec/record.h"

#define HEADING ": ended, and these had not stopped:"

/* "  the main strand is in the C function 'find' at app.lua:3" */
static void add_main(rt_scrap *t, host_state *host) {
    lua_State *L = host->running;
    lua_Debug ar;
    rt_scrap_add(t, "\n  ");
    if (host->current && !host->current->is_main) {
        rt_scrap_add(t, "task ");
        rt_scrap_add_number(t, host_task_of(host->current)->number);
    } else {
        rt_scrap_add(t, "the main strand");
    }
    if (lua_getstack(L, 0, &ar) && lua_getinfo(L, "Sn", &ar) &&
        *ar.what == 'C') {
        rt_scrap_add(t, " is in the C function");
        rt_scrap_add_name(t, ar.name ? ar.name : "?");
    }
    if (!host_place_find(L, 0, &ar)) return;
    rt_scrap_add(t, " at ");
    rt_scrap_add(t, ar.short_src);
    rt_scrap_add(t, ":");
    rt_scrap_add_number(t, (uint64_t)ar.currentline);
}

static void add_strand(rt_scrap *t, const rt_strand *strand) {
    bool is_process = strand->kind == RT_STRAND_PROCESS;
    rt_scrap_add(t, is_process ? "\n  process " : "\n  thread ");
    rt_scrap_add_number(t, strand->object.id);
    rt_scrap_add_name(t, strand->name);
    if (is_process) {
        rt_scrap_add(t, " (pid ");
        rt_scrap_add_number(t, (uint64_t)strand->pid);
        rt_scrap_add(t, ")");
    }
    if (!strand->started_at) return;
    rt_scrap_add(t, ", started at ");
    rt_scrap_add(t, strand->started_at);
}

static void add_strands(rt_scrap *t, rt_runtime *runtime) {
    if (pthread_mutex_trylock(&runtime->lock)) return;
    for (rt_list *node = runtime->live.next; node != &runtime->live;
         node = node->next)
        add_strand(t, rt_container_of(node, rt_strand, link));
    pthread_mutex_unlock(&runtime->lock);
}

void host_left_report_safely(host_program *program) {
    rt_scrap t = {.size = 0};
    rt_scrap_add(&t, program->host->program);
    rt_scrap_add(&t, HEADING);
    add_main(&t, program->host);
    add_strands(&t, program->runtime);
    rt_scrap_add(&t, "\n");
    rt_scrap_tell(&t);
}

/* ---- by a census ---- */

static rt_message *take_census(host_program *program, lua_State *L) {
    host_state *host = program->host;
    if (!L) L = host->driver ? host->driver : host->L;
    return host_census_take(L, 0);
}

void host_left_report(host_program *program, lua_State *L) {
    rt_message *all = take_census(program, L);
    rt_buffer lines = {0};
    if (all &&
        rt_records_write_lines(&lines, all, getpid(),
                               program->ending.is_past) == RT_OK &&
        lines.size > 0)
        fprintf(stderr, "%s" HEADING "\n%.*s", program->host->program,
                (int)lines.size, (const char *)lines.bytes);
    rt_buffer_deinit(&lines);
    rt_message_free(all);
}
