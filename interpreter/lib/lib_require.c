/* lib_require.c - require.
 *
 *     local json = require "json"
 *
 * As the stock one, but its callees may wait, so that loading is no longer one
 * step for the other strands of the state:
 *
 *   require --> is it loading? --> wait for that, begin again
 *           --> is it in package.loaded? --> that
 *           --> search --> is it loading by now? --> wait, begin again
 *           --> run the loader --> wake who waits
 *
 * A `loading` is a module on its way, in use for the time its loader runs. It
 * sits on the stack of the coroutine that runs the loader, where it is to be
 * closed, so that it ends with the loader however that ends. The table of them
 * is weak: when a coroutine was left suspended in a loader for ever, its
 * loading ends with it. One gap remains: a coroutine that dies of an error
 * does not close anything until somebody closes it. So in a user's coroutine
 * the loader is called protected, which costs the frames of the module in the
 * traceback; in the main strand and in a task's own coroutine, where the
 * unwinding always happens, it is not.
 *
 * The functions that open C libraries expect to run once at a time: they run
 * under one mutex, and cannot wait. */
#include "lib/lib_require.h"

#include <dlfcn.h>
#include <lauxlib.h>
#include <lualib.h>
#include <pthread.h>
#include <string.h>

#include "core/failure.h"
#include "core/sources.h"
#include "core/state.h"
#include "core/task.h"
#include "core/wait.h"
#include "core/weak.h"

#define LOADING_TYPE "plait.loading"

/* The stack of require: of its search, and then of its load. */
enum { NAME = 1, LOADED, SEARCHERS, MESSAGE };
enum { LOADER = SEARCHERS, DATA, LOADING };

typedef struct loading {
    host_task *task; /* that loads, kept in the user value; NULL: main */
    rt_list waiters; /* of this state */
    int depth;       /* loadings of this module by the same strand, below it */
    bool is_locked;  /* holds c_loaders */
    bool is_over;
} loading;

/* A module that requires itself ends in a C stack overflow, but not when each
 * round waits: a wait clears the C stack. That limit is 200. */
enum { MAX_DEPTH = 200 };

/* Registry: name -> loading, weak values; made at first need. */
static const char key_loading;

/* Process-wide because static variables of C libraries are. Recursive: a
 * library may require another. */
static pthread_mutex_t c_loaders = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

/* What a strand that waits for a loading waits for; known by its address. */
static const char a_module[] = "module";

static int begin(lua_State *L);

/* ---- modules on their way ---- */

static void end_loading(loading *l) {
    if (l->is_locked) pthread_mutex_unlock(&c_loaders);
    l->is_locked = false;
    l->is_over = true;
    for (rt_list *node; (node = rt_list_pop(&l->waiters));) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        if (rt_waiter_claim(waiter)) rt_waiter_complete_here(waiter, RT_OK);
    }
}

/* __close and __gc */
static int loading_close(lua_State *L) {
    end_loading(lua_touserdata(L, 1));
    return 0;
}

static void push_metatable(lua_State *L) {
    if (!luaL_newmetatable(L, LOADING_TYPE)) return;
    lua_pushcfunction(L, loading_close);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__close");
    lua_setfield(L, -2, "__gc");
}

/* Pushes the table of loadings. */
static void push_table(lua_State *L) {
    host_weak_push(L, &key_loading, "v");
}

/* The strand that loads; NULL if that is over. */
static host_strand *strand_of(host_state *host, const loading *l) {
    if (l->is_over) return NULL;
    if (!l->task) return &host->main;
    return l->task->slot ? &l->task->slot->strand : NULL;
}

/* The newest loading of this module, or NULL if it is none or over. It stays
 * alive as long as it is not over. */
static loading *find(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_loading) == LUA_TNIL) {
        lua_pop(L, 1);
        return NULL;
    }
    lua_pushvalue(L, NAME);
    lua_rawget(L, -2);
    loading *l = lua_touserdata(L, -1);
    lua_pop(L, 2);
    return l && strand_of(host_of(L), l) ? l : NULL;
}

/* The same if another strand loads it. In the same strand the module requires
 * itself: that goes on as it would in stock Lua. */
static loading *find_other(lua_State *L) {
    host_state *host = host_of(L);
    loading *l = find(L);
    return l && strand_of(host, l) != host->current ? l : NULL;
}

