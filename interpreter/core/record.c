/* record.c - a strand that waits is inside of a C function of plait, and what it
 * waits for is an argument of that one, or is behind its waiter. */
#include "core/record.h"

#include <lauxlib.h>
#include <string.h>
#include <unistd.h>

#include "core/holder.h"
#include "core/place.h"
#include "core/proxy.h"
#include "core/scope.h"
#include "core/sending.h"
#include "core/task.h"

/* At most so many of what a strand waits for are named. */
enum { MOST_NAMES = 8 };

/* The record is on the top of L's stack; and so is, above it, what is set. */

static void set_text(lua_State *L, const char *field, const char *text) {
    if (!text) return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, field);
}

static void set_key(lua_State *L, const char *field, const rt_party *party) {
    char text[RT_PARTY_TEXT];
    rt_party_describe(party, text);
    set_text(L, field, text);
}

static void set_place(lua_State *L, const char *field, const char *source,
                      int line) {
    if (line <= 0) return;
    lua_pushfstring(L, "%s:%d", source, line);
    lua_setfield(L, -2, field);
}

/* ---- who it is ---- */

static const char *kind_of(const host_strand *strand) {
    if (!strand->is_main) return "task";
    const rt_strand *self = strand->host->self;
    if (!self) return "main";
    return self->kind == RT_STRAND_THREAD ? "thread" : "process";
}

static void describe_main(lua_State *L, const host_strand *strand) {
    const rt_strand *self = strand->host->self;
    if (!self) return;
    set_text(L, "name", self->name);
    set_text(L, "started_at", self->started_at);
}

static void describe_task(lua_State *L, const host_strand *strand) {
    int record = lua_gettop(L);
    host_task_push(L, host_task_of(strand));
    if (host_task_get_extra(L, -1, "name") == LUA_TSTRING)
        lua_setfield(L, record, "name");
    else
        lua_pop(L, 1);
    host_task_push_started(L, -1);
    lua_setfield(L, record, "started_at");
    lua_settop(L, record);
}

static void push_strand(lua_State *L, const host_strand *strand) {
    lua_newtable(L);
    set_text(L, "kind", kind_of(strand));
    set_text(L, "state", "waiting");
    set_text(L, "wait", strand->waiting_for);
    set_key(L, "key", &strand->party);
    lua_pushinteger(L, strand->party.id);
    lua_setfield(L, -2, "id");
    lua_pushinteger(L, getpid());
    lua_setfield(L, -2, "pid");
    if (strand->is_main)
        describe_main(L, strand);
    else
        describe_task(L, strand);
}

/* ---- what it waits for ---- */

/* Of what is waited for together; `names` is "" or the names up to now. */
typedef struct found {
    int record; /* index */
    int count;
    bool is_full;
} found;

/* Adds the name on the top, which is popped, to "object". */
static void add_name(lua_State *L, found *f) {
    if (++f->count > MOST_NAMES) {
        lua_pop(L, 1);
        lua_pushliteral(L, "...");
        f->is_full = true;
    }
    if (lua_getfield(L, f->record, "object") == LUA_TSTRING) {
        lua_insert(L, -2);
        lua_pushliteral(L, ", ");
        lua_insert(L, -2);
        lua_concat(L, 3);
    } else {
        lua_pop(L, 1);
    }
    lua_setfield(L, f->record, "object");
}

