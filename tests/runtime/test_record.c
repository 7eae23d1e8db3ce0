/* Records: there and back, what is heard of others, texts, and damaged ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exec/record.h"
#include "failing.h"

static rt_message *new_records(void) {
    rt_message *records = rt_records_new();
    assert_non_null(records);
    return records;
}

static void add(rt_message *records, const rt_record *record) {
    assert_int_equal(rt_record_add(records, record), RT_OK);
}

static rt_record task(uint32_t id, int64_t pid) {
    return (rt_record){.key = {RT_RECORD_TASK, id, 0, pid},
                       .handle = id,
                       .state = RT_RECORD_WAITING};
}

/* A record with all there is in it. */
static rt_record full(void) {
    rt_record record = {.key = {RT_RECORD_TASK, 3, 12, 4711},
                        .handle = 3,
                        .parent = 4710,
                        .tid = 4712,
                        .state = RT_RECORD_WAITING,
                        .is_held = true,
                        .holder = {RT_RECORD_THREAD, 9, 0, 4711}};
    rt_record_set(&record, RT_RECORD_NAME, "reader");
    rt_record_set(&record, RT_RECORD_WAIT, "lock");
    rt_record_set(&record, RT_RECORD_OBJECT, "Lock 7");
    rt_record_set(&record, RT_RECORD_PLACE, "app.lua:7");
    rt_record_set(&record, RT_RECORD_HELD_AT, "app.lua:5");
    rt_record_set(&record, RT_RECORD_STARTED_AT, "app.lua:2");
    rt_record_set(&record, RT_RECORD_TRACEBACK,
                  "app.lua:7: in f\napp.lua:9: in main chunk");
    return record;
}

static void check_equal(const rt_record *a, const rt_record *b) {
    assert_true(rt_record_key_equal(&a->key, &b->key));
    assert_int_equal(a->key.kind, b->key.kind);
    assert_int_equal(a->handle, b->handle);
    assert_int_equal(a->parent, b->parent);
    assert_int_equal(a->tid, b->tid);
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->is_held, b->is_held);
    assert_true(rt_record_key_equal(&a->holder, &b->holder));
    for (int i = 0; i < RT_RECORD_TEXTS; i++) {
        assert_int_equal(a->texts[i] != NULL, b->texts[i] != NULL);
        assert_int_equal(a->sizes[i], b->sizes[i]);
        if (a->texts[i])
            assert_memory_equal(a->texts[i], b->texts[i], a->sizes[i]);
    }
}

/* Those of the list, in its order, and no more. */
static void check_list(const rt_message *records, const rt_record *expected,
                       size_t count) {
    rt_record_reader reader;
    rt_record record;
    assert_int_equal(rt_records_count(records), count);
    assert_int_equal(rt_records_check(records), RT_OK);
    assert_int_equal(rt_record_reader_init(&reader, records), RT_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(rt_record_read(&reader, &record), RT_OK);
        check_equal(&record, &expected[i]);
    }
    assert_int_equal(rt_record_read(&reader, &record), RT_ECLOSED);
    assert_int_equal(rt_record_read(&reader, &record), RT_ECLOSED);
}

static void test_record_there_and_back(void **state) {
    (void)state;
    rt_record expected[3] = {full(), task(1, 5), task(UINT32_MAX, INT32_MAX)};
    rt_record_set(&expected[1], RT_RECORD_NAME, ""); /* which is a name */
    rt_message *records = new_records(), *more = new_records();
    check_list(records, expected, 0);
    add(records, &expected[0]);
    check_list(records, expected, 1);
    assert_int_equal(rt_records_append(records, more), RT_OK);
    check_list(records, expected, 1);
    add(more, &expected[1]);
    add(more, &expected[2]);
    assert_int_equal(rt_records_append(records, more), RT_OK);
    check_list(records, expected, 3);
    rt_message_free(records);
    rt_message_free(more);
}

/* ---- keys ---- */

static void check_key(rt_record_key key, const char *expected) {
    char text[RT_RECORD_KEY_TEXT];
    rt_record_describe(&key, 42, text);
    assert_string_equal(text, expected);
}

static void test_record_describes_keys(void **state) {
    (void)state;
    check_key((rt_record_key){RT_RECORD_MAIN, 0, 0, 42}, "the main strand");
    check_key((rt_record_key){RT_RECORD_PROCESS, 0, 0, 43},
              "the main strand of process 43");
    check_key((rt_record_key){RT_RECORD_PROGRAM, 0, 0, 43}, "process 43");
    check_key((rt_record_key){RT_RECORD_THREAD, 2, 0, 42}, "thread 2");
    check_key((rt_record_key){RT_RECORD_TASK, 3, 0, 42}, "task 3");
    check_key((rt_record_key){RT_RECORD_TASK, 3, 2, 42}, "task 3 of thread 2");
    check_key(
        (rt_record_key){RT_RECORD_TASK, UINT32_MAX, UINT32_MAX, INT32_MAX},
        "task 4294967295 of thread 4294967295 of process 2147483647");
}

