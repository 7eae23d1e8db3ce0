/* lib_watch.c - waiting for many handles.
 *
 *     local watch <close> = internal.watch(handles, n, seconds)
 *     watch:wait("all")   -- or "error", "first"
 *     watch:next()        -- index of one that has ended, in the order of ends
 *     watch:state(i)      -- "done", "failed", "cancelled"
 *     watch:lift()        -- the time-out does not count any more
 *     watch:bind()        -- those that are not wanted any more, because the wait
 *                         -- is over or its strand is to stop, are told so
 *
 * One watcher is registered with each handle, once; whoever ends is put into
 * a queue, so that each step takes the same time however many there are.
 * The watchers stand in a block that the userdata owns. One that is being
 * completed by another thread, or that a process has been asked for, when the
 * userdata is closed, is on its way to this loop: the block is freed when the
 * last one has arrived. All of it belongs to the state's thread. */
#include "lib/lib_watch.h"

#include <lauxlib.h>
#include <string.h>

#include "base/alloc.h"
#include "core/cancel.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/task.h"
#include "core/wait.h"
#include "ipc/remote.h"

typedef enum { UNTIL_ALL, UNTIL_ERROR, UNTIL_FIRST, UNTIL_NEXT } until;

struct crowd;

typedef struct watcher {
    rt_waiter waiter;
    struct crowd *crowd;
    host_task *task;      /* one of the three is set: whom it watches */
    rt_strand *strand;    /* a reference, until it is told or withdrawn */
    rt_object *far;       /* in another process; the request holds it */
    unsigned char state;  /* rt_strand_state; of one that has ended */
    struct watcher *next; /* in the queue of those that have ended */
} watcher;

typedef struct crowd {
    host_strand *waiting;  /* who waits now; NULL: nobody */
    until until;           /* for what */
    bool is_open;          /* the userdata refers to it */
    bool is_binding;       /* the handles end with the wait */
    int left;              /* handles that have not ended */
    int out;               /* watchers that are registered or on their way */
    watcher *first, *last; /* the queue: ended, and not given to next() */
    int first_ended;       /* index from 1; 0: none has */
    int first_failed;
    host_deadline deadline;
    int count;
    watcher watchers[];
} crowd;

#define WATCH_TYPE "plait.watch"
enum { WATCH_HANDLES = 1 }; /* user value: the list, so that they stay */

static void close_crowd(crowd *c);

static void release(crowd *c) {
    if (c->out == 0 && !c->is_open) rt_free(c);
}

/* ---- those that end ---- */

static bool has_ended(const watcher *w) {
    return w->state != RT_STRAND_PENDING;
}

static void note_end(watcher *w, rt_strand_state state) {
    crowd *c = w->crowd;
    int index = (int)(w - c->watchers) + 1;
    w->state = (unsigned char)state;
    c->left--;
    if (!c->first_ended) c->first_ended = index;
    if (!c->first_failed && state != RT_STRAND_DONE) c->first_failed = index;
    w->next = NULL;
    if (c->last)
        c->last->next = w;
    else
        c->first = w;
    c->last = w;
}

static bool is_over(const crowd *c) {
    if (c->left == 0) return true;
    switch (c->until) {
    case UNTIL_ALL:
        break;
    case UNTIL_ERROR:
        return c->first_failed != 0;
    case UNTIL_FIRST:
        return c->first_ended != 0;
    case UNTIL_NEXT:
        return c->first != NULL;
    }
    return false;
}

/* How it ended, by what its home answered. A home that has died counts as a
 * failure: so await says. */
static rt_strand_state far_state(int status) {
    if (status == RT_OK) return RT_STRAND_DONE;
    return status == RT_STRAND_SAYS_CANCELLED ? RT_STRAND_CANCELLED
                                              : RT_STRAND_FAILED;
}

static rt_strand_state state_of(const watcher *w) {
    if (w->far) return far_state(w->waiter.status);
    return w->task ? (rt_strand_state)w->task->state
                   : rt_strand_get_state(w->strand);
}

