/* stay.c - the table of contents is below. The stack of the C function, through
 * all of them: 1 the condition, 2 the stay, 3 the lock, 4 a report (of a
 * deadlock, or who has the lock), or nil. */
#include "ship/stay.h"

#include <lauxlib.h>

#include "core/failure.h"
#include "core/held.h"
#include "core/proxy.h"
#include "core/ring.h"
#include "ship/hold.h"
#include "ship/item.h"

enum { CONDITION = 1, STAY, LOCK, REPORT };

#define STAY_TYPE "plait.stay"

typedef struct stay {
    host_deadline deadline;
    /* A reference while the ticket is entered here and does not wait, so that
     * a state that closes can give it up. */
    rt_condition *entered;
    rt_ticket ticket;
    lua_Integer number; /* of a ticket in another process */
    uint32_t depth;     /* of the lock that was released; 0: it was not */
    int outcome;        /* what the wait came to */
    bool was_cancelled; /* before it began: it is clean-up that waits */
    bool has_ticket;    /* in another process, that was notified */
} stay;

/* Steps, in the order they happen. The whole of it where both live in this
 * process; */
static int wait_here(lua_State *L);
/* where they live in another one together, or so it seems; */
static int ask_to_stay(lua_State *L);
static int stayed(lua_State *L, host_strand *strand, int status);
/* where they live in different ones; */
static int enter(lua_State *L);
static int entered(lua_State *L, host_strand *strand, int status);
static int release(lua_State *L);
static int released(lua_State *L, host_strand *strand, int status);
static int await_notice(lua_State *L);
static int leave(lua_State *L);
static int left(lua_State *L, host_strand *strand, int status);
/* and the end of them all. */
static int notified(lua_State *L, host_strand *strand, int status);
static int acquire(lua_State *L);
static int acquired(lua_State *L, host_strand *strand, int status);
static int give_ticket_back(lua_State *L);
static int given_back(lua_State *L, host_strand *strand, int status);
static int lose(lua_State *L, host_strand *strand, int status);
static int finish(lua_State *L);

/* ---- what is on the stack ---- */

static rt_object *condition_object(lua_State *L) {
    return host_proxy_check(L, CONDITION, RT_KIND_CONDITION);
}

static rt_condition *local_condition(lua_State *L) {
    return host_stay_local(condition_object(L));
}

static rt_object *lock_object(lua_State *L) {
    return host_proxy_check(L, LOCK, RT_KIND_LOCK);
}

static rt_lock *local_lock(lua_State *L) {
    return host_hold_local(lock_object(L));
}

static stay *stay_of(lua_State *L) {
    return lua_touserdata(L, STAY);
}

static rt_loop *loop_of(lua_State *L) {
    return host_of(L)->loop;
}

/* ---- the lock of a condition ----
 *
 * The proxy keeps it as its user value. */

static int lock_told(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK) return host_raise_status(L, "condition", status);
    lua_CFunction next = lua_tocfunction(L, -1);
    lua_pop(L, 1);
    host_item_push(L, &strand->item);
    if (!host_proxy_test(L, -1, RT_KIND_LOCK))
        return host_raise_status(L, "condition", RT_EDAMAGED);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, CONDITION, 1);
    return next(L);
}

int host_stay_with_lock(lua_State *L, lua_CFunction next) {
    rt_object *object = condition_object(L);
    luaL_checkstack(L, 8, "condition");
    if (lua_getiuservalue(L, CONDITION, 1) == LUA_TUSERDATA) return next(L);
    lua_pop(L, 1);
    rt_condition *condition = host_stay_local(object);
    if (condition) {
        host_proxy_push(L, rt_condition_lock(condition));
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, CONDITION, 1);
        return next(L);
    }
    lua_pushcfunction(L, next);
    host_strand *strand = host_wait_begin(L, "condition");
    int status = host_item_call(strand, object, RT_CONDITION_LOCK, NULL, 0);
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, lock_told);
}

/* ---- stays ---- */

static void drop_entered(stay *s) {
    rt_condition *condition = s->entered;
    s->entered = NULL;
    if (condition) rt_object_unref((rt_object *)(void *)condition);
}

static int stay_gc(lua_State *L) {
    stay *s = lua_touserdata(L, 1);
    if (s->entered) rt_condition_leave(s->entered, &s->ticket, NULL);
    drop_entered(s);
    return 0;
}

