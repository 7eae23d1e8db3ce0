/* The frame reader: what it gives and what it refuses, whole, in pieces, cut
 * off at each byte, and damaged in each bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ipc/bytes.h"
#include "ipc/frame.h"

enum { LIMIT = 1 << 20 };

/* ---- building ---- */

static size_t put_frame(uint8_t *to, rt_frame_type type, const void *body,
                        size_t size, uint64_t request) {
    rt_frame_header(to, type, (uint32_t)size, request);
    if (size) memcpy(to + RT_FRAME_HEADER, body, size);
    return RT_FRAME_HEADER + size;
}

/* The checksum once more: what a peer that means harm would compute. */
static uint32_t sum_of(const uint8_t *head) {
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t sum = (rt_get_u64(head) + 1) * factor;
    sum = ((sum ^ (sum >> 29)) + rt_get_u32(head + 8)) * factor;
    sum = ((sum ^ (sum >> 32)) + rt_get_u64(head + 16)) * factor;
    return (uint32_t)(sum ^ (sum >> 32));
}

/* A header whose checksum is right, whatever else it says. */
static void put_odd_header(uint8_t *to, int magic, int version, int type,
                           uint32_t flags, uint32_t length, uint64_t request) {
    rt_put_u16(to, (uint16_t)magic);
    to[2] = (uint8_t)version;
    to[3] = (uint8_t)type;
    rt_put_u32(to + 4, flags);
    rt_put_u32(to + 8, length);
    rt_put_u64(to + 16, request);
    rt_put_u32(to + 12, sum_of(to));
}

static rt_frame_reader new_reader(void) {
    rt_frame_reader reader;
    rt_frame_reader_init(&reader, LIMIT);
    return reader;
}

/* ---- refusing ---- */

/* Feeds all at once, then again byte by byte: the same error both times. */
static void check_refused(const uint8_t *bytes, size_t size,
                          const char *expected) {
    for (size_t step = size; step > 0; step = step > 1 ? 1 : 0) {
        rt_frame_reader reader = new_reader();
        rt_error err = {.status = RT_OK};
        int status = RT_PENDING;
        for (size_t at = 0; at < size && status == RT_PENDING;) {
            rt_frame frame;
            size_t used;
            status =
                rt_frame_read(&reader, bytes + at, step, &used, &frame, &err);
            at += used;
        }
        assert_int_equal(status, RT_EDAMAGED);
        assert_string_equal(err.message, expected);
        rt_frame_reader_deinit(&reader);
    }
}

static void check_header(int magic, int version, int type, uint32_t flags,
                         uint32_t length, uint64_t request,
                         const char *expected) {
    uint8_t head[RT_FRAME_HEADER];
    put_odd_header(head, magic, version, type, flags, length, request);
    check_refused(head, sizeof head, expected);
}

static void test_frame_zeros_are_refused(void **state) {
    (void)state;
    uint8_t zeros[RT_FRAME_HEADER] = {0};
    check_refused(zeros, sizeof zeros, "frame starts with 0x0000");
}

static void test_frame_wrong_magic_is_refused(void **state) {
    (void)state;
    check_header(0x504C, 1, RT_FRAME_BYE, 0, 0, 0, "frame starts with 0x504c");
}

static void test_frame_unknown_version_is_refused(void **state) {
    (void)state;
    check_header(RT_FRAME_MAGIC, 2, RT_FRAME_BYE, 0, 0, 0,
                 "frame of protocol version 2, this is version 1");
    check_header(RT_FRAME_MAGIC, 0, RT_FRAME_BYE, 0, 0, 0,
                 "frame of protocol version 0, this is version 1");
}

static void test_frame_unknown_type_is_refused(void **state) {
    (void)state;
    check_header(RT_FRAME_MAGIC, 1, 0, 0, 0, 0, "frame of unknown type 0");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_LAST, 0, 0, 0,
                 "frame of unknown type 24");
    check_header(RT_FRAME_MAGIC, 1, 255, 0, 0, 0, "frame of unknown type 255");
}

