/* signals.c - the registry has a table: number -> {function, who set it, line}.
 *
 * A signal that would end the program ends it after all if one of its kind has
 * waited for its function for a second: a script that computes for ever can then
 * still be ended by Ctrl-C. */
#include "core/signals.h"

#include <lauxlib.h>
#include <signal.h>
#include <string.h>

#include "core/failure.h"
#include "core/interrupt.h"
#include "core/place.h"
#include "core/task.h"
#include "exec/quiet.h"

#define PATIENCE_NS RT_SECOND

static const char key_functions = 0;

/* Of a registration. */
enum { FUNCTION = 1, SETTER = 2, LINE = 3 };

/* ---- names ---- */

static const struct {
    const char *name;
    int number;
} names[] = {
    {"HUP", SIGHUP},       {"INT", SIGINT},   {"QUIT", SIGQUIT},
    {"ILL", SIGILL},       {"TRAP", SIGTRAP}, {"ABRT", SIGABRT},
    {"BUS", SIGBUS},       {"FPE", SIGFPE},   {"KILL", SIGKILL},
    {"USR1", SIGUSR1},     {"SEGV", SIGSEGV}, {"USR2", SIGUSR2},
    {"PIPE", SIGPIPE},     {"ALRM", SIGALRM}, {"TERM", SIGTERM},
    {"CHLD", SIGCHLD},     {"CONT", SIGCONT}, {"STOP", SIGSTOP},
    {"TSTP", SIGTSTP},     {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU},
    {"URG", SIGURG},       {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},
    {"VTALRM", SIGVTALRM}, {"PROF", SIGPROF}, {"WINCH", SIGWINCH},
    {"IO", SIGIO},         {"PWR", SIGPWR},   {"SYS", SIGSYS},
};

int host_signal_number(const char *name) {
    if (strncmp(name, "SIG", 3) == 0) name += 3;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, name) == 0) return names[i].number;
    return 0;
}

const char *host_signal_name(int number) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == number) return names[i].name;
    return NULL;
}

/* ---- in the handler ---- */

/* Whether the script takes it. */
static bool count(host_signals *signals, int number) {
    if (!atomic_load(&signals->of[number].is_wanted)) return false;
    if (host_signal_ends(number)) {
        int64_t now = rt_clock_now();
        int64_t none = RT_NEVER;
        if (!atomic_compare_exchange_strong(&signals->since_ns, &none, now) &&
            now - none > PATIENCE_NS)
            return false;
    }
    atomic_fetch_add(&signals->of[number].count, 1);
    atomic_store(&signals->host->has_signals, true);
    rt_loop_wake(signals->host->loop);
    return true;
}

static void on_signal(rt_signals *source, int number, bool by_kernel) {
    host_signals *signals = rt_container_of(source, host_signals, source);
    if (!count(signals, number))
        signals->by_default(signals, number, by_kernel);
}

bool host_signals_open(host_signals *signals, host_state *host) {
    signals->source.on_signal = on_signal;
    signals->host = host;
    atomic_store(&signals->since_ns, RT_NEVER);
    if (!rt_signals_open(&signals->source)) return false;
    host->signals = signals;
    return true;
}

void host_signals_close(host_signals *signals) {
    rt_signals_close(&signals->source);
}

void host_signals_forget(host_signals *signals) {
    for (int number = 1; number < RT_SIGNAL_LIMIT; number++)
        atomic_store(&signals->of[number].is_wanted, false);
}

/* ---- delivering ---- */

/* Starts the function of the registration at the top as a task, as if at the
 * place where it was set. */
static void start(lua_State *L, int number, unsigned count) {
    int registration = lua_gettop(L);
    lua_rawgeti(L, registration, FUNCTION);
    lua_pushstring(L, host_signal_name(number));
    lua_pushinteger(L, count);
    host_task *task = host_task_start(L, registration + 1);
    lua_rawgeti(L, registration, SETTER);
    lua_setiuservalue(L, -2, HOST_TASK_OUTCOME);
    lua_rawgeti(L, registration, LINE);
    task->line = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
    lua_pushfstring(L, "signal %s", host_signal_name(number));
    host_task_set_extra(L, registration + 1, "name");
    lua_settop(L, registration - 1);
}

