/* update.c - a loop of three steps, each of which may wait.
 *
 * Updates under way are in a list of their state, each in a userdata on the
 * stack of the function that carries it out, where it is to be closed. One is
 * in the way only if its coroutine is the running one or has resumed it: those
 * of other strands are none of its business, and a coroutine that was left
 * suspended in its function is in nobody's way. */
#include "core/update.h"

#include <lauxlib.h>

#include "core/check.h"
#include "core/failure.h"
#include "core/proxy.h"
#include "core/start.h"

/* The stack of host_update_run. */
enum { OBJECT = 1, KEY, FUNCTION, UNDER_WAY, HOW, TOKEN, OLD, NEW, SWAPPED };

typedef enum { LOOK, CALL, SWAP, CHECK } step;

/* The coroutine is its user value, so that its address stays its own. */
typedef struct under_way {
    rt_list link; /* in host->updates */
    const rt_object *object;
    rt_item key; /* owned */
    const lua_State *thread;
    const char *name;
} under_way;

/* ---- what is under way ---- */

/* __close and __gc */
static int under_way_close(lua_State *L) {
    under_way *u = lua_touserdata(L, 1);
    rt_list_unlink(&u->link);
    rt_item_clear(&u->key);
    return 0;
}

static void push_metatable(lua_State *L) {
    if (!luaL_newmetatable(L, "plait.update")) return;
    lua_pushcfunction(L, under_way_close);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__close");
    lua_setfield(L, -2, "__gc");
}

/* Puts it at UNDER_WAY, to be closed. */
static void begin(lua_State *L, const host_update *how, const rt_object *object,
                  const rt_item *key) {
    under_way *u = lua_newuserdatauv(L, sizeof *u, 1);
    rt_list_init(&u->link);
    u->key.kind = RT_ITEM_NIL;
    u->object = object;
    u->thread = L;
    u->name = how->name;
    push_metatable(L);
    lua_setmetatable(L, -2);
    (void)lua_pushthread(L);
    lua_setiuservalue(L, -2, 1);
    if (rt_item_copy(&u->key, key) != RT_OK) luaL_error(L, "not enough memory");
    lua_toclose(L, UNDER_WAY);
    rt_list_push(&host_of(L)->updates, &u->link);
}

static bool is_in_chain(const host_state *host, const lua_State *L,
                        const lua_State *thread) {
    if (thread == L) return true;
    for (const host_link *link = host->chain; link; link = link->outer)
        if (link->resumer == thread) return true;
    return false;
}

void host_update_check_all(lua_State *L, const rt_object *object,
                           const rt_item *key, const char *what) {
    host_state *host = host_of(L);
    for (rt_list *node = host->updates.next; node != &host->updates;
         node = node->next) {
        under_way *u = rt_container_of(node, under_way, link);
        if (u->object == object && rt_item_equal(&u->key, key) &&
            is_in_chain(host, L, u->thread))
            host_raise(L, "usage",
                       "%s: the function of %s cannot change the value it is "
                       "called for; it returns the new one",
                       what, u->name);
    }
}

/* ---- the steps ---- */

static int continue_update(lua_State *L, int status, lua_KContext next);

/* Calls what is on the stack; the update goes on at `next`, after a wait too. */
static step call(lua_State *L, int arguments, int results, step next) {
    lua_callk(L, arguments, results, (lua_KContext)next, continue_update);
    return next;
}

static step run_step(lua_State *L, step now) {
    const host_update *how = lua_touserdata(L, HOW);
    switch (now) {
    case LOOK:
        lua_settop(L, HOW);
        lua_pushcfunction(L, how->look);
        lua_pushvalue(L, OBJECT);
        lua_pushvalue(L, KEY);
        return call(L, 2, 2, CALL);
    case CALL:
        lua_pushvalue(L, FUNCTION);
        lua_pushvalue(L, OLD);
        return call(L, 1, 1, SWAP);
    case SWAP:
        lua_pushcfunction(L, how->swap);
        lua_pushvalue(L, OBJECT);
        lua_pushvalue(L, KEY);
        lua_pushvalue(L, TOKEN);
        lua_pushvalue(L, NEW);
        return call(L, 4, 2, CHECK);
    case CHECK:
        break;
    }
    return LOOK;
}

/* A loop, since it may take any number of attempts. */
static int continue_update(lua_State *L, int status, lua_KContext context) {
    (void)status;
    step now = (step)context;
    while (now != CHECK || !lua_toboolean(L, SWAPPED)) now = run_step(L, now);
    return 1; /* what is stored is on the top */
}

int host_update_run(lua_State *L, const host_update *how, const rt_item *key) {
    const rt_object *object = ((host_proxy *)lua_touserdata(L, OBJECT))->object;
    if (!host_is_callable(L, FUNCTION))
        return host_raise(L, "usage", "%s: argument %d is %s, not a function",
                          how->name, how->argument, host_describe(L, FUNCTION));
    host_update_check(L, object, key, how->name);
    luaL_checkstack(L, 12, "update");
    begin(L, how, object, key);
    lua_pushlightuserdata(L, (void *)(uintptr_t)how);
    return continue_update(L, LUA_OK, LOOK);
}