static void test_frame_wrong_checksum_is_refused(void **state) {
    (void)state;
    uint8_t head[RT_FRAME_HEADER];
    rt_frame_header(head, RT_FRAME_DROP, 16, 0);
    for (size_t bit = 3 * 8; bit < sizeof head * 8; bit++) {
        head[bit / 8] ^= (uint8_t)(1 << bit % 8);
        check_refused(head, sizeof head, "frame header is damaged");
        head[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void test_frame_reserved_bits_are_refused(void **state) {
    (void)state;
    for (int bit = 0; bit < 32; bit++)
        check_header(RT_FRAME_MAGIC, 1, RT_FRAME_BYE, UINT32_C(1) << bit, 0, 0,
                     "frame with reserved bits set");
}

static void test_frame_impossible_length_is_refused(void **state) {
    (void)state;
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_BYE, 0, 1, 0,
                 "BYE frame cannot have a body of 1 bytes");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_DROP, 0, 0, 0,
                 "DROP frame cannot have a body of 0 bytes");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_HELLO, 0, 11, 0,
                 "HELLO frame cannot have a body of 11 bytes");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_HELLO, 0, 256, 0,
                 "HELLO frame cannot have a body of 256 bytes");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_START, 0, 4, 0,
                 "START frame cannot have a body of 4 bytes");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_CALL, 0, 23, 1,
                 "CALL frame cannot have a body of 23 bytes");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_CANCEL, 0, 0, 0,
                 "CANCEL frame cannot have a body of 0 bytes");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_LEND, 0, 8, 0,
                 "LEND frame cannot have a body of 8 bytes");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_FEED, 0, 12, 0,
                 "FEED frame cannot have a body of 12 bytes");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_STOCK, 0, 16, 0,
                 "STOCK frame cannot have a body of 16 bytes");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_RETURN, 0, 25, 0,
                 "RETURN frame cannot have a body of 25 bytes");
}

static void test_frame_above_the_limit_is_refused(void **state) {
    (void)state;
    const uint32_t lengths[] = {LIMIT + 1, INT32_MAX, UINT32_C(1) << 31,
                                UINT32_MAX};
    for (size_t i = 0; i < 4; i++) {
        char text[100];
        (void)snprintf(text, sizeof text,
                       "START frame of %u bytes, the limit is %d", lengths[i],
                       LIMIT);
        check_header(RT_FRAME_MAGIC, 1, RT_FRAME_START, 0, lengths[i], 0, text);
    }
}

static void test_frame_request_must_fit_the_type(void **state) {
    (void)state;
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_REPLY, 0, 8, 0,
                 "REPLY frame without a request number");
    check_header(RT_FRAME_MAGIC, 1, RT_FRAME_BYE, 0, 0, 1,
                 "BYE frame with a request number");
}

/* ---- reading ---- */

typedef struct sample {
    rt_frame_type type;
    size_t size;
    uint64_t request;
} sample;