/* The tasks among them, which may keep those from running who would do it; all
 * others are for them to tell. */
static void tell_tasks(crowd *c) {
    for (int i = 0; i < c->count; i++) {
        const watcher *w = &c->watchers[i];
        if (w->task && !host_task_ended(w->task))
            host_strand_pass_on(&w->task->slot->strand, NULL);
    }
}

static void on_ended(rt_waiter *waiter) {
    watcher *w = rt_container_of(waiter, watcher, waiter);
    crowd *c = w->crowd;
    c->out--;
    if (c->is_open) {
        note_end(w, state_of(w));
        if (c->waiting && is_over(c)) {
            if (c->is_binding) tell_tasks(c);
            (void)rt_waiter_cancel(&c->waiting->waiter, RT_OK);
        }
    }
    rt_message_free(waiter->message);
    if (w->strand) rt_object_unref(&w->strand->object);
    release(c);
}

/* ---- watching ---- */

static int watch_strand(watcher *w) {
    rt_object_ref(&w->strand->object); /* until on_ended */
    int status = rt_strand_wait(w->strand, &w->waiter);
    if (status == RT_OK) rt_object_unref(&w->strand->object);
    return status;
}

/* RT_OK: it needs no answer, since its home has died. */
static int watch_far(watcher *w, host_state *host) {
    const host_strand *asks = host->current ? host->current : &host->main;
    int status = rt_remote_call(w->far, RT_STRAND_JOIN,
                                (uint64_t)(uintptr_t)asks, NULL, &w->waiter);
    if (status != RT_EDIED) return status;
    w->waiter.status = status;
    return RT_OK;
}

/* Returns: RT_OK, RT_PENDING; RT_ENOMEMORY, RT_ELIMIT. */
static int watch(watcher *w, host_state *host) {
    rt_waiter_init(&w->waiter, host->loop, on_ended);
    int status = w->task     ? host_task_wait(w->task, &w->waiter)
                 : w->strand ? watch_strand(w)
                             : watch_far(w, host);
    if (status == RT_PENDING) w->crowd->out++;
    if (status == RT_OK) note_end(w, state_of(w));
    return status;
}

/* Nothing of it may be heard any more. Who waits for it finds it closed. */
static void close_crowd(crowd *c) {
    if (!c->is_open) return;
    c->out++; /* keeps the block until the loop is through */
    c->is_open = false;
    if (c->waiting) (void)rt_waiter_cancel(&c->waiting->waiter, RT_OK);
    for (int i = 0; i < c->count; i++) {
        watcher *w = &c->watchers[i];
        if (has_ended(w) || rt_waiter_cancel(&w->waiter, RT_ECANCELLED))
            continue;
        rt_remote_withdraw(&w->waiter, RT_ECANCELLED);
    }
    c->out--;
    release(c);
}

/* Whom it watches: the value on the top, which the list keeps. */
static bool read_handle(lua_State *L, watcher *w) {
    rt_object *object = host_proxy_test(L, -1, RT_KIND_STRAND);
    if (object && rt_is_remote(object))
        w->far = object;
    else if (object)
        w->strand = (rt_strand *)(void *)object;
    else
        w->task = host_task_test(L, -1);
    return object || w->task;
}

/* Of the strand that runs: it would wait for ever. */
static bool is_own(const host_state *host, const watcher *w) {
    if (w->task)
        return w->task->slot && &w->task->slot->strand == host->current;
    return w->strand && w->strand == host->self && host->current == &host->main;
}

