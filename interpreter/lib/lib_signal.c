/* lib_signal.c - functions for signals of the operating system.
 *
 *     plait.signal("HUP", function(name, count) reload() end)
 *     plait.signal("HUP", nil)
 */
#include "lib/lib_signal.h"

#include <lauxlib.h>
#include <signal.h>

#include "core/failure.h"
#include "core/policy.h"
#include "core/signals.h"

/* Why the script cannot have it; NULL: it can. */
static const char *why_not(int number) {
    switch (number) {
    case SIGKILL:
    case SIGSTOP:
        return "the system does not let a program catch it";
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGTRAP:
    case SIGSYS:
    case SIGABRT:
        return "it tells of a fault, after which no script can go on";
    case SIGALRM:
    case SIGURG:
        return "plait uses it itself";
    case SIGPIPE:
        return "a program whose output nobody reads ends by it";
    }
    return NULL;
}

static int check_signal(lua_State *L, int arg) {
    const char *name = luaL_checkstring(L, arg);
    int number = host_signal_number(name);
    if (number == 0)
        return luaL_argerror(
            L, arg, lua_pushfstring(L, "no signal has the name '%s'", name));
    const char *why = why_not(number);
    if (why)
        return luaL_argerror(
            L, arg,
            lua_pushfstring(L, "there is no function for SIG%s: %s",
                            host_signal_name(number), why));
    return number;
}

/* plait.signal(name, f) -> the function before, or nil. f(name, count) is started
 * as a task when the signal comes; nil: its default again */
static int plait_signal(lua_State *L) {
    int number = check_signal(L, 1);
    host_deny_check(L, HOST_DENY_SIGNALS, "plait.signal", 1);
    if (!lua_isnil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
    if (!host_of(L)->signals)
        return host_raise(L, "usage",
                          "signals come to the main script of a program and "
                          "its tasks: set a function for SIG%s there",
                          host_signal_name(number));
    lua_settop(L, 2);
    host_signals_set(L, number, 2);
    return 1;
}

void host_open_signal(lua_State *L) {
    lua_pushcfunction(L, plait_signal);
    lua_setfield(L, -2, "signal");
}