static void test_record_key_of_a_party(void **state) {
    (void)state;
    rt_party party = {.kind = RT_PARTY_TASK, .id = 3, .thread = 2};
    rt_record_key key = rt_record_key_of(&party);
    rt_record_key expected = {RT_RECORD_TASK, 3, 2, getpid()};
    assert_true(rt_record_key_equal(&key, &expected));
    party = (rt_party){
        .kind = RT_PARTY_MAIN, .process = &party, .strand = 1, .pid = 43};
    key = rt_record_key_of(&party);
    /* A child is the main strand of its program to itself. */
    expected = (rt_record_key){RT_RECORD_PROCESS, 0, 0, 43};
    assert_true(rt_record_key_equal(&key, &expected));
    expected.pid = 44;
    assert_false(rt_record_key_equal(&key, &expected));
}

/* ---- hearsay ---- */

/* Of task `id`: task `holder` has what it waits for. */
static rt_record heard_of(uint32_t id, uint32_t holder) {
    rt_record record = task(id, 5);
    record.state = RT_RECORD_HEARSAY;
    record.is_held = true;
    record.holder = (rt_record_key){RT_RECORD_TASK, holder, 0, 6};
    rt_record_set(&record, RT_RECORD_HELD_AT, "there.lua:1");
    return record;
}

static void hold(rt_record *record, const rt_record *heard) {
    record->is_held = true;
    record->holder = heard->holder;
    rt_record_set(record, RT_RECORD_HELD_AT, "there.lua:1");
}

static void test_record_takes_what_is_heard(void **state) {
    (void)state;
    rt_record heard[] = {heard_of(1, 10), heard_of(2, 20), heard_of(3, 30),
                         heard_of(4, 40)};
    rt_record own[] = {task(1, 5), task(2, 5), task(3, 5), task(1, 7)};
    own[1].is_held = true; /* it knows better */
    own[1].holder = (rt_record_key){RT_RECORD_TASK, 9, 0, 5};
    own[2].state = RT_RECORD_READY; /* it does not wait any more */
    for (int keeps_rest = 0; keeps_rest < 2; keeps_rest++) {
        rt_message *records = new_records(), *others = new_records();
        for (size_t i = 0; i < 4; i++) add(records, &own[i]);
        assert_int_equal(rt_records_fold(records, others, keeps_rest), RT_OK);
        check_list(records, own, 4);
        for (size_t i = 0; i < 4; i++) add(others, &heard[i]);
        assert_int_equal(rt_records_fold(records, others, keeps_rest), RT_OK);
        rt_record expected[] = {own[0], own[1], own[2], own[3], heard[3]};
        hold(&expected[0], &heard[0]);
        check_list(records, expected, keeps_rest ? 5 : 4);
        rt_message_free(records);
        rt_message_free(others);
    }
}

/* ---- texts ---- */

static void check_text(const rt_buffer *buffer, const char *expected) {
    assert_int_equal(buffer->size, strlen(expected));
    assert_memory_equal(buffer->bytes, expected, buffer->size);
}

static rt_message *two_of_4711(void) {
    rt_message *records = new_records();
    rt_record holder = {.key = {RT_RECORD_THREAD, 9, 0, 4711},
                        .handle = 9,
                        .state = RT_RECORD_BLOCKED};
    rt_record record = full();
    rt_record_set(&holder, RT_RECORD_NAME, "w\x1b[1m");
    rt_record_set(&holder, RT_RECORD_WAIT, "read");
    rt_record_set(&holder, RT_RECORD_OBJECT, "standard input");
    add(records, &record);
    add(records, &holder);
    return records;
}

