/* policy.c - what is said once (callbacks, allocator, embedding) is plain data,
 * written before there is a second thread; what is tightened later is atomic. */
#include "core/policy.h"

#include <lauxlib.h>
#include <string.h>

#include "base/alloc.h"
#include "core/capture.h"
#include "core/failure.h"
#include "core/policy_inside.h"
#include "core/state.h"

static const char *const names[] = {
    "fs read", "fs write", "net connect", "net listen", "process", "threads",
    "env",     "native",   "bytecode",    "debug",      "signals", "stdio",
};

enum { COUNT = sizeof names / sizeof *names };

host_policy *host_policy_new(void) {
    host_policy *policy = rt_calloc(sizeof *policy);
    if (!policy) return NULL;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    /* A callback may do what writes again. */
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&policy->output, &attributes);
    pthread_mutexattr_destroy(&attributes);
    pthread_mutex_init(&policy->lock, NULL);
    atomic_store(&policy->exit_status, HOST_NO_EXIT);
    return policy;
}

void host_policy_free(host_policy *policy) {
    if (!policy) return;
    host_capture_close(policy);
    pthread_mutex_destroy(&policy->lock);
    pthread_mutex_destroy(&policy->output);
    rt_free(policy);
}

/* ---- denials ---- */

void host_policy_deny(host_policy *policy, unsigned denials) {
    atomic_fetch_or(&policy->denied, denials & HOST_DENY_ALL);
}

unsigned host_policy_denied(const host_policy *policy) {
    if (!policy) return 0;
    return atomic_load_explicit(&policy->denied, memory_order_relaxed);
}

const char *host_denial_name(unsigned denial) {
    for (int i = 0; i < COUNT; i++)
        if (denial == 1u << i) return names[i];
    return NULL;
}

unsigned host_denial_of(const char *name, size_t size) {
    for (int i = 0; i < COUNT; i++) {
        if (strlen(names[i]) != size) continue;
        size_t same = 0;
        while (same < size && (name[same] == names[i][same] ||
                               (name[same] == '-' && names[i][same] == ' ')))
            same++;
        if (same == size) return 1u << i;
    }
    return 0;
}

bool host_is_denied(lua_State *L, unsigned denials) {
    return (host_policy_denied(host_of(L)->runtime->policy) & denials) != 0;
}

/* So much of an argument is told. */
enum { MOST_TOLD = 100 };

static void push_argument(lua_State *L, int arg) {
    int type = arg ? lua_type(L, arg) : LUA_TNONE;
    if (type != LUA_TSTRING && type != LUA_TNUMBER) {
        lua_pushliteral(L, "");
        return;
    }
    lua_pushvalue(L, arg);
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    bool is_long = size > MOST_TOLD;
    lua_pushliteral(L, "'");
    lua_pushlstring(L, text, is_long ? MOST_TOLD : size);
    lua_pushstring(L, is_long ? "...'" : "'");
    lua_concat(L, 3);
    lua_remove(L, -2);
}

void host_deny_check(lua_State *L, unsigned denials, const char *function,
                     int arg) {
    unsigned denied = host_policy_denied(host_of(L)->runtime->policy) & denials;
    if (denied == 0) return;
    if (arg < 0) arg = lua_absindex(L, arg);
    luaL_checkstack(L, 8, "error");
    push_argument(L, arg);
    host_raise(L, "denied", "denied: %s: %s(%s)",
               host_denial_name(denied & -denied), function,
               lua_tostring(L, -1));
}

/* ---- what is said before there is a state ---- */

void host_policy_set_allocator(host_policy *policy, lua_Alloc allocate,
                               void *data) {
    policy->allocate = allocate;
    policy->allocate_data = data;
}

void host_policy_set_callbacks(host_policy *policy,
                               const host_callbacks *callbacks) {
    policy->callbacks = *callbacks;
}

void host_policy_embed(host_policy *policy) {
    policy->is_embedded = true;
}

bool host_policy_is_embedded(const host_policy *policy) {
    return policy->is_embedded;
}

/* ---- children ---- */

void host_policy_take(host_policy *policy, const rt_bounds *bounds) {
    host_policy_deny(policy, bounds->denied);
    if (bounds->memory_bytes > 0)
        host_policy_limit_memory(policy, (size_t)bounds->memory_bytes);
}

void host_policy_prepare_child(rt_runtime *runtime) {
    host_policy *policy = runtime->policy;
    if (!policy) return;
    rt_bounds bounds = {.memory_bytes = host_policy_memory_limit(policy),
                        .denied = host_policy_denied(policy)};
    int output[2] = {-1, -1};
    if (policy->callbacks.on_write) host_capture_open(policy, output);
    pthread_mutex_lock(&runtime->lock);
    runtime->bounds = bounds;
    memcpy(runtime->child_output, output, sizeof output);
    pthread_mutex_unlock(&runtime->lock);
}
