/* lib_fswatch.c - events about files, as the kernel tells them.
 *
 *     local watch = internal.fs_watch()    -- nil, message, code
 *     local number = watch:add("/tmp", "f", seconds)
 *     watch:wait(seconds)                  -- true; nil, "timeout"; nil, "closed"
 *     for _, event in ipairs(watch:take()) do
 *         print(event.number, event.kind, event.name, event.cookie)
 *     end
 *     watch:remove(number)
 *     watch:close()
 */
#include "lib/lib_fswatch.h"

#include <lauxlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "core/job.h"
#include "core/ledger.h"
#include "core/policy.h"
#include "io/watch.h"

#define WATCH_TYPE "plait.handle.watch"

static rt_watch *check_watch(lua_State *L) {
    rt_watch **box = luaL_checkudata(L, 1, WATCH_TYPE);
    return *box; /* NULL: closed */
}

static int push_closed(lua_State *L) {
    lua_pushnil(L);
    lua_pushliteral(L, "closed");
    return 2;
}

/* ---- events ---- */

static const char *kind_of(uint32_t mask) {
    static const struct {
        uint32_t mask;
        const char *kind;
    } kinds[] = {
        {IN_Q_OVERFLOW, "overflow"}, {IN_IGNORED, "ignored"},
        {IN_CREATE, "created"},      {IN_DELETE, "removed"},
        {IN_MODIFY, "changed"},      {IN_CLOSE_WRITE, "written"},
        {IN_MOVED_FROM, "from"},     {IN_MOVED_TO, "to"},
        {IN_DELETE_SELF, "gone"},    {IN_MOVE_SELF, "gone"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (mask & kinds[i].mask) return kinds[i].kind;
    return "other";
}

static void push_event(lua_State *L, const struct inotify_event *event) {
    lua_createtable(L, 0, 5);
    lua_pushinteger(L, event->wd);
    lua_setfield(L, -2, "number");
    lua_pushinteger(L, event->cookie);
    lua_setfield(L, -2, "cookie");
    lua_pushstring(L, kind_of(event->mask));
    lua_setfield(L, -2, "kind");
    if (event->len > 0) {
        lua_pushstring(L, event->name);
        lua_setfield(L, -2, "name");
    }
    lua_pushboolean(L, (event->mask & IN_ISDIR) != 0);
    lua_setfield(L, -2, "is_folder");
}

/* watch:take() -> list of what there is, also none; nil, "closed" */
static int watch_take(lua_State *L) {
    rt_watch *watch = check_watch(L);
    if (!watch) return push_closed(L);
    _Alignas(struct inotify_event) char bytes[16 << 10];
    int size = rt_watch_take(watch, bytes, sizeof bytes);
    if (size < 0) return luaL_error(L, "%s", strerror(-size));
    lua_createtable(L, 0, 0);
    lua_Integer count = 0;
    for (int i = 0; i < size;) {
        const struct inotify_event *event = (const void *)(bytes + i);
        push_event(L, event);
        lua_rawseti(L, -2, ++count);
        i += (int)(sizeof *event + event->len);
    }
    return 1;
}

static int woken(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    if (status == RT_ECLOSED) return push_closed(L);
    if (status == RT_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, rt_status_text(status));
    return 2;
}

static int timed_out_or_woken(lua_State *L, host_strand *strand, int status) {
    if (status != RT_ETIMEOUT) return woken(L, strand, status);
    lua_pushnil(L);
    lua_pushliteral(L, "timeout");
    return 2;
}

/* watch:wait([seconds]) -> true | nil, "timeout" | nil, "closed" */
static int watch_wait(lua_State *L) {
    rt_watch *watch = check_watch(L);
    if (!watch) return push_closed(L);
    host_deadline deadline = host_check_timeout(L, 2);
    host_strand *strand = host_wait_begin(L, "fs.watch");
    int status = rt_watch_wait(watch, &strand->waiter);
    return host_wait_end(L, strand, status, deadline, timed_out_or_woken);
}

/* ---- what is watched ---- */

static int push_number(lua_State *L, rt_job *job) {
    lua_pushinteger(L, (lua_Integer)job->result);
    return 1;
}

/* watch:add(path, "f" or ""[, seconds]) -> number. f: it may be no folder, or a
 * link */
static int watch_add(lua_State *L) {
    rt_watch *watch = check_watch(L);
    if (!watch) return push_closed(L);
    host_deny_check(L, HOST_DENY_FS_READ, "plait.fs.watch", 2);
    const char *path = luaL_checkstring(L, 2);
    bool follows = *luaL_checkstring(L, 3) == 'f';
    host_deadline deadline = host_check_timeout(L, 4);
    rt_job *job = host_job_push(L, rt_watch_add, path, NULL);
    job->flags = follows ? RT_JOB_FOLLOW : 0;
    if (!rt_watch_use(watch, job)) return host_job_push_failure(L, job);
    return host_job_wait(L, job, "fs.watch", deadline, push_number);
}

/* watch:remove(number) */
static int watch_remove(lua_State *L) {
    rt_watch *watch = check_watch(L);
    if (watch) rt_watch_remove(watch, (int)luaL_checkinteger(L, 2));
    return 0;
}

/* watch:close(), __gc */
static int watch_close(lua_State *L) {
    rt_watch **box = luaL_checkudata(L, 1, WATCH_TYPE);
    rt_watch *watch = *box;
    *box = NULL;
    if (watch) rt_watch_free(watch);
    return 0;
}

/* ---- opener ---- */

static const luaL_Reg methods[] = {
    {"add", watch_add},   {"remove", watch_remove}, {"take", watch_take},
    {"wait", watch_wait}, {"close", watch_close},   {NULL, NULL},
};

/* internal.fs_watch() -> watch | nil, message, code */
static int fs_watch(lua_State *L) {
    rt_watch **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = NULL;
    if (luaL_newmetatable(L, WATCH_TYPE)) {
        luaL_newlib(L, methods);
        lua_setfield(L, -2, "__index");
        lua_pushcfunction(L, watch_close);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    static const host_ledger_kind kind = {"watch", host_ledger_has_pointer};
    host_ledger_note(L, &kind);
    int status = rt_watch_new(host_of(L)->loop, box);
    if (status == RT_OK) return 1;
    if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
    lua_pushnil(L);
    lua_pushstring(L, strerror(-status));
    lua_pushinteger(L, -status);
    return 3;
}

void host_open_fswatch(lua_State *L) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, fs_watch);
    lua_setfield(L, -2, "fs_watch");
    lua_pop(L, 2);
}
