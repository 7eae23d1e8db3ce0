/* far.c - the answer's message belongs to the strand (strand->item) while it
 * is decoded, so that an error in between loses nothing. */
#include "ship/far.h"

#include <lauxlib.h>

#include "core/failure.h"
#include "core/proxy.h"
#include "data/item.h"
#include "ipc/remote.h"
#include "ship/item.h"
#include "ship/outcome.h"
#include "ship/ship.h"

static uint64_t party_of(host_strand *strand) {
    return (uint64_t)(uintptr_t)strand;
}

static int ask(lua_State *L, rt_object *far, int operation,
               rt_message *arguments, host_deadline deadline,
               host_finish finish) {
    host_strand *strand = host_of(L)->current;
    strand->waiter.message = NULL; /* if it is not even sent */
    int status = rt_remote_call(far, operation, party_of(strand), arguments,
                                &strand->waiter);
    return host_wait_end(L, strand, status, deadline, finish);
}

/* Pushes the values of the answer, returning their number. */
static int push_answer(lua_State *L, host_strand *strand) {
    rt_item_clear(&strand->item);
    rt_message *answer = strand->waiter.message;
    strand->waiter.message = NULL;
    if (!answer) return 0;
    strand->item = (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = answer};
    int count = host_unship(L, answer);
    rt_item_clear(&strand->item);
    return count;
}

/* ---- await ---- */

/* At 2: error, traceback, which strand it was. */
static int raise_far(lua_State *L) {
    if (lua_isstring(L, 4) && lua_isstring(L, 3)) {
        lua_pushfstring(L, "%s\n%s", lua_tostring(L, 4), lua_tostring(L, 3));
        lua_replace(L, 4);
    }
    host_note_received(L, 2, lua_isstring(L, 4) ? 4 : 3);
    lua_settop(L, 2);
    return lua_error(L);
}

static int awaited(lua_State *L, host_strand *strand, int status) {
    if (status == RT_ETIMEOUT) {
        lua_pushnil(L);
        lua_pushliteral(L, "timeout");
        return 2;
    }
    if (status < RT_OK) return host_raise_status(L, "handle", status);
    lua_settop(L, 1);
    int count = push_answer(L, strand);
    if (status == RT_OK) return count;
    lua_settop(L, 4); /* whatever was sent */
    return raise_far(L);
}

int host_far_await(lua_State *L, rt_object *far, host_deadline deadline) {
    (void)host_wait_begin(L, "await");
    return ask(L, far, RT_STRAND_AWAIT, NULL, deadline, awaited);
}

/* ---- error, traceback ---- */

static int failed_with(lua_State *L, host_strand *strand, int status,
                       int part) {
    if (status < RT_OK) return host_raise_status(L, "handle", status);
    lua_settop(L, 1);
    (void)push_answer(L, strand);
    lua_settop(L, 3);
    if (status == RT_OK)
        lua_pushnil(L);
    else
        lua_pushvalue(L, 1 + part);
    return 1;
}

static int push_error(lua_State *L, host_strand *strand, int status) {
    return failed_with(L, strand, status, 1);
}

static int push_traceback(lua_State *L, host_strand *strand, int status) {
    return failed_with(L, strand, status, 2);
}

int host_far_failure(lua_State *L, rt_object *far, int part) {
    (void)host_wait_begin(L, "await");
    return ask(L, far, RT_STRAND_AWAIT, NULL, HOST_NO_DEADLINE,
               part == 1 ? push_error : push_traceback);
}

/* ---- on_done ---- */

static int done_called(lua_State *L, int status, lua_KContext context) {
    (void)L;
    (void)status;
    (void)context;
    return 0;
}

static int done_ended(lua_State *L, host_strand *strand, int status) {
    (void)status; /* also when its home has gone: it has ended then */
    rt_message_free(strand->waiter.message);
    strand->waiter.message = NULL;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 0, 0, done_called);
    return 0;
}

int host_far_on_done(lua_State *L, rt_object *far) {
    (void)host_wait_begin(L, "await");
    return ask(L, far, RT_STRAND_AWAIT, NULL, HOST_NO_DEADLINE, done_ended);
}

/* ---- look ---- */

/* The function that makes the result is the last value on the stack. */
static int looked(lua_State *L, host_strand *strand, int status) {
    if (status < RT_OK) return host_raise_status(L, "handle", status);
    lua_CFunction push = lua_tocfunction(L, -1);
    int count = push_answer(L, strand);
    if (count != RT_LOOK_COUNT)
        return host_raise_status(L, "handle", RT_EDAMAGED);
    return push(L);
}

int host_far_look(lua_State *L, rt_object *far, lua_CFunction push) {
    lua_pushcfunction(L, push);
    (void)host_wait_begin(L, "handle");
    return ask(L, far, RT_STRAND_LOOK, NULL, HOST_NO_DEADLINE, looked);
}

/* ---- cancel ---- */

static int dropped(lua_State *L, host_strand *strand, int status) {
    rt_message_free(strand->waiter.message);
    strand->waiter.message = NULL;
    if (status < RT_OK && status != RT_EUSAGE) /* it had ended before */
        return host_raise_status(L, "handle", status);
    lua_settop(L, 1);
    return 1;
}

/* A future ends by the error that the others are to get. */
static int drop_future(lua_State *L) {
    (void)host_wait_begin(L, "cancel"); /* raises before anything is made */
    host_push_cancelled(L, lua_isnil(L, 2) ? 0 : 2);
    int error = lua_gettop(L);
    lua_pushnil(L);
    rt_message *outcome = host_outcome_ship_failure(L, error, error + 1);
    return ask(L, host_proxy_check(L, 1, RT_KIND_STRAND), RT_STRAND_DROP,
               outcome, HOST_NO_DEADLINE, dropped);
}

static int cancelled(lua_State *L, host_strand *strand, int status) {
    rt_message_free(strand->waiter.message);
    strand->waiter.message = NULL;
    if (status == RT_EUSAGE) return drop_future(L);
    if (status < RT_OK) return host_raise_status(L, "handle", status);
    lua_settop(L, 1);
    return 1;
}

int host_far_cancel(lua_State *L, rt_object *far, rt_message *reason) {
    (void)host_wait_begin(L, "cancel");
    return ask(L, far, RT_STRAND_CANCEL, reason, HOST_NO_DEADLINE, cancelled);
}

/* ---- resolve, reject ---- */

static int settled(lua_State *L, host_strand *strand, int status) {
    rt_message_free(strand->waiter.message);
    strand->waiter.message = NULL;
    if (status != RT_OK && status != RT_EUSAGE)
        return host_raise_status(L, "handle", status);
    lua_pushboolean(L, status == RT_OK);
    return 1;
}

int host_far_settle(lua_State *L, rt_object *far, int operation,
                    rt_message *outcome) {
    (void)host_wait_begin(L, "resolve");
    return ask(L, far, operation, outcome, HOST_NO_DEADLINE, settled);
}
