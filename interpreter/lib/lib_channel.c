/* lib_channel.c - queues between strands.
 *
 *     local ch = plait.Channel(10)
 *     ch:send("x")                       -- waits while it is full
 *     for v in ch do print(v) end        -- until ch:close()
 */
#include "lib/lib_channel.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "core/failure.h"
#include "core/proxy.h"
#include "core/wait.h"
#include "core/weak.h"
#include "ipc/remote_channel.h"
#include "ship/item.h"
#include "core/sending.h"
#include "sync/channel.h"

static rt_object *check_channel(lua_State *L) {
    return host_proxy_check(L, 1, RT_KIND_CHANNEL);
}

/* Registry, weak: capacity -> metatable of the local channels that have it. */
static const char key_types;

/* NULL: it lives in another process. */
static rt_channel *as_local(rt_object *object) {
    return object->type == &rt_channel_type ? (rt_channel *)(void *)object
                                            : NULL;
}

/* The strand that is about to wait. */
static host_strand *check_strand(lua_State *L) {
    host_strand *strand = host_of(L)->current;
    if (!strand) host_raise(L, "usage", "cannot wait (channel) here");
    return strand;
}

static int push_outcome(lua_State *L, const char *outcome) {
    lua_pushnil(L);
    lua_pushstring(L, outcome);
    return 2;
}

static int raise_failure(lua_State *L, int status) {
    if (status == RT_ECLOSED)
        return host_raise(L, "closed", "cannot send: the channel is closed");
    return host_raise_status(L, "channel", status);
}

/* Takes the item in strand->item along; it is cleared. */
static int ask_home(lua_State *L, rt_object *remote, int operation,
                    size_t count, host_deadline deadline, host_finish finish) {
    host_strand *strand = host_wait_begin(L, "channel");
    int status =
        host_item_call(strand, remote, operation, &strand->item, count);
    return host_wait_end(L, strand, status, deadline, finish);
}

/* A time-out of 0: what can be done at once, or nothing. */
static bool is_try(lua_State *L, int arg) {
    return lua_type(L, arg) == LUA_TNUMBER && lua_tonumber(L, arg) == 0;
}

/* Whether to let a try wait for what other processes have borrowed. Where that
 * is not possible the answer is what is known here. */
static bool may_wait(lua_State *L, const rt_channel *channel) {
    return rt_channel_is_lent(channel) && host_can_wait(L);
}

/* ---- memory ---- */

/* Whether the collector has been told much less than the channel will take. It
 * is told when the operation is over, since finalizers may run. */
static bool is_worth_telling(lua_State *L, const rt_channel *channel,
                             const rt_item *item) {
    const host_proxy *proxy = lua_touserdata(L, 1);
    size_t bytes = rt_channel_bytes(channel);
    if (rt_item_is_large(item)) bytes += rt_item_size(item);
    return bytes > proxy->size + proxy->size / 4 + 4096;
}

/* ---- send ---- */

static int sent(lua_State *L, host_strand *strand, int status) {
    rt_item_clear(&strand->item); /* is nil already if it was sent */
    if (status == RT_ETIMEOUT || status == RT_EFULL)
        return push_outcome(L, "timeout");
    if (status != RT_OK) return raise_failure(L, status);
    lua_pushboolean(L, 1);
    return 1;
}

static int sent_much(lua_State *L, host_strand *strand, int status) {
    int count = sent(L, strand, status);
    host_proxy_grow(L, 1);
    return count;
}

static int send_answered(lua_State *L, host_strand *strand, int status) {
    return sent(L, strand, host_item_answer(strand, status));
}

/* Reads argument 2, the message. */
static void read_message(lua_State *L, rt_item *item) {
    if (lua_isnoneornil(L, 2))
        host_raise(
            L, "usage",
            "nil cannot be sent: recv gives it when a channel is closed");
    host_item_read(L, 2, item, "value");
}

