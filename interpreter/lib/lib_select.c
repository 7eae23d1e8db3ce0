/* lib_select.c - waiting for the first of channels, handles and events.
 *
 *     local i, v = plait.select{ jobs, quit, timeout = 1 }
 *     plait.select{ results:sending(v), quit }
 *
 * The stack of the C function: 1 the table, 2 .. n + 1 the cases, which stay
 * there so that what they refer to lives as long as the wait, whatever becomes
 * of the table. The choice (ipc/choice.h) belongs to the wait from begin to
 * end; one for a few cases is kept with the state for the next select. */
#include "lib/lib_select.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/start.h"
#include "core/task.h"
#include "core/wait.h"
#include "ipc/choice.h"
#include "ipc/remote.h"
#include "ship/item.h"
#include "ship/outcome.h"
#include "core/sending.h"

enum { FIRST = 2 }; /* where the cases are on the stack */

/* What a kept choice has room for, and what a select can have. */
enum { FEW = 8, MOST = 1 << 16 };

/* ---- the table ---- */

typedef struct options {
    lua_Integer count;
    lua_Integer n; /* as the table says; -1: it does not */
    bool is_try;   /* default = true */
    bool is_poll;  /* timeout = 0 */
    host_deadline deadline;
} options;

static void read_timeout(lua_State *L, options *o) {
    if (lua_type(L, -1) != LUA_TNUMBER || isnan(lua_tonumber(L, -1)) ||
        lua_tonumber(L, -1) < 0)
        host_raise(L, "usage", "select: timeout is %s, not a number of seconds",
                   luaL_tolstring(L, -1, NULL));
    o->is_poll = lua_tonumber(L, -1) == 0;
    o->deadline = host_deadline_in(L, lua_tonumber(L, -1));
}

static void read_n(lua_State *L, options *o) {
    int is_integer;
    o->n = lua_tointegerx(L, -1, &is_integer);
    if (!is_integer || o->n < 0)
        host_raise(L, "usage", "select: n is %s, not a number of cases",
                   luaL_tolstring(L, -1, NULL));
}

/* The key is below the value on the top. */
static void read_option(lua_State *L, options *o) {
    const char *name =
        lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    if (strcmp(name, "timeout") == 0) {
        read_timeout(L, o);
    } else if (strcmp(name, "default") == 0) {
        if (!lua_isboolean(L, -1))
            host_raise(L, "usage", "select: default is %s, not true or false",
                       luaL_tolstring(L, -1, NULL));
        o->is_try = lua_toboolean(L, -1);
    } else if (strcmp(name, "n") == 0) {
        read_n(L, o);
    } else {
        host_raise(L, "usage",
                   "select: there is no option '%s'; there are 'timeout' and "
                   "'default'",
                   luaL_tolstring(L, -2, NULL));
    }
}

/* The number of cases is the largest index, so that a nil among them is
 * noticed, or what n says. */
static void check_count(lua_State *L, options *o) {
    if (o->n >= 0 && o->n < o->count)
        host_raise(L, "usage", "select: n is %d, but there is a case %d",
                   (int)o->n, (int)o->count);
    if (o->n > o->count) o->count = o->n;
    bool ends = o->is_try || o->deadline.due_ns != RT_NEVER;
    if (o->count == 0 && !ends)
        host_raise(L, "usage", "select: there is nothing to wait for");
    if (o->count <= MOST) return;
    lua_Integer hole = 1;
    for (; lua_rawgeti(L, 1, hole) != LUA_TNIL && hole < MOST; hole++)
        lua_pop(L, 1);
    if (hole < MOST)
        host_raise(L, "usage",
                   "select: case %d is nil, not something to wait for",
                   (int)hole);
    host_raise(L, "usage", "select: there are more than %d cases", (int)MOST);
}

static void read_table(lua_State *L, options *o) {
    *o = (options){.n = -1, .deadline = HOST_NO_DEADLINE};
    lua_settop(L, 1);
    if (!lua_istable(L, 1))
        host_raise(L, "usage",
                   "select: argument 1 is %s, not a table; write "
                   "plait.select{a, b, timeout = 1}",
                   host_describe(L, 1));
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        int is_integer = 0;
        lua_Integer index = lua_type(L, -2) == LUA_TNUMBER
                                ? lua_tointegerx(L, -2, &is_integer)
                                : 0;
        if (!is_integer || index < 1)
            read_option(L, o);
        else if (index > o->count)
            o->count = index;
    }
    check_count(L, o);
    luaL_checkstack(L, (int)o->count + 20, "too many cases");
    for (int i = 1; i <= o->count; i++) lua_rawgeti(L, 1, i);
}

/* ---- the cases ---- */

