/* Censuses over a wire whose other end is in the hands of the test: what a child
 * answers, when it answers something else, or twice, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "ipc/bytes.h"
#include "ipc/grants.h"
#include "ipc/survey.h"
#include "raw_wire.h"

enum { PID = 4711, PATIENCE = 600 };

/* ---- a parent that takes a census ---- */

/* A runtime with one child, whose end of the wire the test has. */
typedef struct family {
    rt_runtime *runtime;
    rt_strand *child;
    end *end;
    rt_census_listener listener;
    rt_census *census;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_done;
    rt_message *records;
} family;

/* That of the wire that is asked: hub_ask has no other way to it. */
static rt_wire *asked;

static bool ask(rt_strand *strand, rt_part *part, int64_t limit_ns) {
    (void)strand;
    return rt_survey_ask(asked, part, limit_ns);
}

static void on_done(rt_census_listener *listener, rt_message *records) {
    family *f = rt_container_of(listener, family, listener);
    pthread_mutex_lock(&f->lock);
    f->is_done = true;
    f->records = records;
    pthread_cond_signal(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

/* The child has heard it after that. */
static void begin(family *f, uint64_t number) {
    uint64_t request;
    f->is_done = false;
    f->census = rt_census_start(f->runtime, PATIENCE * RT_SECOND, &f->listener);
    assert_non_null(f->census);
    body b = raw_hear_frame(f->end, RT_FRAME_CENSUS, &request);
    assert_int_equal(b.size, 8);
    assert_int_equal(rt_get_u64(b.bytes), PATIENCE * (uint64_t)RT_SECOND);
    assert_int_equal(request, number);
}

/* Opens the wire, and asks. */
static void open_family(family *f) {
    *f = (family){.runtime = rt_runtime_new(), .listener.on_done = on_done};
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    assert_non_null(rt_hub_of(f->runtime));
    f->end = raw_open(f->runtime, RT_PEER_CHILD);
    asked = f->end->wire;
    f->runtime->hub_ask = ask;
    f->child = rt_strand_new(f->runtime, RT_STRAND_PROCESS, "kid", "app.lua:1");
    assert_non_null(f->child);
    f->child->pid = PID;
    rt_runtime_add(f->runtime, f->child);
    raw_say_hello(f->end);
    raw_hear_frame(f->end, RT_FRAME_HELLO, NULL);
    begin(f, 1);
}

/* The census has come to one record: of the child, in that state. */
static void check_result(family *f, rt_record_state state) {
    rt_record_reader reader;
    rt_record record;
    pthread_mutex_lock(&f->lock);
    while (!f->is_done) pthread_cond_wait(&f->changed, &f->lock);
    pthread_mutex_unlock(&f->lock);
    assert_non_null(f->records);
    assert_int_equal(rt_records_count(f->records), 1);
    assert_int_equal(rt_record_reader_init(&reader, f->records), RT_OK);
    assert_int_equal(rt_record_read(&reader, &record), RT_OK);
    assert_int_equal(record.key.kind, RT_RECORD_PROCESS);
    assert_int_equal(record.key.pid, PID);
    assert_int_equal(record.handle, f->child->object.id);
    assert_int_equal(record.state, state);
    assert_memory_equal(record.texts[RT_RECORD_NAME], "kid", 3);
    assert_memory_equal(record.texts[RT_RECORD_STARTED_AT], "app.lua:1", 9);
    rt_message_free(f->records);
    f->records = NULL;
    rt_census_unref(f->census);
}

/* The wire has ended by what was said ("": it ends in order), and nothing is
 * left. */
static void close_family(family *f, const char *why) {
    if (!*why && f->end->peer >= 0) {
        (void)close(f->end->peer);
        f->end->peer = -1;
    }
    raw_wait_until_ended(f->end);
    assert_string_equal(f->end->why.message, why);
    raw_close(f->end);
    assert_true(rt_strand_finish(f->child, RT_STRAND_DONE, NULL));
    rt_object_unref(&f->child->object);
    assert_true(
        rt_runtime_shutdown(f->runtime, rt_clock_now() + 10 * RT_SECOND));
    rt_runtime_free(f->runtime);
    pthread_cond_destroy(&f->changed);
    pthread_mutex_destroy(&f->lock);
}

/* ---- what the child says ---- */

static void say_records(end *e, uint64_t request, const rt_message *records) {
    body b = {.size = 0};
    if (records) raw_add(&b, records->bytes.bytes, records->bytes.size);
    raw_add_number(&b, 0, 4);
    raw_say_frame(e, RT_FRAME_RECORDS, b.bytes, b.size, request);
}

/* Its main strand runs; maybe, task 1 of process 1 waits for it. */
static void say_running(end *e, uint64_t request, bool has_heard) {
    rt_message *records = rt_records_new();
    rt_record own = {.key = {.kind = RT_RECORD_MAIN, .pid = PID}};
    rt_record heard = {.key = {RT_RECORD_TASK, 1, 0, 1},
                       .state = RT_RECORD_HEARSAY,
                       .is_held = true,
                       .holder = own.key};
    assert_int_equal(rt_record_add(records, &own), RT_OK);
    if (has_heard) assert_int_equal(rt_record_add(records, &heard), RT_OK);
    say_records(e, request, records);
    rt_message_free(records);
}

static void test_survey_gets_an_answer(void **state) {
    (void)state;
    family f;
    open_family(&f);
    say_running(f.end, 1, false);
    check_result(&f, RT_RECORD_RUNNING);
    begin(&f, 2); /* another one has another number */
    say_running(f.end, 2, true);
    check_result(&f, RT_RECORD_RUNNING);
    close_family(&f, "");
}

/* It had no memory, or no time. */
static void test_survey_gets_no_records(void **state) {
    (void)state;
    family f;
    open_family(&f);
    say_records(f.end, 1, NULL);
    check_result(&f, RT_RECORD_BLOCKED);
    close_family(&f, "");
}

static void test_survey_of_a_child_that_ends(void **state) {
    (void)state;
    family f;
    open_family(&f);
    (void)close(f.end->peer);
    f.end->peer = -1;
    check_result(&f, RT_RECORD_BLOCKED);
    close_family(&f, "");
}

static void test_survey_takes_late_answers(void **state) {
    (void)state;
    family f;
    open_family(&f);
    rt_census_stop(f.census);
    check_result(&f, RT_RECORD_BLOCKED);
    say_running(f.end, 1, false); /* nobody wants it any more, but asked */
    begin(&f, 2);
    say_running(f.end, 2, false);
    check_result(&f, RT_RECORD_RUNNING);
    close_family(&f, "");
}

static void test_survey_refuses_a_second_answer(void **state) {
    (void)state;
    family f;
    open_family(&f);
    say_running(f.end, 1, false);
    say_running(f.end, 1, false);
    check_result(&f, RT_RECORD_RUNNING);
    close_family(&f, "records of census 1, which is not under way");
}

static void test_survey_refuses_what_nobody_asked(void **state) {
    (void)state;
    family f;
    open_family(&f);
    say_running(f.end, 2, false);
    check_result(&f, RT_RECORD_BLOCKED);
    close_family(&f, "records of census 2, which is not under way");
}

static void test_survey_refuses_other_messages(void **state) {
    (void)state;
    family f;
    rt_message *records = rt_message_new();
    assert_int_equal(
        rt_buffer_add(&records->bytes, raw_one_nil, sizeof raw_one_nil), RT_OK);
    open_family(&f);
    say_records(f.end, 1, records);
    check_result(&f, RT_RECORD_BLOCKED);
    close_family(&f, "RECORDS frame without records");
    rt_message_free(records);
}

static void test_survey_refuses_records_of_nobody(void **state) {
    (void)state;
    family f;
    rt_message *records = rt_records_new();
    rt_record nobody = {.key = {RT_RECORD_TASK, -1, 0, PID}};
    assert_int_equal(rt_record_add(records, &nobody), RT_OK);
    open_family(&f);
    say_records(f.end, 1, records);
    check_result(&f, RT_RECORD_BLOCKED);
    close_family(&f, "RECORDS frame without records");
    rt_message_free(records);
}

static void test_survey_refuses_objects(void **state) {
    (void)state;
    family f;
    body b = {.size = 0};
    raw_add(&b, raw_one_object, sizeof raw_one_object);
    raw_add_reference(&b, RT_GRANT_MINE, RT_KIND_VALUE, 1);
    raw_add_number(&b, 1, 4);
    open_family(&f);
    raw_say_frame(f.end, RT_FRAME_RECORDS, b.bytes, b.size, 1);
    check_result(&f, RT_RECORD_BLOCKED);
    close_family(&f, "RECORDS frame with objects");
}

static void test_survey_is_not_for_children_to_take(void **state) {
    (void)state;
    family f;
    uint8_t limit[8] = {0};
    open_family(&f);
    raw_say_frame(f.end, RT_FRAME_CENSUS, limit, sizeof limit, 1);
    check_result(&f, RT_RECORD_BLOCKED);
    close_family(&f, "CENSUS frame from a child");
}

/* ---- a child that is asked ---- */

static void say_census(end *e, uint64_t request, uint64_t limit_ns) {
    uint8_t bytes[8];
    rt_put_u64(bytes, limit_ns);
    raw_say_frame(e, RT_FRAME_CENSUS, bytes, sizeof bytes, request);
}

static end *open_child(rt_runtime *runtime) {
    end *e = raw_open(runtime, RT_PEER_PARENT);
    raw_say_hello(e);
    raw_hear_frame(e, RT_FRAME_HELLO, NULL);
    return e;
}

/* Any number and any time is answered, a number that was used before, too. */
static void test_survey_answers_whatever_is_asked(void **state) {
    end *e = open_child(*state);
    const uint64_t limits[] = {RT_SECOND, 0, 1, UINT64_MAX,
                               (uint64_t)INT64_MAX + 1};
    const size_t count = sizeof limits / sizeof *limits;
    raw_say_start(e);
    for (size_t i = 0; i < count; i++)
        say_census(e, i == 1 ? UINT64_MAX : 1 + i / 2, limits[i]);
    int numbers[4] = {0}, largest = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t request;
        body b = raw_hear_frame(e, RT_FRAME_RECORDS, &request);
        rt_message *records = rt_message_new();
        assert_int_equal(rt_get_u32(b.bytes + b.size - 4), 0);
        assert_int_equal(rt_buffer_add(&records->bytes, b.bytes, b.size - 4),
                         RT_OK);
        /* Nothing in it hosts strands. */
        assert_int_equal(rt_records_check(records), RT_OK);
        assert_int_equal(rt_records_count(records), 0);
        rt_message_free(records);
        if (request == UINT64_MAX)
            largest++;
        else
            numbers[request]++;
    }
    assert_int_equal(largest, 1);
    assert_int_equal(numbers[1], 1);
    assert_int_equal(numbers[2], 2);
    assert_int_equal(numbers[3], 1);
    raw_close(e);
}

static void check_child_end(void **state, bool is_started, rt_frame_type type,
                            const char *why) {
    end *e = open_child(*state);
    if (is_started) raw_say_start(e);
    if (type == RT_FRAME_CENSUS)
        say_census(e, 1, RT_SECOND);
    else
        say_running(e, 1, false);
    raw_wait_until_ended(e);
    assert_int_equal(e->why.status, RT_EDAMAGED);
    assert_string_equal(e->why.message, why);
    raw_close(e);
}

static void test_survey_has_its_order(void **state) {
    check_child_end(state, false, RT_FRAME_CENSUS, "CENSUS frame before START");
    check_child_end(state, true, RT_FRAME_RECORDS,
                    "RECORDS frame from a parent");
    check_child_end(state, false, RT_FRAME_RECORDS,
                    "RECORDS frame from a parent");
}

static void test_survey_ends_with_the_wire(void **state) {
    end *e = open_child(*state);
    raw_say_start(e);
    for (uint64_t i = 1; i <= 300; i++) say_census(e, i, RT_SECOND);
    raw_close(e); /* nobody hears the answers */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_survey_gets_an_answer),
        cmocka_unit_test(test_survey_gets_no_records),
        cmocka_unit_test(test_survey_of_a_child_that_ends),
        cmocka_unit_test(test_survey_takes_late_answers),
        cmocka_unit_test(test_survey_refuses_a_second_answer),
        cmocka_unit_test(test_survey_refuses_what_nobody_asked),
        cmocka_unit_test(test_survey_refuses_other_messages),
        cmocka_unit_test(test_survey_refuses_records_of_nobody),
        cmocka_unit_test(test_survey_refuses_objects),
        cmocka_unit_test(test_survey_is_not_for_children_to_take),
        cmocka_unit_test(test_survey_answers_whatever_is_asked),
        cmocka_unit_test(test_survey_has_its_order),
        cmocka_unit_test(test_survey_ends_with_the_wire),
    };
    return cmocka_run_group_tests(tests, raw_set_up, raw_tear_down);
}
