/* chunk.c - chunks run as tasks of the main state. When one has ended, its waiter puts
 * it into the list `ended`; the host is told outside of all tasks (plait_deliver). */
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "core/end.h"
#include "core/exit.h"
#include "core/failure.h"
#include "core/task.h"
#include "embed/embedded.h"

/* ---- slots ---- */

enum { INDEX_BITS = 24 };

static plait_slot *new_page(plait *p) {
    uint32_t size = PLAIT_FIRST_PAGE;
    int number = 0;
    for (; number < PLAIT_PAGES && atomic_load(&p->pages[number]); number++)
        size *= 2;
    if (number == PLAIT_PAGES) return NULL;
    plait_slot *page = rt_calloc(size * sizeof *page);
    if (!page) return NULL;
    for (uint32_t i = size; i-- > 0;) {
        page[i].index = p->slot_count + i;
        page[i].next_free = p->free_slots;
        p->free_slots = &page[i];
    }
    p->slot_count += size;
    atomic_store(&p->pages[number], page);
    return page;
}

static bool take_slot(plait *p, plait_chunk *chunk) {
    if (!p->free_slots && !new_page(p)) return false;
    plait_slot *slot = p->free_slots;
    p->free_slots = slot->next_free;
    slot->chunk = chunk;
    chunk->slot = slot;
    atomic_store(&slot->id, ++p->last_serial << INDEX_BITS | slot->index);
    return true;
}

static void give_slot(plait *p, plait_slot *slot) {
    atomic_store(&slot->id, 0);
    slot->chunk = NULL;
    slot->next_free = p->free_slots;
    p->free_slots = slot;
}

void plait_free_slots(plait *p) {
    for (int i = 0; i < PLAIT_PAGES; i++) rt_free(p->pages[i]);
}

/* ---- start ---- */

/* Where the code is, and what becomes of it. */
typedef struct start {
    const char *code; /* NULL: it is in the file `name` */
    size_t size;
    const char *name;
    plait_chunk *chunk;
    plait_status status; /* what an error means */
} start;

static void on_end(rt_waiter *waiter) {
    plait_chunk *chunk = rt_container_of(waiter, plait_chunk, waiter);
    plait *p = chunk->p;
    rt_list_unlink(&chunk->link);
    rt_list_push(&p->ended, &chunk->link);
    if (p->host->is_draining)
        (void)rt_waiter_cancel(&p->host->main.waiter, RT_OK);
}

static int load(lua_State *L, start *s) {
    if (!s->code) return luaL_loadfile(L, s->name);
    const char *name = s->name;
    if (!name) name = lua_pushlstring(L, s->code, s->size);
    return luaL_loadbufferx(L, s->code, s->size, name, "t");
}

/* (start) -> the task is there, and the chunk waits for its end */
static int begin(lua_State *L) {
    start *s = lua_touserdata(L, 1);
    plait_chunk *chunk = s->chunk;
    int status = load(L, s);
    if (status != LUA_OK) {
        if (status == LUA_ERRFILE) s->status = PLAIT_ERR_FILE;
        if (status == LUA_ERRSYNTAX) s->status = PLAIT_ERR_SYNTAX;
        return lua_error(L);
    }
    lua_pushboolean(L, 1); /* its place: once the task is there nothing fails */
    chunk->handle = luaL_ref(L, LUA_REGISTRYINDEX);
    host_task *task = host_task_start(L, lua_gettop(L));
    lua_rawseti(L, LUA_REGISTRYINDEX, chunk->handle);
    rt_waiter_init(&chunk->waiter, chunk->p->host->loop, on_end);
    chunk->waiter.completes_inline = true;
    (void)host_task_wait(task, &chunk->waiter);
    return 0;
}

static void free_chunk(plait_chunk *chunk) {
    rt_list_unlink(&chunk->link);
    if (chunk->slot) give_slot(chunk->p, chunk->slot);
    rt_free(chunk);
}

static plait_chunk *new_chunk(plait *p) {
    plait_chunk *chunk = rt_calloc(sizeof *chunk);
    if (!chunk) return NULL;
    chunk->p = p;
    chunk->handle = LUA_NOREF;
    rt_list_init(&chunk->link);
    if (take_slot(p, chunk)) return chunk;
    rt_free(chunk);
    return NULL;
}

/* What was told to stop by now is what there is by now. */
static void hear_early(plait *p) {
    if (atomic_load(&p->host->has_signals)) p->host->on_signals(p->host, NULL);
}

