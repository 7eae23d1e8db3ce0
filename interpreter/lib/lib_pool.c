/* lib_pool.c - pools: what the Lua part (pool_class.lua) cannot do.
 *
 *     local pool = internal.pool_new(worker_main, "thread", 2, nil, init)
 *     local code = internal.pool_code(pool, f)
 *     local handle = internal.pool_submit(pool, code, "submit", 1, 2)
 *
 * The methods of a pool are Lua's, found when the first is asked for. A pool of
 * another process is asked once what it is; it gets a function once and names
 * it from then on, as one of this process does. Which functions it has got is
 * known by what was shipped, so a variable that has changed since makes it
 * another function. */
#include "lib/lib_pool.h"

#include <lauxlib.h>
#include <string.h>

#include "base/alloc.h"
#include "core/check.h"
#include "core/failure.h"
#include "core/policy.h"
#include "core/proxy.h"
#include "core/start.h"
#include "core/wait.h"
#include "exec/code.h"
#include "exec/pool.h"
#include "ipc/remote.h"
#include "ship/item.h"
#include "ship/job.h"
#include "ship/workers.h"

#define CLIENT_TYPE "plait.pool_client"

enum { MAX_CODES = 16 };

/* A function that the pool has got. */
typedef struct known {
    rt_message *work; /* owned; of a pool of this process: the code's own */
    rt_object *code;  /* a reference, or NULL */
} known;

/* What a state knows of a pool; the user value of its proxy. */
typedef struct client {
    bool has_looked;
    bool of_processes;
    lua_Integer seats;
    int next; /* of `codes`, to be replaced */
    known codes[MAX_CODES];
} client;

static rt_object *check_pool(lua_State *L) {
    return host_proxy_check(L, 1, RT_KIND_POOL);
}

/* NULL: it lives in another process. */
static rt_pool *as_local(rt_object *object) {
    return rt_is_remote(object) ? NULL : (rt_pool *)(void *)object;
}

static uint64_t party_of(const host_strand *strand) {
    return (uint64_t)(uintptr_t)strand;
}

static int raise_own(lua_State *L, const char *caller) {
    return host_raise(L, "usage",
                      "%s: a worker cannot use its own pool: all of them might "
                      "wait for each other; use another pool, or leave it to "
                      "who uses this one",
                      caller);
}

/* What a use of the pool ended with, if that is no success. */
static int raise_failure(lua_State *L, const char *caller, int status) {
    if (status == RT_ECLOSED)
        return host_raise(L, "closed", "%s: the pool is closed", caller);
    if (status == RT_EUSAGE) return raise_own(L, caller);
    if (status == RT_ELIMIT)
        return host_raise(L, "send",
                          "%s: the arguments are too large to be "
                          "sent (1 GiB is the most)",
                          caller);
    return host_raise_status(L, "pool", status);
}

/* ---- what a state knows of a pool ---- */

static int client_gc(lua_State *L) {
    client *c = lua_touserdata(L, 1);
    for (int i = 0; i < MAX_CODES; i++) {
        known *k = &c->codes[i];
        if (k->code && rt_is_remote(k->code)) rt_message_free(k->work);
        rt_object_unref(k->code);
        k->code = NULL;
    }
    return 0;
}