static int refuse(lua_State *L, int number) {
    int index = FIRST + number - 1;
    const char *what = host_describe(L, index);
    if (lua_isnil(L, index))
        return host_raise(L, "usage",
                          "select: case %d is nil, not something to wait for; "
                          "did you mean async(sleep, 1)?",
                          number);
    if (lua_type(L, index) != LUA_TUSERDATA && host_is_callable(L, index))
        return host_raise(L, "usage",
                          "select: case %d is %s, not something to wait for; "
                          "did you mean async(f)?",
                          number, what);
    return host_raise(L, "usage",
                      "select: case %d is %s, not something to wait for: a "
                      "channel, ch:sending(v), a handle or an event",
                      number, what);
}

/* What was found at a case; borrowed from the stack. */
typedef struct found {
    rt_object *object; /* one of these two is set */
    host_task *task;
    const rt_item *item; /* of ch:sending(v), whose channel is the object */
    rt_case_kind kind;
} found;

/* A shared object: what a select does with it. */
static bool find_kind(const rt_object *object, rt_case_kind *kind) {
    if (!rt_is_remote(object) && !object->type->selectable) return false;
    switch (host_object_kind(object)) {
    case RT_KIND_CHANNEL:
        *kind = RT_CASE_RECV;
        return true;
    case RT_KIND_STRAND:
    case RT_KIND_EVENT:
        *kind = RT_CASE_WAIT;
        return true;
    default:
        return false;
    }
}

static bool find(lua_State *L, int index, found *f) {
    *f = (found){.object = host_proxy_test(L, index, 0), .kind = RT_CASE_WAIT};
    if (f->object) return find_kind(f->object, &f->kind);
    f->task = host_task_test(L, index);
    if (f->task) return true;
    const host_sending *sending = host_sending_test(L, index);
    if (!sending) return false;
    f->object = sending->channel;
    f->item = &sending->item;
    f->kind = RT_CASE_SEND;
    return true;
}

static bool is_own_handle(const host_state *host, const found *f) {
    if (f->kind != RT_CASE_WAIT) return false;
    if (f->task)
        return f->task->slot && &f->task->slot->strand == host->current;
    return host->self && host->current == &host->main &&
           f->object == &host->self->object;
}

/* Refuses what is no case; tells whether one lives in another process. */
static bool find_all(lua_State *L, int count, found *all) {
    bool is_remote = false;
    for (int number = 1; number <= count; number++) {
        found *f = &all[number - 1];
        if (!find(L, FIRST + number - 1, f)) refuse(L, number);
        if (is_own_handle(host_of(L), f))
            host_raise(L, "deadlock",
                       "select: case %d is the strand itself, which cannot "
                       "wait for its own end",
                       number);
        if (f->object && rt_is_remote(f->object)) is_remote = true;
    }
    return is_remote;
}

/* ---- the choice ---- */

static rt_choice *take_choice(host_state *host, int count) {
    rt_choice *choice = host->spare_choice;
    if (count > FEW || !choice)
        return rt_choice_new(count > FEW ? (size_t)count : FEW);
    host->spare_choice = NULL;
    return choice;
}

static void give_choice(host_state *host, rt_choice *choice) {
    rt_choice_clear(choice);
    if (choice->capacity == FEW && !host->spare_choice)
        host->spare_choice = choice;
    else
        rt_choice_free(choice);
}

/* Does not raise. Returns: RT_OK; RT_ENOMEMORY. */
static int fill(rt_choice *choice, const found *all, int count) {
    for (const found *f = all; f < all + count; f++) {
        if (f->task) {
            (void)rt_choice_add_here(choice, f->task, &host_task_selectable,
                                     RT_CASE_WAIT);
            continue;
        }
        rt_case *c = rt_choice_add(choice, f->object, f->kind);
        int status = f->item ? rt_item_copy(&c->item, f->item) : RT_OK;
        if (status != RT_OK) return status;
    }
    return RT_OK;
}

/* The wait is over, however it ended: what is left of it is the number of the
 * chosen case, in the waiter's `detail`, and what was received, in the
 * strand's item. */
static void let_go(host_strand *strand) {
    rt_choice *choice = strand->wait_target;
    rt_item_clear(&strand->item);
    strand->waiter.detail = 0;
    if (choice->chosen) {
        strand->waiter.detail = choice->chosen - choice->cases + 1;
        if (choice->chosen->kind == RT_CASE_RECV)
            rt_item_move(&strand->item, &choice->chosen->item);
    }
    give_choice(strand->host, choice);
}

/* ---- results ---- */

static int push_outcome(lua_State *L, const char *outcome) {
    lua_pushnil(L);
    lua_pushstring(L, outcome);
    return 2;
}

/* `context`: how many values were on the stack below the results. */
static int far_awaited(lua_State *L, int status, lua_KContext context) {
    (void)status;
    return lua_gettop(L) - (int)context;
}

/* A handle whose strand has ended, in another process: it is asked for the
 * results. */
static int await_far(lua_State *L, int index) {
    lua_KContext below = lua_gettop(L) - 1; /* the number of the case */
    lua_getfield(L, index, "await");
    lua_pushvalue(L, index);
    lua_callk(L, 1, LUA_MULTRET, below, far_awaited);
    return far_awaited(L, LUA_OK, below);
}

