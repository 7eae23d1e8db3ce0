/* op.c - an operation belongs to two: to a userdata in Lua, until its outcome was taken
 * or the userdata is collected, and to the host, until it has resolved it. Its lock
 * guards what both look at. The waiter of the strand is claimed under it, as that of any
 * object; whoever comes too late drops the result. */
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "core/failure.h"
#include "core/wait.h"
#include "embed/embedded.h"
#include "exec/quiet.h"

typedef struct outcome {
    plait_push push; /* NULL: it was rejected */
    void *result;
    void (*drop)(void *result);
    char *
        message; /* of the rejection, owned; NULL: there was no memory for it */
} outcome;

struct plait_op {
    pthread_mutex_t lock;
    plait *p; /* its memory */
    atomic_int refs;
    struct plait_op **box; /* the userdata, as long as it has its reference */
    rt_waiter *waiter;     /* parked; guarded by the lock, as is the rest */
    bool is_done;          /* resolved or rejected */
    bool is_abandoned;     /* nobody will take the outcome */
    outcome outcome;
    void (*on_cancel)(plait_op *op, void *data);
    void *data;
};

#define OP_TYPE "plait.op"

static void drop_outcome(outcome *o) {
    if (o->drop) o->drop(o->result);
    rt_free(o->message);
    *o = (outcome){.push = NULL};
}

static void unref(plait_op *op) {
    if (atomic_fetch_sub(&op->refs, 1) != 1) return;
    drop_outcome(&op->outcome);
    pthread_mutex_destroy(&op->lock);
    plait_unref(op->p);
    rt_free(op);
}

/* ---- Lua's side ---- */

/* Lua has no more to do with it. */
static void abandon(plait_op *op) {
    *op->box = NULL;
    pthread_mutex_lock(&op->lock);
    op->is_abandoned = true;
    outcome late = op->outcome;
    op->outcome = (outcome){.push = NULL};
    pthread_mutex_unlock(&op->lock);
    drop_outcome(&late);
    unref(op);
}

static int box_collect(lua_State *L) {
    plait_op **box = lua_touserdata(L, 1);
    if (*box) abandon(*box);
    return 0;
}

plait_op *plait_op_new(struct lua_State *L,
                       void (*on_cancel)(plait_op *op, void *data),
                       void *data) {
    plait *p = plait_of(L);
    if (!p) luaL_error(L, "plait_op_new: the state is not an embedded one");
    plait_op **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = NULL;
    if (luaL_newmetatable(L, OP_TYPE)) {
        lua_pushcfunction(L, box_collect);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    plait_op *op = rt_calloc(sizeof *op);
    if (!op) luaL_error(L, "not enough memory");
    pthread_mutex_init(&op->lock, NULL);
    atomic_init(&op->refs, 2); /* until abandon; until finish */
    op->p = p;
    plait_ref(p); /* until unref */
    op->box = box;
    op->on_cancel = on_cancel;
    op->data = data;
    *box = op;
    return op;
}

/* rt_waiter.withdraw */
static void withdraw(rt_waiter *waiter) {
    plait_op *op = waiter->object;
    pthread_mutex_lock(&op->lock);
    op->waiter = NULL;
    op->is_abandoned = true;
    pthread_mutex_unlock(&op->lock);
}

/* host_strand.clean_up: the wait is over. */
static void clean_up(host_strand *strand) {
    plait_op *op = strand->wait_target;
    rt_quiet_remove_source(strand->host->runtime);
    pthread_mutex_lock(&op->lock);
    bool was_cancelled = !op->is_done;
    pthread_mutex_unlock(&op->lock);
    if (was_cancelled && op->on_cancel) op->on_cancel(op, op->data);
}

/* (push, result) */
static int push_result(lua_State *L) {
    plait_push push = *(plait_push *)lua_touserdata(L, 1);
    void *result = lua_touserdata(L, 2);
    lua_settop(L, 0);
    return push(L, result);
}

static int push_outcome(lua_State *L, outcome *o) {
    int top = lua_gettop(L);
    lua_pushcfunction(L, push_result);
    lua_pushlightuserdata(L, &o->push);
    lua_pushlightuserdata(L, o->result);
    int status = lua_pcall(L, 2, LUA_MULTRET, 0);
    drop_outcome(o);
    if (status != LUA_OK) return lua_error(L);
    return lua_gettop(L) - top;
}

/* The operation keeps its message until all has been pushed that may fail. */
static int raise_rejection(lua_State *L, plait_op *op) {
    const char *message = op->outcome.message;
    luaL_where(L, 1);
    lua_pushstring(L, message ? message : "not enough memory");
    lua_concat(L, 2);
    abandon(op);
    return lua_error(L);
}

/* host_finish: nothing but the outcome ends the wait so. */
static int take(lua_State *L, host_strand *strand, int status) {
    plait_op *op = strand->wait_target;
    if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
    luaL_checkstack(L, 8, "result");
    if (!op->outcome.push) return raise_rejection(L, op);
    pthread_mutex_lock(&op->lock);
    outcome o = op->outcome;
    op->outcome = (outcome){.push = NULL};
    pthread_mutex_unlock(&op->lock);
    abandon(op);
    return push_outcome(L, &o);
}

int plait_await(struct lua_State *L, plait_op *op) {
    host_strand *strand = host_wait_begin(L, "native operation");
    int status = RT_OK;
    strand->wait_target = op;
    pthread_mutex_lock(&op->lock);
    if (!op->is_done) {
        status = RT_PENDING;
        rt_waiter_park(&strand->waiter, op, withdraw);
        op->waiter = &strand->waiter;
    }
    pthread_mutex_unlock(&op->lock);
    if (status == RT_PENDING) {
        strand->clean_up = clean_up;
        rt_quiet_add_source(strand->host->runtime);
    }
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, take);
}

/* ---- the host's side ---- */

static int push_nothing(lua_State *L, void *result) {
    (void)L;
    (void)result;
    return 0;
}

/* Returns true if somebody waits for it, or will. */
static bool give(plait_op *op, const outcome *o, bool is_open) {
    bool is_claimed = false;
    if (op->waiter && is_open) is_claimed = rt_waiter_claim(op->waiter);
    bool is_lost = op->is_abandoned || (op->waiter && !is_claimed);
    if (is_lost) return false;
    op->outcome = *o;
    if (is_claimed) rt_waiter_complete(op->waiter, RT_OK);
    op->waiter = NULL;
    return true;
}

static void finish(plait_op *op, outcome o) {
    plait *p = op->p;
    plait_ref(p); /* the operation may be freed meanwhile */
    bool is_open = plait_reach(p);
    pthread_mutex_lock(&op->lock);
    bool is_first = !op->is_done;
    op->is_done = true;
    bool is_taken = is_first && give(op, &o, is_open);
    pthread_mutex_unlock(&op->lock);
    if (is_open && pthread_equal(p->owner, pthread_self())) plait_touch(p);
    if (is_open) plait_let_go(p);
    if (!is_taken) drop_outcome(&o);
    if (is_first) unref(op);
    plait_unref(p);
}

void plait_op_resolve(plait_op *op, plait_push push, void *result,
                      void (*drop)(void *result)) {
    finish(op, (outcome){.push = push ? push : push_nothing,
                         .result = result,
                         .drop = drop});
}

void plait_op_reject(plait_op *op, const char *message) {
    finish(op, (outcome){.message = rt_strdup(message)});
}
