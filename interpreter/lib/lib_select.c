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

#include "core/failure.h"
#include "core/proxy.h"
#include "core/start.h"
#include "core/task.h"
#include "core/wait.h"
#include "ipc/choice.h"
#include "ipc/remote.h"
#include "ship/item.h"
#include "ship/outcome.h"
#include "ship/sending.h"

enum { FIRST = 2 }; /* where the cases are on the stack */

/* What a kept choice has room for, and what a select can have. */
enum { FEW = 8, MOST = 1 << 16 };

/* ---- the table ---- */

/* Pushes what a value is, for a message. */
static const char *describe(lua_State *L, int index) {
    const rt_object *object = host_proxy_test(L, index, 0);
    if (object) /* "plait.Lock" */
        return lua_pushfstring(L, "a %s",
                               host_proxy_type(host_object_kind(object)) + 6);
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        return lua_pushliteral(L, "nil");
    case LUA_TSTRING:
        return lua_pushfstring(L, "\"%s\" (a string)", lua_tostring(L, index));
    case LUA_TNUMBER:
    case LUA_TBOOLEAN:
        return lua_pushfstring(L, "%s (a %s)", luaL_tolstring(L, index, NULL),
                               luaL_typename(L, index));
    default:
        return lua_pushfstring(L, "a %s", luaL_typename(L, index));
    }
}

typedef struct options {
    int count;
    bool is_try; /* default = true */
    host_deadline deadline;
} options;

static void read_timeout(lua_State *L, options *o) {
    if (lua_type(L, -1) != LUA_TNUMBER || isnan(lua_tonumber(L, -1)) ||
        lua_tonumber(L, -1) < 0)
        host_raise(L, "usage", "select: timeout is %s, not a number of seconds",
                   luaL_tolstring(L, -1, NULL));
    o->deadline = host_deadline_in(L, lua_tonumber(L, -1));
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
    } else if (strcmp(name, "n") != 0) {
        host_raise(L, "usage",
                   "select: there is no option '%s'; there are 'timeout' and "
                   "'default'",
                   luaL_tolstring(L, -2, NULL));
    }
}

/* The number of cases: the largest index, so that a nil among them is noticed,
 * or what n says. */
static int count_cases(lua_State *L, lua_Integer largest) {
    if (lua_getfield(L, 1, "n") != LUA_TNIL) {
        int is_integer;
        lua_Integer n = lua_tointegerx(L, -1, &is_integer);
        if (!is_integer || n < largest)
            host_raise(L, "usage",
                       "select: n is %s, which is not how many "
                       "cases there are",
                       luaL_tolstring(L, -1, NULL));
        largest = n;
    }
    lua_pop(L, 1);
    if (largest > MOST) {
        lua_Integer hole = 1;
        while (lua_rawgeti(L, 1, hole) != LUA_TNIL && hole < MOST) {
            lua_pop(L, 1);
            hole++;
        }
        host_raise(L, "usage",
                   hole < MOST ? "select: case %d is nil, not something to "
                                 "wait for"
                               : "select: there are more than %d cases",
                   (int)hole);
    }
    return (int)largest;
}

static void read_table(lua_State *L, options *o) {
    *o = (options){.deadline = HOST_NO_DEADLINE};
    lua_settop(L, 1);
    if (!lua_istable(L, 1))
        host_raise(L, "usage",
                   "select: argument 1 is %s, not a table; write "
                   "plait.select{a, b, timeout = 1}",
                   describe(L, 1));
    lua_Integer largest = 0;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        if (lua_isinteger(L, -2) && lua_tointeger(L, -2) > 0) {
            if (lua_tointeger(L, -2) > largest) largest = lua_tointeger(L, -2);
        } else {
            read_option(L, o);
        }
    }
    o->count = count_cases(L, largest);
    bool ends = o->is_try || o->deadline.due_ns != RT_NEVER;
    if (o->count == 0 && !ends)
        host_raise(L, "usage", "select: there is nothing to wait for");
    luaL_checkstack(L, o->count + 20, "too many cases");
    for (int i = 1; i <= o->count; i++) lua_rawgeti(L, 1, i);
}

/* ---- the cases ---- */

