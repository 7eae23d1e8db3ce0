/* lib_batch.c - the jobs of one map or imap, and their answers as they come.
 *
 *     local batch = internal.pool_batch(pool, code, "map")
 *     batch:send("each", list, 1, 100)          -- a job of these items
 *     local first, done, state, err, traceback = batch:recv(results)
 *
 * Each job is a ticket with a waiter of its own, in a block that may outlive
 * the batch: a job that nobody waits for any more is cancelled, and its ticket
 * freed when it has ended. Completed tickets stand in `done` until they are
 * received; the strand that waits for the next one is woken through its own
 * waiter. */
#include "lib/lib_batch.h"

#include <lauxlib.h>

#include "base/alloc.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/wait.h"
#include "exec/pool.h"
#include "ipc/remote.h"
#include "ship/item.h"
#include "ship/job.h"
#include "ship/unshipper.h"

#define BATCH_TYPE "plait.batch"

typedef struct crowd {
    rt_object *pool;      /* a reference */
    host_strand *waiting; /* in recv */
    rt_list flying;       /* of ticket: given, not ended */
    rt_list done;         /* ended, not received; oldest first */
    int flying_count;
    int64_t flying_bytes; /* of their messages */
    bool is_finished;     /* nothing more is sent */
    bool waits_for_all;   /* `waiting` waits until none is flying */
    bool is_dropped;      /* the batch is gone */
} crowd;

typedef struct ticket {
    rt_waiter waiter;
    rt_list link;
    crowd *crowd;
    rt_pool_mode mode;
    lua_Integer first; /* item */
    lua_Integer count;
    int64_t bytes;
} ticket;

/* The userdata. */
typedef struct batch {
    crowd *crowd;
    host_job_target target; /* its code is user value 1 */
    const char *caller;     /* "map": user value 2 */
} batch;

enum { CODE_VALUE = 1, CALLER_VALUE, VALUES = CALLER_VALUE };

/* ---- tickets ---- */

static void release(crowd *c) {
    if (!c->is_dropped || c->flying_count > 0) return;
    rt_object_unref(c->pool);
    rt_free(c);
}

static void free_ticket(ticket *t) {
    rt_list_unlink(&t->link);
    rt_message_free(t->waiter.message);
    rt_free(t);
}

static void on_job_end(rt_waiter *waiter) {
    ticket *t = rt_container_of(waiter, ticket, waiter);
    crowd *c = t->crowd;
    rt_list_unlink(&t->link);
    c->flying_count--;
    c->flying_bytes -= t->bytes;
    if (c->is_dropped) {
        free_ticket(t);
        release(c);
        return;
    }
    rt_list_push(&c->done, &t->link);
    if (c->waits_for_all && c->flying_count > 0) return;
    if (c->waiting) (void)rt_waiter_cancel(&c->waiting->waiter, RT_OK);
}

/* Its job ends as soon as it can, and then the ticket is done. */
static void stop(ticket *t) {
    if (rt_is_remote(t->crowd->pool))
        rt_remote_withdraw(&t->waiter, RT_ECANCELLED);
    else
        rt_pool_stop(&t->waiter);
}

/* The last ones first: those that wait for a worker should not get one that
 * has just been stopped. */
static void stop_all(crowd *c) {
    for (rt_list *node = c->flying.prev; node != &c->flying;) {
        ticket *t = rt_container_of(node, ticket, link);
        node = node->prev;
        stop(t);
    }
}

/* Who waits, but is not the one that closes the batch, finds that all was
 * received. */
static void send_away(crowd *c) {
    host_strand *strand = c->waiting;
    if (!strand) return;
    strand->clean_up = NULL; /* stop_waiting */
    c->waiting = NULL;
    (void)rt_waiter_cancel(&strand->waiter, RT_OK);
}

/* Nobody is left who would receive. */
static int batch_gc(lua_State *L) {
    batch *b = lua_touserdata(L, 1);
    crowd *c = b->crowd;
    if (!c) return 0;
    b->crowd = NULL;
    send_away(c);
    c->is_dropped = true;
    for (rt_list *node; (node = c->done.next) != &c->done;)
        free_ticket(rt_container_of(node, ticket, link));
    stop_all(c);
    release(c);
    return 0;
}

