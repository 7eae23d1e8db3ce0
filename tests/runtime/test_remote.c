/* Objects used from other processes: this program, started again as its own
 * child, does what the work message says with the object in it (run_order). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/encode.h"
#include "ipc/process.h"
#include "ipc/remote.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { RACES = 500, CALLS = 1000, KILLS = 15 };
#else
enum { RACES = 5000, CALLS = 10000, KILLS = 100 };
#endif

/* ---- messages of a text, an integer, and up to two objects ---- */

static rt_message *make(const char *text, int64_t number, rt_object *first,
                        rt_object *second) {
    rt_message *message = rt_message_new();
    if (!message) abort();
    rt_buffer *to = &message->bytes;
    rt_object *objects[2] = {first, second};
    if (rt_encode_header(to, 4, 0) || rt_encode_str(to, text, strlen(text)) ||
        rt_encode_int(to, number))
        abort();
    for (int i = 0; i < 2; i++) {
        size_t index;
        if (!objects[i]) {
            if (rt_encode_nil(to)) abort();
        } else if (rt_message_add_object(message, objects[i], &index) ||
                   rt_encode_object(to, (uint32_t)index)) {
            abort();
        }
    }
    return message;
}

typedef struct parsed {
    char text[40];
    int64_t number;
    rt_object *objects[2]; /* borrowed from the message, or NULL */
} parsed;

static parsed parse(const rt_message *message) {
    rt_reader reader;
    rt_token token;
    uint32_t roots, nodes;
    parsed p = {.number = 0};
    rt_reader_init(&reader, message->bytes.bytes, message->bytes.size, NULL);
    if (rt_reader_header(&reader, &roots, &nodes) || roots != 4 ||
        rt_reader_next(&reader, &token))
        abort();
    (void)snprintf(p.text, sizeof p.text, "%.*s", (int)token.as.str.size,
                   token.as.str.bytes);
    if (rt_reader_next(&reader, &token)) abort();
    p.number = token.as.integer;
    for (int i = 0; i < 2; i++) {
        if (rt_reader_next(&reader, &token)) abort();
        if (token.kind == RT_TOKEN_OBJECT)
            p.objects[i] = message->objects[token.as.index];
    }
    return p;
}

/* ---- a cell: numbers to be taken one by one, and an object to keep ---- */

enum { ADD, PUT, TAKE, HOLD, KEEP, FETCH };

typedef struct cell {
    rt_object object;
    pthread_mutex_t lock; /* guards the rest */
    int64_t sum;
    int64_t items; /* put and not taken */
    rt_list waiters;
    int waiting;
    rt_object *kept;
    struct rt_wire *holder;
    uint64_t holding_party;
    int abandoned;
    int died; /* processes behind the peer */
} cell;

static void leave(rt_waiter *waiter) {
    cell *c = waiter->object;
    pthread_mutex_lock(&c->lock);
    rt_list_unlink(&waiter->link);
    c->waiting--;
    pthread_mutex_unlock(&c->lock);
}

static void put(cell *c) {
    rt_waiter *waiter = NULL;
    pthread_mutex_lock(&c->lock);
    while (!waiter && !rt_list_empty(&c->waiters)) {
        waiter = rt_container_of(c->waiters.next, rt_waiter, link);
        if (rt_waiter_claim(waiter)) {
            rt_list_unlink(&waiter->link);
            c->waiting--;
        } else { /* it is being withdrawn: look at the next */
            rt_list_unlink(&waiter->link);
            waiter = NULL;
        }
    }
    if (!waiter) c->items++;
    pthread_mutex_unlock(&c->lock);
    if (waiter) rt_waiter_complete(waiter, RT_OK);
}

static void on_taken(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    rt_call_reply(call, waiter->status, NULL);
}

static void take(cell *c, rt_call *call) {
    rt_waiter_init(&call->waiter, call->waiter.loop, on_taken);
    pthread_mutex_lock(&c->lock);
    bool has_item = c->items > 0;
    if (has_item) {
        c->items--;
    } else {
        rt_waiter_park(&call->waiter, c, leave);
        rt_list_push(&c->waiters, &call->waiter.link);
        c->waiting++;
    }
    pthread_mutex_unlock(&c->lock);
    if (has_item) rt_call_reply(call, RT_OK, NULL);
}

