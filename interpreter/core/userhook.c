/* userhook.c
 *
 * Orders are carried out at line events only, and those of the script come first.
 * A yield out of a count event would swallow the line event of the same
 * instruction; out of a line event it loses nothing. Every loop and every call has
 * one, so they are never long in coming.
 *
 * lua_sethook begins the count anew, and how far it was cannot be asked. So nobody
 * calls it in the middle of a count: Lua counts in short ticks, which are added up
 * to the script's count, and what is to change is changed at the end of one. Until
 * then orders wait. An instruction whose hook yields is counted twice unless its
 * tick ends there; so while there are orders every instruction is a tick.
 *
 * Where the hook of a function's first instruction yields, Lua calls its call hook
 * once more when it goes on. So it is known for each line event whether it is
 * that of the first instruction, and the event that comes again is left out. */
#include "core/userhook.h"

#include <lauxlib.h>

#include "core/interrupt.h"

/* The stock library has its functions under this name; one may look. */
#define HOOKS "_HOOKKEY"

/* Instructions. */
enum { MAX_TICK = 1000 };

enum { REPEATS_CALLS = LUA_VERSION_RELEASE_NUM < 50407 };

typedef enum {
    INSIDE,      /* the next line event is not that of a first instruction */
    ENTERED,     /* it is, of a function that has just been called */
    MAY_BE_LATE, /* it is, unless line events were turned on later */
} entry_state;

/* What a coroutine's hook is; the function is its user value. */
typedef struct user_hook {
    int mask; /* of LUA_MASK...; 0: there is none */
    int count;
    int left; /* instructions until the next count event */
    entry_state entry;
    bool calls_again; /* the next event is the call event that was already */
} user_hook;

/* ---- the table ---- */

/* Pushes two values: the function, and what holds it. NULL: has never had one, and
 * the values are any. `co` has room for a value. [-0, +2, -] */
static user_hook *find(lua_State *L, lua_State *co) {
    /* The name is there if the table is, so it takes no memory. */
    if (!host_of(L)->has_user_hooks ||
        lua_getfield(L, LUA_REGISTRYINDEX, HOOKS) != LUA_TTABLE) {
        lua_settop(L, lua_gettop(L) + 2);
        return NULL;
    }
    lua_pushthread(co);
    lua_xmove(co, L, 1);
    lua_rawget(L, -2);
    user_hook *hook = lua_touserdata(L, -1);
    if (!hook) return NULL;
    lua_getiuservalue(L, -1, 1);
    lua_replace(L, -3);
    return hook;
}

/* Pushes an empty one. */
static user_hook *add(lua_State *L, lua_State *co) {
    if (!luaL_getsubtable(L, LUA_REGISTRYINDEX, HOOKS)) {
        lua_pushliteral(L, "k");
        lua_setfield(L, -2, "__mode");
        lua_pushvalue(L, -1);
        lua_setmetatable(L, -2);
    }
    host_of(L)->has_user_hooks = true;
    lua_pushthread(co);
    lua_xmove(co, L, 1);
    user_hook *hook = lua_newuserdatauv(L, sizeof *hook, 1);
    *hook = (user_hook){.mask = 0};
    lua_pushvalue(L, -1);
    lua_insert(L, -4);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    return hook;
}

/* ---- what Lua is told ---- */

static bool has_orders(const host_state *host) {
    return host_is_wanted(host);
}

/* Equal parts, as far as that goes. */
static int next_tick(lua_State *L, const user_hook *hook) {
    if (!(hook->mask & LUA_MASKCOUNT)) return 0;
    if (has_orders(host_of(L))) return 1;
    int parts = (hook->count - 1) / MAX_TICK + 1;
    int tick = (hook->count - 1) / parts + 1;
    return hook->left < tick ? hook->left : tick;
}

/* At the end of a tick, or where nothing is counted. An order that a signal
 * handler gives while this is at it does not go unnoticed. */
static void tell(lua_State *L, const user_hook *hook) {
    const host_state *host = host_of(L);
    int mask = hook->mask | (has_orders(host) ? LUA_MASKLINE : 0);
    int tick = next_tick(L, hook);
    if (mask == lua_gethookmask(L) && tick == lua_gethookcount(L)) return;
    lua_sethook(L, host_userhook_event, mask, tick);
    atomic_signal_fence(memory_order_seq_cst);
    if (has_orders(host)) (void)host_userhook_arm(L);
}

bool host_userhook_arm(lua_State *L) {
    if (!host_userhook_is_on(L)) return false;
    int mask = lua_gethookmask(L);
    if (!(mask & LUA_MASKCOUNT))
        lua_sethook(L, host_userhook_event, mask | LUA_MASKLINE, 0);
    return true;
}

/* ---- events ---- */

/* The function is at `function`. */
static void call(lua_State *L, int function, const lua_Debug *ar) {
    static const char *const names[] = {[LUA_HOOKCALL] = "call",
                                        [LUA_HOOKRET] = "return",
                                        [LUA_HOOKLINE] = "line",
                                        [LUA_HOOKCOUNT] = "count",
                                        [LUA_HOOKTAILCALL] = "tail call"};
    lua_pushvalue(L, function);
    lua_pushstring(L, names[ar->event]);
    if (ar->currentline >= 0)
        lua_pushinteger(L, ar->currentline);
    else
        lua_pushnil(L);
    lua_call(L, 2, 0);
}

