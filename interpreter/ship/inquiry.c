/* inquiry.c - a question is a post to each loop, which runs where that one sleeps.
 *
 * Stages: IDLE -> ASKED (the questions are out) -> ANSWERED -> IDLE. The monitor
 * moves on from IDLE and ANSWERED by a post to the asker, and leaves the inquiry
 * alone while that is on its way (POSTED). */
#include "ship/inquiry.h"

#include <lauxlib.h>

#include "base/alloc.h"
#include "core/deadlock.h"
#include "core/interrupt.h"
#include "core/record.h"
#include "exec/quiet.h"
#include "ship/ship.h"

enum { IDLE, ASKED, ANSWERED, POSTED };

/* Older answers are asked for again. */
#define FRESH_NS RT_SECOND

typedef struct question {
    rt_post post;
    host_inquiry *inquiry;
    rt_message *answer; /* a list of records; NULL: there is nothing to say */
} question;

/* Steps, in the order they happen. */
static void on_quiet(void *context);
static void on_begin(rt_post *post);
static void on_question(rt_post *post);
static void on_answered(rt_post *post);
static void on_quiet_again(rt_post *post);

void host_inquiry_start(host_inquiry *inquiry, host_state *asker) {
    *inquiry = (host_inquiry){.asker = asker};
    rt_quiet_watch(asker->runtime, on_quiet, inquiry);
}

static void forget_answers(host_inquiry *inquiry) {
    for (size_t i = 0; i < inquiry->count; i++)
        rt_message_free(inquiry->questions[i].answer);
    rt_free(inquiry->questions);
    inquiry->questions = NULL;
    inquiry->count = 0;
}

void host_inquiry_deinit(host_inquiry *inquiry) {
    forget_answers(inquiry);
}

/* On the monitor's thread. A child's parent is the one to be told. */
static void on_quiet(void *context) {
    host_inquiry *inquiry = context;
    host_state *asker = inquiry->asker;
    int stage = atomic_load(&inquiry->stage);
    if (asker->runtime->parent || (stage != IDLE && stage != ANSWERED)) return;
    inquiry->post.run = stage == IDLE ? on_begin : on_quiet_again;
    atomic_store(&inquiry->stage, POSTED);
    rt_loop_post(asker->loop, &inquiry->post);
}

/* ---- asking ---- */

static void count_loop(rt_loop *loop, void *context) {
    (void)loop;
    ((host_inquiry *)context)->room++;
}

static void ask_loop(rt_loop *loop, void *context) {
    host_inquiry *inquiry = context;
    if (loop == inquiry->asker->loop || inquiry->count >= inquiry->room) return;
    question *q = &inquiry->questions[inquiry->count++];
    *q = (question){.post.run = on_question, .inquiry = inquiry};
    atomic_fetch_add(&inquiry->left, 1);
    rt_loop_post(loop, &q->post);
}

static void note_answer(host_inquiry *inquiry) {
    if (atomic_fetch_sub(&inquiry->left, 1) != 1) return;
    inquiry->post.run = on_answered;
    rt_loop_post(inquiry->asker->loop, &inquiry->post);
}

static void ask_all(host_inquiry *inquiry) {
    rt_runtime *runtime = inquiry->asker->runtime;
    forget_answers(inquiry);
    inquiry->room = 0;
    rt_quiet_visit(runtime, count_loop, inquiry);
    inquiry->questions = rt_calloc(inquiry->room * sizeof *inquiry->questions);
    if (!inquiry->questions) inquiry->room = 0; /* the others go unnamed */
    atomic_store(&inquiry->left, 1);
    atomic_store(&inquiry->stage, ASKED);
    rt_quiet_visit(runtime, ask_loop, inquiry);
    note_answer(inquiry);
}

static void on_begin(rt_post *post) {
    ask_all(rt_container_of(post, host_inquiry, post));
}

/* () -> the records, in a message */
static int ship_records(lua_State *L) {
    host_records_push(L, 1);
    lua_pushlightuserdata(
        L, host_ship(L, lua_gettop(L), 1, HOST_SHIP_ANYWHERE, "record %d"));
    return 1;
}

static void on_question(rt_post *post) {
    question *q = rt_container_of(post, question, post);
    host_state *host = host_here();
    /* Else code of the state runs, and it is all over. */
    bool is_asleep = host && atomic_load(&host->is_parked);
    if (is_asleep && lua_checkstack(host->running, 4)) {
        lua_State *L = host->running;
        lua_pushcfunction(L, ship_records);
        if (lua_pcall(L, 0, 1, 0) == LUA_OK) q->answer = lua_touserdata(L, -1);
        lua_pop(L, 1);
    }
    note_answer(q->inquiry);
}

static void on_answered(rt_post *post) {
    host_inquiry *inquiry = rt_container_of(post, host_inquiry, post);
    inquiry->answered_ns = rt_clock_now();
    atomic_store(&inquiry->stage, ANSWERED);
}

/* ---- telling ---- */

/* (inquiry) */
static int gather(lua_State *L) {
    host_inquiry *inquiry = lua_touserdata(L, 1);
    lua_newtable(L);
    for (size_t i = 0; i < inquiry->count; i++) {
        const rt_message *answer = inquiry->questions[i].answer;
        if (!answer || host_unship(L, answer) != 1) {
            lua_settop(L, 2);
            continue;
        }
        lua_Integer count = (lua_Integer)lua_rawlen(L, 3);
        for (lua_Integer k = 1; k <= count; k++) {
            lua_rawgeti(L, 3, k);
            lua_rawseti(L, 2, (lua_Integer)lua_rawlen(L, 2) + 1);
        }
        lua_settop(L, 2);
    }
    host_deadlock_set_others(L);
    return 0;
}

static void on_quiet_again(rt_post *post) {
    host_inquiry *inquiry = rt_container_of(post, host_inquiry, post);
    host_state *host = inquiry->asker;
    if (rt_clock_now() - inquiry->answered_ns > FRESH_NS) {
        ask_all(inquiry);
        return;
    }
    lua_State *L = host->running;
    if (lua_checkstack(L, 4)) {
        lua_pushcfunction(L, gather);
        lua_pushlightuserdata(L, inquiry);
        if (lua_pcall(L, 1, 0, 0) != LUA_OK) lua_pop(L, 1);
    }
    forget_answers(inquiry);
    atomic_store(&inquiry->stage, IDLE);
    host_deadlock_tell(host);
}
