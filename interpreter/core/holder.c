/* holder.c - what the deadlock report, and errors about locks, are made of. */
#include "core/holder.h"

#include <lauxlib.h>
#include <string.h>

#include "core/place.h"
#include "core/proxy.h"
#include "core/sending.h"
#include "core/task.h"

/* The task of L's state with that party; NULL: it is none. */
static host_task *find_task(lua_State *L, const rt_party *party) {
    host_state *host = host_of(L);
    for (rt_list *node = host->tasks.next; node != &host->tasks;
         node = node->next) {
        host_slot *slot = rt_container_of(node, host_slot, link);
        if (&slot->strand.party == party) return slot->task;
    }
    return NULL;
}

/* Pushes " 'name'" or "". */
static void push_name(lua_State *L, const rt_party *party) {
    host_task *task = find_task(L, party);
    if (!task) {
        lua_pushliteral(L, "");
        return;
    }
    host_task_push(L, task);
    if (host_task_get_extra(L, -1, "name") == LUA_TSTRING)
        lua_pushfstring(L, " '%s'", lua_tostring(L, -1));
    else
        lua_pushliteral(L, "");
    lua_replace(L, -3); /* over the handle */
    lua_pop(L, 1);
}

void host_holder_push(lua_State *L, rt_lock *lock) {
    luaL_checkstack(L, 8, "report");
    rt_lock_holder holder;
    rt_lock_look(lock, &holder);
    if (!holder.is_held) {
        lua_pushstring(L, holder.is_abandoned ? "abandoned" : "free");
        return;
    }
    char party[RT_PARTY_TEXT];
    rt_party_describe(&holder.party, party);
    push_name(L, holder.strand);
    lua_pushfstring(L, "held by %s%s", party, lua_tostring(L, -1));
    lua_replace(L, -2); /* the name */
    if (holder.line <= 0) return;
    lua_pushfstring(L, "%s, acquired at %s:%d", lua_tostring(L, -1),
                    holder.source, holder.line);
    lua_replace(L, -2);
}

/* The object that the wait on the stack of `where` is about, or NULL: that of
 * the strand's waiter, or else the first argument of the C function that
 * waits. Borrowed. */
static rt_object *awaited(lua_State *where, host_strand *strand) {
    rt_lock *lock = rt_lock_awaited(&strand->waiter);
    if (lock) return &lock->object;
    lua_Debug ar;
    if (!lua_checkstack(where, 1) || !lua_getstack(where, 0, &ar) ||
        !lua_getlocal(where, &ar, 1))
        return NULL;
    rt_object *object = host_proxy_test(where, -1, 0);
    lua_pop(where, 1);
    return object; /* the stack still refers to it */
}

/* Pushes "Lock 7". */
static void push_object(lua_State *L, rt_object *object) {
    const char *name = host_proxy_type(host_object_kind(object));
    if (object->type == &rt_lock_type &&
        ((rt_lock *)(void *)object)->is_reentrant)
        name = "plait.RLock";
    lua_pushfstring(L, "%s %d", name + sizeof "plait." - 1, (int)object->id);
}

void host_holder_push_object(lua_State *L, rt_object *object) {
    push_object(L, object);
    if (object->type != &rt_lock_type) return;
    host_holder_push(L, (rt_lock *)(void *)object);
    lua_pushfstring(L, "%s, %s", lua_tostring(L, -2), lua_tostring(L, -1));
    lua_replace(L, -3);
    lua_pop(L, 1);
}

/* Pushes what a case of a select is about: the value on the top of the stack of
 * `where`, which is popped; false: it is none. */
static bool push_case(lua_State *L, lua_State *where) {
    rt_object *object = host_proxy_test(where, -1, 0);
    const host_sending *sending = host_sending_test(where, -1);
    const host_task *task = host_task_test(where, -1);
    bool is_case = object || sending || task;
    lua_pop(where, 1);
    if (object) {
        push_object(L, object);
    } else if (sending) {
        lua_pushfstring(L, "sending to Channel %d", (int)sending->channel->id);
    } else if (task) {
        lua_pushfstring(L, "task %d", (int)task->number);
    }
    return is_case;
}

/* At most so many of them are named. */
enum { MOST_CASES = 8 };

/* Pushes " for Channel 8, Event 9" for a select on the stack of `where`, whose
 * cases stand behind its table, or "". */
static void push_cases(lua_State *L, lua_State *where) {
    lua_Debug ar;
    int count = 0;
    lua_pushliteral(L, "");
    if (!lua_checkstack(where, 4) || !lua_getstack(where, 0, &ar)) return;
    while (lua_getlocal(where, &ar, count + 2)) {
        if (!push_case(L, where)) return;
        if (++count > MOST_CASES) {
            lua_pop(L, 1);
            lua_pushliteral(L, "...");
        }
        lua_pushfstring(L, "%s%s%s", lua_tostring(L, -2),
                        count == 1 ? " for " : ", ", lua_tostring(L, -1));
        lua_replace(L, -3);
        lua_pop(L, 1);
        if (count > MOST_CASES) return;
    }
}

void host_holder_push_wait(lua_State *L, host_strand *strand) {
    luaL_checkstack(L, 8, "report");
    /* The main strand waits where it drives; L is its thread then. */
    lua_State *where = strand->is_main ? L : strand->L;
    lua_Debug ar;
    const char *what = strand->waiting_for;
    if (host_place_find(where, 0, &ar))
        lua_pushfstring(L, "waits (%s) at %s:%d", what ? what : "?",
                        ar.short_src, ar.currentline);
    else
        lua_pushfstring(L, "waits (%s)", what ? what : "?");
    rt_object *object = awaited(where, strand);
    if (!object && what && strcmp(what, "select") == 0) {
        push_cases(L, where);
        lua_concat(L, 2);
    }
    if (!object) return;
    host_holder_push_object(L, object);
    lua_pushfstring(L, "%s for %s", lua_tostring(L, -2), lua_tostring(L, -1));
    lua_replace(L, -3);
    lua_pop(L, 1);
}
