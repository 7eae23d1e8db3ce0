/* holder.c */
#include "core/holder.h"

#include <lauxlib.h>

#include "core/objects.h"
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

/* Pushes what it is about; if that is a lock, with who has it. */
static void push_about(lua_State *L, const char *before, const char *text,
                       rt_lock *lock) {
    if (!lock) {
        lua_pushfstring(L, "%s%s", before, text);
        return;
    }
    host_holder_push(L, lock);
    lua_pushfstring(L, "%s%s, %s", before, text, lua_tostring(L, -1));
    lua_replace(L, -2);
}

void host_holder_push_object(lua_State *L, rt_object *object) {
    host_objects_text text;
    rt_lock *lock = NULL;
    (void)host_objects_find(L, object, NULL, text, &lock); /* it has a name */
    push_about(L, "", text, lock);
}

void host_holder_push_subject(lua_State *L, const char *wait) {
    host_objects_text text;
    rt_lock *lock = NULL;
    if (host_objects_find(L, NULL, wait, text, &lock))
        push_about(L, " for ", text, lock);
    else
        lua_pushliteral(L, "");
}
