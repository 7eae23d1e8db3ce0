/* turns.c
 *
 * While a C function waits in the kernel, the Lua state stands still. The monitor
 * sees where in its code the thread waits, and signals it; if the handler finds
 * that it has interrupted just that system call, it may read the state, and tells
 * what is to be told, by one write and without memory. Some system calls end when
 * a handler has run (poll, nanosleep). So if nobody else is ready, no signal is
 * sent again before that may have changed. */
#include "core/turns.h"

#include <fcntl.h>
#include <lauxlib.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/scrap.h"
#include "core/interrupt.h"
#include "core/output.h"
#include "core/place.h"
#include "core/scheduler.h"
#include "core/stock.h"
#include "core/task.h"
#include "exec/blocked.h"
#include "exec/thread.h"

void host_turns_set_stall(rt_runtime *runtime, int64_t stall_ns) {
    atomic_store(&runtime->stall_ns, stall_ns);
}

void host_turns_set_slice(rt_runtime *runtime, int64_t slice_ns) {
    atomic_store(&runtime->slice_ns, slice_ns);
    rt_monitor_poke(runtime);
}

void host_turns_set_count(host_state *host, int count) {
    host->slice_count = count;
    if (count > 0) host_order(host, HOST_ORDER_PREEMPT);
}

/* ---- the monitor's side ---- */

/* 'R': it runs, or would if the machine had time for it; 'S' or 'D': it waits in
 * the kernel; 0: not known. */
static char thread_state(const host_state *host) {
    char path[64], text[256];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)host->tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t size = read(fd, text, sizeof text - 1);
    (void)close(fd);
    if (size <= 0) return 0;
    text[size] = '\0';
    const char *end = strrchr(text, ')');
    return end && end[1] == ' ' ? end[2] : 0;
}

static int64_t cpu_time(const host_state *host) {
    clockid_t clock;
    struct timespec t;
    if (pthread_getcpuclockid(host->loop->thread, &clock) != 0 ||
        clock_gettime(clock, &t) != 0)
        return 0;
    return (int64_t)t.tv_sec * RT_SECOND + t.tv_nsec;
}

void host_turns_begin(host_state *host) {
    host->seen_cpu_ns = cpu_time(host);
    atomic_store(&host->has_told_stall, false);
    atomic_store(&host->quiet_ns, 0);
}

/* On a busy machine a strand may seem to run for long and only wait for its
 * processor: it has computed, or blocks in the kernel. */
static bool has_stalled(host_state *host, int64_t stall_ns) {
    int64_t computed = cpu_time(host) - host->seen_cpu_ns;
    bool is_blocked = false;
    if (computed < stall_ns / 2) {
        char state = thread_state(host);
        is_blocked = state == 'S' || state == 'D';
    }
    atomic_store(&host->is_blocked, is_blocked);
    rt_blocked_place place = {0, 0};
    if (is_blocked) place = rt_blocked_find(host->tid);
    atomic_store(&host->blocked_stack, place.stack);
    atomic_store(&host->blocked_code, place.code);
    return is_blocked || computed >= stall_ns - stall_ns / 4;
}

/* It blocked, and nobody else was ready: still so. */
static bool is_quiet(host_state *host) {
    int64_t quiet = atomic_load(&host->quiet_ns);
    return quiet > rt_clock_now() && !rt_loop_is_called(host->loop);
}

int64_t host_turns_look(host_state *host, int64_t ran_ns) {
    unsigned orders = 0;
    int64_t slice = atomic_load(&host->runtime->slice_ns);
    if (ran_ns >= slice) orders = HOST_ORDER_PREEMPT;
    int64_t stall = atomic_load(&host->runtime->stall_ns);
    if (ran_ns >= stall && !atomic_load(&host->has_told_stall) &&
        has_stalled(host, stall) &&
        !(atomic_load(&host->is_blocked) && is_quiet(host))) {
        atomic_store(&host->has_told_stall, true);
        orders |= HOST_ORDER_STALL;
    }
    if (orders == 0) return slice;
    /* A C function that waits in the kernel is not to be disturbed again. What
     * computes may not have heard: Lua takes its trap off without looking whether
     * a signal has just set it. */
    bool is_given = (atomic_fetch_or(&host->orders, orders) & orders) == orders;
    if (!is_given || thread_state(host) == 'R')
        host_interrupt_thread(host, HOST_SOFTLY);
    return slice;
}

