/* lib_worker.c - the worker of a pool.
 *
 *     internal.pool_work(seat, init, is_child)   -- until it is told to leave
 *
 * A worker runs on the main Lua thread of its state, so its waits drive the
 * state's tasks, here and in the functions it calls. All items of a job run
 * within one protected call; the answer in the making is a shipper that
 * outlives it, so what was done when an error comes is not lost.
 *
 * A job that is cancelled cancels the main strand, as everywhere; when the job
 * is over the strand begins anew. The bell, a waiter of its own, hears of it.
 * Its block is not Lua's, since the bell may ring when the state has closed. */
#include "lib/lib_worker.h"

#include <lauxlib.h>
#include <string.h>

#include "base/alloc.h"
#include "core/cancel.h"
#include "core/failure.h"
#include "core/held.h"
#include "core/proxy.h"
#include "core/scheduler.h"
#include "core/wait.h"
#include "data/encode.h"
#include "data/splice.h"
#include "exec/outcome.h"
#include "exec/seat.h"
#include "ipc/process.h"
#include "ipc/remote.h"
#include "ship/item.h"
#include "ship/job.h"
#include "ship/outcome.h"
#include "ship/unshipper.h"

#define WORKER_TYPE "plait.worker"

/* Functions that are kept; then all are forgotten, and shipped again. */
enum { MAX_FUNCTIONS = 64 };

typedef struct worker {
    host_state *host;
    rt_object *seat;     /* a reference */
    rt_seat *local;      /* the same if it is of this process, or NULL */
    rt_journal *journal; /* of a child; or NULL */
    rt_waiter bell;
    bool is_watching; /* the bell is parked */
    bool is_gone;     /* the state needs the block no more */

    /* The job. */
    rt_seat_job job;
    rt_message *owned;    /* a child: what holds it; else NULL */
    uint64_t number;      /* 0: it has none now */
    uint64_t told_number; /* of the job that was cancelled last */
    rt_message *told;     /* with the reason; or NULL */
    bool was_cancelled;   /* this one */
    rt_pool_mode mode;
    uint32_t count; /* items */
    uint32_t item;  /* that runs, from 0 */
    uint32_t part;
    bool has_answer; /* there is one in the making */
    bool is_putting; /* the results of an item, which begin at `place` */
    host_answer_place place;

    /* What the next call of a child brings along. */
    int operation;
    rt_message *answer;

    int function_count; /* in the table of functions */
} worker;

static void free_worker(worker *w) {
    rt_message_free(w->owned);
    rt_message_free(w->answer);
    rt_message_free(w->told);
    rt_journal_free(w->journal);
    rt_object_unref(w->seat);
    rt_free(w);
}

static uint64_t party_of(const host_strand *strand) {
    return (uint64_t)(uintptr_t)strand;
}

/* ---- cancellation ---- */

static void watch(worker *w) {
    w->is_watching = true;
    if (w->local) {
        rt_seat_watch(w->local, &w->bell);
        return;
    }
    int status = rt_remote_call(w->seat, RT_SEAT_WATCH,
                                party_of(&w->host->main), NULL, &w->bell);
    if (status != RT_PENDING) w->is_watching = false; /* the home has gone */
}

/* (worker) -> the main strand is cancelled, for the reason that was told */
static int cancel_main(lua_State *L) {
    worker *w = lua_touserdata(L, 1);
    int count = host_unship(L, w->told);
    bool has_reason = count > (w->local ? 0 : 1) && !lua_isnil(L, -1);
    host_push_cancelled(L, has_reason ? -1 : 0);
    host_strand_cancel(L, &w->host->main);
    return 0;
}

static void cancel_job(worker *w) {
    lua_State *L = w->host->L;
    if (w->was_cancelled) return;
    w->was_cancelled = true;
    lua_pushcfunction(L, cancel_main);
    lua_pushlightuserdata(L, w);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) lua_pop(L, 1);
}

/* The job that is cancelled: what a child gets begins with its number. */
static uint64_t number_of(const worker *w, const rt_waiter *bell) {
    const rt_message *message = w->told;
    if (w->local) return (uint64_t)bell->detail;
    rt_reader reader;
    rt_token token = {.kind = RT_TOKEN_NIL};
    uint32_t roots, nodes;
    if (!message) return 0;
    rt_reader_init(&reader, message->bytes.bytes, message->bytes.size, NULL);
    if (rt_reader_header(&reader, &roots, &nodes) ||
        rt_reader_next(&reader, &token) || token.kind != RT_TOKEN_INT)
        return 0;
    return (uint64_t)token.as.integer;
}

