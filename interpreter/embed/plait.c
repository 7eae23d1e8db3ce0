/* plait.c - from plait_new to plait_close, and who may come in between.
 *
 * Threads that are not the owner's, and signal handlers, use the runtime between
 * plait_reach and plait_let_go, which only count. plait_close says that it is closed,
 * waits until that count is 0, and only then frees what they may use. */
#include <lauxlib.h>
#include <sched.h>
#include <signal.h>
#include <string.h>

#include "base/alloc.h"
#include "core/end.h"
#include "core/failure.h"
#include "core/handler.h"
#include "core/interrupt.h"
#include "core/memory.h"
#include "core/policy.h"
#include "embed/embedded.h"
#include "embed/program.h"
#include "exec/quiet.h"

/* How long threads have to stop when all else has. */
#define STOP_NS RT_SECOND

static const char no_memory[] = "not enough memory";

/* ---- any thread ---- */

bool plait_reach(plait *p) {
    atomic_fetch_add(&p->users, 1);
    if (!atomic_load(&p->is_closed)) return true;
    plait_let_go(p);
    return false;
}

void plait_let_go(plait *p) {
    atomic_fetch_sub(&p->users, 1);
}

void plait_ref(plait *p) {
    atomic_fetch_add(&p->refs, 1);
}

void plait_unref(plait *p) {
    if (atomic_fetch_sub(&p->refs, 1) == 1) rt_free(p);
}

static void close_to_others(plait *p) {
    atomic_store(&p->is_closed, true);
    while (atomic_load(&p->users) > 0) (void)sched_yield();
}

void plait_hold(plait *p) {
    plait_ref(p); /* until plait_release */
    atomic_fetch_add(&p->holds, 1);
    if (!plait_reach(p)) return;
    rt_quiet_add_source(p->states.runtime);
    plait_let_go(p);
}

/* On the owner's thread. */
static void on_wake(rt_post *post) {
    plait *p = rt_container_of(post, plait, wake);
    atomic_store(&p->is_wake_posted, false);
    if (p->host && p->host->is_draining)
        (void)rt_waiter_cancel(&p->host->main.waiter, RT_OK);
}

void plait_release(plait *p) {
    atomic_fetch_sub(&p->holds, 1);
    if (plait_reach(p)) {
        /* In this order: it is not quiet while the post is on its way. */
        if (!atomic_exchange(&p->is_wake_posted, true))
            rt_loop_post(&p->states.loop, &p->wake);
        rt_quiet_remove_source(p->states.runtime);
        plait_let_go(p);
    }
    plait_unref(p);
}

/* Orders the state to look. While none of its code runs, for all that is known here, it is
 * enough to wake its loop: no signal disturbs the host. */
static void order_look(plait *p, bool is_enough) {
    host_state *host = p->host;
    atomic_store(&host->has_signals, true);
    atomic_fetch_or(&host->orders, HOST_ORDER_SIGNALS);
    if (is_enough && atomic_load(&host->is_parked))
        rt_loop_wake(host->loop);
    else
        host_order(host, HOST_ORDER_SIGNALS);
}

void plait_interrupt(plait *p) {
    if (!plait_reach(p)) return;
    atomic_store(&p->is_interrupted, true);
    order_look(p, false); /* the host may run code through plait_lua */
    plait_let_go(p);
}

static plait_slot *find_slot(plait *p, uint32_t index) {
    uint32_t size = PLAIT_FIRST_PAGE;
    for (int i = 0; i < PLAIT_PAGES; i++, size *= 2) {
        plait_slot *page = atomic_load(&p->pages[i]);
        if (!page) return NULL;
        if (index < size) return &page[index];
        index -= size;
    }
    return NULL;
}

void plait_cancel(plait *p, plait_task task) {
    if (!plait_reach(p)) return;
    plait_slot *slot = find_slot(p, (uint32_t)(task & 0xffffff));
    if (slot && atomic_load(&slot->id) == task) {
        /* The greater one wins: the smaller one has ended. */
        uint64_t before = atomic_load(&slot->cancelled);
        while (before < task &&
               !atomic_compare_exchange_weak(&slot->cancelled, &before, task))
            continue;
        order_look(p, true);
    }
    plait_let_go(p);
}

const char *plait_version(int *abi) {
    if (abi) *abi = PLAIT_ABI;
    return PLAIT_VERSION;
}

/* ---- the state's thread is to look ---- */

/* host_state.on_signals: in code that runs on L, or, with NULL, when none does. */
static void on_signals(host_state *host, lua_State *L) {
    plait *p = rt_container_of(host->runtime->states, plait, states);
    atomic_store(&host->has_signals, false);
    plait_cancel_marked(p);
    if (!atomic_exchange(&p->is_interrupted, false)) return;
    plait_stop_all(p, "interrupted!");
    p->was_told = true;
    if (L && host->current == &host->main)
        luaL_error(L, "interrupted!"); /* the host's own code */
    if (!L) (void)rt_waiter_cancel(&host->main.waiter, RT_EINTERRUPTED);
}