/* The chunk of `s` is made here; NULL in it: it was not started. */
static plait_status start_chunk(plait *p, start *s) {
    lua_State *L = p->L;
    p->has_started = true;
    hear_early(p);
    plait_chunk *chunk = s->chunk = new_chunk(p);
    if (!chunk) return plait_fail(p, PLAIT_ERR_MEMORY, "not enough memory");
    s->status = PLAIT_OK;
    lua_pushcfunction(L, begin);
    lua_pushlightuserdata(L, s);
    if (lua_pcall(L, 1, 0, 0) == LUA_OK) {
        rt_list_push(&p->chunks, &chunk->link);
        return PLAIT_OK;
    }
    plait_status status = s->status;
    if (status == PLAIT_OK) status = plait_status_of(L, -1);
    (void)plait_fail_by(p, status, L, -1, 0, 0);
    lua_pop(L, 1);
    luaL_unref(L, LUA_REGISTRYINDEX, chunk->handle);
    free_chunk(chunk);
    s->chunk = NULL;
    return status;
}

plait_status plait_start(plait *p, const char *code, size_t size,
                         const char *name, plait_done done, void *data,
                         plait_task *task) {
    plait_status status = plait_check(p, false);
    if (status != PLAIT_OK) return status;
    if (!code) return plait_fail(p, PLAIT_ERR_ARGUMENT, "there is no code");
    if (atomic_load(&p->is_closing))
        return plait_fail(p, PLAIT_ERR_STATE, "the runtime is being closed");
    start s = {.code = code, .size = size, .name = name};
    status = start_chunk(p, &s);
    if (status != PLAIT_OK) return status;
    s.chunk->done = done;
    s.chunk->data = data;
    if (task) *task = atomic_load(&s.chunk->slot->id);
    plait_touch(p);
    return PLAIT_OK;
}

/* ---- the end ---- */

/* (done's chunk, status, its results or its error...) */
static int call_done(lua_State *L) {
    plait_chunk *chunk = lua_touserdata(L, 1);
    plait_status status = (plait_status)lua_tointeger(L, 2);
    chunk->done(chunk->p, status, L, lua_gettop(L) - 2, chunk->data);
    return 0;
}

/* Pushes the results, or the error, and returns the status. */
static plait_status push_outcome(lua_State *L, plait_chunk *chunk, int handle) {
    plait *p = chunk->p;
    const host_task *task = lua_touserdata(L, handle);
    uint64_t id = atomic_load(&chunk->slot->id);
    if (task->state == RT_STRAND_DONE) {
        if (chunk->done) (void)host_task_results(L, handle);
        return PLAIT_OK;
    }
    host_task_observe(L, handle);
    host_task_push_error(L, handle);
    host_task_push_traceback(L, handle);
    int code = 0;
    plait_status status = plait_status_of(L, -2);
    bool is_cancelled = task->state == RT_STRAND_CANCELLED;
    const char *kind =
        host_failure_kind(L, -2); /* maybe of a strand it awaited */
    if ((is_cancelled || (kind && strcmp(kind, "cancelled") == 0)) &&
        host_exit_status(p->states.runtime, &code))
        status = PLAIT_ERR_EXIT;
    else if (is_cancelled && status == PLAIT_ERR_RUN)
        status = PLAIT_ERR_CANCELLED;
    (void)plait_fail_by(p, status, L, lua_gettop(L) - 1, lua_gettop(L), id);
    p->last.error.code = code;
    lua_pop(L, 1);
    return status;
}

/* The first one of a run is what it comes to. */
static void keep_failure(plait *p) {
    if (p->run.error.status == PLAIT_OK) plait_move_failure(&p->run, &p->last);
}

/* (chunk) -> the host is told */
static int deliver(lua_State *L) {
    plait_chunk *chunk = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, chunk->handle);
    luaL_unref(L, LUA_REGISTRYINDEX, chunk->handle);
    chunk->handle = LUA_NOREF;
    plait_status status = push_outcome(L, chunk, 2);
    if (chunk->is_run && status < 0) {
        chunk->p->has_failed = true;
        keep_failure(chunk->p);
    }
    if (!chunk->done) return 0;
    luaL_checkstack(L, 5 + LUA_MINSTACK, "too many results");
    lua_pushcfunction(L, call_done);
    lua_replace(L, 2);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, status);
    lua_rotate(L, 3, 2);
    chunk->is_told = true;
    lua_call(L, lua_gettop(L) - 2, 0);
    return 0;
}

/* (chunk, status) -> done is called with the last error */
static int call_done_by_error(lua_State *L) {
    plait_chunk *chunk = lua_touserdata(L, 1);
    lua_pushstring(L, chunk->p->last.error.message);
    return call_done(L);
}

/* The host is told, if it wants to be, that the chunk came to the last error. */
static void tell_error(plait_chunk *chunk, plait_status status) {
    lua_State *L = chunk->p->L;
    int top = lua_gettop(L);
    if (!chunk->done) return;
    lua_pushcfunction(L, call_done_by_error);
    lua_pushlightuserdata(L, chunk);
    lua_pushinteger(L, status);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) host_end_complain(L);
    lua_settop(L, top);
}