/* (number, count) */
static int deliver_one(lua_State *L) {
    int number = (int)lua_tointeger(L, 1);
    unsigned count = (unsigned)lua_tointeger(L, 2);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_functions);
    lua_rawgeti(L, -1, number);
    start(L, number, count);
    return 0;
}

void host_signals_deliver(host_state *host) {
    host_signals *signals = host->signals;
    lua_State *L = host->L;
    atomic_store(&signals->since_ns, RT_NEVER);
    for (int number = 1; number < RT_SIGNAL_LIMIT; number++) {
        unsigned count = atomic_exchange(&signals->of[number].count, 0);
        if (count == 0 || !atomic_load(&signals->of[number].is_wanted))
            continue;
        lua_pushcfunction(L, deliver_one);
        lua_pushinteger(L, number);
        lua_pushinteger(L, count);
        if (lua_pcall(L, 2, 0, 0) == LUA_OK) continue;
        lua_pop(L, 1); /* no memory: later */
        atomic_fetch_add(&signals->of[number].count, count);
        atomic_store(&host->has_signals, true);
    }
}

/* ---- setting ---- */

/* Pushes what is registered for the number: a table, or nil. */
static void push_registration(lua_State *L, int number) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_functions) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &key_functions);
    }
    lua_rawgeti(L, -1, number);
    lua_remove(L, -2);
}

/* Pushes a registration of the function at `index`. */
static void push_new(lua_State *L, int index) {
    lua_createtable(L, 3, 0);
    lua_pushvalue(L, index);
    lua_rawseti(L, -2, FUNCTION);
    lua_Debug ar;
    if (!host_place_find(L, 1, &ar)) return;
    lua_pushinteger(L, ar.currentline);
    lua_rawseti(L, -2, LINE);
    lua_getinfo(L, "f", &ar);
    lua_rawseti(L, -2, SETTER);
}

static void set_registration(lua_State *L, int number, int index) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_functions);
    if (lua_isnil(L, index))
        lua_pushnil(L);
    else
        push_new(L, index);
    lua_rawseti(L, -2, number);
    lua_pop(L, 1);
}

static void catch_it(lua_State *L, host_signals *signals, int number) {
    int status = rt_signals_catch(&signals->source, number, RT_SIGNAL_RESTARTS);
    if (status != RT_OK)
        host_raise(L, "usage", "cannot catch SIG%s: %s",
                   host_signal_name(number), rt_status_text(status));
    if (!atomic_exchange(&signals->of[number].is_wanted, true))
        rt_quiet_add_passive_source(signals->host->runtime);
}

static void let_go(host_signals *signals, int number) {
    atomic_store(&signals->of[number].is_wanted, false);
    atomic_store(&signals->of[number].count, 0);
    rt_quiet_remove_source(signals->host->runtime);
    rt_signal_effect effect =
        number == SIGQUIT ? RT_SIGNAL_RESTARTS : RT_SIGNAL_ENDS_CALLS;
    if (signals->is_own(signals, number))
        (void)rt_signals_catch(&signals->source, number, effect);
    else
        rt_signals_release(&signals->source, number);
}

void host_signals_set(lua_State *L, int number, int index) {
    host_signals *signals = host_of(L)->signals;
    push_registration(L, number);
    bool was_set = !lua_isnil(L, -1);
    set_registration(L, number, index);
    if (!lua_isnil(L, index))
        catch_it(L, signals, number);
    else if (was_set)
        let_go(signals, number);
    if (was_set) {
        lua_rawgeti(L, -1, FUNCTION);
        lua_remove(L, -2);
    }
}