static crowd *new_crowd(lua_State *L, int list, int count) {
    crowd *c = rt_calloc(sizeof *c + (size_t)count * sizeof *c->watchers);
    if (!c) luaL_error(L, "not enough memory");
    c->count = c->left = count;
    for (int i = 1; i <= count; i++) {
        watcher *w = &c->watchers[i - 1];
        lua_rawgeti(L, list, i);
        w->crowd = c;
        bool is_handle = read_handle(L, w);
        lua_pop(L, 1);
        if (is_handle && !is_own(host_of(L), w)) continue;
        rt_free(c);
        if (!is_handle) luaL_error(L, "item %d is no handle", i);
        host_raise(L, "deadlock", "a strand cannot wait for its own end");
    }
    return c;
}

/* Pushes the userdata for `count` handles of the list. */
static crowd *push_watch(lua_State *L, int list, int count,
                         host_deadline deadline) {
    crowd **box = lua_newuserdatauv(L, sizeof *box, WATCH_HANDLES);
    *box = NULL;
    luaL_setmetatable(L, WATCH_TYPE);
    lua_pushvalue(L, list);
    lua_setiuservalue(L, -2, WATCH_HANDLES);
    crowd *c = *box = new_crowd(L, list, count);
    c->is_open = true;
    c->deadline = deadline;
    for (int i = 0; i < count; i++) {
        int status = watch(&c->watchers[i], host_of(L));
        if (status == RT_OK || status == RT_PENDING) continue;
        close_crowd(c); /* those behind it are idle: nothing to withdraw */
        *box = NULL;
        luaL_error(L, "%s", rt_status_text(status));
    }
    return c;
}

/* watch(handles, n[, timeout]) -> watch. The time-out counts from here. */
static int internal_watch(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    int count = (int)luaL_checkinteger(L, 2);
    (void)push_watch(L, 1, count, host_check_timeout(L, 3));
    return 1;
}

/* ---- waiting ---- */

static crowd *check_watch(lua_State *L) {
    crowd **box = luaL_checkudata(L, 1, WATCH_TYPE);
    if (!*box) host_raise(L, "usage", "these handles are not watched any more");
    return *box;
}

/* host_strand.pass_on */
static void pass_on(host_strand *strand) {
    tell_tasks(strand->wait_target);
}

static void bind_tasks(crowd *c, host_strand *strand) {
    strand->pass_on = pass_on;
    strand->wait_target = c;
    for (int i = 0; i < c->count; i++) {
        const watcher *w = &c->watchers[i];
        if (w->task && !host_task_ended(w->task))
            host_strand_put_below(&w->task->slot->strand, strand->bounds);
    }
}

/* The strand's wait was ended from outside, or by on_ended. */
static void stop_waiting(rt_waiter *waiter) {
    crowd *c = waiter->object;
    c->waiting = NULL;
}

static int wait_until(lua_State *L, crowd *c, until goal, host_finish finish) {
    if (c->waiting)
        return host_raise(L, "usage", "another strand waits for these handles");
    host_strand *strand = host_wait_begin(L, "await");
    c->until = goal;
    if (is_over(c)) return host_wait_end(L, strand, RT_OK, c->deadline, finish);
    c->waiting = strand;
    if (c->is_binding) bind_tasks(c, strand);
    rt_waiter_park(&strand->waiter, c, stop_waiting);
    return host_wait_end(L, strand, RT_PENDING, c->deadline, finish);
}

static int timed_out(lua_State *L) {
    lua_pushnil(L);
    lua_pushliteral(L, "timeout");
    return 2;
}

static int push_index(lua_State *L, int index) {
    if (index > 0)
        lua_pushinteger(L, index);
    else
        lua_pushnil(L);
    return 1;
}

static int waited(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_ETIMEOUT) return timed_out(L);
    const crowd *c = check_watch(L);
    return push_index(L, c->until == UNTIL_FIRST ? c->first_ended
                                                 : c->first_failed);
}

static until check_until(lua_State *L, int arg) {
    static const char *const names[] = {"all", "error", "first", NULL};
    return (until)luaL_checkoption(L, arg, "all", names);
}

/* watch:wait("all" | "error" | "first") -> index of the first that has failed
 * (for "first": that has ended), or nil | nil, "timeout" */