static batch *check_batch(lua_State *L) {
    batch *b = luaL_checkudata(L, 1, BATCH_TYPE);
    if (!b->crowd) luaL_error(L, "the batch is closed");
    return b;
}

static int raise_failure(lua_State *L, const batch *b, int status) {
    if (status == RT_ECLOSED)
        return host_raise(L, "closed", "%s: the pool is closed", b->caller);
    if (status == RT_EUSAGE)
        return host_raise(L, "usage",
                          "%s: a worker cannot use its own pool: all of them "
                          "might wait for each other; use another pool, or "
                          "leave it to who uses this one",
                          b->caller);
    if (status == RT_ELIMIT)
        return host_raise(L, "send",
                          "%s: items that travel together are too large to be "
                          "sent (1 GiB is the most); give a smaller chunk",
                          b->caller);
    return host_raise_status(L, "pool", status);
}

/* ---- send ---- */

static rt_pool_mode check_mode(lua_State *L, int arg) {
    static const char *const names[] = {"each", "spread", "many", NULL};
    static const rt_pool_mode modes[] = {RT_POOL_EACH, RT_POOL_SPREAD,
                                         RT_POOL_MANY};
    return modes[luaL_checkoption(L, arg, NULL, names)];
}

static int give(lua_State *L, crowd *c, rt_message *job, ticket *t) {
    if (!rt_is_remote(c->pool)) {
        int status = rt_pool_run((rt_pool *)(void *)c->pool, job, &t->waiter);
        if (status != RT_PENDING) rt_message_free(job);
        return status;
    }
    host_state *host = host_of(L);
    const host_strand *strand = host->current ? host->current : &host->main;
    return rt_remote_call(c->pool, RT_POOL_RUN, (uint64_t)(uintptr_t)strand,
                          job, &t->waiter);
}

/* batch:send("each" | "spread" | "many", list, first, last): one job of these
 * items; of "many" each is a list of arguments with its n */