/* ---- the state's side ---- */

static size_t count_ready(const host_state *host) {
    size_t count = 0;
    for (const host_strand *s = host->ready_first; s; s = s->next_ready)
        count++;
    return count;
}

/* Whether this line has not been told of. One of many may be told of again. */
static bool is_new_place(host_state *host, const lua_Debug *ar) {
    atomic_uint *told = host->runtime->told_stalls;
    size_t count = sizeof host->runtime->told_stalls / sizeof *told;
    static const uint64_t seed[2] = RT_HASH_ANY_SEED;
    uint64_t sum = rt_hash_bytes(seed, ar->short_src, strlen(ar->short_src)) +
                   (uint64_t)ar->currentline;
    unsigned mark = (unsigned)sum | 1;
    return atomic_exchange(&told[sum / 2 % count], mark) != mark;
}

/* Pushes "task 4 'parse'", "thread 3", "the main script". */
static void push_running(lua_State *L, host_state *host) {
    const host_strand *strand = host->current;
    if (!strand->is_main) {
        host_task_push_current(L);
        const host_task *task = host_task_of(strand);
        if (host_task_get_extra(L, -1, "name") == LUA_TSTRING)
            lua_pushfstring(L, "task %d '%s'", (int)task->number,
                            lua_tostring(L, -1));
        else
            lua_pushfstring(L, "task %d", (int)task->number);
        lua_replace(L, -3);
        lua_pop(L, 1);
        return;
    }
    const rt_strand *self = host->self;
    if (!self) {
        lua_pushliteral(L, "the main script");
        return;
    }
    const char *kind = self->kind == RT_STRAND_THREAD ? "thread" : "process";
    int number =
        self->kind == RT_STRAND_THREAD ? (int)self->object.id : (int)getpid();
    if (self->name)
        lua_pushfstring(L, "%s %d '%s'", kind, number, self->name);
    else
        lua_pushfstring(L, "%s %d", kind, number);
}

/* The strand ran on for a moment after it was seen: who is ready is looked for
 * now. If nobody is, it is looked at again later. */
void host_turns_tell(lua_State *L) {
    host_state *host = host_of(L);
    int64_t ran = rt_clock_now() - atomic_load(&host->seen_ns);
    host_look_around(host);
    size_t count = count_ready(host);
    if (count == 0) {
        atomic_store(&host->has_told_stall, false);
        atomic_store(&host->seen_ns, rt_clock_now());
        return;
    }
    lua_Debug ar;
    bool has_place = host_place_find(L, 0, &ar);
    if (has_place && !is_new_place(host, &ar)) return;
    int top = lua_gettop(L);
    luaL_checkstack(L, 8, "report");
    push_running(L, host);
    if (has_place)
        lua_pushfstring(L, " (%s:%d)", ar.short_src, ar.currentline);
    else
        lua_pushliteral(L, "");
    lua_pushfstring(L,
                    atomic_load(&host->is_blocked)
                        ? "was blocked in a C function for %d ms"
                        : "ran %d ms without waiting",
                    (int)(ran / 1000000));
    lua_pushfstring(
        L,
        "%s: %s %s%s; %d %s ready meanwhile\n"
        "  hint: await(to_thread(f, ...)), or plait.yield() now and then\n",
        host->program, lua_tostring(L, top + 1), lua_tostring(L, top + 3),
        lua_tostring(L, top + 2), (int)count,
        count == 1 ? "other strand was" : "other strands were");
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    host_tell(host->runtime, text, size);
    lua_settop(L, top);
}

/* ---- in the signal handler ---- */