/* On the worker's loop: it waits, in a function of a job, or for the next one,
 * which may have come just before but has not begun; or it looks around between
 * two items. */
static void on_bell(rt_waiter *bell) {
    worker *w = rt_container_of(bell, worker, bell);
    w->is_watching = false;
    if (w->is_gone) {
        rt_message_free(bell->message);
        free_worker(w);
        return;
    }
    rt_message_free(w->told);
    w->told = bell->message;
    bell->message = NULL;
    if (bell->status != RT_OK) return; /* the pool's process has ended */
    w->told_number = number_of(w, bell);
    if (w->told_number == w->number) cancel_job(w);
    watch(w);
}

static int worker_gc(lua_State *L) {
    worker **box = lua_touserdata(L, 1);
    worker *w = *box;
    if (!w) return 0;
    *box = NULL;
    w->host->own_pool = NULL;
    w->is_gone = true;
    if (!w->is_watching) {
        free_worker(w);
    } else if (w->local) {
        (void)rt_waiter_cancel(&w->bell,
                               RT_ECANCELLED); /* or it is on its way */
    } else {
        rt_remote_withdraw(&w->bell, RT_ECANCELLED);
    }
    return 0;
}

/* ---- functions ---- */

/* (work) -> function */
static int unpack_work(lua_State *L) {
    (void)host_unship_work(L, lua_touserdata(L, 1));
    lua_settop(L, 2);
    return 1;
}

static int fetched(lua_State *L, host_strand *strand, int status) {
    rt_message *work = strand->waiter.message;
    strand->waiter.message = NULL;
    if (status == RT_OK && !work) status = RT_EDAMAGED;
    if (status != RT_OK) {
        rt_message_free(work);
        return host_raise_status(L, "function of the pool", status);
    }
    lua_pushcfunction(L, unpack_work);
    lua_pushlightuserdata(L, work);
    status = lua_pcall(L, 1, 1, 0);
    rt_message_free(work);
    if (status != LUA_OK) return lua_error(L);
    return 1;
}

static void fetch(lua_State *L, rt_object *code) {
    host_strand *strand = host_wait_begin(L, "function");
    strand->waiter.message = NULL;
    int status = rt_remote_call(code, RT_CODE_FETCH, party_of(strand), NULL,
                                &strand->waiter);
    (void)host_wait_end(L, strand, status, HOST_NO_DEADLINE, fetched);
}

static void forget_functions(lua_State *L, worker *w, int functions) {
    for (lua_pushnil(L); lua_next(L, functions);) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_pushnil(L);
        lua_rawset(L, functions);
    }
    w->function_count = 0;
}

/* Replaces the code on the top by its function; the table of those known is at
 * `functions`. */
static void push_function(lua_State *L, worker *w, int functions) {
    rt_object *object = host_proxy_test(L, -1, RT_KIND_CODE);
    if (!object) host_raise(L, "send", "a job without a function");
    lua_pushvalue(L, -1);
    if (lua_rawget(L, functions) != LUA_TNIL) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 1);
    int code = lua_gettop(L);
    if (rt_is_remote(object))
        fetch(L, object);
    else
        (void)host_unship_work(L, ((rt_code *)(void *)object)->work);
    lua_settop(L, code + 1);
    if (w->function_count++ >= MAX_FUNCTIONS) forget_functions(L, w, functions);
    lua_pushvalue(L, code);
    lua_pushvalue(L, code + 1);
    lua_rawset(L, functions);
    lua_remove(L, code);
}

/* ---- items ---- */

/* Sends the results up to now ahead of the answer: those that are too large for
 * the journal, or that hold objects, which it cannot. */
static int part_sent(lua_State *L, host_strand *strand, int status) {
    rt_message_free(strand->waiter.message);
    strand->waiter.message = NULL;
    if (status != RT_OK) return host_raise_status(L, "pool", status);
    return 0;
}

static void send_part(lua_State *L, worker *w, host_shipper *s) {
    host_strand *strand = host_wait_begin(L, "pool");
    rt_message *results = host_answer_take(s);
    int status = RT_ENOMEMORY;
    strand->waiter.message = NULL;
    if (results) {
        rt_journal_open_part(w->journal, w->number, ++w->part, w->item + 1);
        status = rt_remote_call(w->seat, RT_SEAT_PART, party_of(strand),
                                results, &strand->waiter);
    }
    (void)host_wait_end(L, strand, status, HOST_NO_DEADLINE, part_sent);
}

