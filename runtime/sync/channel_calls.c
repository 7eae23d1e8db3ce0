/* channel_calls.c - what other processes ask of a channel. */
#include <math.h>

#include "base/alloc.h"
#include "data/call.h"
#include "sync/channel_state.h"

/* An operation that may wait: its item. */
typedef struct errand {
    rt_item item;
    bool is_recv;
} errand;

static void finish_errand(rt_call *call, errand *work, int status) {
    rt_message *result = NULL;
    if (status == RT_OK && work->is_recv)
        status = rt_items_encode(&work->item, 1, &result);
    rt_item_clear(&work->item);
    rt_free(work);
    if (status == RT_OK && call->operation == RT_CHANNEL_SEND_ON)
        rt_call_lend(call, RT_CALL_LEND_PLACES);
    if (status == RT_OK && call->operation == RT_CHANNEL_RECV_ON)
        rt_call_lend(call, RT_CALL_LEND_ITEMS);
    call->reply(call, status, result);
}

static void on_errand_complete(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    errand *work = rt_container_of((rt_item *)waiter->slot, errand, item);
    finish_errand(call, work, waiter->status);
}

static int carry_out(rt_channel *channel, rt_call *call, rt_item *item) {
    rt_waiter *waiter = &call->waiter;
    rt_loop *here = waiter->loop;
    switch (call->operation) {
    case RT_CHANNEL_TRY_SEND:
        return rt_channel_try_send(channel, item, waiter, here);
    case RT_CHANNEL_TRY_RECV:
        return rt_channel_try_recv(channel, item, waiter, here);
    case RT_CHANNEL_SEND:
    case RT_CHANNEL_SEND_ON:
        return rt_channel_send(channel, item, waiter, here);
    default:
        return rt_channel_recv(channel, item, waiter, here);
    }
}

static void run_errand(rt_channel *channel, rt_call *call, bool is_recv) {
    errand *work = rt_calloc(sizeof *work);
    if (!work) {
        call->reply(call, RT_ENOMEMORY, NULL);
        return;
    }
    work->is_recv = is_recv;
    rt_message *arguments = call->arguments;
    call->arguments = NULL;
    rt_waiter_init(&call->waiter, call->waiter.loop, on_errand_complete);
    int status = rt_items_decode(&work->item, is_recv ? 0 : 1, arguments);
    if (status == RT_OK) status = carry_out(channel, call, &work->item);
    if (status != RT_PENDING) finish_errand(call, work, status);
}

static void reply_item(rt_call *call, rt_item item) {
    rt_message *result;
    int status = rt_items_encode(&item, 1, &result);
    call->reply(call, status, result);
}

static rt_item capacity_item(const rt_channel *channel) {
    if (channel->capacity == RT_CHANNEL_UNBOUNDED)
        return (rt_item){.kind = RT_ITEM_FLOAT, .as.number = HUGE_VAL};
    return (rt_item){.kind = RT_ITEM_INT,
                     .as.integer = (int64_t)channel->capacity};
}

static void reply_count(rt_call *call, int64_t count) {
    reply_item(call, (rt_item){.kind = RT_ITEM_INT, .as.integer = count});
}

static void on_counted(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    if (waiter->status == RT_OK)
        reply_count(call, waiter->detail);
    else
        call->reply(call, waiter->status, NULL);
}

static void count(rt_channel *channel, rt_call *call) {
    size_t count;
    rt_loop *here = call->waiter.loop;
    rt_waiter_init(&call->waiter, here, on_counted);
    if (rt_channel_count_all(channel, &count, &call->waiter, here) == RT_OK)
        reply_count(call, (int64_t)count);
}

void rt_channel_call(rt_object *object, rt_call *call) {
    rt_channel *channel = (rt_channel *)object;
    rt_item item;
    switch (call->operation) {
    case RT_CHANNEL_SEND:
    case RT_CHANNEL_SEND_ON:
    case RT_CHANNEL_TRY_SEND:
        run_errand(channel, call, false);
        return;
    case RT_CHANNEL_RECV:
    case RT_CHANNEL_RECV_ON:
    case RT_CHANNEL_TRY_RECV:
        run_errand(channel, call, true);
        return;
    case RT_CHANNEL_CLOSE:
        rt_channel_close(channel, call->waiter.loop);
        call->reply(call, RT_OK, NULL);
        return;
    case RT_CHANNEL_CLOSED:
        item = (rt_item){.kind = RT_ITEM_BOOL,
                         .as.boolean = rt_channel_is_closed(channel)};
        break;
    case RT_CHANNEL_COUNT:
        count(channel, call);
        return;
    case RT_CHANNEL_CAPACITY:
        item = capacity_item(channel);
        break;
    default:
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
    reply_item(call, item);
}
