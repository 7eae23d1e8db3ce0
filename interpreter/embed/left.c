/* left.c - most of it may run in a signal handler that has interrupted a C function,
 * so the text is put together in place and goes out by one write. Locks are only
 * tried: who holds one is not waited for, and then nothing is said about what it
 * guards. The main strand's stack may be read there, since C code that has been
 * running for long does not change it. */
#include "embed/left.h"

#include <inttypes.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/place.h"
#include "core/task.h"
#include "embed/program.h"

typedef struct text {
    size_t size;
    char bytes[4096];
} text;

static void add(text *t, const char *s) {
    size_t size = strlen(s);
    size_t room = sizeof t->bytes - t->size;
    if (size > room) size = room;
    memcpy(t->bytes + t->size, s, size);
    t->size += size;
}

static void add_number(text *t, uint64_t n) {
    char digits[24];
    char *p = digits + sizeof digits;
    *--p = '\0';
    do {
        *--p = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    add(t, p);
}

static void add_name(text *t, const char *name) {
    if (!name) return;
    add(t, " '");
    add(t, name);
    add(t, "'");
}

/* "  main script at app.lua:3, in the C function 'find'" */
static void add_main(text *t, host_state *host) {
    lua_State *L = host->running;
    lua_Debug ar;
    add(t, "\n  ");
    if (host->current && !host->current->is_main) {
        add(t, "task ");
        add_number(t, host_task_of(host->current)->number);
    } else {
        add(t, "the main script");
    }
    const char *function = NULL;
    if (lua_getstack(L, 0, &ar) && lua_getinfo(L, "Sn", &ar) && *ar.what == 'C')
        function = ar.name ? ar.name : "?";
    if (host_place_find(L, 0, &ar)) {
        add(t, " at ");
        add(t, ar.short_src);
        add(t, ":");
        add_number(t, (uint64_t)ar.currentline);
    }
    if (function) {
        add(t, ", in the C function");
        add_name(t, function);
    }
}

static void add_strand(text *t, const rt_strand *strand) {
    bool is_process = strand->kind == RT_STRAND_PROCESS;
    add(t, is_process ? "\n  process " : "\n  thread ");
    add_number(t, strand->object.id);
    add_name(t, strand->name);
    if (is_process) {
        add(t, " (pid ");
        add_number(t, (uint64_t)strand->pid);
        add(t, ")");
    }
    if (!strand->started_at) return;
    add(t, ", started at ");
    add(t, strand->started_at);
}

static void add_strands(text *t, rt_runtime *runtime) {
    if (pthread_mutex_trylock(&runtime->lock)) return;
    for (rt_list *node = runtime->live.next; node != &runtime->live;
         node = node->next)
        add_strand(t, rt_container_of(node, rt_strand, link));
    pthread_mutex_unlock(&runtime->lock);
}

/* (text) */
static int add_tasks(lua_State *L) {
    text *t = lua_touserdata(L, 1);
    host_state *host = host_of(L);
    for (rt_list *node = host->tasks.next; node != &host->tasks;
         node = node->next) {
        host_task *task = rt_container_of(node, host_slot, link)->task;
        host_task_push(L, task);
        add(t, "\n  task ");
        add_number(t, task->number);
        host_task_get_extra(L, 2, "name");
        add_name(t, lua_tostring(L, -1));
        host_task_push_started(L, 2);
        if (lua_isstring(L, -1)) {
            add(t, ", started at ");
            add(t, lua_tostring(L, -1));
        }
        lua_settop(L, 1);
    }
    return 0;
}

void host_left_report(host_program *program, host_left_scope scope) {
    host_state *host = program->host;
    text t = {.size = 0};
    add(&t, host->program);
    add(&t, ": ended, and these had not stopped:");
    size_t head = t.size;
    bool is_main_left = !program->ending.is_past;
    if (scope == HOST_LEFT_SAFE || is_main_left) add_main(&t, host);
    if (scope == HOST_LEFT_ALL) {
        lua_pushcfunction(host->L, add_tasks);
        lua_pushlightuserdata(host->L, &t);
        if (lua_pcall(host->L, 1, 0, 0) != LUA_OK) lua_pop(host->L, 1);
    }
    add_strands(&t, program->runtime);
    if (t.size == head) return;
    add(&t, "\n");
    (void)!write(STDERR_FILENO, t.bytes, t.size);
}
