/* exit.c */
#include "core/exit.h"

#include <lauxlib.h>

#include "core/cancel.h"
#include "core/end.h"
#include "core/failure.h"
#include "core/interrupt.h"
#include "core/policy_inside.h"

void host_exit_join(host_state *host) {
    host_policy *policy = host->runtime->policy;
    if (!policy) return;
    pthread_mutex_lock(&policy->lock);
    if (!policy->main) policy->main = host;
    pthread_mutex_unlock(&policy->lock);
}

void host_exit_leave(host_state *host) {
    host_policy *policy = host->runtime->policy;
    if (!policy) return;
    pthread_mutex_lock(&policy->lock);
    if (policy->main == host) policy->main = NULL;
    pthread_mutex_unlock(&policy->lock);
}

static void push_error(lua_State *L, int status) {
    host_push_failure(L, "cancelled", "os.exit(%d)", status);
    lua_pushinteger(L, status);
    lua_setfield(L, -2, "exit");
}

/* (status): the main strand and the tasks of the state are cancelled */
static int cancel_strands(lua_State *L) {
    host_state *host = host_of(L);
    push_error(L, (int)lua_tointeger(L, 1));
    host_strand_cancel(L, &host->main);
    host_end_cancel(host, NULL);
    return 0;
}

/* On any Lua thread of the state. */
static void cancel_all(lua_State *L, int status) {
    int top = lua_gettop(L);
    bool is_done = false;
    if (lua_checkstack(L, 4)) {
        lua_pushcfunction(L, cancel_strands);
        lua_pushinteger(L, status);
        is_done = lua_pcall(L, 1, 0, 0) == LUA_OK;
        lua_settop(L, top);
    }
    /* No memory for an error of its own. */
    if (!is_done) host_strand_pass_on(&host_of(L)->main, NULL);
}

bool host_exit_status(const rt_runtime *runtime, int *status) {
    const host_policy *policy = runtime->policy;
    int64_t told = policy ? atomic_load(&policy->exit_status) : HOST_NO_EXIT;
    if (told == HOST_NO_EXIT) return false;
    *status = (int)told;
    return true;
}

void host_exit_obey(host_state *host) {
    int status;
    if (!host_exit_status(host->runtime, &status)) return;
    cancel_all(host->L, status);
}

static void tell_main(host_policy *policy, const host_state *host) {
    pthread_mutex_lock(&policy->lock); /* it is not closed meanwhile */
    if (policy->main && policy->main != host)
        host_order(policy->main, HOST_ORDER_EXIT);
    pthread_mutex_unlock(&policy->lock);
}

int host_exit_raise(lua_State *L, int status) {
    host_state *host = host_of(L);
    host_policy *policy = host->runtime->policy;
    host_strand *strand = host->current;
    int64_t none = HOST_NO_EXIT;
    (void)atomic_compare_exchange_strong(&policy->exit_status, &none, status);
    rt_runtime_cancel_all(host->runtime);
    tell_main(policy, host);
    cancel_all(L, status);
    if (strand && strand->is_cancelled) {
        strand->press_ns = 0;
        host_raise_cancellation(L, strand, NULL);
    }
    push_error(L, status); /* in a shield, or in a finalizer */
    return lua_error(L);
}

bool host_exit_take(host_state *host, int *status) {
    host_policy *policy = host->runtime->policy;
    if (!host_exit_status(host->runtime, status)) return false;
    host_strand_unbind(host->L, &host->main);
    atomic_store(&policy->exit_status, HOST_NO_EXIT);
    return true;
}
