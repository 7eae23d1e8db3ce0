/* Selects that another process asks for, without one: the calls are made here
 * and carried out on a loop of this thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "data/pack.h"
#include "data/value.h"
#include "ipc/choice_call.h"
#include "sync/channel.h"

/* A call, and what was answered. */
typedef struct asked {
    rt_call call;
    int status; /* RT_PENDING until it was answered */
    rt_message *result;
} asked;

typedef struct fixture {
    rt_loop loop;
    rt_channel *one, *two;
    rt_choice *near; /* how the caller has it */
    asked a;
    size_t blocks;
} fixture;

/* As rt_call_reply does. */
static void reply(rt_call *call, int status, rt_message *result) {
    asked *a = rt_container_of(call, asked, call);
    assert_int_equal(a->status, RT_PENDING);
    a->status = status;
    a->result = result;
    rt_message_free(call->arguments);
    call->arguments = NULL;
}

static int set_up(void **state) {
    static fixture f;
    f.blocks = rt_alloc_count();
    rt_loop_init(&f.loop);
    f.one = rt_channel_new(0);
    f.two = rt_channel_new(2);
    f.near = rt_choice_new(4);
    assert_non_null(f.one);
    assert_non_null(f.two);
    assert_non_null(f.near);
    f.a = (asked){.status = RT_OK};
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    rt_choice_free(f->near);
    rt_message_free(f->a.result);
    rt_object_unref((rt_object *)(void *)f->one);
    rt_object_unref((rt_object *)(void *)f->two);
    rt_loop_turn(&f->loop, false, 0);
    rt_loop_deinit(&f->loop);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

static rt_case *add(fixture *f, rt_channel *channel, rt_case_kind kind) {
    rt_case *c = rt_choice_add(f->near, (rt_object *)(void *)channel, kind);
    assert_non_null(c);
    return c;
}

static void serve(fixture *f, int operation, rt_message *arguments) {
    rt_message_free(f->a.result);
    f->a = (asked){.call = {.operation = operation,
                            .party = 1,
                            .arguments = arguments,
                            .reply = reply},
                   .status = RT_PENDING};
    f->a.call.waiter.loop = &f->loop;
    rt_choice_serve(&f->a.call);
}

/* The cases of `near`, in order. */
static void list_cases(const fixture *f, rt_case **list) {
    for (size_t i = 0; i < f->near->count; i++) list[i] = &f->near->cases[i];
}

static int ask(fixture *f, int operation, int64_t patience_ns) {
    rt_case *list[4];
    rt_message *arguments;
    list_cases(f, list);
    assert_int_equal(rt_choice_write(operation, list, f->near->count,
                                     patience_ns, 7, &arguments),
                     RT_OK);
    serve(f, operation, arguments);
    return f->a.status;
}

/* What the caller makes of the answer. */
static int read_answer(fixture *f) {
    rt_case *list[4];
    list_cases(f, list);
    f->near->chosen = NULL;
    return rt_choice_read(f->a.call.operation, f->a.result, list,
                          f->near->count, &f->near->chosen);
}

static int try_send(rt_channel *channel, int64_t value) {
    rt_item item = {.kind = RT_ITEM_INT, .as.integer = value};
    return rt_channel_send(channel, &item, NULL, NULL);
}

static int64_t try_recv(rt_channel *channel) {
    rt_item item = {.kind = RT_ITEM_NIL};
    int status = rt_channel_recv(channel, &item, NULL, NULL);
    return status == RT_OK ? item.as.integer : status;
}

static void test_choice_is_carried_out_at_once(void **state) {
    fixture *f = *state;
    (void)add(f, f->one, RT_CASE_RECV);
    const rt_case *second = add(f, f->two, RT_CASE_RECV);
    assert_int_equal(try_send(f->two, 5), RT_OK);
    assert_int_equal(ask(f, RT_CALL_SELECT, RT_NEVER), RT_OK);
    assert_int_equal(read_answer(f), RT_OK);
    assert_ptr_equal(f->near->chosen, second);
    assert_int_equal(second->item.as.integer, 5);
}

static void test_choice_is_carried_out_later(void **state) {
    fixture *f = *state;
    const rt_case *first = add(f, f->one, RT_CASE_RECV);
    (void)add(f, f->two, RT_CASE_RECV);
    assert_int_equal(ask(f, RT_CALL_SELECT, RT_NEVER), RT_PENDING);
    assert_int_equal(try_send(f->one, 6), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(read_answer(f), RT_OK);
    assert_ptr_equal(f->near->chosen, first);
    assert_int_equal(first->item.as.integer, 6);
}

static void test_choice_sends_what_came(void **state) {
    fixture *f = *state;
    rt_case *sending = add(f, f->two, RT_CASE_SEND);
    (void)add(f, f->one, RT_CASE_SEND);
    assert_int_equal(
        rt_item_set_string(&sending->item, "longer than sixteen bytes", 25),
        RT_OK);
    assert_int_equal(ask(f, RT_CALL_SELECT, RT_NEVER), RT_OK);
    assert_int_equal(sending->item.kind, RT_ITEM_STRING); /* until we know */
    assert_int_equal(read_answer(f), RT_OK);
    assert_ptr_equal(f->near->chosen, sending);
    assert_int_equal(sending->item.kind, RT_ITEM_NIL);
    rt_item item = {.kind = RT_ITEM_NIL};
    assert_int_equal(rt_channel_recv(f->two, &item, NULL, NULL), RT_OK);
    assert_int_equal(item.kind, RT_ITEM_STRING);
    rt_item_clear(&item);
}

static void test_choice_without_patience_is_empty(void **state) {
    fixture *f = *state;
    (void)add(f, f->one, RT_CASE_RECV);
    assert_int_equal(ask(f, RT_CALL_SELECT, 0), RT_EEMPTY);
    assert_int_equal(try_send(f->one, 1), RT_EFULL);
}

static void test_choice_loses_patience(void **state) {
    fixture *f = *state;
    (void)add(f, f->one, RT_CASE_RECV);
    assert_int_equal(ask(f, RT_CALL_SELECT, 1000000), RT_PENDING);
    while (f->a.status == RT_PENDING) rt_loop_turn(&f->loop, true, RT_NEVER);
    assert_int_equal(f->a.status, RT_EEMPTY);
    assert_int_equal(try_send(f->one, 1), RT_EFULL);
}

static void test_choice_is_withdrawn(void **state) {
    fixture *f = *state;
    (void)add(f, f->one, RT_CASE_RECV);
    (void)add(f, f->two, RT_CASE_RECV);
    assert_int_equal(ask(f, RT_CALL_SELECT, RT_NEVER), RT_PENDING);
    assert_true(rt_waiter_cancel(&f->a.call.waiter, RT_ECANCELLED));
    assert_int_equal(f->a.status, RT_ECANCELLED);
    assert_null(f->a.result);
    assert_int_equal(try_send(f->one, 1), RT_EFULL);
    assert_int_equal(ask(f, RT_CALL_SELECT, RT_NEVER), RT_PENDING);
    assert_int_equal(try_send(f->two, 9), RT_OK); /* granted: too late */
    assert_false(rt_waiter_cancel(&f->a.call.waiter, RT_ECANCELLED));
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(read_answer(f), RT_OK);
    assert_int_equal(f->near->chosen->item.as.integer, 9);
}

static void test_choice_of_closed_says_so(void **state) {
    fixture *f = *state;
    const rt_case *first = add(f, f->one, RT_CASE_RECV);
    assert_int_equal(ask(f, RT_CALL_SELECT, RT_NEVER), RT_PENDING);
    rt_channel_close(f->one, NULL);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(read_answer(f), RT_ECLOSED);
    assert_ptr_equal(f->near->chosen, first);
}

static void test_choice_watched_takes_nothing(void **state) {
    fixture *f = *state;
    (void)add(f, f->one, RT_CASE_RECV);
    (void)add(f, f->two, RT_CASE_RECV);
    assert_int_equal(ask(f, RT_CALL_WATCH, RT_NEVER), RT_PENDING);
    assert_int_equal(try_send(f->two, 4), RT_OK);
    rt_loop_turn(&f->loop, false, 0);
    assert_int_equal(f->a.status, RT_OK);
    assert_int_equal(read_answer(f), RT_OK);
    assert_ptr_equal(f->near->chosen, &f->near->cases[1]);
    assert_int_equal(f->near->chosen->item.kind, RT_ITEM_NIL);
    assert_int_equal(ask(f, RT_CALL_WATCH, RT_NEVER), RT_OK); /* it could */
    assert_int_equal(try_recv(f->two), 4);
}

/* Arguments that no peer of ours would send. */
static void test_choice_refuses_other_arguments(void **state) {
    fixture *f = *state;
    rt_item nothing = {.kind = RT_ITEM_NIL};
    rt_value *value = rt_value_new(&nothing);
    assert_non_null(value);
    serve(f, RT_CALL_SELECT, NULL);
    assert_int_equal(f->a.status, RT_EDAMAGED);
    for (int wrong = 0; wrong < 6; wrong++) {
        rt_pack pack;
        rt_message *arguments;
        rt_pack_begin(&pack);
        rt_pack_int(&pack, wrong == 0 ? -1 : 0);
        rt_pack_int(&pack, 1);
        rt_pack_int(&pack, wrong == 1 ? 1000000000 : wrong == 2 ? -1 : 1);
        rt_pack_int(&pack, wrong == 3 ? 9 : RT_CASE_RECV);
        rt_object *object = (rt_object *)(void *)f->one;
        if (wrong == 4) object = (rt_object *)(void *)value;
        rt_pack_object(&pack, object);
        if (wrong == 5) rt_pack_int(&pack, 1); /* too much */
        assert_int_equal(rt_pack_end(&pack, &arguments), RT_OK);
        serve(f, RT_CALL_SELECT, arguments);
        assert_int_equal(f->a.status,
                         wrong == 3 || wrong == 4 ? RT_EUSAGE : RT_EDAMAGED);
        assert_null(f->a.result);
    }
    rt_object_unref((rt_object *)(void *)value);
}

/* Answers that are none. */
static void test_choice_refuses_other_answers(void **state) {
    fixture *f = *state;
    rt_case *receiving = add(f, f->one, RT_CASE_RECV);
    rt_item text = {.kind = RT_ITEM_NIL};
    assert_int_equal(rt_item_set_string(&text, "longer than sixteen bytes", 25),
                     RT_OK);
    for (int wrong = 0; wrong < 4; wrong++) {
        rt_pack pack;
        rt_pack_begin(&pack);
        rt_pack_int(&pack, wrong == 0 ? 1 : wrong == 1 ? -1 : 0);
        rt_pack_int(&pack, wrong == 2 ? RT_ECANCELLED : RT_OK);
        rt_pack_item(&pack, &text);
        if (wrong == 3) rt_pack_int(&pack, 1);
        assert_int_equal(rt_pack_end(&pack, &f->a.result), RT_OK);
        assert_int_equal(read_answer(f), RT_EDAMAGED);
        assert_null(f->near->chosen);
        assert_int_equal(receiving->item.kind, RT_ITEM_NIL);
        rt_message_free(f->a.result);
        f->a.result = NULL;
    }
    rt_item_clear(&text);
}

static void test_choice_without_memory_takes_nothing(void **state) {
    fixture *f = *state;
    (void)add(f, f->one, RT_CASE_RECV);
    rt_case *sending = add(f, f->two, RT_CASE_SEND);
    sending->item = (rt_item){.kind = RT_ITEM_INT, .as.integer = 3};
    rt_case *list[4];
    list_cases(f, list);
    for (size_t nth = 1;; nth++) {
        rt_message *arguments;
        rt_alloc_fail(nth, 0);
        int status =
            rt_choice_write(RT_CALL_SELECT, list, 2, RT_NEVER, 1, &arguments);
        if (status == RT_OK) {
            serve(f, RT_CALL_SELECT, arguments);
            status = f->a.status;
        }
        rt_alloc_fail(0, 0);
        if (status == RT_OK) break;
        assert_int_equal(status, RT_ENOMEMORY);
        assert_true(nth < 100);
        /* Either nothing was sent, or the answer found no memory. */
        (void)try_recv(f->two);
        assert_int_equal(try_send(f->one, 1), RT_EFULL);
    }
    assert_int_equal(try_recv(f->two), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_choice_is_carried_out_at_once),
        TEST(test_choice_is_carried_out_later),
        TEST(test_choice_sends_what_came),
        TEST(test_choice_without_patience_is_empty),
        TEST(test_choice_loses_patience),
        TEST(test_choice_is_withdrawn),
        TEST(test_choice_of_closed_says_so),
        TEST(test_choice_watched_takes_nothing),
        TEST(test_choice_refuses_other_arguments),
        TEST(test_choice_refuses_other_answers),
        TEST(test_choice_without_memory_takes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