/* ---- errors ---- */

plait_status plait_check(const plait *p, bool is_outside) {
    if (!pthread_equal(p->owner, pthread_self())) return PLAIT_ERR_THREAD;
    return is_outside && p->is_inside ? PLAIT_ERR_STATE : PLAIT_OK;
}

static void clear(plait_failure *failure) {
    rt_free(failure->message);
    rt_free(failure->traceback);
    *failure = (plait_failure){.error.message = ""};
}

void plait_move_failure(plait_failure *to, plait_failure *from) {
    clear(to);
    *to = *from;
    *from = (plait_failure){.error.message = ""};
}

static plait_status set_error(plait *p, plait_status status,
                              const char *message, const char *traceback) {
    plait_failure *last = &p->last;
    clear(last);
    last->message = rt_strdup(message);
    if (traceback) last->traceback = rt_strdup(traceback);
    last->error.status = status;
    last->error.message = last->message ? last->message : no_memory;
    last->error.traceback = last->traceback;
    return status;
}

plait_status plait_fail(plait *p, plait_status status, const char *message) {
    return set_error(p, status, message, NULL);
}

/* (error) -> its text */
static int push_text(lua_State *L) {
    (void)host_push_message(L, 1);
    return 1;
}

plait_status plait_fail_by(plait *p, plait_status status, lua_State *L,
                           int index, int traceback, uint64_t id) {
    const char *below = traceback != 0 ? lua_tostring(L, traceback) : NULL;
    lua_pushvalue(L, index);
    lua_pushcfunction(L, push_text);
    lua_insert(L, -2);
    const char *text = NULL;
    if (lua_pcall(L, 1, 1, 0) == LUA_OK) text = lua_tostring(L, -1);
    set_error(p, status, text ? text : no_memory, below);
    if (id != 0) p->last.error.kind = "task";
    p->last.error.id = id;
    lua_pop(L, 1);
    return status;
}

plait_status plait_status_of(lua_State *L, int index) {
    const char *kind = host_failure_kind(L, index);
    if (kind && (strcmp(kind, "nomem") == 0 || strcmp(kind, "memory") == 0))
        return PLAIT_ERR_MEMORY;
    if (lua_type(L, index) == LUA_TSTRING &&
        strcmp(lua_tostring(L, index), no_memory) == 0)
        return PLAIT_ERR_MEMORY;
    return PLAIT_ERR_RUN;
}

const plait_error *plait_last_error(plait *p) {
    return plait_check(p, false) == PLAIT_OK ? &p->last.error : NULL;
}

/* ---- new ---- */

void plait_config_init(plait_config *config, size_t size) {
    memset(config, 0, size);
    config->size = size;
}

bool plait_read_struct(void *known, size_t known_size, const void *given) {
    size_t size;
    memcpy(&size, given, sizeof size);
    if (size < sizeof size) return false;
    const unsigned char *bytes = given;
    for (size_t i = known_size; i < size; i++)
        if (bytes[i] != 0) return false;
    memcpy(known, given, size < known_size ? size : known_size);
    return true;
}

static bool read_config(const plait_config *config, plait_config *known) {
    plait_config_init(known, sizeof *known);
    return !config || plait_read_struct(known, sizeof *known, config);
}

/* Whether the calling thread would get the signal. */
static bool is_open(int number) {
    sigset_t blocked;
    return pthread_sigmask(SIG_SETMASK, NULL, &blocked) == 0 &&
           sigismember(&blocked, number) == 0;
}

/* It may be 0. */
static bool use_signal(plait *p, int number) {
    if (number == 0) return true;
    if (!is_open(number) || host_handler_use(number) != RT_OK) return false;
    p->signal = number;
    return true;
}

static void free_all(plait *p) {
    plait_free_setups(p);
    plait_free_slots(p);
    clear(&p->last);
    clear(&p->run);
    rt_free(p->helper_path);
    p->helper_path = NULL;
    if (p->signal != 0) host_handler_leave(p->signal);
    plait_unref(p);
}

static void on_write(void *data, int fd, const char *text, size_t size) {
    const plait *p = data;
    p->on_write(p->data, fd, text, size);
}

static void on_error(void *data, const host_unhandled *error) {
    const plait *p = data;
    plait_error told = {.status = PLAIT_ERR_RUN,
                        .message = error->message,
                        .traceback = error->traceback,
                        .kind = error->kind,
                        .name = error->name,
                        .id = error->id};
    p->on_error(p->data, &told);
}

/* What its states may do. NULL: out of memory. */
static host_policy *new_policy(plait *p, const plait_config *config) {
    host_policy *policy = host_policy_new();
    if (!policy) return NULL;
    p->data = config->data;
    p->on_write = config->on_write;
    p->on_error = config->on_error;
    host_callbacks callbacks = {.data = p,
                                .on_write = p->on_write ? on_write : NULL,
                                .on_error = p->on_error ? on_error : NULL};
    host_policy_set_callbacks(policy, &callbacks);
    host_policy_deny(policy, config->deny);
    if (config->memory_limit > 0)
        host_policy_limit_memory(policy, config->memory_limit);
    return policy;
}

