/* module.c - the opener. */
#include "plait.h"

#include <dlfcn.h>
#include <lauxlib.h>
#include <stdio.h>

#include "core/failure.h"
#include "embed/program.h"
#include "module/adopt.h"
#include "module/ending.h"

/* Registry: the module, if this library has opened it there. */
static const char key_module;

/* ---- which Lua it is ---- */

/* Of the library whose functions we call. */
extern const char lua_ident[];

typedef int (*raiser)(lua_State *L, const char *format, ...);

/* The function that raises errors in the Lua of the program, if that is not the one
 * whose functions we call: an older one, whose symbols have another version. */
static raiser find_other(void) {
    Dl_info ours, theirs;
    void *program = dlopen(NULL, RTLD_LAZY);
    if (!program) return NULL;
    void *raise = dlsym(program, "luaL_error");
    bool is_other = raise && dladdr(raise, &theirs) &&
                    dladdr((void *)luaL_error, &ours) &&
                    ours.dli_fbase != theirs.dli_fbase;
    (void)dlclose(program);
    return is_other ? (raiser)raise : NULL;
}

static bool is_recent(void) {
    int release = 0;
    if (sscanf(lua_ident, "$LuaVersion: Lua 5.4.%d", &release) != 1)
        return false;
    return release >= 4;
}

static void check_version(lua_State *L) {
    raiser raise = find_other();
    if (raise)
        raise(L,
              "plait %s needs Lua 5.4.4 or a later 5.4: this program is "
              "another Lua",
              PLAIT_VERSION);
    luaL_checkversion(L);
    if (!is_recent())
        luaL_error(L, "plait %s needs Lua 5.4.4 or a later 5.4: this is %.40s",
                   PLAIT_VERSION, lua_ident + sizeof "$LuaVersion: " - 1);
}

/* ---- opening ---- */

/* (program) -> module */
static int open(lua_State *L) {
    host_program *program = lua_touserdata(L, 1);
    host_adopt(L, program->host); /* the module is on the top */
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_module);
    host_ending_attach(L, program);
    return 1;
}

/* It is there, in a state of a plait program, or of this library. */
static bool push_opened(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_module) == LUA_TTABLE)
        return true;
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    if (lua_getfield(L, -1, "plait") == LUA_TTABLE) return true;
    lua_pop(L, 3);
    return false;
}

int luaopen_plait(lua_State *L) {
    check_version(L);
    luaL_checkstack(L, 20, "plait");
    if (push_opened(L)) return 1;
    host_program *program = host_program_adopt(L);
    if (!program) return luaL_error(L, "plait: not enough memory");
    lua_pushcfunction(L, open);
    lua_pushlightuserdata(L, program);
    /* Left as it is, what there is stays: coroutines may know it by now. */
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) return lua_error(L);
    return 1;
}