/* Puts a new loading at LOADING, to be closed. */
static loading *begin_loading(lua_State *L) {
    const loading *outer = find(L);
    int depth = outer ? outer->depth + 1 : 0;
    if (depth >= MAX_DEPTH)
        luaL_error(L, "stack overflow (module '%s' requires itself)",
                   lua_tostring(L, NAME));
    loading *l = lua_newuserdatauv(L, sizeof *l, 1);
    host_strand *strand = host_of(L)->current;
    host_task *task = !strand || strand->is_main ? NULL : host_task_of(strand);
    *l = (loading){.task = task, .depth = depth};
    rt_list_init(&l->waiters);
    host_task_push_current(L);
    lua_setiuservalue(L, -2, 1);
    push_metatable(L);
    lua_setmetatable(L, -2);
    lua_toclose(L, LOADING);
    push_table(L);
    lua_pushvalue(L, NAME);
    lua_pushvalue(L, LOADING);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    return l;
}

/* ---- waiting ---- */

/* Whether waiting for `l` would be waiting for oneself: its strand waits for
 * a module that is loaded by a strand that ... by the one that runs. */
static bool closes_ring(host_state *host, const loading *l) {
    while (l) {
        host_strand *strand = strand_of(host, l);
        if (!strand) return false;
        if (strand == host->current) return true;
        bool waits = strand->waiting_for == a_module &&
                     rt_waiter_parked(&strand->waiter);
        l = waits ? strand->waiter.object : NULL;
    }
    return false;
}

static void withdraw(rt_waiter *waiter) {
    rt_list_unlink(&waiter->link);
}

/* It is loaded, or failed to load: then this strand tries. */
static int waited(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    (void)status;
    return begin(L);
}

static int wait_for(lua_State *L, loading *l) {
    host_strand *strand = host_wait_begin(L, a_module);
    rt_waiter_park(&strand->waiter, l, withdraw);
    rt_list_push(&l->waiters, &strand->waiter.link);
    return host_wait_end(L, strand, RT_PENDING, HOST_NO_DEADLINE, waited);
}

static int raise_ring(lua_State *L, const loading *l) {
    if (l->task)
        lua_pushfstring(L, "task %d", (int)l->task->number);
    else
        lua_pushliteral(L, "the main strand");
    return host_raise(L, "deadlock",
                      "cannot require '%s': %s is loading it and waits for a "
                      "module that is being loaded here",
                      lua_tostring(L, NAME), lua_tostring(L, -1));
}

/* ---- loading ---- */

/* So that other states know that they can require it too. */
static void note_module(lua_State *L) {
    host_of(L)->modules_round++;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_modules);
    lua_pushvalue(L, NAME);
    const char *data =
        lua_type(L, DATA) == LUA_TSTRING ? lua_tostring(L, DATA) : ":";
    if (*data == ':') /* not from a file: ":preload:", ":plait:" */
        lua_pushboolean(L, 1);
    else
        lua_pushvalue(L, DATA);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

/* The loader has returned its result, on the top, or the error is there. */
static int loader_ended(lua_State *L, int status, lua_KContext context) {
    (void)context;
    end_loading(lua_touserdata(L, LOADING));
    if (status != LUA_OK && status != LUA_YIELD) return lua_error(L);
    const char *name = lua_tostring(L, NAME);
    if (lua_isnil(L, -1))
        lua_pop(L, 1);
    else
        lua_setfield(L, LOADED, name);
    note_module(L);
    if (lua_getfield(L, LOADED, name) == LUA_TNIL) {
        lua_pushboolean(L, 1);
        lua_copy(L, -1, -2);
        lua_setfield(L, LOADED, name);
    }
    lua_pushvalue(L, DATA);
    return 2;
}

/* The loader is at LOADER, its data at DATA, the top. */
static int load(lua_State *L) {
    loading *l = begin_loading(L);
    const host_strand *strand = host_of(L)->current;
    bool is_own = strand && L == strand->L;
    lua_KFunction then = loader_ended;
    lua_pushvalue(L, LOADER);
    lua_pushvalue(L, NAME);
    lua_pushvalue(L, DATA);
    if (lua_iscfunction(L, LOADER)) {
        pthread_mutex_lock(&c_loaders);
        l->is_locked = true;
        then = NULL; /* it may not be suspended with the mutex */
    }
    int status = LUA_OK;
    if (is_own)
        lua_callk(L, 2, 1, 0, then);
    else
        status = lua_pcallk(L, 2, 1, 0, 0, then);
    return loader_ended(L, status, 0);
}

/* ---- searching ---- */

static int searched(lua_State *L, int status, lua_KContext context);