static plait_status open_main(plait *p, const plait_config *config) {
    p->states.policy = new_policy(p, config);
    if (!p->states.policy) return PLAIT_ERR_MEMORY;
    p->states.is_embedded = true;
    p->states.on_open = plait_set_up;
    p->states.soft_signal = p->signal;
    p->states.helper_path = p->helper_path;
    if (host_states_open(&p->states) != RT_OK) return PLAIT_ERR_MEMORY;
    host_state *host = p->host = p->states.main;
    p->L = host->L;
    host->on_signals = on_signals;
    host_state *before = host_interrupt_enter(host);
    (void)host_interrupt_swap(before);
    atomic_store(&host->is_parked, true);
    lua_pushcfunction(p->L, host_states_open_libs);
    if (lua_pcall(p->L, 0, 0, 0) == LUA_OK) return PLAIT_OK;
    host_interrupt_leave(host, before);
    host_state_close(host);
    (void)rt_runtime_shutdown(p->states.runtime, rt_clock_now() + STOP_NS);
    host_states_free(&p->states);
    return PLAIT_ERR_MEMORY;
}

plait_status plait_new(const plait_config *config, plait **out) {
    plait_config known;
    if (!out) return PLAIT_ERR_ARGUMENT;
    *out = NULL;
    if (!read_config(config, &known)) return PLAIT_ERR_ARGUMENT;
    plait *p = rt_calloc(sizeof *p);
    if (!p) return PLAIT_ERR_MEMORY;
    atomic_init(&p->refs, 1);
    p->owner = pthread_self();
    p->wake.run = on_wake;
    p->last.error.message = p->run.error.message = "";
    rt_list_init(&p->chunks);
    rt_list_init(&p->ended);
    rt_list_init(&p->posted);
    rt_list_init(&p->pending);
    p->pump.run = plait_begin_posts;
    rt_list_init(&p->setups);
    plait_status status = PLAIT_ERR_ARGUMENT;
    if (use_signal(p, known.interrupt_signal)) {
        status = PLAIT_ERR_MEMORY;
        if (known.helper_path) p->helper_path = rt_strdup(known.helper_path);
        if (!known.helper_path || p->helper_path) status = open_main(p, &known);
    }
    if (status == PLAIT_OK)
        *out = p;
    else
        free_all(p);
    return status;
}

/* ---- close ---- */

/* Those that were told to stop, and what they leave behind. */
static void end_all(plait *p, int grace_ms) {
    int64_t end = rt_clock_now() + grace_ms * (RT_SECOND / 1000);
    host_deadline deadline = {end, end};
    plait_stop_all(p, "the runtime is closed");
    int status;
    do {
        status = plait_drain(p, deadline, false);
        if (status == RT_ESTUCK) lua_pop(p->L, 1);
    } while (status == RT_EINTERRUPTED);
    (void)host_end_daemons(p->host, deadline);
    plait_deliver(p);
    plait_abandon_chunks(p);
    plait_abandon_posts(p);
    plait_report(p);
}

plait_status plait_close(plait *p, int grace_ms) {
    if (!p) return PLAIT_OK;
    plait_status status = plait_check(p, true);
    if (status != PLAIT_OK) return status;
    atomic_store(&p->is_closing, true);
    plait_come_in(p);
    end_all(p, grace_ms > 0 ? grace_ms : 0);
    close_to_others(p);
    rt_loop_turn(&p->states.loop, false, 0); /* drops what was posted late */
    host_interrupt_leave(p->host, p->before);
    host_state_close(p->host);
    p->host = NULL;
    rt_runtime *runtime = p->states.runtime;
    if (!rt_runtime_shutdown(runtime, rt_clock_now() + STOP_NS))
        return PLAIT_ERR_LEFT; /* they may use all of it */
    rt_driver_free(p->driver);
    host_states_free(&p->states);
    free_all(p);
    return PLAIT_OK;
}

int plait_worker_main(int argc, char **argv) {
    bool is_worker = argc > 1 && strcmp(argv[1], "--plait-worker") == 0;
    return is_worker ? host_worker_main() : -1;
}

/* ---- limits ---- */

void plait_deny(plait *p, unsigned deny) {
    if (!plait_reach(p)) return;
    host_policy_deny(p->states.policy, deny);
    plait_let_go(p);
}

size_t plait_memory(plait *p, size_t limit) {
    if (plait_check(p, false) != PLAIT_OK) return 0;
    if (limit > 0) host_policy_limit_memory(p->states.policy, limit);
    return host_memory_used(p->host);
}

/* ---- access ---- */

struct lua_State *plait_lua(plait *p) {
    return plait_check(p, false) == PLAIT_OK ? p->L : NULL;
}

plait *plait_of(struct lua_State *L) {
    if (!lua_checkstack(L, 1)) return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &plait_key);
    plait *p = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return p;
}