static const sample samples[] = {
    {RT_FRAME_HELLO, 16, 0},    {RT_FRAME_START, 5, 0},
    {RT_FRAME_CALL, 24, 1},     {RT_FRAME_CALL, 300, 2},
    {RT_FRAME_REPLY, 8, 7},     {RT_FRAME_WITHDRAW, 4, 2},
    {RT_FRAME_GONE, 9, 0},      {RT_FRAME_DROP, 16, 0},
    {RT_FRAME_RESULT, 5000, 0}, {RT_FRAME_BYE, 0, 0},
    {RT_FRAME_LEND, 16, 0},     {RT_FRAME_STOCK, 30, 0},
    {RT_FRAME_RECALL, 8, 0},    {RT_FRAME_WANT, 8, 0},
    {RT_FRAME_FEED, 400, 0},    {RT_FRAME_TAKEN, 8, 0},
    {RT_FRAME_RETURN, 24, 0},   {RT_FRAME_CENSUS, 8, 3},
    {RT_FRAME_RECORDS, 30, 3},  {RT_FRAME_BOUNDS, 12, 0},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static size_t put_samples(uint8_t *to) {
    uint8_t body[5000];
    for (size_t i = 0; i < sizeof body; i++) body[i] = (uint8_t)(i % 251);
    size_t size = 0;
    for (size_t i = 0; i < SAMPLES; i++)
        size += put_frame(to + size, samples[i].type, body, samples[i].size,
                          samples[i].request);
    return size;
}

static void check_sample(const rt_frame *frame, size_t index) {
    assert_true(index < SAMPLES);
    assert_int_equal(frame->type, samples[index].type);
    assert_int_equal(frame->size, samples[index].size);
    assert_int_equal(frame->request, samples[index].request);
    for (size_t i = 0; i < frame->size; i++)
        assert_int_equal(frame->body[i], i % 251);
}

/* Feeds `size` bytes in pieces of `step`; returns how many frames came. */
static size_t feed(rt_frame_reader *reader, const uint8_t *bytes, size_t size,
                   size_t step) {
    size_t count = 0;
    for (size_t at = 0; at < size;) {
        size_t piece = size - at < step ? size - at : step;
        /* A copy in a block of its own: reading past it is seen by ASan. */
        uint8_t *copy = malloc(piece);
        assert_non_null(copy);
        memcpy(copy, bytes + at, piece);
        for (size_t done = 0; done < piece;) {
            rt_frame frame;
            size_t used;
            int status = rt_frame_read(reader, copy + done, piece - done, &used,
                                       &frame, NULL);
            done += used;
            if (status == RT_OK) check_sample(&frame, count++);
            if (status == RT_PENDING) assert_int_equal(done, piece);
            assert_true(status == RT_OK || status == RT_PENDING);
        }
        free(copy);
        at += piece;
    }
    return count;
}

static void test_frame_reads_pieces_of_any_size(void **state) {
    (void)state;
    static uint8_t bytes[8192];
    size_t size = put_samples(bytes);
    for (size_t step = 1; step <= size; step += step < 600 ? 1 : 97) {
        rt_frame_reader reader = new_reader();
        assert_int_equal(feed(&reader, bytes, size, step), SAMPLES);
        assert_int_equal(rt_frame_end(&reader, NULL), RT_OK);
        rt_frame_reader_deinit(&reader);
    }
}

static void test_frame_tells_where_the_stream_was_cut(void **state) {
    (void)state;
    static uint8_t bytes[8192];
    size_t size = put_samples(bytes);
    size_t boundary = 0, index = 0;
    for (size_t cut = 0; cut <= size; cut++) {
        rt_frame_reader reader = new_reader();
        rt_error err = {.status = RT_OK};
        if (cut == boundary + RT_FRAME_HEADER + samples[index].size) {
            boundary = cut;
            index++;
        }
        assert_int_equal(feed(&reader, bytes, cut, 64), index);
        int status = rt_frame_end(&reader, &err);
        assert_int_equal(status, cut == boundary ? RT_OK : RT_ECLOSED);
        if (cut == boundary + 3)
            assert_string_equal(
                err.message, "ended inside a frame, 3 bytes into its header");
        if (index == 1 && cut == boundary + 26)
            assert_string_equal(
                err.message,
                "ended inside a START frame, after 26 of 29 bytes");
        rt_frame_reader_deinit(&reader);
    }
}

static void test_frame_large_body_is_received_in_place(void **state) {
    (void)state;
    enum { SIZE = 900000 };
    uint8_t head[RT_FRAME_HEADER];
    rt_frame_header(head, RT_FRAME_RESULT, SIZE, 0);
    rt_frame_reader reader = new_reader();
    rt_frame frame;
    size_t used, room = 0, have = 0, rounds = 0;
    assert_null(rt_frame_space(&reader, &room));
    assert_int_equal(
        rt_frame_read(&reader, head, sizeof head, &used, &frame, NULL),
        RT_PENDING);
    uint8_t *to;
    while ((to = rt_frame_space(&reader, &room)) != NULL) {
        /* No more room than what has come justifies. */
        assert_true(room <= (have > 65536 ? have : 65536));
        for (size_t i = 0; i < room; i++) to[i] = (uint8_t)((have + i) % 253);
        rt_frame_filled(&reader, room);
        have += room;
        rounds++;
        int status = rt_frame_read(&reader, head, 0, &used, &frame, NULL);
        if (status == RT_OK) break;
        assert_int_equal(status, RT_PENDING);
    }
    assert_int_equal(have, SIZE);
    assert_true(rounds < 10);
    assert_int_equal(frame.size, SIZE);
    assert_ptr_equal(frame.owned->bytes, frame.body);
    for (size_t i = 0; i < SIZE; i++)
        assert_int_equal(frame.body[i], (uint8_t)(i % 253));
    /* The body may be moved away, and the reader goes on. */
    rt_buffer taken = *frame.owned;
    rt_buffer_init(frame.owned);
    rt_frame_header(head, RT_FRAME_BYE, 0, 0);
    assert_int_equal(
        rt_frame_read(&reader, head, sizeof head, &used, &frame, NULL), RT_OK);
    assert_int_equal(frame.type, RT_FRAME_BYE);
    rt_buffer_deinit(&taken);
    rt_frame_reader_deinit(&reader);
}

static void test_frame_announced_length_costs_nothing(void **state) {
    (void)state;
    rt_frame_reader reader;
    rt_frame_reader_init(&reader, RT_FRAME_LIMIT);
    uint8_t head[RT_FRAME_HEADER];
    rt_frame_header(head, RT_FRAME_START, RT_FRAME_LIMIT, 0);
    rt_frame frame;
    size_t used, before = rt_alloc_count();
    assert_int_equal(
        rt_frame_read(&reader, head, sizeof head, &used, &frame, NULL),
        RT_PENDING);
    assert_int_equal(rt_alloc_count(), before);
    assert_int_equal(rt_frame_read(&reader, head, 1, &used, &frame, NULL),
                     RT_PENDING);
    assert_true(reader.body.capacity < 1024);
    rt_frame_reader_deinit(&reader);
}

static void test_frame_survives_lack_of_memory(void **state) {
    (void)state;
    rt_frame_reader reader = new_reader();
    uint8_t bytes[RT_FRAME_HEADER + 10];
    uint8_t body[10] = {0};
    size_t size = put_frame(bytes, RT_FRAME_START, body, sizeof body, 0);
    rt_frame frame;
    size_t used;
    rt_error err;
    rt_alloc_fail(1, 1);
    int status = rt_frame_read(&reader, bytes, size - 1, &used, &frame, &err);
    rt_alloc_fail(0, 0);
#ifndef NDEBUG
    assert_int_equal(status, RT_ENOMEMORY);
    assert_string_equal(err.message, "not enough memory");
#else
    assert_int_equal(status, RT_PENDING);
#endif
    rt_frame_reader_deinit(&reader);
}

/* Any bytes give frames or an error, and never more than was fed. */
static void test_frame_random_damage_is_harmless(void **state) {
    (void)state;
    static uint8_t bytes[8192], original[8192];
    size_t size = put_samples(original);
    unsigned seed = 12345;
    for (int round = 0; round < 20000; round++) {
        memcpy(bytes, original, size);
        for (int i = 0; i < 1 + round % 8; i++) {
            seed = seed * 1103515245 + 12345;
            bytes[(seed >> 8) % (round % 2 ? size : 200)] ^=
                (uint8_t)(1 << (seed >> 4) % 8);
        }
        rt_frame_reader reader = new_reader();
        size_t step = 1 + (seed >> 16) % 300;
        int status = RT_PENDING;
        for (size_t at = 0; at < size && status >= 0;) {
            size_t piece = size - at < step ? size - at : step;
            rt_frame frame;
            size_t used;
            status =
                rt_frame_read(&reader, bytes + at, piece, &used, &frame, NULL);
            assert_true(used <= piece);
            at += used;
        }
        rt_frame_reader_deinit(&reader);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame_zeros_are_refused),
        cmocka_unit_test(test_frame_wrong_magic_is_refused),
        cmocka_unit_test(test_frame_unknown_version_is_refused),
        cmocka_unit_test(test_frame_unknown_type_is_refused),
        cmocka_unit_test(test_frame_wrong_checksum_is_refused),
        cmocka_unit_test(test_frame_reserved_bits_are_refused),
        cmocka_unit_test(test_frame_impossible_length_is_refused),
        cmocka_unit_test(test_frame_above_the_limit_is_refused),
        cmocka_unit_test(test_frame_request_must_fit_the_type),
        cmocka_unit_test(test_frame_reads_pieces_of_any_size),
        cmocka_unit_test(test_frame_tells_where_the_stream_was_cut),
        cmocka_unit_test(test_frame_large_body_is_received_in_place),
        cmocka_unit_test(test_frame_announced_length_costs_nothing),
        cmocka_unit_test(test_frame_survives_lack_of_memory),
        cmocka_unit_test(test_frame_random_damage_is_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