/* What is in strand->item, into a place that is lent, or by asking for one. */
static int send_home(lua_State *L, rt_object *remote, int operation,
                     host_deadline deadline, host_finish finish) {
    host_strand *strand =
        host_wait_begin(L, operation == RT_CHANNEL_SEND ? "send" : "channel");
    strand->waiter.message = NULL;
    bool may_wait = operation == RT_CHANNEL_SEND;
    int status = rt_borrow_send(remote, &strand->item,
                                may_wait ? &strand->waiter : NULL, &operation);
    if (status == RT_EFULL)
        status = host_item_call(strand, remote, operation, &strand->item, 1);
    return host_wait_end(L, strand, status, deadline, finish);
}

/* ch:send(v[, timeout]) -> true | nil, "timeout" */
static int channel_send(lua_State *L) {
    rt_object *object = check_channel(L);
    rt_channel *channel = as_local(object);
    host_deadline deadline = host_check_timeout(L, 3);
    host_strand *strand = check_strand(L);
    rt_item_clear(&strand->item); /* of a wait that failed */
    read_message(L, &strand->item);
    if (!channel && is_try(L, 3))
        return send_home(L, object, RT_CHANNEL_TRY_SEND, HOST_NO_DEADLINE,
                         send_answered);
    if (!channel)
        return send_home(L, object, RT_CHANNEL_SEND, deadline, send_answered);
    host_finish finish =
        is_worth_telling(L, channel, &strand->item) ? sent_much : sent;
    strand = host_wait_begin(L, "send");
    rt_waiter *waiter = &strand->waiter;
    if (!strand->host->ready_first)
        rt_channel_look_for_room(channel, waiter->loop);
    int status;
    if (is_try(L, 3) && rt_channel_is_lent(channel)) {
        deadline = HOST_NO_DEADLINE;
        status =
            rt_channel_try_send(channel, &strand->item, waiter, waiter->loop);
    } else {
        status = rt_channel_send(channel, &strand->item, waiter, waiter->loop);
    }
    return host_wait_end(L, strand, status, deadline, finish);
}

static int push_tried(lua_State *L, int status) {
    if (status != RT_OK && status != RT_EFULL) return raise_failure(L, status);
    lua_pushboolean(L, status == RT_OK);
    return 1;
}

static int try_sent(lua_State *L, host_strand *strand, int status) {
    rt_item_clear(&strand->item);
    host_proxy_grow(L, 1);
    return push_tried(L, status);
}

static int try_send_answered(lua_State *L, host_strand *strand, int status) {
    return push_tried(L, host_item_answer(strand, status));
}

/* Waits until it is known whether there is room. */
static int try_send_waiting(lua_State *L, rt_channel *channel) {
    host_strand *strand = host_of(L)->current;
    rt_item_clear(&strand->item);
    read_message(L, &strand->item);
    strand = host_wait_begin(L, "channel");
    int status = rt_channel_try_send(channel, &strand->item, &strand->waiter,
                                     strand->waiter.loop);
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, try_sent);
}

/* ch:try_send(v) -> whether there was room */
static int channel_try_send(lua_State *L) {
    rt_object *object = check_channel(L);
    rt_channel *channel = as_local(object);
    if (!channel) {
        host_strand *strand = check_strand(L);
        rt_item_clear(&strand->item);
        read_message(L, &strand->item);
        return send_home(L, object, RT_CHANNEL_TRY_SEND, HOST_NO_DEADLINE,
                         try_send_answered);
    }
    if (may_wait(L, channel)) return try_send_waiting(L, channel);
    rt_item item;
    read_message(L, &item);
    bool is_much = is_worth_telling(L, channel, &item);
    int status = rt_channel_try_send(channel, &item, NULL, host_of(L)->loop);
    rt_item_clear(&item);
    if (is_much) host_proxy_grow(L, 1);
    return push_tried(L, status);
}

/* ch:sending(v) -> a case for plait.select */
static int channel_sending(lua_State *L) {
    check_channel(L);
    lua_settop(L, 2);
    read_message(L, &host_sending_push(L, 1)->item);
    return 1;
}

/* ---- recv ---- */

