/* turns.c */
#include "core/turns.h"

#include <fcntl.h>
#include <lauxlib.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/interrupt.h"
#include "core/place.h"
#include "core/scheduler.h"
#include "core/task.h"
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
    return is_blocked || computed >= stall_ns - stall_ns / 4;
}

int64_t host_turns_look(host_state *host, int64_t ran_ns) {
    unsigned orders = 0;
    int64_t slice = atomic_load(&host->runtime->slice_ns);
    if (ran_ns >= slice) orders = HOST_ORDER_PREEMPT;
    int64_t stall = atomic_load(&host->runtime->stall_ns);
    if (ran_ns >= stall && !atomic_load(&host->has_told_stall) &&
        has_stalled(host, stall)) {
        atomic_store(&host->has_told_stall, true);
        orders |= HOST_ORDER_STALL;
    }
    if (orders == 0) return slice;
    /* A C function that waits in the kernel is not to be disturbed again. What
     * computes may not have heard: Lua takes its trap off without looking whether
     * a signal has just set it. */
    bool is_given = (atomic_fetch_or(&host->orders, orders) & orders) == orders;
    if (!is_given || thread_state(host) == 'R')
        (void)pthread_kill(host->loop->thread, RT_SOFT_SIGNAL);
    return slice;
}

/* ---- the state's side ---- */

static size_t count_ready(const host_state *host) {
    size_t count = 0;
    for (const host_strand *s = host->ready_first; s; s = s->next_ready)
        count++;
    return count;
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
    int top = lua_gettop(L);
    luaL_checkstack(L, 8, "report");
    push_running(L, host);
    lua_Debug ar;
    if (host_place_find(L, 0, &ar))
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
    (void)fflush(stdout);
    (void)fwrite(text, 1, size, stderr);
    lua_settop(L, top);
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