/* A child notes the results of an item. */
static void note_item(lua_State *L, worker *w, host_shipper *s) {
    bool is_noted =
        s->message->object_count == 0 &&
        rt_journal_note(w->journal, &s->message->bytes, 11, s->root_count,
                        &s->own_nodes, s->node_count);
    if (!is_noted && w->item + 1 < w->count) send_part(L, w, s);
}

/* The list of arguments on the top is replaced by what is in it. */
static int spread(lua_State *L) {
    int list = lua_gettop(L);
    luaL_checktype(L, list, LUA_TTABLE);
    lua_pushliteral(L, "n");
    lua_rawget(L, list);
    lua_Integer count = lua_isinteger(L, -1) ? lua_tointeger(L, -1)
                                             : (lua_Integer)lua_rawlen(L, list);
    lua_pop(L, 1);
    if (count < 0 || count > 1000000) count = 0;
    luaL_checkstack(L, (int)count + 4, "too many arguments");
    for (lua_Integer i = 1; i <= count; i++) lua_rawgeti(L, list, i);
    lua_remove(L, list);
    return (int)count;
}

/* Pushes the arguments of the next item; returns how many. */
static int push_arguments(lua_State *L, const worker *w, host_unshipper *u) {
    int64_t count = 1;
    if (w->mode == RT_POOL_CALL) {
        count = u->left;
    } else if (w->mode == RT_POOL_MANY && !host_unship_next_int(u, &count)) {
        count = 0;
    }
    if (count > 1000000) count = 0;
    luaL_checkstack(L, (int)count + 4, "too many arguments");
    for (int64_t i = 0; i < count; i++)
        if (!host_unship_next(u)) lua_pushnil(L);
    return w->mode == RT_POOL_SPREAD ? spread(L) : (int)count;
}

/* The results of an item stand above `base`. Until they are all put, what was
 * put is undone if an error comes. */
static void put_results(lua_State *L, worker *w, host_shipper *s, int base) {
    bool is_one = w->mode == RT_POOL_EACH || w->mode == RT_POOL_SPREAD;
    if (is_one && host_answer_put_plain(s)) return;
    w->place = host_answer_mark(s);
    w->is_putting = true;
    int count = lua_gettop(L) - base;
    if (is_one) {
        host_answer_put(s);
        w->is_putting = false;
        return;
    }
    luaL_checkstack(L, 30, "results");
    if (w->mode == RT_POOL_MANY) host_answer_put_count(s, count);
    for (int i = 1; i <= count; i++) {
        lua_pushvalue(L, base + i);
        host_answer_put(s);
        lua_settop(L, base + count);
    }
    w->is_putting = false;
}

static void run_item(lua_State *L, worker *w, host_shipper *s,
                     host_unshipper *u, int function) {
    bool wants_all = w->mode == RT_POOL_CALL || w->mode == RT_POOL_MANY;
    lua_pushvalue(L, function);
    int count = w->mode == RT_POOL_EACH && host_unship_next(u)
                    ? 1
                    : push_arguments(L, w, u);
    if (w->journal) rt_journal_begin(w->journal, w->item);
    lua_call(L, count, wants_all ? LUA_MULTRET : 1);
    put_results(L, w, s, function);
    if (w->journal) note_item(L, w, s);
    lua_settop(L, function);
}

/* Passes over the items that others have done. */
static void skip_items(const worker *w, host_unshipper *u) {
    for (uint32_t i = 0; i < w->item; i++) {
        int64_t count = 1;
        if (w->mode == RT_POOL_MANY && !host_unship_next_int(u, &count)) return;
        host_unship_skip(u, (uint32_t)count);
    }
}

static int64_t next_lead(lua_State *L, host_unshipper *u) {
    int64_t value = 0;
    if (!host_unship_next_int(u, &value))
        host_raise(L, "send", "a job that is none");
    return value;
}

/* A job that is cancelled begins no further item, also if its items never
 * wait. */
static void check_cancelled(lua_State *L, const worker *w) {
    if (rt_loop_has_posts(w->host->loop)) host_look_around(w->host);
    if (!w->was_cancelled) return;
    host_push_cancellation(L, &w->host->main);
    lua_error(L);
}