static int received(lua_State *L, host_strand *strand, int status) {
    if (status == RT_ECLOSED) return push_outcome(L, "closed");
    if (status == RT_ETIMEOUT) return push_outcome(L, "timeout");
    if (status == RT_EEMPTY) return push_outcome(L, "empty");
    if (status != RT_OK) return raise_failure(L, status);
    bool is_large = rt_item_is_large(&strand->item);
    host_item_push(L, &strand->item);
    if (is_large) host_proxy_grow(L, 1); /* of what there is behind it */
    return 1;
}

static int received_in_time(lua_State *L, host_strand *strand, int status) {
    return received(L, strand, status == RT_EEMPTY ? RT_ETIMEOUT : status);
}

/* What the home answered, or had lent before. */
static int recv_answered(lua_State *L, host_strand *strand, int status) {
    if (status != RT_OK || strand->waiter.message)
        status = host_item_answer(strand, status);
    return received(L, strand, status);
}

static int recv_in_time_answered(lua_State *L, host_strand *strand,
                                 int status) {
    return recv_answered(L, strand, status == RT_EEMPTY ? RT_ETIMEOUT : status);
}

static int receive_home(lua_State *L, rt_object *remote, int operation,
                        host_deadline deadline, host_finish finish) {
    host_strand *strand =
        host_wait_begin(L, operation == RT_CHANNEL_RECV ? "recv" : "channel");
    rt_item_clear(&strand->item); /* of a wait that failed */
    strand->waiter.message = NULL;
    int asked = operation;
    int status = rt_borrow_recv(remote, &strand->item, &asked);
    if (operation != RT_CHANNEL_RECV) asked = operation; /* a try */
    if (status == RT_EEMPTY)
        status = host_item_call(strand, remote, asked, NULL, 0);
    return host_wait_end(L, strand, status, deadline, finish);
}

static int receive(lua_State *L, rt_object *object, host_deadline deadline,
                   bool is_try) {
    rt_channel *channel = as_local(object);
    if (!channel && is_try)
        return receive_home(L, object, RT_CHANNEL_TRY_RECV, HOST_NO_DEADLINE,
                            recv_in_time_answered);
    if (!channel)
        return receive_home(L, object, RT_CHANNEL_RECV, deadline,
                            recv_answered);
    host_strand *strand = host_wait_begin(L, "recv");
    rt_waiter *waiter = &strand->waiter;
    rt_item_clear(&strand->item); /* of a wait that failed */
    if (!strand->host->ready_first)
        rt_channel_look_for_item(channel, waiter->loop);
    int status;
    if (is_try && rt_channel_is_lent(channel)) {
        deadline = HOST_NO_DEADLINE;
        status =
            rt_channel_try_recv(channel, &strand->item, waiter, waiter->loop);
    } else {
        status = rt_channel_recv(channel, &strand->item, waiter, waiter->loop);
    }
    return host_wait_end(L, strand, status, deadline, received_in_time);
}

/* ch:recv([timeout]) -> v | nil, "closed" | nil, "timeout" */
static int channel_recv(lua_State *L) {
    rt_object *object = check_channel(L);
    return receive(L, object, host_check_timeout(L, 2), is_try(L, 2));
}

/* for v in ch do */
static int channel_next(lua_State *L) {
    return receive(L, check_channel(L), HOST_NO_DEADLINE, false);
}

/* Waits until it is known whether there is an item. */
static int try_recv_waiting(lua_State *L, rt_channel *channel) {
    host_strand *strand = host_wait_begin(L, "channel");
    rt_item_clear(&strand->item);
    int status = rt_channel_try_recv(channel, &strand->item, &strand->waiter,
                                     strand->waiter.loop);
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, received);
}

/* ch:try_recv() -> v | nil, "empty" | nil, "closed" */
static int channel_try_recv(lua_State *L) {
    rt_object *object = check_channel(L);
    rt_channel *channel = as_local(object);
    if (!channel)
        return receive_home(L, object, RT_CHANNEL_TRY_RECV, HOST_NO_DEADLINE,
                            recv_answered);
    if (may_wait(L, channel)) return try_recv_waiting(L, channel);
    rt_item item = {.kind = RT_ITEM_NIL};
    int status = rt_channel_try_recv(channel, &item, NULL, host_of(L)->loop);
    if (status == RT_ECLOSED) return push_outcome(L, "closed");
    if (status == RT_EEMPTY) return push_outcome(L, "empty");
    bool is_large = rt_item_is_large(&item);
    host_item_push(L, &item);
    if (is_large) host_proxy_grow(L, 1);
    return 1;
}

