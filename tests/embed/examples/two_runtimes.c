/* Two runtimes on two threads of the host's: they share nothing, so one that waits or
 * computes does not hold up the other, and each has its own globals and threads. */
#include <lauxlib.h>
#include <lua.h>
#include <plait.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const char script[] =
    "assert(shared_by_mistake == nil)\n"
    "shared_by_mistake = true\n"
    "local results = plait.Channel(3)\n"
    "for i = 1, 3 do\n"
    "    spawn_thread(function(first) results:send(first * 10 ^ i) end, "
    "number)\n"
    "end\n"
    "local sum = 0\n"
    "for i = 1, 3 do sum = sum + results:recv() end\n"
    "host.result(math.tointeger(sum))\n";

typedef struct runtime {
    pthread_t thread;
    int number;
    lua_Integer result;
    plait_status status;
} runtime;

static int host_result(lua_State *L) {
    runtime *r = lua_touserdata(L, lua_upvalueindex(1));
    r->result = luaL_checkinteger(L, 1);
    return 0;
}

/* Makes, uses and closes a runtime, all on one thread, which owns it. */
static void *run(void *argument) {
    static const plait_reg functions[] = {{"result", host_result},
                                          {NULL, NULL}};
    runtime *r = argument;
    plait *p;
    r->status = plait_new(NULL, &p);
    if (r->status) return NULL;
    r->status = plait_register(p, "host", functions, r);
    lua_pushinteger(plait_lua(p), r->number);
    lua_setglobal(plait_lua(p), "number");
    if (!r->status)
        r->status = plait_run_string(p, script, strlen(script), "=script");
    if (r->status) fprintf(stderr, "%s\n", plait_last_error(p)->message);
    plait_status closed = plait_close(p, 2000);
    if (!r->status) r->status = closed;
    return NULL;
}

int main(void) {
    runtime runtimes[2] = {{.number = 1}, {.number = 2}};
    for (int i = 0; i < 2; i++)
        if (pthread_create(&runtimes[i].thread, NULL, run, &runtimes[i]))
            return 1;
    int failed = 0;
    for (int i = 0; i < 2; i++) {
        pthread_join(runtimes[i].thread, NULL);
        printf("runtime %d: %d\n", runtimes[i].number, (int)runtimes[i].result);
        if (runtimes[i].status) failed = 1;
    }
    return failed;
}
