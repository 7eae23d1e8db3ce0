/* A host with a libuv loop of its own: plait's descriptor is one of the things that
 * it waits for, and operations of scripts are work of libuv's threads.
 * needs: libuv */
#include <lauxlib.h>
#include <lua.h>
#include <plait.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

static const char script[] =
    "local function sum(n) return host.sum(n) end\n"
    "local list = gather(async(sum, 10), async(sum, 100), async(sum, 1000))\n"
    "print(list[1], list[2], list[3])\n"
    "while host.ticks() < 5 do plait.yield() end\n"
    "print('the host goes on meanwhile')\n"
    "print(await(spawn_thread(function() return 'a thread' end)))\n";

/* ---- host.sum(n): libuv's threads compute it ---- */

typedef struct sum_work {
    uv_work_t request;
    plait_op *op;
    lua_Integer n, sum;
} sum_work;

static void add_up(uv_work_t *request) {
    sum_work *work = (sum_work *)request;
    for (lua_Integer i = 1; i <= work->n; i++) work->sum += i;
}

static int push_sum(lua_State *L, void *work) {
    lua_pushinteger(L, ((sum_work *)work)->sum);
    return 1;
}

static void on_added_up(uv_work_t *request, int status) {
    sum_work *work = (sum_work *)request;
    if (status == 0) {
        plait_op_resolve(work->op, push_sum, work, free);
        return;
    }
    plait_op_reject(work->op, uv_strerror(status));
    free(work);
}

static int host_sum(lua_State *L) {
    uv_loop_t *loop = lua_touserdata(L, lua_upvalueindex(1));
    lua_Integer n = luaL_checkinteger(L, 1);
    plait_op *op = plait_op_new(L, NULL, NULL);
    sum_work *work = calloc(1, sizeof *work);
    if (!work) {
        plait_op_reject(op, "not enough memory");
        return plait_await(L, op);
    }
    work->op = op;
    work->n = n;
    int status = uv_queue_work(loop, &work->request, add_up, on_added_up);
    if (status) on_added_up(&work->request, status);
    return plait_await(L, op);
}

/* ---- the host ---- */

static int ticks;

static int host_ticks(lua_State *L) {
    lua_pushinteger(L, ticks);
    return 1;
}

static void on_tick(uv_timer_t *timer) {
    (void)timer;
    ticks++;
}

typedef struct driver {
    plait *p;
    uv_poll_t poll; /* plait_fd is readable */
    uv_idle_t more; /* plait_step has not done all that there is */
    uv_timer_t timer;
    plait_status ended;
} driver;

static void step(driver *d);

static void on_readable(uv_poll_t *poll, int status, int events) {
    (void)status, (void)events;
    step(poll->data);
}

static void on_more(uv_idle_t *idle) {
    step(idle->data);
}

/* One piece of plait's work; what else the loop has to do comes in between. */
static void step(driver *d) {
    if (plait_step(d->p, 2) == PLAIT_MORE)
        uv_idle_start(&d->more, on_more);
    else
        uv_idle_stop(&d->more);
    if (d->ended == PLAIT_MORE) return;
    uv_close((uv_handle_t *)&d->poll, NULL);
    uv_close((uv_handle_t *)&d->more, NULL);
    uv_close((uv_handle_t *)&d->timer, NULL);
}

static void on_done(plait *p, plait_status status, lua_State *L, int count,
                    void *data) {
    (void)L, (void)count;
    driver *d = data;
    d->ended = status;
    if (status) fprintf(stderr, "%s\n", plait_last_error(p)->message);
}

int main(void) {
    uv_loop_t loop;
    driver d = {.ended = PLAIT_MORE};
    static const plait_reg functions[] = {
        {"sum", host_sum}, {"ticks", host_ticks}, {NULL, NULL}};
    if (uv_loop_init(&loop) || plait_new(NULL, &d.p) ||
        plait_register(d.p, "host", functions, &loop) ||
        plait_start(d.p, script, sizeof script - 1, "=script", on_done, &d,
                    NULL))
        return 1;
    uv_poll_init(&loop, &d.poll, plait_fd(d.p));
    uv_idle_init(&loop, &d.more);
    uv_timer_init(&loop, &d.timer);
    d.poll.data = d.more.data = &d;
    uv_poll_start(&d.poll, UV_READABLE, on_readable);
    uv_idle_start(&d.more, on_more); /* the first step */
    uv_timer_start(&d.timer, on_tick, 1, 1);
    uv_run(&loop, UV_RUN_DEFAULT);
    plait_status closed = plait_close(d.p, 2000);
    return uv_loop_close(&loop) || closed != PLAIT_OK || d.ended != PLAIT_OK;
}
