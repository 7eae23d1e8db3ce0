/* What is picked, what of it is kept, and which journals are refused. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "exec/picker.h"

enum { CAPACITY = 64, LOG_BYTES = 32 };

typedef struct file {
    char path[64];
    rt_schedule head;
    uint32_t picks[2 * CAPACITY];
    char log[LOG_BYTES];
} file;

static void make(file *f, rt_pick_strategy strategy) {
    memset(f, 0, sizeof *f);
    strcpy(f->path, "/tmp/plait-picker-XXXXXX");
    memcpy(f->head.magic, RT_SCHEDULE_MAGIC, 8);
    f->head.size = sizeof f->head + sizeof f->picks + sizeof f->log;
    f->head.capacity = CAPACITY;
    f->head.strategy = strategy;
    f->head.seed = 7;
    f->head.depth = 3;
    f->head.expected = 20;
}

/* So many bytes of it. */
static rt_picker *open_part(file *f, size_t size) {
    int fd = mkstemp(f->path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, &f->head, size), size);
    (void)close(fd);
    rt_picker *picker = rt_picker_open(f->path);
    (void)unlink(f->path);
    strcpy(f->path, "/tmp/plait-picker-XXXXXX");
    return picker;
}

static rt_picker *open_file(file *f) {
    rt_picker *picker = open_part(f, f->head.size);
    assert_non_null(picker);
    return picker;
}

static void assert_refused(file *f, size_t size) {
    assert_null(open_part(f, size));
}

static const uint64_t three[] = {1, 2, 3};

static void test_picker_refuses_what_is_no_journal(void **state) {
    (void)state;
    file f;
    make(&f, RT_PICK_FIRST);
    assert_null(rt_picker_open("/nonexistent/journal"));
    assert_refused(&f, 0);
    assert_refused(&f, sizeof f.head - 1);
    assert_refused(&f, f.head.size - 1);
    f.head.magic[6] = '2';
    assert_refused(&f, f.head.size);
    make(&f, RT_PICK_STRATEGIES);
    assert_refused(&f, f.head.size);
    make(&f, RT_PICK_REPEAT);
    f.head.given = CAPACITY + 1;
    assert_refused(&f, f.head.size);
    make(&f, RT_PICK_FIRST);
    f.head.capacity = 0x80000000u;
    assert_refused(&f, f.head.size);
}

static void test_picker_keeps_what_it_picks(void **state) {
    (void)state;
    file f;
    make(&f, RT_PICK_RANDOM);
    rt_picker *picker = open_file(&f);
    rt_schedule *s = rt_picker_schedule(picker);
    assert_int_equal(s->stage, RT_JOURNAL_BEGUN);
    for (unsigned i = 0; i < 2 * CAPACITY; i++) {
        int which = rt_picker_pick(picker, three, 3, (uint16_t)i);
        assert_in_range(which, 0, 2);
        if (i < CAPACITY)
            assert_int_equal(s->picks[CAPACITY + i], RT_PICK(which, 3, i));
    }
    assert_int_equal(s->made, 2 * CAPACITY); /* no more than there is room */
    rt_picker_log(picker, "abc\n", 4);
    assert_int_equal(s->log_size, 0);
    s->has_log = 1;
    for (int i = 0; i < LOG_BYTES; i++) rt_picker_log(picker, "abc\n", 4);
    assert_int_equal(s->log_size, LOG_BYTES);
    assert_memory_equal((char *)&s->picks[2 * CAPACITY], "abc\nabc\n", 8);
    rt_picker_close(picker);
}

static void test_picker_repeats(void **state) {
    (void)state;
    file f;
    make(&f, RT_PICK_REPEAT);
    f.picks[1] = RT_PICK(2, 3, 9);
    f.picks[2] = RT_PICK(1, 2, 9);
    f.head.given = 3;
    rt_picker *picker = open_file(&f);
    assert_int_equal(rt_picker_pick(picker, three, 3, 9), 0);
    assert_int_equal(rt_picker_pick(picker, three, 3, 8), 2); /* a hint */
    assert_int_equal(rt_picker_pick(picker, three, 3, 9), 1);
    assert_int_equal(rt_picker_pick(picker, three, 3, 9), 0); /* no more */
    rt_picker_close(picker);

    f.picks[2] = RT_PICK(1, 2, 9);
    f.head.is_strict = 1;
    picker = open_file(&f);
    assert_int_equal(rt_picker_pick(picker, three, 3, 5), 0);
    assert_int_equal(rt_picker_pick(picker, three, 3, 9), 2);
    assert_int_equal(rt_picker_pick(picker, three, 3, 9), -1); /* of others */
    rt_picker_close(picker);

    picker = open_file(&f);
    assert_int_equal(rt_picker_pick(picker, three, 3, 5), 0);
    assert_int_equal(rt_picker_pick(picker, three, 3, 8), -1); /* elsewhere */
    rt_picker_close(picker);
}

/* With priorities the same one goes on, but at the places where they change; and
 * who was lowered is picked when nobody else is there. */
static void test_picker_goes_by_priorities(void **state) {
    (void)state;
    file f;
    make(&f, RT_PICK_PCT);
    f.head.depth = 1;
    rt_picker *picker = open_file(&f);
    int first = rt_picker_pick(picker, three, 3, 0);
    for (int i = 0; i < 50; i++)
        assert_int_equal(rt_picker_pick(picker, three, 3, 0), first);
    rt_picker_lower(picker, three[first]);
    assert_int_not_equal(rt_picker_pick(picker, three, 3, 0), first);
    uint64_t same[] = {three[first], three[first]};
    assert_in_range(rt_picker_pick(picker, same, 2, 0), 0, 1);
    int seen = 0; /* nobody is picked for ever */
    for (int i = 0; i < 2000; i++)
        seen |= 1 << rt_picker_pick(picker, three, 3, 0);
    assert_int_equal(seen, 7);
    rt_picker_close(picker);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_picker_refuses_what_is_no_journal),
        cmocka_unit_test(test_picker_keeps_what_it_picks),
        cmocka_unit_test(test_picker_repeats),
        cmocka_unit_test(test_picker_goes_by_priorities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
