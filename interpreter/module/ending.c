/* ending.c
 *
 * lua_close calls all finalizers, the newest object's first, and then frees all.
 * So core/ticket.h sees to it that ours comes before those of what strands may use.
 *
 * Lua collects nothing while finalizers run in lua_close. A strand that is waited
 * for there may go on for long, so its garbage is collected as if memory had run
 * out, which Lua always heeds: the allocator refuses once, when there is twice as
 * much as the last time. The last thing that lua_close frees is the main Lua thread:
 * then nobody can call the state's functions any more, and all that is plait's
 * is freed. */
#include "module/ending.h"

#include <dlfcn.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>

#include "base/alloc.h"
#include "core/interrupt.h"
#include "core/signals.h"
#include "core/ticket.h"
#include "module/helper.h"

/* Bytes in new blocks before the first collection. */
enum { FIRST_BYTES = 16 << 20 };

typedef struct ending {
    host_program *program;
    host_ticket ticket;
    char *helper_path; /* that of the runtime; owned */
    bool is_interpreter;
    host_signals signals;
    lua_Alloc allocate; /* the state's, and its data */
    void *data;
    void *last_block;   /* that of the main Lua thread */
    size_t used, limit; /* bytes since lua_close began: more than it freed */
    bool is_draining;
} ending;

/* ---- while it closes ---- */

static void free_all(ending *e) {
    host_program *program = e->program;
    host_state_free(program->host);
    char *path = e->helper_path;
    if (host_program_disown(program)) rt_free(path);
    rt_free(e);
}

/* A lua_Alloc. */
static void *allocate(void *data, void *block, size_t old_size, size_t size) {
    ending *e = data;
    if (!block) old_size = 0; /* it is the kind of object */
    if (e->is_draining && size > old_size) {
        if (e->used > e->limit) {
            e->used = 0;
            return NULL; /* Lua collects, and asks again */
        }
        e->used += size - old_size;
    }
    bool is_last = block == e->last_block && size == 0;
    void *result = e->allocate(e->data, block, old_size, size);
    if (is_last) free_all(e);
    return result;
}

static void watch_allocator(lua_State *L, ending *e) {
    e->allocate = lua_getallocf(L, &e->data);
    e->last_block = lua_getextraspace(e->program->host->L);
    e->limit = FIRST_BYTES;
    lua_setallocf(L, allocate, e);
}

/* ---- the exit status ---- */

/* Whether the program is an interpreter: its own code has called the script, which
 * finds its arguments in the table `arg`. */
static bool is_interpreter(lua_State *L) {
    lua_State *main = host_of(L)->L;
    lua_Debug ar, next;
    int level = 0;
    if (!lua_getstack(main, 0, &ar)) return false;
    while (lua_getstack(main, level + 1, &next)) level++;
    (void)lua_getstack(main, level, &ar);
    (void)lua_getinfo(main, "f", &ar);
    lua_CFunction outermost = lua_tocfunction(main, -1);
    lua_pop(main, 1);
    Dl_info info, program;
    if (!outermost || !dladdr((void *)outermost, &info) ||
        !dladdr((void *)getauxval(AT_PHDR), &program) ||
        info.dli_fbase != program.dli_fbase)
        return false;
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushliteral(L, "arg");
    bool has_arguments = lua_rawget(L, -2) == LUA_TTABLE;
    lua_pop(L, 2);
    return has_arguments;
}

static void change_status(int status, void *wanted) {
    if (status == EXIT_SUCCESS) exit((int)(intptr_t)wanted);
}

/* ---- signals ---- */

static void by_default(host_signals *signals, int number, bool by_kernel) {
    (void)signals;
    (void)by_kernel;
    if (host_signal_ends(number)) rt_signals_die(number);
}

static bool is_own(host_signals *signals, int number) {
    (void)signals;
    (void)number;
    return false;
}

static void on_signals(host_state *host, lua_State *L) {
    if (L) return; /* tasks are started when the main strand waits */
    atomic_store(&host->has_signals, false);
    host_signals_deliver(host);
}

/* ---- lua_close ---- */

static void on_close(lua_State *L, host_ticket *ticket) {
    ending *e = rt_container_of(ticket, ending, ticket);
    host_program *program = e->program;
    host_state *host = program->host;
    int status = 0;
    watch_allocator(L, e);
    /* In os.exit nothing is waited for, nor if a task has called a stock one. */
    if (!program->is_exiting && host->current == &host->main) {
        e->is_draining = true;
        status = host->on_finish(host, false);
        e->is_draining = false;
    }
    host_interrupt_leave(host, NULL);
    if (host->signals) host_signals_close(&e->signals);
    host->signals = NULL;
    host->on_signals = NULL;
    host_state_retire(host);
    if (status != 0 && e->is_interpreter)
        (void)on_exit(change_status, (void *)(intptr_t)status);
}

void host_ending_attach(lua_State *L, host_program *program) {
    host_state *host = program->host;
    ending *e = rt_calloc(sizeof *e);
    if (!e) luaL_error(L, "plait: not enough memory");
    e->program = program;
    e->ticket.on_close = on_close;
    e->is_interpreter = is_interpreter(L);
    e->helper_path = host_helper_find();
    program->runtime->helper_path = e->helper_path;
    e->signals.by_default = by_default;
    e->signals.is_own = is_own;
    host->on_signals = on_signals;
    (void)host_signals_open(&e->signals,
                            host);     /* or another program has them */
    host_ticket_attach(L, &e->ticket); /* without memory it stays as it is */
}