/* Asks the searchers from the ith on. What those before said is at MESSAGE. */
static int search(lua_State *L, lua_Integer i) {
    if (lua_rawgeti(L, SEARCHERS, i) == LUA_TNIL)
        return luaL_error(L, "module '%s' not found:%s", lua_tostring(L, NAME),
                          lua_tostring(L, MESSAGE));
    lua_pushvalue(L, NAME);
    lua_callk(L, 1, 2, (lua_KContext)i, searched);
    return searched(L, LUA_OK, (lua_KContext)i);
}

/* The two results of searcher `i` are on the top. */
static int searched(lua_State *L, int status, lua_KContext i) {
    (void)status;
    if (lua_isfunction(L, -2)) {
        lua_replace(L, DATA);
        lua_replace(L, LOADER);
        /* A searcher may have waited, and another strand be first. */
        if (find_other(L)) return begin(L);
        return load(L);
    }
    if (lua_isstring(L, -2)) {
        lua_pop(L, 1);
        lua_pushliteral(L, "\n\t");
        lua_insert(L, -2);
        lua_concat(L, 3); /* to the message */
    } else {
        lua_pop(L, 2);
    }
    return search(L, i + 1);
}

/* The name is at NAME, above it anything. */
static int begin(lua_State *L) {
    const char *name = lua_tostring(L, NAME);
    lua_settop(L, NAME);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, LOADED, name);
    bool is_loaded = lua_toboolean(L, -1);
    loading *other = find_other(L);
    if (other) {
        if (!closes_ring(host_of(L), other)) return wait_for(L, other);
        if (!is_loaded) return raise_ring(L, other);
    }
    if (is_loaded) return 1; /* all of it, or in a ring what there is of it */
    lua_pop(L, 1);
    if (lua_getfield(L, lua_upvalueindex(1), "searchers") != LUA_TTABLE)
        return luaL_error(L, "'package.searchers' must be a table");
    lua_pushliteral(L, "");
    return search(L, 1);
}

/* require(name) -> module, loader data */
static int require(lua_State *L) {
    luaL_checkstring(L, NAME);
    return begin(L);
}

/* ---- plait's own modules ---- */

static const host_source *find_source(const char *name) {
    static const char prefix[] = "plait.";
    size_t size = sizeof prefix - 1;
    if (strncmp(name, prefix, size) != 0) return NULL;
    for (const host_source *s = host_sources; s->name; s++)
        if (strcmp(s->name, name + size) == 0) return s;
    return NULL;
}

/* package.searchers[2](name) -> loader, ":plait:" | nothing */
static int search_sources(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    const host_source *source = find_source(name);
    if (!source) return 0;
    const char *chunk = lua_pushfstring(L, "=%s", name);
    if (luaL_loadbufferx(L, source->text, source->size, chunk, "t") != LUA_OK)
        return lua_error(L);
    lua_pushliteral(L, ":plait:");
    return 2;
}

/* Behind package.preload; the table package is on the top. */
static void add_searcher(lua_State *L) {
    lua_getfield(L, -1, "searchers");
    for (lua_Integer i = (lua_Integer)lua_rawlen(L, -1); i >= 2; i--) {
        lua_rawgeti(L, -1, i);
        lua_rawseti(L, -2, i + 1);
    }
    lua_pushcfunction(L, search_sources);
    lua_rawseti(L, -2, 2);
    lua_pop(L, 1);
}

/* loadlib.c closes all C libraries in the __gc of this table; other states,
 * and threads in their code, may still use them. */
static void keep_libraries(lua_State *L) {
    if (lua_getfield(L, LUA_REGISTRYINDEX, "_CLIBS") == LUA_TTABLE) {
        lua_pushnil(L);
        lua_setmetatable(L, -2);
    }
    lua_pop(L, 1);
}

/* C libraries for Lua take its functions from the process. A program that opens
 * plait as a plug-in, for itself alone, has not given Lua to all. */
static void give_lua_to_all(void) {
    Dl_info info;
    void *program = dlopen(NULL, RTLD_LAZY);
    bool is_there = program && dlsym(program, "lua_newstate");
    if (program) (void)dlclose(program);
    if (!is_there && dladdr((void *)lua_newstate, &info))
        (void)dlopen(info.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

void host_open_require(lua_State *L) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, give_lua_to_all);
    keep_libraries(L);
    lua_getglobal(L, LUA_LOADLIBNAME);
    add_searcher(L);
    lua_pushcclosure(L, require, 1);
    lua_setglobal(L, "require");
}