static void call_cell(rt_object *object, rt_call *call) {
    cell *c = (cell *)object;
    rt_message *result = NULL;
    rt_object *old = NULL;
    if (call->operation == TAKE) {
        take(c, call);
        return;
    }
    if (call->operation == PUT) put(c);
    pthread_mutex_lock(&c->lock);
    if (call->operation == ADD) {
        c->sum += parse(call->arguments).number;
        result = make("sum", c->sum, NULL, NULL);
    } else if (call->operation == HOLD) {
        c->holder = call->wire;
        c->holding_party = call->party;
    } else if (call->operation == KEEP) {
        old = c->kept;
        c->kept = parse(call->arguments).objects[0];
        rt_object_ref(c->kept);
    } else if (call->operation == FETCH) {
        result = make("kept", 0, c->kept, NULL);
    }
    pthread_mutex_unlock(&c->lock);
    rt_object_unref(old);
    rt_call_reply(call, RT_OK, result);
}

static void cell_peer_gone(rt_object *object, struct rt_wire *wire,
                           uint64_t party) {
    cell *c = (cell *)object;
    pthread_mutex_lock(&c->lock);
    if (c->holder == wire && (party == 0 || party == c->holding_party)) {
        c->holder = NULL;
        c->abandoned++;
    }
    pthread_mutex_unlock(&c->lock);
}

static void cell_peer_died(rt_object *object, struct rt_wire *wire,
                           uint64_t party) {
    (void)wire;
    cell *c = (cell *)object;
    pthread_mutex_lock(&c->lock);
    if (party != 0) c->died++;
    pthread_mutex_unlock(&c->lock);
}

