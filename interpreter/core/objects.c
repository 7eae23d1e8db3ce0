/* objects.c */
#include "core/objects.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/proxy.h"
#include "core/scope.h"
#include "core/sending.h"
#include "core/task.h"

/* At most so many of what is waited for together are named. */
enum { MOST_NAMES = 8 };

typedef struct names {
    char *text;
    size_t size;
    int count;
    lua_State *L; /* whose stack the values are on */
    rt_lock **lock;
} names;

static bool is_full(const names *n) {
    return n->count > MOST_NAMES;
}

__attribute__((format(printf, 2, 3))) static void add(names *n,
                                                      const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(n->text + n->size, HOST_OBJECTS_TEXT - n->size, format,
                         arguments);
    va_end(arguments);
    n->size += size > 0 ? (size_t)size : 0;
    if (n->size >= HOST_OBJECTS_TEXT) n->size = HOST_OBJECTS_TEXT - 1;
}

/* Room for one more; false: there are too many. */
static bool begin_name(names *n) {
    if (n->count++ > 0) add(n, ", ");
    if (n->count <= MOST_NAMES) return true;
    add(n, "...");
    return false;
}

/* By hand, since lua_getfield could have to make the string. */
const char *host_objects_name(lua_State *L, int index) {
    if (lua_getiuservalue(L, index, HOST_TASK_EXTRA) != LUA_TTABLE) return NULL;
    int extra = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, extra); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING &&
            strcmp(lua_tostring(L, -2), "name") == 0)
            return lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    return NULL;
}

static void add_task(names *n, int index) {
    const host_task *task = host_task_test(n->L, index);
    const char *name = host_objects_name(n->L, index);
    add(n, "task %u", (unsigned)task->number);
    if (name) add(n, " '%s'", name);
}

static pid_t pid_of(rt_strand *strand) {
    pthread_mutex_lock(&strand->lock);
    pid_t pid = strand->pid;
    pthread_mutex_unlock(&strand->lock);
    return pid;
}

static void add_strand(names *n, rt_strand *strand) {
    static const char *const kinds[] = {"a task", "thread", "process",
                                        "Future"};
    add(n, "%s", kinds[strand->kind]);
    if (strand->kind == RT_STRAND_PROCESS)
        add(n, " %d", (int)pid_of(strand));
    else if (strand->kind != RT_STRAND_TASK)
        add(n, " %d", (int)strand->object.id);
    if (strand->name) add(n, " '%s'", strand->name);
}

static void add_object(names *n, rt_object *object) {
    if (object->type == &rt_strand_type) {
        add_strand(n, (rt_strand *)(void *)object);
        return;
    }
    bool is_lock = object->type == &rt_lock_type;
    rt_lock *lock = is_lock ? (rt_lock *)(void *)object : NULL;
    const char *name =
        host_proxy_type(host_object_kind(object)) + sizeof "plait." - 1;
    if (lock && lock->is_reentrant) name = "RLock";
    add(n, "%s %d", name, (int)object->id);
    if (lock && n->count == 1) *n->lock = lock;
}

/* What is at `index`; false: nothing that can be waited for. */
static bool add_value(names *n, int index) {
    const host_task *task = host_task_test(n->L, index);
    rt_object *object = task ? NULL : host_proxy_test(n->L, index, 0);
    const host_sending *sending =
        task || object ? NULL : host_sending_test(n->L, index);
    if (!task && !object && !sending) return false;
    if (!begin_name(n)) return true;
    if (task)
        add_task(n, index);
    else if (object)
        add_object(n, object);
    else
        add(n, "sending to Channel %d", (int)sending->channel->id);
    return true;
}

static bool has_ended(lua_State *L, int index) {
    const host_task *task = host_task_test(L, index);
    rt_object *object = host_proxy_test(L, index, RT_KIND_STRAND);
    if (task) return host_task_ended(task);
    return object && object->type == &rt_strand_type &&
           rt_strand_ended((rt_strand *)(void *)object);
}

/* Those in the list at `index` that have not ended. */
static void add_list(names *n, int index) {
    lua_Integer count = (lua_Integer)lua_rawlen(n->L, index);
    int top = lua_gettop(n->L);
    for (lua_Integer i = 1; i <= count && !is_full(n); i++) {
        lua_rawgeti(n->L, index, i);
        if (!has_ended(n->L, top + 1)) (void)add_value(n, top + 1);
        lua_settop(n->L, top);
    }
}

/* Those of the scope at `index` that have not ended. */
static void add_scope(names *n, int index) {
    host_scope **box = lua_touserdata(n->L, index);
    const rt_list *live = &(*box)->live;
    int top = lua_gettop(n->L);
    for (const rt_list *node = live->next; node != live && !is_full(n);
         node = node->next) {
        host_member *member = rt_container_of(node, host_member, link);
        if (!begin_name(n)) return;
        if (member->task) {
            host_task_push(n->L, member->task);
            add_task(n, top + 1);
        } else {
            add_strand(n, member->strand);
        }
        lua_settop(n->L, top);
    }
}

bool host_objects_push_list(lua_State *L, int index) {
    if (lua_istable(L, index)) {
        lua_pushvalue(L, index);
        return true;
    }
    return luaL_testudata(L, index, "plait.watch") &&
           lua_getiuservalue(L, index, 1) == LUA_TTABLE;
}

/* The cases of a select stand behind its table. */
static void add_arguments(names *n, bool is_select) {
    lua_State *L = n->L;
    int top = lua_gettop(L);
    lua_Debug ar;
    if (!lua_getstack(L, 0, &ar)) return;
    for (int i = is_select ? 2 : 1; !is_full(n); i++) {
        if (!lua_getlocal(L, &ar, i)) break;
        if (!is_select && host_objects_push_list(L, top + 1))
            add_list(n, lua_gettop(L));
        else if (!is_select && luaL_testudata(L, top + 1, HOST_SCOPE_TYPE))
            add_scope(n, top + 1);
        else if (add_value(n, top + 1) && is_select) {
            lua_settop(L, top);
            continue;
        }
        break;
    }
    lua_settop(L, top);
}

bool host_objects_find(lua_State *where, rt_object *known, const char *wait,
                       host_objects_text text, rt_lock **lock) {
    names n = {.text = text, .L = where, .lock = lock};
    text[0] = '\0';
    if (known) {
        (void)begin_name(&n);
        add_object(&n, known);
    } else if (lua_checkstack(where, 8)) {
        add_arguments(&n, strcmp(wait, "select") == 0);
    }
    return n.count > 0;
}