/* ---- state ---- */

static int closed(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status != RT_OK) return raise_failure(L, status);
    return 0;
}

/* The item that the home answers. */
static int answered(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK) return raise_failure(L, status);
    host_item_push(L, &strand->item);
    return 1;
}

static int ask(lua_State *L, rt_object *remote, int operation) {
    return ask_home(L, remote, operation, 0, HOST_NO_DEADLINE, answered);
}

/* ch:close() */
static int channel_close(lua_State *L) {
    rt_object *object = check_channel(L);
    rt_channel *channel = as_local(object);
    if (!channel)
        return ask_home(L, object, RT_CHANNEL_CLOSE, 0, HOST_NO_DEADLINE,
                        closed);
    rt_channel_close(channel, host_of(L)->loop);
    return 0;
}

/* ch:closed() -> boolean */
static int channel_closed(lua_State *L) {
    rt_object *object = check_channel(L);
    rt_channel *channel = as_local(object);
    if (!channel) return ask(L, object, RT_CHANNEL_CLOSED);
    lua_pushboolean(L, rt_channel_is_closed(channel));
    return 1;
}

static int counted(lua_State *L, host_strand *strand, int status) {
    if (status != RT_OK) return raise_failure(L, status);
    lua_pushinteger(L, (lua_Integer)strand->waiter.detail);
    return 1;
}

static int count_waiting(lua_State *L, rt_channel *channel) {
    host_strand *strand = host_wait_begin(L, "channel");
    size_t count;
    int status = rt_channel_count_all(channel, &count, &strand->waiter,
                                      strand->waiter.loop);
    if (status == RT_OK) strand->waiter.detail = (int64_t)count;
    return host_wait_end(L, strand, status, HOST_NO_DEADLINE, counted);
}

/* #ch -> how many are queued */
static int channel_len(lua_State *L) {
    rt_object *object = check_channel(L);
    rt_channel *channel = as_local(object);
    if (!channel) return ask(L, object, RT_CHANNEL_COUNT);
    if (may_wait(L, channel)) return count_waiting(L, channel);
    lua_pushinteger(L, (lua_Integer)rt_channel_count(channel));
    return 1;
}

static void push_capacity(lua_State *L, const rt_channel *channel) {
    size_t capacity = rt_channel_capacity(channel);
    if (capacity == RT_CHANNEL_UNBOUNDED)
        lua_pushnumber(L, HUGE_VAL);
    else
        lua_pushinteger(L, (lua_Integer)capacity);
}

/* Of channels of other processes. Upvalue 1: the methods. */
static int remote_index(lua_State *L) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
    if (lua_type(L, 2) != LUA_TSTRING ||
        strcmp(lua_tostring(L, 2), "capacity") != 0)
        return 1; /* nil */
    lua_settop(L, 1);
    return ask(L, check_channel(L), RT_CHANNEL_CAPACITY);
}

/* ---- opener ---- */

static size_t check_capacity(lua_State *L, int arg) {
    if (lua_isnoneornil(L, arg)) return 0;
    int is_integer;
    lua_Integer capacity = lua_tointegerx(L, arg, &is_integer);
    bool is_number = lua_type(L, arg) == LUA_TNUMBER;
    if (is_number && is_integer && capacity >= 0) return (size_t)capacity;
    if (is_number && lua_tonumber(L, arg) == HUGE_VAL)
        return RT_CHANNEL_UNBOUNDED;
    host_raise(L, "usage",
               "Channel: the capacity is %s, not a whole number from 0 on, "
               "or math.huge",
               luaL_tolstring(L, arg, NULL));
    return 0;
}

