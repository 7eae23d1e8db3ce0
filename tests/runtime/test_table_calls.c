/* What other processes may ask of a table: rt_object_type.call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/call.h"
#include "data/encode.h"
#include "data/table.h"

/* ---- asking ---- */

static rt_item integer(int64_t value) {
    return (rt_item){.kind = RT_ITEM_INT, .as.integer = value};
}

static rt_item text(const char *bytes) {
    return rt_item_borrow(bytes, strlen(bytes)); /* short: it owns nothing */
}

static const rt_item nothing = {.kind = RT_ITEM_NIL};

#define LONG_TEXT "a string that is longer than sixteen bytes"

static rt_item long_text(void) {
    rt_item item;
    assert_int_equal(rt_item_set_string(&item, LONG_TEXT, strlen(LONG_TEXT)),
                     RT_OK);
    return item;
}

/* {1, {2}} with the inner one in itself, as a message. */
static rt_item plain_table(void) {
    rt_message *message = rt_message_new();
    assert_non_null(message);
    rt_buffer *to = &message->bytes;
    int status = rt_encode_header(to, 1, 2) || rt_encode_node(to, 0);
    for (uint32_t i = 0; i < 2; i++)
        status = status || rt_encode_array(to, 6) ||
                 rt_encode_int(to, RT_NODE_TABLE) || rt_encode_int(to, 2) ||
                 rt_encode_int(to, 0) || rt_encode_nil(to) ||
                 rt_encode_int(to, i + 1) || rt_encode_node(to, 1);
    assert_int_equal(status, 0);
    return (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = message};
}

/* The answer. */
static int replies, reply_status;
static rt_message *reply_message;

static void on_reply(rt_call *call, int status, rt_message *result) {
    assert_null(call->arguments);
    replies++;
    reply_status = status;
    reply_message = result;
}

static rt_message *to_message(rt_item *arguments, size_t count) {
    rt_message *message = NULL;
    if (count > 0)
        assert_int_equal(rt_items_encode(arguments, count, &message), RT_OK);
    return message;
}

/* Takes the message; the answer's message is in `reply_message`. */
static int send(rt_table *t, int operation, rt_message *arguments) {
    rt_call call = {.operation = operation,
                    .party = 1,
                    .arguments = arguments,
                    .object = (rt_object *)(void *)t,
                    .reply = on_reply};
    replies = 0;
    rt_table_type.call(call.object, &call);
    assert_int_equal(replies, 1);
    return reply_status;
}

/* Takes what the arguments own; the answer has to be of `result_count`. */
static int ask(rt_table *t, int operation, rt_item *arguments, size_t count,
               rt_item *results, size_t result_count) {
    int status = send(t, operation, to_message(arguments, count));
    if (status != RT_OK) {
        assert_null(reply_message);
        return status;
    }
    assert_int_equal(rt_items_decode(results, result_count, reply_message),
                     RT_OK);
    return status;
}

static rt_item get(rt_table *t, rt_item key) {
    rt_item value;
    assert_int_equal(ask(t, RT_TABLE_GET, &key, 1, &value, 1), RT_OK);
    return value;
}

static void set(rt_table *t, rt_item key, rt_item value) {
    rt_item items[2] = {key, value};
    assert_int_equal(ask(t, RT_TABLE_SET, items, 2, NULL, 0), RT_OK);
}

static rt_table *as_table(const rt_item *item) {
    assert_int_equal(item->kind, RT_ITEM_OBJECT);
    return (rt_table *)(void *)item->as.object;
}

/* ---- facts ---- */

static void test_table_calls_get_and_set(void **state) {
    (void)state;
    rt_table *t = rt_table_new(NULL);
    assert_int_equal(get(t, text("x")).kind, RT_ITEM_NIL);
    set(t, text("x"), integer(7));
    assert_int_equal(get(t, text("x")).as.integer, 7);
    set(t, integer(1), long_text());
    rt_item value = get(t, (rt_item){.kind = RT_ITEM_FLOAT, .as.number = 1.0});
    assert_int_equal(value.kind, RT_ITEM_STRING);
    rt_item_clear(&value);
    assert_int_equal(ask(t, RT_TABLE_LENGTH, NULL, 0, &value, 1), RT_OK);
    assert_int_equal(value.as.integer, 1);
    set(t, text("x"), nothing);
    assert_int_equal(get(t, text("x")).kind, RT_ITEM_NIL);
    rt_object_unref((rt_object *)(void *)t);
}

