/* A program with plait inside: registers a function, runs a script that uses a
 * thread, and prints what comes out. */
#include <lauxlib.h>
#include <lua.h>
#include <plait.h>
#include <stdio.h>
#include <string.h>

static int double_it(lua_State *L) {
    lua_pushinteger(L, 2 * luaL_checkinteger(L, 1));
    return 1;
}

static const char script[] =
    "local thread = plait.spawn_thread(function(n) return host.double(n) end, "
    "21)\n"
    "print(plait.await(thread), host.double(4))\n";

int main(void) {
    static const plait_reg functions[] = {{"double", double_it}, {NULL, NULL}};
    plait *p = NULL;
    int status = plait_new(NULL, &p);
    if (status == PLAIT_OK) status = plait_register(p, "host", functions, NULL);
    if (status == PLAIT_OK)
        status = plait_run_string(p, script, strlen(script), "=host");
    if (status != PLAIT_OK && p)
        fprintf(stderr, "%s\n", plait_last_error(p)->message);
    if (p && plait_close(p, 5000) != PLAIT_OK) status = -1;
    printf("version %s\n", plait_version(NULL));
    return status == PLAIT_OK ? 0 : 1;
}