/* Its results, or its error, could not be pushed: that is its error. */
static void deliver_failure(plait_chunk *chunk) {
    plait *p = chunk->p;
    plait_status status = plait_status_of(p->L, -1);
    (void)plait_fail_by(p, status, p->L, -1, 0, 0);
    lua_pop(p->L, 1);
    if (chunk->is_run) p->has_failed = true;
    if (chunk->is_run) keep_failure(p);
    tell_error(chunk, status);
}

/* An error here is one of the host's function, or there was no room. */
static void finish(plait_chunk *chunk) {
    lua_State *L = chunk->p->L;
    int top = lua_gettop(L);
    lua_pushcfunction(L, deliver);
    lua_pushlightuserdata(L, chunk);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        if (chunk->is_told)
            host_end_complain(L);
        else
            deliver_failure(chunk);
    }
    lua_settop(L, top);
    free_chunk(chunk);
}

void plait_deliver(plait *p) {
    for (rt_list *node; (node = rt_list_pop(&p->ended));)
        finish(rt_container_of(node, plait_chunk, link));
}

static void abandon(plait_chunk *chunk) {
    plait *p = chunk->p;
    (void)rt_waiter_cancel(&chunk->waiter, RT_ECANCELLED); /* it is in ended */
    rt_list_unlink(&chunk->link);
    (void)plait_fail(p, PLAIT_ERR_CANCELLED, "the runtime is closed");
    tell_error(chunk, PLAIT_ERR_CANCELLED);
    free_chunk(chunk);
}

void plait_abandon_chunks(plait *p) {
    while (!rt_list_empty(&p->chunks))
        abandon(rt_container_of(p->chunks.next, plait_chunk, link));
}

/* ---- cancellation ---- */

/* (chunk) */
static int cancel(lua_State *L) {
    const plait_chunk *chunk = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, chunk->handle);
    host_task_cancel(L, lua_touserdata(L, 2), 0);
    return 0;
}

void plait_cancel_marked(plait *p) {
    lua_State *L = p->L;
    for (rt_list *node = p->chunks.next; node != &p->chunks;) {
        plait_chunk *chunk = rt_container_of(node, plait_chunk, link);
        node = node->next; /* one that is cancelled ends later */
        const plait_slot *slot = chunk->slot;
        if (atomic_load(&slot->cancelled) != atomic_load(&slot->id)) continue;
        lua_pushcfunction(L, cancel);
        lua_pushlightuserdata(L, chunk);
        if (lua_pcall(L, 1, 0, 0) != LUA_OK) lua_pop(L, 1);
    }
}

/* ---- plait_run ---- */

/* The chunk and all else is driven to its end; returns what it has come to. */
static plait_status finish_run(plait *p) {
    host_deadline deadline = HOST_NO_DEADLINE;
    bool is_stopping = false;
    for (;;) {
        int code;
        int drained = plait_drain(p, deadline, !is_stopping);
        if (drained == RT_ESTUCK) {
            (void)plait_fail_by(p, PLAIT_ERR_DEADLOCK, p->L, -1, 0, 0);
            lua_pop(p->L, 1);
            keep_failure(p);
        } else if (host_exit_status(p->states.runtime, &code)) {
            (void)plait_fail(p, PLAIT_ERR_EXIT, "os.exit was called");
            p->last.error.code = code;
            keep_failure(p);
        } else if (p->was_told) {
            (void)plait_fail(p, PLAIT_ERR_CANCELLED, "interrupted!");
            keep_failure(p);
        }
        if (drained == RT_OK || is_stopping) return p->run.error.status;
        is_stopping = true;
        int64_t end = rt_clock_now() + HOST_END_GRACE_NS;
        deadline = (host_deadline){end, end};
        plait_stop_all(p, "the script has failed");
    }
}

static plait_status run(plait *p, start *s) {
    plait_status status = plait_check(p, true);
    if (status != PLAIT_OK) return status;
    plait_come_in(p);
    hear_early(p);
    plait_forget_exit(p);
    p->was_told = p->has_failed = false;
    status = start_chunk(p, s);
    if (status == PLAIT_OK) {
        s->chunk->is_run = true;
        status = finish_run(p);
        plait_report(p);
        plait_forget_exit(p);
        if (status != PLAIT_OK) plait_move_failure(&p->last, &p->run);
    }
    plait_go_out(p, false);
    return status;
}

plait_status plait_run_string(plait *p, const char *code, size_t size,
                              const char *name) {
    start s = {.code = code, .size = size, .name = name};
    if (code) return run(p, &s);
    plait_status status = plait_check(p, true);
    return status ? status
                  : plait_fail(p, PLAIT_ERR_ARGUMENT, "there is no code");
}

plait_status plait_run_file(plait *p, const char *path) {
    start s = {.code = NULL, .name = path};
    if (path) return run(p, &s);
    plait_status status = plait_check(p, true);
    return status ? status
                  : plait_fail(p, PLAIT_ERR_ARGUMENT, "there is no path");
}