static void test_record_as_text(void **state) {
    (void)state;
    rt_message *records = two_of_4711();
    rt_buffer text;
    rt_buffer_init(&text);
    assert_int_equal(rt_records_write_text(&text, records, 4711), RT_OK);
    check_text(&text, "plait: process 4711, 2 strands\n"
                      "task 3 of thread 12 'reader' waits (lock) at app.lua:7 "
                      "for Lock 7\n"
                      "    held by thread 9 'w\\27[1m', acquired at app.lua:5\n"
                      "    started at app.lua:2\n"
                      "    app.lua:7: in f\n"
                      "    app.lua:9: in main chunk\n"
                      "thread 9 'w\\27[1m' does not answer: it is in read of "
                      "standard input\n");
    text.size = 0;
    assert_int_equal(rt_records_write_lines(&text, records, 1, false), RT_OK);
    check_text(&text, "  task 3 of thread 12 of process 4711 'reader' waits "
                      "(lock) at app.lua:7 for Lock 7, started at app.lua:2\n"
                      "  thread 9 of process 4711 'w\\27[1m' does not answer: "
                      "it is in read of standard input\n");
    rt_buffer_deinit(&text);
    rt_message_free(records);
}

static void test_record_as_json(void **state) {
    (void)state;
    rt_message *records = two_of_4711();
    rt_buffer text;
    rt_buffer_init(&text);
    assert_int_equal(rt_records_write_json(&text, records, 4711), RT_OK);
    check_text(
        &text,
        "[\n  {\"kind\": \"task\", \"key\": \"task 3 of thread 12\", \"id\": 3,"
        " \"thread\": 12, \"pid\": 4711, \"parent\": 4710, \"tid\": 4712,"
        " \"state\": \"waiting\", \"held_by\": \"thread 9\","
        " \"name\": \"reader\", \"wait\": \"lock\", \"object\": \"Lock 7\","
        " \"place\": \"app.lua:7\", \"held_at\": \"app.lua:5\","
        " \"started_at\": \"app.lua:2\", \"traceback\":"
        " \"app.lua:7: in f\\u000aapp.lua:9: in main chunk\"},\n"
        "  {\"kind\": \"thread\", \"key\": \"thread 9\", \"id\": 9,"
        " \"pid\": 4711, \"state\": \"blocked\", \"name\": \"w\\u001b[1m\","
        " \"wait\": \"read\", \"object\": \"standard input\"}\n]\n");
    rt_buffer_deinit(&text);
    rt_message_free(records);
}

static void test_record_json_strings(void **state) {
    (void)state;
    static const char bytes[] = "a\"\\\n\0\xc3\xa9\xff\xe2\x82\xed\xa0\x80\x7f";
    rt_buffer text;
    rt_buffer_init(&text);
    assert_int_equal(rt_json_add_string(&text, bytes, sizeof bytes - 1), RT_OK);
    check_text(&text, "\"a\\\"\\\\\\u000a\\u0000\xc3\xa9\\ufffd\\ufffd\\ufffd"
                      "\\ufffd\\ufffd\\ufffd\\u007f\"");
    rt_buffer_deinit(&text);
}

/* ---- what comes from elsewhere ---- */

/* Whatever is in it, everything that reads it says so or copes. */
static int read_everything(const uint8_t *bytes, size_t size) {
    rt_message *records = rt_message_new(), *copy = new_records();
    rt_record one = task(1, 5);
    rt_buffer text;
    rt_buffer_init(&text);
    add(copy, &one);
    assert_int_equal(rt_buffer_add(&records->bytes, bytes, size), RT_OK);
    int status = rt_records_check(records);
    assert_true(status == RT_OK || status == RT_EDAMAGED);
    (void)rt_records_count(records);
    int reads[] = {rt_records_write_text(&text, records, 4711),
                   rt_records_write_json(&text, records, 4711)};
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++)
        assert_true(reads[i] == RT_OK ||
                    (reads[i] == RT_EDAMAGED && status == RT_EDAMAGED));
    if (status == RT_OK)
        assert_int_equal(rt_records_fold(copy, records, true), RT_OK);
    assert_int_equal(rt_records_check(copy), RT_OK);
    rt_buffer_deinit(&text);
    rt_message_free(records);
    rt_message_free(copy);
    return status;
}

/* The bytes of two records, one of them hearsay. */
static size_t put_records(uint8_t bytes[1000]) {
    rt_message *records = new_records();
    rt_record first = full(), second = heard_of(1, 2);
    add(records, &first);
    add(records, &second);
    size_t size = records->bytes.size;
    assert_true(size <= 1000);
    memcpy(bytes, records->bytes.bytes, size);
    rt_message_free(records);
    return size;
}

static void test_record_cut_off_is_damaged(void **state) {
    (void)state;
    uint8_t bytes[1000];
    size_t size = put_records(bytes);
    assert_int_equal(read_everything(bytes, size), RT_OK);
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(read_everything(bytes, cut), RT_EDAMAGED);
    bytes[size] = 0xc0; /* more than the header says */
    assert_int_equal(read_everything(bytes, size + 1), RT_EDAMAGED);
}