static void add_running(rt_scrap *t, const host_state *host) {
    const rt_strand *self = host->self;
    if (!host->current->is_main) {
        rt_scrap_add(t, "task ");
        rt_scrap_add_number(t, host_task_of(host->current)->number);
        return;
    }
    if (!self) {
        rt_scrap_add(t, "the main script");
        return;
    }
    bool is_thread = self->kind == RT_STRAND_THREAD;
    rt_scrap_add(t, is_thread ? "thread " : "process ");
    rt_scrap_add_number(t, is_thread ? self->object.id : (uint64_t)getpid());
    rt_scrap_add_name(t, self->name);
}

/* The stack has room for a value beyond what a C function may use. */
static const host_stock *find_stock(lua_State *L, lua_Debug *ar) {
    lua_getinfo(L, "f", ar);
    const host_stock *stock =
        host_stock_find(host_of(L), lua_tocfunction(L, -1));
    lua_pop(L, 1);
    return stock;
}

static const char *add_function(rt_scrap *t, lua_State *L, lua_Debug *ar) {
    const host_stock *stock = find_stock(L, ar);
    if (stock) {
        const char *name = stock->name;
        rt_scrap_add(t, strncmp(name, "_G.", 3) == 0 ? name + 3 : name);
        return stock->advice;
    }
    rt_scrap_add(t, ar->name ? "the C function" : "a C function");
    rt_scrap_add_name(t, ar->name);
    return "await(to_thread(f, ...)) lets them run";
}

/* `count` 0: it is not known how many. */
static void add_others(rt_scrap *t, size_t count) {
    rt_scrap_add(t, " while ");
    if (count > 0) rt_scrap_add_number(t, count);
    rt_scrap_add(t, count == 0   ? "others are ready"
                    : count == 1 ? " other strand is ready"
                                 : " other strands are ready");
}

static void tell_inside(host_state *host, lua_State *L, lua_Debug *ar,
                        size_t count) {
    lua_Debug at;
    if (host_output_is_taken(host->runtime)) return; /* not from a handler */
    bool has_place = host_place_find(L, 0, &at);
    if (has_place && !is_new_place(host, &at)) return;
    rt_scrap t = {.size = 0};
    rt_scrap_add(&t, host->program);
    rt_scrap_add(&t, ": ");
    add_running(&t, host);
    rt_scrap_add(&t, " blocks its thread in ");
    const char *advice = add_function(&t, L, ar);
    if (has_place) {
        rt_scrap_add(&t, " (");
        rt_scrap_add(&t, at.short_src);
        rt_scrap_add(&t, ":");
        rt_scrap_add_number(&t, (uint64_t)at.currentline);
        rt_scrap_add(&t, ")");
    }
    add_others(&t, count);
    rt_scrap_add(&t, "\n  hint: ");
    rt_scrap_add(&t, advice);
    rt_scrap_add(&t, "\n");
    rt_scrap_tell(&t);
}

void host_turns_tell_inside(host_state *host, const void *context) {
    rt_blocked_place place = {atomic_load(&host->blocked_stack),
                              atomic_load(&host->blocked_code)};
    lua_State *L = host->running;
    lua_Debug ar;
    if (!host->current || !rt_blocked_is_at(place, context) ||
        !lua_getstack(L, 0, &ar) || !lua_getinfo(L, "Sn", &ar) ||
        *ar.what != 'C')
        return;
    (void)atomic_fetch_and(&host->orders, ~(unsigned)HOST_ORDER_STALL);
    size_t count =
        count_ready(host) +
        rt_timers_count_due(&host->loop->timers, rt_loop_now(host->loop));
    if (count > 0 || rt_loop_is_called(host->loop)) {
        tell_inside(host, L, &ar, count);
        return;
    }
    atomic_store(&host->quiet_ns,
                 rt_clock_to_machine(host->loop->clock,
                                     rt_timers_next(&host->loop->timers)));
    atomic_store(&host->has_told_stall, false);
}

bool host_turns_make_way(lua_State *L, bool can_yield) {
    host_state *host = host_of(L);
    host_strand *strand = host->current;
    bool is_forced = host->slice_count > 0;
    if (!strand->is_main && !can_yield) return false;
    host_look_around(host);
    if (!host->ready_first && !(is_forced && can_yield)) return false;
    host_ready(strand);
    if (can_yield) return true;
    host_drive(L);
    return false;
}