/* (worker, shipper, functions) -> the job's items are done */
static int run_job(lua_State *L) {
    worker *w = lua_touserdata(L, 1);
    host_shipper *s = lua_touserdata(L, 2);
    host_unshipper u;
    host_shipper_enter(s, L, false);
    host_answer_open(s);
    w->has_answer = true;
    host_unship_open(&u, L, w->job.message);
    if (w->owned) host_unship_skip(&u, 2); /* number, items done */
    w->mode = (rt_pool_mode)next_lead(L, &u);
    w->count = (uint32_t)next_lead(L, &u);
    (void)next_lead(L, &u); /* the group */
    if (!host_unship_next(&u)) lua_pushnil(L);
    push_function(L, w, 3);
    int function = lua_gettop(L);
    w->item = w->job.done;
    skip_items(w, &u);
    for (; w->item < w->count; w->item++) {
        check_cancelled(L, w);
        run_item(L, w, s, &u, function);
    }
    return 0;
}

/* ---- jobs ---- */

static int took(lua_State *L, host_strand *strand, int status) {
    (void)strand;
    lua_pushinteger(L, status);
    return 1;
}

/* The next job of the seat. */
static int wait_here(lua_State *L, worker *w) {
    host_strand *strand = host_wait_begin(L, "job");
    int status = rt_seat_next(w->local, &w->job, &strand->waiter);
    (void)host_wait_end(L, strand, status, HOST_NO_DEADLINE, took);
    return (int)lua_tointeger(L, -1);
}

static bool read_lead(worker *w, const rt_message *message) {
    rt_reader reader;
    rt_token number, done;
    uint32_t roots, nodes;
    rt_reader_init(&reader, message->bytes.bytes, message->bytes.size, NULL);
    if (rt_reader_header(&reader, &roots, &nodes) ||
        rt_reader_next(&reader, &number) || rt_reader_next(&reader, &done))
        return false;
    w->job = (rt_seat_job){(uint64_t)number.as.integer,
                           (uint32_t)done.as.integer, message};
    return number.kind == RT_TOKEN_INT && done.kind == RT_TOKEN_INT;
}

/* The same for a child: brings the last answer along. */
static int wait_there(lua_State *L, worker *w) {
    host_strand *strand = host_wait_begin(L, "job");
    rt_message *answer = w->answer;
    w->answer = NULL;
    strand->waiter.message = NULL;
    int status = rt_remote_call(w->seat, w->operation, party_of(strand), answer,
                                &strand->waiter);
    bool is_sent = status == RT_PENDING;
    (void)host_wait_end(L, strand, status, HOST_NO_DEADLINE, took);
    status = (int)lua_tointeger(L, -1);
    rt_message_free(w->owned);
    w->owned = is_sent ? strand->waiter.message : NULL;
    strand->waiter.message = NULL;
    if (status == RT_OK && !(w->owned && read_lead(w, w->owned)))
        return RT_EDAMAGED;
    return status;
}

static void set_answer(worker *w, int operation, rt_message *answer) {
    w->operation = operation;
    rt_message_free(w->answer);
    w->answer = answer;
}

/* The next job; RT_ECLOSED: there will be none. What a child has said and could
 * not be sent, or what it could not be told, is an error of its job. */
static int next_job(lua_State *L, worker *w) {
    if (w->local) return wait_here(L, w);
    for (;;) {
        int status = wait_there(L, w);
        if (status == RT_OK || status == RT_ECLOSED) return status;
        if (status == RT_EDIED) return RT_ECLOSED;
        if (status == RT_EUSAGE || status == RT_EDAMAGED)
            return host_raise_status(L, "pool", status);
        set_answer(w, RT_SEAT_FAILED,
                   rt_outcome_error(rt_status_name(status),
                                    rt_status_text(status), NULL));
    }
}

static void give_answer(worker *w, int status, rt_message *answer) {
    if (w->local) {
        rt_seat_answer(w->local, status, answer);
    } else if (status == RT_OK) {
        set_answer(w, RT_SEAT_DONE, answer);
    } else {
        set_answer(w,
                   status == RT_STRAND_SAYS_CANCELLED ? RT_SEAT_CANCELLED
                                                      : RT_SEAT_FAILED,
                   answer);
    }
}

static void give_results(worker *w, host_shipper *s) {
    rt_message *answer = host_answer_take(s);
    if (answer)
        give_answer(w, RT_OK, answer);
    else
        give_answer(w, RT_STRAND_SAYS_FAILED,
                    rt_outcome_error("nomem", "not enough memory", NULL));
}