static int refuse(lua_State *L, int number) {
    int index = FIRST + number - 1;
    const char *what = describe(L, index);
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

static bool is_own_handle(lua_State *L, int index) {
    host_state *host = host_of(L);
    const host_task *task = host_task_test(L, index);
    if (task) return task->slot && &task->slot->strand == host->current;
    return host->self && host->current == &host->main &&
           host_proxy_test(L, index, 0) == &host->self->object;
}

/* A shared object: what a select does with it. */
static bool case_kind(const rt_object *object, rt_case_kind *kind) {
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

/* The object of a case, if it is one; a task has none. */
static rt_object *object_of(lua_State *L, int index, rt_case_kind *kind) {
    rt_object *object = host_proxy_test(L, index, 0);
    if (object) return case_kind(object, kind) ? object : NULL;
    const host_sending *sending = host_sending_test(L, index);
    *kind = RT_CASE_SEND;
    return sending ? sending->channel : NULL;
}

/* Refuses what is no case; tells whether one lives in another process. */
static bool check_cases(lua_State *L, int count) {
    bool is_remote = false;
    for (int number = 1; number <= count; number++) {
        int index = FIRST + number - 1;
        rt_case_kind kind;
        const rt_object *object = object_of(L, index, &kind);
        if (!object && !host_task_test(L, index)) refuse(L, number);
        if (object && rt_is_remote(object)) is_remote = true;
        if (is_own_handle(L, index))
            host_raise(L, "deadlock",
                       "select: case %d is the strand itself, which cannot "
                       "wait for its own end",
                       number);
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
static int fill(lua_State *L, rt_choice *choice, int count) {
    for (int index = FIRST; index < FIRST + count; index++) {
        host_task *task = host_task_test(L, index);
        if (task) {
            (void)rt_choice_add_here(choice, task, &host_task_selectable,
                                     RT_CASE_WAIT);
            continue;
        }
        rt_case_kind kind;
        rt_object *object = object_of(L, index, &kind);
        rt_case *c = rt_choice_add(choice, object, kind);
        if (kind != RT_CASE_SEND) continue;
        int status = rt_item_copy(&c->item, &host_sending_test(L, index)->item);
        if (status != RT_OK) return status;
    }
    return RT_OK;
}

/* The wait is over, however it ended: what is left of it is the number of the
 * chosen case, in the waiter's `detail`, and what was received, in the
 * strand's item. */
static void let_go(host_strand *strand) {
    rt_choice *choice = strand->clean_up_target;
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

/* Of the chosen case, whose number is on the top. */
static int push_results(lua_State *L, rt_item *item, int status) {
    int index = FIRST + (int)lua_tointeger(L, -1) - 1;
    if (host_task_test(L, index)) return 1 + host_task_results(L, index);
    const rt_object *object = host_proxy_test(L, index, 0);
    if (object && host_object_kind(object) == RT_KIND_STRAND)
        return rt_is_remote(object) ? await_far(L, index)
                                    : 1 + host_outcome_results(L, index);
    if (object && host_object_kind(object) == RT_KIND_CHANNEL) {
        if (status == RT_ECLOSED) return 1 + push_outcome(L, "closed");
        host_item_push(L, item);
        return 2;
    }
    if (status == RT_ECLOSED)
        return host_raise(L, "closed", "cannot send: the channel is closed");
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

/* Without waiting: also where Lua cannot be suspended, or no strand runs. */
static int try_here(lua_State *L, rt_choice *choice) {
    int64_t number = 0;
    rt_item item = {.kind = RT_ITEM_NIL};
    int status = rt_choice_try(choice, host_of(L)->loop);
    if (choice->chosen) {
        number = choice->chosen - choice->cases + 1;
        rt_item_move(&item, &choice->chosen->item);
    }
    give_choice(host_of(L), choice);
    if (status != RT_OK) rt_item_clear(&item); /* what was not sent */
    return push_selected(L, number, &item, status);
}

/* plait.select{a, b, ..., timeout =, default =}
 *   -> number of the case, its results...; nil, "timeout"; nil, "default" */
static int plait_select(lua_State *L) {
    options o;
    read_table(L, &o);
    bool may_wait = check_cases(L, o.count) || !o.is_try;
    host_state *host = host_of(L);
    host_strand *strand = may_wait ? host_wait_begin(L, "select") : NULL;
    rt_choice *choice = take_choice(host, o.count);
    int status = choice ? fill(L, choice, o.count) : RT_ENOMEMORY;
    if (status != RT_OK) {
        if (choice) give_choice(host, choice);
        return luaL_error(L, "%s", rt_status_text(status));
    }
    choice->random.state = rt_random_next(&host->random);
    if (!strand) return try_here(L, choice);
    choice->party = (uint64_t)(uintptr_t)strand;
    strand->clean_up_target = choice;
    status = rt_choice_start(choice, &strand->waiter,
                             o.is_try ? RT_CHOICE_TRY : RT_CHOICE_WAIT);
    if (status == RT_PENDING)
        strand->clean_up = let_go;
    else
        let_go(strand);
    return host_wait_end(L, strand, status, o.deadline, selected);
}

void host_open_select(lua_State *L) {
    host_sending_set_up(L);
    lua_pushcfunction(L, plait_select);
    lua_setfield(L, -2, "select");
}