static int watch_wait(lua_State *L) {
    return wait_until(L, check_watch(L), check_until(L, 2), waited);
}

static int given(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_ETIMEOUT) return timed_out(L);
    crowd *c = check_watch(L);
    watcher *w = c->first;
    if (!w) return push_index(L, 0);
    c->first = w->next;
    if (!c->first) c->last = NULL;
    return push_index(L, (int)(w - c->watchers) + 1);
}

/* watch:next() -> index of one that has ended; nil: all were given | nil,
 * "timeout" */
static int watch_next(lua_State *L) {
    return wait_until(L, check_watch(L), UNTIL_NEXT, given);
}

/* watch:state(i) -> "done", "failed" or "cancelled"; nil: it has not ended */
static int watch_state(lua_State *L) {
    const crowd *c = check_watch(L);
    lua_Integer i = luaL_checkinteger(L, 2);
    luaL_argcheck(L, i >= 1 && i <= c->count, 2, "no such handle");
    const watcher *w = &c->watchers[i - 1];
    rt_strand_state state = (rt_strand_state)w->state;
    /* One that has just ended elsewhere may not have been told yet. */
    if (!has_ended(w) && !w->far) state = state_of(w);
    if (state == RT_STRAND_DONE)
        lua_pushliteral(L, "done");
    else if (state == RT_STRAND_FAILED)
        lua_pushliteral(L, "failed");
    else if (state == RT_STRAND_CANCELLED)
        lua_pushliteral(L, "cancelled");
    else
        lua_pushnil(L);
    return 1;
}

/* watch:lift(): from now on there is no time-out */
static int watch_lift(lua_State *L) {
    check_watch(L)->deadline = HOST_NO_DEADLINE;
    return 0;
}

/* watch:bind() */
static int watch_bind(lua_State *L) {
    check_watch(L)->is_binding = true;
    return 0;
}

/* watch:close(), __close, __gc */
static int watch_close(lua_State *L) {
    crowd **box = luaL_checkudata(L, 1, WATCH_TYPE);
    if (*box) close_crowd(*box);
    *box = NULL;
    return 0;
}

/* ---- wait_many: a watch for a single wait ---- */

static void close_many(host_strand *strand) {
    crowd **box = strand->wait_target;
    close_crowd(*box);
    *box = NULL;
}

static int many_waited(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_ETIMEOUT) return timed_out(L);
    lua_pushboolean(L, 1);
    return 1;
}

/* wait_many(list, count, "all" | "error" | "first"[, timeout])
 *   -> true | nil, "timeout" */
static int wait_many(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    int count = (int)luaL_checkinteger(L, 2);
    until goal = check_until(L, 3);
    host_deadline deadline = host_check_timeout(L, 4);
    crowd *c = push_watch(L, 1, count, deadline);
    host_strand *strand = host_wait_begin(L, "await");
    c->until = goal;
    strand->wait_target = lua_touserdata(L, -1);
    if (is_over(c)) {
        close_many(strand);
        return host_wait_end(L, strand, RT_OK, deadline, many_waited);
    }
    strand->clean_up = close_many;
    c->waiting = strand;
    rt_waiter_park(&strand->waiter, c, stop_waiting);
    return host_wait_end(L, strand, RT_PENDING, deadline, many_waited);
}

/* ---- opener ---- */

static const luaL_Reg methods[] = {
    {"wait", watch_wait}, {"next", watch_next}, {"state", watch_state},
    {"lift", watch_lift}, {"bind", watch_bind}, {"close", watch_close},
    {NULL, NULL},
};

void host_open_watch(lua_State *L) {
    luaL_newmetatable(L, WATCH_TYPE);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, watch_close);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__close");
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, internal_watch);
    lua_setfield(L, -2, "watch");
    lua_pushcfunction(L, wait_many);
    lua_setfield(L, -2, "wait_many");
    lua_pop(L, 2);
}