/* By the ch:sending(v) at `index`. */
static void sent_much(lua_State *L, int index) {
    lua_getiuservalue(L, index, 1);
    host_proxy_grow(L, -1);
    lua_pop(L, 1);
}

/* Of the chosen case, whose number is on the top. */
static int push_results(lua_State *L, rt_item *item, int status) {
    int index = FIRST + (int)lua_tointeger(L, -1) - 1;
    found f;
    (void)find(L, index, &f);
    if (f.kind == RT_CASE_RECV && status == RT_ECLOSED)
        return 1 + push_outcome(L, "closed");
    if (f.kind == RT_CASE_RECV) {
        bool is_large = rt_item_is_large(item);
        host_item_push(L, item);
        if (is_large) host_proxy_grow(L, index);
        return 2;
    }
    if (f.task) return 1 + host_task_results(L, index);
    if (f.kind == RT_CASE_WAIT && host_object_kind(f.object) == RT_KIND_STRAND)
        return rt_is_remote(f.object) ? await_far(L, index)
                                      : 1 + host_outcome_results(L, index);
    if (status == RT_ECLOSED)
        return host_raise(L, "closed", "cannot send: the channel is closed");
    if (f.item && rt_item_is_large(f.item)) sent_much(L, index);
    lua_pushboolean(L, 1); /* it was sent; the event is set */
    return 2;
}

/* `number`: of the chosen case; 0: none was. */
static int push_selected(lua_State *L, int64_t number, rt_item *item,
                         int status) {
    if (status == RT_ETIMEOUT) return push_outcome(L, "timeout");
    if (status == RT_EEMPTY) return push_outcome(L, "default");
    if (number == 0) return host_raise_status(L, "object", status);
    if (status != RT_OK && status != RT_ECLOSED)
        return host_raise_status(L, "channel", status);
    lua_pushinteger(L, number);
    return push_results(L, item, status);
}

static int selected(lua_State *L, host_strand *strand, int status) {
    return push_selected(L, strand->waiter.detail, &strand->item, status);
}

static int selected_in_time(lua_State *L, host_strand *strand, int status) {
    return selected(L, strand, status == RT_EEMPTY ? RT_ETIMEOUT : status);
}

/* Without waiting: also where Lua cannot be suspended, or no strand runs. Then
 * what is lent to other processes counts as not there. */
static int tried(lua_State *L, rt_choice *choice, int status) {
    int64_t number = 0;
    rt_item item = {.kind = RT_ITEM_NIL};
    if (choice->chosen) {
        number = choice->chosen - choice->cases + 1;
        rt_item_move(&item, &choice->chosen->item);
    }
    give_choice(host_of(L), choice);
    if (status != RT_OK) rt_item_clear(&item); /* what was not sent */
    return push_selected(L, number, &item,
                         status == RT_ELENT ? RT_EEMPTY : status);
}

/* With the choice that was made of the cases; `strand`: NULL if it does not
 * wait, unless something lent is in the way. A time-out of 0 would be over
 * before that has come back, so it is a try then. */
static int start(lua_State *L, const options *o, host_strand *strand,
                 rt_choice *choice) {
    host_state *host = host_of(L);
    choice->random.state = rt_random_next(&host->random);
    if (!strand) {
        int status = rt_choice_try(choice, host->loop);
        if (status != RT_ELENT || !host_can_wait(L))
            return tried(L, choice, status);
        strand = host_wait_begin(L, "select"); /* which does not raise then */
    }
    choice->party = (uint64_t)(uintptr_t)strand;
    strand->wait_target = choice;
    bool is_try = o->is_try || (o->is_poll && rt_choice_may_be_lent(choice));
    int status = rt_choice_start(choice, &strand->waiter,
                                 is_try ? RT_CHOICE_TRY : RT_CHOICE_WAIT);
    if (status == RT_PENDING)
        strand->clean_up = let_go;
    else
        let_go(strand);
    return host_wait_end(L, strand, status,
                         is_try ? HOST_NO_DEADLINE : o->deadline,
                         o->is_try ? selected : selected_in_time);
}

/* plait.select{a, b, ..., timeout =, default =}
 *   -> number of the case, its results...; nil, "timeout"; nil, "default" */
static int plait_select(lua_State *L) {
    options o;
    read_table(L, &o);
    int count = (int)o.count;
    found few[FEW], *all = few;
    if (count > FEW) all = lua_newuserdatauv(L, (size_t)count * sizeof *all, 0);
    bool may_wait = find_all(L, count, all) || !o.is_try;
    host_strand *strand = may_wait ? host_wait_begin(L, "select") : NULL;
    rt_choice *choice = take_choice(host_of(L), count);
    int status = choice ? fill(choice, all, count) : RT_ENOMEMORY;
    if (status == RT_OK) return start(L, &o, strand, choice);
    if (choice) give_choice(host_of(L), choice);
    return luaL_error(L, "%s", rt_status_text(status));
}

void host_open_select(lua_State *L) {
    host_sending_set_up(L);
    lua_pushcfunction(L, plait_select);
    lua_setfield(L, -2, "select");
}