static void test_record_survives_damage(void **state) {
    (void)state;
    /* Of each kind that a value may begin with, and the ends of their lengths. */
    static const uint8_t values[] = {0,    0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0,
                                     0xc4, 0xcb, 0xcf, 0xd3, 0xd9, 0xdb, 0xff};
    uint8_t original[1000], bytes[1000];
    size_t size = put_records(original);
    for (size_t at = 0; at < size; at++)
        for (size_t i = 0; i < sizeof values; i++) {
            memcpy(bytes, original, size);
            bytes[at] = values[i];
            (void)read_everything(bytes, size);
        }
    unsigned seed = 4711;
    for (int round = 0; round < 2000; round++) {
        memcpy(bytes, original, size);
        for (int i = 0; i <= round % 8; i++) {
            seed = seed * 1103515245 + 12345;
            bytes[(seed >> 8) % size] ^= (uint8_t)(1 << (seed >> 4) % 8);
        }
        (void)read_everything(bytes, size);
    }
}

/* As one that another program has made. */
static void check_refused(const rt_record *record) {
    rt_message *records = new_records();
    add(records, record);
    assert_int_equal(rt_records_check(records), RT_EDAMAGED);
    rt_message_free(records);
}

static void test_record_refuses_what_nobody_is(void **state) {
    (void)state;
    const rt_record_key keys[] = {
        {RT_RECORD_KINDS, 0, 0, 5},
        {(rt_record_kind)-1, 0, 0, 5},
        {RT_RECORD_TASK, -1, 0, 5},
        {RT_RECORD_TASK, INT64_C(1) << 32, 0, 5},
        {RT_RECORD_TASK, 1, -1, 5},
        {RT_RECORD_TASK, 1, INT64_C(1) << 32, 5},
        {RT_RECORD_TASK, 1, 0, -1},
        {RT_RECORD_TASK, 1, 0, INT64_C(1) << 31},
        {RT_RECORD_TASK, INT64_MAX, INT64_MAX, INT64_MAX},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        rt_record record = task(1, 5);
        record.key = keys[i];
        check_refused(&record);
        record = task(1, 5);
        record.holder = keys[i];
        check_refused(&record);
    }
    rt_record record = task(1, 5);
    record.state = RT_RECORD_STATES;
    check_refused(&record);
    record.state = (rt_record_state)-1;
    check_refused(&record);
}

/* Values of other types, or other counts of them, than records have. */
static void test_record_refuses_other_messages(void **state) {
    (void)state;
    for (uint32_t count = 1; count < 50; count++) {
        rt_message *integers = rt_message_new(), *nils = rt_message_new();
        assert_int_equal(rt_encode_header(&integers->bytes, count, 0), RT_OK);
        assert_int_equal(rt_encode_header(&nils->bytes, count, 0), RT_OK);
        for (uint32_t i = 0; i < count; i++) {
            assert_int_equal(rt_encode_int(&integers->bytes, 0), RT_OK);
            assert_int_equal(rt_encode_nil(&nils->bytes), RT_OK);
        }
        assert_int_equal(rt_records_check(integers), RT_EDAMAGED);
        assert_int_equal(rt_records_check(nils), RT_EDAMAGED);
        rt_message_free(integers);
        rt_message_free(nils);
    }
}

static void test_record_without_memory(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    rt_record own = task(1, 5), heard = heard_of(1, 2);
    rt_message *records = new_records(), *others = new_records();
    add(records, &own);
    add(others, &heard);
    int status = RT_ENOMEMORY;
    for (size_t nth = 1; status == RT_ENOMEMORY; nth++) {
        rt_alloc_fail(nth, 0);
        status = rt_records_fold(records, others, false);
        rt_alloc_fail(0, 0);
        rt_record expected = own;
        if (status == RT_OK) hold(&expected, &heard);
        check_list(records, &expected, 1);
    }
    assert_int_equal(status, RT_OK);
    rt_message_free(records);
    rt_message_free(others);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_record_there_and_back),
        cmocka_unit_test(test_record_describes_keys),
        cmocka_unit_test(test_record_key_of_a_party),
        cmocka_unit_test(test_record_takes_what_is_heard),
        cmocka_unit_test(test_record_as_text),
        cmocka_unit_test(test_record_as_json),
        cmocka_unit_test(test_record_json_strings),
        cmocka_unit_test(test_record_cut_off_is_damaged),
        cmocka_unit_test(test_record_survives_damage),
        cmocka_unit_test(test_record_refuses_what_nobody_is),
        cmocka_unit_test(test_record_refuses_other_messages),
        cmocka_unit_test(test_record_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