static void free_cell(rt_object *object) {
    cell *c = (cell *)object;
    rt_object_unref(c->kept);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static const rt_object_type cell_type = {.name = "Cell",
                                         .kind = RT_KIND_VALUE,
                                         .free = free_cell,
                                         .call = call_cell,
                                         .peer_gone = cell_peer_gone,
                                         .peer_died = cell_peer_died};

static cell *new_cell(void) {
    cell *c = calloc(1, sizeof *c);
    if (!c) abort();
    rt_object_init(&c->object, &cell_type);
    pthread_mutex_init(&c->lock, NULL);
    rt_list_init(&c->waiters);
    return c;
}

/* Reads one of the numbers of a cell. */
#define NUMBER_OF(c, member) read_number(c, &(c)->member)
static int read_number(cell *c, const int *number) {
    pthread_mutex_lock(&c->lock);
    int value = *number;
    pthread_mutex_unlock(&c->lock);
    return value;
}

/* Polls, since what happens at the far end has no waiter; false: it did not
 * come to that within 20 seconds. */
#define EVENTUALLY(condition)                                                  \
    eventually_begin();                                                        \
    while (!(condition) && eventually_goes_on()) continue;                     \
    assert_true(condition)
static int64_t give_up_ns;
static void eventually_begin(void) {
    give_up_ns = rt_clock_now() + 20 * RT_SECOND;
}
static bool eventually_goes_on(void) {
    (void)poll(NULL, 0, 1);
    return rt_clock_now() < give_up_ns;
}

/* ---- waiting; the loop is static, since it must outlive its posters ---- */

static rt_loop loop;

typedef struct asking {
    rt_waiter waiter;
    bool done;
} asking;

static void on_done(rt_waiter *waiter) {
    rt_container_of(waiter, asking, waiter)->done = true;
}

static int ask(asking *a, rt_object *remote, int operation,
               rt_message *arguments) {
    a->done = false;
    rt_waiter_init(&a->waiter, &loop, on_done);
    return rt_remote_call(remote, operation, 1, arguments, &a->waiter);
}

static int answer_of(asking *a, rt_message **result) {
    while (!a->done) rt_loop_turn(&loop, true, RT_NEVER);
    if (result)
        *result = a->waiter.message;
    else
        rt_message_free(a->waiter.message);
    return a->waiter.status;
}

static int call(rt_object *remote, int operation, rt_message *arguments,
                rt_message **result) {
    asking a;
    int status = ask(&a, remote, operation, arguments);
    if (result) *result = NULL;
    return status == RT_PENDING ? answer_of(&a, result) : status;
}

/* With a deadline `ns` from now. */
static int call_within(rt_object *remote, int operation, int64_t ns) {
    asking a;
    int status = ask(&a, remote, operation, NULL);
    if (status != RT_PENDING) return status;
    int64_t due = rt_clock_now() + ns;
    if (rt_waiter_arm(&a.waiter, due, due)) abort();
    return answer_of(&a, NULL);
}

static int64_t add_to(rt_object *remote, int64_t number) {
    rt_message *result;
    if (call(remote, ADD, make("", number, NULL, NULL), &result)) return -1;
    int64_t sum = parse(result).number;
    rt_message_free(result);
    return sum;
}

/* ---- the child ---- */

/* Takes with deadlines too short to be sure of; returns what it got. */
static int64_t race(rt_object *remote, int64_t rounds) {
    int64_t got = 0;
    for (int64_t i = 0; i < rounds; i++) {
        int status = call_within(remote, TAKE, (i % 40) * 5000);
        if (status == RT_OK)
            got++;
        else if (status != RT_ETIMEOUT)
            return -1000000;
    }
    return got;
}

/* Makes a cell of this process known to the parent, by its cell `first`, and
 * serves until something can be taken there. Returns the sum, plus 1000 for
 * each time the cell was abandoned, 100000 for each death of a process behind
 * the parent, and a million if it is still held. */
static int64_t serve(rt_object *first, int64_t number) {
    cell *mine = new_cell();
    mine->sum = number;
    if (call(first, KEEP, make("", 0, &mine->object, NULL), NULL)) return -1;
    if (call(first, TAKE, NULL, NULL)) return -2;
    pthread_mutex_lock(&mine->lock);
    int64_t sum = mine->sum + mine->abandoned * 1000 + mine->died * 100000;
    if (mine->holder) sum += 1000000;
    pthread_mutex_unlock(&mine->lock);
    rt_object_unref(&mine->object);
    return sum;
}

static int64_t run_order(const parsed *work) {
    rt_object *first = work->objects[0], *second = work->objects[1];
    const char *text = work->text;
    int64_t n = work->number, sum = 0;
    if (strcmp(text, "add") == 0) {
        for (int64_t i = 0; i < n; i++) sum = add_to(first, 1);
        return sum;
    }
    if (strcmp(text, "same") == 0) return first == second;
    if (strcmp(text, "kind") == 0) return rt_remote_kind(first);
    if (strcmp(text, "take") == 0) return call(first, TAKE, NULL, NULL);
    if (strcmp(text, "deadline") == 0) return call_within(first, TAKE, 1000000);
    if (strcmp(text, "race") == 0) return race(first, n);
    if (strcmp(text, "serve") == 0) return serve(first, n);
    if (strcmp(text, "hold") == 0) { /* then the process ends with it */
        if (call(first, HOLD, NULL, NULL)) return -1;
        (void)raise((int)n);
    }
    if (strcmp(text, "leave") == 0) {
        if (call(first, HOLD, NULL, NULL)) return -1;
        if (rt_remote_leave(first, 1)) return -2;
        return call(first, TAKE, NULL, NULL);
    }
    if (strcmp(text, "keep") == 0)
        return call(first, KEEP, make("", 0, second, NULL), NULL);
    if (strcmp(text, "fetch") == 0) { /* over and over, each a grant */
        for (int64_t i = 0; i < n; i++) {
            rt_message *result;
            if (call(first, FETCH, NULL, &result)) return -1;
            rt_message_free(result);
        }
        return n;
    }
    return -99;
}

static int run_worker(void) {
    static rt_child child = {.version = "test"};
    rt_runtime *runtime = rt_runtime_new();
    rt_error err;
    if (rt_child_open(&child, runtime, &err) || rt_child_wait(&child, &err)) {
        fprintf(stderr, "%s\n", err.message);
        _exit(3); /* with all that is left as it is */
    }
    parsed work = parse(child.work);
    int64_t number = run_order(&work);
    /* What came goes before the outcome does, so that it is counted. */
    rt_message_free(child.work);
    rt_child_finish(&child, RT_STRAND_DONE, make("", number, NULL, NULL));
    (void)rt_runtime_shutdown(runtime, rt_clock_now() + RT_SECOND);
    rt_runtime_free(runtime);
    rt_loop_deinit(&loop);
    return 0;
}

/* ---- the parent ---- */

static rt_strand *start(void **state, const char *text, int64_t number,
                        rt_object *first, rt_object *second) {
    rt_process_options options = {.work = make(text, number, first, second),
                                  .version = "test",
                                  .stdio = {-1, -1, -1}};
    rt_strand *strand = rt_strand_new(*state, RT_STRAND_PROCESS, text, NULL);
    assert_non_null(strand);
    assert_int_equal(rt_process_start(*state, strand, &options), RT_OK);
    return strand;
}

static void wait_for(rt_strand *strand) {
    asking a = {.done = false};
    rt_waiter_init(&a.waiter, &loop, on_done);
    if (rt_strand_wait(strand, &a.waiter) == RT_PENDING)
        assert_int_equal(answer_of(&a, NULL), RT_OK);
}

/* Waits, and drops the strand. */
static int64_t result_of(rt_strand *strand) {
    wait_for(strand);
    assert_int_equal(rt_strand_get_state(strand), RT_STRAND_DONE);
    int64_t number = parse(rt_strand_outcome(strand)).number;
    rt_object_unref(&strand->object);
    return number;
}

static void kill_and_drop(rt_strand *strand) {
    assert_int_equal(rt_process_signal(strand, SIGKILL), RT_OK);
    wait_for(strand);
    assert_int_equal(strand->exit_signal, SIGKILL);
    rt_object_unref(&strand->object);
}

/* Nobody elsewhere knows the cell any more; then it is freed. */
static void drop_last(cell *c) {
    EVENTUALLY(atomic_load(&c->object.refs) == 1);
    rt_object_unref(&c->object);
}

/* Starts a child that serves a cell of its own, known here as the result. */
static rt_object *start_serving(void **state, cell *here, int64_t number,
                                rt_strand **strand) {
    rt_object *remote = NULL;
    *strand = start(state, "serve", number, &here->object, NULL);
    EVENTUALLY(NUMBER_OF(here, waiting) == 1);
    pthread_mutex_lock(&here->lock);
    remote = here->kept;
    here->kept = NULL;
    pthread_mutex_unlock(&here->lock);
    assert_non_null(remote);
    assert_true(rt_is_remote(remote));
    return remote;
}

static void test_remote_call_round_trip(void **state) {
    cell *c = new_cell();
    rt_strand *strand = start(state, "add", CALLS, &c->object, NULL);
    assert_int_equal(result_of(strand), CALLS);
    assert_int_equal(c->sum, CALLS);
    drop_last(c);
}

static void test_remote_call_in_the_other_direction(void **state) {
    cell *c = new_cell();
    rt_strand *strand;
    rt_object *remote = start_serving(state, c, 100, &strand);
    assert_int_equal(rt_remote_kind(remote), RT_KIND_VALUE);
    for (int i = 1; i <= 100; i++) assert_int_equal(add_to(remote, 1), 100 + i);
    put(c);
    rt_object_unref(remote);
    assert_int_equal(result_of(strand), 200);
    drop_last(c);
}

static void test_remote_is_one_object(void **state) {
    cell *c = new_cell();
    assert_int_equal(result_of(start(state, "same", 0, &c->object, &c->object)),
                     1);
    cell *other = new_cell();
    assert_int_equal(
        result_of(start(state, "same", 0, &c->object, &other->object)), 0);
    assert_int_equal(result_of(start(state, "kind", 0, &c->object, NULL)),
                     RT_KIND_VALUE);
    drop_last(c);
    drop_last(other);
}

static void test_remote_comes_home_as_itself(void **state) {
    cell *c = new_cell(), *other = new_cell();
    assert_int_equal(
        result_of(start(state, "keep", 0, &c->object, &other->object)), RT_OK);
    assert_ptr_equal(c->kept, &other->object);
    rt_object_unref(c->kept);
    c->kept = NULL;
    drop_last(c);
    drop_last(other);
}

static void test_remote_drops_count(void **state) {
    cell *c = new_cell(), *other = new_cell();
    rt_object_ref(&other->object);
    c->kept = &other->object;
    assert_int_equal(result_of(start(state, "fetch", 300, &c->object, NULL)),
                     300);
    EVENTUALLY(atomic_load(&other->object.refs) == 2);
    rt_object_unref(c->kept);
    c->kept = NULL;
    drop_last(c);
    drop_last(other);
}

static void test_remote_wait_is_served(void **state) {
    cell *c = new_cell();
    rt_strand *strands[5];
    for (int i = 0; i < 5; i++)
        strands[i] = start(state, "take", 0, &c->object, NULL);
    EVENTUALLY(NUMBER_OF(c, waiting) == 5);
    for (int i = 0; i < 5; i++) put(c);
    for (int i = 0; i < 5; i++) assert_int_equal(result_of(strands[i]), RT_OK);
    assert_int_equal(c->items, 0);
    drop_last(c);
}

static void test_remote_deadline_withdraws(void **state) {
    cell *c = new_cell();
    assert_int_equal(result_of(start(state, "deadline", 0, &c->object, NULL)),
                     RT_ETIMEOUT);
    assert_int_equal(NUMBER_OF(c, waiting), 0);
    drop_last(c);
}

/* What was put is either taken, once, or still there. */
static void test_remote_withdrawal_race_loses_nothing(void **state) {
    cell *c = new_cell();
    rt_strand *strand = start(state, "race", RACES, &c->object, NULL);
    int64_t puts = 0;
    while (!rt_strand_ended(strand)) {
        if (NUMBER_OF(c, waiting) == 0) continue;
        put(c);
        puts++;
    }
    int64_t got = result_of(strand);
    assert_int_equal(got + c->items, puts);
    print_message("%d rounds, %d puts, %d taken\n", RACES, (int)puts, (int)got);
    drop_last(c);
}

static void test_remote_holder_that_dies_is_told(void **state) {
    cell *c = new_cell();
    rt_strand *strand = start(state, "hold", SIGKILL, &c->object, NULL);
    wait_for(strand);
    assert_int_equal(rt_strand_get_state(strand), RT_STRAND_FAILED);
    rt_object_unref(&strand->object);
    EVENTUALLY(NUMBER_OF(c, abandoned) == 1);
    drop_last(c);
}

static void test_remote_strand_that_ends_is_told(void **state) {
    cell *c = new_cell();
    rt_strand *strand = start(state, "leave", 0, &c->object, NULL);
    EVENTUALLY(NUMBER_OF(c, abandoned) == 1);
    put(c);
    assert_int_equal(result_of(strand), RT_OK);
    drop_last(c);
}

static void test_remote_waiter_that_dies_is_withdrawn(void **state) {
    cell *c = new_cell();
    rt_strand *strand = start(state, "take", 0, &c->object, NULL);
    EVENTUALLY(NUMBER_OF(c, waiting) == 1);
    kill_and_drop(strand);
    EVENTUALLY(NUMBER_OF(c, waiting) == 0);
    drop_last(c);
}

static void test_remote_home_that_dies_fails_calls(void **state) {
    cell *c = new_cell();
    rt_strand *strand;
    rt_object *remote = start_serving(state, c, 0, &strand);
    asking a;
    assert_int_equal(ask(&a, remote, TAKE, NULL), RT_PENDING);
    kill_and_drop(strand);
    assert_int_equal(answer_of(&a, NULL), RT_EDIED);
    assert_int_equal(call(remote, ADD, make("", 1, NULL, NULL), NULL),
                     RT_EDIED);
    rt_object_unref(remote);
    drop_last(c);
}

/* ---- a third process ---- */

static void test_remote_is_passed_on(void **state) {
    cell *c = new_cell();
    rt_strand *home;
    rt_object *remote = start_serving(state, c, 0, &home);
    assert_int_equal(result_of(start(state, "add", 50, remote, NULL)), 50);
    assert_int_equal(result_of(start(state, "kind", 0, remote, NULL)),
                     RT_KIND_VALUE);
    assert_int_equal(add_to(remote, 1), 51);
    /* Through the third and back here it is the same remote end. */
    assert_int_equal(result_of(start(state, "keep", 0, &c->object, remote)),
                     RT_OK);
    assert_ptr_equal(c->kept, remote);
    rt_object_unref(c->kept);
    c->kept = NULL;
    put(c);
    rt_object_unref(remote);
    assert_int_equal(result_of(home), 51);
    drop_last(c);
}

static void test_remote_third_process_waits(void **state) {
    cell *c = new_cell();
    rt_strand *home;
    rt_object *remote = start_serving(state, c, 0, &home);
    assert_int_equal(result_of(start(state, "deadline", 0, remote, NULL)),
                     RT_ETIMEOUT);
    rt_strand *taker = start(state, "take", 0, remote, NULL);
    (void)poll(NULL, 0, 5); /* before or after it waits: both must do */
    assert_int_equal(call(remote, PUT, NULL, NULL), RT_OK);
    assert_int_equal(result_of(taker), RT_OK);
    /* One that dies while it waits takes nothing. */
    taker = start(state, "take", 0, remote, NULL);
    (void)poll(NULL, 0, 20);
    kill_and_drop(taker);
    assert_int_equal(call(remote, PUT, NULL, NULL), RT_OK);
    int status = RT_ETIMEOUT; /* the home may not have heard of it yet */
    for (int i = 0; i < 1000 && status == RT_ETIMEOUT; i++)
        status = call_within(remote, TAKE, 1000000);
    assert_int_equal(status, RT_OK);
    put(c);
    rt_object_unref(remote);
    int64_t result = result_of(home); /* it heard who died, if it knew it */
    assert_true(result == 0 || result == 100000);
    drop_last(c);
}

/* Its home tells a strand of the third process from ours, though both have
 * the same number, and hears of its end. */
static void test_remote_third_process_that_dies_is_told(void **state) {
    cell *c = new_cell();
    rt_strand *home;
    rt_object *remote = start_serving(state, c, 5, &home);
    rt_strand *holder = start(state, "hold", SIGKILL, remote, NULL);
    wait_for(holder);
    assert_int_equal(holder->exit_signal, SIGKILL);
    rt_object_unref(&holder->object);
    assert_int_equal(call(remote, HOLD, NULL, NULL), RT_OK);
    assert_int_equal(rt_remote_leave(remote, 2), RT_OK); /* somebody else */
    assert_int_equal(rt_remote_leave(remote, 1), RT_OK);
    assert_int_equal(add_to(remote, 1), 6);
    put(c);
    rt_object_unref(remote);
    assert_int_equal(result_of(home), 102006); /* abandoned twice, died once */
    drop_last(c);
}

static void test_remote_third_process_leaves(void **state) {
    cell *c = new_cell();
    rt_strand *home;
    rt_object *remote = start_serving(state, c, 0, &home);
    rt_strand *leaver = start(state, "leave", 0, remote, NULL);
    assert_int_equal(call(remote, PUT, NULL, NULL), RT_OK);
    assert_int_equal(result_of(leaver), RT_OK);
    put(c);
    rt_object_unref(remote);
    assert_int_equal(result_of(home), 1000);
    drop_last(c);
}

static void test_remote_home_of_the_third_dies(void **state) {
    cell *c = new_cell();
    rt_strand *home;
    rt_object *remote = start_serving(state, c, 0, &home);
    rt_strand *taker = start(state, "take", 0, remote, NULL);
    (void)poll(NULL, 0, 20);
    kill_and_drop(home);
    assert_int_equal(result_of(taker), RT_EDIED);
    rt_object_unref(remote);
    drop_last(c);
}

/* ---- violence ---- */

static void test_remote_killed_at_any_moment(void **state) {
    const char *const texts[] = {"add", "race", "fetch", "take", "serve"};
    for (int i = 0; i < KILLS; i++) {
        cell *c = new_cell(), *other = new_cell();
        rt_object_ref(&other->object);
        c->kept = &other->object;
        rt_strand *strand =
            start(state, texts[i % 5], 1000000, &c->object, NULL);
        int64_t until = rt_clock_now() + i * INT64_C(60000);
        while (rt_clock_now() < until)
            if (i % 2) put(c);
        (void)rt_process_signal(strand, SIGKILL);
        wait_for(strand);
        rt_object_unref(&strand->object);
        EVENTUALLY(NUMBER_OF(c, waiting) == 0);
        pthread_mutex_lock(&c->lock);
        rt_object *kept = c->kept;
        c->kept = NULL;
        pthread_mutex_unlock(&c->lock);
        rt_object_unref(kept);
        drop_last(c);
        drop_last(other);
    }
}

static void test_remote_survives_lack_of_memory(void **state) {
    cell *c = new_cell();
    rt_strand *strand;
    rt_object *remote = start_serving(state, c, 0, &strand);
    cell *argument = new_cell();
    for (size_t nth = 1;; nth++) {
        rt_message *arguments = make("", 1, &argument->object, NULL);
        asking a;
        rt_alloc_fail(nth, 0);
        int status = ask(&a, remote, KEEP, arguments);
        rt_alloc_fail(0, 0);
        if (status == RT_PENDING) {
            assert_int_equal(answer_of(&a, NULL), RT_OK);
            break;
        }
        assert_int_equal(status, RT_ENOMEMORY);
        assert_int_equal(atomic_load(&argument->object.refs), 1);
    }
    kill_and_drop(strand);
    rt_object_unref(remote);
    drop_last(argument);
    drop_last(c);
}

static int set_up(void **state) {
    *state = rt_runtime_new();
    return *state ? 0 : -1;
}

static int tear_down(void **state) {
    bool ended = rt_runtime_shutdown(*state, rt_clock_now() + RT_SECOND);
    rt_runtime_free(*state);
    return ended ? 0 : -1;
}

int main(int argc, char **argv) {
    rt_loop_init(&loop);
    if (argc > 1 && strcmp(argv[1], "--plait-worker") == 0) return run_worker();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remote_call_round_trip),
        cmocka_unit_test(test_remote_call_in_the_other_direction),
        cmocka_unit_test(test_remote_is_one_object),
        cmocka_unit_test(test_remote_comes_home_as_itself),
        cmocka_unit_test(test_remote_drops_count),
        cmocka_unit_test(test_remote_wait_is_served),
        cmocka_unit_test(test_remote_deadline_withdraws),
        cmocka_unit_test(test_remote_withdrawal_race_loses_nothing),
        cmocka_unit_test(test_remote_holder_that_dies_is_told),
        cmocka_unit_test(test_remote_strand_that_ends_is_told),
        cmocka_unit_test(test_remote_waiter_that_dies_is_withdrawn),
        cmocka_unit_test(test_remote_home_that_dies_fails_calls),
        cmocka_unit_test(test_remote_is_passed_on),
        cmocka_unit_test(test_remote_third_process_waits),
        cmocka_unit_test(test_remote_third_process_that_dies_is_told),
        cmocka_unit_test(test_remote_third_process_leaves),
        cmocka_unit_test(test_remote_home_of_the_third_dies),
        cmocka_unit_test(test_remote_killed_at_any_moment),
        cmocka_unit_test(test_remote_survives_lack_of_memory),
    };
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    rt_loop_deinit(&loop);
    return failed;
}