/* plait.Channel([capacity]) -> channel */
static int plait_channel(lua_State *L) {
    rt_channel *channel = rt_channel_new(check_capacity(L, 1));
    if (!channel) return luaL_error(L, "not enough memory");
    rt_cycles_add(host_of(L)->runtime->cycles, (rt_object *)(void *)channel);
    host_proxy_push(L, (rt_object *)(void *)channel);
    rt_object_unref((rt_object *)(void *)channel); /* the proxy has its own */
    return 1;
}

static const luaL_Reg methods[] = {
    {"send", channel_send},         {"recv", channel_recv},
    {"try_send", channel_try_send}, {"sending", channel_sending},
    {"try_recv", channel_try_recv}, {"close", channel_close},
    {"closed", channel_closed},     {NULL, NULL},
};

/* ---- metatables ----
 *
 * The methods are looked up for each call, which a table as __index does in a
 * third of the time that a function takes. But `capacity` is of the channel,
 * and a table there is not told which: so all local channels of a capacity,
 * which never changes, have a metatable of their own. */

static void copy_fields(lua_State *L, int from, int to) {
    for (lua_pushnil(L); lua_next(L, from);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, to);
    }
}

/* (base metatable at 3, capacity at 4) -> metatable. Upvalue 1: the methods. */
static void make_type(lua_State *L) {
    lua_createtable(L, 0, 12);
    int type = lua_gettop(L);
    copy_fields(L, 3, type);
    lua_createtable(L, 0, 12);
    lua_pushvalue(L, lua_upvalueindex(1));
    copy_fields(L, type + 2, type + 1);
    lua_pop(L, 1);
    lua_pushvalue(L, 4);
    lua_setfield(L, -2, "capacity");
    lua_setfield(L, -2, "__index");
}

/* HOST_PROXY_CHOOSER (proxy, object). Upvalue 1: the methods. */
static int choose_type(lua_State *L) {
    luaL_checktype(L, 2, LUA_TLIGHTUSERDATA); /* debug code may call it */
    rt_channel *channel = as_local(lua_touserdata(L, 2));
    if (!channel) return 0;
    lua_getmetatable(L, 1);
    push_capacity(L, channel);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_types);
    lua_pushvalue(L, 4);
    if (lua_rawget(L, 5) == LUA_TNIL) {
        make_type(L);
        lua_pushvalue(L, 4);
        lua_pushvalue(L, -2);
        lua_rawset(L, 5);
    }
    lua_setmetatable(L, 1);
    return 0;
}

static void make_type_cache(lua_State *L) {
    host_weak_new(L, "v");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_types);
}

/* tostring(ch) -> "Channel 4 (2 of 10 queued, closed)"; what is on its way from
 * other processes does not count, since nothing may wait here */
static int channel_tostring(lua_State *L) {
    rt_object *object = host_proxy_check(L, 1, RT_KIND_CHANNEL);
    if (rt_is_remote(object)) {
        lua_pushfstring(L, "Channel %d (in another process)", (int)object->id);
        return 1;
    }
    rt_channel *channel = (rt_channel *)(void *)object;
    lua_Integer count = (lua_Integer)rt_channel_count(channel);
    push_capacity(L, channel);
    const char *capacity =
        lua_isinteger(L, -1)
            ? lua_pushfstring(L, " of %I", (LUAI_UACINT)lua_tointeger(L, -1))
            : "";
    lua_pushfstring(L, "Channel %d (%I%s queued%s)", (int)object->id,
                    (LUAI_UACINT)count, capacity,
                    rt_channel_is_closed(channel) ? ", closed" : "");
    return 1;
}

void host_open_channel(lua_State *L) {
    make_type_cache(L);
    host_proxy_new_metatable(L, RT_KIND_CHANNEL);
    luaL_newlib(L, methods);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, remote_index, 1);
    lua_setfield(L, -3, "__index");
    lua_pushcclosure(L, choose_type, 1);
    lua_setfield(L, -2, HOST_PROXY_CHOOSER);
    lua_pushcfunction(L, channel_len);
    lua_setfield(L, -2, "__len");
    lua_pushcfunction(L, channel_next);
    lua_setfield(L, -2, "__call");
    lua_pushcfunction(L, channel_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    lua_pushcfunction(L, plait_channel);
    lua_setfield(L, -2, "Channel");
}
