/* exchange.c - each stream has a waiter of the exchange's own, whose completion
 * ends its part. */
#include "io/exchange.h"

#include "base/alloc.h"

typedef struct part {
    rt_exchange *exchange;
    rt_waiter waiter;
    rt_stream *stream; /* NULL: there is none, or it has ended */
    rt_buffer buffer;
    int status;
} part;

enum { INPUT = RT_EXCHANGE_OUTPUTS, PARTS };

struct rt_exchange {
    part parts[PARTS];
    rt_waiter *waiter; /* NULL: nobody waits */
    size_t limit;
    int open;   /* parts that go on */
    int status; /* of the output that failed first */
    int failed;
};

/* Steps, in the order they happen. */
static void begin(part *p, rt_stream *stream);
static void on_complete(rt_waiter *waiter);
static void end(part *p, int status);
static void finish(rt_exchange *x);

rt_exchange *rt_exchange_new(rt_loop *loop, size_t limit) {
    rt_exchange *x = rt_calloc(sizeof *x);
    if (!x) return NULL;
    x->limit = limit;
    x->failed = -1;
    for (int i = 0; i < PARTS; i++) {
        part *p = &x->parts[i];
        p->exchange = x;
        rt_buffer_init(&p->buffer);
        rt_waiter_init(&p->waiter, loop, on_complete);
    }
    return x;
}

static void begin(part *p, rt_stream *stream) {
    p->stream = stream;
    p->exchange->open++;
}

void rt_exchange_feed(rt_exchange *x, rt_stream *stream, const void *bytes,
                      size_t size) {
    part *p = &x->parts[INPUT];
    begin(p, stream);
    int status = rt_stream_write(stream, bytes, size, &p->waiter);
    if (status != RT_PENDING) end(p, status);
}

void rt_exchange_collect(rt_exchange *x, int index, rt_stream *stream) {
    part *p = &x->parts[index];
    begin(p, stream);
    int status = rt_stream_read_all(stream, &p->buffer, x->limit, &p->waiter);
    if (status != RT_PENDING) end(p, status);
}

static void on_complete(rt_waiter *waiter) {
    end(rt_container_of(waiter, part, waiter), waiter->status);
}

static void end(part *p, int status) {
    rt_exchange *x = p->exchange;
    int index = (int)(p - x->parts);
    rt_stream_close(p->stream);
    p->stream = NULL;
    x->open--;
    /* Whether the program wants its input is for it to say. */
    if (status != RT_OK && index != INPUT && x->failed < 0) {
        x->status = status;
        x->failed = index;
    }
    if (x->open == 0 || x->failed >= 0) finish(x);
}

static void finish(rt_exchange *x) {
    rt_waiter *waiter = x->waiter;
    x->waiter = NULL;
    if (waiter && rt_waiter_claim(waiter))
        rt_waiter_complete_here(waiter, x->status);
}

static void withdraw(rt_waiter *waiter) {
    rt_exchange *x = waiter->object;
    x->waiter = NULL;
}

int rt_exchange_wait(rt_exchange *x, rt_waiter *waiter) {
    if (x->open == 0 || x->failed >= 0) return x->status;
    rt_waiter_park(waiter, x, withdraw);
    x->waiter = waiter;
    return RT_PENDING;
}

int rt_exchange_failed(const rt_exchange *x) {
    return x->failed;
}

const rt_buffer *rt_exchange_output(const rt_exchange *x, int index) {
    return &x->parts[index].buffer;
}

void rt_exchange_free(rt_exchange *x) {
    if (!x) return;
    for (int i = 0; i < PARTS; i++) {
        rt_stream_free(x->parts[i].stream);
        rt_buffer_deinit(&x->parts[i].buffer);
    }
    rt_free(x);
}