/* The error is on the top; puts it behind the results of the items before. */
static void give_failure(lua_State *L, worker *w, host_shipper *s) {
    const char *kind = host_failure_kind(L, -1);
    bool is_own = w->was_cancelled && kind && strcmp(kind, "cancelled") == 0;
    int error = lua_gettop(L);
    host_push_kept_traceback(L, error);
    rt_message *failure = host_outcome_ship_failure(L, error, error + 1);
    rt_message *answer = NULL;
    if (w->is_putting) host_answer_undo(s, &w->place);
    if (w->has_answer) answer = host_answer_take(s);
    if (answer && failure && rt_message_append(answer, failure)) {
        rt_message_free(answer);
        answer = NULL;
    }
    if (!answer) { /* also if there is no memory for the results */
        answer = failure;
        failure = NULL;
    }
    rt_message_free(failure);
    give_answer(w, is_own ? RT_STRAND_SAYS_CANCELLED : RT_STRAND_SAYS_FAILED,
                answer);
}

/* The main strand is as if the job had not been, unless it was told to stop
 * itself. */
static void end_job(lua_State *L, worker *w) {
    host_caught(L);
    host_forget_traceback(L);
    w->number = 0;
    host_held_leave(&w->host->main);
    if (!w->was_cancelled) return;
    w->was_cancelled = false;
    host_strand_renew(L, &w->host->main);
}

/* Runs jobs until there are no more. The worker is at 4, the top. */
static void serve(lua_State *L, worker *w) {
    enum { FUNCTIONS = 5, SHIPPER, HANDLER };
    lua_createtable(L, 0, 4); /* code -> function */
    watch(w);
    while (next_job(L, w) == RT_OK) {
        lua_settop(L, FUNCTIONS);
        host_shipper *s =
            host_shipper_new(L, HOST_SHIP_ANYWHERE, "another strand");
        w->number = w->job.number;
        if (w->told_number == w->number) cancel_job(w);
        w->part = 0;
        w->has_answer = w->is_putting = false;
        if (w->journal)
            rt_journal_open_part(w->journal, w->number, 0, w->job.done);
        lua_pushcfunction(L, host_keep_traceback);
        lua_pushcfunction(L, run_job);
        lua_pushlightuserdata(L, w);
        lua_pushvalue(L, SHIPPER);
        lua_pushvalue(L, FUNCTIONS);
        if (lua_pcall(L, 3, 0, HANDLER) == LUA_OK)
            give_results(w, s);
        else
            give_failure(L, w, s);
        end_job(L, w);
    }
}

/* Pushes the worker, which is closed with the function that runs. */
static worker *new_worker(lua_State *L, rt_object *seat) {
    worker **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = NULL;
    if (luaL_newmetatable(L, WORKER_TYPE)) {
        lua_pushcfunction(L, worker_gc);
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, "__gc");
        lua_setfield(L, -2, "__close");
    }
    lua_setmetatable(L, -2);
    lua_toclose(L, -1);
    worker *w = rt_calloc(sizeof *w);
    if (!w) luaL_error(L, "not enough memory");
    w->host = host_of(L);
    rt_object_ref(seat); /* until free_worker */
    w->seat = seat;
    w->local = rt_is_remote(seat) ? NULL : (rt_seat *)(void *)seat;
    w->operation = RT_SEAT_NEXT;
    rt_waiter_init(&w->bell, w->host->loop, on_bell);
    w->bell.is_urgent = true;
    if (w->local) w->host->own_pool = w->local->pool;
    *box = w;
    return w;
}

/* pool_work(seat, init | nil, is_child): what a worker runs. `init` is packed */
static int pool_work(lua_State *L) {
    rt_object *seat = host_proxy_check(L, 1, RT_KIND_SEAT);
    lua_settop(L, 3);
    worker *w = new_worker(L, seat);
    if (lua_toboolean(L, 3)) {
        w->journal = rt_journal_open(RT_PROCESS_JOURNAL);
        if (!w->journal) return luaL_error(L, "the worker has no journal");
    }
    if (!lua_isnil(L, 2)) {
        lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
        lua_getfield(L, -1, "plait.internal");
        lua_getfield(L, -1, "unpack");
        lua_pushvalue(L, 2);
        lua_call(L, 1, 1);
        lua_call(L, 0, 0);
        lua_settop(L, 4);
    }
    serve(L, w);
    return 0;
}

void host_open_worker(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "plait.internal");
    lua_pushcfunction(L, pool_work);
    lua_setfield(L, -2, "pool_work");
    lua_pop(L, 2);
}
