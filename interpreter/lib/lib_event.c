/* lib_event.c - something that happens once, until it is cleared.
 *
 *     local ready = plait.Event()
 *     async(function() ready:wait() print("go") end)
 *     ready:set()
 */
#include "lib/lib_event.h"

#include <lauxlib.h>

#include "core/failure.h"
#include "core/proxy.h"
#include "core/wait.h"
#include "ship/item.h"
#include "sync/event.h"

static rt_object *check_event(lua_State *L) {
    return host_proxy_check(L, 1, RT_KIND_EVENT);
}

/* NULL: it lives in another process. */
static rt_event *as_local(rt_object *object) {
    return object->type == &rt_event_type ? (rt_event *)(void *)object : NULL;
}

static int ask_home(lua_State *L, rt_object *remote, int operation,
                    host_deadline deadline, host_finish finish) {
    host_strand *strand = host_wait_begin(L, "event");
    int status = host_item_call(strand, remote, operation, NULL, 0);
    return host_wait_end(L, strand, status, deadline, finish);
}

/* ---- wait ---- */

static int waited(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    if (status != RT_ETIMEOUT) return host_raise_status(L, "event", status);
    lua_pushnil(L);
    lua_pushliteral(L, "timeout");
    return 2;
}

/* event:wait([timeout]) -> true | nil, "timeout" */
static int event_wait(lua_State *L) {
    rt_object *object = check_event(L);
    rt_event *event = as_local(object);
    host_deadline deadline = host_check_timeout(L, 2);
    if (!event) return ask_home(L, object, RT_EVENT_WAIT, deadline, waited);
    host_strand *strand = host_wait_begin(L, "event");
    int status = rt_event_wait(event, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, waited);
}

/* ---- state ---- */

static int changed(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status != RT_OK) return host_raise_status(L, "event", status);
    return 0;
}

/* event:set() */
static int event_set(lua_State *L) {
    rt_object *object = check_event(L);
    rt_event *event = as_local(object);
    if (!event)
        return ask_home(L, object, RT_EVENT_SET, HOST_NO_DEADLINE, changed);
    rt_event_set(event, host_of(L)->loop);
    return 0;
}

/* event:clear() */
static int event_clear(lua_State *L) {
    rt_object *object = check_event(L);
    rt_event *event = as_local(object);
    if (!event)
        return ask_home(L, object, RT_EVENT_CLEAR, HOST_NO_DEADLINE, changed);
    rt_event_clear(event);
    return 0;
}

static int answered(lua_State *L, host_strand *strand, int status) {
    status = host_item_answer(strand, status);
    if (status != RT_OK) return host_raise_status(L, "event", status);
    host_item_push(L, &strand->item);
    return 1;
}

/* event:is_set() -> boolean */
static int event_is_set(lua_State *L) {
    rt_object *object = check_event(L);
    rt_event *event = as_local(object);
    if (!event)
        return ask_home(L, object, RT_EVENT_IS_SET, HOST_NO_DEADLINE, answered);
    lua_pushboolean(L, rt_event_is_set(event));
    return 1;
}

static int event_tostring(lua_State *L) {
    rt_object *object = check_event(L);
    rt_event *event = as_local(object);
    const char *state = !event                   ? "of another process"
                        : rt_event_is_set(event) ? "set"
                                                 : "not set";
    lua_pushfstring(L, "Event %d (%s)", (int)object->id, state);
    return 1;
}

/* ---- opener ---- */

/* plait.Event() -> event */
static int plait_event(lua_State *L) {
    rt_event *event = rt_event_new();
    if (!event) return luaL_error(L, "not enough memory");
    host_proxy_push(L, (rt_object *)(void *)event);
    rt_object_unref((rt_object *)(void *)event); /* the proxy has its own */
    return 1;
}

static const luaL_Reg methods[] = {
    {"set", event_set},   {"clear", event_clear}, {"is_set", event_is_set},
    {"wait", event_wait}, {NULL, NULL},
};

void host_open_event(lua_State *L) {
    host_proxy_new_metatable(L, RT_KIND_EVENT);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, event_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    lua_pushcfunction(L, plait_event);
    lua_setfield(L, -2, "Event");
}
