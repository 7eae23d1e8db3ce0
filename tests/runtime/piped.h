/* piped.h - a loop, a pipe, and parties that wait, for tests of streams. Nothing
 * waits by time. */
#ifndef TESTS_PIPED_H
#define TESTS_PIPED_H

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "failing.h"
#include "io/stream.h"

typedef struct party {
    rt_waiter waiter;
    int status; /* RT_PENDING until it is completed */
} party;

typedef struct piped {
    rt_loop loop;
    party a, b;
    int ends[2]; /* to read from, to write to; -1: closed or taken */
    size_t blocks;
} piped;

static inline void piped_on_complete(rt_waiter *waiter) {
    party *p = rt_container_of(waiter, party, waiter);
    assert_int_equal(p->status, RT_PENDING);
    p->status = waiter->status;
}

static inline int piped_set_up(void **state) {
    static piped f;
    f = (piped){.blocks = rt_alloc_count(),
                .a.status = RT_PENDING,
                .b.status = RT_PENDING};
    rt_loop_init(&f.loop);
    rt_waiter_init(&f.a.waiter, &f.loop, piped_on_complete);
    rt_waiter_init(&f.b.waiter, &f.loop, piped_on_complete);
    assert_int_equal(pipe2(f.ends, O_CLOEXEC), 0);
    *state = &f;
    return 0;
}

static inline void piped_close(piped *f, int end) {
    if (f->ends[end] >= 0) (void)close(f->ends[end]);
    f->ends[end] = -1;
}

static inline int piped_tear_down(void **state) {
    piped *f = *state;
    piped_close(f, 0);
    piped_close(f, 1);
    rt_loop_deinit(&f->loop);
    assert_int_equal(f->loop.expected, 0);
    assert_int_equal(rt_alloc_count(), f->blocks);
    return 0;
}

/* A stream that has the end now. */
static inline rt_stream *piped_stream(piped *f, int end) {
    rt_stream *stream = NULL;
    assert_int_equal(
        rt_stream_new(&f->loop, f->ends[end], RT_STREAM_PIPE, &stream), RT_OK);
    f->ends[end] = -1;
    return stream;
}

static inline void piped_put(const piped *f, const char *text) {
    assert_int_equal(write(f->ends[1], text, strlen(text)), strlen(text));
}

static inline int piped_turn_until(piped *f, party *p) {
    while (p->status == RT_PENDING) rt_loop_turn(&f->loop, true, RT_NEVER);
    int status = p->status;
    p->status = RT_PENDING;
    return status;
}

#define PIPED_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, piped_set_up, piped_tear_down)

#endif