/* Adds the key on the top, which is popped, to "awaits". */
static void add_key(lua_State *L, const found *f) {
    if (lua_getfield(L, f->record, "awaits") != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_setfield(L, f->record, "awaits");
    }
    lua_insert(L, -2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

static void add_party(lua_State *L, found *f, const rt_party *party,
                      const char *name) {
    char text[RT_PARTY_TEXT];
    rt_party_describe(party, text);
    lua_pushstring(L, text);
    add_key(L, f);
    if (party->kind == RT_PARTY_MAIN && party->pid)
        lua_pushfstring(L, "process %d", (int)party->pid);
    else
        lua_pushstring(L, text);
    if (name) {
        lua_pushfstring(L, "%s '%s'", lua_tostring(L, -1), name);
        lua_remove(L, -2);
    }
    add_name(L, f);
}

/* A task of this state, whose handle is on the top: popped. */
static void add_task(lua_State *L, found *f, const host_task *task) {
    rt_party party = {.kind = RT_PARTY_TASK, .id = task->number};
    party.thread = host_of(L)->main.party.id;
    bool has_name = host_task_get_extra(L, -1, "name") == LUA_TSTRING;
    add_party(L, f, &party, has_name ? lua_tostring(L, -1) : NULL);
    lua_pop(L, 2);
}

static void add_strand(lua_State *L, found *f, rt_strand *strand) {
    rt_party party = {.kind = RT_PARTY_THREAD,
                      .id = (uint32_t)strand->object.id};
    switch (strand->kind) {
    case RT_STRAND_THREAD:
        add_party(L, f, &party, strand->name);
        return;
    case RT_STRAND_PROCESS:
        party.kind = RT_PARTY_MAIN;
        pthread_mutex_lock(&strand->lock);
        party.pid = strand->pid;
        pthread_mutex_unlock(&strand->lock);
        party.process = strand; /* not this one */
        add_party(L, f, &party, strand->name);
        return;
    case RT_STRAND_TASK: /* of another state: its number is not known here */
        lua_pushliteral(L, "a task");
        break;
    case RT_STRAND_FUTURE:
        lua_pushfstring(L, "Future %d", (int)strand->object.id);
        break;
    }
    if (strand->name) {
        lua_pushfstring(L, "%s '%s'", lua_tostring(L, -1), strand->name);
        lua_remove(L, -2);
    }
    add_name(L, f);
}

static void add_lock(lua_State *L, const found *f, rt_lock *lock) {
    rt_lock_holder holder;
    rt_lock_look(lock, &holder);
    lua_pushvalue(L, f->record);
    if (holder.is_held) {
        set_key(L, "held_by", &holder.party);
        set_place(L, "held_at", holder.source, holder.line);
    }
    lua_pop(L, 1);
}

static void add_object(lua_State *L, found *f, rt_object *object) {
    if (object->type == &rt_strand_type) {
        add_strand(L, f, (rt_strand *)(void *)object);
        return;
    }
    host_holder_push_name(L, object);
    add_name(L, f);
    if (object->type == &rt_lock_type)
        add_lock(L, f, (rt_lock *)(void *)object);
}

/* What is on the top, and is popped; false: nothing that is waited for. */
static bool add_value(lua_State *L, found *f) {
    const host_task *task = host_task_test(L, -1);
    rt_object *object = task ? NULL : host_proxy_test(L, -1, 0);
    const host_sending *sending = host_sending_test(L, -1);
    if (task) {
        add_task(L, f, task);
        return true;
    }
    if (object) {
        add_object(L, f, object);
    } else if (sending) {
        lua_pushfstring(L, "sending to Channel %d", (int)sending->channel->id);
        add_name(L, f);
    }
    lua_pop(L, 1);
    return object || sending;
}

/* The list on the top: popped. Those that have ended are left out. */
static void add_list(lua_State *L, found *f) {
    int list = lua_gettop(L);
    lua_Integer count = (lua_Integer)lua_rawlen(L, list);
    for (lua_Integer i = 1; i <= count && !f->is_full; i++) {
        lua_rawgeti(L, list, i);
        const host_task *task = host_task_test(L, -1);
        rt_object *object = host_proxy_test(L, -1, RT_KIND_STRAND);
        bool has_ended = (task && host_task_ended(task)) ||
                         (object && object->type == &rt_strand_type &&
                          rt_strand_ended((rt_strand *)(void *)object));
        if (has_ended)
            lua_pop(L, 1);
        else
            (void)add_value(L, f);
    }
    lua_settop(L, list - 1);
}

/* Whether the value on the top is a list of handles, or stands for one: then that
 * one is pushed. */
static bool is_list(lua_State *L) {
    return lua_istable(L, -1) || (luaL_testudata(L, -1, "plait.watch") &&
                                  lua_getiuservalue(L, -1, 1) == LUA_TTABLE);
}

/* Those of the scope on the top that have not ended. */
static void add_scope(lua_State *L, found *f) {
    host_scope **box = lua_touserdata(L, -1);
    const rt_list *live = &(*box)->live;
    for (rt_list *node = live->next; node != live && !f->is_full;
         node = node->next) {
        host_member *member = rt_container_of(node, host_member, link);
        if (member->task) {
            host_task_push(L, member->task);
            add_task(L, f, member->task);
        } else {
            add_strand(L, f, member->strand);
        }
    }
    lua_pop(L, 1);
}

/* The arguments of the C function that waits on `where`, from `first` on. */
static void add_arguments(lua_State *L, lua_State *where, int level, found *f,
                          bool is_select) {
    lua_Debug ar;
    int first = is_select ? 2 : 1;
    if (!lua_checkstack(where, 4) || !lua_getstack(where, level, &ar)) return;
    for (int i = first; !f->is_full && lua_getlocal(where, &ar, i); i++) {
        if (where != L) lua_xmove(where, L, 1);
        if (!is_select && is_list(L)) {
            add_list(L, f);
            return;
        }
        if (luaL_testudata(L, -1, HOST_SCOPE_TYPE)) {
            add_scope(L, f);
            return;
        }
        if (!add_value(L, f) || !is_select) return;
    }
}

static void describe_wait(lua_State *L, host_strand *strand, int level) {
    int top = lua_gettop(L);
    lua_State *where = strand->is_main ? L : strand->L;
    if (!strand->is_main) level = 0;
    found f = {.record = top};
    lua_Debug ar;
    if (host_place_find(where, level, &ar))
        set_place(L, "place", ar.short_src, ar.currentline);
    rt_lock *lock = rt_lock_awaited(&strand->waiter);
    bool is_select = strcmp(strand->waiting_for, "select") == 0;
    if (lock)
        add_object(L, &f, &lock->object);
    else
        add_arguments(L, where, level, &f, is_select);
    lua_settop(L, top);
}

static void add_record(lua_State *L, int list, host_strand *strand, int level) {
    if (!strand->waiting_for) return;
    push_strand(L, strand);
    describe_wait(L, strand, level);
    lua_rawseti(L, list, (lua_Integer)lua_rawlen(L, list) + 1);
}

void host_records_push(lua_State *L, int level) {
    host_state *host = host_of(L);
    luaL_checkstack(L, 20, "report");
    lua_newtable(L);
    int list = lua_gettop(L);
    add_record(L, list, &host->main, level);
    for (rt_list *node = host->tasks.next; node != &host->tasks;
         node = node->next) {
        host_slot *slot = rt_container_of(node, host_slot, link);
        add_record(L, list, &slot->strand, 0);
    }
}

void host_record_push_subject(lua_State *L, const char *wait) {
    luaL_checkstack(L, 20, "report");
    lua_newtable(L);
    found f = {.record = lua_gettop(L)};
    add_arguments(L, L, 0, &f, strcmp(wait, "select") == 0);
    lua_settop(L, f.record);
    lua_getfield(L, f.record, "object");
    lua_getfield(L, f.record, "held_by");
    lua_getfield(L, f.record, "held_at");
    const char *object = lua_tostring(L, f.record + 1);
    const char *by = lua_tostring(L, f.record + 2);
    const char *at = lua_tostring(L, f.record + 3);
    lua_pushfstring(L, "%s%s%s%s%s%s", object ? " for " : "",
                    object ? object : "", by ? ", held by " : "", by ? by : "",
                    at ? ", acquired at " : "", at ? at : "");
    lua_replace(L, f.record);
    lua_settop(L, f.record);
}