static int batch_send(lua_State *L) {
    batch *b = check_batch(L);
    crowd *c = b->crowd;
    rt_pool_mode mode = check_mode(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_Integer first = luaL_checkinteger(L, 4);
    lua_Integer last = luaL_checkinteger(L, 5);
    rt_message *job = host_ship_job(L, &b->target, mode, 3, first, last);
    ticket *t = rt_calloc(sizeof *t);
    if (!t) {
        rt_message_free(job);
        return luaL_error(L, "not enough memory");
    }
    t->crowd = c;
    t->mode = mode;
    t->first = first;
    t->count = last - first + 1;
    t->bytes = (int64_t)job->bytes.size;
    rt_waiter_init(&t->waiter, host_of(L)->loop, on_job_end);
    rt_list_push(&c->flying, &t->link);
    int status = give(L, c, job, t);
    if (status != RT_PENDING) {
        free_ticket(t);
        return raise_failure(L, b, status);
    }
    c->flying_count++;
    c->flying_bytes += t->bytes;
    return 0;
}

/* ---- recv ---- */

/* Pushes a list of the next results of one item, with their number n. */
static void push_list(lua_State *L, host_unshipper *u) {
    int64_t count;
    if (!host_unship_next_int(u, &count) || count < 0) count = 0;
    if (count > u->left) count = u->left;
    lua_createtable(L, (int)count, 1);
    for (int64_t i = 1; i <= count; i++) {
        (void)host_unship_next(u);
        lua_rawseti(L, -2, i);
    }
    lua_pushinteger(L, count);
    lua_setfield(L, -2, "n");
}

/* The results before the error, if there is one. */
static lua_Integer fill_results(lua_State *L, host_unshipper *u,
                                const ticket *t, uint32_t behind) {
    const int results = 2;
    lua_Integer done = 0;
    if (t->mode != RT_POOL_MANY) {
        lua_Integer there = u->left > behind ? u->left - behind : 0;
        if (there > t->count) there = t->count;
        return host_unship_list(u, results, t->first, there);
    }
    for (; u->left > behind && done < t->count; done++) {
        push_list(L, u);
        lua_rawseti(L, results, t->first + done);
    }
    return done;
}

/* (ticket, results) -> first, done, state[, error, traceback] */
static int read_answer(lua_State *L) {
    ticket *t = lua_touserdata(L, 1);
    host_unshipper u;
    int status = t->waiter.status;
    uint32_t behind = status == RT_OK ? 0 : 2;
    lua_Integer done = 0;
    if (t->waiter.message) {
        host_unship_open(&u, L, t->waiter.message);
        done = fill_results(L, &u, t, behind);
    }
    lua_pushinteger(L, t->first);
    lua_pushinteger(L, done);
    if (status == RT_OK) {
        lua_pushliteral(L, "done");
        return 3;
    }
    lua_pushstring(L,
                   status == RT_STRAND_SAYS_CANCELLED ? "cancelled" : "failed");
    if (!t->waiter.message || !host_unship_next(&u))
        lua_pushliteral(L, "not enough memory");
    if (!t->waiter.message || !host_unship_next(&u)) lua_pushnil(L);
    return 5;
}

/* Modules may be loaded while it is read, so it is not in the lists then. */
static int push_answer(lua_State *L, ticket *t) {
    lua_pushcfunction(L, read_answer);
    lua_pushlightuserdata(L, t);
    lua_pushvalue(L, 2);
    int base = lua_gettop(L) - 3;
    int status = lua_pcall(L, 2, LUA_MULTRET, 0);
    rt_message_free(t->waiter.message);
    rt_free(t);
    if (status != LUA_OK) return lua_error(L);
    return lua_gettop(L) - base;
}

static int received(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    batch *b = lua_touserdata(L, 1);
    lua_settop(L, 2);
    if (status == RT_ETIMEOUT) {
        lua_pushnil(L);
        lua_pushliteral(L, "timeout");
        return 2;
    }
    rt_list *node = b->crowd ? rt_list_pop(&b->crowd->done) : NULL;
    if (!node) { /* all are received */
        lua_pushnil(L);
        return 1;
    }
    ticket *t = rt_container_of(node, ticket, link);
    status = t->waiter.status;
    if (status >= RT_OK) return push_answer(L, t);
    if (status == RT_ECANCELLED) { /* a withdrawn call; no words came with it */
        t->waiter.status = RT_STRAND_SAYS_CANCELLED;
        return push_answer(L, t);
    }
    free_ticket(t);
    return raise_failure(L, b, status);
}

static void stop_waiting(host_strand *strand) {
    crowd *c = strand->wait_target;
    c->waiting = NULL;
    c->waits_for_all = false;
}

static int wait_for_ticket(lua_State *L, crowd *c, host_strand *strand,
                           host_deadline deadline, host_finish finish) {
    c->waiting = strand;
    strand->clean_up = stop_waiting;
    strand->wait_target = c;
    rt_waiter_park(&strand->waiter, c, NULL);
    return host_wait_end(L, strand, RT_PENDING, deadline, finish);
}

/* batch:recv(results[, timeout]) -> first, done, "done" | "failed" | "cancelled",
 * error, traceback | nil, "timeout" | nil. Waits for the next job to end, and
 * puts its results into results[first] to results[first + done - 1]; nil: there
 * is none, and batch:finish() was called. */
static int batch_recv(lua_State *L) {
    batch *b = check_batch(L);
    crowd *c = b->crowd;
    luaL_checktype(L, 2, LUA_TTABLE);
    host_deadline deadline = host_check_timeout(L, 3);
    if (c->waiting)
        return host_raise(L, "usage", "%s: another strand takes its results",
                          b->caller);
    host_strand *strand = host_wait_begin(L, "pool");
    bool is_over = c->is_finished && c->flying_count == 0;
    if (is_over || !rt_list_empty(&c->done))
        return host_wait_end(L, strand, RT_OK, deadline, received);
    return wait_for_ticket(L, c, strand, deadline, received);
}

/* ---- the rest ---- */

/* All have ended, or the time for clean-up is over. */
static int drained(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    (void)status;
    return batch_gc(L);
}

/* batch:close(): cancels all its jobs and waits until they have ended */
static int batch_close(lua_State *L) {
    batch *b = luaL_checkudata(L, 1, BATCH_TYPE);
    crowd *c = b->crowd;
    if (!c || c->flying_count == 0) return batch_gc(L);
    stop_all(c);
    host_strand *strand = host_wait_begin(L, "pool");
    send_away(c);
    c->waits_for_all = true;
    return wait_for_ticket(L, c, strand, HOST_NO_DEADLINE, drained);
}

/* batch:cancel(): asks for the end of all its jobs */
static int batch_cancel(lua_State *L) {
    stop_all(check_batch(L)->crowd);
    return 0;
}

/* batch:finish(): nothing more is sent */
static int batch_finish(lua_State *L) {
    crowd *c = check_batch(L)->crowd;
    c->is_finished = true;
    if (c->waiting && c->flying_count == 0)
        (void)rt_waiter_cancel(&c->waiting->waiter, RT_OK);
    return 0;
}

/* batch:pending() -> jobs that have not ended, the bytes of their items */
static int batch_pending(lua_State *L) {
    const crowd *c = check_batch(L)->crowd;
    lua_pushinteger(L, c->flying_count);
    lua_pushinteger(L, c->flying_bytes);
    return 2;
}

static const luaL_Reg methods[] = {
    {"send", batch_send},
    {"recv", batch_recv},
    {"cancel", batch_cancel},
    {"finish", batch_finish},
    {"pending", batch_pending},
    {"close", batch_close},
    {NULL, NULL},
};

/* A number that no other batch has had or will have: they are told apart by
 * when they began, and by where they are. */
static int64_t new_group(const crowd *c) {
    uint64_t when = (uint64_t)rt_clock_now() * UINT64_C(0x9e3779b97f4a7c15);
    return (int64_t)((when ^ (uintptr_t)c) | 1);
}

/* pool_batch(pool, code, caller, "thread" | "process", is_group) -> batch. When
 * a job of a group fails, its others are cancelled. */
static int pool_batch(lua_State *L) {
    rt_object *pool = host_proxy_check(L, 1, RT_KIND_POOL);
    rt_object *code = host_proxy_check(L, 2, RT_KIND_CODE);
    const char *caller = luaL_checkstring(L, 3);
    const char *to = luaL_checkstring(L, 4);
    bool is_here = !rt_is_remote(pool) && to[0] == 't';
    lua_settop(L, 5);
    batch *b = lua_newuserdatauv(L, sizeof *b, VALUES);
    *b = (batch){
        .target = {.code = code,
                   .target = is_here ? HOST_SHIP_THREAD : HOST_SHIP_ANYWHERE,
                   .to = to[0] == 't' ? "thread" : "process"},
        .caller = caller};
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, -2, CODE_VALUE);
    lua_pushvalue(L, 3);
    lua_setiuservalue(L, -2, CALLER_VALUE);
    luaL_setmetatable(L, BATCH_TYPE);
    b->crowd = rt_calloc(sizeof *b->crowd);
    if (!b->crowd) return luaL_error(L, "not enough memory");
    rt_list_init(&b->crowd->flying);
    rt_list_init(&b->crowd->done);
    if (lua_toboolean(L, 5)) b->target.group = new_group(b->crowd);
    rt_object_ref(pool); /* until release */
    b->crowd->pool = pool;
    return 1;
}

/* new_list(n) -> an empty table with room for n elements */
static int new_list(lua_State *L) {
    lua_Integer count = luaL_checkinteger(L, 1);
    lua_createtable(L, count < 0 || count > (1 << 26) ? 0 : (int)count, 0);
    return 1;
}

void host_open_batch(lua_State *L) {
    luaL_newmetatable(L, BATCH_TYPE);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, batch_gc);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, batch_close);
    lua_setfield(L, -2, "__close");
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, pool_batch);
    lua_setfield(L, -2, "pool_batch");
    lua_pushcfunction(L, new_list);
    lua_setfield(L, -2, "new_list");
    lua_pop(L, 3);
}