static void on_call(lua_State *L, lua_Debug *ar, user_hook *hook,
                    int function) {
    if (hook->calls_again) {
        hook->calls_again = false;
        return;
    }
    call(L, function, ar);
    (void)lua_getinfo(L, "u", ar); /* C functions are vararg, too */
    if (ar->isvararg) return;      /* they go on at the second instruction */
    bool has_lines = lua_gethookmask(L) & LUA_MASKLINE;
    hook->entry = has_lines ? ENTERED : MAY_BE_LATE;
}

/* A line event of the same instruction may follow. */
static void on_count(lua_State *L, lua_Debug *ar, user_hook *hook, int function,
                     entry_state entry) {
    hook->left -= lua_gethookcount(L);
    bool is_due = hook->left <= 0;
    if (is_due) hook->left = hook->count;
    tell(L, hook);
    if (is_due) call(L, function, ar);
    bool has_lines = lua_gethookmask(L) & LUA_MASKLINE;
    hook->entry = entry == ENTERED && !has_lines ? MAY_BE_LATE : entry;
}

static void on_line(lua_State *L, lua_Debug *ar, user_hook *hook, int function,
                    entry_state entry) {
    if (hook->mask & LUA_MASKLINE) call(L, function, ar);
    if (!host_userhook_is_on(L)) return; /* the call has cleared it */
    bool counts = hook->mask & LUA_MASKCOUNT;
    bool is_exact =
        entry != MAY_BE_LATE && (!counts || lua_gethookcount(L) == 1);
    if (has_orders(host_of(L)) && is_exact) host_interrupt_serve(L, ar);
    if (lua_status(L) == LUA_YIELD)
        hook->calls_again = REPEATS_CALLS && entry == ENTERED;
    else if (!counts)
        tell(L, hook);
}

void host_userhook_event(lua_State *L, lua_Debug *ar) {
    user_hook *hook = find(L, L);
    if (!hook ||
        hook->mask ==
            0) { /* C code has made the coroutine, and Lua has handed it on */
        lua_sethook(L, NULL, 0, 0);
        if (has_orders(host_of(L))) host_interrupt_rearm(host_of(L));
        return;
    }
    int function = lua_gettop(L) - 1;
    entry_state entry = hook->entry;
    hook->entry = INSIDE;
    if (ar->event == LUA_HOOKCALL || ar->event == LUA_HOOKTAILCALL) {
        on_call(L, ar, hook, function);
        return;
    }
    hook->calls_again = false;
    if (ar->event == LUA_HOOKLINE)
        on_line(L, ar, hook, function, entry);
    else if (ar->event == LUA_HOOKCOUNT)
        on_count(L, ar, hook, function, entry);
    else
        call(L, function, ar);
}

/* ---- for the script ---- */

void host_userhook_set(lua_State *L, lua_State *co, int function, int mask,
                       int count) {
    host_state *host = host_of(L);
    if (mask == 0) {
        host_userhook_drop(L, co);
    } else {
        user_hook *hook = find(L, co);
        if (!hook) hook = add(L, co);
        hook->mask = mask;
        hook->count = hook->left = count;
        lua_pushvalue(L, function);
        lua_setiuservalue(L, -2, 1);
        lua_sethook(co, host_userhook_event, mask, next_tick(L, hook));
    }
    /* An order may be one that the hook before was to carry out, or of a signal that
     * came in the middle of this. */
    atomic_signal_fence(memory_order_seq_cst);
    if (has_orders(host) && co == host->running) host_interrupt_rearm(host);
}

/* [-0, +2, -] */
static void push_mask(lua_State *L, int mask, int count) {
    char text[4];
    char *end = text;
    if (mask & LUA_MASKCALL) *end++ = 'c';
    if (mask & LUA_MASKRET) *end++ = 'r';
    if (mask & LUA_MASKLINE) *end++ = 'l';
    lua_pushlstring(L, text, (size_t)(end - text));
    lua_pushinteger(L, count);
}

int host_userhook_push(lua_State *L, lua_State *co) {
    lua_Hook real = lua_gethook(co);
    if (real && !host_userhook_is_on(co) && !host_interrupt_is_hook(real)) {
        lua_pushliteral(L, "external hook");
        push_mask(L, lua_gethookmask(co), lua_gethookcount(co));
        return 3;
    }
    const user_hook *hook = find(L, co);
    if (!hook || hook->mask == 0) {
        lua_pop(L, 2);
        lua_pushnil(L);
        return 1;
    }
    lua_pop(L, 1); /* the function stays */
    push_mask(L, hook->mask, hook->count);
    return 3;
}

/* A hook without a function does nothing, so the real one can be off. */
void host_userhook_inherit(lua_State *L, lua_State *co) {
    if (!host_of(L)->has_user_hooks) return;
    if (host_userhook_is_on(co)) lua_sethook(co, NULL, 0, 0);
    const user_hook *hook = find(L, L);
    lua_pop(L, 2);
    if (!hook || hook->mask == 0) return;
    user_hook *inherited = add(L, co);
    inherited->mask = hook->mask;
    inherited->count = inherited->left = hook->count;
    lua_pop(L, 1);
}

void host_userhook_drop(lua_State *L, lua_State *co) {
    if (lua_gethook(co)) lua_sethook(co, NULL, 0, 0);
    if (!host_of(L)->has_user_hooks || !lua_checkstack(L, 3)) return;
    user_hook *hook = find(L, co);
    if (hook) {
        *hook = (user_hook){.mask = 0};
        lua_pushnil(L);
        lua_setiuservalue(L, -2, 1);
    }
    lua_pop(L, 2);
}

void host_userhook_drop_all(lua_State *L) {
    lua_sethook(L, NULL, 0, 0);
    if (!host_of(L)->has_user_hooks) return;
    host_of(L)->has_user_hooks = false;
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, HOOKS);
}