/* Of the proxy at 1; made at the first call. */
static client *client_of(lua_State *L) {
    if (lua_getiuservalue(L, 1, 1) == LUA_TUSERDATA) {
        client *c = lua_touserdata(L, -1);
        lua_pop(L, 1);
        return c;
    }
    lua_pop(L, 1);
    client *c = lua_newuserdatauv(L, sizeof *c, 0);
    memset(c, 0, sizeof *c);
    if (luaL_newmetatable(L, CLIENT_TYPE)) {
        lua_pushcfunction(L, client_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    lua_setiuservalue(L, 1, 1);
    return c;
}

static int push_look(lua_State *L, const client *c) {
    lua_pushstring(L, c->of_processes ? "process" : "thread");
    lua_pushinteger(L, c->seats);
    return 2;
}

/* The caller is at 2, or nil. */
static int looked(lua_State *L, host_strand *strand, int status) {
    const char *caller = lua_isstring(L, 2) ? lua_tostring(L, 2) : "pool";
    rt_message *answer = strand->waiter.message;
    rt_item items[3];
    strand->waiter.message = NULL;
    if (status != RT_OK) {
        rt_message_free(answer);
        return raise_failure(L, caller, status);
    }
    status = rt_items_decode(items, 3, answer);
    if (status != RT_OK) return raise_failure(L, caller, status);
    bool is_closed = items[2].kind == RT_ITEM_BOOL && items[2].as.boolean;
    if (is_closed && lua_isstring(L, 2))
        return raise_failure(L, caller, RT_ECLOSED);
    client *c = client_of(L);
    c->of_processes = items[0].kind == RT_ITEM_BOOL && items[0].as.boolean;
    c->seats = items[1].kind == RT_ITEM_INT ? items[1].as.integer : 1;
    c->has_looked = true;
    return push_look(L, c);
}

static int ask_until(lua_State *L, rt_object *pool, int operation,
                     rt_message *arguments, host_deadline deadline,
                     host_finish finish) {
    host_strand *strand = host_of(L)->current;
    strand->waiter.message = NULL;
    int status = rt_remote_call(pool, operation, party_of(strand), arguments,
                                &strand->waiter);
    return host_wait_end(L, strand, status, deadline, finish);
}

static int ask(lua_State *L, rt_object *pool, int operation,
               rt_message *arguments, host_finish finish) {
    return ask_until(L, pool, operation, arguments, HOST_NO_DEADLINE, finish);
}

/* pool_look(pool[, caller]) -> "thread" | "process", number of workers. With
 * the name of a caller, raises if the pool is closed. */
static int pool_look(lua_State *L) {
    rt_object *object = check_pool(L);
    lua_settop(L, 2);
    client *c = client_of(L);
    rt_pool *pool = as_local(object);
    if (c->has_looked && (pool || lua_isnil(L, 2))) return push_look(L, c);
    if (!pool) {
        (void)host_wait_begin(L, "pool");
        return ask(L, object, RT_POOL_LOOK, NULL, looked);
    }
    const rt_pool_options *options = rt_pool_options_of(pool);
    c->of_processes = options->of_processes;
    c->seats = options->seats;
    c->has_looked = true;
    return push_look(L, c);
}

/* ---- functions ---- */

static bool is_same_work(const rt_message *a, const rt_message *b) {
    return a->bytes.size == b->bytes.size &&
           a->object_count == b->object_count &&
           memcmp(a->bytes.bytes, b->bytes.bytes, a->bytes.size) == 0 &&
           (a->object_count == 0 ||
            memcmp(a->objects, b->objects,
                   a->object_count * sizeof *a->objects) == 0);
}

static rt_object *find_code(const client *c, const rt_message *work) {
    for (int i = 0; i < MAX_CODES; i++)
        if (c->codes[i].code && is_same_work(c->codes[i].work, work))
            return c->codes[i].code;
    return NULL;
}

/* Takes the reference, and of a remote one `work`. */
static void add_code(client *c, rt_object *code, rt_message *work) {
    known *k = &c->codes[c->next];
    c->next = (c->next + 1) % MAX_CODES;
    if (k->code && rt_is_remote(k->code)) rt_message_free(k->work);
    rt_object_unref(k->code);
    *k = (known){work, code};
}

/* A pool of this process keeps the work itself. Takes it. */
static int push_code_here(lua_State *L, client *c, rt_message *work) {
    rt_code *code = rt_code_new(work);
    if (!code) {
        rt_message_free(work);
        return luaL_error(L, "not enough memory");
    }
    add_code(c, &code->object, work);
    host_proxy_push(L, &code->object);
    return 1;
}

/* The item of the answer is the code; the work, which the strand keeps, is what
 * the next function is compared with. */
static int defined(lua_State *L, host_strand *strand, int status) {
    rt_message *answer = strand->waiter.message;
    rt_message *work = strand->item.as.message;
    rt_item item = {.kind = RT_ITEM_NIL};
    strand->item.kind = RT_ITEM_NIL;
    strand->waiter.message = NULL;
    if (status == RT_OK)
        status = rt_items_decode(&item, 1, answer);
    else
        rt_message_free(answer);
    if (status == RT_OK && item.kind != RT_ITEM_OBJECT) status = RT_EDAMAGED;
    if (status != RT_OK) {
        rt_item_clear(&item);
        rt_message_free(work);
        return raise_failure(L, "pool", status);
    }
    add_code(client_of(L), item.as.object, work);
    host_proxy_push(L, item.as.object);
    return 1;
}

static int define_there(lua_State *L, rt_object *pool, rt_message *work) {
    host_strand *strand = host_of(L)->current;
    rt_message *copy = rt_message_copy(work);
    if (!copy) {
        rt_message_free(work);
        return luaL_error(L, "not enough memory");
    }
    rt_item_clear(&strand->item);
    strand->item = (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = work};
    return ask(L, pool, RT_POOL_DEFINE, copy, defined);
}

/* pool_code(pool, f) -> by what jobs name f; pool_look must have been called.
 * Checks for lost writes as spawn_thread does, if the workers are threads. */
static int pool_code(lua_State *L) {
    rt_object *pool = check_pool(L);
    client *c = client_of(L);
    bool is_near = as_local(pool) != NULL;
    lua_settop(L, 2);
    if (!is_near) (void)host_wait_begin(L, "pool"); /* raises, or nothing */
    rt_message *work = host_ship_work(
        L, 2,
        is_near && !c->of_processes ? HOST_SHIP_THREAD : HOST_SHIP_ANYWHERE,
        c->of_processes ? "process" : "thread", 0);
    rt_object *code = find_code(c, work);
    if (!code)
        return is_near ? push_code_here(L, c, work)
                       : define_there(L, pool, work);
    rt_message_free(work);
    host_proxy_push(L, code);
    return 1;
}

/* ---- submit ---- */

static int started(lua_State *L, host_strand *strand, int status) {
    const char *caller = lua_tostring(L, 3);
    if (status == RT_OK && !strand->waiter.message) status = RT_EDAMAGED;
    status = host_item_answer(strand, status);
    if (status != RT_OK) return raise_failure(L, caller, status);
    host_item_push(L, &strand->item);
    return 1;
}

static int start_here(lua_State *L, rt_pool *pool, rt_message *job,
                      const char *caller) {
    rt_runtime *runtime = host_of(L)->runtime;
    const char *place = host_push_caller(L);
    rt_strand *strand = rt_strand_new(runtime, RT_STRAND_TASK, NULL, place);
    if (!strand) {
        rt_message_free(job);
        return luaL_error(L, "not enough memory");
    }
    rt_runtime_add(runtime, strand);
    int status = rt_pool_start(pool, job, strand);
    if (status != RT_OK) {
        rt_message_free(job);
        rt_strand_observe(strand); /* it is raised here */
        (void)rt_strand_finish(strand, RT_STRAND_CANCELLED, NULL);
        rt_object_unref(&strand->object);
        return raise_failure(L, caller, status);
    }
    host_proxy_push(L, &strand->object);
    rt_object_unref(&strand->object); /* the proxy has its own */
    return 1;
}

static host_job_target target_of(lua_State *L, const client *c, bool is_near) {
    bool here = is_near && !c->of_processes;
    return (host_job_target){.code = host_proxy_check(L, 2, RT_KIND_CODE),
                             .target =
                                 here ? HOST_SHIP_THREAD : HOST_SHIP_ANYWHERE,
                             .to = c->of_processes ? "process" : "thread"};
}

/* pool_submit(pool, code, caller, ...) -> handle */
static int pool_submit(lua_State *L) {
    rt_object *object = check_pool(L);
    rt_pool *pool = as_local(object);
    const char *caller = luaL_checkstring(L, 3);
    host_job_target target = target_of(L, client_of(L), pool != NULL);
    if (!pool) (void)host_wait_begin(L, "pool"); /* raises, or nothing */
    rt_message *job = host_ship_call(L, &target, 4, lua_gettop(L) - 3);
    if (pool) return start_here(L, pool, job, caller);
    return ask(L, object, RT_POOL_START, job, started);
}

/* ---- the end ---- */

static int told(lua_State *L, host_strand *strand, int status) {
    rt_message_free(strand->waiter.message);
    strand->waiter.message = NULL;
    if (status != RT_OK) return raise_failure(L, "pool", status);
    return 0;
}

/* pool_close(pool) */
static int pool_close(lua_State *L) {
    rt_object *object = check_pool(L);
    rt_pool *pool = as_local(object);
    if (pool) {
        rt_pool_close(pool);
        return 0;
    }
    (void)host_wait_begin(L, "pool");
    return ask(L, object, RT_POOL_CLOSE, NULL, told);
}

/* pool_cancel(pool) */
static int pool_cancel(lua_State *L) {
    rt_object *object = check_pool(L);
    rt_pool *pool = as_local(object);
    if (pool) {
        rt_pool_cancel(pool);
        return 0;
    }
    (void)host_wait_begin(L, "pool");
    return ask(L, object, RT_POOL_CANCEL, NULL, told);
}

static int joined(lua_State *L, host_strand *strand, int status) {
    rt_message_free(strand->waiter.message);
    strand->waiter.message = NULL;
    if (status == RT_ETIMEOUT) {
        lua_pushnil(L);
        lua_pushliteral(L, "timeout");
        return 2;
    }
    if (status == RT_POOL_IS_OPEN)
        return host_raise(L, "usage", "join: close or cancel the pool first");
    if (status != RT_OK) return raise_failure(L, "join", status);
    lua_pushboolean(L, 1);
    return 1;
}

/* pool_join(pool[, timeout]) -> true | nil, "timeout" */
static int pool_join(lua_State *L) {
    rt_object *object = check_pool(L);
    rt_pool *pool = as_local(object);
    if (pool && host_of(L)->own_pool == pool) return raise_own(L, "join");
    host_deadline deadline = host_check_timeout(L, 2);
    host_strand *strand = host_wait_begin(L, "join");
    if (!pool)
        return ask_until(L, object, RT_POOL_JOIN, NULL, deadline, joined);
    strand->waiter.message = NULL;
    int status = rt_pool_join(pool, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, joined);
}

static int raise_no_pool(lua_State *L, const char *caller) {
    return host_raise(L, "usage",
                      "%s: argument 1 is %s, not a pool; write pool:%s(...)",
                      caller, host_describe(L, 1), caller);
}

/* pool_self(pool, caller): raises if it is no pool */
static int pool_self(lua_State *L) {
    const char *caller = luaL_checkstring(L, 2);
    if (!host_proxy_test(L, 1, RT_KIND_POOL)) return raise_no_pool(L, caller);
    return 0;
}

/* pool_check(pool, caller): also raises if this is one of its workers, or if it is
 * known to be closed */
static int pool_check(lua_State *L) {
    const char *caller = luaL_checkstring(L, 2);
    rt_object *object = host_proxy_test(L, 1, RT_KIND_POOL);
    if (!object) return raise_no_pool(L, caller);
    rt_pool *pool = as_local(object);
    if (!pool) return 0;
    if (host_of(L)->own_pool == pool) return raise_own(L, caller);
    if (rt_pool_refuses(pool)) return raise_failure(L, caller, RT_ECLOSED);
    return 0;
}

/* ---- making ---- */

/* pool_new(main, "thread" | "process", count, recycle | nil, init | nil)
 *   -> pool; main(seat, init, is_child) is what its workers run */
static int pool_new(lua_State *L) {
    lua_settop(L, 5);
    rt_pool_options options = {
        .runtime = host_of(L)->runtime,
        .of_processes = strcmp(luaL_checkstring(L, 2), "process") == 0,
        .seats = (unsigned)luaL_checkinteger(L, 3),
        .recycle = (unsigned)luaL_optinteger(L, 4, 0)};
    host_deny_check(
        L, options.of_processes ? HOST_DENY_PROCESS : HOST_DENY_THREADS,
        "plait.Pool", 0);
    rt_code *stand_in = rt_code_new(NULL);
    if (!stand_in) return luaL_error(L, "not enough memory");
    lua_pushvalue(L, 1);
    host_proxy_push(L, &stand_in->object);
    rt_object_unref(&stand_in->object); /* the proxy has its own */
    lua_pushvalue(L, 5);
    lua_pushboolean(L, options.of_processes);
    const char *place = host_push_caller(L);
    lua_insert(L, 6);
    rt_message *work = host_ship_work(
        L, 7, options.of_processes ? HOST_SHIP_ANYWHERE : HOST_SHIP_THREAD,
        lua_tostring(L, 2), 0);
    rt_pool *pool;
    int status =
        host_workers_new(&options, work, &stand_in->object, place, &pool);
    if (status != RT_OK)
        return host_raise(L, "usage", "Pool: cannot start a worker: %s",
                          rt_status_text(status));
    host_proxy_push(L, (rt_object *)(void *)pool);
    rt_object_unref((rt_object *)(void *)pool); /* the proxy has its own */
    return 1;
}

/* ---- the class ---- */

/* Pushes a field of the class, which is loaded at the first call. */
static void push_of_class(lua_State *L, const char *name) {
    luaL_checkstack(L, 6, "pool");
    lua_getglobal(L, "require");
    lua_pushliteral(L, "plait.pool_class");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
}

/* pool.method; upvalue 1: the class once it is loaded */
static int pool_index(lua_State *L) {
    if (lua_isnil(L, lua_upvalueindex(1))) {
        push_of_class(L, "methods");
        lua_replace(L, lua_upvalueindex(1));
    }
    lua_settop(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    return 1;
}

static int closed(lua_State *L, int status, lua_KContext context) {
    (void)L, (void)status, (void)context;
    return 0;
}

/* The arguments stay where they are: see is_closer in wait.c. */
static int pool_leave(lua_State *L) {
    lua_settop(L, 2);
    push_of_class(L, "leave");
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    lua_callk(L, 2, 0, 0, closed);
    return 0;
}

static int pool_tostring(lua_State *L) {
    rt_pool *pool = as_local(check_pool(L));
    client *c = client_of(L);
    if (pool) {
        c->of_processes = rt_pool_options_of(pool)->of_processes;
        c->seats = rt_pool_options_of(pool)->seats;
    }
    if (pool || c->has_looked)
        lua_pushfstring(L, "Pool (%I %s%s)", (LUAI_UACINT)c->seats,
                        c->of_processes ? "process" : "thread",
                        c->seats == 1     ? ""
                        : c->of_processes ? "es"
                                          : "s");
    else /* nothing may wait here */
        lua_pushliteral(L, "Pool (of another process)");
    return 1;
}

void host_open_pool(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"pool_new", pool_new},
        {"pool_look", pool_look},
        {"pool_code", pool_code},
        {"pool_submit", pool_submit},
        {"pool_close", pool_close},
        {"pool_cancel", pool_cancel},
        {"pool_join", pool_join},
        {"pool_check", pool_check},
        {"pool_self", pool_self},

        {NULL, NULL},
    };
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    luaL_setfuncs(L, functions, 0);
    host_proxy_new_metatable(L, RT_KIND_POOL);
    lua_pushnil(L);
    lua_pushcclosure(L, pool_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, pool_leave);
    lua_setfield(L, -2, "__close");
    lua_pushcfunction(L, pool_tostring);
    lua_setfield(L, -2, "__tostring");
    host_proxy_new_metatable(L, RT_KIND_SEAT);
    host_proxy_new_metatable(L, RT_KIND_CODE);
    lua_pop(L, 5);
}