static void test_table_calls_build_what_is_set(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_cycles *cycles = rt_cycles_new();
    rt_table *t = rt_table_new(cycles);
    set(t, text("t"), plain_table());
    rt_item outer = get(t, text("t")), again = get(t, text("t"));
    rt_item inner = get(as_table(&outer), integer(2));
    rt_item self = get(as_table(&inner), integer(2));
    assert_ptr_equal(outer.as.object, again.as.object);
    assert_ptr_equal(inner.as.object, self.as.object);
    rt_item_clear(&outer);
    rt_item_clear(&again);
    rt_item_clear(&inner);
    rt_item_clear(&self);
    rt_object_unref((rt_object *)(void *)t);
    assert_int_equal(rt_cycles_collect(cycles), 1);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_table_calls_swap(void **state) {
    (void)state;
    rt_cycles *cycles = rt_cycles_new();
    rt_table *t = rt_table_new(cycles);
    rt_item key = text("x"), looked[2], result;
    set(t, text("x"), integer(1));
    assert_int_equal(ask(t, RT_TABLE_LOOK, &key, 1, looked, 2), RT_OK);
    assert_int_equal(looked[1].as.integer, 1);
    rt_item items[3] = {text("x"), looked[0], integer(2)};
    assert_int_equal(ask(t, RT_TABLE_SWAP, items, 3, &result, 1), RT_OK);
    assert_int_equal(result.kind, RT_ITEM_NIL);
    assert_int_equal(get(t, text("x")).as.integer, 2);
    rt_item old[3] = {text("x"), looked[0], plain_table()};
    assert_int_equal(ask(t, RT_TABLE_SWAP, old, 3, &result, 1), RT_ECHANGED);
    rt_object_unref((rt_object *)(void *)t);
    rt_cycles_free(cycles);
}

/* A table that was made of the value is what the caller gets. */
static void test_table_calls_swap_gives_what_was_made(void **state) {
    (void)state;
    rt_cycles *cycles = rt_cycles_new();
    rt_table *t = rt_table_new(cycles);
    rt_item key = text("x"), looked[2], result;
    assert_int_equal(ask(t, RT_TABLE_LOOK, &key, 1, looked, 2), RT_OK);
    rt_item items[3] = {text("x"), looked[0], plain_table()};
    assert_int_equal(ask(t, RT_TABLE_SWAP, items, 3, &result, 1), RT_OK);
    rt_item value = get(t, text("x"));
    assert_true(rt_item_same(&value, &result));
    rt_item_clear(&value);
    rt_item_clear(&result);
    rt_object_unref((rt_object *)(void *)t);
    rt_cycles_free(cycles);
}

static void test_table_calls_give_all(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_table *t = rt_table_new(NULL);
    set(t, text("x"), integer(1));
    set(t, integer(1), long_text());
    rt_error err;
    assert_int_equal(send(t, RT_TABLE_ALL, NULL), RT_OK);
    assert_int_equal(rt_message_check(reply_message->bytes.bytes,
                                      reply_message->bytes.size,
                                      reply_message->object_count, &err),
                     RT_OK);
    rt_message_free(reply_message);
    rt_object_unref((rt_object *)(void *)t);
    assert_int_equal(rt_alloc_count(), before);
}

/* Whatever a peer sends that is a message is answered, and nothing is lost. */
static void test_table_calls_refuse_nonsense(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_cycles *cycles = rt_cycles_new();
    rt_table *t = rt_table_new(cycles);
    for (int operation = -1; operation < 10; operation++) {
        for (size_t count = 0; count < 5; count++) {
            for (int what = 0; what < 5; what++) {
                rt_item items[4];
                for (size_t i = 0; i < 4; i++)
                    items[i] = what == 0   ? nothing
                               : what == 1 ? integer(3)
                               : what == 2 ? text("x")
                                           : long_text();
                rt_item last = what == 4 ? plain_table() : nothing;
                if (what == 4 && count > 0) {
                    rt_item_clear(&items[count - 1]);
                    items[count - 1] = last;
                } else {
                    rt_item_clear(&last);
                }
                int status = send(t, operation,
                                  to_message(items, count < 4 ? count : 4));
                assert_true(status == RT_OK || status == RT_ETYPE ||
                            status == RT_EDAMAGED || status == RT_EUSAGE ||
                            status == RT_ECHANGED);
                rt_message_free(reply_message);
                for (size_t i = count; i < 4; i++) rt_item_clear(&items[i]);
            }
        }
    }
    rt_item keys[] = {nothing, {.kind = RT_ITEM_FLOAT, .as.number = 0.0 / 0.0}};
    for (int i = 0; i < 2; i++) {
        rt_item items[2] = {keys[i], integer(1)};
        assert_int_equal(ask(t, RT_TABLE_SET, items, 2, NULL, 0), RT_ETYPE);
    }
    rt_object_unref((rt_object *)(void *)t);
    rt_cycles_free(cycles);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_table_calls_without_memory(void **state) {
    (void)state;
    rt_cycles *cycles = rt_cycles_new();
    rt_table *t = rt_table_new(cycles);
    set(t, text("old"), long_text());
    for (int operation = RT_TABLE_GET; operation <= RT_TABLE_SWAP;
         operation++) {
        for (size_t nth = 1;; nth++) {
            size_t before = rt_alloc_count();
            rt_item items[3] = {text("old"), integer(0), plain_table()};
            size_t count = 3;
            if (operation != RT_TABLE_SWAP) {
                count = operation == RT_TABLE_SET ? 2 : 1;
                items[1] = items[2];
            }
            if (operation == RT_TABLE_SET) items[0] = text("new");
            if (count == 1) rt_item_clear(&items[2]);
            bool has_none =
                operation == RT_TABLE_LENGTH || operation == RT_TABLE_ALL;
            rt_message *arguments = has_none ? NULL : to_message(items, count);
            rt_alloc_fail(nth, 0);
            int status = send(t, operation, arguments);
            rt_alloc_fail(0, 0);
            rt_message_free(reply_message);
            if (status != RT_ENOMEMORY) {
                assert_true(status == RT_OK || status == RT_ECHANGED);
                break;
            }
            (void)rt_cycles_collect(cycles);
            assert_int_equal(rt_alloc_count(), before);
            if (operation == RT_TABLE_SET)
                assert_int_equal(get(t, text("new")).kind, RT_ITEM_NIL);
            assert_true(nth < 60);
        }
    }
    rt_item old = get(t, text("old"));
    assert_int_equal(old.kind, RT_ITEM_STRING);
    rt_item_clear(&old);
    rt_object_unref((rt_object *)(void *)t);
    rt_cycles_free(cycles);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_calls_get_and_set),
        cmocka_unit_test(test_table_calls_build_what_is_set),
        cmocka_unit_test(test_table_calls_swap),
        cmocka_unit_test(test_table_calls_swap_gives_what_was_made),
        cmocka_unit_test(test_table_calls_give_all),
        cmocka_unit_test(test_table_calls_refuse_nonsense),
        cmocka_unit_test(test_table_calls_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