void host_stay_open(lua_State *L) {
    luaL_newmetatable(L, STAY_TYPE);
    lua_pushcfunction(L, stay_gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}

void host_stay_push(lua_State *L, host_deadline deadline) {
    stay *s = lua_newuserdatauv(L, sizeof *s, 0);
    *s = (stay){.deadline = deadline};
    luaL_setmetatable(L, STAY_TYPE);
}

bool host_stay_timed_out(lua_State *L, int index) {
    const stay *s = lua_touserdata(L, index);
    return s->outcome == RT_ETIMEOUT;
}

/* ---- the beginning ---- */

static int refuse_stranger(lua_State *L) {
    host_strand *strand = host_hold_strand(L);
    return host_hold_raise(L, strand, local_lock(L), RT_EOWNER, "wait");
}

static int begin(lua_State *L) {
    lua_settop(L, REPORT);
    stay *s = stay_of(L);
    s->depth = 0;
    s->has_ticket = false;
    s->was_cancelled = host_hold_strand(L)->is_cancelled;
    rt_lock *lock = local_lock(L);
    if (lock && !rt_lock_is_owned(lock, host_party(host_hold_strand(L))))
        return refuse_stranger(L);
    if (lock) return local_condition(L) ? wait_here(L) : enter(L);
    return local_condition(L) ? enter(L) : ask_to_stay(L);
}

int host_stay_wait(lua_State *L) {
    lua_settop(L, STAY);
    return host_stay_with_lock(L, begin);
}

/* ---- both here ---- */

static int wait_here(lua_State *L) {
    stay *s = stay_of(L);
    rt_condition *condition = local_condition(L);
    rt_lock *lock = local_lock(L);
    host_strand *strand = host_wait_begin(L, "condition");
    rt_condition_enter(condition, &s->ticket);
    (void)rt_lock_release_all(lock, host_party(strand), loop_of(L), &s->depth);
    int status = rt_condition_wait(condition, &s->ticket, &strand->waiter);
    return host_wait_end_any(L, strand, status, s->deadline, notified,
                             HOST_WAIT_OPEN);
}

/* ---- both elsewhere ---- */

static int ask_to_stay(lua_State *L) {
    rt_object *condition = condition_object(L);
    host_strand *strand = host_wait_begin(L, "condition");
    int status = host_hold_call(L, strand, condition, RT_CONDITION_STAY, 0);
    return host_wait_end_any(L, strand, status, stay_of(L)->deadline, stayed,
                             HOST_WAIT_OPEN);
}

/* A depth in the answer says that the lock was released and not acquired. */
static int stayed(lua_State *L, host_strand *strand, int status) {
    stay *s = stay_of(L);
    status = host_item_answer(strand, status);
    if (status == RT_ECHANGED) return enter(L);
    if (status != RT_OK && strand->item.kind == RT_ITEM_INT)
        s->depth = (uint32_t)strand->item.as.integer;
    s->outcome = status;
    if (status == RT_OK) return finish(L);
    if (status == RT_EABANDONED) return lose(L, strand, status);
    if (s->depth > 0) return acquire(L);
    host_wait_raise(L, strand, status);
    return host_hold_raise(L, strand, NULL, status, "wait");
}

/* ---- in different processes ---- */

static int enter(lua_State *L) {
    stay *s = stay_of(L);
    rt_object *object = condition_object(L);
    rt_condition *condition = host_stay_local(object);
    if (!condition) {
        host_strand *strand = host_wait_begin(L, "condition");
        int status = host_held_visit(strand, object);
        if (status == RT_OK)
            status =
                host_item_call(strand, object, RT_CONDITION_ENTER, NULL, 0);
        return host_wait_end_any(L, strand, status, HOST_NO_DEADLINE, entered,
                                 HOST_WAIT_FIRM);
    }
    (void)host_wait_begin(L, "condition"); /* may raise, for the last time */
    rt_condition_enter(condition, &s->ticket);
    rt_object_ref(object); /* until drop_entered */
    s->entered = condition;
    return release(L);
}

static int entered(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK) {
        host_held_depart(strand, condition_object(L));
        host_wait_raise(L, strand, status);
        return host_raise_status(L, "condition", status);
    }
    stay_of(L)->number = strand->item.as.integer;
    return release(L);
}

static int release(lua_State *L) {
    stay *s = stay_of(L);
    rt_lock *lock = local_lock(L);
    host_strand *strand = host_wait_go_on(L, "lock");
    if (lock) {
        (void)rt_lock_release_all(lock, host_party(strand), loop_of(L),
                                  &s->depth);
        return await_notice(L);
    }
    int status =
        host_item_call(strand, lock_object(L), RT_LOCK_RELEASE_ALL, NULL, 0);
    return host_wait_end_any(L, strand, status, HOST_NO_DEADLINE, released,
                             HOST_WAIT_FIRM);
}

static int released(lua_State *L, host_strand *strand, int status) {
    stay *s = stay_of(L);
    status = host_item_answer(strand, status);
    if (status == RT_OK) {
        s->depth = (uint32_t)strand->item.as.integer;
        return await_notice(L);
    }
    s->outcome = status;
    host_item_push(L, &strand->item); /* who has the lock */
    lua_replace(L, REPORT);
    return leave(L);
}

