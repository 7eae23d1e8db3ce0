/* job.c */
#include "core/job.h"

#include <errno.h>
#include <lauxlib.h>
#include <string.h>

#define JOB_TYPE "plait.job"

typedef struct box {
    rt_job *job;
    host_job_results results;
} box;

static void release(box *b) {
    if (b->job) rt_job_release(b->job);
    b->job = NULL;
}

static int job_gc(lua_State *L) {
    release(lua_touserdata(L, 1));
    return 0;
}

rt_job *host_job_push(lua_State *L, rt_job_op *op, const char *path,
                      const char *to) {
    box *b = lua_newuserdatauv(L, sizeof *b, 0);
    b->job = NULL;
    if (luaL_newmetatable(L, JOB_TYPE)) {
        lua_pushcfunction(L, job_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    b->job = rt_job_new(op, path, to);
    if (!b->job) luaL_error(L, "not enough memory");
    lua_insert(L, 1);
    return b->job;
}

int host_job_push_failure(lua_State *L, const rt_job *job) {
    int status = job->status;
    if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
    lua_pushnil(L);
    const char *path = job->is_of_other ? job->to : job->path;
    if (!path) {
        lua_getiuservalue(L, 2, 1);
        path = lua_tostring(L, -1);
    }
    if (status == RT_ELIMIT) {
        lua_pushfstring(L, "%s: is larger than %I bytes", path,
                        (LUAI_UACINT)job->size);
        lua_pushinteger(L, EFBIG);
        return 3;
    }
    lua_pushfstring(L, "%s: %s", path, job->why ? job->why : strerror(-status));
    lua_pushinteger(L, -status);
    if (!job->path) lua_remove(L, -3); /* the user value */
    return 3;
}

void host_job_drop(lua_State *L) {
    release(lua_touserdata(L, 1));
}

static int finish(lua_State *L, host_strand *strand, int status) {
    box *b = lua_touserdata(L, 1);
    if (status != RT_OK) {
        release(b); /* now: until it is collected it may keep a descriptor */
        host_wait_raise(L, strand, status);
        if (status == RT_ENOMEMORY) return luaL_error(L, "not enough memory");
        lua_pushnil(L);
        lua_pushliteral(L, "timeout");
        return 2;
    }
    int count = b->job->status == RT_OK ? b->results(L, b->job)
                                        : host_job_push_failure(L, b->job);
    rt_job_keep(b->job);
    release(b);
    return count;
}

int host_job_wait(lua_State *L, rt_job *job, const char *what,
                  host_deadline deadline, host_job_results results) {
    box *b = lua_touserdata(L, 1);
    b->results = results;
    host_strand *strand = host_wait_begin(L, what);
    /* Without time nothing is begun: a fast pool might do it all the same. */
    int status = !host_is_over(L, deadline)
                     ? rt_job_start(job, host_of(L)->loop, &strand->waiter)
                     : RT_ETIMEOUT;
    if (status != RT_PENDING && status != RT_ETIMEOUT) {
        job->status = status; /* it was not started */
        status = RT_OK;
    }
    return host_wait_end_any(L, strand, status, deadline, finish,
                             HOST_WAIT_OPEN);
}
