/* setup.c - what the host has every state get. The list does not change once a chunk
 * was started, so threads read it as it is. */
#include <lauxlib.h>
#include <string.h>

#include "base/alloc.h"
#include "embed/embedded.h"

typedef struct setup {
    rt_list link;
    char *module;    /* NULL: global variables */
    plait_reg *list; /* owned, with its names; NULL: */
    plait_function init;
    void *data; /* the upvalue, or the argument */
} setup;

/* Accepts one that is not complete. */
static void free_setup(setup *s) {
    for (plait_reg *reg = s->list; reg && reg->name; reg++)
        rt_free((void *)reg->name);
    rt_free(s->list);
    rt_free(s->module);
    rt_free(s);
}

void plait_free_setups(plait *p) {
    for (rt_list *node; (node = rt_list_pop(&p->setups));)
        free_setup(rt_container_of(node, setup, link));
}

/* ---- in a state ---- */

/* Global functions travel to threads by the name that they have in here. */
static const char globals_module[] = "plait.host";

/* The table that gets the functions. A module counts as one that was loaded from a
 * file: it is known by its name in other states. */
static void push_module(lua_State *L, const char *name) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    bool is_new = !luaL_getsubtable(L, -1, name);
    lua_remove(L, -2);
    if (!is_new) return;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key_modules);
    lua_pushliteral(L, "=host");
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
    host_of(L)->modules_round++;
    if (strchr(name, '.')) return;
    lua_pushvalue(L, -1);
    lua_setglobal(L, name);
}

static void apply(lua_State *L, const setup *s) {
    if (s->init) {
        lua_pushcfunction(L, s->init);
        lua_pushlightuserdata(L, s->data);
        lua_call(L, 1, 0);
        return;
    }
    push_module(L, s->module ? s->module : globals_module);
    for (const plait_reg *reg = s->list; reg->name; reg++) {
        lua_pushlightuserdata(L, s->data);
        lua_pushcclosure(L, reg->function, 1);
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, reg->name);
        if (s->module)
            lua_pop(L, 1);
        else
            lua_setglobal(L, reg->name);
    }
    lua_pop(L, 1);
}

const char plait_key;

void plait_set_up(lua_State *L, host_states *states) {
    plait *p = rt_container_of(states, plait, states);
    lua_pushlightuserdata(L, p);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &plait_key);
    for (rt_list *node = p->setups.next; node != &p->setups; node = node->next)
        apply(L, rt_container_of(node, setup, link));
}

/* (setup) */
static int apply_in_main(lua_State *L) {
    apply(L, lua_touserdata(L, 1));
    return 0;
}

/* Takes `s`, which may be NULL: there was no memory. */
static plait_status add(plait *p, setup *s) {
    if (!s) return plait_fail(p, PLAIT_ERR_MEMORY, "not enough memory");
    lua_pushcfunction(p->L, apply_in_main);
    lua_pushlightuserdata(p->L, s);
    if (lua_pcall(p->L, 1, 0, 0) != LUA_OK) {
        plait_status status = plait_status_of(p->L, -1);
        (void)plait_fail_by(p, status, p->L, -1, 0, 0);
        lua_pop(p->L, 1);
        free_setup(s);
        return status;
    }
    rt_list_push(&p->setups, &s->link);
    return PLAIT_OK;
}

/* ---- what the host says ---- */

static bool copy_list(setup *s, const plait_reg *functions) {
    size_t count = 0;
    while (functions[count].name) count++;
    s->list = rt_calloc((count + 1) * sizeof *s->list);
    if (!s->list) return false;
    for (size_t i = 0; i < count; i++) {
        s->list[i].function = functions[i].function;
        s->list[i].name = rt_strdup(functions[i].name);
        if (!s->list[i].name) return false;
    }
    return true;
}

static plait_status check(plait *p) {
    plait_status status = plait_check(p, false);
    if (status == PLAIT_OK && p->has_started)
        status = plait_fail(p, PLAIT_ERR_STATE,
                            "code was started: its states are made");
    return status;
}

plait_status plait_register(plait *p, const char *module,
                            const plait_reg *functions, void *upvalue) {
    plait_status status = check(p);
    if (status != PLAIT_OK) return status;
    if (!functions || (module && *module == '\0'))
        return plait_fail(p, PLAIT_ERR_ARGUMENT,
                          functions ? "a module has a name"
                                    : "there are no functions");
    setup *s = rt_calloc(sizeof *s);
    if (s) {
        s->data = upvalue;
        if (module) s->module = rt_strdup(module);
        if ((module && !s->module) || !copy_list(s, functions)) {
            free_setup(s);
            s = NULL;
        }
    }
    return add(p, s);
}

plait_status plait_on_state(plait *p, plait_function init, void *data) {
    plait_status status = check(p);
    if (status != PLAIT_OK) return status;
    if (!init) return plait_fail(p, PLAIT_ERR_ARGUMENT, "there is no function");
    setup *s = rt_calloc(sizeof *s);
    if (s) {
        s->init = init;
        s->data = data;
    }
    return add(p, s);
}