static int await_notice(lua_State *L) {
    stay *s = stay_of(L);
    rt_condition *condition = local_condition(L);
    host_strand *strand = host_wait_go_on(L, "condition");
    if (strand->is_cancelled && !s->was_cancelled) {
        s->outcome = RT_ECANCELLED;
        return leave(L);
    }
    int status;
    if (condition) {
        status = rt_condition_wait(condition, &s->ticket, &strand->waiter);
        drop_entered(s);
    } else {
        rt_item number = {.kind = RT_ITEM_INT, .as.integer = s->number};
        status = host_item_call(strand, condition_object(L), RT_CONDITION_WAIT,
                                &number, 1);
    }
    return host_wait_end_any(L, strand, status, s->deadline, notified,
                             HOST_WAIT_OPEN);
}

/* It is not going to wait, for a reason that is the outcome. */
static int leave(lua_State *L) {
    stay *s = stay_of(L);
    host_strand *strand = host_wait_go_on(L, "condition");
    int status = RT_OK;
    if (s->entered) {
        rt_condition_leave(s->entered, &s->ticket, loop_of(L));
        drop_entered(s);
    } else {
        rt_item number = {.kind = RT_ITEM_INT, .as.integer = s->number};
        status = host_item_call(strand, condition_object(L), RT_CONDITION_LEAVE,
                                &number, 1);
    }
    return host_wait_end_any(L, strand, status, HOST_NO_DEADLINE, left,
                             HOST_WAIT_FIRM);
}

static int left(lua_State *L, host_strand *strand, int status) {
    (void)status; /* there is a worse reason */
    (void)host_item_answer(strand, RT_OK);
    host_held_depart(strand, condition_object(L));
    stay *s = stay_of(L);
    if (s->depth > 0) return acquire(L);
    rt_item_clear(&strand->item);
    (void)host_item_read_scalar(L, REPORT, &strand->item);
    return host_hold_raise(L, strand, NULL, s->outcome, "wait");
}

/* ---- the end ---- */

static int notified(lua_State *L, host_strand *strand, int status) {
    (void)host_item_answer(strand, RT_OK);
    stay *s = stay_of(L);
    if (status == RT_ESTUCK) lua_replace(L, REPORT);
    s->outcome = status;
    s->has_ticket = status == RT_OK && !local_condition(L);
    if (!s->has_ticket) host_held_depart(strand, condition_object(L));
    return acquire(L);
}

static int acquire(lua_State *L) {
    rt_lock *lock = local_lock(L);
    host_strand *strand = host_wait_go_on(L, "lock");
    int status;
    if (lock)
        status = rt_lock_acquire(lock, host_party(strand), &strand->waiter,
                                 strand->waiter.loop);
    else
        status = host_hold_call(L, strand, lock_object(L), RT_LOCK_RESTORE,
                                stay_of(L)->depth);
    if (lock && status == RT_PENDING)
        host_ring_check(L, strand, HOST_NO_DEADLINE);
    return host_wait_end_any(L, strand, status, HOST_NO_DEADLINE, acquired,
                             HOST_WAIT_FIRM);
}

static int acquired(lua_State *L, host_strand *strand, int status) {
    rt_lock *lock = local_lock(L);
    if (!lock) status = host_item_answer(strand, status);
    if (status != RT_OK) return lose(L, strand, status);
    if (lock) {
        lua_Debug place;
        host_hold_find_place(L, &place);
        host_hold_got(strand, lock, &place);
        rt_lock_restore(lock, stay_of(L)->depth);
    }
    return stay_of(L)->has_ticket ? give_ticket_back(L) : finish(L);
}

/* Until now the notification would have gone on to others if the process had
 * died. */
static int give_ticket_back(lua_State *L) {
    host_strand *strand = host_wait_go_on(L, "condition");
    rt_item number = {.kind = RT_ITEM_INT, .as.integer = stay_of(L)->number};
    int status = host_item_call(strand, condition_object(L), RT_CONDITION_LEAVE,
                                &number, 1);
    return host_wait_end_any(L, strand, status, HOST_NO_DEADLINE, given_back,
                             HOST_WAIT_FIRM);
}

static int given_back(lua_State *L, host_strand *strand, int status) {
    (void)status; /* the home may be gone: that makes no difference now */
    (void)host_item_answer(strand, RT_OK);
    host_held_depart(strand, condition_object(L));
    return finish(L);
}

/* The strand does not get the lock again: that is worse than any outcome. */
static int lose(lua_State *L, host_strand *strand, int status) {
    rt_lock *lock = local_lock(L);
    for (uint32_t i = stay_of(L)->depth; i > 0 && !lock; i--)
        host_held_depart(strand, lock_object(L));
    host_wait_raise(L, strand, status);
    return host_hold_raise(L, strand, lock, status, "wait");
}

/* The strand has the lock again. */
static int finish(lua_State *L) {
    int outcome = stay_of(L)->outcome;
    lua_settop(L, REPORT);
    host_wait_raise(L, host_hold_strand(L), outcome);
    if (outcome == RT_ETIMEOUT) {
        lua_pushnil(L);
        lua_pushliteral(L, "timeout");
        return 2;
    }
    if (outcome != RT_OK) return host_raise_status(L, "condition", outcome);
    lua_pushboolean(L, 1);
    return 1;
}
